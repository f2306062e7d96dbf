/* The report of a review: what its plan did to each account, and the rows of
 * csv and json. The document for people is review-report-text.c's. */
#include "app/review-report-private.h"

#include "app/app-private.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include "store/journal.h"
#include <string.h>

/* --- what came of it --- */

static void
result_free(gpointer data)
{
  ReviewResult *result = data;
  g_free(result->what);
  g_free(result->request_ids);
  g_free(result->error);
  g_free(result);
}

/* From good to bad: the worst of several decides. */
static const char *const outcomes[] = {"done", "open", "unknown", "failed"};

static guint
outcome_rank(const char *name)
{
  guint rank = 0;
  while (!g_str_equal(outcomes[rank], name))
    rank++;
  return rank;
}

static const char *
outcome_of(OperationState state)
{
  static const char *const names[OPERATION_STATE_N] = {
      [OPERATION_PLANNED] = "open", [OPERATION_INTENDED] = "open",  [OPERATION_SENT] = "open",
      [OPERATION_DONE] = "done",    [OPERATION_FAILED] = "failed",  [OPERATION_UNKNOWN] = "unknown",
      [OPERATION_PENDING] = "done", [OPERATION_SKIPPED] = "failed",
  };
  return names[state];
}

static void
append_to(char **text, const char *separator, const char *more)
{
  char *joined = *text == NULL ? g_strdup(more) : g_strconcat(*text, separator, more, NULL);
  g_free(*text);
  *text = joined;
}

static void
add_operation(GHashTable *results, const Operation *operation)
{
  ReviewResult *result = g_hash_table_lookup(results, operation->target_id);
  const char *name = outcome_of(operation->state);
  if (result == NULL) {
    result = g_new0(ReviewResult, 1);
    g_hash_table_insert(results, g_strdup(operation->target_id), result);
  }
  if (result->state == NULL || outcome_rank(name) > outcome_rank(result->state))
    result->state = name;
  g_autofree char *what = g_strdup_printf("%s: %s", action_step_label(operation->kind),
                                          operation_state_label(operation->state));
  append_to(&result->what, "; ", what);
  if (operation->request_id != NULL)
    append_to(&result->request_ids, "\n", operation->request_id);
  if (result->error == NULL && operation->error_message != NULL)
    result->error = g_strdup(operation->error_message);
}

ReviewReport *
review_report_over(const Review *review, Plan *plan)
{
  ReviewReport *report = g_new0(ReviewReport, 1);
  report->results = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, result_free);
  report->review = review;
  report->plan = plan;
  for (guint i = 0; plan != NULL && i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (operation->target_id != NULL)
      add_operation(report->results, operation);
  }
  return report;
}

ReviewReport *
review_report_new(App *app, const Review *review, GError **error)
{
  Store *store = app_store(app, error);
  g_autoptr(Plan) plan = NULL;
  if (store == NULL ||
      (review->plan_id > 0 && (plan = journal_load(store, review->plan_id, error)) == NULL))
    return NULL;
  g_autoptr(ReviewReport) report = review_report_over(review, g_steal_pointer(&plan));
  report->who = app_who();
  report->now = clock_now();
  if (!journal_head(store, &report->journal_number, &report->journal_hash, error))
    return NULL;
  return g_steal_pointer(&report);
}

void
review_report_free(ReviewReport *report)
{
  if (report == NULL)
    return;
  plan_free(report->plan);
  g_free(report->journal_hash);
  g_free(report->who);
  g_hash_table_unref(report->results);
  g_free(report);
}

ReviewResult
review_report_result(const ReviewReport *report, const ReviewItem *item)
{
  const ReviewResult *found = g_hash_table_lookup(report->results, item->evidence.id);
  gboolean changes = item->decision == REVIEW_DISABLE || item->decision == REVIEW_REMOVE ||
                     item->decision == REVIEW_EXTEND;
  if (found != NULL)
    return *found;
  return (ReviewResult){.state = !changes               ? "none"
                                 : report->plan == NULL ? "not-applied"
                                                        : "unchanged"};
}

const char *
review_result_label(const ReviewResult *result)
{
  if (result->what != NULL)
    return result->what;
  if (g_str_equal(result->state, "unchanged"))
    return _("nothing to change");
  return g_str_equal(result->state, "not-applied") ? _("not applied") : "";
}

/* --- rows --- */

enum {
  COLUMN_NUMBER,
  COLUMN_ID,
  COLUMN_USER,
  COLUMN_NAME,
  COLUMN_STATE,
  COLUMN_KIND,
  COLUMN_CREATED,
  COLUMN_COMPANY,
  COLUMN_SPONSOR,
  COLUMN_EXPIRES,
  COLUMN_LICENCE,
  COLUMN_SIGN_IN,
  COLUMN_SIGN,
  COLUMN_SUGGESTION,
  COLUMN_REASON,
  COLUMN_DECISION,
  COLUMN_WHO,
  COLUMN_WHEN,
  COLUMN_NOTE,
  COLUMN_CHANGES,
  COLUMN_RESULT,
  COLUMN_ERROR,
  COLUMN_REQUESTS,
};

const RecordColumn review_columns[] = {
    [COLUMN_NUMBER] = {"number", N_("#"), RECORD_NUMBER, FALSE, "Its place in the review."},
    [COLUMN_ID] = {"id", N_("OBJECT"), RECORD_TEXT, TRUE, "The object id."},
    [COLUMN_USER] = {"userPrincipalName", N_("ACCOUNT"), RECORD_TEXT, FALSE, "The user name."},
    [COLUMN_NAME] = {"displayName", N_("NAME"), RECORD_TEXT, FALSE, "The display name."},
    [COLUMN_STATE] =
        {"usher.state", N_("STATE"), RECORD_TEXT, FALSE,
         "enabled or disabled, as all up to the suggestion when the evidence was taken."},
    [COLUMN_KIND] = {"userType", N_("KIND"), RECORD_TEXT, TRUE, "member or guest."},
    [COLUMN_CREATED] = {"createdDateTime", N_("CREATED"), RECORD_MOMENT, TRUE,
                        "When the account was made."},
    [COLUMN_COMPANY] = {"companyName", N_("COMPANY"), RECORD_TEXT, TRUE, "The company."},
    [COLUMN_SPONSOR] = {"usher.sponsor", N_("SPONSOR"), RECORD_TEXT, TRUE, "The sponsor."},
    [COLUMN_EXPIRES] = {"usher.expires", N_("EXPIRES"), RECORD_MOMENT, TRUE, "The last day."},
    [COLUMN_LICENCE] = {"usher.licence", N_("LICENCE"), RECORD_TEXT, TRUE,
                        "Whether the licence had arrived."},
    [COLUMN_SIGN_IN] = {"lastSignInDateTime", N_("LAST SIGN-IN"), RECORD_MOMENT, TRUE,
                        "The last sign-in that is known."},
    [COLUMN_SIGN] =
        {"usher.signIn", N_("SIGN-IN"), RECORD_TEXT, FALSE,
         "active, inactive, never, unknown, or unlicensed (the tenant cannot be asked)."},
    [COLUMN_SUGGESTION] = {"usher.suggestion", N_("SUGGESTION"), RECORD_TEXT, FALSE,
                           "What usher suggests: a decision."},
    [COLUMN_REASON] = {"usher.suggestionReason", N_("WHY"), RECORD_TEXT, TRUE, "Why; translated."},
    [COLUMN_DECISION] = {"usher.decision", N_("DECISION"), RECORD_TEXT, FALSE,
                         "undecided, keep, disable, remove, extend or skip."},
    [COLUMN_WHO] = {"usher.decidedBy", N_("BY"), RECORD_TEXT, FALSE, "Whose decision it is."},
    [COLUMN_WHEN] = {"usher.decidedDateTime", N_("WHEN"), RECORD_MOMENT, TRUE, "When it was made."},
    [COLUMN_NOTE] = {"usher.note", N_("NOTE"), RECORD_TEXT, FALSE, "Its note."},
    [COLUMN_CHANGES] = {"usher.decisions", N_("DECISIONS"), RECORD_LIST, TRUE,
                        "All marks, the oldest first: when, who, what and the note."},
    [COLUMN_RESULT] =
        {"usher.result", N_("RESULT"), RECORD_TEXT, FALSE,
         "What came of it: none (nothing was to be done), not-applied, unchanged (left out of the "
         "plan, whose notes say why), done, failed, unknown or open."},
    [COLUMN_ERROR] = {"usher.error", N_("ERROR"), RECORD_TEXT, TRUE,
                      "What the service said against it."},
    [COLUMN_REQUESTS] = {"requestId", N_("REQUEST"), RECORD_LIST, TRUE,
                         "The service's ids of the requests."},
    {NULL},
};

/* Every mark in one line each: "2026-11-20T14:02:11Z m.chen@desk disable: left in May". */
static char *
marks_text(const ReviewItem *item)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < item->marks->len; i++) {
    const ReviewMark *mark = item->marks->pdata[i];
    g_autofree char *at = clock_format_iso(mark->at);
    g_autofree char *note = g_strdup(mark->note == NULL ? "" : mark->note);
    g_strdelimit(note, "\n", ' ');
    g_string_append_printf(text, "%s%s %s %s%s%s", i > 0 ? "\n" : "", at, mark->who,
                           mark->decides ? review_decision_name(mark->decision) : "note",
                           *note == '\0' ? "" : ": ", note);
  }
  return text->len == 0 ? NULL : g_string_free(g_steal_pointer(&text), FALSE);
}

static void
put_moment(Records *records, guint column, gint64 moment)
{
  if (moment > 0)
    records_put_number(records, column, moment);
}

static void
put_choice(Records *records, guint column, FieldId field, gint64 number)
{
  g_autofree char *text = field_plain(field, NULL, number);
  records_put(records, column, text);
}

static void
put_evidence(Records *records, const ReviewEvidence *evidence, gint64 now)
{
  ReviewRules rules = review_rules(-1);
  records_put(records, COLUMN_ID, evidence->id);
  records_put(records, COLUMN_USER, evidence->user);
  records_put(records, COLUMN_NAME, evidence->name);
  records_put(records, COLUMN_COMPANY, evidence->company);
  records_put(records, COLUMN_SPONSOR, evidence->sponsor);
  put_choice(records, COLUMN_STATE, FIELD_STATE, evidence->state);
  put_choice(records, COLUMN_KIND, FIELD_KIND, evidence->kind);
  put_choice(records, COLUMN_LICENCE, FIELD_LICENCE, evidence->licence);
  put_moment(records, COLUMN_CREATED, evidence->created);
  put_moment(records, COLUMN_EXPIRES, evidence->expires);
  put_moment(records, COLUMN_SIGN_IN, evidence->sign_in);
  records_put(records, COLUMN_SIGN, review_sign_name(review_sign(evidence->sign_in, &rules, now)));
}

static void
put_item(Records *records, const ReviewReport *report, const ReviewItem *item)
{
  g_autofree char *why = review_suggestion_text(&item->suggestion);
  g_autofree char *marks = marks_text(item);
  ReviewResult result = review_report_result(report, item);
  records_add_row(records);
  records_put_number(records, COLUMN_NUMBER, item->number);
  put_evidence(records, &item->evidence, report->review->made_at);
  records_put(records, COLUMN_SUGGESTION, review_decision_name(item->suggestion.decision));
  records_put(records, COLUMN_REASON, why);
  records_put(records, COLUMN_DECISION, review_decision_name(item->decision));
  records_put(records, COLUMN_WHO, item->who);
  put_moment(records, COLUMN_WHEN, item->decided_at);
  records_put(records, COLUMN_NOTE, item->note);
  records_put(records, COLUMN_CHANGES, marks);
  records_put(records, COLUMN_RESULT, result.state);
  records_put(records, COLUMN_ERROR, result.error);
  records_put(records, COLUMN_REQUESTS, result.request_ids);
}

Records *
review_report_records(const ReviewReport *report, const ReviewDecision *only)
{
  Records *records = records_new("review-show", review_columns, FALSE);
  for (guint i = 0; i < report->review->items->len; i++) {
    const ReviewItem *item = report->review->items->pdata[i];
    if (only == NULL || item->decision == *only)
      put_item(records, report, item);
  }
  return records;
}

/* --- csv --- */

char *
review_report_csv(const ReviewReport *report)
{
  g_autoptr(Records) records = review_report_records(report, NULL);
  GString *out = g_string_new(NULL);
  guint n;
  const RecordColumn *columns = records_columns(records, &n);
  for (guint column = 0; column < n; column++)
    csv_append_cell(out, record_column_name(&columns[column]), ',', column == 0, TRUE);
  g_string_append(out, "\r\n");
  for (guint row = 0; row < records_count(records); row++) {
    for (guint column = 0; column < n; column++) {
      g_autofree char *text = records_value(records, row, column);
      csv_append_cell(out, text, ',', column == 0, TRUE);
    }
    g_string_append(out, "\r\n");
  }
  return g_string_free(out, FALSE);
}

/* --- json --- */

static void
append_text(GString *out, const char *key, const char *text)
{
  json_append_key(out, key);
  json_append_string(out, text);
}

static void
append_number(GString *out, const char *key, gint64 number)
{
  json_append_key(out, key);
  g_string_append_printf(out, "%" G_GINT64_FORMAT, number);
}

static void
append_moment(GString *out, const char *key, gint64 moment)
{
  g_autofree char *iso = moment > 0 ? clock_format_iso(moment) : NULL;
  append_text(out, key, iso);
}

static void
append_counts(GString *out, const Review *review)
{
  guint counts[REVIEW_DECISION_N];
  review_count(review, counts);
  json_append_key(out, "counts");
  g_string_append_c(out, '{');
  for (guint i = 0; i < REVIEW_DECISION_N; i++)
    append_number(out, review_decision_name(i), counts[i]);
  g_string_append_c(out, '}');
}

static void
append_plan(GString *out, const Plan *plan)
{
  json_append_key(out, "plan");
  if (plan == NULL) {
    g_string_append(out, "null");
    return;
  }
  g_string_append_c(out, '{');
  append_number(out, "id", plan->id);
  append_text(out, "status", plan_state_name(plan->state));
  append_text(out, "initiatedBy", plan->who);
  append_text(out, "releasedBy", plan->released_by);
  append_moment(out, "createdDateTime", plan->made_at);
  append_text(out, "reason", plan->reason);
  append_number(out, "operations", plan->operations->len);
  json_append_key(out, "notes");
  g_string_append_c(out, '[');
  for (guint i = 0; i < plan->notes->len; i++) {
    if (i > 0)
      g_string_append_c(out, ',');
    json_append_string(out, plan->notes->pdata[i]);
  }
  g_string_append(out, "]}");
}

char *
review_report_json(const ReviewReport *report)
{
  const Review *review = report->review;
  g_autoptr(Records) records = review_report_records(report, NULL);
  GString *out = g_string_new("{");
  append_text(out, "displayName", review->name);
  append_text(out, "title", review->title);
  append_text(out, "scope", review->query);
  append_text(out, "tenant", review->tenant);
  append_text(out, "profile", review->profile);
  append_text(out, "roster", review->roster);
  append_text(out, "initiatedBy", review->who);
  append_moment(out, "createdDateTime", review->made_at);
  append_text(out, "status", review_state_name(review->state));
  append_text(out, "closedBy", review->closed_by);
  append_moment(out, "closedDateTime", review->closed_at);
  append_counts(out, review);
  append_plan(out, report->plan);
  json_append_key(out, "report");
  g_string_append_c(out, '{');
  append_text(out, "initiatedBy", report->who);
  append_moment(out, "createdDateTime", report->now);
  append_number(out, "journalEntry", report->journal_number);
  append_text(out, "journalHash", report->journal_hash);
  g_string_append_c(out, '}');
  json_append_key(out, "accounts");
  g_string_append_c(out, '[');
  for (guint row = 0; row < records_count(records); row++) {
    g_string_append(out, row > 0 ? ",\n" : "\n");
    records_append_json(out, records, row, NULL);
  }
  g_string_append(out, "]}\n");
  return g_string_free(out, FALSE);
}

/* --- the one door --- */

static const struct {
  const char *name;
  char *(*write)(const ReviewReport *report);
} formats[REVIEW_REPORT_N] = {
    [REVIEW_REPORT_MARKDOWN] = {"markdown", review_report_markdown},
    [REVIEW_REPORT_HTML] = {"html", review_report_html},
    [REVIEW_REPORT_CSV] = {"csv", review_report_csv},
    [REVIEW_REPORT_JSON] = {"json", review_report_json},
};

gboolean
app_review_format(const char *name, ReviewReportFormat *ret_format, GError **error)
{
  for (guint i = 0; i < REVIEW_REPORT_N; i++)
    if (g_strcmp0(formats[i].name, name) == 0) {
      *ret_format = i;
      return TRUE;
    }
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("a report has no format “%s”; there are: markdown, html, csv, json"), name);
  return FALSE;
}

char *
app_review_report(App *app, const Review *review, ReviewReportFormat format, GError **error)
{
  g_autoptr(ReviewReport) report = review_report_new(app, review, error);
  return report == NULL ? NULL : formats[format].write(report);
}
