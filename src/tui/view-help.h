/* Help: every action with its keys, made from the action table, and the query
 * language from the field table. */
#pragma once

#include "tui/console-private.h"

/* For the view on top. */
View *view_help_new(Console *console);
