/* Secrets in the kernel's keyring of this login: no file, no daemon, no bus; gone
 * at its time limit and when the login ends. Only processes of this login can
 * read a key (they "possess" it), not every process of the user. Where a login
 * made no keyring of its own, or sudo and su left that of another user in place,
 * it is the keyring that the kernel has for the user. */
#include "auth/credentials-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <errno.h>
#include <keyutils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the possessor may do; others of the user may see that it is there. */
#define KEY_MODE (KEY_POS_ALL | KEY_USR_VIEW)

/* Whether a keyring is that of the user who runs this. */
static gboolean
is_ours(key_serial_t ring)
{
  char *text = NULL; /* type;uid;gid;permissions;description */
  long length = keyctl_describe_alloc(ring, &text);
  const char *uid = length > 0 ? strchr(text, ';') : NULL;
  gboolean ours = uid && strtoul(uid + 1, NULL, 10) == geteuid();
  free(text);
  return ours;
}

/* Its number, since KEY_SPEC_SESSION_KEYRING means one that is made for this process alone as
 * soon as something is added and the login has none. -1 with errno. */
static key_serial_t
find_ring(void)
{
  key_serial_t ring = keyctl_get_keyring_ID(KEY_SPEC_SESSION_KEYRING, 0);
  if (ring < 0 ? errno != ENOKEY : is_ours(ring))
    return ring;
  ring = keyctl_get_keyring_ID(KEY_SPEC_USER_SESSION_KEYRING, 1);
  /* To possess what is in it this thread has to hold it. */
  return ring < 0 || keyctl_link(ring, KEY_SPEC_THREAD_KEYRING) < 0 ? -1 : ring;
}

KernelState
kernel_keyring_state(void)
{
  if (find_ring() >= 0)
    return KERNEL_THERE;
  return errno == EKEYREVOKED || errno == EKEYEXPIRED ? KERNEL_REVOKED : KERNEL_REFUSED;
}

Secret *
kernel_keyring_get(const char *description)
{
  long key = keyctl_search(find_ring(), "user", description, 0);
  if (key < 0)
    return NULL;
  char *buffer = g_malloc(CREDENTIAL_MAX);
  long length = keyctl_read((key_serial_t)key, buffer, CREDENTIAL_MAX);
  Secret *secret =
      length >= 0 && length <= CREDENTIAL_MAX ? secret_new(buffer, (gssize)length) : NULL;
  secret_wipe(buffer, CREDENTIAL_MAX);
  g_free(buffer);
  return secret;
}

gboolean
kernel_keyring_put(const char *description, const Secret *secret, gint64 timeout)
{
  key_serial_t ring = find_ring();
  key_serial_t key = add_key("user", description, secret_peek(secret), secret_length(secret), ring);
  if (key < 0)
    return FALSE;
  if (keyctl_setperm(key, KEY_MODE) == 0 &&
      keyctl_set_timeout(key, (unsigned)CLAMP(timeout, 0, G_MAXINT)) == 0)
    return TRUE;
  int code = errno; /* without its limit it must not stay */
  keyctl_unlink(key, ring);
  errno = code;
  return FALSE;
}

/* That there is none is TRUE. */
static gboolean
drop_key(const char *description)
{
  key_serial_t ring = find_ring();
  long key = keyctl_search(ring, "user", description, 0);
  if (key < 0)
    return errno == ENOKEY || errno == EKEYEXPIRED || errno == EKEYREVOKED;
  return keyctl_unlink((key_serial_t)key, ring) == 0;
}

/* --- the rung --- */

static char *
description_of(const Credentials *credentials, const char *name)
{
  return g_strdup_printf("usher:%s:%s", credentials->text, name);
}

static void
kernel_probe(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  switch (kernel_keyring_state()) {
  case KERNEL_THERE:
    credentials_state_set(ret_state, RUNG_READY, UNLOCK_NOT,
                          _("The kernel's keyring of this login is ready."), NULL);
    return;
  case KERNEL_REVOKED:
    credentials_state_set(ret_state, RUNG_BROKEN, UNLOCK_NOT,
                          _("The kernel's keyring of this login has been closed."),
                          _("Log in to this machine again: the login that it belonged to ended."));
    return;
  case KERNEL_REFUSED:
    credentials_state_set(ret_state, RUNG_ABSENT, UNLOCK_NOT,
                          _("The kernel gives no keyring here (many containers forbid it)."),
                          _("Choose another place: sealed-file, command, environment."));
    return;
  }
}

/* TRUE if it can be used; else the error says why not. */
static gboolean
check(Credentials *credentials, GError **error)
{
  g_auto(CredentialsState) state = {0};
  kernel_probe(credentials, &state, NULL);
  if (state.state == RUNG_READY)
    return TRUE;
  credentials_state_error(&state, error);
  return FALSE;
}

static gboolean
fail(const char *what, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, "%s: %s", what, g_strerror(errno));
  return FALSE;
}

static Secret *
kernel_load(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  if (!check(credentials, error))
    return NULL;
  g_autofree char *description = description_of(credentials, name);
  Secret *secret = kernel_keyring_get(description);
  if (!secret)
    credentials_not_found(error, _("the kernel's keyring of this login (or its time ran out)"));
  return secret;
}

static gboolean
kernel_save(Credentials *credentials, const char *name, const Secret *secret,
            GCancellable *cancellable, GError **error)
{
  g_autofree char *description = description_of(credentials, name);
  return check(credentials, error) &&
         (kernel_keyring_put(description, secret, credentials->timeout) ||
          fail(_("The kernel's keyring does not take the secret"), error));
}

static gboolean
kernel_forget(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  g_autofree char *description = description_of(credentials, name);
  return check(credentials, error) &&
         (drop_key(description) ||
          fail(_("The kernel's keyring does not give the secret up"), error));
}

static const CredentialsKind kernel = {.kind = "kernel-keyring",
                                       .load = kernel_load,
                                       .save = kernel_save,
                                       .forget = kernel_forget,
                                       .probe = kernel_probe};

Credentials *
credentials_new_kernel(const char *profile, gint64 timeout)
{
  Credentials *credentials = credentials_new(&kernel, profile);
  credentials->timeout = timeout;
  return credentials;
}
