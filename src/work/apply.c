/* The engine: takes a plan of any size through its operations. Before each one
 * is sent its intent is on disk, after it the result; a lost answer is looked
 * up before anything is repeated; what waits for a failed one is skipped. Here
 * is a run's life: its workers, its end, and what is said about it. What an
 * operation does is in the step table. */
#include "work/apply.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "work/apply-private.h"

/* Workers: more than there may be requests in flight (net/throttle sees to that), so that some
 * write the journal while the others wait for the service. */
#define WORKERS 12
/* Microseconds between two looks of the thread that started the run. */
#define WATCH (10 * G_TIME_SPAN_SECOND)

static void
shown_free(gpointer data)
{
  ApplyShown *shown = data;
  g_free(shown->target_name);
  secret_unref(shown->secret);
  g_free(shown);
}

void
apply_outcome_clear(ApplyOutcome *outcome)
{
  g_clear_pointer(&outcome->password, secret_unref);
  g_clear_pointer(&outcome->pass, secret_unref);
  g_clear_pointer(&outcome->shown, g_ptr_array_unref);
}

static void
add_shown(ApplyOutcome *outcome, const char *target_name, const Secret *secret)
{
  ApplyShown *shown = g_new0(ApplyShown, 1);
  shown->target_name = g_strdup(target_name);
  shown->secret = secret_ref((Secret *)secret);
  if (outcome->shown == NULL)
    outcome->shown = g_ptr_array_new_with_free_func(shown_free);
  g_ptr_array_add(outcome->shown, shown);
}

void
apply_outcome_add(ApplyOutcome *outcome, const char *target_name, const ApplyOutcome *more)
{
  if (more->password != NULL) {
    add_shown(outcome, target_name, more->password);
    g_clear_pointer(&outcome->password, secret_unref);
    outcome->password = secret_ref(more->password);
  }
  if (more->pass != NULL) {
    add_shown(outcome, target_name, more->pass);
    g_clear_pointer(&outcome->pass, secret_unref);
    outcome->pass = secret_ref(more->pass);
  }
}

/* --- the workers --- */

static void
run_errand(Engine *engine, const Errand *errand)
{
  switch (errand->queue) {
  case QUEUE_CHECK:
    lanes_check(engine, errand->lanes);
    break;
  case QUEUE_PROBE:
    batch_probe(engine, errand->lanes);
    break;
  case QUEUE_SEND:
    batch_send(engine, errand->lanes);
    break;
  case QUEUE_ALONE:
    alone_perform(engine, errand->lanes->pdata[0]);
    break;
  default:
    lanes_skip(engine, errand->lanes);
  }
}

static gpointer
work_on(gpointer data)
{
  Engine *engine = data;
  g_autoptr(GPtrArray) lanes = g_ptr_array_new();
  Errand errand = {.lanes = lanes};
  g_mutex_lock(&engine->lock);
  while (queue_take(engine, &errand)) {
    g_mutex_unlock(&engine->lock);
    run_errand(engine, &errand);
    g_mutex_lock(&engine->lock);
    engine->busy--;
    for (guint i = 0; i < lanes->len; i++)
      queue_put(engine, lanes->pdata[i]);
    g_ptr_array_set_size(lanes, 0);
    g_cond_broadcast(&engine->changed);
  }
  engine->workers--;
  g_cond_broadcast(&engine->changed);
  g_mutex_unlock(&engine->lock);
  return NULL;
}

/* Keeps the lease alive while the workers may all be waiting for the service. */
static void
watch(Engine *engine)
{
  gint64 next = g_get_monotonic_time() + WATCH;
  g_mutex_lock(&engine->lock);
  while (engine->workers > 0) {
    if (g_cond_wait_until(&engine->changed, &engine->lock, next) && g_get_monotonic_time() < next)
      continue;
    g_mutex_unlock(&engine->lock);
    engine_beat(engine);
    next = g_get_monotonic_time() + WATCH;
    g_mutex_lock(&engine->lock);
  }
  g_mutex_unlock(&engine->lock);
}

static void
run_lanes(Engine *engine)
{
  GThread *threads[WORKERS];
  guint n = MIN(engine->lanes->len, WORKERS);
  engine->workers = n;
  for (guint i = 0; i < n; i++)
    threads[i] = g_thread_new("usher-apply", work_on, engine);
  watch(engine);
  for (guint i = 0; i < n; i++)
    g_thread_join(threads[i]);
}

static gboolean
run_operations(Engine *engine, GError **error)
{
  Grace *grace = grace_begin(engine->stop);
  engine->finish = grace_cancellable(grace);
  queue_fill(engine);
  run_lanes(engine);
  engine_withdraw(engine);
  queue_clear(engine);
  grace_end(grace);
  engine->finish = NULL;
  if (engine->failure == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&engine->failure));
  return FALSE;
}

/* --- what is said about it --- */

guint
plan_count_open(const Plan *plan)
{
  return plan_count(plan, OPERATION_PLANNED) + plan_count(plan, OPERATION_INTENDED) +
         plan_count(plan, OPERATION_SENT);
}

gboolean
plan_is_settled(const Plan *plan)
{
  return plan->state == PLAN_DONE && plan_count_open(plan) == 0;
}

/* Skipped extras did no harm: another one took their place. */
static gboolean
is_trouble(const Operation *operation)
{
  if (operation_is_extra(operation) && operation->state == OPERATION_SKIPPED)
    return FALSE;
  return operation->state == OPERATION_FAILED || operation->state == OPERATION_UNKNOWN ||
         operation->state == OPERATION_SKIPPED;
}

const Operation *
plan_trouble(const Plan *plan, guint *ret_n)
{
  const Operation *first = NULL;
  *ret_n = 0;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (!is_trouble(operation))
      continue;
    (*ret_n)++;
    if (first == NULL ||
        (first->state == OPERATION_SKIPPED && operation->state != OPERATION_SKIPPED))
      first = operation;
  }
  return first;
}

static gboolean
report_trouble(const Plan *plan, GError **error)
{
  guint n;
  const Operation *first = plan_trouble(plan, &n);
  if (first == NULL)
    return TRUE;
  const StepInfo *info = step_info(first->kind);
  const char *detail = first->error_message != NULL ? first->error_message : first->result;
  GError *failure = g_error_new(USHER_ERROR, USHER_ERROR_FAILED,
                                ngettext("%s: %u of %u steps is not done. %s is %s: %s",
                                         "%s: %u of %u steps are not done. %s is %s: %s", n),
                                plan->title, n, plan->operations->len,
                                info == NULL ? first->kind : _(info->label),
                                operation_state_label(first->state), detail == NULL ? "" : detail);
  if (first->http_status > 0 || first->error_code != NULL)
    error_set_service(failure, first->http_status, first->error_code, first->request_id, -1);
  g_propagate_error(error, failure);
  return FALSE;
}

/* --- a run --- */

static gboolean
makes_accounts(const Plan *plan)
{
  for (guint i = 0; i < plan->operations->len; i++)
    if (g_str_equal(((Operation *)plan->operations->pdata[i])->kind, "user.create"))
      return TRUE;
  return FALSE;
}

gboolean
engine_run(Engine *engine, GError **error)
{
  guint n;
  Plan *plan = engine->plan;
  Store *store = engine->work->store;
  g_mutex_init(&engine->journal);
  commit_init(engine);
  g_mutex_init(&engine->lock);
  g_cond_init(&engine->changed);
  engine->beat = clock_now(); /* the lease is fresh */
  engine->creates = makes_accounts(plan);
  engine->check = check_new(engine->work, plan);
  plan->state = PLAN_RUNNING;
  gboolean ok = journal_set_state(store, plan, error) && resume_drop_extras(engine, error) &&
                run_operations(engine, error);
  plan->state = !ok || plan_count_open(plan) > 0 ? PLAN_STOPPED
                : plan_trouble(plan, &n) != NULL ? PLAN_FAILED
                                                 : PLAN_DONE;
  /* A journal that fails in the end says so, unless something worse was said before. */
  if (!journal_set_state(store, plan, ok ? error : NULL))
    ok = FALSE;
  g_clear_pointer(&engine->check, check_free);
  g_cond_clear(&engine->changed);
  g_mutex_clear(&engine->lock);
  commit_clear(engine);
  g_mutex_clear(&engine->journal);
  return ok && report_trouble(plan, error);
}

gboolean
apply_plan(const Work *work, Plan *plan, WorkProgress progress, gpointer data,
           ApplyOutcome *outcome, GCancellable *cancellable, GError **error)
{
  Engine engine = {.work = work,
                   .plan = plan,
                   .progress = progress,
                   .progress_data = data,
                   .outcome = outcome,
                   .stop = cancellable};
  if (!store_check_writable(work->store, error) || !journal_begin_run(work->store, plan, error))
    return FALSE;
  gboolean ok = engine_run(&engine, error);
  journal_release(work->store, plan->id);
  return ok;
}
