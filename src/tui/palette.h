/* The palette: every action that can be done now, found by a few letters, with
 * its key beside it. */
#pragma once

#include "tui/console-private.h"

View *palette_new(Console *console);
