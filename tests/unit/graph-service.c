/* The scripted Graph of the tests. */
#include "graph-service.h"

#include <string.h>

static void
answer(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  Fixture *f = data;
  if (strstr(request->target, "/oauth2/")) {
    g_string_append_printf(reply->body,
                           "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":"
                           "\"token-%u\"}",
                           ++f->tokens_made);
    g_free(f->last_form);
    f->last_form = g_strdup(request->body);
    return;
  }
  const char *bearer = g_hash_table_lookup(request->headers, "authorization");
  const char *id = g_hash_table_lookup(request->headers, "client-request-id");
  g_assert_nonnull(bearer);
  g_assert_nonnull(id);
  g_free(f->last_id);
  f->last_id = g_strdup(id);
  f->last_eventual =
      g_strcmp0(g_hash_table_lookup(request->headers, "consistencylevel"), "eventual") == 0;
  g_string_append_printf(f->log, "%s %s%s%s\n", request->method, request->target,
                         *request->body ? " " : "", request->body);
  g_string_append(reply->headers, "request-id: req-7\r\nContent-Type: application/json\r\n"
                                  "Date: Fri, 20 Nov 2026 14:02:11 GMT\r\n");
  if (f->refused_token &&
      (strcmp(f->refused_token, "all") == 0 || strcmp(bearer, "Bearer token-1") == 0)) {
    reply->status = 401;
    g_string_append(reply->body, "{\"error\":{\"code\":\"InvalidAuthenticationToken\","
                                 "\"message\":\"expired\"}}");
    return;
  }
  g_autofree char *line = g_strdup_printf("%s %s", request->method, request->target);
  for (Rule *rule = f->rules; rule && rule->begins; rule++)
    if (g_str_has_prefix(line, rule->begins) && (!rule->times || rule->used < rule->times)) {
      rule->used++;
      reply->status = rule->status;
      reply->reset = rule->reset;
      reply->hold = rule->hold;
      reply->hold_ms = rule->hold_ms;
      reply->cut = rule->cut ? rule->cut : -1;
      if (rule->body)
        g_string_append(reply->body, rule->body);
      return;
    }
  reply->status = 404;
  g_string_append(reply->body, "{\"error\":{\"code\":\"Request_ResourceNotFound\",\"message\":"
                               "\"Resource does not exist\"}}");
}

void
set_up(Fixture *f, Rule *rules)
{
  memset(f, 0, sizeof *f);
  const HttpOptions options = {0};
  f->rules = rules;
  f->log = g_string_new(NULL);
  f->http = http_session_new(&options);
  f->server = script_server_new(answer, f);
  f->credentials = credentials_new_memory();
  g_autoptr(Secret) secret = secret_new("s", -1);
  credentials_save(f->credentials, "client-secret", secret, NULL, NULL);
  const TokenOptions token_options = {.kind = SIGN_IN_CLIENT_SECRET,
                                      .login_url = script_server_url(f->server),
                                      .graph_url = script_server_url(f->server),
                                      .tenant = "contoso.com",
                                      .client_id = "client",
                                      .credentials = f->credentials,
                                      .http = f->http};
  f->tokens = token_source_new(&token_options);
  f->throttle = throttle_new(4);
  const GraphOptions graph_options = {.graph_url = script_server_url(f->server),
                                      .http = f->http,
                                      .tokens = f->tokens,
                                      .throttle = f->throttle,
                                      .patience = 5};
  f->client = graph_client_new(&graph_options);
}

void
tear_down(Fixture *f)
{
  script_server_free(f->server);
  graph_client_free(f->client);
  throttle_unref(f->throttle);
  token_source_free(f->tokens);
  credentials_free(f->credentials);
  http_session_free(f->http);
  g_string_free(f->log, TRUE);
  g_free(f->last_id);
  g_free(f->last_form);
}
