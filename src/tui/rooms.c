/* The table of numbered views. A view whose subject is not in this version has
 * no row, and its number stays free. */
#include "tui/rooms.h"

#include "base/i18n.h"
#include "tui/view-journal.h"
#include "tui/view-reviews.h"

/* On fewer rows each line is worth more to the list. */
#define LINE_FROM_ROWS 16

static const struct {
  guint number;
  const char *action; /* whose key leads there */
  const char *label;
  View *(*open)(Console *console); /* NULL: the list of accounts, which is there */
} rooms[] = {
    {1, "list", N_("Accounts"), NULL},
    {3, "review list", N_("Reviews"), view_reviews_new},
    {6, "journal list", N_("Journal"), view_journal_new},
};

static guint
current(const Console *console)
{
  for (guint i = console->views->len; i > 0; i--) {
    const View *view = g_ptr_array_index(console->views, i - 1);
    if (view->ops->room != 0)
      return view->ops->room;
  }
  return 0;
}

/* Something that is open over the list would be lost, be it under a text that covers it. */
static gboolean
is_held(const Console *console)
{
  for (guint i = 1; i < console->views->len; i++) {
    const ViewOps *ops = ((const View *)g_ptr_array_index(console->views, i))->ops;
    if (ops->modal || ops->scope == SCOPE_FORM || ops->scope == SCOPE_PLAN)
      return TRUE;
  }
  return FALSE;
}

void
rooms_go(Console *console, guint number)
{
  const View *ground = console->views->len > 0 ? g_ptr_array_index(console->views, 0) : NULL;
  if (ground == NULL || ground->ops->room == 0) /* nothing is configured */
    return;
  if (is_held(console)) {
    console_say(console, STYLE_WARN, _("Close this first."));
    return;
  }
  View *top = console_top(console);
  if (top->ops->room == number) {
    if (top->ops->reload != NULL)
      top->ops->reload(top);
    return;
  }
  while (console->views->len > 1)
    console_close(console, console_top(console));
  for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++)
    if (rooms[i].number == number && rooms[i].open != NULL)
      console_push(console, rooms[i].open(console));
}

int
rooms_rows(const Console *console, int rows)
{
  return rows >= LINE_FROM_ROWS && current(console) != 0;
}

/* The columns that a name takes with its key, which the caller owns. */
static int
name_cells(const Console *console, const Theme *theme, gsize i, char **ret_key)
{
  *ret_key = keymap_key(console->keymap, rooms[i].action);
  return draw_width(theme, *ret_key) + 1 + draw_width(theme, _(rooms[i].label));
}

void
rooms_draw(const Console *console, const Draw *draw, int y)
{
  guint here = current(console);
  int x = 1;
  for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
    g_autofree char *key = NULL;
    int cells = name_cells(console, draw->theme, i, &key);
    gboolean is_here = rooms[i].number == here;
    int at = x + draw_text(draw, y, x, draw->cols - x, is_here ? STYLE_HERE : STYLE_KEY, key);
    draw_text(draw, y, at, 1, is_here ? STYLE_HERE : STYLE_DIM, " ");
    draw_text(draw, y, at + 1, draw->cols - at - 1, is_here ? STYLE_HERE : STYLE_DIM,
              _(rooms[i].label));
    x += cells + 2;
  }
}

guint
rooms_at(const Console *console, int x)
{
  int from = 1;
  for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
    g_autofree char *key = NULL;
    int cells = name_cells(console, screen_theme(console->screen), i, &key);
    if (x >= from && x < from + cells)
      return rooms[i].number;
    from += cells + 2;
  }
  return 0;
}
