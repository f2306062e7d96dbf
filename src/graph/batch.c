/* $batch: requests put into one, and its answer taken apart again. An item
 * says for itself how it went; one that the answer does not hold may have been
 * processed all the same. Contract 3.6. */
#include "graph/batch.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/client-private.h"
#include "net/retry.h"
#include <string.h>

typedef struct {
  GraphRequest *request;
  GraphAnswer answer;
  gboolean answered;
  double share; /* of the quota, as this item was told */
  gboolean write_limit;
  const char *challenge; /* what a refusal of the token demanded; part of the answer */
} Item;

struct GraphBatch {
  GPtrArray *items; /* Item */
  cJSON *tree;      /* the answer, which the items' bodies are parts of */
};

static void
item_free(gpointer data)
{
  Item *item = data;
  graph_request_free(item->request);
  g_clear_error(&item->answer.error);
  g_free(item);
}

GraphBatch *
graph_batch_new(void)
{
  GraphBatch *batch = g_new0(GraphBatch, 1);
  batch->items = g_ptr_array_new_with_free_func(item_free);
  return batch;
}

void
graph_batch_free(GraphBatch *batch)
{
  if (!batch)
    return;
  g_ptr_array_unref(batch->items);
  graph_free_secret_tree(batch->tree);
  g_free(batch);
}

void
graph_batch_add(GraphBatch *batch, GraphRequest *request, const char *client_request_id)
{
  g_return_if_fail(batch->items->len < GRAPH_BATCH_MOST);
  Item *item = g_new0(Item, 1);
  g_autofree char *id = client_request_id ? NULL : g_uuid_string_random();
  item->request = request;
  item->answer.retry_after = -1;
  g_strlcpy(item->answer.trace.client_request_id, id ? id : client_request_id,
            sizeof item->answer.trace.client_request_id);
  g_ptr_array_add(batch->items, item);
}

guint
graph_batch_length(const GraphBatch *batch)
{
  return batch->items->len;
}

const GraphAnswer *
graph_batch_answer(const GraphBatch *batch, guint i)
{
  g_return_val_if_fail(i < batch->items->len, NULL);
  return &((Item *)batch->items->pdata[i])->answer;
}

/* --- sending --- */

static void
append_item(GString *body, const Item *item, guint number)
{
  const GraphCall *call = &item->request->call;
  g_autofree char *path = graph_call_path(call);
  g_autofree char *id = g_strdup_printf("%u", number);
  g_string_append_c(body, '{');
  json_append_key(body, "id");
  json_append_string(body, id);
  json_append_key(body, "method");
  json_append_string(body, endpoint_find(call->endpoint)->method);
  json_append_key(body, "url");
  json_append_string(body, path);
  json_append_key(body, "headers");
  g_string_append_c(body, '{');
  json_append_key(body, "client-request-id");
  json_append_string(body, item->answer.trace.client_request_id);
  if (call->eventual) {
    json_append_key(body, "ConsistencyLevel");
    json_append_string(body, "eventual");
  }
  if (call->body) {
    json_append_key(body, "Content-Type");
    json_append_string(body, "application/json");
  }
  g_string_append_c(body, '}');
  if (call->body) {
    json_append_key(body, "body");
    g_string_append(body, call->body);
  }
  g_string_append_c(body, '}');
}

/* With room for everything, so that it never moves and leaves a copy behind. */
static GString *
build_body(const GraphBatch *batch)
{
  gsize room = 256;
  for (guint i = 0; i < batch->items->len; i++) {
    const GraphCall *call = &((Item *)batch->items->pdata[i])->request->call;
    room += 1024 + (call->body ? strlen(call->body) : 0) + (call->query ? strlen(call->query) : 0);
  }
  GString *body = g_string_sized_new(room);
  g_string_append(body, "{\"requests\":[");
  for (guint i = 0; i < batch->items->len; i++) {
    if (i)
      g_string_append_c(body, ',');
    append_item(body, batch->items->pdata[i], i + 1);
  }
  g_string_append(body, "]}");
  return body;
}

/* --- reading the answer --- */

static const char *
header(const cJSON *headers, const char *name)
{
  return cJSON_GetStringValue(cJSON_GetObjectItem(headers, name)); /* in any case */
}

/* 429, and 503 that says when to come again, are decided before a request is looked at; so is
 * a token that has just run out. */
static gboolean
is_refused(int status, int retry_after)
{
  return status == 429 || status == 401 || (status == 503 && retry_after >= 0);
}

static gboolean
leaves_open(int status, int retry_after)
{
  return status == 500 || status == 502 || status == 504 || (status == 503 && retry_after < 0);
}

static void
read_item(const GraphClient *client, Item *item, const cJSON *response, int status)
{
  GraphAnswer *answer = &item->answer;
  const GraphCall *call = &item->request->call;
  const cJSON *headers = json_object(response, "headers");
  const char *request_id = header(headers, "request-id");
  const char *share = header(headers, "x-ms-throttle-limit-percentage");
  item->answered = TRUE;
  item->share = share ? g_ascii_strtod(share, NULL) : 0;
  item->challenge = header(headers, "www-authenticate");
  item->write_limit =
      g_strcmp0(header(headers, "x-ms-throttle-information"), "WriteLimitExceeded") == 0;
  answer->body = json_member(response, "body");
  answer->retry_after = retry_after_text(header(headers, "retry-after"), 0);
  answer->trace.http_status = status;
  answer->trace.maybe_processed = leaves_open(status, answer->retry_after);
  answer->refused = is_refused(status, answer->retry_after);
  if (status >= 400 && status != item->request->good)
    answer->error =
        graph_status_error(client, call, status, answer->body, request_id, answer->retry_after);
  if (!request_id && answer->error)
    request_id = error_request_id(answer->error);
  if (request_id)
    g_strlcpy(answer->trace.request_id, request_id, sizeof answer->trace.request_id);
  g_debug("  %s: %d (client-request-id %s, request-id %s)", call->endpoint, status,
          answer->trace.client_request_id, answer->trace.request_id);
}

/* By its id, which is its place from 1. */
static Item *
find_item(const GraphBatch *batch, const cJSON *response)
{
  const char *id = json_string(response, "id");
  guint64 number;
  if (!id || !g_ascii_string_to_unsigned(id, 10, 1, batch->items->len, &number, NULL))
    return NULL;
  return batch->items->pdata[number - 1];
}

static gboolean
read_answer(const GraphClient *client, GraphBatch *batch, const HttpResponse *response,
            const char *what, GError **error)
{
  const cJSON *entry;
  batch->tree = json_parse(response->body, response->length, what, error);
  if (!batch->tree)
    return FALSE;
  const cJSON *responses = json_array(batch->tree, "responses");
  if (!cJSON_IsArray(responses)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL, _("%s: the answer holds no answers."),
                what);
    return FALSE;
  }
  cJSON_ArrayForEach(entry, responses)
  {
    Item *item = find_item(batch, entry);
    gint64 status = json_int(entry, "status", 0);
    /* A second answer to the same item, or to one that was not asked: the first one counts. */
    if (!item || item->answered || status < 200 || status > 599)
      g_debug("%s: an answer to nothing that was asked", what);
    else
      read_item(client, item, entry, (int)status);
  }
  return TRUE;
}

/* Nothing is known about these. */
static void
lose(const Item *item, GraphAnswer *answer)
{
  answer->trace.maybe_processed = TRUE;
  g_set_error(&answer->error, USHER_ERROR, USHER_ERROR_PROTOCOL,
              _("%s: the answer to the batch leaves it out."), item->request->what);
}

static void
fail_all(GraphBatch *batch, const GError *failure, gboolean maybe_processed)
{
  for (guint i = 0; i < batch->items->len; i++) {
    Item *item = batch->items->pdata[i];
    item->answer.trace.maybe_processed = maybe_processed;
    item->answer.error = g_error_copy(failure);
  }
}

static gboolean
is_write(const Item *item)
{
  return strcmp(endpoint_find(item->request->call.endpoint)->method, "GET") != 0;
}

/* Tells everybody what the items were told. An error without a share says nothing about it. */
static void
share_throttling(GraphClient *client, const GraphBatch *batch, gboolean writes, gint64 asked)
{
  double share = 0;
  int wait = -1;
  gboolean quota = FALSE, said = FALSE;
  for (guint i = 0; i < batch->items->len; i++) {
    const Item *item = batch->items->pdata[i];
    const GraphAnswer *answer = &item->answer;
    share = MAX(share, item->share);
    said |= item->share > 0 || (item->answered && answer->trace.http_status < 300);
    if (!answer->refused || answer->trace.http_status == 401)
      continue;
    wait = MAX(wait, MAX(answer->retry_after, 1));
    quota |= item->write_limit;
  }
  if (wait >= 0)
    throttle_slow_down(graph_client_throttle(client), wait, quota);
  if (writes && said)
    throttle_report(graph_client_throttle(client), share, asked);
}

/* A token that items were refused gives way to another one, got with the claims that were
 * demanded. Where it had been got with these already, sending again would change nothing.
 * Whether there is another one shows when the next request wants it. */
static void
renew_token(GraphClient *client, const GraphBatch *batch, const Secret *token,
            GCancellable *cancellable)
{
  gboolean expired = FALSE;
  for (guint i = 0; i < batch->items->len; i++) {
    Item *item = batch->items->pdata[i];
    g_autoptr(GError) in_vain = NULL;
    if (item->answer.trace.http_status != 401)
      continue;
    if (graph_client_challenge(client, token, item->challenge, &in_vain)) {
      expired = TRUE;
      continue;
    }
    item->answer.refused = FALSE;
    g_clear_error(&item->answer.error);
    g_propagate_prefixed_error(&item->answer.error, g_steal_pointer(&in_vain),
                               "%s: ", item->request->what);
  }
  if (expired)
    graph_client_renew(client, token, cancellable, NULL);
}

static gboolean
holds_writes(const GraphBatch *batch)
{
  for (guint i = 0; i < batch->items->len; i++)
    if (is_write(batch->items->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean
graph_batch_wait(GraphClient *client, guint n, GCancellable *cancellable, GError **error)
{
  /* And again: somebody may have been refused while this one waited for its turn. */
  return n == 0 ||
         (graph_client_wait(client, cancellable, error) &&
          throttle_charge(graph_client_throttle(client), n, retry_stop(cancellable), error) &&
          graph_client_wait(client, cancellable, error));
}

static gboolean
check_items(const GraphClient *client, const GraphBatch *batch, GError **error)
{
  for (guint i = 0; i < batch->items->len; i++)
    if (!graph_check_call(client, &((Item *)batch->items->pdata[i])->request->call, error))
      return FALSE;
  return TRUE;
}

gboolean
graph_batch_send(GraphClient *client, GraphBatch *batch, gboolean repeat, GCancellable *cancellable,
                 GError **error)
{
  g_return_val_if_fail(batch->items->len > 0 && !batch->tree, FALSE);
  GraphTrace trace = {0};
  g_autoptr(GError) failure = NULL;
  g_autoptr(Secret) token = NULL;
  g_autoptr(HttpResponse) response = NULL;
  gint64 asked = g_get_monotonic_time();
  GString *body = build_body(batch);
  GraphCall call = {.endpoint = repeat ? "batch.read" : "batch",
                    .body = body->str,
                    .what = repeat ? _("Reading in a batch") : _("Changing in a batch")};
  if (check_items(client, batch, &failure))
    response = graph_send_with(client, &call, &trace, &token, cancellable, &failure);
  secret_free_gstring(body);
  if (response && !read_answer(client, batch, response, call.what, &failure))
    trace.maybe_processed = TRUE;
  if (failure) {
    fail_all(batch, failure, trace.maybe_processed);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  for (guint i = 0; i < batch->items->len; i++) {
    Item *item = batch->items->pdata[i];
    if (!item->answered)
      lose(item, &item->answer);
  }
  share_throttling(client, batch, holds_writes(batch), asked);
  if (token)
    renew_token(client, batch, token, cancellable);
  return TRUE;
}

/* --- what was read --- */

static char *
list_text(const cJSON *list)
{
  g_autoptr(GString) text = g_string_new(NULL);
  const cJSON *entry;
  cJSON_ArrayForEach(entry, list)
  {
    const char *one = cJSON_GetStringValue(entry);
    if (one)
      g_string_append_printf(text, "%s%s", text->len ? "\n" : "", one);
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
graph_answer_value(const GraphAnswer *answer, const char *name)
{
  const cJSON *object = answer->body;
  if (g_str_has_prefix(name, "extensionAttribute"))
    object = json_object(object, "onPremisesExtensionAttributes");
  const cJSON *value = json_member(object, name);
  if (cJSON_IsBool(value))
    return g_strdup(cJSON_IsTrue(value) ? "true" : "false");
  if (cJSON_IsArray(value))
    return list_text(value);
  return g_strdup(cJSON_GetStringValue(value));
}

HttpResponse *
graph_answer_page(const GraphAnswer *answer)
{
  HttpResponse *response = g_new0(HttpResponse, 1);
  char *text = cJSON_PrintUnformatted(answer->body);
  response->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  response->status = answer->trace.http_status;
  response->body = g_strdup(text ? text : "");
  response->length = strlen(response->body);
  cJSON_free(text);
  return response;
}

gboolean
graph_answer_lists(const GraphAnswer *answer, const char *id)
{
  const cJSON *entry;
  cJSON_ArrayForEach(entry, json_array(answer->body, "value"))
  {
    const char *one =
        cJSON_GetStringValue(cJSON_IsObject(entry) ? json_member(entry, "id") : entry);
    if (one && g_ascii_strcasecmp(one, id) == 0)
      return TRUE;
  }
  return FALSE;
}
