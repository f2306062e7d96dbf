/* What of a text may be shown, and how many cells it takes. Folding for
 * comparison is in text-fold.c. */
#include "base/text.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

#define QUOTED_CELLS 80
/* A longer word keeps so many characters of its beginning and of its end; paths are words too. */
#define WORD_LONGEST  300
#define WORD_HEAD     200
#define WORD_TAIL     60
#define MESSAGE_BYTES 8000

/* Controls of direction and form that a terminal would obey or swallow; a
 * name with one of them can pretend to be another. */
static const struct {
  gunichar character;
  const char *mark;
} format_marks[] = {
    {0x00AD, "<SHY>"},  {0x061C, "<ALM>"},  {0x180E, "<MVS>"},  {0x200B, "<ZWSP>"},
    {0x200E, "<LRM>"},  {0x200F, "<RLM>"},  {0x2028, "<LS>"},   {0x2029, "<PS>"},
    {0x202A, "<LRE>"},  {0x202B, "<RLE>"},  {0x202C, "<PDF>"},  {0x202D, "<LRO>"},
    {0x202E, "<RLO>"},  {0x2060, "<WJ>"},   {0x2066, "<LRI>"},  {0x2067, "<RLI>"},
    {0x2068, "<FSI>"},  {0x2069, "<PDI>"},  {0x206A, "<ISS>"},  {0x206B, "<ASS>"},
    {0x206C, "<IAFS>"}, {0x206D, "<AAFS>"}, {0x206E, "<NADS>"}, {0x206F, "<NODS>"},
    {0xFEFF, "<BOM>"},
};

static const char *
format_mark(gunichar character)
{
  for (gsize i = 0; i < G_N_ELEMENTS(format_marks); i++)
    if (format_marks[i].character == character)
      return format_marks[i].mark;
  return NULL;
}

static gboolean
is_control(gunichar character)
{
  return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

/* Joiners are part of emoji and of Indic and Arabic spelling; every other
 * character of format, and what is not assigned to anybody, is shown as a mark. */
static gboolean
is_shown(gunichar character)
{
  if (is_control(character) || format_mark(character))
    return FALSE;
  if (character == 0x200C || character == 0x200D)
    return TRUE;
  switch (g_unichar_type(character)) {
  case G_UNICODE_FORMAT:
  case G_UNICODE_SURROGATE:
  case G_UNICODE_PRIVATE_USE:
  case G_UNICODE_UNASSIGNED:
    return FALSE;
  default:
    return TRUE;
  }
}

static gboolean
is_plain_ascii(const char *text)
{
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7F)
      return FALSE;
  return TRUE;
}

gboolean
text_is_visible(const char *text)
{
  if (is_plain_ascii(text))
    return TRUE;
  while (*text) {
    gunichar character = g_utf8_get_char_validated(text, -1);
    if ((gint32)character < 0 || !is_shown(character))
      return FALSE;
    text = g_utf8_next_char(text);
  }
  return TRUE;
}

static void
append_visible(GString *out, gunichar character)
{
  if (is_shown(character)) {
    g_string_append_unichar(out, character);
    return;
  }
  const char *mark = format_mark(character);
  if (mark)
    g_string_append(out, mark);
  else if (character < 0x20)
    g_string_append_unichar(out, 0x2400 + character); /* the control pictures */
  else if (character == 0x7F)
    g_string_append_unichar(out, 0x2421);
  else
    g_string_append_printf(out, "<U+%04X>", character);
}

char *
text_visible(const char *text)
{
  if (text_is_visible(text))
    return g_strdup(text);
  GString *out = g_string_sized_new(strlen(text) + 16);
  while (*text) {
    gunichar character = g_utf8_get_char_validated(text, -1);
    if ((gint32)character < 0) {
      g_string_append_unichar(out, 0xFFFD);
      text++;
      continue;
    }
    append_visible(out, character);
    text = g_utf8_next_char(text);
  }
  return g_string_free(out, FALSE);
}

/* The C library and so ncurses place characters by wcwidth(): a table of our
 * own would disagree with the terminal driver. In a locale that cannot tell,
 * GLib's tables are the better guess. */
static int
cells_of(gunichar character)
{
  if (character < 0x7F)
    return character >= 0x20;
  int cells = wcwidth((wchar_t)character);
  if (cells >= 0)
    return cells;
  if (g_unichar_iszerowidth(character))
    return 0;
  return g_unichar_iswide(character) ? 2 : 1;
}

int
text_width(const char *text)
{
  int cells = 0;
  for (; *text; text = g_utf8_next_char(text))
    cells += cells_of(g_utf8_get_char(text));
  return cells;
}

char *
text_clip(const char *text, int cells, gboolean ascii)
{
  if (text_width(text) <= cells)
    return g_strdup(text);
  const char *ellipsis = ascii ? "..." : "…";
  int room = cells - (ascii ? 3 : 1);
  if (room < 0) {
    ellipsis = "";
    room = MAX(cells, 0);
  }
  const char *at = text;
  for (int used = 0; *at; at = g_utf8_next_char(at)) {
    used += cells_of(g_utf8_get_char(at));
    if (used > room)
      break;
  }
  return g_strdup_printf("%.*s%s", (int)(at - text), text, ellipsis);
}

char *
text_squeeze(const char *text)
{
  GString *out = g_string_sized_new(strlen(text));
  gboolean blank = FALSE;
  while (*text) {
    gunichar character = g_utf8_get_char_validated(text, -1);
    gboolean valid = (gint32)character >= 0;
    text = valid ? g_utf8_next_char(text) : text + 1;
    if (!valid)
      character = 0xFFFD;
    if (g_unichar_isspace(character)) {
      blank = out->len > 0;
      continue;
    }
    if (blank)
      g_string_append_c(out, ' ');
    blank = FALSE;
    g_string_append_unichar(out, character);
  }
  return g_string_free(out, FALSE);
}

/* Edit distance with transposed neighbours counted as one, case folded. */
static guint
edit_distance(const char *a, const char *b)
{
  gsize n = strlen(a), m = strlen(b);
  if (n > 64 || m > 64)
    return G_MAXUINT;
  guint rows[3][66];
  for (gsize j = 0; j <= m; j++)
    rows[0][j] = (guint)j;
  for (gsize i = 1; i <= n; i++) {
    guint *now = rows[i % 3], *before = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
    now[0] = (guint)i;
    for (gsize j = 1; j <= m; j++) {
      char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
      guint best = MIN(before[j] + 1, now[j - 1] + 1);
      best = MIN(best, before[j - 1] + (x != y));
      if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && g_ascii_tolower(a[i - 2]) == y)
        best = MIN(best, second[j - 2] + 1);
      now[j] = best;
    }
  }
  return rows[n % 3][m];
}

const char *
text_nearest(const char *word, const char *const *known)
{
  const char *nearest = NULL;
  guint best = (guint)strlen(word) / 3 + 2;
  for (; *known; known++) {
    guint distance = edit_distance(word, *known);
    gboolean begins = *word && g_ascii_strncasecmp(word, *known, strlen(word)) == 0;
    if (begins)
      distance = MIN(distance, 1);
    if (distance < best) {
      best = distance;
      nearest = *known;
    }
  }
  return nearest;
}

gboolean
text_locale_is_utf8(void)
{
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* --- what somebody typed, in messages --- */

char *
text_quoted(const char *text)
{
  g_autofree char *visible = text_visible(text);
  return text_clip(visible, QUOTED_CELLS, FALSE);
}

static void
append_word(GString *out, const char *word, gsize length)
{
  glong n = g_utf8_strlen(word, (gssize)length);
  if (n <= WORD_LONGEST) {
    g_string_append_len(out, word, (gssize)length);
    return;
  }
  const char *tail = g_utf8_offset_to_pointer(word, n - WORD_TAIL);
  g_string_append_len(out, word, g_utf8_offset_to_pointer(word, WORD_HEAD) - word);
  g_string_append(out, "…");
  g_string_append_len(out, tail, word + length - tail);
}

char *
text_cut_long(const char *message)
{
  GString *out = g_string_new(NULL);
  g_autofree char *valid = g_utf8_make_valid(message, -1);
  for (const char *p = valid; *p && out->len < MESSAGE_BYTES;) {
    gsize word = strcspn(p, " \t\n");
    append_word(out, p, word);
    p += word;
    if (*p)
      g_string_append_c(out, *p++);
    if (*p && out->len >= MESSAGE_BYTES)
      g_string_append(out, "…");
  }
  return g_string_free(out, FALSE);
}

gboolean
text_list_has(const char *list, const char *item)
{
  g_auto(GStrv) items = g_strsplit(list ? list : "", "\n", -1);
  for (char **at = items; *at; at++)
    if (g_ascii_strcasecmp(*at, item) == 0)
      return TRUE;
  return FALSE;
}
