/* Text as mdoc(7): nothing in it may be taken for a macro or an escape, and
 * only ASCII is written, whatever the formatter expects. */
#include "docgen/docgen.h"

#include <string.h>

#define LINE 76

static void
append_character(GString *out, gunichar c)
{
  if (c == '\\')
    g_string_append(out, "\\e");
  else if (c < 0x80)
    g_string_append_c(out, (char)c);
  else
    g_string_append_printf(out, "\\[u%04X]", c);
}

/* A word that mdoc could read as a macro or a delimiter gets an empty character first. */
static gboolean
needs_guard(const char *word, gsize length)
{
  static const char delimiters[] = ".,:;()[]?!|";
  if (length == 1 && strchr(delimiters, *word))
    return TRUE;
  if (*word == '.' || *word == '\'')
    return TRUE;
  return length >= 2 && length <= 3 && g_ascii_isupper(*word);
}

void
mdoc_argument(GString *out, const char *text)
{
  gboolean start = TRUE;
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    if (start && needs_guard(at, strcspn(at, " \n")))
      g_string_append(out, "\\&");
    if (*at == '"')
      g_string_append(out, "\\(dq");
    else
      append_character(out, *at == '\n' ? ' ' : g_utf8_get_char(at));
    start = *at == ' ' || *at == '\n';
  }
}

static void
append_word(GString *out, const char *word)
{
  for (const char *at = word; *at; at = g_utf8_next_char(at))
    append_character(out, g_utf8_get_char(at));
}

/* A sentence begins on a line of its own, and lines are short, as mdoc wants them. */
static void
append_paragraph(GString *out, const char *text)
{
  g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
  gsize start = out->len;
  gboolean ended = FALSE;
  for (guint i = 0; words[i]; i++) {
    gsize length = strlen(words[i]);
    if (length == 0)
      continue;
    if (out->len > start) {
      gboolean wrap = (ended && g_ascii_isupper(*words[i])) || out->len - start + length > LINE;
      g_string_append_c(out, wrap ? '\n' : ' ');
      start = wrap ? out->len : start;
    }
    if (out->len == start && (*words[i] == '.' || *words[i] == '\''))
      g_string_append(out, "\\&");
    append_word(out, words[i]);
    ended = strchr(".!?", words[i][length - 1]) != NULL;
  }
  g_string_append_c(out, '\n');
}

void
mdoc_text(GString *out, const char *text)
{
  g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);
  for (guint i = 0; paragraphs[i]; i++) {
    if (i > 0)
      g_string_append(out, ".Pp\n");
    append_paragraph(out, paragraphs[i]);
  }
}
