/* Which text a mail is made from: the person's own templates before the
 * built-in ones, the wanted language before others. */
#pragma once

#include <glib.h>

/* The template `name` ("specialist"), looked for as DIR/NAME.LANG.txt, DIR/NAME.txt, the
 * built-in one of the language, the built-in English one. `dir` may be NULL or missing;
 * `language` is a code or a locale ("de", "de_AT.UTF-8"), NULL: English. The caller owns
 * the text. USHER_ERROR_CONFIG names what was looked for, or what is wrong with a file. */
char *mail_template_find(const char *dir, const char *name, const char *language, GError **error);
