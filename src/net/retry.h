/* Sending with patience: what the service asked us to wait is waited, what is
 * harmless to repeat is repeated after a lost answer, anything else is sent
 * once. Contract 3.5 and the engine's rules of sending. */
#pragma once

#include "net/http.h"
#include "net/throttle.h"

typedef struct {
  guint patience;    /* seconds that all waiting together may take; 0: 300 */
  gboolean harmless; /* idempotent in effect: may be sent again when it is not known
                        whether it was processed */
  gboolean *before;  /* may be NULL: set to TRUE when it was sent again although an earlier
                        sending may have been processed, so that the answer may be about
                        what that one did */
} RetryPolicy;

/* http_send() with 429 and 503 waited out (Retry-After in full, shared through
 * `throttle`; without one, exponential back-off with jitter), a connection that
 * was refused tried again briefly, and, if harmless, 500, 502, 504 and lost
 * answers repeated. When patience ends, the last answer is what is returned.
 * USHER_ERROR_THROTTLED when the common wait is longer than the patience; else
 * as http_send(). `ret_maybe_processed` (may be NULL) is set in success, too: TRUE for
 * a 5xx that leaves open whether something was changed. */
HttpResponse *retry_send(HttpSession *session, Throttle *throttle, const HttpRequest *request,
                         const RetryPolicy *policy, gboolean *ret_maybe_processed,
                         GCancellable *cancellable, GError **error);

/* A cancellable for requests that are to be finished: once `stop` is cancelled nothing more is
 * sent, waited for or repeated with it, but what is on the wire goes on until the new one is
 * cancelled itself. `stop` may be NULL. The caller owns it. */
GCancellable *retry_finishing(GCancellable *stop);
/* What ends waiting under such a cancellable: its `stop`, for others the same. Lent. */
GCancellable *retry_stop(GCancellable *cancellable);

/* Seconds that the answer asks to wait (Retry-After as seconds or as a date), -1:
 * it does not. */
int retry_after(const HttpResponse *response);
/* The same of the text of such a header (may be NULL) that came with an answer of this `date`
 * (0: now). */
int retry_after_text(const char *text, gint64 date);

/* Sleeps; FALSE with USHER_ERROR_CANCELLED as soon as it is cancelled. */
gboolean retry_sleep(guint milliseconds, GCancellable *cancellable, GError **error);
