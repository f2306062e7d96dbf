/* The pager. Lines are kept as they were given and wrapped when the width is
 * known; a search looks at the lines as a person sees them. */
#include "tui/pager.h"

#include "base/i18n.h"
#include "base/text.h"
#include "tui/copy.h"
#include "tui/dialog.h"
#include "tui/list.h"
#include "tui/search.h"
#include <string.h>

#define LABEL_COLS     18
#define LABEL_COLS_MAX 24

typedef struct {
  Style style;
  char *label, *text;
} PagerLine;

typedef struct {
  guint line; /* of lines */
  gboolean first;
  char *text;
} Row;

typedef struct {
  View view;
  char *title;
  PagerKind kind;
  GPtrArray *lines; /* PagerLine */
  GPtrArray *rows;  /* Row: wrapped for `wrapped_cols` */
  int wrapped_cols;
  gboolean labels; /* any */
  int label_cells; /* wanted for the longest of them */
  guint top, page;
  PagerClosed closed;
  gpointer closed_data;
  char *account; /* its object id; NULL: it is about no account */
  PagerFill fill;
  gpointer fill_data;
  GDestroyNotify fill_free;
} Pager;

static void
line_clear(gpointer data)
{
  PagerLine *line = data;
  g_free(line->label);
  g_free(line->text);
  g_free(line);
}

static void
row_clear(gpointer data)
{
  Row *row = data;
  g_free(row->text);
  g_free(row);
}

static int
label_cols(const Pager *pager, int cols)
{
  return pager->labels ? MIN(pager->label_cells, cols / 3) : 0;
}

static int
longest_label(const Pager *pager, const Theme *theme)
{
  int longest = LABEL_COLS;
  for (guint i = 0; i < pager->lines->len; i++) {
    const PagerLine *line = g_ptr_array_index(pager->lines, i);
    if (line->label != NULL)
      longest = MAX(longest, draw_width(theme, line->label) + 2);
  }
  return MIN(longest, LABEL_COLS_MAX);
}

static gsize
fit(const Theme *theme, const char *text, int cells)
{
  const char *at = text, *blank = NULL;
  int used = 0;
  for (; *at != '\0'; at = g_utf8_next_char(at)) {
    char one[8] = {0};
    memcpy(one, at, (gsize)(g_utf8_next_char(at) - at));
    used += g_unichar_iszerowidth(g_utf8_get_char(at)) ? 0 : draw_width(theme, one);
    if (used > cells)
      break;
    if (*at == ' ')
      blank = at;
  }
  if (*at == '\0')
    return (gsize)(at - text);
  if (blank != NULL && blank > text)
    return (gsize)(blank - text);
  return at > text ? (gsize)(at - text) : (gsize)(g_utf8_next_char(text) - text);
}

static void
wrap_line(Pager *pager, guint index, const Theme *theme, int cols)
{
  const PagerLine *line = g_ptr_array_index(pager->lines, index);
  int cells = MAX(cols - (line->label != NULL ? label_cols(pager, cols) : 0), 8);
  g_autofree char *shown = draw_shown(theme, line->text);
  const char *at = shown;
  gboolean first = TRUE;
  do {
    gsize length = fit(theme, at, cells);
    Row *row = g_new0(Row, 1);
    *row = (Row){index, first, g_strndup(at, length)};
    g_ptr_array_add(pager->rows, row);
    for (at += length; *at == ' ' && length > 0;)
      at++;
    first = FALSE;
  } while (*at != '\0');
}

static void
wrap_all(Pager *pager, const Theme *theme, int cols)
{
  if (pager->wrapped_cols == cols)
    return;
  g_ptr_array_set_size(pager->rows, 0);
  pager->label_cells = longest_label(pager, theme);
  for (guint i = 0; i < pager->lines->len; i++)
    wrap_line(pager, i, theme, cols);
  pager->wrapped_cols = cols;
}

static Rect
pager_place(View *view, Rect room)
{
  Pager *pager = (Pager *)view;
  if (pager->kind == PAGER_FULL)
    return room;
  int cols = MIN(78, room.cols - 2);
  if (pager->fill != NULL && pager->lines->len == 0)
    pager->fill(view, pager->fill_data);
  wrap_all(pager, screen_theme(view->console->screen), cols - 4);
  return dialog_place(room, MIN((int)pager->rows->len + 2, room.rows - 2), cols);
}

static void
to_top(Pager *pager, gint64 top)
{
  gint64 last = (gint64)pager->rows->len - pager->page;
  pager->top = (guint)CLAMP(top, 0, MAX(last, 0));
}

static void
draw_row(const Pager *pager, const Draw *draw, int y, guint index)
{
  const Row *row = g_ptr_array_index(pager->rows, index);
  const PagerLine *line = g_ptr_array_index(pager->lines, row->line);
  int x = 2, labels = label_cols(pager, draw->cols - 4);
  if (line->label != NULL) {
    if (row->first)
      draw_text(draw, y, x, labels - 1, STYLE_DIM, line->label);
    x += labels;
  }
  draw_text(draw, y, x, draw->cols - x - 2,
            index == search_match(pager->view.search) ? STYLE_MATCH : line->style, row->text);
}

static void
empty(Pager *pager)
{
  g_ptr_array_set_size(pager->lines, 0);
  g_ptr_array_set_size(pager->rows, 0);
  pager->wrapped_cols = 0;
  pager->labels = FALSE;
}

static void
pager_draw(View *view, const Draw *draw)
{
  Pager *pager = (Pager *)view;
  draw_frame(draw, STYLE_BORDER_FOCUS, pager->title);
  if (pager->fill != NULL) {
    empty(pager);
    pager->fill(view, pager->fill_data);
  }
  wrap_all(pager, draw->theme, draw->cols - 4);
  pager->page = (guint)MAX(draw->rows - 2, 1);
  to_top(pager, pager->top);
  for (guint i = 0; i < pager->page && pager->top + i < pager->rows->len; i++)
    draw_row(pager, draw, 1 + (int)i, pager->top + i);
  draw_scroll(draw, 1, draw->cols - 1, (int)pager->page, pager->top, pager->page, pager->rows->len,
              STYLE_BORDER_FOCUS);
  guint match = search_match(pager->view.search);
  view->cursor_x = 2;
  view->cursor_y = 1;
  if (match != SEARCH_NONE && match >= pager->top && match < pager->top + pager->page)
    view->cursor_y = 1 + (int)(match - pager->top);
  if (search_typing(view->search))
    draw_hline(draw, draw->rows - 1, 1, draw->cols - 2, STYLE_BORDER_FOCUS);
  search_draw(view->search, draw, draw->rows - 1, 2, draw->cols - 5);
}

/* --- searching --- */

static guint
count_rows(const View *view)
{
  return ((const Pager *)view)->rows->len;
}

static guint
top_row(const View *view)
{
  return ((const Pager *)view)->top;
}

static gboolean
row_fits(const View *view, guint index, const char *sought)
{
  const Pager *pager = (const Pager *)view;
  const Row *row = g_ptr_array_index(pager->rows, index);
  const PagerLine *line = g_ptr_array_index(pager->lines, row->line);
  g_autofree char *all =
      g_strconcat(row->first && line->label != NULL ? line->label : "", " ", row->text, NULL);
  g_autofree char *folded = text_fold(all);
  return strstr(folded, sought) != NULL;
}

static void
show_row(View *view, guint index)
{
  Pager *pager = (Pager *)view;
  if (index < pager->top || index >= pager->top + pager->page)
    to_top(pager, (gint64)index - pager->page / 3);
}

static const SearchLines search_lines = {count_rows, top_row, row_fits, show_row};

/* --- moving --- */

static gboolean
pager_act(View *view, const char *action)
{
  static const struct {
    const char *action;
    int rows, halves;
  } moves[] = {{"up", -1, 0},       {"down", 1, 0},        {"page-up", 0, -2},
               {"page-down", 0, 2}, {"scroll", 0, 2},      {"half-up", 0, -1},
               {"half-down", 0, 1}, {"first", 0, -200000}, {"last", 0, 200000}};
  Pager *pager = (Pager *)view;
  for (gsize i = 0; i < G_N_ELEMENTS(moves); i++)
    if (g_str_equal(moves[i].action, action)) {
      to_top(pager, (gint64)pager->top + moves[i].rows +
                        (gint64)moves[i].halves * MAX(pager->page - 1, 2) / 2);
      console_changed(view->console, CHANGED_TOP);
      return TRUE;
    }
  return FALSE;
}

static void
pager_mouse(View *view, const Event *event)
{
  Pager *pager = (Pager *)view;
  if (event->kind == EVENT_WHEEL)
    to_top(pager, (gint64)pager->top + event->wheel * 3);
  console_changed(view->console, CHANGED_TOP);
}

static void
act_back(View *view)
{
  Pager *pager = (Pager *)view;
  console_close(view->console, view);
  if (pager->closed != NULL)
    pager->closed(view->console, pager->closed_data);
}

static void
pager_free(View *view)
{
  Pager *pager = (Pager *)view;
  if (pager->fill_free != NULL)
    pager->fill_free(pager->fill_data);
  g_free(pager->title);
  g_free(pager->account);
  g_ptr_array_unref(pager->lines);
  g_ptr_array_unref(pager->rows);
}

/* What has a label is a value. */
static void
act_copy(View *view)
{
  const Pager *pager = (Pager *)view;
  GPtrArray *names = g_ptr_array_new(), *values = g_ptr_array_new();
  for (guint i = 0; i < pager->lines->len; i++) {
    const PagerLine *line = g_ptr_array_index(pager->lines, i);
    if (line->label == NULL || *line->text == '\0')
      continue;
    g_ptr_array_add(names, g_strdup(line->label));
    g_ptr_array_add(values, g_strdup(line->text));
  }
  copy_choose(view->console, names, values);
}

static const ViewAction pager_actions[] = {
    {"back", act_back}, {"quit", act_back}, {"open", act_back}, {"copy", act_copy}, {NULL, NULL},
};

static const ViewOps pager_ops = {
    .title = N_("A text"),
    .scope = SCOPE_PAGER,
    .changed = CHANGED_DETAIL | CHANGED_LOG | CHANGED_LIST,
    .place = pager_place,
    .draw = pager_draw,
    .mouse = pager_mouse,
    .act = pager_act,
    .actions = pager_actions,
    .free = pager_free,
};

static char **
pager_targets(View *view)
{
  char **ids = g_new0(char *, 2);
  ids[0] = g_strdup(((Pager *)view)->account);
  return ids;
}

static const ViewOps account_ops = {
    .title = N_("An account"),
    .scope = SCOPE_PAGER,
    .changed = CHANGED_DETAIL | CHANGED_LOG | CHANGED_LIST,
    .place = pager_place,
    .draw = pager_draw,
    .mouse = pager_mouse,
    .act = pager_act,
    .actions = pager_actions,
    .targets = pager_targets,
    .free = pager_free,
};

void
pager_of_account(View *view, const char *id)
{
  Pager *pager = (Pager *)view;
  g_free(pager->account);
  pager->account = g_strdup(id);
  view->ops = &account_ops;
}

View *
pager_new(const char *title, PagerKind kind)
{
  Pager *pager = g_new0(Pager, 1);
  pager->view.ops = &pager_ops;
  pager->title = g_strdup(title);
  pager->kind = kind;
  pager->view.search = search_new(&search_lines, &pager->view);
  pager->lines = g_ptr_array_new_with_free_func(line_clear);
  pager->rows = g_ptr_array_new_with_free_func(row_clear);
  return &pager->view;
}

void
pager_add(View *view, Style style, const char *label, const char *text)
{
  Pager *pager = (Pager *)view;
  PagerLine *line = g_new0(PagerLine, 1);
  *line = (PagerLine){style, g_strdup(label), g_strdup(text != NULL ? text : "")};
  g_ptr_array_add(pager->lines, line);
  pager->labels |= label != NULL;
  pager->wrapped_cols = 0;
}

void
pager_addf(View *view, Style style, const char *label, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  pager_add(view, style, label, text);
}

void
pager_add_text(View *view, Style style, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (line[1] != NULL || **line != '\0')
      pager_add(view, style, NULL, *line);
}

void
pager_set_fill(View *view, PagerFill fill, gpointer data, GDestroyNotify data_free)
{
  Pager *pager = (Pager *)view;
  pager->fill = fill;
  pager->fill_data = data;
  pager->fill_free = data_free;
}

void
pager_on_close(View *view, PagerClosed closed, gpointer data)
{
  Pager *pager = (Pager *)view;
  pager->closed = closed;
  pager->closed_data = data;
}
