/* Folded text as snapshots and queries compare it: base/text's folding, with
 * control characters made blanks and newlines separators, and fast paths for
 * the texts that fill a directory. Private to this room. */
#pragma once

#include <glib.h>

/* Stands between the fields of a row in a snapshot's folded block. */
#define FOLDING_SEPARATOR '\1'

/* Latin, Greek, Cyrillic, Armenian: here a text may be folded letter by letter,
 * because all combining marks among them are dropped. */
#define FOLDER_LETTERS 0x590

/* Remembers how single letters fold. Lives on the stack of one run. */
typedef struct {
  guint8 length[FOLDER_LETTERS]; /* 0: not looked up yet */
  char text[FOLDER_LETTERS][7];
  GString *scratch;
} Folder;

void folder_init(Folder *folder);
void folder_clear(Folder *folder);

/* Appends `text`, folded. It ends with a NUL at `length`. */
void folder_append(Folder *folder, GString *out, const char *text, gsize length);

/* TRUE if `text` (of `length` bytes), folded, begins with `folded`, or is it when
 * `exact`. */
gboolean folder_matches(Folder *folder, const char *text, gsize length, const GString *folded,
                        gboolean exact);

/* TRUE if no byte has its high bit set. */
gboolean folding_is_ascii(const char *text, gsize length);

/* Folds ASCII text into `out`, which has room for `length` bytes. */
void folding_copy_ascii(char *out, const char *text, gsize length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folder, folder_clear)
