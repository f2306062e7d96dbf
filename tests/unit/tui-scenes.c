/* The scenes: keys and facts that bring the console to each of its views. */
#include "base/clock.h"
#include "base/error.h"
#include "tui/dialog.h"
#include "tui/grid.h"
#include "tui/view-accounts.h"
#include "tui/view-apply.h"
#include "tui/view-journal.h"
#include "tui/view-plan.h"
#include "tui/view-review.h"
#include "tui/view-reviews.h"
#include "tui/view-welcome.h"
#include "unit/tui-stage.h"

/* --- one function per view: brings the stage to it --- */

static void
show_accounts(Stage *stage)
{
  stage_fill(stage, 300);
  console_push(stage->console, view_accounts_new(stage->console));
  stage_keys(stage, "j Space Space");
}

static void
show_filter(Stage *stage)
{
  stage_fill(stage, 300);
  console_push(stage->console, view_accounts_new(stage->console));
  stage_keys(stage, "/");
  stage_type(stage, "ext licence:pending");
}

static void
show_wrong_query(Stage *stage)
{
  stage_fill(stage, 300);
  console_push(stage->console, view_accounts_new(stage->console));
  stage_keys(stage, "/");
  stage_type(stage, "licence:ok ");
  stage_type(stage, "colour:red");
}

static void
show_no_match(Stage *stage)
{
  stage_fill(stage, 3);
  console_push(stage->console, view_accounts_new(stage->console));
  stage_keys(stage, "/");
  stage_type(stage, "nobody-is-called-this");
  stage_keys(stage, "Enter");
}

static void
show_none(Stage *stage)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, NOW - 300);
  feed_set_snapshot(stage->feed, snapshot);
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_loading(Stage *stage)
{
  stage->feed->loading = TRUE;
  stage->feed->loaded = 0;
  stage->feed->total = 9600;
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_offline(Stage *stage)
{
  stage_fill(stage, 0);
  stage->feed->from_cache = stage->feed->whole = TRUE;
  stage->feed->now = NOW + 3 * 60 * 60;
  stage->feed->error = g_error_new_literal(USHER_ERROR, USHER_ERROR_UNREACHABLE,
                                           "graph.microsoft.com: no connection");
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_signed_out(Stage *stage)
{
  stage->feed->error =
      g_error_new_literal(USHER_ERROR, USHER_ERROR_SIGN_IN, "Nobody is signed in to contoso.com");
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_signed_out_cached(Stage *stage)
{
  stage_fill(stage, 0);
  stage->feed->from_cache = stage->feed->whole = TRUE;
  show_signed_out(stage);
}

static void
show_offline_empty(Stage *stage)
{
  stage->feed->error = g_error_new_literal(USHER_ERROR, USHER_ERROR_UNREACHABLE,
                                           "graph.microsoft.com: the name cannot be resolved");
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_locked(Stage *stage)
{
  stage->feed->error =
      g_error_new_literal(USHER_ERROR, USHER_ERROR_KEYRING, "The keyring of the desktop is locked");
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
lack_permission(Stage *stage)
{
  stage->feed->error = g_error_new_literal(
      USHER_ERROR, USHER_ERROR_REFUSED,
      "Members of the group Specialists: the service refused it. It needs GroupMember.Read.All "
      "User.Read.All. It said: Insufficient privileges to complete the operation.");
  error_set_service(stage->feed->error, 403, "Authorization_RequestDenied",
                    "9f0e8c1a-0000-4000-8000-00000000000a", -1);
}

static void
show_no_permission(Stage *stage)
{
  lack_permission(stage);
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_no_permission_cached(Stage *stage)
{
  stage_fill(stage, 0);
  stage->feed->from_cache = stage->feed->whole = TRUE;
  show_no_permission(stage);
}

static void
show_detail(Stage *stage)
{
  stage_fill(stage, 3);
  console_push(stage->console, view_accounts_new(stage->console));
  stage_keys(stage, "/");
  stage_type(stage, "lovelace");
  stage_keys(stage, "Enter Enter");
}

static void
show_hostile(Stage *stage)
{
  stage_fill(stage, 0);
  console_push(stage->console, view_accounts_new(stage->console));
  stage_keys(stage, "/");
  stage_type(stage, "evil");
  stage_keys(stage, "Enter Enter");
}

static void
show_help(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, "?");
}

static void
show_palette(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, ":");
  stage_type(stage, "ta");
}

static void
show_sort(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, "s");
}

static void
show_columns(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, "c j Space");
}

static void
show_welcome(Stage *stage)
{
  console_push(stage->console, view_welcome_new());
}

static void
show_create(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, "n");
  stage_type(stage, "Zoë");
  stage_keys(stage, "Tab");
  stage_type(stage, "Müller-Lüdenscheidt");
  stage_keys(stage, "Tab");
  stage_type(stage, "12");
  stage_keys(stage, "Tab");
  stage_type(stage, "zoe@partner.example");
  stage_keys(stage, "Tab");
  stage_type(stage, "Partner GmbH");
  stage_keys(stage, "Tab Tab");
}

static Plan *
sample_plan(void)
{
  static const char target[] = "zoe.mueller-luedenscheidt.ext@contoso.com";
  Plan *plan = plan_new("Create zoe.mueller-luedenscheidt.ext@contoso.com");
  Operation *user = plan_add(plan, "user.create", NULL, target);
  operation_add_value(user, "displayName", NULL, "Müller-Lüdenscheidt, Zoë (External)");
  operation_add_value(user, "otherMails", NULL, "zoe@partner.example");
  Operation *set = plan_add(plan, "user.set", NULL, target);
  operation_add_value(set, "extensionAttribute15", NULL, "2027-05-19");
  Operation *group = plan_add(plan, "group.add", NULL, target);
  operation_add_value(group, "group", NULL, "Specialists");
  plan_add(plan, "licence.await", NULL, target);
  Operation *mail = plan_add(plan, "mail.send", NULL, target);
  operation_add_value(mail, "to", NULL, "zoe@partner.example");
  return plan;
}

static void
show_plan(Stage *stage)
{
  show_accounts(stage);
  console_push(stage->console, view_plan_new(stage->console, sample_plan(), 0, APP_RESUME_OPEN,
                                             "A deleted account of this name could be restored."));
}

static void
show_apply(Stage *stage)
{
  show_accounts(stage);
  Change *change = g_new0(Change, 1);
  change->plan = sample_plan();
  change->plan->id = 7;
  change->running = FALSE;
  change->error = g_error_new_literal(USHER_ERROR, USHER_ERROR_FAILED, "2 of 5 steps failed");
  change->started_at = 0;
  change->ended_at = 4 * G_USEC_PER_SEC;
  Operation *user = plan_operation(change->plan, 1);
  user->state = OPERATION_DONE;
  user->result = g_strdup("created");
  Operation *set = plan_operation(change->plan, 2);
  set->state = OPERATION_DONE;
  Operation *group = plan_operation(change->plan, 3);
  group->state = OPERATION_FAILED;
  group->http_status = 403;
  group->error_code = g_strdup("Authorization_RequestDenied");
  group->request_id = g_strdup("9f0e8c1a-0000-4000-8000-00000000000a");
  plan_operation(change->plan, 4)->state = OPERATION_SKIPPED;
  plan_operation(change->plan, 5)->state = OPERATION_SKIPPED;
  stage->console->change = change;
  console_push(stage->console, view_apply_new());
}

static void
show_password(Stage *stage)
{
  show_accounts(stage);
  static const DialogKey noted[] = {{'y', "it is noted"}, {0, NULL}};
  View *dialog = dialog_new("Password", "The password of zoe. It is shown this once.", noted, NULL,
                            NULL, NULL);
  dialog_set_secret(dialog, "Correct-Horse-7");
  dialog_keep(dialog);
  console_push(stage->console, dialog);
}

static void
review_account(Review *review, const char *name, const char *user, gint64 sign_in, gint64 now)
{
  ReviewItem *item = review_add_item(review);
  ReviewRules rules = review_rules(-1);
  item->evidence = (ReviewEvidence){.id = g_strdup(user),
                                    .user = g_strdup(user),
                                    .name = g_strdup(name),
                                    .company = g_strdup("Partner GmbH"),
                                    .sponsor = g_strdup("Charles Babbage"),
                                    .state = STATE_ENABLED,
                                    .kind = KIND_MEMBER,
                                    .licence = LICENCE_OK,
                                    .created = now - 300 * CLOCK_DAY,
                                    .expires = now + 60 * CLOCK_DAY,
                                    .sign_in = sign_in};
  item->suggestion = review_suggest(&item->evidence, &rules, now);
}

static void
show_review(Stage *stage)
{
  show_accounts(stage);
  gint64 now = console_now(stage->console);
  Review *review = review_new("Q4 specialists");
  review->made_at = now;
  review_account(review, "Turing, Alan", "alan.turing.ext@contoso.com", now - 131 * CLOCK_DAY, now);
  review_account(review, "Lovelace, Ada", "ada.lovelace.ext@contoso.com", MOMENT_NONE, now);
  review_account(review, "Hopper, Grace", "grace.hopper.ext@contoso.com", MOMENT_UNKNOWN, now);
  ReviewMark *mark = g_new0(ReviewMark, 1);
  mark->item = 2;
  mark->decides = TRUE;
  mark->decision = REVIEW_DISABLE;
  mark->note = g_strdup("was asked by telephone");
  mark->who = g_strdup("m.chen");
  mark->at = now - 2 * CLOCK_DAY;
  review_take_mark(review, mark);
  console_push(stage->console, view_review_new(stage->console, review));
}

static void
show_review_decided(Stage *stage)
{
  show_review(stage);
  stage_keys(stage, "Space");
}

/* --- lists of records --- */

typedef struct {
  const char *key, *text;
  gint64 number;
} Cell;

/* A row of what the action answers with; cells end with a NULL key. */
static void
add_record(Records *records, const Cell *cells)
{
  guint column;
  records_add_row(records);
  for (; cells->key != NULL; cells++) {
    g_assert_true(records_find(records, cells->key, &column));
    if (cells->text != NULL)
      records_put(records, column, cells->text);
    else
      records_put_number(records, column, cells->number);
  }
}

static Records *
records_of(const char *action)
{
  return records_new(action, action_find(action)->columns, FALSE);
}

static Records *
sample_reviews(void)
{
  Records *records = records_of("review list");
  const Cell open[] = {{"displayName", "Q4 specialists", 0},
                       {"status", "open", 0},
                       {"usher.accounts", NULL, 312},
                       {"usher.undecided", NULL, 194},
                       {"usher.keep", NULL, 80},
                       {"usher.disable", NULL, 30},
                       {"usher.remove", NULL, 3},
                       {"usher.extend", NULL, 5},
                       {"createdDateTime", NULL, NOW - DAY},
                       {"initiatedBy", "m.chen@desk", 0},
                       {NULL, NULL, 0}};
  const Cell applied[] = {{"displayName", "夏の確認 Q3", 0},
                          {"status", "applied", 0},
                          {"usher.accounts", NULL, 20},
                          {"usher.undecided", NULL, 0},
                          {"usher.keep", NULL, 20},
                          {"usher.plan", NULL, 12},
                          {"createdDateTime", NULL, NOW - 90 * DAY},
                          {"initiatedBy", "a@desk", 0},
                          {NULL, NULL, 0}};
  add_record(records, open);
  add_record(records, applied);
  return records;
}

static void
show_reviews(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, "3");
  grid_set_records(console_top(stage->console), sample_reviews());
}

static void
show_no_reviews(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, "3");
  grid_set_records(console_top(stage->console), records_of("review list"));
}

static Records *
sample_runs(void)
{
  Records *records = records_of("journal list");
  const Cell running[] = {{"id", NULL, 14},
                          {"status", "running", 0},
                          {"title", "Disable 9600 accounts", 0},
                          {"createdDateTime", NULL, NOW - 90},
                          {"usher.done", NULL, 6480},
                          {"usher.open", NULL, 3117},
                          {"usher.failed", NULL, 3},
                          {"usher.running", NULL, 1},
                          {"initiatedBy", "m.chen@desk", 0},
                          {NULL, NULL, 0}};
  const Cell broken[] = {{"id", NULL, 13},
                         {"status", "running", 0},
                         {"title", "Create zoe.mueller-luedenscheidt.ext@contoso.com", 0},
                         {"createdDateTime", NULL, NOW - DAY},
                         {"usher.done", NULL, 2},
                         {"usher.open", NULL, 2},
                         {"usher.unknown", NULL, 1},
                         {"initiatedBy", "m.chen@desk", 0},
                         {NULL, NULL, 0}};
  const Cell done[] = {{"id", NULL, 12},
                       {"status", "done", 0},
                       {"title", "Undo: Disable 4 accounts", 0},
                       {"createdDateTime", NULL, NOW - 30 * DAY},
                       {"usher.done", NULL, 8},
                       {"initiatedBy", "a.lovelace@engine", 0},
                       {"reason", "TICKET-7", 0},
                       {NULL, NULL, 0}};
  add_record(records, running);
  add_record(records, broken);
  add_record(records, done);
  return records;
}

static void
show_journal(Stage *stage)
{
  show_accounts(stage);
  stage_keys(stage, "6");
  grid_set_records(console_top(stage->console), sample_runs());
  stage_keys(stage, "j");
}

static void
show_run(Stage *stage)
{
  show_journal(stage);
  stage_keys(stage, "Enter");
  Records *records = records_of("journal show");
  const Cell done[] = {{"sequence", NULL, 1},
                       {"usher.step", "user.create", 0},
                       {"status", "done", 0},
                       {"userPrincipalName", "zoe.mueller-luedenscheidt.ext@contoso.com", 0},
                       {"usher.result", "created", 0},
                       {"dateTime", NULL, NOW - 60},
                       {"requestId", "9f0e8c1a-0000-4000-8000-00000000000a", 0},
                       {NULL, NULL, 0}};
  const Cell failed[] = {{"sequence", NULL, 2},
                         {"usher.step", "group.add", 0},
                         {"status", "failed", 0},
                         {"userPrincipalName", "zoe.mueller-luedenscheidt.ext@contoso.com", 0},
                         {"usher.result", "Insufficient privileges to complete the operation.", 0},
                         {"dateTime", NULL, NOW - 58},
                         {"requestId", "9f0e8c1a-0000-4000-8000-00000000000b", 0},
                         {NULL, NULL, 0}};
  add_record(records, done);
  add_record(records, failed);
  grid_set_records(console_top(stage->console), records);
}

static void
show_record(Stage *stage)
{
  show_run(stage);
  stage_keys(stage, "j Enter");
}

const Scene stage_scenes[] = {
    {"accounts", show_accounts},
    {"filter", show_filter},
    {"wrong-query", show_wrong_query},
    {"no-match", show_no_match},
    {"none", show_none},
    {"loading", show_loading},
    {"offline", show_offline},
    {"signed-out", show_signed_out},
    {"signed-out-cached", show_signed_out_cached},
    {"offline-empty", show_offline_empty},
    {"locked", show_locked},
    {"no-permission", show_no_permission},
    {"no-permission-cached", show_no_permission_cached},
    {"detail", show_detail},
    {"help", show_help},
    {"palette", show_palette},
    {"sort", show_sort},
    {"columns", show_columns},
    {"welcome", show_welcome},
    {"create", show_create},
    {"plan", show_plan},
    {"apply", show_apply},
    {"password", show_password},
    {"review", show_review},
    {"review-decided", show_review_decided},
    {"reviews", show_reviews},
    {"no-reviews", show_no_reviews},
    {"journal", show_journal},
    {"run", show_run},
    {"record", show_record},
    {"hostile", show_hostile},
    {NULL, NULL},
};

void
stage_play(Stage *stage, const char *name)
{
  for (const Scene *scene = stage_scenes; scene->name != NULL; scene++)
    if (g_str_equal(scene->name, name)) {
      scene->show(stage);
      return;
    }
  g_error("there is no scene %s", name);
}
