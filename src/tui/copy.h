/* Copying a value to the clipboard of the terminal, which may be far away. */
#pragma once

#include "tui/console-private.h"

/* Offers values to copy: `names` and `values` (char *) go together; takes both. */
void copy_choose(Console *console, GPtrArray *names, GPtrArray *values);
