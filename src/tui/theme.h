/* Styles by name and the marks that a screen is built of. A view says what a
 * text means; this room says how that looks with 256 colours, with 8, and
 * without any, and with which characters in an ASCII locale. */
#pragma once

#include <glib.h>
#include <ncurses.h>

typedef enum {
  STYLE_NORMAL,
  STYLE_DIM,    /* labels, hints, what is less important */
  STYLE_STRONG, /* names, results */
  STYLE_BAR,    /* the status line */
  STYLE_BAR_STRONG,
  STYLE_BAR_WARN,
  STYLE_TENANT, /* the tenant's name in the status line: its own colour */
  STYLE_KEY,    /* a key in the key bar */
  STYLE_HEAD,   /* column titles */
  STYLE_BORDER,
  STYLE_BORDER_FOCUS,
  STYLE_TITLE,
  STYLE_CURSOR,      /* the row under the cursor, in the pane that has the focus */
  STYLE_CURSOR_IDLE, /* the same in another pane */
  STYLE_TAG,
  STYLE_GOOD,
  STYLE_WARN,
  STYLE_BAD,
  STYLE_FIELD, /* a field of a form */
  STYLE_FIELD_FOCUS,
  STYLE_MATCH, /* what a search found */
  STYLE_WRONG, /* the wrong part of a query */
  STYLE_HERE,  /* the numbered view that is shown, among their names */
  STYLE_N
} Style;

typedef enum {
  MARK_ELLIPSIS,
  MARK_HLINE,
  MARK_VLINE,
  MARK_TOP_LEFT,
  MARK_TOP_RIGHT,
  MARK_BOTTOM_LEFT,
  MARK_BOTTOM_RIGHT,
  MARK_TEE_LEFT,  /* ├ */
  MARK_TEE_RIGHT, /* ┤ */
  MARK_TEE_TOP,   /* ┬ */
  MARK_TEE_BOTTOM,
  MARK_DOT, /* between facts of one line */
  MARK_ARROW,
  MARK_BAR_FULL,
  MARK_BAR_EMPTY,
  MARK_THUMB, /* of a scroll bar */
  MARK_ASCENDING,
  MARK_DESCENDING,
  MARK_N
} Mark;

typedef struct {
  attr_t attributes[STYLE_N];
  short pairs[STYLE_N];
  gboolean ascii; /* marks and texts in ASCII alone */
  int colours;    /* ThemeColours */
} Theme;

typedef enum { THEME_MONO, THEME_8, THEME_256 } ThemeColours;

/* Fills the theme and makes the colour pairs; after the terminal is set up. THEME_MONO
 * touches no colour. */
void theme_init(Theme *theme, ThemeColours colours, gboolean ascii);
/* The colour of STYLE_TENANT, by its name ("red"); NULL or an unknown one: none. Without colours
 * nothing changes: the name says it. */
void theme_set_tenant(Theme *theme, const char *colour);
const char *theme_mark(const Theme *theme, Mark mark);
