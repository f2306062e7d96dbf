/* The change that runs: each step with its result as it completes. */
#pragma once

#include "tui/console-private.h"

/* Shows console->change, which must be there. */
View *view_apply_new(void);
/* TRUE if the view is the one that shows the change. */
gboolean view_is_apply(const View *view);
