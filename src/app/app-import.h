/* People out of a file: all rows checked, against each other and the tenant, and
 * one plan for those that are well. Nothing is sent here. */
#pragma once

#include "app/app.h"
#include "app/records.h"

typedef struct {
  Plan *plan;        /* of the good rows; NULL: there is none */
  Records *problems; /* line, column, problem; no rows: all is well */
  char *bad_rows;    /* the bad rows as a file, to be mended and loaded again; NULL: none */
  guint rows, bad;   /* how many in all, how many of them wrong */
  GPtrArray *notes;  /* char *: worth a word: columns that nobody reads, names that are guesses */
} AppImport;

/* The columns of `problems`. */
extern const RecordColumn import_problem_columns[];

/* Reads the file at `path` ("-": standard input) and checks its rows. `roster` is the one asked
 * for; NULL: the one that the rows agree on, else the one in use. `defaults` (may be NULL) fills
 * empty cells. NULL with an error when the file cannot be read, is not one of people to be created,
 * the tenant could not be asked, or for what concerns all rows (the group, seats). Blocks. */
AppImport *app_import_check(App *app, const char *path, const char *roster, const Person *defaults,
                            GCancellable *cancellable, GError **error);
void app_import_free(AppImport *import);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AppImport, app_import_free)
