/* Records in the five formats: what every command but list and show answers. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/output-private.h"
#include "cli/say.h"

#include <string.h>

static gboolean
find_column(const RecordColumn *columns, const char *name, guint *ret_column, GError **error)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new();
  for (guint i = 0; columns[i].key; i++) {
    if (g_ascii_strcasecmp(name, columns[i].key) == 0 ||
        g_ascii_strcasecmp(name, record_column_name(&columns[i])) == 0) {
      *ret_column = i;
      return TRUE;
    }
    g_ptr_array_add(known, (gpointer)record_column_name(&columns[i]));
  }
  g_ptr_array_add(known, NULL);
  g_autofree char *all = g_strjoinv(", ", (char **)known->pdata);
  const char *near = text_nearest(name, (const char *const *)known->pdata);
  if (near)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("unknown column “%s”: did you mean “%s”? There are: %s"), name, near, all);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("unknown column “%s”; there are: %s"),
                name, all);
  return FALSE;
}

/* The columns to show, as indexes: those named, or those that are not for JSON alone. */
static GArray *
chosen_columns(const OutputStyle *style, const Records *records, GError **error)
{
  g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(guint));
  guint n;
  const RecordColumn *columns = records_columns(records, &n);
  if (!style->columns) {
    gboolean wide = style->format != FORMAT_TABLE;
    for (guint i = 0; i < n; i++)
      if (wide || !columns[i].wide)
        g_array_append_val(chosen, i);
    return g_steal_pointer(&chosen);
  }
  g_auto(GStrv) names = g_strsplit(style->columns, ",", -1);
  for (guint i = 0; names[i]; i++) {
    guint column;
    if (!find_column(columns, g_strstrip(names[i]), &column, error))
      return NULL;
    g_array_append_val(chosen, column);
  }
  return g_steal_pointer(&chosen);
}

/* --- order --- */

typedef struct {
  const Records *records;
  guint column;
  gboolean descending;
} Order;

static int
compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
  const Order *order = data;
  guint left = *(const guint *)a, right = *(const guint *)b;
  RecordType type = records_columns(order->records, NULL)[order->column].type;
  int result;
  if (type == RECORD_TEXT || type == RECORD_LIST) {
    result = g_strcmp0(records_text(order->records, left, order->column),
                       records_text(order->records, right, order->column));
  } else {
    gint64 x = records_number(order->records, left, order->column);
    gint64 y = records_number(order->records, right, order->column);
    result = x < y ? -1 : x > y;
  }
  if (result == 0)
    return left < right ? -1 : left > right;
  return order->descending ? -result : result;
}

/* "plan", or "-plan" for the other way round. */
static gboolean
read_order(const RecordColumn *columns, char *text, Order *order, GError **error)
{
  const char *name = g_strstrip(text);
  order->descending = *name == '-';
  return find_column(columns, name + (order->descending ? 1 : 0), &order->column, error);
}

/* Row numbers in the order asked for: the first field decides, then the order as found. */
static GArray *
sorted_rows(const OutputStyle *style, const Records *records, GError **error)
{
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < records_count(records); i++)
    g_array_append_val(rows, i);
  if (!style->sort)
    return g_steal_pointer(&rows);
  g_auto(GStrv) names = g_strsplit(style->sort, ",", -1);
  for (guint i = g_strv_length(names); i-- > 0;) {
    Order order = {.records = records};
    if (!read_order(records_columns(records, NULL), names[i], &order, error))
      return NULL;
    g_array_sort_with_data(rows, compare_rows, &order);
  }
  return g_steal_pointer(&rows);
}

gboolean
output_check_sort(const RecordColumn *columns, const char *sort, GError **error)
{
  g_auto(GStrv) names = g_strsplit(sort, ",", -1);
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  for (guint i = 0; names[i]; i++)
    if (!read_order(columns, names[i], &(Order){0}, &local))
      error_gather(&wrong, &local);
  return error_gathered(wrong, USHER_ERROR_USAGE, error);
}

/* --- values --- */

/* The value as text: for people in a table, for programs elsewhere. */
static char *
value_text(const Output *output, const Records *records, guint row, guint column)
{
  gboolean is_bool = records_columns(records, NULL)[column].type == RECORD_BOOL;
  if (is_bool && output_style(output)->format == FORMAT_TABLE && records_has(records, row, column))
    return g_strdup(records_number(records, row, column) ? _("yes") : _("no"));
  return records_value(records, row, column);
}

/* --- formats --- */

static void
append_object(GString *out, const Records *records, guint row, const GArray *columns,
              gboolean visible)
{
  gsize before = out->len;
  records_append_json(out, records, row, columns);
  if (visible)
    escape_from(out, before);
}

static void
write_json(Output *output, const Records *records, const GArray *rows, const GArray *columns)
{
  const OutputStyle *style = output_style(output);
  GString *out = output_buffer(output);
  gboolean array = style->format == FORMAT_JSON && !records_single(records);
  if (array)
    g_string_append_c(out, '[');
  for (guint i = 0; i < rows->len && output_spill(output); i++) {
    if (array)
      g_string_append(out, i == 0 ? "\n" : ",\n");
    append_object(out, records, g_array_index(rows, guint, i), columns, style->visible);
    if (!array)
      g_string_append_c(out, '\n');
  }
  if (array)
    g_string_append(out, rows->len == 0 ? "]\n" : "\n]\n");
}

static void
write_separated(Output *output, const Records *records, const GArray *rows, const GArray *columns)
{
  const OutputStyle *style = output_style(output);
  const RecordColumn *infos = records_columns(records, NULL);
  GString *out = output_buffer(output);
  const char *end = style->format == FORMAT_CSV ? "\r\n" : "\n";
  if (!style->no_header) {
    for (guint c = 0; c < columns->len; c++)
      append_cell_text(output, out, record_column_name(&infos[g_array_index(columns, guint, c)]),
                       c == 0);
    g_string_append(out, end);
  }
  for (guint i = 0; i < rows->len && output_spill(output); i++) {
    for (guint c = 0; c < columns->len; c++) {
      g_autofree char *text = value_text(output, records, g_array_index(rows, guint, i),
                                         g_array_index(columns, guint, c));
      append_cell_text(output, out, text, c == 0);
    }
    g_string_append(out, end);
  }
}

/* A request id is of use only whole. */
static void
append_column(Table *table, const RecordColumn *info)
{
  table_column(table, _(info->title), g_str_has_suffix(info->key, "equestId") ? 36 : 6);
}

static void
write_table(Output *output, const Records *records, const GArray *rows, const GArray *columns)
{
  const OutputStyle *style = output_style(output);
  const RecordColumn *infos = records_columns(records, NULL);
  g_autoptr(Table) table = output_table(output);
  for (guint c = 0; c < columns->len; c++)
    append_column(table, &infos[g_array_index(columns, guint, c)]);
  for (guint i = 0; i < rows->len; i++)
    for (guint c = 0; c < columns->len; c++)
      table_take_cell(table, value_text(output, records, g_array_index(rows, guint, i),
                                        g_array_index(columns, guint, c)));
  table_print(table, output_buffer(output), !style->no_header, style->bold);
}

/* For a person at a terminal: long values go on below where they begin. */
static void
write_paragraphs(Output *output, const Records *records, const GArray *columns)
{
  const RecordColumn *infos = records_columns(records, NULL);
  const OutputStyle *style = output_style(output);
  GString *out = output_buffer(output);
  int widest = 0;
  for (guint c = 0; c < columns->len; c++)
    if (records_has(records, 0, g_array_index(columns, guint, c)))
      widest = MAX(widest, text_width(_(infos[g_array_index(columns, guint, c)].title)));
  for (guint c = 0; c < columns->len; c++) {
    guint column = g_array_index(columns, guint, c);
    if (!records_has(records, 0, column))
      continue;
    g_autofree char *title = say_text(_(infos[column].title));
    g_autofree char *value = value_text(output, records, 0, column);
    g_autofree char *visible = text_visible(value); /* also what would end the line */
    g_autofree char *shown = say_text(visible);
    g_string_append_printf(out, "%s%*s", title, widest + 2 - text_width(title), "");
    output_wrapped(out, shown, widest + 2, style->width);
  }
}

/* A single record: one line for each column that says something. */
static void
write_detail(Output *output, const Records *records, const GArray *columns)
{
  const RecordColumn *infos = records_columns(records, NULL);
  g_autoptr(Table) table = table_new(0, output_style(output)->ascii); /* nothing is cut */
  table_column(table, "", 8);
  table_column(table, "", 20);
  for (guint c = 0; c < columns->len && records_count(records) > 0; c++) {
    guint column = g_array_index(columns, guint, c);
    if (!records_has(records, 0, column))
      continue;
    table_cell(table, _(infos[column].title));
    table_take_cell(table, value_text(output, records, 0, column));
  }
  table_print(table, output_buffer(output), FALSE, FALSE);
}

void
append_records_json(Output *output, const Records *records)
{
  GString *out = output_buffer(output);
  g_string_append_c(out, '[');
  for (guint row = 0; row < records_count(records); row++) {
    g_string_append(out, row > 0 ? "," : "");
    append_object(out, records, row, NULL, output_style(output)->visible);
  }
  g_string_append_c(out, ']');
}

static gboolean
write_records(Output *output, const Records *records, const OutputStyle *style, GError **error)
{
  g_autoptr(GArray) columns = chosen_columns(style, records, error);
  g_autoptr(GArray) rows = columns ? sorted_rows(style, records, error) : NULL;
  if (!rows)
    return FALSE;
  if (style->format == FORMAT_JSON || style->format == FORMAT_JSONL)
    write_json(output, records, rows, columns);
  else if (style->format != FORMAT_TABLE)
    write_separated(output, records, rows, columns);
  else if (g_str_equal(records_shape(records), "doctor") && !style->columns && !style->sort)
    output_findings(output, records);
  else if (records_single(records) && style->width > 0 && records_count(records) > 0)
    write_paragraphs(output, records, columns);
  else if (records_single(records))
    write_detail(output, records, columns);
  else
    write_table(output, records, rows, columns);
  return TRUE;
}

gboolean
output_records(Output *output, const Records *records, GError **error)
{
  return write_records(output, records, output_style(output), error);
}

gboolean
output_some_records(Output *output, const Records *records, const char *columns, GError **error)
{
  OutputStyle style = *output_style(output);
  if (!style.columns)
    style.columns = columns;
  return write_records(output, records, &style, error);
}

gboolean
output_timeline(Output *output, const Records *records, GError **error)
{
  OutputStyle style = *output_style(output);
  style.columns = style.sort = NULL;
  return write_records(output, records, &style, error);
}
