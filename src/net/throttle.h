/* What the tenant asked of us, shared by all threads: after a 429 everybody
 * waits until the same moment, and fewer requests are in flight for a while. Who waits is let
 * in by turns. The moment and the pace of changes are shared with other processes, too. */
#pragma once

#include <gio/gio.h>

typedef struct Throttle Throttle;

Throttle *throttle_new(guint max_in_flight);
/* The same, sharing what was asked with the processes that have the same file (NULL: with none).
 * Its folder must be there; a file that cannot be used is done without. */
Throttle *throttle_new_shared(guint max_in_flight, const char *path);
Throttle *throttle_ref(Throttle *throttle);
void throttle_unref(Throttle *throttle);

/* Waits for leave to send one request (or until cancelled: FALSE with
 * USHER_ERROR_CANCELLED; leave that needs no waiting is given all the same). Each TRUE is given
 * back with throttle_leave(). */
gboolean throttle_enter(Throttle *throttle, GCancellable *cancellable, GError **error);
/* The same, but USHER_ERROR_THROTTLED at once if the common wait goes beyond
 * `deadline` (monotonic, microseconds). */
gboolean throttle_enter_until(Throttle *throttle, gint64 deadline, GCancellable *cancellable,
                              GError **error);
/* Waits until the common wait is over, without taking leave; errors as above. */
gboolean throttle_wait_until(Throttle *throttle, gint64 deadline, GCancellable *cancellable,
                             GError **error);
/* `retry_after` seconds the answer asked for, -1: none asked, all is well. */
void throttle_leave(Throttle *throttle, int retry_after);

/* What an answer inside another one (an item of a batch) asked for, beside the leave of the
 * whole: everybody waits `retry_after` seconds and fewer are in flight. `writes`: it was the
 * quota of writing that ran out. */
void throttle_slow_down(Throttle *throttle, int retry_after, gboolean writes);
/* How much of its quota the service says is used (x-ms-throttle-limit-percentage; 0: it did
 * not say so, which it does below 0.8), in the answer to what was sent after `asked` (monotonic).
 * Contract 3.5. */
void throttle_report(Throttle *throttle, double share, gint64 asked);
/* Waits until `n` changes may be sent. At once for as long as the quota of writing is far
 * away; near its end as fast as it refills, so that nothing is refused (what is refused
 * counts, too). USHER_ERROR_CANCELLED. */
gboolean throttle_charge(Throttle *throttle, guint n, GCancellable *cancellable, GError **error);

/* For the status line: seconds until requests go on (0: they do), and how
 * often the service has slowed us down so far. */
guint throttle_waiting(Throttle *throttle, guint *ret_times);
/* Requests that may be in flight at present. */
guint throttle_limit(Throttle *throttle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Throttle, throttle_unref)
