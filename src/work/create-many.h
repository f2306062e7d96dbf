/* Creating many at once: each person checked like one alone, but with few
 * requests, and against the others; one plan for all that are well. */
#pragma once

#include "work/create.h"

typedef struct {
  Person *person; /* lent */
  /* Found wrong before: what can be checked all the same is, so that a person reads everything at
   * once, but no name is kept for it and no operation made. */
  gboolean broken;
  CreatePreview *preview; /* what it would get; as far as it got */
  GPtrArray *problems;    /* char *: "--email: …", as in errors of create_check() */
} CreateRow;

/* `n` rows, zeroed but for `person` and `broken`; cleared with create_rows_free(). */
CreateRow *create_rows_new(guint n);
void create_rows_free(CreateRow *rows, guint n);

/* Checks all rows, with what is wrong about a row in its problems. FALSE when they could not be
 * checked, or for what concerns them all (the group, seats for all of the good ones). */
gboolean create_many_check(const Work *work, CreateRow *rows, guint n, gint64 now,
                           GCancellable *cancellable, GError **error);

/* One plan with the operations of each row that is neither broken nor has problems, in their
 * order, each depending on its own user.create. */
Plan *create_many_plan(const Work *work, const CreateRow *rows, guint n, gint64 now);
