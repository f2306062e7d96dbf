/* Records: a typed table that a command fills and a front end shows. It knows
 * nothing of formats, widths or colours. */
#include "app/records.h"

#include "base/i18n.h"
#include <string.h>

typedef struct {
  char *text;
  gint64 number;
  gboolean set;
} Cell;

struct Records {
  const char *shape;
  const RecordColumn *columns;
  guint n_columns;
  gboolean single;
  GArray *cells;           /* row after row */
  RecordColumn *own_table; /* of a joined one; else NULL */
};

static void
cell_clear(gpointer data)
{
  g_free(((Cell *)data)->text);
}

Records *
records_new(const char *shape, const RecordColumn *columns, gboolean single)
{
  Records *records = g_new0(Records, 1);
  records->shape = shape;
  records->columns = columns;
  while (columns[records->n_columns].key != NULL)
    records->n_columns++;
  records->single = single;
  records->cells = g_array_new(FALSE, TRUE, sizeof(Cell));
  g_array_set_clear_func(records->cells, cell_clear);
  return records;
}

void
records_free(Records *records)
{
  if (records == NULL)
    return;
  g_array_unref(records->cells);
  g_free(records->own_table);
  g_free(records);
}

void
records_add_row(Records *records)
{
  g_array_set_size(records->cells, records->cells->len + records->n_columns);
}

static Cell *
cell_at(const Records *records, guint row, guint column)
{
  g_assert(column < records->n_columns);
  g_assert(row < records_count(records));
  return &g_array_index(records->cells, Cell, row * records->n_columns + column);
}

void
records_put(Records *records, guint column, const char *text)
{
  Cell *cell = cell_at(records, records_count(records) - 1, column);
  g_free(cell->text);
  cell->text = g_strdup(text);
  cell->set = text != NULL;
}

void
records_put_number(Records *records, guint column, gint64 number)
{
  Cell *cell = cell_at(records, records_count(records) - 1, column);
  cell->number = number;
  cell->set = TRUE;
}

const char *
records_shape(const Records *records)
{
  return records->shape;
}

gboolean
records_single(const Records *records)
{
  return records->single;
}

const RecordColumn *
records_columns(const Records *records, guint *ret_n)
{
  if (ret_n != NULL)
    *ret_n = records->n_columns;
  return records->columns;
}

guint
records_count(const Records *records)
{
  return records->n_columns == 0 ? 0 : records->cells->len / records->n_columns;
}

const char *
records_text(const Records *records, guint row, guint column)
{
  return cell_at(records, row, column)->text;
}

gint64
records_number(const Records *records, guint row, guint column)
{
  return cell_at(records, row, column)->number;
}

gboolean
records_has(const Records *records, guint row, guint column)
{
  return cell_at(records, row, column)->set;
}

Records *
records_pick(const Records *records, const GArray *rows)
{
  Records *picked = records_new(records->shape, records->columns, records->single);
  for (guint i = 0; i < rows->len; i++) {
    records_add_row(picked);
    for (guint column = 0; column < records->n_columns; column++) {
      const Cell *from = cell_at(records, g_array_index(rows, guint, i), column);
      *cell_at(picked, i, column) = (Cell){g_strdup(from->text), from->number, from->set};
    }
  }
  return picked;
}

/* --- several as one --- */

static void
copy_row(Records *to, const Records *from, guint row, guint shift)
{
  guint last = records_count(to) - 1;
  for (guint column = 0; column < from->n_columns; column++) {
    const Cell *cell = cell_at(from, row, column);
    Cell *copy = cell_at(to, last, column + shift);
    g_free(copy->text);
    *copy = (Cell){g_strdup(cell->text), cell->number, cell->set};
  }
}

Records *
records_join(const GPtrArray *parts, const GPtrArray *names)
{
  static const RecordColumn profile = {"usher.profile", N_("PROFILE"), RECORD_TEXT, FALSE};
  const Records *first = NULL;
  for (guint i = 0; i < parts->len && first == NULL; i++)
    first = parts->pdata[i];
  if (first == NULL)
    return NULL;
  guint shift = g_str_equal(first->columns[0].key, profile.key) ? 0 : 1;
  RecordColumn *columns = g_new0(RecordColumn, first->n_columns + shift + 1);
  columns[0] = profile;
  memcpy(columns + shift, first->columns, first->n_columns * sizeof *columns);
  Records *joined = records_new(first->shape, columns, FALSE);
  joined->own_table = columns;
  for (guint i = 0; i < parts->len; i++) {
    const Records *part = parts->pdata[i];
    for (guint row = 0; part != NULL && row < records_count(part); row++) {
      records_add_row(joined);
      copy_row(joined, part, row, shift);
      records_put(joined, 0, names->pdata[i]);
    }
  }
  return joined;
}
