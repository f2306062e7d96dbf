/* A list of records on the whole screen: what a command answers with, with a
 * cursor, a filter, an order and columns to choose, and a file to write it to.
 * What the rows mean, and what can be done with them, is in a GridKind. */
#pragma once

#include "app/records.h"
#include "tui/console-private.h"

typedef struct {
  const char *key;   /* of the records' column */
  const char *title; /* N_(); NULL: the records' own */
  int least, want;   /* cells */
} GridColumn;

typedef struct {
  const char *action; /* the one that answers with the records: "journal list" */
  const char *title;  /* N_() */
  ActionScope scope;
  guint room;                /* number of the view, 0: not one of those with a number */
  const GridColumn *columns; /* shown at first, the most wanted first; ended by a NULL key */
  const char *empty, *hint;  /* N_(): when there is no row; may be NULL */
  /* These may be NULL, and may give NULL or STYLE_NORMAL for what they leave alone. */
  char *(*text)(const Records *records, guint row, const char *key, gint64 now);
  Style (*style)(const Records *records, guint row, const char *key);
  /* Draws a cell by itself; TRUE if it did. `over`: the style of the row under the cursor. */
  gboolean (*draw)(const Records *records, guint row, const char *key, const Draw *draw, Rect cell,
                   const Style *over);
  void (*open)(View *view); /* Enter; NULL: the record in full */
  const ViewAction *actions;
  const char *const *without_row; /* those that need no row; NULL-terminated, NULL: none */
} GridKind;

/* Takes `title` (NULL: the kind's) and `arguments` of the action (NULL: none); reads the records
 * in a job. */
View *grid_new(Console *console, const GridKind *kind, char *title, char **arguments);
/* TRUE for the views of this file. */
gboolean grid_is(const View *view);
/* Reads the records again; the cursor stays on its row. */
void grid_load(View *view);
/* Places records as if they had been read; takes them. */
void grid_set_records(View *view, Records *records);

/* The row under the cursor; FALSE if there is none. */
gboolean grid_current(const View *view, guint *ret_row);
/* Of the row under the cursor, by key; NULL (0) when there is none. Lent. */
const char *grid_text(const View *view, const char *key);
gint64 grid_number(const View *view, const char *key);
/* All of it; lent, NULL until it was read. */
const Records *grid_records(const View *view);
/* The arguments it was opened with; lent, may be NULL. */
char **grid_arguments(const View *view);

/* The index of a column; FALSE if there is none. */
gboolean records_find(const Records *records, const char *key, guint *ret_column);
/* A cell as a person reads it; NULL: not set. The caller owns it. */
char *records_shown(const Records *records, guint row, guint column, gint64 now);
