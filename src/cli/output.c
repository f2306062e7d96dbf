/* The stream of results: gathers, writes in large pieces, or replaces a file
 * at the end; and the small parts that all formats are made of. */
#include "cli/output.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/output-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SPILL (256 * 1024)

struct Output {
  OutputStyle style;
  GString *buffer;
  int fd;
  int failed; /* errno of the first write that failed */
};

gboolean
output_format(const char *name, OutputFormat *ret_format)
{
  static const char *const names[] = {"table", "json", "jsonl", "csv", "tsv"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(names[i], name)) {
      *ret_format = i;
      return TRUE;
    }
  return FALSE;
}

Output *
output_new(const OutputStyle *style, int fd)
{
  Output *output = g_new0(Output, 1);
  output->style = *style;
  output->buffer = g_string_sized_new(style->path ? SPILL : 2 * SPILL);
  output->fd = fd;
  return output;
}

void
output_free(Output *output)
{
  if (!output)
    return;
  g_string_free(output->buffer, TRUE);
  g_free(output);
}

const OutputStyle *
output_style(const Output *output)
{
  return &output->style;
}

GString *
output_buffer(Output *output)
{
  return output->buffer;
}

/* A terminal of an ASCII locale gets ASCII: "Müller" as "Muller", what has no likeness as
 * "?". */
static void
make_ascii(GString *buffer)
{
  g_autofree char *ascii = g_str_to_ascii(buffer->str, NULL);
  g_string_assign(buffer, ascii);
}

static void
write_all(Output *output)
{
  if (output->style.visible && output->style.ascii)
    make_ascii(output->buffer);
  const char *at = output->buffer->str;
  gsize left = output->buffer->len;
  while (left > 0 && !output->failed) {
    ssize_t n = write(output->fd, at, left);
    if (n < 0 && errno != EINTR)
      output->failed = errno;
    if (n > 0) {
      at += n;
      left -= n;
    }
  }
  g_string_truncate(output->buffer, 0);
}

gboolean
output_spill(Output *output)
{
  if (!output->style.path && output->buffer->len >= SPILL)
    write_all(output);
  return !output->failed;
}

gboolean
output_take(Output *output, GString *text)
{
  GString *buffer = output->buffer;
  if (buffer->len == 0) { /* no copy; whoever holds the buffer goes on with the same one */
    GString empty = *buffer;
    *buffer = *text;
    *text = empty;
  } else
    g_string_append_len(buffer, text->str, (gssize)text->len);
  g_string_free(text, TRUE);
  return output_spill(output);
}

gboolean
output_finish(Output *output, GError **error)
{
  if (output->style.path)
    return file_replace(output->style.path, output->buffer->str, output->buffer->len, 0600, error);
  write_all(output);
  if (!output->failed || output->failed == EPIPE)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, _("cannot write the result: %s"),
              g_strerror(output->failed));
  return FALSE;
}

Table *
output_table(const Output *output)
{
  return table_new(output->style.width, output->style.ascii);
}

/* --- parts of JSON --- */

/* The characters that a terminal may act upon, or that change how others look; JSON can
 * write each of them as an escape. */
static gboolean
is_hidden(gunichar c)
{
  GUnicodeType type = g_unichar_type(c);
  return c != ' ' && (type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL ||
                      type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR ||
                      type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_UNASSIGNED);
}

static void
append_escaped(GString *out, const char *json)
{
  for (const char *at = json; *at; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    if (!is_hidden(c))
      g_string_append_len(out, at, g_utf8_next_char(at) - at);
    else if (c < 0x10000)
      g_string_append_printf(out, "\\u%04x", c);
    else
      g_string_append_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
  }
}

void
escape_from(GString *out, gsize from)
{
  g_autofree char *json = g_strdup(out->str + from);
  g_string_truncate(out, from);
  append_escaped(out, json);
}

#define EACH(byte) (G_GUINT64_CONSTANT(0x0101010101010101) * (byte))

/* TRUE if one of eight bytes is zero. */
static gboolean
has_zero(guint64 bytes)
{
  return ((bytes - EACH(0x01)) & ~bytes & EACH(0x80)) != 0;
}

/* TRUE if JSON takes these bytes as they stand: printable ASCII without quote and backslash. */
static gboolean
are_plain(guint64 bytes)
{
  /* Those below a space borrow from their top bit, those from 0x7f on have it or get it. */
  gboolean printable = (((bytes - EACH(0x20)) | bytes | (bytes + EACH(0x01))) & EACH(0x80)) == 0;
  return printable && !has_zero(bytes ^ EACH('"')) && !has_zero(bytes ^ EACH('\\'));
}

/* The length of a text of which all are plain, or 0. Nearly all texts are such. */
static gsize
plain_length(const char *text)
{
  gsize length = strlen(text), at = 0;
  guint64 bytes;
  for (; at + sizeof bytes <= length; at += sizeof bytes) {
    memcpy(&bytes, text + at, sizeof bytes);
    if (!are_plain(bytes))
      return 0;
  }
  bytes = EACH(' ');
  memcpy(&bytes, text + at, length - at);
  return are_plain(bytes) ? length : 0;
}

void
append_json_text(GString *out, const char *text, gboolean visible)
{
  gsize length = text ? plain_length(text) : 0;
  if (length > 0) {
    char *to = append_room(out, length + 2);
    *to = '"';
    memcpy(to + 1, text, length);
    to[length + 1] = '"';
  } else if (visible && text) {
    g_autoptr(GString) json = g_string_new(NULL);
    json_append_string(json, text);
    append_escaped(out, json->str);
  } else {
    json_append_string(out, text);
  }
}

void
append_json_list(GString *out, const char *list, gboolean visible)
{
  g_string_append_c(out, '[');
  for (const char *at = list; at && *at;) {
    const char *end = strchrnul(at, '\n');
    g_autofree char *item = g_strndup(at, end - at);
    if (at != list)
      g_string_append_c(out, ',');
    append_json_text(out, item, visible);
    at = *end ? end + 1 : end;
  }
  g_string_append_c(out, ']');
}

static void
append_digits(char *out, guint number, guint digits)
{
  while (digits-- > 0) {
    out[digits] = '0' + number % 10;
    number /= 10;
  }
}

/* Days since 1970 to year, month, day by the era method: years begin in March, so that the
 * leap day is the last of its year. */
static void
civil_date(gint64 days, guint *ret_year, guint *ret_month, guint *ret_day)
{
  days += 719468;
  gint64 era = days / 146097;
  guint of_era = days - era * 146097;
  guint year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  guint of_year = of_era - (365 * year + year / 4 - year / 100);
  guint month = (5 * of_year + 2) / 153;
  *ret_day = of_year - (153 * month + 2) / 5 + 1;
  *ret_month = month < 10 ? month + 3 : month - 9;
  *ret_year = year + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

void
append_moment(GString *out, gint64 moment)
{
  char text[] = "0000-00-00T00:00:00Z";
  gint64 days = moment / 86400 - (moment % 86400 < 0 ? 1 : 0);
  guint seconds = moment - days * 86400;
  guint year, month, day;
  if (days < -719468 || days > 2932896) /* before the year 0, after 9999 */
    days = 2932896;
  civil_date(days, &year, &month, &day);
  append_digits(text, year, 4);
  append_digits(text + 5, month, 2);
  append_digits(text + 8, day, 2);
  append_digits(text + 11, seconds / 3600, 2);
  append_digits(text + 14, seconds / 60 % 60, 2);
  append_digits(text + 17, seconds % 60, 2);
  g_string_append_len(out, text, sizeof text - 1);
}

void
append_json_moment(GString *out, gint64 moment)
{
  g_string_append_c(out, '"');
  append_moment(out, moment);
  g_string_append_c(out, '"');
}

/* --- parts of csv and tsv --- */

void
append_cell_text(const Output *output, GString *out, const char *text, gboolean first)
{
  g_autofree char *visible = NULL;
  if (output->style.visible && text && !text_is_visible(text))
    text = visible = text_visible(text);
  if (output->style.format == FORMAT_CSV)
    csv_append_cell(out, text ? text : "", ',', first, TRUE);
  else
    csv_append_tsv_cell(out, text ? text : "", first);
}
