/* Where a profile's secret is kept: the door to all kinds, and the kinds that
 * need no other program: an environment variable, a file descriptor, memory.
 * The command and the keyring have files of their own. */
#include "auth/credentials-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Whoever writes to our descriptor has this long. */
#define DESCRIPTOR_LIMIT (30 * G_TIME_SPAN_SECOND)

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
  if (credentials->fd >= 0)
    close(credentials->fd);
  g_free(credentials->text);
  g_free(credentials);
}

static void
set_not_found(GError **error, const char *where)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND, _("There is no secret in %s."), where);
}

/* Environment */

static Secret *
environment_load(Credentials *credentials, const char *name, GCancellable *cancellable,
                 GError **error)
{
  const char *value = g_getenv(credentials->text);
  if (value && *value)
    return secret_new(value, -1);
  g_autofree char *where = g_strdup_printf(_("the environment variable %s"), credentials->text);
  set_not_found(error, where);
  return NULL;
}

static const CredentialsKind environment = {"environment", environment_load, NULL, NULL};

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
credentials_read_fd(int fd, gint64 until, const char *where, GCancellable *cancellable,
                    GError **error)
{
  char *buffer = g_malloc(CREDENTIAL_MAX);
  gssize length = read_all(fd, buffer, until, where, cancellable, error);
  Secret *secret = NULL;
  if (length > 0 && buffer[length - 1] == '\n')
    length--;
  if (length > 0 && buffer[length - 1] == '\r')
    length--;
  if (length == 0)
    set_not_found(error, where);
  else if (length > 0 && memchr(buffer, '\0', (gsize)length))
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("What comes from %s is no text."),
                where);
  else if (length > 0)
    secret = secret_new(buffer, length);
  secret_wipe(buffer, CREDENTIAL_MAX);
  g_free(buffer);
  return secret;
}

static Secret *
descriptor_load(Credentials *credentials, const char *name, GCancellable *cancellable,
                GError **error)
{
  g_autofree char *where = g_strdup_printf(_("file descriptor %d"), credentials->fd);
  g_mutex_lock(&credentials->lock);
  Secret *secret = NULL;
  if (!credentials->was_read) {
    g_autoptr(GError) failure = NULL;
    credentials->read = credentials_read_fd(
        credentials->fd, g_get_monotonic_time() + DESCRIPTOR_LIMIT, where, cancellable, &failure);
    /* What was read is gone from the pipe; only a cancelled wait may be repeated. */
    credentials->was_read = !g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED);
    if (failure)
      g_propagate_error(error, g_steal_pointer(&failure));
  } else if (!credentials->read)
    set_not_found(error, where);
  if (credentials->read)
    secret = secret_ref(credentials->read);
  g_mutex_unlock(&credentials->lock);
  return secret;
}

static const CredentialsKind descriptor = {"file-descriptor", descriptor_load, NULL, NULL};

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
    set_not_found(error, _("memory"));
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

static const CredentialsKind memory = {"memory", memory_load, memory_save, memory_forget};

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
  return credentials->kind->load(credentials, name, cancellable, error);
}

static gboolean
refuse(Credentials *credentials, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              _("Nothing can be kept in \"%s\" credentials: usher only reads them."),
              credentials->kind->kind);
  return FALSE;
}

gboolean
credentials_save(Credentials *credentials, const char *name, const Secret *secret,
                 GCancellable *cancellable, GError **error)
{
  return credentials->kind->save
             ? credentials->kind->save(credentials, name, secret, cancellable, error)
             : refuse(credentials, error);
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
  return credentials->kind->save != NULL;
}
