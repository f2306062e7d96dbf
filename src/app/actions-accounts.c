/* The action table's slice about accounts: list, show, create, repair. The
 * handlers read, or make a plan; applying and showing are the front ends'. */
#include "app/actions-private.h"
#include "app/app-import.h"
#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "model/query.h"
#include "store/journal.h"
#include <string.h>

#define TIMELINE 100

/* --- list --- */

static guint64
field_bits(const GArray *fields)
{
  guint64 bits = 0;
  for (guint i = 0; i < fields->len; i++)
    bits |= G_GUINT64_CONSTANT(1) << g_array_index(fields, FieldId, i);
  return bits;
}

static guint64
costly_bits(guint64 bits)
{
  guint64 costly = 0;
  for (guint i = 0; i < FIELD_N; i++)
    if ((bits & (G_GUINT64_CONSTANT(1) << i)) != 0 && field_info(i)->costly)
      costly |= G_GUINT64_CONSTANT(1) << i;
  return costly;
}

static void
default_columns(GArray *fields)
{
  for (guint i = 0; i < FIELD_N; i++)
    if (field_info(i)->width_want > 0 && !field_info(i)->costly) {
      FieldId field = i;
      g_array_append_val(fields, field);
    }
}

/* The cache when it is fresh and holds what is asked for; else the service. */
static Snapshot *
snapshot_for(App *app, const ActionRequest *request, guint64 bits, GCancellable *cancellable,
             GError **error)
{
  guint64 costly = costly_bits(bits);
  if (action_option(request, "live") == NULL && costly == 0) {
    g_autoptr(Snapshot) cached = app_cached(app, NULL);
    if (cached != NULL && app_cached_is_fresh(app, cached))
      return g_steal_pointer(&cached);
  }
  return app_refresh(app, costly == 0 ? 0 : bits, NULL, NULL, cancellable, error);
}

static char *
joined_arguments(const ActionRequest *request)
{
  return request->arguments == NULL ? g_strdup("") : g_strjoinv(" ", request->arguments);
}

/* What "list" was asked for. */
typedef struct {
  Query *query;
  GArray *fields, *sort, *descending; /* of FieldId, FieldId and gboolean */
  const char *columns, *order;        /* as they were given, lent; NULL: not at all */
} Listing;

static void
listing_clear(Listing *listing)
{
  g_clear_pointer(&listing->query, query_free);
  g_array_unref(listing->fields);
  g_array_unref(listing->sort);
  g_array_unref(listing->descending);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Listing, listing_clear)

static Listing
listing_new(void)
{
  return (Listing){.fields = g_array_new(FALSE, FALSE, sizeof(FieldId)),
                   .sort = g_array_new(FALSE, FALSE, sizeof(FieldId)),
                   .descending = g_array_new(FALSE, FALSE, sizeof(gboolean))};
}

/* Words narrow a saved view down; options go before its own. All that is wrong is told. */
static gboolean
read_listing(App *app, const ActionRequest *request, Listing *listing, GError **error)
{
  const SavedView *view = NULL;
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  const char *name = action_option(request, "view");
  if (name != NULL && (view = config_view(app_config(app), name, &local)) == NULL)
    error_gather(&wrong, &local);
  g_autofree char *words = joined_arguments(request);
  g_autofree char *text = view != NULL && view->query != NULL
                              ? g_strjoin(" ", view->query, words, NULL)
                              : g_strdup(words);
  listing->columns = action_option(request, "columns");
  listing->order = action_option(request, "sort");
  if (listing->columns == NULL && view != NULL)
    listing->columns = view->columns;
  if (listing->order == NULL && view != NULL)
    listing->order = view->sort;
  listing->query = query_read(text, clock_now(), &local);
  error_gather(&wrong, &local);
  if (listing->columns != NULL)
    field_parse_list(listing->columns, listing->fields, NULL, &local);
  else
    default_columns(listing->fields);
  error_gather(&wrong, &local);
  if (listing->order != NULL)
    field_parse_list(listing->order, listing->sort, listing->descending, &local);
  error_gather(&wrong, &local);
  return error_gathered(wrong, USHER_ERROR_USAGE, error);
}

static gboolean
check_list(App *app, const ActionRequest *request, GError **error)
{
  g_auto(Listing) listing = listing_new();
  return read_listing(app, request, &listing, error);
}

static gboolean
run_list(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  g_auto(Listing) asked = listing_new();
  if (!read_listing(app, request, &asked, error))
    return FALSE;
  g_autoptr(Snapshot) snapshot = snapshot_for(
      app, request, query_fields(asked.query) | field_bits(asked.fields) | field_bits(asked.sort),
      cancellable, error);
  if (snapshot == NULL)
    return FALSE;
  result->kind = RESULT_ACCOUNTS;
  result->chosen = asked.columns != NULL;
  result->order = g_strdup(asked.order);
  result->rows = query_run(asked.query, snapshot, NULL, NULL);
  if (asked.sort->len > 0)
    accounts_sort_fields(snapshot, result->rows, asked.sort, asked.descending);
  result->fields = g_array_ref(asked.fields);
  result->snapshot = g_steal_pointer(&snapshot);
  return TRUE;
}

/* --- show --- */

static const RecordColumn timeline_columns[] = {
    {"dateTime", N_("WHEN"), RECORD_MOMENT, FALSE,
     "When the operation ended; before that, when it was begun or planned."},
    {"usher.source", N_("FROM"), RECORD_TEXT, FALSE, "Who tells it: usher, out of the journal."},
    {"activity", N_("WHAT"), RECORD_TEXT, FALSE, "The kind of the operation, as in a plan."},
    {"result", N_("RESULT"), RECORD_TEXT, FALSE, "Its state, as in a plan."},
    {"initiatedBy", N_("BY"), RECORD_TEXT, FALSE, "Who made the plan."},
    {"usher.plan", N_("PLAN"), RECORD_NUMBER, FALSE, "The number of the plan in the journal."},
    {"requestId", N_("REQUEST"), RECORD_TEXT, TRUE, "The service's id of the request."},
    {"usher.detail", N_("DETAIL"), RECORD_TEXT, TRUE, "What the service said, or what came of it."},
    {NULL},
};

static void
timeline_row(Records *timeline, const Plan *plan, const Operation *operation)
{
  records_add_row(timeline);
  records_put_number(timeline, 0,
                     operation->finished_at > 0   ? operation->finished_at
                     : operation->intended_at > 0 ? operation->intended_at
                                                  : plan->made_at);
  records_put(timeline, 1, "usher");
  records_put(timeline, 2, operation->kind);
  records_put(timeline, 3, operation_state_name(operation->state));
  records_put(timeline, 4, plan->who);
  records_put_number(timeline, 5, plan->id);
  records_put(timeline, 6, operation->request_id);
  records_put(timeline, 7,
              operation->error_message != NULL ? operation->error_message : operation->result);
}

static gboolean
add_timeline(App *app, const Account *account, ActionResult *result, GError **error)
{
  Store *store = app_store(app, error);
  if (store == NULL)
    return FALSE;
  g_autoptr(GPtrArray) plans = journal_of_target(
      store, account_text(account, FIELD_ID), account_text(account, FIELD_USER), TIMELINE, error);
  if (plans == NULL)
    return FALSE;
  result->records = records_new("timeline", timeline_columns, FALSE);
  for (guint i = 0; i < plans->len; i++) {
    const Plan *plan = plans->pdata[i];
    for (guint j = 0; j < plan->operations->len; j++)
      timeline_row(result->records, plan, plan->operations->pdata[j]);
  }
  return TRUE;
}

static gboolean
check_show(App *app, const ActionRequest *request, GError **error)
{
  const char *columns = action_option(request, "columns");
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(FieldId));
  return columns == NULL || field_parse_list(columns, fields, NULL, error);
}

static gboolean
run_show(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  const char *columns = action_option(request, "columns");
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(FieldId));
  if (columns != NULL && !field_parse_list(columns, fields, NULL, error))
    return FALSE;
  g_autoptr(Account) account = app_account(app, request->arguments[0], cancellable, error);
  if (account == NULL ||
      (action_option(request, "timeline") != NULL && !add_timeline(app, account, result, error)))
    return FALSE;
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  guint32 row = 0;
  snapshot_builder_add(builder, account);
  result->kind = RESULT_ACCOUNTS;
  result->single = TRUE;
  result->chosen = columns != NULL;
  result->snapshot = snapshot_builder_snapshot(builder, clock_now());
  result->rows = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_array_append_val(result->rows, row);
  for (guint i = 0; columns == NULL && i < FIELD_N; i++) {
    FieldId field = i;
    g_array_append_val(fields, field);
  }
  result->fields = g_steal_pointer(&fields);
  return TRUE;
}

/* --- create --- */

static Person *
person_of(const ActionRequest *request)
{
  Person *person = person_new();
  for (guint i = 0; i < PERSON_N; i++)
    person_set(person, i, action_option(request, person_info(i)->name));
  return person;
}

/* Everything that is wrong about the person, and not only the first. */
static gboolean
check_create(App *app, const ActionRequest *request, GError **error)
{
  g_autoptr(GError) local = NULL;
  GString *complaints = NULL;
  if (action_option(request, "from") != NULL)
    return import_check(app, request, error);
  if (action_option(request, "bad") != NULL || action_option(request, "skip-bad") != NULL) {
    g_set_error_literal(&local, USHER_ERROR, USHER_ERROR_USAGE,
                        _("--bad and --skip-bad are about the rows of a file: give --from too"));
    error_gather(&complaints, &local);
  }
  g_autoptr(Person) person = person_of(request);
  if (app_roster(app) == NULL && !app_use_roster(app, NULL, &local))
    error_gather(&complaints, &local);
  for (guint i = 0; i < PERSON_N; i++) {
    g_autofree char *wrong = person_check(person, i, app_roster(app), clock_now());
    if (wrong == NULL)
      continue;
    g_set_error(&local, USHER_ERROR, USHER_ERROR_USAGE, "--%s: %s", person_info(i)->name, wrong);
    error_gather(&complaints, &local);
  }
  return error_gathered(complaints, USHER_ERROR_USAGE, error);
}

static gboolean
run_create(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  if (action_option(request, "from") != NULL)
    return import_run(app, request, result, cancellable, error);
  g_autoptr(Person) person = person_of(request);
  result->plan = app_create_plan(app, person, &result->view, NULL, cancellable, error);
  if (result->plan == NULL)
    return FALSE;
  result->plan->reason = g_strdup(action_option(request, "reason"));
  result->kind = RESULT_PLAN;
  return TRUE;
}

/* --- repair --- */

/* Unfinished plans about one of the named accounts; all of them when none is named. */
static gboolean
concerns(const Plan *plan, char **names)
{
  if (names == NULL || *names == NULL)
    return TRUE;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    const char *mail = operation_to(operation, "otherMails");
    for (char **name = names; *name != NULL; name++)
      if ((operation->target_name != NULL &&
           g_ascii_strcasecmp(operation->target_name, *name) == 0) ||
          (operation->target_id != NULL && g_ascii_strcasecmp(operation->target_id, *name) == 0) ||
          (mail != NULL && g_ascii_strcasecmp(mail, *name) == 0))
        return TRUE;
  }
  return FALSE;
}

static GPtrArray *
unfinished_plans(App *app, char **names, GError **error)
{
  Store *store = app_store(app, error);
  g_autoptr(GArray) ids = store == NULL ? NULL : app_repairable(app, error);
  g_autoptr(GPtrArray) plans = g_ptr_array_new_with_free_func((GDestroyNotify)plan_free);
  if (ids == NULL)
    return NULL;
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr(Plan) plan = journal_load(store, g_array_index(ids, gint64, i), error);
    if (plan == NULL)
      return NULL;
    if (concerns(plan, names))
      g_ptr_array_add(plans, g_steal_pointer(&plan));
  }
  if (plans->len == 0 && names != NULL && *names != NULL) {
    g_autofree char *all = g_strjoinv(", ", names);
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("No unfinished work on %s is in the journal"), all);
    return NULL;
  }
  return g_steal_pointer(&plans);
}

static gboolean
parse_mail_answer(const ActionRequest *request, AppResume *ret_how, GError **error)
{
  const char *mail = action_option(request, "mail");
  *ret_how = APP_RESUME_RETRY_FAILED;
  if (mail == NULL)
    return TRUE;
  if (g_str_equal(mail, "again"))
    *ret_how |= APP_RESUME_MAIL_AGAIN;
  else if (g_str_equal(mail, "arrived"))
    *ret_how |= APP_RESUME_MAIL_ARRIVED;
  else {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("--mail: “%s” is not allowed (allowed: again, arrived)"), mail);
    return FALSE;
  }
  return TRUE;
}

static void
plan_to_resume(GPtrArray *plans, AppResume how, ActionResult *result)
{
  result->kind = RESULT_PLAN;
  result->resume = how;
  result->preview = app_resume_preview(plans, how);
  result->plan = g_ptr_array_steal_index(plans, 0);
  result->resume_id = result->plan->id;
  if (plans->len == 0)
    return;
  result->more = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; i < plans->len; i++) {
    const Plan *plan = plans->pdata[i];
    g_array_append_val(result->more, plan->id);
  }
}

static gboolean
check_repair(App *app, const ActionRequest *request, GError **error)
{
  AppResume how;
  return parse_mail_answer(request, &how, error);
}

static gboolean
run_repair(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  AppResume how;
  if (!parse_mail_answer(request, &how, error))
    return FALSE;
  g_autoptr(GPtrArray) plans = unfinished_plans(app, request->arguments, error);
  if (plans == NULL)
    return FALSE;
  if (plans->len == 0)
    return answer_idle(app, _("Nothing is left half made."), result);
  if (action_option(request, "rollback") == NULL) {
    plan_to_resume(plans, how, result);
    return TRUE;
  }
  result->plan = app_rollback_plan(app, plans, error);
  if (result->plan == NULL)
    return FALSE;
  result->plan->reason = g_strdup(action_option(request, "reason"));
  result->kind = RESULT_PLAN;
  return TRUE;
}

/* --- the table --- */

static const ActionOption list_options[] = {
    {"columns", 0, N_("FIELDS"), N_("these columns, separated by commas"), "field"},
    {"sort", 0, N_("FIELDS"), N_("in this order; -field: the other way round"), "field"},
    {"view", 0, N_("NAME"),
     N_("a saved view of the configuration; QUERY narrows it down further, --columns and --sort go "
        "before its own"),
     "view"},
    {"live", 'l', NULL, N_("ask the service even if the cache is fresh"), NULL},
    {NULL},
};

static const ActionOption show_options[] = {
    {"columns", 0, N_("FIELDS"), N_("these fields alone, separated by commas"), "field"},
    {"timeline", 't', NULL, N_("and what the journal knows about it"), NULL},
    {"live", 'l', NULL, N_("ask the service, which this always does"), NULL},
    {"sort", 0, N_("FIELDS"), N_("the timeline in this order; -field: the other way round"), NULL},
    {NULL},
};

/* Named as person_info() names them, so that the handler can go by that table. */
static const ActionOption create_options[] = {
    {"first", 0, N_("NAME"), N_("first name"), NULL},
    {"last", 0, N_("NAME"), N_("last name"), NULL},
    {"mobile", 0, N_("NUMBER"), N_("mobile number: +49 151 2345 6789"), NULL},
    {"email", 0, N_("ADDRESS"), N_("external address; the sign-in details go there"), NULL},
    {"company", 0, N_("NAME"), N_("company"), NULL},
    {"sponsor", 0, N_("ACCOUNT"), N_("who answers for the person: user name, address or id"),
     "account"},
    {"expires", 0, N_("DATE"), N_("end date or span: 2027-01-31, 90d; otherwise the roster's"),
     NULL},
    {"user", 0, N_("NAME"), N_("user name instead of the one by the rule"), NULL},
    {"language", 0, N_("LANGUAGE"), N_("language of the mail"), "de|en"},
    {"from", 0, N_("FILE"),
     N_("everybody in a CSV file (see FILES OF PEOPLE); company, sponsor, expires and language are "
        "then for rows that do not say"),
     "file"},
    {"bad", 0, N_("FILE"), N_("write the rows of --from that are wrong to this file"), "file"},
    {"skip-bad", 0, NULL, N_("leave out the rows of --from that are wrong"), NULL},
    {NULL},
};

static const ActionOption repair_options[] = {
    {"rollback", 0, NULL, N_("remove what was made instead of finishing it"), NULL},
    {"mail", 0, "again|arrived",
     N_("a mail whose outcome is unknown: send it again, or take it as sent"), "again|arrived"},
    {NULL},
};

const Action actions_accounts[] = {
    {.name = "list",
     .group = N_("Accounts"),
     .summary = N_("List the accounts of the roster"),
     .text =
         N_("QUERY is the language of usher-query(7); without one, all accounts are listed. "
            "The cached directory is used when it is younger than 15 minutes, usher has changed "
            "nothing in the tenant since, and it holds the "
            "fields asked for; --live always asks the service."),
     .arguments = "[QUERY]",
     .options = list_options,
     .targets = TARGETS_NONE,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_PROFILES,
     .scope = SCOPE_GLOBAL,
     .keys = "1",
     .permissions = "GroupMember.Read.All User.Read.All",
     .check = check_list,
     .run = run_list},
    {.name = "show",
     .group = N_("Accounts"),
     .summary = N_("Show one account, everything known"),
     .text = N_("ACCOUNT is a user name, an object id, an external address, or the unambiguous "
                "beginning of a display name. An ambiguous one lists the candidates."),
     .arguments = "ACCOUNT",
     .options = show_options,
     .targets = TARGETS_ONE,
     .flags = ACTION_CLI | ACTION_NETWORK | ACTION_PROFILES,
     .scope = SCOPE_ACCOUNTS,
     .permissions = "User.Read.All GroupMember.Read.All",
     .columns = timeline_columns,
     .check = check_show,
     .run = run_show},
    {.name = "create",
     .group = N_("Accounts"),
     .summary = N_("Create an account"),
     .text = N_("Checks everything first: the user name, the address in five places, the sponsor, "
                "the group, the seats. Then the account is made step by step: user, end date, "
                "sponsor, group, licence, mail. Each step is in the journal before it is sent; "
                "'usher repair' finishes what was interrupted. With --from the rows of a file are "
                "checked, each alone, against the others and against the tenant, before anything "
                "is sent; when one is wrong, the answer is a list of what is wrong in which line "
                "and column, and nothing is sent."),
     .options = create_options,
     .targets = TARGETS_NONE,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .keys = "n",
     .permissions = "User.ReadWrite.All GroupMember.ReadWrite.All LicenseAssignment.Read.All "
                    "Mail.Send",
     .columns = import_problem_columns,
     .check = check_create,
     .run = run_create},
    {.name = "import",
     .group = N_("Accounts"),
     .summary = N_("Create everybody in a CSV file"),
     .targets = TARGETS_NONE,
     .flags = ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .keys = "N",
     .permissions = "User.ReadWrite.All GroupMember.ReadWrite.All LicenseAssignment.Read.All "
                    "Mail.Send"},
    {.name = "repair",
     .group = N_("Accounts"),
     .summary = N_("Finish or roll back accounts left half made"),
     .text = N_("Looks up in the journal what a crash or a failure left unfinished, finds out at "
                "the service what took effect, and does the rest. With --rollback the accounts "
                "that were made are removed instead. A mail whose outcome is unknown is never "
                "sent again by itself: --mail says what to do about it."),
     .arguments = "[ACCOUNT...]",
     .options = repair_options,
     .targets = TARGETS_MANY,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .keys = "R",
     .permissions = "User.ReadWrite.All GroupMember.ReadWrite.All Mail.Send",
     .check = check_repair,
     .run = run_repair},
    {.name = NULL},
};
