/* Tokens: one fetch at a time, renewed early, rotated, refused, and every way
 * in which the device code flow can end. */
#include "base/clock.h"
#include "base/error.h"
#include "token-fixture.h"
#include <glib/gstdio.h>
#include <string.h>

static void
test_client_secret(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
  g_autoptr(GError) error = NULL;
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(Secret) two = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_true(secret_equal(one, two));
  g_assert_cmpuint(f.fetches, ==, 1);
  g_assert_cmpstr(f.last_secret, ==, "s3&cret+ ü");
  g_assert_cmpstr(f.last_scope, ==, "https://graph.example/.default");
  gint64 left = token_source_expires(f.source) - clock_now();
  g_assert_cmpint(left, >=, 3500);
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
  token_tear_down(&f);
}

static void
test_renewed_early(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_cmpint(f.source->expires - f.source->renew_at, ==, 300);
  f.source->renew_at = clock_now(); /* the time has come */
  f.life = 100;
  g_autoptr(Secret) two = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_false(secret_equal(one, two));
  g_assert_cmpint(f.source->expires - f.source->renew_at, ==, 50);
  token_tear_down(&f);
}

static void
test_single_flight(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.delay_ms = 100;
  GThread *threads[8];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("get", token_get, f.source);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
    g_autoptr(Secret) token = g_thread_join(threads[i]);
    g_assert_nonnull(token);
  }
  g_assert_cmpuint(script_server_requests(f.server), ==, 1);
  token_tear_down(&f);
}

/* All that waited share the failure; none asks again. */
static void
test_single_failure(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.body = "{}";
  f.delay_ms = 1500; /* by then all of them wait */
  GThread *threads[8];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("get", token_get, f.source);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_assert_null(g_thread_join(threads[i]));
  g_assert_cmpuint(script_server_requests(f.server), ==, 1);
  token_tear_down(&f);
}

/* Who fetches for the others may leave; then another one fetches. */
static void
test_fetcher_leaves(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.delay_ms = 1000;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  gpointer data[] = {f.source, cancellable};
  GThread *first = g_thread_new("first", token_get_cancelled, data);
  while (!script_server_requests(f.server))
    g_usleep(1000);
  GThread *second = g_thread_new("second", token_get, f.source);
  g_usleep(20000);
  g_cancellable_cancel(cancellable);
  g_autoptr(GError) error = g_thread_join(first);
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_autoptr(Secret) token = g_thread_join(second);
  g_assert_nonnull(token);
  token_tear_down(&f);
}

static void
test_refresh(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  g_autoptr(GError) error = NULL;
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_nonnull(strstr(error->message, "usher login"));
  g_assert_cmpuint(script_server_requests(f.server), ==, 0);
  token_save(&f, "refresh-token", "r0");
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
  token_tear_down(&f);
}

/* Another usher signed in again: its token is found in the credentials. */
static void
test_refresh_elsewhere(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  token_save(&f, "refresh-token", "r0");
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  f.error = "invalid_grant";
  token_save(&f, "refresh-token", "good");
  g_autoptr(Secret) two = token_source_get(f.source, one, NULL, NULL);
  g_assert_nonnull(two);
  /* And where there is none, it is said, and what is stored stays. */
  token_save(&f, "refresh-token", "bad");
  token_source_drop(f.source);
  g_autoptr(GError) error = NULL;
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_autoptr(Secret) kept = credentials_load(f.credentials, "refresh-token", NULL, NULL);
  g_assert_cmpstr(secret_peek(kept), ==, "bad");
  token_tear_down(&f);
}

/* Given up while the new one is being kept: it is kept, since the old one may be worth nothing. */
static gpointer
give_up(gpointer data)
{
  gpointer *both = data;
  while (!g_file_test(both[1], G_FILE_TEST_EXISTS))
    g_usleep(2000);
  g_cancellable_cancel(both[0]);
  return NULL;
}

static void
test_refresh_given_up(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-token-XXXXXX", NULL);
  g_autofree char *kept = g_build_filename(folder, "kept", NULL);
  g_autofree char *begun = g_build_filename(folder, "begun", NULL);
  g_autofree char *save = g_strdup_printf("sh -c 'touch %s; sleep 0.5; cat >%s'", begun, kept);
  TokenFixture f;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  credentials_free(f.credentials);
  f.credentials = f.source->credentials = credentials_new_command("echo first", save, NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  gpointer both[] = {cancellable, begun};
  GThread *person = g_thread_new("person", give_up, both);
  g_autoptr(Secret) token = token_source_get(f.source, NULL, cancellable, NULL);
  g_thread_join(person);
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(kept, &text, NULL, NULL));
  g_assert_cmpstr(text, ==, "r1");
  g_assert_cmpstr(f.last_refresh, ==, "first");
  g_unlink(kept);
  g_unlink(begun);
  g_rmdir(folder);
  token_tear_down(&f);
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
    TokenFixture f;
    token_set_up(&f, SIGN_IN_CLIENT_SECRET);
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
    token_tear_down(&f);
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
    TokenFixture f;
    token_set_up(&f, SIGN_IN_CLIENT_SECRET);
    f.body = bodies[i];
    g_autoptr(GError) error = NULL;
    g_assert_null(token_source_get(f.source, NULL, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
    token_tear_down(&f);
  }
  /* Claims that are none, and a life that is none: still a token. */
  TokenFixture f;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
  f.body = "{\"token_type\":\"bearer\",\"access_token\":\"..\",\"expires_in\":\"-5\"}";
  g_autoptr(Secret) token = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_nonnull(token);
  g_assert_null(token_source_granted(f.source));
  token_tear_down(&f);
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
    TokenFixture f;
    token_set_up(&f, SIGN_IN_DEVICE_CODE);
    memcpy(f.poll, cases[i].polls, sizeof cases[i].polls);
    g_autoptr(GError) error = NULL;
    int shown = 0;
    gint64 begin = g_get_monotonic_time();
    gboolean ok = token_sign_in_device(f.source, token_show, &shown, NULL, &error);
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
    token_tear_down(&f);
  }
}

/* A service that is out of order longer than a request is repeated. */
static void
test_device_outage(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  g_autoptr(GError) error = NULL;
  int shown = 0;
  f.source->second_ms = 200;
  f.status = 500;
  for (guint i = 0; i < 6; i++)
    f.poll[i] = "server_error";
  g_assert_true(token_sign_in_device(f.source, token_show, &shown, NULL, &error));
  g_assert_no_error(error);
  g_assert_cmpuint(f.polls, ==, 7);
  token_tear_down(&f);
}

static void
test_device_expires(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  for (int i = 0; i < 8; i++)
    f.poll[i] = "authorization_pending";
  f.source->second_ms = 1; /* 100 s are over before the eighth answer */
  f.poll[0] = f.poll[1] = f.poll[2] = f.poll[3] = "slow_down";
  g_autoptr(GError) error = NULL;
  int shown = 0;
  g_assert_false(token_sign_in_device(f.source, token_show, &shown, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  token_tear_down(&f);
}

static void
cancel_at_once(const DeviceCode *code, gpointer cancellable)
{
  g_cancellable_cancel(cancellable);
}

static void
test_device_refusals(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(GError) error = NULL;
  g_assert_false(token_sign_in_device(f.source, cancel_at_once, cancellable, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_clear_error(&error);
  /* Without a refresh token the sign-in would be over in an hour. */
  int shown = 0;
  f.no_refresh = TRUE;
  g_assert_false(token_sign_in_device(f.source, token_show, &shown, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_nonnull(strstr(error->message, "offline_access"));
  g_clear_error(&error);
  /* Where nothing can be kept, nobody is sent to another screen. */
  g_autoptr(Credentials) fixed = credentials_new_environment("USHER_TEST_NOTHING");
  f.source->credentials = fixed;
  shown = 0;
  g_assert_false(token_sign_in_device(f.source, token_show, &shown, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
  g_assert_cmpint(shown, ==, 0);
  token_tear_down(&f);
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
  g_test_add_func("/token/refresh-given-up", test_refresh_given_up);
  g_test_add_func("/token/refresh-elsewhere", test_refresh_elsewhere);
  g_test_add_func("/token/errors", test_errors);
  g_test_add_func("/token/bad-answers", test_bad_answers);
  g_test_add_func("/token/device", test_device);
  g_test_add_func("/token/device-outage", test_device_outage);
  g_test_add_func("/token/device-expires", test_device_expires);
  g_test_add_func("/token/device-refusals", test_device_refusals);
  return g_test_run();
}
