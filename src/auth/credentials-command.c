/* A secret from a command such as "pass show usher/contoso": its standard
 * output, without one trailing newline. The line is split into words as a shell
 * would (quotes, backslashes), but no shell runs: $, *, | and ; mean nothing.
 * Who wants them writes: sh -c '…'. The command gets no input, a time limit,
 * and a chance to ask for a passphrase in a program of its own. A second command
 * may keep a secret, which it reads from its input, and a third remove it. */
#include "auth/credentials-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Long enough for a person who is asked to touch a key. */
#define COMMAND_LIMIT (60 * G_TIME_SPAN_SECOND)
/* One that was told to end has this long before it is ended. */
#define MERCY_MS 500
/* One that closed its output has this long to end. */
#define LINGER_MS 5000
/* In a line: the name of the secret that is wanted. */
#define NAME "{name}"

/* How often it is looked whether a command that holds its output open has ended. */
#define LOOK_MS       20
#define COMPLAINT_MAX 512

typedef struct {
  GPid pid;
  int input, output, complaints;
  gboolean ended;
  int status;
  char said[COMPLAINT_MAX]; /* the beginning of its complaints */
  gsize said_length;
} Child;

static gboolean
has_ended(Child *child)
{
  if (!child->ended)
    child->ended = waitpid(child->pid, &child->status, WNOHANG) != 0;
  return child->ended;
}

/* Waits for its end for at most `ms`; FALSE if it still runs. */
static gboolean
reap(Child *child, guint ms)
{
  gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;
  while (!has_ended(child)) {
    if (g_get_monotonic_time() >= until)
      return FALSE;
    g_usleep(2000);
  }
  return TRUE;
}

static void
end_child(Child *child)
{
  if (has_ended(child))
    return;
  kill(child->pid, SIGTERM);
  if (reap(child, MERCY_MS))
    return;
  kill(child->pid, SIGKILL);
  waitpid(child->pid, &child->status, 0);
  child->ended = TRUE;
}

/* --- what it prints --- */

/* Takes what it complains of, so that it never waits for us, and keeps the beginning. */
static void
hear(Child *child)
{
  char text[4096];
  gssize got = read(child->complaints, text, sizeof text);
  if (got < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  if (got <= 0) {
    close(child->complaints);
    child->complaints = -1;
    return;
  }
  gsize kept = MIN((gsize)got, sizeof child->said - 1 - child->said_length);
  memcpy(child->said + child->said_length, text, kept);
  child->said_length += kept;
}

/* The first line that it complained with, for the message. */
static char *
complaint(Child *child)
{
  GPollFD poll = {.fd = child->complaints, .events = G_IO_IN | G_IO_HUP};
  for (guint n = 0; n < 16 && poll.fd >= 0 && g_poll(&poll, 1, 0) > 0; n++) {
    hear(child);
    poll.fd = child->complaints;
  }
  child->said[child->said_length] = '\0';
  child->said[strcspn(child->said, "\r\n")] = '\0';
  if (!*child->said)
    return g_strdup("");
  g_autofree char *valid = g_utf8_make_valid(child->said, -1);
  g_autofree char *redacted = log_redact(valid);
  return g_strdup_printf(": %s", redacted);
}

/* One piece of its output; FALSE at the end of it or with an error. */
static gboolean
take_piece(const Child *child, char *buffer, gsize *length, const char *where, GError **error)
{
  gssize got = read(child->output, buffer + *length, CREDENTIAL_MAX - *length);
  if (got < 0 && (errno == EINTR || errno == EAGAIN))
    return TRUE;
  if (got < 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("Cannot read from %s: %s."), where,
                g_strerror(errno));
  *length += got > 0 ? (gsize)got : 0;
  if (*length < CREDENTIAL_MAX)
    return got > 0;
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING,
              _("What comes from %s is too long for a secret."), where);
  return FALSE;
}

/* Reads until it closes its output, or has ended: what it left running in the background may hold
 * the output open. FALSE with an error. */
static gboolean
gather(Child *child, char *buffer, gsize *length, gint64 until, const char *where,
       GCancellable *cancellable, GError **error)
{
  GPollFD fds[3] = {{.fd = child->output, .events = G_IO_IN | G_IO_HUP | G_IO_ERR},
                    {.events = G_IO_IN | G_IO_HUP | G_IO_ERR}};
  gboolean pollable = cancellable && g_cancellable_make_pollfd(cancellable, &fds[2]);
  g_autoptr(GError) failure = NULL;
  for (;;) {
    gboolean ended = has_ended(child); /* before looking whether there is more */
    fds[1].fd = child->complaints;
    int ready = g_poll(fds, pollable ? 3 : 2, ended ? 0 : LOOK_MS);
    if (g_cancellable_is_cancelled(cancellable))
      g_set_error_literal(&failure, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
    else if (g_get_monotonic_time() >= until)
      g_set_error(&failure, USHER_ERROR, USHER_ERROR_KEYRING, _("Nothing came from %s in time."),
                  where);
    if (failure || (ready == 0 && ended))
      break;
    if (ready > 0 && fds[1].fd >= 0 && fds[1].revents)
      hear(child);
    if (ready > 0 && fds[0].revents && !take_piece(child, buffer, length, where, &failure))
      break;
  }
  if (pollable)
    g_cancellable_release_fd(cancellable);
  if (!failure)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

static gboolean
check_status(Child *child, const char *name, GError **error)
{
  int status = child->status;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return TRUE;
  g_autofree char *said = complaint(child);
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

/* Takes it to its end. */
static Secret *
collect(Child *child, const char *name, GCancellable *cancellable, GError **error)
{
  g_autofree char *where = g_strdup_printf(_("the credentials command %s"), name);
  gint64 until = g_get_monotonic_time() + COMMAND_LIMIT;
  gsize length = 0;
  char *buffer = g_malloc(CREDENTIAL_MAX);
  Secret *secret = NULL;
  g_autoptr(GError) failure = NULL;
  if (!gather(child, buffer, &length, until, where, cancellable, &failure))
    end_child(child);
  else if (!reap(child, LINGER_MS)) {
    /* It closed its output and goes on: what it printed is what we wanted. */
    end_child(child);
    child->status = 0;
  }
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  else if (check_status(child, name, error))
    secret = credentials_take_text(buffer, length, where, error);
  secret_wipe(buffer, CREDENTIAL_MAX);
  g_free(buffer);
  return secret;
}

/* --- lines and children --- */

/* The words of a line, {name} filled in. NULL with USHER_ERROR_CONFIG. */
static char **
words_of(const char *line, const char *name, GError **error)
{
  g_auto(GStrv) words = NULL;
  g_autoptr(GError) problem = NULL;
  if (!g_shell_parse_argv(line, NULL, &words, &problem)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("The credentials command “%s” cannot be read: %s"), line, problem->message);
    return NULL;
  }
  for (char **word = words; *word; word++) {
    g_auto(GStrv) parts = g_strsplit(*word, NAME, -1);
    g_free(*word);
    *word = g_strjoinv(name, parts);
  }
  return g_steal_pointer(&words);
}

static void
child_close(Child *child)
{
  int *const all[] = {&child->input, &child->output, &child->complaints};
  for (guint i = 0; i < G_N_ELEMENTS(all); i++)
    if (*all[i] >= 0) {
      close(*all[i]);
      *all[i] = -1;
    }
}

static gboolean
child_start(char **words, gboolean with_input, Child *ret_child, GError **error)
{
  g_autoptr(GError) problem = NULL;
  *ret_child = (Child){.input = -1, .output = -1, .complaints = -1};
  if (g_spawn_async_with_pipes(NULL, words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                               NULL, NULL, &ret_child->pid, with_input ? &ret_child->input : NULL,
                               &ret_child->output, &ret_child->complaints, &problem))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
              _("The credentials command cannot be run: %s"), problem->message);
  return FALSE;
}

static Secret *
command_load(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  if (!credentials_is_sign_in(name) && !strstr(credentials->text, NAME)) {
    credentials_not_found(error, _("the credentials command: without {name} in it, it answers for "
                                   "the sign-in alone"));
    return NULL;
  }
  g_auto(GStrv) words = words_of(credentials->text, name, error);
  if (!words)
    return NULL;
  /* One at a time: two would ask for a passphrase twice. */
  g_mutex_lock(&credentials->lock);
  Secret *secret = NULL;
  Child child;
  if (child_start(words, FALSE, &child, error)) {
    secret = collect(&child, words[0], cancellable, error);
    child_close(&child);
  }
  g_mutex_unlock(&credentials->lock);
  return secret;
}

/* Gives the input, if any, and waits; what it prints is of no interest. */
static gboolean
feed(Child *child, const Secret *input, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) failure = NULL;
  /* A pipe takes this much at once (CREDENTIAL_MAX), so that it cannot hold us. One that does
   * not want it is judged by its status. */
  if (input && write(child->input, secret_peek(input), secret_length(input)) < 0)
    g_debug("the credentials command did not read its input");
  if (child->input >= 0) {
    close(child->input);
    child->input = -1;
  }
  g_autoptr(Secret) printed = collect(child, name, cancellable, &failure);
  if (!failure || g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

static gboolean
run_line(Credentials *credentials, const char *line, const char *name, const Secret *input,
         GCancellable *cancellable, GError **error)
{
  Child child;
  if (!credentials_is_sign_in(name) && !strstr(line, NAME)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                        _("The credentials command keeps the sign-in's secret alone: write {name} "
                          "in it to keep more"));
    return FALSE;
  }
  g_auto(GStrv) words = words_of(line, name, error);
  if (!words)
    return FALSE;
  g_mutex_lock(&credentials->lock);
  gboolean ok = child_start(words, input != NULL, &child, error);
  if (ok) {
    ok = feed(&child, input, words[0], cancellable, error);
    child_close(&child);
  }
  g_mutex_unlock(&credentials->lock);
  return ok;
}

static gboolean
command_save(Credentials *credentials, const char *name, const Secret *secret,
             GCancellable *cancellable, GError **error)
{
  return run_line(credentials, credentials->save_line, name, secret, cancellable, error);
}

static gboolean
command_forget(Credentials *credentials, const char *name, GCancellable *cancellable,
               GError **error)
{
  if (credentials->clear_line)
    return run_line(credentials, credentials->clear_line, name, NULL, cancellable, error);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                      _("Nothing can be removed from “command” credentials without a "
                        "credentials_clear_command: remove the secret where the command has it."));
  return FALSE;
}

static gboolean
command_can_save(const Credentials *credentials)
{
  return credentials->save_line != NULL;
}

/* Whether it could be run. It is not: it may ask for a passphrase or for a touch. */
static void
command_probe(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  g_autoptr(GError) problem = NULL;
  g_auto(GStrv) words = words_of(credentials->text, "client-secret", &problem);
  if (!words) {
    credentials_state_set(ret_state, RUNG_BROKEN, UNLOCK_NOT, problem->message, NULL);
    return;
  }
  g_autofree char *program = g_find_program_in_path(words[0]);
  g_autofree char *text =
      g_strdup_printf(program ? _("The credentials command %s is there.")
                              : _("The credentials command %s is not on this machine."),
                      words[0]);
  credentials_state_set(ret_state, program ? RUNG_READY : RUNG_BROKEN, UNLOCK_NOT, text,
                        program ? NULL : _("Install it, or mend credentials_command."));
}

static const CredentialsKind command = {.kind = "command",
                                        .load = command_load,
                                        .save = command_save,
                                        .forget = command_forget,
                                        .probe = command_probe,
                                        .can_save = command_can_save};

Credentials *
credentials_new_command(const char *load, const char *save, const char *clear)
{
  Credentials *credentials = credentials_new(&command, load);
  credentials->save_line = g_strdup(save);
  credentials->clear_line = g_strdup(clear);
  return credentials;
}
