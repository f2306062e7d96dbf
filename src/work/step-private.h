/* What the files of the engine share: a run, the rows of the step table, and
 * what a step says about its outcome. */
#pragma once

#include "graph/batch.h"
#include "work/apply.h"
#include "work/check.h"

typedef struct Engine Engine;
typedef struct Lane Lane;

/* A run over a plan, as the steps of one target see it. */
typedef struct {
  const Work *work;
  const Plan *plan;
  ApplyOutcome *outcome;     /* of this target; NULL: there is nobody to show a secret to */
  GCancellable *cancellable; /* for requests: they are finished after a stop, waits are not */
  ApplyHow how;
  Engine *engine;
  Lane *lane;
  /* Secrets live here and nowhere else; NULL when they are not known (any more). */
  Secret *password, *pass;
} Run;

typedef enum {
  STEP_DONE,
  STEP_PENDING, /* accepted, takes effect later */
  STEP_FAILED,  /* with the error */
  STEP_LOST,    /* sent, answer lost, with the error: probe before anything else */
  STEP_TO_DO,   /* (a probe) it has not taken effect */
  STEP_UNKNOWN, /* (a probe) there is no way to find out */
} StepResult;

/* How an operation goes out as an item of a $batch, together with those of other targets. */
typedef struct {
  /* Its request, the same that `perform` sends; NULL: this one has to go alone. The engine
   * frees it. */
  GraphRequest *(*request)(Run *run, const Operation *operation);
  /* What its answer means: DONE, PENDING, FAILED with the error, or TO_DO: `perform` is to see
   * to it alone. Refusals that ask for patience and lost answers never get here. NULL: done
   * unless the answer is an error. */
  StepResult (*judge)(Run *run, Operation *operation, const GraphAnswer *answer, GError **error);
  /* A request that reads whether it took effect, and what its answer means: DONE, TO_DO,
   * UNKNOWN (the step's own `probe` is to find out), or FAILED with the error. NULL: the step's
   * own `probe`, or sent again when that is harmless. */
  GraphRequest *(*probe)(Run *run, const Operation *operation);
  StepResult (*found)(Run *run, Operation *operation, const GraphAnswer *answer, GError **error);
} StepBatch;

typedef struct Step {
  StepInfo info;
  /* What must be at hand before the intent is written: may run operations of its own. */
  gboolean (*prepare)(Run *run, Operation *operation, GError **error);
  /* Sends it. `again`: the answer of an earlier attempt was lost. */
  StepResult (*perform)(Run *run, Operation *operation, gboolean again, GraphTrace *trace,
                        GError **error);
  /* Finds out whether it took effect; NULL: harmless to repeat. */
  StepResult (*probe)(Run *run, Operation *operation, GError **error);
  /* NULL: it is performed alone. */
  const StepBatch *batch;
} Step;

/* The row of a kind, or NULL. */
const Step *step_find(const char *kind);

/* By subject: the columns of the table. */
StepResult user_create(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult user_create_probe(Run *, Operation *, GError **);
StepResult user_set(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult user_remove(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult user_restore(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult user_restore_probe(Run *, Operation *, GError **);
/* Says what helps when the old user name is taken meanwhile. */
void restore_say_taken(const Operation *operation, int http_status, GError **error);
StepResult user_enable(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult user_disable(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult user_purge(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult sessions_revoke(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult licence_reprocess(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult manager_set(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult manager_set_probe(Run *, Operation *, GError **);
/* Characters of a password that we set. */
#define PASSWORD_LENGTH 16
/* The kind of step that sets the secret which this one hands over ("password.reset"), or NULL; and
 * doing that when the run does not know it. */
const char *secret_step(const Operation *operation);
gboolean secret_prepare(Run *run, Operation *operation, GError **error);
StepResult pass_show(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult pass_remove(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult sponsor_set(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult sponsor_set_probe(Run *, Operation *, GError **);
StepResult password_reset(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult password_show(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult pass_issue(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult group_create(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult group_create_probe(Run *, Operation *, GError **);
StepResult group_add(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult group_add_probe(Run *, Operation *, GError **);
StepResult group_remove(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult licence_await(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult mail_step_send(Run *, Operation *, gboolean again, GraphTrace *, GError **);
StepResult mail_step_probe(Run *, Operation *, GError **);
StepResult plan_close(Run *, Operation *, gboolean again, GraphTrace *, GError **);

/* What user.set sends: its values as Graph's properties. FALSE when the roster has no place for
 * one of them. Texts are lent by the operation or kept here. */
typedef struct {
  GraphProperty *properties;
  guint n;
  char *expiry_name, *expiry_text;
} SetProperties;
gboolean set_properties(const Run *run, const Operation *operation, SetProperties *ret,
                        GError **error);
/* Frees what is kept. */
void set_properties_clear(SetProperties *set);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SetProperties, set_properties_clear)
/* The batch columns, step-batch.c. */
extern const StepBatch batch_user_set, batch_user_enable, batch_user_disable, batch_user_remove,
    batch_user_restore, batch_user_purge, batch_sessions_revoke, batch_sponsor_set,
    batch_manager_set, batch_group_add, batch_group_remove, batch_licence_reprocess;

/* What a call's success or failure means for its step. */
StepResult step_result(gboolean ok, const GraphTrace *trace);
/* Sets the operation's result, for people; takes the text. */
void step_say(Operation *operation, char *text);
/* The moment until which 404 about the operation's target means "not yet": it is our own
 * creation, and young. 0: it is not. */
gint64 step_patience(const Run *run, const Operation *operation);

/* Steps work on a copy of their operation, since others may look at the plan meanwhile.
 * Of it they may set target_id, result and http_status. */

/* Waits, keeping the lease alive. FALSE with USHER_ERROR_CANCELLED. */
gboolean run_wait(Run *run, guint milliseconds, GError **error);
/* Appends an operation on the same target to the plan and the journal, and performs it.
 * FALSE with the error when it did not succeed. */
gboolean run_extra(Run *run, const char *kind, const Operation *about, GError **error);

/* For requests that are to be finished: a cancellable of its own, which ends waiting as soon as
 * `outer` (may be NULL) is cancelled, but what is on the wire only some seconds later. */
typedef struct Grace Grace;
Grace *grace_begin(GCancellable *outer);
GCancellable *grace_cancellable(const Grace *grace);
void grace_end(Grace *grace);

/* The mail of an operation's values; `secret` stands for password or pass (NULL: the lines
 * are left out). Both results are the caller's and may hold the secret. */
gboolean mail_compose(const Work *work, const Operation *operation, const char *secret,
                      char **ret_subject, char **ret_body, GError **error);
