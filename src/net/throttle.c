/* What the tenant asked of us. A lock, the moment until which everybody
 * waits, and a limit of requests in flight that halves when the service slows
 * us down and grows by about one per round of good answers. Deciding what to
 * do with an answer is the business of net/retry. */
#include "net/throttle.h"

#include "base/error.h"
#include "base/i18n.h"

/* Requests that were in flight together are refused together: that is one
 * sign of the service, not several. */
#define SAME_SIGN (G_TIME_SPAN_SECOND)
/* A Retry-After beyond this is a mistake of somebody's. */
#define LONGEST_WAIT (24 * 60 * 60)

struct Throttle {
  gatomicrefcount references;
  GMutex lock;
  GCond changed;
  guint max, in_flight, times;
  double limit;
  gint64 until;  /* monotonic */
  gint64 halved; /* monotonic, when the limit was last cut */
};

Throttle *
throttle_new(guint max_in_flight)
{
  Throttle *throttle = g_new0(Throttle, 1);
  g_atomic_ref_count_init(&throttle->references);
  g_mutex_init(&throttle->lock);
  g_cond_init(&throttle->changed);
  throttle->max = MAX(max_in_flight, 1);
  throttle->limit = throttle->max;
  throttle->halved = G_MININT64 / 2;
  return throttle;
}

Throttle *
throttle_ref(Throttle *throttle)
{
  g_atomic_ref_count_inc(&throttle->references);
  return throttle;
}

void
throttle_unref(Throttle *throttle)
{
  if (!throttle || !g_atomic_ref_count_dec(&throttle->references))
    return;
  g_mutex_clear(&throttle->lock);
  g_cond_clear(&throttle->changed);
  g_free(throttle);
}

static void
wake(GCancellable *cancellable, gpointer data)
{
  Throttle *throttle = data;
  g_mutex_lock(&throttle->lock);
  g_cond_broadcast(&throttle->changed);
  g_mutex_unlock(&throttle->lock);
}

/* Whole seconds from now until `moment`, rounded up. */
static guint
seconds_until(gint64 moment)
{
  gint64 left = moment - g_get_monotonic_time();
  return left <= 0 ? 0 : (guint)((left + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND);
}

static void
set_too_long(GError **error, gint64 until)
{
  guint seconds = seconds_until(until);
  g_autoptr(GError) problem =
      g_error_new(USHER_ERROR, USHER_ERROR_THROTTLED,
                  _("The service asked everybody to wait for %u s, which is longer than this may "
                    "take. Try again later."),
                  seconds);
  error_set_service(problem, 429, NULL, NULL, (int)seconds);
  g_propagate_error(error, g_steal_pointer(&problem));
}

gboolean
throttle_enter_until(Throttle *throttle, gint64 deadline, GCancellable *cancellable, GError **error)
{
  /* Connected before the lock is taken: a cancelled one calls back at once. */
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), throttle, NULL) : 0;
  gboolean entered = FALSE;
  g_mutex_lock(&throttle->lock);
  for (;;) {
    gint64 now = g_get_monotonic_time();
    if (g_cancellable_is_cancelled(cancellable)) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
      break;
    }
    if (now < throttle->until && throttle->until > deadline) {
      set_too_long(error, throttle->until);
      break;
    }
    if (now < throttle->until)
      g_cond_wait_until(&throttle->changed, &throttle->lock, throttle->until);
    else if (throttle->in_flight >= (guint)throttle->limit)
      g_cond_wait(&throttle->changed, &throttle->lock);
    else {
      throttle->in_flight++;
      entered = TRUE;
      break;
    }
  }
  g_mutex_unlock(&throttle->lock);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  return entered;
}

gboolean
throttle_enter(Throttle *throttle, GCancellable *cancellable, GError **error)
{
  return throttle_enter_until(throttle, G_MAXINT64, cancellable, error);
}

void
throttle_leave(Throttle *throttle, int retry_after)
{
  g_mutex_lock(&throttle->lock);
  gint64 now = g_get_monotonic_time();
  throttle->in_flight--;
  if (retry_after >= 0) {
    gint64 until = now + MIN(retry_after, LONGEST_WAIT) * G_TIME_SPAN_SECOND;
    throttle->until = MAX(throttle->until, until);
    throttle->times++;
    if (now - throttle->halved > SAME_SIGN) {
      throttle->limit = MAX(throttle->limit / 2, 1);
      throttle->halved = now;
    }
  } else
    throttle->limit = MIN(throttle->limit + 1 / throttle->limit, throttle->max);
  g_cond_broadcast(&throttle->changed);
  g_mutex_unlock(&throttle->lock);
}

guint
throttle_waiting(Throttle *throttle, guint *ret_times)
{
  g_mutex_lock(&throttle->lock);
  guint seconds = seconds_until(throttle->until);
  if (ret_times)
    *ret_times = throttle->times;
  g_mutex_unlock(&throttle->lock);
  return seconds;
}

guint
throttle_limit(Throttle *throttle)
{
  g_mutex_lock(&throttle->lock);
  guint limit = (guint)throttle->limit;
  g_mutex_unlock(&throttle->lock);
  return limit;
}
