/* The engine: applies a plan operation by operation, journalled before and
 * after, and finishes what a crash left. See doc/architecture.md. */
#pragma once

#include "work/work.h"

/* What a run hands back beside the plan's states: secrets to be shown once. */
typedef struct {
  Secret *password; /* when the roster's rule is "show" */
  Secret *pass;     /* when it is "pass" and could not be mailed, or is to be shown */
} ApplyOutcome;
void apply_outcome_clear(ApplyOutcome *outcome);

/* Journals the plan and applies it. TRUE when all is done (or pending); FALSE with
 * USHER_ERROR_FAILED when some of it failed (states tell), _STORE when nothing was sent
 * because the journal could not be written, _CANCELLED when stopped. */
gboolean apply_plan(const Work *work, Plan *plan, WorkProgress progress, gpointer data,
                    ApplyOutcome *outcome, GCancellable *cancellable, GError **error);

/* Goes on with a journalled plan: probes what was intended or sent, then applies what is
 * open. `retry_failed`: failed operations (and those skipped because of them) too. */
gboolean apply_resume(const Work *work, gint64 plan_id, gboolean retry_failed,
                      WorkProgress progress, gpointer data, ApplyOutcome *outcome, Plan **ret_plan,
                      GCancellable *cancellable, GError **error);

/* A plan that takes back what an unfinished creation made (removes the account): for
 * `usher repair --rollback`. */
Plan *apply_rollback_plan(const Plan *plan);

/* A row of the step table, for dry runs and the manual. */
typedef struct {
  const char *kind;        /* "user.create" */
  const char *label;       /* N_() "user" */
  const char *sends;       /* "POST /users" */
  const char *permissions; /* least, application */
  gboolean repeatable;
  const char *undo;        /* kind that reverses it, or NULL */
} StepInfo;
const StepInfo *step_info(const char *kind);
const StepInfo *step_infos(void); /* ended by a NULL kind */
