/* A plan being applied as a job: copies of it travel to the screen, so that the
 * worker's own is never read by two threads. A large plan is not copied for
 * each of its steps. */
#include "tui/change.h"

#include "base/i18n.h"
#include "base/secret.h"

typedef struct {
  App *app;
  Job *job;
  Plan *plan;
  gint64 resume_id; /* 0: apply `plan` */
  AppResume how;
  AppOutcome outcome;
  gint64 told_at; /* µs, monotonic */
} Work;

#define SMALL_PLAN 50
#define TELL_EVERY (G_USEC_PER_SEC / 8)

static void
post_plan(Work *work, const Plan *plan)
{
  job_post(work->job, plan_copy(plan), (GDestroyNotify)plan_free);
}

/* On the worker. */
static void
on_progress(const Plan *plan, const Operation *operation, gpointer data)
{
  Work *work = data;
  gint64 now = g_get_monotonic_time();
  if (plan->operations->len > SMALL_PLAN && now - work->told_at < TELL_EVERY)
    return;
  work->told_at = now;
  post_plan(work, plan);
}

static gboolean
change_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  work->job = job;
  gboolean ok;
  if (work->resume_id == 0) {
    ok = app_apply(work->app, work->plan, on_progress, work, &work->outcome, cancellable, error);
  } else {
    Plan *plan = NULL;
    ok = app_resume(work->app, work->resume_id, work->how, on_progress, work, &work->outcome, &plan,
                    cancellable, error);
    if (plan != NULL) {
      plan_free(work->plan);
      work->plan = plan;
    }
  }
  return ok;
}

static gpointer
free_aside(gpointer plan)
{
  plan_free(plan);
  return NULL;
}

/* Freeing tens of thousands of operations takes longer than a key may wait. */
static void
take_plan(Change *change, Plan *plan)
{
  if (change->plan->operations->len > SMALL_PLAN)
    g_thread_unref(g_thread_new("usher-free", free_aside, change->plan));
  else
    plan_free(change->plan);
  change->plan = plan;
}

static void
change_message(gpointer message, gpointer user)
{
  Change *change = user;
  take_plan(change, message);
  change->before = MIN(change->before, change_finished(change)); /* some are tried again */
  change->changed(change, FALSE, change->changed_data);
}

static void
change_done(gpointer data, const GError *error, gpointer user)
{
  Change *change = user;
  Work *work = data;
  take_plan(change, g_steal_pointer(&work->plan));
  change->shown_once = g_steal_pointer(&work->outcome.shown_once);
  change->error = error == NULL ? NULL : g_error_copy(error);
  change->running = FALSE;
  change->ended_at = g_get_monotonic_time();
  g_clear_pointer(&change->job, job_unref);
  change->changed(change, TRUE, change->changed_data);
}

static void
work_free(gpointer data)
{
  Work *work = data;
  plan_free(work->plan);
  app_outcome_clear(&work->outcome);
  g_free(work);
}

static Change *
start(App *app, const Plan *plan, gint64 resume_id, AppResume how, ChangeChanged changed,
      gpointer data)
{
  Change *change = g_new0(Change, 1);
  change->plan = plan_copy(plan);
  change->before = change_finished(change);
  change->running = TRUE;
  change->started_at = g_get_monotonic_time();
  change->changed = changed;
  change->changed_data = data;
  Work *work = g_new0(Work, 1);
  work->app = app;
  work->plan = plan_copy(plan);
  work->resume_id = resume_id;
  work->how = how;
  change->job =
      job_start(plan->title, change_run, work, work_free, change_message, change_done, change);
  return change;
}

Change *
change_apply(App *app, const Plan *plan, ChangeChanged changed, gpointer data)
{
  return start(app, plan, 0, APP_RESUME_OPEN, changed, data);
}

Change *
change_resume(App *app, const Plan *plan, gint64 plan_id, AppResume how, ChangeChanged changed,
              gpointer data)
{
  return start(app, plan, plan_id, how, changed, data);
}

void
change_stop(Change *change)
{
  if (change->job == NULL || change->stopping)
    return;
  change->stopping = TRUE;
  job_cancel(change->job);
  change->changed(change, FALSE, change->changed_data);
}

void
change_free(Change *change)
{
  if (change == NULL)
    return;
  job_unref(change->job);
  plan_free(change->plan);
  g_clear_error(&change->error);
  secret_free_string(change->shown_once);
  g_free(change);
}

guint
change_finished(const Change *change)
{
  guint open = plan_count(change->plan, OPERATION_PLANNED) +
               plan_count(change->plan, OPERATION_INTENDED) +
               plan_count(change->plan, OPERATION_SENT);
  return change->plan->operations->len - open;
}

char *
change_take_secret(Change *change)
{
  return g_steal_pointer(&change->shown_once);
}
