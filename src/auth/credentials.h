/* Where a profile's secrets (client secret, refresh token, passwords) are kept.
 * One vtable, one implementation for each rung of the ladder: keyring (Secret
 * Service), command, kernel-keyring, sealed-file, environment, file-descriptor;
 * and memory, for this run only. Which of them a profile uses is ladder.h's. */
#pragma once

#include "base/secret.h"
#include <gio/gio.h>

typedef struct Credentials Credentials;

/* What a place for secrets is found to be, without a prompt and within 3 s. */
typedef enum {
  RUNG_READY,
  RUNG_LOCKED, /* there, and closed: never a reason to go elsewhere */
  RUNG_EMPTY,  /* there is nothing yet; it is made when something is kept */
  RUNG_ABSENT, /* not on this machine or in this session: the next rung's turn */
  RUNG_SILENT, /* there, and does not answer */
  RUNG_BROKEN  /* there, and cannot be used: damaged, wrong modes, foreign owner */
} RungState;

/* How it can be opened from here. */
typedef enum {
  UNLOCK_NOT,      /* not from here, or there is no need */
  UNLOCK_PASSWORD, /* by the password or passphrase that it has */
  UNLOCK_NEW,      /* by one that is chosen now: it is made with it */
  UNLOCK_PROMPT    /* by a window of its own, on the desktop */
} UnlockWay;

typedef struct {
  const char *kind; /* "keyring" …: of the rung that it is about */
  RungState state;
  UnlockWay unlock;
  char *text;   /* translated: what it is, one sentence */
  char *remedy; /* translated: what to do, one sentence; NULL */
} CredentialsState;
void credentials_state_clear(CredentialsState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CredentialsState, credentials_state_clear)

/* In the Secret Service, under the profile's name. */
Credentials *credentials_new_keyring(const char *profile);
/* What a program prints, without one trailing newline. The line is split as a shell would
 * split it, but no shell runs it; {name} in it becomes the name that is asked for, and a line
 * without it answers for the sign-in alone, never for smtp-password. `save` is given the secret
 * on standard input, `clear` removes it; both may be NULL. Each has 60 s; USHER_ERROR_CONFIG if
 * it cannot be run. */
Credentials *credentials_new_command(const char *load, const char *save, const char *clear);
/* The value of a variable, taken out of the environment (secret_take_environment()); the SMTP
 * password is that of USHER_SMTP_PASSWORD. */
Credentials *credentials_new_environment(const char *variable);
/* What can be read from a descriptor to its end; read once and kept. Takes the descriptor.
 * Answers for the sign-in alone. */
Credentials *credentials_new_descriptor(int fd);
/* In the kernel's keyring of this login, gone after `timeout` seconds (0 or less: when the
 * login ends). */
Credentials *credentials_new_kernel(const char *profile, gint64 timeout);
/* In a file of ours that a passphrase seals (sealed-file.h), under the profile's name: several may
 * share it. Once it was opened, the kernel's
 * keyring keeps its key for `timeout` seconds (0: until the login ends; less: not at all), so that
 * the next commands ask nothing. */
Credentials *credentials_new_sealed(const char *path, const char *profile, gint64 timeout);
/* Kept as long as the object. */
Credentials *credentials_new_memory(void);
void credentials_free(Credentials *credentials);

/* What is kept under `name` ("client-secret", "refresh-token", "smtp-password"). NULL with
 * USHER_ERROR_NOT_FOUND when nothing is there, USHER_ERROR_KEYRING when it is
 * locked, absent or does not answer within 3 s (the message says which and what
 * to do). Never starts a prompt. */
Secret *credentials_load(Credentials *credentials, const char *name, GCancellable *cancellable,
                         GError **error);
/* Keeps it. USHER_ERROR_REFUSED where the kind cannot (environment, command). */
gboolean credentials_save(Credentials *credentials, const char *name, const Secret *secret,
                          GCancellable *cancellable, GError **error);
/* Removes it; that there is nothing is TRUE. Errors as above. */
gboolean credentials_forget(Credentials *credentials, const char *name, GCancellable *cancellable,
                            GError **error);
/* "keyring", "command" … and whether save works. */
const char *credentials_kind(const Credentials *credentials);
gboolean credentials_can_save(const Credentials *credentials);

/* What it is now: no prompt, nothing made, at most 3 s. */
void credentials_probe(Credentials *credentials, CredentialsState *ret_state,
                       GCancellable *cancellable);
/* Opens it as the probe's `unlock` says; `password` is NULL for UNLOCK_PROMPT, which waits for
 * the person on the desktop until cancelled. USHER_ERROR_REFUSED for a wrong password (asking
 * again makes sense), USHER_ERROR_KEYRING for everything else. */
gboolean credentials_unlock(Credentials *credentials, const Secret *password,
                            GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Credentials, credentials_free)

/* TRUE if a session bus is what is missing here: dbus-run-session and a keyring service that it
 * could start are installed. */
gboolean keyring_wants_bus(void);

/* The state of the Secret Service, found without a prompt within 3 s. */
typedef enum {
  KEYRING_READY,
  KEYRING_LOCKED,
  KEYRING_NO_COLLECTION,
  KEYRING_NO_SERVICE,
  KEYRING_NO_BUS,
  KEYRING_SILENT
} KeyringState;
/* Asks, starts the service if the bus can, never unlocks and never prompts. */
KeyringState keyring_probe(GCancellable *cancellable);
const char *keyring_state_text(KeyringState state);   /* translated: what it is */
const char *keyring_state_remedy(KeyringState state); /* translated: what to do; NULL */
