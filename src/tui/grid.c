/* The grid: reading, order, cursor, events. Drawing and what is chosen in
 * windows of their own are in the files beside. */
#include "tui/grid.h"

#include "app/memory.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/copy.h"
#include "tui/grid-private.h"
#include "tui/pager.h"
#include <inttypes.h>
#include <string.h>

/* --- records --- */

gboolean
records_find(const Records *records, const char *key, guint *ret_column)
{
  guint n;
  const RecordColumn *columns = records_columns(records, &n);
  for (guint i = 0; i < n; i++)
    if (g_str_equal(columns[i].key, key)) {
      *ret_column = i;
      return TRUE;
    }
  return FALSE;
}

/* The time today, the date before. */
static char *
when(gint64 moment, gint64 now)
{
  return moment > now - CLOCK_DAY / 2 ? clock_format_time(moment) : clock_format_date(moment);
}

char *
records_shown(const Records *records, guint row, guint column, gint64 now)
{
  const RecordColumn *info = &records_columns(records, NULL)[column];
  if (!records_has(records, row, column))
    return NULL;
  gint64 number = records_number(records, row, column);
  switch (info->type) {
  case RECORD_NUMBER:
    return g_strdup_printf("%" PRId64, number);
  case RECORD_BOOL:
    return g_strdup(number ? _("yes") : _("no"));
  case RECORD_MOMENT:
    return when(number, now);
  case RECORD_LIST: {
    g_auto(GStrv) items = g_strsplit(records_text(records, row, column), "\n", -1);
    return g_strjoinv(", ", items);
  }
  default:
    return g_strdup(records_text(records, row, column));
  }
}

gboolean
grid_current(const View *view, guint *ret_row)
{
  const Grid *grid = (const Grid *)view;
  if (grid->records == NULL || grid->list.cursor >= grid->rows->len)
    return FALSE;
  *ret_row = g_array_index(grid->rows, guint, grid->list.cursor);
  return TRUE;
}

const char *
grid_text(const View *view, const char *key)
{
  const Grid *grid = (const Grid *)view;
  guint row, column;
  return grid_current(view, &row) && records_find(grid->records, key, &column)
             ? records_text(grid->records, row, column)
             : NULL;
}

gint64
grid_number(const View *view, const char *key)
{
  const Grid *grid = (const Grid *)view;
  guint row, column;
  return grid_current(view, &row) && records_find(grid->records, key, &column)
             ? records_number(grid->records, row, column)
             : 0;
}

const Records *
grid_records(const View *view)
{
  return ((const Grid *)view)->records;
}

char **
grid_arguments(const View *view)
{
  return ((const Grid *)view)->arguments;
}

/* --- filter and order --- */

/* Every word stands somewhere in the row, whatever its case and accents. */
static gboolean
fits(const Grid *grid, guint row, char **words)
{
  g_autoptr(GString) all = g_string_new(NULL);
  guint n;
  if (words == NULL || *words == NULL)
    return TRUE;
  records_columns(grid->records, &n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *cell = grid_cell(grid, row, i);
    g_string_append_printf(all, "%s\n", cell != NULL ? cell : "");
  }
  g_autofree char *folded = text_fold(all->str);
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && strstr(folded, *word) == NULL)
      return FALSE;
  return TRUE;
}

static int
compare(gconstpointer a, gconstpointer b, gpointer data)
{
  const Grid *grid = data;
  guint left = *(const guint *)a, right = *(const guint *)b, column = (guint)grid->sort;
  gboolean has_left = records_has(grid->records, left, column);
  gboolean has_right = records_has(grid->records, right, column);
  int order = 0;
  if (has_left != has_right)
    return has_left ? -1 : 1; /* what is not set comes last either way */
  RecordType type = records_columns(grid->records, NULL)[column].type;
  if (has_left && (type == RECORD_TEXT || type == RECORD_LIST))
    order = g_utf8_collate(records_text(grid->records, left, column),
                           records_text(grid->records, right, column));
  else if (has_left) {
    gint64 one = records_number(grid->records, left, column);
    gint64 other = records_number(grid->records, right, column);
    order = one < other ? -1 : one > other;
  }
  if (order == 0)
    return left < right ? -1 : 1;
  return grid->descending ? -order : order;
}

static void
remember_cursor(Grid *grid)
{
  guint row;
  g_clear_pointer(&grid->cursor_key, g_free);
  if (grid_current(&grid->view, &row))
    grid->cursor_key = records_shown(grid->records, row, 0, 0);
}

static void
find_cursor(Grid *grid)
{
  for (guint i = 0; grid->cursor_key != NULL && i < grid->rows->len; i++) {
    g_autofree char *key = records_shown(grid->records, g_array_index(grid->rows, guint, i), 0, 0);
    if (g_strcmp0(key, grid->cursor_key) == 0) {
      list_to(&grid->list, i);
      return;
    }
  }
}

void
grid_arrange(Grid *grid)
{
  g_autofree char *folded = text_fold(grid->query != NULL ? grid->query : "");
  g_auto(GStrv) words = g_strsplit(folded, " ", -1);
  g_array_set_size(grid->rows, 0);
  for (guint row = 0; grid->records != NULL && row < records_count(grid->records); row++)
    if (*folded == '\0' || fits(grid, row, words))
      g_array_append_val(grid->rows, row);
  if (grid->sort >= 0 && grid->records != NULL)
    g_array_sort_with_data(grid->rows, compare, grid);
  list_set_count(&grid->list, grid->rows->len);
  find_cursor(grid);
  console_changed(grid->view.console, CHANGED_GRID);
}

/* --- what is chosen, for the next run --- */

/* "review-list.columns"; NULL: this list is not one to remember. */
static char *
memory_key(const Grid *grid, const char *what)
{
  const Console *console = grid->view.console;
  if (grid->kind->room == 0 || console->app == NULL || console->run == NULL)
    return NULL;
  char *key = g_strdup_printf("%s.%s", grid->kind->action, what);
  return g_strdelimit(key, " ", '-');
}

void
grid_remember(const Grid *grid)
{
  g_autofree char *columns_key = memory_key(grid, "columns");
  g_autofree char *sort_key = memory_key(grid, "sort");
  g_autoptr(GString) columns = g_string_new(NULL);
  if (columns_key == NULL || grid->records == NULL)
    return;
  const RecordColumn *all = records_columns(grid->records, NULL);
  for (guint i = 0; i < grid->columns->len; i++)
    g_string_append_printf(columns, "%s%s", i > 0 ? "," : "",
                           all[g_array_index(grid->columns, guint, i)].key);
  g_autofree char *sort =
      grid->sort < 0 ? NULL : g_strconcat(grid->descending ? "-" : "", all[grid->sort].key, NULL);
  app_remember(grid->view.console->app, columns_key, columns->str);
  app_remember(grid->view.console->app, sort_key, sort);
}

void
grid_recall(Grid *grid)
{
  g_autofree char *columns_key = memory_key(grid, "columns");
  g_autofree char *sort_key = memory_key(grid, "sort");
  guint column;
  if (columns_key == NULL)
    return;
  g_autofree char *columns = app_recall(grid->view.console->app, columns_key);
  g_autofree char *sort = app_recall(grid->view.console->app, sort_key);
  g_auto(GStrv) keys = g_strsplit(columns != NULL ? columns : "", ",", -1);
  for (char **key = keys; *key != NULL; key++)
    if (records_find(grid->records, *key, &column))
      g_array_append_val(grid->columns, column);
  grid->descending = sort != NULL && *sort == '-';
  if (sort != NULL && records_find(grid->records, sort + grid->descending, &column))
    grid->sort = (gint)column;
}

void
grid_sort_by(Grid *grid, gint column)
{
  grid->descending = column >= 0 && column == grid->sort && !grid->descending;
  grid->sort = column;
  grid_remember(grid);
  grid_arrange(grid);
}

/* --- reading --- */

typedef struct {
  App *app;
  const Action *action;
  char **arguments;
  ActionResult result;
} Reading;

static gboolean
reading_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;
  ActionRequest request = {.arguments = reading->arguments};
  return reading->action->run(reading->app, &request, &reading->result, cancellable, error);
}

static void
reading_free(gpointer data)
{
  Reading *reading = data;
  g_strfreev(reading->arguments);
  action_result_clear(&reading->result);
  g_free(reading);
}

static void
first_columns(Grid *grid)
{
  guint column;
  if (grid->columns->len > 0)
    return;
  grid_recall(grid);
  if (grid->columns->len > 0)
    return;
  for (const GridColumn *want = grid->kind->columns; want->key != NULL; want++)
    if (records_find(grid->records, want->key, &column))
      g_array_append_val(grid->columns, column);
}

void
grid_set_records(View *view, Records *records)
{
  Grid *grid = (Grid *)view;
  g_clear_pointer(&grid->records, records_free);
  grid->records = records;
  first_columns(grid);
  grid_arrange(grid);
}

static void
reading_done(gpointer data, const GError *error, gpointer user)
{
  Grid *grid = user;
  Reading *reading = data;
  grid->loading = FALSE;
  g_clear_pointer(&grid->job, job_unref);
  g_clear_error(&grid->error);
  if (error != NULL)
    grid->error = g_error_copy(error);
  else
    grid_set_records(&grid->view, g_steal_pointer(&reading->result.records));
  console_changed(grid->view.console, CHANGED_GRID);
  if (grid->load_again) {
    grid->load_again = FALSE;
    grid_load(&grid->view);
    return;
  }
  if (grid->open_then && console_top(grid->view.console) == &grid->view)
    console_perform(grid->view.console, "open");
  grid->open_then = FALSE;
}

void
grid_load(View *view)
{
  Grid *grid = (Grid *)view;
  Console *console = view->console;
  const Action *action = action_find(grid->kind->action);
  if (console->app == NULL || console->run == NULL || action == NULL)
    return;
  if (grid->job != NULL) { /* what it reads may be from before what there is to see now */
    grid->load_again = TRUE;
    return;
  }
  Reading *reading = g_new0(Reading, 1);
  reading->app = console->app;
  reading->action = action;
  reading->arguments = grid->arguments != NULL ? g_strdupv(grid->arguments) : g_new0(char *, 1);
  grid->loading = TRUE;
  grid->job =
      job_start(_(action->summary), reading_run, reading, reading_free, NULL, reading_done, grid);
}

/* Others may have written to the store meanwhile. */
static void
grid_tick(View *view)
{
  if (((Grid *)view)->job == NULL)
    grid_load(view);
}

/* --- moving and opening --- */

static gboolean
grid_act(View *view, const char *action)
{
  Grid *grid = (Grid *)view;
  gint64 last = MAX((gint64)grid->columns->len - 2, 0);
  grid->open_then = FALSE;
  int by = g_str_equal(action, "left") ? -1 : g_str_equal(action, "right") ? 1 : 0;
  console_changed(view->console, CHANGED_GRID);
  if (by != 0) {
    grid->column_offset = (guint)CLAMP((gint64)grid->column_offset + by, 0, last);
    return TRUE;
  }
  if (!list_act(&grid->list, action))
    return FALSE;
  remember_cursor(grid);
  return TRUE;
}

/* Every value of the record, one under the other. */
static void
open_record(View *view)
{
  Grid *grid = (Grid *)view;
  guint row, n;
  if (!grid_current(view, &row))
    return;
  const RecordColumn *columns = records_columns(grid->records, &n);
  View *pager = pager_new(grid->title, PAGER_WINDOW);
  for (guint i = 0; i < n; i++) {
    g_autofree char *moment = columns[i].type == RECORD_MOMENT && records_has(grid->records, row, i)
                                  ? clock_format_iso(records_number(grid->records, row, i))
                                  : NULL;
    g_autofree char *text = moment != NULL ? g_steal_pointer(&moment) : grid_cell(grid, row, i);
    Style style = grid->kind->style != NULL ? grid->kind->style(grid->records, row, columns[i].key)
                                            : STYLE_NORMAL;
    if (text != NULL && *text != '\0')
      pager_add(pager, style, _(columns[i].title), text);
  }
  console_push(view->console, pager);
}

static void
act_open(View *view)
{
  Grid *grid = (Grid *)view;
  guint row;
  gboolean any = grid_current(view, &row);
  grid->open_then = !any && grid->loading; /* typed ahead of the row */
  if (!any)
    return;
  if (grid->kind->open != NULL)
    grid->kind->open(view);
  else
    open_record(view);
}

static void
act_back(View *view)
{
  Grid *grid = (Grid *)view;
  if (grid->query == NULL || *grid->query == '\0') {
    console_close(view->console, view);
    return;
  }
  g_clear_pointer(&grid->query, g_free);
  grid_arrange(grid);
}

/* As it is written to a file: a time of day alone would be of no use elsewhere. */
static char *
value_in_full(const Grid *grid, guint row, guint column)
{
  gboolean moment = records_columns(grid->records, NULL)[column].type == RECORD_MOMENT &&
                    records_has(grid->records, row, column);
  return moment ? clock_format_iso(records_number(grid->records, row, column))
                : records_shown(grid->records, row, column, 0);
}

static void
act_copy(View *view)
{
  Grid *grid = (Grid *)view;
  GPtrArray *names = g_ptr_array_new(), *values = g_ptr_array_new();
  guint row, n = 0;
  gboolean any = grid_current(view, &row);
  if (any)
    records_columns(grid->records, &n);
  for (guint column = 0; column < n; column++) {
    g_autofree char *text = value_in_full(grid, row, column);
    if (text == NULL || *text == '\0')
      continue;
    g_ptr_array_add(names, g_strdup(grid_column_title(grid, column)));
    g_ptr_array_add(values, g_steal_pointer(&text));
  }
  copy_choose(view->console, names, values);
}

static void
act_refresh(View *view)
{
  grid_load(view);
  feed_refresh(view->console->feed);
}

/* --- events --- */

static void
grid_mouse(View *view, const Event *event)
{
  Grid *grid = (Grid *)view;
  const Rect *area = &grid->area;
  guint column;
  guint index = grid->list.top + (guint)MAX(event->y - area->y, 0);
  gboolean on_row = event->y >= area->y && event->y < area->y + area->rows && event->x > 0 &&
                    event->x < view->rect.cols - 1 && index < grid->list.count;
  if (event->kind == EVENT_WHEEL)
    list_wheel(&grid->list, event->wheel * 3);
  else if (event->y == area->y - 1 && event->kind == EVENT_CLICK &&
           grid_column_at(grid, event->x, &column))
    grid_sort_by(grid, (gint)column);
  else if (on_row)
    list_to(&grid->list, index);
  remember_cursor(grid);
  if (event->kind == EVENT_DOUBLE_CLICK && on_row)
    act_open(view);
  console_changed(view->console, CHANGED_GRID);
}

static void
grid_free(View *view)
{
  Grid *grid = (Grid *)view;
  job_unref(grid->job);
  g_clear_pointer(&grid->records, records_free);
  g_clear_error(&grid->error);
  g_array_unref(grid->rows);
  g_array_unref(grid->columns);
  g_strfreev(grid->arguments);
  line_free(grid->filter);
  g_free(grid->query);
  g_free(grid->query_before);
  g_free(grid->cursor_key);
  g_free(grid->actions);
  g_free(grid->title);
}

static gboolean
grid_typing(const View *view)
{
  return ((const Grid *)view)->filter != NULL;
}

/* What is about a row needs one; what is about none is told by the kind. */
static gboolean
grid_can(const View *view, const char *action)
{
  static const char *const of_rows[] = {"open", "write", "copy", NULL};
  const Grid *grid = (const Grid *)view;
  if (grid->rows->len > 0)
    return TRUE;
  for (const ViewAction *own = grid->kind->actions; own != NULL && own->action != NULL; own++)
    if (g_str_equal(own->action, action))
      return grid->kind->without_row != NULL && g_strv_contains(grid->kind->without_row, action);
  return !g_strv_contains(of_rows, action);
}

static const ViewAction grid_actions[] = {
    {"open", act_open},         {"back", act_back},
    {"refresh", act_refresh},   {"filter", grid_filter_begin},
    {"sort", grid_choose_sort}, {"columns", grid_choose_columns},
    {"write", grid_ask_write},  {"copy", act_copy},
};

gboolean
grid_is(const View *view)
{
  return view != NULL && view->ops->free == grid_free;
}

/* The kind's own come first: they are what is found. */
static ViewAction *
join_actions(const ViewAction *own)
{
  GArray *all = g_array_new(TRUE, TRUE, sizeof(ViewAction));
  for (; own != NULL && own->action != NULL; own++)
    g_array_append_val(all, *own);
  g_array_append_vals(all, grid_actions, G_N_ELEMENTS(grid_actions));
  return (ViewAction *)(void *)g_array_free(all, FALSE);
}

View *
grid_new(Console *console, const GridKind *kind, char *title, char **arguments)
{
  Grid *grid = g_new0(Grid, 1);
  grid->kind = kind;
  grid->title = title != NULL ? title : g_strdup(_(kind->title));
  grid->arguments = arguments;
  grid->actions = join_actions(kind->actions);
  grid->ops = (ViewOps){.title = kind->title,
                        .scope = kind->scope,
                        .room = kind->room,
                        .changed = CHANGED_GRID,
                        .draw = grid_draw,
                        .key = grid_filter_key,
                        .typing = grid_typing,
                        .can = grid_can,
                        .paste = grid_filter_paste,
                        .mouse = grid_mouse,
                        .act = grid_act,
                        .actions = grid->actions,
                        .tick = grid_tick,
                        .reload = grid_load,
                        .free = grid_free};
  grid->view.ops = &grid->ops;
  grid->view.console = console;
  grid->rows = g_array_new(FALSE, FALSE, sizeof(guint));
  grid->columns = g_array_new(FALSE, FALSE, sizeof(guint));
  grid->sort = -1;
  grid_load(&grid->view);
  return &grid->view;
}
