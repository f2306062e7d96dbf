/* The reverse of a run. */
#pragma once

#include "work/work.h"

/* A plan that takes back what `plan` did (its operations that are done or pending), the last first.
 * What cannot be taken back is named in the notes. The caller owns it. */
Plan *undo_plan(const Plan *plan);
