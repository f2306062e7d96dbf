/* How setup speaks and asks: lines that are broken between words where the person
 * has a terminal, answers with what an empty one means. */
#include "base/error.h"
#include "base/i18n.h"
#include "cli/help.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "cli/setup-private.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* Each line broken before the right edge, the rest of it indented as it begins. Where nobody
 * reads on a terminal it stays as it is. */
static char *
fit(const char *text)
{
  if (!isatty(STDERR_FILENO))
    return g_strdup(text);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = 0; lines[i]; i++) {
    int indent = (int)strspn(lines[i], " ");
    g_string_append_len(out, lines[i], indent);
    help_wrap(out, lines[i], indent, indent, cli_terminal_width(STDERR_FILENO) - 1);
  }
  return g_strndup(out->str, out->len - 1); /* without the last line's end */
}

void
setup_say(const Setup *setup, const char *format, ...)
{
  va_list arguments;
  if (setup->cli->quiet)
    return;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *shown = fit(text);
  say("%s", shown);
}

void
setup_say_wrong(const char *what)
{
  g_autofree char *line = g_strconcat("  ", what, NULL);
  g_autofree char *shown = fit(line);
  say("%s", shown);
}

void
setup_say_error(const GError *error)
{
  g_autofree char *text = error_describe(error);
  setup_say_wrong(text);
}

char *
setup_line(Setup *setup, const char *question, const char *offered, gboolean optional,
           GError **error)
{
  gboolean offers = offered && *offered;
  const char *empty = !optional ? "" : offers ? _("; -: none") : _(" (empty: none)");
  g_autofree char *line = offers ? g_strdup_printf("%s [%s%s]:", question, offered, empty)
                                 : g_strdup_printf("%s%s:", question, empty);
  g_autofree char *fitted = fit(line);
  g_autofree char *shown = g_strconcat(fitted, " ", NULL);
  g_autofree char *answer = prompt_line(shown, setup->cli->cancellable, error);
  return !answer || *answer || !offered ? g_steal_pointer(&answer) : g_strdup(offered);
}

gboolean
setup_yes(Setup *setup, const char *question, gboolean otherwise, GError **error)
{
  if (setup->yes)
    return otherwise;
  /* TRANSLATORS: what may be answered, the capital letter is meant by an empty answer */
  g_autofree char *line = g_strdup_printf("%s %s ", question, otherwise ? _("[Y/n]") : _("[y/N]"));
  g_autofree char *answer = prompt_line(line, setup->cli->cancellable, error);
  if (!answer || !*answer)
    return answer && otherwise;
  return prompt_is_yes(answer);
}

AnswerResult
setup_refuse(Setup *setup, GError *failure, GError **error)
{
  if (setup->yes || g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED)) {
    g_propagate_error(error, failure);
    return ANSWER_STOP;
  }
  setup_say_error(failure);
  g_error_free(failure);
  return ANSWER_OTHER;
}

AnswerResult
setup_go_on(Setup *setup, GError *failure, GError **error)
{
  g_autoptr(GError) local = NULL;
  if (setup_refuse(setup, failure, error) == ANSWER_STOP)
    return ANSWER_STOP;
  gboolean on = setup_yes(setup, _("Go on without looking? (no: once more)"), FALSE, &local);
  if (local) {
    g_propagate_error(error, g_steal_pointer(&local));
    return ANSWER_STOP;
  }
  setup->unchecked |= on;
  return on ? ANSWER_GOOD : ANSWER_AGAIN;
}
