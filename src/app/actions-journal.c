/* The action table's slice about the journal: list, show, resume, verify, export. */
#include "app/actions-private.h"
#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "store/journal.h"

#define DEFAULT_LIMIT 50

/* --- list --- */

static const RecordColumn list_columns[] = {
    {"id", N_("ID"), RECORD_NUMBER, FALSE, "The number of the plan."},
    {"createdDateTime", N_("MADE"), RECORD_MOMENT, FALSE, "When the plan was made."},
    {"status", N_("STATE"), RECORD_TEXT, FALSE, "open, running, done, failed or stopped."},
    {"title", N_("WHAT"), RECORD_TEXT, FALSE, "What the plan is for."},
    {"usher.done", N_("DONE"), RECORD_NUMBER, FALSE,
     "Operations that are done, or wait for the service alone."},
    {"usher.open", N_("OPEN"), RECORD_NUMBER, FALSE,
     "Operations that are not sent yet, or in doubt."},
    {"usher.failed", N_("FAILED"), RECORD_NUMBER, FALSE,
     "Operations that failed, or were skipped since they depend on one."},
    {"usher.unknown", N_("UNKNOWN"), RECORD_NUMBER, FALSE,
     "Operations of which nobody can know whether they happened."},
    {"initiatedBy", N_("BY"), RECORD_TEXT, FALSE, "Who made the plan."},
    {"reason", N_("REASON"), RECORD_TEXT, TRUE, "What --reason said."},
    {"usher.roster", N_("ROSTER"), RECORD_TEXT, TRUE, "The roster."},
    {"usher.running", N_("RUNNING"), RECORD_BOOL, TRUE, "Whether a program is working on it now."},
    {NULL},
};

static void
list_row(Records *records, const JournalSummary *summary)
{
  const Plan *plan = summary->plan;
  const guint *counts = summary->counts;
  records_add_row(records);
  records_put_number(records, 0, plan->id);
  records_put_number(records, 1, plan->made_at);
  records_put(records, 2, plan_state_name(plan->state));
  records_put(records, 3, plan->title);
  records_put_number(records, 4, counts[OPERATION_DONE] + counts[OPERATION_PENDING]);
  records_put_number(
      records, 5, counts[OPERATION_PLANNED] + counts[OPERATION_INTENDED] + counts[OPERATION_SENT]);
  records_put_number(records, 6, counts[OPERATION_FAILED] + counts[OPERATION_SKIPPED]);
  records_put_number(records, 7, counts[OPERATION_UNKNOWN]);
  records_put(records, 8, plan->who);
  records_put(records, 9, plan->reason);
  records_put(records, 10, plan->roster);
  records_put_number(records, 11, summary->owned);
}

static gboolean
parse_limit(const ActionRequest *request, guint *ret_limit, GError **error)
{
  const char *text = action_option(request, "limit");
  guint64 limit = DEFAULT_LIMIT;
  if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 1, 1000000, &limit, NULL)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("--limit: “%s” is no number from 1 to 1000000"), text);
    return FALSE;
  }
  *ret_limit = limit;
  return TRUE;
}

static gboolean
run_list(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  guint limit;
  const Profile *profile = app_profile(app);
  if (!parse_limit(request, &limit, error))
    return FALSE;
  Store *store = app_store(app, error);
  g_autoptr(GPtrArray) summaries =
      store == NULL ? NULL
                    : journal_list(store, profile == NULL ? NULL : profile->name, limit, error);
  if (summaries == NULL)
    return FALSE;
  result->kind = RESULT_RECORDS;
  result->records = records_new("journal-list", list_columns, FALSE);
  for (guint i = 0; i < summaries->len; i++)
    list_row(result->records, summaries->pdata[i]);
  return TRUE;
}

/* --- show --- */

/* Of one operation, and then of its plan. */
static const RecordColumn show_columns[] = {
    {"sequence", N_("#"), RECORD_NUMBER, FALSE, "The number of the operation in its plan."},
    {"usher.step", N_("STEP"), RECORD_TEXT, FALSE, "Its kind, as in a plan."},
    {"status", N_("STATE"), RECORD_TEXT, FALSE, "The state of the operation, as in a plan."},
    {"userPrincipalName", N_("ACCOUNT"), RECORD_TEXT, FALSE, "The user name of the account."},
    {"usher.result", N_("RESULT"), RECORD_TEXT, FALSE,
     "What came of it: what the service said when it failed."},
    {"dateTime", N_("WHEN"), RECORD_MOMENT, FALSE,
     "When it ended; before that, when it was begun."},
    {"requestId", N_("REQUEST"), RECORD_TEXT, FALSE, "The service's id of the request."},
    {"id", N_("OBJECT"), RECORD_TEXT, TRUE, "The object id of the account."},
    {"clientRequestId", N_("OUR REQUEST"), RECORD_TEXT, TRUE, "Our id of the request."},
    {"usher.changes", N_("CHANGES"), RECORD_LIST, TRUE, "What was set, from what to what."},
    {"usher.plan", N_("PLAN"), RECORD_NUMBER, TRUE, "The number of the plan."},
    {"errorCode", N_("ERROR"), RECORD_TEXT, TRUE, "The service's error code."},
    {"httpStatus", N_("HTTP"), RECORD_NUMBER, TRUE, "The status of the last answer."},
    {"reason", N_("REASON"), RECORD_TEXT, TRUE, "What --reason said."},
    {"title", N_("WHAT"), RECORD_TEXT, TRUE, "What the plan is for."},
    {"usher.profile", N_("PROFILE"), RECORD_TEXT, TRUE, "The profile."},
    {"usher.tenant", N_("TENANT"), RECORD_TEXT, TRUE, "The tenant."},
    {"usher.roster", N_("ROSTER"), RECORD_TEXT, TRUE, "The roster."},
    {"initiatedBy", N_("BY"), RECORD_TEXT, TRUE, "Who made the plan."},
    {"releasedBy", N_("RELEASED BY"), RECORD_TEXT, TRUE, "Who released the plan."},
    {"createdDateTime", N_("MADE"), RECORD_MOMENT, TRUE, "When the plan was made."},
    {NULL},
};

/* "usageLocation: (none) -> DE", one a line. */
static char *
changes_of(const Operation *operation)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    g_string_append_printf(text, "%s%s: %s%s%s", text->len > 0 ? "\n" : "", value->name,
                           value->from == NULL ? "" : value->from,
                           value->from == NULL ? "" : " -> ", value->to == NULL ? "" : value->to);
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
show_row(Records *records, const Plan *plan, const Operation *operation)
{
  g_autofree char *changes = changes_of(operation);
  records_add_row(records);
  records_put_number(records, 0, operation->sequence);
  records_put(records, 1, operation->kind);
  records_put(records, 2, operation_state_name(operation->state));
  records_put(records, 3, operation->target_name);
  records_put(records, 4,
              operation->error_message != NULL ? operation->error_message : operation->result);
  if (operation->finished_at > 0 || operation->intended_at > 0)
    records_put_number(
        records, 5, operation->finished_at > 0 ? operation->finished_at : operation->intended_at);
  records_put(records, 6, operation->request_id);
  records_put(records, 7, operation->target_id);
  records_put(records, 8, operation->client_request_id);
  records_put(records, 9, changes);
  records_put_number(records, 10, plan->id);
  records_put(records, 11, operation->error_code);
  if (operation->http_status > 0)
    records_put_number(records, 12, operation->http_status);
  records_put(records, 13, plan->reason);
  records_put(records, 14, plan->title);
  records_put(records, 15, plan->profile);
  records_put(records, 16, plan->tenant);
  records_put(records, 17, plan->roster);
  records_put(records, 18, plan->who);
  records_put(records, 19, plan->released_by);
  records_put_number(records, 20, plan->made_at);
}

gboolean
journal_parse_id(const char *text, gint64 *ret_id, GError **error)
{
  guint64 id;
  if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &id, NULL)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("“%s” is no plan number; 'usher journal list' shows them"), text);
    return FALSE;
  }
  *ret_id = id;
  return TRUE;
}

static gboolean
run_show(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  gint64 id;
  if (!journal_parse_id(request->arguments[0], &id, error))
    return FALSE;
  Store *store = app_store(app, error);
  g_autoptr(Plan) plan = store == NULL ? NULL : journal_load(store, id, error);
  if (plan == NULL)
    return FALSE;
  result->kind = RESULT_RECORDS;
  result->records = records_new("journal-show", show_columns, FALSE);
  for (guint i = 0; i < plan->operations->len; i++)
    show_row(result->records, plan, plan->operations->pdata[i]);
  return TRUE;
}

/* --- resume --- */

static gboolean
newest_unfinished(App *app, gint64 *ret_id, GError **error)
{
  g_autoptr(GArray) ids = app_unfinished(app, error);
  if (ids == NULL)
    return FALSE;
  *ret_id = 0;
  for (guint i = 0; i < ids->len; i++)
    *ret_id = MAX(*ret_id, g_array_index(ids, gint64, i));
  return TRUE;
}

gboolean
journal_check_id(App *app, const ActionRequest *request, GError **error)
{
  gint64 id;
  return request->arguments == NULL || request->arguments[0] == NULL ||
         journal_parse_id(request->arguments[0], &id, error);
}

static gboolean
run_resume(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  gint64 id = 0;
  gboolean named = request->arguments != NULL && request->arguments[0] != NULL;
  if (named ? !journal_parse_id(request->arguments[0], &id, error)
            : !newest_unfinished(app, &id, error))
    return FALSE;
  if (id == 0) {
    return answer_idle(app, _("Nothing is left to resume."), result);
  }
  Store *store = app_store(app, error);
  result->plan = store == NULL ? NULL : journal_load(store, id, error);
  if (result->plan == NULL)
    return FALSE;
  result->kind = RESULT_PLAN;
  result->resume_id = id;
  result->resume =
      action_option(request, "retry") != NULL ? APP_RESUME_RETRY_FAILED : APP_RESUME_OPEN;
  g_autoptr(GPtrArray) one = g_ptr_array_new();
  g_ptr_array_add(one, result->plan);
  result->preview = app_resume_preview(one, result->resume);
  return TRUE;
}

/* --- verify --- */

static const RecordColumn verify_columns[] = {
    {"status", N_("STATE"), RECORD_TEXT, FALSE, "whole; a journal that is not whole is an error."},
    {"usher.entries", N_("ENTRIES"), RECORD_NUMBER, FALSE, "How many entries were checked."},
    {"usher.last", N_("LAST"), RECORD_NUMBER, FALSE, "The number of the newest entry."},
    {"usher.hash", N_("HASH"), RECORD_TEXT, FALSE,
     "Its hash, which stands for all entries before it."},
    {NULL},
};

static gboolean
run_verify(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  guint entries = 0;
  gint64 last = 0;
  g_autofree char *hash = NULL;
  Store *store = app_store(app, error);
  if (store == NULL || !journal_verify(store, &entries, error) ||
      !journal_head(store, &last, &hash, error))
    return FALSE;
  result->kind = RESULT_TEXT;
  result->text = g_strdup_printf(ngettext("The journal is whole: %u entry checked.",
                                          "The journal is whole: %u entries checked.", entries),
                                 entries);
  result->records = records_new("journal-verify", verify_columns, TRUE);
  records_add_row(result->records);
  records_put(result->records, 0, "whole");
  records_put_number(result->records, 1, entries);
  records_put_number(result->records, 2, last);
  records_put(result->records, 3, hash);
  return TRUE;
}

/* --- export --- */

/* A date, or a span back from now. */
static gboolean
parse_since(const ActionRequest *request, gint64 *ret_since, GError **error)
{
  gint64 span;
  const char *text = action_option(request, "since");
  *ret_since = 0;
  if (text == NULL)
    return TRUE;
  if (clock_parse_span(text, &span, NULL)) {
    *ret_since = clock_now() - span;
    return TRUE;
  }
  if (clock_parse_moment(text, ret_since, NULL))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("--since: “%s” is no date; write 2027-01-31, or 90d for the last 90 days"), text);
  return FALSE;
}

static gboolean
run_export(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  gint64 since;
  const Profile *profile = app_profile(app);
  if (!parse_since(request, &since, error))
    return FALSE;
  Store *store = app_store(app, error);
  g_autoptr(GPtrArray) summaries =
      store == NULL ? NULL : journal_list(store, profile == NULL ? NULL : profile->name, 0, error);
  if (summaries == NULL)
    return FALSE;
  g_autoptr(Records) records = records_new("journal-export", show_columns, FALSE);
  for (guint i = summaries->len; i-- > 0;) {
    const Plan *head = ((const JournalSummary *)summaries->pdata[i])->plan;
    if (head->made_at < since)
      continue;
    g_autoptr(Plan) plan = journal_load(store, head->id, error);
    if (plan == NULL || g_cancellable_set_error_if_cancelled(cancellable, error))
      return FALSE;
    for (guint row = 0; row < plan->operations->len; row++)
      show_row(records, plan, plan->operations->pdata[row]);
  }
  result->kind = RESULT_RECORDS;
  result->records = g_steal_pointer(&records);
  return TRUE;
}

/* --- the table --- */

static const ActionOption list_options[] = {
    {"limit", 0, N_("NUMBER"), N_("at most so many, the newest first"), NULL},
    {NULL},
};

static const ActionOption export_options[] = {
    {"since", 0, N_("DATE"), N_("plans made since this date, or in so many days (90d)"), NULL},
    {NULL},
};

static const ActionOption resume_options[] = {
    {"retry", 0, NULL, N_("also what failed, and what was skipped because of it"), NULL},
    {NULL},
};

const Action actions_journal[] = {
    {.name = "journal list",
     .group = N_("Journal"),
     .summary = N_("List the plans that were applied, the newest first"),
     .options = list_options,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_PROFILES,
     .scope = SCOPE_GLOBAL,
     .keys = "6",
     .columns = list_columns,
     .run = run_list},
    {.name = "journal show",
     .group = N_("Journal"),
     .summary = N_("Show each operation of one plan"),
     .arguments = "ID",
     .flags = ACTION_CLI | ACTION_TUI,
     .scope = SCOPE_JOURNAL,
     .keys = "o",
     .columns = show_columns,
     .run = run_show},
    {.name = "journal resume",
     .group = N_("Journal"),
     .summary = N_("Go on with a plan that was interrupted"),
     .text = N_("Finds out at the service what took effect before the interruption, then does the "
                "rest. Without ID the newest unfinished plan is taken."),
     .arguments = "[ID]",
     .options = resume_options,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_JOURNAL,
     .keys = "r",
     .permissions = "User.ReadWrite.All GroupMember.ReadWrite.All Mail.Send",
     .check = journal_check_id,
     .run = run_resume},
    {.name = "journal verify",
     .group = N_("Journal"),
     .summary = N_("Check that no entry of the journal was changed, added or taken out"),
     .flags = ACTION_CLI | ACTION_TUI,
     .scope = SCOPE_JOURNAL,
     .keys = "V",
     .columns = verify_columns,
     .run = run_verify},
    {.name = "journal export",
     .group = N_("Journal"),
     .summary = N_("Write every operation of every plan, the oldest first"),
     .text =
         N_("One row for each operation, with its plan, who made and who released it, its result "
            "and the request id by which the service knows it. 'usher journal verify' says "
            "whether the journal is as it was written."),
     .options = export_options,
     .flags = ACTION_CLI,
     .columns = show_columns,
     .run = run_export},
    {.name = NULL},
};
