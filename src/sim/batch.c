/* JSON batches: each item is a request of its own with its own answer; contract 3.6. */
#include "sim/batch.h"

#include <string.h>

#include "sim/answer.h"
#include "sim/out.h"
#include "sim/record.h"

#define ITEM_LIMIT 20

typedef struct {
  const cJSON *json;
  const char *id, *method, *url;
  char *body;
  Call *call;
  gboolean done, failed;
} Item;

static const char *
text(const cJSON *object, const char *name)
{
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static gboolean
check_item(Call *call, const cJSON *json, Item *item)
{
  item->json = json;
  item->id = text(json, "id");
  item->method = text(json, "method");
  item->url = text(json, "url");
  if (!item->id || !*item->id || !item->method || !item->url) {
    call_error(call, 400, "BadRequest",
               "Invalid batch payload format: each request needs id, method and url.");
    return FALSE;
  }
  if (strstr(item->url, "://") || g_str_has_suffix(item->url, "$batch")) {
    call_error(call, 400, "BadRequest",
               "Invalid batch payload format: the url of request '%s' "
               "must be relative.",
               item->id);
    return FALSE;
  }
  return TRUE;
}

static Item *
find_item(Item *items, guint n, const char *id)
{
  for (guint i = 0; i < n; i++)
    if (g_ascii_strcasecmp(items[i].id, id) == 0)
      return &items[i];
  return NULL;
}

static gboolean
check_dependencies(Call *call, Item *items, guint n)
{
  for (guint i = 0; i < n; i++) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(items[i].json, "dependsOn"), *entry;
    if (find_item(items, i, items[i].id)) {
      call_error(call, 400, "BadRequest",
                 "Invalid batch payload format: request id '%s' is used "
                 "more than once.",
                 items[i].id);
      return FALSE;
    }
    cJSON_ArrayForEach(entry, list)
    {
      if (cJSON_IsString(entry) && find_item(items, n, entry->valuestring) &&
          g_ascii_strcasecmp(entry->valuestring, items[i].id) != 0)
        continue;
      call_error(call, 400, "BadRequest",
                 "Invalid batch payload format: request '%s' depends on an unknown request.",
                 items[i].id);
      return FALSE;
    }
  }
  return TRUE;
}

/* The item whose turn it is: all that it waits for are done. */
static gboolean
ready(Item *items, guint n, const Item *item, gboolean *ret_failed)
{
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(item->json, "dependsOn"), *entry;

  *ret_failed = FALSE;
  cJSON_ArrayForEach(entry, list)
  {
    const Item *other = find_item(items, n, entry->valuestring);
    if (!other->done)
      return FALSE;
    *ret_failed |= other->failed;
  }
  return TRUE;
}

/* Does every item's turn come, or do some wait for each other? */
static gboolean
check_order(Call *call, Item *items, guint n)
{
  gboolean moved = TRUE;
  guint left = n;

  while (moved && left) {
    moved = FALSE;
    for (guint i = 0; i < n; i++) {
      gboolean failed;
      if (items[i].done || !ready(items, n, &items[i], &failed))
        continue;
      items[i].done = moved = TRUE;
      left--;
    }
  }
  for (guint i = 0; i < n; i++)
    items[i].done = FALSE;
  if (left)
    call_error(call, 400, "BadRequest",
               "Invalid batch payload format: requests depend on each other in a circle.");
  return left == 0;
}

static void
take_headers(Call *call, const cJSON *headers)
{
  const cJSON *header;

  cJSON_ArrayForEach(header, headers)
  {
    const char *value = cJSON_GetStringValue(header);
    if (!value)
      continue;
    if (g_ascii_strcasecmp(header->string, "Content-Type") == 0)
      call->content_type = g_strdup(value);
    else if (g_ascii_strcasecmp(header->string, "client-request-id") == 0)
      call->client_request_id = g_strdup(value);
    else if (g_ascii_strcasecmp(header->string, "ConsistencyLevel") == 0)
      call->eventual = g_ascii_strcasecmp(value, "eventual") == 0;
    else if (g_ascii_strcasecmp(header->string, "Prefer") == 0)
      call->minimal = strstr(value, "return=minimal") != NULL;
  }
}

static void
run_item(Call *outer, Item *item, guint64 batch, gboolean dependent)
{
  g_autofree char *target = g_strdup_printf("/v1.0%s%s", *item->url == '/' ? "" : "/", item->url);
  g_autofree char *method = g_ascii_strup(item->method, -1);
  const cJSON *body = cJSON_GetObjectItemCaseSensitive(item->json, "body");
  Call *call = item->call = call_new(outer->sim, method, target);

  call->in_batch = TRUE;
  call->host = g_strdup(outer->host);
  call->secure = outer->secure;
  call->authorization = g_strdup(outer->authorization);
  call->claims.app = g_strdup(outer->claims.app);
  call->claims.user = g_strdup(outer->claims.user);
  call->claims.granted = g_strdup(outer->claims.granted);
  take_headers(call, cJSON_GetObjectItemCaseSensitive(item->json, "headers"));
  if (body && !cJSON_IsNull(body)) {
    item->body = cJSON_IsString(body) ? g_strdup(body->valuestring) : cJSON_PrintUnformatted(body);
    call->body = item->body;
    call->body_length = strlen(item->body);
  }
  if (dependent)
    answer_dependent(call, batch);
  else
    answer_item(call, batch);
  item->done = TRUE;
  item->failed = call->status >= 400;
}

static void
run_items(Call *call, Item *items, guint n)
{
  guint64 batch = record_last(call->sim->record);
  gboolean moved = TRUE;

  while (moved) {
    moved = FALSE;
    for (guint i = 0; i < n; i++) {
      gboolean failed;
      if (items[i].done || !ready(items, n, &items[i], &failed))
        continue;
      moved = TRUE;
      run_item(call, &items[i], batch, failed);
    }
  }
}

static void
write_headers(GString *out, const Call *call)
{
  out_key(out, "headers");
  g_string_append_c(out, '{');
  for (guint i = 0; i < call->headers->len; i++) {
    const CallPair *pair = &g_array_index(call->headers, CallPair, i);
    out_pair(out, pair->name, pair->value);
  }
  if (call->out_type)
    out_pair(out, "Content-Type", call->out_type);
  g_string_append_c(out, '}');
}

static void
write_item(GString *out, const Item *item)
{
  const Call *call = item->call;

  g_assert(call != NULL);
  out_comma(out);
  g_string_append_c(out, '{');
  out_pair(out, "id", item->id);
  out_pair_int(out, "status", call->status);
  write_headers(out, call);
  if (call->out->len) {
    out_key(out, "body");
    if (g_str_has_prefix(call->out_type, "application/json"))
      g_string_append_len(out, call->out->str, (gssize)call->out->len);
    else
      out_string(out, call->out->str, (gssize)call->out->len);
  }
  g_string_append_c(out, '}');
}

void
batch_post(Call *call)
{
  Item items[ITEM_LIMIT] = {0};
  const cJSON *body = call_json(call, FALSE), *json;
  const cJSON *requests = cJSON_GetObjectItemCaseSensitive(body, "requests");
  guint n = 0;

  if (!body)
    return;
  if (!cJSON_IsArray(requests) || cJSON_GetArraySize(requests) > ITEM_LIMIT ||
      !cJSON_GetArraySize(requests)) {
    call_error(call, 400, "BadRequest", "Invalid batch payload format: 1 to %d requests.",
               ITEM_LIMIT);
    return;
  }
  cJSON_ArrayForEach(json, requests) if (!check_item(call, json, &items[n++])) return;
  if (!check_dependencies(call, items, n) || !check_order(call, items, n))
    return;
  run_items(call, items, n);
  GString *out = call_begin(call, 200);
  g_string_append(out, "{\"responses\":[");
  /* In any order, says the contract: so never in that of the requests. */
  for (guint i = n; i-- > 0;)
    write_item(out, &items[i]);
  g_string_append(out, "]}");
  for (guint i = 0; i < n; i++) {
    g_free(items[i].body);
    call_free(items[i].call);
  }
}
