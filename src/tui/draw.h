/* Drawing into a window: text with a style, clipped to cells, boxes, bars. The
 * one door of the console: every text passes text_visible() here, so that
 * nothing from the directory can drive the terminal. */
#pragma once

#include "tui/theme.h"

typedef struct {
  WINDOW *window;
  const Theme *theme;
  int rows, cols;
} Draw;

typedef struct {
  int y, x, rows, cols;
} Rect;

/* Empties the window. */
void draw_clear(const Draw *draw);
/* At most `width` cells of `text` (NULL: nothing), an ellipsis when something was cut; the
 * cells used. */
int draw_text(const Draw *draw, int y, int x, int width, Style style, const char *text);
/* Ends at column `right` (exclusive); the column where it begins. */
int draw_text_right(const Draw *draw, int y, int right, int width, Style style, const char *text);
void draw_centered(const Draw *draw, int y, int x, int width, Style style, const char *text);
int draw_textf(const Draw *draw, int y, int x, int width, Style style, const char *format, ...)
    G_GNUC_PRINTF(6, 7);
/* Wrapped at blanks into at most `rows` lines; the lines used. */
int draw_wrapped(const Draw *draw, int y, int x, int width, int rows, Style style,
                 const char *text);
int draw_wrapped_rows(const Theme *theme, int width, const char *text);
void draw_fill(const Draw *draw, int y, int x, int width, Style style);
void draw_mark(const Draw *draw, int y, int x, Style style, Mark mark);
void draw_hline(const Draw *draw, int y, int x, int width, Style style);
void draw_vline(const Draw *draw, int y, int x, int rows, Style style);
void draw_box(const Draw *draw, Rect rect, Style style);
/* A box around the whole window with its title. */
void draw_frame(const Draw *draw, Style style, const char *title);
/* A bar of `width` cells for done of total; total 0: empty. */
void draw_progress(const Draw *draw, int y, int x, int width, gint64 done, gint64 total);
/* Restyles cells that are there already. */
void draw_restyle(const Draw *draw, int y, int x, int width, Style style);
/* A scroll bar over the right border; nothing when all is visible. */
void draw_scroll(const Draw *draw, int y, int x, int rows, guint top, guint visible, guint count,
                 Style style);

/* Cells that draw_text() would take for all of it. */
int draw_width(const Theme *theme, const char *text);
/* Text as the theme's locale can show it: visible, and in an ASCII locale in ASCII. The
 * caller owns it. */
char *draw_shown(const Theme *theme, const char *text);
