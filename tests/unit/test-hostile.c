/* A service that points elsewhere: next pages, redirects, links in headers and
 * in answers that name another host. A thief listens there, and nothing may
 * ever come to it, least of all a token or a secret. */
#include "auth/token-private.h"
#include "base/error.h"
#include "graph/client-private.h"
#include "graph/users.h"
#include "script-server.h"
#include <string.h>

#define GROUP  "33333333-3333-4333-8333-333333333333"
#define SECRET "the-client-secret"

typedef struct {
  ScriptServer *server, *thief;
  HttpSession *http;
  Credentials *credentials;
  TokenSource *tokens;
  Throttle *throttle;
  GraphClient *client;
  char *good_port, *evil_port;
  /* the script */
  int token_status, graph_status; /* 0: answers well */
  char *headers;                  /* of each answer that is not good */
  char *link;                     /* of the first page */
  char *device;                   /* the device code answer */
  char *token_more;               /* members of a good token answer */
  guint pages;
} Fixture;

/* "%E" is the thief's port, "%G" that of the service. */
static char *
fill(const Fixture *f, const char *text)
{
  g_autoptr(GString) out = g_string_new(text);
  g_string_replace(out, "%E", f->evil_port, 0);
  g_string_replace(out, "%G", f->good_port, 0);
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
answer_login(Fixture *f, const ScriptRequest *request, ScriptReply *reply)
{
  if (f->token_status) {
    reply->status = f->token_status;
    g_string_append(reply->headers, f->headers);
  } else if (g_str_has_suffix(request->target, "/devicecode"))
    g_string_append(reply->body, f->device);
  else
    g_string_append_printf(reply->body,
                           "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":"
                           "\"a.b.c\",\"refresh_token\":\"r\"%s}",
                           f->token_more ? f->token_more : "");
}

static void
answer(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  Fixture *f = data;
  if (strstr(request->target, "/oauth2/")) {
    answer_login(f, request, reply);
    return;
  }
  g_assert_cmpstr(g_hash_table_lookup(request->headers, "authorization"), ==, "Bearer a.b.c");
  f->pages++;
  if (f->graph_status) {
    reply->status = f->graph_status;
    g_string_append(reply->headers, f->headers);
  } else if (f->link && f->pages == 1)
    g_string_append_printf(reply->body, "{\"value\":[],\"@odata.nextLink\":\"%s\"}", f->link);
  else
    g_string_append(reply->body, "{\"value\":[]}");
}

static void
steal(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  g_test_message("the thief got %s %s", request->method, request->target);
}

static char *
port_of(ScriptServer *server)
{
  return g_strdup(strrchr(script_server_url(server), ':') + 1);
}

static void
set_up(Fixture *f, SignInKind kind)
{
  const HttpOptions options = {0};
  memset(f, 0, sizeof *f);
  f->server = script_server_new(answer, f);
  f->thief = script_server_new(steal, f);
  f->good_port = port_of(f->server);
  f->evil_port = port_of(f->thief);
  f->http = http_session_new(&options);
  f->credentials = credentials_new_memory();
  g_autoptr(Secret) secret = secret_new(SECRET, -1);
  credentials_save(f->credentials, "client-secret", secret, NULL, NULL);
  const TokenOptions token_options = {.kind = kind,
                                      .login_url = script_server_url(f->server),
                                      .graph_url = script_server_url(f->server),
                                      .tenant = "contoso.com",
                                      .client_id = "client",
                                      .credentials = f->credentials,
                                      .http = f->http};
  f->tokens = token_source_new(&token_options);
  f->tokens->second_ms = 5;
  f->throttle = throttle_new(2);
  const GraphOptions graph_options = {.graph_url = script_server_url(f->server),
                                      .http = f->http,
                                      .tokens = f->tokens,
                                      .throttle = f->throttle,
                                      .patience = 2};
  f->client = graph_client_new(&graph_options);
}

/* Whatever was tried, nobody came to the thief. */
static void
tear_down(Fixture *f)
{
  g_assert_cmpuint(script_server_requests(f->thief), ==, 0);
  g_assert_cmpuint(script_server_connections(f->thief), ==, 0);
  script_server_free(f->server);
  script_server_free(f->thief);
  graph_client_free(f->client);
  throttle_unref(f->throttle);
  token_source_free(f->tokens);
  credentials_free(f->credentials);
  http_session_free(f->http);
  g_free(f->good_port);
  g_free(f->evil_port);
  g_free(f->headers);
  g_free(f->link);
  g_free(f->device);
  g_free(f->token_more);
}

static gboolean
list(Fixture *f, GError **error)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  return graph_users_list_members(f->client, GROUP, NULL, builder, NULL, NULL, NULL, error);
}

static void
test_next_link(void)
{
  static const char *const links[] = {
      "http://127.0.0.1:%E/v1.0/next",
      "http://127.0.0.1:%G@127.0.0.1:%E/v1.0/next",
      "http://127.0.0.1%3A%G@127.0.0.1:%E/v1.0/next",
      "http://who@127.0.0.1:%G/v1.0/next",
      "http://:@127.0.0.1:%G/v1.0/next",
      "http://localhost:%G/v1.0/next",
      "http://127.0.0.1.:%E/v1.0/next",
      "http://127.1:%E/v1.0/next",
      "http://0x7f000001:%E/v1.0/next",
      "http://2130706433:%E/v1.0/next",
      "http://[::1]:%E/v1.0/next",
      "http://[::ffff:127.0.0.1]:%E/v1.0/next",
      "//127.0.0.1:%E/v1.0/next",
      "http:/127.0.0.1:%E/v1.0/next",
      "http:///127.0.0.1:%E/v1.0/next",
      "http:127.0.0.1:%E/v1.0/next",
      "http:\\\\\\\\127.0.0.1:%E/v1.0/next",
      "http://127.0.0.1:%E#@127.0.0.1:%G/v1.0/next",
      "http://127.0.0.1:%E?@127.0.0.1:%G/v1.0/next",
      "http://127.0.0.1:%E\\\\@127.0.0.1:%G/v1.0/next",
      "http://127.0.0.1:%G\\\\@127.0.0.1:%E/v1.0/next",
      "http://127.0.0.1:%E\\t@127.0.0.1:%G/v1.0/next",
      "http://127.0.0.1:%G\\r\\nX-Evil: 1/v1.0/next",
      "http://127.0.0.1:%G /v1.0/next",
      "http://127.0.0.1:0%E/v1.0/next",
      "http://127.0.0.1:/v1.0/next",
      "http://127.0.0.1/v1.0/next",
      "https://127.0.0.1:%G/v1.0/next",
      "ftp://127.0.0.1:%E/v1.0/next",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "/v1.0/next",
      "next",
      "\\u0000http://127.0.0.1:%G/v1.0/next",
      "http://127.0.0.1:%G.evil.example/v1.0/next",
      "http://127\\u3002 0\\u30020\\u30021:%E/v1.0/next",
  };
  for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
    Fixture f;
    g_autoptr(GError) error = NULL;
    set_up(&f, SIGN_IN_CLIENT_SECRET);
    f.link = fill(&f, links[i]);
    if (list(&f, &error))
      g_error("%s was followed", links[i]);
    g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
    g_assert_cmpuint(f.pages, ==, 1);
    tear_down(&f);
  }
  /* Its own host in another spelling is followed: the test can fail. */
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.link = fill(&f, "HTTP://127.0.0.1:%G/v1.0/next?$skiptoken=%E");
  g_assert_true(list(&f, &error));
  g_assert_cmpuint(f.pages, ==, 2);
  tear_down(&f);
}

/* No redirect is followed, neither with a token nor with a secret. */
static void
test_redirects(void)
{
  static const int statuses[] = {300, 301, 302, 303, 307, 308};
  static const char *const headers[] = {
      "Location: http://127.0.0.1:%E/stolen\r\n",
      "Location: //127.0.0.1:%E/stolen\r\n",
      "Refresh: 0; url=http://127.0.0.1:%E/stolen\r\nContent-Location: http://127.0.0.1:%E/\r\n",
      "Alt-Svc: http/1.1=\"127.0.0.1:%E\"; ma=600\r\nLocation: http://127.0.0.1:%E/\r\n",
  };
  for (guint i = 0; i < G_N_ELEMENTS(statuses); i++)
    for (guint j = 0; j < G_N_ELEMENTS(headers); j++)
      for (guint at_login = 0; at_login < 2; at_login++) {
        Fixture f;
        g_autoptr(GError) error = NULL;
        set_up(&f, SIGN_IN_CLIENT_SECRET);
        f.headers = fill(&f, headers[j]);
        *(at_login ? &f.token_status : &f.graph_status) = statuses[i];
        g_assert_false(list(&f, &error));
        g_assert_cmpint(error_http_status(error), ==, statuses[i]);
        g_assert_null(strstr(error->message, SECRET));
        g_assert_cmpuint(f.pages, ==, at_login ? 0 : 1);
        tear_down(&f);
      }
}

/* What a refusal names as the place to sign in is for display at most. */
static void
test_authorization_uri(void)
{
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.graph_status = 401;
  /* {"access_token":{"nbf":{"value":"1"}}} */
  f.headers = fill(&f, "WWW-Authenticate: Bearer authorization_uri=\"http://127.0.0.1:%E/oauth2/"
                       "authorize\", error=\"insufficient_claims\", claims=\""
                       "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7InZhbHVlIjoiMSJ9fX0=\"\r\n"
                       "Location: http://127.0.0.1:%E/\r\n");
  g_assert_false(list(&f, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_cmpuint(f.pages, ==, 2);
  tear_down(&f);
}

static void
test_token_answer(void)
{
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.token_more = fill(&f, ",\"token_endpoint\":\"http://127.0.0.1:%E/\",\"error_uri\":"
                          "\"http://127.0.0.1:%E/\",\"resource\":\"http://127.0.0.1:%E\","
                          "\"cloud_instance_host_name\":\"127.0.0.1:%E\",\"msgraph_host\":"
                          "\"127.0.0.1:%E\"");
  g_assert_true(list(&f, &error));
  g_assert_no_error(error);
  g_assert_cmpuint(f.pages, ==, 1);
  tear_down(&f);
}

static void
never_shown(const DeviceCode *code, gpointer data)
{
  g_error("a person was sent to %s with %s", code->verification_url, code->user_code);
}

/* A page that a person should not be sent to, a code that is none: nothing is shown, and it is
 * not polled. */
static void
test_device_code(void)
{
  static const char *const answers[] = {
      "\"user_code\":\"ABCD\",\"verification_uri\":\"http://microsoft.example/devicelogin\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":\"javascript:alert(1)\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":\"https://login.microsoftonline.com@evil/\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":\"https://microsoft.com\\\\@evil/\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":\"https://a.example/\\u001b]0;x\\u0007\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":\"https://a.example/ b\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":\"https://\\u0430pple.com/\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":\"\"",
      "\"user_code\":\"ABCD\",\"verification_uri\":7",
      "\"user_code\":\"AB\\u001b[2JCD\",\"verification_uri\":\"https://microsoft.com/devicelogin\"",
      "\"user_code\":\"AB CD, then open evil.example\",\"verification_uri\":\"https://m.example/\"",
      "\"user_code\":\"\",\"verification_uri\":\"https://microsoft.com/devicelogin\"",
      "\"user_code\":\"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQ\",\"verification_uri\":"
      "\"https://m.example/\"",
  };
  for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
    Fixture f;
    g_autoptr(GError) error = NULL;
    set_up(&f, SIGN_IN_DEVICE_CODE);
    f.device =
        g_strdup_printf("{\"device_code\":\"d\",\"interval\":1,\"expires_in\":60,%s}", answers[i]);
    g_assert_false(token_sign_in_device(f.tokens, never_shown, NULL, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
    g_assert_cmpuint(script_server_requests(f.server), ==, 1);
    tear_down(&f);
  }
}

static void
shown(const DeviceCode *code, gpointer data)
{
  g_assert_cmpstr(code->verification_url, ==, data);
}

/* The page is the person's business: usher itself never goes there. */
static void
test_device_page(void)
{
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  g_autofree char *page = fill(&f, "http://127.0.0.1:%E/devicelogin");
  f.device = g_strdup_printf("{\"device_code\":\"d\",\"interval\":1,\"expires_in\":60,"
                             "\"user_code\":\"ABCD\",\"verification_uri\":\"%s\","
                             "\"verification_uri_complete\":\"%s?code\"}",
                             page, page);
  g_assert_true(token_sign_in_device(f.tokens, shown, page, NULL, &error));
  g_assert_no_error(error);
  tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/hostile/next-link", test_next_link);
  g_test_add_func("/hostile/redirects", test_redirects);
  g_test_add_func("/hostile/authorization-uri", test_authorization_uri);
  g_test_add_func("/hostile/token-answer", test_token_answer);
  g_test_add_func("/hostile/device-code", test_device_code);
  g_test_add_func("/hostile/device-page", test_device_page);
  return g_test_run();
}
