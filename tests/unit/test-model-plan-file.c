/* Plan files: written, read back as the same, and every wrong line named by its place. */
#include "base/error.h"
#include "model/plan-file.h"
#include <string.h>

#define ALAN "8725b0ce-1cb9-41af-89c4-d9984a9c1551"
#define ADA  "6e0c3d59-849c-4932-a407-87fb9cb5f2d2"

static Plan *
read_text(const char *text, GError **error)
{
  return plan_file_read(text, strlen(text), "plan.txt", error);
}

static Plan *
sample(void)
{
  Plan *plan = plan_new("Disable 2 accounts");
  plan->tenant = g_strdup("contoso.com");
  plan->roster = g_strdup("specialists");
  plan->who = g_strdup("m.chen@host");
  plan->reason = g_strdup("Q4 review · ticket 4711");
  plan->released_by = g_strdup("j.doe, a.b");
  plan->made_at = 1795183320;
  Operation *disable = plan_add(plan, "user.disable", ALAN, "alan.turing.ext@contoso.com");
  operation_add_value(disable, "state", "enabled", "disabled");
  plan_add(plan, "sessions.revoke", ALAN, "alan.turing.ext@contoso.com")->depends_on = 1;
  Operation *extend = plan_add(plan, "user.set", ADA, "ada.lovelace.ext@contoso.com");
  operation_add_value(extend, "expires", "2026-11-20", "2027-02-20");
  plan_add_note(plan, "skipped: grace.hopper.ext@contoso.com: already disabled");
  return plan;
}

static void
test_written(void)
{
  g_autoptr(Plan) plan = sample();
  g_autofree char *text = plan_file_write(plan, "reversible: 2 · requests: about 3");
  const char *expected =
      "# usher plan 1 · contoso.com · specialists · made 2026-11-20T14:02:00Z by m.chen@host"
      " · released by: j.doe, a.b · reason: Q4 review · ticket 4711\n"
      "# title: Disable 2 accounts\n"
      "# 3 operations on 2 accounts · reversible: 2 · requests: about 3\n"
      "disable          alan.turing.ext@contoso.com   enabled -> disabled       id=" ALAN "\n"
      "revoke-sessions  alan.turing.ext@contoso.com                             id=" ALAN "\n"
      "extend           ada.lovelace.ext@contoso.com  2026-11-20 -> 2027-02-20  id=" ADA "\n"
      "# skipped: grace.hopper.ext@contoso.com: already disabled\n";
  g_assert_cmpstr(text, ==, expected);
}

static void
assert_same_operation(const Operation *a, const Operation *b)
{
  g_assert_cmpstr(a->kind, ==, b->kind);
  g_assert_cmpstr(a->target_id, ==, b->target_id);
  g_assert_cmpstr(a->target_name, ==, b->target_name);
  g_assert_cmpuint(a->depends_on, ==, b->depends_on);
  g_assert_cmpuint(a->values->len, ==, b->values->len);
  for (guint i = 0; i < a->values->len; i++) {
    const OperationValue *value = a->values->pdata[i];
    g_assert_cmpstr(operation_from(b, value->name), ==, value->from);
    g_assert_cmpstr(operation_to(b, value->name), ==, value->to);
  }
}

static void
assert_round_trip(const Plan *plan)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = plan_file_write(plan, NULL);
  g_autoptr(Plan) read = read_text(text, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(read->operations->len, ==, plan->operations->len);
  for (guint i = 0; i < plan->operations->len; i++)
    assert_same_operation(plan->operations->pdata[i], read->operations->pdata[i]);
  g_autofree char *again = plan_file_write(read, NULL);
  g_assert_cmpstr(again, ==, text);
}

static void
test_round_trip(void)
{
  g_autoptr(Plan) plan = sample();
  g_autoptr(GError) error = NULL;
  assert_round_trip(plan);
  g_autofree char *text = plan_file_write(plan, NULL);
  g_autoptr(Plan) read = read_text(text, &error);
  g_assert_cmpstr(read->title, ==, plan->title);
  g_assert_cmpstr(read->tenant, ==, "contoso.com");
  g_assert_cmpstr(read->roster, ==, "specialists");
  g_assert_cmpstr(read->who, ==, "m.chen@host");
  g_assert_cmpstr(read->reason, ==, plan->reason);
  g_assert_cmpstr(read->released_by, ==, "j.doe, a.b");
  g_assert_cmpint(read->made_at, ==, plan->made_at);
  g_assert_cmpuint(read->notes->len, ==, 1);
  g_assert_cmpstr(read->notes->pdata[0], ==, plan->notes->pdata[0]);
}

/* Whatever a directory may hold. */
static void
test_odd_values(void)
{
  static const char *const odd[] = {"",
                                    "->",
                                    "id=3",
                                    "name:",
                                    "#comment",
                                    "two words",
                                    "\"quoted\"",
                                    "back\\n",
                                    "a\nb",
                                    "tab\there",
                                    "\xe2\x80\xae"
                                    "abc",
                                    "-> x",
                                    " lead",
                                    "日本語",
                                    "=SUM(1)",
                                    "\x1b[31m"};
  g_autoptr(Plan) plan = plan_new("odd");
  for (guint i = 0; i < G_N_ELEMENTS(odd); i++)
    for (guint j = 0; j < G_N_ELEMENTS(odd); j++) {
      g_autofree char *id = g_strdup_printf("%u-%u", i, j);
      g_autofree char *name = g_strdup_printf("account %u %u", i, j);
      Operation *operation = plan_add(plan, "user.set", id, name);
      operation_add_value(operation, "department", odd[i], odd[j]);
      operation_add_value(operation, "companyName", NULL, odd[i]);
      operation_add_value(operation, "city", odd[j], NULL);
    }
  assert_round_trip(plan);
  g_autofree char *text = plan_file_write(plan, NULL);
  g_assert_null(strchr(text, '\x1b'));
  g_assert_null(strstr(text, "\xe2\x80\xae"));
}

static void
test_every_verb(void)
{
  g_autoptr(Plan) plan = plan_new("all");
  for (const PlanVerb *verb = plan_verbs(); verb->verb != NULL; verb++) {
    Operation *operation = plan_add(plan, verb->kind, ALAN, "alan@contoso.com");
    g_assert_nonnull(verb->text);
    if (g_strcmp0(verb->value, "state") == 0)
      operation_add_value(operation, "state", NULL,
                          g_str_equal(verb->kind, "user.enable")    ? "enabled"
                          : g_str_equal(verb->kind, "user.disable") ? "disabled"
                          : g_str_equal(verb->kind, "user.restore") ? "restored"
                          : g_str_equal(verb->kind, "user.purge")   ? "purged"
                                                                    : "deleted");
    else if (g_str_equal(verb->kind, "plan.close"))
      operation_add_value(operation, verb->value, NULL, "17");
    else if (verb->value != NULL)
      operation_add_value(operation, verb->value, NULL, "2027-01-31");
    operation_add_value(operation, "other", "a b", "c");
    operation->depends_on = operation->sequence - 1;
    /* Nothing waits for a licence. */
    const Operation *before = plan_operation(plan, operation->depends_on);
    if (before != NULL && g_str_equal(before->kind, "licence.await"))
      operation->depends_on--;
  }
  /* An extend with more values is a set. */
  assert_round_trip(plan);
}

static void
test_hand_written(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan =
      read_text("\xef\xbb\xbf# usher plan 1\r\n\r\n   # a word to whoever reads this\r\n"
                "\tdisable   ALAN@contoso.com id=1\r\n"
                "set alan@contoso.com department: -> Sales companyName: Old -> id=1 # moved\r\n",
                &error);
  g_assert_no_error(error);
  g_assert_cmpuint(plan->operations->len, ==, 2);
  const Operation *set = plan->operations->pdata[1];
  g_assert_cmpuint(set->depends_on, ==, 1);
  g_assert_cmpstr(operation_to(set, "department"), ==, "Sales");
  g_assert_null(operation_from(set, "department"));
  g_assert_cmpstr(operation_from(set, "companyName"), ==, "Old");
  g_assert_null(operation_to(set, "companyName"));
  g_assert_cmpuint(plan->notes->len, ==, 1);
  g_assert_cmpstr(plan->title, ==, "plan.txt");
}

static void
test_wrong(void)
{
#define HEAD "# usher plan 1 · contoso.com · specialists\n"
  static const struct {
    const char *text, *place, *says;
  } wrong[] = {
      {"", "plan.txt: ", "empty"},
      {"hello\n", "plan.txt:1:1: ", "no plan file"},
      {"# usher plan 10\n", "plan.txt:1:1: ", "no plan file"},
      {"# usher plan 1 · t · r · made soon by x\n", "plan.txt:1:", "moment"},
      {HEAD "disabel a id=1\n", "plan.txt:2:1: ", "did you mean “disable”"},
      {HEAD "frobnicate a id=1\n", "plan.txt:2:1: ", "no operation"},
      {HEAD "disable\n", "plan.txt:2:8: ", "account is missing"},
      {HEAD "disable a\n", "plan.txt:2:10: ", "id is missing"},
      {HEAD "disable a id=\n", "plan.txt:2:11: ", "id is missing"},
      {HEAD "disable a id=a/b\n", "plan.txt:2:11: ", "no object id"},
      {HEAD "disable a id=1 id=2\n", "plan.txt:2:16: ", "twice"},
      {HEAD "disable a id=1 x -> y\n", "plan.txt:2:16: ", "follow the id"},
      {HEAD "disable a enabled disabled id=1\n", "plan.txt:2:19: ", "“->” is missing"},
      {HEAD "disable a enabeld -> disabled id=1\n", "plan.txt:2:11: ", "did you mean “enabled”"},
      {HEAD "\n\nextend ä 2027-02-30 -> 2027-03-01 id=1\n", "plan.txt:4:10: ", "no date"},
      {HEAD "set a b -> c id=1\n", "plan.txt:2:7: ", "name of the value"},
      {HEAD "set a x: b -> c x: d -> e id=1\n", "plan.txt:2:17: ", "twice"},
      {HEAD "set a x/y: b -> c id=1\n", "plan.txt:2:7: ", "no name of a value"},
      {HEAD "set a x: \"b -> c id=1\n", "plan.txt:2:10: ", "closing quotation"},
      {HEAD "set a x: \"b\"c -> d id=1\n", "plan.txt:2:13: ", "blank is missing"},
      {HEAD "set a x: b\"c -> d id=1\n", "plan.txt:2:10: ", "inside a word"},
      {HEAD "set a x: \"\\q\" -> d id=1\n", "plan.txt:2:11: ", "after \\"},
      {HEAD "set a x: \"\\u{0}\" -> d id=1\n", "plan.txt:2:", "number of a character"},
      {HEAD "set a x: \"\\u{d800}\" -> d id=1\n", "plan.txt:2:", "number of a character"},
      {HEAD "disable \xff id=1\n", "plan.txt:2:9: ", "UTF-8"},
      {HEAD "remove a\n", "plan.txt:2:9: ", "id is missing"},
      {HEAD "close-plan a -> 1\nremove a\n", "plan.txt:3:9: ", "id is missing"},
      {HEAD "await-licence a id=1\nremove A\n", "plan.txt:3:9: ", "id is missing"},
      {HEAD "disable a id=1\ncreate a x: -> y\nremove b\n", "plan.txt:4:9: ", "id is missing"},
      {HEAD "disable a disabled -> enabled id=1\n", "plan.txt:2:1: ", "says something else"},
      {HEAD "remove a -> restored id=1\n", "plan.txt:2:1: ", "says something else"},
      {HEAD "disable a neededBy: -> 1 id=1\n", "plan.txt:2:11: ", "no name of a value"},
      {HEAD "close-plan a\n", "plan.txt:2:1: ", "number of the plan"},
      {HEAD "close-plan a -> 1x\n", "plan.txt:2:1: ", "number of the plan"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = read_text(wrong[i].text, &error);
    g_test_message("%s", wrong[i].text);
    g_assert_null(plan);
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    g_test_message("%s", error->message);
    g_assert_true(g_str_has_prefix(error->message, wrong[i].place));
    g_assert_nonnull(strstr(error->message, wrong[i].says));
  }
  g_autoptr(GError) error = NULL;
  g_assert_null(plan_file_read("# usher plan 1\n\0x", 17, "plan.txt", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
}

/* What the plan makes itself has no id yet. */
static void
test_without_id(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = read_text("# usher plan 1\ncreate a@b -> a@b\nadd-group a@b -> G\n"
                                   "await-licence a@b -> L\nmail a@b -> x@y\n",
                                   &error);
  g_assert_no_error(error);
  g_assert_cmpuint(plan_operation(plan, 3)->depends_on, ==, 2);
  g_assert_cmpuint(plan_operation(plan, 4)->depends_on, ==, 2);
}

/* The service does not look at the case of names and ids; the engine tells lanes apart by it. */
static void
test_one_spelling(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = read_text("# usher plan 1\ncreate a@b -> a@b\nadd-group A@B -> G\n"
                                   "disable c@d id=8725B0CE-1cb9\n",
                                   &error);
  g_assert_no_error(error);
  g_assert_cmpstr(plan_operation(plan, 2)->target_name, ==, "a@b");
  g_assert_cmpuint(plan_operation(plan, 2)->depends_on, ==, 1);
  g_assert_cmpstr(plan_operation(plan, 3)->target_id, ==, "8725b0ce-1cb9");
}

/* A rollback of what is in doubt knows a name and since when. */
static void
test_rollback(void)
{
  g_autoptr(Plan) plan = plan_new("Roll back");
  Operation *remove = plan_add(plan, "user.remove", NULL, "a@b");
  operation_add_value(remove, "otherMails", "x@y", NULL);
  operation_add_value(remove, "createdDateTime", "2026-11-20T14:02:00Z", NULL);
  assert_round_trip(plan);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plan-file/written", test_written);
  g_test_add_func("/plan-file/round-trip", test_round_trip);
  g_test_add_func("/plan-file/odd-values", test_odd_values);
  g_test_add_func("/plan-file/every-verb", test_every_verb);
  g_test_add_func("/plan-file/hand-written", test_hand_written);
  g_test_add_func("/plan-file/wrong", test_wrong);
  g_test_add_func("/plan-file/without-id", test_without_id);
  g_test_add_func("/plan-file/one-spelling", test_one_spelling);
  g_test_add_func("/plan-file/rollback", test_rollback);
  return g_test_run();
}
