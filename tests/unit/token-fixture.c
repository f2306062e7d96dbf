/* The scripted token endpoint. */
#include "token-fixture.h"

#include <string.h>

#include "base/error.h"

static void
answer_error(TokenFixture *f, ScriptReply *reply, const char *error)
{
  reply->status = f->status ? f->status : 400;
  g_string_append_printf(reply->body,
                         "{\"error\":\"%s\",\"error_description\":\"AADSTS%d: secret words\","
                         "\"error_codes\":[%d],\"correlation_id\":\"c-1\"}",
                         error, f->aadsts, f->aadsts);
}

static void
answer_token(TokenFixture *f, ScriptReply *reply, gboolean refresh)
{
  f->fetches++;
  reply->delay_ms = f->delay_ms;
  if (f->body) {
    g_string_append(reply->body, f->body);
    return;
  }
  /* Payload: {"roles":["User.Read.All","Mail.Send"]} */
  g_string_append_printf(reply->body,
                         "{\"token_type\":\"Bearer\",\"expires_in\":%d,\"access_token\":"
                         "\"e30.eyJyb2xlcyI6WyJVc2VyLlJlYWQuQWxsIiwiTWFpbC5TZW5kIl19.s%u\"",
                         f->life, f->fetches);
  if (refresh && !f->no_refresh)
    g_string_append_printf(reply->body, ",\"refresh_token\":\"r%u\",\"scope\":\"User.Read.All\"",
                           f->fetches);
  g_string_append(reply->body, "}");
}

static void
answer(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  TokenFixture *f = data;
  g_autofree char *grant = script_form_value(request->body, "grant_type");
  g_free(f->last_scope);
  f->last_scope = script_form_value(request->body, "scope");
  g_free(f->last_claims);
  f->last_claims = script_form_value(request->body, "claims");
  g_free(f->last_assertion);
  f->last_assertion = script_form_value(request->body, "client_assertion");
  g_free(f->last_target);
  f->last_target = g_strdup(request->target);
  if (strstr(request->target, "/devicecode")) {
    g_assert_true(g_str_has_prefix(request->target, "/contoso.com/oauth2/v2.0/devicecode"));
    g_string_append(reply->body,
                    "{\"device_code\":\"dev-1\",\"user_code\":\"ABCD\",\"verification_uri\":"
                    "\"https://example.com/device\",\"expires_in\":100,\"interval\":2,"
                    "\"message\":\"Go there\"}");
    return;
  }
  g_assert_cmpstr(request->target, ==, "/contoso.com/oauth2/v2.0/token");
  if (g_strcmp0(grant, "urn:ietf:params:oauth:grant-type:device_code") == 0) {
    g_autofree char *code = script_form_value(request->body, "device_code");
    g_assert_cmpstr(code, ==, "dev-1");
    const char *outcome = f->polls < 8 ? f->poll[f->polls] : NULL;
    f->polls++;
    if (g_strcmp0(outcome, "reset") == 0)
      reply->reset = TRUE;
    else if (outcome)
      answer_error(f, reply, outcome);
    else
      answer_token(f, reply, TRUE);
    return;
  }
  g_free(f->last_secret);
  f->last_secret = script_form_value(request->body, "client_secret");
  g_free(f->last_refresh);
  f->last_refresh = script_form_value(request->body, "refresh_token");
  if (f->refused_assertion && g_strcmp0(f->last_assertion, f->refused_assertion) == 0) {
    f->fetches++;
    if (f->rotated_file)
      g_file_set_contents(f->rotated_file, "h.p.rotated", -1, NULL);
    answer_error(f, reply, "invalid_client");
  } else if (f->error && (!f->last_refresh || strcmp(f->last_refresh, "good") != 0)) {
    f->fetches++;
    answer_error(f, reply, f->error);
  } else
    answer_token(f, reply, g_strcmp0(grant, "refresh_token") == 0);
}

void
token_set_up(TokenFixture *f, SignInKind kind)
{
  memset(f, 0, sizeof *f);
  const HttpOptions options = {0};
  f->life = 3600;
  f->http = http_session_new(&options);
  f->credentials = credentials_new_memory();
  f->server = script_server_new(answer, f);
  const TokenOptions token_options = {.kind = kind,
                                      .login_url = script_server_url(f->server),
                                      .graph_url = "https://graph.example/",
                                      .tenant = "contoso.com",
                                      .client_id = "client",
                                      .credentials = f->credentials,
                                      .http = f->http};
  f->source = token_source_new(&token_options);
  f->source->second_ms = 10;
  g_autoptr(Secret) secret = secret_new("s3&cret+ ü", -1);
  credentials_save(f->credentials, "client-secret", secret, NULL, NULL);
}

void
token_tear_down(TokenFixture *f)
{
  token_source_free(f->source);
  script_server_free(f->server);
  credentials_free(f->credentials);
  http_session_free(f->http);
  g_free(f->last_refresh);
  g_free(f->last_secret);
  g_free(f->last_scope);
  g_free(f->last_claims);
  g_free(f->last_assertion);
  g_free(f->last_target);
}

void
token_save(TokenFixture *f, const char *name, const char *text)
{
  g_autoptr(Secret) secret = secret_new(text, -1);
  credentials_save(f->credentials, name, secret, NULL, NULL);
}

gpointer
token_get(gpointer source)
{
  return token_source_get(source, NULL, NULL, NULL);
}

gpointer
token_get_cancelled(gpointer data)
{
  GError *error = NULL;
  g_assert_null(token_source_get(((gpointer *)data)[0], NULL, ((gpointer *)data)[1], &error));
  return error;
}

void
token_show(const DeviceCode *code, gpointer data)
{
  g_assert_cmpstr(code->user_code, ==, "ABCD");
  g_assert_cmpstr(code->verification_url, ==, "https://example.com/device");
  g_assert_cmpstr(code->message, ==, "Go there");
  if (!code->again)
    ++*(int *)data;
}
