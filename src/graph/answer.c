/* Graph's error answers in our terms. Contract 3.1: innerError in either
 * spelling and nested, the most specific code counts, `details` of directory
 * writes; nothing is decided by a message's wording. */
#include "graph/client-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "net/retry.h"
#include <string.h>

#define MAX_NESTING 8
#define MAX_SAID    300

/* What an error body tells. Lent from the tree. */
typedef struct {
  const char *code, *message, *request_id;
  gboolean conflict;
} Said;

/* Codes, also in details[], that mean: the name or address is taken. */
static gboolean
is_conflict_code(const char *code)
{
  static const char *const codes[] = {"ObjectConflict", "ConflictingObjects",
                                      "Request_MultipleObjectsWithSameKeyValue",
                                      "nameAlreadyExists", NULL};
  return code && g_strv_contains(codes, code);
}

static const cJSON *
inner_of(const cJSON *object)
{
  const cJSON *member;
  cJSON_ArrayForEach(member, object)
  {
    if (cJSON_IsObject(member) && member->string &&
        g_ascii_strcasecmp(member->string, "innerError") == 0)
      return member;
  }
  return NULL;
}

static void
read_said(const cJSON *tree, Said *said)
{
  const cJSON *error = json_object(tree, "error"), *detail;
  if (!cJSON_IsObject(error))
    return;
  said->message = json_string(error, "message");
  cJSON_ArrayForEach(detail, json_array(error, "details"))
  {
    said->conflict |= is_conflict_code(json_string(detail, "code"));
  }
  for (int i = 0; error && i < MAX_NESTING; i++, error = inner_of(error)) {
    const char *code = json_string(error, "code"), *id = json_string(error, "request-id");
    if (code && *code)
      said->code = code;
    if (id && *id)
      said->request_id = id;
    said->conflict |= is_conflict_code(code);
  }
}

static UsherErrorCode
code_of(int status, const Said *said)
{
  switch (status) {
  case 401:
    return USHER_ERROR_SIGN_IN;
  case 403:
    return USHER_ERROR_REFUSED;
  case 404:
    return USHER_ERROR_NOT_FOUND;
  case 409:
    return USHER_ERROR_CONFLICT;
  case 429:
  case 503:
    return USHER_ERROR_THROTTLED;
  default:
    return status == 400 && said->conflict ? USHER_ERROR_CONFLICT : USHER_ERROR_SERVICE;
  }
}

/* One line of what the service said, never longer than a person reads. */
static char *
service_words(const Said *said, int status)
{
  if (!said->message || !*said->message)
    return said->code ? g_strdup(said->code)
                      : g_strdup_printf(_("the service answered %d without a reason"), status);
  g_autofree char *valid = g_utf8_make_valid(said->message, -1);
  valid[strcspn(valid, "\r\n")] = '\0';
  if (g_utf8_strlen(valid, -1) > MAX_SAID)
    *g_utf8_offset_to_pointer(valid, MAX_SAID) = '\0';
  return g_strdup(valid);
}

static char *
message_for(const GraphClient *client, const GraphCall *call, int status, const Said *said)
{
  const Endpoint *row = endpoint_find(call->endpoint);
  const char *permissions = graph_client_is_delegated(client) ? row->delegated : row->application;
  g_autofree char *words = service_words(said, status);
  if (status == 403 && !*permissions)
    return g_strdup_printf(_("%s: the service refused it to an application; sign in as a person. "
                             "It said: %s"),
                           call->what, words);
  if (status == 403)
    return g_strdup_printf(
        _("%s: the service refused it. It needs %s%s. It said: %s"), call->what, permissions,
        graph_client_is_delegated(client) ? _(" and a fitting role") : "", words);
  if (status == 401)
    return g_strdup_printf(_("%s: the service does not accept the sign-in. Run 'usher login'. It "
                             "said: %s"),
                           call->what, words);
  if (status == 429 || status == 503)
    return g_strdup_printf(_("%s: the service is busy, and waiting took too long. It said: %s"),
                           call->what, words);
  return g_strdup_printf("%s: %s", call->what, words);
}

GError *
graph_status_error(const GraphClient *client, const GraphCall *call, int status, const cJSON *body,
                   const char *request_id, int retry_after)
{
  Said said = {0};
  read_said(body, &said);
  g_autofree char *message = message_for(client, call, status, &said);
  GError *error = g_error_new_literal(USHER_ERROR, code_of(status, &said), message);
  error_set_service(error, status, said.code, request_id ? request_id : said.request_id,
                    retry_after);
  return error;
}

GError *
graph_answer_error(const GraphClient *client, const GraphCall *call, const HttpResponse *response)
{
  g_autoptr(cJSON) tree = cJSON_ParseWithLength(response->body, response->length);
  return graph_status_error(client, call, response->status, tree,
                            http_response_header(response, "request-id"), retry_after(response));
}

gboolean
graph_error_is(const GError *error, int http_status)
{
  return error_http_status(error) == http_status;
}
