/* What a grid is narrowed down, ordered and written by: the filter in its
 * title, and the windows that ask. */
#include "tui/grid-private.h"

#include "base/i18n.h"
#include "tui/picker.h"
#include "tui/write.h"

/* --- the filter --- */

void
grid_filter_begin(View *view)
{
  Grid *grid = (Grid *)view;
  if (grid->filter != NULL) /* a key that is no letter can mean it, too */
    return;
  g_free(grid->query_before);
  grid->query_before = g_strdup(grid->query);
  grid->filter = line_new(grid->query, 0);
  console_changed(view->console, CHANGED_GRID | CHANGED_STATUS);
}

static void
run_filter(Grid *grid, const char *query)
{
  g_autofree char *copy = g_strdup(query);
  g_free(grid->query);
  grid->query = g_steal_pointer(&copy);
  grid_arrange(grid);
}

gboolean
grid_filter_key(View *view, KeyCode code)
{
  Grid *grid = (Grid *)view;
  gboolean edited = FALSE;
  if (grid->filter == NULL)
    return FALSE;
  if (line_key(grid->filter, code, &edited)) {
    if (edited)
      run_filter(grid, line_text(grid->filter));
    return TRUE;
  }
  gboolean cancels = code == KEYCODE_ESC || code == ('C' & 0x1F);
  if (!cancels && code != KEYCODE_ENTER && code != '\t')
    return FALSE; /* arrows and pages move in the list meanwhile */
  if (cancels)
    run_filter(grid, grid->query_before);
  g_clear_pointer(&grid->filter, line_free);
  console_changed(view->console, CHANGED_GRID | CHANGED_STATUS);
  return TRUE;
}

void
grid_filter_paste(View *view, const char *text)
{
  Grid *grid = (Grid *)view;
  if (grid->filter == NULL) {
    console_say(view->console, STYLE_DIM,
                _("A paste is not taken for keys; / filters, and takes it"));
    return;
  }
  line_insert(grid->filter, text);
  run_filter(grid, line_text(grid->filter));
}

/* --- sort and columns --- */

static void
on_sort(Console *console, const PickerItem *item, GPtrArray *items)
{
  View *view = console_top(console);
  if (!grid_is(view))
    return;
  grid_sort_by((Grid *)view, (gint)item->id - 1);
}

void
grid_choose_sort(View *view)
{
  Grid *grid = (Grid *)view;
  if (grid->records == NULL)
    return;
  View *picker = picker_new(_("Sort by (again: the other way round)"), PICKER_PLAIN, on_sort);
  picker_add(picker, 0, _("as it comes"), grid->sort < 0 ? _("now") : "", NULL, FALSE);
  for (guint i = 0; i < grid->columns->len; i++) {
    guint column = g_array_index(grid->columns, guint, i);
    const char *note = (gint)column != grid->sort ? ""
                       : grid->descending         ? _("now, descending")
                                                  : _("now, ascending");
    picker_add(picker, column + 1, grid_column_title(grid, column), note, NULL, FALSE);
  }
  picker_select(picker, (guint)(grid->sort + 1));
  console_push(view->console, picker);
}

static void
on_columns(Console *console, const PickerItem *item, GPtrArray *items)
{
  View *view = console_top(console);
  if (!grid_is(view))
    return;
  Grid *grid = (Grid *)view;
  g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < items->len; i++) {
    const PickerItem *one = g_ptr_array_index(items, i);
    if (one->checked)
      g_array_append_val(chosen, one->id);
  }
  if (chosen->len == 0)
    return;
  g_array_unref(grid->columns);
  grid->columns = g_steal_pointer(&chosen);
  grid->column_offset = 0;
  grid_remember(grid);
  console_changed(console, CHANGED_GRID);
}

static gboolean
is_shown(const Grid *grid, guint column)
{
  for (guint i = 0; i < grid->columns->len; i++)
    if (g_array_index(grid->columns, guint, i) == column)
      return TRUE;
  return FALSE;
}

void
grid_choose_columns(View *view)
{
  Grid *grid = (Grid *)view;
  guint n;
  if (grid->records == NULL)
    return;
  View *picker = picker_new(_("Columns (left and right move one)"), PICKER_MARKED, on_columns);
  for (guint i = 0; i < grid->columns->len; i++) {
    guint column = g_array_index(grid->columns, guint, i);
    picker_add(picker, column, grid_column_title(grid, column), NULL, NULL, TRUE);
  }
  records_columns(grid->records, &n);
  for (guint column = 0; column < n; column++)
    if (!is_shown(grid, column))
      picker_add(picker, column, grid_column_title(grid, column), NULL, NULL, FALSE);
  console_push(view->console, picker);
}

/* --- write --- */

typedef struct {
  Records *records;
  char *columns;
} Shown;

static void
shown_free(gpointer data)
{
  Shown *shown = data;
  records_free(shown->records);
  g_free(shown->columns);
  g_free(shown);
}

static gboolean
write_shown(const ConsoleHooks *hooks, const char *path, const char *format, gpointer data,
            GError **error)
{
  const Shown *shown = data;
  return hooks->write_records(path, format, shown->records, shown->columns, error);
}

static char *
said_written(guint count, const char *path)
{
  return g_strdup_printf(ngettext("%u line written to %s", "%u lines written to %s", count), count,
                         path);
}

static const WriteKind write_grid = {write_shown, said_written, shown_free};

void
grid_ask_write(View *view)
{
  Grid *grid = (Grid *)view;
  guint count = grid->rows->len;
  if (count == 0) {
    console_say(view->console, STYLE_WARN, _("There is nothing to write."));
    return;
  }
  g_autoptr(GString) keys = g_string_new(NULL);
  for (guint i = 0; i < grid->columns->len; i++)
    g_string_append_printf(
        keys, "%s%s", i > 0 ? "," : "",
        records_columns(grid->records, NULL)[g_array_index(grid->columns, guint, i)].key);
  Shown *shown = g_new0(Shown, 1);
  *shown = (Shown){records_pick(grid->records, grid->rows), g_strdup(keys->str)};
  g_autofree char *label = g_strdup_printf(
      ngettext("%u line, the columns as chosen, to a .csv, .json, .jsonl or .tsv file:",
               "%u lines, the columns as chosen, to a .csv, .json, .jsonl or .tsv file:", count),
      count);
  const char *shape = records_shape(grid->records);
  write_ask(view->console, &write_grid, label, shape, count, shown);
}
