/* Reads the answer byte by byte from the descriptor, so that nothing that
 * follows it is swallowed, and waits for input and for cancelling at once. */
#include "cli/prompt.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/say.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LINE_LIMIT 4096

static void
ask(const char *question)
{
  g_autofree char *shown = say_text(question);
  if (write(STDERR_FILENO, shown, strlen(shown)) < 0)
    return; /* the answer is read all the same */
}

/* Waits until there is something to read. */
static gboolean
wait_for_input(GCancellable *cancellable, GError **error)
{
  struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
  if (cancellable)
    fds[1].fd = g_cancellable_get_fd(cancellable);
  while (poll(fds, 2, -1) < 0 && errno == EINTR)
    ;
  gboolean cancelled = g_cancellable_is_cancelled(cancellable);
  if (fds[1].fd >= 0)
    g_cancellable_release_fd(cancellable);
  if (cancelled)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("stopped"));
  return !cancelled;
}

/* Reads a line into `line` (LINE_LIMIT bytes). */
static gboolean
read_line(char *line, GCancellable *cancellable, GError **error)
{
  gsize length = 0;
  for (;;) {
    char c;
    if (!wait_for_input(cancellable, error))
      return FALSE;
    ssize_t n = read(STDIN_FILENO, &c, 1);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0 && length == 0) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                          _("the input ended before all questions were answered"));
      return FALSE;
    }
    if (n <= 0 || c == '\n')
      break;
    if (length + 1 < LINE_LIMIT)
      line[length++] = c;
  }
  line[length] = '\0';
  return TRUE;
}

char *
prompt_line(const char *question, GCancellable *cancellable, GError **error)
{
  char line[LINE_LIMIT];
  ask(question);
  if (!read_line(line, cancellable, error))
    return NULL;
  return g_strstrip(g_utf8_make_valid(line, -1));
}

Secret *
prompt_secret(const char *question, GCancellable *cancellable, GError **error)
{
  struct termios before, hidden;
  char line[LINE_LIMIT];
  gboolean terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) { /* before the question, so that no answer to it is shown or lost */
    hidden = before;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ask(question);
  gboolean ok = read_line(line, cancellable, error);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    ask("\n");
  }
  Secret *secret = ok ? secret_new(line, -1) : NULL;
  secret_wipe(line, sizeof line);
  return secret;
}

gboolean
prompt_is_yes(const char *answer)
{
  g_autofree char *folded = g_utf8_casefold(answer, -1);
  return g_str_equal(folded, "y") || g_str_equal(folded, "yes") ||
         g_str_equal(folded, C_("answer", "y")) || g_str_equal(folded, C_("answer", "yes"));
}

gboolean
prompt_yes(const char *question, GCancellable *cancellable, GError **error)
{
  g_autofree char *answer = prompt_line(question, cancellable, error);
  return answer && prompt_is_yes(answer);
}
