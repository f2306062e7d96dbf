/* People out of a file, in the console: which file, what is wrong in it, and the
 * plan for those that are well. The checking is app/app-import's. */
#pragma once

#include "tui/console-private.h"

/* Asks for the file; everything else follows from the answer. */
void import_ask(Console *console);
