/* Plans of an account's life without the network: what each action makes of an account,
 * what is left out and why, who is guarded, how far it reaches, and back again. */
#include "base/clock.h"
#include "base/error.h"
#include "work/apply.h"
#include "work/impact.h"
#include "work/lifecycle.h"
#include "work/undo.h"
#include <string.h>

#define NOW 1795183320 /* 2026-11-20 14:02 */

typedef struct {
  Roster *roster;
  Work work;
  Guard *guard;
  SnapshotBuilder *builder;
  Snapshot *snapshot;
  LifecycleRequest request;
} Fixture;

static const char *const guarded[] = {"breakglass1@contoso.com", NULL};

static void
set_up(Fixture *f, gconstpointer data)
{
  f->roster = roster_new();
  f->roster->name = g_strdup("specialists");
  f->roster->title = g_strdup("Specialists");
  f->roster->lifetime = 180 * CLOCK_DAY;
  f->roster->max_lifetime = 365 * CLOCK_DAY;
  f->roster->expiry_attribute = 15;
  f->roster->mail_from = g_strdup("it@contoso.com");
  f->work = (Work){.roster = f->roster,
                   .profile = "contoso",
                   .tenant = "contoso.com",
                   .guard_accounts = guarded};
  f->guard = guard_new_offline(&f->work);
  f->builder = snapshot_builder_new();
  f->request = (LifecycleRequest){.now = NOW};
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  g_clear_pointer(&f->snapshot, snapshot_unref);
  snapshot_builder_free(f->builder);
  guard_free(f->guard);
  roster_free(f->roster);
}

/* An account with its id and user name; enabled, a member, until the end of the month. */
static Account *
account(const char *id, AccountState state)
{
  Account *account = account_new();
  g_autofree char *user = g_strdup_printf("%s@contoso.com", id);
  g_autofree char *mail = g_strdup_printf("%s@partner.example", id);
  account_put_text(account, FIELD_ID, id);
  account_put_text(account, FIELD_USER, user);
  account_put_text(account, FIELD_NAME, id);
  account_put_item(account, FIELD_EXTERNAL, mail);
  account_put_number(account, FIELD_STATE, state);
  account_put_number(account, FIELD_KIND, KIND_MEMBER);
  account_put_number(account, FIELD_EXPIRES, NOW + 10 * CLOCK_DAY);
  return account;
}

static void
add(Fixture *f, Account *account)
{
  snapshot_builder_add(f->builder, account);
  account_free(account);
}

static void
add_simple(Fixture *f, const char *id, AccountState state)
{
  add(f, account(id, state));
}

static Plan *
plan_it(Fixture *f, const char *action)
{
  g_autoptr(GError) error = NULL;
  g_clear_pointer(&f->snapshot, snapshot_unref);
  f->snapshot = snapshot_builder_snapshot(f->builder, NOW);
  f->request.action = action;
  Plan *plan = lifecycle_plan(&f->work, f->guard, f->snapshot, NULL, &f->request, &error);
  g_assert_no_error(error);
  return plan;
}

static void
refuses(Fixture *f, const char *action, UsherErrorCode code, const char *says)
{
  g_autoptr(GError) error = NULL;
  g_clear_pointer(&f->snapshot, snapshot_unref);
  f->snapshot = snapshot_builder_snapshot(f->builder, NOW);
  f->request.action = action;
  g_assert_null(lifecycle_plan(&f->work, f->guard, f->snapshot, NULL, &f->request, &error));
  g_assert_error(error, USHER_ERROR, (gint)code);
  g_test_message("%s", error->message);
  g_assert_nonnull(strstr(error->message, says));
}

/* "user.disable a, sessions.revoke a": kinds with their targets, in order. */
static void
assert_operations(const Plan *plan, const char *expected)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", operation->kind,
                           operation->target_id);
  }
  g_assert_cmpstr(text->str, ==, expected);
}

static void
assert_note(const Plan *plan, const char *text)
{
  for (guint i = 0; i < plan->notes->len; i++)
    if (strstr(plan->notes->pdata[i], text) != NULL)
      return;
  for (guint i = 0; i < plan->notes->len; i++)
    g_test_message("%s", (char *)plan->notes->pdata[i]);
  g_error("no note says “%s”", text);
}

static void
test_enable_disable(Fixture *f, gconstpointer data)
{
  Account *guest = account("guest", STATE_ENABLED);
  account_put_number(guest, FIELD_KIND, KIND_GUEST);
  add_simple(f, "a", STATE_ENABLED);
  add_simple(f, "b", STATE_DISABLED);
  add_simple(f, "c", STATE_DELETED);
  add(f, guest);
  g_autoptr(Plan) disable = plan_it(f, "disable");
  assert_operations(disable, "user.disable a, sessions.revoke a, user.disable guest");
  assert_note(disable, "b@contoso.com: already disabled");
  assert_note(disable, "c@contoso.com: is deleted");
  assert_note(disable, "1 guest");
  g_assert_cmpstr(disable->title, ==, "Disable 2 accounts");
  g_assert_cmpuint(plan_operation(disable, 2)->depends_on, ==, 1);
  g_assert_cmpuint(plan_operation(disable, 3)->depends_on, ==, 0);
  g_assert_cmpstr(operation_from(plan_operation(disable, 1), "state"), ==, "enabled");
  g_autoptr(Plan) enable = plan_it(f, "enable");
  assert_operations(enable, "user.enable b");
  g_assert_cmpstr(enable->title, ==, "Enable b@contoso.com");
  assert_note(enable, "a@contoso.com: already enabled");
}

static void
test_offboard(Fixture *f, gconstpointer data)
{
  g_autoptr(GHashTable) members = g_hash_table_new(g_str_hash, g_str_equal);
  Account *past = account("past", STATE_DISABLED);
  account_put_number(past, FIELD_EXPIRES, NOW - 3 * CLOCK_DAY);
  add_simple(f, "a", STATE_ENABLED);
  add(f, past);
  g_hash_table_add(members, (gpointer) "a");
  f->request.members = members;
  f->request.group_id = "group";
  f->request.group_name = "Specialists";
  g_autoptr(Plan) plan = plan_it(f, "offboard");
  assert_operations(plan, "user.disable a, sessions.revoke a, user.set a, group.remove a");
  g_assert_cmpstr(operation_to(plan_operation(plan, 3), "expires"), ==, "2026-11-20");
  g_assert_cmpstr(operation_from(plan_operation(plan, 4), "groupId"), ==, "group");
  assert_note(plan, "past@contoso.com: already offboarded");
}

static void
test_remove_restore(Fixture *f, gconstpointer data)
{
  Account *deleted = account("d", STATE_DELETED);
  account_put_text(deleted, FIELD_USER, "8725b0ce1cb941afa89c4d9984a9c155d@contoso.com");
  add_simple(f, "a", STATE_ENABLED);
  add(f, deleted);
  g_autoptr(Plan) removal = plan_it(f, "remove");
  assert_operations(removal, "user.remove a");
  g_autoptr(Plan) restore = plan_it(f, "restore");
  assert_operations(restore, "user.restore d");
  g_assert_cmpstr(plan_operation(restore, 1)->target_name, ==, "d@contoso.com");
  assert_note(restore, "a@contoso.com: is not deleted");
  g_autoptr(Plan) purge = plan_it(f, "purge");
  assert_operations(purge, "user.purge d");
}

static void
test_extend(Fixture *f, gconstpointer data)
{
  Account *never = account("never", STATE_ENABLED), *far = account("far", STATE_ENABLED);
  account_put_number(never, FIELD_EXPIRES, MOMENT_NONE);
  account_put_number(far, FIELD_EXPIRES, NOW + 360 * CLOCK_DAY);
  add_simple(f, "a", STATE_ENABLED);
  add(f, never);
  add(f, far);
  f->request.span = 30 * CLOCK_DAY;
  g_autoptr(Plan) plan = plan_it(f, "extend");
  assert_operations(plan, "user.set a, user.set far, user.set never");
  g_assert_cmpstr(operation_from(plan_operation(plan, 1), "expires"), ==, "2026-11-30");
  g_assert_cmpstr(operation_to(plan_operation(plan, 1), "expires"), ==, "2026-12-30");
  g_assert_cmpstr(operation_to(plan_operation(plan, 2), "expires"), ==, "2027-11-20");
  g_assert_cmpstr(operation_from(plan_operation(plan, 3), "expires"), ==, "");
  g_assert_cmpstr(operation_to(plan_operation(plan, 3), "expires"), ==, "2026-12-20");
  assert_note(plan, "far@contoso.com: until 2027-11-20");
  f->request.to = NOW + 10 * CLOCK_DAY;
  g_autoptr(Plan) same = plan_it(f, "extend");
  assert_note(same, "a@contoso.com: already ends on 2026-11-30");
  f->request.to = NOW + 400 * CLOCK_DAY;
  refuses(f, "extend", USHER_ERROR_USAGE, "2027-11-20");
  f->request.to = NOW - 2 * CLOCK_DAY;
  refuses(f, "extend", USHER_ERROR_USAGE, "past");
  /* The calendar ends; an end date is not cleared by going beyond. */
  f->roster->max_lifetime = 0;
  f->request.to = 0;
  f->request.span = CLOCK_LAST;
  g_autoptr(Plan) last = plan_it(f, "extend");
  g_assert_cmpstr(operation_to(plan_operation(last, 1), "expires"), ==, "9999-12-31");
  f->roster->expiry_attribute = 0;
  refuses(f, "extend", USHER_ERROR_CONFIG, "expiry_attribute");
}

static void
set_fields(Fixture *f, const char *const *fields, const char *const *values)
{
  f->request.fields = (char **)fields;
  f->request.values = (char **)values;
}

static void
test_set(Fixture *f, gconstpointer data)
{
  const char *fields[] = {"company", "jobTitle", "sponsor", NULL};
  const char *values[] = {"Partner GmbH", "", "boss", NULL};
  Account *there = account("there", STATE_ENABLED);
  account_put_text(there, FIELD_COMPANY, "Partner GmbH");
  account_put_text(there, FIELD_SPONSOR_ID, "boss-id");
  Account *old = account("old", STATE_ENABLED);
  account_put_text(old, FIELD_COMPANY, "Old");
  account_put_text(old, FIELD_TITLE, "Architect");
  account_put_text(old, FIELD_SPONSOR_ID, "other-id");
  add(f, there);
  add(f, old);
  f->request.sponsor_id = "boss-id";
  f->request.sponsor_name = "The Boss";
  set_fields(f, fields, values);
  g_autoptr(Plan) plan = plan_it(f, "set");
  assert_operations(plan, "user.set old, sponsor.set old");
  g_assert_cmpstr(operation_from(plan_operation(plan, 1), "companyName"), ==, "Old");
  g_assert_cmpstr(operation_to(plan_operation(plan, 1), "jobTitle"), ==, "");
  g_assert_cmpstr(operation_from(plan_operation(plan, 2), "sponsorId"), ==, "other-id");
  g_assert_cmpstr(operation_to(plan_operation(plan, 2), "sponsorId"), ==, "boss-id");
  assert_note(plan, "there@contoso.com: already so");
  const char *wrong[][2][2] = {{{"compny", NULL}, {"x", NULL}},
                               {{"location", NULL}, {"xx", NULL}},
                               {{"name", NULL}, {"", NULL}},
                               {{"employee", NULL}, {"12345678901234567", NULL}},
                               {{"city", NULL}, {"a\x1b[", NULL}},
                               {{"city", NULL}, {"a\nb", NULL}},
                               {{"external", NULL}, {"a@b.example\n\x1b[2J", NULL}}};
  static const char *const says[] = {
      "did you mean “company”", "capital",         "empty",          "16",
      "cannot be shown",        "cannot be shown", "cannot be shown"};
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    set_fields(f, wrong[i][0], wrong[i][1]);
    refuses(f, "set", USHER_ERROR_USAGE, says[i]);
  }
  const char *twice[] = {"title", "jobTitle", NULL}, *both[] = {"a", "b", NULL};
  set_fields(f, twice, both);
  refuses(f, "set", USHER_ERROR_USAGE, "twice");
}

static void
test_hand_over(Fixture *f, gconstpointer data)
{
  static const struct {
    PasswordDelivery delivery;
    const char *action, *operations;
  } ways[] = {
      {PASSWORD_BY_MAIL, "reset", "password.reset a, mail.send a"},
      {PASSWORD_SHOWN, "reset", "password.reset a, password.show a"},
      {PASSWORD_AS_PASS, "reset", "pass.issue a, mail.send a"},
      {PASSWORD_BY_MAIL, "pass", "pass.issue a, mail.send a"},
      {PASSWORD_SHOWN, "pass", "pass.issue a, pass.show a"},
      {PASSWORD_BY_MAIL, "resend", "password.reset a, mail.send a"},
      {PASSWORD_BY_SEPARATE_MAIL, "resend", "password.reset a, mail.send a, mail.send a"},
      {PASSWORD_SHOWN, "resend", "password.reset a, mail.send a, password.show a"},
      {PASSWORD_AS_PASS, "resend", "pass.issue a, mail.send a"},
  };
  Account *guest = account("guest", STATE_ENABLED);
  account_put_number(guest, FIELD_KIND, KIND_GUEST);
  add_simple(f, "a", STATE_ENABLED);
  add(f, guest);
  for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
    f->roster->password = ways[i].delivery;
    g_autoptr(Plan) plan = plan_it(f, ways[i].action);
    assert_operations(plan, ways[i].operations);
    assert_note(plan, "guest@contoso.com: a guest signs in");
    for (guint j = 0; j < plan->operations->len; j++)
      g_assert_null(operation_to(plan->operations->pdata[j], "password"));
  }
  g_clear_pointer(&f->roster->mail_from, g_free);
  f->roster->password = PASSWORD_BY_MAIL;
  refuses(f, "reset", USHER_ERROR_CONFIG, "mail_from");
}

static void
test_no_address(Fixture *f, gconstpointer data)
{
  Account *mute = account("mute", STATE_ENABLED);
  account_put_text(mute, FIELD_EXTERNAL, NULL);
  add(f, mute);
  add_simple(f, "off", STATE_DISABLED);
  g_autoptr(Plan) plan = plan_it(f, "resend");
  assert_operations(plan, "");
  assert_note(plan, "mute@contoso.com: has no external address");
  assert_note(plan, "off@contoso.com: is disabled");
}

static void
test_groups(Fixture *f, gconstpointer data)
{
  g_autoptr(GHashTable) members = g_hash_table_new(g_str_hash, g_str_equal);
  add_simple(f, "in", STATE_ENABLED);
  add_simple(f, "out", STATE_ENABLED);
  refuses(f, "group add", USHER_ERROR_USAGE, "group");
  g_hash_table_add(members, (gpointer) "in");
  f->request.group_id = "g-id";
  f->request.group_name = "VPN";
  f->request.members = members;
  g_autoptr(Plan) join = plan_it(f, "group add");
  assert_operations(join, "group.add out");
  g_assert_cmpstr(operation_to(plan_operation(join, 1), "groupId"), ==, "g-id");
  g_autoptr(Plan) leave = plan_it(f, "group remove");
  assert_operations(leave, "group.remove in");
  assert_note(leave, "out@contoso.com: not in the group");
}

/* --- guards --- */

static void
test_guards(Fixture *f, gconstpointer data)
{
  Account *synced = account("synced", STATE_ENABLED);
  account_put_number(synced, FIELD_SYNCED, 1);
  add(f, synced);
  add_simple(f, "breakglass1", STATE_ENABLED);
  add_simple(f, "admin", STATE_ENABLED);
  add_simple(f, "crisis", STATE_ENABLED);
  add_simple(f, "me", STATE_ENABLED);
  guard_add_holder(f->guard, "User Administrator", "ADMIN");
  guard_add_member(f->guard, "Emergency access", "crisis");
  guard_set_self(f->guard, "me");
  static const char *const cutting[] = {"disable", "remove", NULL};
  for (guint i = 0; cutting[i] != NULL; i++) {
    g_autoptr(Plan) plan = plan_it(f, cutting[i]);
    assert_operations(plan, "");
    g_assert_cmpuint(plan->refused, ==, 5);
    assert_note(plan, "breakglass1@contoso.com: guarded account");
    assert_note(plan, "admin@contoso.com: holds the directory role User Administrator");
    assert_note(plan, "crisis@contoso.com: guarded: member of Emergency access");
    assert_note(plan, "me@contoso.com: that is yourself");
    assert_note(plan, "synced@contoso.com: synced from on-premises");
  }
  f->request.span = 30 * CLOCK_DAY;
  g_autoptr(Plan) extend = plan_it(f, "extend");
  assert_operations(extend, "user.set me");
}

/* One alone may be given an end date, but never be cut off. */
static void
test_guard_alone(Fixture *f, gconstpointer data)
{
  add_simple(f, "breakglass1", STATE_ENABLED);
  f->request.span = 30 * CLOCK_DAY;
  g_autoptr(Plan) extend = plan_it(f, "extend");
  assert_operations(extend, "user.set breakglass1");
  g_autoptr(Plan) disable = plan_it(f, "disable");
  assert_operations(disable, "");
  const GuardTarget by_id = {.id = "x", .user_name = "BREAKGLASS1@contoso.com"};
  g_autofree char *because = guard_refuses(f->guard, "user.remove", &by_id, FALSE);
  g_assert_nonnull(because);
  /* The list may name another address of the account. */
  const GuardTarget by_proxy = {
      .id = "x", .user_name = "x@contoso.com", .proxies = "SMTP:x@y\nsmtp:Breakglass1@contoso.com"};
  g_autofree char *too = guard_refuses(f->guard, "user.remove", &by_proxy, FALSE);
  g_assert_nonnull(too);
  const GuardTarget other = {.id = "x", .user_name = "x@contoso.com", .proxies = "SMTP:x@y\nsmtp:"};
  g_assert_null(guard_refuses(f->guard, "user.remove", &other, FALSE));
  g_assert_false(guard_covers("mail.send"));
  for (const StepInfo *info = step_infos(); info->kind != NULL; info++)
    if (g_str_has_prefix(info->kind, "user.") && !g_str_equal(info->kind, "user.create"))
      g_assert_true(guard_covers(info->kind));
}

/* --- reach --- */

static void
test_impact(Fixture *f, gconstpointer data)
{
  Account *active = account("active", STATE_ENABLED), *idle = account("idle", STATE_ENABLED);
  account_put_number(active, FIELD_SIGN_IN, NOW - CLOCK_DAY);
  account_put_text(active, FIELD_SPONSOR_ID, "boss");
  account_put_number(idle, FIELD_SIGN_IN, NOW - 90 * CLOCK_DAY);
  add(f, active);
  add(f, idle);
  add_simple(f, "unknown", STATE_DISABLED);
  g_autoptr(Plan) plan = plan_it(f, "remove");
  g_autoptr(Impact) impact = impact_of(plan, f->snapshot, FALSE, 2, NOW);
  g_assert_cmpuint(impact->operations, ==, 3);
  g_assert_cmpuint(impact->accounts, ==, 3);
  g_assert_cmpuint(impact->enabled, ==, 2);
  g_assert_cmpuint(impact->active, ==, 1);
  g_assert_cmpuint(impact->unknown_sign_in, ==, 1);
  g_assert_cmpuint(impact->without_sponsor, ==, 2);
  g_assert_cmpuint(impact->dangerous, ==, 3);
  g_assert_true(impact->type_count);
  g_assert_cmpuint(impact->irreversible, ==, 0);
  g_autoptr(Impact) more = impact_of(plan, f->snapshot, FALSE, 3, NOW);
  g_assert_false(more->type_count);
  g_autoptr(Plan) disable = plan_it(f, "disable");
  g_autoptr(Impact) reversible = impact_of(disable, NULL, FALSE, 0, NOW);
  g_assert_false(reversible->type_count);
  g_assert_cmpuint(reversible->irreversible, ==, 2); /* sessions */
  g_assert_cmpuint(reversible->requests, ==, 4);
  g_assert_cmpuint(reversible->unknown_sign_in, ==, 2);
  g_assert_cmpuint(reversible->enabled, ==, 2); /* the plan itself says so */
  g_autoptr(Plan) enable = plan_it(f, "enable");
  g_autoptr(Impact) back = impact_of(enable, f->snapshot, FALSE, 0, NOW);
  g_assert_cmpuint(back->enabled, ==, 0);
  g_autoptr(GPtrArray) lines = impact_lines(reversible);
  g_assert_cmpuint(lines->len, ==, 4);
  g_assert_cmpstr(lines->pdata[0], ==, "disable 2 · end sessions 2");
}

/* --- back again --- */

static void
finish_all(Plan *plan)
{
  for (guint i = 0; i < plan->operations->len; i++) {
    Operation *operation = plan->operations->pdata[i];
    operation->state = OPERATION_DONE;
    operation->intended_at = NOW;
  }
}

static void
test_undo(Fixture *f, gconstpointer data)
{
  add_simple(f, "a", STATE_ENABLED);
  add_simple(f, "b", STATE_ENABLED);
  f->request.group_id = "g-id";
  f->request.group_name = "Specialists";
  g_autoptr(Plan) plan = plan_it(f, "offboard");
  finish_all(plan);
  ((Operation *)plan->operations->pdata[plan->operations->len - 1])->state = OPERATION_FAILED;
  g_autoptr(Plan) undo = undo_plan(plan);
  assert_operations(undo, "user.set b, user.enable b, group.add a, user.set a, user.enable a");
  assert_note(undo, "cannot be undone: a@contoso.com: end sessions");
  g_assert_cmpstr(operation_to(plan_operation(undo, 1), "expires"), ==, "2026-11-30");
  g_assert_cmpstr(operation_from(plan_operation(undo, 1), "expires"), ==, "2026-11-20");
  g_assert_cmpstr(operation_to(plan_operation(undo, 3), "groupId"), ==, "g-id");
  g_assert_cmpstr(operation_to(plan_operation(undo, 5), "state"), ==, "enabled");
  g_assert_cmpuint(plan_operation(undo, 5)->depends_on, ==, 4);
  finish_all(undo);
  g_autoptr(Plan) redo = undo_plan(undo);
  assert_operations(redo, "user.disable a, user.set a, group.remove a, user.disable b, user.set b");
}

/* What was so already when its turn came was never intended: it is not ours. */
static void
test_undo_of_nothing(Fixture *f, gconstpointer data)
{
  add_simple(f, "a", STATE_ENABLED);
  add_simple(f, "b", STATE_ENABLED);
  g_autoptr(Plan) plan = plan_it(f, "disable");
  finish_all(plan);
  plan_operation(plan, 1)->intended_at = 0;
  g_autoptr(Plan) undo = undo_plan(plan);
  assert_operations(undo, "user.enable b");
}

static void
test_undo_removal(Fixture *f, gconstpointer data)
{
  add_simple(f, "a", STATE_ENABLED);
  g_autoptr(Plan) plan = plan_it(f, "remove");
  finish_all(plan);
  g_autoptr(Plan) undo = undo_plan(plan);
  assert_operations(undo, "user.restore a");
  g_autoptr(Plan) reset = plan_it(f, "reset");
  finish_all(reset);
  g_autoptr(Plan) nothing = undo_plan(reset);
  assert_operations(nothing, "");
  g_assert_cmpuint(nothing->notes->len, ==, 2);
}

/* What the service found so already was somebody else's doing. */
static void
test_undo_of_others(void)
{
  g_autoptr(Plan) plan = plan_new("Mixed");
  plan_add(plan, "user.restore", "ours", "ours@contoso.com");
  plan_add(plan, "user.restore", "theirs", "theirs@contoso.com");
  plan_add(plan, "group.add", "member", "member@contoso.com");
  finish_all(plan);
  plan_operation(plan, 1)->http_status = 200;
  plan_operation(plan, 2)->http_status = 404;
  plan_operation(plan, 3)->http_status = 400;
  g_autoptr(Plan) undo = undo_plan(plan);
  assert_operations(undo, "user.remove ours");
  g_assert_cmpuint(undo->notes->len, ==, 0);
}

/* A creation goes as a whole, and only if it is still the one that was made. */
static void
test_undo_creation(void)
{
  g_autoptr(Plan) plan = plan_new("Create");
  Operation *create = plan_add(plan, "user.create", "new", "new@contoso.com");
  operation_add_value(create, "otherMails", NULL, "new@partner.example");
  operation_add_value(create, "companyName", NULL, "Partner");
  create->intended_at = NOW;
  operation_add_value(plan_add(plan, "user.set", "new", "new@contoso.com"), "extensionAttribute15",
                      NULL, "2027-05-20");
  operation_add_value(plan_add(plan, "group.add", "new", "new@contoso.com"), "groupId", NULL, "g");
  plan_add(plan, "mail.send", "new", "new@contoso.com");
  finish_all(plan);
  g_autoptr(Plan) undo = undo_plan(plan);
  assert_operations(undo, "user.remove new");
  g_assert_cmpstr(operation_from(undo->operations->pdata[0], "otherMails"), ==,
                  "new@partner.example");
  g_assert_nonnull(operation_from(undo->operations->pdata[0], "createdDateTime"));
  /* As it was made, and as the plan itself left it. */
  g_assert_cmpstr(operation_from(undo->operations->pdata[0], "companyName"), ==, "Partner");
  g_assert_cmpstr(operation_from(undo->operations->pdata[0], "jobTitle"), ==, "");
  g_assert_cmpstr(operation_from(undo->operations->pdata[0], "extensionAttribute15"), ==,
                  "2027-05-20");
}

/* Ten thousand accounts: well under a second, whatever else runs on this machine. */
static void
test_many(Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 10000; i++) {
    g_autofree char *id = g_strdup_printf("%08x-0000-4000-8000-000000000000", i);
    add_simple(f, id, STATE_ENABLED);
  }
  f->snapshot = snapshot_builder_snapshot(f->builder, NOW);
  f->request.action = "disable";
  gint64 begin = g_get_monotonic_time();
  g_autoptr(Plan) plan = lifecycle_plan(&f->work, f->guard, f->snapshot, NULL, &f->request, NULL);
  gint64 took = g_get_monotonic_time() - begin;
  g_assert_cmpuint(plan->operations->len, ==, 20000);
  g_test_message("%.0f ms", (double)took / 1000);
  g_assert_cmpint(took, <, 5 * G_USEC_PER_SEC);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run)(Fixture *, gconstpointer);
  } tests[] = {
      {"/lifecycle/enable-disable", test_enable_disable},
      {"/lifecycle/offboard", test_offboard},
      {"/lifecycle/remove-restore", test_remove_restore},
      {"/lifecycle/extend", test_extend},
      {"/lifecycle/set", test_set},
      {"/lifecycle/hand-over", test_hand_over},
      {"/lifecycle/no-address", test_no_address},
      {"/lifecycle/groups", test_groups},
      {"/lifecycle/guards", test_guards},
      {"/lifecycle/guard-alone", test_guard_alone},
      {"/lifecycle/impact", test_impact},
      {"/lifecycle/undo", test_undo},
      {"/lifecycle/undo-of-nothing", test_undo_of_nothing},
      {"/lifecycle/undo-removal", test_undo_removal},
      {"/lifecycle/many", test_many},
  };
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
  g_test_add_func("/lifecycle/undo-creation", test_undo_creation);
  g_test_add_func("/lifecycle/undo-of-others", test_undo_of_others);
  return g_test_run();
}
