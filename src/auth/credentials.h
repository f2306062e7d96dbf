/* Where a profile's secret (client secret or refresh token) is kept. One
 * vtable, implementations: keyring (Secret Service), command, environment,
 * file descriptor, memory (for this run only). */
#pragma once

#include "base/secret.h"
#include <gio/gio.h>

typedef struct Credentials Credentials;

/* In the Secret Service, under the profile's name. */
Credentials *credentials_new_keyring(const char *profile);
/* What a program prints, without one trailing newline. The line is split as a shell would
 * split it, but no shell runs it. The program has 60 s; USHER_ERROR_CONFIG if it cannot be run. */
Credentials *credentials_new_command(const char *command_line);
/* The value of a variable, whichever name is asked for. */
Credentials *credentials_new_environment(const char *variable);
/* What can be read from a descriptor to its end; read once and kept. Takes the descriptor. */
Credentials *credentials_new_descriptor(int fd);
/* Kept as long as the object. */
Credentials *credentials_new_memory(void);
void credentials_free(Credentials *credentials);

/* What is kept under `name` ("client-secret", "refresh-token"). NULL with
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Credentials, credentials_free)

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
const char *keyring_state_label(KeyringState state); /* translated, with what to do */
