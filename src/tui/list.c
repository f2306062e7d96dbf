/* The arithmetic of lists. */
#include "tui/list.h"

static void
keep_visible(List *list)
{
  guint page = list->page;
  guint last_top = list->count > page ? list->count - page : 0;
  if (page == 0) /* not laid out yet */
    return;
  if (list->cursor < list->top)
    list->top = list->cursor;
  else if (list->cursor >= list->top + page)
    list->top = list->cursor - page + 1;
  list->top = MIN(list->top, last_top);
}

void
list_set_count(List *list, guint count)
{
  list->count = count;
  list->cursor = count == 0 ? 0 : MIN(list->cursor, count - 1);
  keep_visible(list);
}

void
list_layout(List *list, guint page)
{
  list->page = page;
  keep_visible(list);
}

void
list_to(List *list, guint index)
{
  list->cursor = list->count == 0 ? 0 : MIN(index, list->count - 1);
  keep_visible(list);
}

void
list_move(List *list, gint64 by)
{
  gint64 last = list->count == 0 ? 0 : (gint64)list->count - 1;
  list_to(list, (guint)CLAMP((gint64)list->cursor + by, 0, last));
}

void
list_wheel(List *list, int by)
{
  guint page = MAX(list->page, 1);
  gint64 last_top = list->count > page ? (gint64)(list->count - page) : 0;
  list->top = (guint)CLAMP((gint64)list->top + by, 0, last_top);
  if (list->count > 0)
    list->cursor = CLAMP(list->cursor, list->top, MIN(list->top + page, list->count) - 1);
}

gboolean
list_act(List *list, const char *action)
{
  static const struct {
    const char *action;
    int halves, rows;
  } moves[] = {{"up", 0, -1},      {"down", 0, 1},      {"page-up", -2, 0}, {"page-down", 2, 0},
               {"half-up", -1, 0}, {"half-down", 1, 0}, {"scroll", 2, 0}};
  for (gsize i = 0; i < G_N_ELEMENTS(moves); i++)
    if (g_str_equal(moves[i].action, action)) {
      list_move(list, moves[i].rows + (gint64)moves[i].halves * MAX(list->page, 2) / 2);
      return TRUE;
    }
  if (g_str_equal(action, "first"))
    list_to(list, 0);
  else if (g_str_equal(action, "last"))
    list_to(list, G_MAXUINT);
  else
    return FALSE;
  return TRUE;
}
