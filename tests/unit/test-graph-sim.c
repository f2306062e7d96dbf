/* The Graph room against the simulated tenant: the main job's calls one after
 * the other, then again while the tenant misbehaves. */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "graph/groups.h"
#include "graph/mail.h"
#include "graph/organization.h"
#include "graph/users.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET   "simulated-secret"
#define BIT(f)   (G_GUINT64_CONSTANT(1) << (f))
#define ALL      (BIT(FIELD_N) - 1)
#define PATIENCE 60

typedef struct {
  GPid pid;
  int output;
  char *url, *tenant, *group, *client_id, *device_id;
  HttpSession *http;
  Credentials *credentials;
  TokenSource *tokens;
  Throttle *throttle;
  GraphClient *client;
} Tenant;

static char *program;

static gboolean
find_program(void)
{
  const char *build = g_getenv("top_builddir");
  static const char *const places[] = {"src/sim/usher-sim", "usher-sim"};
  for (guint i = 0; i < G_N_ELEMENTS(places) && !program; i++) {
    g_autofree char *path = g_build_filename(build ? build : ".", places[i], NULL);
    if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
      program = g_steal_pointer(&path);
  }
  return program != NULL;
}

/* The one line that it prints when it is ready. */
static cJSON *
read_ready(int output)
{
  g_autoptr(GString) line = g_string_new(NULL);
  char c;
  while (read(output, &c, 1) == 1 && c != '\n')
    g_string_append_c(line, c);
  return cJSON_Parse(line->str);
}

static void
sign_in(Tenant *t, SignInKind kind)
{
  const TokenOptions tokens = {.kind = kind,
                               .login_url = t->url,
                               .graph_url = t->url,
                               .tenant = t->tenant,
                               .client_id =
                                   kind == SIGN_IN_DEVICE_CODE ? t->device_id : t->client_id,
                               .credentials = t->credentials,
                               .http = t->http};
  t->tokens = token_source_new(&tokens);
  const GraphOptions graph = {.graph_url = t->url,
                              .http = t->http,
                              .tokens = t->tokens,
                              .throttle = t->throttle,
                              .patience = PATIENCE,
                              .delegated = kind == SIGN_IN_DEVICE_CODE};
  t->client = graph_client_new(&graph);
}

static void
start_with(Tenant *t, SignInKind kind, const char *const *more, guint n, const char *ca_bundle)
{
  const char *argv[8] = {program, "--accounts", "900", "--with-parent"};
  for (guint i = 0; i < n; i++)
    argv[4 + i] = more[i];
  g_autoptr(GError) error = NULL;
  memset(t, 0, sizeof *t);
  g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                           &t->pid, NULL, &t->output, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(cJSON) ready = read_ready(t->output);
  g_assert_nonnull(ready);
  t->url = g_strdup(json_string(ready, "url"));
  t->tenant = g_strdup(json_string(ready, "tenant"));
  t->client_id = g_strdup(json_string(ready, "client_id"));
  t->device_id = g_strdup("51515151-0000-4000-8000-0000000000dc");
  t->group = g_strdup(json_string(json_object(ready, "groups"), "Specialists"));
  g_assert_nonnull(t->group);
  const HttpOptions options = {.total_timeout_ms = 20000, .ca_bundle = ca_bundle};
  t->http = http_session_new(&options);
  t->credentials = credentials_new_memory();
  t->throttle = throttle_new(4);
  g_autoptr(Secret) secret = secret_new(SECRET, -1);
  credentials_save(t->credentials, "client-secret", secret, NULL, NULL);
  sign_in(t, kind);
}

static void
start(Tenant *t, SignInKind kind, const char *option)
{
  start_with(t, kind, &option, option ? 1 : 0, NULL);
}

static void
stop(Tenant *t)
{
  graph_client_free(t->client);
  token_source_free(t->tokens);
  throttle_unref(t->throttle);
  credentials_free(t->credentials);
  http_session_free(t->http);
  kill(t->pid, SIGTERM);
  waitpid(t->pid, NULL, 0);
  close(t->output);
  g_free(t->url);
  g_free(t->tenant);
  g_free(t->group);
  g_free(t->client_id);
  g_free(t->device_id);
}

/* A control of the simulator; the answer's body. */
static char *
control(Tenant *t, const char *method, const char *path, const char *body)
{
  g_autofree char *url = g_strconcat(t->url, path, NULL);
  const HttpRequest request = {.method = method, .url = url, .body = body, .body_length = -1};
  g_autoptr(HttpResponse) response = http_send(t->http, &request, NULL, NULL, NULL);
  g_assert_nonnull(response);
  g_assert_cmpint(response->status, <, 300);
  return g_strdup(response->body);
}

static void
faults(Tenant *t, const char *spec)
{
  g_free(control(t, "POST", "/sim/faults", "none")); /* else they add up */
  g_free(control(t, "POST", "/sim/faults", spec));
}

static Snapshot *
list(Tenant *t, guint64 fields, GError **error)
{
  const GraphReading reading = {.fields = fields,
                                .expiry_property = "extensionAttribute15",
                                .group_id = t->group,
                                .roster = "Specialists"};
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  return graph_users_list_members(t->client, t->group, &reading, builder, NULL, NULL, NULL, error)
             ? snapshot_builder_snapshot(builder, 1)
             : NULL;
}

static guint
count_number(const Snapshot *all, FieldId field, gint64 number)
{
  guint n = 0;
  for (guint i = 0; i < snapshot_count(all); i++)
    n += snapshot_number(all, i, field) == number;
  return n;
}

static void
test_list(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  g_autoptr(GraphOrganization) organization = graph_organization_get(t.client, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(organization->default_domain, ==, "contoso.com");
  g_autoptr(Snapshot) all = list(&t, ALL, &error);
  g_assert_no_error(error);
  guint n = snapshot_count(all);
  g_assert_cmpuint(n, >=, 100);
  for (guint i = 0; i < n; i++) {
    g_assert_nonnull(snapshot_text(all, i, FIELD_NAME));
    g_assert_nonnull(snapshot_text(all, i, FIELD_USER));
    g_assert_cmpint(snapshot_number(all, i, FIELD_STATE), !=, STATE_UNKNOWN);
    g_assert_cmpint(snapshot_number(all, i, FIELD_CREATED), >, 0);
    g_assert_cmpint(snapshot_number(all, i, FIELD_SIGN_IN), >=, 0); /* known, or never */
    g_assert_cmpint(snapshot_number(all, i, FIELD_LICENCE), !=, LICENCE_UNKNOWN);
  }
  g_assert_cmpuint(count_number(all, FIELD_LICENCE, LICENCE_OK), >, 0);
  g_assert_cmpuint(count_number(all, FIELD_EXPIRES, MOMENT_NONE), <, n);
  guint with_sponsor = 0;
  for (guint i = 0; i < n; i++)
    with_sponsor += snapshot_text(all, i, FIELD_SPONSOR) != NULL;
  g_assert_cmpuint(with_sponsor, >, 0);
  g_autoptr(Snapshot) cheap = list(&t, 0, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(snapshot_count(cheap), ==, n);
  stop(&t);
}

static void
test_no_premium(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  start(&t, SIGN_IN_CLIENT_SECRET, "--no-premium");
  g_autoptr(Snapshot) all = list(&t, BIT(FIELD_NAME) | BIT(FIELD_SIGN_IN), &error);
  g_assert_no_error(error);
  g_assert_cmpuint(count_number(all, FIELD_SIGN_IN, MOMENT_UNLICENSED), ==, snapshot_count(all));
  const GraphReading reading = {.fields = BIT(FIELD_SIGN_IN)};
  g_autoptr(Account) one =
      graph_users_get(t.client, snapshot_text(all, 0, FIELD_ID), &reading, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpint(account_number(one, FIELD_SIGN_IN), ==, MOMENT_UNLICENSED);
  stop(&t);
}

/* The same roster, whatever the tenant does to us. */
static void
test_list_faults(void)
{
  static const char *const specs[] = {
      "429=10%,503=10%,retry-after=0,seed=3",
      "500=10%,503=10%,504=5%,seed=4",
      "reset=10%,lost=10%,seed=5",
      "slow=20%,seed=6",
  };
  Tenant t;
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  g_autoptr(Snapshot) all = list(&t, BIT(FIELD_NAME) | BIT(FIELD_SIGN_IN), NULL);
  for (guint i = 0; i < G_N_ELEMENTS(specs); i++)
    for (int n = 0; n < 3; n++) {
      g_autoptr(GError) error = NULL;
      faults(&t, specs[i]);
      g_autoptr(Snapshot) again = list(&t, BIT(FIELD_NAME) | BIT(FIELD_SIGN_IN), &error);
      g_assert_no_error(error);
      faults(&t, "none");
      g_assert_cmpuint(snapshot_count(again), ==, snapshot_count(all));
      for (guint row = 0, there; row < snapshot_count(all); row++)
        g_assert_true(snapshot_find(again, snapshot_text(all, row, FIELD_ID), &there));
    }
  stop(&t);
}

/* Cut off and garbled answers: an error each time, never a crash or half a roster. */
static void
test_broken_answers(void)
{
  static const char *const specs[] = {"truncate=100%,path=/v1.0/groups", "garbage=100%,path=/v1.0"};
  Tenant t;
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(specs); i++) {
    g_autoptr(GError) error = NULL;
    faults(&t, specs[i]);
    g_assert_null(list(&t, 0, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  }
  stop(&t);
}

static char *
create(Tenant *t, const char *name, GraphTrace *trace, GError **error)
{
  g_autofree char *user = g_strdup_printf("%s@contoso.com", name);
  g_autofree char *mail = g_strdup_printf("%s@example.org", name);
  const GraphProperty properties[] = {
      {"accountEnabled", "true"},     {"displayName", "Lovelace, Ada (External)"},
      {"mailNickname", "ada"},        {"userPrincipalName", user},
      {"usageLocation", "DE"},        {"otherMails", mail},
      {"mobilePhone", "+49 151 2345"}};
  g_autoptr(Secret) password = secret_new("Xy7-pq_R9-long", -1);
  return graph_users_create(t->client, properties, G_N_ELEMENTS(properties), password, TRUE, trace,
                            NULL, error);
}

/* Waits for what happens a moment later; ends the test if it does not. */
static LicenceState
await_licence(Tenant *t, const char *id, const GraphGroup *group)
{
  LicenceState state = LICENCE_PENDING;
  gint64 end = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;
  while (state == LICENCE_PENDING && g_get_monotonic_time() < end) {
    g_assert_true(graph_licence_state(t->client, id, group, &state, NULL, NULL, NULL));
    g_usleep(50000);
  }
  return state;
}

static const Taken *
find_taken(GPtrArray *found, const char *id)
{
  for (guint i = 0; i < found->len; i++)
    if (strcmp(((Taken *)found->pdata[i])->id, id) == 0)
      return found->pdata[i];
  return NULL;
}

static void
test_life(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  GraphTrace trace = {0};
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  g_autoptr(GPtrArray) free_before =
      graph_users_find_taken(t.client, "ada.ext@contoso.com", "ada.ext@example.org", NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(free_before->len, ==, 0);
  g_autofree char *id = create(&t, "ada.ext", &trace, &error);
  g_assert_no_error(error);
  g_assert_cmpint(trace.http_status, ==, 201);
  g_assert_true(trace.request_id[0] != '\0');
  g_assert_null(create(&t, "ada.ext", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_clear_error(&error);

  /* Group, twice; licence; membership. */
  g_autoptr(GraphGroup) group = graph_groups_find(t.client, "Specialists", NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(group->id, ==, t.group);
  gboolean member = TRUE;
  g_assert_true(graph_groups_is_member(t.client, group->id, id, &member, NULL, &error));
  g_assert_false(member);
  for (int i = 0; i < 2; i++) {
    g_assert_true(graph_groups_add(t.client, group->id, id, NULL, NULL, &error));
    g_assert_no_error(error);
  }
  g_assert_true(graph_groups_is_member(t.client, group->id, id, &member, NULL, &error));
  g_assert_no_error(error);
  g_assert_true(member);
  g_assert_cmpint(await_licence(&t, id, group), ==, LICENCE_OK);
  g_autoptr(GPtrArray) skus = graph_skus(t.client, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(skus->len, >, 0);

  /* End date and sponsor. */
  g_autoptr(Snapshot) all = list(&t, BIT(FIELD_NAME), NULL);
  guint row = 0;
  while (strcmp(snapshot_text(all, row, FIELD_ID), id) == 0)
    row++;
  const char *sponsor = snapshot_text(all, row, FIELD_ID);
  const GraphProperty expiry[] = {{"extensionAttribute15", "2027-01-31"}};
  g_assert_true(graph_users_update(t.client, id, expiry, 1, NULL, NULL, NULL, &error));
  g_assert_no_error(error);
  for (int i = 0; i < 2; i++) {
    g_assert_true(graph_users_add_sponsor(t.client, id, sponsor, NULL, NULL, &error));
    g_assert_no_error(error);
  }
  const GraphReading reading = {
      .fields = ALL, .expiry_property = "extensionAttribute15", .group_id = t.group};
  g_autoptr(Account) account =
      graph_users_get(t.client, "ada.ext@contoso.com", &reading, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(account_text(account, FIELD_ID), ==, id);
  g_assert_cmpint(account_number(account, FIELD_EXPIRES), ==, 1801353600);
  g_assert_cmpstr(account_text(account, FIELD_SPONSOR_ID), ==, sponsor);
  g_assert_cmpstr(account_text(account, FIELD_EXTERNAL), ==, "ada.ext@example.org");
  g_assert_cmpint(account_number(account, FIELD_SIGN_IN), ==, MOMENT_NONE);
  g_assert_cmpint(account_number(account, FIELD_LICENCE), ==, LICENCE_OK);
  g_assert_nonnull(strstr(account_text(account, FIELD_GROUP), "Specialists"));
  g_autoptr(GPtrArray) candidates =
      graph_users_search(t.client, "ada.ext@example.org", 5, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(candidates->len, ==, 1);

  /* Out of the group, away, found again in the deleted container, back. */
  g_assert_true(graph_users_remove_sponsor(t.client, id, sponsor, NULL, NULL, &error));
  g_assert_true(graph_groups_remove(t.client, group->id, id, NULL, NULL, &error));
  g_assert_true(graph_groups_remove(t.client, group->id, id, NULL, NULL, &error));
  g_assert_no_error(error);
  g_assert_true(graph_users_revoke_sessions(t.client, id, NULL, NULL, &error));
  g_assert_no_error(error);
  g_autoptr(Secret) pass = graph_users_issue_pass(t.client, id, 60, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(secret_length(pass), >, 4);
  g_assert_true(graph_users_remove(t.client, id, NULL, NULL, &error));
  g_assert_true(graph_users_remove(t.client, id, NULL, NULL, &error));
  g_assert_no_error(error);
  static const char *const questions[][2] = {{"ada.ext@contoso.com", NULL},
                                             {NULL, "ada.ext@example.org"}};
  for (guint i = 0; i < G_N_ELEMENTS(questions); i++) {
    g_autoptr(GPtrArray) found =
        graph_users_find_taken(t.client, questions[i][0], questions[i][1], NULL, &error);
    g_assert_no_error(error);
    const Taken *taken = find_taken(found, id);
    g_assert_nonnull(taken);
    g_assert_cmpint(taken->where, ==, TAKEN_DELETED);
    g_assert_cmpint(taken->deleted, >, 0);
  }
  g_assert_true(graph_users_restore(t.client, id, NULL, NULL, NULL, &error));
  g_assert_no_error(error);
  g_autoptr(GPtrArray) live =
      graph_users_find_taken(t.client, "ada.ext@contoso.com", NULL, NULL, &error);
  g_assert_cmpint(find_taken(live, id)->where, ==, TAKEN_USER_NAME);
  stop(&t);
}

/* The tenant makes the account and the answer is lost: sent once, and to be found. */
static void
test_lost_creation(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  GraphTrace trace = {0};
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  g_autoptr(Snapshot) warm = list(&t, BIT(FIELD_NAME), NULL);
  g_assert_nonnull(warm);
  faults(&t, "lost=100%,path=/v1.0/users");
  g_assert_null(create(&t, "lost.ext", &trace, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
  g_assert_true(trace.maybe_processed);
  faults(&t, "none");
  g_autofree char *requests = control(&t, "GET", "/sim/requests", NULL);
  guint posts = 0;
  for (const char *at = requests; (at = strstr(at, "\"POST\"")); at++)
    posts += strstr(at, "/v1.0/users\"") && strstr(at, "/v1.0/users\"") < at + 80;
  g_assert_cmpuint(posts, ==, 1);
  g_clear_error(&error);
  g_autoptr(GPtrArray) found =
      graph_users_find_taken(t.client, "lost.ext@contoso.com", NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(found->len, ==, 1);
  stop(&t);
}

static void
test_mail(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  g_autoptr(Secret) mime = secret_new("From: svc-usher@contoso.com\r\nTo: ada@example.org\r\n"
                                      "Subject: Welcome to the test\r\n\r\nHello\r\n",
                                      -1);
  g_assert_true(graph_mail_send(t.client, "svc-usher@contoso.com", mime, NULL, NULL, &error));
  g_assert_no_error(error);
  g_autofree char *outbox = control(&t, "GET", "/sim/outbox", NULL);
  g_assert_nonnull(strstr(outbox, "Welcome to the test"));
  g_assert_nonnull(strstr(outbox, "ada@example.org"));
  stop(&t);
}

static void
test_token_expires(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  g_autoptr(GraphOrganization) before = graph_organization_get(t.client, NULL, &error);
  g_assert_no_error(error);
  faults(&t, "expire=100%,path=/v1.0/organization");
  g_assert_null(graph_organization_get(t.client, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  faults(&t, "none");
  g_clear_error(&error);
  g_autoptr(GraphOrganization) after = graph_organization_get(t.client, NULL, &error);
  g_assert_no_error(error);
  stop(&t);
}

static void
approve(const DeviceCode *code, gpointer data)
{
  g_autofree char *path = g_strdup_printf("/sim/approve?user_code=%s", code->user_code);
  g_free(control(data, "POST", path, NULL));
}

static void
decline(const DeviceCode *code, gpointer data)
{
  g_autofree char *path = g_strdup_printf("/sim/decline?user_code=%s", code->user_code);
  g_free(control(data, "POST", path, NULL));
}

static void
test_device_code(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  start(&t, SIGN_IN_DEVICE_CODE, NULL);
  g_assert_false(token_sign_in_device(t.tokens, decline, &t, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_clear_error(&error);
  g_assert_true(token_sign_in_device(t.tokens, approve, &t, NULL, &error));
  g_assert_no_error(error);
  g_autoptr(Account) me = graph_users_me(t.client, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(account_text(me, FIELD_USER));
  g_autofree char *granted = token_source_granted(t.tokens);
  g_assert_nonnull(strstr(granted, "User.Read"));
  /* The stored refresh token is enough for the next run. */
  graph_client_free(t.client);
  token_source_free(t.tokens);
  sign_in(&t, SIGN_IN_DEVICE_CODE);
  g_autoptr(Account) again = graph_users_me(t.client, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(account_text(again, FIELD_ID), ==, account_text(me, FIELD_ID));
  stop(&t);
}

static void
test_wrong_secret(void)
{
  Tenant t;
  g_autoptr(GError) error = NULL;
  start(&t, SIGN_IN_CLIENT_SECRET, NULL);
  g_autoptr(Secret) wrong = secret_new("wrong", -1);
  credentials_save(t.credentials, "client-secret", wrong, NULL, NULL);
  g_assert_null(graph_organization_get(t.client, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_cmpstr(error_service_code(error), ==, "invalid_client");
  stop(&t);
}

/* A certificate of its own for 127.0.0.1 in `folder`; FALSE without openssl. */
static gboolean
make_certificate(const char *folder)
{
  const char *argv[] = {"openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=127.0.0.1",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        "key.pem",
                        "-out",
                        "cert.pem",
                        NULL};
  int status = -1;
  return g_spawn_sync(folder, (char **)argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, NULL, NULL, &status, NULL) &&
         g_spawn_check_wait_status(status, NULL);
}

/* A certificate that nobody vouches for gets no request, and so no secret. */
static void
test_tls(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-tls-XXXXXX", NULL);
  g_autofree char *certificate = g_build_filename(folder, "cert.pem", NULL);
  g_autofree char *key = g_build_filename(folder, "key.pem", NULL);
  if (make_certificate(folder)) {
    Tenant t;
    g_autoptr(GError) error = NULL;
    const char *more[] = {"--tls", certificate, key};
    start_with(&t, SIGN_IN_CLIENT_SECRET, more, G_N_ELEMENTS(more), certificate);
    g_assert_true(g_str_has_prefix(t.url, "https://"));
    g_autoptr(GraphOrganization) organization = graph_organization_get(t.client, NULL, &error);
    g_assert_no_error(error);
    const HttpOptions options = {0};
    g_autoptr(HttpSession) strict = http_session_new(&options);
    const HttpRequest request = {.method = "GET", .url = t.url, .body_length = -1};
    gboolean processed = TRUE;
    g_assert_null(http_send(strict, &request, &processed, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
    g_assert_false(processed);
    g_assert_nonnull(strstr(error->message, "certificate"));
    stop(&t);
  } else
    g_test_skip("openssl is not installed");
  g_unlink(certificate);
  g_unlink(key);
  g_rmdir(folder);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  if (!find_program()) {
    g_print("1..0 # SKIP usher-sim is not built\n");
    return 0;
  }
  g_test_add_func("/graph-sim/list", test_list);
  g_test_add_func("/graph-sim/no-premium", test_no_premium);
  g_test_add_func("/graph-sim/list-faults", test_list_faults);
  g_test_add_func("/graph-sim/broken-answers", test_broken_answers);
  g_test_add_func("/graph-sim/life", test_life);
  g_test_add_func("/graph-sim/lost-creation", test_lost_creation);
  g_test_add_func("/graph-sim/mail", test_mail);
  g_test_add_func("/graph-sim/token-expires", test_token_expires);
  g_test_add_func("/graph-sim/device-code", test_device_code);
  g_test_add_func("/graph-sim/wrong-secret", test_wrong_secret);
  g_test_add_func("/graph-sim/tls", test_tls);
  return g_test_run();
}
