/* A secret from a command such as "pass show usher/contoso": its standard
 * output, without one trailing newline. The line is split into words as a shell
 * would (quotes, backslashes), but no shell runs: $, *, | and ; mean nothing.
 * Who wants them writes: sh -c '…'. The command gets no input, a time limit,
 * and a chance to ask for a passphrase in a program of its own. */
#include "auth/credentials-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Long enough for a person who is asked to touch a key. */
#define COMMAND_LIMIT (60 * G_TIME_SPAN_SECOND)
/* One that was told to end has this long before it is ended. */
#define MERCY_MS 500

/* Waits for the child's end for at most `ms`; FALSE if it still runs. */
static gboolean
reap(GPid pid, guint ms, int *ret_status)
{
  gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;
  for (;;) {
    pid_t got = waitpid(pid, ret_status, WNOHANG);
    if (got == pid || got < 0)
      return TRUE;
    if (g_get_monotonic_time() >= until)
      return FALSE;
    g_usleep(2000);
  }
}

static void
end_child(GPid pid)
{
  int status;
  kill(pid, SIGTERM);
  if (reap(pid, MERCY_MS, &status))
    return;
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
}

/* The first line that the command complained with, for the message. */
static char *
complaint(int fd)
{
  char text[512];
  gssize length;
  GPollFD poll = {.fd = fd, .events = G_IO_IN | G_IO_HUP};
  if (g_poll(&poll, 1, 0) <= 0 || (length = read(fd, text, sizeof(text) - 1)) <= 0)
    return g_strdup("");
  text[length] = '\0';
  text[strcspn(text, "\r\n")] = '\0';
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autofree char *redacted = log_redact(valid);
  return g_strdup_printf(": %s", redacted);
}

static gboolean
check_status(int status, const char *name, int complaints, GError **error)
{
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return TRUE;
  g_autofree char *said = complaint(complaints);
  if (WIFSIGNALED(status))
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING,
                _("The credentials command %s was ended by signal %d%s"), name, WTERMSIG(status),
                said);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING,
                _("The credentials command %s failed with status %d%s"), name, WEXITSTATUS(status),
                said);
  return FALSE;
}

/* Takes both descriptors and the child to their end. */
static Secret *
collect(GPid pid, int output, int complaints, const char *name, GCancellable *cancellable,
        GError **error)
{
  g_autofree char *where = g_strdup_printf(_("the credentials command %s"), name);
  gint64 until = g_get_monotonic_time() + COMMAND_LIMIT;
  g_autoptr(GError) failure = NULL;
  g_autoptr(Secret) secret = credentials_read_fd(output, until, where, cancellable, &failure);
  int status = 0;
  gint64 left = MAX((until - g_get_monotonic_time()) / 1000, 0);
  gboolean stop = failure && !g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  if (stop)
    end_child(pid);
  else if (!reap(pid, (guint)MIN(left, 5000), &status)) {
    /* It closed its output and goes on: what it printed is what we wanted. */
    end_child(pid);
    status = 0;
  }
  if (!stop && !check_status(status, name, complaints, error))
    return NULL;
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  return g_steal_pointer(&secret);
}

static Secret *
command_load(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  g_auto(GStrv) arguments = NULL;
  g_autoptr(GError) problem = NULL;
  GPid pid;
  int output = -1, complaints = -1;
  if (!g_shell_parse_argv(credentials->text, NULL, &arguments, &problem)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("The credentials command \"%s\" cannot be read: %s"), credentials->text,
                problem->message);
    return NULL;
  }
  /* One at a time: two would ask for a passphrase twice. */
  g_mutex_lock(&credentials->lock);
  Secret *secret = NULL;
  if (g_spawn_async_with_pipes(NULL, arguments, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                               NULL, &output, &complaints, &problem)) {
    secret = collect(pid, output, complaints, arguments[0], cancellable, error);
    close(output);
    close(complaints);
  } else
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("The credentials command cannot be run: %s"), problem->message);
  g_mutex_unlock(&credentials->lock);
  return secret;
}

static const CredentialsKind command = {"command", command_load, NULL, NULL};

Credentials *
credentials_new_command(const char *command_line)
{
  return credentials_new(&command, command_line);
}
