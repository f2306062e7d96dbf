/* Tokens: one fetch at a time, renewed early, rotated, refused, and every way
 * in which the device code flow can end. */
#include "auth/token-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "script-server.h"
#include <string.h>

typedef struct {
  HttpSession *http;
  Credentials *credentials;
  ScriptServer *server;
  TokenSource *source;
  /* the script */
  guint fetches, polls;
  int life;
  const char *error; /* every fetch is refused with it */
  int status, aadsts;
  const char *poll[8]; /* what the polls are answered; NULL: a token */
  const char *body;    /* instead of a token */
  gboolean no_refresh;
  char *last_refresh, *last_secret, *last_scope;
  guint delay_ms;
} Fixture;

static void
answer_error(Fixture *f, ScriptReply *reply, const char *error)
{
  reply->status = f->status ? f->status : 400;
  g_string_append_printf(reply->body,
                         "{\"error\":\"%s\",\"error_description\":\"AADSTS%d: secret words\","
                         "\"error_codes\":[%d],\"correlation_id\":\"c-1\"}",
                         error, f->aadsts, f->aadsts);
}

static void
answer_token(Fixture *f, ScriptReply *reply, gboolean refresh)
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
  Fixture *f = data;
  g_autofree char *grant = script_form_value(request->body, "grant_type");
  g_free(f->last_scope);
  f->last_scope = script_form_value(request->body, "scope");
  if (g_str_has_suffix(request->target, "/devicecode")) {
    g_assert_cmpstr(request->target, ==, "/contoso.com/oauth2/v2.0/devicecode");
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
  if (f->error && (!f->last_refresh || strcmp(f->last_refresh, "good") != 0)) {
    f->fetches++;
    answer_error(f, reply, f->error);
  } else
    answer_token(f, reply, g_strcmp0(grant, "refresh_token") == 0);
}

static void
set_up(Fixture *f, SignInKind kind)
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

static void
tear_down(Fixture *f)
{
  token_source_free(f->source);
  script_server_free(f->server);
  credentials_free(f->credentials);
  http_session_free(f->http);
  g_free(f->last_refresh);
  g_free(f->last_secret);
  g_free(f->last_scope);
}

static void
save(Fixture *f, const char *name, const char *text)
{
  g_autoptr(Secret) secret = secret_new(text, -1);
  credentials_save(f->credentials, name, secret, NULL, NULL);
}

static void
test_client_secret(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  g_autoptr(GError) error = NULL;
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(Secret) two = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_true(secret_equal(one, two));
  g_assert_cmpuint(f.fetches, ==, 1);
  g_assert_cmpstr(f.last_secret, ==, "s3&cret+ ü");
  g_assert_cmpstr(f.last_scope, ==, "https://graph.example/.default");
  gint64 left = token_source_expires(f.source) - clock_now();
  g_assert_cmpint(left, >=, 3598);
  g_assert_cmpint(left, <=, 3600);
  g_autofree char *granted = token_source_granted(f.source);
  g_assert_cmpstr(granted, ==, "User.Read.All Mail.Send");
  /* A token that was refused is dropped, but only if it still is the one. */
  g_autoptr(Secret) three = token_source_get(f.source, one, NULL, NULL);
  g_assert_false(secret_equal(one, three));
  g_autoptr(Secret) four = token_source_get(f.source, one, NULL, NULL);
  g_assert_true(secret_equal(three, four));
  g_assert_cmpuint(f.fetches, ==, 2);
  token_source_drop(f.source);
  g_assert_cmpint(token_source_expires(f.source), ==, 0);
  tear_down(&f);
}

static void
test_renewed_early(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_cmpint(f.source->expires - f.source->renew_at, ==, 300);
  f.source->renew_at = clock_now(); /* the time has come */
  f.life = 100;
  g_autoptr(Secret) two = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_false(secret_equal(one, two));
  g_assert_cmpint(f.source->expires - f.source->renew_at, ==, 50);
  tear_down(&f);
}

static gpointer
get_token(gpointer source)
{
  return token_source_get(source, NULL, NULL, NULL);
}

static void
test_single_flight(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.delay_ms = 100;
  GThread *threads[8];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("get", get_token, f.source);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
    g_autoptr(Secret) token = g_thread_join(threads[i]);
    g_assert_nonnull(token);
  }
  g_assert_cmpuint(script_server_requests(f.server), ==, 1);
  tear_down(&f);
}

/* All that waited share the failure; none asks again. */
static void
test_single_failure(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.body = "{}";
  f.delay_ms = 300;
  GThread *threads[8];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("get", get_token, f.source);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_assert_null(g_thread_join(threads[i]));
  g_assert_cmpuint(script_server_requests(f.server), ==, 1);
  tear_down(&f);
}

static gpointer
get_cancelled(gpointer data)
{
  GError *error = NULL;
  g_assert_null(token_source_get(((gpointer *)data)[0], NULL, ((gpointer *)data)[1], &error));
  return error;
}

/* Who fetches for the others may leave; then another one fetches. */
static void
test_fetcher_leaves(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.delay_ms = 300;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  gpointer data[] = {f.source, cancellable};
  GThread *first = g_thread_new("first", get_cancelled, data);
  while (!script_server_requests(f.server))
    g_usleep(1000);
  GThread *second = g_thread_new("second", get_token, f.source);
  g_usleep(20000);
  g_cancellable_cancel(cancellable);
  g_autoptr(GError) error = g_thread_join(first);
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_autoptr(Secret) token = g_thread_join(second);
  g_assert_nonnull(token);
  tear_down(&f);
}

static void
test_refresh(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  g_autoptr(GError) error = NULL;
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_nonnull(strstr(error->message, "usher login"));
  g_assert_cmpuint(script_server_requests(f.server), ==, 0);
  save(&f, "refresh-token", "r0");
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_cmpstr(f.last_refresh, ==, "r0");
  g_assert_cmpstr(f.last_scope, ==, "https://graph.example/.default offline_access");
  g_autofree char *granted = token_source_granted(f.source);
  g_assert_cmpstr(granted, ==, "User.Read.All");
  g_autoptr(Secret) kept = credentials_load(f.credentials, "refresh-token", NULL, NULL);
  g_assert_cmpstr(secret_peek(kept), ==, "r1");
  g_autoptr(Secret) two = token_source_get(f.source, one, NULL, NULL);
  g_assert_nonnull(two);
  g_assert_cmpstr(f.last_refresh, ==, "r1");
  /* An answer without a new one keeps the old one. */
  f.no_refresh = TRUE;
  g_autoptr(Secret) three = token_source_get(f.source, two, NULL, NULL);
  g_autoptr(Secret) four = token_source_get(f.source, three, NULL, NULL);
  g_assert_nonnull(four);
  g_assert_cmpstr(f.last_refresh, ==, "r2");
  tear_down(&f);
}

/* Another usher signed in again: its token is found in the credentials. */
static void
test_refresh_elsewhere(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  save(&f, "refresh-token", "r0");
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  f.error = "invalid_grant";
  save(&f, "refresh-token", "good");
  g_autoptr(Secret) two = token_source_get(f.source, one, NULL, NULL);
  g_assert_nonnull(two);
  /* And where there is none, it is said, and what is stored stays. */
  save(&f, "refresh-token", "bad");
  token_source_drop(f.source);
  g_autoptr(GError) error = NULL;
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_autoptr(Secret) kept = credentials_load(f.credentials, "refresh-token", NULL, NULL);
  g_assert_cmpstr(secret_peek(kept), ==, "bad");
  tear_down(&f);
}

static void
test_errors(void)
{
  static const struct {
    int status;
    const char *error;
    int aadsts, code;
    const char *words;
  } cases[] = {
      {401, "invalid_client", 7000222, USHER_ERROR_SIGN_IN, "expired"},
      {401, "invalid_client", 7000215, USHER_ERROR_SIGN_IN, "not its id"},
      {400, "invalid_request", 90002, USHER_ERROR_SIGN_IN, "no such tenant"},
      {400, "unauthorized_client", 700016, USHER_ERROR_SIGN_IN, "client_id"},
      {400, "interaction_required", 53003, USHER_ERROR_SIGN_IN, "Conditional Access"},
      {400, "something_new", 12345, USHER_ERROR_SIGN_IN, "AADSTS12345"},
      {400, "temporarily_unavailable", 90055, USHER_ERROR_THROTTLED, "throttled"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    Fixture f;
    set_up(&f, SIGN_IN_CLIENT_SECRET);
    f.error = cases[i].error;
    f.status = cases[i].status;
    f.aadsts = cases[i].aadsts;
    g_autoptr(GError) error = NULL;
    g_assert_null(token_source_get(f.source, NULL, NULL, &error));
    g_assert_cmpint(error->code, ==, cases[i].code);
    g_assert_nonnull(strstr(error->message, cases[i].words));
    g_assert_null(strstr(error->message, "s3&cret"));
    g_assert_cmpstr(error_service_code(error), ==, cases[i].error);
    g_assert_cmpint(error_http_status(error), ==, cases[i].status);
    g_assert_cmpstr(error_request_id(error), ==, "c-1");
    tear_down(&f);
  }
}

static void
test_bad_answers(void)
{
  static const char *const bodies[] = {
      "",
      "null",
      "[]",
      "{}",
      "{\"token_type\":\"Bearer\"",
      "{\"token_type\":\"Bearer\",\"access_token\":\"\"}",
      "{\"token_type\":\"Bearer\",\"access_token\":\"a\\r\\nX: y\"}",
      "{\"token_type\":\"Bearer\",\"access_token\":\"a b\"}",
      "{\"token_type\":\"Bearer\",\"access_token\":7}",
      "{\"token_type\":\"mac\",\"access_token\":\"a\"}",
      "<html>proxy</html>",
  };
  for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
    Fixture f;
    set_up(&f, SIGN_IN_CLIENT_SECRET);
    f.body = bodies[i];
    g_autoptr(GError) error = NULL;
    g_assert_null(token_source_get(f.source, NULL, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
    tear_down(&f);
  }
  /* Claims that are none, and a life that is none: still a token. */
  Fixture f;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.body = "{\"token_type\":\"bearer\",\"access_token\":\"..\",\"expires_in\":\"-5\"}";
  g_autoptr(Secret) token = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_nonnull(token);
  g_assert_null(token_source_granted(f.source));
  tear_down(&f);
}

static void
show(const DeviceCode *code, gpointer data)
{
  g_assert_cmpstr(code->user_code, ==, "ABCD");
  g_assert_cmpstr(code->verification_url, ==, "https://example.com/device");
  g_assert_cmpstr(code->message, ==, "Go there");
  if (!code->again)
    ++*(int *)data;
}

static void
test_device(void)
{
  static const struct {
    const char *polls[4];
    int code; /* 0: signed in */
    guint n;
  } cases[] = {
      {{NULL}, 0, 1},
      {{"authorization_pending", "authorization_pending"}, 0, 3},
      {{"slow_down", "authorization_pending"}, 0, 3},
      {{"reset", "authorization_pending"}, 0, 0},
      {{"authorization_declined"}, USHER_ERROR_SIGN_IN, 1},
      {{"authorization_pending", "expired_token"}, USHER_ERROR_SIGN_IN, 2},
      {{"bad_verification_code"}, USHER_ERROR_SIGN_IN, 1},
      {{"invalid_client"}, USHER_ERROR_SIGN_IN, 1},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    Fixture f;
    set_up(&f, SIGN_IN_DEVICE_CODE);
    memcpy(f.poll, cases[i].polls, sizeof cases[i].polls);
    g_autoptr(GError) error = NULL;
    int shown = 0;
    gint64 begin = g_get_monotonic_time();
    gboolean ok = token_sign_in_device(f.source, show, &shown, NULL, &error);
    g_assert_cmpint(shown, ==, 1);
    g_assert_cmpint(error ? error->code : 0, ==, cases[i].code);
    if (cases[i].n)
      g_assert_cmpuint(f.polls, ==, cases[i].n);
    g_autoptr(Secret) kept = credentials_load(f.credentials, "refresh-token", NULL, NULL);
    g_assert_cmpstr(kept ? secret_peek(kept) : NULL, ==, ok ? "r1" : NULL);
    if (i == 2) /* 2 s, then twice 7 s, a second being 10 ms */
      g_assert_cmpint(g_get_monotonic_time() - begin, >=, 155 * G_TIME_SPAN_MILLISECOND);
    if (ok) {
      g_autoptr(Secret) token = token_source_get(f.source, NULL, NULL, NULL);
      g_assert_nonnull(token);
      g_assert_cmpuint(f.fetches, ==, 1);
    }
    tear_down(&f);
  }
}

static void
test_device_expires(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  for (int i = 0; i < 8; i++)
    f.poll[i] = "authorization_pending";
  f.source->second_ms = 1; /* 100 s are over before the eighth answer */
  f.poll[0] = f.poll[1] = f.poll[2] = f.poll[3] = "slow_down";
  g_autoptr(GError) error = NULL;
  int shown = 0;
  g_assert_false(token_sign_in_device(f.source, show, &shown, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  tear_down(&f);
}

static void
cancel_at_once(const DeviceCode *code, gpointer cancellable)
{
  g_cancellable_cancel(cancellable);
}

static void
test_device_refusals(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(GError) error = NULL;
  g_assert_false(token_sign_in_device(f.source, cancel_at_once, cancellable, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_clear_error(&error);
  /* Without a refresh token the sign-in would be over in an hour. */
  int shown = 0;
  f.no_refresh = TRUE;
  g_assert_false(token_sign_in_device(f.source, show, &shown, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_nonnull(strstr(error->message, "offline_access"));
  g_clear_error(&error);
  /* Where nothing can be kept, nobody is sent to another screen. */
  g_autoptr(Credentials) fixed = credentials_new_environment("USHER_TEST_NOTHING");
  f.source->credentials = fixed;
  shown = 0;
  g_assert_false(token_sign_in_device(f.source, show, &shown, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
  g_assert_cmpint(shown, ==, 0);
  tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/token/client-secret", test_client_secret);
  g_test_add_func("/token/renewed-early", test_renewed_early);
  g_test_add_func("/token/single-flight", test_single_flight);
  g_test_add_func("/token/single-failure", test_single_failure);
  g_test_add_func("/token/fetcher-leaves", test_fetcher_leaves);
  g_test_add_func("/token/refresh", test_refresh);
  g_test_add_func("/token/refresh-elsewhere", test_refresh_elsewhere);
  g_test_add_func("/token/errors", test_errors);
  g_test_add_func("/token/bad-answers", test_bad_answers);
  g_test_add_func("/token/device", test_device);
  g_test_add_func("/token/device-expires", test_device_expires);
  g_test_add_func("/token/device-refusals", test_device_refusals);
  return g_test_run();
}
