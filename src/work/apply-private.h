/* What the files of the engine share. A run is cut into lanes, one per target,
 * whose operations keep their order; workers take errands (a batch of up to 20
 * lanes' next operations, or one that goes alone) off the queues and bring the
 * lanes back. apply.c owns the run's life, apply-queue.c who is next,
 * apply-batch.c and apply-alone.c send, apply-journal.c and apply-commit.c write
 * down. */
#pragma once

#include "work/step-private.h"

/* How often one operation is sent anew after its answer was lost. */
#define ATTEMPTS 5

/* The domain of reasons that are no errors of anybody: only their message is kept. */
#define APPLY_SKIPPED g_quark_from_static_string("usher-skipped")

/* Where a lane stands in line. */
typedef enum {
  QUEUE_CHECK, /* its target is to be read, with many others */
  QUEUE_PROBE, /* lost: to be looked up, in batches */
  QUEUE_SEND,  /* to be sent, in batches */
  QUEUE_ALONE, /* to be performed on its own */
  QUEUE_SKIP,  /* waits for something that failed */
  QUEUE_N
} Queue;

/* One target. Belongs to a queue, or to the worker that took it. */
struct Lane {
  Run run; /* what its steps work with: passwords and passes are one target's own */
  ApplyOutcome outcome;
  /* Operation, in order, lent by the plan: its own array may move while others append to it. */
  GPtrArray *operations;
  guint next; /* of these */
  /* About the next one. */
  gboolean lost;    /* its answer was lost, or an earlier run left it in doubt */
  gboolean doubted; /* it was lost, whatever was found out since */
  gboolean alone;   /* a batch does not fit it */
  gboolean unsent;  /* its intent is on disk, but surely nothing was processed */
  guint attempts, pause;
  gint64 not_before;    /* monotonic; 0: at once */
  gint64 refused_since; /* monotonic; 0: it was not */
};

struct Engine {
  const Work *work;
  Plan *plan;
  WorkProgress progress;
  gpointer progress_data;
  ApplyOutcome *outcome; /* may be NULL */
  ApplyHow how;
  GCancellable *stop;   /* the caller's; may be NULL */
  GCancellable *finish; /* for requests: waits end with `stop`, what is on the wire later */
  Check *check;
  GPtrArray *lanes;
  gboolean creates; /* the plan makes accounts: 404 may mean "not yet" */

  /* Held while the journal reads operations, and while some are appended. Taken before
   * `lock`. */
  GMutex journal;
  gint64 beat; /* when the lease was last confirmed */

  /* Guards what waits to be written: one worker writes for all that wait by then. */
  GMutex waiting_lock;
  GCond written;
  GPtrArray *unwritten; /* Entry, lent */
  gboolean writing;

  /* Guards all below, and what others may read of operations while their lane changes them. */
  GMutex lock;
  GCond changed;
  GQueue queues[QUEUE_N];
  GQueue delayed;      /* lanes with not_before */
  GHashTable *open;    /* sequences that this run has still to settle */
  GHashTable *waiting; /* sequence → GPtrArray of lanes whose next one depends on it */
  guint busy, workers;
  GError *failure; /* why the run ends before its end */
};

typedef struct {
  Queue queue;
  GPtrArray *lanes;
} Errand;

/* --- apply.c, apply-resume.c --- */

/* Runs what the plan has open, under a lease that is held. */
gboolean engine_run(Engine *engine, GError **error);
/* Adds the secrets of one target. */
void apply_outcome_add(ApplyOutcome *outcome, const char *target_name, const ApplyOutcome *more);
/* Operations that were not begun or not answered. */
guint plan_count_open(const Plan *plan);
/* Done, or closed by another plan: what that one skipped stays so. */
gboolean plan_is_settled(const Plan *plan);
/* The first operation that is not done for good, and how many there are; NULL: none. */
const Operation *plan_trouble(const Plan *plan, guint *ret_n);
/* Skips what an earlier run appended and left: it is needed anew, or not at all. */
gboolean resume_drop_extras(Engine *engine, GError **error);

/* --- apply-queue.c --- */

/* Cuts the plan into lanes and queues them. */
void queue_fill(Engine *engine);
/* Frees what queue_fill() made. */
void queue_clear(Engine *engine);
/* The next errand; waits for one. FALSE when there is none any more or the run ends. With the
 * lock held. */
gboolean queue_take(Engine *engine, Errand *errand);
/* Gives a lane its place again after its state was changed. With the lock held. */
void queue_put(Engine *engine, Lane *lane);
/* The next operation of a lane is settled: on to the one after. With the lock held. */
void queue_advance(Engine *engine, Lane *lane);
/* The operation that a lane is about, and its row (NULL: a kind that nobody knows). */
Operation *lane_operation(const Lane *lane);
/* Waits `milliseconds` before its next attempt. */
void lane_delay(Lane *lane, guint milliseconds);
/* The operation that this one waits for in vain, or NULL. */
const Operation *blocked_by(const Plan *plan, const Operation *operation);
/* TRUE if the run has something to do about it. */
gboolean operation_is_open(ApplyHow how, const Operation *operation);
/* It was begun, and nobody knows what became of it. */
gboolean operation_is_in_doubt(const Operation *operation);
/* Appended by run_extra(). */
gboolean operation_is_extra(const Operation *operation);

/* --- apply-check.c, apply-batch.c, apply-alone.c --- */

/* Reads the targets of many. */
void lanes_check(Engine *engine, GPtrArray *lanes);

/* Sends their next operations, or looks what became of them. */
void batch_send(Engine *engine, GPtrArray *lanes);
void batch_probe(Engine *engine, GPtrArray *lanes);
/* Performs the next operation of one, until it is settled or the run ends. */
void alone_perform(Engine *engine, Lane *lane);
/* Writes down that their next operations wait in vain. */
void lanes_skip(Engine *engine, GPtrArray *lanes);

/* --- apply-commit.c --- */

/* Writes these moves, together with what other workers have to write at the same time, in one
 * commit. `soon`: the disk need not be waited for. Confirms the lease where that is due. FALSE with
 * `error` when the journal could not be written. */
gboolean engine_commit(Engine *engine, const JournalMove *moves, guint n, gboolean soon,
                       GError **error);
void commit_init(Engine *engine);
void commit_clear(Engine *engine);

/* --- apply-journal.c --- */

/* Confirms the lease if that was long ago; with the journal's lock held. */
gboolean beat_locked(Engine *engine, GError **error);

/* Ends the run before its end; the first reason counts. Takes the error. */
void engine_end(Engine *engine, GError *failure);
/* TRUE for what says nothing about an operation, only that nobody can be asked at present: the
 * network is gone, the service is too busy, the sign-in is over. */
gboolean is_outage(const GError *error);
/* What a look brought that did not find out: FAILED when it is settled all the same (the account
 * is gone, or another one), else UNKNOWN. */
OperationState state_of_look(StepResult result, const GError *error);
/* TRUE when nothing more may be begun. */
gboolean engine_ends(Engine *engine);
/* The same, but not for a mere stop: what was begun is finished then. */
gboolean engine_is_broken(Engine *engine);
/* Confirms the lease if that was long ago; FALSE ends the run. */
gboolean engine_beat(Engine *engine);
/* Intents, on disk in one commit, with a client-request-id each. FALSE when nothing may be sent;
 * after a mere stop, what is intended still goes out. */
gboolean engine_intend(Engine *engine, Operation *const *operations, guint n);
/* What became of one: set under the lock, told and journalled by engine_record(). Takes
 * `failure` (may be NULL). */
typedef struct {
  Lane *lane;
  Operation *operation;
  OperationState state;
  GError *failure;
} Outcome;
/* When a run was stopped or cut short: what was intended and surely not processed is planned again,
 * so that nothing is in doubt that is not. Nobody else works any more. */
void engine_withdraw(Engine *engine);
/* All in one commit; their lanes go on. FALSE ends the run. Clears the failures. */
gboolean engine_record(Engine *engine, Outcome *outcomes, guint n);
/* Of an operation that is done: an error's status (404 for a removal) says that it was so before,
 * which undoing leaves alone, unless a sending of ours whose answer was lost may have made it so
 * (`doubted`). */
void say_was_so(Operation *copy, StepResult result, gboolean doubted);
/* Says that nothing had to be sent. */
void say_is_so(Engine *engine, Operation *operation);
/* What a step's outcome means for its operation. */
OperationState state_of(StepResult result);
/* A step works on a copy, since others may look at the original meanwhile; what it changed is
 * taken over. */
Operation *operation_borrow(const Operation *operation);
/* Takes over and frees the copy. */
void operation_give_back(Engine *engine, Operation *operation, Operation *copy);
