/* The journal: plans and their operations, intent before the request leaves,
 * result after it; entries only move forward, finished ones are chained by
 * hash. Durable when a function returns TRUE, unless it says otherwise. No secret ever comes
 * here. */
#pragma once

#include "model/plan.h"
#include "store/store.h"

/* Writes the plan, all operations planned, in one commit; sets plan->id. Those that were
 * decided before (skipped, say) are written as such. CONFLICT when another plan of the tenant
 * makes an account for the same external address, or has done so since plan->made_at. A value whose
 * name is that of a secret ("password", "temporaryAccessPass" …) is refused. */
gboolean journal_begin(Store *store, Plan *plan, GError **error);
/* The same, and takes its lease in the same commit: for whoever applies it now. FALSE with
 * USHER_ERROR_CONFLICT, and nothing written, when a living process works on the same accounts. */
gboolean journal_begin_run(Store *store, Plan *plan, GError **error);
/* The intents of one request or batch, in one commit (n sequences); each operation's
 * client_request_id and intended_at must be set. */
gboolean journal_intend(Store *store, const Plan *plan, const guint *sequences, guint n,
                        GError **error);
/* The results of one request or batch, in one commit: state, ids, errors, target_id as
 * they stand in the plan. Finished ones are chained. */
gboolean journal_result(Store *store, const Plan *plan, const guint *sequences, guint n,
                        GError **error);
/* An operation's next entry: its intent, or the state that it has in the plan. */
typedef struct {
  guint sequence;
  gboolean intent;
} JournalMove;
/* Intents and results together, in one commit: for those who would wait for each other. `soon`
 * does not wait for the disk: safe from a crash of the program at once, from one of the machine
 * with the next commit that waits, as every other call does. For results of what may be looked up
 * or sent again without harm. */
gboolean journal_move(Store *store, const Plan *plan, const JournalMove *moves, guint n,
                      gboolean soon, GError **error);
/* Appends operations that were added to an already journalled plan. */
gboolean journal_extend(Store *store, const Plan *plan, GError **error);
/* Sets plan->state on disk. */
gboolean journal_set_state(Store *store, const Plan *plan, GError **error);

/* What may follow on what: planned → intended → sent → done, failed, unknown, skipped, pending;
 * those but done may be intended again (a new attempt) or decided otherwise; an intent of which
 * surely nothing was processed may be planned again; done is final.
 * Anything else is USHER_ERROR_STORE and writes nothing. From its first end on, each change
 * of an operation is chained. */

/* A run is owned by whoever holds its lease; not twice by one process either. store_close()
 * gives back what was not released. FALSE with USHER_ERROR_CONFLICT when a
 * living process holds it (says pid, machine); a dead one's is taken over. The same when another
 * living process works on another plan that has still something to do about one of its targets:
 * two changes of one account have an order. */
gboolean journal_lease(Store *store, gint64 plan_id, GError **error);
/* Says that the holder is alive (once a minute is enough); CONFLICT when it was taken over. */
gboolean journal_heartbeat(Store *store, gint64 plan_id, GError **error);
/* Gives the lease back. */
void journal_release(Store *store, gint64 plan_id);

/* One plan with its operations; NOT_FOUND. */
Plan *journal_load(Store *store, gint64 id, GError **error);
/* A plan in short. */
typedef struct {
  Plan *plan; /* without operations */
  guint counts[OPERATION_STATE_N];
  gboolean owned; /* a living process works on it */
} JournalSummary;
/* Frees one. */
void journal_summary_free(JournalSummary *summary);
/* The newest `limit` plans (0: all), newest first, operations left out but counted:
 * GPtrArray of JournalSummary. `profile` NULL: all profiles. */
GPtrArray *journal_list(Store *store, const char *profile, guint limit, GError **error);
/* Ids of plans that a crash or a stop left unfinished (something is planned, intended or sent,
 * and no living process works on it), oldest first: GArray of gint64. */
GArray *journal_unfinished(Store *store, const char *profile, GError **error);
/* The newest `limit` operations that touched a target: GPtrArray of Plan with just these. */
GPtrArray *journal_of_target(Store *store, const char *target_id, const char *target_name,
                             guint limit, GError **error);

/* Walks the chain. TRUE when whole; else FALSE with USHER_ERROR_STORE naming the first
 * entry that was changed, is missing or was inserted. `ret_entries` counts those checked. */
gboolean journal_verify(Store *store, guint *ret_entries, GError **error);
/* The newest entry of the chain, which stands for all before it: its number, and its hash, which
 * the caller owns ("" when nothing was journalled yet). */
gboolean journal_head(Store *store, gint64 *ret_number, char **ret_hash, GError **error);
