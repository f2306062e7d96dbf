/* What the files of the Graph room share: one call, its answer as a tree, and
 * the small pieces that requests are built of. */
#pragma once

#include "base/json.h"
#include "graph/client.h"
#include "graph/endpoints.h"

/* One call of a row of the endpoint table. */
typedef struct {
  const char *endpoint;
  const char *id;    /* {id}, not yet encoded */
  const char *other; /* {member}, {sponsor} */
  const char *query; /* behind the '?', encoded; may be NULL */
  const char *link;  /* a nextLink instead of path and query */
  gboolean eventual; /* with the header of advanced queries */
  const char *body;  /* may be NULL */
  const char *type;  /* of the body; NULL: application/json */
  const char *what;  /* translated, for messages: "Reading the group Specialists" */
} GraphCall;

/* Sends it and hands back an answer below 300; anything else becomes an error whose
 * message begins with `what`: USHER_ERROR_SIGN_IN (401), _REFUSED (403), _NOT_FOUND (404),
 * _CONFLICT (409, or details that say so), _THROTTLED (429, 503), _SERVICE. `trace` may be NULL. */
HttpResponse *graph_send(GraphClient *client, const GraphCall *call, GraphTrace *trace,
                         GCancellable *cancellable, GError **error);
/* The same, and the body as a tree (an object). */
cJSON *graph_send_json(GraphClient *client, const GraphCall *call, GraphTrace *trace,
                       GCancellable *cancellable, GError **error);
/* The same, where only success matters. */
gboolean graph_send_only(GraphClient *client, const GraphCall *call, GraphTrace *trace,
                         GCancellable *cancellable, GError **error);

/* An answer of 400 or more as an error. */
GError *graph_answer_error(const GraphClient *client, const GraphCall *call,
                           const HttpResponse *response);
/* TRUE if the error is an answer with this status. */
gboolean graph_error_is(const GError *error, int http_status);

/* The URL of a call. The caller owns it. */
char *graph_call_url(const GraphClient *client, const GraphCall *call);
const char *graph_client_url(const GraphClient *client);

/* An OData literal for a query: quotes doubled, then percent-encoded, with its quotes.
 * Contract 20. The caller owns it. */
char *graph_literal(const char *text);
/* {"@odata.id":"{graph}/v1.0/{collection}/{id}"}. The caller owns it. */
char *graph_reference(const GraphClient *client, const char *collection, const char *id);
/* 8-4-4-4-12 hexadecimal digits. */
gboolean graph_is_id(const char *text);
/* Wipes the texts of a tree and frees it. */
void graph_free_secret_tree(cJSON *tree);
