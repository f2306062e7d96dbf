/* --help, made from the action table. */
#pragma once

#include "cli/args.h"

/* All commands by group, or (with `action`) how one is used. Wrapped at `width` cells. The
 * caller owns it. */
char *help_text(const ArgumentTables *tables, const Action *action, int width);
/* The commands that begin with a word, as "journal". */
char *help_group(const ArgumentTables *tables, const char *word, int width);
