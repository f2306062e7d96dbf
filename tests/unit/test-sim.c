/* The simulator's inner rooms: the filter's grammar and rules, dates, the writer
 * of JSON, packed users, the index, passwords, faults, licences and the seed. */
#include <string.h>

#include "sim/checks.h"
#include "sim/faults.h"
#include "sim/index.h"
#include "sim/licences.h"
#include "sim/odata.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/seed.h"
#include "sim/user-json.h"

static Tenant *
small_tenant(void)
{
  const SimOptions options = {
      .accounts = 100, .accounts_given = TRUE, .seed = 7, .seats = G_MAXUINT};

  return seed_tenant(&options, 1800000000 / 86400 * 86400);
}

/* One user with everything that the filters below ask for. */
static guint32
add_user(Tenant *tenant)
{
  guint32 slot = tenant_add_user(tenant);
  User *user = tenant_user(tenant, slot);

  pack_set(tenant, user, UF_USER_PRINCIPAL_NAME, "ada@contoso.com", -1);
  pack_set(tenant, user, UF_DISPLAY_NAME, "Ada O'Neill", -1);
  pack_set(tenant, user, UF_SURNAME, "Łukasz", -1);
  pack_set(tenant, user, UF_OTHER_MAILS, "a@x.example\0b@y.example", 24);
  pack_set(tenant, user, UF_EXTENSION + 15, "2027-01-31", -1);
  user->created = 1500000000;
  user->signed_in = 1600000000;
  tenant_index_user(tenant, slot);
  return slot;
}

static gboolean
matches(Tenant *tenant, guint32 slot, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(OdFilter) filter = odata_filter_parse(&fields_schema, text, &error);

  g_assert_no_error(error);
  return odata_filter_match(filter, tenant, tenant_user(tenant, slot));
}

static void
test_filter_match(void)
{
  static const struct {
    const char *text;
    gboolean expected;
  } rows[] = {
      {"displayName eq 'Ada O''Neill'", TRUE},
      {"displayName eq 'ADA o''neill'", TRUE},
      {"displayName eq 'Ada'", FALSE},
      {"displayName ne 'Ada'", TRUE},
      {"surname eq 'łUKASZ'", TRUE},
      {"startsWith(surname,'Łu')", TRUE},
      {"startswith(displayName,'ada')", TRUE},
      {"startsWith(displayName,'Ada O''Neill and more')", FALSE},
      {"endsWith(userPrincipalName,'@CONTOSO.com')", TRUE},
      {"accountEnabled eq true", TRUE},
      {"accountEnabled eq false", FALSE},
      {"not(accountEnabled eq true)", FALSE},
      {"not startsWith(displayName,'B')", TRUE},
      {"jobTitle eq null", TRUE},
      {"jobTitle ne null", FALSE},
      {"displayName eq null", FALSE},
      {"displayName ne null", TRUE},
      {"jobTitle ne 'x'", TRUE},
      {"jobTitle eq 'x'", FALSE},
      {"displayName in ('x', 'Ada O''Neill')", TRUE},
      {"displayName in ('x','y')", FALSE},
      {"otherMails/any(x:x eq 'B@y.example')", TRUE},
      {"otherMails/any(x:x eq 'c@y.example')", FALSE},
      {"otherMails/any(x:startsWith(x,'a@') and endsWith(x,'.example'))", TRUE},
      {"otherMails/any(x:startsWith(x,'a@') and endsWith(x,'y.example'))", FALSE},
      {"otherMails/any()", TRUE},
      {"businessPhones/any()", FALSE},
      {"otherMails/$count eq 2", TRUE},
      {"assignedLicenses/$count eq 0", TRUE},
      {"createdDateTime ge 2017-07-14T02:40:00Z", TRUE},
      {"createdDateTime gt 2017-07-14T02:40:00Z", FALSE},
      {"createdDateTime lt 2017-07-15", TRUE},
      {"createdDateTime le 2017-07-14T04:39:59+02:00", FALSE},
      {"signInActivity/lastSignInDateTime le 2020-12-31T00:00:00Z", TRUE},
      {"onPremisesExtensionAttributes/extensionAttribute15 le '2027-02-01'", TRUE},
      {"onPremisesExtensionAttributes/extensionAttribute15 gt '2027-02-01'", FALSE},
      {"displayName eq 'x' or displayName eq 'Ada O''Neill' and accountEnabled eq false", FALSE},
      {"(displayName eq 'x' or displayName eq 'Ada O''Neill') and accountEnabled eq true", TRUE},
      {"displayName eq 'Ada O''Neill' or accountEnabled eq false and displayName eq 'x'", TRUE},
      {"userType eq 'Member'", TRUE},
      {"identities/any(c:c/issuerAssignedId eq 'ada@contoso.com' and c/issuer eq "
       "'contoso.onmicrosoft.com')",
       TRUE},
      {"identities/any(c:c/issuerAssignedId eq 'ada@contoso.com' and c/issuer eq 'x')", FALSE},
  };
  g_autoptr(Tenant) tenant = tenant_new(1, 0);
  guint32 slot = add_user(tenant);

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    if (matches(tenant, slot, rows[i].text) != rows[i].expected)
      g_error("%s is not %d", rows[i].text, rows[i].expected);
}

static void
test_filter_rules(void)
{
  static const struct {
    const char *text;
    gboolean advanced;
  } rows[] = {
      {"displayName eq 'x'", FALSE},
      {"companyName eq 'x'", TRUE},
      {"displayName ne 'x'", TRUE},
      {"not(displayName eq 'x')", TRUE},
      {"mail eq null", TRUE},
      {"endsWith(mail,'x')", TRUE},
      {"startsWith(mail,'x')", FALSE},
      {"startsWith(companyName,'x')", TRUE},
      {"mobilePhone eq 'x'", TRUE},
      {"createdDateTime ge 2020-01-01", FALSE},
      {"assignedLicenses/$count eq 0", TRUE},
      {"otherMails/any(x:x eq 'x')", FALSE},
      {"otherMails/any(x:endsWith(x,'x'))", TRUE},
      {"onPremisesExtensionAttributes/extensionAttribute1 eq 'x'", TRUE},
      {"id in ('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15')", FALSE},
      {"id in ('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16')", TRUE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(OdFilter) filter = odata_filter_parse(&fields_schema, rows[i].text, &error);
    g_assert_no_error(error);
    if ((odata_filter_advanced(filter) != NULL) != rows[i].advanced)
      g_error("%s", rows[i].text);
  }
}

static void
test_filter_mistakes(void)
{
  static const struct {
    const char *text;
    OdataErrorCode code;
  } rows[] = {
      {"", ODATA_SYNTAX},
      {"displayName", ODATA_SYNTAX},
      {"displayName eq", ODATA_SYNTAX},
      {"displayName eq 'x", ODATA_SYNTAX},
      {"displayName eq x", ODATA_SYNTAX},
      {"displayName eq 'x' and", ODATA_SYNTAX},
      {"displayName eq 'x' displayName eq 'y'", ODATA_SYNTAX},
      {"(displayName eq 'x'", ODATA_SYNTAX},
      {"displayName eq 'x')", ODATA_SYNTAX},
      {"shoeSize eq 5", ODATA_SYNTAX},
      {"accountEnabled eq 'true'", ODATA_SYNTAX},
      {"accountEnabled eq 1", ODATA_SYNTAX},
      {"createdDateTime ge '2020-01-01'", ODATA_SYNTAX},
      {"createdDateTime ge 2020-13-01", ODATA_SYNTAX},
      {"displayName in ()", ODATA_SYNTAX},
      {"displayName in ('x'", ODATA_SYNTAX},
      {"startsWith(displayName)", ODATA_SYNTAX},
      {"startsWith(displayName,null)", ODATA_SYNTAX},
      {"otherMails/any(x:y eq 'a')", ODATA_SYNTAX},
      {"otherMails/any(x:x/part eq 'a')", ODATA_SYNTAX},
      {"otherMails/any(:x eq 'a')", ODATA_SYNTAX},
      {"otherMails/any(x:x eq 'a'", ODATA_SYNTAX},
      {"otherMails/any(x:otherMails/any(y:y eq 'a'))", ODATA_SYNTAX},
      {"otherMails/$count eq many", ODATA_SYNTAX},
      {"otherMails eq 'x'", ODATA_UNSUPPORTED},
      {"signInActivity eq 'x'", ODATA_UNSUPPORTED},
      {"startsWith(jobTitle,'x')", ODATA_UNSUPPORTED},
      {"endsWith(displayName,'x')", ODATA_UNSUPPORTED},
      {"userType ge 'x'", ODATA_UNSUPPORTED},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(OdFilter) filter = odata_filter_parse(&fields_schema, rows[i].text, &error);
    if (filter || !g_error_matches(error, ODATA_ERROR, (int)rows[i].code))
      g_error("'%s': %s", rows[i].text, error ? error->message : "accepted");
  }
  /* Deep nesting ends in an error, not in the stack. */
  GString *deep = g_string_new(NULL);
  for (guint i = 0; i < 100000; i++)
    g_string_append_c(deep, '(');
  g_autoptr(GError) error = NULL;
  g_assert_null(odata_filter_parse(&fields_schema, deep->str, &error));
  g_assert_error(error, ODATA_ERROR, ODATA_SYNTAX);
  g_clear_error(&error);
  g_string_truncate(deep, 0);
  for (guint i = 0; i < 100000; i++)
    g_string_append(deep, "not ");
  g_assert_null(odata_filter_parse(&fields_schema, deep->str, &error));
  g_assert_error(error, ODATA_ERROR, ODATA_SYNTAX);
  g_clear_error(&error);
  g_string_assign(deep, "accountEnabled eq true");
  for (guint i = 0; i < 100000; i++)
    g_string_append(deep, " and accountEnabled eq true");
  g_assert_null(odata_filter_parse(&fields_schema, deep->str, &error));
  g_assert_error(error, ODATA_ERROR, ODATA_SYNTAX);
  g_string_free(deep, TRUE);
}

static gboolean
finds(Tenant *tenant, guint32 slot, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(OdSearch) search = odata_search_parse(&fields_schema, text, &error);

  g_assert_no_error(error);
  return odata_search_match(search, tenant, tenant_user(tenant, slot));
}

static void
test_search(void)
{
  g_autoptr(Tenant) tenant = tenant_new(1, 0);
  guint32 slot = add_user(tenant);
  g_autoptr(GError) error = NULL;

  g_assert_true(finds(tenant, slot, "\"displayName:ada\""));
  g_assert_true(finds(tenant, slot, "\"displayName:neil\""));
  g_assert_false(finds(tenant, slot, "\"displayName:da\""));
  g_assert_true(finds(tenant, slot, "\"displayName:x\" OR \"surname:łu\""));
  g_assert_false(finds(tenant, slot, "\"displayName:ada\" AND \"surname:x\""));
  g_assert_true(finds(tenant, slot, "\"otherMails:b@y\""));
  static const char *const wrong[] = {"",
                                      "ada",
                                      "\"ada\"",
                                      "\"displayName:ada",
                                      "\"usageLocation:D\"",
                                      "\"displayName:a\" \"mail:b\" x"};
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_assert_null(odata_search_parse(&fields_schema, wrong[i], &error));
    g_assert_error(error, ODATA_ERROR, ODATA_SYNTAX);
    g_clear_error(&error);
  }
}

static void
test_dates(void)
{
  static const struct {
    const char *text;
    gint64 seconds; /* -1: none */
  } rows[] = {
      {"1970-01-02", 86400},
      {"2027-01-31T14:02Z", 1801404120},
      {"2027-01-31T14:02:11Z", 1801404131},
      {"2027-01-31T14:02:11.1234567Z", 1801404131},
      {"2027-01-31T15:02:11+01:00", 1801404131},
      {"2024-02-29", 1709164800},
      {"2023-02-29", -1},
      {"2027-1-31", -1},
      {"2027-01-31T", -1},
      {"2027-01-31T25:00", -1},
      {"2027-01-31Tzz", -1},
      {"2027-01-31 ", -1},
      {"", -1},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    gint64 seconds = -1;
    gboolean good = odata_parse_date(rows[i].text, strlen(rows[i].text), &seconds);
    g_assert_cmpint(good, ==, rows[i].seconds != -1);
    g_assert_cmpint(seconds, ==, rows[i].seconds);
  }
  for (gint64 seconds = 1; seconds < 5000000000; seconds += 86399 * 11 + 7) {
    char text[21];
    gint64 back = 0;
    out_format_date(seconds, text);
    g_assert_true(odata_parse_date(text, 20, &back));
    g_assert_cmpint(back, ==, seconds);
  }
}

static void
test_out(void)
{
  GString *out = g_string_new("{");

  out_pair(out, "a", "x\"\\\n\t\x1b\x7fä");
  out_pair(out, "b", NULL);
  out_pair_bool(out, "c", TRUE);
  out_pair_int(out, "d", -5);
  out_pair_date(out, "e", 0);
  out_pair_date(out, "f", 1801404131);
  g_string_append_c(out, '}');
  g_assert_cmpstr(out->str, ==,
                  "{\"a\":\"x\\\"\\\\\\n\\t\\u001b\\u007fä\",\"b\":null,\"c\":true,\"d\":-5,"
                  "\"e\":null,\"f\":\"2027-01-31T14:02:11Z\"}");
  g_string_free(out, TRUE);
}

static void
test_pack(void)
{
  g_autoptr(Tenant) tenant = tenant_new(1, 0);
  guint32 slot = tenant_add_user(tenant);
  User *user = tenant_user(tenant, slot);
  Packer packer;
  gsize length;

  packer_start(&packer);
  packer_add(&packer, UF_USER_PRINCIPAL_NAME, "a@contoso.com", 13);
  packer_add_word(&packer, tenant, UF_CITY, "Bonn");
  packer_add_same_mail(&packer);
  packer_finish(&packer, tenant, user);
  g_autofree char *mail = pack_dup(tenant, user, UF_MAIL);
  g_assert_cmpstr(mail, ==, "a@contoso.com");
  pack_set(tenant, user, UF_JOB_TITLE, "Poet", -1);
  pack_set(tenant, user, UF_CITY, NULL, 0);
  g_assert_null(pack_get(tenant, user, UF_CITY, &length));
  g_autofree char *job = pack_dup(tenant, user, UF_JOB_TITLE);
  g_autofree char *same = pack_dup(tenant, user, UF_MAIL);
  g_assert_cmpstr(job, ==, "Poet");
  g_assert_cmpstr(same, ==, "a@contoso.com");
}

static void
test_index(void)
{
  g_autoptr(Tenant) tenant = tenant_new(1, 0);

  for (guint i = 0; i < 5000; i++) {
    guint32 slot = tenant_add_user(tenant);
    g_autofree char *name = g_strdup_printf("user%u@contoso.com", i);
    pack_set(tenant, tenant_user(tenant, slot), UF_USER_PRINCIPAL_NAME, name, -1);
    tenant_index_user(tenant, slot);
  }
  for (guint32 i = 0; i < 5000; i++) {
    char id[37];
    g_autofree char *name = g_strdup_printf("USER%u@contoso.com", i);
    tenant_format_id(tenant_user(tenant, i)->id, id);
    g_assert_cmpuint(tenant_find_name(tenant, name, -1), ==, i);
    g_assert_cmpuint(tenant_find_id(tenant, id), ==, i);
  }
  tenant_unindex_name(tenant, 77);
  g_assert_cmpuint(tenant_find_name(tenant, "user77@contoso.com", -1), ==, NONE);
  g_assert_cmpuint(tenant_find_name(tenant, "user78@contoso.com", -1), ==, 78);
  g_assert_cmpuint(tenant_find_id(tenant, "no-id"), ==, NONE);
}

static void
test_passwords(void)
{
  g_assert_null(checks_password("Abcdefg1", FALSE));
  g_assert_null(checks_password("abc def!1", FALSE));
  g_assert_null(checks_password("abcdefgh", TRUE));
  g_assert_nonnull(checks_password("Abcdef1", FALSE));
  g_assert_nonnull(checks_password("abcdefgh", FALSE));
  g_assert_nonnull(checks_password("abcdefgh1", FALSE));
  g_assert_nonnull(checks_password("Äbcdefg1x", FALSE));
  g_autofree char *long_one = g_strnfill(257, 'a');
  g_assert_nonnull(checks_password(long_one, TRUE));
  g_assert_true(checks_country("de"));
  g_assert_false(checks_country("XX"));
  g_assert_false(checks_country(" D"));
  g_assert_false(checks_country("DEU"));
}

static void
test_faults(void)
{
  Faults *faults = faults_new();
  g_autoptr(GError) error = NULL;
  static const char *const wrong[] = {"sneeze=1",      "429",    "429=x",
                                      "429=101%",      "429=-1", "429=0.6,500=0.6",
                                      "retry-after=x", "seed=x", "429=5%%"};

  g_assert_true(faults_set(faults, "429=5%, 500=0.1 ,retry-after=7,replication=1.5", &error));
  g_assert_cmpint(faults_retry_after(faults), ==, 7);
  g_assert_cmpint(faults_replication(faults), ==, 1500);
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_assert_false(faults_set(faults, wrong[i], &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
  }
  g_assert_cmpint(faults_retry_after(faults), ==, 7);
  g_assert_true(faults_set(faults, "none", &error));
  g_assert_cmpint(faults_retry_after(faults), ==, 1);
  faults_free(faults);
}

static void
test_licences(void)
{
  g_autoptr(Tenant) tenant = small_tenant();
  Sku *sku = &g_array_index(tenant->skus, Sku, 0);
  guint before = sku->consumed;
  guint32 slot = add_user(tenant);
  guint32 group = tenant_find_group_named(tenant, "Specialists");

  pack_set(tenant, tenant_user(tenant, slot), UF_USAGE_LOCATION, "DE", 2);
  g_assert_true(tenant_join(tenant, group, slot));
  g_assert_false(tenant_join(tenant, group, slot));
  licences_joined(tenant, slot, group, 1000);
  licences_settle(tenant, 1000 + LICENCES_DELAY_MS - 1);
  g_assert_cmpuint(sku->consumed, ==, before);
  licences_settle(tenant, 1000 + LICENCES_DELAY_MS);
  g_assert_cmpuint(sku->consumed, ==, before + 1);
  /* A second way to the same licence takes no second seat. */
  licences_give(tenant, slot, 0, -1, 2000);
  g_assert_cmpuint(sku->consumed, ==, before + 1);
  licences_take(tenant, slot, 0, -1);
  g_assert_cmpuint(sku->consumed, ==, before + 1);
  g_assert_true(tenant_leave(tenant, group, slot));
  g_assert_false(tenant_leave(tenant, group, slot));
  licences_left(tenant, slot, group, 3000);
  licences_settle(tenant, 10000);
  g_assert_cmpuint(sku->consumed, ==, before);

  /* No seat, then one. */
  sku->enabled = sku->consumed;
  licences_give(tenant, slot, 0, (int)group, 4000);
  const Holding *holding =
      &g_array_index(tenant->holdings, Holding, tenant_user(tenant, slot)->holding);
  g_assert_cmpstr(holding->error, ==, "CountViolation");
  sku->enabled++;
  licences_reprocess(tenant, slot, 5000);
  g_assert_cmpint(holding->state, ==, HOLDING_ACTIVE);
  licences_drop_all(tenant, slot);
  g_assert_cmpuint(sku->consumed, ==, before);
  pack_set(tenant, tenant_user(tenant, slot), UF_USAGE_LOCATION, NULL, 0);
  licences_give(tenant, slot, 0, (int)group, 6000);
  holding = &g_array_index(tenant->holdings, Holding, tenant_user(tenant, slot)->holding);
  g_assert_cmpstr(holding->error, ==, "ProhibitedInUsageLocationViolation");
}

static void
test_seed(void)
{
  g_autoptr(Tenant) tenant = small_tenant();
  g_autoptr(Tenant) again = small_tenant();
  guint hostile = 0, none = 0, past = 0;

  g_assert_cmpuint(tenant->n_live, ==, 100);
  g_assert_cmpuint(tenant->users->len, ==, again->users->len);
  const Group *group = tenant_group(tenant, tenant_find_group_named(tenant, "Specialists"));
  g_assert_cmpuint(group->n_members, ==, 33);
  for (guint32 i = 0; i < tenant->users->len; i++) {
    g_autofree char *name = pack_dup(tenant, tenant_user(tenant, i), UF_DISPLAY_NAME);
    g_autofree char *same = pack_dup(again, tenant_user(again, i), UF_DISPLAY_NAME);
    g_assert_cmpstr(name, ==, same);
    g_assert_true(g_utf8_validate(name, -1, NULL));
    g_assert_cmpint(g_utf8_strlen(name, -1), <=, 256);
    hostile += strchr(name, 0x1b) != NULL || strchr(name, '\n') != NULL;
  }
  for (guint i = 0; i < group->members->len; i++) {
    guint32 slot = g_array_index(group->members, guint32, i);
    g_autofree char *end =
        slot == NONE ? NULL : pack_dup(tenant, tenant_user(tenant, slot), UF_EXTENSION + 15);
    gint64 moment;
    if (slot == NONE)
      continue;
    none += !end;
    past += end && odata_parse_date(end, strlen(end), &moment) && moment < tenant->born;
  }
  g_assert_cmpuint(hostile, ==, 2);
  g_assert_cmpuint(none, >, 0);
  g_assert_cmpuint(past, >, 0);
}

static void
test_user_json(void)
{
  g_autoptr(Tenant) tenant = tenant_new(1, 0);
  guint32 slot = add_user(tenant);
  GString *out = g_string_new("{");

  user_json_fields(out, tenant, slot,
                   UF_BIT(UF_ACCOUNT_ENABLED) | UF_BIT(UF_DISPLAY_NAME) | UF_BIT(UF_MAIL) |
                       UF_BIT(UF_OTHER_MAILS) | UF_BIT(UF_EXTERNAL_STATE) | UF_BIT(UF_USER_TYPE));
  g_assert_cmpstr(out->str, ==,
                  "{\"accountEnabled\":true,\"displayName\":\"Ada O'Neill\","
                  "\"externalUserState\":null,\"mail\":null,"
                  "\"otherMails\":[\"a@x.example\",\"b@y.example\"],\"userType\":\"Member\"");
  g_string_truncate(out, 1);
  tenant_user(tenant, slot)->signed_in = 0;
  user_json_fields(out, tenant, slot, UF_BIT(UF_SIGN_IN_ACTIVITY));
  g_assert_cmpstr(out->str, ==, "{"); /* who never signed in has none */
  g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sim/filter/match", test_filter_match);
  g_test_add_func("/sim/filter/rules", test_filter_rules);
  g_test_add_func("/sim/filter/mistakes", test_filter_mistakes);
  g_test_add_func("/sim/search", test_search);
  g_test_add_func("/sim/dates", test_dates);
  g_test_add_func("/sim/out", test_out);
  g_test_add_func("/sim/pack", test_pack);
  g_test_add_func("/sim/index", test_index);
  g_test_add_func("/sim/passwords", test_passwords);
  g_test_add_func("/sim/faults", test_faults);
  g_test_add_func("/sim/licences", test_licences);
  g_test_add_func("/sim/seed", test_seed);
  g_test_add_func("/sim/user-json", test_user_json);
  return g_test_run();
}
