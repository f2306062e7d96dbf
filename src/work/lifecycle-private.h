/* What the makers of plans share: the planning under way, and one account of it. */
#pragma once

#include "work/lifecycle.h"

typedef struct {
  const Work *work;
  const Guard *guard;
  const Snapshot *snapshot;
  const LifecycleRequest *request;
  Plan *plan;
  gboolean bulk;
  guint guests; /* whose sessions are not ended, said once */
} Planning;

typedef struct {
  guint row;
  const char *id, *user_name, *name;
  AccountKind kind;
  AccountState state;
  gboolean synced;
  guint last; /* sequence of its operation before; 0: none yet */
} Subject;

/* Appends an operation on the account, which waits for the one before it. */
Operation *planning_add(Planning *planning, Subject *subject, const char *kind);
/* Says in the plan why it is left out; `because` is translated. */
void planning_skip(Planning *planning, const Subject *subject, const char *because);
/* TRUE if the guard allows the kind; else it is said. */
gboolean planning_allows(Planning *planning, const Subject *subject, const char *kind);
/* Lent; NULL when not set. */
const char *planning_text(const Planning *planning, const Subject *subject, FieldId field);
gint64 planning_number(const Planning *planning, const Subject *subject, FieldId field);

/* By subject. */
void plan_extend(Planning *planning, Subject *subject);
void plan_set(Planning *planning, Subject *subject);
void plan_reset(Planning *planning, Subject *subject);
void plan_pass(Planning *planning, Subject *subject);
void plan_resend(Planning *planning, Subject *subject);

/* What is wrong with the request itself. */
gboolean check_extend(const Work *work, const LifecycleRequest *request, GError **error);
gboolean check_set(const Work *work, const LifecycleRequest *request, GError **error);
gboolean check_mail(const Work *work, const LifecycleRequest *request, GError **error);

/* Midnight UTC of the day. */
gint64 planning_day(gint64 moment);
