/* What the places for credentials share: the vtable behind credentials.h, and
 * calls to the keyring that can be abandoned. */
#pragma once

#include "auth/credentials.h"

/* More than this is no secret of ours. */
#define CREDENTIAL_MAX (64 * 1024)

/* One kind of place. `save` and `forget` are NULL where it cannot be written. */
typedef struct {
  const char *kind;
  Secret *(*load)(Credentials *credentials, const char *name, GCancellable *cancellable,
                  GError **error);
  gboolean (*save)(Credentials *credentials, const char *name, const Secret *secret,
                   GCancellable *cancellable, GError **error);
  gboolean (*forget)(Credentials *credentials, const char *name, GCancellable *cancellable,
                     GError **error);
} CredentialsKind;

struct Credentials {
  const CredentialsKind *kind;
  char *text; /* profile, command line or variable */
  int fd;
  GMutex lock; /* of what follows */
  gboolean was_read;
  Secret *read;       /* descriptor */
  GHashTable *memory; /* name → Secret */
};

Credentials *credentials_new(const CredentialsKind *kind, const char *text);

/* Reads `fd` to its end into a Secret without one trailing newline. `until` is
 * monotonic. USHER_ERROR_KEYRING when it takes too long or is too large (`where`
 * names the place), USHER_ERROR_NOT_FOUND when it is empty. */
Secret *credentials_read_fd(int fd, gint64 until, const char *where, GCancellable *cancellable,
                            GError **error);

/* Work on the keyring, done on a thread that is left behind if it does not
 * answer. The probe comes first: `work` runs only when the keyring is ready. */
typedef struct {
  gatomicrefcount references;
  GMutex lock;
  GCond changed;
  gboolean done;
  /* given; owned by the call */
  gboolean (*work)(gpointer call); /* may be NULL: only the probe */
  char *profile, *name;
  Secret *secret;
  /* found */
  KeyringState state;
  gboolean ok;
  Secret *found;
  GError *error;
} KeyringCall;

KeyringCall *keyring_call_new(gboolean (*work)(gpointer call));
void keyring_call_unref(KeyringCall *call);
/* FALSE when it did not answer within the limit, or was cancelled (then `error` is set
 * to USHER_ERROR_CANCELLED); the results may be read only after TRUE. */
gboolean keyring_call_run(KeyringCall *call, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyringCall, keyring_call_unref)
