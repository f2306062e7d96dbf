/* Passwords and passes that are shown once: where they go, and that this is known before
 * anything is sent. With --print-password they are part of the result, else the terminal
 * itself gets them, so that a pipe or a file never holds one by accident. */
#include "base/error.h"
#include "base/i18n.h"
#include "cli/cli-private.h"
#include "cli/say.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static gboolean
is_json(const Cli *cli)
{
  return cli->style.format == FORMAT_JSON || cli->style.format == FORMAT_JSONL;
}

gboolean
passwords_in_result(const Cli *cli)
{
  return arguments_has(&cli->arguments, "print-password") && is_json(cli);
}

/* -1: there is no such place. */
static int
open_place(const Cli *cli)
{
  if (arguments_has(&cli->arguments, "print-password"))
    return dup(STDOUT_FILENO);
  return open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);
}

gboolean
passwords_check(const Cli *cli, const Plan *plan, GError **error)
{
  gboolean shows = FALSE;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    shows = shows || g_str_has_suffix(operation->kind, ".show");
  }
  if (!shows || passwords_in_result(cli))
    return TRUE;
  int fd = open_place(cli);
  if (fd >= 0) {
    close(fd);
    return TRUE;
  }
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                      _("the roster shows the password once, but there is no terminal: give "
                        "--print-password to have it on standard output; nothing was sent"));
  return FALSE;
}

static gboolean
write_all(int fd, const char *text)
{
  for (gsize length = strlen(text); length > 0;) {
    ssize_t n = write(fd, text, length);
    if (n < 0 && errno != EINTR)
      return FALSE;
    if (n > 0) {
      text += n;
      length -= n;
    }
  }
  return TRUE;
}

static gboolean
write_shown(int fd, const AppOutcome *outcome, gboolean bare)
{
  if (!bare && (!write_all(fd, _("shown once, and kept nowhere: ")) ||
                !write_all(fd, outcome->shown->len > 1 ? "\n" : "")))
    return FALSE;
  return write_all(fd, outcome->shown_once) && write_all(fd, "\n");
}

gboolean
passwords_show(const Cli *cli, const AppOutcome *outcome)
{
  if (!outcome->shown_once || passwords_in_result(cli))
    return TRUE;
  int fd = open_place(cli);
  gboolean bare = arguments_has(&cli->arguments, "print-password");
  gboolean shown = fd >= 0 && write_shown(fd, outcome, bare);
  if (fd >= 0)
    close(fd);
  if (!shown)
    say("usher: %s", _("a password was set but could not be shown: 'usher reset' sets another"));
  return shown;
}
