/* Writing the journal: plans, intents and results, each call one durable
 * commit. Reading is journal-read.c's, the chain journal-chain.c's, the lease
 * journal-lease.c's. */
#include "store/journal.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "store/journal-private.h"

#define BIT(state) (1u << OPERATION_##state)

/* Where each state may lead. A failed one may be tried again, what was unknown may be found
 * out, an intent of which nothing was processed is planned again; what is done stays. Stores that
 * are there already learn of a change through a new row of schema.c's migrations (an empty one will
 * do), for only those fill the table of the trigger. */
static const guint next_states[OPERATION_STATE_N] = {
    [OPERATION_PLANNED] =
        BIT(INTENDED) | BIT(DONE) | BIT(FAILED) | BIT(SKIPPED) | BIT(PENDING) | BIT(UNKNOWN),
    [OPERATION_INTENDED] = BIT(PLANNED) | BIT(INTENDED) | BIT(SENT) | BIT(DONE) | BIT(FAILED) |
                           BIT(UNKNOWN) | BIT(SKIPPED) | BIT(PENDING),
    [OPERATION_SENT] = BIT(INTENDED) | BIT(SENT) | BIT(DONE) | BIT(FAILED) | BIT(UNKNOWN) |
                       BIT(SKIPPED) | BIT(PENDING),
    [OPERATION_FAILED] =
        BIT(INTENDED) | BIT(DONE) | BIT(FAILED) | BIT(UNKNOWN) | BIT(SKIPPED) | BIT(PENDING),
    [OPERATION_UNKNOWN] =
        BIT(INTENDED) | BIT(DONE) | BIT(FAILED) | BIT(UNKNOWN) | BIT(SKIPPED) | BIT(PENDING),
    [OPERATION_SKIPPED] =
        BIT(INTENDED) | BIT(DONE) | BIT(FAILED) | BIT(UNKNOWN) | BIT(SKIPPED) | BIT(PENDING),
    [OPERATION_PENDING] = BIT(INTENDED) | BIT(DONE) | BIT(FAILED) | BIT(UNKNOWN) | BIT(PENDING),
    [OPERATION_DONE] = 0,
};

gboolean
journal_may_move(OperationState from, OperationState to)
{
  return (next_states[from] & (1u << to)) != 0;
}

gboolean
journal_is_finished(OperationState state)
{
  return ((BIT(DONE) | BIT(FAILED) | BIT(UNKNOWN) | BIT(SKIPPED) | BIT(PENDING)) & (1u << state)) !=
         0;
}

/* Names of values that are secrets wherever they stand in a path like
 * "passwordProfile.password". */
static const char *const secret_names[] = {
    "accessToken",
    "access_token",
    "refreshToken",
    "refresh_token",
    "idToken",
    "id_token",
    "token",
    "clientSecret",
    "client_secret",
    "client_assertion",
    "assertion",
    "deviceCode",
    "device_code",
    "inviteRedeemUrl",
    "redeemUrl",
    "password",
    "passwordProfile",
    "secret",
    "temporaryAccessPass",
    "newPassword",
    "authorization",
    "pass",
};

static gboolean
is_secret_name(const char *name)
{
  g_auto(GStrv) parts = g_strsplit_set(name, "./", -1);
  for (char **part = parts; *part != NULL; part++)
    for (guint i = 0; i < G_N_ELEMENTS(secret_names); i++)
      if (g_ascii_strcasecmp(*part, secret_names[i]) == 0)
        return TRUE;
  return FALSE;
}

/* A guard against our own mistakes: the engine never gives a secret to the journal. */
static gboolean
check_no_secret(const Operation *operation, GError **error)
{
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = g_ptr_array_index(operation->values, i);
    if (!is_secret_name(value->name))
      continue;
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
                _("The journal refuses the value “%s” of operation %u, since it may be a secret. "
                  "This is a defect of usher: please report it."),
                value->name, operation->sequence);
    return FALSE;
  }
  return TRUE;
}

static char *
values_json(const Operation *operation)
{
  GString *out = g_string_new("[");
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = g_ptr_array_index(operation->values, i);
    g_string_append(out, i > 0 ? ",[" : "[");
    json_append_string(out, value->name);
    g_string_append_c(out, ',');
    json_append_string(out, value->from);
    g_string_append_c(out, ',');
    json_append_string(out, value->to);
    g_string_append_c(out, ']');
  }
  g_string_append_c(out, ']');
  return g_string_free(out, FALSE);
}

static char *
notes_json(const Plan *plan)
{
  GString *out = g_string_new("[");
  for (guint i = 0; i < plan->notes->len; i++) {
    g_autofree char *note = log_redact(g_ptr_array_index(plan->notes, i));
    if (i > 0)
      g_string_append_c(out, ',');
    json_append_string(out, note);
  }
  g_string_append_c(out, ']');
  return g_string_free(out, FALSE);
}

static char *
redact(const char *text)
{
  return text == NULL ? NULL : log_redact(text);
}

static gboolean
insert_plan(Store *store, const Plan *plan, gint64 *ret_id, GError **error)
{
  sqlite3_stmt *insert = store_statement(
      store,
      "INSERT INTO plan (title, reason, profile, tenant, roster, who, released_by, made_at, notes,"
      " state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      error);
  if (insert == NULL)
    return FALSE;
  g_autofree char *title = redact(plan->title);
  g_autofree char *reason = redact(plan->reason);
  g_autofree char *notes = notes_json(plan);
  store_bind_text(insert, 1, title);
  store_bind_text(insert, 2, reason);
  store_bind_text(insert, 3, plan->profile);
  store_bind_text(insert, 4, plan->tenant);
  store_bind_text(insert, 5, plan->roster);
  store_bind_text(insert, 6, plan->who);
  store_bind_text(insert, 7, plan->released_by);
  store_bind_int(insert, 8, plan->made_at);
  store_bind_text(insert, 9, notes);
  store_bind_text(insert, 10, plan_state_name(plan->state));
  if (!store_run(store, insert, error))
    return FALSE;
  *ret_id = sqlite3_last_insert_rowid(store->db);
  return TRUE;
}

static gboolean
insert_operation(Store *store, gint64 plan_id, const Operation *operation, GError **error)
{
  sqlite3_stmt *insert = store_statement(
      store,
      "INSERT INTO operation (plan_id, sequence, kind, target_id, target_name, vals, depends_on,"
      " state, http_status, intended_at, finished_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'planned', 0, 0, 0)",
      error);
  if (insert == NULL || !check_no_secret(operation, error))
    return FALSE;
  g_autofree char *values = values_json(operation);
  store_bind_int(insert, 1, plan_id);
  store_bind_int(insert, 2, operation->sequence);
  store_bind_text(insert, 3, operation->kind);
  store_bind_text(insert, 4, operation->target_id);
  store_bind_text(insert, 5, operation->target_name);
  store_bind_text(insert, 6, values);
  store_bind_int(insert, 7, operation->depends_on);
  return store_run(store, insert, error);
}

/* What the journal has of an operation now. */
static gboolean
current_state(Store *store, gint64 plan_id, guint sequence, OperationState *ret_state,
              gboolean *ret_chained, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store, "SELECT state, chained FROM operation WHERE plan_id = ?1 AND sequence = ?2", error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, plan_id);
  store_bind_int(select, 2, sequence);
  int got = store_next(store, select, error);
  gboolean ok =
      got > 0 && operation_state_from_name((const char *)sqlite3_column_text(select, 0), ret_state);
  if (ok)
    *ret_chained = sqlite3_column_int(select, 1) != 0;
  else if (got >= 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
                _("The journal has no operation %u of plan %d."), sequence, (int)plan_id);
  store_reset(select);
  return ok;
}

static gboolean
update_operation(Store *store, gint64 plan_id, const Operation *operation, OperationState state,
                 gboolean chained, GError **error)
{
  sqlite3_stmt *update = store_statement(
      store,
      "UPDATE operation SET target_id = ?3, state = ?4, client_request_id = ?5, request_id = ?6,"
      " http_status = ?7, error_code = ?8, error_message = ?9, result = ?10, intended_at = ?11,"
      " finished_at = ?12, chained = ?13 WHERE plan_id = ?1 AND sequence = ?2",
      error);
  if (update == NULL)
    return FALSE;
  /* An intent is a new attempt: what an earlier one brought is in the chain. */
  gboolean fresh = state == OPERATION_INTENDED;
  g_autofree char *message = redact(fresh ? NULL : operation->error_message);
  g_autofree char *result = redact(fresh ? NULL : operation->result);
  store_bind_int(update, 1, plan_id);
  store_bind_int(update, 2, operation->sequence);
  store_bind_text(update, 3, operation->target_id);
  store_bind_text(update, 4, operation_state_name(state));
  store_bind_text(update, 5, operation->client_request_id);
  store_bind_text(update, 6, fresh ? NULL : operation->request_id);
  store_bind_int(update, 7, fresh ? 0 : operation->http_status);
  store_bind_text(update, 8, fresh ? NULL : operation->error_code);
  store_bind_text(update, 9, message);
  store_bind_text(update, 10, result);
  store_bind_int(update, 11, operation->intended_at);
  store_bind_int(update, 12, fresh ? 0 : operation->finished_at);
  store_bind_int(update, 13, chained);
  return store_run(store, update, error);
}

/* Moves one operation forward, and chains it once it has been finished. */
static gboolean
move(Store *store, gint64 plan_id, const Operation *operation, OperationState state, GError **error)
{
  OperationState old;
  gboolean chained;
  if (!current_state(store, plan_id, operation->sequence, &old, &chained, error))
    return FALSE;
  if (!journal_may_move(old, state)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
                _("The journal refuses to move operation %u of plan %d from “%s” to “%s”. This "
                  "is a defect of usher: please report it."),
                operation->sequence, (int)plan_id, operation_state_label(old),
                operation_state_label(state));
    return FALSE;
  }
  chained = chained || journal_is_finished(state);
  return update_operation(store, plan_id, operation, state, chained, error) &&
         (!chained || chain_add_operation(store, plan_id, operation->sequence, error));
}

/* Inserts the operations from index `from` on, and seals them. */
static gboolean
insert_operations(Store *store, const Plan *plan, gint64 plan_id, guint from, const char *event,
                  GError **error)
{
  for (guint i = from; i < plan->operations->len; i++)
    if (!insert_operation(store, plan_id, g_ptr_array_index(plan->operations, i), error))
      return FALSE;
  if (!chain_add_plan(store, plan_id, event, from + 1, plan->operations->len, error))
    return FALSE;
  /* Some may have been decided while the plan was made. */
  for (guint i = from; i < plan->operations->len; i++) {
    const Operation *operation = g_ptr_array_index(plan->operations, i);
    if (journal_is_finished(operation->state) &&
        !move(store, plan_id, operation, operation->state, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
begin(Store *store, Plan *plan, gboolean lease, GError **error)
{
  g_return_val_if_fail(plan->id == 0, FALSE);
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  gint64 id = 0;
  if (!store_begin_write(store, error))
    return FALSE;
  gboolean ok = journal_claim(store, plan, error) && insert_plan(store, plan, &id, error) &&
                insert_operations(store, plan, id, 0, CHAIN_PLAN, error) &&
                chain_add_state(store, id, error) && (!lease || lease_take(store, id, error));
  if (!store_end(store, ok, error))
    return FALSE;
  plan->id = id;
  return TRUE;
}

gboolean
journal_begin(Store *store, Plan *plan, GError **error)
{
  return begin(store, plan, FALSE, error);
}

gboolean
journal_begin_run(Store *store, Plan *plan, GError **error)
{
  return begin(store, plan, TRUE, error);
}

gboolean
journal_extend(Store *store, const Plan *plan, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  if (!store_begin_write(store, error))
    return FALSE;
  gboolean ok = FALSE;
  sqlite3_stmt *count =
      store_statement(store, "SELECT count(*) FROM operation WHERE plan_id = ?1", error);
  if (count != NULL) {
    store_bind_int(count, 1, plan->id);
    int got = store_next(store, count, error);
    guint known = got > 0 ? (guint)sqlite3_column_int64(count, 0) : 0;
    store_reset(count);
    ok = got > 0 && (known >= plan->operations->len ||
                     insert_operations(store, plan, plan->id, known, CHAIN_EXTEND, error));
  }
  return store_end(store, ok, error);
}

static gboolean
move_one(Store *store, const Plan *plan, const JournalMove *step, GError **error)
{
  const Operation *operation = plan_operation(plan, step->sequence);
  if (operation != NULL)
    return move(store, plan->id, operation, step->intent ? OPERATION_INTENDED : operation->state,
                error);
  g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
              _("Plan %d has no operation %u. This is a defect of usher: please report it."),
              (int)plan->id, step->sequence);
  return FALSE;
}

gboolean
journal_move(Store *store, const Plan *plan, const JournalMove *moves, guint n, gboolean soon,
             GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  if (soon)
    store_set_waiting(store, FALSE);
  gboolean ok = store_begin_write(store, error);
  if (ok) {
    for (guint i = 0; ok && i < n; i++)
      ok = move_one(store, plan, &moves[i], error);
    ok = store_end(store, ok, error);
  }
  if (soon)
    store_set_waiting(store, TRUE);
  return ok;
}

/* All of them intents, or all results. */
static gboolean
move_all(Store *store, const Plan *plan, const guint *sequences, guint n, gboolean intent,
         GError **error)
{
  g_autofree JournalMove *moves = g_new(JournalMove, MAX(n, 1));
  for (guint i = 0; i < n; i++)
    moves[i] = (JournalMove){sequences[i], intent};
  return journal_move(store, plan, moves, n, FALSE, error);
}

gboolean
journal_intend(Store *store, const Plan *plan, const guint *sequences, guint n, GError **error)
{
  return move_all(store, plan, sequences, n, TRUE, error);
}

gboolean
journal_result(Store *store, const Plan *plan, const guint *sequences, guint n, GError **error)
{
  return move_all(store, plan, sequences, n, FALSE, error);
}

gboolean
journal_set_state(Store *store, const Plan *plan, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  sqlite3_stmt *update = store_statement(store, "UPDATE plan SET state = ?2 WHERE id = ?1", error);
  if (update == NULL || !store_begin_write(store, error))
    return FALSE;
  store_bind_int(update, 1, plan->id);
  store_bind_text(update, 2, plan_state_name(plan->state));
  gboolean ok = store_run(store, update, error) && chain_add_state(store, plan->id, error);
  return store_end(store, ok, error);
}
