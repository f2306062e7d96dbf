/* The Graph client against a scripted service: what is sent, what is made of
 * the answers, and what is refused. Listings have a program of their own. */
#include "base/error.h"
#include "graph-service.h"
#include "graph/mail.h"
#include "graph/organization.h"
#include <string.h>

static void
test_endpoints(void)
{
  for (const Endpoint *row = endpoints(); row->id; row++) {
    g_assert_true(row->path[0] == '/');
    g_assert_nonnull(row->delegated);
    g_assert_nonnull(row->application);
    g_assert_nonnull(row->source);
    g_assert_true(endpoint_find(row->id) == row); /* no id twice */
    gboolean post = strcmp(row->method, "POST") == 0;
    g_assert_true(post || row->repeat == REPEAT_HARMLESS);
    /* The one URL that must never lose its end: without it, it deletes a user. */
    if (strcmp(row->method, "DELETE") == 0 && strstr(row->path, "/members/"))
      g_assert_true(g_str_has_suffix(row->path, "/members/{member}/$ref"));
    if (strcmp(row->method, "DELETE") == 0 && strstr(row->path, "/sponsors/"))
      g_assert_true(g_str_has_suffix(row->path, "/$ref"));
  }
  g_assert_null(endpoint_find("nothing"));
}

static void
test_urls(void)
{
  Fixture f;
  set_up(&f, NULL);
  const GraphCall removal = {.endpoint = "groups.remove", .id = GROUP, .other = ADA};
  g_autofree char *url = graph_call_url(f.client, &removal);
  g_autofree char *expected =
      g_strconcat(script_server_url(f.server), "/v1.0/groups/" GROUP "/members/" ADA "/$ref", NULL);
  g_assert_cmpstr(url, ==, expected);
  const GraphCall guest = {
      .endpoint = "users.get", .id = "a+b/c?_x.com#EXT#@contoso.com", .query = "$select=id"};
  g_autofree char *guest_url = graph_call_url(f.client, &guest);
  g_assert_true(g_str_has_suffix(
      guest_url, "/v1.0/users/a%2Bb%2Fc%3F_x.com%23EXT%23%40contoso.com?$select=id"));
  g_autofree char *literal = graph_literal("o'neil&#x");
  g_assert_cmpstr(literal, ==, "'o%27%27neil%26%23x'");
  tear_down(&f);
}

/* An id that is empty or dotted would name something else: nothing is sent. */
static void
test_empty_ids(void)
{
  static const char *const ids[] = {"", ".", ".."};
  Fixture f;
  set_up(&f, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(graph_users_remove(f.client, ids[i], NULL, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(graph_groups_remove(f.client, GROUP, ids[i], NULL, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  }
  g_assert_cmpuint(script_server_requests(f.server), ==, 0);
  tear_down(&f);
}

#define PROPERTIES                                                                                 \
  {"accountEnabled", "true"}, {"displayName", "Lovelace, \"Ada\""},                                \
      {"userPrincipalName", "ada@contoso.com"}, {"otherMails", "a@x.org\nb@x.org"},                \
      {"extensionAttribute15", "2027-01-31"},                                                      \
  {                                                                                                \
    "mobilePhone", NULL                                                                            \
  }

static void
test_create(void)
{
  Rule rules[] = {{"POST /v1.0/users", 201, "{\"id\":\"" ADA "\"}"}, {NULL}};
  const GraphProperty properties[] = {PROPERTIES};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(Secret) password = secret_new("p\"w\\d", -1);
  g_autoptr(GError) error = NULL;
  GraphTrace trace = {.client_request_id = "chosen-before"};
  g_autofree char *id = graph_users_create(f.client, properties, G_N_ELEMENTS(properties), password,
                                           TRUE, &trace, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(id, ==, ADA);
  g_assert_cmpstr(trace.client_request_id, ==, "chosen-before");
  g_assert_cmpstr(f.last_id, ==, "chosen-before");
  g_assert_cmpstr(trace.request_id, ==, "req-7");
  g_assert_cmpint(trace.http_status, ==, 201);
  g_assert_false(trace.maybe_processed);
  g_assert_cmpint(graph_client_clock_skew(f.client), !=, 0);
  g_assert_cmpstr(f.log->str, ==,
                  "POST /v1.0/users {\"accountEnabled\":true,\"displayName\":\"Lovelace, "
                  "\\\"Ada\\\"\",\"userPrincipalName\":\"ada@contoso.com\",\"otherMails\":["
                  "\"a@x.org\",\"b@x.org\"],\"mobilePhone\":null,"
                  "\"onPremisesExtensionAttributes\":{\"extensionAttribute15\":\"2027-01-31\"},"
                  "\"passwordProfile\":{\"forceChangePasswordNextSignIn\":true,\"password\":"
                  "\"p\\\"w\\\\d\"}}\n");
  tear_down(&f);
}

static char *
create_ada(Fixture *f, GraphTrace *trace, GError **error)
{
  const GraphProperty properties[] = {PROPERTIES};
  g_autoptr(Secret) password = secret_new("pa55-word", -1);
  return graph_users_create(f->client, properties, G_N_ELEMENTS(properties), password, TRUE, trace,
                            NULL, error);
}

/* Whether a name is taken is looked up, whatever words the service has for it. */
static void
test_create_conflict(void)
{
  Rule rules[] = {{"POST /v1.0/users", 400,
                   "{\"error\":{\"code\":\"Request_BadRequest\",\"message\":\"pa55 no\"}}"},
                  {"GET /v1.0/users/ada%40contoso.com", 200, "{\"id\":\"" ADA "\"}"},
                  {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(GError) error = NULL;
  g_assert_null(create_ada(&f, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  rules[1].status = 404;
  g_clear_error(&error);
  g_assert_null(create_ada(&f, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SERVICE);
  g_assert_cmpstr(error_service_code(error), ==, "Request_BadRequest");
  g_assert_nonnull(strstr(error->message, "ada@contoso.com"));
  rules[0].body = "{\"error\":{\"code\":\"Request_BadRequest\",\"message\":\"x\",\"details\":["
                  "{\"code\":\"ObjectConflict\",\"target\":\"userPrincipalName\"}]}}";
  g_clear_error(&error);
  g_assert_null(create_ada(&f, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  tear_down(&f);
}

/* A creation whose answer is lost is never sent again, also on a warm connection. */
static void
test_create_lost(void)
{
  Rule rules[] = {{"POST /v1.0/users", 0, NULL, TRUE},
                  {"GET /v1.0/organization", 200,
                   "{\"value\":[{\"id\":\"t\",\"displayName\":\"Contoso\",\"verifiedDomains\":"
                   "[{\"name\":\"a.onmicrosoft.com\"},{\"name\":\"contoso.com\",\"isDefault\":"
                   "true}]}]}"},
                  {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(GraphOrganization) organization = graph_organization_get(f.client, NULL, NULL);
  g_assert_cmpstr(organization->name, ==, "Contoso");
  g_assert_cmpstr(organization->default_domain, ==, "contoso.com");
  g_assert_cmpstr(organization->domains[0], ==, "a.onmicrosoft.com");
  g_autoptr(GError) error = NULL;
  GraphTrace trace = {0};
  g_assert_null(create_ada(&f, &trace, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
  g_assert_true(trace.maybe_processed);
  g_assert_cmpint(rules[0].used, ==, 1);
  g_assert_null(strstr(error->message, "pa55"));
  /* Created, but the answer is not to be read: that, too, must be looked up. */
  rules[0] = (Rule){"POST /v1.0/users", 201, "{\"id\":"};
  g_clear_error(&error);
  trace.maybe_processed = FALSE;
  g_assert_null(create_ada(&f, &trace, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  g_assert_true(trace.maybe_processed);
  tear_down(&f);
}

static void
test_update(void)
{
  Rule rules[] = {{"PATCH /v1.0/users/" ADA, 204}, {"DELETE /v1.0/users/" ADA, 204}, {NULL}};
  const GraphProperty properties[] = {{"accountEnabled", "false"}, {"otherMails", NULL}};
  Fixture f;
  set_up(&f, rules);
  g_assert_true(graph_users_update(f.client, ADA, properties, 2, NULL, NULL, NULL, NULL));
  g_assert_true(graph_users_remove(f.client, ADA, NULL, NULL, NULL));
  g_assert_true(graph_users_remove(f.client, GRACE, NULL, NULL, NULL)); /* 404: gone already */
  g_assert_cmpstr(f.log->str, ==,
                  "PATCH /v1.0/users/" ADA " {\"accountEnabled\":false,\"otherMails\":[]}\n"
                  "DELETE /v1.0/users/" ADA "\nDELETE /v1.0/users/" GRACE "\n");
  tear_down(&f);
}

static void
test_401(void)
{
  Rule rules[] = {{"GET /v1.0/users/", 200, "{\"id\":\"" ADA "\"}"}, {NULL}};
  Fixture f;
  set_up(&f, rules);
  f.refused_token = "first";
  g_autoptr(Account) account = graph_users_get(f.client, ADA, NULL, NULL, NULL);
  g_assert_cmpstr(account_text(account, FIELD_ID), ==, ADA);
  g_assert_cmpuint(f.tokens_made, ==, 2);
  f.refused_token = "all";
  g_autoptr(GError) error = NULL;
  g_assert_null(graph_users_get(f.client, ADA, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_cmpuint(f.tokens_made, ==, 3);
  tear_down(&f);
}

static void
test_error_bodies(void)
{
  static const struct {
    int status;
    const char *body;
    int code;
    const char *service_code, *words;
  } cases[] = {
      {403,
       "{\"error\":{\"code\":\"Authorization_RequestDenied\",\"message\":\"Insufficient "
       "privileges\"}}",
       USHER_ERROR_REFUSED, "Authorization_RequestDenied", "User.Read.All"},
      {403, "{\"error\":{\"code\":\"\",\"message\":\"\"}}", USHER_ERROR_REFUSED, NULL,
       "User.Read.All"},
      {400,
       "{\"error\":{\"code\":\"outer\",\"message\":\"m\",\"innererror\":{\"code\":\"inner\","
       "\"innerError\":{\"code\":\"innermost\",\"request-id\":\"x\"}}}}",
       USHER_ERROR_SERVICE, "innermost", "m"},
      {404, "{\"error\":{\"code\":\"Request_ResourceNotFound\",\"message\":\"no\"}}",
       USHER_ERROR_NOT_FOUND, "Request_ResourceNotFound", "no"},
      {409, "{}", USHER_ERROR_CONFLICT, NULL, "409"},
      {400, "<html>not JSON \xff</html>", USHER_ERROR_SERVICE, NULL, "400"},
      {400, "", USHER_ERROR_SERVICE, NULL, "400"},
      {400, "{\"error\":[1]}", USHER_ERROR_SERVICE, NULL, "400"},
      {400, "{\"error\":{\"message\":\"bad \xff byte\\nsecond line\"}}", USHER_ERROR_SERVICE, NULL,
       "byte"},
      {302, "", USHER_ERROR_SERVICE, NULL, "302"},
      {200, "{\"id\":\"x\"", USHER_ERROR_PROTOCOL, NULL, "cut off"},
      {200, "[]", USHER_ERROR_PROTOCOL, NULL, "malformed"},
      {200, "{}", USHER_ERROR_PROTOCOL, NULL, "malformed"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    Rule rules[] = {{"GET /v1.0/users/", cases[i].status, cases[i].body}, {NULL}};
    Fixture f;
    set_up(&f, rules);
    g_autoptr(GError) error = NULL;
    g_assert_null(graph_users_get(f.client, "ada@contoso.com", NULL, NULL, &error));
    g_assert_cmpint(error->code, ==, cases[i].code);
    g_assert_cmpstr(error_service_code(error), ==, cases[i].service_code);
    g_assert_nonnull(strstr(error->message, "ada@contoso.com"));
    g_assert_nonnull(strstr(error->message, cases[i].words));
    g_assert_null(strstr(error->message, "second line"));
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    if (cases[i].status >= 300)
      g_assert_cmpstr(error_request_id(error), ==, "req-7");
    tear_down(&f);
  }
}

#define HEX32 "0123456789abcdef0123456789ABCDEF"

static void
test_find_taken(void)
{
  Rule rules[] = {
      {"GET /v1.0/users?", 200,
       "{\"value\":[{\"id\":\"1\",\"userPrincipalName\":\"Ada@Contoso.com\",\"displayName\":\"A\"},"
       "{\"id\":\"2\",\"userPrincipalName\":\"x@contoso.com\",\"otherMails\":[\"o'neil@x.org\"]},"
       "{\"id\":\"3\",\"userPrincipalName\":\"y\",\"proxyAddresses\":[\"SMTP:O'NEIL@x.org\"]},"
       "{\"id\":\"4\",\"userPrincipalName\":\"z\",\"mail\":\"o'neil@x.org\"},"
       "{\"id\":\"5\",\"userPrincipalName\":\"unrelated\"},{\"noid\":1}]}"},
      {"GET /v1.0/directory/deletedItems/microsoft.graph.user?$filter=endsWith(", 200,
       "{\"value\":[{\"id\":\"6\",\"userPrincipalName\":\"" HEX32
       "ada@contoso.com\",\"deletedDateTime\":\"2026-01-02T03:04:05Z\"},"
       "{\"id\":\"7\",\"userPrincipalName\":\"" HEX32 "lada@contoso.com\"}]}"},
      {"GET /v1.0/directory/deletedItems/", 200, "{\"value\":[]}"},
      {NULL}};
  static const TakenWhere where[] = {TAKEN_USER_NAME, TAKEN_OTHER_MAIL, TAKEN_PROXY, TAKEN_MAIL,
                                     TAKEN_DELETED};
  static const char *const ids[] = {"1", "2", "3", "4", "6"};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) found =
      graph_users_find_taken(f.client, "ada@contoso.com", "o'neil@x.org", NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(found->len, ==, G_N_ELEMENTS(ids));
  for (guint i = 0; i < found->len; i++) {
    const Taken *taken = found->pdata[i];
    g_assert_cmpstr(taken->id, ==, ids[i]);
    g_assert_cmpint(taken->where, ==, where[i]);
    g_assert_cmpstr(taken->address, ==, i == 0 || i == 4 ? "ada@contoso.com" : "o'neil@x.org");
  }
  g_assert_cmpint(((Taken *)found->pdata[4])->deleted, ==, 1767323045);
  g_assert_nonnull(strstr(f.log->str, "otherMails/any(x:x%20eq%20'o%27%27neil%40x.org')"));
  g_assert_true(f.last_eventual); /* the endsWith */
  g_autoptr(GPtrArray) none = graph_users_find_taken(f.client, NULL, "", NULL, NULL);
  g_assert_cmpuint(none->len, ==, 0);
  tear_down(&f);
}

static void
test_groups(void)
{
  Rule rules[] = {
      {"POST /v1.0/groups/" GROUP "/members/$ref", 400, "{\"error\":{\"code\":\"x\"}}"},
      {"POST /v1.0/users/" ADA "/checkMemberGroups", 200, "{\"value\":[\"" GROUP "\"]}"},
      {"POST /v1.0/users/" GRACE "/checkMemberGroups", 200, "{\"value\":[]}"},
      {"GET /v1.0/groups/" GROUP "/members/microsoft.graph.user?$filter=", 200,
       "{\"value\":[{\"id\":\"" ADA "\"}]}"},
      {"GET /v1.0/groups?$filter=displayName%20eq%20'Two'", 200,
       "{\"value\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"},
      {"GET /v1.0/groups?$filter=displayName%20eq%20'None'", 200, "{\"value\":[]}"},
      {"GET /v1.0/groups?", 200,
       "{\"value\":[{\"id\":\"" GROUP "\",\"displayName\":\"O'Group\",\"groupTypes\":["
       "\"DynamicMembership\"],\"onPremisesSyncEnabled\":true}]}"},
      {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(GError) error = NULL;
  /* A member already: well. Not a member, and refused: an error. */
  g_assert_true(graph_groups_add(f.client, GROUP, ADA, NULL, NULL, &error));
  g_assert_no_error(error);
  g_assert_nonnull(strstr(f.log->str, "/v1.0/directoryObjects/" ADA "\"}"));
  g_assert_false(graph_groups_add(f.client, GROUP, GRACE, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SERVICE);
  g_clear_error(&error);
  g_assert_true(graph_groups_remove(f.client, GROUP, ADA, NULL, NULL, NULL)); /* 404 */
  g_assert_nonnull(strstr(f.log->str, "DELETE /v1.0/groups/" GROUP "/members/" ADA "/$ref\n"));
  g_autoptr(GraphGroup) group = graph_groups_find(f.client, "O'Group", NULL, &error);
  g_assert_no_error(error);
  g_assert_true(group->dynamic && group->synced);
  g_assert_null(graph_groups_find(f.client, "Two", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_AMBIGUOUS);
  g_clear_error(&error);
  g_assert_null(graph_groups_find(f.client, "None", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  tear_down(&f);
}

#define STATE(group, state, problem)                                                               \
  "{\"licenseAssignmentStates\":[{\"skuId\":\"" SKU "\",\"assignedByGroup\":" group                \
  ",\"state\":\"" state "\",\"error\":\"" problem "\"}]}"

static void
test_licences(void)
{
  static const struct {
    const char *body;
    LicenceState state;
    const char *detail;
  } cases[] = {
      {STATE("\"" GROUP "\"", "Active", "None"), LICENCE_OK, NULL},
      {STATE("null", "Active", "None"), LICENCE_PENDING, NULL}, /* direct, not ours */
      {STATE("\"" GROUP "\"", "Error", "CountViolation"), LICENCE_ERROR, "CountViolation"},
      {STATE("\"" GROUP "\"", "ActiveWithError", "Other"), LICENCE_ERROR, "Other"},
      {STATE("\"" GRACE "\"", "Error", "CountViolation"), LICENCE_PENDING, NULL},
      {"{\"licenseAssignmentStates\":[]}", LICENCE_PENDING, NULL},
      {"{\"licenseAssignmentStates\":null}", LICENCE_PENDING, NULL},
      {"{}", LICENCE_PENDING, NULL},
  };
  char *skus[] = {(char *)SKU, NULL};
  const GraphGroup group = {.id = (char *)GROUP, .sku_ids = skus};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    Rule rules[] = {{"GET /v1.0/users/", 200, cases[i].body}, {NULL}};
    Fixture f;
    set_up(&f, rules);
    LicenceState state = LICENCE_UNKNOWN;
    g_autofree char *detail = NULL;
    g_assert_true(graph_licence_state(f.client, ADA, &group, &state, &detail, NULL, NULL));
    g_assert_cmpint(state, ==, cases[i].state);
    g_assert_cmpstr(detail, ==, cases[i].detail);
    tear_down(&f);
  }
}

static void
test_mail_and_pass(void)
{
  Rule rules[] = {{"POST /v1.0/users/it%40contoso.com/sendMail", 202},
                  {"POST /v1.0/users/" ADA "/authentication/temporaryAccessPassMethods", 201,
                   "{\"temporaryAccessPass\":\"Pa$$1\"}"},
                  {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(Secret) mime = secret_new("Subject: x\r\n\r\nhello", -1);
  g_assert_true(graph_mail_send(f.client, "it@contoso.com", mime, NULL, NULL, NULL));
  g_assert_nonnull(strstr(f.log->str, "sendMail U3ViamVjdDogeA0KDQpoZWxsbw==\n"));
  g_autoptr(Secret) pass = graph_users_issue_pass(f.client, ADA, 60, NULL, NULL, NULL);
  g_assert_cmpstr(secret_peek(pass), ==, "Pa$$1");
  g_autoptr(GError) error = NULL;
  g_assert_null(graph_users_me(f.client, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
  /* 500: perhaps it went out. Never twice. */
  rules[0].status = 500;
  g_clear_error(&error);
  GraphTrace trace = {0};
  g_assert_false(graph_mail_send(f.client, "it@contoso.com", mime, &trace, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SERVICE);
  g_assert_true(trace.maybe_processed);
  g_assert_cmpint(rules[0].used, ==, 2);
  tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/graph/endpoints", test_endpoints);
  g_test_add_func("/graph/urls", test_urls);
  g_test_add_func("/graph/empty-ids", test_empty_ids);
  g_test_add_func("/graph/create", test_create);
  g_test_add_func("/graph/create-conflict", test_create_conflict);
  g_test_add_func("/graph/create-lost", test_create_lost);
  g_test_add_func("/graph/update", test_update);
  g_test_add_func("/graph/401", test_401);
  g_test_add_func("/graph/error-bodies", test_error_bodies);
  g_test_add_func("/graph/find-taken", test_find_taken);
  g_test_add_func("/graph/groups", test_groups);
  g_test_add_func("/graph/licences", test_licences);
  g_test_add_func("/graph/mail-and-pass", test_mail_and_pass);
  return g_test_run();
}
