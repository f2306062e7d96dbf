/* The engine: applies a plan operation by operation, journalled before and
 * after, and finishes what a crash left. See doc/architecture.md. */
#pragma once

#include "work/work.h"

/* A secret to be shown once. */
typedef struct {
  char *target_name;
  Secret *secret;
} ApplyShown;
/* What a run hands back beside the plan's states: secrets to be shown once. */
typedef struct {
  Secret *password; /* when the roster's rule is "show"; the last one */
  Secret *pass;     /* when it is "pass" and could not be mailed, or is to be shown; the last one */
  GPtrArray *shown; /* ApplyShown: all of them; NULL when there are none */
} ApplyOutcome;
void apply_outcome_clear(ApplyOutcome *outcome);

/* Journals the plan and applies it, several targets at a time and as fast as the service lets
 * it; operations of one target keep their order. `progress` is called by the run's own threads,
 * one at a time. TRUE when all is done (or pending); FALSE with
 * USHER_ERROR_FAILED when some of it failed (states tell), _STORE when nothing was sent
 * because the journal could not be written, _CONFLICT when another process is changing one of
 * its targets, _CANCELLED when stopped. */
gboolean apply_plan(const Work *work, Plan *plan, WorkProgress progress, gpointer data,
                    ApplyOutcome *outcome, GCancellable *cancellable, GError **error);

/* How far a resume goes; bits. A mail whose outcome is unknown is never repeated by itself:
 * the last two are the operator's answer. */
typedef enum {
  APPLY_OPEN = 0,              /* what was not begun or not answered */
  APPLY_RETRY_FAILED = 1 << 0, /* and what failed, with what was skipped because of it */
  APPLY_MAIL_AGAIN = 1 << 1,   /* an unknown mail is sent again */
  APPLY_MAIL_ARRIVED = 1 << 2, /* an unknown mail counts as sent */
} ApplyHow;

/* Goes on with a journalled plan: probes what was intended or sent, then applies what is
 * open. As apply_plan(); USHER_ERROR_CONFLICT when a living process works on it. `ret_plan`
 * (may be NULL) gets the plan as it stands, also on failure when it could be read. */
gboolean apply_resume(const Work *work, gint64 plan_id, ApplyHow how, WorkProgress progress,
                      gpointer data, ApplyOutcome *outcome, Plan **ret_plan,
                      GCancellable *cancellable, GError **error);

/* Adds to `rollback` what takes back an unfinished creation: the account is removed, and
 * `plan` is closed when that is done. FALSE when it made nothing that could be removed
 * (then it is only closed). For `usher repair --rollback`. */
gboolean apply_add_rollback(Plan *rollback, const Plan *plan);

/* Adds to `preview` what a resume of `plan` would do, fresh passwords included, as planned
 * operations; its notes tell what is looked up first or left alone. For dry runs. */
void apply_add_preview(Plan *preview, const Plan *plan, ApplyHow how);

/* A row of the step table, for dry runs and the manual. */
typedef struct {
  const char *kind;        /* "user.create" */
  const char *label;       /* N_() "user" */
  const char *sends;       /* "POST /users" */
  const char *permissions; /* least, application */
  gboolean repeatable;
  const char *undo; /* kind that reverses it, or NULL */
} StepInfo;
/* The row of a kind, or NULL. */
const StepInfo *step_info(const char *kind);
const StepInfo *step_infos(void); /* ended by a NULL kind */
