/* Who is next: operations of one target keep their order, those of different
 * targets go side by side. A lane waits in a queue by what its next operation
 * needs, for a moment that has to come, or for an operation of another lane. */
#include "work/apply-private.h"

#include "base/error.h"
#include "base/i18n.h"

/* A stop may come while the lock is held by who says it, so that it cannot wake the workers:
 * they look up by themselves. */
#define LOOK_UP (G_TIME_SPAN_SECOND / 4)
/* Skipped ones are only written down. */
#define SKIPPED_AT_ONCE 200
/* Targets read together (20 requests of 15 in a batch), and how many may be known ahead of being
 * sent: not so many that they are old when it is their turn. */
#define CHECKED_AT_ONCE 300
#define CHECKED_AHEAD   600

/* --- what is to be done --- */

gboolean
operation_is_extra(const Operation *operation)
{
  return operation_to(operation, "neededBy") != NULL;
}

gboolean
operation_is_open(ApplyHow how, const Operation *operation)
{
  gboolean retry = (how & APPLY_RETRY_FAILED) != 0;
  switch (operation->state) {
  case OPERATION_PLANNED:
  case OPERATION_INTENDED:
  case OPERATION_SENT:
    return TRUE;
  case OPERATION_UNKNOWN:
    /* Found out by looking, except where only the operator can tell. */
    return !g_str_equal(operation->kind, "mail.send") ||
           (how & (APPLY_MAIL_AGAIN | APPLY_MAIL_ARRIVED)) != 0;
  case OPERATION_FAILED:
  case OPERATION_SKIPPED:
    return retry && !operation_is_extra(operation);
  case OPERATION_PENDING:
    return retry;
  default:
    return FALSE;
  }
}

const Operation *
blocked_by(const Plan *plan, const Operation *operation)
{
  const Operation *before = plan_operation(plan, operation->depends_on);
  if (before == NULL || before->state == OPERATION_DONE || before->state == OPERATION_PENDING)
    return NULL;
  return before;
}

/* --- lanes --- */

Operation *
lane_operation(const Lane *lane)
{
  return lane->next < lane->operations->len ? lane->operations->pdata[lane->next] : NULL;
}

void
lane_delay(Lane *lane, guint milliseconds)
{
  lane->not_before = g_get_monotonic_time() + (gint64)milliseconds * 1000;
}

static void
lane_free(gpointer data)
{
  Lane *lane = data;
  g_clear_pointer(&lane->run.password, secret_unref);
  g_clear_pointer(&lane->run.pass, secret_unref);
  apply_outcome_clear(&lane->outcome);
  g_ptr_array_unref(lane->operations);
  g_free(lane);
}

static Lane *
lane_new(Engine *engine)
{
  Lane *lane = g_new0(Lane, 1);
  lane->run = (Run){.work = engine->work,
                    .plan = engine->plan,
                    .outcome = engine->outcome == NULL ? NULL : &lane->outcome,
                    .cancellable = engine->finish,
                    .how = engine->how,
                    .engine = engine,
                    .lane = lane};
  lane->operations = g_ptr_array_new();
  g_ptr_array_add(engine->lanes, lane);
  return lane;
}

/* What is about the same object is one lane: by its id, or by its name until there is one, in
 * whatever case somebody wrote them. */
static Lane *
find_lane(Engine *engine, GHashTable *by_id, GHashTable *by_name, const Operation *operation)
{
  g_autofree char *id =
      operation->target_id == NULL ? NULL : g_ascii_strdown(operation->target_id, -1);
  g_autofree char *name =
      g_ascii_strdown(operation->target_name == NULL ? "" : operation->target_name, -1);
  Lane *lane = id == NULL ? NULL : g_hash_table_lookup(by_id, id);
  if (lane == NULL)
    lane = g_hash_table_lookup(by_name, name);
  if (lane == NULL)
    lane = lane_new(engine);
  if (*name != '\0' || id == NULL)
    g_hash_table_insert(by_name, g_steal_pointer(&name), lane);
  if (id != NULL)
    g_hash_table_insert(by_id, g_steal_pointer(&id), lane);
  return lane;
}

gboolean
operation_is_in_doubt(const Operation *operation)
{
  return operation->state == OPERATION_INTENDED || operation->state == OPERATION_SENT ||
         operation->state == OPERATION_UNKNOWN;
}

static void
lane_begin(Lane *lane)
{
  const Operation *operation = lane_operation(lane);
  lane->lost = operation != NULL && operation_is_in_doubt(operation);
  lane->doubted = lane->lost;
  lane->alone = lane->unsent = FALSE;
  lane->attempts = lane->pause = 0;
  lane->not_before = lane->refused_since = 0;
}

void
queue_fill(Engine *engine)
{
  g_autoptr(GHashTable) by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  engine->lanes = g_ptr_array_new_with_free_func(lane_free);
  engine->open = g_hash_table_new(g_direct_hash, g_direct_equal);
  engine->waiting =
      g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < engine->plan->operations->len; i++) {
    Operation *operation = engine->plan->operations->pdata[i];
    Lane *lane = find_lane(engine, by_id, by_name, operation);
    if (!operation_is_open(engine->how, operation))
      continue;
    g_ptr_array_add(lane->operations, operation);
    g_hash_table_add(engine->open, GUINT_TO_POINTER(operation->sequence));
  }
  g_mutex_lock(&engine->lock);
  for (guint i = 0; i < engine->lanes->len; i++) {
    lane_begin(engine->lanes->pdata[i]);
    queue_put(engine, engine->lanes->pdata[i]);
  }
  g_mutex_unlock(&engine->lock);
}

void
queue_clear(Engine *engine)
{
  for (guint i = 0; i < QUEUE_N; i++)
    g_queue_clear(&engine->queues[i]);
  g_queue_clear(&engine->delayed);
  g_clear_pointer(&engine->waiting, g_hash_table_unref);
  g_clear_pointer(&engine->open, g_hash_table_unref);
  g_clear_pointer(&engine->lanes, g_ptr_array_unref);
}

/* --- in line --- */

/* Waits for an operation that this run has still to settle; TRUE if so. */
static gboolean
wait_for_other(Engine *engine, Lane *lane, const Operation *operation)
{
  gpointer key = GUINT_TO_POINTER(operation->depends_on);
  if (operation->depends_on == 0 || !g_hash_table_contains(engine->open, key))
    return FALSE;
  GPtrArray *lanes = g_hash_table_lookup(engine->waiting, key);
  if (lanes == NULL) {
    lanes = g_ptr_array_new();
    g_hash_table_insert(engine->waiting, key, lanes);
  }
  g_ptr_array_add(lanes, lane);
  return TRUE;
}

static Queue
queue_of(const Engine *engine, const Lane *lane, const Operation *operation)
{
  const Step *step = step_find(operation->kind);
  /* What was lost, but is harmless to repeat and has nothing to be found out by, is sent again, and
   * so checked like everything that is sent. */
  gboolean sent_next =
      !lane->lost || (step != NULL && step->probe == NULL && step->info.repeatable &&
                      (step->batch == NULL || step->batch->probe == NULL));
  if (engine->lanes->len > 1 && sent_next && step != NULL && !check_knows(engine->check, operation))
    return QUEUE_CHECK;
  /* The only target: nothing to send together with. */
  if (step == NULL || step->batch == NULL || lane->alone || engine->lanes->len == 1 ||
      operation->target_id == NULL)
    return QUEUE_ALONE;
  if (sent_next)
    return QUEUE_SEND;
  return step->batch->probe == NULL ? QUEUE_ALONE : QUEUE_PROBE;
}

void
queue_put(Engine *engine, Lane *lane)
{
  const Operation *operation = lane_operation(lane);
  if (operation == NULL)
    return;
  if (lane->not_before > g_get_monotonic_time()) {
    g_queue_push_tail(&engine->delayed, lane);
    return;
  }
  lane->not_before = 0;
  if (wait_for_other(engine, lane, operation))
    return;
  Queue queue =
      blocked_by(engine->plan, operation) != NULL ? QUEUE_SKIP : queue_of(engine, lane, operation);
  /* What was refused comes first again. */
  if (lane->refused_since > 0)
    g_queue_push_head(&engine->queues[queue], lane);
  else
    g_queue_push_tail(&engine->queues[queue], lane);
}

void
queue_advance(Engine *engine, Lane *lane)
{
  const Operation *settled = lane_operation(lane);
  gpointer key = GUINT_TO_POINTER(settled->sequence), lanes = NULL;
  g_hash_table_remove(engine->open, key);
  lane->next++;
  if (lane_operation(lane) == NULL)
    check_forget(engine->check, settled);
  lane_begin(lane);
  if (!g_hash_table_steal_extended(engine->waiting, key, NULL, &lanes))
    return;
  for (guint i = 0; i < ((GPtrArray *)lanes)->len; i++)
    queue_put(engine, ((GPtrArray *)lanes)->pdata[i]);
  g_ptr_array_unref(lanes);
}

/* Those whose moment has come; the next such moment, or 0. */
static gint64
wake_delayed(Engine *engine)
{
  gint64 now = g_get_monotonic_time(), next = 0;
  for (GList *at = engine->delayed.head, *after; at != NULL; at = after) {
    Lane *lane = at->data;
    after = at->next;
    if (lane->not_before > now)
      next = next == 0 ? lane->not_before : MIN(next, lane->not_before);
    else {
      g_queue_delete_link(&engine->delayed, at);
      queue_put(engine, lane);
    }
  }
  return next;
}

static void
pop(Engine *engine, Errand *errand, Queue queue, guint most)
{
  errand->queue = queue;
  while (errand->lanes->len < most && !g_queue_is_empty(&engine->queues[queue]))
    g_ptr_array_add(errand->lanes, g_queue_pop_head(&engine->queues[queue]));
}

static gboolean
pick(Engine *engine, Errand *errand)
{
  if (engine->queues[QUEUE_SKIP].length > 0)
    pop(engine, errand, QUEUE_SKIP, SKIPPED_AT_ONCE);
  else if (engine->queues[QUEUE_PROBE].length > 0)
    pop(engine, errand, QUEUE_PROBE, GRAPH_BATCH_MOST);
  else if (engine->queues[QUEUE_CHECK].length > 0 &&
           engine->queues[QUEUE_SEND].length + engine->queues[QUEUE_ALONE].length < CHECKED_AHEAD)
    pop(engine, errand, QUEUE_CHECK, CHECKED_AT_ONCE);
  else if (engine->queues[QUEUE_SEND].length >= GRAPH_BATCH_MOST)
    pop(engine, errand, QUEUE_SEND, GRAPH_BATCH_MOST);
  else if (engine->queues[QUEUE_ALONE].length > 0)
    pop(engine, errand, QUEUE_ALONE, 1);
  else
    pop(engine, errand, QUEUE_SEND, GRAPH_BATCH_MOST);
  return errand->lanes->len > 0;
}

/* Only lanes that wait for each other are left, as in a plan that somebody wrote: they are
 * skipped. FALSE when there are none. */
static gboolean
release_stuck(Engine *engine)
{
  GHashTableIter iter;
  gpointer lanes;
  gboolean any = FALSE;
  g_hash_table_iter_init(&iter, engine->waiting);
  while (g_hash_table_iter_next(&iter, NULL, &lanes)) {
    for (guint i = 0; i < ((GPtrArray *)lanes)->len; i++)
      g_queue_push_tail(&engine->queues[QUEUE_SKIP], ((GPtrArray *)lanes)->pdata[i]);
    g_hash_table_iter_remove(&iter);
    any = TRUE;
  }
  return any;
}

gboolean
queue_take(Engine *engine, Errand *errand)
{
  for (;;) {
    /* A stop when all is settled stops nothing. */
    if (engine->failure == NULL && g_hash_table_size(engine->open) > 0 &&
        g_cancellable_is_cancelled(engine->stop))
      engine->failure = g_error_new_literal(USHER_ERROR, USHER_ERROR_CANCELLED, _("Stopped"));
    if (engine->failure != NULL)
      return FALSE;
    gint64 next = wake_delayed(engine);
    if (pick(engine, errand)) {
      engine->busy++;
      return TRUE;
    }
    if (engine->busy == 0 && next == 0 && !release_stuck(engine))
      return FALSE;
    if (engine->busy == 0 && next == 0)
      continue;
    gint64 look = g_get_monotonic_time() + LOOK_UP;
    g_cond_wait_until(&engine->changed, &engine->lock, next == 0 ? look : MIN(next, look));
  }
}
