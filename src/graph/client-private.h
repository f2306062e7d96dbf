/* What the files of the Graph room share: one call, its answer as a tree, and
 * the small pieces that requests are built of. */
#pragma once

#include "base/json.h"
#include "graph/batch.h"
#include "graph/client.h"
#include "graph/endpoints.h"

/* One call of a row of the endpoint table. */
typedef struct {
  const char *endpoint;
  const char *id;        /* {id}, not yet encoded */
  const char *other;     /* {member}, {sponsor} */
  const char *query;     /* behind the '?', encoded; may be NULL */
  const char *link;      /* a nextLink instead of path and query */
  gboolean eventual;     /* with the header of advanced queries */
  const char *body;      /* may be NULL */
  const char *type;      /* of the body; NULL: application/json */
  const char *what;      /* translated, for messages: "Reading the group Specialists" */
  HttpArriving arriving; /* sees the body while it comes; may be NULL */
  gpointer arriving_data;
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

/* The same as graph_send(), and with which token: for who finds it refused inside the answer.
 * `ret_token` may be NULL; the caller owns it. */
HttpResponse *graph_send_with(GraphClient *client, const GraphCall *call, GraphTrace *trace,
                              Secret **ret_token, GCancellable *cancellable, GError **error);
/* token_source_challenge() for who found the refusal inside the answer. */
gboolean graph_client_challenge(GraphClient *client, const Secret *refused,
                                const char *www_authenticate, GError **error);
/* This token was refused: the next request gets another one. */
gboolean graph_client_renew(GraphClient *client, const Secret *refused, GCancellable *cancellable,
                            GError **error);
Throttle *graph_client_throttle(const GraphClient *client);

/* What an item of a batch answered, as if it had come alone. The caller owns it. */
HttpResponse *graph_answer_page(const GraphAnswer *answer);

/* A request whose texts are built up here; `what` is taken. */
struct GraphRequest {
  GraphCall call; /* its texts are the ones below */
  char *id, *other, *query, *body, *what;
  gsize capacity; /* of the body, to be wiped */
  int good;       /* a status of 400 or more that is as good as success; 0: none */
};
GraphRequest *graph_request_new(const char *endpoint, const char *id, const char *other,
                                char *what);
/* Take the text; all of `capacity` is wiped in the end. */
void graph_request_take_body(GraphRequest *request, char *body, gsize capacity);
void graph_request_take_query(GraphRequest *request, char *query);

/* An answer of 400 or more as an error. */
GError *graph_answer_error(const GraphClient *client, const GraphCall *call,
                           const HttpResponse *response);
/* The same of its parts: the body as a tree (may be NULL), the request-id header (may be NULL). */
GError *graph_status_error(const GraphClient *client, const GraphCall *call, int status,
                           const cJSON *body, const char *request_id, int retry_after);
/* FALSE with the error when a call has no id, or leads away from this service. */
gboolean graph_check_call(const GraphClient *client, const GraphCall *call, GError **error);
/* TRUE if the error is an answer with this status. */
gboolean graph_error_is(const GError *error, int http_status);

/* The URL of a call, and its part behind the version. The caller owns it. */
char *graph_call_path(const GraphCall *call);
char *graph_call_url(const GraphClient *client, const GraphCall *call);

/* An OData literal for a query: quotes doubled, then percent-encoded, with its quotes.
 * Contract 20. The caller owns it. */
char *graph_literal(const char *text);
/* {"@odata.id":"{graph}/v1.0/{collection}/{id}"}. The caller owns it. */
char *graph_reference(const GraphClient *client, const char *collection, const char *id);
/* 8-4-4-4-12 hexadecimal digits. */
gboolean graph_is_id(const char *text);
/* Wipes the texts of a tree and frees it. */
void graph_free_secret_tree(cJSON *tree);
