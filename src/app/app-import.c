/* From a file of people to one plan and a list of what is wrong. Reading rows is
 * model/people-file's, the questions to the tenant work/create-many's. */
#include "app/app-import.h"

#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/people-file.h"
#include "work/create-many.h"
#include <string.h>

/* Lines that a note names before it says how many there are. */
#define NAMED_LINES 10

enum { LINE, COLUMN, PROBLEM };

const RecordColumn import_problem_columns[] = {
    [LINE] = {"line", N_("LINE"), RECORD_NUMBER, FALSE,
              "The line of the file on which the row begins."},
    [COLUMN] = {"column", N_("COLUMN"), RECORD_TEXT, FALSE,
                "The heading of the column, as the file has it; null when it is about the row."},
    [PROBLEM] = {"problem", N_("PROBLEM"), RECORD_TEXT, FALSE, "What is wrong; translated."},
    {NULL},
};

void
app_import_free(AppImport *import)
{
  if (import == NULL)
    return;
  g_clear_pointer(&import->plan, plan_free);
  g_clear_pointer(&import->problems, records_free);
  g_clear_pointer(&import->notes, g_ptr_array_unref);
  g_free(import->bad_rows);
  g_free(import);
}

/* --- the file --- */

static gboolean
check_kind(const PeopleFile *file, GError **error)
{
  switch (people_file_kind(file)) {
  case PEOPLE_BULK_INVITE:
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("is a file of guests to be invited, who are not created"));
    return FALSE;
  case PEOPLE_BULK_DELETE:
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("names accounts that are there already, and nobody to be created"));
    return FALSE;
  default:
    return TRUE;
  }
}

static PeopleFile *
read_file(const char *path, GError **error)
{
  gsize length;
  g_autofree char *bytes = file_read(path, SHEET_BYTES, &length, error);
  if (bytes == NULL)
    return NULL;
  g_autoptr(PeopleFile) file = people_file_parse(bytes, length, error);
  if (file != NULL && check_kind(file, error))
    return g_steal_pointer(&file);
  g_prefix_error(error, "%s: ", path);
  return NULL;
}

/* --- the roster --- */

/* What all rows that say something say; NULL: nothing, or not the same. */
static const char *
agreed_roster(const PeopleFile *file)
{
  const char *agreed = NULL;
  for (guint i = 0; i < people_file_rows(file)->len; i++) {
    const PeopleRow *row = people_file_rows(file)->pdata[i];
    if (row->roster != NULL && agreed != NULL && g_ascii_strcasecmp(row->roster, agreed) != 0)
      return NULL;
    if (row->roster != NULL)
      agreed = row->roster;
  }
  return agreed;
}

/* By its name or title, as people write them. */
static const Roster *
find_roster(const Profile *profile, const char *name)
{
  g_autofree char *wanted = text_fold(name);
  for (guint i = 0; i < profile->rosters->len; i++) {
    const Roster *roster = profile->rosters->pdata[i];
    g_autofree char *own = text_fold(roster->name), *title = text_fold(roster->title);
    if (g_str_equal(own, wanted) || g_str_equal(title, wanted))
      return roster;
  }
  return NULL;
}

static const Roster *
choose_roster(App *app, const PeopleFile *file, const char *asked, GError **error)
{
  const char *agreed = asked == NULL ? agreed_roster(file) : NULL;
  if (app_profile(app) == NULL || (app_roster(app) == NULL && !app_use_roster(app, NULL, error)))
    return NULL;
  const Roster *found = agreed == NULL ? NULL : find_roster(app_profile(app), agreed);
  return found != NULL ? found : app_roster(app);
}

/* One run is for one roster: what is said for another is not made by its rules. */
static void
check_rosters(App *app, const PeopleFile *file, const Roster *roster)
{
  for (guint i = 0; i < people_file_rows(file)->len; i++) {
    PeopleRow *row = people_file_rows(file)->pdata[i];
    const Roster *said = row->roster == NULL ? roster : find_roster(app_profile(app), row->roster);
    if (said == roster)
      continue;
    g_autofree char *text =
        said == NULL
            ? g_strdup_printf(_("there is no roster “%s”"), row->roster)
            : g_strdup_printf(_("is for the roster “%s”, and this run for “%s”: load it once more "
                                "with --roster %s"),
                              said->name, roster->name, said->name);
    people_file_add_problem(file, row, PEOPLE_ROSTER, text);
  }
}

/* --- the tenant --- */

/* "--email: …" goes to its column. */
static void
add_problem(const PeopleFile *file, PeopleRow *row, const char *message)
{
  for (guint i = 0; i < PERSON_N; i++) {
    g_autofree char *prefix = g_strdup_printf("--%s: ", person_info((PersonField)i)->name);
    if (g_str_has_prefix(message, prefix)) {
      people_file_add_problem(file, row, (PeopleColumn)i, message + strlen(prefix));
      return;
    }
  }
  people_file_add_problem(file, row, PEOPLE_ERROR, message);
}

static void
take_problems(const PeopleFile *file, const CreateRow *rows)
{
  for (guint i = 0; i < people_file_rows(file)->len; i++)
    for (guint k = 0; k < rows[i].problems->len; k++)
      add_problem(file, people_file_rows(file)->pdata[i], rows[i].problems->pdata[k]);
}

/* --- what is worth a word --- */

/* `format` takes the lines: "4, 7 …". Nothing is added when there are none. */
static void
note_lines(AppImport *import, const GArray *lines, const char *format)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < lines->len && i < NAMED_LINES; i++)
    g_string_append_printf(text, "%s%u", i > 0 ? ", " : "", g_array_index(lines, guint, i));
  if (lines->len > NAMED_LINES)
    g_string_append(text, " …");
  if (lines->len > 0)
    g_ptr_array_add(import->notes, g_strdup_printf(format, text->str));
}

static void
note_rows(AppImport *import, const PeopleFile *file, const CreateRow *rows)
{
  g_autoptr(GArray) guessed = g_array_new(FALSE, FALSE, sizeof(guint));
  g_autoptr(GArray) deleted = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < people_file_rows(file)->len; i++) {
    const PeopleRow *row = people_file_rows(file)->pdata[i];
    if (row->problems->len > 0)
      continue;
    if (rows[i].preview->guessed)
      g_array_append_val(guessed, row->line);
    if (rows[i].preview->deleted_id != NULL)
      g_array_append_val(deleted, row->line);
  }
  note_lines(import, guessed,
             _("user names that are a guess at how the name is read: check line %s"));
  note_lines(import, deleted,
             _("a deleted account of the same address could be restored instead: line %s"));
}

static void
note_file(AppImport *import, const PeopleFile *file)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < people_file_ignored(file)->len; i++)
    g_ptr_array_add(names, text_visible(people_file_ignored(file)->pdata[i]));
  g_ptr_array_add(names, NULL);
  g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
  if (names->len > 1)
    g_ptr_array_add(import->notes, g_strdup_printf(_("columns that nobody reads: %s"), all));
  if (people_file_encoding(file) == SHEET_WINDOWS_1252)
    g_ptr_array_add(import->notes, g_strdup(_("the file is no UTF-8 and was read as Windows-1252: "
                                              "check the accents")));
}

/* --- the answer --- */

static void
list_problems(AppImport *import, const PeopleFile *file)
{
  import->problems = records_new("create-problems", import_problem_columns, FALSE);
  import->rows = people_file_rows(file)->len;
  for (guint i = 0; i < import->rows; i++) {
    const PeopleRow *row = people_file_rows(file)->pdata[i];
    import->bad += row->problems->len > 0;
    for (guint k = 0; k < row->problems->len; k++) {
      const PeopleProblem *problem = row->problems->pdata[k];
      records_add_row(import->problems);
      records_put_number(import->problems, LINE, row->line);
      records_put(import->problems, COLUMN, problem->column);
      records_put(import->problems, PROBLEM, problem->text);
    }
  }
  import->bad_rows = people_file_bad_rows(file);
}

static CreateRow *
rows_of(const PeopleFile *file)
{
  guint n = people_file_rows(file)->len;
  CreateRow *rows = create_rows_new(n);
  for (guint i = 0; i < n; i++) {
    PeopleRow *row = people_file_rows(file)->pdata[i];
    rows[i].person = row->person;
    rows[i].broken = row->problems->len > 0;
  }
  return rows;
}

static AppImport *
check_tenant(App *app, const PeopleFile *file, const Roster *roster, gint64 now,
             GCancellable *cancellable, GError **error)
{
  g_auto(AppWork) work = {0};
  g_autoptr(AppImport) import = g_new0(AppImport, 1);
  guint n = people_file_rows(file)->len;
  import->notes = g_ptr_array_new_with_free_func(g_free);
  if (!app_work_fill(app, roster, &work, cancellable, error))
    return NULL;
  CreateRow *rows = rows_of(file);
  gboolean ok = create_many_check(&work.work, rows, n, now, cancellable, error);
  if (ok) {
    take_problems(file, rows);
    list_problems(import, file);
    note_file(import, file);
    note_rows(import, file, rows);
    if (import->bad < n)
      import->plan = create_many_plan(&work.work, rows, n, now);
  }
  create_rows_free(rows, n);
  return ok ? g_steal_pointer(&import) : NULL;
}

AppImport *
app_import_check(App *app, const char *path, const char *roster, const Person *defaults,
                 GCancellable *cancellable, GError **error)
{
  gint64 now = clock_now();
  g_autoptr(PeopleFile) file = read_file(path, error);
  const Roster *chosen = file == NULL ? NULL : choose_roster(app, file, roster, error);
  if (chosen == NULL || !app_may_change(app, error))
    return NULL;
  if (defaults != NULL)
    people_file_fill(file, defaults);
  check_rosters(app, file, chosen);
  people_file_check(file, chosen, now);
  AppImport *import = check_tenant(app, file, chosen, now, cancellable, error);
  if (import != NULL && import->plan != NULL)
    app_sign_plan(app, import->plan);
  return import;
}
