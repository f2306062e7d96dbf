/* What the files of the journal share: which moves are allowed, the chain, and
 * who holds a lease. */
#pragma once

#include "store/journal.h"
#include "store/store-private.h"

/* TRUE if an operation may go from one state to the other. The store's triggers are
 * filled from the same table. */
gboolean journal_may_move(OperationState from, OperationState to);
/* done, failed, unknown, skipped, pending: what is chained. */
gboolean journal_is_finished(OperationState state);

/* Events of the chain: "plan" (its beginning, with the seals of its operations), "extend"
 * (operations added later), "operation" (one as it stands), "state" (the plan's state). */
#define CHAIN_PLAN      "plan"
#define CHAIN_EXTEND    "extend"
#define CHAIN_OPERATION "operation"
#define CHAIN_STATE     "state"

/* Append what stands in the tables now, inside the caller's write transaction. `first` and
 * `last` are the sequences that are new; none when last < first. */
gboolean chain_add_plan(Store *store, gint64 plan_id, const char *event, guint first, guint last,
                        GError **error);
gboolean chain_add_operation(Store *store, gint64 plan_id, guint sequence, GError **error);
gboolean chain_add_state(Store *store, gint64 plan_id, GError **error);

/* Their contents, as text, read from the tables; NULL with `error` unset when there is no such
 * row. */
char *chain_plan_content(Store *store, gint64 plan_id, GError **error);
char *chain_operation_content(Store *store, gint64 plan_id, guint sequence, GError **error);
char *chain_state_content(Store *store, gint64 plan_id, GError **error);
/* The seal of what never changes in an operation: 32 hexadecimal digits. */
char *chain_operation_seal(Store *store, gint64 plan_id, guint sequence, GError **error);
/* The number and hash of the last entry, as they were written beside the chain: 0 and "" before the
 * first. The caller owns the hash. */
gboolean chain_head(Store *store, gint64 *ret_number, char **ret_hash, GError **error);
/* The hash of an entry. */
char *chain_hash(const char *before, gint64 number, const char *event, gint64 plan_id,
                 guint sequence, gint64 at, const char *content);

/* FALSE with CONFLICT when the plan would make an account for an external address for which
 * another plan of the tenant makes one, or has made one since this one was made. Inside the
 * caller's write transaction. */
gboolean journal_claim(Store *store, const Plan *plan, GError **error);

/* Who holds a run: `living` by the rules of journal-lease.c, `ours` by this very store. */
typedef struct {
  gboolean found, living, ours;
  int pid;
  char *host;
} LeaseHolder;
/* Reads the lease of a plan; the caller frees `host`. */
gboolean lease_holder(Store *store, gint64 plan_id, LeaseHolder *holder, GError **error);
/* Takes it inside the caller's write transaction; as journal_lease(). */
gboolean lease_take(Store *store, gint64 plan_id, GError **error);
