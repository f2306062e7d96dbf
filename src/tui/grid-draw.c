/* The grid on screen: which columns fit, one line for each row that can be
 * seen, and what stands there when there is none. */
#include "tui/grid-private.h"

#include "base/i18n.h"
#include "tui/blank.h"

#define MARK_COLS 2
#define GAP       2

typedef struct {
  guint column; /* of the records */
  int x, width, least, want;
  gboolean right;
} Shown;

static const GridColumn *
wanted(const Grid *grid, guint column)
{
  const char *key = records_columns(grid->records, NULL)[column].key;
  for (const GridColumn *want = grid->kind->columns; want->key != NULL; want++)
    if (g_str_equal(want->key, key))
      return want;
  return NULL;
}

const char *
grid_column_title(const Grid *grid, guint column)
{
  const GridColumn *want = wanted(grid, column);
  return _(want != NULL && want->title != NULL
               ? want->title
               : records_columns(grid->records, NULL)[column].title);
}

char *
grid_cell(const Grid *grid, guint row, guint column)
{
  gint64 now = console_now(grid->view.console);
  const char *key = records_columns(grid->records, NULL)[column].key;
  char *own = grid->kind->text != NULL ? grid->kind->text(grid->records, row, key, now) : NULL;
  return own != NULL ? own : records_shown(grid->records, row, column, now);
}

/* The columns that a list is of little use without; the rest is shown when these have room. */
#define MAIN_COLUMNS 3

/* Gives each column so many hundredths of what it wants beyond its least, long ones even more
 * than they want; the cells used then. */
static int
widen(GArray *all, int used, int cols, int hundredths)
{
  for (guint i = 0; i < all->len && used < cols; i++) {
    Shown *shown = &g_array_index(all, Shown, i);
    int share = shown->want < 16 ? MIN(hundredths, 100) : hundredths;
    int want = shown->least + (shown->want - shown->least) * share / 100;
    int more = CLAMP(want - shown->width, 0, cols - used);
    shown->width += more;
    used += more;
  }
  return used;
}

static Shown
shown_of(const Grid *grid, const Theme *theme, guint column)
{
  const GridColumn *want = wanted(grid, column);
  RecordType type = records_columns(grid->records, NULL)[column].type;
  int title = draw_width(theme, grid_column_title(grid, column)) + 1;
  int least = MAX(want != NULL ? want->least : 10, title);
  return (Shown){column,
                 0,
                 least,
                 least,
                 MAX(want != NULL ? want->want : 24, least),
                 type == RECORD_NUMBER && (want == NULL || want->title == NULL)};
}

/* As many columns as fit, the first always; what is left goes to those that want more. */
static GArray *
lay_out(const Grid *grid, const Theme *theme, int cols)
{
  GArray *all = g_array_new(FALSE, FALSE, sizeof(Shown));
  int used = MARK_COLS - GAP;
  for (guint i = 0; i < grid->columns->len; i++) {
    if (i > 0 && i <= grid->column_offset)
      continue;
    Shown shown = shown_of(grid, theme, g_array_index(grid->columns, guint, i));
    if (all->len == MAIN_COLUMNS)
      used = widen(all, used, cols, 40);
    if (all->len > 0 && used + GAP + shown.width > cols)
      break;
    shown.width = MIN(shown.width, MAX(cols - used - GAP, 1));
    g_array_append_val(all, shown);
    used += GAP + shown.width;
  }
  used = widen(all, used, cols, 100);
  used = widen(all, used, cols, 150);
  widen(all, used, cols, 400);
  for (guint i = 0, x = MARK_COLS; i < all->len; i++) {
    Shown *shown = &g_array_index(all, Shown, i);
    shown->x = (int)x;
    x += (guint)(shown->width + GAP);
  }
  return all;
}

gboolean
grid_column_at(const Grid *grid, int x, guint *ret_column)
{
  if (grid->records == NULL)
    return FALSE;
  g_autoptr(GArray) columns =
      lay_out(grid, screen_theme(grid->view.console->screen), grid->area.cols - 1);
  for (guint i = 0; i < columns->len; i++) {
    const Shown *shown = &g_array_index(columns, Shown, i);
    if (x >= grid->area.x + shown->x && x < grid->area.x + shown->x + shown->width) {
      *ret_column = shown->column;
      return TRUE;
    }
  }
  return FALSE;
}

static void
draw_header(const Grid *grid, const Draw *draw, const Rect *area, const GArray *columns)
{
  for (guint i = 0; i < columns->len; i++) {
    const Shown *shown = &g_array_index(columns, Shown, i);
    const char *title = grid_column_title(grid, shown->column);
    int x = area->x + shown->x, sorted = grid->sort == (gint)shown->column;
    if (shown->right)
      x = MAX(x, x + shown->width - draw_width(draw->theme, title) - sorted);
    int used = draw_text(draw, area->y, x, shown->width, STYLE_HEAD, title);
    if (sorted)
      draw_mark(draw, area->y, x + used, STYLE_KEY,
                grid->descending ? MARK_DESCENDING : MARK_ASCENDING);
  }
  /* There is more on that side. */
  if (grid->column_offset > 0)
    draw_text(draw, area->y, area->x + MARK_COLS - 1, 1, STYLE_KEY, "<");
  if (columns->len + grid->column_offset < grid->columns->len)
    draw_text(draw, area->y, area->x + area->cols - 1, 1, STYLE_KEY, ">");
}

static void
draw_cells(const Grid *grid, const Draw *draw, int y, const Rect *area, guint row,
           const GArray *columns, const Style *over)
{
  for (guint i = 0; i < columns->len; i++) {
    const Shown *shown = &g_array_index(columns, Shown, i);
    const char *key = records_columns(grid->records, NULL)[shown->column].key;
    Rect cell = {y, area->x + shown->x, 1, shown->width};
    if (grid->kind->draw != NULL && grid->kind->draw(grid->records, row, key, draw, cell, over))
      continue;
    g_autofree char *text = grid_cell(grid, row, shown->column);
    Style style = over != NULL                ? *over
                  : grid->kind->style != NULL ? grid->kind->style(grid->records, row, key)
                                              : STYLE_NORMAL;
    if (shown->right)
      draw_text_right(draw, y, cell.x + cell.cols, cell.cols, style, text != NULL ? text : "");
    else
      draw_text(draw, y, cell.x, cell.cols, style, text);
  }
}

static void
draw_rows(Grid *grid, const Draw *draw, const Rect *area)
{
  g_autoptr(GArray) columns = lay_out(grid, draw->theme, area->cols - 1);
  const Style cursor = grid->filter == NULL ? STYLE_CURSOR : STYLE_CURSOR_IDLE;
  draw_header(grid, draw, area, columns);
  for (guint i = 0; i < grid->list.page && grid->list.top + i < grid->list.count; i++) {
    guint index = grid->list.top + i;
    int y = area->y + 1 + (int)i;
    gboolean here = index == grid->list.cursor;
    if (here) {
      draw_fill(draw, y, area->x, area->cols, cursor);
      draw_text(draw, y, area->x, 1, cursor, ">");
      grid->view.cursor_y = y;
      grid->view.cursor_x = area->x;
    }
    draw_cells(grid, draw, y, area, g_array_index(grid->rows, guint, index), columns,
               here ? &cursor : NULL);
  }
  draw_scroll(draw, area->y + 1, area->x + area->cols, area->rows - 1, grid->list.top,
              grid->list.page, grid->list.count, STYLE_BORDER_FOCUS);
}

/* --- when there is nothing to show --- */

static void
why_empty(const Grid *grid, Blank *blank)
{
  blank->style = STYLE_STRONG;
  if (grid->records != NULL && records_count(grid->records) > 0) {
    blank->title = g_strdup(_("Nothing matches."));
    blank->hint = g_strdup(_("Esc clears the filter."));
  } else if (grid->error != NULL) {
    blank_of_error(blank, grid->view.console, grid->error, _("It could not be read."));
  } else if (grid->records == NULL) {
    blank->title = g_strdup(_("Reading …"));
  } else {
    blank->title = g_strdup(grid->kind->empty != NULL ? _(grid->kind->empty) : _("Nothing."));
    blank->hint = g_strdup(grid->kind->hint != NULL ? _(grid->kind->hint) : NULL);
  }
}

static void
draw_empty(Grid *grid, const Draw *draw, const Rect *area)
{
  g_auto(Blank) blank = {0};
  why_empty(grid, &blank);
  blank_draw(&blank, draw, area, &grid->view);
}

/* The title, or the filter in its place; how many rows there are, on the right. */
static void
draw_title(Grid *grid, const Draw *draw)
{
  guint all = grid->records == NULL ? 0 : records_count(grid->records);
  g_autofree char *count = grid->rows->len != all
                               ? g_strdup_printf(_(" %u of %u "), grid->rows->len, all)
                               : g_strdup_printf(" %u ", all);
  int right = draw->cols - 1;
  if (grid->records != NULL)
    right = draw_text_right(draw, 0, right, draw->cols / 2, STYLE_DIM, count);
  if (grid->filter != NULL) {
    draw_text(draw, 0, 1, 2, STYLE_KEY, " /");
    grid->view.cursor_y = 0;
    grid->view.cursor_x = line_draw(grid->filter, draw, 0, 3, right - 4, STYLE_FIELD_FOCUS);
    return;
  }
  gboolean filtered = grid->query != NULL && *grid->query != '\0';
  draw_textf(draw, 0, 1, right - 2, STYLE_TITLE, filtered ? " /%s " : " %s ",
             filtered ? grid->query : grid->title);
}

void
grid_draw(View *view, const Draw *draw)
{
  Grid *grid = (Grid *)view;
  Rect area = {1, 1, draw->rows - 2, draw->cols - 2};
  grid->area = (Rect){area.y + 1, area.x, area.rows - 1, area.cols};
  draw_box(draw, (Rect){0, 0, draw->rows, draw->cols}, STYLE_BORDER);
  list_layout(&grid->list, (guint)MAX(area.rows - 1, 1));
  if (grid->rows->len == 0)
    draw_empty(grid, draw, &area);
  else
    draw_rows(grid, draw, &area);
  draw_title(grid, draw);
}
