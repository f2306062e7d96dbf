/* Performing one operation on its own: what no batch fits (a creation, a mail,
 * a wait), and everything about the only target of a plan. Also what steps may
 * ask the run for. */
#include "work/apply-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/retry.h"
#include <string.h>

/* One operation under way: the original, and the copy that its step works on. */
typedef struct {
  Engine *engine;
  Run *run;
  const Step *step;
  Operation *operation, *copy;
  gboolean doubted; /* a sending of which nobody knows whether it was processed */
  gboolean unasked; /* nobody could be asked: as it stands on disk it is gone on with later */
} Job;

/* --- what steps may ask for --- */

static void
copy_failure(Engine *engine, GError **error)
{
  g_mutex_lock(&engine->lock);
  g_propagate_error(error, g_error_copy(engine->failure));
  g_mutex_unlock(&engine->lock);
}

gboolean
run_wait(Run *run, guint milliseconds, GError **error)
{
  if (!engine_beat(run->engine)) {
    copy_failure(run->engine, error);
    return FALSE;
  }
  return retry_sleep(milliseconds, retry_stop(run->cancellable), error);
}

gint64
step_patience(const Run *run, const Operation *operation)
{
  Engine *engine = run->engine;
  guint wait = run->work->replication_wait > 0 ? run->work->replication_wait : 120;
  gint64 now = clock_now(), until = 0;
  if (!engine->creates)
    return 0;
  g_mutex_lock(&engine->lock);
  for (guint i = 0; i < engine->plan->operations->len && until == 0; i++) {
    const Operation *creation = engine->plan->operations->pdata[i];
    if (g_str_equal(creation->kind, "user.create") && creation->state == OPERATION_DONE &&
        g_strcmp0(creation->target_id, operation->target_id) == 0 &&
        creation->finished_at + wait > now)
      until = creation->finished_at + wait;
  }
  g_mutex_unlock(&engine->lock);
  return until;
}

/* --- sending and looking --- */

typedef StepResult (*Attempt)(Job *job, gboolean again, GError **error);

static StepResult
send_once(Job *job, gboolean again, GError **error)
{
  GraphTrace trace = {0};
  Operation *copy = job->copy;
  g_strlcpy(trace.client_request_id, copy->client_request_id, sizeof trace.client_request_id);
  StepResult result = job->step->perform(job->run, copy, again, &trace, error);
  if (trace.request_id[0] != '\0') {
    g_free(copy->request_id);
    copy->request_id = g_strdup(trace.request_id);
  }
  copy->http_status = trace.http_status;
  job->doubted |= trace.before;
  say_was_so(copy, result, job->doubted);
  return result;
}

static StepResult
look_once(Job *job, gboolean again, GError **error)
{
  return job->step->probe(job->run, job->copy, error);
}

/* And again for as long as 404 means that our own creation cannot be seen yet. */
static StepResult
attempt(Job *job, Attempt once, gboolean again, GError **error)
{
  for (guint pause = 500;; pause = MIN(pause * 2, 8000)) {
    g_autoptr(GError) local = NULL;
    StepResult result = once(job, again, &local);
    if (result == STEP_FAILED && g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND) &&
        clock_now() < step_patience(job->run, job->copy)) {
      if (!run_wait(job->run, pause, error))
        return STEP_FAILED;
      continue;
    }
    if (local != NULL)
      g_propagate_error(error, g_steal_pointer(&local));
    return result;
  }
}

static gboolean
intend(Job *job, GError **error)
{
  if (!engine_intend(job->engine, &job->operation, 1)) {
    copy_failure(job->engine, error);
    return FALSE;
  }
  g_free(job->copy->client_request_id);
  job->copy->client_request_id = g_strdup(job->operation->client_request_id);
  job->copy->intended_at = job->operation->intended_at;
  return TRUE;
}

/* The account may have changed since the plan was made, and a file may ask for anything: what
 * may not be done is refused here, whoever asks. */
static gboolean
may_be_sent(Job *job, gboolean lost, GError **error)
{
  Check *check = job->engine->check;
  return check_read(check, &job->copy, 1, job->run->cancellable, error) &&
         check_operation(check, job->copy, lost, error);
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

/* A look that failed leaves it as uncertain as before, unless it settled something. */
static StepResult
look(Job *job, GError **error)
{
  g_autoptr(GError) local = NULL;
  StepResult found = attempt(job, look_once, FALSE, &local);
  if (state_of_look(found, local) == OPERATION_UNKNOWN && found == STEP_FAILED)
    found = STEP_LOST;
  job->unasked = found == STEP_LOST && is_outage(local);
  if (local != NULL)
    g_propagate_error(error, g_steal_pointer(&local));
  return found;
}

/* What everybody was asked to wait is waited for before anything is written down. FALSE when
 * cancelled; whether it takes too long is for who sends it. */
static gboolean
wait_with_everybody(Job *job, GError **error)
{
  g_autoptr(GError) local = NULL;
  if (*job->step->info.sends == '\0' ||
      graph_client_wait(job->run->work->graph, job->run->cancellable, &local) ||
      !g_error_matches(local, USHER_ERROR, USHER_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&local));
  return FALSE;
}

/* Until it is known what became of it. `lost`: its answer was lost, perhaps in an earlier run. */
static StepResult
settle(Job *job, gboolean lost, GError **error)
{
  guint pause = 250;
  job->doubted = lost || job->doubted;
  for (guint n = 0;; n++) {
    if (lost && job->step->probe != NULL) {
      StepResult found = look(job, error);
      if (found != STEP_TO_DO)
        return found;
    }
    g_autoptr(GError) local = NULL;
    if (!may_be_sent(job, lost, &local)) {
      StepResult result = not_sent(lost, local);
      job->unasked = is_outage(local);
      g_propagate_error(error, g_steal_pointer(&local));
      return result;
    }
    if (!job->doubted && check_is_so(job->engine->check, job->copy)) {
      step_say(job->copy, g_strdup(_("it was so already; nothing was sent")));
      return STEP_DONE;
    }
    if (!wait_with_everybody(job, error))
      return lost ? STEP_LOST : STEP_FAILED;
    if (!intend(job, error))
      return STEP_FAILED;
    StepResult result = attempt(job, send_once, lost, &local);
    job->unasked = result == STEP_FAILED && is_outage(local);
    if (result != STEP_LOST || n + 1 == ATTEMPTS ||
        g_error_matches(local, USHER_ERROR, USHER_ERROR_CANCELLED)) {
      if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
      return result;
    }
    lost = job->doubted = TRUE;
    if (!run_wait(job->run, pause *= 2, error))
      return STEP_LOST;
  }
}

/* --- one operation --- */

static StepResult
perform(Job *job, gboolean lost, GError **error)
{
  const Step *step = job->step;
  ApplyHow how = job->engine->how;
  if (step == NULL) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("“%s” is no operation that this version knows"), job->operation->kind);
    return STEP_FAILED;
  }
  gboolean mail = step->probe == mail_step_probe;
  if (lost && mail && (how & APPLY_MAIL_ARRIVED) != 0) {
    step_say(job->copy, g_strdup(_("taken as sent, as the operator says")));
    return STEP_DONE;
  }
  gboolean again = lost && mail && (how & APPLY_MAIL_AGAIN) != 0;
  /* Secrets are needed only where something is going to be handed over. */
  gboolean handing = step->prepare != NULL && (!lost || again || step->probe == NULL);
  if (handing && !step->prepare(job->run, job->copy, error))
    return STEP_FAILED;
  return settle(job, lost && !again, error);
}

/* Journal trouble, cancelling and an outage end the run; the operation stays as it is on disk, and
 * a resume finds out about it. */
static gboolean
ends_run(Engine *engine, const GError *failure)
{
  return engine_is_broken(engine) || g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED) ||
         g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches(failure, USHER_ERROR, USHER_ERROR_STORE);
}

/* `advance`: the lane to go on with, NULL for an extra one. */
static void
perform_operation(Engine *engine, Run *run, Operation *operation, gboolean lost, Lane *advance)
{
  GError *failure = NULL;
  Job job = {.engine = engine,
             .run = run,
             .step = step_find(operation->kind),
             .operation = operation,
             .copy = operation_borrow(operation),
             .doubted = advance != NULL && advance->doubted};
  g_clear_pointer(&job.copy->result, g_free);
  StepResult result = perform(&job, lost, &failure);
  operation_give_back(engine, operation, job.copy);
  /* A mail is another matter: what is begun and not known to have failed is never sent again. */
  gboolean mail = job.step != NULL && job.step->probe == mail_step_probe;
  if (advance != NULL)
    advance->unsent = result == STEP_FAILED && !job.doubted;
  if (failure != NULL && (ends_run(engine, failure) || (job.unasked && !mail))) {
    engine_end(engine, failure);
    return;
  }
  Outcome outcome = {advance, operation, state_of(result), failure};
  engine_record(engine, &outcome, 1);
}

void
alone_perform(Engine *engine, Lane *lane)
{
  perform_operation(engine, &lane->run, lane_operation(lane), lane->lost, lane);
}

static Operation *
append(Engine *engine, const char *kind, const Operation *about, GError **error)
{
  g_autofree char *needed_by = g_strdup_printf("%u", about->sequence);
  g_mutex_lock(&engine->journal);
  g_mutex_lock(&engine->lock);
  Operation *extra = plan_add(engine->plan, kind, about->target_id, about->target_name);
  operation_add_value(extra, "neededBy", NULL, needed_by);
  g_mutex_unlock(&engine->lock);
  gboolean ok = journal_extend(engine->work->store, engine->plan, error);
  g_mutex_unlock(&engine->journal);
  return ok ? extra : NULL;
}

gboolean
run_extra(Run *run, const char *kind, const Operation *about, GError **error)
{
  Operation *extra = append(run->engine, kind, about, error);
  if (extra == NULL)
    return FALSE;
  perform_operation(run->engine, run, extra, FALSE, NULL);
  if (engine_ends(run->engine)) {
    copy_failure(run->engine, error);
    return FALSE;
  }
  if (extra->state == OPERATION_DONE)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_FAILED, "%s",
              extra->error_message != NULL ? extra->error_message
                                           : operation_state_label(extra->state));
  return FALSE;
}

/* --- skipping --- */

void
lanes_skip(Engine *engine, GPtrArray *lanes)
{
  g_autofree Outcome *outcomes = g_new0(Outcome, lanes->len);
  for (guint i = 0; i < lanes->len; i++) {
    Lane *lane = lanes->pdata[i];
    Operation *operation = lane_operation(lane);
    g_mutex_lock(&engine->lock);
    const Operation *before = plan_operation(engine->plan, operation->depends_on);
    const StepInfo *info = before == NULL ? NULL : step_info(before->kind);
    GError *failure = g_error_new(APPLY_SKIPPED, 0, _("waits for “%s”, which is %s"),
                                  info == NULL ? "" : _(info->label),
                                  before == NULL ? "" : operation_state_label(before->state));
    g_mutex_unlock(&engine->lock);
    outcomes[i] = (Outcome){lane, operation, OPERATION_SKIPPED, failure};
  }
  engine_record(engine, outcomes, lanes->len);
}
