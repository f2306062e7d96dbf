/* Saved views of the configuration, as actions of the console: each is a row
 * beside those of the action table, with its own key, in palette and help. */
#pragma once

#include "app/actions.h"

typedef struct Saved Saved;

/* Over the action table; `config` NULL: nothing is saved. */
Saved *saved_new(const Config *config);
void saved_free(Saved *saved);
/* Every row, NULL-terminated; lent for as long as `saved` lives. */
const Action *const *saved_rows(const Saved *saved);
/* The keys of the configuration and those of the views: action name → keys; lent, may be NULL. */
GHashTable *saved_keys(const Saved *saved);
/* The name of the view that the action shows; NULL: it is another action. Lent. */
const char *saved_view_of(const Action *action);
