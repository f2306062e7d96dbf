/* From any script to plain Latin letters: the tables and ICU's transliterators
 * behind naming_transliterate(). Private to this room. */
#pragma once

#include <glib.h>

/* Lower-case a to z, 0 to 9, '-' and single blanks; anything that cannot be written so is
 * left out. `ret_guessed` is set to TRUE when a script was met that cannot be read without
 * knowing the person, and else left alone. The caller owns the result. */
char *romanise(const char *text, gboolean *ret_guessed);

/* Through ICU: a run of text in a script (a UScriptCode), its letters still with marks.
 * NULL if ICU has no transliterator for it. Transliterators are costly to open (up to
 * 80 ms for Han), so each thread keeps those that it has used. */
char *romanise_with_icu(const char *text, int script);
/* The script of a letter (a UScriptCode), as ICU sees it. */
int romanise_script(gunichar letter);
