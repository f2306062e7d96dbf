/* A plan on screen as a file: written to keep, or changed in the editor. */
#pragma once

#include "tui/console-private.h"

/* Asks where to, and writes it. */
void plan_file_ask(Console *console, const Plan *plan);
/* Opens it in the editor; what comes back is read, checked and shown. FALSE: it did
 * not come back, which was said. */
gboolean plan_file_edit(Console *console, const Plan *plan);
