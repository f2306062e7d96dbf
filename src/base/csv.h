/* Comma-separated values out (RFC 4180), safe for spreadsheets. Reading uses
 * libcsv where a file is read. */
#pragma once

#include <glib.h>

/* TRUE for a text that a spreadsheet would run: it begins with = + - @ (also in their wide forms),
 * a tab or a carriage return. */
gboolean csv_is_formula(const char *text, gsize length);

/* Appends one cell, with the separator before it unless it is the first of
 * its line. With `formula_safe`, a cell that a spreadsheet would run (csv_is_formula()) gets a '
 * in front. */
void csv_append_cell(GString *line, const char *text, char separator, gboolean first,
                     gboolean formula_safe);

/* The same for tab-separated values: tab, newline and backslash in a cell
 * are written \t \n \\. */
void csv_append_tsv_cell(GString *line, const char *text, gboolean first);
