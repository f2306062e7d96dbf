/* What the files about sheets of people share: which column holds what. */
#pragma once

#include "model/people-file.h"

typedef struct {
  int at[PEOPLE_COLUMN_N]; /* column of the sheet; -1: there is none */
  guint header;            /* row of the sheet with the headings */
  gboolean template;       /* of Microsoft: in the order of its version row and its examples */
  PeopleKind kind;
} PeopleColumns;

/* Finds the headings: in the first row, or in the second after a version row. Headings that
 * nobody reads are added to `ignored` (GPtrArray of char *). `ret_known` is how many are known.
 * USHER_ERROR_USAGE when two columns mean the same. */
gboolean people_columns_find(const Sheet *sheet, PeopleColumns *ret_columns, GPtrArray *ignored,
                             guint *ret_known, GError **error);
/* TRUE for the row of examples that Microsoft's templates bring along. */
gboolean people_columns_is_example(const Sheet *sheet, const PeopleColumns *columns, guint row);
/* The cell of a column in a row; "" when there is none. Lent. */
const char *people_columns_cell(const Sheet *sheet, const PeopleColumns *columns, guint row,
                                PeopleColumn column);
