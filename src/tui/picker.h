/* A list to choose from, over the view: with a line to narrow it down as you
 * type (the palette), or with marks to set (the columns). */
#pragma once

#include "tui/console-private.h"

typedef struct {
  char *text; /* what is chosen */
  char *note; /* beside it */
  char *key;  /* at the right; may be NULL */
  guint id;
  gboolean checked;
} PickerItem;

/* Enter on an item (or, with marks, Enter at all); the picker is closed already. `items` are all
 * items in the order in which they stand now. */
typedef void (*PickerChosen)(Console *console, const PickerItem *item, GPtrArray *items);

typedef enum {
  PICKER_PLAIN,
  PICKER_TYPED,  /* a line narrows it down, fuzzy, the best first */
  PICKER_MARKED, /* Space sets a mark, left and right move an item */
} PickerKind;

View *picker_new(const char *title, PickerKind kind, PickerChosen chosen);
/* Copies the texts. */
void picker_add(View *view, guint id, const char *text, const char *note, const char *key,
                gboolean checked);
/* Puts the cursor on the item. */
void picker_select(View *view, guint id);

/* How well `typed` fits `text`: its letters in order, better at beginnings of words and side by
 * side; -1: not at all. Any case. */
int picker_score(const char *typed, const char *text);
