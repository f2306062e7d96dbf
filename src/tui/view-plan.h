/* A plan before it is applied: who, what, from → to. Only its own key applies
 * it, and that is not the key that led here. */
#pragma once

#include "tui/console-private.h"

/* Takes the plan; how far it reaches is shown below it. `resume_id`: it is journalled already (0:
 * not). `warning` may be NULL. */
View *view_plan_new(Console *console, Plan *plan, gint64 resume_id, AppResume how,
                    const char *warning);
/* The operation's values in a few words: "displayName: Ada → Grace". The caller owns it. */
char *operation_summary(const Operation *operation);
