/* Requests that are built but not sent: their texts kept together, and the
 * sending of one alone. */
#include "graph/request.h"

#include "graph/client-private.h"
#include <string.h>

GraphRequest *
graph_request_new(const char *endpoint, const char *id, const char *other, char *what)
{
  GraphRequest *request = g_new0(GraphRequest, 1);
  request->id = g_strdup(id);
  request->other = g_strdup(other);
  request->what = what;
  request->call = (GraphCall){
      .endpoint = endpoint, .id = request->id, .other = request->other, .what = request->what};
  return request;
}

void
graph_request_take_body(GraphRequest *request, char *body, gsize capacity)
{
  request->body = body;
  request->capacity = capacity;
  request->call.body = body;
}

void
graph_request_take_query(GraphRequest *request, char *query)
{
  request->query = query;
  request->call.query = query;
}

void
graph_request_free(GraphRequest *request)
{
  if (!request)
    return;
  if (request->body)
    secret_wipe(request->body, request->capacity);
  g_free(request->body);
  g_free(request->id);
  g_free(request->other);
  g_free(request->query);
  g_free(request->what);
  g_free(request);
}

gboolean
graph_request_send(GraphClient *client, const GraphRequest *request, GraphTrace *trace,
                   GCancellable *cancellable, GError **error)
{
  GError *failure = NULL;
  if (graph_send_only(client, &request->call, trace, cancellable, &failure))
    return TRUE;
  if (request->good && graph_error_is(failure, request->good)) {
    g_error_free(failure);
    return TRUE;
  }
  g_propagate_error(error, failure);
  return FALSE;
}
