/* Status line, notice, key bar. What does not fit is left out, the least
 * important first. */
#include "tui/statusbar.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "tui/rooms.h"
#include <string.h>

/* What the key bar shows in each scope, the most wanted first. */
static const char *const bar_actions[SCOPE_N][20] = {
    [SCOPE_GLOBAL] = {"back", "palette", "quit"},
    [SCOPE_ACCOUNTS] = {"filter", "tag", "create", "disable", "enable", "remove", "extend",
                        "review", "journal undo", "open", "sort", "palette", "quit", "columns",
                        "write", "refresh", "log", "details"},
    [SCOPE_REVIEWS] = {"open", "review new", "review apply", "review report", "review show",
                       "review close", "filter", "write", "sort", "columns", "back", "palette",
                       "quit"},
    [SCOPE_JOURNAL] = {"open", "journal undo", "journal resume", "filter", "write", "sort",
                       "columns", "journal verify", "back", "palette", "quit"},
    [SCOPE_FORM] = {"next-field", "previous-field", "clear-form"},
    [SCOPE_LOG] = {"open", "next-pane", "log", "quit"},
    [SCOPE_PAGER] = {"disable", "enable", "remove", "extend", "search", "next-match",
                     "previous-match", "copy", "back"},
    /* Applying, stopping and leaving stand in the window itself. */
    [SCOPE_PLAN] = {"plan-write", "plan-edit", "failed", "search", "palette"},
    [SCOPE_REVIEW] = {"review-keep", "review-disable", "review-remove", "review-extend",
                      "review-skip", "review-note", "review-apply", "back", "review-previous",
                      "review-next"},
};

/* The bar is short: within its scope an action needs no more than its last word. */
static const char *
bar_name(const char *name)
{
  static const char *const beginnings[] = {"review-", "review ", "journal ", "plan-"};
  for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
    if (g_str_has_prefix(name, beginnings[i]))
      return name + strlen(beginnings[i]);
  return name;
}

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

/* A fact of the status line; what matters least is left out first. */
typedef struct {
  int weight;
  char *text;
} Part;

static void
part_clear(gpointer data)
{
  g_free(((Part *)data)->text);
}

static void
add_part(GArray *parts, int weight, char *text)
{
  Part part = {weight, text};
  g_array_append_val(parts, part);
}

/* What was asked for and has not been answered yet. */
static const Job *
short_job(const Console *console)
{
  for (guint i = 0; i < console->jobs->len; i++)
    if (job_running(g_ptr_array_index(console->jobs, i)))
      return g_ptr_array_index(console->jobs, i);
  return NULL;
}

static void
add_running(const Console *console, GArray *parts)
{
  const Feed *feed = console->feed;
  const Job *job = short_job(console);
  if (job != NULL)
    add_part(parts, 5, g_strdup_printf("%s …", job_title(job)));
  const Change *change = console->change;
  gboolean applying = change != NULL && change->running;
  if (applying && feed->status.waiting > 0)
    add_part(parts, 6,
             g_strdup_printf(_("applying: %u of %u, goes on in %u s"), change_finished(change),
                             change->plan->operations->len, feed->status.waiting));
  else if (applying)
    add_part(parts, 6,
             g_strdup_printf(_("applying: %u of %u"), change_finished(change),
                             change->plan->operations->len));
  else if (feed->status.waiting > 0)
    add_part(parts, 6,
             g_strdup_printf(_("asked to slow down: goes on in %u s"), feed->status.waiting));
  else if (feed->loading)
    add_part(parts, 3, g_strdup(feed->whole ? _("reading again") : _("reading")));
}

static GArray *
status_parts(const Console *console)
{
  const Feed *feed = console->feed;
  GArray *parts = g_array_new(FALSE, FALSE, sizeof(Part));
  g_array_set_clear_func(parts, part_clear);
  add_running(console, parts);
  guint tagged = listing_tag_count(feed->listing);
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  if (snapshot != NULL) {
    guint count = snapshot_count(snapshot);
    add_part(parts, 1, g_strdup_printf(ngettext("%u account", "%u accounts", count), count));
  }
  if (tagged > 0)
    add_part(parts, 4, g_strdup_printf(ngettext("%u tagged", "%u tagged", tagged), tagged));
  if (snapshot != NULL) {
    g_autofree char *age = statusbar_age(feed);
    add_part(parts, 2, g_strdup_printf(feed->from_cache ? _("as of %s") : _("synced %s"), age));
  }
  return parts;
}

static char *
join_parts(const GArray *parts, const char *dot)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < parts->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? dot : "", g_array_index(parts, Part, i).text);
  return g_string_free(text, FALSE);
}

static void
drop_least(GArray *parts)
{
  guint least = 0;
  for (guint i = 1; i < parts->len; i++)
    if (g_array_index(parts, Part, i).weight < g_array_index(parts, Part, least).weight)
      least = i;
  g_array_remove_index(parts, least);
}

static void
draw_status(const Console *console, const Draw *draw)
{
  const Feed *feed = console->feed;
  draw_fill(draw, 0, 0, draw->cols, STYLE_BAR);
  g_autofree char *dot = g_strdup_printf(" %s ", theme_mark(draw->theme, MARK_DOT));
  int x = 1 + draw_text(draw, 0, 1, draw->cols - 2, STYLE_BAR_STRONG, "usher");
  if (feed->tenant != NULL) {
    g_autofree char *title =
        feed->title == NULL || draw->cols < 50 ? NULL : g_strconcat(dot, feed->title, NULL);
    x += 2 + draw_text(draw, 0, x + 2, draw->cols - x - 4, STYLE_TENANT, feed->tenant);
    if (title != NULL)
      x += draw_text(draw, 0, x, draw->cols - x - 2, STYLE_BAR, title);
  }
  if (console->app != NULL && app_is_read_only(console->app))
    x += 2 + draw_text(draw, 0, x + 2, draw->cols - x - 4, STYLE_BAR_WARN, _("read only"));
  g_autoptr(GArray) parts = status_parts(console);
  g_autofree char *right = join_parts(parts, dot);
  while (parts->len > 0 && draw_width(draw->theme, right) > draw->cols - x - 3) {
    drop_least(parts);
    g_free(right);
    right = join_parts(parts, dot);
  }
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
      g_autofree char *age = statusbar_age(feed);
      return g_strdup_printf(_("Offline, as of %s (%s tries again): %s"), age, key, what);
    }
    if (g_error_matches(error, USHER_ERROR, USHER_ERROR_REFUSED) && error_http_status(error) == 403)
      return g_strdup_printf(_("A permission is missing (an administrator of the tenant grants it; "
                               ": doctor lists them): %s"),
                             what);
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

/* A key of the bar with its place. */
typedef struct {
  const char *action; /* NULL: one of the line's own */
  const char *label;
  char *key;
  int x, width;
} BarKey;

/* What ends a line that is typed, where it is no form of many. */
static const struct {
  const char *key, *label;
} line_keys[] = {{"Enter", N_("take it")},
                 {"Esc", N_("as before")},
                 {"^U", N_("empty it")},
                 {"^W", N_("one word less")}};

static void
bar_key_clear(gpointer data)
{
  g_free(((BarKey *)data)->key);
}

/* The first key of the action that does it now: while a line is typed, letters go into that. */
static char *
working_key(const Console *console, const char *name)
{
  g_auto(GStrv) keys = g_strsplit(keymap_keys(console->keymap, name), " ", -1);
  gboolean typing = console_is_typing(console);
  for (char **key = keys; *key != NULL; key++) {
    KeyCode code;
    if (keycode_parse(*key, &code) && !(typing && keycode_is_text(code)))
      return g_strdup(*key);
  }
  return g_strdup("");
}

/* Where the action goes between `x` and `right`, if it can be done and has room. */
static int
add_key(GArray *keys, const Console *console, int x, int right, const char *name)
{
  const Theme *theme = screen_theme(console->screen);
  g_autofree char *key = working_key(console, name);
  const Action *action = action_find(name);
  int width = draw_width(theme, key) + 1 + draw_width(theme, bar_name(name));
  const View *top = console_top(console);
  if (*key == '\0' || action == NULL || !console_can(console, action) || x + width > right ||
      (top->ops->can != NULL && !top->ops->can(top, name)))
    return x;
  BarKey one = {name, bar_name(name), g_steal_pointer(&key), x, width};
  g_array_append_val(keys, one);
  return x + width + 2;
}

static void
add_line_keys(GArray *keys, const Console *console, int x, int right)
{
  const Theme *theme = screen_theme(console->screen);
  for (gsize i = 0; i < G_N_ELEMENTS(line_keys); i++) {
    const char *label = _(line_keys[i].label);
    int width = draw_width(theme, line_keys[i].key) + 1 + draw_width(theme, label);
    if (x + width > right)
      continue;
    BarKey one = {NULL, label, g_strdup(line_keys[i].key), x, width};
    g_array_append_val(keys, one);
    x += width + 2;
  }
}

/* Help keeps its place at the right end, whatever else has room. BarKey, the caller's. */
static GArray *
bar_keys(const Console *console, int cols)
{
  GArray *keys = g_array_new(FALSE, FALSE, sizeof(BarKey));
  const View *top = console_top(console);
  const Theme *theme = screen_theme(console->screen);
  int right = cols - 1, x = 1;
  g_array_set_clear_func(keys, bar_key_clear);
  if (top == NULL || top->ops->modal)
    return keys;
  g_autofree char *help = working_key(console, "help");
  int wide = draw_width(theme, help) + 1 + draw_width(theme, "help");
  add_key(keys, console, right - wide, right, "help");
  if (keys->len > 0)
    right -= wide + 2;
  if (console_is_typing(console) && top->ops->scope != SCOPE_FORM) {
    add_line_keys(keys, console, x, right);
    return keys;
  }
  for (const char *const *name = bar_actions[top->ops->scope]; *name != NULL; name++)
    x = add_key(keys, console, x, right, *name); /* a shorter one may still fit */
  return keys;
}

static void
draw_keys(const Console *console, const Draw *draw, int y)
{
  g_autoptr(GArray) keys = bar_keys(console, draw->cols);
  for (guint i = 0; i < keys->len; i++) {
    const BarKey *key = &g_array_index(keys, BarKey, i);
    int x = key->x + draw_text(draw, y, key->x, key->width, STYLE_KEY, key->key) + 1;
    draw_text(draw, y, x, key->width, STYLE_DIM, key->label);
  }
}

const char *
statusbar_action_at(const Console *console, int x)
{
  g_autoptr(GArray) keys = bar_keys(console, screen_cols(console->screen));
  for (guint i = 0; console->message == NULL && i < keys->len; i++) {
    const BarKey *key = &g_array_index(keys, BarKey, i);
    if (x >= key->x && x < key->x + key->width)
      return key->action;
  }
  return NULL;
}

/* A long reason gets a second line where there is room for it. */
#define NOTICE_ROWS_FROM 20

static int
notice_rows(const Console *console, const char *text, int rows, int cols)
{
  if (text == NULL)
    return 0;
  int most = rows >= NOTICE_ROWS_FROM ? 2 : 1;
  return MIN(draw_wrapped_rows(screen_theme(console->screen), cols - 4, text), most);
}

static void
draw_notice(const Draw *draw, int y, int rows, Style style, const char *text)
{
  draw_text(draw, y, 1, 1, style, "!");
  if (rows > 1)
    draw_wrapped(draw, y, 3, draw->cols - 4, rows, style, text);
  else
    draw_text(draw, y, 3, draw->cols - 4, style, text);
}

void
statusbar_draw(const Console *console, const Draw *draw)
{
  draw_clear(draw);
  draw_status(console, draw);
  Style style;
  g_autofree char *text = notice(console, &style);
  int names = rooms_rows(console, draw->rows);
  if (names > 0)
    rooms_draw(console, draw, 1);
  if (text != NULL)
    draw_notice(draw, 1 + names, notice_rows(console, text, draw->rows, draw->cols), style, text);
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
  int top = 1 + rooms_rows(console, rows) + notice_rows(console, text, rows, cols);
  return (Rect){top, 0, MAX(rows - top - 1, 1), cols};
}
