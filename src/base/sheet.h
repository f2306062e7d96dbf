/* A sheet: the rows and cells of a CSV file as people's spreadsheets write
 * it, whatever its encoding and separator. Knows nothing of what the columns
 * mean. Packed: one block of text and a few bytes a cell, so that the largest
 * file allowed costs little more memory than it has bytes. */
#pragma once

#include <glib.h>

/* What a file may have; more is an error, never cut in silence. */
#define SHEET_BYTES   ((gsize)64 * 1024 * 1024)
#define SHEET_ROWS    200000
#define SHEET_COLUMNS 256
#define SHEET_CELL    32768 /* bytes; a spreadsheet's own limit is 32767 characters */

typedef struct Sheet Sheet;

typedef enum {
  SHEET_UTF8,
  SHEET_UTF8_BOM,
  SHEET_UTF16,
  SHEET_WINDOWS_1252 /* taken as that, as it is no UTF-8 */
} SheetEncoding;

/* Reads `length` bytes: UTF-8 with or without BOM, UTF-16 of either order, or else
 * Windows-1252; separated by comma, semicolon or tab, found out from the first line (or said by
 * a line "sep=;"). Blank rows are left out, blanks around cells too. A cell that was made
 * harmless on the way out (csv_append_cell(): ' before = + - @) has its own text again.
 * USHER_ERROR_USAGE names the line: broken quotes, NUL bytes, wrong encoding, a limit. */
Sheet *sheet_parse(const char *bytes, gsize length, GError **error);
void sheet_free(Sheet *sheet);

/* Rows that are not blank, the first line included. */
guint sheet_rows(const Sheet *sheet);
/* Cells of a row. */
guint sheet_cells(const Sheet *sheet, guint row);
/* Lent; "" for a cell that the row does not have. */
const char *sheet_cell(const Sheet *sheet, guint row, guint column);
/* The line of the file at which the row begins, from 1. */
guint sheet_line(const Sheet *sheet, guint row);

/* ',', ';' or a tab, as it was found out. */
char sheet_separator(const Sheet *sheet);
/* How the file was read. */
SheetEncoding sheet_encoding(const Sheet *sheet);
/* Bytes of memory that it holds. */
gsize sheet_memory(const Sheet *sheet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sheet, sheet_free)
