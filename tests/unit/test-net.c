/* URLs and single requests, against a server that misbehaves by script. */
#include "base/error.h"
#include "net/http.h"
#include "net/proxy.h"
#include "net/url.h"
#include "script-server.h"
#include <string.h>

static void
test_url_encode(void)
{
  g_autofree char *text = url_encode("a b/c#d?e%f+g'ü~._-");
  g_assert_cmpstr(text, ==, "a%20b%2Fc%23d%3Fe%25f%2Bg%27%C3%BC~._-");
}

static void
test_url_origin(void)
{
  static const struct {
    const char *url, *root;
    gboolean same;
  } cases[] = {
      {"https://graph.microsoft.com/v1.0/users?x", "https://graph.microsoft.com", TRUE},
      {"HTTPS://GRAPH.microsoft.COM:443/", "https://graph.microsoft.com", TRUE},
      {"https://graph.microsoft.com.evil.example/", "https://graph.microsoft.com", FALSE},
      {"https://evil.example/graph.microsoft.com", "https://graph.microsoft.com", FALSE},
      {"https://graph.microsoft.com@evil.example/", "https://graph.microsoft.com", FALSE},
      {"https://user@graph.microsoft.com/", "https://graph.microsoft.com", FALSE},
      {"https://evil.example\\@graph.microsoft.com/", "https://graph.microsoft.com", FALSE},
      {"https://evil.example#@graph.microsoft.com/", "https://graph.microsoft.com", FALSE},
      {"http://graph.microsoft.com/", "https://graph.microsoft.com", FALSE},
      {"https://graph.microsoft.com:444/", "https://graph.microsoft.com", FALSE},
      {"//graph.microsoft.com/", "https://graph.microsoft.com", FALSE},
      {"/v1.0/users", "https://graph.microsoft.com", FALSE},
      {"https:graph.microsoft.com", "https://graph.microsoft.com", FALSE},
      {"https://graph.microsoft.com\r\nX: y", "https://graph.microsoft.com", FALSE},
      {"http://127.0.0.1:80/x", "http://127.0.0.1", TRUE},
      {"http://127.0.0.1:8080/x", "http://127.0.0.1:8081", FALSE},
      {"", "https://graph.microsoft.com", FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    if (url_same_origin(cases[i].url, cases[i].root) != cases[i].same)
      g_error("%s against %s", cases[i].url, cases[i].root);
}

static void
test_url_service(void)
{
  static const char *const good[] = {"https://graph.microsoft.com",
                                     "http://127.0.0.1:8080",
                                     "http://localhost:1",
                                     "http://[::1]:5",
                                     "https://graph.microsoft.com:443/",
                                     "https://Graph.example:1",
                                     "https://10.0.0.1",
                                     "http://127.0.0.1"};
  static const char *const bad[] = {"http://graph.microsoft.com",
                                    "graph.microsoft.com",
                                    "ftp://graph.microsoft.com",
                                    "https://u:p@graph.microsoft.com",
                                    "https://graph.microsoft.com/?x=1",
                                    "http://127.evil.example",
                                    "http://localhost.evil.example",
                                    "http://localhost@evil.example",
                                    "http://127.0.0.1@evil.example",
                                    "http://localhost:80@evil.example",
                                    "https://graph.microsoft.com:65536",
                                    "https://graph.microsoft.com:4a",
                                    "https://graph.microsoft.com?x",
                                    "https://graph.microsoft.com\\@evil.example",
                                    "https://graph.microsoft.com evil.example",
                                    "file:///etc/passwd",
                                    ""};
  for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_true(url_check_service(good[i], &error));
    g_assert_no_error(error);
  }
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(url_check_service(bad[i], &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
  }
}

static HttpSession *
new_session(guint timeout_ms, gsize max_body)
{
  const HttpOptions options = {
      .user_agent = "usher-test", .total_timeout_ms = timeout_ms, .max_body = max_body};
  return http_session_new(&options);
}

static HttpResponse *
get(HttpSession *session, ScriptServer *server, const char *path, gboolean *ret_processed,
    GCancellable *cancellable, GError **error)
{
  g_autofree char *url = g_strconcat(script_server_url(server), path, NULL);
  const HttpRequest request = {.method = "GET", .url = url, .body_length = -1};
  return http_send(session, &request, ret_processed, cancellable, error);
}

static void
answer_hello(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  reply->gzip = strcmp(request->target, "/gzip") == 0;
  g_string_append(reply->headers, "Date: Fri, 20 Nov 2026 14:02:11 GMT\r\n"
                                  "X-Twice: a\r\nx-twice: b\r\n");
  for (int i = 0; i < (reply->gzip ? 10000 : 1); i++)
    g_string_append(reply->body, "hello");
}

static void
test_keep_alive(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_hello, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  for (int i = 0; i < 5; i++) {
    g_autoptr(GError) error = NULL;
    gboolean processed = TRUE;
    g_autoptr(HttpResponse) response = get(session, server, "/", &processed, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(response->status, ==, 200);
    g_assert_cmpstr(response->body, ==, "hello");
    g_assert_cmpuint(response->length, ==, 5);
    g_assert_cmpstr(http_response_header(response, "x-twice"), ==, "b");
    g_assert_cmpint(response->date, ==, 1795183331);
    g_assert_false(processed);
  }
  g_assert_cmpuint(script_server_connections(server), ==, 1);
}

static void
test_gzip(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_hello, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(HttpResponse) response = get(session, server, "/gzip", NULL, NULL, NULL);
  g_assert_cmpuint(response->length, ==, 50000);
  g_assert_true(g_str_has_prefix(response->body, "hellohello"));
}

/* What is packed small may be large: the limit counts what it becomes. */
static void
test_size_limit(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_hello, NULL);
  g_autoptr(HttpSession) session = new_session(0, 49999);
  g_autoptr(GError) error = NULL;
  g_assert_null(get(session, server, "/gzip", NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  g_assert_cmpint(error_http_status(error), ==, 200);
  g_autoptr(HttpResponse) small = get(session, server, "/", NULL, NULL, NULL);
  g_assert_nonnull(small);
}

static void
answer_many_headers(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  for (int i = 0; i < 2000; i++)
    g_string_append_printf(reply->headers, "X-%d: y\r\n", i);
}

static void
test_header_limit(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_many_headers, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(GError) error = NULL;
  g_assert_null(get(session, server, "/", NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
}

/* The first request of a connection is answered, the next finds it reset. */
static void
answer_then_reset(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  reply->reset = request->on_connection > 1;
}

static void
test_once(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_then_reset, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(HttpResponse) warm = get(session, server, "/", NULL, NULL, NULL);
  g_assert_nonnull(warm);
  g_autoptr(GError) error = NULL;
  g_autofree char *url = g_strconcat(script_server_url(server), "/users", NULL);
  const HttpRequest request = {
      .method = "POST", .url = url, .body = "{}", .body_length = -1, .once = TRUE};
  gboolean processed = FALSE;
  g_assert_null(http_send(session, &request, &processed, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
  g_assert_true(processed);
  g_assert_cmpuint(script_server_requests(server), ==, 2);
}

/* Without `once` libcurl sends it again by itself: the reason for `once`. */
static void
test_not_once(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_then_reset, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(HttpResponse) warm = get(session, server, "/", NULL, NULL, NULL);
  g_autoptr(HttpResponse) again = get(session, server, "/", NULL, NULL, NULL);
  g_assert_nonnull(again);
  g_assert_cmpuint(script_server_requests(server), ==, 3);
}

static void
answer_nothing(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  reply->hang = TRUE;
}

static gpointer
cancel_soon(gpointer data)
{
  ScriptServer *server = ((gpointer *)data)[0];
  while (!script_server_requests(server))
    g_usleep(1000);
  g_cancellable_cancel(((gpointer *)data)[1]);
  return NULL;
}

static void
test_cancel(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_nothing, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  gpointer data[] = {server, cancellable};
  GThread *thread = g_thread_new("cancel", cancel_soon, data);
  gint64 begin = g_get_monotonic_time();
  g_autoptr(GError) error = NULL;
  gboolean processed = FALSE;
  g_assert_null(get(session, server, "/", &processed, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_assert_true(processed);
  g_assert_cmpint(g_get_monotonic_time() - begin, <, G_TIME_SPAN_SECOND);
  g_thread_join(thread);
  g_clear_error(&error);
  g_assert_null(get(session, server, "/", &processed, cancellable, &error));
  g_assert_false(processed); /* nothing is sent for somebody who has left */
}

static void
test_time_limit(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_nothing, NULL);
  g_autoptr(HttpSession) session = new_session(1000, 0); /* enough to send it */
  g_autoptr(GError) error = NULL;
  gboolean processed = FALSE;
  g_assert_null(get(session, server, "/", &processed, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
  g_assert_true(processed);
}

static void
note_arrival(const char *body, gsize length, gpointer data)
{
  GString *seen = data;
  g_assert_cmpuint(length, >, seen->len);
  g_assert_cmpint(strncmp(body, seen->str, seen->len), ==, 0);
  g_string_truncate(seen, 0);
  g_string_append_len(seen, body, (gssize)length);
}

static void
answer_refused(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  answer_hello(request, reply, data);
  reply->status = strcmp(request->target, "/refused") == 0 ? 403 : 200;
}

/* A body is seen while it comes, as it will be in the end; one of a refusal is not. */
static void
test_arriving(void)
{
  static const char *const targets[] = {"/", "/gzip", "/refused"};
  g_autoptr(ScriptServer) server = script_server_new(answer_refused, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  for (guint i = 0; i < G_N_ELEMENTS(targets); i++) {
    g_autofree char *url = g_strconcat(script_server_url(server), targets[i], NULL);
    g_autoptr(GString) seen = g_string_new(NULL);
    const HttpRequest request = {
        .method = "GET", .url = url, .arriving = note_arrival, .arriving_data = seen};
    g_autoptr(HttpResponse) response = http_send(session, &request, NULL, NULL, NULL);
    g_assert_nonnull(response);
    g_assert_cmpstr(seen->str, ==, response->status == 200 ? response->body : "");
  }
}

static void
answer_half(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  g_string_append(reply->body, "0123456789");
  reply->cut = 4;
}

static void
test_cut_off(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_half, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(GError) error = NULL;
  gboolean processed = FALSE;
  g_assert_null(get(session, server, "/", &processed, NULL, &error));
  g_assert_true(error->code == USHER_ERROR_PROTOCOL || error->code == USHER_ERROR_UNREACHABLE);
  g_assert_true(processed);
  g_assert_cmpint(error_http_status(error), ==, 0);
}

static void
answer_garbage(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  reply->raw = "\x01\x02 this is no HTTP\r\n\r\n";
}

static void
test_garbage(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_garbage, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(GError) error = NULL;
  g_assert_null(get(session, server, "/", NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
}

static void
answer_elsewhere(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  reply->status = 302;
  g_string_append(reply->headers, "Location: http://127.0.0.1:1/elsewhere\r\n");
}

static void
test_redirect(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_elsewhere, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(HttpResponse) response = get(session, server, "/", NULL, NULL, NULL);
  g_assert_cmpint(response->status, ==, 302);
  g_assert_cmpuint(script_server_requests(server), ==, 1);
}

static void
test_unreachable(void)
{
  g_autoptr(HttpSession) session = new_session(0, 0);
  static const char *const urls[] = {"http://127.0.0.1:1/", "http://example.invalid/",
                                     "ftp://127.0.0.1/", "file:///etc/hostname"};
  for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
    g_autoptr(GError) error = NULL;
    gboolean processed = TRUE;
    int expected = i ? USHER_ERROR_PROTOCOL : USHER_ERROR_UNREACHABLE;
    const HttpRequest request = {.method = "GET", .url = urls[i], .body_length = -1};
    g_assert_null(http_send(session, &request, &processed, NULL, &error));
    g_assert_cmpint(error->code, ==, expected);
    g_assert_false(processed);
  }
}

static void
answer_what_came(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  static const char *const names[] = {"authorization", "content-type", "content-length",
                                      "user-agent",    "x-own",        "expect"};
  g_string_append_printf(reply->body, "%s %s\n", request->method, request->body);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *value = g_hash_table_lookup(request->headers, names[i]);
    g_string_append_printf(reply->body, "%s=%s\n", names[i], value ? value : "-");
  }
}

static void
test_what_is_sent(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_what_came, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  g_autoptr(Secret) bearer = secret_new("tok.en", -1);
  g_autoptr(GPtrArray) headers = g_ptr_array_new();
  g_ptr_array_add(headers, (gpointer) "Content-Type: application/json");
  g_ptr_array_add(headers, (gpointer) "X-Own: 1");
  const HttpRequest patch = {.method = "PATCH",
                             .url = script_server_url(server),
                             .headers = headers,
                             .bearer = bearer,
                             .body = "{\"a\":1}trailing",
                             .body_length = 7};
  g_autoptr(HttpResponse) one = http_send(session, &patch, NULL, NULL, NULL);
  g_assert_cmpstr(one->body, ==,
                  "PATCH {\"a\":1}\nauthorization=Bearer tok.en\ncontent-type=application/json\n"
                  "content-length=7\nuser-agent=usher-test\nx-own=1\nexpect=-\n");
  /* On the same connection nothing of it is left. */
  const HttpRequest post = {.method = "POST", .url = script_server_url(server), .body_length = -1};
  g_autoptr(HttpResponse) two = http_send(session, &post, NULL, NULL, NULL);
  g_assert_cmpstr(two->body, ==,
                  "POST \nauthorization=-\ncontent-type=-\ncontent-length=0\n"
                  "user-agent=usher-test\nx-own=-\nexpect=-\n");
  const HttpRequest deletion = {
      .method = "DELETE", .url = script_server_url(server), .body_length = -1};
  g_autoptr(HttpResponse) three = http_send(session, &deletion, NULL, NULL, NULL);
  g_assert_true(g_str_has_prefix(three->body, "DELETE \nauthorization=-\n"));
  g_assert_cmpuint(script_server_connections(server), ==, 1);
}

static gpointer
send_some(gpointer data)
{
  HttpSession *session = ((gpointer *)data)[0];
  for (int i = 0; i < 50; i++) {
    g_autoptr(HttpResponse) response = get(session, ((gpointer *)data)[1], "/", NULL, NULL, NULL);
    g_assert_cmpstr(response->body, ==, "hello");
  }
  return NULL;
}

static void
test_threads(void)
{
  g_autoptr(ScriptServer) server = script_server_new(answer_hello, NULL);
  g_autoptr(HttpSession) session = new_session(0, 0);
  gpointer data[] = {session, server};
  GThread *threads[8];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("send", send_some, data);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_thread_join(threads[i]);
  g_assert_cmpuint(script_server_requests(server), ==, 400);
  g_assert_cmpuint(script_server_connections(server), <=, 8);
}

/* Which proxy, as libcurl has it. */
static void
test_proxy(void)
{
  static const char *const all[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                    "ALL_PROXY",  "no_proxy",    "NO_PROXY",    "HTTP_PROXY"};
  static const struct {
    const char *set[3]; /* NAME=value */
    const char *url, *proxy, *variable;
  } rows[] = {
      {{NULL}, "https://a.example", NULL, NULL},
      {{"https_proxy=p:1"}, "https://a.example", "p:1", "https_proxy"},
      {{"HTTPS_PROXY=p:1"}, "https://a.example", "p:1", "HTTPS_PROXY"},
      {{"https_proxy=", "HTTPS_PROXY=p:2"}, "https://a.example", "p:2", "HTTPS_PROXY"},
      {{"all_proxy=p:3"}, "https://a.example", "p:3", "all_proxy"},
      {{"HTTP_PROXY=p:3"}, "http://a.example", NULL, NULL},
      {{"https_proxy=p:1"}, "https://127.0.0.1:9", NULL, NULL},
      {{"https_proxy=p:1", "no_proxy=b.example,a.example"}, "https://a.example", NULL, "no_proxy"},
      {{"https_proxy=p:1", "no_proxy=.example"}, "https://a.example", NULL, "no_proxy"},
      {{"https_proxy=p:1", "no_proxy=ample"}, "https://a.example", "p:1", "https_proxy"},
      {{"https_proxy=p:1", "NO_PROXY=*"}, "https://a.example", NULL, "NO_PROXY"},
      {{"https_proxy=p:1", "no_proxy=10.0.0.0/8"}, "https://10.1.2.3", NULL, "no_proxy"},
      {{"https_proxy=p:1", "no_proxy=fd00::1"}, "https://[fd00::1]", NULL, "no_proxy"},
      {{"https_proxy=p:1", "no_proxy=fd00::/8"}, "https://[fd12::1]", NULL, "no_proxy"},
      {{"https_proxy=p:1", "no_proxy=fd00::1"}, "https://[fd00::11]", "p:1", "https_proxy"},
      {{"https_proxy=p:1", "no_proxy=0.1.2.3"}, "https://10.1.2.3", "p:1", "https_proxy"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *variable = "";
    for (gsize k = 0; k < G_N_ELEMENTS(all); k++)
      g_unsetenv(all[k]);
    for (gsize k = 0; k < 3 && rows[i].set[k] != NULL; k++) {
      g_auto(GStrv) pair = g_strsplit(rows[i].set[k], "=", 2);
      g_setenv(pair[0], pair[1], TRUE);
    }
    g_autofree char *proxy = proxy_for(rows[i].url, &variable);
    g_assert_cmpstr(proxy, ==, rows[i].proxy);
    g_assert_cmpstr(variable, ==, rows[i].variable);
  }
  for (gsize k = 0; k < G_N_ELEMENTS(all); k++)
    g_unsetenv(all[k]);
  g_autofree char *shown = proxy_shown("http://me:hidden@proxy.example:3128/");
  g_assert_cmpstr(shown, ==, "proxy.example:3128");
  g_autofree char *bare = proxy_shown("proxy.example");
  g_assert_cmpstr(bare, ==, "proxy.example:1080");
  g_autofree char *secure = proxy_shown("https://proxy.example");
  g_assert_cmpstr(secure, ==, "proxy.example:443");
  g_assert_null(proxy_shown("http://:3128 "));
  g_assert_null(proxy_shown("ftp://proxy.example:21"));
  g_assert_null(proxy_shown("http://me:hid/den@proxy.example:3128"));
}

/* The way of a failure is told, for who explains it. */
static void
test_trouble(void)
{
  g_autoptr(HttpSession) session = http_session_new(&(HttpOptions){.connect_timeout_ms = 5000});
  static const struct {
    const char *url, *proxy;
    HttpTrouble trouble;
  } rows[] = {
      {"http://127.0.0.1:1/", NULL, HTTP_TROUBLE_CONNECT},
      {"https://nowhere.invalid/", NULL, HTTP_TROUBLE_NAME},
      {"https://nowhere.invalid/", "http://nowhere.invalid:1", HTTP_TROUBLE_PROXY},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    HttpTrouble trouble = HTTP_TROUBLE_NONE;
    HttpRequest request = {
        .method = "GET", .url = rows[i].url, .body_length = -1, .trouble = &trouble};
    if (rows[i].proxy != NULL)
      g_setenv("https_proxy", rows[i].proxy, TRUE);
    g_assert_null(http_send(session, &request, NULL, NULL, NULL));
    g_unsetenv("https_proxy");
    g_assert_cmpint(trouble, ==, rows[i].trouble);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/net/url/encode", test_url_encode);
  g_test_add_func("/net/url/origin", test_url_origin);
  g_test_add_func("/net/url/service", test_url_service);
  g_test_add_func("/net/http/keep-alive", test_keep_alive);
  g_test_add_func("/net/http/gzip", test_gzip);
  g_test_add_func("/net/http/size-limit", test_size_limit);
  g_test_add_func("/net/http/header-limit", test_header_limit);
  g_test_add_func("/net/http/once", test_once);
  g_test_add_func("/net/http/not-once", test_not_once);
  g_test_add_func("/net/http/cancel", test_cancel);
  g_test_add_func("/net/http/time-limit", test_time_limit);
  g_test_add_func("/net/http/arriving", test_arriving);
  g_test_add_func("/net/http/cut-off", test_cut_off);
  g_test_add_func("/net/http/garbage", test_garbage);
  g_test_add_func("/net/http/redirect", test_redirect);
  g_test_add_func("/net/http/unreachable", test_unreachable);
  g_test_add_func("/net/http/what-is-sent", test_what_is_sent);
  g_test_add_func("/net/http/threads", test_threads);
  g_test_add_func("/net/http/trouble", test_trouble);
  g_test_add_func("/net/proxy", test_proxy);
  return g_test_run();
}
