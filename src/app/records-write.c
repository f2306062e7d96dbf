/* Records as programs read them: the name and the text of a cell, and a row as JSON. How a
 * whole table is laid out is the front ends'. */
#include "app/records.h"

#include "base/clock.h"
#include "base/json.h"
#include <string.h>

#define OWN "usher."

static gboolean
is_own(const RecordColumn *column)
{
  return g_str_has_prefix(column->key, OWN);
}

const char *
record_column_name(const RecordColumn *column)
{
  return is_own(column) ? column->key + strlen(OWN) : column->key;
}

static gboolean
has_value(const Records *records, guint row, guint column)
{
  RecordType type = records_columns(records, NULL)[column].type;
  return records_has(records, row, column) &&
         (type != RECORD_MOMENT || records_number(records, row, column) > 0);
}

char *
records_value(const Records *records, guint row, guint column)
{
  gint64 number = records_number(records, row, column);
  const char *text = records_text(records, row, column);
  if (!has_value(records, row, column))
    return g_strdup("");
  switch (records_columns(records, NULL)[column].type) {
  case RECORD_NUMBER:
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
  case RECORD_BOOL:
    return g_strdup(number ? "true" : "false");
  case RECORD_MOMENT:
    return clock_format_iso(number);
  case RECORD_LIST: {
    g_auto(GStrv) items = g_strsplit(text, "\n", -1);
    return g_strjoinv(", ", items);
  }
  default:
    return g_strdup(text);
  }
}

static void
append_list(GString *out, const char *list)
{
  g_auto(GStrv) items = g_strsplit(list == NULL ? "" : list, "\n", -1);
  g_string_append_c(out, '[');
  for (guint i = 0; items[i] != NULL; i++) {
    if (i > 0)
      g_string_append_c(out, ',');
    json_append_string(out, items[i]);
  }
  g_string_append_c(out, ']');
}

static void
append_member(GString *out, const Records *records, guint row, guint column)
{
  const RecordColumn *info = &records_columns(records, NULL)[column];
  g_autofree char *value = records_value(records, row, column);
  json_append_key(out, record_column_name(info));
  if (info->type == RECORD_LIST)
    append_list(out, records_text(records, row, column));
  else if (!has_value(records, row, column))
    g_string_append(out, "null");
  else if (info->type == RECORD_NUMBER || info->type == RECORD_BOOL)
    g_string_append(out, value);
  else
    json_append_string(out, value);
}

/* Those of usher, or the others; the number of them. */
static guint
append_members(GString *out, const Records *records, guint row, const GArray *columns, gboolean own)
{
  guint n, appended = 0;
  const RecordColumn *infos = records_columns(records, &n);
  for (guint i = 0; i < (columns == NULL ? n : columns->len); i++) {
    guint column = columns == NULL ? i : g_array_index(columns, guint, i);
    if (is_own(&infos[column]) != own)
      continue;
    append_member(out, records, row, column);
    appended++;
  }
  return appended;
}

void
records_append_json(GString *out, const Records *records, guint row, const GArray *columns)
{
  g_string_append_c(out, '{');
  append_members(out, records, row, columns, FALSE);
  gsize before = out->len;
  json_append_key(out, "usher");
  g_string_append_c(out, '{');
  if (append_members(out, records, row, columns, TRUE) > 0)
    g_string_append_c(out, '}');
  else
    g_string_truncate(out, before);
  g_string_append_c(out, '}');
}
