/* Text as a person sees it: what may be shown, how many cells it takes, how
 * it is compared without case and accents. Knows UTF-8 and the terminal's
 * cells, and nothing of colours or windows. */
#pragma once

#include <glib.h>

/* Makes text from outside harmless: control characters, escape sequences,
 * bidi controls and invalid UTF-8 become visible marks (U+241B for ESC,
 * U+FFFD, "<RLO>" for U+202E); newline and tab become U+240A and U+2409.
 * Printable text is returned as it is. The caller owns the result. */
char *text_visible(const char *text);

/* TRUE if text_visible() would change nothing: the cheap test before a copy. */
gboolean text_is_visible(const char *text);

/* Cells that visible text takes on a terminal. */
int text_width(const char *text);

/* The longest beginning of `text` that fits into `cells`, with an ellipsis
 * ("…", or "..." when `ascii`) when something was cut. The caller owns it. */
char *text_clip(const char *text, int cells, gboolean ascii);

/* Text for comparing: compatibility-decomposed, without marks, case-folded,
 * with ß as ss, ł as l, ø as o and their like. ASCII takes a fast path. */
char *text_fold(const char *text);
void text_fold_append(GString *out, const char *text);

/* What somebody typed, for quoting it in a message: visible, on one line, and cut with an ellipsis
 * when it is longer than a person reads. The caller owns it. */
char *text_quoted(const char *text);
/* A message whose words (and which as a whole) are cut where they are longer than a person reads:
 * it may hold what somebody typed. Lines stay. The caller owns it. */
char *text_cut_long(const char *message);

/* Trims, and folds runs of white space into one blank. The caller owns it. */
char *text_squeeze(const char *text);

/* The known word nearest to `word` by edit distance, or NULL when none is
 * near enough to be meant. `known` is NULL-terminated. */
const char *text_nearest(const char *word, const char *const *known);

/* TRUE if the locale's character set is UTF-8, so that marks and line drawing
 * may be more than ASCII. */
gboolean text_locale_is_utf8(void);

/* TRUE if one of the '\n'-separated items of `list` (may be NULL) is `item`, whatever the case of
 * its ASCII letters: an address, an id. */
gboolean text_list_has(const char *list, const char *item);
