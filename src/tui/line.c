/* The line editor. The text is kept as typed; what is drawn passes draw_text()
 * like everything else. */
#include "tui/line.h"

#include <ncurses.h>
#include <string.h>

struct Line {
  GString *text;
  gsize cursor; /* bytes */
  gsize scroll; /* first byte drawn */
  guint limit;
};

Line *
line_new(const char *text, guint limit)
{
  Line *line = g_new0(Line, 1);
  line->text = g_string_new(NULL);
  line->limit = limit > 0 ? limit : 1024;
  line_set(line, text);
  return line;
}

void
line_free(Line *line)
{
  if (line == NULL)
    return;
  g_string_free(line->text, TRUE);
  g_free(line);
}

const char *
line_text(const Line *line)
{
  return line->text->str;
}

void
line_set(Line *line, const char *text)
{
  g_string_truncate(line->text, 0);
  line->cursor = line->scroll = 0;
  if (text != NULL)
    line_insert(line, text);
}

void
line_insert(Line *line, const char *text)
{
  g_autoptr(GString) clean = g_string_new(NULL);
  glong room = (glong)line->limit - g_utf8_strlen(line->text->str, -1);
  while (*text != '\0' && room > 0) {
    gunichar character = g_utf8_get_char_validated(text, -1);
    if ((gint32)character < 0) {
      text++;
      continue;
    }
    g_string_append_unichar(clean, g_unichar_iscntrl(character) ? ' ' : character);
    text = g_utf8_next_char(text);
    room--;
  }
  g_string_insert_len(line->text, (gssize)line->cursor, clean->str, (gssize)clean->len);
  line->cursor += clean->len;
}

static gboolean
is_joined(const char *at)
{
  gunichar character = g_utf8_get_char(at);
  return character != 0 && (g_unichar_iszerowidth(character) || g_unichar_ismark(character));
}

static gsize
before(const Line *line, gsize at)
{
  const char *text = line->text->str, *p = text + at;
  while (p > text) {
    p = g_utf8_prev_char(p);
    if (!is_joined(p))
      break;
  }
  return (gsize)(p - text);
}

static gsize
after(const Line *line, gsize at)
{
  const char *p = line->text->str + at;
  if (*p == '\0')
    return at;
  do
    p = g_utf8_next_char(p);
  while (*p != '\0' && is_joined(p));
  return (gsize)(p - line->text->str);
}

static gsize
word_before(const Line *line, gsize at)
{
  while (at > 0 && line->text->str[at - 1] == ' ')
    at--;
  while (at > 0 && line->text->str[at - 1] != ' ')
    at--;
  return at;
}

static gboolean
cut(Line *line, gsize from, gsize to)
{
  if (from >= to)
    return FALSE;
  g_string_erase(line->text, (gssize)from, (gssize)(to - from));
  line->cursor = from;
  return TRUE;
}

#define CONTROL(c) ((KeyCode)((c)&0x1F))
#define SPECIAL(k) ((KeyCode)(k) | KEYCODE_SPECIAL)

static gboolean
move_key(Line *line, KeyCode code)
{
  switch (code) {
  case SPECIAL(KEY_LEFT):
    line->cursor = before(line, line->cursor);
    return TRUE;
  case SPECIAL(KEY_RIGHT):
    line->cursor = after(line, line->cursor);
    return TRUE;
  case SPECIAL(KEY_HOME):
  case CONTROL('A'):
    line->cursor = 0;
    return TRUE;
  case SPECIAL(KEY_END):
  case CONTROL('E'):
    line->cursor = line->text->len;
    return TRUE;
  default:
    return FALSE;
  }
}

gboolean
line_key(Line *line, KeyCode code, gboolean *ret_edited)
{
  gboolean edited = FALSE, used = TRUE;
  if (keycode_is_text(code)) {
    char utf8[8] = {0};
    g_unichar_to_utf8(code, utf8);
    line_insert(line, utf8);
    edited = TRUE;
  } else if (!move_key(line, code)) {
    switch (code) {
    case KEYCODE_BACK:
    case CONTROL('H'):
      edited = cut(line, before(line, line->cursor), line->cursor);
      break;
    case SPECIAL(KEY_DC):
    case CONTROL('D'):
      edited = cut(line, line->cursor, after(line, line->cursor));
      break;
    case CONTROL('U'):
      edited = cut(line, 0, line->cursor);
      break;
    case CONTROL('K'):
      edited = cut(line, line->cursor, line->text->len);
      break;
    case CONTROL('W'):
      edited = cut(line, word_before(line, line->cursor), line->cursor);
      break;
    default:
      used = FALSE;
    }
  }
  if (ret_edited != NULL)
    *ret_edited = edited;
  return used;
}

static int
cells_between(const Line *line, const Theme *theme, gsize from, gsize to)
{
  g_autofree char *part = g_strndup(line->text->str + from, to - from);
  return draw_width(theme, part);
}

int
line_draw(Line *line, const Draw *draw, int y, int x, int width, Style style)
{
  draw_fill(draw, y, x, width, style);
  if (width < 1)
    return x;
  line->scroll = MIN(line->scroll, line->cursor);
  /* One cell stays free for the cursor behind the last character. */
  while (line->scroll < line->cursor &&
         cells_between(line, draw->theme, line->scroll, line->cursor) >= width)
    line->scroll = after(line, line->scroll);
  while (line->scroll > 0 &&
         cells_between(line, draw->theme, before(line, line->scroll), line->text->len) < width)
    line->scroll = before(line, line->scroll);
  draw_text(draw, y, x, width, style, line->text->str + line->scroll);
  return x + cells_between(line, draw->theme, line->scroll, line->cursor);
}

int
line_cell(const Line *line, const Theme *theme, gsize position)
{
  position = MIN(position, line->text->len);
  if (position < line->scroll)
    return -1;
  while (position > line->scroll && (line->text->str[position] & 0xC0) == 0x80)
    position--;
  return cells_between(line, theme, line->scroll, position);
}
