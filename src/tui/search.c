/* The word and where it stands. The first match is shown while the word is
 * typed; Enter keeps it, Esc goes back to no word at all. */
#include "tui/search.h"

#include "base/i18n.h"
#include "base/text.h"
#include "tui/line.h"

struct Search {
  SearchFits fits;
  gpointer data;
  Line *line; /* while it is typed */
  char *word; /* folded; NULL: none */
  guint match;
};

Search *
search_new(SearchFits fits, gpointer data)
{
  Search *search = g_new0(Search, 1);
  search->fits = fits;
  search->data = data;
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

static gboolean
seek(Search *search, guint count, gint64 from, int step)
{
  for (guint i = 0; i < count; i++) {
    guint index = (guint)((from + (gint64)step * i + (gint64)2 * count) % count);
    if (search->fits(search->data, index, search->word)) {
      search->match = index;
      return TRUE;
    }
  }
  search->match = SEARCH_NONE;
  return FALSE;
}

static void
edited(Search *search, View *view, guint count, guint from)
{
  g_free(search->word);
  search->word = text_fold(line_text(search->line));
  search->match = SEARCH_NONE;
  if (*search->word != '\0')
    seek(search, count, from, 1);
  console_changed(view->console, CHANGED_TOP);
}

static void
say_missing(const Search *search, const View *view)
{
  console_say(view->console, STYLE_WARN, _("“%s” is not in this text"), search->word);
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
search_key(Search *search, View *view, KeyCode code, guint count, guint from)
{
  gboolean changed = FALSE;
  if (search->line == NULL)
    return FALSE;
  if (line_key(search->line, code, &changed)) {
    if (changed)
      edited(search, view, count, from);
    return TRUE;
  }
  if (code == KEYCODE_ESC || code == ('C' & 0x1F)) {
    search_clear(search);
    return TRUE;
  }
  if (code != KEYCODE_ENTER)
    return FALSE;
  if (search_has_word(search) && search->match == SEARCH_NONE)
    say_missing(search, view);
  g_clear_pointer(&search->line, line_free);
  return TRUE;
}

void
search_paste(Search *search, View *view, const char *text, guint count, guint from)
{
  if (search->line == NULL)
    return;
  line_insert(search->line, text);
  edited(search, view, count, from);
}

void
search_next(Search *search, View *view, int step, guint count, guint from)
{
  if (!search_has_word(search))
    search_begin(search);
  else if (!seek(search, count, search->match == SEARCH_NONE ? from : (gint64)search->match + step,
                 step))
    say_missing(search, view);
  console_changed(view->console, CHANGED_TOP);
}

void
search_draw(Search *search, const Draw *draw, View *view, int y, int x, int cols)
{
  if (search->line == NULL)
    return;
  draw_text(draw, y, x, 1, STYLE_KEY, "/");
  view->cursor_y = y;
  view->cursor_x = line_draw(search->line, draw, y, x + 1, cols - 1, STYLE_FIELD_FOCUS);
}
