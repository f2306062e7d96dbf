/* Requests and answers: taking a request line apart, and answering in Graph's
 * shape. Which handler gets it is routes.c's. */
#include "sim/call.h"

#include <stdarg.h>
#include <string.h>

#include "sim/out.h"
#include "sim/tenant.h"

static void
pair_clear(gpointer data)
{
  CallPair *pair = data;

  g_free(pair->name);
  g_free(pair->value);
}

char *
call_unescape(const char *text, gssize length, gboolean query)
{
  gsize n = length < 0 ? strlen(text) : (gsize)length;
  GString *plain = g_string_sized_new(n);

  for (gsize i = 0; i < n; i++) {
    if (text[i] == '%' && i + 2 < n && g_ascii_isxdigit(text[i + 1]) &&
        g_ascii_isxdigit(text[i + 2])) {
      char c = (char)(g_ascii_xdigit_value(text[i + 1]) << 4 | g_ascii_xdigit_value(text[i + 2]));
      g_string_append_c(plain, c ? c : ' ');
      i += 2;
    } else {
      g_string_append_c(plain, query && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return g_string_free(plain, FALSE);
}

/* "users('a')" is the same as "users/a". */
static void
add_segment(Call *call, const char *start, gsize length)
{
  const char *open = memchr(start, '(', length);

  if (open && open > start && length > 3 && start[length - 1] == ')' && open[1] == '\'') {
    g_ptr_array_add(call->segments, call_unescape(start, open - start, FALSE));
    g_ptr_array_add(call->segments,
                    call_unescape(open + 2, start + length - 2 - (open + 2), FALSE));
    return;
  }
  if (open && length > 2 && strncmp(start + length - 2, "()", 2) == 0)
    length -= 2; /* "delta()" */
  g_ptr_array_add(call->segments, call_unescape(start, (gssize)length, FALSE));
}

static void
split_query(Call *call, const char *query)
{
  g_auto(GStrv) parts = g_strsplit(query, "&", 64);

  for (guint i = 0; parts[i]; i++) {
    const char *equals = strchr(parts[i], '=');
    CallPair pair;
    if (!*parts[i])
      continue;
    pair.name = call_unescape(parts[i], equals ? equals - parts[i] : -1, TRUE);
    pair.value = call_unescape(equals ? equals + 1 : "", -1, TRUE);
    g_array_append_val(call->query, pair);
  }
}

Call *
call_new(Sim *sim, const char *method, const char *target)
{
  Call *call = g_new0(Call, 1);
  gsize n = strcspn(target, "?");

  call->sim = sim;
  call->method = g_intern_string(method);
  call->target = g_strdup(target);
  call->path = g_strndup(target, n);
  call->segments = g_ptr_array_new_with_free_func(g_free);
  call->query = g_array_new(FALSE, FALSE, sizeof(CallPair));
  g_array_set_clear_func(call->query, pair_clear);
  call->headers = g_array_new(FALSE, FALSE, sizeof(CallPair));
  g_array_set_clear_func(call->headers, pair_clear);
  call->out = g_string_new(NULL);
  for (const char *at = call->path; *at;) {
    gsize length = strcspn(at, "/");
    if (length)
      add_segment(call, at, length);
    at += length + (at[length] == '/');
  }
  if (target[n] == '?')
    split_query(call, target + n + 1);
  return call;
}

void
call_free(Call *call)
{
  if (!call)
    return;
  g_free(call->target);
  g_free(call->path);
  g_ptr_array_free(call->segments, TRUE);
  g_array_free(call->query, TRUE);
  g_array_free(call->headers, TRUE);
  g_free(call->authorization);
  g_free(call->content_type);
  g_free(call->host);
  g_free(call->client_request_id);
  g_free(call->claims.app);
  g_free(call->claims.user);
  g_free(call->claims.granted);
  cJSON_Delete(call->json);
  if (call->out)
    g_string_free(call->out, TRUE);
  g_free(call);
}

const char *
call_query(const Call *call, const char *name)
{
  for (guint i = 0; i < call->query->len; i++) {
    const CallPair *pair = &g_array_index(call->query, CallPair, i);
    if (g_ascii_strcasecmp(pair->name, name) == 0)
      return pair->value;
  }
  return NULL;
}

void
call_header(Call *call, const char *name, const char *format, ...)
{
  CallPair pair = {.name = g_strdup(name)};
  va_list args;

  va_start(args, format);
  pair.value = g_strdup_vprintf(format, args);
  va_end(args);
  g_array_append_val(call->headers, pair);
}

char *
call_root(const Call *call)
{
  const char *scheme = call->secure ? "https" : "http";

  if (!call->host)
    return g_strdup_printf("%s/v1.0", call->sim->url);
  return g_strdup_printf("%s://%s/v1.0", scheme, call->host);
}

const cJSON *
call_json(Call *call, gboolean may_be_empty)
{
  if (call->json)
    return call->json;
  if (!call->body_length) {
    if (may_be_empty)
      return call->json = cJSON_CreateObject();
    call_error(call, 400, "BadRequest", "Empty Payload. JSON content expected.");
    return NULL;
  }
  if (!call->content_type || !g_str_has_prefix(call->content_type, "application/json")) {
    call_error(call, 400, "RequestBodyRead",
               "The content type must be application/json; it was '%s'.",
               call->content_type ? call->content_type : "");
    return NULL;
  }
  const char *end = NULL;
  if (g_utf8_validate(call->body, (gssize)call->body_length, NULL))
    call->json = cJSON_ParseWithLengthOpts(call->body, call->body_length, &end, FALSE);
  while (call->json && end < call->body + call->body_length && g_ascii_isspace(*end))
    end++;
  if (!cJSON_IsObject(call->json) || end != call->body + call->body_length) {
    g_clear_pointer(&call->json, cJSON_Delete);
    call_error(call, 400, "BadRequest",
               "Unable to read JSON request payload. Please ensure "
               "Content-Type header is set and payload is of valid JSON "
               "format.");
  }
  return call->json;
}

GString *
call_begin(Call *call, int status)
{
  call->status = status;
  call->out_type = "application/json;odata.metadata=minimal;odata.streaming=true;"
                   "IEEE754Compatible=false;charset=utf-8";
  g_string_truncate(call->out, 0);
  return call->out;
}

GString *
call_begin_entity(Call *call, int status, const char *what)
{
  g_autofree char *root = call_root(call);
  GString *out = call_begin(call, status);

  g_string_append(out, "{\"@odata.context\":\"");
  g_string_append_printf(out, "%s/$metadata#%s\"", root, what);
  return out;
}

void
call_empty(Call *call, int status)
{
  call->status = status;
  call->out_type = NULL;
  g_string_truncate(call->out, 0);
}

static void
write_error(Call *call, int status, const char *code, const char *message, const char *target,
            const char *detail_code)
{
  GString *out = call_begin(call, status);
  char date[21];

  out_format_date(call->now / 1000, date);
  date[19] = 0;
  call->out_type = "application/json";
  g_string_append(out, "{\"error\":{");
  out_pair(out, "code", code);
  out_pair(out, "message", message);
  if (target) {
    g_string_append(out, ",\"details\":[{");
    out_pair(out, "code", detail_code);
    out_pair(out, "message", message);
    out_pair(out, "target", target);
    g_string_append(out, "}]");
  }
  g_string_append(out, ",\"innerError\":{");
  out_pair(out, "date", date);
  out_pair(out, "request-id", call->request_id);
  out_pair(out, "client-request-id",
           call->client_request_id ? call->client_request_id : call->request_id);
  g_string_append(out, "}}}");
}

void
call_error(Call *call, int status, const char *code, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  g_autofree char *message = g_strdup_vprintf(format, args);
  va_end(args);
  write_error(call, status, code, message, NULL, NULL);
}

void
call_error_detail(Call *call, int status, const char *code, const char *target,
                  const char *detail_code, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  g_autofree char *message = g_strdup_vprintf(format, args);
  va_end(args);
  write_error(call, status, code, message, target, detail_code);
}

void
call_bad(Call *call, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  g_autofree char *message = g_strdup_vprintf(format, args);
  va_end(args);
  write_error(call, 400, "Request_BadRequest", message, NULL, NULL);
}

void
call_not_found(Call *call, const char *id)
{
  call_error(call, 404, "Request_ResourceNotFound",
             "Resource '%s' does not exist or one of its queried reference-property objects are "
             "not present.",
             id);
}

void
call_denied(Call *call)
{
  call_error(call, 403, "Authorization_RequestDenied",
             "Insufficient privileges to complete the operation.");
}

gboolean
call_may(const Call *call, const char *permissions)
{
  if (!*permissions)
    return TRUE;
  if (!call->claims.granted)
    return FALSE;
  g_auto(GStrv) wanted = g_strsplit(permissions, " ", -1);
  g_auto(GStrv) granted = g_strsplit(call->claims.granted, " ", -1);
  for (guint i = 0; wanted[i]; i++)
    for (guint j = 0; granted[j]; j++)
      if (g_ascii_strcasecmp(wanted[i], granted[j]) == 0)
        return TRUE;
  return FALSE;
}

gboolean
call_delegated(const Call *call)
{
  return call->claims.user != NULL;
}

guint32
call_user(Call *call, const char *id_or_name)
{
  Tenant *tenant = call->sim->tenant;
  const char *name = id_or_name;

  if (strcmp(name, "me") == 0) {
    if (!call_delegated(call)) {
      call_error(call, 400, "BadRequest",
                 "/me request is only valid with delegated authentication flow.");
      return NONE;
    }
    name = call->claims.user;
  }
  guint32 slot = tenant_find_user(tenant, name);
  if (slot != NONE && tenant_user(tenant, slot)->visible_from > call->now)
    slot = NONE;
  if (slot == NONE)
    call_not_found(call, id_or_name);
  return slot;
}

guint32
call_group(Call *call, const char *id)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = tenant_find_group(tenant, id);

  if (slot != NONE && tenant_group(tenant, slot)->visible_from > call->now)
    slot = NONE;
  if (slot == NONE)
    call_not_found(call, id);
  return slot;
}

char *
call_reference_id(const char *url)
{
  static const char *const kinds[] = {"/directoryObjects/", "/users/", "/groups/"};

  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    const char *at = strstr(url, kinds[i]);
    if (at && at[strlen(kinds[i])] && !strchr(at + strlen(kinds[i]), '/'))
      return call_unescape(at + strlen(kinds[i]), -1, FALSE);
  }
  return NULL;
}

char *
call_reference(Call *call)
{
  const cJSON *body = call_json(call, FALSE);

  if (!body)
    return NULL;
  const char *url = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "@odata.id"));
  char *id = url ? call_reference_id(url) : NULL;
  if (!id)
    call_bad(call, "Invalid URL format specified in @odata.id for 'references'.");
  return id;
}
