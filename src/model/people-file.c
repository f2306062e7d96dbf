/* From the rows of a sheet to persons, each with what is wrong with it; and
 * back to a sheet of those that are wrong. */
#include "model/people-file.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/people-private.h"
#include <string.h>

struct PeopleFile {
  Sheet *sheet;
  PeopleColumns columns;
  GPtrArray *rows;    /* PeopleRow */
  GPtrArray *ignored; /* char * */
};

static void
problem_free(gpointer data)
{
  PeopleProblem *problem = data;
  g_free(problem->column);
  g_free(problem->text);
  g_free(problem);
}

static void
row_free(gpointer data)
{
  PeopleRow *row = data;
  person_free(row->person);
  g_free(row->roster);
  g_free(row->redirect_url);
  g_free(row->message);
  g_ptr_array_unref(row->problems);
  g_free(row);
}

void
people_file_free(PeopleFile *file)
{
  if (file == NULL)
    return;
  sheet_free(file->sheet);
  g_ptr_array_unref(file->rows);
  g_ptr_array_unref(file->ignored);
  g_free(file);
}

PeopleKind
people_file_kind(const PeopleFile *file)
{
  return file->columns.kind;
}

SheetEncoding
people_file_encoding(const PeopleFile *file)
{
  return sheet_encoding(file->sheet);
}

GPtrArray *
people_file_rows(const PeopleFile *file)
{
  return file->rows;
}

GPtrArray *
people_file_ignored(const PeopleFile *file)
{
  return file->ignored;
}

void
people_file_add_problem(const PeopleFile *file, PeopleRow *row, PeopleColumn column,
                        const char *text)
{
  PeopleProblem *problem = g_new0(PeopleProblem, 1);
  int at = file->columns.at[column];
  problem->column = g_strdup(at < 0 ? people_column_label(column)
                                    : sheet_cell(file->sheet, file->columns.header, (guint)at));
  problem->text = g_strdup(text);
  g_ptr_array_add(row->problems, problem);
}

/* --- cells --- */

static const char *
cell(const PeopleFile *file, const PeopleRow *row, PeopleColumn column)
{
  return people_columns_cell(file->sheet, &file->columns, row->row, column);
}

/* "31.1.2027", as German sheets write it, can mean only one day; with slashes it could be
 * two. */
static char *
read_date(const char *text)
{
  guint n[3] = {0}, part = 0, digits = 0;
  for (const char *p = text; *p; p++) {
    if (g_ascii_isdigit(*p) && ++digits <= 4)
      n[part] = n[part] * 10 + (guint)g_ascii_digit_value(*p);
    else if (*p == '.' && part < 2 && digits >= 1 && digits <= 2) {
      part++;
      digits = 0;
    } else
      return g_strdup(text);
  }
  return part == 2 && digits == 4 ? g_strdup_printf("%04u-%02u-%02u", n[2], n[1], n[0])
                                  : g_strdup(text);
}

static void
put_cell(const PeopleFile *file, PeopleRow *row, PersonField field)
{
  const char *text = cell(file, row, (PeopleColumn)field);
  if (field != PERSON_EXPIRES) {
    person_set(row->person, field, text);
    return;
  }
  g_autofree char *date = read_date(text);
  person_set(row->person, field, date);
}

/* "Lovelace, Ada" or "Ada Lovelace", for sheets without first and last name. */
static void
split_name(Person *person, const char *text)
{
  g_autofree char *name = text_squeeze(text);
  char *comma = strchr(name, ','), *blank = strrchr(name, ' ');
  if (person->value[PERSON_FIRST] != NULL || person->value[PERSON_LAST] != NULL)
    return;
  if (comma != NULL) {
    *comma = '\0';
    person_set(person, PERSON_LAST, name);
    person_set(person, PERSON_FIRST, comma + 1);
  } else if (blank != NULL) {
    *blank = '\0';
    person_set(person, PERSON_FIRST, name);
    person_set(person, PERSON_LAST, blank + 1);
  } else
    person_set(person, PERSON_LAST, name);
}

static char *
optional(const char *text)
{
  g_autofree char *squeezed = text_squeeze(text);
  return *squeezed != '\0' ? g_steal_pointer(&squeezed) : NULL;
}

/* TRUE, FALSE, or -1 for what is neither. */
static int
read_switch(const char *text, int fallback)
{
  static const struct {
    const char *word;
    int value;
  } words[] = {{"yes", TRUE}, {"true", TRUE},   {"ja", TRUE},    {"wahr", TRUE},    {"1", TRUE},
               {"no", FALSE}, {"false", FALSE}, {"nein", FALSE}, {"falsch", FALSE}, {"0", FALSE}};
  g_autofree char *folded = text_fold(text);
  g_strstrip(folded);
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_str_equal(folded, words[i].word))
      return words[i].value;
  return *folded == '\0' ? fallback : -1;
}

static void
check_switches(const PeopleFile *file, PeopleRow *row)
{
  int blocked = read_switch(cell(file, row, PEOPLE_BLOCKED), FALSE);
  int send = read_switch(cell(file, row, PEOPLE_SEND), TRUE);
  if (blocked < 0)
    people_file_add_problem(file, row, PEOPLE_BLOCKED, _("write Yes or No"));
  else if (blocked)
    people_file_add_problem(file, row, PEOPLE_BLOCKED,
                            _("the account could sign in: write No, and disable it afterwards"));
  if (send < 0)
    people_file_add_problem(file, row, PEOPLE_SEND, _("write true or false"));
  row->send_mail = send == TRUE;
}

static PeopleRow *
read_row(const PeopleFile *file, guint at)
{
  PeopleRow *row = g_new0(PeopleRow, 1);
  row->row = at;
  row->line = sheet_line(file->sheet, at);
  row->person = person_new();
  row->problems = g_ptr_array_new_with_free_func(problem_free);
  for (guint i = 0; i < PERSON_N; i++)
    put_cell(file, row, (PersonField)i);
  split_name(row->person, cell(file, row, PEOPLE_NAME));
  row->roster = optional(cell(file, row, PEOPLE_ROSTER));
  row->redirect_url = optional(cell(file, row, PEOPLE_REDIRECT));
  row->message = optional(cell(file, row, PEOPLE_MESSAGE));
  check_switches(file, row);
  /* A cell too many is mostly a separator that was meant as text: all after it is shifted. */
  for (guint i = sheet_cells(file->sheet, file->columns.header); i < sheet_cells(file->sheet, at);
       i++)
    if (*sheet_cell(file->sheet, at, i) != '\0') {
      people_file_add_problem(file, row, PEOPLE_ERROR,
                              _("has more cells than there are headings: put a cell that holds "
                                "the separator in quotation marks"));
      break;
    }
  return row;
}

PeopleFile *
people_file_parse(const char *bytes, gsize length, GError **error)
{
  g_autoptr(PeopleFile) file = g_new0(PeopleFile, 1);
  guint known = 0;
  file->rows = g_ptr_array_new_with_free_func(row_free);
  file->ignored = g_ptr_array_new_with_free_func(g_free);
  file->sheet = sheet_parse(bytes, length, error);
  if (file->sheet == NULL ||
      !people_columns_find(file->sheet, &file->columns, file->ignored, &known, error))
    return NULL;
  if (known == 0) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("the first line has no heading that is known (first, last, mobile, "
                          "email …)"));
    return NULL;
  }
  for (guint i = file->columns.header + 1; i < sheet_rows(file->sheet); i++)
    if (!people_columns_is_example(file->sheet, &file->columns, i))
      g_ptr_array_add(file->rows, read_row(file, i));
  if (file->rows->len > 0)
    return g_steal_pointer(&file);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                      _("has headings, but no row with a person"));
  return NULL;
}

/* --- checking --- */

void
people_file_fill(PeopleFile *file, const Person *defaults)
{
  for (guint i = 0; i < file->rows->len; i++) {
    PeopleRow *row = file->rows->pdata[i];
    for (guint f = 0; f < PERSON_N; f++)
      if (row->person->value[f] == NULL)
        person_set(row->person, (PersonField)f, defaults->value[f]);
  }
}

static void
check_alone(const PeopleFile *file, PeopleRow *row, const Roster *roster, gint64 now)
{
  for (guint f = 0; f < PERSON_N; f++) {
    g_autofree char *wrong = person_check(row->person, (PersonField)f, roster, now);
    if (wrong != NULL)
      people_file_add_problem(file, row, (PeopleColumn)f, wrong);
  }
}

/* A user name with and without the roster's domain is the same. */
static char *
key_of(const char *text, const char *domain)
{
  g_autofree char *whole = domain == NULL || strchr(text, '@') != NULL
                               ? g_strdup(text)
                               : g_strconcat(text, "@", domain, NULL);
  return g_ascii_strdown(whole, -1);
}

/* `seen`: text → line of the row that has it. */
static void
check_once(const PeopleFile *file, PeopleRow *row, PersonField field, const char *domain,
           GHashTable *seen)
{
  const char *value = row->person->value[field];
  if (value == NULL)
    return;
  g_autofree char *key = key_of(value, domain);
  guint line = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key));
  if (line == 0) {
    g_hash_table_insert(seen, g_steal_pointer(&key), GUINT_TO_POINTER(row->line));
    return;
  }
  g_autofree char *text = g_strdup_printf(_("stands in line %u already: %s"), line, value);
  people_file_add_problem(file, row, (PeopleColumn)field, text);
}

void
people_file_check(PeopleFile *file, const Roster *roster, gint64 now)
{
  g_autoptr(GHashTable) emails = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < file->rows->len; i++) {
    PeopleRow *row = file->rows->pdata[i];
    check_alone(file, row, roster, now);
    check_once(file, row, PERSON_EMAIL, NULL, emails);
    check_once(file, row, PERSON_USER, roster == NULL ? NULL : roster->domain, users);
  }
}

/* --- what is wrong, as a file --- */

/* The columns as they were, without those of an earlier "error". */
static void
append_row(const PeopleFile *file, guint row, const char *more, GString *out)
{
  char separator = sheet_separator(file->sheet);
  guint n = sheet_cells(file->sheet, file->columns.header);
  gboolean first = TRUE;
  for (guint i = 0; i < MAX(n, sheet_cells(file->sheet, row)); i++) {
    if ((int)i == file->columns.at[PEOPLE_ERROR])
      continue;
    csv_append_cell(out, sheet_cell(file->sheet, row, i), separator, first, TRUE);
    first = FALSE;
  }
  csv_append_cell(out, more, separator, first, TRUE);
  g_string_append(out, "\r\n");
}

static char *
problems_text(const PeopleRow *row)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < row->problems->len; i++) {
    const PeopleProblem *problem = row->problems->pdata[i];
    g_string_append_printf(text, "%s%s: %s", i > 0 ? "; " : "", problem->column, problem->text);
  }
  return g_string_free(text, FALSE);
}

char *
people_file_bad_rows(const PeopleFile *file)
{
  g_autoptr(GString) out = g_string_new(NULL);
  guint bad = 0;
  /* What a spreadsheet wrote is read by one again: it wants the mark. */
  if (sheet_encoding(file->sheet) != SHEET_UTF8)
    g_string_append(out, "\xef\xbb\xbf");
  if (file->columns.template)
    g_string_append_printf(out, "%s\r\n", sheet_cell(file->sheet, 0, 0));
  append_row(file, file->columns.header, "error", out);
  for (guint i = 0; i < file->rows->len; i++) {
    const PeopleRow *row = file->rows->pdata[i];
    if (row->problems->len == 0)
      continue;
    g_autofree char *text = problems_text(row);
    append_row(file, row->row, text, out);
    bad++;
  }
  return bad > 0 ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}
