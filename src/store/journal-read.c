/* Reading the journal: plans whole, in short, unfinished, or by target. */
#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include "store/journal-private.h"

#define PLAN_COLUMNS                                                                               \
  "id, title, reason, profile, tenant, roster, who, released_by, made_at, notes, state"
#define OPERATION_COLUMNS                                                                          \
  "plan_id, sequence, kind, target_id, target_name, vals, depends_on, state, client_request_id,"   \
  " request_id, http_status, error_code, error_message, result, intended_at, finished_at"

static void
read_notes(Plan *plan, const char *text)
{
  g_autoptr(cJSON) notes = text != NULL ? json_parse(text, strlen(text), "notes", NULL) : NULL;
  const cJSON *note;
  cJSON_ArrayForEach(note, notes) if (cJSON_IsString(note))
      g_ptr_array_add(plan->notes, g_strdup(note->valuestring));
}

static Plan *
read_plan(sqlite3_stmt *row)
{
  Plan *plan = plan_new(NULL);
  plan->id = sqlite3_column_int64(row, 0);
  store_take_text(&plan->title, row, 1);
  store_take_text(&plan->reason, row, 2);
  store_take_text(&plan->profile, row, 3);
  store_take_text(&plan->tenant, row, 4);
  store_take_text(&plan->roster, row, 5);
  store_take_text(&plan->who, row, 6);
  store_take_text(&plan->released_by, row, 7);
  plan->made_at = sqlite3_column_int64(row, 8);
  read_notes(plan, (const char *)sqlite3_column_text(row, 9));
  if (!plan_state_from_name((const char *)sqlite3_column_text(row, 10), &plan->state))
    plan->state = PLAN_STOPPED;
  return plan;
}

static const char *
item_text(const cJSON *array, int index)
{
  const cJSON *item = cJSON_GetArrayItem(array, index);
  return cJSON_IsString(item) ? item->valuestring : NULL;
}

static void
read_values(Operation *operation, const char *text)
{
  g_autoptr(cJSON) values = text != NULL ? json_parse(text, strlen(text), "values", NULL) : NULL;
  const cJSON *value;
  cJSON_ArrayForEach(value, values) if (item_text(value, 0) != NULL)
      operation_add_value(operation, item_text(value, 0), item_text(value, 1), item_text(value, 2));
}

/* Appends the row's operation; its sequence is the journal's. */
static void
read_operation(Plan *plan, sqlite3_stmt *row)
{
  Operation *operation = plan_add(plan, (const char *)sqlite3_column_text(row, 2),
                                  (const char *)sqlite3_column_text(row, 3),
                                  (const char *)sqlite3_column_text(row, 4));
  operation->sequence = (guint)sqlite3_column_int64(row, 1);
  read_values(operation, (const char *)sqlite3_column_text(row, 5));
  operation->depends_on = (guint)sqlite3_column_int64(row, 6);
  if (!operation_state_from_name((const char *)sqlite3_column_text(row, 7), &operation->state))
    operation->state = OPERATION_UNKNOWN;
  store_take_text(&operation->client_request_id, row, 8);
  store_take_text(&operation->request_id, row, 9);
  operation->http_status = sqlite3_column_int(row, 10);
  store_take_text(&operation->error_code, row, 11);
  store_take_text(&operation->error_message, row, 12);
  store_take_text(&operation->result, row, 13);
  operation->intended_at = sqlite3_column_int64(row, 14);
  operation->finished_at = sqlite3_column_int64(row, 15);
}

/* The plan without its operations; NULL and NOT_FOUND. */
static Plan *
load_header(Store *store, gint64 id, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store, "SELECT " PLAN_COLUMNS " FROM plan WHERE id = ?1", error);
  if (select == NULL)
    return NULL;
  store_bind_int(select, 1, id);
  int got = store_next(store, select, error);
  Plan *plan = got > 0 ? read_plan(select) : NULL;
  store_reset(select);
  if (got == 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("The journal has no plan %d. 'usher journal list' shows those it has."), (int)id);
  return plan;
}

static gboolean
load_operations(Store *store, Plan *plan, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store, "SELECT " OPERATION_COLUMNS " FROM operation WHERE plan_id = ?1 ORDER BY sequence",
      error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, plan->id);
  int got;
  while ((got = store_next(store, select, error)) > 0)
    read_operation(plan, select);
  store_reset(select);
  return got == 0;
}

Plan *
journal_load(Store *store, gint64 id, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  if (!store_begin_read(store, error))
    return NULL;
  g_autoptr(Plan) plan = load_header(store, id, error);
  gboolean ok = plan != NULL && load_operations(store, plan, error);
  store_end(store, FALSE, NULL);
  return ok ? g_steal_pointer(&plan) : NULL;
}

void
journal_summary_free(JournalSummary *summary)
{
  if (summary == NULL)
    return;
  plan_free(summary->plan);
  g_free(summary);
}

static gboolean
count_states(Store *store, JournalSummary *summary, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store, "SELECT state, count(*) FROM operation WHERE plan_id = ?1 GROUP BY state", error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, summary->plan->id);
  int got;
  OperationState state;
  while ((got = store_next(store, select, error)) > 0)
    if (operation_state_from_name((const char *)sqlite3_column_text(select, 0), &state))
      summary->counts[state] = (guint)sqlite3_column_int64(select, 1);
  store_reset(select);
  return got == 0;
}

static gboolean
is_owned(Store *store, gint64 plan_id, gboolean *ret_owned, GError **error)
{
  LeaseHolder holder;
  if (!lease_holder(store, plan_id, &holder, error))
    return FALSE;
  g_free(holder.host);
  *ret_owned = holder.found && holder.living;
  return TRUE;
}

static gboolean
list_plans(Store *store, const char *profile, guint limit, GPtrArray *list, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store,
                      "SELECT " PLAN_COLUMNS " FROM plan WHERE ?1 IS NULL OR profile = ?1"
                      " ORDER BY id DESC LIMIT ?2",
                      error);
  if (select == NULL)
    return FALSE;
  store_bind_text(select, 1, profile);
  store_bind_int(select, 2, limit > 0 ? (gint64)limit : -1);
  int got;
  gboolean ok = TRUE;
  while (ok && (got = store_next(store, select, error)) > 0) {
    JournalSummary *summary = g_new0(JournalSummary, 1);
    summary->plan = read_plan(select);
    g_ptr_array_add(list, summary);
    ok = count_states(store, summary, error) &&
         is_owned(store, summary->plan->id, &summary->owned, error);
  }
  store_reset(select);
  return ok && got == 0;
}

GPtrArray *
journal_list(Store *store, const char *profile, guint limit, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)journal_summary_free);
  if (!store_begin_read(store, error))
    return NULL;
  gboolean ok = list_plans(store, profile, limit, list, error);
  store_end(store, FALSE, NULL);
  return ok ? g_steal_pointer(&list) : NULL;
}

static gboolean
list_unfinished(Store *store, const char *profile, GArray *ids, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT DISTINCT o.plan_id FROM operation o JOIN plan p ON p.id = o.plan_id"
      " WHERE o.state IN ('planned', 'intended', 'sent') AND (?1 IS NULL OR p.profile = ?1)"
      " ORDER BY o.plan_id",
      error);
  if (select == NULL)
    return FALSE;
  store_bind_text(select, 1, profile);
  int got;
  gboolean ok = TRUE, owned;
  while (ok && (got = store_next(store, select, error)) > 0) {
    gint64 id = sqlite3_column_int64(select, 0);
    ok = is_owned(store, id, &owned, error);
    if (ok && !owned)
      g_array_append_val(ids, id);
  }
  store_reset(select);
  return ok && got == 0;
}

GArray *
journal_unfinished(Store *store, const char *profile, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  if (!store_begin_read(store, error))
    return NULL;
  gboolean ok = list_unfinished(store, profile, ids, error);
  store_end(store, FALSE, NULL);
  return ok ? g_steal_pointer(&ids) : NULL;
}

static gboolean
list_of_target(Store *store, const char *target_id, const char *target_name, guint limit,
               GPtrArray *plans, GError **error)
{
  sqlite3_stmt *select = store_statement(store,
                                         "SELECT " OPERATION_COLUMNS " FROM operation"
                                         " WHERE target_id = ?1 OR target_name = ?2 COLLATE NOCASE"
                                         " ORDER BY plan_id DESC, sequence DESC LIMIT ?3",
                                         error);
  if (select == NULL)
    return FALSE;
  store_bind_text(select, 1, target_id);
  store_bind_text(select, 2, target_name);
  store_bind_int(select, 3, limit > 0 ? (gint64)limit : -1);
  int got;
  Plan *plan = NULL;
  while ((got = store_next(store, select, error)) > 0) {
    gint64 id = sqlite3_column_int64(select, 0);
    if (plan == NULL || plan->id != id) {
      plan = load_header(store, id, error);
      if (plan == NULL)
        break;
      g_ptr_array_add(plans, plan);
    }
    read_operation(plan, select);
  }
  store_reset(select);
  return got == 0;
}

GPtrArray *
journal_of_target(Store *store, const char *target_id, const char *target_name, guint limit,
                  GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  g_autoptr(GPtrArray) plans = g_ptr_array_new_with_free_func((GDestroyNotify)plan_free);
  if (!store_begin_read(store, error))
    return NULL;
  gboolean ok = list_of_target(store, target_id, target_name, limit, plans, error);
  store_end(store, FALSE, NULL);
  return ok ? g_steal_pointer(&plans) : NULL;
}

gboolean
journal_head(Store *store, gint64 *ret_number, char **ret_hash, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  return chain_head(store, ret_number, ret_hash, error);
}
