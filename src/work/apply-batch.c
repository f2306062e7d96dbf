/* Sending in batches: intents of up to 20 targets in one commit, one request,
 * and each answer judged for itself. What was refused before it was looked at
 * goes again; what may have been processed is looked up first, in batches as
 * well. */
#include "work/apply-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"

/* Microseconds that one operation may be put off by the service before it counts as failed. */
#define PATIENCE (300 * G_TIME_SPAN_SECOND)

/* Seconds; what asks for more asks for more than its milliseconds have room for. */
#define LONGEST_DELAY (24 * 60 * 60)

/* One batch on its way: lanes and their operations by the item's number. */
typedef struct {
  Engine *engine;
  GraphBatch *batch;
  Lane *lanes[GRAPH_BATCH_MOST];
  Operation *operations[GRAPH_BATCH_MOST];
  guint n;
  Outcome outcomes[GRAPH_BATCH_MOST];
  guint n_outcomes;
} Batch;

static void
settle(Batch *batch, guint i, OperationState state, GError *failure)
{
  batch->outcomes[batch->n_outcomes++] =
      (Outcome){batch->lanes[i], batch->operations[i], state, failure};
}

/* --- what an answer means --- */

/* Pauses double from `first` up to 8 s. */
static void
pause_lane(Lane *lane, guint first)
{
  lane->pause = lane->pause == 0 ? first : MIN(lane->pause * 2, 8000);
  lane_delay(lane, lane->pause);
}

static void
put_off(Batch *batch, guint i, const GraphAnswer *answer)
{
  Lane *lane = batch->lanes[i];
  gint64 now = g_get_monotonic_time();
  gboolean expired = answer->trace.http_status == 401;
  lane->unsent = TRUE;
  if (lane->refused_since == 0)
    lane->refused_since = now;
  if (expired ? ++lane->attempts >= ATTEMPTS : now - lane->refused_since > PATIENCE)
    settle(batch, i, OPERATION_FAILED, g_error_copy(answer->error));
  else if (!expired)
    lane_delay(lane, (guint)CLAMP(answer->retry_after, 1, LONGEST_DELAY) * 1000);
}

static void
note_lost(Batch *batch, guint i, const GError *failure)
{
  Lane *lane = batch->lanes[i];
  lane->lost = lane->doubted = TRUE;
  if (++lane->attempts >= ATTEMPTS)
    settle(batch, i, OPERATION_UNKNOWN, g_error_copy(failure));
  else
    pause_lane(lane, 250);
}

/* Our own creation, which the service does not see yet. */
static gboolean
is_not_there_yet(Batch *batch, guint i, const GraphAnswer *answer)
{
  return g_error_matches(answer->error, USHER_ERROR, USHER_ERROR_NOT_FOUND) &&
         clock_now() < step_patience(&batch->lanes[i]->run, batch->operations[i]);
}

/* Everything that a change and a look have in common; FALSE when the answer is one to judge. */
static gboolean
take_common(Batch *batch, guint i, const GraphAnswer *answer)
{
  if (answer->refused)
    put_off(batch, i, answer);
  else if (answer->trace.maybe_processed)
    note_lost(batch, i, answer->error);
  else if (is_not_there_yet(batch, i, answer)) {
    batch->lanes[i]->unsent = TRUE;
    pause_lane(batch->lanes[i], 500);
  } else
    return FALSE;
  return TRUE;
}

static void
note_trace(Operation *operation, const GraphTrace *trace)
{
  if (trace->request_id[0] != '\0') {
    g_free(operation->request_id);
    operation->request_id = g_strdup(trace->request_id);
  }
  operation->http_status = trace->http_status;
}

static void
judge(Batch *batch, guint i, const GraphAnswer *answer)
{
  Lane *lane = batch->lanes[i];
  const StepBatch *row = step_find(batch->operations[i]->kind)->batch;
  GError *failure = NULL;
  Operation *copy = operation_borrow(batch->operations[i]);
  StepResult result = answer->error == NULL ? STEP_DONE : STEP_FAILED;
  g_clear_pointer(&copy->result, g_free);
  note_trace(copy, &answer->trace);
  if (row->judge != NULL)
    result = row->judge(&lane->run, copy, answer, &failure);
  else if (answer->error != NULL)
    failure = g_error_copy(answer->error);
  say_was_so(copy, result, lane->doubted || answer->trace.before);
  operation_give_back(batch->engine, batch->operations[i], copy);
  if (result == STEP_TO_DO) {
    lane->alone = TRUE;
    g_clear_error(&failure);
  } else
    settle(batch, i, state_of(result), failure);
}

static void
judge_look(Batch *batch, guint i, const GraphAnswer *answer)
{
  Lane *lane = batch->lanes[i];
  const StepBatch *row = step_find(batch->operations[i]->kind)->batch;
  GError *failure = NULL;
  Operation *copy = operation_borrow(batch->operations[i]);
  g_clear_pointer(&copy->result, g_free);
  StepResult result = row->found(&lane->run, copy, answer, &failure);
  if (result == STEP_DONE && copy->result == NULL)
    step_say(copy, g_strdup(_("found done at the service")));
  operation_give_back(batch->engine, batch->operations[i], copy);
  if (result == STEP_TO_DO || result == STEP_UNKNOWN) {
    lane->lost = result == STEP_UNKNOWN;
    lane->alone = result == STEP_UNKNOWN;
    g_clear_error(&failure);
  } else
    settle(batch, i, state_of_look(result, failure), failure);
}

/* --- one batch --- */

/* The connection is gone, or the whole batch was refused. */
static void
take_failure(Batch *batch, const GError *failure, gboolean looked)
{
  const GraphAnswer *first = graph_batch_answer(batch->batch, 0);
  if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED) || looked ||
      (is_outage(failure) && !first->trace.maybe_processed)) {
    /* As they are on disk, all of them can be gone on with later. */
    for (guint i = 0; i < batch->n; i++)
      batch->lanes[i]->unsent = !first->trace.maybe_processed;
    engine_end(batch->engine, g_error_copy(failure));
    return;
  }
  for (guint i = 0; i < batch->n; i++)
    if (first->trace.maybe_processed)
      note_lost(batch, i, failure);
    else
      settle(batch, i, OPERATION_FAILED, g_error_copy(failure));
}

/* What may be sent now, with its request; a target that has changed since the plan was made is
 * refused, one that is already as it should be is left alone, one that was read too long ago is
 * read again. */
static guint
build(Batch *batch, const GPtrArray *lanes, GraphRequest **requests)
{
  Engine *engine = batch->engine;
  guint n = 0;
  for (guint i = 0; i < lanes->len; i++) {
    Lane *lane = lanes->pdata[i];
    Operation *operation = lane_operation(lane);
    GError *failure = NULL;
    batch->lanes[n] = lane;
    batch->operations[n] = operation;
    if (!check_knows(engine->check, operation))
      continue;
    if (!check_operation(engine->check, operation, lane->doubted, &failure)) {
      settle(batch, n, OPERATION_FAILED, failure);
      continue;
    }
    if (!lane->doubted && check_is_so(engine->check, operation)) {
      say_is_so(engine, operation);
      settle(batch, n, OPERATION_DONE, NULL);
      continue;
    }
    requests[n] = step_find(operation->kind)->batch->request(&lane->run, operation);
    lane->alone = requests[n] == NULL;
    n += requests[n] == NULL ? 0 : 1;
  }
  return n;
}

static void
send(Batch *batch)
{
  g_autoptr(GError) failure = NULL;
  if (!graph_batch_send(batch->engine->work->graph, batch->batch, FALSE, batch->engine->finish,
                        &failure)) {
    take_failure(batch, failure, FALSE);
    return;
  }
  for (guint i = 0; i < batch->n; i++)
    if (!take_common(batch, i, graph_batch_answer(batch->batch, i)))
      judge(batch, i, graph_batch_answer(batch->batch, i));
}

/* Those that will probably be sent. */
static guint
count_changes(const Engine *engine, const GPtrArray *lanes)
{
  guint n = 0;
  for (guint i = 0; i < lanes->len; i++) {
    const Lane *lane = lanes->pdata[i];
    const Operation *operation = lane_operation(lane);
    n += check_knows(engine->check, operation) &&
                 (lane->doubted || !check_is_so(engine->check, operation))
             ? 1
             : 0;
  }
  return n;
}

void
batch_send(Engine *engine, GPtrArray *lanes)
{
  GError *failure = NULL;
  Batch batch = {.engine = engine};
  g_autoptr(GraphBatch) requests = batch.batch = graph_batch_new();
  GraphRequest *built[GRAPH_BATCH_MOST] = {NULL};
  /* Waited for before anything is judged and written down: what is intended goes out at once, and
   * a stop leaves nothing in doubt. */
  if (!graph_batch_wait(engine->work->graph, count_changes(engine, lanes), engine->finish,
                        &failure)) {
    /* A stop is the queue's to notice. */
    if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED))
      g_error_free(failure);
    else
      engine_end(engine, failure);
    return;
  }
  batch.n = build(&batch, lanes, built);
  gboolean intended = batch.n > 0 && engine_intend(engine, batch.operations, batch.n);
  for (guint i = 0; i < batch.n; i++) {
    batch.lanes[i]->unsent = !intended;
    if (intended)
      graph_batch_add(requests, built[i], batch.operations[i]->client_request_id);
    else
      graph_request_free(built[i]);
  }
  if (intended)
    send(&batch);
  engine_record(engine, batch.outcomes, batch.n_outcomes);
}

void
batch_probe(Engine *engine, GPtrArray *lanes)
{
  Batch batch = {.engine = engine};
  g_autoptr(GraphBatch) requests = batch.batch = graph_batch_new();
  g_autoptr(GError) failure = NULL;
  for (guint i = 0; i < lanes->len; i++) {
    Lane *lane = lanes->pdata[i];
    Operation *operation = lane_operation(lane);
    GraphRequest *request = step_find(operation->kind)->batch->probe(&lane->run, operation);
    if (request == NULL)
      lane->alone = TRUE;
    else {
      batch.lanes[batch.n] = lane;
      batch.operations[batch.n++] = operation;
      graph_batch_add(requests, request, operation->client_request_id);
    }
  }
  if (batch.n == 0 || engine_ends(engine))
    return;
  if (!graph_batch_send(engine->work->graph, requests, TRUE, engine->finish, &failure))
    take_failure(&batch, failure, TRUE);
  else
    for (guint i = 0; i < batch.n; i++)
      if (!take_common(&batch, i, graph_batch_answer(requests, i)))
        judge_look(&batch, i, graph_batch_answer(requests, i));
  engine_record(engine, batch.outcomes, batch.n_outcomes);
}
