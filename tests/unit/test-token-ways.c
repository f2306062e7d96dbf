/* Tokens: claims challenges, federated tokens, clouds, refusals by number, and
 * what processes share. */
#include "base/clock.h"
#include "base/error.h"
#include "token-fixture.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

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
  TokenFixture f;
  g_autoptr(GError) error = NULL;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
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
  token_tear_down(&f);
}

/* A challenge that the sign-in service does not grant ends in words, and is kept for the next
 * sign-in. */
static void
test_challenge_refused(void)
{
  static const char header[] = "Bearer error=\"insufficient_claims\", claims=\"" NBF "\"";
  TokenFixture f;
  g_autoptr(GError) error = NULL;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  token_save(&f, "refresh-token", "r0");
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
  g_assert_true(token_sign_in_device(f.source, token_show, &times, NULL, NULL));
  g_assert_nonnull(strstr(f.last_claims, "1604106651"));
  g_autoptr(Secret) two = token_source_get(f.source, NULL, NULL, NULL);
  g_assert_false(token_source_challenge(f.source, two, header, NULL));
  token_tear_down(&f);
}

/* A challenge that comes while a token is being renewed anyhow: that one was not asked for with
 * the claims, and is not handed out. */
static void
test_challenge_meanwhile(void)
{
  static const char header[] = "Bearer error=\"insufficient_claims\", claims=\"" NBF "\"";
  TokenFixture f;
  token_set_up(&f, SIGN_IN_CLIENT_SECRET);
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, NULL);
  f.delay_ms = 1000; /* longer than it takes to say it */
  f.source->renew_at = clock_now();
  GThread *renewing = g_thread_new("get", token_get, f.source);
  while (f.fetches < 2)
    g_usleep(1000);
  g_assert_true(token_source_challenge(f.source, one, header, NULL));
  f.delay_ms = 0;
  g_autoptr(Secret) next = token_source_get(f.source, one, NULL, NULL);
  g_autoptr(Secret) other = g_thread_join(renewing);
  g_assert_nonnull(strstr(f.last_claims, "1604106651"));
  g_assert_cmpuint(f.fetches, ==, 3);
  g_assert_cmpstr(f.source->met, ==, NBF_JSON);
  token_tear_down(&f);
}

/* --- the other ways --- */

static void
test_federated(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-token-XXXXXX", NULL);
  g_autofree char *file = g_build_filename(folder, "token", NULL);
  TokenFixture f;
  g_autoptr(GError) error = NULL;
  token_set_up(&f, SIGN_IN_FEDERATED_TOKEN);
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
  token_tear_down(&f);
}

/* Writes in two goes, as a shell's > does; without a disk that is waited for in between. */
static gpointer
write_late(gpointer file)
{
  g_autofree char *ready = g_strconcat(file, ".new", NULL);
  g_usleep(60000);
  g_assert_cmpint(g_rename(ready, file), ==, 0);
  return NULL;
}

/* Rotated while it was on its way: what stands there now is tried, once. */
static void
test_rotated(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-token-XXXXXX", NULL);
  g_autofree char *file = g_build_filename(folder, "token", NULL);
  TokenFixture f;
  g_autoptr(GError) error = NULL;
  token_set_up(&f, SIGN_IN_FEDERATED_TOKEN);
  f.source->token_file = g_strdup(file);
  f.refused_assertion = "h.p.old";
  f.rotated_file = file;
  g_file_set_contents(file, "h.p.old", -1, NULL);
  g_autoptr(Secret) one = token_source_get(f.source, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(one);
  g_assert_cmpstr(f.last_assertion, ==, "h.p.rotated");
  g_assert_cmpuint(f.fetches, ==, 2);
  f.rotated_file = NULL;
  f.refused_assertion = "h.p.rotated";
  token_source_drop(f.source);
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_cmpuint(f.fetches, ==, 3);
  g_clear_error(&error);
  g_autofree char *ready = g_strconcat(file, ".new", NULL);
  g_file_set_contents(ready, "h.p.late", -1, NULL);
  g_file_set_contents(file, "", -1, NULL);
  GThread *writer = g_thread_new("writer", write_late, file);
  g_autoptr(Secret) late = token_source_get(f.source, NULL, NULL, &error);
  g_assert_no_error(error);
  g_thread_join(writer);
  g_assert_cmpstr(f.last_assertion, ==, "h.p.late");
  /* The other end of a pipe may never come. */
  g_unlink(file);
  g_assert_cmpint(mkfifo(file, 0600), ==, 0);
  token_source_drop(f.source);
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_unlink(file);
  g_rmdir(folder);
  token_tear_down(&f);
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
    TokenFixture f;
    token_set_up(&f, SIGN_IN_CLIENT_SECRET);
    g_free(f.source->graph_url);
    f.source->graph_url = g_strdup(resources[i]);
    g_autofree char *app = g_strconcat(resources[i], "/.default", NULL);
    g_autofree char *person = g_strconcat(resources[i], "/.default offline_access", NULL);
    g_autofree char *delegated = token_delegated_scope(f.source);
    g_autoptr(Secret) token = token_source_get(f.source, NULL, NULL, NULL);
    g_assert_nonnull(token);
    g_assert_cmpstr(f.last_scope, ==, app);
    g_assert_cmpstr(delegated, ==, person);
    token_tear_down(&f);
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
  TokenFixture f;
  g_autoptr(GError) error = NULL;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  token_save(&f, "refresh-token", "r0");
  f.error = "invalid_grant";
  f.aadsts = 53003;
  g_assert_null(token_source_get(f.source, NULL, NULL, &error));
  g_assert_null(strstr(error->message, "usher login"));
  g_assert_nonnull(strstr(error->message, "Conditional Access"));
  g_assert_null(strstr(error->message, "secret words")); /* the description */
  token_tear_down(&f);
}

/* --- the refresh token --- */

/* Stored first: if that fails, what is stored stays, and the new one is saved next time. */
static void
test_refresh_unsaved(void)
{
  TokenFixture f;
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  token_save(&f, "refresh-token", "r0");
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
  token_save(&f, "refresh-token", "newer");
  g_autoptr(Secret) three = token_source_get(f.source, two, NULL, NULL);
  g_assert_nonnull(three);
  g_assert_cmpstr(f.last_refresh, ==, "newer");
  token_tear_down(&f);
}

/* Another process has the turn: it is waited for, and can be left. */
static void
test_turns(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-turn-XXXXXX", NULL);
  TokenFixture f;
  int first, second;
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  token_save(&f, "refresh-token", "r0");
  f.source->lock_file = g_build_filename(folder, "locks", "contoso.sign-in", NULL);
  g_assert_true(token_turn_take(f.source, &first, NULL, NULL));
  g_assert_cmpint(first, >=, 0);
  gpointer data[] = {f.source, cancellable};
  GThread *thread = g_thread_new("waits", token_get_cancelled, data);
  g_usleep(50000);
  g_assert_cmpuint(script_server_requests(f.server), ==, 0);
  g_cancellable_cancel(cancellable);
  g_autoptr(GError) left = g_thread_join(thread);
  g_assert_error(left, USHER_ERROR, USHER_ERROR_CANCELLED);
  thread = g_thread_new("goes on", token_get, f.source);
  g_usleep(50000);
  g_assert_cmpuint(script_server_requests(f.server), ==, 0);
  token_save(&f, "refresh-token", "by-the-other");
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
  token_tear_down(&f);
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
  TokenFixture f;
  Seen seen = {0};
  token_set_up(&f, SIGN_IN_DEVICE_CODE);
  f.source->language = g_strdup("de-AT");
  f.poll[0] = f.poll[1] = "authorization_pending";
  g_assert_true(token_sign_in_device(f.source, count_down, &seen, NULL, NULL));
  g_assert_cmpint(seen.shown, ==, 1);
  g_assert_cmpint(seen.ticks, ==, 6); /* three intervals of two seconds */
  g_assert_cmpint(seen.last, <=, 95);
  g_autofree char *line = script_server_line(f.server, 1);
  g_assert_true(g_str_has_suffix(line, "/devicecode?mkt=de-AT"));
  token_tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/token/challenge-header", test_challenge_header);
  g_test_add_func("/token/challenge", test_challenge);
  g_test_add_func("/token/challenge-refused", test_challenge_refused);
  g_test_add_func("/token/challenge-meanwhile", test_challenge_meanwhile);
  g_test_add_func("/token/federated", test_federated);
  g_test_add_func("/token/federated-rotated", test_rotated);
  g_test_add_func("/token/kinds", test_kinds);
  g_test_add_func("/token/clouds", test_clouds);
  g_test_add_func("/token/refusals", test_refusals);
  g_test_add_func("/token/refusal-words", test_refusal_words);
  g_test_add_func("/token/refresh-unsaved", test_refresh_unsaved);
  g_test_add_func("/token/turns", test_turns);
  g_test_add_func("/token/device-counts-down", test_device_counts_down);
  return g_test_run();
}
