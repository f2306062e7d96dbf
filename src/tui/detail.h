/* What is known of one account, as labelled lines: for the pane beside the list
 * and for the whole screen. */
#pragma once

#include "tui/draw.h"
#include "tui/feed.h"

typedef struct {
  Style style;
  char *label; /* NULL: goes over the whole width */
  char *text;
  char *sign; /* a word at the right end, or NULL: "STALE" */
} DetailLine;

/* Of a row of the feed's snapshot, with what was loaded in full if that is the same account.
 * `all`: every field that has a value. A GPtrArray of DetailLine, the caller's. */
GPtrArray *detail_lines(const Feed *feed, guint row, gboolean all);
/* Draws them from line `top` on; the lines there are. */
guint detail_draw(const Draw *draw, Rect area, const GPtrArray *lines, guint top);
