/* Questions on the terminal: the question goes to standard error, the answer
 * comes from standard input; ^C while waiting is heard. */
#pragma once

#include "base/secret.h"
#include <gio/gio.h>

/* One line without its end; NULL with USHER_ERROR_USAGE at the end of input,
 * USHER_ERROR_CANCELLED when stopped. The caller owns it. */
char *prompt_line(const char *question, GCancellable *cancellable, GError **error);
/* The same without showing what is typed. */
Secret *prompt_secret(const char *question, GCancellable *cancellable, GError **error);
/* TRUE for y, yes and the translated words. */
gboolean prompt_is_yes(const char *answer);
/* TRUE for y or yes (or the translated words). FALSE: no, with or without an error. */
gboolean prompt_yes(const char *question, GCancellable *cancellable, GError **error);
