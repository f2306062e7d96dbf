/* Tokens: one fetch at a time, renewed early, rotated, refused, and every way
 * in which the device code flow can end. */
#include "auth/token-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "script-server.h"
#include <glib/gstdio.h>
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
  char *last_refresh, *last_secret, *last_scope, *last_claims, *last_assertion, *last_target;
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
  g_free(f->last_claims);
  g_free(f->last_assertion);
  g_free(f->last_target);
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

/* --- continuous access evaluation --- */

#define CP1 "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}"
/* What it is in base64 is NBF_JSON. */
#define NBF                                                                                        \
  "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ=="
#define NBF_JSON "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"}}}"

static void
test_challenge_header(void)
{
  static const struct {
    const char *header, *claims;
  } cases[] = {
      {"Bearer error=\"insufficient_claims\", claims=\"" NBF "\"", NBF_JSON},
      {"bearer claims=\"" NBF "\",error=insufficient_claims", NBF_JSON},
      {"Bearer realm=\"\", authorization_uri=\"https://x/y,z\", client_id=\"1\", "
       "error=\"insufficient_claims\" , claims = \"" NBF "\"",
       NBF_JSON},
      {"Bearer error=\"insufficient_claims\", claims=" NBF, NBF_JSON},
      {"Negotiate, Basic realm=\"a, b\", Bearer error=\"insufficient_claims\", claims=\"" NBF "\"",
       NBF_JSON},
      {"Negotiate YWJj==, Bearer claims=\"" NBF "\", error=\"insufficient_claims\"", NBF_JSON},
      {"PoP error=\"insufficient_claims\", claims=\"e30=\", Bearer error=\"insufficient_claims\", "
       "claims=\"" NBF "\"",
       NBF_JSON},
      /* base64url, without padding */
      {"Bearer error=\"insufficient_claims\", "
       "claims=\"eyJhY2Nlc3NfdG9rZW4iOnsiYSI6eyJ2YWx1ZSI6Ij8_Pz4-PiJ9fX0\"",
       "{\"access_token\":{\"a\":{\"value\":\"?\?\?>>>\"}}}"},
      {"Bearer error=\"insufficient_claims\", "
       "claims=\"eyJhY2Nlc3NfdG9rZW4iOnsiYSI6eyJ2YWx1ZSI6Ij8/Pz4+PiJ9fX0=\"",
       "{\"access_token\":{\"a\":{\"value\":\"?\?\?>>>\"}}}"},
      {"Bearer error=\"invalid_token\", claims=\"" NBF "\"", NULL},
      {"Bearer claims=\"" NBF "\"", NULL},
      {"Basic error=\"insufficient_claims\", claims=\"" NBF "\"", NULL},
      {"Bearer error=\"insufficient_claims\", Basic claims=\"" NBF "\"", NULL},
      {"Bearer error=\"insufficient_claims\", claims=\"\"", NULL},
      {"Bearer error=\"insufficient_claims\", claims=\"!!!\"", NULL},
      {"Bearer error=\"insufficient_claims\", claims=\"W10=\"", NULL}, /* [] */
      {"Bearer error=\"insufficient_claims\", claims=\"eyJh", NULL},
      {"Bearer error=\"insufficient_claims\\", NULL},
      {"\"\"\"", NULL},
      {"=,=,=", NULL},
      {"", NULL},
      {NULL, NULL},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *claims = token_challenge_parse(cases[i].header);
    g_assert_cmpstr(claims, ==, cases[i].claims);
  }
}

/* Told in each request for a token, met with the next one, and no second time with the same. */
static void
test_challenge(void)
{
  static const char header[] = "Bearer error=\"insufficient_claims\", claims=\"" NBF "\"";
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_CLIENT_SECRET);
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_cmpstr(f.last_claims, ==, CP1);
  g_assert_true(token_source_challenge(f.source, one, NULL, &error));
  g_assert_true(token_source_challenge(f.source, one, "Bearer error=\"invalid_token\"", &error));
  g_assert_cmpint(token_source_expires(f.source), !=, 0);
  g_assert_true(token_source_challenge(f.source, one, header, &error));
  g_assert_cmpint(token_source_expires(f.source), ==, 0);
  g_autoptr(Secret) two = token_source_get(f.source, one, NULL, NULL);
  g_assert_cmpstr(f.last_claims, ==,
                  "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"},"
                  "\"xms_cc\":{\"values\":[\"cp1\"]}}}");
  /* A thread that was slower brings the same challenge to a token that is gone. */
  g_assert_true(token_source_challenge(f.source, one, header, &error));
  g_autoptr(Secret) three = token_source_get(f.source, one, NULL, NULL);
  g_assert_true(secret_equal(two, three));
  g_assert_cmpuint(f.fetches, ==, 2);
  /* In vain. */
  g_assert_false(token_source_challenge(f.source, two, header, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_clear_error(&error);
  g_assert_false(token_source_challenge(f.source, two, header, &error));
  g_clear_error(&error);
  g_autoptr(Secret) four = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_true(secret_equal(two, four));
  g_assert_cmpuint(f.fetches, ==, 2);
  /* Another challenge is another matter, and is over when it has been met. */
  g_assert_true(token_source_challenge(
      f.source, two, "Bearer error=\"insufficient_claims\", claims=\"eyJpZF90b2tlbiI6e319\"",
      &error));
  g_autoptr(Secret) five = token_source_get(f.source, two, NULL, NULL);
  g_assert_cmpstr(f.last_claims, ==,
                  "{\"id_token\":{},\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}");
  g_autoptr(Secret) six = token_source_get(f.source, five, NULL, NULL);
  g_assert_nonnull(six);
  g_assert_cmpstr(f.last_claims, ==, CP1);
  tear_down(&f);
}

/* A challenge that the sign-in service does not grant ends in words, and is kept for the next
 * sign-in. */
static void
test_challenge_refused(void)
{
  static const char header[] = "Bearer error=\"insufficient_claims\", claims=\"" NBF "\"";
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  save(&f, "refresh-token", "r0");
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_cmpstr(f.last_claims, ==, CP1);
  g_assert_true(token_source_challenge(f.source, one, header, NULL));
  f.error = "interaction_required";
  f.aadsts = 50076;
  g_assert_null(token_source_get(f.source, one, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_nonnull(strstr(error->message, "second factor"));
  f.error = NULL;
  int times = 0;
  g_assert_true(token_sign_in_device(f.source, show, &times, NULL, NULL));
  g_assert_nonnull(strstr(f.last_claims, "1604106651"));
  g_autoptr(Secret) two = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_false(token_source_challenge(f.source, two, header, NULL));
  tear_down(&f);
}

/* --- the other ways --- */

static void
test_federated(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-token-XXXXXX", NULL);
  g_autofree char *file = g_build_filename(folder, "token", NULL);
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_FEDERATED_TOKEN);
  f.source->token_file = g_strdup(file);
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_nonnull(strstr(error->message, file));
  g_clear_error(&error);
  g_file_set_contents(file, "h.p.one\n", -1, NULL);
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(f.last_assertion, ==, "h.p.one");
  g_assert_null(f.last_secret);
  g_assert_cmpstr(f.last_scope, ==, "https://graph.example/.default");
  /* Read anew for each request. */
  g_file_set_contents(file, "  h.p.two", -1, NULL);
  g_autoptr(Secret) two = token_source_get(f.source, one, NULL, &error);
  g_assert_nonnull(two);
  g_assert_cmpstr(f.last_assertion, ==, "h.p.two");
  static const char *const bad[] = {"", "\n", "two words", "tok\ren", "caf\xc3\xa9"};
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_file_set_contents(file, bad[i], -1, NULL);
    token_source_drop(f.source);
    g_assert_null(token_source_get(f.source, NULL, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
    g_clear_error(&error);
  }
  g_assert_cmpuint(f.fetches, ==, 2);
  g_unlink(file);
  g_rmdir(folder);
  tear_down(&f);
}

static void
test_kinds(void)
{
  static const char *const names[] = {"device-code", "client-secret", "client-certificate",
                                      "federated-token"};
  for (guint i = 0; i < SIGN_IN_N; i++) {
    SignInKind kind = SIGN_IN_N;
    g_assert_cmpstr(sign_in_kind_name(i), ==, names[i]);
    g_assert_true(sign_in_kind_parse(names[i], &kind));
    g_assert_cmpint(kind, ==, i);
  }
  SignInKind kind = SIGN_IN_N;
  g_assert_false(sign_in_kind_parse("password", &kind));
  g_assert_cmpint(kind, ==, SIGN_IN_N);
  g_assert_null(sign_in_kind_keeps(SIGN_IN_FEDERATED_TOKEN));
}

/* Contract 1: the resource of a cloud is what its tokens are for. */
static void
test_clouds(void)
{
  static const char *const resources[] = {
      "https://graph.microsoft.com", "https://graph.microsoft.us", "https://dod-graph.microsoft.us",
      "https://microsoftgraph.chinacloudapi.cn", "https://graph.corp.example:8443"};
  for (guint i = 0; i < G_N_ELEMENTS(resources); i++) {
    Fixture f;
    set_up(&f, SIGN_IN_CLIENT_SECRET);
    g_free(f.source->graph_url);
    f.source->graph_url = g_strdup(resources[i]);
    g_autofree char *app = g_strconcat(resources[i], "/.default", NULL);
    g_autofree char *person = g_strconcat(resources[i], "/.default offline_access", NULL);
    g_autofree char *delegated = token_delegated_scope(f.source);
    g_autoptr(Secret) token = token_source_get(f.source, NULL, NULL, NULL);
    g_assert_nonnull(token);
    g_assert_cmpstr(f.last_scope, ==, app);
    g_assert_cmpstr(delegated, ==, person);
    tear_down(&f);
  }
}

/* --- refusals --- */

static void
test_refusals(void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
  gint64 numbers[256];
  const char *meaning, *remedy;
  guint n = 0;
  for (; token_refusal_row(n, &numbers[n], &meaning, &remedy); n++) {
    g_assert_cmpuint(n, <, G_N_ELEMENTS(numbers) - 1);
    g_assert_true(g_hash_table_add(seen, &numbers[n])); /* each number once */
    g_autoptr(GString) text = g_string_new(NULL);
    g_assert_true(token_refusal_append(text, numbers[n]));
    g_autofree char *number = g_strdup_printf("(AADSTS%" G_GINT64_FORMAT ")", numbers[n]);
    g_assert_nonnull(strstr(text->str, meaning));
    g_assert_nonnull(strstr(text->str, number));
    g_assert_true(g_str_has_suffix(text->str, remedy));
    g_assert_true(g_ascii_islower(*meaning) || g_str_has_prefix(meaning, "Conditional Access"));
    g_assert_true(g_ascii_isupper(*remedy));
    g_assert_false(g_str_has_suffix(meaning, ".") || g_str_has_suffix(remedy, "."));
  }
  g_assert_cmpuint(n, >, 60);
  /* Told apart, and with what would work instead. */
  static const struct {
    gint64 number;
    const char *meaning, *remedy;
  } cases[] = {
      {7000215, "secret is wrong", "value"},
      {7000222, "secret has expired", "new one"},
      {700016, "client_id", "Check"},
      {90002, "no such tenant", "cloud"},
      {50076, "second factor", "browser"},
      {53000, "device", "client-certificate"},
      {53003, "device code", "policy"},
      {65001, "consented", "API permissions"},
      {90094, "administrator", "consents"},
      {50057, "disabled", "enables"},
      {50055, "password has expired", "new"},
      {700024, "clocks differ", "timedatectl"},
      {50053, "locked", "Wait"},
      {90038, "another cloud", "usgov"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_assert_true(token_refusal_append(text, cases[i].number));
    g_assert_nonnull(strstr(text->str, cases[i].meaning));
    g_assert_nonnull(strstr(text->str, cases[i].remedy));
  }
  g_autoptr(GString) text = g_string_new(NULL);
  g_assert_false(token_refusal_append(text, 4711));
  g_assert_cmpstr(text->str, ==, " (AADSTS4711)");
  g_string_truncate(text, 0);
  g_assert_false(token_refusal_append(text, 0));
  g_assert_cmpstr(text->str, ==, "");
}

/* The generic words of an error do not stand beside those of its number: "sign in again" would
 * be wrong for a blocked sign-in. */
static void
test_refusal_words(void)
{
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  save(&f, "refresh-token", "r0");
  f.error = "invalid_grant";
  f.aadsts = 53003;
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_null(strstr(error->message, "usher login"));
  g_assert_nonnull(strstr(error->message, "Conditional Access"));
  g_assert_null(strstr(error->message, "secret words")); /* the description */
  tear_down(&f);
}

/* --- the refresh token --- */

/* Stored first: if that fails, what is stored stays, and the new one is saved next time. */
static void
test_refresh_unsaved(void)
{
  Fixture f;
  set_up(&f, SIGN_IN_DEVICE_CODE);
  save(&f, "refresh-token", "r0");
  /* One that cannot be written: nothing is there, so that what this run knows goes first. */
  g_autoptr(Credentials) fixed = credentials_new_environment("USHER_TEST_REFRESH");
  f.source->refresh = secret_new("r0", -1);
  Credentials *memory = f.source->credentials;
  f.source->credentials = fixed; /* cannot be written */
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_nonnull(one);
  g_assert_cmpstr(f.last_refresh, ==, "r0");
  f.source->unsaved = TRUE; /* as after a save that failed */
  f.source->credentials = memory;
  g_autoptr(Secret) two = token_source_get(f.source, one, NULL, NULL);
  g_assert_nonnull(two);
  g_assert_cmpstr(f.last_refresh, ==, "r1"); /* ours, not the stored one that is older */
  g_autoptr(Secret) kept = credentials_load(memory, "refresh-token", NULL, NULL);
  g_assert_cmpstr(secret_peek(kept), ==, "r2");
  g_assert_false(f.source->unsaved);
  /* Now that it is saved, the stored one goes first again. */
  save(&f, "refresh-token", "newer");
  g_autoptr(Secret) three = token_source_get(f.source, two, NULL, NULL);
  g_assert_nonnull(three);
  g_assert_cmpstr(f.last_refresh, ==, "newer");
  tear_down(&f);
}

/* Another process has the turn: it is waited for, and can be left. */
static void
test_turns(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-turn-XXXXXX", NULL);
  Fixture f;
  int first, second;
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  set_up(&f, SIGN_IN_DEVICE_CODE);
  save(&f, "refresh-token", "r0");
  f.source->lock_file = g_build_filename(folder, "locks", "contoso.sign-in", NULL);
  g_assert_true(token_turn_take(f.source, &first, NULL, NULL));
  g_assert_cmpint(first, >=, 0);
  gpointer data[] = {f.source, cancellable};
  GThread *thread = g_thread_new("waits", get_cancelled, data);
  g_usleep(50000);
  g_assert_cmpuint(script_server_requests(f.server), ==, 0);
  g_cancellable_cancel(cancellable);
  g_autoptr(GError) left = g_thread_join(thread);
  g_assert_error(left, USHER_ERROR, USHER_ERROR_CANCELLED);
  thread = g_thread_new("goes on", get_token, f.source);
  g_usleep(50000);
  g_assert_cmpuint(script_server_requests(f.server), ==, 0);
  save(&f, "refresh-token", "by-the-other");
  token_turn_end(first);
  g_autoptr(Secret) token = g_thread_join(thread);
  g_assert_nonnull(token);
  g_assert_cmpstr(f.last_refresh, ==, "by-the-other");
  /* Without a place for the lock it goes on all the same. */
  g_free(f.source->lock_file);
  f.source->lock_file = g_strdup("/proc/no/such/lock");
  g_assert_true(token_turn_take(f.source, &second, NULL, &error));
  g_assert_cmpint(second, ==, -1);
  g_autofree char *remove = g_strdup_printf("rm -rf '%s'", folder);
  g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
  tear_down(&f);
}

/* --- the device code --- */

typedef struct {
  int shown, ticks;
  gint64 last;
} Seen;

static void
count_down(const DeviceCode *code, gpointer data)
{
  Seen *seen = data;
  if (!code->again)
    seen->shown++;
  else {
    seen->ticks++;
    g_assert_cmpint(code->expires_in, <=, seen->last);
  }
  seen->last = code->expires_in;
}

static void
test_device_counts_down(void)
{
  Fixture f;
  Seen seen = {0};
  set_up(&f, SIGN_IN_DEVICE_CODE);
  f.source->language = g_strdup("de-AT");
  f.poll[0] = f.poll[1] = "authorization_pending";
  g_assert_true(token_sign_in_device(f.source, count_down, &seen, NULL, NULL));
  g_assert_cmpint(seen.shown, ==, 1);
  g_assert_cmpint(seen.ticks, ==, 6); /* three intervals of two seconds */
  g_assert_cmpint(seen.last, <=, 95);
  g_autofree char *line = script_server_line(f.server, 1);
  g_assert_true(g_str_has_suffix(line, "/devicecode?mkt=de-AT"));
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
  g_test_add_func("/token/challenge-header", test_challenge_header);
  g_test_add_func("/token/challenge", test_challenge);
  g_test_add_func("/token/challenge-refused", test_challenge_refused);
  g_test_add_func("/token/federated", test_federated);
  g_test_add_func("/token/kinds", test_kinds);
  g_test_add_func("/token/clouds", test_clouds);
  g_test_add_func("/token/refusals", test_refusals);
  g_test_add_func("/token/refusal-words", test_refusal_words);
  g_test_add_func("/token/refresh-unsaved", test_refresh_unsaved);
  g_test_add_func("/token/turns", test_turns);
  g_test_add_func("/token/device-counts-down", test_device_counts_down);
  return g_test_run();
}
