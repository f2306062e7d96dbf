/* What the files of the grid share. */
#pragma once

#include "tui/grid.h"
#include "tui/line.h"
#include "tui/list.h"

typedef struct {
  View view;
  ViewOps ops;
  ViewAction *actions; /* the kind's and every grid's */
  const GridKind *kind;
  char *title;
  char **arguments;
  Records *records; /* NULL: not read yet */
  GError *error;    /* of the last reading */
  gboolean loading;
  gboolean load_again; /* asked for while a reading was under way */
  gboolean open_then;  /* Enter was pressed before there was a row */
  Job *job;
  GArray *rows;    /* guint: those that the filter lets through, in order */
  GArray *columns; /* guint: of the records */
  guint column_offset;
  gint sort; /* column; -1: as they came */
  gboolean descending;
  List list;
  char *cursor_key; /* first value of the row under the cursor, through reloads */
  char *query;
  char *query_before;
  Line *filter; /* while it is typed */
  Rect area;    /* of the rows, as drawn last */
} Grid;

/* --- grid.c --- */

/* Filter and order again. */
void grid_arrange(Grid *grid);

/* Sorts by the column, -1: as they came; by the same once more, the other way round. */
void grid_sort_by(Grid *grid, gint column);
/* Keeps columns and order for the next run, for views with a number. */
void grid_remember(const Grid *grid);
/* Takes over what was chosen in an earlier run, for views with a number. */
void grid_recall(Grid *grid);

/* --- grid-draw.c --- */

/* The whole of it. */
void grid_draw(View *view, const Draw *draw);
/* The column whose title stands there; FALSE if there is none. */
gboolean grid_column_at(const Grid *grid, int x, guint *ret_column);
/* What a column is called. Lent. */
const char *grid_column_title(const Grid *grid, guint column);
/* The cell as the grid shows it; NULL: empty. The caller owns it. */
char *grid_cell(const Grid *grid, guint row, guint column);

/* --- grid-choose.c --- */

/* Begins to type words that the rows must have. */
void grid_filter_begin(View *view);
/* TRUE if the key was the filter's. */
gboolean grid_filter_key(View *view, KeyCode code);
/* A paste goes into the filter, if that is open. */
void grid_filter_paste(View *view, const char *text);
/* What to sort by. */
void grid_choose_sort(View *view);
/* Which columns, in which order. */
void grid_choose_columns(View *view);
/* The file to write the rows shown to. */
void grid_ask_write(View *view);
