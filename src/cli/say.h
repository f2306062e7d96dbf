/* What a command says to a person on standard error: errors, notices,
 * progress. Results never come here. */
#pragma once

#include <glib.h>

/* "usher: what: message", then what to do. `what` (a subcommand) may be NULL. Returns the
 * exit status that the error becomes. */
int say_error(const char *what, const GError *error);
/* A line of its own; text from outside is made visible, line by line. */
void say(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Text as it may be shown here and now: nothing raw, ASCII in an ASCII locale. The caller
 * owns it. */
char *say_text(const char *text);
