/* The log's pane below the list, and searching in it. What a line looks like is
 * in log-lines. */
#include "tui/accounts-private.h"

#include "base/text.h"
#include "tui/log-lines.h"
#include <string.h>

static gboolean
line_fits(const View *view, guint index, const char *sought)
{
  const LogLine *line = g_ptr_array_index(view->console->feed->log, index);
  const char *const parts[] = {log_state_label(line->state), line->what, line->target, line->detail,
                               line->request_id};
  g_autoptr(GString) all = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    g_string_append_printf(all, "%s ", parts[i] != NULL ? parts[i] : "");
  g_autofree char *folded = text_fold(all->str);
  return strstr(folded, sought) != NULL;
}

static guint
count_lines(const View *view)
{
  return view->console->feed->log->len;
}

static guint
cursor_line(const View *view)
{
  return ((const AccountsView *)view)->log_list.cursor;
}

static void
show_line(View *view, guint index)
{
  list_to(&((AccountsView *)view)->log_list, index);
}

/* Not that of the view: it is one of its panes that has it. */
Search *
accounts_log_search_new(AccountsView *accounts)
{
  static const SearchLines search_lines = {count_lines, cursor_line, line_fits, show_line};
  return search_new(&search_lines, &accounts->view);
}

/* What is sought once is gone through with the keys that do it in a text. */
static gboolean
next_key(AccountsView *accounts, KeyCode code)
{
  const Action *action = keymap_action(accounts->view.console->keymap, SCOPE_PAGER, code);
  if (action == NULL || !search_has_word(accounts->log_search))
    return FALSE;
  gboolean next = g_str_equal(action->name, "next-match");
  if (!next && !g_str_equal(action->name, "previous-match"))
    return FALSE;
  search_next(accounts->log_search, next ? 1 : -1);
  return TRUE;
}

gboolean
accounts_log_key(AccountsView *accounts, KeyCode code)
{
  if (accounts->focus != PANE_LOG)
    return FALSE;
  if (!search_key(accounts->log_search, code) && !next_key(accounts, code))
    return FALSE;
  console_changed(accounts->view.console, CHANGED_LOG);
  return TRUE;
}

gboolean
accounts_log_paste(AccountsView *accounts, const char *text)
{
  if (accounts->focus != PANE_LOG || !search_paste(accounts->log_search, text))
    return FALSE;
  console_changed(accounts->view.console, CHANGED_LOG);
  return TRUE;
}

void
accounts_log_draw(AccountsView *accounts, const Draw *draw)
{
  const Rect *area = &accounts->pane[PANE_LOG];
  guint count = count_lines(&accounts->view);
  gboolean focus = accounts->focus == PANE_LOG;
  if (area->rows == 0)
    return;
  gboolean at_end = accounts->log_list.cursor + 1 >= accounts->log_list.count;
  list_set_count(&accounts->log_list, count);
  list_layout(&accounts->log_list, (guint)area->rows);
  if (at_end && count > 0) /* the newest stays in sight unless somebody looks back */
    list_to(&accounts->log_list, count - 1);
  log_lines_draw(&accounts->view, draw, *area, &accounts->log_list, focus);
  draw_scroll(draw, area->y, area->x + area->cols, area->rows, accounts->log_list.top,
              (guint)area->rows, count, STYLE_BORDER);
  if (focus)
    search_draw(accounts->log_search, draw, area->y + area->rows, area->x + 1, area->cols - 3);
}
