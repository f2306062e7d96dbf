/* The Graph client: authorised requests with what the service asked of us
 * obeyed, pages followed, errors in our terms. One per tenant; all threads
 * share it. cJSON stays inside this room (client-private.h). */
#pragma once

#include "auth/token.h"
#include "net/throttle.h"

typedef struct GraphClient GraphClient;

typedef struct {
  const char *graph_url; /* root without version */
  HttpSession *http;     /* lent, as the next two */
  TokenSource *tokens;
  Throttle *throttle;
  guint patience;     /* seconds that one call may spend waiting for 429/503; 0: 300 */
  gboolean delegated; /* signed in as a person: /me is there */
} GraphOptions;

GraphClient *graph_client_new(const GraphOptions *options);
void graph_client_free(GraphClient *client);
/* Signed in as a person, not as an application. */
gboolean graph_client_is_delegated(const GraphClient *client);

/* What happened to a request, for the journal and the log pane. Zero it, pass it
 * in; `client_request_id` may be set beforehand (then that one is used). */
typedef struct {
  char client_request_id[40];
  char request_id[64];
  int http_status;
  gboolean maybe_processed; /* the answer was lost: look before you repeat */
  gboolean before;          /* it was repeated, and an earlier sending may have been processed */
} GraphTrace;

/* The difference between the service's clock and ours in seconds, from the last
 * answer's Date; 0 before the first. */
gint64 graph_client_clock_skew(GraphClient *client);

/* Waits as long as everybody was asked to wait: for who writes something down before it is sent.
 * CANCELLED; THROTTLED when that is longer than the patience of a call. */
gboolean graph_client_wait(GraphClient *client, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GraphClient, graph_client_free)
