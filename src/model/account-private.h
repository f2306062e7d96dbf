/* What the files of this room share about an account: its fields in the open,
 * so that a builder reads them without a call for each. */
#pragma once

#include "model/account.h"

struct Account {
  char *arena; /* texts, each with its NUL; offset 0 is "not set" */
  gsize used, size;
  gsize text[FIELD_N];   /* offset into the arena, 0: not set */
  gsize length[FIELD_N]; /* bytes of that text */
  gint64 number[FIELD_N];
};
