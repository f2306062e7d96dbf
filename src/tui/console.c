/* The console's life: terminal, GLib main loop, signals, timers, and the end.
 * Input goes before painting, painting happens at most 30 times a second unless
 * a key asks for it, and a lost terminal ends the loop at once. */
#include "tui/console.h"

#include "base/error.h"
#include "base/i18n.h"
#include "tui/console-private.h"
#include "tui/view-accounts.h"
#include "tui/view-welcome.h"
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PAINT_EVERY     (G_USEC_PER_SEC / 30)
#define PRIORITY_SIGNAL (G_PRIORITY_HIGH - 10) /* a dead terminal must not starve them */
#define IDLE_TICK       10                     /* s: ages on screen change that often */
#define BUSY_TICK       1

typedef struct ConsoleLoop {
  Console *console;
  GMainLoop *loop;
  int status;
  guint paint_source, tick_source, resize_source;
  gboolean busy; /* the tick is the fast one */
  gint64 painted_at;
  gboolean lost; /* the terminal is gone: nothing is written to it any more */
  App *next;     /* the console goes on with this one; NULL: it ends */
} ConsoleLoop;

/* --- painting --- */

static void
paint(Console *console)
{
  ConsoleLoop *run = console->run;
  if (run->paint_source != 0)
    g_clear_handle_id(&run->paint_source, g_source_remove);
  if (run->lost)
    return;
  console_paint(console);
  run->painted_at = g_get_monotonic_time();
}

static gboolean
on_paint(gpointer data)
{
  Console *console = data;
  console->run->paint_source = 0;
  paint(console);
  return G_SOURCE_REMOVE;
}

void
console_loop_paint_soon(Console *console)
{
  ConsoleLoop *run = console->run;
  if (run == NULL || run->paint_source != 0)
    return;
  gint64 wait = run->painted_at + PAINT_EVERY - g_get_monotonic_time();
  run->paint_source = g_timeout_add_full(G_PRIORITY_HIGH_IDLE, wait <= 0 ? 0 : (guint)(wait / 1000),
                                         on_paint, console, NULL);
}

/* --- input --- */

static gboolean
on_input(int fd, GIOCondition condition, gpointer data)
{
  Console *console = data;
  int waiting = 0;
  /* A dead terminal reports that it can be read, for ever, and gives nothing. */
  if ((condition & (G_IO_HUP | G_IO_ERR | G_IO_NVAL)) || ioctl(fd, FIONREAD, &waiting) != 0 ||
      waiting == 0) {
    console->run->lost = TRUE;
    console_loop_quit(console, 1);
    return G_SOURCE_REMOVE;
  }
  Event event;
  while (screen_read(console->screen, &event))
    console_event(console, &event);
  if (console->changed != 0)
    paint(console); /* a key is answered at once */
  return G_SOURCE_CONTINUE;
}

/* --- signals --- */

static gboolean
on_resized(gpointer data)
{
  ConsoleLoop *run = data;
  run->resize_source = 0;
  if (run->console != NULL && screen_resize(run->console->screen))
    console_layout(run->console);
  return G_SOURCE_REMOVE;
}

/* Many come while a window is dragged: the last one counts. */
static gboolean
on_winch(gpointer data)
{
  ConsoleLoop *run = data;
  if (run->resize_source == 0)
    run->resize_source = g_timeout_add_full(G_PRIORITY_HIGH, 10, on_resized, run, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup(gpointer data)
{
  Console *console = data;
  console->run->lost = TRUE;
  console_loop_quit(console, 1);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_terminate(gpointer data)
{
  console_loop_quit(data, 1);
  return G_SOURCE_CONTINUE;
}

void
console_loop_quit(Console *console, int status)
{
  if (console->run == NULL)
    return;
  console->run->status = status;
  g_main_loop_quit(console->run->loop);
}

void
console_loop_suspend(Console *console)
{
  if (console->run == NULL)
    return;
  screen_suspend(console->screen);
  console_layout(console);
}

gboolean
console_loop_run(Console *console, char **argv, GError **error)
{
  if (console->run == NULL) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_FAILED, _("There is no terminal."));
    return FALSE;
  }
  gboolean ran = screen_run(console->screen, argv, error);
  console_layout(console);
  return ran;
}

void
console_loop_continue_on(Console *console, App *app)
{
  ConsoleLoop *run = console->run;
  if (run == NULL || run->next != NULL) {
    app_free(app);
    return;
  }
  run->next = app;
  console_loop_quit(console, 0);
}

void
console_leave(Console *console, int status)
{
  console_loop_quit(console, status);
}

/* --- ticks --- */

static gboolean on_tick(gpointer data);

static gboolean
is_busy(const Console *console)
{
  return console->feed->loading || (console->change != NULL && console->change->running);
}

static void
start_tick(Console *console)
{
  ConsoleLoop *run = console->run;
  if (run->tick_source != 0)
    g_source_remove(run->tick_source);
  run->busy = is_busy(console);
  run->tick_source = g_timeout_add_seconds(run->busy ? BUSY_TICK : IDLE_TICK, on_tick, console);
}

static gboolean
on_tick(gpointer data)
{
  Console *console = data;
  feed_poll(console->feed);
  View *top = console_top(console);
  if (top != NULL && top->ops->tick != NULL)
    top->ops->tick(top);
  console_changed(console, CHANGED_STATUS);
  if (console->run->busy != is_busy(console)) {
    console->run->tick_source = 0; /* this one ends by itself */
    start_tick(console);
    return G_SOURCE_REMOVE;
  }
  return G_SOURCE_CONTINUE;
}

void
console_loop_busy(Console *console)
{
  if (console->run != NULL && console->run->busy != is_busy(console))
    start_tick(console);
}

/* --- life --- */

static void
add_sources(Console *console, GArray *sources)
{
  static const struct {
    int signal;
    GSourceFunc run;
  } signals[] = {{SIGHUP, on_hangup}, {SIGTERM, on_terminate}, {SIGINT, on_terminate}};
  for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
    guint id =
        g_unix_signal_add_full(PRIORITY_SIGNAL, signals[i].signal, signals[i].run, console, NULL);
    g_array_append_val(sources, id);
  }
  guint input =
      g_unix_fd_add_full(G_PRIORITY_HIGH, STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR | G_IO_NVAL,
                         on_input, console, NULL);
  g_array_append_val(sources, input);
}

static void
remove_sources(ConsoleLoop *run, GArray *sources)
{
  for (guint i = 0; i < sources->len; i++) {
    GSource *source = g_main_context_find_source_by_id(NULL, g_array_index(sources, guint, i));
    if (source != NULL)
      g_source_destroy(source);
  }
  guint *own[] = {&run->paint_source, &run->tick_source, &run->resize_source};
  for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
    if (*own[i] != 0)
      g_clear_handle_id(own[i], g_source_remove);
}

/* What is there at once is painted; only then anything is asked. */
static void
begin(Console *console, const char *message)
{
  gboolean configured = app_profile(console->app) != NULL;
  if (configured)
    feed_load_cache(console->feed);
  console_push(console, configured ? view_accounts_new(console) : view_welcome_new());
  if (message != NULL)
    console_say(console, STYLE_STRONG, "%s", message);
  paint(console);
  if (!configured)
    return;
  feed_refresh(console->feed);
  feed_load_log(console->feed);
}

/* The terminal is given back already: a line on it says why the shell is not. */
static void
finish_jobs(const ConsoleLoop *run, gboolean applying)
{
  if (applying && !run->lost)
    fprintf(stderr, "%s\n", _("usher: finishing the requests in flight …"));
  job_join_all();
}

/* One console from its first paint to its end; the screen outlives it. */
static void
run_on(ConsoleLoop *run, App *app, Screen *screen, const char *notice, const ConsoleHooks *hooks)
{
  g_autoptr(GArray) sources = g_array_new(FALSE, FALSE, sizeof(guint));
  const Profile *profile = app_profile(app);
  Feed *feed = feed_new(app, NULL, NULL);
  screen_set_tenant_colour(screen, profile == NULL ? NULL : profile->colour);
  Console *console = run->console = console_new(app, feed, screen);
  console->run = run;
  console->hooks = hooks;
  add_sources(console, sources);
  begin(console, notice);
  start_tick(console);
  g_main_loop_run(run->loop);
  gboolean applying = console->change != NULL && console->change->running;
  remove_sources(run, sources);
  console->run = NULL;
  run->console = NULL;
  console_free(console);
  if (run->next == NULL)
    screen_close(screen);
  feed_free(feed);
  finish_jobs(run, applying);
}

/* The profile that was asked for, then those that the person went on to. */
static void
run_all(ConsoleLoop *run, App *app, Screen *screen, const char *notice, const ConsoleHooks *hooks)
{
  g_autofree char *said = g_strdup(notice);
  g_autoptr(App) owned = NULL; /* the first one is lent */
  for (App *now = app; now != NULL;) {
    run_on(run, now, screen, said, hooks);
    now = g_steal_pointer(&run->next);
    g_clear_pointer(&owned, app_free);
    owned = now;
    g_clear_pointer(&said, g_free);
    if (now != NULL)
      said = g_strdup_printf(_("Now: %s"), app_profile(now)->name);
  }
}

int
console_run(App *app, const char *notice, const ConsoleHooks *hooks)
{
  ConsoleLoop run = {.loop = g_main_loop_new(NULL, FALSE)};
  g_autoptr(GError) error = NULL;
  /* Before ncurses is set up, so that it leaves the signal to us. */
  guint winch = g_unix_signal_add_full(PRIORITY_SIGNAL, SIGWINCH, on_winch, &run, NULL);
  Screen *screen = screen_open(app_config(app)->mouse, &error);
  if (screen == NULL) {
    fprintf(stderr, "usher: %s\n", error->message);
    run.status = error_exit_status(error);
  } else {
    run_all(&run, app, screen, notice, hooks);
  }
  g_source_remove(winch);
  g_main_loop_unref(run.loop);
  return run.status;
}
