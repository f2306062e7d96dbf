/* Secrets in a sealed file: where it lies, who may see it, its key for this run
 * and (for a while) in the kernel's keyring, and changes by one process at a
 * time. The bytes themselves are sealed-file.c's. */
#include "auth/credentials-private.h"

#include "auth/sealed-file.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FILE_MOST (1024 * 1024)
/* Another usher has the file for a moment only. */
#define LOCK_LIMIT (3 * G_TIME_SPAN_SECOND)
/* Fewer are guessed, whatever the work of a guess. */
#define PASSPHRASE_LEAST 8

static gboolean
exists(const char *path)
{
  return g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

static const char *
complaint(SealedState state)
{
  switch (state) {
  case SEALED_GOOD:
    break;
  case SEALED_NOT_OURS:
    return _("this is no sealed file of usher's; name another in credentials_file");
  case SEALED_NEWER:
    return _("a newer version of usher made this sealed file; use that version");
  case SEALED_DAMAGED:
    return _("the sealed file is damaged (this is not about the passphrase); restore it from a "
             "backup, or remove it and sign in again");
  }
  return "";
}

/* The checked bytes; the caller owns them. USHER_ERROR_KEYRING. */
static guint8 *
read_sealed(const char *path, gsize *ret_length, GError **error)
{
  g_autoptr(GError) failure = NULL;
  gsize length = 0;
  guint8 *data = NULL;
  if (file_check_private(path, &failure))
    data = (guint8 *)file_read(path, FILE_MOST, &length, &failure);
  if (failure) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING, failure->message);
    return NULL;
  }
  SealedState state = sealed_file_check(data, length);
  if (state == SEALED_GOOD) {
    *ret_length = length;
    return data;
  }
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, "%s: %s", path, complaint(state));
  g_free(data);
  return NULL;
}

/* --- the key --- */

static char *
key_description(const Credentials *credentials)
{
  return g_strdup_printf("usher:sealed-file:%s", credentials->text);
}

/* The kernel keeps it so that the next command need not ask; that it does not is no error. */
static void
keep_key(Credentials *credentials, Secret *key)
{
  g_autofree char *description = key_description(credentials);
  g_mutex_lock(&credentials->lock);
  g_clear_pointer(&credentials->read, secret_unref);
  credentials->read = secret_ref(key);
  g_mutex_unlock(&credentials->lock);
  if (credentials->timeout >= 0 && kernel_keyring_state() == KERNEL_THERE)
    (void)kernel_keyring_put(description, key, credentials->timeout);
}

static Secret *
known_key(Credentials *credentials)
{
  g_autofree char *description = key_description(credentials);
  g_mutex_lock(&credentials->lock);
  Secret *key = credentials->read ? secret_ref(credentials->read) : NULL;
  g_mutex_unlock(&credentials->lock);
  if (!key && credentials->timeout >= 0 && kernel_keyring_state() == KERNEL_THERE)
    key = kernel_keyring_get(description);
  return key;
}

static void
state_locked(CredentialsState *ret_state, const char *path)
{
  g_autofree char *text = g_strdup_printf(_("The sealed file %s is locked."), path);
  credentials_state_set(ret_state, RUNG_LOCKED, UNLOCK_PASSWORD, text,
                        _("Run 'usher unlock'; it asks for the passphrase."));
}

static void
state_empty(CredentialsState *ret_state, const char *path)
{
  g_autofree char *text = g_strdup_printf(_("The sealed file %s is not made yet."), path);
  credentials_state_set(ret_state, RUNG_EMPTY, UNLOCK_NEW, text,
                        _("Run 'usher login'; it asks for a new passphrase and makes the file."));
}

/* The secrets, opened with the key that is known; NULL with a state that says why not, or with
 * USHER_ERROR_KEYRING. `ret_key` is the caller's. */
static GHashTable *
open_known(Credentials *credentials, Secret **ret_key, CredentialsState *ret_state, GError **error)
{
  gsize length;
  if (!exists(credentials->text)) {
    state_empty(ret_state, credentials->text);
    return NULL;
  }
  g_autofree guint8 *data = read_sealed(credentials->text, &length, error);
  if (!data)
    return NULL;
  g_autoptr(Secret) key = known_key(credentials);
  g_autoptr(GError) failure = NULL;
  GHashTable *secrets = key ? sealed_file_open(key, data, length, &failure) : NULL;
  if (secrets)
    *ret_key = g_steal_pointer(&key);
  else if (!failure || g_error_matches(failure, USHER_ERROR, USHER_ERROR_REFUSED))
    state_locked(ret_state, credentials->text); /* no key, or that of the file before */
  else
    g_propagate_error(error, g_steal_pointer(&failure));
  return secrets;
}

/* --- one at a time --- */

static int
take_lock(const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path);
  if (!file_make_private_dir(folder, error))
    return -1;
  g_autofree char *beside = g_strconcat(path, ".lock", NULL);
  int fd = open(beside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  gint64 until = g_get_monotonic_time() + LOCK_LIMIT;
  while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
    if (errno == EINTR || (errno == EWOULDBLOCK && g_get_monotonic_time() < until)) {
      g_usleep(5000);
      continue;
    }
    int code = errno;
    close(fd);
    errno = code;
    fd = -1;
  }
  if (fd < 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("%s: cannot take the lock: %s"), beside,
                g_strerror(errno));
  return fd;
}

static gboolean
write_sealed(const char *path, const Secret *key, GHashTable *secrets, GError **error)
{
  gsize length;
  g_autofree guint8 *data = sealed_file_close(key, secrets, &length);
  return file_replace(path, (const char *)data, length, 0600, error);
}

/* What a secret is called in the file. The caller owns it. */
static char *
entry_of(const Credentials *credentials, const char *name)
{
  return g_strdup_printf("%s/%s", credentials->profile, name);
}

/* Puts `secret` (NULL: nothing) under `name`, with the lock held. */
static gboolean
change_locked(Credentials *credentials, const char *name, const Secret *secret, GError **error)
{
  g_auto(CredentialsState) state = {0};
  g_autoptr(GError) failure = NULL;
  g_autoptr(Secret) key = NULL;
  g_autoptr(GHashTable) secrets = open_known(credentials, &key, &state, &failure);
  if (!secrets) {
    if (!failure && state.state == RUNG_EMPTY && !secret)
      return TRUE;
    if (!failure)
      credentials_state_error(&state, &failure);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  g_autofree char *entry = entry_of(credentials, name);
  if (secret)
    g_hash_table_replace(secrets, g_steal_pointer(&entry),
                         secret_new(secret_peek(secret), (gssize)secret_length(secret)));
  else if (!g_hash_table_remove(secrets, entry))
    return TRUE;
  return write_sealed(credentials->text, key, secrets, error);
}

static gboolean
change(Credentials *credentials, const char *name, const Secret *secret, GError **error)
{
  int lock = take_lock(credentials->text, error);
  if (lock < 0)
    return FALSE;
  gboolean ok = change_locked(credentials, name, secret, error);
  close(lock);
  return ok;
}

/* --- the rung --- */

static Secret *
sealed_load(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  g_auto(CredentialsState) state = {0};
  g_autoptr(GError) failure = NULL;
  g_autoptr(Secret) key = NULL;
  g_autoptr(GHashTable) secrets = open_known(credentials, &key, &state, &failure);
  g_autofree char *entry = entry_of(credentials, name);
  Secret *secret = secrets ? g_hash_table_lookup(secrets, entry) : NULL;
  if (secret)
    return secret_ref(secret);
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  else if (!secrets && state.state == RUNG_LOCKED)
    credentials_state_error(&state, error);
  else {
    g_autofree char *where = g_strdup_printf(_("the sealed file %s"), credentials->text);
    credentials_not_found(error, where);
  }
  return NULL;
}

static gboolean
sealed_save(Credentials *credentials, const char *name, const Secret *secret,
            GCancellable *cancellable, GError **error)
{
  return change(credentials, name, secret, error);
}

static gboolean
sealed_forget(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  return !exists(credentials->text) || change(credentials, name, NULL, error);
}

static void
sealed_probe(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(Secret) key = NULL;
  g_autoptr(GHashTable) secrets = open_known(credentials, &key, ret_state, &failure);
  if (failure)
    credentials_state_set(ret_state, RUNG_BROKEN, UNLOCK_NOT, failure->message, NULL);
  if (!secrets)
    return;
  g_autofree char *text = g_strdup_printf(_("The sealed file %s is open."), credentials->text);
  credentials_state_set(ret_state, RUNG_READY, UNLOCK_NOT, text, NULL);
}

/* A new file, empty as yet: so that a mistyped passphrase shows before anything is in it. */
static gboolean
make_file(Credentials *credentials, const Secret *passphrase, GError **error)
{
  if (g_utf8_strlen(secret_peek(passphrase), -1) < PASSPHRASE_LEAST) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("A passphrase of %d characters at least is needed"), PASSPHRASE_LEAST);
    return FALSE;
  }
  g_autoptr(Secret) key = sealed_key_new(passphrase, 0, 0);
  if (!key) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                        _("There is not enough memory to make a sealed file"));
    return FALSE;
  }
  g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
  if (!write_sealed(credentials->text, key, none, error))
    return FALSE;
  keep_key(credentials, key);
  return TRUE;
}

static gboolean
open_file(Credentials *credentials, const Secret *passphrase, GError **error)
{
  gsize length;
  g_autofree guint8 *data = read_sealed(credentials->text, &length, error);
  if (!data)
    return FALSE;
  g_autoptr(Secret) key = sealed_key_open(passphrase, data, length, error);
  /* The content too: that it was changed is said now and not at the first use. */
  g_autoptr(GHashTable) secrets = key ? sealed_file_open(key, data, length, error) : NULL;
  if (secrets)
    keep_key(credentials, key);
  return secrets != NULL;
}

/* Making the key takes a while, in which others may want to keep something: only who makes the file
 * takes the lock. */
static gboolean
sealed_unlock(Credentials *credentials, const Secret *password, GCancellable *cancellable,
              GError **error)
{
  if (exists(credentials->text))
    return open_file(credentials, password, error);
  int lock = take_lock(credentials->text, error);
  if (lock < 0)
    return FALSE;
  gboolean ok = exists(credentials->text) ? open_file(credentials, password, error)
                                          : make_file(credentials, password, error);
  close(lock);
  return ok;
}

static const CredentialsKind sealed = {.kind = "sealed-file",
                                       .load = sealed_load,
                                       .save = sealed_save,
                                       .forget = sealed_forget,
                                       .probe = sealed_probe,
                                       .unlock = sealed_unlock};

Credentials *
credentials_new_sealed(const char *path, const char *profile, gint64 timeout)
{
  Credentials *credentials = credentials_new(&sealed, path);
  credentials->profile = g_strdup(profile);
  credentials->timeout = timeout;
  return credentials;
}
