/* Makers of plans for accounts that exist: from an action, accounts and what was
 * asked to the operations, with what is left out and why as notes. No request
 * is sent here; what they must know of the tenant is in the guard. */
#pragma once

#include "model/snapshot.h"
#include "work/guard.h"

typedef struct {
  const char *action; /* "disable" */
  gint64 now;
  gint64 to;             /* extend: the end date asked for (0: by `span`) */
  gint64 span;           /* extend: counted from the present end, or from now when that is past */
  const char *user_name; /* restore: another user name than the one it had; NULL: that one */
  char **fields;         /* set: names of properties, NULL-terminated */
  char **values;         /* … and their values, "" clears */
  const GHashTable *members; /* group add, group remove: lower-case ids of who is in it; may be
                                NULL: not known */
  const char *group_id, *group_name;     /* group add, group remove; offboard: the roster's */
  const char *sponsor_id, *sponsor_name; /* set sponsor=…: resolved */
  const char *manager_id, *manager_name; /* set manager=… */
} LifecycleRequest;

/* TRUE if there is such an action. */
gboolean lifecycle_is_action(const char *action);

/* What lifecycle_plan() would refuse before it looks at any account, of what is known without
 * asking anybody: `work` may lack everything but the roster, the request what has to be looked up.
 */
gboolean lifecycle_check(const Work *work, const LifecycleRequest *request, GError **error);

/* TRUE if it is about accounts that are deleted (restore, purge): those are its snapshot then. */
gboolean lifecycle_is_about_deleted(const char *action);

/* One operation after the other for `rows` (guint32; NULL: all) of `snapshot`, in their order.
 * USAGE for a wrong request (unknown field, a date beyond the roster's cap); accounts that cannot
 * be changed are notes. */
Plan *lifecycle_plan(const Work *work, const Guard *guard, const Snapshot *snapshot,
                     const GArray *rows, const LifecycleRequest *request, GError **error);

/* The property that a field of set writes ("company" → "companyName"), or NULL; "sponsor" and
 * "manager" are answered as they are. */
const char *lifecycle_property(const char *field);
/* Those that there are, NULL-terminated. */
const char *const *lifecycle_fields(void);
