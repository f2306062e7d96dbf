/* The action table's slice about reviews: new, list, show, decide, apply,
 * close, report. What they do is app-review.c's; the walk is the console's. */
#include "app/actions-private.h"
#include "app/app-review.h"
#include "app/review-report-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/query.h"
#include <string.h>

#define DECISIONS "keep|disable|remove|extend|skip|undecided"

/* --- in short: new, list, decide, close --- */

static const RecordColumn list_columns[] = {
    {"displayName", N_("NAME"), RECORD_TEXT, FALSE, "The name of the review."},
    {"status", N_("STATE"), RECORD_TEXT, FALSE, "open, applied or closed."},
    {"usher.accounts", N_("ACCOUNTS"), RECORD_NUMBER, FALSE, "How many accounts it is about."},
    {"usher.undecided", N_("UNDECIDED"), RECORD_NUMBER, FALSE,
     "How many of them have this decision."},
    {"usher.keep", N_("KEEP"), RECORD_NUMBER, FALSE, "The same."},
    {"usher.disable", N_("DISABLE"), RECORD_NUMBER, FALSE, "The same."},
    {"usher.remove", N_("REMOVE"), RECORD_NUMBER, FALSE, "The same."},
    {"usher.extend", N_("EXTEND"), RECORD_NUMBER, FALSE, "The same."},
    {"usher.skip", N_("SKIP"), RECORD_NUMBER, FALSE, "The same."},
    {"createdDateTime", N_("MADE"), RECORD_MOMENT, FALSE, "When the evidence was taken."},
    {"initiatedBy", N_("BY"), RECORD_TEXT, FALSE, "Who began it."},
    {"usher.plan", N_("PLAN"), RECORD_NUMBER, FALSE, "The plan that applied it; null before."},
    {"title", N_("TITLE"), RECORD_TEXT, TRUE, "Its title."},
    {"usher.scope", N_("SCOPE"), RECORD_TEXT, TRUE, "The query that chose the accounts."},
    {"usher.roster", N_("ROSTER"), RECORD_TEXT, TRUE, "The roster."},
    {"closedDateTime", N_("CLOSED"), RECORD_MOMENT, TRUE, "When it was closed."},
    {"usher.closedBy", N_("CLOSED BY"), RECORD_TEXT, TRUE, "Who closed it."},
    {NULL},
};

static void
list_row(Records *records, const Review *review, guint total, const guint *counts)
{
  const ReviewDecision order[] = {REVIEW_UNDECIDED, REVIEW_KEEP,   REVIEW_DISABLE,
                                  REVIEW_REMOVE,    REVIEW_EXTEND, REVIEW_SKIP};
  records_add_row(records);
  records_put(records, 0, review->name);
  records_put(records, 1, review_state_name(review->state));
  records_put_number(records, 2, total);
  for (guint i = 0; i < G_N_ELEMENTS(order); i++)
    records_put_number(records, 3 + i, counts[order[i]]);
  records_put_number(records, 9, review->made_at);
  records_put(records, 10, review->who);
  if (review->plan_id > 0)
    records_put_number(records, 11, review->plan_id);
  records_put(records, 12, review->title);
  records_put(records, 13, review->query);
  records_put(records, 14, review->roster);
  if (review->closed_at > 0)
    records_put_number(records, 15, review->closed_at);
  records_put(records, 16, review->closed_by);
}

/* The review as it now is, as one record. */
static gboolean
answer_review(const Review *review, ActionResult *result)
{
  guint counts[REVIEW_DECISION_N];
  review_count(review, counts);
  result->kind = RESULT_RECORDS;
  result->records = records_new("review-list", list_columns, TRUE);
  list_row(result->records, review, review->items->len, counts);
  return TRUE;
}

static gboolean
run_new(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
        GError **error)
{
  g_autofree char *query = g_strjoinv(" ", request->arguments + 1);
  g_autoptr(Review) review = app_review_new(
      app, request->arguments[0], action_option(request, "title"), query, cancellable, error);
  return review != NULL && answer_review(review, result);
}

static gboolean
run_list(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  g_autoptr(GPtrArray) summaries = app_review_list(app, error);
  if (summaries == NULL)
    return FALSE;
  result->kind = RESULT_RECORDS;
  result->records = records_new("review-list", list_columns, FALSE);
  for (guint i = 0; i < summaries->len; i++) {
    const ReviewSummary *summary = summaries->pdata[i];
    list_row(result->records, summary->review, summary->total, summary->counts);
  }
  return TRUE;
}

static gboolean
run_close(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
          GError **error)
{
  g_autoptr(Review) review = app_review_load(app, request->arguments[0], error);
  return review != NULL && app_review_close(app, review, error) && answer_review(review, result);
}

/* --- show --- */

static gboolean
run_show(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  g_autoptr(Review) review = app_review_load(app, request->arguments[0], error);
  g_autoptr(ReviewReport) report = review == NULL ? NULL : review_report_new(app, review, error);
  const char *only = action_option(request, "decision");
  ReviewDecision decision = REVIEW_UNDECIDED;
  if (report == NULL)
    return FALSE;
  if (only != NULL && !review_decision_from_name(only, &decision)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("--decision: “%s” is not allowed (allowed: %s)"), only, DECISIONS);
    return FALSE;
  }
  result->kind = RESULT_RECORDS;
  result->records = review_report_records(report, only == NULL ? NULL : &decision);
  return TRUE;
}

/* --- decide --- */

static ReviewItem *
find_item(const Review *review, const char *account, GError **error)
{
  gboolean ambiguous = FALSE;
  ReviewItem *item = review_find(review, account, &ambiguous);
  if (item != NULL)
    return item;
  if (ambiguous)
    g_set_error(error, USHER_ERROR, USHER_ERROR_AMBIGUOUS,
                _("“%s” is more than one account of the review “%s”; name one of them by its user "
                  "name"),
                account, review->name);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("“%s” is no account of the review “%s”: 'usher review show' lists them"), account,
                review->name);
  return NULL;
}

/* The numbers of the items that a query matches, as they were when they were frozen. */
static GHashTable *
matching(const Review *review, const char *text, GError **error)
{
  g_autoptr(Query) query = query_read(text, review->made_at, error);
  if (query == NULL)
    return NULL;
  g_autoptr(Snapshot) snapshot = review_snapshot(review);
  g_autoptr(GArray) rows = query_run(query, snapshot, NULL, NULL);
  GHashTable *ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add(ids,
                     g_strdup(snapshot_text(snapshot, g_array_index(rows, guint32, i), FIELD_ID)));
  return ids;
}

/* What the options choose among all items; each of them narrows it. */
static gboolean
choose_items(const Review *review, const ActionRequest *request, GPtrArray *items, GError **error)
{
  const char *query = action_option(request, "query");
  const char *suggested = action_option(request, "suggested");
  gboolean undecided = action_option(request, "undecided") != NULL;
  if (query == NULL && suggested == NULL && !undecided)
    return TRUE;
  g_autoptr(GHashTable) ids = query == NULL ? NULL : matching(review, query, error);
  if (query != NULL && ids == NULL)
    return FALSE;
  for (guint i = 0; i < review->items->len; i++) {
    ReviewItem *item = review->items->pdata[i];
    const char *says = review_decision_name(item->suggestion.decision);
    if ((ids == NULL || g_hash_table_contains(ids, item->evidence.id)) &&
        (suggested == NULL || g_str_equal(suggested, says)) &&
        (!undecided || item->decision == REVIEW_UNDECIDED))
      g_ptr_array_add(items, item);
  }
  return TRUE;
}

static gboolean
parse_decision(const char *word, ReviewDecision *ret_decision, GError **error)
{
  if (review_decision_from_name(word, ret_decision))
    return TRUE;
  g_auto(GStrv) known = g_strsplit(DECISIONS, "|", -1);
  const char *near = text_nearest(word, (const char *const *)known);
  if (near != NULL)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("“%s” is no decision, which the last word is: did you mean “%s”?"), word, near);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("“%s” is no decision; the last word is one of: %s"), word, DECISIONS);
  return FALSE;
}

static gboolean
chooses(const ActionRequest *request)
{
  return g_strv_length(request->arguments) > 2 || action_option(request, "query") != NULL ||
         action_option(request, "suggested") != NULL || action_option(request, "undecided") != NULL;
}

static gboolean
check_decide(App *app, const ActionRequest *request, GError **error)
{
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  ReviewDecision decision;
  const char *query = action_option(request, "query");
  parse_decision(request->arguments[g_strv_length(request->arguments) - 1], &decision, &local);
  error_gather(&wrong, &local);
  if (!chooses(request))
    g_set_error_literal(
        &local, USHER_ERROR, USHER_ERROR_USAGE,
        _("Which accounts? Name them, or give --query, --suggested or --undecided"));
  error_gather(&wrong, &local);
  g_autoptr(Query) parsed = query == NULL ? NULL : query_read(query, clock_now(), &local);
  error_gather(&wrong, &local);
  return error_gathered(wrong, USHER_ERROR_USAGE, error);
}

static gboolean
run_decide(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  char **words = request->arguments;
  guint n = g_strv_length(words);
  ReviewDecision decision;
  if (!parse_decision(words[n - 1], &decision, error))
    return FALSE;
  g_autoptr(Review) review = app_review_load(app, words[0], error);
  g_autoptr(GPtrArray) items = g_ptr_array_new();
  if (review == NULL || !choose_items(review, request, items, error))
    return FALSE;
  for (guint i = 1; i + 1 < n; i++) {
    ReviewItem *item = find_item(review, words[i], error);
    if (item == NULL)
      return FALSE;
    if (!g_ptr_array_find(items, item, NULL))
      g_ptr_array_add(items, item);
  }
  if (items->len == 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("The options choose no account of the review “%s”: 'usher review show' lists "
                  "them"),
                review->name);
    return FALSE;
  }
  return app_review_decide_all(app, review, items, decision, action_option(request, "note"),
                               error) &&
         answer_review(review, result);
}

/* --- apply --- */

/* Nothing to send is an end, too: what was kept stays as it is. */
static gboolean
answer_nothing(App *app, Review *review, const Plan *plan, gboolean dry_run, ActionResult *result,
               GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);
  if (!dry_run && !app_review_close(app, review, error))
    return FALSE;
  for (guint i = 1; i < plan->notes->len; i++) /* the first says which review it is */
    g_string_append_printf(text, "%s\n", (const char *)plan->notes->pdata[i]);
  g_string_append_printf(text,
                         dry_run ? _("The review “%s” has nothing to change.")
                                 : _("The review “%s” has nothing to change; it is closed."),
                         review->name);
  result->kind = RESULT_TEXT;
  result->text = g_string_free(g_steal_pointer(&text), FALSE);
  result->plan = plan_copy(plan);
  return TRUE;
}

static gboolean
check_apply(App *app, const ActionRequest *request, GError **error)
{
  gint64 moment = 0;
  const char *until = action_option(request, "until");
  if (until == NULL || clock_parse_date(until, clock_now(), &moment, NULL) ||
      (clock_parse_span(until + (*until == '+' ? 1 : 0), &moment, NULL) && moment > 0))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("--until: “%s” is neither a date like 2027-01-31 nor a span like 90d"), until);
  return FALSE;
}

static gboolean
run_apply(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
          GError **error)
{
  ReviewApply how = {.partial = action_option(request, "partial") != NULL,
                     .dry_run = action_option(request, "dry-run") != NULL,
                     .until = action_option(request, "until"),
                     .reason = action_option(request, "reason")};
  g_autoptr(Review) review = app_review_load(app, request->arguments[0], error);
  g_autoptr(Plan) plan =
      review == NULL ? NULL : app_review_plan(app, review, &how, cancellable, error);
  if (plan == NULL)
    return FALSE;
  if (plan->operations->len == 0)
    return answer_nothing(app, review, plan, how.dry_run, result, error);
  result->kind = RESULT_PLAN;
  result->plan = g_steal_pointer(&plan);
  return TRUE;
}

/* --- report --- */

/* As told, else by the name of the file, else Markdown. */
static gboolean
report_format(const ActionRequest *request, ReviewReportFormat *ret_format, GError **error)
{
  static const struct {
    const char *suffix, *format;
  } suffixes[] = {{".html", "html"}, {".htm", "html"}, {".csv", "csv"}, {".json", "json"}};
  const char *format = action_option(request, "format");
  const char *path = action_option(request, "output");
  for (guint i = 0; format == NULL && path != NULL && i < G_N_ELEMENTS(suffixes); i++)
    if (g_str_has_suffix(path, suffixes[i].suffix))
      format = suffixes[i].format;
  return app_review_format(format == NULL ? "markdown" : format, ret_format, error);
}

static gboolean
run_report(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  ReviewReportFormat format;
  if (!report_format(request, &format, error))
    return FALSE;
  g_autoptr(Review) review = app_review_load(app, request->arguments[0], error);
  if (review == NULL)
    return FALSE;
  result->kind = RESULT_TEXT;
  result->text = app_review_report(app, review, format, error);
  return result->text != NULL;
}

/* --- the table --- */

static const ActionOption new_options[] = {
    {"title", 0, N_("TEXT"), N_("what stands above the report; otherwise the name"), NULL},
    {NULL},
};

static const ActionOption show_options[] = {
    {"decision", 0, DECISIONS, N_("only those with this decision"), DECISIONS},
    {NULL},
};

static const ActionOption decide_options[] = {
    {"note", 0, N_("TEXT"), N_("why, for the report; an empty one takes a note away"), NULL},
    {"query", 0, N_("QUERY"),
     N_("those that match, by what was frozen: sign-in, end date and the rest"), NULL},
    {"suggested", 0, "keep|disable|remove|extend", N_("those for which this is suggested"),
     "keep|disable|remove|extend"},
    {"undecided", 0, NULL, N_("those that nobody has decided about"), NULL},
    {NULL},
};

static const ActionOption apply_options[] = {
    {"partial", 0, NULL, N_("leave undecided accounts as they are"), NULL},
    {"until", 0, N_("DATE"), N_("the new end date of those extended; otherwise by the roster"),
     NULL},
    {NULL},
};

static const ActionOption report_options[] = {
    {"format", 'f', "markdown|html|csv|json",
     N_("how it is written; otherwise by the name of the file, else Markdown"),
     "markdown|html|csv|json"},
    {NULL},
};

const Action actions_review[] = {
    {.name = "review",
     .group = N_("Reviews"),
     .summary = N_("Review accounts one by one"),
     .text = N_("Opens a review, or makes one of the accounts that are tagged or shown. The walk "
                "shows one account after the other with its evidence and a suggestion; nothing is "
                "sent before the decisions are applied as one plan. See usher-review(7)."),
     .flags = ACTION_TUI,
     .scope = SCOPE_ACCOUNTS,
     .keys = "v"},
    {.name = "review new",
     .group = N_("Reviews"),
     .summary = N_("Begin a review of the accounts that match"),
     .text = N_("Asks the service for all of the roster, with sign-in, sponsor and licence, and "
                "freezes the accounts that match QUERY with what is known of them. Several people "
                "can decide about them, over days; see usher-review(7)."),
     .arguments = "NAME [QUERY]",
     .options = new_options,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK,
     .scope = SCOPE_REVIEWS,
     .keys = "n",
     .permissions = "GroupMember.Read.All User.Read.All AuditLog.Read.All",
     .columns = list_columns,
     .run = run_new},
    {.name = "review list",
     .group = N_("Reviews"),
     .summary = N_("List the reviews, the newest first"),
     .flags = ACTION_CLI | ACTION_TUI | ACTION_PROFILES,
     .scope = SCOPE_GLOBAL,
     .keys = "3",
     .columns = list_columns,
     .run = run_list},
    {.name = "review show",
     .group = N_("Reviews"),
     .summary = N_("Show the accounts of a review with evidence, suggestion and decision"),
     .arguments = "NAME",
     .options = show_options,
     .flags = ACTION_CLI | ACTION_TUI,
     .scope = SCOPE_REVIEWS,
     .keys = "o",
     .columns = review_columns,
     .run = run_show},
    {.name = "review decide",
     .group = N_("Reviews"),
     .summary = N_("Decide about accounts of a review"),
     .text = N_("ACCOUNT is a user name, an object id or a display name of the review; more are "
                "chosen by the options, each of which narrows the choice. The last decision holds; "
                "the earlier ones are kept for the report. Nothing is sent."),
     .arguments = "NAME [ACCOUNT...] " DECISIONS,
     .options = decide_options,
     .flags = ACTION_CLI,
     .columns = list_columns,
     .check = check_decide,
     .run = run_decide},
    {.name = "review apply",
     .group = N_("Reviews"),
     .summary = N_("Apply the decisions of a review as one plan"),
     .text = N_("Looks up the accounts as they are now and makes one plan: those to be extended, "
                "disabled, removed. As the plan enters the journal, the review is applied and "
                "decided about no more; 'usher journal resume' finishes what was interrupted. A "
                "review with nothing to change is closed."),
     .arguments = "NAME",
     .options = apply_options,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES | ACTION_DANGEROUS,
     .scope = SCOPE_REVIEWS,
     .keys = "a",
     .permissions = "User.ReadWrite.All User.EnableDisableAccount.All GroupMember.Read.All",
     .check = check_apply,
     .run = run_apply},
    {.name = "review close",
     .group = N_("Reviews"),
     .summary = N_("End a review: nothing can be decided in it any more"),
     .arguments = "NAME",
     .flags = ACTION_CLI | ACTION_TUI,
     .scope = SCOPE_REVIEWS,
     .keys = "X",
     .columns = list_columns,
     .run = run_close},
    {.name = "review report",
     .group = N_("Reviews"),
     .summary = N_("Write the evidence: who reviewed whom, when, why, with what result"),
     .text = N_("Markdown and HTML are for people: the head, the counts, the reviewers, every "
                "account, what was decided more than once, and what the plan left out. csv and "
                "json hold the columns of 'usher review show'; json in “accounts” of one object. "
                "With the number of the newest entry of the journal goes its hash, which stands "
                "for all entries before it."),
     .arguments = "NAME",
     .options = report_options,
     .flags = ACTION_CLI | ACTION_TUI,
     .scope = SCOPE_REVIEWS,
     .keys = "r",
     .run = run_report},
    {.name = NULL},
};
