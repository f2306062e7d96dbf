/* Sending with patience. Decides for each outcome whether it is sent again and
 * when; the waiting that concerns everybody is done by net/throttle, the
 * sending by net/http. */
#include "net/retry.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/curl.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_PATIENCE 300
/* Sendings after which an outage is believed; 429 and Retry-After do not count. */
#define MAX_FAILURES 5
/* A connection that cannot be made is tried less often: who is offline wants to know. */
#define MAX_REFUSALS 3
/* One that took this long to fail is not tried again. */
#define SLOW_REFUSAL (3 * G_TIME_SPAN_SECOND)

typedef enum { OUTCOME_FINAL, OUTCOME_REPEAT, OUTCOME_WAIT } Outcome;

/* One call: what has happened so far. */
typedef struct {
  const RetryPolicy *policy;
  gint64 deadline;
  guint failures, refusals, slowings;
} Effort;

#define STOP "usher-stop"

GCancellable *
retry_finishing(GCancellable *stop)
{
  GCancellable *cancellable = g_cancellable_new();
  if (stop)
    g_object_set_data_full(G_OBJECT(cancellable), STOP, g_object_ref(stop), g_object_unref);
  return cancellable;
}

GCancellable *
retry_stop(GCancellable *cancellable)
{
  GCancellable *stop = cancellable ? g_object_get_data(G_OBJECT(cancellable), STOP) : NULL;
  return stop ? stop : cancellable;
}

int
retry_after(const HttpResponse *response)
{
  return retry_after_text(http_response_header(response, "retry-after"), response->date);
}

int
retry_after_text(const char *text, gint64 date)
{
  if (!text || !*text)
    return -1;
  char *end = NULL;
  gint64 seconds = g_ascii_strtoll(text, &end, 10);
  if (end != text && strspn(end, " .0123456789") == strlen(end))
    return (int)CLAMP(seconds, 0, G_MAXINT);
  time_t moment = curl_getdate(text, NULL);
  if (moment == (time_t)-1)
    return -1;
  gint64 now = date ? date : clock_now();
  return (int)CLAMP(moment - now, 0, G_MAXINT);
}

gboolean
retry_sleep(guint milliseconds, GCancellable *cancellable, GError **error)
{
  GPollFD fd = {0};
  gboolean pollable = cancellable && g_cancellable_make_pollfd(cancellable, &fd);
  gint64 end = g_get_monotonic_time() + (gint64)milliseconds * 1000;
  for (;;) {
    gint64 left = end - g_get_monotonic_time();
    if (left <= 0 || g_cancellable_is_cancelled(cancellable))
      break;
    g_poll(pollable ? &fd : NULL, pollable ? 1 : 0, (int)MIN((left + 999) / 1000, 60 * 60 * 1000));
  }
  if (pollable)
    g_cancellable_release_fd(cancellable);
  if (!g_cancellable_is_cancelled(cancellable))
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
  return FALSE;
}

/* 0.25 s, 0.5 s, 1 s … up to 30 s, each between half and the whole of it, so that
 * many do not come back at the same moment. */
static guint
back_off(guint failures)
{
  guint whole = MIN(250u << MIN(failures, 8u), 30000u);
  return whole / 2 + (guint)g_random_int_range(0, (gint32)(whole / 2) + 1);
}

static gboolean
fits(const Effort *effort, gint64 milliseconds)
{
  return g_get_monotonic_time() + milliseconds * 1000 <= effort->deadline;
}

/* What an answer means: final, send again after `ret_wait` ms of our own, or
 * wait with everybody (`ret_everybody` seconds). */
static Outcome
judge_answer(Effort *effort, const HttpResponse *response, int *ret_everybody, guint *ret_wait,
             gboolean *ret_unclear)
{
  int status = response->status, asked = retry_after(response);
  gboolean slowed = status == 429 || (status == 503 && asked >= 0);
  if (slowed) {
    /* Refused before it was looked at: sending it again is safe for any kind. "In 0 seconds" would
     * have all of us knock as fast as we can. */
    *ret_everybody =
        asked >= 0 ? MAX(asked, 1) : (int)(back_off(effort->slowings++ + 2) / 1000) + 1;
    return fits(effort, (gint64)*ret_everybody * 1000) ? OUTCOME_WAIT : OUTCOME_FINAL;
  }
  if (status != 500 && status != 502 && status != 503 && status != 504)
    return OUTCOME_FINAL;
  *ret_unclear = TRUE;
  *ret_wait = asked >= 0 ? (guint)MIN(asked, 24 * 60 * 60) * 1000 : back_off(effort->failures);
  effort->failures++;
  return effort->policy->harmless && effort->failures < MAX_FAILURES && fits(effort, *ret_wait)
             ? OUTCOME_REPEAT
             : OUTCOME_FINAL;
}

/* The same when there was no answer. */
static Outcome
judge_failure(Effort *effort, const GError *failure, gboolean maybe_processed, gint64 took,
              guint *ret_wait)
{
  /* An error with a status had an answer: one that we refuse to read. */
  gboolean lost = g_error_matches(failure, USHER_ERROR, USHER_ERROR_UNREACHABLE) ||
                  (g_error_matches(failure, USHER_ERROR, USHER_ERROR_PROTOCOL) &&
                   error_http_status(failure) == 0);
  if (!lost)
    return OUTCOME_FINAL;
  gboolean again;
  if (maybe_processed) {
    *ret_wait = back_off(effort->failures++);
    again = effort->policy->harmless && effort->failures < MAX_FAILURES;
  } else {
    *ret_wait = back_off(effort->refusals++);
    again = effort->refusals < MAX_REFUSALS && took < SLOW_REFUSAL;
  }
  return again && fits(effort, *ret_wait) ? OUTCOME_REPEAT : OUTCOME_FINAL;
}

HttpResponse *
retry_send(HttpSession *session, Throttle *throttle, const HttpRequest *request,
           const RetryPolicy *policy, gboolean *ret_maybe_processed, GCancellable *cancellable,
           GError **error)
{
  guint patience = policy->patience ? policy->patience : DEFAULT_PATIENCE;
  Effort effort = {policy, g_get_monotonic_time() + patience * G_TIME_SPAN_SECOND, 0, 0, 0};
  GCancellable *stop = retry_stop(cancellable);
  gboolean processed_before = FALSE; /* by an earlier sending of this call, perhaps */
  for (;;) {
    if (!throttle_enter_until(throttle, effort.deadline, stop, error)) {
      if (ret_maybe_processed)
        *ret_maybe_processed = processed_before;
      return NULL;
    }
    gboolean maybe_processed = FALSE, unclear = FALSE;
    int everybody = -1;
    guint wait = 0;
    g_autoptr(GError) failure = NULL;
    gint64 begin = g_get_monotonic_time();
    g_autoptr(HttpResponse) response =
        http_send(session, request, &maybe_processed, cancellable, &failure);
    Outcome outcome = response ? judge_answer(&effort, response, &everybody, &wait, &unclear)
                               : judge_failure(&effort, failure, maybe_processed,
                                               g_get_monotonic_time() - begin, &wait);
    throttle_leave(throttle, everybody);
    processed_before |= maybe_processed || unclear;
    if (policy->before && processed_before && outcome != OUTCOME_FINAL)
      *policy->before = TRUE;
    if (outcome == OUTCOME_REPEAT)
      g_debug("%s: sent again in %u ms (%s)", request->method, wait,
              failure ? failure->message : "server error");
    if (outcome == OUTCOME_FINAL) {
      /* An answer settles it, unless it is the kind that leaves it open. */
      if (ret_maybe_processed)
        *ret_maybe_processed = response ? unclear : processed_before;
      if (failure)
        g_propagate_error(error, g_steal_pointer(&failure));
      return g_steal_pointer(&response);
    }
    if (outcome == OUTCOME_REPEAT && !retry_sleep(wait, stop, error)) {
      if (ret_maybe_processed)
        *ret_maybe_processed = processed_before;
      return NULL;
    }
  }
}
