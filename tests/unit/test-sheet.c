/* Reading sheets: encodings, separators, lines, what is refused and where, and
 * how much memory the largest ones may cost. */
#include "base/csv.h"
#include "base/error.h"
#include "base/sheet.h"
#include <string.h>

static Sheet *
parse(const char *text, gssize length)
{
  g_autoptr(GError) error = NULL;
  Sheet *sheet = sheet_parse(text, length < 0 ? strlen(text) : (gsize)length, &error);
  g_assert_no_error(error);
  g_assert_nonnull(sheet);
  return sheet;
}

/* --- what is read --- */

typedef struct {
  const char *name, *bytes;
  gssize length; /* -1: up to the NUL */
  SheetEncoding encoding;
  char separator;
  guint rows, line; /* line: of the last row */
  const char *last; /* cells of the last row, | between */
} Good;

static const Good good[] = {
    {"comma", "a,b\n1,2\n", -1, SHEET_UTF8, ',', 2, 2, "1|2"},
    {"semicolon", "a;b\n1,5;2\n", -1, SHEET_UTF8, ';', 2, 2, "1,5|2"},
    {"tab", "a\tb\n1\t2\n", -1, SHEET_UTF8, '\t', 2, 2, "1|2"},
    {"one column", "user\nada@contoso.com\n", -1, SHEET_UTF8, ',', 2, 2, "ada@contoso.com"},
    {"no line end at the end", "a,b\n1,2", -1, SHEET_UTF8, ',', 2, 2, "1|2"},
    {"CR LF", "a,b\r\n1,2\r\n", -1, SHEET_UTF8, ',', 2, 2, "1|2"},
    {"CR alone", "a,b\r1,2\r", -1, SHEET_UTF8, ',', 2, 2, "1|2"},
    {"blank lines", "\n\na,b\n\n  \n1,2\n\n", -1, SHEET_UTF8, ',', 2, 6, "1|2"},
    {"rows of separators alone", "a,b\n,,,\n1,2\n,,\n", -1, SHEET_UTF8, ',', 2, 3, "1|2"},
    {"blanks around cells", "a , b\n  1 ,  2 2  \n", -1, SHEET_UTF8, ',', 2, 2, "1|2 2"},
    {"blanks within quotes stay", "a,b\n\" 1\",2\n", -1, SHEET_UTF8, ',', 2, 2, " 1|2"},
    {"quotes", "a,b\n\"1,\"\"x\"\"\",\"two\nlines\"\n", -1, SHEET_UTF8, ',', 2, 2,
     "1,\"x\"|two\nlines"},
    {"the line after a cell of two", "a\n\"1\n2\"\n3\n", -1, SHEET_UTF8, ',', 3, 4, "3"},
    {"quoted separators do not count", "\"a,b,c\";d\n1;2\n", -1, SHEET_UTF8, ';', 2, 2, "1|2"},
    {"the separator is said", "sep=;\na,b;c\n1;2\n", -1, SHEET_UTF8, ';', 2, 3, "1|2"},
    {"a version row", "version:v1.0\na;b\n1;2\n", -1, SHEET_UTF8, ';', 3, 3, "1|2"},
    {"a wide version row", "version:v1.0,,\na,b\n1,2\n", -1, SHEET_UTF8, ',', 3, 3, "1|2"},
    {"BOM",
     "\xef\xbb\xbf"
     "a,b\nJosé,2\n",
     -1, SHEET_UTF8_BOM, ',', 2, 2, "José|2"},
    {"UTF-16 LE",
     "\xff\xfe"
     "a\0,\0b\0\n\0\xfc\0,\0\x71\x67\n\0",
     18, SHEET_UTF16, ',', 2, 2, "ü|東"},
    {"UTF-16 BE",
     "\xfe\xff"
     "\0a\0,\0b\0\n\0\xfc\0,\x67\x71\0\n",
     18, SHEET_UTF16, ',', 2, 2, "ü|東"},
    {"UTF-16 LE without BOM",
     "a\0,\0b\0\n\0"
     "1\0,\0"
     "2\0",
     14, SHEET_UTF16, ',', 2, 2, "1|2"},
    {"UTF-16 BE without BOM",
     "\0a\0,\0b\0\n\0"
     "1\0,\0"
     "2",
     14, SHEET_UTF16, ',', 2, 2, "1|2"},
    {"UTF-16 beyond the first plane",
     "\xff\xfe"
     "a\0\n\0\x3d\xd8\x00\xde",
     10, SHEET_UTF16, ',', 2, 2, "😀"},
    {"Windows-1252",
     "Name;Preis\nM\xfcller \x96 Stra\xdf"
     "e;5\x80\n",
     -1, SHEET_WINDOWS_1252, ';', 2, 2, "Müller – Straße|5€"},
    {"made harmless", "a,b,c\n\"'+49 151\",\"'=1+1\",'quoted'\n", -1, SHEET_UTF8, ',', 2, 2,
     "+49 151|=1+1|'quoted'"},
    {"empty", "", -1, SHEET_UTF8, ',', 0, 0, NULL},
    {"a BOM alone", "\xef\xbb\xbf", -1, SHEET_UTF8_BOM, ',', 0, 0, NULL},
};

static void
test_good(gconstpointer data)
{
  const Good *row = data;
  g_autoptr(Sheet) sheet = parse(row->bytes, row->length);
  g_assert_cmpint(sheet_encoding(sheet), ==, row->encoding);
  g_assert_cmpint(sheet_separator(sheet), ==, row->separator);
  g_assert_cmpuint(sheet_rows(sheet), ==, row->rows);
  if (row->rows == 0)
    return;
  g_autoptr(GString) text = g_string_new(NULL);
  guint last = row->rows - 1;
  for (guint i = 0; i < sheet_cells(sheet, last); i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "|" : "", sheet_cell(sheet, last, i));
  g_assert_cmpstr(text->str, ==, row->last);
  g_assert_cmpuint(sheet_line(sheet, last), ==, row->line);
  g_assert_cmpstr(sheet_cell(sheet, last, 99), ==, "");
}

/* --- what is refused --- */

typedef struct {
  const char *name, *bytes;
  gssize length;
  const char *says;
} Bad;

static const Bad bad[] = {
    {"a quotation never closed", "a,b\n1,2\n\"3,4\n5,6\n", -1, "line 3"},
    {"text behind a quotation", "a,b\n\"1\"x,2\n", -1, "line 2"},
    {"a quotation mark within a cell", "a,b\n1,2\nAnna \"Anni\" M,3\n", -1, "line 3"},
    {"a quotation that swallows lines", "a,b\n\"1,2\n\"x\",3\n", -1, "begins at line 2"},
    {"a zero byte", "a,b\n1\0,2\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 44, "line 2"},
    {"UTF-8 that is broken", "a,b\nJosé,2\nJos\xe9,2\n", -1, "line 3"},
    {"a BOM before what is no UTF-8",
     "\xef\xbb\xbf"
     "a,b\nJos\xe9,2\n",
     -1, "line 2"},
    {"no encoding at all", "a,b\n\x81\x8d,2\n", -1, "line 2"},
    {"UTF-16 cut off",
     "\xff\xfe"
     "a\0\n\0b",
     7, "line 2"},
    {"UTF-16 with half a pair",
     "\xff\xfe"
     "a\0\n\0\x3d\xd8"
     "b\0",
     10, "line 2"},
    {"UTF-16 with a zero",
     "\xff\xfe"
     "a\0\0\0b\0",
     8, "line 1"},
    {"a workbook", "PK\003\004aaaaaaaa", -1, "CSV"},
    {"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1", -1, "CSV"},
};

static void
test_bad(gconstpointer data)
{
  const Bad *row = data;
  g_autoptr(GError) error = NULL;
  gsize length = row->length < 0 ? strlen(row->bytes) : (gsize)row->length;
  g_assert_null(sheet_parse(row->bytes, length, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_nonnull(strstr(error->message, row->says));
  g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

/* --- limits --- */

static void
refuse(GString *text, const char *says)
{
  g_autoptr(GError) error = NULL;
  g_assert_null(sheet_parse(text->str, text->len, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_nonnull(strstr(error->message, says));
}

static void
append_many(GString *text, const char *part, guint n)
{
  while (n-- > 0)
    g_string_append(text, part);
}

static void
test_limits(void)
{
  g_autoptr(GString) text = g_string_new("a,b\n");
  append_many(text, "x", SHEET_CELL);
  g_string_append(text, ",2\n");
  sheet_free(parse(text->str, (gssize)text->len));
  g_string_insert(text, 4, "x");
  refuse(text, "line 2");

  g_string_assign(text, "a\n\"");
  append_many(text, "1234567890\n", SHEET_CELL);
  refuse(text, "missing");

  g_string_assign(text, "a\n");
  append_many(text, "1,", SHEET_COLUMNS - 1);
  g_string_append(text, "1");
  sheet_free(parse(text->str, (gssize)text->len));
  g_string_append(text, ",1");
  refuse(text, "cells");

  g_string_truncate(text, 0);
  append_many(text, "1\n", SHEET_ROWS);
  sheet_free(parse(text->str, (gssize)text->len));
  g_string_append(text, "1\n");
  refuse(text, "split it");
}

/* 100,000 people: what is kept is the text itself and a few bytes a cell. */
static void
test_memory(void)
{
  g_autoptr(GString) text = g_string_new("first,last,mobile,email,company,sponsor,expires\n");
  for (guint i = 0; i < 100000; i++)
    g_string_append_printf(text,
                           "Zoë%u,Müller,+49 151 %07u,zoe%u@partner.example,Partner GmbH,"
                           "sponsor@contoso.com,2027-01-31\n",
                           i, i, i);
  g_autoptr(Sheet) sheet = parse(text->str, (gssize)text->len);
  g_assert_cmpuint(sheet_rows(sheet), ==, 100001);
  g_assert_cmpstr(sheet_cell(sheet, 100000, 3), ==, "zoe99999@partner.example");
  g_assert_cmpuint(sheet_memory(sheet), <, text->len * 2 + 100001 * (7 * 4 + 16));
}

/* What csv_append_cell() writes, reads back the same, whatever the separator. */
static void
test_round_trip(void)
{
  static const char *const cells[] = {
      "plain", "with, comma", "semi;colon", "a \"quote\"", "=1+1",      "+49 151 234", "-x",
      "@x",    "two\nlines",  "tab\there",  "müller",      "山田 太郎", "＝1",         "a;=1"};
  const char separators[] = {',', ';', '\t'};
  for (guint s = 0; s < G_N_ELEMENTS(separators); s++) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint row = 0; row < 2; row++) {
      for (guint i = 0; i < G_N_ELEMENTS(cells); i++)
        csv_append_cell(text, cells[i], separators[s], i == 0, TRUE);
      g_string_append(text, "\r\n");
    }
    g_autoptr(Sheet) sheet = parse(text->str, (gssize)text->len);
    g_assert_cmpuint(sheet_rows(sheet), ==, 2);
    g_assert_cmpuint(sheet_cells(sheet, 1), ==, G_N_ELEMENTS(cells));
    for (guint i = 0; i < G_N_ELEMENTS(cells); i++)
      g_assert_cmpstr(sheet_cell(sheet, 1, i), ==, cells[i]);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autofree char *path = g_strdup_printf("/sheet/good/%s", good[i].name);
    g_test_add_data_func(path, &good[i], test_good);
  }
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autofree char *path = g_strdup_printf("/sheet/bad/%s", bad[i].name);
    g_test_add_data_func(path, &bad[i], test_bad);
  }
  g_test_add_func("/sheet/limits", test_limits);
  g_test_add_func("/sheet/memory", test_memory);
  g_test_add_func("/sheet/round-trip", test_round_trip);
  return g_test_run();
}
