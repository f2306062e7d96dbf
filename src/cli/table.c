/* Aligned text. Widths are terminal cells; when a line does not fit, the
 * widest columns give way first, and what is cut shows that it was. */
#include "cli/table.h"
#include "base/text.h"

#include <string.h>

#define GAP 2

typedef struct {
  char *title;
  int least, width;
} Column;

struct Table {
  int width;
  gboolean ascii;
  GArray *columns;
  GPtrArray *cells;
};

static void
column_clear(gpointer data)
{
  g_free(((Column *)data)->title);
}

Table *
table_new(int width, gboolean ascii)
{
  Table *table = g_new0(Table, 1);
  table->width = width;
  table->ascii = ascii;
  table->columns = g_array_new(FALSE, FALSE, sizeof(Column));
  g_array_set_clear_func(table->columns, column_clear);
  table->cells = g_ptr_array_new_with_free_func(g_free);
  return table;
}

void
table_free(Table *table)
{
  if (!table)
    return;
  g_array_unref(table->columns);
  g_ptr_array_unref(table->cells);
  g_free(table);
}

void
table_column(Table *table, const char *title, int least)
{
  Column column = {.title = g_strdup(title), .least = MAX(least, 3), .width = 0};
  g_array_append_val(table->columns, column);
}

void
table_take_cell(Table *table, char *text)
{
  if (!text_is_visible(text)) {
    char *visible = text_visible(text);
    g_free(text);
    text = visible;
  }
  Column *column = &g_array_index(table->columns, Column, table->cells->len % table->columns->len);
  column->width = MAX(column->width, text_width(text));
  g_ptr_array_add(table->cells, text);
}

void
table_cell(Table *table, const char *text)
{
  table_take_cell(table, g_strdup(text ? text : ""));
}

/* The widest column that may still give way, or NULL. */
static Column *
widest(Table *table)
{
  Column *found = NULL;
  for (guint i = 0; i < table->columns->len; i++) {
    Column *column = &g_array_index(table->columns, Column, i);
    if (column->width > column->least && (!found || column->width > found->width))
      found = column;
  }
  return found;
}

static void
fit(Table *table, gboolean header)
{
  int total = -GAP;
  for (guint i = 0; i < table->columns->len; i++) {
    Column *column = &g_array_index(table->columns, Column, i);
    if (header)
      column->width = MAX(column->width, text_width(column->title));
    total += column->width + GAP;
  }
  while (table->width > 0 && total > table->width) {
    Column *column = widest(table);
    if (!column)
      break;
    column->width--;
    total--;
  }
}

static void
pad(GString *line, int cells)
{
  for (; cells > 0; cells--)
    g_string_append_c(line, ' ');
}

static void
append_cell(const Table *table, GString *line, const char *text, const Column *column,
            gboolean last)
{
  int width = text_width(text);
  if (width > column->width) {
    g_autofree char *cut = text_clip(text, column->width, table->ascii);
    g_string_append(line, cut);
    width = text_width(cut);
  } else {
    g_string_append(line, text);
  }
  if (!last)
    pad(line, column->width - width + GAP);
}

/* A line ends with its last letter, and never goes beyond the terminal. */
static void
append_line(const Table *table, GString *out, GString *line, gboolean bold)
{
  while (line->len > 0 && line->str[line->len - 1] == ' ')
    g_string_truncate(line, line->len - 1);
  g_autofree char *cut = NULL;
  if (table->width > 0 && text_width(line->str) > table->width)
    cut = text_clip(line->str, table->width, table->ascii);
  if (bold)
    g_string_append(out, "\033[1m");
  g_string_append(out, cut ? cut : line->str);
  g_string_append(out, bold ? "\033[m\n" : "\n");
}

void
table_print(Table *table, GString *out, gboolean header, gboolean bold)
{
  guint n = table->columns->len;
  g_autoptr(GString) line = g_string_new(NULL);
  fit(table, header);
  if (header) {
    for (guint i = 0; i < n; i++) {
      const Column *column = &g_array_index(table->columns, Column, i);
      append_cell(table, line, column->title, column, i + 1 == n);
    }
    append_line(table, out, line, bold);
  }
  for (guint at = 0; at + n <= table->cells->len; at += n) {
    g_string_truncate(line, 0);
    for (guint i = 0; i < n; i++)
      append_cell(table, line, table->cells->pdata[at + i],
                  &g_array_index(table->columns, Column, i), i + 1 == n);
    append_line(table, out, line, FALSE);
  }
}
