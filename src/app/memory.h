/* What the console remembers between two runs because a person chose it on the
 * screen: columns and order of each roster. A file of its own in the state
 * folder; the configuration is the person's and is never written. */
#pragma once

#include "app/app.h"

/* What was remembered under this key for the roster in use; NULL: nothing, or it cannot be read.
 * The caller owns it. No network; a small file. */
char *app_recall(App *app, const char *key);
/* Remembers it; NULL forgets. That it cannot be written is told to the log alone. */
void app_remember(App *app, const char *key, const char *value);
