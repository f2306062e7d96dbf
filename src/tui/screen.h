/* The terminal: taken over, given back, resized, suspended, and read. Nothing
 * outside this file and draw sets a terminal mode or writes an escape sequence. */
#pragma once

#include "tui/draw.h"
#include "tui/keymap.h"

/* Smaller than this there is nothing useful to show. */
#define SCREEN_MIN_ROWS 10
#define SCREEN_MIN_COLS 40

typedef struct Screen Screen;

typedef enum { EVENT_KEY, EVENT_PASTE, EVENT_CLICK, EVENT_DOUBLE_CLICK, EVENT_WHEEL } EventKind;

typedef struct {
  EventKind kind;
  KeyCode key;
  const char *text; /* EVENT_PASTE; lent until the next screen_read() */
  int y, x;         /* of the mouse */
  int wheel;        /* -1 up, 1 down */
} Event;

/* Takes the terminal on standard input and output. USHER_ERROR_USAGE: there is none, or its
 * type is not known. Only one at a time. */
Screen *screen_open(gboolean mouse, GError **error);
/* A screen that nobody sees, for tests: its cells are read with screen_text(). */
Screen *screen_open_hidden(int rows, int cols, ThemeColours colours, gboolean ascii);
/* Gives the terminal back as it was. */
void screen_close(Screen *screen);

/* The next thing that happened; FALSE: nothing more for now. */
gboolean screen_read(Screen *screen, Event *ret_event);
/* Asks the terminal for its size; TRUE if it has changed. */
gboolean screen_resize(Screen *screen);
/* Stops the program as ^Z does in other programs; returns after fg. */
void screen_suspend(Screen *screen);
/* Lends the terminal to another program (an editor) and waits for its end; TRUE if it ended well.
 */
gboolean screen_run(Screen *screen, char **argv, GError **error);
/* Sends what has changed, in one piece: ncurses alone writes with every move of the cursor, which a
 * slow line shows. */
void screen_update(Screen *screen);
/* Everything is sent anew with the next paint. */
void screen_redraw(Screen *screen);
/* Hands text to the clipboard of the terminal that the person sits at, also over ssh (OSC 52);
 * FALSE where the terminal's type does not say that this does no harm. Whether it is taken is the
 * terminal's own setting. */
gboolean screen_copy(Screen *screen, const char *text);
void screen_set_mouse(Screen *screen, gboolean on);
gboolean screen_mouse(const Screen *screen);

/* The size of the terminal. */
int screen_rows(const Screen *screen);
/* In cells. */
int screen_cols(const Screen *screen);
/* Lent. */
const Theme *screen_theme(const Screen *screen);
/* theme_set_tenant() of it. */
void screen_set_tenant_colour(Screen *screen, const char *colour);
/* What is on the screen, a line per row, without trailing blanks. The caller owns it. */
char *screen_text(const Screen *screen);
/* The cell that the hardware cursor is on. */
void screen_cursor(const Screen *screen, int *ret_y, int *ret_x);
