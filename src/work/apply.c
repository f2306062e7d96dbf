/* The engine: takes a plan through its operations in order. Before each one is
 * sent its intent is on disk, after it the result; a lost answer is looked up
 * before anything is repeated; what waits for a failed one is skipped. What an
 * operation does is in the step table. */
#include "work/apply.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "net/retry.h"
#include "work/step-private.h"
#include <string.h>

/* How often one operation is sent anew after its answer was lost. */
#define ATTEMPTS 5

void
apply_outcome_clear(ApplyOutcome *outcome)
{
  g_clear_pointer(&outcome->password, secret_unref);
  g_clear_pointer(&outcome->pass, secret_unref);
}

/* --- what steps may ask for --- */

gboolean
run_wait(Run *run, guint milliseconds, GError **error)
{
  if (!journal_heartbeat(run->work->store, run->plan->id, error)) {
    run->broken = TRUE;
    return FALSE;
  }
  return retry_sleep(milliseconds, run->cancellable, error);
}

static void
tell(const Run *run, const Operation *operation)
{
  if (run->progress != NULL)
    run->progress(run->plan, operation, run->progress_data);
}

/* --- one operation --- */

static gboolean
record(Run *run, Operation *operation, OperationState state, GError **error)
{
  operation->state = state;
  operation->finished_at = clock_now();
  gboolean ok = journal_result(run->work->store, run->plan, &operation->sequence, 1, error);
  tell(run, operation);
  return ok;
}

static void
put(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
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
  operation->http_status = 0;
}

static gboolean
intend(Run *run, Operation *operation, GError **error)
{
  g_free(operation->client_request_id);
  operation->client_request_id = g_uuid_string_random();
  /* The first intent counts: what was made after it may be ours. */
  if (operation->intended_at == 0)
    operation->intended_at = clock_now();
  operation->state = OPERATION_INTENDED;
  if (!journal_heartbeat(run->work->store, run->plan->id, error) ||
      !journal_intend(run->work->store, run->plan, &operation->sequence, 1, error)) {
    run->broken = TRUE;
    return FALSE;
  }
  tell(run, operation);
  return TRUE;
}

/* Sends it, and again for as long as 404 means that our own creation cannot be seen yet. */
static StepResult
perform(Run *run, const Step *step, Operation *operation, gboolean again, GError **error)
{
  for (guint pause = 500;; pause = MIN(pause * 2, 8000)) {
    g_autoptr(GError) local = NULL;
    GraphTrace trace = {0};
    g_strlcpy(trace.client_request_id, operation->client_request_id,
              sizeof trace.client_request_id);
    StepResult result = step->perform(run, operation, again, &trace, &local);
    if (trace.request_id[0] != '\0')
      put(&operation->request_id, trace.request_id);
    operation->http_status = trace.http_status;
    if (result == STEP_FAILED && g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND) &&
        clock_now() < step_patience(run, operation)) {
      if (!run_wait(run, pause, error))
        return STEP_FAILED;
      continue;
    }
    if (local != NULL)
      g_propagate_error(error, g_steal_pointer(&local));
    return result;
  }
}

/* What must not be sent twice is not broken off in flight. */
static StepResult
perform_with_care(Run *run, const Step *step, Operation *operation, gboolean again, GError **error)
{
  if (step->info.repeatable)
    return perform(run, step, operation, again, error);
  GCancellable *outer = run->cancellable;
  Grace *grace = grace_begin(outer);
  run->cancellable = grace_cancellable(grace);
  StepResult result = perform(run, step, operation, again, error);
  run->cancellable = outer;
  grace_end(grace);
  return result;
}

/* Looks whether a lost one took effect. */
static StepResult
probe(Run *run, const Step *step, Operation *operation, GError **error)
{
  if (step->probe == NULL)
    return STEP_TO_DO;
  for (guint pause = 500;; pause = MIN(pause * 2, 8000)) {
    g_autoptr(GError) local = NULL;
    StepResult result = step->probe(run, operation, &local);
    if (result == STEP_FAILED && g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND) &&
        clock_now() < step_patience(run, operation)) {
      if (!run_wait(run, pause, error))
        return STEP_FAILED;
      continue;
    }
    if (local != NULL)
      g_propagate_error(error, g_steal_pointer(&local));
    return result;
  }
}

/* How many of the operations to come are looked at together. */
#define LOOK_AHEAD 300

/* The account may have changed since the plan was made, and a file may ask for anything: what
 * may not be done is refused here, whoever asks. */
static gboolean
may_be_sent(Run *run, Operation *operation, gboolean lost, GError **error)
{
  g_autoptr(GPtrArray) next = g_ptr_array_new();
  g_ptr_array_add(next, operation);
  for (guint i = operation->sequence; i < run->plan->operations->len && next->len < LOOK_AHEAD; i++)
    if (((Operation *)run->plan->operations->pdata[i])->state == OPERATION_PLANNED)
      g_ptr_array_add(next, run->plan->operations->pdata[i]);
  if (!check_read(run->check, (Operation *const *)next->pdata, next->len, run->cancellable, error))
    return FALSE;
  return check_operation(run->check, operation, lost, error);
}

/* Refused for good, or (when it could not be asked) still as uncertain as before. */
static StepResult
not_sent(gboolean lost, const GError *error)
{
  gboolean refused = g_error_matches(error, USHER_ERROR, USHER_ERROR_REFUSED) ||
                     g_error_matches(error, USHER_ERROR, USHER_ERROR_CONFLICT) ||
                     g_error_matches(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  return lost && !refused ? STEP_LOST : STEP_FAILED;
}

/* Until it is known what became of it. `lost`: an earlier run left it sent or intended. */
static StepResult
settle(Run *run, const Step *step, Operation *operation, gboolean lost, GError **error)
{
  guint pause = 250;
  for (guint attempt = 0;; attempt++) {
    if (lost) {
      StepResult found = probe(run, step, operation, error);
      if (found != STEP_TO_DO)
        return found;
    }
    g_autoptr(GError) local = NULL;
    if (!may_be_sent(run, operation, lost, &local)) {
      StepResult result = not_sent(lost, local);
      g_propagate_error(error, g_steal_pointer(&local));
      return result;
    }
    if (!intend(run, operation, error))
      return STEP_FAILED;
    StepResult result = perform_with_care(run, step, operation, lost, &local);
    if (result != STEP_LOST || attempt + 1 == ATTEMPTS ||
        g_error_matches(local, USHER_ERROR, USHER_ERROR_CANCELLED)) {
      if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
      return result;
    }
    lost = TRUE;
    if (!run_wait(run, pause *= 2, error))
      return STEP_LOST;
  }
}

/* Journal trouble and cancelling end the run; the operation stays as it is on disk, and a
 * resume finds out about it. */
static gboolean
ends_run(const Run *run, const GError *failure)
{
  return run->broken || g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED) ||
         g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches(failure, USHER_ERROR, USHER_ERROR_STORE);
}

/* An operation's target becomes known when it is made: those after it are about the same. */
static void
spread_target(Plan *plan, const Operation *from)
{
  if (from->target_id == NULL)
    return;
  for (guint i = 0; i < plan->operations->len; i++) {
    Operation *operation = plan->operations->pdata[i];
    if (operation->target_id == NULL && g_strcmp0(operation->target_name, from->target_name) == 0)
      operation->target_id = g_strdup(from->target_id);
  }
}

static gboolean
record_result(Run *run, Operation *operation, StepResult result, GError *failure, GError **error)
{
  static const OperationState states[] = {
      [STEP_DONE] = OPERATION_DONE,       [STEP_PENDING] = OPERATION_PENDING,
      [STEP_FAILED] = OPERATION_FAILED,   [STEP_LOST] = OPERATION_UNKNOWN,
      [STEP_UNKNOWN] = OPERATION_UNKNOWN, [STEP_TO_DO] = OPERATION_FAILED,
  };
  if (failure != NULL)
    note_failure(operation, failure);
  else
    forget_failure(operation);
  if (result == STEP_DONE)
    spread_target(run->plan, operation);
  return record(run, operation, states[result], error);
}

/* FALSE only when the run must end. */
static gboolean
run_operation(Run *run, Operation *operation, GError **error)
{
  const Step *step = step_find(operation->kind);
  g_autoptr(GError) local = NULL;
  gboolean lost = operation->state == OPERATION_INTENDED || operation->state == OPERATION_SENT ||
                  operation->state == OPERATION_UNKNOWN;
  StepResult result = STEP_FAILED;
  g_clear_pointer(&operation->result, g_free);
  if (step == NULL)
    g_set_error(&local, USHER_ERROR, USHER_ERROR_USAGE,
                _("“%s” is no operation that this version knows"), operation->kind);
  else if (lost && step->probe == mail_step_probe && (run->how & APPLY_MAIL_ARRIVED) != 0) {
    step_say(operation, g_strdup(_("taken as sent, as the operator says")));
    result = STEP_DONE;
  } else {
    gboolean again = lost && step->probe == mail_step_probe && (run->how & APPLY_MAIL_AGAIN) != 0;
    /* Secrets are needed only where something is going to be handed over. */
    gboolean handing = step->prepare != NULL && (!lost || again || step->probe == NULL);
    if (!handing || step->prepare(run, operation, &local))
      result = settle(run, step, operation, lost && !again, &local);
  }
  if (local != NULL && ends_run(run, local)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  return record_result(run, operation, result, local, error);
}

gboolean
run_extra(Run *run, const char *kind, const Operation *about, GError **error)
{
  Operation *extra = plan_add(run->plan, kind, about->target_id, about->target_name);
  if (!journal_extend(run->work->store, run->plan, error) || !run_operation(run, extra, error))
    return FALSE;
  if (extra->state == OPERATION_DONE)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_FAILED, "%s",
              extra->error_message != NULL ? extra->error_message
                                           : operation_state_label(extra->state));
  return FALSE;
}

/* --- the plan --- */

/* The operation that this one waits for in vain, or NULL. */
static const Operation *
blocked_by(const Plan *plan, const Operation *operation)
{
  const Operation *before = plan_operation(plan, operation->depends_on);
  if (before == NULL || before->state == OPERATION_DONE || before->state == OPERATION_PENDING)
    return NULL;
  return before;
}

static gboolean
skip(Run *run, Operation *operation, const Operation *before, GError **error)
{
  const StepInfo *info = step_info(before->kind);
  const char *label = info == NULL ? before->kind : _(info->label);
  forget_failure(operation);
  g_free(operation->error_message);
  operation->error_message = g_strdup_printf(_("waits for “%s”, which is %s"), label,
                                             operation_state_label(before->state));
  return record(run, operation, OPERATION_SKIPPED, error);
}

static gboolean
is_open(const Run *run, const Operation *operation)
{
  gboolean retry = (run->how & APPLY_RETRY_FAILED) != 0;
  switch (operation->state) {
  case OPERATION_PLANNED:
  case OPERATION_INTENDED:
  case OPERATION_SENT:
    return TRUE;
  case OPERATION_UNKNOWN:
    /* Found out by looking, except where only the operator can tell. */
    return !g_str_equal(operation->kind, "mail.send") ||
           (run->how & (APPLY_MAIL_AGAIN | APPLY_MAIL_ARRIVED)) != 0;
  case OPERATION_FAILED:
  case OPERATION_SKIPPED:
  case OPERATION_PENDING:
    return retry;
  default:
    return FALSE;
  }
}

static gboolean
run_operations(Run *run, GError **error)
{
  /* Steps may append operations, and have performed those themselves. */
  for (guint i = 0; i < run->plan->operations->len; i++) {
    Operation *operation = run->plan->operations->pdata[i];
    if (!is_open(run, operation))
      continue;
    if (g_cancellable_is_cancelled(run->cancellable)) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Stopped"));
      return FALSE;
    }
    const Operation *before = blocked_by(run->plan, operation);
    gboolean ok =
        before != NULL ? skip(run, operation, before, error) : run_operation(run, operation, error);
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

/* Extra operations of an earlier run set a secret that nobody knows any more; what needs one
 * appends a new one. */
static gboolean
drop_stale_extras(Run *run, GError **error)
{
  for (guint i = 0; i < run->plan->operations->len; i++) {
    Operation *operation = run->plan->operations->pdata[i];
    gboolean extra =
        operation->depends_on == 0 && (g_str_equal(operation->kind, "password.reset") ||
                                       g_str_equal(operation->kind, "pass.issue"));
    if (extra && operation->sequence > 1 && operation->state != OPERATION_DONE &&
        operation->state != OPERATION_SKIPPED) {
      g_free(operation->error_message);
      operation->error_message = g_strdup(_("interrupted; a fresh one follows when it is needed"));
      if (!record(run, operation, OPERATION_SKIPPED, error))
        return FALSE;
    }
  }
  return TRUE;
}

static guint
count_open(const Plan *plan)
{
  return plan_count(plan, OPERATION_PLANNED) + plan_count(plan, OPERATION_INTENDED) +
         plan_count(plan, OPERATION_SENT);
}

/* Skipped extras did no harm: another one took their place. */
static gboolean
is_trouble(const Operation *operation)
{
  if (operation->depends_on == 0 && operation->sequence > 1 &&
      operation->state == OPERATION_SKIPPED)
    return FALSE;
  return operation->state == OPERATION_FAILED || operation->state == OPERATION_UNKNOWN ||
         operation->state == OPERATION_SKIPPED;
}

static const Operation *
first_trouble(const Plan *plan, guint *ret_n)
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
  const Operation *first = first_trouble(plan, &n);
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

static gboolean
execute(Run *run, GError **error)
{
  guint n;
  Plan *plan = run->plan;
  plan->state = PLAN_RUNNING;
  gboolean ok = journal_set_state(run->work->store, plan, error) && drop_stale_extras(run, error) &&
                run_operations(run, error);
  plan->state = !ok || count_open(plan) > 0       ? PLAN_STOPPED
                : first_trouble(plan, &n) != NULL ? PLAN_FAILED
                                                  : PLAN_DONE;
  /* A journal that fails in the end says so, unless something worse was said before. */
  if (!journal_set_state(run->work->store, plan, ok ? error : NULL))
    ok = FALSE;
  return ok && report_trouble(plan, error);
}

static void
clear_run(Run *run)
{
  g_clear_pointer(&run->password, secret_unref);
  g_clear_pointer(&run->pass, secret_unref);
}

gboolean
apply_plan(const Work *work, Plan *plan, WorkProgress progress, gpointer data,
           ApplyOutcome *outcome, GCancellable *cancellable, GError **error)
{
  Run run = {.work = work,
             .plan = plan,
             .progress = progress,
             .progress_data = data,
             .outcome = outcome,
             .cancellable = cancellable,
             .check = check_new(work, plan)};
  g_autoptr(Check) check = run.check;
  if (!store_check_writable(work->store, error) || !journal_begin(work->store, plan, error) ||
      !journal_lease(work->store, plan->id, error))
    return FALSE;
  gboolean ok = execute(&run, error);
  journal_release(work->store, plan->id);
  clear_run(&run);
  return ok;
}

/* --- resuming --- */

static void
spread_targets(Plan *plan)
{
  for (guint i = 0; i < plan->operations->len; i++)
    spread_target(plan, plan->operations->pdata[i]);
}

static gboolean
resume_leased(Run *run, gint64 plan_id, GError **error)
{
  /* Read only now: whoever held the lease before may have gone on until then. */
  run->plan = journal_load(run->work->store, plan_id, error);
  if (run->plan == NULL)
    return FALSE;
  spread_targets(run->plan);
  run->check = check_new(run->work, run->plan);
  guint n, open = count_open(run->plan);
  if (open == 0 && first_trouble(run->plan, &n) == NULL && run->plan->state == PLAN_DONE)
    return TRUE;
  return execute(run, error);
}

gboolean
apply_resume(const Work *work, gint64 plan_id, ApplyHow how, WorkProgress progress, gpointer data,
             ApplyOutcome *outcome, Plan **ret_plan, GCancellable *cancellable, GError **error)
{
  Run run = {.work = work,
             .progress = progress,
             .progress_data = data,
             .outcome = outcome,
             .cancellable = cancellable,
             .how = how};
  if (!store_check_writable(work->store, error) || !journal_lease(work->store, plan_id, error))
    return FALSE;
  gboolean ok = resume_leased(&run, plan_id, error);
  g_clear_pointer(&run.check, check_free);
  journal_release(work->store, plan_id);
  clear_run(&run);
  if (ret_plan != NULL)
    *ret_plan = g_steal_pointer(&run.plan);
  g_clear_pointer(&run.plan, plan_free);
  return ok;
}
