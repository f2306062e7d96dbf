/* Actions whose handler is shared with the command line: run in a job, and what
 * they found or want to do is shown: a text, a table, or a plan to agree to. */
#pragma once

#include "tui/console-private.h"

/* Without arguments, as if `usher NAME` had been typed; `option` is a switch of it that is on
 * (a static text), or NULL. */
void perform_action(Console *console, const Action *action, const char *option);
/* Signs in; shows the code to type in the browser when there is one. */
void perform_login(Console *console);
