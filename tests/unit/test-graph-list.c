/* Listings against a scripted service: pages, their links, what a service may
 * refuse, and what nobody may make us do. */
#include "base/error.h"
#include "graph-service.h"
#include <string.h>

#define USER_ADA                                                                                   \
  "{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"" ADA "\",\"displayName\":\"Ada \\u00c9\"," \
  "\"userPrincipalName\":\"ada@contoso.com\",\"accountEnabled\":true,\"userType\":\"Member\","     \
  "\"otherMails\":[\"ada@x.org\",\"a2@x.org\"],\"mail\":null,\"unknown\":{\"a\":[1,{\"b\":2}]},"   \
  "\"createdDateTime\":\"2026-01-02T03:04:05Z\",\"onPremisesExtensionAttributes\":{"               \
  "\"extensionAttribute1\":\"x\",\"extensionAttribute15\":\"2027-01-31\"},"                        \
  "\"signInActivity\":{\"lastSignInDateTime\":\"2026-05-01T00:00:00Z\","                           \
  "\"lastSuccessfulSignInDateTime\":\"2026-04-01T00:00:00Z\"},"                                    \
  "\"licenseAssignmentStates\":[{\"skuId\":\"" SKU "\",\"assignedByGroup\":\"" GROUP               \
  "\",\"state\":\"Active\",\"error\":\"None\"}],"                                                  \
  "\"sponsors\":[{\"id\":\"" GRACE "\",\"displayName\":\"Grace\"}]}"
#define USER_GRACE                                                                                 \
  "{\"id\":\"" GRACE "\",\"displayName\":\"Grace\",\"userPrincipalName\":\"grace@contoso.com\","   \
  "\"accountEnabled\":false,\"userType\":\"Guest\",\"onPremisesExtensionAttributes\":{"            \
  "\"extensionAttribute15\":\"soon\"},\"licenseAssignmentStates\":[]}"
#define GROUP_BODY                                                                                 \
  "{\"id\":\"" GROUP "\",\"displayName\":\"Specialists\",\"groupTypes\":[],"                       \
  "\"assignedLicenses\":[{\"skuId\":\"" SKU "\"}]}"

#define BIT(field) (G_GUINT64_CONSTANT(1) << (field))

static gboolean
note_page(SnapshotBuilder *builder, guint so_far, gint64 total, gpointer data)
{
  g_string_append_printf(data, "%u/%d ", so_far, (int)total);
  return TRUE;
}

/* The link of the first page needs the server's port: made at run time. */
static char *
first_page(Fixture *f, const char *link)
{
  return g_strdup_printf("{\"value\":[" USER_ADA "],\"@odata.nextLink\":\"%s%s\"}",
                         script_server_url(f->server), link);
}

static void
test_list(void)
{
  Rule rules[] = {{"GET /v1.0/page2?a=1&b=2", 200, "{\"value\":[" USER_GRACE "]}"},
                  {"GET /v1.0/groups/" GROUP "/members/microsoft.graph.user?", 200},
                  {"GET /v1.0/groups/" GROUP "?", 200, GROUP_BODY},
                  {NULL}};
  const GraphReading reading = {
      .fields = BIT(FIELD_NAME) | BIT(FIELD_USER) | BIT(FIELD_STATE) | BIT(FIELD_KIND) |
                BIT(FIELD_EXTERNAL) | BIT(FIELD_EXPIRES) | BIT(FIELD_LICENCE) | BIT(FIELD_SPONSOR) |
                BIT(FIELD_SIGN_IN) | BIT(FIELD_GROUP) | BIT(FIELD_CREATED),
      .expiry_property = "extensionAttribute15",
      .group_id = GROUP,
      .roster = "Specialists"};
  Fixture f;
  set_up(&f, rules);
  g_autofree char *page = first_page(&f, "/v1.0/page2?a=1\\u0026b=2");
  rules[1].body = page;
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(GString) pages = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  gboolean ok =
      graph_users_list_members(f.client, GROUP, &reading, builder, note_page, pages, NULL, &error);
  g_assert_no_error(error);
  g_assert_true(ok);
  g_assert_cmpstr(pages->str, ==, "1/-1 2/2 ");
  g_autoptr(Snapshot) all = snapshot_builder_snapshot(builder, 1);
  guint ada, grace;
  g_assert_true(snapshot_find(all, ADA, &ada) && snapshot_find(all, GRACE, &grace));
  g_assert_cmpstr(snapshot_text(all, ada, FIELD_NAME), ==, "Ada É");
  g_assert_cmpstr(snapshot_text(all, ada, FIELD_EXTERNAL), ==, "ada@x.org\na2@x.org");
  g_assert_null(snapshot_text(all, ada, FIELD_MAIL));
  g_assert_cmpint(snapshot_number(all, ada, FIELD_STATE), ==, STATE_ENABLED);
  g_assert_cmpint(snapshot_number(all, ada, FIELD_KIND), ==, KIND_MEMBER);
  g_assert_cmpint(snapshot_number(all, ada, FIELD_EXPIRES), ==, 1801353600);
  g_assert_cmpint(snapshot_number(all, ada, FIELD_CREATED), ==, 1767323045);
  g_assert_cmpint(snapshot_number(all, ada, FIELD_LICENCE), ==, LICENCE_OK);
  g_assert_cmpint(snapshot_number(all, ada, FIELD_SIGN_IN), ==, 1775001600);
  g_assert_cmpstr(snapshot_text(all, ada, FIELD_SPONSOR), ==, "Grace");
  g_assert_cmpstr(snapshot_text(all, ada, FIELD_SPONSOR_ID), ==, GRACE);
  g_assert_cmpstr(snapshot_text(all, ada, FIELD_GROUP), ==, "Specialists");
  g_assert_cmpint(snapshot_number(all, grace, FIELD_STATE), ==, STATE_DISABLED);
  g_assert_cmpint(snapshot_number(all, grace, FIELD_KIND), ==, KIND_GUEST);
  g_assert_cmpint(snapshot_number(all, grace, FIELD_EXPIRES), ==, MOMENT_UNKNOWN);
  g_assert_cmpint(snapshot_number(all, grace, FIELD_SIGN_IN), ==, MOMENT_NONE);
  g_assert_cmpint(snapshot_number(all, grace, FIELD_LICENCE), ==, LICENCE_PENDING);
  g_assert_nonnull(strstr(f.log->str, "signInActivity"));
  g_assert_nonnull(strstr(f.log->str, "&$expand=sponsors($select=id,displayName)&$top=100"));
  tear_down(&f);
}

static void
test_list_select(void)
{
  Rule rules[] = {{"GET /v1.0/groups/", 200, "{\"value\":[]}"}, {NULL}};
  const GraphReading reading = {.fields = BIT(FIELD_NAME) | BIT(FIELD_DELETED)};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_assert_true(
      graph_users_list_members(f.client, GROUP, &reading, builder, NULL, NULL, NULL, NULL));
  g_assert_cmpstr(f.log->str, ==,
                  "GET /v1.0/groups/" GROUP "/members/microsoft.graph.user?"
                  "$select=id,displayName&$top=999\n");
  tear_down(&f);
}

/* What the service refuses is left out, and what that means is kept apart. */
static void
test_list_fallbacks(void)
{
  static const struct {
    const char *begins_with;
    const char *code;
    gint64 sign_in;
  } cases[] = {
      {"x", "Authentication_RequestFromNonPremiumTenantOrB2CTenant", MOMENT_UNLICENSED},
      {"x", "Authorization_RequestDenied", MOMENT_UNKNOWN},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *refusal =
        g_strdup_printf("{\"error\":{\"code\":\"%s\",\"message\":\"m\"}}", cases[i].code);
    Rule rules[] = {{"GET /v1.0/groups/", 403, refusal, FALSE, 1},
                    {"GET /v1.0/groups/", 400, "{}", FALSE, 2},
                    {"GET /v1.0/groups/", 200, "{\"value\":[{\"id\":\"" ADA "\"}]}"},
                    {NULL}};
    const GraphReading reading = {.fields = BIT(FIELD_SPONSOR) | BIT(FIELD_SIGN_IN)};
    Fixture f;
    set_up(&f, rules);
    g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
    g_assert_true(
        graph_users_list_members(f.client, GROUP, &reading, builder, NULL, NULL, NULL, NULL));
    g_autoptr(Snapshot) all = snapshot_builder_snapshot(builder, 1);
    g_assert_cmpint(snapshot_number(all, 0, FIELD_SIGN_IN), ==, cases[i].sign_in);
    g_assert_cmpuint(snapshot_count(all), ==, 1);
    g_assert_true(g_str_has_suffix(f.log->str, "?$select=id&$top=100\n"));
    tear_down(&f);
  }
}

/* A link to somewhere else gets no request, and above all no token. */
static void
test_hostile_link(void)
{
  Fixture thief;
  set_up(&thief, NULL);
  Rule rules[] = {{"GET /v1.0/groups/", 200}, {"GET /v1.0/users/", 200}, {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autofree char *page =
      g_strdup_printf("{\"@odata.nextLink\":\"%s/v1.0/x\",\"value\":[{\"id\":\"" ADA "\"}]}",
                      script_server_url(thief.server));
  rules[0].body = rules[1].body = page;
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(GError) error = NULL;
  g_assert_false(
      graph_users_list_members(f.client, GROUP, NULL, builder, NULL, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  g_clear_error(&error);
  g_assert_null(graph_groups_of(f.client, ADA, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  g_assert_cmpuint(script_server_connections(thief.server), ==, 0);
  tear_down(&f);
  tear_down(&thief);
}

static void
test_endless_pages(void)
{
  Rule rules[] = {{"GET /v1.0/", 200}, {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autofree char *page = first_page(&f, "/v1.0/again");
  rules[0].body = page;
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(GError) error = NULL;
  g_assert_false(
      graph_users_list_members(f.client, GROUP, NULL, builder, NULL, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  g_clear_error(&error);
  g_assert_null(graph_groups_of(f.client, ADA, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  tear_down(&f);
}

static void
test_bad_pages(void)
{
  static const char *const bodies[] = {
      "",
      "[]",
      "{}",
      "{\"value\":7}",
      "{\"value\":[{\"id\":\"" ADA "\"}",
      "{\"value\":[{}]}",
      "{\"value\":[7]}",
      "{\"value\":[{\"id\":7}]}",
      "{\"value\":[{\"id\":\"" ADA "\"}]}garbage",
      "{\"value\":[{\"id\":\"" ADA "\",\"displayName\":\"\n\"}]}",
  };
  for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
    Rule rules[] = {{"GET /v1.0/", 200, bodies[i]}, {NULL}};
    Fixture f;
    set_up(&f, rules);
    g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
    g_autoptr(GError) error = NULL;
    g_assert_false(
        graph_users_list_members(f.client, GROUP, NULL, builder, NULL, NULL, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
    tear_down(&f);
  }
}

static gboolean
stop_now(SnapshotBuilder *builder, guint so_far, gint64 total, gpointer data)
{
  if (data)
    g_cancellable_cancel(data);
  return data != NULL;
}

static void
test_list_stops(void)
{
  Rule rules[] = {
      {"GET /v1.0/groups/", 200}, {"GET /v1.0/next", 200, "{\"value\":[" USER_GRACE "]}"}, {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autofree char *page = first_page(&f, "/v1.0/next");
  rules[0].body = page;
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_assert_true(
      graph_users_list_members(f.client, GROUP, NULL, builder, stop_now, NULL, NULL, NULL));
  g_assert_cmpuint(snapshot_builder_count(builder), ==, 1);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_cancellable_cancel(cancellable);
  g_autoptr(GError) error = NULL;
  g_assert_false(
      graph_users_list_members(f.client, GROUP, NULL, builder, NULL, NULL, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  tear_down(&f);
}

/* A page of one account, its link before or behind it. */
#define LINK_FIRST "{\"@odata.nextLink\":\"%s%s\",\"value\":[{\"id\":\"" ADA "\"}]}"
#define LINK_LAST  "{\"value\":[{\"id\":\"" ADA "\"}],\"@odata.nextLink\":\"%s%s\"}"
/* So long as no test may take. */
#define LONG_MS 20000

static guint
requests(const Fixture *f)
{
  guint lines = 0;
  for (const char *at = f->log->str; (at = strchr(at, '\n')); at++)
    lines++;
  return lines;
}

/* Lists with these rules, the first of which gets `page`, with the server's own address in it. */
static Snapshot *
list_by(Fixture *f, Rule *rules, const char *page, const char *link, GCancellable *cancellable,
        GError **error)
{
  set_up(f, rules);
  const char *percent = strchr(page, '%');
  g_autoptr(GString) body = g_string_new(NULL);
  if (percent) {
    g_string_append_len(body, page, percent - page);
    g_string_append_printf(body, "%s%s", script_server_url(f->server), link);
    page = percent + strlen("%s%s");
  }
  g_string_append(body, page);
  rules[0].body = body->str;
  if (rules[0].hold)
    rules[0].hold = body->len - sizeof "]}";
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  gint64 begin = g_get_monotonic_time();
  gboolean ok =
      graph_users_list_members(f->client, GROUP, NULL, builder, cancellable ? stop_now : NULL,
                               cancellable, cancellable, error);
  g_assert_cmpint(g_get_monotonic_time() - begin, <, LONG_MS * 1000 / 2);
  rules[0].body = NULL;
  return ok ? snapshot_builder_snapshot(builder, 1) : NULL;
}

/* The rest of the first page is held back until the second has been asked for. */
static void
test_link_early(void)
{
  Rule rules[] = {{"GET /v1.0/groups/", 200, .hold = 1, .hold_ms = LONG_MS},
                  {"GET /v1.0/next", 200, "{\"value\":[" USER_GRACE "]}"},
                  {NULL}};
  Fixture f;
  g_autoptr(GError) error = NULL;
  g_autoptr(Snapshot) all = list_by(&f, rules, LINK_FIRST, "/v1.0/next", NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(snapshot_count(all), ==, 2);
  g_assert_cmpuint(requests(&f), ==, 2);
  tear_down(&f);
}

static void
test_link_late_or_missing(void)
{
  static const struct {
    const char *page;
    guint accounts;
  } cases[] = {{LINK_LAST, 2}, {"{\"value\":[{\"id\":\"" ADA "\"}]}", 1}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    Rule rules[] = {{"GET /v1.0/groups/", 200, .hold = 1, .hold_ms = 50},
                    {"GET /v1.0/next", 200, "{\"value\":[" USER_GRACE "]}"},
                    {NULL}};
    Fixture f;
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) all = list_by(&f, rules, cases[i].page, "/v1.0/next", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot_count(all), ==, cases[i].accounts);
    g_assert_cmpuint(requests(&f), ==, cases[i].accounts);
    tear_down(&f);
  }
}

/* Nothing leaves for another host, not even while the page that names it is still arriving. */
static void
test_hostile_link_early(void)
{
  Fixture thief, f;
  set_up(&thief, NULL);
  g_autofree char *page =
      g_strdup_printf(LINK_FIRST, script_server_url(thief.server), "/v1.0/next");
  Rule rules[] = {{"GET /v1.0/groups/", 200, .hold = 1, .hold_ms = 200}, {NULL}};
  g_autoptr(GError) error = NULL;
  g_assert_null(list_by(&f, rules, page, NULL, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  g_assert_cmpuint(script_server_connections(thief.server), ==, 0);
  g_assert_cmpuint(requests(&f), ==, 1);
  tear_down(&f);
  tear_down(&thief);
}

/* With the first page read, the second is under way and does not come. */
static void
test_cancel_ahead(void)
{
  Rule rules[] = {
      {"GET /v1.0/groups/", 200, .hold = 1, .hold_ms = LONG_MS},
      {"GET /v1.0/next", 200, "{\"value\":[" USER_GRACE "]}", .hold = 3, .hold_ms = LONG_MS},
      {NULL}};
  Fixture f;
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_assert_null(list_by(&f, rules, LINK_FIRST, "/v1.0/next", cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_assert_cmpuint(requests(&f), ==, 2);
  tear_down(&f);
}

/* A page asked for ahead is sent for again like any other. */
static void
test_reset_ahead(void)
{
  Rule rules[] = {{"GET /v1.0/groups/", 200, .hold = 1, .hold_ms = LONG_MS},
                  {"GET /v1.0/next", 200, NULL, TRUE, 1},
                  {"GET /v1.0/next", 200, "{\"value\":[" USER_GRACE "]}"},
                  {NULL}};
  Fixture f;
  g_autoptr(GError) error = NULL;
  g_autoptr(Snapshot) all = list_by(&f, rules, LINK_FIRST, "/v1.0/next", NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(snapshot_count(all), ==, 2);
  g_assert_cmpuint(requests(&f), ==, 3);
  tear_down(&f);
}

/* The first page breaks off behind its link, and names another one when it is sent again: what
 * stands behind the first link is not part of the listing. */
static void
test_link_changes(void)
{
  Rule rules[] = {{"GET /v1.0/groups/", 200, .times = 1, .hold = 1, .hold_ms = LONG_MS},
                  {"GET /v1.0/groups/", 200},
                  {"GET /v1.0/stale", 200, "{\"value\":[{\"id\":\"stale\"}]}"},
                  {"GET /v1.0/next", 200, "{\"value\":[" USER_GRACE "]}"},
                  {NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autofree char *broken = g_strdup_printf(LINK_FIRST, script_server_url(f.server), "/v1.0/stale");
  g_autofree char *whole = g_strdup_printf(LINK_FIRST, script_server_url(f.server), "/v1.0/next");
  rules[0].body = broken;
  rules[0].hold = strlen(broken) - 8;
  rules[0].cut = (gssize)strlen(broken) - 4;
  rules[1].body = whole;
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(GError) error = NULL;
  g_assert_true(graph_users_list_members(f.client, GROUP, NULL, builder, NULL, NULL, NULL, &error));
  g_assert_no_error(error);
  g_autoptr(Snapshot) all = snapshot_builder_snapshot(builder, 1);
  guint row;
  g_assert_true(snapshot_find(all, ADA, &row) && snapshot_find(all, GRACE, &row));
  g_assert_false(snapshot_find(all, "stale", &row));
  g_assert_nonnull(strstr(f.log->str, "/v1.0/stale"));
  tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/graph/list", test_list);
  g_test_add_func("/graph/list-select", test_list_select);
  g_test_add_func("/graph/list-fallbacks", test_list_fallbacks);
  g_test_add_func("/graph/hostile-link", test_hostile_link);
  g_test_add_func("/graph/endless-pages", test_endless_pages);
  g_test_add_func("/graph/bad-pages", test_bad_pages);
  g_test_add_func("/graph/list-stops", test_list_stops);
  g_test_add_func("/graph/link-early", test_link_early);
  g_test_add_func("/graph/link-late-or-missing", test_link_late_or_missing);
  g_test_add_func("/graph/hostile-link-early", test_hostile_link_early);
  g_test_add_func("/graph/cancel-ahead", test_cancel_ahead);
  g_test_add_func("/graph/reset-ahead", test_reset_ahead);
  g_test_add_func("/graph/link-changes", test_link_changes);
  return g_test_run();
}
