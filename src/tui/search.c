/* The word and where it stands. The first match is shown while the word is
 * typed; Enter keeps it, Esc goes back to no word at all. */
#include "tui/search.h"

#include "base/i18n.h"
#include "base/text.h"
#include "tui/line.h"

struct Search {
  const SearchLines *lines;
  View *view;
  Line *line; /* while it is typed */
  char *word; /* folded; NULL: none */
  guint match;
};

Search *
search_new(const SearchLines *lines, View *view)
{
  Search *search = g_new0(Search, 1);
  search->lines = lines;
  search->view = view;
  search->match = SEARCH_NONE;
  return search;
}

void
search_free(Search *search)
{
  if (search == NULL)
    return;
  line_free(search->line);
  g_free(search->word);
  g_free(search);
}

void
search_begin(Search *search)
{
  line_free(search->line);
  search->line = line_new(NULL, 100);
}

gboolean
search_typing(const Search *search)
{
  return search->line != NULL;
}

gboolean
search_has_word(const Search *search)
{
  return search->word != NULL && *search->word != '\0';
}

guint
search_match(const Search *search)
{
  return search->match;
}

/* What is found comes into sight. */
static gboolean
seek(Search *search, gint64 from, int step)
{
  guint count = search->lines->count(search->view);
  search->match = SEARCH_NONE;
  for (guint i = 0; i < count && search->match == SEARCH_NONE; i++) {
    guint index = (guint)((from + (gint64)step * i + (gint64)2 * count) % count);
    if (search->lines->fits(search->view, index, search->word))
      search->match = index;
  }
  if (search->match != SEARCH_NONE)
    search->lines->show(search->view, search->match);
  return search->match != SEARCH_NONE;
}

static void
edited(Search *search)
{
  g_free(search->word);
  search->word = text_fold(line_text(search->line));
  search->match = SEARCH_NONE;
  if (*search->word != '\0')
    seek(search, search->lines->from(search->view), 1);
  console_changed(search->view->console, CHANGED_TOP);
}

static void
say_missing(const Search *search)
{
  console_say(search->view->console, STYLE_WARN, _("“%s” is not in this text"), search->word);
}

gboolean
search_clear(Search *search)
{
  gboolean had = search_has_word(search);
  search->match = SEARCH_NONE;
  g_clear_pointer(&search->word, g_free);
  g_clear_pointer(&search->line, line_free);
  return had;
}

gboolean
search_key(Search *search, KeyCode code)
{
  gboolean changed = FALSE;
  if (search->line == NULL)
    return FALSE;
  if (line_key(search->line, code, &changed)) {
    if (changed)
      edited(search);
    return TRUE;
  }
  if (code == KEYCODE_ESC || code == ('C' & 0x1F)) {
    search_clear(search);
    return TRUE;
  }
  if (code != KEYCODE_ENTER)
    return FALSE;
  if (search_has_word(search) && search->match == SEARCH_NONE)
    say_missing(search);
  g_clear_pointer(&search->line, line_free);
  return TRUE;
}

gboolean
search_paste(Search *search, const char *text)
{
  if (search->line == NULL)
    return FALSE;
  line_insert(search->line, text);
  edited(search);
  return TRUE;
}

void
search_next(Search *search, int step)
{
  if (!search_has_word(search))
    search_begin(search);
  else if (!seek(search,
                 search->match == SEARCH_NONE ? search->lines->from(search->view)
                                              : (gint64)search->match + step,
                 step))
    say_missing(search);
  console_changed(search->view->console, CHANGED_TOP);
}

void
search_draw(Search *search, const Draw *draw, int y, int x, int cols)
{
  if (search->line == NULL)
    return;
  draw_text(draw, y, x, 1, STYLE_KEY, "/");
  search->view->cursor_y = y;
  search->view->cursor_x = line_draw(search->line, draw, y, x + 1, cols - 1, STYLE_FIELD_FOCUS);
}

/* --- the actions of a view that has one --- */

static void
act_search(View *view)
{
  search_begin(view->search);
  console_changed(view->console, CHANGED_TOP);
}

static void
act_next(View *view)
{
  search_next(view->search, 1);
}

static void
act_previous(View *view)
{
  search_next(view->search, -1);
}

const ViewAction search_actions[] = {
    {"search", act_search},
    {"next-match", act_next},
    {"previous-match", act_previous},
    {NULL, NULL},
};
