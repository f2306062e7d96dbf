/* Folded text: the fast paths for ASCII and for the alphabets with case.
 * Everything else, and what a letter folds to, is left to base/text. */
#include "model/folding.h"

#include "base/text.h"
#include <string.h>

/* In Folder.length: too long to be remembered. */
#define TOO_LONG 0xff
/* In Folder.length: folds to nothing (a mark). */
#define NOTHING 0xfe

gboolean
folding_is_ascii(const char *text, gsize length)
{
  guint64 high = 0;
  gsize i = 0;
  for (; i + 8 <= length; i += 8) {
    guint64 block;
    memcpy(&block, text + i, 8);
    high |= block;
  }
  for (; i < length; i++)
    high |= (guchar)text[i];
  return (high & G_GUINT64_CONSTANT(0x8080808080808080)) == 0;
}

static inline guchar
fold_byte(guchar byte)
{
  if (byte >= 'A' && byte <= 'Z')
    return byte | 0x20;
  if (byte == '\n')
    return FOLDING_SEPARATOR;
  return byte < 0x20 || byte == 0x7f ? ' ' : byte;
}

void
folding_copy_ascii(char *out, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    out[i] = (char)fold_byte((guchar)text[i]);
}

void
folder_init(Folder *folder)
{
  memset(folder->length, 0, sizeof folder->length);
  folder->scratch = g_string_sized_new(256);
}

void
folder_clear(Folder *folder)
{
  g_string_free(folder->scratch, TRUE);
}

static guint8
look_up(Folder *folder, gunichar letter)
{
  char utf8[7] = {0};
  g_unichar_to_utf8(letter, utf8);
  g_autofree char *folded = text_fold(utf8);
  gsize length = strlen(folded);
  if (length > sizeof folder->text[0])
    return folder->length[letter] = TOO_LONG;
  memcpy(folder->text[letter], folded, length);
  return folder->length[letter] = length == 0 ? NOTHING : (guint8)length;
}

/* Letter by letter; FALSE, with `out` as it was, when there is one that cannot be. */
static gboolean
append_letters(Folder *folder, GString *out, const char *text, gsize length)
{
  gsize start = out->len;
  const char *end = text + length;
  while (text < end) {
    guchar first = (guchar)text[0];
    if (first < 0x80) {
      g_string_append_c(out, (char)fold_byte(first));
      text++;
      continue;
    }
    gunichar letter = g_utf8_get_char_validated(text, end - text);
    if (letter >= 0x4E00 && letter <= 0x9FFF) {
      /* Ideographs have neither case nor marks. */
      g_string_append_len(out, text, 3);
      text += 3;
      continue;
    }
    if (letter >= FOLDER_LETTERS)
      break;
    guint8 known = folder->length[letter] ? folder->length[letter] : look_up(folder, letter);
    if (known == TOO_LONG)
      break;
    if (known != NOTHING)
      g_string_append_len(out, folder->text[letter], known);
    text = g_utf8_next_char(text);
  }
  if (text >= end)
    return TRUE;
  g_string_truncate(out, start);
  return FALSE;
}

void
folder_append(Folder *folder, GString *out, const char *text, gsize length)
{
  gsize start = out->len;
  if (folding_is_ascii(text, length)) {
    g_string_set_size(out, start + length);
    folding_copy_ascii(out->str + start, text, length);
    return;
  }
  if (append_letters(folder, out, text, length))
    return;
  text_fold_append(out, text);
  for (gsize i = start; i < out->len; i++)
    out->str[i] = (char)fold_byte((guchar)out->str[i]);
}

static gboolean
ascii_matches(const char *text, const GString *folded)
{
  for (gsize i = 0; i < folded->len; i++)
    if (fold_byte((guchar)text[i]) != (guchar)folded->str[i])
      return FALSE;
  return TRUE;
}

gboolean
folder_matches(Folder *folder, const char *text, gsize length, const GString *folded,
               gboolean exact)
{
  if (folding_is_ascii(text, length))
    return (exact ? length == folded->len : length >= folded->len) && ascii_matches(text, folded);
  g_string_truncate(folder->scratch, 0);
  if (text[length] == '\0')
    folder_append(folder, folder->scratch, text, length);
  else {
    g_autofree char *part = g_strndup(text, length);
    folder_append(folder, folder->scratch, part, length);
  }
  const GString *own = folder->scratch;
  return (exact ? own->len == folded->len : own->len >= folded->len) &&
         memcmp(own->str, folded->str, folded->len) == 0;
}
