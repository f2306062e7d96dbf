/* The field table, accounts, rosters and plans. */
#include "base/clock.h"
#include "base/error.h"
#include "model/account.h"
#include "model/plan.h"
#include "model/roster.h"
#include <string.h>

#define NOW G_GINT64_CONSTANT(1795176131) /* 2026-11-20T12:02:11Z */

static void
test_field_table(void)
{
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < FIELD_N; i++) {
    const FieldInfo *info = field_info((FieldId)i);
    g_assert_cmpint(info->id, ==, i);
    g_assert_true(info->name && info->title && info->label && info->help);
    g_assert_true((info->graph != NULL) != (info->own != NULL));
    g_assert_true((info->kind == FIELD_KIND_CHOICE) == (info->choices != NULL));
    g_assert_true(info->width_want == 0 || info->width_min <= info->width_want);
    g_assert_true(g_hash_table_add(names, (gpointer)info->name));
    FieldId id = FIELD_N;
    g_assert_true(field_lookup(info->name, &id));
    g_assert_cmpint(id, ==, i);
    g_assert_true(field_lookup(info->graph ? info->graph : info->own, &id));
    g_assert_cmpint(id, ==, i);
  }
}

static void
test_field_lookup(void)
{
  FieldId id = FIELD_N;
  g_assert_true(field_lookup("USERPRINCIPALNAME", &id));
  g_assert_cmpint(id, ==, FIELD_USER);
  g_assert_true(field_lookup("signInActivity", &id));
  g_assert_cmpint(id, ==, FIELD_SIGN_IN);
  id = FIELD_N;
  g_assert_false(field_lookup("nme", &id));
  g_assert_cmpint(id, ==, FIELD_N);
  g_assert_cmpstr(field_nearest("expirs", NULL), ==, "expires");
  g_assert_cmpstr(field_nearest("tagg", "tag"), ==, "tag");
  g_assert_null(field_nearest("qqqqqqqqqq", NULL));
}

static void
test_field_list(void)
{
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_autoptr(GArray) descending = g_array_new(FALSE, FALSE, sizeof(gboolean));
  g_autoptr(GError) error = NULL;
  g_assert_true(field_parse_list("name, userPrincipalName,-expires", ids, descending, &error));
  g_assert_no_error(error);
  g_assert_cmpuint(ids->len, ==, 3);
  g_assert_cmpint(g_array_index(ids, FieldId, 2), ==, FIELD_EXPIRES);
  g_assert_true(g_array_index(descending, gboolean, 2));
  g_assert_false(g_array_index(descending, gboolean, 0));
  g_assert_false(field_parse_list("name,expirs", ids, descending, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_nonnull(strstr(error->message, "expirs"));
  g_assert_nonnull(strstr(error->message, "“expires”"));
  g_assert_cmpuint(ids->len, ==, 3);
  g_assert_cmpuint(descending->len, ==, 3);
  g_clear_error(&error);
  /* Without `descending` a minus is part of the name. */
  g_assert_false(field_parse_list("-name", ids, NULL, &error));
  g_clear_error(&error);
  g_assert_false(field_parse_list(" , ", ids, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
}

static void
test_field_values(void)
{
  static const struct {
    FieldId field;
    const char *text;
    gint64 number;
    const char *display, *plain;
  } rows[] = {
      {FIELD_EXPIRES, NULL, NOW + 12 * CLOCK_DAY, "in 12 d", "2026-12-02T12:02:11Z"},
      {FIELD_EXPIRES, NULL, NOW + 3600, "today", "2026-11-20T13:02:11Z"},
      {FIELD_EXPIRES, NULL, NOW - NOW % CLOCK_DAY, "today", "2026-11-20T00:00:00Z"},
      {FIELD_EXPIRES, NULL, NOW - NOW % CLOCK_DAY - 1, "expired", "2026-11-19T23:59:59Z"},
      {FIELD_EXPIRES, NULL, NOW - 3 * CLOCK_DAY, "expired", "2026-11-17T12:02:11Z"},
      {FIELD_EXPIRES, NULL, MOMENT_NONE, "no end", ""},
      {FIELD_EXPIRES, NULL, MOMENT_UNKNOWN, "unknown", "unknown"},
      {FIELD_SIGN_IN, NULL, NOW - 92 * CLOCK_DAY, "92 d ago", "2026-08-20T12:02:11Z"},
      {FIELD_SIGN_IN, NULL, MOMENT_NONE, "never", "never"},
      {FIELD_SIGN_IN, NULL, MOMENT_UNKNOWN, "unknown", "unknown"},
      {FIELD_SIGN_IN, NULL, MOMENT_UNLICENSED, "not licensed", "unlicensed"},
      {FIELD_DELETED, NULL, MOMENT_UNKNOWN, "", ""},
      {FIELD_CREATED, NULL, NOW - 3 * CLOCK_DAY, "3 d ago", "2026-11-17T12:02:11Z"},
      {FIELD_STATE, NULL, STATE_ENABLED, "enabled", "enabled"},
      {FIELD_STATE, NULL, 77, "unknown", "unknown"},
      {FIELD_LICENCE, NULL, LICENCE_PENDING, "pending", "pending"},
      {FIELD_SYNCED, NULL, 0, "no", "no"},
      {FIELD_EXTERNAL, "a@x.example\nb@x.example", 0, "a@x.example, b@x.example",
       "a@x.example, b@x.example"},
      {FIELD_INVITE, "PendingAcceptance", 0, "pending", "PendingAcceptance"},
      {FIELD_INVITE, "Odd", 0, "Odd", "Odd"},
      {FIELD_NAME, "Ada", 0, "Ada", "Ada"},
      {FIELD_NAME, NULL, 0, "", ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *display = field_display(rows[i].field, rows[i].text, rows[i].number, NOW);
    g_autofree char *plain = field_plain(rows[i].field, rows[i].text, rows[i].number);
    g_assert_cmpstr(display, ==, rows[i].display);
    g_assert_cmpstr(plain, ==, rows[i].plain);
  }
}

static void
test_account(void)
{
  g_autoptr(Account) account = account_new();
  g_assert_null(account_text(account, FIELD_NAME));
  g_assert_cmpint(account_number(account, FIELD_EXPIRES), ==, MOMENT_UNKNOWN);
  g_assert_cmpint(account_number(account, FIELD_STATE), ==, STATE_UNKNOWN);
  account_put_text(account, FIELD_NAME, "Ada");
  account_put_item(account, FIELD_EXTERNAL, "a@x.example");
  account_put_text(account, FIELD_LAST, "Lovelace");
  account_put_item(account, FIELD_EXTERNAL, "b\n@x.example");
  account_put_item(account, FIELD_EXTERNAL, "");
  account_put_item(account, FIELD_EXTERNAL, "c@x.example");
  g_assert_cmpstr(account_text(account, FIELD_EXTERNAL), ==,
                  "a@x.example\nb @x.example\nc@x.example");
  g_assert_cmpstr(account_text(account, FIELD_NAME), ==, "Ada");
  g_assert_cmpstr(account_text(account, FIELD_LAST), ==, "Lovelace");
  account_put_text(account, FIELD_NAME, "bad \xff");
  g_assert_cmpstr(account_text(account, FIELD_NAME), ==, "bad \xef\xbf\xbd");
  g_autoptr(Account) copy = account_copy(account);
  account_put_text(account, FIELD_LAST, "");
  account_put_number(account, FIELD_EXPIRES, 5);
  g_assert_null(account_text(account, FIELD_LAST));
  account_clear(account);
  g_assert_null(account_text(account, FIELD_NAME));
  g_assert_cmpint(account_number(account, FIELD_EXPIRES), ==, MOMENT_UNKNOWN);
  g_assert_cmpstr(account_text(copy, FIELD_LAST), ==, "Lovelace");
}

static void
test_account_grows(void)
{
  g_autoptr(Account) account = account_new();
  g_autoptr(GString) expected = g_string_new(NULL);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *item = g_strdup_printf("person-%u@x.example", i);
    account_put_item(account, FIELD_PROXIES, item);
    /* Something else in between, so that the list has to move. */
    account_put_text(account, FIELD_CITY, item);
    g_string_append_printf(expected, "%s%s", i > 0 ? "\n" : "", item);
  }
  g_assert_cmpstr(account_text(account, FIELD_PROXIES), ==, expected->str);
}

static void
test_roster(void)
{
  g_autoptr(Roster) roster = roster_new();
  g_assert_null(roster_expiry_property(roster));
  roster->expiry_attribute = 15;
  g_autofree char *attribute = roster_expiry_property(roster);
  g_assert_cmpstr(attribute, ==, "extensionAttribute15");
  roster->expiry_attribute = EXPIRY_LEAVE_DATE;
  g_autofree char *leave = roster_expiry_property(roster);
  g_assert_cmpstr(leave, ==, "employeeLeaveDateTime");
  roster->expiry_attribute = 16;
  g_assert_null(roster_expiry_property(roster));
}

static Plan *
sample_plan(void)
{
  Plan *plan = plan_new("Create ada");
  plan->who = g_strdup("chen@host");
  Operation *create = plan_add(plan, "user.create", NULL, "ada@contoso.com");
  operation_add_value(create, "displayName", NULL, "Ada");
  operation_add_value(create, "city", "Rome", NULL);
  Operation *group = plan_add(plan, "group.add", "id-1", "ada@contoso.com");
  group->depends_on = create->sequence;
  group->http_status = 204;
  group->result = g_strdup("member");
  plan_add_note(plan, "skipped: grace");
  return plan;
}

static void
test_plan(void)
{
  g_autoptr(Plan) plan = sample_plan();
  Operation *create = plan_operation(plan, 1);
  g_assert_cmpuint(create->sequence, ==, 1);
  g_assert_cmpstr(operation_to(create, "displayName"), ==, "Ada");
  g_assert_null(operation_from(create, "displayName"));
  g_assert_cmpstr(operation_from(create, "city"), ==, "Rome");
  g_assert_null(operation_to(create, "none"));
  g_assert_null(plan_operation(plan, 0));
  g_assert_null(plan_operation(plan, 3));
  g_assert_cmpuint(plan_count(plan, OPERATION_PLANNED), ==, 2);
  g_assert_false(plan_is_finished(plan));
  create->state = OPERATION_DONE;
  for (guint i = 0; i < OPERATION_STATE_N; i++) {
    plan_operation(plan, 2)->state = (OperationState)i;
    g_assert_true(plan_is_finished(plan) == (i == OPERATION_DONE || i == OPERATION_FAILED ||
                                             i == OPERATION_SKIPPED || i == OPERATION_PENDING));
  }
  /* A plan read back in part. */
  plan_operation(plan, 2)->sequence = 7;
  g_assert_null(plan_operation(plan, 2));
  g_assert_cmpstr(plan_operation(plan, 7)->kind, ==, "group.add");
}

static void
test_plan_copy(void)
{
  g_autoptr(Plan) plan = sample_plan();
  plan->state = PLAN_STOPPED;
  g_autoptr(Plan) copy = plan_copy(plan);
  g_assert_cmpstr(copy->who, ==, "chen@host");
  g_assert_cmpint(copy->state, ==, PLAN_STOPPED);
  g_assert_cmpuint(copy->operations->len, ==, 2);
  g_assert_cmpstr(g_ptr_array_index(copy->notes, 0), ==, "skipped: grace");
  Operation *group = plan_operation(copy, 2);
  g_assert_cmpuint(group->depends_on, ==, 1);
  g_assert_cmpint(group->http_status, ==, 204);
  g_assert_cmpstr(group->result, ==, "member");
  g_assert_true(group->result != plan_operation(plan, 2)->result);
  g_assert_cmpstr(operation_from(plan_operation(copy, 1), "city"), ==, "Rome");
}

static void
test_state_names(void)
{
  for (guint i = 0; i < OPERATION_STATE_N; i++) {
    OperationState state = OPERATION_STATE_N;
    g_assert_true(operation_state_from_name(operation_state_name((OperationState)i), &state));
    g_assert_cmpint(state, ==, i);
    g_assert_nonnull(operation_state_label((OperationState)i));
  }
  OperationState untouched = OPERATION_DONE;
  g_assert_false(operation_state_from_name("Done", &untouched));
  g_assert_false(operation_state_from_name(NULL, &untouched));
  g_assert_cmpint(untouched, ==, OPERATION_DONE);
  for (guint i = PLAN_OPEN; i <= PLAN_STOPPED; i++) {
    PlanState state = PLAN_OPEN;
    g_assert_true(plan_state_from_name(plan_state_name((PlanState)i), &state));
    g_assert_cmpint(state, ==, i);
  }
  PlanState state = PLAN_DONE;
  g_assert_false(plan_state_from_name("", &state));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/fields/table", test_field_table);
  g_test_add_func("/fields/lookup", test_field_lookup);
  g_test_add_func("/fields/list", test_field_list);
  g_test_add_func("/fields/values", test_field_values);
  g_test_add_func("/account/values", test_account);
  g_test_add_func("/account/grows", test_account_grows);
  g_test_add_func("/roster", test_roster);
  g_test_add_func("/plan/operations", test_plan);
  g_test_add_func("/plan/copy", test_plan_copy);
  g_test_add_func("/plan/state-names", test_state_names);
  return g_test_run();
}
