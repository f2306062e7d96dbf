/* The numbered views: what each number leads to, the line that names them, and
 * going from one to the other. The list of accounts is always below; the others
 * stand over it. */
#pragma once

#include "tui/console-private.h"

/* Goes to the view of that number: what stands over the list of accounts is closed. A form or a
 * plan that is open is not thrown away. */
void rooms_go(Console *console, guint number);
/* The line with their names on row `y`; TRUE if there is something to go to. */
void rooms_draw(const Console *console, const Draw *draw, int y);
/* Rows that the line takes on a terminal of this size: 0 or 1. */
int rooms_rows(const Console *console, int rows);
/* The number of the name at a column; 0: none. */
guint rooms_at(const Console *console, int x);
