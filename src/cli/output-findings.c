/* What doctor found, for a person: one paragraph for each check, with the
 * remedy under it, once where several have the same. Nothing is cut: an address
 * in a remedy is of use only whole. */
#include "base/i18n.h"
#include "base/text.h"
#include "cli/output-private.h"
#include "cli/say.h"

#include <string.h>

typedef struct {
  guint profile, check, status, detail, advice;
  gboolean has_profile;
} Columns;

static Columns
find_columns(const Records *records)
{
  Columns found = {0};
  guint n;
  const RecordColumn *columns = records_columns(records, &n);
  for (guint i = 0; i < n; i++) {
    const char *key = columns[i].key;
    if (g_str_equal(key, "usher.profile"))
      found.profile = i, found.has_profile = TRUE;
    else if (g_str_equal(key, "check"))
      found.check = i;
    else if (g_str_equal(key, "status"))
      found.status = i;
    else if (g_str_equal(key, "detail"))
      found.detail = i;
    else if (g_str_equal(key, "advice"))
      found.advice = i;
  }
  return found;
}

void
output_wrapped(GString *out, const char *text, int indent, int width)
{
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  int column = indent;
  for (char **word = words; *word; word++) {
    int cells = text_width(*word);
    if (column > indent && width > 0 && column + 1 + cells > width) {
      g_string_append_printf(out, "\n%*s", indent, "");
      column = indent;
    } else if (column > indent) {
      g_string_append_c(out, ' ');
      column++;
    }
    g_string_append(out, *word);
    column += cells;
  }
  g_string_append_c(out, '\n');
}

static int
widest(const Records *records, guint column)
{
  int most = 0;
  for (guint i = 0; i < records_count(records); i++)
    most = MAX(most, text_width(records_text(records, i, column)));
  return most;
}

/* TRUE if the next finding of this check and profile has the same remedy: then that says it. */
static gboolean
is_said_below(const Records *records, guint row, const Columns *columns)
{
  const guint same[] = {columns->check, columns->advice, columns->profile};
  guint n = columns->has_profile ? 3 : 2;
  if (row + 1 >= records_count(records))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_strcmp0(records_text(records, row, same[i]), records_text(records, row + 1, same[i])))
      return FALSE;
  return TRUE;
}

static void
append_finding(GString *out, const Records *records, guint row, const Columns *columns,
               const OutputStyle *style, const int widths[2])
{
  const char *status = records_text(records, row, columns->status);
  const char *check = records_text(records, row, columns->check);
  const char *advice = records_text(records, row, columns->advice);
  g_autofree char *detail = say_text(records_text(records, row, columns->detail));
  gboolean loud = style->bold && !g_str_equal(status, "ok");
  int indent = widths[0] + widths[1] + 4;
  g_string_append_printf(out, "%s%-*s%s  %-*s  ", loud ? "\033[1m" : "", widths[0], status,
                         loud ? "\033[0m" : "", widths[1], check);
  output_wrapped(out, detail, indent, style->width);
  if (advice && !is_said_below(records, row, columns)) {
    g_autofree char *shown = say_text(advice);
    const char *arrow = style->ascii ? "-> " : "→ ";
    g_string_append_printf(out, "%*s%s", indent, "", arrow);
    output_wrapped(out, shown, indent + text_width(arrow), style->width);
  }
}

void
output_findings(Output *output, const Records *records)
{
  const OutputStyle *style = output_style(output);
  Columns columns = find_columns(records);
  const int widths[2] = {widest(records, columns.status), widest(records, columns.check)};
  const char *before = NULL;
  GString *out = output_buffer(output);
  for (guint row = 0; row < records_count(records); row++) {
    const char *profile = columns.has_profile ? records_text(records, row, columns.profile) : NULL;
    if (profile && g_strcmp0(profile, before) != 0) {
      g_autofree char *shown = say_text(profile);
      g_string_append_printf(out, "%s%s:\n", row > 0 ? "\n" : "", shown);
    }
    before = profile;
    append_finding(out, records, row, &columns, style, widths);
  }
}
