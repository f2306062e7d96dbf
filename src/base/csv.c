/* One cell at a time, quoted and made harmless where that is needed. */
#include "base/csv.h"

#include <string.h>

/* A spreadsheet runs a cell that begins like this. A number with a sign is
 * harmless, but a telephone number with letters is not told from a formula: all
 * of them are neutralised. */
gboolean
csv_is_formula(const char *text, gsize length)
{
  /* The wide forms are run as well where East Asian languages are typed. */
  static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"};
  if (length > 0 && *text && strchr("=+-@\t\r", *text) != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(wide); i++)
    if (length >= strlen(wide[i]) && memcmp(text, wide[i], strlen(wide[i])) == 0)
      return TRUE;
  return FALSE;
}

void
csv_append_cell(GString *line, const char *text, char separator, gboolean first,
                gboolean formula_safe)
{
  if (!text)
    text = "";
  if (!first)
    g_string_append_c(line, separator);
  gboolean guard = formula_safe && csv_is_formula(text, strlen(text));
  /* The other separators, too: a spreadsheet takes the one of its country, and what follows it
   * would be a cell of its own. */
  const char all[] = {'"', '\n', '\r', separator, ',', ';', '\t', '\0'};
  const char few[] = {'"', '\n', '\r', separator, '\0'};
  const char *special = formula_safe ? all : few;
  if (!guard && !strpbrk(text, special)) {
    g_string_append(line, text);
    return;
  }
  g_string_append_c(line, '"');
  if (guard)
    g_string_append_c(line, '\'');
  for (; *text; text++) {
    if (*text == '"')
      g_string_append_c(line, '"');
    g_string_append_c(line, *text);
  }
  g_string_append_c(line, '"');
}

void
csv_append_tsv_cell(GString *line, const char *text, gboolean first)
{
  if (!first)
    g_string_append_c(line, '\t');
  for (; text && *text; text++) {
    switch (*text) {
    case '\t':
      g_string_append(line, "\\t");
      break;
    case '\n':
      g_string_append(line, "\\n");
      break;
    case '\r':
      g_string_append(line, "\\r");
      break;
    case '\\':
      g_string_append(line, "\\\\");
      break;
    default:
      g_string_append_c(line, *text);
    }
  }
}
