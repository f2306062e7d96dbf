/* What the tests of the store share: a store in a folder of its own, and a plan
 * with something in it. */
#pragma once

#include "store/journal.h"

typedef struct {
  char *dir, *path, *url;
  Store *store;
} Place;

void place_set_up(Place *place, gconstpointer data);
void place_tear_down(Place *place, gconstpointer data);
/* Closes and opens again, as another start of the program. */
void place_reopen(Place *place);

/* Three operations: a creation, and two that depend on it. */
Plan *sample_plan(const char *title);
/* Moves operations as the engine would. */
void sample_intend(Operation *operation);
void sample_done(Operation *operation);
/* Begins, intends and finishes a whole plan. */
gint64 sample_journalled(Store *store, const char *title);

/* A USHER_ERROR_STORE that says so. */
void assert_store_error(GError *error, const char *part);
