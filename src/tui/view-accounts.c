/* The accounts view: panes, focus, moving, tags. The table, the filter and what
 * is asked in windows of their own are in the files beside. */
#include "tui/view-accounts.h"

#include "base/i18n.h"
#include "tui/accounts-private.h"
#include "tui/copy.h"
#include "tui/detail.h"
#include "tui/log-lines.h"
#include "tui/view-detail.h"
#include <inttypes.h>

#define DETAIL_FROM_COLS 96
#define LOG_FROM_ROWS    15
#define REST             350 /* ms before the account under the cursor is read in full */

/* --- the cursor --- */

gboolean
accounts_current(const AccountsView *accounts, guint *ret_row)
{
  const Listing *listing = accounts->view.console->feed->listing;
  if (accounts->lacking != 0 || accounts->list.cursor >= listing_count(listing))
    return FALSE;
  *ret_row = listing_row(listing, accounts->list.cursor);
  return TRUE;
}

const char *
accounts_current_id(const AccountsView *accounts)
{
  guint row;
  const Snapshot *snapshot = listing_snapshot(accounts->view.console->feed->listing);
  return accounts_current(accounts, &row) ? snapshot_text(snapshot, row, FIELD_ID) : NULL;
}

static gboolean
on_rest(gpointer data)
{
  AccountsView *accounts = data;
  Console *console = accounts->view.console;
  accounts->rest_source = 0;
  /* Only where it can be seen, and only while the service answers. */
  if (console_top(console) == &accounts->view && accounts->pane[PANE_DETAIL].rows > 0 &&
      console->feed->error == NULL && !console->feed->loading && accounts->cursor_id != NULL)
    feed_want_account(console->feed, accounts->cursor_id);
  return G_SOURCE_REMOVE;
}

static void
await_rest(AccountsView *accounts)
{
  const Console *console = accounts->view.console;
  if (console->run != NULL && accounts->rest_source == 0 && !console->feed->loading &&
      accounts->pane[PANE_DETAIL].rows > 0 &&
      g_strcmp0(accounts->cursor_id, console->feed->account_id) != 0)
    accounts->rest_source = g_timeout_add(REST, on_rest, accounts);
}

void
accounts_cursor_moved(AccountsView *accounts)
{
  Console *console = accounts->view.console;
  g_free(accounts->cursor_id);
  accounts->cursor_id = g_strdup(accounts_current_id(accounts));
  accounts->detail_top = 0;
  if (accounts->rest_source != 0)
    g_clear_handle_id(&accounts->rest_source, g_source_remove);
  await_rest(accounts);
  console_changed(console, CHANGED_LIST | CHANGED_DETAIL);
}

void
accounts_sync(AccountsView *accounts)
{
  const Listing *listing = accounts->view.console->feed->listing;
  guint index;
  accounts->lacking = accounts_lacking(accounts, listing_query(listing));
  accounts_tag_waiting(accounts);
  list_set_count(&accounts->list, accounts->lacking != 0 ? 0 : listing_count(listing));
  if (accounts->wanted_id != NULL && listing_index_of(listing, accounts->wanted_id, &index)) {
    g_free(accounts->cursor_id);
    accounts->cursor_id = g_steal_pointer(&accounts->wanted_id);
    accounts->moved = TRUE;
    list_to(&accounts->list, index);
    accounts_cursor_moved(accounts);
    return;
  }
  if (!accounts->moved)
    list_to(&accounts->list, 0);
  else if (accounts->cursor_id != NULL && listing_index_of(listing, accounts->cursor_id, &index))
    list_to(&accounts->list, index);
  else
    list_to(&accounts->list, accounts->filter != NULL ? 0 : accounts->list.cursor);
  if (g_strcmp0(accounts_current_id(accounts), accounts->cursor_id) != 0)
    accounts_cursor_moved(accounts);
  await_rest(accounts); /* a refresh forgets what was read in full */
}

void
accounts_want(AccountsView *accounts, const char *id)
{
  g_free(accounts->wanted_id);
  accounts->wanted_id = g_strdup(id);
  accounts_sync(accounts);
}

AccountsView *
accounts_of(const Console *console)
{
  return g_ptr_array_index(console->views, 0);
}

/* --- layout and drawing --- */

static void
lay_out(AccountsView *accounts, int rows, int cols)
{
  Rect *pane = accounts->pane;
  int log_rows = accounts->log && rows >= LOG_FROM_ROWS ? CLAMP(rows / 5, 3, 9) : 0;
  int detail_cols =
      accounts->details && cols >= DETAIL_FROM_COLS ? CLAMP(cols * 34 / 100, 34, 46) : 0;
  int upper = rows - 2 - (log_rows > 0 ? log_rows + 1 : 0);
  int list_cols = cols - 2 - (detail_cols > 0 ? detail_cols + 1 : 0);
  pane[PANE_LIST] = (Rect){1, 1, upper, list_cols};
  pane[PANE_DETAIL] = (Rect){1, list_cols + 2, detail_cols > 0 ? upper : 0, detail_cols};
  pane[PANE_LOG] = (Rect){upper + 2, 1, log_rows, cols - 2};
  if (pane[accounts->focus].rows == 0)
    accounts->focus = PANE_LIST;
}

static void
draw_borders(const AccountsView *accounts, const Draw *draw)
{
  const Rect *detail = &accounts->pane[PANE_DETAIL], *log = &accounts->pane[PANE_LOG];
  draw_box(draw, (Rect){0, 0, draw->rows, draw->cols}, STYLE_BORDER);
  if (log->rows > 0) {
    draw_hline(draw, log->y - 1, 1, draw->cols - 2, STYLE_BORDER);
    draw_mark(draw, log->y - 1, 0, STYLE_BORDER, MARK_TEE_LEFT);
    draw_mark(draw, log->y - 1, draw->cols - 1, STYLE_BORDER, MARK_TEE_RIGHT);
    draw_textf(draw, log->y - 1, 1, draw->cols - 3,
               accounts->focus == PANE_LOG ? STYLE_TITLE : STYLE_DIM, " %s ", _("Log"));
  }
  if (detail->rows > 0) {
    int x = detail->x - 1;
    draw_vline(draw, 1, x, detail->rows, STYLE_BORDER);
    draw_mark(draw, 0, x, STYLE_BORDER, MARK_TEE_TOP);
    draw_mark(draw, detail->rows + 1, x, STYLE_BORDER, MARK_TEE_BOTTOM);
  }
}

/* "27 of 312" on the right of the list's title; where it begins. */
static int
draw_count(const AccountsView *accounts, const Draw *draw)
{
  const Feed *feed = accounts->view.console->feed;
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  guint shown = listing_count(feed->listing), all = snapshot == NULL ? 0 : snapshot_count(snapshot);
  int right = accounts->pane[PANE_LIST].x + accounts->pane[PANE_LIST].cols;
  g_autofree char *text = NULL;
  if (snapshot == NULL && !feed->loading)
    return right;
  if (feed->loading && !feed->whole)
    text = feed->total > 0 ? g_strdup_printf(_(" reading %" PRId64 " of %" PRId64 " "),
                                             feed->loaded, feed->total)
                           : g_strdup_printf(_(" reading %" PRId64 " "), feed->loaded);
  else if (accounts->lacking != 0)
    text = g_strdup_printf(_(" ? of %u "), all);
  else if (shown != all)
    text = g_strdup_printf(_(" %u of %u "), shown, all);
  else
    text = g_strdup_printf(" %u ", all);
  return draw_text_right(draw, 0, right, accounts->pane[PANE_LIST].cols / 2, STYLE_DIM, text);
}

static void
draw_detail(AccountsView *accounts, const Draw *draw)
{
  const Rect *area = &accounts->pane[PANE_DETAIL];
  const Feed *feed = accounts->view.console->feed;
  guint row;
  if (area->rows == 0)
    return;
  if (!accounts_current(accounts, &row)) {
    accounts->detail_lines = 0;
    return;
  }
  g_autofree char *title =
      g_strdup_printf(" %s ", snapshot_text(listing_snapshot(feed->listing), row, FIELD_NAME));
  draw_text(draw, 0, area->x, area->cols - 1,
            accounts->focus == PANE_DETAIL ? STYLE_TITLE : STYLE_DIM, title);
  g_autoptr(GPtrArray) lines = detail_lines(feed, row, FALSE);
  accounts->detail_lines = lines->len;
  accounts->detail_top = MIN(accounts->detail_top,
                             lines->len > (guint)area->rows ? lines->len - (guint)area->rows : 0);
  detail_draw(draw, *area, lines, accounts->detail_top);
  draw_scroll(draw, area->y, area->x + area->cols, area->rows, accounts->detail_top,
              (guint)area->rows, lines->len, STYLE_BORDER);
  if (accounts->focus == PANE_DETAIL) {
    accounts->view.cursor_y = area->y;
    accounts->view.cursor_x = area->x;
  }
}

static void
accounts_draw(View *view, const Draw *draw)
{
  AccountsView *accounts = (AccountsView *)view;
  lay_out(accounts, draw->rows, draw->cols);
  if (view->console->changed & CHANGED_LIST)
    accounts_sync(accounts);
  draw_borders(accounts, draw);
  accounts_table_draw(accounts, draw);
  draw_detail(accounts, draw);
  accounts_log_draw(accounts, draw);
  int right = draw_count(accounts, draw);
  accounts_filter_draw(accounts, draw, accounts->pane[PANE_LIST].x,
                       right - accounts->pane[PANE_LIST].x - 1);
}

/* --- moving --- */

static void
scroll_columns(AccountsView *accounts, int by)
{
  gint64 last = MAX((gint64)accounts->columns->len - 2, 0);
  accounts->column_offset = (guint)CLAMP((gint64)accounts->column_offset + by, 0, last);
  console_changed(accounts->view.console, CHANGED_LIST);
}

static gboolean
accounts_act(View *view, const char *action)
{
  AccountsView *accounts = (AccountsView *)view;
  if (g_str_equal(action, "left") || g_str_equal(action, "right")) {
    scroll_columns(accounts, g_str_equal(action, "left") ? -1 : 1);
    return TRUE;
  }
  if (accounts->focus == PANE_LOG) {
    console_changed(view->console, CHANGED_LOG);
    return list_act(&accounts->log_list, action);
  }
  if (accounts->focus == PANE_DETAIL) {
    guint rows = (guint)accounts->pane[PANE_DETAIL].rows;
    List list = {.count = accounts->detail_lines > rows ? accounts->detail_lines - rows + 1 : 1,
                 .cursor = accounts->detail_top,
                 .page = rows};
    gboolean used = list_act(&list, action);
    accounts->detail_top = list.cursor;
    console_changed(view->console, CHANGED_DETAIL);
    return used;
  }
  if (!list_act(&accounts->list, action))
    return FALSE;
  accounts->moved = TRUE;
  accounts_cursor_moved(accounts);
  return TRUE;
}

static void
next_pane(AccountsView *accounts, int by)
{
  guint tried = 0; /* before the first picture none of them has any room */
  do
    accounts->focus = (Pane)((accounts->focus + PANE_N + by) % PANE_N);
  while (accounts->pane[accounts->focus].rows == 0 && ++tried < PANE_N);
  console_changed(accounts->view.console, CHANGED_LIST | CHANGED_LOG);
}

static void
act_next_pane(View *view)
{
  next_pane((AccountsView *)view, 1);
}

static void
act_previous_pane(View *view)
{
  next_pane((AccountsView *)view, -1);
}

static void
act_open(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  const Feed *feed = view->console->feed;
  if (accounts->focus == PANE_LOG) {
    if (accounts->log_list.cursor < feed->log->len)
      console_push(view->console,
                   log_line_view(g_ptr_array_index(feed->log, accounts->log_list.cursor)));
    return;
  }
  const char *id = accounts_current_id(accounts);
  if (id != NULL)
    console_push(view->console, view_detail_new(view->console, id));
}

/* In the log a word is sought, in the list it filters. */
static void
act_filter(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  if (accounts->focus == PANE_LOG)
    search_begin(accounts->log_search);
  else
    accounts_filter_begin(view);
  console_changed(view->console, CHANGED_LIST | CHANGED_LOG | CHANGED_STATUS);
}

static void
act_back(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  if (accounts->focus == PANE_LOG && search_clear(accounts->log_search)) {
    console_changed(view->console, CHANGED_LOG);
  } else if (accounts->focus != PANE_LIST) {
    accounts->focus = PANE_LIST;
    console_changed(view->console, CHANGED_LIST | CHANGED_LOG);
  } else {
    accounts_filter_clear(accounts);
  }
}

/* --- panes --- */

static void
act_details(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  accounts->details = !accounts->details;
  if (accounts->details && view->rect.cols < DETAIL_FROM_COLS)
    console_say(view->console, STYLE_DIM,
                _("The detail pane needs %d columns; Enter opens an "
                  "account on the whole screen"),
                DETAIL_FROM_COLS);
  console_changed(view->console, CHANGED_ALL);
}

static void
act_log(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  accounts->log = !accounts->log;
  console_changed(view->console, CHANGED_ALL);
}

/* --- events --- */

static gboolean
accounts_key(View *view, KeyCode code)
{
  return accounts_filter_key((AccountsView *)view, code) ||
         accounts_log_key((AccountsView *)view, code);
}

static void
accounts_paste(View *view, const char *text)
{
  accounts_filter_paste((AccountsView *)view, text);
}

static gboolean
is_inside(const Rect *rect, const Event *event)
{
  return event->y >= rect->y && event->y < rect->y + rect->rows && event->x >= rect->x &&
         event->x < rect->x + rect->cols;
}

static void
click(AccountsView *accounts, Pane pane, const Event *event)
{
  int y = event->y - accounts->pane[pane].y;
  FieldId field;
  accounts->moved = TRUE;
  accounts->focus = pane;
  if (pane == PANE_LIST && y == 0 && event->kind == EVENT_CLICK &&
      accounts_table_at(accounts, event->x, &field)) {
    accounts_sort_by(accounts, field);
    return;
  }
  if (pane == PANE_LIST && y > 0 && accounts->list.top + (guint)y - 1 < accounts->list.count) {
    list_to(&accounts->list, accounts->list.top + (guint)y - 1);
    accounts_cursor_moved(accounts);
  } else if (pane == PANE_LOG && accounts->log_list.top + (guint)y < accounts->log_list.count) {
    list_to(&accounts->log_list, accounts->log_list.top + (guint)y);
  }
}

static void
wheel(AccountsView *accounts, Pane pane, int by)
{
  if (pane == PANE_LIST) {
    accounts->moved = TRUE;
    list_wheel(&accounts->list, by * 3);
    accounts_cursor_moved(accounts);
  } else if (pane == PANE_LOG) {
    list_wheel(&accounts->log_list, by);
  } else {
    accounts->detail_top = (guint)MAX((gint64)accounts->detail_top + by, 0);
  }
}

static void
accounts_mouse(View *view, const Event *event)
{
  AccountsView *accounts = (AccountsView *)view;
  for (int pane = 0; pane < PANE_N; pane++) {
    if (accounts->pane[pane].rows == 0 || !is_inside(&accounts->pane[pane], event))
      continue;
    if (event->kind == EVENT_WHEEL)
      wheel(accounts, (Pane)pane, event->wheel);
    else
      click(accounts, (Pane)pane, event);
    if (event->kind == EVENT_DOUBLE_CLICK)
      act_open(view);
  }
  console_changed(view->console, CHANGED_LIST | CHANGED_DETAIL | CHANGED_LOG);
}

static void
accounts_free(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  if (accounts->rest_source != 0)
    g_source_remove(accounts->rest_source);
  g_array_unref(accounts->columns);
  g_free(accounts->cursor_id);
  g_free(accounts->wanted_id);
  g_free(accounts->anchor_id);
  search_free(accounts->log_search);
  g_free(accounts->tag_later);
  g_free(accounts->wrong);
  g_free(accounts->filter_before);
  g_free(accounts->saved);
  g_free(accounts->before_columns);
  g_free(accounts->before_sort);
  line_free(accounts->filter);
}

/* The tagged, or the one under the cursor if none is. */
static char **
accounts_targets(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  const Listing *listing = view->console->feed->listing;
  if (listing_tag_count(listing) > 0)
    return listing_tagged_ids(listing);
  const char *id = accounts_current_id(accounts);
  if (id == NULL)
    return NULL;
  char **one = g_new0(char *, 2);
  one[0] = g_strdup(id);
  return one;
}

/* Every value of the account under the cursor that is a text, and what the moments are. */
static void
act_copy(View *view)
{
  const Snapshot *snapshot = listing_snapshot(view->console->feed->listing);
  GPtrArray *names = g_ptr_array_new(), *values = g_ptr_array_new();
  guint row;
  gboolean any = accounts_current((AccountsView *)view, &row);
  for (int id = 0; any && id < FIELD_N; id++) {
    const FieldInfo *info = field_info((FieldId)id);
    gboolean is_text = info->kind == FIELD_KIND_TEXT || info->kind == FIELD_KIND_LIST;
    char *value = field_plain((FieldId)id, is_text ? snapshot_text(snapshot, row, id) : NULL,
                              is_text ? 0 : snapshot_number(snapshot, row, id));
    if (*value == '\0' || g_str_equal(value, "unknown")) {
      g_free(value);
      continue;
    }
    g_ptr_array_add(names, g_strdup(_(info->label)));
    g_ptr_array_add(values, value);
  }
  copy_choose(view->console, names, values);
}

static gboolean
accounts_typing(const View *view)
{
  const AccountsView *accounts = (const AccountsView *)view;
  return accounts->filter != NULL ||
         (accounts->focus == PANE_LOG && search_typing(accounts->log_search));
}

/* What is done to accounts needs one, as does looking at one. */
static gboolean
accounts_can(const View *view, const char *name)
{
  const AccountsView *accounts = (const AccountsView *)view;
  const Listing *listing = view->console->feed->listing;
  const Action *action = action_find(name);
  gboolean any = accounts->list.count > 0;
  if (action == NULL)
    return TRUE;
  if (action->targets != TARGETS_NONE && (action->flags & ACTION_CHANGES))
    return any || listing_tag_count(listing) > 0;
  static const char *const of_one[] = {"tag", "tag-range", "tag-shown", "copy", "write", NULL};
  if (g_strv_contains(of_one, name))
    return any;
  return any || accounts->focus != PANE_LIST || !g_str_equal(name, "open");
}

static const ViewAction accounts_actions[] = {
    {"open", act_open},
    {"back", act_back},
    {"next-pane", act_next_pane},
    {"previous-pane", act_previous_pane},
    {"filter", act_filter},
    {"tag", accounts_tag},
    {"tag-range", accounts_tag_range},
    {"tag-shown", accounts_tag_shown},
    {"tag-query", accounts_ask_tag_query},
    {"untag", accounts_untag},
    {"sort", accounts_choose_sort},
    {"columns", accounts_choose_columns},
    {"view", accounts_choose_view},
    {"copy", act_copy},
    {"write", accounts_ask_write},
    {"details", act_details},
    {"log", act_log},
    {NULL, NULL},
};

static const ViewOps accounts_ops = {
    .title = N_("Accounts"),
    .scope = SCOPE_ACCOUNTS,
    .room = 1,
    .changed = CHANGED_LIST | CHANGED_DETAIL | CHANGED_LOG,
    .draw = accounts_draw,
    .key = accounts_key,
    .typing = accounts_typing,
    .can = accounts_can,
    .paste = accounts_paste,
    .mouse = accounts_mouse,
    .act = accounts_act,
    .actions = accounts_actions,
    .targets = accounts_targets,
    .free = accounts_free,
};

View *
view_accounts_new(Console *console)
{
  AccountsView *accounts = g_new0(AccountsView, 1);
  accounts->view.ops = &accounts_ops;
  accounts->view.console = console;
  accounts->columns = g_array_new(FALSE, FALSE, sizeof(FieldId));
  accounts->log_search = accounts_log_search_new(accounts);
  accounts_columns_reset(accounts->columns);
  accounts->details = accounts->log = TRUE;
  accounts_recall(accounts);
  list_set_count(&accounts->list, listing_count(console->feed->listing));
  accounts->cursor_id = g_strdup(accounts_current_id(accounts));
  return &accounts->view;
}
