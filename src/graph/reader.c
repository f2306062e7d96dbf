/* JSON in one pass and in place. Strict about structure, so that a page that
 * was cut off or garbled is noticed; lenient about bytes inside strings: what
 * is no UTF-8 becomes '?', escaped NULs and lone surrogates become U+FFFD. What
 * the members mean is for users-read.c. */
#include "graph/reader-private.h"

#include <string.h>

#define MAX_DEPTH 64
/* A link is at most this long where it is looked for first. */
#define TAIL 8192

/* Bytes that end a plain run inside a string: quote, backslash, controls. */
static const guint8 is_special[256] = {
    [0] = 1,  [1] = 1,  [2] = 1,  [3] = 1,  [4] = 1,  [5] = 1,   [6] = 1,   [7] = 1,  [8] = 1,
    [9] = 1,  [10] = 1, [11] = 1, [12] = 1, [13] = 1, [14] = 1,  [15] = 1,  [16] = 1, [17] = 1,
    [18] = 1, [19] = 1, [20] = 1, [21] = 1, [22] = 1, [23] = 1,  [24] = 1,  [25] = 1, [26] = 1,
    [27] = 1, [28] = 1, [29] = 1, [30] = 1, [31] = 1, ['"'] = 1, ['\\'] = 1};

static gboolean
fail(Reader *reader)
{
  reader->failed = TRUE;
  reader->at = reader->end;
  return FALSE;
}

static inline char *
skip_space(char *at)
{
  while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')
    at++;
  return at;
}

void
reader_init(Reader *reader, char *text, gsize length)
{
  *reader = (Reader){.at = text, .start = text, .end = text + length};
}

ReaderKind
reader_peek(Reader *reader)
{
  reader->at = skip_space(reader->at);
  switch (*reader->at) {
  case '"':
    return READER_STRING;
  case '{':
    return READER_OBJECT;
  case '[':
    return READER_ARRAY;
  case 'n':
    return READER_NULL;
  case 't':
    return READER_TRUE;
  case 'f':
    return READER_FALSE;
  default:
    if (*reader->at == '-' || g_ascii_isdigit(*reader->at))
      return READER_NUMBER;
    fail(reader);
    return READER_END;
  }
}

gboolean
reader_enter(Reader *reader, ReaderKind kind)
{
  if (reader_peek(reader) != kind) {
    reader_skip(reader);
    return FALSE;
  }
  if (++reader->depth > MAX_DEPTH)
    return fail(reader);
  reader->at++;
  return TRUE;
}

/* Before a member or item: TRUE if there is one. What stands before `at` tells whether it
 * is the first, for only then no comma is due. */
static gboolean
next_in(Reader *reader, char close)
{
  if (reader->failed)
    return FALSE;
  char before = reader->at[-1];
  reader->at = skip_space(reader->at);
  if (*reader->at == close) {
    reader->at++;
    reader->depth--;
    return FALSE;
  }
  gboolean first = before == (close == '}' ? '{' : '[');
  if (first && reader->at > reader->start)
    return TRUE;
  if (*reader->at != ',')
    return fail(reader);
  reader->at = skip_space(reader->at + 1);
  return TRUE;
}

gboolean
reader_item(Reader *reader)
{
  return next_in(reader, ']');
}

gboolean
reader_member(Reader *reader, char **ret_name, gsize *ret_length)
{
  if (!next_in(reader, '}'))
    return FALSE;
  if (*reader->at != '"')
    return fail(reader);
  char *name = reader_string(reader, ret_length);
  if (!name)
    return FALSE;
  reader->at = skip_space(reader->at);
  if (*reader->at != ':')
    return fail(reader);
  reader->at++;
  *ret_name = name;
  return TRUE;
}

static int
hex4(const char *at)
{
  int number = 0;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value(at[i]);
    if (digit < 0)
      return -1;
    number = number * 16 + digit;
  }
  return number;
}

/* One escape at `from` (behind the backslash), written to `to`; both move on. */
static gboolean
unescape(const char **from, char **to)
{
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  const char *at = *from, *letter = *at ? strchr(letters, *at) : NULL;
  if (letter) {
    *(*to)++ = meant[letter - letters];
    *from = at + 1;
    return TRUE;
  }
  int unit = *at == 'u' ? hex4(at + 1) : -1;
  if (unit < 0)
    return FALSE;
  at += 5;
  gunichar character = (gunichar)unit;
  if (unit >= 0xd800 && unit < 0xdc00 && at[0] == '\\' && at[1] == 'u') {
    int low = hex4(at + 2);
    if (low >= 0xdc00 && low < 0xe000) {
      character = 0x10000 + (((gunichar)unit - 0xd800) << 10) + ((gunichar)low - 0xdc00);
      at += 6;
    }
  }
  if (character == 0 || (character >= 0xd800 && character < 0xe000))
    character = 0xfffd;
  *to += g_unichar_to_utf8(character, *to); /* at most 3 bytes for 6, 4 for 12 */
  *from = at;
  return TRUE;
}

/* Makes what is no UTF-8 plain. */
static void
mend(char *text, gsize length)
{
  const char *bad;
  for (char *at = text; !g_utf8_validate(at, (gssize)(length - (gsize)(at - text)), &bad);) {
    at = text + (bad - text);
    *at = '?';
  }
}

/* From the first character that is special on. */
static char *
string_rest(Reader *reader, char *text, char *at, guint8 seen, gsize *ret_length)
{
  char *to = at;
  const char *from = at;
  for (;;) {
    guint8 c = (guint8)*from;
    if (c == '"')
      break;
    if (c == '\\') {
      from++;
      seen |= 0x80;
      if (!unescape(&from, &to)) {
        fail(reader);
        return NULL;
      }
    } else if (c < ' ') {
      fail(reader); /* also the end of the text */
      return NULL;
    } else {
      seen |= c;
      *to++ = *from++;
    }
  }
  reader->at += from + 1 - reader->at;
  *to = '\0';
  *ret_length = (gsize)(to - text);
  if (seen & 0x80)
    mend(text, *ret_length);
  return text;
}

char *
reader_string(Reader *reader, gsize *ret_length)
{
  gsize ignored;
  if (!ret_length)
    ret_length = &ignored;
  if (reader_peek(reader) != READER_STRING) {
    reader_skip(reader);
    return NULL;
  }
  char *text = reader->at + 1, *at = text;
  guint8 seen = 0;
  while (!is_special[(guint8)*at])
    seen |= (guint8)*at++;
  if (*at != '"')
    return string_rest(reader, text, at, seen, ret_length);
  *at = '\0';
  *ret_length = (gsize)(at - text);
  reader->at = at + 1;
  if (seen & 0x80)
    mend(text, *ret_length);
  return text;
}

static void
skip_word(Reader *reader, const char *word)
{
  gsize length = strlen(word);
  if (strncmp(reader->at, word, length) == 0)
    reader->at += length;
  else
    fail(reader);
}

static void
skip_number(Reader *reader)
{
  char *at = reader->at;
  if (*at == '-')
    at++;
  gsize digits = strspn(at, "0123456789");
  gsize all = strspn(at, "0123456789+-.eE");
  if (!digits || all > 64)
    fail(reader);
  else
    reader->at = at + all;
}

static void
skip_string(Reader *reader)
{
  char *at = reader->at + 1;
  for (;;) {
    while (!is_special[(guint8)*at])
      at++;
    if (*at == '"')
      break;
    if (*at != '\\' || (guint8)at[1] < ' ') {
      fail(reader);
      return;
    }
    at += 2;
  }
  reader->at = at + 1;
}

static void
skip_nested(Reader *reader, ReaderKind kind)
{
  char *name;
  gsize length;
  if (!reader_enter(reader, kind))
    return;
  while (kind == READER_ARRAY ? reader_item(reader) : reader_member(reader, &name, &length))
    reader_skip(reader);
}

void
reader_skip(Reader *reader)
{
  ReaderKind kind = reader_peek(reader);
  switch (kind) {
  case READER_NULL:
    skip_word(reader, "null");
    break;
  case READER_TRUE:
    skip_word(reader, "true");
    break;
  case READER_FALSE:
    skip_word(reader, "false");
    break;
  case READER_NUMBER:
    skip_number(reader);
    break;
  case READER_STRING:
    skip_string(reader);
    break;
  case READER_ARRAY:
  case READER_OBJECT:
    skip_nested(reader, kind);
    break;
  case READER_END:
    break;
  }
}

gboolean
reader_bool(Reader *reader)
{
  gboolean value = reader_peek(reader) == READER_TRUE;
  reader_skip(reader);
  return value && !reader->failed;
}

gboolean
reader_at_end(Reader *reader)
{
  reader->at = skip_space(reader->at);
  return !reader->failed && reader->at == reader->end;
}

/* The byte behind the string that begins at `at`, or `end`. */
static const char *
behind_string(const char *at, const char *end)
{
  for (at++; at < end; at++) {
    at = memchr(at, '"', (gsize)(end - at));
    if (!at)
      return end;
    const char *slash = at;
    while (slash[-1] == '\\')
      slash--;
    if ((at - slash) % 2 == 0)
      return at + 1;
  }
  return end;
}

/* A string as it stands in the text, unescaped. */
static char *
copy_string(const char *at, const char *behind)
{
  g_autofree char *copy = g_strndup(at, (gsize)(behind - at));
  Reader reader;
  reader_init(&reader, copy, strlen(copy));
  const char *text = reader_string(&reader, NULL);
  return g_strdup(text);
}

/* The member when it is the last one of the text, which most services put there: found
 * without a walk through the page. What ends with `"name":"…"}` and nothing behind it is a
 * member of the outermost object, for that brace closes it, and a quote without a backslash
 * before it stands in no string. */
static char *
find_last(const char *text, gsize length, const char *name)
{
  g_autofree char *key = g_strdup_printf("\"%s\":\"", name);
  gsize tail = MIN(length, TAIL);
  const char *end = text + length, *at = g_strrstr_len(end - tail, (gssize)tail, key);
  if (!at || at == text || at[-1] == '\\')
    return NULL;
  const char *value = at + strlen(key) - 1, *behind = behind_string(value, end), *rest = behind;
  while (rest < end && g_ascii_isspace(*rest))
    rest++;
  if (rest == end || *rest++ != '}')
    return NULL;
  while (rest < end && g_ascii_isspace(*rest))
    rest++;
  return rest == end ? copy_string(value, behind) : NULL;
}

/* The member wherever it is, down to `max_depth` brackets; `ret_end` gets the byte where it was
 * given up. */
static char *
find_until(const char *text, gsize length, const char *name, int max_depth, const char **ret_end)
{
  const char *end = text + length;
  gsize name_length = strlen(name);
  int depth = 0;
  gboolean matched = FALSE;
  const char *at = text;
  while (at < end && depth <= max_depth) {
    if (*at == '"') {
      const char *behind = behind_string(at, end);
      if (matched) {
        *ret_end = behind;
        return copy_string(at, behind);
      }
      if (depth == 1 && (gsize)(behind - at) == name_length + 2 &&
          memcmp(at + 1, name, name_length) == 0) {
        while (behind < end && g_ascii_isspace(*behind))
          behind++;
        matched = behind < end && *behind == ':';
      }
      at = behind;
      continue;
    }
    if (*at == '{' || *at == '[')
      depth++;
    else if (*at == '}' || *at == ']')
      depth--;
    if (*at == ',' || *at == '{' || *at == '[')
      matched = FALSE;
    at++;
  }
  *ret_end = at;
  return NULL;
}

char *
reader_find_string(const char *text, gsize length, const char *name)
{
  const char *end;
  char *last = find_last(text, length, name);
  return last ? last : find_until(text, length, name, G_MAXINT, &end);
}

char *
reader_find_early(const char *text, gsize length, const char *name, gboolean *ret_more)
{
  const char *end;
  g_autofree char *found = find_until(text, length, name, 1, &end);
  /* A string is whole when something stands behind it. */
  gboolean more = end == text + length;
  if (ret_more)
    *ret_more = more;
  return more ? NULL : g_steal_pointer(&found);
}
