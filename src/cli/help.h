/* --help, made from the action table. */
#pragma once

#include "cli/args.h"

/* All commands by group, or (with `action`) how one is used. Wrapped at `width` cells. The
 * caller owns it. */
char *help_text(const ArgumentTables *tables, const Action *action, int width);
/* The commands that begin with a word, as "journal". */
char *help_group(const ArgumentTables *tables, const char *word, int width);
/* Appends the words of `text` at `indent`, broken before `width` cells, and a line's end; the
 * cursor stands at `column`. */
void help_wrap(GString *out, const char *text, int column, int indent, int width);
