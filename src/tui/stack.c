/* The console as an object: the stack of views, what an event does to it, and
 * the one repaint pass. Knows no loop, so that tests drive it directly. */
#include "tui/console-private.h"

#include "base/i18n.h"
#include "tui/accounts-private.h"
#include "tui/perform.h"
#include "tui/rooms.h"
#include "tui/search.h"
#include "tui/statusbar.h"
#include "tui/switch.h"
#include <string.h>

/* Who types does not pause that long between two letters. */
#define TYPING_PAUSE (700 * 1000) /* µs */

static void
tell_gone(Console *console)
{
  guint gone = console->feed->gone;
  console->feed->gone = 0;
  if (gone > 0)
    console_say(console, STYLE_NORMAL,
                ngettext("%u account that was tagged is not in the list any more",
                         "%u accounts that were tagged are not in the list any more", gone),
                gone);
}

static void
on_feed(guint bits, gpointer data)
{
  static const struct {
    guint feed, changed;
  } map[] = {{FEED_LIST, CHANGED_LIST},
             {FEED_DETAIL, CHANGED_DETAIL},
             {FEED_LOG, CHANGED_LOG},
             {FEED_STATUS, CHANGED_STATUS}};
  for (gsize i = 0; i < G_N_ELEMENTS(map); i++)
    if (bits & map[i].feed)
      console_changed(data, map[i].changed);
  tell_gone(data);
  console_loop_busy(data);
}

Console *
console_new(App *app, Feed *feed, Screen *screen)
{
  Console *console = g_new0(Console, 1);
  console->app = app;
  console->feed = feed;
  console->screen = screen;
  feed->changed = on_feed;
  feed->changed_data = console;
  console->views = g_ptr_array_new();
  console->closed = g_ptr_array_new();
  console->jobs = g_ptr_array_new_with_free_func((GDestroyNotify)job_unref);
  console->saved = saved_new(app);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
  console->keymap = keymap_new(saved_rows(console->saved), saved_keys(console->saved), problems);
  if (problems->len > 0)
    console_say(console, STYLE_WARN, "%s", (const char *)g_ptr_array_index(problems, 0));
  console->bars = newwin(screen_rows(screen), screen_cols(screen), 0, 0);
  console->bars_panel = new_panel(console->bars);
  console->changed = CHANGED_ALL;
  return console;
}

static void
view_free(View *view)
{
  if (view->panel != NULL)
    del_panel(view->panel);
  if (view->window != NULL)
    delwin(view->window);
  if (view->ops->free != NULL)
    view->ops->free(view);
  search_free(view->search);
  g_free(view);
}

static void
free_closed(Console *console)
{
  for (guint i = 0; i < console->closed->len; i++)
    view_free(g_ptr_array_index(console->closed, i));
  g_ptr_array_set_size(console->closed, 0);
}

void
console_free(Console *console)
{
  if (console == NULL)
    return;
  while (console->views->len > 0)
    console_close(console, console_top(console));
  free_closed(console);
  g_ptr_array_unref(console->views);
  g_ptr_array_unref(console->closed);
  g_ptr_array_unref(console->jobs);
  job_unref(console->login_job);
  console->feed->changed = NULL;
  change_free(console->change);
  keymap_free(console->keymap);
  saved_free(console->saved);
  person_free(console->draft);
  del_panel(console->bars_panel);
  delwin(console->bars);
  g_free(console->message);
  g_free(console);
}

View *
console_top(const Console *console)
{
  return console->views->len == 0 ? NULL
                                  : g_ptr_array_index(console->views, console->views->len - 1);
}

gint64
console_now(const Console *console)
{
  return feed_now(console->feed);
}

void
console_changed(Console *console, guint changed)
{
  console->changed |= changed;
  console_loop_paint_soon(console);
}

void
console_say(Console *console, Style style, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_free(console->message);
  console->message = g_strdup_vprintf(format, arguments);
  console->message_style = style;
  va_end(arguments);
  console_changed(console, CHANGED_STATUS);
}

void
console_start_job(Console *console, Job *job)
{
  for (guint i = console->jobs->len; i > 0; i--)
    if (!job_running(g_ptr_array_index(console->jobs, i - 1)))
      g_ptr_array_remove_index_fast(console->jobs, i - 1);
  g_ptr_array_add(console->jobs, job);
  console_changed(console, CHANGED_STATUS);
}

/* --- the stack --- */

/* Terminal smaller than the console can use. */
static gboolean
is_tiny(const Console *console)
{
  return screen_rows(console->screen) < SCREEN_MIN_ROWS ||
         screen_cols(console->screen) < SCREEN_MIN_COLS;
}

/* Gives a view the window that its place asks for. */
static void
place_view(Console *console, View *view)
{
  Rect room = statusbar_room(console, screen_rows(console->screen), screen_cols(console->screen));
  Rect rect = view->ops->place != NULL ? view->ops->place(view, room) : room;
  rect.rows = CLAMP(rect.rows, 1, room.rows);
  rect.cols = CLAMP(rect.cols, 1, room.cols);
  rect.y = CLAMP(rect.y, room.y, room.y + room.rows - rect.rows);
  rect.x = CLAMP(rect.x, room.x, room.x + room.cols - rect.cols);
  if (view->window != NULL && memcmp(&rect, &view->rect, sizeof rect) == 0)
    return;
  WINDOW *before = view->window;
  view->window = newwin(rect.rows, rect.cols, rect.y, rect.x);
  view->rect = rect;
  if (view->panel == NULL)
    view->panel = new_panel(view->window);
  else
    replace_panel(view->panel, view->window);
  if (before != NULL)
    delwin(before);
  console->changed = CHANGED_ALL;
}

void
console_push(Console *console, View *view)
{
  view->console = console;
  view->unasked = !console->in_event && console_is_typing(console);
  g_ptr_array_add(console->views, view);
  place_view(console, view);
  top_panel(view->panel);
  console_changed(console, CHANGED_ALL);
}

void
console_close(Console *console, View *view)
{
  if (!g_ptr_array_remove(console->views, view))
    return;
  if (view->panel != NULL)
    hide_panel(view->panel);
  g_ptr_array_add(console->closed, view);
  if (view == console->login)
    perform_login_left(console);
  View *top = console_top(console);
  if (top != NULL && top->ops->reload != NULL)
    top->ops->reload(top);
  console_changed(console, CHANGED_ALL);
}

void
console_reload(Console *console)
{
  for (guint i = 0; i < console->views->len; i++) {
    View *view = g_ptr_array_index(console->views, i);
    if (view->ops->reload != NULL)
      view->ops->reload(view);
  }
}

void
console_layout(Console *console)
{
  WINDOW *before = console->bars;
  console->bars = newwin(screen_rows(console->screen), screen_cols(console->screen), 0, 0);
  replace_panel(console->bars_panel, console->bars);
  delwin(before);
  for (guint i = 0; i < console->views->len; i++)
    place_view(console, g_ptr_array_index(console->views, i));
  console_changed(console, CHANGED_ALL);
}

/* --- events --- */

static const ViewAction *
find_action(const ViewAction *table, const char *name)
{
  for (; table != NULL && table->action != NULL; table++)
    if (g_str_equal(table->action, name))
      return table;
  return NULL;
}

/* An action of the table whose handler makes a plan for the accounts that the view names. */
static gboolean
is_for_targets(const View *view, const Action *action)
{
  return view != NULL && view->ops->targets != NULL && action->run != NULL &&
         action->targets != TARGETS_NONE && (action->flags & ACTION_TUI) &&
         (action->flags & ACTION_CHANGES);
}

gboolean
console_is_typing(const Console *console)
{
  const View *top = console_top(console);
  if (top == NULL)
    return FALSE;
  return (top->search != NULL && search_typing(top->search)) ||
         (top->ops->typing != NULL && top->ops->typing(top));
}

/* One of the view's own, or of the search that it has. */
static const ViewAction *
own_action(const View *view, const char *name)
{
  const ViewAction *own = find_action(view->ops->actions, name);
  return own != NULL || view->search == NULL ? own : find_action(search_actions, name);
}

gboolean
console_can(const Console *console, const Action *action)
{
  const View *top = console_top(console);
  if (!(action->flags & ACTION_TUI))
    return FALSE;
  if ((action->flags & ACTION_CHANGES) && console->app != NULL && app_is_read_only(console->app))
    return FALSE;
  const char *name;
  if (saved_kind(console->saved, action, &name) != SAVED_NONE)
    return top != NULL && top->ops->room != 0;
  return (top != NULL && own_action(top, action->name) != NULL) || is_for_targets(top, action) ||
         find_action(console_actions, action->name) != NULL;
}

/* TRUE if it is one of those that the configuration has added. */
static gboolean
perform_saved(Console *console, const Action *action)
{
  const char *name;
  switch (saved_kind(console->saved, action, &name)) {
  case SAVED_VIEW:
    accounts_use_view(console, name);
    return TRUE;
  case SAVED_ROSTER:
    switch_to_roster(console, name);
    return TRUE;
  case SAVED_PROFILE:
    switch_to_profile(console, name);
    return TRUE;
  default:
    return FALSE;
  }
}

void
console_perform(Console *console, const char *name)
{
  View *top = console_top(console);
  const Action *action = keymap_find(console->keymap, name);
  if (top == NULL || action == NULL)
    return;
  if (perform_saved(console, action))
    return;
  if ((action->flags & ACTION_CHANGES) && console->app != NULL && app_is_read_only(console->app)) {
    console_say(console, STYLE_WARN, _("Read only: “%s” would change the tenant"), name);
    return;
  }
  const ViewAction *own = own_action(top, name);
  if (own != NULL) {
    own->run(top);
    return;
  }
  if (top->ops->act != NULL && top->ops->act(top, name))
    return;
  const ViewAction *common = find_action(console_actions, name);
  if (common != NULL)
    common->run(top);
  else if (is_for_targets(top, action))
    perform_on_targets(console, action, top->ops->targets(top));
}

/* Whoever types goes on for a moment after something has come up over the line: these letters are
 * no answer to it. */
static gboolean
is_stray(Console *console, View *top, KeyCode code)
{
  gint64 now = g_get_monotonic_time();
  gboolean text = keycode_is_text(code) || code == KEYCODE_BACK;
  top->unasked = top->unasked && (text || code == KEYCODE_ENTER) && console->typed_at != 0 &&
                 now - console->typed_at < TYPING_PAUSE;
  console->typed_at = text && (top->unasked || console_is_typing(console)) ? now : 0;
  return top->unasked;
}

static void
on_key(Console *console, View *top, KeyCode code)
{
  if (console->message != NULL) {
    g_clear_pointer(&console->message, g_free);
    console->changed |= CHANGED_STATUS;
  }
  if (is_stray(console, top, code)) {
    console_say(console, STYLE_WARN,
                _("This came up while something was typed; it takes keys after a short pause."));
    return;
  }
  if ((top->search != NULL && search_key(top->search, code)) ||
      (top->ops->key != NULL && top->ops->key(top, code))) {
    console_changed(console, CHANGED_TOP);
    return;
  }
  const Action *action = keymap_action(console->keymap, top->ops->scope, code);
  if (action == NULL) { /* of accounts, where the view is about some */
    action = keymap_action(console->keymap, SCOPE_ACCOUNTS, code);
    if (action != NULL && !is_for_targets(top, action))
      action = NULL;
  }
  if (action != NULL)
    console_perform(console, action->name);
}

/* A modified key that means nothing is Esc and the key: on a slow line two keys arrive in one
 * breath. */
static void
on_any_key(Console *console, KeyCode code)
{
  View *top = console_top(console);
  if (!(code & KEYCODE_ALT) || keymap_action(console->keymap, top->ops->scope, code) != NULL) {
    on_key(console, top, code);
    return;
  }
  on_key(console, top, KEYCODE_ESC);
  top = console_top(console);
  if (top != NULL)
    on_key(console, top, code & ~KEYCODE_ALT);
}

/* Too small to see what a key does: only what cannot harm. */
static void
on_tiny_key(Console *console, KeyCode code)
{
  static const char *const harmless[] = {"quit", "suspend", "redraw", NULL};
  const Action *action = keymap_action(console->keymap, SCOPE_GLOBAL, code);
  if (action == NULL || !g_strv_contains(harmless, action->name))
    return;
  /* Nor does what cannot be seen get lost: a password shown once, a line that is typed. */
  gboolean held =
      console_top(console)->ops->modal || (console_is_typing(console) && keycode_is_text(code));
  if (!held || !g_str_equal(action->name, "quit"))
    find_action(console_actions, action->name)->run(console_top(console));
}

/* The key that is drawn there; 0: none. */
static KeyCode
key_at(const View *view, int y, int x)
{
  for (guint i = 0; i < view->n_keys && y == view->keys_y; i++)
    if (x >= view->keys[i].x && x < view->keys[i].x + view->keys[i].cols)
      return view->keys[i].code;
  return 0;
}

static void
on_mouse(View *top, const Event *event)
{
  Event own = *event;
  Console *console = top->console;
  if (event->y == 1 && event->kind != EVENT_WHEEL && !top->ops->modal &&
      rooms_rows(console, screen_rows(console->screen)) > 0) {
    guint room = rooms_at(console, event->x);
    if (room != 0)
      rooms_go(console, room);
    return;
  }
  own.y -= top->rect.y;
  own.x -= top->rect.x;
  if (event->y == screen_rows(console->screen) - 1 && event->kind == EVENT_CLICK) {
    const char *action = statusbar_action_at(console, event->x);
    if (action != NULL)
      console_perform(console, action);
    return;
  }
  KeyCode code = event->kind == EVENT_CLICK ? key_at(top, own.y, own.x) : 0;
  if (code != 0) {
    on_key(console, top, code);
    return;
  }
  if (top->ops->mouse != NULL && own.y >= 0 && own.x >= 0 && own.y < top->rect.rows &&
      own.x < top->rect.cols)
    top->ops->mouse(top, &own);
}

void
console_event(Console *console, const Event *event)
{
  View *top = console_top(console);
  if (top == NULL)
    return;
  console->in_event = TRUE;
  if (is_tiny(console)) {
    if (event->kind == EVENT_KEY)
      on_tiny_key(console, event->key);
  } else if (event->kind == EVENT_KEY) {
    on_any_key(console, event->key);
  } else if (event->kind == EVENT_PASTE) {
    if (top->ops->paste != NULL)
      top->ops->paste(top, event->text);
    else if (top->search == NULL || !search_paste(top->search, event->text))
      console_say(console, STYLE_DIM, _("A paste is not taken for keys; it can go into a field"));
    console_changed(console, CHANGED_TOP);
  } else {
    on_mouse(top, event);
  }
  console->in_event = FALSE;
  free_closed(console);
}

/* --- the repaint pass --- */

static void
draw_tiny(Console *console, const Draw *draw)
{
  draw_clear(draw);
  g_autofree char *need = g_strdup_printf(_("usher needs %dx%d"), SCREEN_MIN_COLS, SCREEN_MIN_ROWS);
  g_autofree char *have = g_strdup_printf(_("this is %dx%d"), draw->cols, draw->rows);
  int y = MAX(draw->rows / 2 - 1, 0);
  draw_centered(draw, y, 0, draw->cols, STYLE_STRONG, need);
  draw_centered(draw, y + 1, 0, draw->cols, STYLE_NORMAL, have);
}

static void
show_views(Console *console, gboolean shown)
{
  for (guint i = 0; i < console->views->len; i++) {
    View *view = g_ptr_array_index(console->views, i);
    if (shown == (panel_hidden(view->panel) == FALSE))
      continue;
    if (shown)
      show_panel(view->panel);
    else
      hide_panel(view->panel);
  }
}

static void
draw_views(Console *console)
{
  const Theme *theme = screen_theme(console->screen);
  /* The notice comes and goes, and its line with it. */
  for (guint i = 0; i < console->views->len; i++)
    place_view(console, g_ptr_array_index(console->views, i));
  for (guint i = 0; i < console->views->len; i++) {
    View *view = g_ptr_array_index(console->views, i);
    guint bits = view->ops->changed | (view == console_top(console) ? CHANGED_TOP : 0);
    if (console->changed != CHANGED_ALL && !(console->changed & bits))
      continue;
    Draw draw = {view->window, theme, view->rect.rows, view->rect.cols};
    draw_clear(&draw);
    view->ops->draw(view, &draw);
  }
}

void
console_paint(Console *console)
{
  free_closed(console);
  if (console->changed == 0)
    return;
  gboolean tiny = is_tiny(console);
  Draw bars = {console->bars, screen_theme(console->screen), screen_rows(console->screen),
               screen_cols(console->screen)};
  show_views(console, !tiny);
  if (tiny) {
    draw_tiny(console, &bars);
  } else {
    draw_views(console);
    statusbar_draw(console, &bars);
  }
  console->changed = 0;
  update_panels();
  View *top = console_top(console);
  if (!tiny && top != NULL) {
    /* The hardware cursor stands on what has the focus. */
    wmove(top->window, CLAMP(top->cursor_y, 0, top->rect.rows - 1),
          CLAMP(top->cursor_x, 0, top->rect.cols - 1));
    wnoutrefresh(top->window);
  }
  screen_update(console->screen);
}
