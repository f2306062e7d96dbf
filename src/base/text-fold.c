/* Folding: text as it is compared when neither case nor accents count. */
#include "base/text.h"

#include <string.h>

/* Letters that Unicode does not decompose although people do. */
static const struct {
  gunichar letter;
  const char *plain;
} letters[] = {
    {0x00DF, "ss"}, {0x1E9E, "ss"}, {0x00E6, "ae"}, {0x0153, "oe"}, {0x00F8, "o"}, {0x0111, "d"},
    {0x00F0, "d"},  {0x00FE, "th"}, {0x0142, "l"},  {0x0131, "i"},  {0x0127, "h"}, {0x0167, "t"},
    {0x0138, "k"},  {0x014B, "n"},  {0x0140, "l"},  {0x03C2, "σ"},
};

static const char *
plain_letter(gunichar character)
{
  for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
    if (letters[i].letter == character)
      return letters[i].plain;
  return NULL;
}

/* Marks of Latin, Greek, Cyrillic, Hebrew points, Arabic vowels: letters stay. In
 * scripts whose vowels are marks (Devanagari, Thai) they are spacing or carry the
 * meaning, so only the general combining blocks and the points are dropped. */
static gboolean
is_dropped(gunichar c)
{
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0483 && c <= 0x0487) ||
         (c >= 0x0591 && c <= 0x05C7) || (c >= 0x064B && c <= 0x065F) || c == 0x0670 ||
         (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F) || c == 0x3099 || c == 0x309A;
}

static void
append_folded(GString *out, const char *text, gssize length)
{
  g_autofree char *valid = NULL;
  g_autofree char *apart = g_utf8_normalize(text, length, G_NORMALIZE_ALL);
  if (!apart) {
    valid = g_utf8_make_valid(text, length);
    apart = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
  }
  for (const char *at = apart; *at; at = g_utf8_next_char(at)) {
    gunichar character = g_unichar_tolower(g_utf8_get_char(at));
    if (is_dropped(character))
      continue;
    const char *plain = plain_letter(character);
    if (plain)
      g_string_append(out, plain);
    else
      g_string_append_unichar(out, character);
  }
}

void
text_fold_append(GString *out, const char *text)
{
  gsize length = strlen(text), start = out->len;
  g_string_set_size(out, start + length);
  char *to = out->str + start;
  for (gsize i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x80) {
      g_string_truncate(out, start);
      append_folded(out, text, (gssize)length);
      return;
    }
    to[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
}

char *
text_fold(const char *text)
{
  GString *out = g_string_new(NULL);
  text_fold_append(out, text);
  return g_string_free(out, FALSE);
}
