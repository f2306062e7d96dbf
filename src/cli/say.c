/* Messages for a person. One write for each, so that lines of two threads
 * never mix. */
#include "cli/say.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#include <string.h>
#include <unistd.h>

char *
say_text(const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    char *visible = text_visible(lines[i]);
    g_free(lines[i]);
    lines[i] = visible;
  }
  g_autofree char *shown = g_strjoinv("\n", lines);
  if (text_locale_is_utf8())
    return g_steal_pointer(&shown);
  return g_str_to_ascii(shown, NULL);
}

static void
write_error(const char *text, gsize length)
{
  while (length > 0) {
    ssize_t n = write(STDERR_FILENO, text, length);
    if (n <= 0)
      return; /* nobody is there to be told */
    text += n;
    length -= n;
  }
}

void
say(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *shown = say_text(text);
  g_autofree char *line = g_strconcat(shown, "\n", NULL);
  write_error(line, strlen(line));
}

int
say_error(const char *what, const GError *error)
{
  g_autofree char *message = error_describe(error);
  const char *advice = error_advice(error);
  g_autofree char *start = what ? g_strconcat("usher: ", what, ": ", NULL) : g_strdup("usher: ");
  if (advice)
    say("%s%s\n  %s", start, message, _(advice));
  else
    say("%s%s", start, message);
  return error_exit_status(error);
}
