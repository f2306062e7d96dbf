/* Actions whose handler is shared with the command line: run in a job, and what
 * they found or want to do is shown: a text, a table, or a plan to agree to. */
#pragma once

#include "tui/console-private.h"

/* Without arguments, as if `usher NAME` had been typed. */
void perform_action(Console *console, const Action *action);
/* Signs in; shows the code to type in the browser when there is one. */
void perform_login(Console *console);
