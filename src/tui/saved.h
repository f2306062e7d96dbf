/* What the configuration adds to the actions of the console: its saved views, the
 * other rosters and the other profiles, each as a row beside those of the
 * action table, found in the palette and in help, some with a key. */
#pragma once

#include "app/actions.h"

typedef struct Saved Saved;
typedef enum { SAVED_NONE, SAVED_VIEW, SAVED_ROSTER, SAVED_PROFILE } SavedKind;

/* Over the action table; `app` NULL: nothing is configured. */
Saved *saved_new(const App *app);
void saved_free(Saved *saved);
/* Every row, NULL-terminated; lent for as long as `saved` lives. */
const Action *const *saved_rows(const Saved *saved);
/* The keys of the configuration and those of the views: action name → keys; lent, may be NULL. */
GHashTable *saved_keys(const Saved *saved);
/* What kind of row it is, and the name of the view, roster or profile (lent). */
SavedKind saved_kind(const Saved *saved, const Action *action, const char **ret_name);
