/* A CSV file from anywhere: read or refused with an error, every cell within
 * its block; as people and as accounts likewise, and the bad rows read back. */
#include "base/csv.h"
#include "base/sheet.h"
#include "model/people-file.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_cells(const Sheet *sheet)
{
  guint line = 0;
  for (guint row = 0; row < sheet_rows(sheet); row++) {
    g_assert_cmpuint(sheet_line(sheet, row), >, line);
    line = sheet_line(sheet, row);
    for (guint i = 0; i < sheet_cells(sheet, row); i++)
      g_assert_true(g_utf8_validate(sheet_cell(sheet, row, i), -1, NULL));
  }
}

/* Bad rows are as many in the file that they were saved to. */
static void
check_people(const char *bytes, size_t size)
{
  g_autoptr(PeopleFile) file = people_file_parse(bytes, size, NULL);
  guint bad = 0;
  if (!file)
    return;
  people_file_check(file, NULL, 0);
  for (guint i = 0; i < people_file_rows(file)->len; i++)
    bad += ((PeopleRow *)people_file_rows(file)->pdata[i])->problems->len > 0;
  g_autofree char *saved = people_file_bad_rows(file);
  g_assert_true((saved != NULL) == (bad > 0));
  /* The error beside it can lead a cell over the limit; nothing else may be in the way. */
  g_autoptr(PeopleFile) again = saved ? people_file_parse(saved, strlen(saved), NULL) : NULL;
  if (again)
    g_assert_cmpuint(people_file_rows(again)->len, <=, bad);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *bytes = (const char *)data;
  g_autoptr(GError) error = NULL;
  g_autoptr(Sheet) sheet = sheet_parse(bytes, size, &error);
  g_assert_true((sheet != NULL) == (error == NULL));
  if (sheet)
    check_cells(sheet);
  else
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
  check_people(bytes, size);
  g_autoptr(GPtrArray) accounts = people_file_accounts(bytes, size, NULL);
  return 0;
}
