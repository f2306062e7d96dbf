/* The slice of the action table that only the console has: moving, views,
 * filter, sort, columns. Its rows have no handler here; tui/ performs them. */
#include "app/actions-private.h"

const Action actions_console[] = {
    {.name = NULL},
};
