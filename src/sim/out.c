/* Writing JSON straight into a growing buffer. Knows JSON's rules for text
 * and numbers, and nothing of what is written. */
#include "sim/out.h"

#include <string.h>

void
out_comma(GString *out)
{
  char last = out->len ? out->str[out->len - 1] : '{';

  if (last != '{' && last != '[')
    g_string_append_c(out, ',');
}

static void
out_escape(GString *out, guchar c)
{
  switch (c) {
  case '"':
    g_string_append_len(out, "\\\"", 2);
    break;
  case '\\':
    g_string_append_len(out, "\\\\", 2);
    break;
  case '\n':
    g_string_append_len(out, "\\n", 2);
    break;
  case '\t':
    g_string_append_len(out, "\\t", 2);
    break;
  default:
    g_string_append_printf(out, "\\u%04x", c);
  }
}

void
out_string(GString *out, const char *text, gssize length)
{
  if (!text) {
    g_string_append_len(out, "null", 4);
    return;
  }
  gsize n = length < 0 ? strlen(text) : (gsize)length;
  gsize start = 0;
  g_string_append_c(out, '"');
  for (gsize i = 0; i < n; i++) {
    guchar c = (guchar)text[i];
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
      continue;
    g_string_append_len(out, text + start, (gssize)(i - start));
    out_escape(out, c);
    start = i + 1;
  }
  g_string_append_len(out, text + start, (gssize)(n - start));
  g_string_append_c(out, '"');
}

void
out_key(GString *out, const char *name)
{
  out_comma(out);
  g_string_append_c(out, '"');
  g_string_append(out, name);
  g_string_append_len(out, "\":", 2);
}

void
out_pair(GString *out, const char *name, const char *value)
{
  out_key(out, name);
  out_string(out, value, -1);
}

void
out_pair_bool(GString *out, const char *name, gboolean value)
{
  out_key(out, name);
  g_string_append(out, value ? "true" : "false");
}

void
out_pair_int(GString *out, const char *name, gint64 value)
{
  out_key(out, name);
  g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
}

static void
out_digits(char *at, int n, gint64 value)
{
  for (int i = n - 1; i >= 0; i--, value /= 10)
    at[i] = (char)('0' + value % 10);
}

/* Civil date from days since 1970, after Howard Hinnant's algorithm: a page holds
 * thousands of dates, and GDateTime allocates for each. */
void
out_format_date(gint64 seconds, char buffer[21])
{
  gint64 days = seconds / 86400, rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    days--;
  }
  days += 719468;
  gint64 era = (days >= 0 ? days : days - 146096) / 146097;
  gint64 doe = days - era * 146097;
  gint64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  gint64 doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  gint64 mp = (5 * doy + 2) / 153;
  gint64 month = mp < 10 ? mp + 3 : mp - 9;

  memcpy(buffer, "0000-00-00T00:00:00Z", 21);
  out_digits(buffer, 4, yoe + era * 400 + (month <= 2));
  out_digits(buffer + 5, 2, month);
  out_digits(buffer + 8, 2, doy - (153 * mp + 2) / 5 + 1);
  out_digits(buffer + 11, 2, rest / 3600);
  out_digits(buffer + 14, 2, rest / 60 % 60);
  out_digits(buffer + 17, 2, rest % 60);
}

void
out_date(GString *out, gint64 seconds)
{
  char text[21];

  if (!seconds) {
    g_string_append_len(out, "null", 4);
    return;
  }
  out_format_date(seconds, text);
  g_string_append_c(out, '"');
  g_string_append_len(out, text, 20);
  g_string_append_c(out, '"');
}

void
out_pair_date(GString *out, const char *name, gint64 seconds)
{
  out_key(out, name);
  out_date(out, seconds);
}
