/* Status line, notice, key bar. What does not fit is left out, the least
 * important first. */
#include "tui/statusbar.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"

/* What the key bar shows in each scope, the most wanted first. */
static const char *const bar_actions[SCOPE_N][14] = {
    [SCOPE_GLOBAL] = {"back", "help", "palette", "quit"},
    [SCOPE_ACCOUNTS] = {"filter", "tag", "create", "open", "sort", "palette", "help", "quit",
                        "columns", "write", "refresh", "log", "details"},
    [SCOPE_FORM] = {"next-field", "previous-field", "clear-form"},
    [SCOPE_LOG] = {"open", "next-pane", "log", "help", "quit"},
    [SCOPE_PAGER] = {"search", "next-match", "previous-match", "back", "help"},
    [SCOPE_PLAN] = {"help"},
};

char *
statusbar_age(const Feed *feed)
{
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  if (snapshot == NULL)
    return g_strdup("");
  gint64 age = MAX(feed_now(feed) - snapshot_taken(snapshot), 0);
  if (age < 10)
    return g_strdup(_("just now"));
  /* In tens of seconds, so that an idle screen need not be drawn every second. */
  g_autofree char *span = clock_format_span(age < 60 ? age - age % 10 : age);
  return g_strdup_printf(C_("age of the data", "%s ago"), span);
}

static void
add_part(GPtrArray *parts, char *text)
{
  g_ptr_array_add(parts, text);
}

static void
add_running(const Console *console, GPtrArray *parts)
{
  const Feed *feed = console->feed;
  if (console->change != NULL && console->change->running)
    add_part(parts, g_strdup_printf(_("applying: %u of %u"), change_finished(console->change),
                                    console->change->plan->operations->len));
  if (feed->status.waiting > 0)
    add_part(parts,
             g_strdup_printf(_("asked to slow down: going on in %u s"), feed->status.waiting));
  if (feed->loading)
    add_part(parts, g_strdup(feed->from_cache ? _("reading again") : _("reading")));
}

/* The right half of the status line: most important last, since the left is dropped first. */
static GPtrArray *
status_parts(const Console *console)
{
  const Feed *feed = console->feed;
  GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
  add_running(console, parts);
  guint tagged = listing_tag_count(feed->listing);
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  if (snapshot != NULL) {
    guint count = snapshot_count(snapshot);
    add_part(parts, g_strdup_printf(ngettext("%u account", "%u accounts", count), count));
  }
  if (tagged > 0)
    add_part(parts, g_strdup_printf(ngettext("%u tagged", "%u tagged", tagged), tagged));
  if (snapshot != NULL) {
    g_autofree char *age = statusbar_age(feed);
    add_part(parts, g_strdup_printf(feed->from_cache ? _("as of %s") : _("synced %s"), age));
  }
  return parts;
}

static void
draw_status(const Console *console, const Draw *draw)
{
  const Feed *feed = console->feed;
  draw_fill(draw, 0, 0, draw->cols, STYLE_BAR);
  g_autofree char *dot = g_strdup_printf(" %s ", theme_mark(draw->theme, MARK_DOT));
  int x = 1 + draw_text(draw, 0, 1, draw->cols - 2, STYLE_BAR_STRONG, "usher");
  if (feed->tenant != NULL) {
    g_autofree char *place = feed->title == NULL || draw->cols < 50
                                 ? g_strdup(feed->tenant)
                                 : g_strconcat(feed->tenant, dot, feed->title, NULL);
    x += 2 + draw_text(draw, 0, x + 2, draw->cols - x - 4, STYLE_BAR, place);
  }
  if (console->app != NULL && app_is_read_only(console->app))
    x += 2 + draw_text(draw, 0, x + 2, draw->cols - x - 4, STYLE_BAR_WARN, _("read only"));
  g_autoptr(GPtrArray) parts = status_parts(console);
  g_autofree char *right = NULL;
  while (parts->len > 0) {
    g_ptr_array_add(parts, NULL);
    g_free(right);
    right = g_strjoinv(dot, (char **)parts->pdata);
    g_ptr_array_set_size(parts, (int)parts->len - 1);
    if (draw_width(draw->theme, right) <= draw->cols - x - 3)
      break;
    g_ptr_array_remove_index(parts, 0);
    g_clear_pointer(&right, g_free);
  }
  if (right != NULL)
    draw_text_right(draw, 0, draw->cols - 1, draw->cols - x - 2, STYLE_BAR, right);
}

/* What the person should know until it is mended; NULL: nothing. */
static char *
notice(const Console *console, Style *ret_style)
{
  const Feed *feed = console->feed;
  *ret_style = STYLE_BAD;
  /* Where nothing is shown, the list itself says why. */
  if (feed->error != NULL && listing_snapshot(feed->listing) != NULL) {
    const GError *error = feed->error;
    g_autofree char *what = error_describe(error);
    if (g_error_matches(error, USHER_ERROR, USHER_ERROR_SIGN_IN) ||
        g_error_matches(error, USHER_ERROR, USHER_ERROR_KEYRING)) {
      g_autofree char *key = keymap_key(console->keymap, "login");
      return *key != '\0' ? g_strdup_printf(_("Not signed in (%s signs in): %s"), key, what)
                          : g_strdup_printf(_("Not signed in: %s"), what);
    }
    if (g_error_matches(error, USHER_ERROR, USHER_ERROR_UNREACHABLE)) {
      g_autofree char *key = keymap_key(console->keymap, "refresh");
      return g_strdup_printf(_("Offline (%s tries again): %s"), key, what);
    }
    return g_strdup_printf(_("Not refreshed: %s"), what);
  }
  if (feed->unfinished != NULL && feed->unfinished->len > 0 &&
      (console->change == NULL || !console->change->running)) {
    *ret_style = STYLE_WARN;
    g_autofree char *key = keymap_key(console->keymap, "repair");
    guint n = feed->unfinished->len;
    return g_strdup_printf(
        ngettext("%u change was left unfinished; %s finishes it or takes it back",
                 "%u changes were left unfinished; %s finishes them or takes them back", n),
        n, key);
  }
  return NULL;
}

static void
draw_keys(const Console *console, const Draw *draw, int y)
{
  const View *top = console_top(console);
  int x = 1;
  if (top == NULL || top->ops->modal)
    return;
  for (const char *const *name = bar_actions[top->ops->scope]; *name != NULL; name++) {
    g_autofree char *key = keymap_key(console->keymap, *name);
    const Action *action = action_find(*name);
    if (*key == '\0' || action == NULL || !console_can(console, action))
      continue;
    int width = draw_width(draw->theme, key) + 1 + draw_width(draw->theme, *name);
    if (x + width > draw->cols - 1)
      continue; /* a shorter one may still fit */
    x += draw_text(draw, y, x, width, STYLE_KEY, key) + 1;
    x += draw_text(draw, y, x, width, STYLE_DIM, *name) + 2;
  }
}

void
statusbar_draw(const Console *console, const Draw *draw)
{
  draw_clear(draw);
  draw_status(console, draw);
  Style style;
  g_autofree char *text = notice(console, &style);
  if (text != NULL)
    draw_textf(draw, 1, 1, draw->cols - 2, style, "! %s", text);
  if (console->message != NULL)
    draw_text(draw, draw->rows - 1, 1, draw->cols - 2, console->message_style, console->message);
  else
    draw_keys(console, draw, draw->rows - 1);
}

Rect
statusbar_room(const Console *console, int rows, int cols)
{
  Style style;
  g_autofree char *text = notice(console, &style);
  int top = text != NULL ? 2 : 1;
  return (Rect){top, 0, MAX(rows - top - 1, 1), cols};
}
