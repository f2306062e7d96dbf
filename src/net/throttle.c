/* What the tenant asked of us. A lock, the moment until which everybody
 * waits, a limit of requests in flight that halves when the service slows
 * us down and grows by about one per round of good answers, and a pace for
 * changes when their quota is nearly used. Deciding what to do with an answer
 * is the business of net/retry. */
#include "net/throttle.h"

#include "base/error.h"
#include "base/i18n.h"

/* Requests that were in flight together are refused together: that is one
 * sign of the service, not several. */
#define SAME_SIGN (G_TIME_SPAN_SECOND)
/* A Retry-After beyond this is a mistake of somebody's. */
#define LONGEST_WAIT (24 * 60 * 60)

/* The documented refilling of the quota of writing: 3000 per 150 s (contract 3.5). */
#define WRITE_RATE 20.0
/* Changes are paced from here on, so that the share of the quota in use stays at the aim: there
 * they go as fast as it refills, below it faster, above it slower. */
#define SHARE_PACED 0.9
#define SHARE_AIM   0.97
#define SHARE_GAIN  10.0
/* How long a quota that ran out without a warning keeps the pace. */
#define PACED_FOR (150 * G_TIME_SPAN_SECOND)
/* What the service said about its quota is old after this. */
#define SHARE_OLD (10 * G_TIME_SPAN_SECOND)

struct Throttle {
  gatomicrefcount references;
  GMutex lock;
  GCond changed;
  guint max, in_flight, times;
  double limit;
  gint64 until;  /* monotonic */
  gint64 halved; /* monotonic, when the limit was last cut */
  /* The pace of changes. */
  double share;       /* of the quota, as last said */
  double scale;       /* of the documented rate: less when others use the same quota */
  gint64 share_at;    /* monotonic, when it was said */
  gint64 paced_until; /* monotonic */
  gint64 next_change; /* monotonic, when the next may go */
  gboolean says_share;
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
  throttle->scale = 1;
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
    if (now >= throttle->until && throttle->in_flight < (guint)throttle->limit) {
      throttle->in_flight++;
      entered = TRUE;
      break;
    }
    /* Waiting can be cancelled; whether what need not wait is sent is for who sends it. */
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
    else
      g_cond_wait(&throttle->changed, &throttle->lock);
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

/* With the lock held. */
static void
slow_down(Throttle *throttle, int retry_after)
{
  gint64 now = g_get_monotonic_time();
  gint64 until = now + MIN(retry_after, LONGEST_WAIT) * G_TIME_SPAN_SECOND;
  throttle->until = MAX(throttle->until, until);
  throttle->times++;
  if (now - throttle->halved > SAME_SIGN) {
    throttle->limit = MAX(throttle->limit / 2, 1);
    throttle->halved = now;
  }
}

void
throttle_leave(Throttle *throttle, int retry_after)
{
  g_mutex_lock(&throttle->lock);
  throttle->in_flight--;
  if (retry_after >= 0)
    slow_down(throttle, retry_after);
  else
    throttle->limit = MIN(throttle->limit + 1 / throttle->limit, throttle->max);
  g_cond_broadcast(&throttle->changed);
  g_mutex_unlock(&throttle->lock);
}

void
throttle_slow_down(Throttle *throttle, int retry_after, gboolean writes)
{
  g_mutex_lock(&throttle->lock);
  gint64 now = g_get_monotonic_time();
  /* Refused although paced: somebody else uses the quota as well. */
  if (writes && now < throttle->paced_until && now - throttle->halved > SAME_SIGN)
    throttle->scale = MAX(throttle->scale * 0.8, 0.05);
  slow_down(throttle, retry_after);
  if (writes) {
    throttle->paced_until = throttle->until + PACED_FOR;
    throttle->next_change = MAX(throttle->next_change, throttle->until);
  }
  g_cond_broadcast(&throttle->changed);
  g_mutex_unlock(&throttle->lock);
}

void
throttle_report(Throttle *throttle, double share)
{
  g_mutex_lock(&throttle->lock);
  gint64 now = g_get_monotonic_time();
  throttle->says_share |= share > 0;
  throttle->share = share;
  throttle->share_at = now;
  if (share >= SHARE_PACED)
    throttle->paced_until = now + PACED_FOR;
  else if (throttle->says_share)
    throttle->paced_until = 0;
  throttle->scale = MIN(throttle->scale + 0.005, 1);
  g_mutex_unlock(&throttle->lock);
}

/* Changes a second at present. */
static double
pace(const Throttle *throttle, gint64 now)
{
  gboolean known = throttle->share > 0 && now - throttle->share_at < SHARE_OLD;
  double lead = known ? SHARE_GAIN * (SHARE_AIM - throttle->share) : 0;
  return MAX(WRITE_RATE * throttle->scale * (1 + lead), 0.5);
}

gboolean
throttle_charge(Throttle *throttle, guint n, GCancellable *cancellable, GError **error)
{
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), throttle, NULL) : 0;
  gboolean charged = FALSE;
  g_mutex_lock(&throttle->lock);
  while (!charged) {
    gint64 now = g_get_monotonic_time();
    gboolean paced = now < throttle->paced_until;
    if (paced && now < throttle->next_change) {
      if (g_cancellable_is_cancelled(cancellable))
        break;
      g_cond_wait_until(&throttle->changed, &throttle->lock, throttle->next_change);
      continue;
    }
    if (paced)
      throttle->next_change = now + (gint64)(n / pace(throttle, now) * G_TIME_SPAN_SECOND);
    charged = TRUE;
  }
  g_mutex_unlock(&throttle->lock);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  if (!charged)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
  return charged;
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
