/* How far a plan reaches: counted from the plan, the directory as it is known, and
 * the step table. No requests. */
#pragma once

#include "model/impact.h"
#include "model/snapshot.h"
#include "work/work.h"

/* `snapshot` may be NULL (then of accounts nothing is known); `sponsors`: it was read with them, so
 * that who has none in it has none. `confirm_above`: of dangerous plans
 * over so many accounts the number is asked for. The caller owns it. */
Impact *impact_of(const Plan *plan, const Snapshot *snapshot, gboolean sponsors,
                  guint confirm_above, gint64 now);
