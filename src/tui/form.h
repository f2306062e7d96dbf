/* Fields to fill in, one under the other, each with what is wrong with it. The
 * window around them and what they mean belong to the view. */
#pragma once

#include "tui/draw.h"
#include "tui/line.h"

typedef struct {
  const char *label;
  Line *line;
  char *hint;  /* shown while it is empty; may be NULL */
  char *error; /* NULL: nothing is wrong, or it was not left yet */
  gboolean required;
} EntryField;

typedef struct {
  EntryField *fields;
  guint count, focus, top;
} EntryForm;

EntryForm *entry_form_new(guint count);
void entry_form_free(EntryForm *form);
/* A field with its label and text; `limit` in characters, 0: none of its own. */
void entry_form_set(EntryForm *form, guint index, const char *label, const char *text, guint limit,
                    gboolean required);
/* What is wrong with it; NULL: nothing. Copied. */
void entry_form_set_error(EntryForm *form, guint index, const char *error);
/* What an empty field shows. Copied. */
void entry_form_set_hint(EntryForm *form, guint index, const char *hint);
/* To another field; wraps around. */
void entry_form_move(EntryForm *form, int by);
/* A key of editing in the focused field; `ret_edited` as line_key(). */
gboolean entry_form_key(EntryForm *form, KeyCode code, gboolean *ret_edited);
/* As many fields as `area` has rows, the focused one among them. */
void entry_form_draw(EntryForm *form, const Draw *draw, Rect area, int *ret_y, int *ret_x);
/* The field at a row of the area; FALSE if there is none. */
gboolean entry_form_at(const EntryForm *form, int row, guint *ret_index);
