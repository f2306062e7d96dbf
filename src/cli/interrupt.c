/* GLib turns a signal into an event of a main loop; the loop runs on a thread
 * of its own, because a command blocks the first one. */
#include "cli/interrupt.h"
#include "base/i18n.h"
#include "cli/say.h"

#include <glib-unix.h>
#include <signal.h>

struct Interrupt {
  GCancellable *cancellable;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  gint quiet;
};

typedef struct {
  Interrupt *interrupt;
  int number;
} Signal;

static gboolean
on_signal(gpointer data)
{
  const Signal *event = data;
  GCancellable *cancellable = event->interrupt->cancellable;
  if (g_cancellable_is_cancelled(cancellable)) {
    signal(event->number, SIG_DFL);
    raise(event->number);
  }
  if (event->number == SIGINT && !g_atomic_int_get(&event->interrupt->quiet))
    say("%s", _("stopping after the requests in flight; ^C once more ends at once"));
  g_cancellable_cancel(cancellable);
  return G_SOURCE_CONTINUE;
}

static void
listen_to(Interrupt *interrupt, int number)
{
  Signal *event = g_new0(Signal, 1);
  *event = (Signal){interrupt, number};
  g_autoptr(GSource) source = g_unix_signal_source_new(number);
  g_source_set_callback(source, on_signal, event, g_free);
  g_source_attach(source, interrupt->context);
}

static gpointer
run_loop(gpointer data)
{
  Interrupt *interrupt = data;
  g_main_context_push_thread_default(interrupt->context);
  g_main_loop_run(interrupt->loop);
  g_main_context_pop_thread_default(interrupt->context);
  return NULL;
}

Interrupt *
interrupt_new(void)
{
  Interrupt *interrupt = g_new0(Interrupt, 1);
  interrupt->cancellable = g_cancellable_new();
  interrupt->context = g_main_context_new();
  interrupt->loop = g_main_loop_new(interrupt->context, FALSE);
  listen_to(interrupt, SIGINT);
  listen_to(interrupt, SIGTERM);
  listen_to(interrupt, SIGHUP);
  interrupt->thread = g_thread_new("signals", run_loop, interrupt);
  return interrupt;
}

static gboolean
quit_loop(gpointer loop)
{
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

void
interrupt_free(Interrupt *interrupt)
{
  if (!interrupt)
    return;
  /* From inside the loop: quitting one that does not run yet would be forgotten. */
  g_autoptr(GSource) source = g_idle_source_new();
  g_source_set_callback(source, quit_loop, interrupt->loop, NULL);
  g_source_attach(source, interrupt->context);
  g_thread_join(interrupt->thread);
  g_main_loop_unref(interrupt->loop);
  g_main_context_unref(interrupt->context);
  g_object_unref(interrupt->cancellable);
  g_free(interrupt);
}

GCancellable *
interrupt_cancellable(Interrupt *interrupt)
{
  return interrupt->cancellable;
}

void
interrupt_set_quiet(Interrupt *interrupt, gboolean quiet)
{
  g_atomic_int_set(&interrupt->quiet, quiet);
}
