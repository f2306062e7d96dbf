/* What must hold before an operation on an existing account is sent: the guard, and
 * that the account is still as the plan says (`from`). One for each run, for all of its
 * threads (those that ask about one account ask one after the other); it reads the
 * present accounts in as few requests as possible. */
#pragma once

#include "work/guard.h"

typedef struct Check Check;

/* Nothing is asked yet: a plan that only creates needs nothing of it. */
Check *check_new(const Work *work, const Plan *plan);
void check_free(Check *check);

/* Reads the guard (once) and the present state of the targets of these operations, as far as they
 * are covered and not known for less than a minute. FALSE when it could not be asked: then
 * nothing may be sent. */
gboolean check_read(Check *check, Operation *const *operations, guint n, GCancellable *cancellable,
                    GError **error);
/* FALSE when the operation has to go through check_read() first: it is covered, and its target is
 * not known or was read too long ago. */
gboolean check_knows(Check *check, const Operation *operation);
/* No network. TRUE if it may be sent now; else REFUSED (guard), CONFLICT (the account has changed
 * since, or the id belongs to another name) or NOT_FOUND. `lost`: an earlier attempt was sent. */
gboolean check_operation(Check *check, const Operation *operation, gboolean lost, GError **error);

/* TRUE if the account is already what the operation would make of it, as it was read: somebody
 * else was faster, and nothing need be sent. */
gboolean check_is_so(Check *check, const Operation *operation);

/* Nothing more is asked about its target: what is known of it is dropped. */
void check_forget(Check *check, const Operation *operation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Check, check_free)
