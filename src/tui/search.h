/* Searching in what has lines: a word that is typed, the line that has it, and
 * the next and the one before. What a line says is told by the view. */
#pragma once

#include "tui/console-private.h"

#define SEARCH_NONE G_MAXUINT

typedef struct Search Search;
/* TRUE if the line has the word, which is folded; `data` is the view's own. */
typedef gboolean (*SearchFits)(gpointer data, guint index, const char *sought);

Search *search_new(SearchFits fits, gpointer data);
void search_free(Search *search);

/* Begins to type a word. */
void search_begin(Search *search);
/* TRUE while it is typed. */
gboolean search_typing(const Search *search);
/* TRUE if a word is sought: n and N mean something. */
gboolean search_has_word(const Search *search);
/* A key while it is typed, among `count` lines, from the line `from` on; TRUE if it was used. */
gboolean search_key(Search *search, View *view, KeyCode code, guint count, guint from);
/* The same for a paste. */
void search_paste(Search *search, View *view, const char *text, guint count, guint from);
/* The next (1) or the one before (-1), round the end; says if there is none. */
void search_next(Search *search, View *view, int step, guint count, guint from);
/* The line found, SEARCH_NONE: none. */
guint search_match(const Search *search);
/* Forgets the word; FALSE if there was none. */
gboolean search_clear(Search *search);
/* The line while it is typed, on row y from x; the cursor of the view goes there. */
void search_draw(Search *search, const Draw *draw, View *view, int y, int x, int cols);
