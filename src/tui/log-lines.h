/* The log as lines of a pane, and one of its lines in full. */
#pragma once

#include "tui/console-private.h"
#include "tui/list.h"

/* When it was: the time today, the date before. The caller owns it. */
char *log_line_when(const LogLine *line, gint64 now);
/* What became of an operation, in one short word. */
const char *log_state_label(OperationState state);
Style log_line_style(const LogLine *line);
/* The visible lines; where the cursor stands goes to the view. */
void log_lines_draw(View *view, const Draw *draw, Rect area, const List *list, gboolean focus);
/* Everything about one line. */
View *log_line_view(const LogLine *line);
