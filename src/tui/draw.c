/* Drawing. Widths are those of wcwidth(), because ncurses places characters by
 * it; a text is laid down character by character only up to its cells, so that
 * a wrong guess never moves what stands beside it. */
#include "tui/draw.h"

#include "base/text.h"
#include "model/naming.h"
#include <string.h>
#include <wchar.h>

/* More marks over one letter than this are an attack on the reader (and ncurses
 * keeps no more in a cell). */
#define MAX_COMBINING 4

static void
style_on(const Draw *draw, Style style)
{
  wattr_set(draw->window, draw->theme->attributes[style], draw->theme->pairs[style], NULL);
}

static const struct {
  gunichar character;
  const char *ascii;
} ascii_table[] = {
    {0x2026, "..."}, {0x2192, "->"}, {0x2190, "<-"}, {0x00B7, "-"},  {0x2013, "-"},
    {0x2014, "-"},   {0x201C, "\""}, {0x201D, "\""}, {0x201E, "\""}, {0x2018, "'"},
    {0x2019, "'"},   {0x00A0, " "},  {0x202F, " "},  {0x2265, ">="}, {0x2264, "<="},
};

static void
append_ascii(GString *out, gunichar character)
{
  for (gsize i = 0; i < G_N_ELEMENTS(ascii_table); i++)
    if (ascii_table[i].character == character) {
      g_string_append(out, ascii_table[i].ascii);
      return;
    }
  if (character >= 0x2400 && character <= 0x2421) { /* control pictures */
    g_string_append_c(out, '^');
    g_string_append_c(out, character == 0x2421 ? '?' : (char)(character - 0x2400 + 0x40));
    return;
  }
  if (g_unichar_iszerowidth(character) || g_unichar_ismark(character))
    return;
  char utf8[8] = {0};
  g_unichar_to_utf8(character, utf8);
  g_autofree char *plain = g_str_to_ascii(utf8, "C");
  if (*plain != '\0' && *plain != '?') {
    g_string_append(out, plain);
    return;
  }
  g_autofree char *letters =
      g_unichar_isalpha(character) ? naming_transliterate(utf8, NULL) : g_strdup("");
  if (*letters != '\0' && g_unichar_isupper(character))
    letters[0] = g_ascii_toupper(letters[0]);
  g_string_append(out, *letters != '\0' ? letters : "?");
}

static char *
to_ascii(const char *visible)
{
  GString *out = g_string_sized_new(strlen(visible));
  for (const char *at = visible; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar character = g_utf8_get_char(at);
    if (character < 0x80)
      g_string_append_c(out, (char)character);
    else
      append_ascii(out, character);
  }
  return g_string_free(out, FALSE);
}

static gboolean
is_ascii(const char *text)
{
  for (; *text != '\0'; text++)
    if ((unsigned char)*text >= 0x80)
      return FALSE;
  return TRUE;
}

char *
draw_shown(const Theme *theme, const char *text)
{
  char *visible = text_visible(text != NULL ? text : "");
  if (!theme->ascii || is_ascii(visible))
    return visible;
  char *ascii = to_ascii(visible);
  g_free(visible);
  return ascii;
}

/* The text itself when nothing has to change, which is nearly always. */
static const char *
shown(const Theme *theme, const char *text, char **ret_owned)
{
  if (text == NULL)
    return "";
  if (text_is_visible(text) && (!theme->ascii || is_ascii(text)))
    return text;
  return *ret_owned = draw_shown(theme, text);
}

static int
cells_of(gunichar character)
{
  if (character >= 0x20 && character < 0x7F)
    return 1;
  return wcwidth((wchar_t)character);
}

/* Characters that fit into `width` cells, as wide characters for ncurses. */
typedef struct {
  wchar_t *at;
  gsize length, size;
  int cells, combining;
  wchar_t room[256];
} Wide;

static void
wide_init(Wide *wide)
{
  wide->at = wide->room;
  wide->size = G_N_ELEMENTS(wide->room);
  wide->length = 0;
  wide->cells = wide->combining = 0;
}

static void
wide_clear(Wide *wide)
{
  if (wide->at != wide->room)
    g_free(wide->at);
}

static void
wide_push(Wide *wide, gunichar character)
{
  if (wide->length + 1 >= wide->size) {
    wchar_t *grown = g_new(wchar_t, wide->size * 2);
    memcpy(grown, wide->at, wide->length * sizeof *grown);
    wide_clear(wide);
    wide->at = grown;
    wide->size *= 2;
  }
  wide->at[wide->length++] = (wchar_t)character;
}

/* Adds one character; FALSE when it does not fit into `width`. */
static gboolean
wide_add(Wide *wide, gunichar character, int width)
{
  int cells = cells_of(character);
  if (cells < 0) { /* the C library does not know it: one cell that says so */
    character = 0xFFFD;
    cells = 1;
  }
  if (cells == 0) {
    if (wide->length == 0) { /* nothing to stand on: it would join the border */
      if (width < 1)
        return FALSE;
      wide_push(wide, 0x25CC);
      wide->cells = 1;
    }
    if (wide->combining++ < MAX_COMBINING)
      wide_push(wide, character);
    return TRUE;
  }
  if (wide->cells + cells > width)
    return FALSE;
  wide_push(wide, character);
  wide->cells += cells;
  wide->combining = 0;
  return TRUE;
}

static void
wide_fill(Wide *wide, const Theme *theme, const char *text, int width)
{
  const char *at = text;
  while (*at != '\0' && wide_add(wide, g_utf8_get_char(at), width))
    at = g_utf8_next_char(at);
  if (*at == '\0')
    return;
  const char *mark = theme_mark(theme, MARK_ELLIPSIS);
  int room = width - (int)g_utf8_strlen(mark, -1);
  if (room < 0) {
    mark = "";
    room = width;
  }
  wide->length = 0;
  wide->cells = wide->combining = 0;
  for (at = text; *at != '\0' && wide_add(wide, g_utf8_get_char(at), room);)
    at = g_utf8_next_char(at);
  for (; *mark != '\0'; mark = g_utf8_next_char(mark))
    wide_add(wide, g_utf8_get_char(mark), width);
}

int
draw_text(const Draw *draw, int y, int x, int width, Style style, const char *text)
{
  width = MIN(width, draw->cols - x);
  if (text == NULL || *text == '\0' || width <= 0 || x < 0 || y < 0 || y >= draw->rows)
    return 0;
  g_autofree char *owned = NULL;
  Wide wide;
  wide_init(&wide);
  wide_fill(&wide, draw->theme, shown(draw->theme, text, &owned), width);
  style_on(draw, style);
  mvwaddnwstr(draw->window, y, x, wide.at, (int)wide.length);
  int cells = wide.cells;
  wide_clear(&wide);
  return cells;
}

int
draw_width(const Theme *theme, const char *text)
{
  g_autofree char *owned = NULL;
  Wide wide;
  wide_init(&wide);
  for (const char *at = shown(theme, text, &owned); *at != '\0'; at = g_utf8_next_char(at))
    wide_add(&wide, g_utf8_get_char(at), G_MAXINT / 2);
  wide_clear(&wide);
  return wide.cells;
}

int
draw_text_right(const Draw *draw, int y, int right, int width, Style style, const char *text)
{
  int cells = MIN(draw_width(draw->theme, text), width);
  draw_text(draw, y, right - cells, cells, style, text);
  return right - cells;
}

void
draw_centered(const Draw *draw, int y, int x, int width, Style style, const char *text)
{
  int cells = MIN(draw_width(draw->theme, text), width);
  draw_text(draw, y, x + (width - cells) / 2, cells, style, text);
}

int
draw_textf(const Draw *draw, int y, int x, int width, Style style, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  return draw_text(draw, y, x, width, style, text);
}

/* The end of the line that begins at `text` and is at most `width` cells wide. */
static const char *
wrap_at(const char *text, int width)
{
  const char *blank = NULL, *at = text;
  int cells = 0;
  for (; *at != '\0' && *at != '\n'; at = g_utf8_next_char(at)) {
    int one = cells_of(g_utf8_get_char(at));
    cells += one < 0 ? 1 : one; /* as wide_add() does */
    if (cells > width)
      break;
    if (*at == ' ')
      blank = at;
  }
  if (*at == '\0' || *at == '\n' || *at == ' ')
    return at;
  if (blank != NULL && blank > text)
    return blank;
  return at > text ? at : g_utf8_next_char(text);
}

/* A line of a wrapped text, the last one with what is left over: that ends in an ellipsis. */
static char *
wrapped_part(const Theme *theme, const char *at, const char *end, gboolean last, char **more)
{
  if (!last)
    return g_strndup(at, (gsize)(end - at));
  while (*more != NULL && **more == '\0')
    more++;
  return *more == NULL ? g_strdup(at)
                       : g_strconcat(at, " ", theme_mark(theme, MARK_ELLIPSIS), NULL);
}

static int
wrap(const Draw *draw, const Theme *theme, int y, int x, int width, int rows, Style style,
     const char *text)
{
  if (text == NULL || *text == '\0' || width <= 0)
    return 0;
  /* Line breaks of our own texts are obeyed; other controls become marks. */
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  int used = 0;
  for (char **line = lines; *line != NULL && used < rows; line++) {
    g_autofree char *owned = NULL;
    const char *at = shown(theme, *line, &owned);
    do {
      const char *end = wrap_at(at, width);
      if (draw != NULL) {
        g_autofree char *part = wrapped_part(theme, at, end, used + 1 == rows, line + 1);
        draw_text(draw, y + used, x, width, style, part);
      }
      used++;
      for (at = end; *at == ' ';)
        at++;
    } while (*at != '\0' && used < rows);
  }
  return used;
}

int
draw_wrapped(const Draw *draw, int y, int x, int width, int rows, Style style, const char *text)
{
  return wrap(draw, draw->theme, y, x, width, rows, style, text);
}

int
draw_wrapped_rows(const Theme *theme, int width, const char *text)
{
  return wrap(NULL, theme, 0, 0, width, G_MAXINT, STYLE_NORMAL, text);
}

void
draw_clear(const Draw *draw)
{
  wattr_set(draw->window, A_NORMAL, 0, NULL);
  werase(draw->window);
}

void
draw_fill(const Draw *draw, int y, int x, int width, Style style)
{
  width = MIN(width, draw->cols - x);
  if (width <= 0 || y < 0 || y >= draw->rows || x < 0)
    return;
  style_on(draw, style);
  mvwhline(draw->window, y, x, ' ', width);
  /* hline lays the blank without the window's attributes in some libraries */
  mvwchgat(draw->window, y, x, width, draw->theme->attributes[style], draw->theme->pairs[style],
           NULL);
}

void
draw_mark(const Draw *draw, int y, int x, Style style, Mark mark)
{
  draw_text(draw, y, x, draw->cols - x, style, theme_mark(draw->theme, mark));
}

void
draw_hline(const Draw *draw, int y, int x, int width, Style style)
{
  const char *mark = theme_mark(draw->theme, MARK_HLINE);
  cchar_t cell;
  wchar_t text[2] = {(wchar_t)g_utf8_get_char(mark), 0};
  width = MIN(width, draw->cols - x);
  if (width <= 0 || y < 0 || y >= draw->rows)
    return;
  setcchar(&cell, text, draw->theme->attributes[style], draw->theme->pairs[style], NULL);
  mvwhline_set(draw->window, y, x, &cell, width);
}

void
draw_vline(const Draw *draw, int y, int x, int rows, Style style)
{
  for (int i = 0; i < rows; i++)
    draw_mark(draw, y + i, x, style, MARK_VLINE);
}

void
draw_box(const Draw *draw, Rect rect, Style style)
{
  int right = rect.x + rect.cols - 1, bottom = rect.y + rect.rows - 1;
  draw_hline(draw, rect.y, rect.x, rect.cols, style);
  draw_hline(draw, bottom, rect.x, rect.cols, style);
  draw_vline(draw, rect.y, rect.x, rect.rows, style);
  draw_vline(draw, rect.y, right, rect.rows, style);
  draw_mark(draw, rect.y, rect.x, style, MARK_TOP_LEFT);
  draw_mark(draw, rect.y, right, style, MARK_TOP_RIGHT);
  draw_mark(draw, bottom, rect.x, style, MARK_BOTTOM_LEFT);
  draw_mark(draw, bottom, right, style, MARK_BOTTOM_RIGHT);
}

void
draw_frame(const Draw *draw, Style style, const char *title)
{
  draw_box(draw, (Rect){0, 0, draw->rows, draw->cols}, style);
  if (title == NULL || draw->cols < 6)
    return;
  g_autofree char *padded = g_strdup_printf(" %s ", title);
  draw_text(draw, 0, 1, draw->cols - 3, STYLE_TITLE, padded);
}

void
draw_progress(const Draw *draw, int y, int x, int width, gint64 done, gint64 total)
{
  int full = total <= 0 ? 0 : (int)(CLAMP(done, 0, total) * width / total);
  for (int i = 0; i < width; i++)
    draw_mark(draw, y, x + i, i < full ? STYLE_GOOD : STYLE_DIM,
              i < full ? MARK_BAR_FULL : MARK_BAR_EMPTY);
}

void
draw_restyle(const Draw *draw, int y, int x, int width, Style style)
{
  width = MIN(width, draw->cols - x);
  if (width <= 0 || y < 0 || y >= draw->rows)
    return;
  mvwchgat(draw->window, y, x, width, draw->theme->attributes[style], draw->theme->pairs[style],
           NULL);
}

void
draw_scroll(const Draw *draw, int y, int x, int rows, guint top, guint visible, guint count,
            Style style)
{
  if (count <= visible || rows < 2)
    return;
  int size = MAX(1, (int)((guint64)rows * visible / count));
  int offset = (int)((guint64)(rows - size) * top / (count - visible));
  for (int i = 0; i < size; i++)
    draw_mark(draw, y + MIN(offset + i, rows - 1), x, style, MARK_THUMB);
}
