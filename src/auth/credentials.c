/* Where a profile's secret is kept: the door to all kinds, and the kinds that
 * need no other program: an environment variable, a file descriptor, memory.
 * The command and the keyring have files of their own. */
#include "auth/credentials-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Whoever writes to our descriptor has this long. */
#define DESCRIPTOR_LIMIT (30 * G_TIME_SPAN_SECOND)
#define SMTP_PASSWORD    "smtp-password"

Credentials *
credentials_new(const CredentialsKind *kind, const char *text)
{
  Credentials *credentials = g_new0(Credentials, 1);
  credentials->kind = kind;
  credentials->text = g_strdup(text);
  credentials->fd = -1;
  g_mutex_init(&credentials->lock);
  return credentials;
}

void
credentials_free(Credentials *credentials)
{
  if (!credentials)
    return;
  g_mutex_clear(&credentials->lock);
  g_clear_pointer(&credentials->read, secret_unref);
  g_clear_pointer(&credentials->memory, g_hash_table_unref);
  g_clear_pointer(&credentials->rungs, g_ptr_array_unref);
  if (credentials->fd >= 0)
    close(credentials->fd);
  g_free(credentials->text);
  g_free(credentials->profile);
  g_free(credentials->save_line);
  g_free(credentials->clear_line);
  g_free(credentials);
}

void
credentials_not_found(GError **error, const char *where)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND, _("There is no secret in %s."), where);
}

gboolean
credentials_is_sign_in(const char *name)
{
  return strcmp(name, SMTP_PASSWORD) != 0;
}

void
credentials_state_clear(CredentialsState *state)
{
  g_clear_pointer(&state->text, g_free);
  g_clear_pointer(&state->remedy, g_free);
}

void
credentials_state_set(CredentialsState *state, RungState rung, UnlockWay unlock, const char *text,
                      const char *remedy)
{
  credentials_state_clear(state);
  state->state = rung;
  state->unlock = unlock;
  state->text = g_strdup(text);
  state->remedy = g_strdup(remedy);
}

void
credentials_state_error(const CredentialsState *state, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, "%s%s%s", state->text,
              state->remedy ? " " : "", state->remedy ? state->remedy : "");
}

/* Environment */

static const char *
variable_for(const Credentials *credentials, const char *name)
{
  return credentials_is_sign_in(name) ? credentials->text : "USHER_SMTP_PASSWORD";
}

static Secret *
environment_load(Credentials *credentials, const char *name, GCancellable *cancellable,
                 GError **error)
{
  const char *variable = variable_for(credentials, name);
  Secret *secret = secret_take_environment(variable);
  if (secret)
    return secret;
  g_autofree char *where = g_strdup_printf(_("the environment variable %s"), variable);
  credentials_not_found(error, where);
  return NULL;
}

static void
environment_probe(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  g_autoptr(Secret) secret = secret_take_environment(credentials->text);
  g_autofree char *text = g_strdup_printf(secret ? _("The environment variable %s holds a secret.")
                                                 : _("The environment variable %s is not set."),
                                          credentials->text);
  g_autofree char *remedy = g_strdup_printf(
      _("Set %s in the environment that usher is started with."), credentials->text);
  credentials_state_set(ret_state, secret ? RUNG_READY : RUNG_ABSENT, UNLOCK_NOT, text,
                        secret ? NULL : remedy);
}

static const CredentialsKind environment = {
    .kind = "environment", .load = environment_load, .probe = environment_probe};

Credentials *
credentials_new_environment(const char *variable)
{
  return credentials_new(&environment, variable);
}

/* Descriptor */

/* Waits until `fd` can be read; FALSE at `until` or when cancelled. */
static gboolean
wait_readable(int fd, gint64 until, const char *where, GCancellable *cancellable, GError **error)
{
  GPollFD fds[2] = {{.fd = fd, .events = G_IO_IN | G_IO_HUP | G_IO_ERR}};
  gboolean pollable = cancellable && g_cancellable_make_pollfd(cancellable, &fds[1]);
  int ready = 0;
  gint64 left = 0;
  do {
    left = until - g_get_monotonic_time();
    ready = g_poll(fds, pollable ? 2 : 1, (int)MAX((left + 999) / 1000, 0));
  } while (ready < 0 && errno == EINTR);
  if (pollable)
    g_cancellable_release_fd(cancellable);
  if (g_cancellable_is_cancelled(cancellable)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
    return FALSE;
  }
  if (ready > 0)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("Nothing came from %s in time."), where);
  return FALSE;
}

/* Reads into `buffer`; the length, or -1. */
static gssize
read_all(int fd, char *buffer, gint64 until, const char *where, GCancellable *cancellable,
         GError **error)
{
  gsize length = 0;
  for (;;) {
    if (!wait_readable(fd, until, where, cancellable, error))
      return -1;
    gssize got = read(fd, buffer + length, CREDENTIAL_MAX - length);
    if (got == 0)
      return (gssize)length;
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (got < 0) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("Cannot read from %s: %s."), where,
                  g_strerror(errno));
      return -1;
    }
    length += (gsize)got;
    if (length == CREDENTIAL_MAX) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING,
                  _("What comes from %s is too long for a secret."), where);
      return -1;
    }
  }
}

Secret *
credentials_take_text(char *buffer, gsize length, const char *where, GError **error)
{
  if (length > 0 && buffer[length - 1] == '\n')
    length--;
  if (length > 0 && buffer[length - 1] == '\r')
    length--;
  if (length == 0)
    credentials_not_found(error, where);
  else if (memchr(buffer, '\0', length))
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("What comes from %s is no text."),
                where);
  else
    return secret_new(buffer, (gssize)length);
  return NULL;
}

Secret *
credentials_read_fd(int fd, gint64 until, const char *where, GCancellable *cancellable,
                    GError **error)
{
  char *buffer = g_malloc(CREDENTIAL_MAX);
  gssize length = read_all(fd, buffer, until, where, cancellable, error);
  Secret *secret = length < 0 ? NULL : credentials_take_text(buffer, (gsize)length, where, error);
  secret_wipe(buffer, CREDENTIAL_MAX);
  g_free(buffer);
  return secret;
}

/* Whoever started usher gave it: what usher opens itself is closed in other programs, and may well
 * have the number of one that is missing. */
static gboolean
is_given(int fd)
{
  int flags = fcntl(fd, F_GETFD), mode = fcntl(fd, F_GETFL);
  return flags >= 0 && !(flags & FD_CLOEXEC) && mode >= 0 && (mode & O_ACCMODE) != O_WRONLY;
}

static void
descriptor_probe(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  gboolean open = credentials->was_read || is_given(credentials->fd);
  g_autofree char *text = g_strdup_printf(open ? _("The file descriptor %d is open.")
                                               : _("The file descriptor %d is not open."),
                                          credentials->fd);
  g_autofree char *remedy = g_strdup_printf(
      _("Start usher with the secret on it: usher … %d</path/to/secret."), credentials->fd);
  credentials_state_set(ret_state, open ? RUNG_READY : RUNG_ABSENT, UNLOCK_NOT, text,
                        open ? NULL : remedy);
}

static Secret *
descriptor_load(Credentials *credentials, const char *name, GCancellable *cancellable,
                GError **error)
{
  g_autofree char *where = g_strdup_printf(_("file descriptor %d"), credentials->fd);
  if (!credentials_is_sign_in(name)) {
    credentials_not_found(error, where);
    return NULL;
  }
  g_mutex_lock(&credentials->lock);
  Secret *secret = NULL;
  g_auto(CredentialsState) state = {0};
  descriptor_probe(credentials, &state, NULL);
  if (state.state == RUNG_ABSENT)
    credentials_state_error(&state, error);
  else if (!credentials->was_read) {
    g_autoptr(GError) failure = NULL;
    credentials->read = credentials_read_fd(
        credentials->fd, g_get_monotonic_time() + DESCRIPTOR_LIMIT, where, cancellable, &failure);
    /* What was read is gone from the pipe; only a cancelled wait may be repeated. */
    credentials->was_read = !g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED);
    if (failure)
      g_propagate_error(error, g_steal_pointer(&failure));
  } else if (!credentials->read)
    credentials_not_found(error, where);
  if (credentials->read)
    secret = secret_ref(credentials->read);
  g_mutex_unlock(&credentials->lock);
  return secret;
}

static const CredentialsKind descriptor = {
    .kind = "file-descriptor", .load = descriptor_load, .probe = descriptor_probe};

Credentials *
credentials_new_descriptor(int fd)
{
  Credentials *credentials = credentials_new(&descriptor, NULL);
  credentials->fd = fd;
  return credentials;
}

/* Memory */

static Secret *
memory_load(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  g_mutex_lock(&credentials->lock);
  Secret *secret = g_hash_table_lookup(credentials->memory, name);
  if (secret)
    secret_ref(secret);
  g_mutex_unlock(&credentials->lock);
  if (!secret)
    credentials_not_found(error, _("memory"));
  return secret;
}

static gboolean
memory_save(Credentials *credentials, const char *name, const Secret *secret,
            GCancellable *cancellable, GError **error)
{
  Secret *copy = secret_new(secret_peek(secret), (gssize)secret_length(secret));
  g_mutex_lock(&credentials->lock);
  g_hash_table_replace(credentials->memory, g_strdup(name), copy);
  g_mutex_unlock(&credentials->lock);
  return TRUE;
}

static gboolean
memory_forget(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  g_mutex_lock(&credentials->lock);
  g_hash_table_remove(credentials->memory, name);
  g_mutex_unlock(&credentials->lock);
  return TRUE;
}

static void
memory_probe(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  credentials_state_set(ret_state, RUNG_READY, UNLOCK_NOT, _("Secrets are kept for this run only."),
                        NULL);
}

static const CredentialsKind memory = {.kind = "memory",
                                       .load = memory_load,
                                       .save = memory_save,
                                       .forget = memory_forget,
                                       .probe = memory_probe};

Credentials *
credentials_new_memory(void)
{
  Credentials *credentials = credentials_new(&memory, NULL);
  credentials->memory =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)secret_unref);
  return credentials;
}

/* All kinds */

Secret *
credentials_load(Credentials *credentials, const char *name, GCancellable *cancellable,
                 GError **error)
{
  Secret *secret = credentials->kind->load(credentials, name, cancellable, error);
  secret_wipe_stack();
  return secret;
}

static gboolean
refuse(Credentials *credentials, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              _("Nothing can be kept in “%s” credentials: usher only reads them."),
              credentials->kind->kind);
  return FALSE;
}

gboolean
credentials_save(Credentials *credentials, const char *name, const Secret *secret,
                 GCancellable *cancellable, GError **error)
{
  gboolean ok = credentials_can_save(credentials)
                    ? credentials->kind->save(credentials, name, secret, cancellable, error)
                    : refuse(credentials, error);
  secret_wipe_stack();
  return ok;
}

gboolean
credentials_forget(Credentials *credentials, const char *name, GCancellable *cancellable,
                   GError **error)
{
  return credentials->kind->forget
             ? credentials->kind->forget(credentials, name, cancellable, error)
             : refuse(credentials, error);
}

const char *
credentials_kind(const Credentials *credentials)
{
  return credentials->kind->kind;
}

gboolean
credentials_can_save(const Credentials *credentials)
{
  const CredentialsKind *kind = credentials->kind;
  return kind->can_save ? kind->can_save(credentials) : kind->save != NULL;
}

void
credentials_probe(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  credentials->kind->probe(credentials, ret_state, cancellable);
  if (!credentials->rungs) /* a ladder speaks for one of its rungs */
    ret_state->kind = credentials->kind->kind;
}

gboolean
credentials_unlock(Credentials *credentials, const Secret *password, GCancellable *cancellable,
                   GError **error)
{
  if (credentials->kind->unlock)
    return credentials->kind->unlock(credentials, password, cancellable, error);
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING,
              _("There is nothing to unlock: the secret comes from %s."), credentials->kind->kind);
  return FALSE;
}
