/* The lines around the views: the status line on top, the notice below it when
 * there is something to say for longer, the key bar or a message at the bottom. */
#pragma once

#include "tui/console-private.h"

/* Draws all of them over the whole screen's window. */
void statusbar_draw(const Console *console, const Draw *draw);
/* The room between them. */
Rect statusbar_room(const Console *console, int rows, int cols);
/* "12 s ago" in steps that change rarely; "" when nothing was ever read. The caller owns it. */
char *statusbar_age(const Feed *feed);
/* The action whose key stands at a column of the key bar; NULL: none. */
const char *statusbar_action_at(const Console *console, int x);
