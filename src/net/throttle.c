/* What the tenant asked of us, among the threads of one process. A lock, those who wait in
 * line, and a limit of requests in flight that halves when the service slows us down and
 * grows by about one per round of good answers. What the processes share (the moment until which
 * everybody waits, and the pace of changes) is net/pace's; deciding what to do with an answer is
 * the business of net/retry. */
#include "net/throttle.h"

#include "base/error.h"
#include "base/i18n.h"
#include "net/pace.h"

/* Requests that were in flight together are refused together: that is one
 * sign of the service, not several. */
#define SAME_SIGN (G_TIME_SPAN_SECOND)
/* How long somebody in line may sleep: another process may have been asked to wait. */
#define LOOK_UP (G_TIME_SPAN_SECOND)

struct Throttle {
  gatomicrefcount references;
  GMutex lock;
  GCond changed;
  guint max, in_flight, times;
  double limit;
  gint64 halved; /* monotonic, when the limit was last cut */
  Pace *pace;
  GQueue entering; /* who waits for leave, in order: each one's own stack */
  GQueue charging; /* gint64, who waits to change something: when it is due */
};

Throttle *
throttle_new(guint max_in_flight)
{
  return throttle_new_shared(max_in_flight, NULL);
}

Throttle *
throttle_new_shared(guint max_in_flight, const char *path)
{
  Throttle *throttle = g_new0(Throttle, 1);
  g_atomic_ref_count_init(&throttle->references);
  g_mutex_init(&throttle->lock);
  g_cond_init(&throttle->changed);
  throttle->max = MAX(max_in_flight, 1);
  throttle->limit = throttle->max;
  throttle->halved = G_MININT64 / 2;
  throttle->pace = pace_new(path);
  g_queue_init(&throttle->entering);
  g_queue_init(&throttle->charging);
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
  pace_free(throttle->pace);
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

static void
set_in_vain(GError **error, gint64 until, GCancellable *cancellable)
{
  if (g_cancellable_is_cancelled(cancellable))
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
  else
    set_too_long(error, until);
}

/* In order: who does much does not push aside who wants one thing. With the lock held. */
static gboolean
wait_in_line(Throttle *throttle, gpointer ticket, gint64 deadline, GCancellable *cancellable,
             GError **error)
{
  for (;;) {
    gint64 now = g_get_monotonic_time(), until = pace_until(throttle->pace);
    gboolean first = g_queue_peek_head(&throttle->entering) == ticket;
    if (first && now >= until && throttle->in_flight < (guint)throttle->limit)
      return TRUE;
    /* Waiting can be cancelled; whether what need not wait is sent is for who sends it. */
    if (g_cancellable_is_cancelled(cancellable) || (now < until && until > deadline)) {
      set_in_vain(error, until, cancellable);
      return FALSE;
    }
    if (now < until)
      g_cond_wait_until(&throttle->changed, &throttle->lock, MIN(until, now + LOOK_UP));
    else
      g_cond_wait(&throttle->changed, &throttle->lock);
  }
}

gboolean
throttle_enter_until(Throttle *throttle, gint64 deadline, GCancellable *cancellable, GError **error)
{
  /* Connected before the lock is taken: a cancelled one calls back at once. */
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), throttle, NULL) : 0;
  g_mutex_lock(&throttle->lock);
  g_queue_push_tail(&throttle->entering, &handler);
  gboolean entered = wait_in_line(throttle, &handler, deadline, cancellable, error);
  g_queue_remove(&throttle->entering, &handler);
  throttle->in_flight += entered ? 1 : 0;
  if (!g_queue_is_empty(&throttle->entering))
    g_cond_broadcast(&throttle->changed);
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

gboolean
throttle_wait_until(Throttle *throttle, gint64 deadline, GCancellable *cancellable, GError **error)
{
  gboolean over = FALSE;
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), throttle, NULL) : 0;
  g_mutex_lock(&throttle->lock);
  while (!over) {
    gint64 now = g_get_monotonic_time(), until = pace_until(throttle->pace);
    over = now >= until;
    if (!over && (g_cancellable_is_cancelled(cancellable) || until > deadline)) {
      set_in_vain(error, until, cancellable);
      break;
    }
    if (!over)
      g_cond_wait_until(&throttle->changed, &throttle->lock, MIN(until, now + LOOK_UP));
  }
  g_mutex_unlock(&throttle->lock);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  return over;
}

/* With the lock held. */
static void
slow_down(Throttle *throttle, int retry_after, gboolean writes)
{
  gint64 now = g_get_monotonic_time();
  pace_slow_down(throttle->pace, retry_after, writes);
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
    slow_down(throttle, retry_after, FALSE);
  else
    throttle->limit = MIN(throttle->limit + 1 / throttle->limit, throttle->max);
  g_cond_broadcast(&throttle->changed);
  g_mutex_unlock(&throttle->lock);
}

void
throttle_slow_down(Throttle *throttle, int retry_after, gboolean writes)
{
  g_mutex_lock(&throttle->lock);
  slow_down(throttle, retry_after, writes);
  g_cond_broadcast(&throttle->changed);
  g_mutex_unlock(&throttle->lock);
}

void
throttle_report(Throttle *throttle, double share, gint64 asked)
{
  g_mutex_lock(&throttle->lock);
  pace_report(throttle->pace, share, asked);
  g_mutex_unlock(&throttle->lock);
}

static gint
compare_due(gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return left < right ? -1 : left > right;
}

/* Until it is the turn of `due` and the pace allows it; FALSE when cancelled. With the lock
 * held. */
static gboolean
wait_for_turn(Throttle *throttle, const gint64 *due, guint n, GCancellable *cancellable)
{
  for (;;) {
    gint64 again = G_MAXINT64, now = g_get_monotonic_time();
    if (g_queue_peek_head(&throttle->charging) == due &&
        (again = pace_charge(throttle->pace, n)) == 0)
      return TRUE;
    if (g_cancellable_is_cancelled(cancellable))
      return FALSE;
    g_cond_wait_until(&throttle->changed, &throttle->lock, MIN(again, now + LOOK_UP));
  }
}

gboolean
throttle_charge(Throttle *throttle, guint n, GCancellable *cancellable, GError **error)
{
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), throttle, NULL) : 0;
  /* Who asks for little is due before who asked for much a moment earlier: one change among
   * batches of twenty does not wait for all of them. */
  gint64 due = g_get_monotonic_time() + pace_of(n);
  g_mutex_lock(&throttle->lock);
  g_queue_insert_sorted(&throttle->charging, &due, compare_due, NULL);
  gboolean charged = wait_for_turn(throttle, &due, n, cancellable);
  g_queue_remove(&throttle->charging, &due);
  if (!g_queue_is_empty(&throttle->charging))
    g_cond_broadcast(&throttle->changed);
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
  guint seconds = seconds_until(pace_until(throttle->pace));
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
