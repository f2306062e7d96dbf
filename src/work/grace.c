/* Stopping with care: what is on the wire is waited for a little while after
 * the person said stop, so that its outcome is known; only then is it broken
 * off. */
#include "net/retry.h"
#include "work/step-private.h"

/* Seconds that a request in flight gets after a stop. */
#define GRACE 5

struct Grace {
  GMutex lock;
  GCond over_now;
  gboolean over;
  GCancellable *outer, *inner;
  gulong handler;
  GThread *watch;
};

static gpointer
watch(gpointer data)
{
  Grace *grace = data;
  gint64 end = g_get_monotonic_time() + GRACE * G_USEC_PER_SEC;
  g_mutex_lock(&grace->lock);
  gboolean in_time = TRUE;
  while (!grace->over && in_time)
    in_time = g_cond_wait_until(&grace->over_now, &grace->lock, end);
  gboolean over = grace->over;
  g_mutex_unlock(&grace->lock);
  if (!over)
    g_cancellable_cancel(grace->inner);
  return NULL;
}

static void
on_stop(GCancellable *cancellable, gpointer data)
{
  Grace *grace = data;
  grace->watch = g_thread_new("usher-stop", watch, grace);
}

Grace *
grace_begin(GCancellable *outer)
{
  Grace *grace = g_new0(Grace, 1);
  g_mutex_init(&grace->lock);
  g_cond_init(&grace->over_now);
  grace->outer = outer;
  grace->inner = retry_finishing(outer);
  if (outer != NULL)
    grace->handler = g_cancellable_connect(outer, G_CALLBACK(on_stop), grace, NULL);
  return grace;
}

GCancellable *
grace_cancellable(const Grace *grace)
{
  return grace->inner;
}

void
grace_end(Grace *grace)
{
  /* Waits for a handler that runs right now; after it nobody starts a watch any more. */
  if (grace->handler != 0)
    g_cancellable_disconnect(grace->outer, grace->handler);
  g_mutex_lock(&grace->lock);
  grace->over = TRUE;
  g_cond_signal(&grace->over_now);
  g_mutex_unlock(&grace->lock);
  if (grace->watch != NULL)
    g_thread_join(grace->watch);
  g_object_unref(grace->inner);
  g_cond_clear(&grace->over_now);
  g_mutex_clear(&grace->lock);
  g_free(grace);
}
