/* The Graph client: builds a row of the endpoint table into a request, sends
 * it with a token of the right tenant to the right host, and keeps what a
 * caller needs to know about it. What the service answered badly is worded in
 * answer.c; waiting and repeating is net/retry's. */
#include "graph/client-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/retry.h"
#include "net/url.h"
#include <stdatomic.h>
#include <string.h>

#define VERSION          "v1.0"
#define DEFAULT_PATIENCE 300

struct GraphClient {
  char *graph_url;
  HttpSession *http;
  TokenSource *tokens;
  Throttle *throttle;
  guint patience;
  gboolean delegated;
  _Atomic gint64 skew;
};

GraphClient *
graph_client_new(const GraphOptions *options)
{
  GraphClient *client = g_new0(GraphClient, 1);
  client->graph_url = g_strdup(options->graph_url);
  for (gsize n = strlen(client->graph_url); n && client->graph_url[n - 1] == '/'; n--)
    client->graph_url[n - 1] = '\0';
  client->http = options->http;
  client->tokens = options->tokens;
  client->throttle = throttle_ref(options->throttle);
  client->patience = options->patience ? options->patience : DEFAULT_PATIENCE;
  client->delegated = options->delegated;
  return client;
}

void
graph_client_free(GraphClient *client)
{
  if (!client)
    return;
  throttle_unref(client->throttle);
  g_free(client->graph_url);
  g_free(client);
}

gboolean
graph_client_is_delegated(const GraphClient *client)
{
  return client->delegated;
}

Throttle *
graph_client_throttle(const GraphClient *client)
{
  return client->throttle;
}

gboolean
graph_client_renew(GraphClient *client, const Secret *refused, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr(Secret) fresh = token_source_get(client->tokens, refused, cancellable, error);
  return fresh != NULL;
}

gboolean
graph_client_challenge(GraphClient *client, const Secret *refused, const char *www_authenticate,
                       GError **error)
{
  return token_source_challenge(client->tokens, refused, www_authenticate, error);
}

gint64
graph_client_clock_skew(GraphClient *client)
{
  return atomic_load(&client->skew);
}

char *
graph_literal(const char *text)
{
  g_auto(GStrv) parts = g_strsplit(text, "'", -1);
  g_autofree char *doubled = g_strjoinv("''", parts);
  g_autofree char *encoded = url_encode(doubled);
  return g_strdup_printf("'%s'", encoded);
}

char *
graph_reference(const GraphClient *client, const char *collection, const char *id)
{
  g_autofree char *encoded = url_encode(id);
  g_autofree char *url =
      g_strdup_printf("%s/" VERSION "/%s/%s", client->graph_url, collection, encoded);
  GString *body = g_string_new("{");
  json_append_key(body, "@odata.id");
  json_append_string(body, url);
  g_string_append_c(body, '}');
  return g_string_free(body, FALSE);
}

gboolean
graph_is_id(const char *text)
{
  static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  for (gsize i = 0; i < sizeof pattern; i++)
    if (pattern[i] == 'x' ? !g_ascii_isxdigit(text[i]) : text[i] != pattern[i])
      return FALSE;
  return TRUE;
}

static void
wipe_texts(cJSON *item)
{
  for (; item; item = item->next) {
    if (item->valuestring)
      secret_wipe(item->valuestring, strlen(item->valuestring));
    wipe_texts(item->child);
  }
}

void
graph_free_secret_tree(cJSON *tree)
{
  wipe_texts(tree);
  cJSON_Delete(tree);
}

/* The path of the row with its placeholders filled in. */
char *
graph_call_path(const GraphCall *call)
{
  g_autoptr(GString) path = g_string_new(NULL);
  for (const char *at = endpoint_find(call->endpoint)->path; *at; at++) {
    if (*at != '{') {
      g_string_append_c(path, *at);
      continue;
    }
    const char *value = g_str_has_prefix(at, "{id}") ? call->id : call->other;
    g_autofree char *encoded = url_encode(value);
    g_string_append(path, encoded);
    at = strchr(at, '}');
  }
  if (call->query)
    g_string_append_printf(path, "?%s", call->query);
  return g_string_free(g_steal_pointer(&path), FALSE);
}

char *
graph_call_url(const GraphClient *client, const GraphCall *call)
{
  if (call->link)
    return g_strdup(call->link);
  g_autofree char *path = graph_call_path(call);
  return g_strconcat(client->graph_url, "/" VERSION, path, NULL);
}

/* An empty or dotted segment would name something else than was meant: without an id,
 * DELETE /users/{id} is a request about all of them. */
gboolean
graph_check_call(const GraphClient *client, const GraphCall *call, GError **error)
{
  const Endpoint *row = endpoint_find(call->endpoint);
  const char *parts[] = {call->id, call->other};
  if (call->link) {
    if (url_same_origin(call->link, client->graph_url))
      return TRUE;
    g_autofree char *host = url_host(call->link);
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                _("%s: the next page is at %s, which is not this tenant's service. Nothing was "
                  "sent there."),
                call->what, host ? host : _("an invalid address"));
    return FALSE;
  }
  const char *brace = row->path;
  for (guint i = 0; i < G_N_ELEMENTS(parts) && (brace = strchr(brace, '{')); i++, brace++)
    if (!parts[i] || !*parts[i] || strcmp(parts[i], ".") == 0 || strcmp(parts[i], "..") == 0) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND, _("%s: there is no name or id."),
                  call->what);
      return FALSE;
    }
  return TRUE;
}

static GPtrArray *
build_headers(const GraphCall *call, const GraphTrace *trace)
{
  GPtrArray *headers = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(headers, g_strdup("Accept: application/json"));
  g_ptr_array_add(headers, g_strdup_printf("client-request-id: %s", trace->client_request_id));
  if (call->eventual)
    g_ptr_array_add(headers, g_strdup("ConsistencyLevel: eventual"));
  if (call->body)
    g_ptr_array_add(
        headers, g_strdup_printf("Content-Type: %s", call->type ? call->type : "application/json"));
  return headers;
}

static void
note_answer(GraphClient *client, const HttpResponse *response, GraphTrace *trace)
{
  const char *id = http_response_header(response, "request-id");
  trace->http_status = response->status;
  if (id)
    g_strlcpy(trace->request_id, id, sizeof trace->request_id);
  if (response->date)
    atomic_store(&client->skew, response->date - clock_now());
}

/* Prefixes what the layers below said with what was tried. */
static void
propagate(GError **error, GError *failure, const GraphCall *call)
{
  if (failure->domain == USHER_ERROR && failure->code != USHER_ERROR_CANCELLED)
    g_prefix_error(&failure, "%s: ", call->what);
  g_propagate_error(error, failure);
}

/* With a fresh token once, if the first was refused, and then with the claims that the refusal
 * demanded. */
static HttpResponse *
send_authorised(GraphClient *client, const GraphCall *call, HttpRequest *request, GraphTrace *trace,
                Secret **ret_token, GCancellable *cancellable, GError **error)
{
  RetryPolicy policy = {
      .patience = client->patience, .harmless = !request->once, .before = &trace->before};
  g_autoptr(Secret) refused = NULL;
  for (;;) {
    g_autoptr(GError) failure = NULL;
    g_autoptr(Secret) token = token_source_get(client->tokens, refused, cancellable, &failure);
    g_autoptr(HttpResponse) response = NULL;
    if (token) {
      request->bearer = token;
      response = retry_send(client->http, client->throttle, request, &policy,
                            &trace->maybe_processed, cancellable, &failure);
    }
    if (failure) {
      propagate(error, g_steal_pointer(&failure), call);
      return NULL;
    }
    /* No answer means a failure. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    if (response->status == 401 &&
        !token_source_challenge(client->tokens, token,
                                http_response_header(response, "www-authenticate"), &failure)) {
      propagate(error, g_steal_pointer(&failure), call);
      return NULL;
    }
    if (response->status != 401 || refused) {
      if (ret_token)
        *ret_token = g_steal_pointer(&token);
      return g_steal_pointer(&response);
    }
    refused = g_steal_pointer(&token);
  }
}

gboolean
graph_client_wait(GraphClient *client, GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time() + client->patience * G_TIME_SPAN_SECOND;
  return throttle_wait_until(client->throttle, deadline, retry_stop(cancellable), error);
}

static gboolean
is_change(const Endpoint *row)
{
  return strcmp(row->method, "GET") != 0 && strcmp(row->path, "/$batch") != 0;
}

/* Near the end of the quota of writing, changes go at its pace. A batch counts its items
 * itself. */
static gboolean
charge(GraphClient *client, const Endpoint *row, GCancellable *cancellable, GError **error)
{
  return !is_change(row) || throttle_charge(client->throttle, 1, retry_stop(cancellable), error);
}

HttpResponse *
graph_send_with(GraphClient *client, const GraphCall *call, GraphTrace *trace, Secret **ret_token,
                GCancellable *cancellable, GError **error)
{
  GraphTrace own = {0};
  if (!trace)
    trace = &own;
  if (!trace->client_request_id[0]) {
    g_autofree char *id = g_uuid_string_random();
    g_strlcpy(trace->client_request_id, id, sizeof trace->client_request_id);
  }
  const Endpoint *row = endpoint_find(call->endpoint);
  if (!graph_check_call(client, call, error) || !charge(client, row, cancellable, error))
    return NULL;
  gint64 asked = g_get_monotonic_time();
  g_autofree char *url = graph_call_url(client, call);
  g_autoptr(GPtrArray) headers = build_headers(call, trace);
  HttpRequest request = {.method = row->method,
                         .url = url,
                         .headers = headers,
                         .body = call->body,
                         .body_length = -1,
                         .once = row->repeat == REPEAT_NEVER,
                         .arriving = call->arriving,
                         .arriving_data = call->arriving_data};
  g_autoptr(HttpResponse) response =
      send_authorised(client, call, &request, trace, ret_token, cancellable, error);
  if (!response)
    return NULL;
  note_answer(client, response, trace);
  if (is_change(row)) {
    const char *share = http_response_header(response, "x-ms-throttle-limit-percentage");
    /* Of an error without it nobody knows who said it, and whether they know the quota. */
    if (share || response->status < 300)
      throttle_report(client->throttle, share ? g_ascii_strtod(share, NULL) : 0, asked);
  }
  g_debug("%s %s: %d (client-request-id %s, request-id %s)", row->method, row->path,
          response->status, trace->client_request_id, trace->request_id);
  if (response->status >= 200 && response->status < 300)
    return g_steal_pointer(&response);
  g_propagate_error(error, graph_answer_error(client, call, response));
  return NULL;
}

HttpResponse *
graph_send(GraphClient *client, const GraphCall *call, GraphTrace *trace, GCancellable *cancellable,
           GError **error)
{
  return graph_send_with(client, call, trace, NULL, cancellable, error);
}

cJSON *
graph_send_json(GraphClient *client, const GraphCall *call, GraphTrace *trace,
                GCancellable *cancellable, GError **error)
{
  g_autoptr(HttpResponse) response = graph_send(client, call, trace, cancellable, error);
  if (!response)
    return NULL;
  g_autoptr(cJSON) tree = json_parse(response->body, response->length, call->what, error);
  if (!tree)
    return NULL;
  if (cJSON_IsObject(tree))
    return g_steal_pointer(&tree);
  g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL, _("%s: the answer is no JSON object."),
              call->what);
  return NULL;
}

gboolean
graph_send_only(GraphClient *client, const GraphCall *call, GraphTrace *trace,
                GCancellable *cancellable, GError **error)
{
  g_autoptr(HttpResponse) response = graph_send(client, call, trace, cancellable, error);
  return response != NULL;
}
