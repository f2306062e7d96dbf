/* A request that is built but not sent, so that a change is put together in
 * one place and goes out alone or as an item of a $batch. What is built where
 * stands in users.h and groups.h; sending many at once is batch.h's. */
#pragma once

#include "graph/client.h"

typedef struct GraphRequest GraphRequest;

/* Its body is wiped. NULL is fine. */
void graph_request_free(GraphRequest *request);
/* Sends it alone. TRUE for an answer below 300, and for one that the request counts as good
 * (removing what is gone already). Else the errors of the call that builds it. `trace` may be
 * NULL. */
gboolean graph_request_send(GraphClient *client, const GraphRequest *request, GraphTrace *trace,
                            GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GraphRequest, graph_request_free)
