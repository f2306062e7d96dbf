/* Aligned text: cells in, lines out, every column as wide as it must be and
 * all of them no wider than the terminal. */
#pragma once

#include <glib.h>

typedef struct Table Table;

/* `width`: cells of a line, 0: no limit. `ascii`: what is cut ends in "..." */
Table *table_new(int width, gboolean ascii);
void table_free(Table *table);

/* Columns first. `least`: cells below which it is not narrowed. */
void table_column(Table *table, const char *title, int least);
/* The next cell, row by row; made visible here, so that nothing from outside reaches a
 * terminal raw. Takes the text. */
void table_take_cell(Table *table, char *text);
void table_cell(Table *table, const char *text);

/* Appends all lines to `out`; `header` with the titles, in bold when asked. */
void table_print(Table *table, GString *out, gboolean header, gboolean bold);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)
