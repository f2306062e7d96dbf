/* Writing down what the engine does: intents before, results after, each
 * batch's in one commit, and telling whoever watches. Also the end of a run
 * that may send nothing more. */
#include "work/apply-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"

/* Seconds after which the lease is confirmed before something is sent. */
#define BEAT 20

/* --- the end --- */

void
engine_end(Engine *engine, GError *failure)
{
  g_mutex_lock(&engine->lock);
  if (engine->failure == NULL)
    engine->failure = failure;
  else
    g_error_free(failure);
  g_cond_broadcast(&engine->changed);
  g_mutex_unlock(&engine->lock);
}

gboolean
is_outage(const GError *error)
{
  return g_error_matches(error, USHER_ERROR, USHER_ERROR_UNREACHABLE) ||
         g_error_matches(error, USHER_ERROR, USHER_ERROR_THROTTLED) ||
         g_error_matches(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
}

gboolean
engine_ends(Engine *engine)
{
  g_mutex_lock(&engine->lock);
  gboolean ends = engine->failure != NULL;
  g_mutex_unlock(&engine->lock);
  return ends;
}

gboolean
engine_is_broken(Engine *engine)
{
  g_mutex_lock(&engine->lock);
  gboolean broken = engine->failure != NULL &&
                    !g_error_matches(engine->failure, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_mutex_unlock(&engine->lock);
  return broken;
}

/* --- the lease --- */

gboolean
beat_locked(Engine *engine, GError **error)
{
  gint64 age = clock_now() - engine->beat;
  if (age >= 0 && age < BEAT) /* a clock that was put back says nothing */
    return TRUE;
  if (!journal_heartbeat(engine->work->store, engine->plan->id, error))
    return FALSE;
  engine->beat = clock_now();
  return TRUE;
}

gboolean
engine_beat(Engine *engine)
{
  GError *failure = NULL;
  g_mutex_lock(&engine->journal);
  gboolean ok = beat_locked(engine, &failure);
  g_mutex_unlock(&engine->journal);
  if (!ok)
    engine_end(engine, failure);
  return ok;
}

/* --- operations --- */

static void
tell(const Engine *engine, const Operation *operation)
{
  if (engine->progress != NULL)
    engine->progress(engine->plan, operation, engine->progress_data);
}

static void
put(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

Operation *
operation_borrow(const Operation *operation)
{
  Operation *copy = g_new(Operation, 1);
  *copy = *operation; /* what never changes is shared */
  copy->target_id = g_strdup(operation->target_id);
  copy->client_request_id = g_strdup(operation->client_request_id);
  copy->request_id = g_strdup(operation->request_id);
  copy->error_code = g_strdup(operation->error_code);
  copy->error_message = g_strdup(operation->error_message);
  copy->result = g_strdup(operation->result);
  return copy;
}

static void
take_over(char **field, char *text)
{
  g_free(*field);
  *field = text;
}

void
operation_give_back(Engine *engine, Operation *operation, Operation *copy)
{
  g_mutex_lock(&engine->lock);
  take_over(&operation->target_id, copy->target_id);
  take_over(&operation->request_id, copy->request_id);
  take_over(&operation->result, copy->result);
  operation->http_status = copy->http_status;
  g_mutex_unlock(&engine->lock);
  g_free(copy->client_request_id);
  g_free(copy->error_code);
  g_free(copy->error_message);
  g_free(copy);
}

static void
set_intents(Engine *engine, Operation *const *operations, guint n)
{
  g_mutex_lock(&engine->lock);
  for (guint i = 0; i < n; i++) {
    g_free(operations[i]->client_request_id);
    operations[i]->client_request_id = g_uuid_string_random();
    /* The first intent counts: what was made after it may be ours. */
    if (operations[i]->intended_at == 0)
      operations[i]->intended_at = clock_now();
    operations[i]->state = OPERATION_INTENDED;
  }
  g_mutex_unlock(&engine->lock);
}

gboolean
engine_intend(Engine *engine, Operation *const *operations, guint n)
{
  GError *failure = NULL;
  g_autofree JournalMove *moves = g_new(JournalMove, MAX(n, 1));
  if (engine_ends(engine))
    return FALSE;
  set_intents(engine, operations, n);
  for (guint i = 0; i < n; i++)
    moves[i] = (JournalMove){operations[i]->sequence, TRUE};
  if (!engine_commit(engine, moves, n, FALSE, &failure)) {
    engine_end(engine, failure);
    return FALSE;
  }
  g_mutex_lock(&engine->lock);
  for (guint i = 0; i < n; i++)
    tell(engine, operations[i]);
  g_mutex_unlock(&engine->lock);
  /* The journal may have failed elsewhere meanwhile: then this stays an intent. */
  return !engine_is_broken(engine);
}

void
say_was_so(Operation *copy, StepResult result, gboolean doubted)
{
  if ((result != STEP_DONE && result != STEP_PENDING) || copy->http_status < 400)
    return;
  if (doubted)
    copy->http_status = 0; /* that of the one that did it is not known */
  else if (copy->result == NULL)
    step_say(copy, g_strdup(_("it was so already")));
}

void
say_is_so(Engine *engine, Operation *operation)
{
  g_mutex_lock(&engine->lock);
  g_free(operation->result);
  operation->result = g_strdup(_("it was so already; nothing was sent"));
  operation->intended_at = 0; /* what was refused until then is not ours to take back */
  g_mutex_unlock(&engine->lock);
}

OperationState
state_of(StepResult result)
{
  static const OperationState states[] = {
      [STEP_DONE] = OPERATION_DONE,       [STEP_PENDING] = OPERATION_PENDING,
      [STEP_FAILED] = OPERATION_FAILED,   [STEP_LOST] = OPERATION_UNKNOWN,
      [STEP_UNKNOWN] = OPERATION_UNKNOWN, [STEP_TO_DO] = OPERATION_FAILED,
  };
  return states[result];
}

OperationState
state_of_look(StepResult result, const GError *error)
{
  gboolean settled = g_error_matches(error, USHER_ERROR, USHER_ERROR_NOT_FOUND) ||
                     g_error_matches(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  return result == STEP_FAILED && !settled ? OPERATION_UNKNOWN : state_of(result);
}

static void
note_failure(Operation *operation, const GError *failure)
{
  const char *code = error_service_code(failure);
  if (code == NULL && failure->domain == USHER_ERROR)
    code = error_info((UsherErrorCode)failure->code)->name;
  g_free(operation->error_message);
  operation->error_message = log_redact(failure->message);
  put(&operation->error_code, code);
  operation->http_status = error_http_status(failure);
  if (error_request_id(failure) != NULL)
    put(&operation->request_id, error_request_id(failure));
}

static void
forget_failure(Operation *operation)
{
  g_clear_pointer(&operation->error_message, g_free);
  g_clear_pointer(&operation->error_code, g_free);
}

static void
plan_anew(Operation *operation)
{
  g_clear_pointer(&operation->client_request_id, g_free);
  g_clear_pointer(&operation->request_id, g_free);
  g_clear_pointer(&operation->result, g_free);
  forget_failure(operation);
  operation->http_status = 0;
  operation->intended_at = operation->finished_at = 0;
  operation->state = OPERATION_PLANNED;
}

void
engine_withdraw(Engine *engine)
{
  const GError *end = engine->failure;
  g_autoptr(GArray) moves = g_array_new(FALSE, FALSE, sizeof(JournalMove));
  /* Where the journal failed or somebody else has the plan now, nothing is written any more. */
  if (!g_error_matches(end, USHER_ERROR, USHER_ERROR_CANCELLED) && !is_outage(end))
    return;
  g_mutex_lock(&engine->lock);
  for (guint i = 0; i < engine->lanes->len; i++) {
    const Lane *lane = engine->lanes->pdata[i];
    Operation *operation = lane_operation(lane);
    if (operation == NULL || !lane->unsent || lane->doubted ||
        operation->state != OPERATION_INTENDED)
      continue;
    JournalMove move = {operation->sequence, FALSE};
    plan_anew(operation);
    g_array_append_val(moves, move);
    tell(engine, operation);
  }
  g_mutex_unlock(&engine->lock);
  /* Should it fail, they are looked up later like all that is in doubt. */
  if (moves->len > 0)
    engine_commit(engine, (const JournalMove *)(gpointer)moves->data, moves->len, FALSE, NULL);
}

/* A target becomes known when it is made: the operations after it are about the same. */
static void
spread_target(const Lane *lane, const Operation *from)
{
  if (from->target_id == NULL || lane == NULL)
    return;
  for (guint i = lane->next; i < lane->operations->len; i++) {
    Operation *operation = lane->operations->pdata[i];
    if (operation->target_id == NULL && g_strcmp0(operation->target_name, from->target_name) == 0)
      operation->target_id = g_strdup(from->target_id);
  }
}

static void
set_outcomes(Engine *engine, const Outcome *outcomes, guint n)
{
  gint64 now = clock_now();
  g_mutex_lock(&engine->lock);
  for (guint i = 0; i < n; i++) {
    Operation *operation = outcomes[i].operation;
    if (outcomes[i].failure != NULL)
      note_failure(operation, outcomes[i].failure);
    else
      forget_failure(operation);
    operation->state = outcomes[i].state;
    operation->finished_at = now;
    if (outcomes[i].state == OPERATION_DONE)
      spread_target(outcomes[i].lane, operation);
  }
  g_mutex_unlock(&engine->lock);
}

/* The secrets of a lane that are to be shown once. */
static void
hand_out(Engine *engine, Lane *lane, const Operation *operation)
{
  ApplyOutcome *from = &lane->outcome;
  if (engine->outcome == NULL || (from->password == NULL && from->pass == NULL))
    return;
  apply_outcome_add(engine->outcome, operation->target_name, from);
  apply_outcome_clear(from);
}

/* TRUE if a crash of the whole machine may take the results away: what they are about is looked up
 * then, or sent again without harm. */
static gboolean
may_be_late(const Outcome *outcomes, guint n)
{
  for (guint i = 0; i < n; i++) {
    const Step *step = step_find(outcomes[i].operation->kind);
    if (step == NULL || step->batch == NULL || !step->info.repeatable)
      return FALSE;
  }
  /* One alone is soon written; of a batch's two commits one waits for the disk. */
  return n > 1;
}

gboolean
engine_record(Engine *engine, Outcome *outcomes, guint n)
{
  GError *failure = NULL;
  g_autofree JournalMove *moves = g_new(JournalMove, MAX(n, 1));
  if (n == 0)
    return TRUE;
  for (guint i = 0; i < n; i++)
    moves[i] = (JournalMove){outcomes[i].operation->sequence, FALSE};
  set_outcomes(engine, outcomes, n);
  gboolean ok = engine_commit(engine, moves, n, may_be_late(outcomes, n), &failure);
  /* What the journal says now is told, whether or not the run goes on. */
  g_mutex_lock(&engine->lock);
  for (guint i = 0; i < n; i++) {
    if (outcomes[i].lane != NULL) {
      hand_out(engine, outcomes[i].lane, outcomes[i].operation);
      queue_advance(engine, outcomes[i].lane);
    }
    tell(engine, outcomes[i].operation);
    g_clear_error(&outcomes[i].failure);
  }
  g_mutex_unlock(&engine->lock);
  if (!ok)
    engine_end(engine, failure);
  return ok;
}
