/* Rows and cells, by libcsv. It is fed line by line, so that each row knows
 * where it begins and a quotation that is never closed is found at once. */
#include "base/sheet.h"

#include "base/csv.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/sheet-private.h"
#include <csv.h>
#include <string.h>

typedef struct {
  guint32 first; /* of its cells */
  guint32 cells;
  guint32 line;
} Row;

struct Sheet {
  GString *text; /* all cells, each with its NUL */
  GArray *cells; /* guint32: where each begins in it */
  GArray *rows;  /* Row */
  char separator;
  SheetEncoding encoding;
};

typedef struct {
  Sheet *sheet;
  guint32 first;     /* the first cell of the row being read */
  guint line;        /* being read */
  guint row_line;    /* where the row begins */
  gboolean at_start; /* no row is begun */
  gboolean blank;    /* nothing but empty cells so far */
  GError *error;     /* the first thing that was wrong */
} Parse;

void
sheet_free(Sheet *sheet)
{
  if (sheet == NULL)
    return;
  g_string_free(sheet->text, TRUE);
  g_array_unref(sheet->cells);
  g_array_unref(sheet->rows);
  g_free(sheet);
}

guint
sheet_rows(const Sheet *sheet)
{
  return sheet->rows->len;
}

guint
sheet_cells(const Sheet *sheet, guint row)
{
  g_return_val_if_fail(row < sheet->rows->len, 0);
  return g_array_index(sheet->rows, Row, row).cells;
}

const char *
sheet_cell(const Sheet *sheet, guint row, guint column)
{
  g_return_val_if_fail(row < sheet->rows->len, "");
  const Row *at = &g_array_index(sheet->rows, Row, row);
  if (column >= at->cells)
    return "";
  return sheet->text->str + g_array_index(sheet->cells, guint32, at->first + column);
}

guint
sheet_line(const Sheet *sheet, guint row)
{
  g_return_val_if_fail(row < sheet->rows->len, 0);
  return g_array_index(sheet->rows, Row, row).line;
}

char
sheet_separator(const Sheet *sheet)
{
  return sheet->separator;
}

SheetEncoding
sheet_encoding(const Sheet *sheet)
{
  return sheet->encoding;
}

gsize
sheet_memory(const Sheet *sheet)
{
  return sizeof *sheet + sheet->text->allocated_len + sheet->cells->len * sizeof(guint32) +
         sheet->rows->len * sizeof(Row);
}

/* --- the separator --- */

static gsize
line_length(const char *text, gsize length)
{
  gsize n = 0;
  while (n < length && text[n] != '\n' && text[n] != '\r')
    n++;
  if (n < length)
    n += text[n] == '\r' && n + 1 < length && text[n + 1] == '\n' ? 2 : 1;
  return n;
}

static gboolean
is_blank(const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace(text[i]))
      return FALSE;
  return TRUE;
}

/* The one that stands most often in the line, outside quotes. */
static char
count_separators(const char *line, gsize length, gsize *ret_n)
{
  static const char separators[] = {',', ';', '\t'};
  gsize n[G_N_ELEMENTS(separators)] = {0};
  gboolean quoted = FALSE;
  guint best = 0;
  for (gsize i = 0; i < length; i++) {
    if (line[i] == '"')
      quoted = !quoted;
    for (guint k = 0; k < G_N_ELEMENTS(separators); k++)
      n[k] += !quoted && line[i] == separators[k];
  }
  for (guint k = 1; k < G_N_ELEMENTS(separators); k++)
    if (n[k] > n[best])
      best = k;
  *ret_n = n[best];
  return separators[best];
}

/* A version line of one cell says nothing about it: the line after it does. */
static char
find_separator(const char *text, gsize length)
{
  gsize n;
  for (gsize at = 0, line; at < length; at += line) {
    line = line_length(text + at, length - at);
    if (is_blank(text + at, line))
      continue;
    char separator = count_separators(text + at, line, &n);
    if (n > 0 || g_ascii_strncasecmp(text + at, "version:", MIN(line, 8)) != 0)
      return separator;
  }
  return ',';
}

/* "sep=;" is what spreadsheets themselves understand as a first line. */
static gboolean
is_said(const char *text, gsize length, char *ret_separator)
{
  gsize line = line_length(text, length);
  if (line < 5 || g_ascii_strncasecmp(text, "sep=", 4) != 0 || !strchr(",;\t", text[4]) ||
      !is_blank(text + 5, line - 5))
    return FALSE;
  *ret_separator = text[4];
  return TRUE;
}

/* --- cells --- */

static void fail(Parse *parse, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* With the line of the row's beginning where that is another one. */
static void
fail(Parse *parse, const char *format, ...)
{
  va_list arguments;
  if (parse->error)
    return;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  if (parse->row_line == parse->line)
    sheet_fail(&parse->error, parse->line, "%s", text);
  else
    sheet_fail(&parse->error, parse->line, _("%s (the row begins at line %u)"), text,
               parse->row_line);
}

/* The ' that csv_append_cell() puts before what a spreadsheet would run. */
static gboolean
is_guarded(const char *text, gsize length)
{
  return length > 1 && text[0] == '\'' && csv_is_formula(text + 1, length - 1);
}

static void
on_cell(void *bytes, size_t length, void *data)
{
  Parse *parse = data;
  Sheet *sheet = parse->sheet;
  const char *text = bytes;
  guint32 offset = (guint32)sheet->text->len;
  if (parse->error)
    return;
  if (length > SHEET_CELL)
    fail(parse, _("a cell has more than %d bytes"), SHEET_CELL);
  else if (sheet->cells->len - parse->first >= SHEET_COLUMNS)
    fail(parse, _("has more than %d cells"), SHEET_COLUMNS);
  else {
    gsize guard = is_guarded(text, length) ? 1 : 0;
    g_string_append_len(sheet->text, text + guard, (gssize)(length - guard));
    g_string_append_c(sheet->text, '\0');
    g_array_append_val(sheet->cells, offset);
    parse->blank = parse->blank && is_blank(text, length);
  }
}

static void
on_row(int terminator, void *data)
{
  Parse *parse = data;
  Sheet *sheet = parse->sheet;
  Row row = {parse->first, sheet->cells->len - parse->first, parse->row_line};
  if (parse->error)
    return;
  if (sheet->rows->len >= SHEET_ROWS)
    fail(parse, _("the file has more than %d rows: split it"), SHEET_ROWS);
  else if (parse->blank)
    g_array_set_size(sheet->cells, parse->first);
  else
    g_array_append_val(sheet->rows, row);
  parse->first = sheet->cells->len;
  parse->at_start = parse->blank = TRUE;
}

static gboolean
feed(Parse *parse, struct csv_parser *parser, const char *text, gsize length)
{
  parse->line++;
  if (parse->at_start && is_blank(text, length))
    return TRUE;
  if (parse->at_start)
    parse->row_line = parse->line;
  parse->at_start = FALSE;
  if (csv_parse(parser, text, length, on_cell, on_row, parse) != length && !parse->error) {
    if (csv_error(parser) == CSV_EPARSE)
      fail(parse, _("a quotation mark stands where none may: put the whole cell in quotation "
                    "marks and write those inside it twice"));
    else
      fail(parse, "%s", csv_strerror(csv_error(parser)));
  }
  /* A quotation that nobody closes would take in the rest of the file. */
  if (csv_get_buffer_size(parser) > 2 * SHEET_CELL)
    fail(parse, _("a cell has more than %d bytes; is a quotation mark missing?"), SHEET_CELL);
  return parse->error == NULL;
}

static void
finish(Parse *parse, struct csv_parser *parser)
{
  parse->line = parse->row_line;
  if (csv_fini(parser, on_cell, on_row, parse) != 0)
    fail(parse, _("a quotation mark in the row that begins here is never closed"));
}

static gboolean
read_rows(Sheet *sheet, const char *text, gsize length, GError **error)
{
  struct csv_parser parser;
  Parse parse = {.sheet = sheet, .at_start = TRUE, .blank = TRUE};
  gsize at = 0;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_FAILED, _("the file cannot be read"));
    return FALSE;
  }
  if (is_said(text, length, &sheet->separator)) {
    at = line_length(text, length);
    parse.line = 1;
  } else
    sheet->separator = find_separator(text, length);
  csv_set_delim(&parser, (unsigned char)sheet->separator);
  for (gsize line; at < length; at += line) {
    line = line_length(text + at, length - at);
    if (!feed(&parse, &parser, text + at, line))
      break;
  }
  if (!parse.error)
    finish(&parse, &parser);
  csv_free(&parser);
  if (parse.error)
    g_propagate_error(error, parse.error);
  return parse.error == NULL;
}

Sheet *
sheet_parse(const char *bytes, gsize length, GError **error)
{
  g_autoptr(Sheet) sheet = g_new0(Sheet, 1);
  g_autofree char *own = NULL;
  gsize n = 0;
  sheet->text = g_string_sized_new(MIN(length, SHEET_BYTES) + 1);
  sheet->cells = g_array_new(FALSE, FALSE, sizeof(guint32));
  sheet->rows = g_array_new(FALSE, FALSE, sizeof(Row));
  const char *text = sheet_decode(bytes, length, &own, &n, &sheet->encoding, error);
  if (text == NULL || !read_rows(sheet, text, n, error))
    return NULL;
  return g_steal_pointer(&sheet);
}
