/* The encodings of files that spreadsheets write. Nothing is guessed where a
 * wrong guess would put wrong letters into names: a file that is UTF-8 in one
 * line and not in another is an error. */
#include "base/sheet-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

/* Windows-1252 where it differs from Latin-1; 0: no character. */
static const guint16 windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

void
sheet_fail(GError **error, guint line, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("line %u: %s"), line, text);
}

static guint
line_of(const char *text, const char *at)
{
  guint line = 1;
  for (const char *p = text; p < at; p++)
    if (*p == '\n' || (*p == '\r' && (p + 1 == at || p[1] != '\n')))
      line++;
  return line;
}

/* --- what is no text at all --- */

static gboolean
check_kind(const char *bytes, gsize length, GError **error)
{
  static const struct {
    const char *magic;
    gsize length;
  } workbooks[] = {{"PK\003\004", 4}, {"\xd0\xcf\x11\xe0", 4}};
  for (guint i = 0; i < G_N_ELEMENTS(workbooks); i++)
    if (length >= workbooks[i].length &&
        memcmp(bytes, workbooks[i].magic, workbooks[i].length) == 0) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                          _("this is a workbook (xlsx, xls or ods): save it as CSV"));
      return FALSE;
    }
  if (length <= SHEET_BYTES)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("has more than %u MB"),
              (guint)(SHEET_BYTES / 1024 / 1024));
  return FALSE;
}

/* --- UTF-16 --- */

static gunichar2
unit_at(const guint8 *bytes, gsize index, gboolean big)
{
  guint8 first = bytes[index * 2], second = bytes[index * 2 + 1];
  return (gunichar2)(big ? first << 8 | second : second << 8 | first);
}

/* One character from `index` on; 0: there is none. */
static gunichar
utf16_character(const guint8 *bytes, gsize n, gsize *index, gboolean big)
{
  gunichar2 unit = unit_at(bytes, (*index)++, big);
  if (unit < 0xD800 || unit > 0xDFFF)
    return unit;
  if (unit > 0xDBFF || *index >= n)
    return 0;
  gunichar2 low = unit_at(bytes, *index, big);
  if (low < 0xDC00 || low > 0xDFFF)
    return 0;
  (*index)++;
  return 0x10000 + ((gunichar)(unit - 0xD800) << 10) + (low - 0xDC00);
}

static char *
from_utf16(const char *text, gsize length, gboolean big, gsize *ret_length, GError **error)
{
  g_autoptr(GString) out = g_string_sized_new(length);
  gsize n = length / 2;
  for (gsize i = 0; i < n;) {
    gunichar c = utf16_character((const guint8 *)text, n, &i, big);
    if (c == 0) {
      sheet_fail(error, line_of(out->str, out->str + out->len),
                 _("is no UTF-16: save the file as UTF-8"));
      return NULL;
    }
    g_string_append_unichar(out, c);
  }
  if (length % 2 != 0) {
    sheet_fail(error, line_of(out->str, out->str + out->len),
               _("the file is cut off within a character"));
    return NULL;
  }
  *ret_length = out->len;
  return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Without a BOM UTF-16 is known by the zeros of its ASCII letters, which stand in every
 * other place. */
static gboolean
looks_utf16(const char *bytes, gsize length, gboolean *ret_big)
{
  gsize zeros[2] = {0, 0}, n = MIN(length, 1024) / 2 * 2;
  for (gsize i = 0; i < n; i++)
    zeros[i % 2] += bytes[i] == 0;
  *ret_big = zeros[0] > zeros[1];
  return n > 0 && zeros[*ret_big ? 1 : 0] == 0 && zeros[*ret_big ? 0 : 1] * 4 >= n;
}

/* --- one byte a character --- */

/* TRUE if some of it is UTF-8 beyond ASCII. */
static gboolean
has_utf8(const char *text, gsize length)
{
  for (const char *p = text, *end = text + length; p < end; p++)
    if ((guchar)*p >= 0xC2) {
      gunichar c = g_utf8_get_char_validated(p, end - p);
      if (c != (gunichar)-1 && c != (gunichar)-2)
        return TRUE;
    }
  return FALSE;
}

static char *
from_windows_1252(const char *text, gsize length, gsize *ret_length, GError **error)
{
  g_autoptr(GString) out = g_string_sized_new(length + length / 8);
  for (gsize i = 0; i < length; i++) {
    guchar byte = (guchar)text[i];
    gunichar c = byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
    if (c == 0) {
      sheet_fail(error, line_of(text, text + i),
                 _("is neither UTF-8 nor UTF-16 nor Windows-1252: save the file as UTF-8"));
      return NULL;
    }
    g_string_append_unichar(out, c);
  }
  *ret_length = out->len;
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static const char *
decode_bytes(const char *bytes, gsize length, char **ret_own, gsize *ret_length,
             SheetEncoding *ret_encoding, GError **error)
{
  const char *wrong = memchr(bytes, 0, length);
  if (wrong) {
    sheet_fail(error, line_of(bytes, wrong), _("has a zero byte: this is no text file"));
    return NULL;
  }
  *ret_length = length;
  if (g_utf8_validate_len(bytes, length, &wrong))
    return bytes;
  if (*ret_encoding == SHEET_UTF8_BOM || has_utf8(bytes, length)) {
    sheet_fail(error, line_of(bytes, wrong), _("is no UTF-8 although other lines are"));
    return NULL;
  }
  *ret_encoding = SHEET_WINDOWS_1252;
  return *ret_own = from_windows_1252(bytes, length, ret_length, error);
}

const char *
sheet_decode(const char *bytes, gsize length, char **ret_own, gsize *ret_length,
             SheetEncoding *ret_encoding, GError **error)
{
  gboolean little = length >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0;
  gboolean big = length >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0;
  gsize mark = little || big ? 2 : 0;
  *ret_encoding = SHEET_UTF8;
  if (!check_kind(bytes, length, error))
    return NULL;
  if (mark > 0 || looks_utf16(bytes, length, &big)) {
    *ret_encoding = SHEET_UTF16;
    return *ret_own = from_utf16(bytes + mark, length - mark, big, ret_length, error);
  }
  if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
    *ret_encoding = SHEET_UTF8_BOM;
    mark = 3;
  }
  return decode_bytes(bytes + mark, length - mark, ret_own, ret_length, ret_encoding, error);
}
