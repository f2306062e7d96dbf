/* Up to 20 requests in one: $batch. Contract 3.6: the answer's own 200 says
 * nothing, each item has a status, a request id and perhaps a Retry-After of
 * its own, in any order. Which items are sent again is the caller's business. */
#pragma once

#include "graph/request.h"

#define GRAPH_BATCH_MOST 20

typedef struct GraphBatch GraphBatch;

/* What became of one item. */
typedef struct {
  GraphTrace trace;   /* maybe_processed: its answer is lost, or leaves it open (a 5xx) */
  GError *error;      /* what the same request sent alone would have said; NULL: it is good */
  gboolean refused;   /* not looked at for sure (429, 503 with Retry-After, an expired token): it
                         may be sent again whatever it is */
  int retry_after;    /* seconds that it was asked to wait; -1: it was not */
  gconstpointer body; /* for graph_answer_value() and graph_answer_lists() */
} GraphAnswer;

GraphBatch *graph_batch_new(void);
void graph_batch_free(GraphBatch *batch);
/* Adds one (taken over); at most GRAPH_BATCH_MOST. `client_request_id` NULL: one is made. */
void graph_batch_add(GraphBatch *batch, GraphRequest *request, const char *client_request_id);
guint graph_batch_length(const GraphBatch *batch);

/* Waits until `n` changes may go: after what everybody was asked to wait, and near the end of the
 * quota of writing as fast as it refills. To be asked before a batch of changes, and before
 * anybody writes down that it is sent: the sending itself counts nothing. CANCELLED; THROTTLED
 * when the service asks for more patience than there is. */
gboolean graph_batch_wait(GraphClient *client, guint n, GCancellable *cancellable, GError **error);
/* Sends all in one request. TRUE when the answer came: each item has its own. FALSE when
 * it did not come (UNREACHABLE, PROTOCOL …) or the batch as a whole was refused: then every item
 * has an error and the same trace.maybe_processed. `repeat`: all of them only read, so that a lost
 * answer is asked for again. What items were told about throttling is shared with all threads. */
gboolean graph_batch_send(GraphClient *client, GraphBatch *batch, gboolean repeat,
                          GCancellable *cancellable, GError **error);
/* Of the item added as number `i` from 0. Lent; valid after graph_batch_send(). */
const GraphAnswer *graph_batch_answer(const GraphBatch *batch, guint i);

/* A property of the object that was read, written as in GraphProperty ("true", lists one a
 * line); NULL: it is null or absent. The caller owns it. */
char *graph_answer_value(const GraphAnswer *answer, const char *name);
/* TRUE if "value" lists this id, as text or as an object's id. */
gboolean graph_answer_lists(const GraphAnswer *answer, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GraphBatch, graph_batch_free)
