/* Files that name accounts which are there already: a plain list, an export,
 * Microsoft's bulk-delete template. */
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/people-private.h"
#include <string.h>

static void
add_once(GPtrArray *accounts, GHashTable *seen, const char *text)
{
  g_autofree char *name = text_squeeze(text);
  g_autofree char *key = g_utf8_casefold(name, -1);
  if (*name != '\0' && g_hash_table_add(seen, g_steal_pointer(&key)))
    g_ptr_array_add(accounts, g_steal_pointer(&name));
}

static gboolean
from_columns(const Sheet *sheet, const PeopleColumns *columns, GPtrArray *accounts,
             GHashTable *seen, GError **error)
{
  static const PeopleColumn order[] = {PEOPLE_ID, (PeopleColumn)PERSON_USER,
                                       (PeopleColumn)PERSON_EMAIL};
  for (guint row = columns->header + 1; row < sheet_rows(sheet); row++) {
    const char *text = "";
    if (people_columns_is_example(sheet, columns, row))
      continue;
    for (guint i = 0; i < G_N_ELEMENTS(order) && *text == '\0'; i++)
      text = people_columns_cell(sheet, columns, row, order[i]);
    if (*text == '\0') {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("line %u: names no account: neither user name nor id nor address"),
                  sheet_line(sheet, row));
      return FALSE;
    }
    add_once(accounts, seen, text);
  }
  return TRUE;
}

static gboolean
from_lines(const Sheet *sheet, GPtrArray *accounts, GHashTable *seen, GError **error)
{
  for (guint row = 0; row < sheet_rows(sheet); row++) {
    const char *text = sheet_cell(sheet, row, 0);
    if (*text == '#')
      continue;
    for (guint i = 1; i < sheet_cells(sheet, row); i++)
      if (*sheet_cell(sheet, row, i) != '\0') {
        g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                    _("line %u: write one account a line, or headings in the first line (id, "
                      "userPrincipalName, email)"),
                    sheet_line(sheet, row));
        return FALSE;
      }
    add_once(accounts, seen, text);
  }
  return TRUE;
}

GPtrArray *
people_file_accounts(const char *bytes, gsize length, GError **error)
{
  g_autoptr(Sheet) sheet = sheet_parse(bytes, length, error);
  g_autoptr(GPtrArray) accounts = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  PeopleColumns columns;
  guint known;
  if (sheet == NULL || !people_columns_find(sheet, &columns, NULL, &known, error))
    return NULL;
  gboolean headed =
      columns.at[PEOPLE_ID] >= 0 || columns.at[PERSON_USER] >= 0 || columns.at[PERSON_EMAIL] >= 0;
  if (!(headed ? from_columns(sheet, &columns, accounts, seen, error)
               : from_lines(sheet, accounts, seen, error)))
    return NULL;
  if (accounts->len > 0)
    return g_steal_pointer(&accounts);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE, _("names no account"));
  return NULL;
}
