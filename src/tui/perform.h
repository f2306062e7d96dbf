/* Actions whose handler is shared with the command line: run in a job, and what
 * they found or want to do is shown: a text, a table, or a plan to agree to. */
#pragma once

#include "tui/console-private.h"

/* Without arguments, as if `usher NAME` had been typed; `option` is a switch of it that is on
 * (a static text), or NULL. */
void perform_action(Console *console, const Action *action, const char *option);
/* With arguments (NULL-terminated, may be empty) and options (long name → value; NULL: none), as
 * a command line would give them; takes both. */
void perform_with(Console *console, const Action *action, char **arguments, GHashTable *options);
/* On accounts, by object id; takes them (NULL: says that there are none). Asks for what the action
 * needs beside them, and shows the plan. */
void perform_on_targets(Console *console, const Action *action, char **ids);
/* What the newest change did is taken back: shows that plan. */
void perform_undo(Console *console);
/* The dialog of the sign-in is closed, by its key or with all that is open. */
void perform_login_left(Console *console);
/* Signs in; shows the code to type in the browser when there is one. */
void perform_login(Console *console);
