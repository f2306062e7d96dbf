/* Searching in what has lines: a word that is typed, the line that has it, and
 * the next and the one before. What a line says is told by the view. A view whose lines are all
 * of it puts its search into View: keys, pastes and the actions then reach it by themselves. */
#pragma once

#include "tui/console-private.h"

#define SEARCH_NONE G_MAXUINT

/* The lines of a view. */
typedef struct {
  guint (*count)(const View *view);
  /* The line that looking begins with. */
  guint (*from)(const View *view);
  /* TRUE if the line has the word, which is folded. */
  gboolean (*fits)(const View *view, guint index, const char *sought);
  /* Brings the line found into sight. */
  void (*show)(View *view, guint index);
} SearchLines;

/* For a view that has one in View, when they are not its own. */
extern const ViewAction search_actions[];

/* `view` is lent and outlives it. */
Search *search_new(const SearchLines *lines, View *view);
/* NULL is allowed. */
void search_free(Search *search);

/* Begins to type a word. */
void search_begin(Search *search);
/* TRUE while it is typed. */
gboolean search_typing(const Search *search);
/* TRUE if a word is sought: n and N mean something. */
gboolean search_has_word(const Search *search);
/* A key while it is typed; TRUE if it was used. */
gboolean search_key(Search *search, KeyCode code);
/* The same for a paste. */
gboolean search_paste(Search *search, const char *text);
/* The next (1) or the one before (-1), round the end; says if there is none. */
void search_next(Search *search, int step);
/* The line found, SEARCH_NONE: none. */
guint search_match(const Search *search);
/* Forgets the word; FALSE if there was none. */
gboolean search_clear(Search *search);
/* The line while it is typed, on row y from x; the cursor of the view goes there. */
void search_draw(Search *search, const Draw *draw, int y, int x, int cols);
