/* What stands in the place of a list that has nothing to show: what is, why, and
 * what to do about it. */
#pragma once

#include "tui/console-private.h"

typedef struct {
  char *title;        /* "Not signed in." */
  char *text;         /* why, wrapped; may be NULL */
  char *hint;         /* which key helps; may be NULL */
  gint64 done, total; /* a bar below it; total 0: none */
  Style style;        /* of the title */
} Blank;

void blank_clear(Blank *blank);
/* Why something could not be read, with what helps. `what` was not read: "The accounts could not be
 * read." */
void blank_of_error(Blank *blank, const Console *console, const GError *error, const char *what);
/* In the middle of the area, a little above; where the hardware cursor stands goes to the view. */
void blank_draw(const Blank *blank, const Draw *draw, const Rect *area, View *view);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Blank, blank_clear)
