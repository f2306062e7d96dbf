/* Names of files as they are typed: "~/" means the home, and Tab fills in what
 * can only be meant. */
#pragma once

#include <glib.h>

/* Without blanks around it, "~/" as the home. The caller owns it. */
char *path_expand(const char *typed);
/* What is typed, as far as all files agree that begin so; `ret_choices` (may be NULL) gets what
 * they are called, in a line, if they are several, else NULL. NULL: no file begins so. The caller
 * owns both. */
char *path_complete(const char *typed, char **ret_choices);
