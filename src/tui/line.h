/* One line of text being edited: UTF-8, a cursor that steps over whole
 * characters with their marks, horizontal scrolling, pastes. */
#pragma once

#include "tui/draw.h"
#include "tui/keymap.h"

typedef struct Line Line;

/* `limit` in characters; 0: 1024. */
Line *line_new(const char *text, guint limit);
void line_free(Line *line);
/* Lent until it is edited. */
const char *line_text(const Line *line);
/* Replaces it and puts the cursor at its end. */
void line_set(Line *line, const char *text);
/* At the cursor; control characters become blanks, invalid UTF-8 is left out. */
void line_insert(Line *line, const char *text);
/* TRUE if the key was one of editing. `ret_edited` (may be NULL): the text changed. */
gboolean line_key(Line *line, KeyCode code, gboolean *ret_edited);
/* Draws it into `width` cells; the column of the cursor. */
int line_draw(Line *line, const Draw *draw, int y, int x, int width, Style style);
/* The cells before byte `position`, as drawn last, from the field's beginning; -1: scrolled out. */
int line_cell(const Line *line, const Theme *theme, gsize position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)
