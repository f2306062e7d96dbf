/* The journal: the runs of plans, the newest first, each with its state; one of
 * them row by row; undoing and going on. */
#pragma once

#include "tui/console-private.h"

View *view_journal_new(Console *console);
