/* What the accounts view asks with a window of its own: sort order, columns, a
 * query to tag by, a file to write to. */
#include "tui/accounts-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/picker.h"
#include <string.h>

/* --- sort --- */

static void
on_sort(Console *console, const PickerItem *item, GPtrArray *items)
{
  gboolean descending = FALSE;
  FieldId before = listing_sort(console->feed->listing, &descending);
  FieldId field = (FieldId)item->id;
  listing_set_sort(console->feed->listing, field, field == before && !descending);
  accounts_sync(accounts_of(console));
  console_changed(console, CHANGED_LIST);
}

void
accounts_choose_sort(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  gboolean descending;
  FieldId now = listing_sort(view->console->feed->listing, &descending);
  View *picker = picker_new(_("Sort by (again: the other way round)"), PICKER_PLAIN, on_sort);
  for (guint i = 0; i < accounts->columns->len; i++) {
    FieldId field = g_array_index(accounts->columns, FieldId, i);
    const char *note = field != now ? "" : descending ? _("now, descending") : _("now, ascending");
    picker_add(picker, field, _(field_info(field)->label), note, NULL, FALSE);
  }
  picker_select(picker, now);
  console_push(view->console, picker);
}

/* --- columns --- */

static void
on_columns(Console *console, const PickerItem *item, GPtrArray *items)
{
  AccountsView *accounts = accounts_of(console);
  g_array_set_size(accounts->columns, 0);
  for (guint i = 0; i < items->len; i++) {
    const PickerItem *one = g_ptr_array_index(items, i);
    FieldId field = (FieldId)one->id;
    if (one->checked)
      g_array_append_val(accounts->columns, field);
  }
  if (accounts->columns->len == 0)
    accounts_columns_reset(accounts->columns);
  accounts->column_offset = 0;
  console_changed(console, CHANGED_LIST);
}

static void
add_column(View *picker, FieldId field, gboolean checked)
{
  const FieldInfo *info = field_info(field);
  picker_add(picker, field, _(info->label), info->costly ? _("read per account") : "", NULL,
             checked);
}

void
accounts_choose_columns(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  guint64 shown = 0;
  View *picker = picker_new(_("Columns (left and right move one)"), PICKER_MARKED, on_columns);
  for (guint i = 0; i < accounts->columns->len; i++) {
    FieldId field = g_array_index(accounts->columns, FieldId, i);
    shown |= G_GUINT64_CONSTANT(1) << field;
    add_column(picker, field, TRUE);
  }
  for (guint id = 0; id < FIELD_N; id++)
    if (!(shown & (G_GUINT64_CONSTANT(1) << id)) && field_info((FieldId)id)->width_want > 0)
      add_column(picker, (FieldId)id, FALSE);
  console_push(view->console, picker);
}

/* --- tag by query --- */

static char *
check_query(Console *console, const char *text, gpointer data)
{
  gsize position = 0;
  g_autoptr(GError) error = NULL;
  g_autoptr(Query) query = query_parse(text, console_now(console), &position, &error);
  return query == NULL ? g_strdup(error->message) : NULL;
}

static void
on_tag_query(Console *console, const char *text, gpointer data)
{
  Listing *listing = console->feed->listing;
  const Snapshot *snapshot = listing_snapshot(listing);
  g_autoptr(Query) query = query_parse(text, console_now(console), NULL, NULL);
  if (query == NULL || snapshot == NULL)
    return;
  g_autoptr(GArray) rows = query_run(query, snapshot, NULL, NULL);
  for (guint i = 0; i < rows->len; i++)
    listing_tag(listing, snapshot_text(snapshot, g_array_index(rows, guint32, i), FIELD_ID), TRUE);
  console_say(console, STYLE_NORMAL, ngettext("%u account tagged", "%u accounts tagged", rows->len),
              rows->len);
  console_changed(console, CHANGED_LIST);
}

void
accounts_ask_tag_query(View *view)
{
  console_push(view->console,
               prompt_new(_("Tag by query"), _("All accounts that match are tagged, shown or not:"),
                          listing_query(view->console->feed->listing), check_query, on_tag_query,
                          NULL, NULL));
}

/* --- write --- */

typedef struct {
  Snapshot *snapshot;
  GArray *rows, *fields;
  char *path;
  const char *format;
  const ConsoleHooks *hooks;
} Writing;

static void
writing_free(gpointer data)
{
  Writing *writing = data;
  snapshot_unref(writing->snapshot);
  g_array_unref(writing->rows);
  g_array_unref(writing->fields);
  g_free(writing->path);
  g_free(writing);
}

static gboolean
writing_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Writing *writing = data;
  return writing->hooks->write_accounts(writing->path, writing->format, writing->snapshot,
                                        writing->rows, writing->fields, error);
}

/* By the end of the name; NULL: none of them. */
static const char *
format_of(const char *path)
{
  static const char *const formats[] = {"csv", "json", "tsv"};
  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
    const char *dot = strrchr(path, '.');
    if (dot != NULL && g_ascii_strcasecmp(dot + 1, formats[i]) == 0)
      return formats[i];
  }
  return NULL;
}

static void
writing_done(gpointer data, const GError *error, gpointer user)
{
  Writing *writing = data;
  if (error != NULL)
    console_say(user, STYLE_BAD, "%s", error->message);
  else
    console_say(
        user, STYLE_GOOD,
        ngettext("%u account written to %s", "%u accounts written to %s", writing->rows->len),
        writing->rows->len, writing->path);
}

static void
start_writing(Console *console, const char *path)
{
  AccountsView *accounts = accounts_of(console);
  const Listing *listing = console->feed->listing;
  Writing *writing = g_new0(Writing, 1);
  writing->snapshot = snapshot_ref(listing_snapshot(listing));
  writing->rows = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < listing_count(listing); i++) {
    guint32 row = listing_row(listing, i);
    g_array_append_val(writing->rows, row);
  }
  writing->fields = g_array_copy(accounts->columns);
  writing->path = g_strdup(path);
  writing->format = format_of(path);
  writing->hooks = console->hooks;
  console_start_job(console, job_start(_("writing the file"), writing_run, writing, writing_free,
                                       NULL, writing_done, console));
}

static void
on_overwrite(Console *console, KeyCode key, gpointer data)
{
  if (key == 'o')
    start_writing(console, data);
}

static char *
check_path(Console *console, const char *text, gpointer data)
{
  g_autofree char *path = g_strstrip(g_strdup(text));
  if (*path == '\0')
    return g_strdup(_("A file name is needed."));
  if (format_of(path) == NULL)
    return g_strdup(_("The name must end in .csv, .json or .tsv."));
  return NULL;
}

static void
on_path(Console *console, const char *text, gpointer data)
{
  static const DialogKey keys[] = {{'o', N_("overwrite")}, {0, NULL}};
  g_autofree char *trimmed = g_strstrip(g_strdup(text));
  g_autofree char *path = g_str_has_prefix(trimmed, "~/")
                              ? g_build_filename(g_get_home_dir(), trimmed + 2, NULL)
                              : g_strdup(trimmed);
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    start_writing(console, path);
    return;
  }
  g_autofree char *question = g_strdup_printf(_("%s is there already."), path);
  console_push(console,
               dialog_new(_("Write"), question, keys, on_overwrite, g_strdup(path), g_free));
}

void
accounts_ask_write(View *view)
{
  Console *console = view->console;
  guint count = listing_count(console->feed->listing);
  if (count == 0 || console->hooks == NULL) {
    console_say(console, STYLE_WARN, _("There is nothing to write."));
    return;
  }
  g_autofree char *date = clock_format_date(console_now(console));
  g_autofree char *name = g_strdup_printf("usher-%s.csv", date);
  g_autofree char *label = g_strdup_printf(
      ngettext("%u account, the columns as chosen, to a .csv, .json or .tsv file:",
               "%u accounts, the columns as chosen, to a .csv, .json or .tsv file:", count),
      count);
  console_push(console,
               prompt_new(_("Write what is shown"), label, name, check_path, on_path, NULL, NULL));
}
