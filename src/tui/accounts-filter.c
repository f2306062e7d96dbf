/* The filter: a line in the title of the list, run with every key. A wrong
 * query leaves the last good result on screen and says what is wrong and where. */
#include "tui/accounts-private.h"

#include "base/i18n.h"
#include <string.h>

static void
run_query(AccountsView *accounts)
{
  Console *console = accounts->view.console;
  const char *text = line_text(accounts->filter);
  g_autoptr(GError) error = NULL;
  g_clear_pointer(&accounts->wrong, g_free);
  accounts->wrong_at = 0;
  if (!listing_set_query(console->feed->listing, text, console_now(console), &accounts->wrong_at,
                         &error)) {
    accounts->wrong = g_strdup(error->message);
    console_say(console, STYLE_WARN, "%s", error->message);
  }
  accounts_want_fields(accounts);
  accounts_sync(accounts);
  console_changed(console, CHANGED_LIST | CHANGED_DETAIL);
}

void
accounts_filter_begin(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  const char *query = listing_query(view->console->feed->listing);
  if (accounts->filter != NULL) /* a key that is no letter can mean it, too */
    return;
  accounts->focus = PANE_LIST;
  g_free(accounts->filter_before);
  accounts->filter_before = g_strdup(query != NULL ? query : "");
  accounts->filter = line_new(accounts->filter_before, 0);
  console_changed(view->console, CHANGED_LIST | CHANGED_STATUS);
}

static void
end(AccountsView *accounts)
{
  g_clear_pointer(&accounts->filter, line_free);
  g_clear_pointer(&accounts->wrong, g_free);
  console_changed(accounts->view.console, CHANGED_LIST | CHANGED_STATUS);
}

static void
cancel(AccountsView *accounts)
{
  line_set(accounts->filter, accounts->filter_before);
  run_query(accounts);
  end(accounts);
}

gboolean
accounts_filter_key(AccountsView *accounts, KeyCode code)
{
  gboolean edited = FALSE;
  if (accounts->filter == NULL)
    return FALSE;
  if (line_key(accounts->filter, code, &edited)) {
    if (edited)
      run_query(accounts);
    else if (accounts->wrong != NULL)
      console_say(accounts->view.console, STYLE_WARN, "%s", accounts->wrong);
    console_changed(accounts->view.console, CHANGED_LIST);
    return TRUE;
  }
  if (code == KEYCODE_ESC || code == ('C' & 0x1F)) {
    cancel(accounts);
    return TRUE;
  }
  if (code == KEYCODE_ENTER || code == '\t') {
    if (accounts->wrong != NULL)
      console_say(accounts->view.console, STYLE_WARN, "%s", accounts->wrong);
    else
      end(accounts);
    return TRUE;
  }
  return FALSE; /* arrows and pages move in the list meanwhile */
}

void
accounts_filter_paste(AccountsView *accounts, const char *text)
{
  if (accounts->filter == NULL && accounts_log_paste(accounts, text))
    return;
  if (accounts->filter == NULL) {
    console_say(accounts->view.console, STYLE_DIM,
                _("A paste is not taken for keys; / filters, and takes it"));
    return;
  }
  line_insert(accounts->filter, text);
  run_query(accounts);
}

gboolean
accounts_filter_clear(AccountsView *accounts)
{
  Console *console = accounts->view.console;
  const char *query = listing_query(console->feed->listing);
  /* A saved view may have columns alone. */
  if ((query == NULL || *query == '\0') && accounts->saved == NULL)
    return FALSE;
  listing_set_query(console->feed->listing, "", console_now(console), NULL, NULL);
  accounts_leave_view(accounts);
  accounts_sync(accounts);
  console_changed(console, CHANGED_LIST | CHANGED_DETAIL);
  return TRUE;
}

/* Underlines the word that is wrong. */
static void
mark_wrong(const AccountsView *accounts, const Draw *draw, int x, int cols)
{
  const char *text = line_text(accounts->filter);
  gsize from = MIN(accounts->wrong_at, strlen(text));
  gsize to = from + strcspn(text + from, " ");
  int first = line_cell(accounts->filter, draw->theme, from);
  int last = line_cell(accounts->filter, draw->theme, to);
  if (first >= 0 && last > first)
    draw_restyle(draw, 0, x + first, MIN(last - first, cols - first), STYLE_WRONG);
}

void
accounts_filter_draw(AccountsView *accounts, const Draw *draw, int x, int cols)
{
  const Console *console = accounts->view.console;
  const Feed *feed = console->feed;
  if (accounts->filter != NULL) {
    draw_text(draw, 0, x, 2, STYLE_KEY, " /");
    int column = line_draw(accounts->filter, draw, 0, x + 2, cols - 2, STYLE_FIELD_FOCUS);
    if (accounts->wrong != NULL)
      mark_wrong(accounts, draw, x + 2, cols - 2);
    accounts->view.cursor_y = 0;
    accounts->view.cursor_x = column;
    return;
  }
  const char *query = listing_query(feed->listing);
  gboolean filtered = query != NULL && *query != '\0';
  g_autofree char *title =
      accounts->saved != NULL && filtered ? g_strdup_printf(" %s /%s ", accounts->saved, query)
      : filtered                          ? g_strdup_printf(" /%s ", query)
      : accounts->saved != NULL
          ? g_strdup_printf(" %s ", accounts->saved)
          : g_strdup_printf(" %s ", feed->title != NULL ? feed->title : _("Accounts"));
  draw_text(draw, 0, x, cols, accounts->focus == PANE_LIST ? STYLE_TITLE : STYLE_DIM, title);
}
