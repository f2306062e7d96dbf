/* What the places for credentials share: the vtable behind credentials.h, and
 * calls to the keyring that can be abandoned. */
#pragma once

#include "auth/credentials.h"

/* More than this is no secret of ours. */
#define CREDENTIAL_MAX (64 * 1024)

/* One kind of place. `save` and `forget` are NULL where it cannot be written, `unlock` where
 * there is nothing to open. */
typedef struct {
  const char *kind;
  Secret *(*load)(Credentials *credentials, const char *name, GCancellable *cancellable,
                  GError **error);
  gboolean (*save)(Credentials *credentials, const char *name, const Secret *secret,
                   GCancellable *cancellable, GError **error);
  gboolean (*forget)(Credentials *credentials, const char *name, GCancellable *cancellable,
                     GError **error);
  void (*probe)(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable);
  gboolean (*unlock)(Credentials *credentials, const Secret *password, GCancellable *cancellable,
                     GError **error);
  gboolean (*can_save)(const Credentials *credentials); /* NULL: if there is a `save` */
} CredentialsKind;

struct Credentials {
  const CredentialsKind *kind;
  char *text;                   /* profile, command line, variable or path */
  char *save_line, *clear_line; /* command */
  char *profile;                /* sealed file: whose secrets in it are meant */
  gint64 timeout;               /* kernel, sealed file: seconds */
  int fd;
  GMutex lock; /* of what follows */
  gboolean was_read;
  Secret *read;        /* descriptor: what came; sealed file: the key that opens it */
  GHashTable *memory;  /* name → Secret */
  gint64 silent_until; /* keyring: it did not answer; not asked again before (monotonic) */
  GPtrArray *rungs;    /* ladder: Credentials */
};

Credentials *credentials_new(const CredentialsKind *kind, const char *text);

/* TRUE for the names that belong to signing in, which a place for one secret answers for; the
 * SMTP password goes to another host and must never be mistaken for them. */
gboolean credentials_is_sign_in(const char *name);

/* Sets USHER_ERROR_NOT_FOUND: there is no secret in `where`. */
void credentials_not_found(GError **error, const char *where);

/* Fills a state; texts are copied, `remedy` may be NULL. */
void credentials_state_set(CredentialsState *state, RungState rung, UnlockWay unlock,
                           const char *text, const char *remedy);
/* Sets USHER_ERROR_KEYRING with the state's text and remedy in one line. */
void credentials_state_error(const CredentialsState *state, GError **error);

/* Reads `fd` to its end into a Secret without one trailing newline. `until` is
 * monotonic. USHER_ERROR_KEYRING when it takes too long or is too large (`where`
 * names the place), USHER_ERROR_NOT_FOUND when it is empty. */
Secret *credentials_read_fd(int fd, gint64 until, const char *where, GCancellable *cancellable,
                            GError **error);

/* What was read, made a Secret by the same rules; `buffer` stays the caller's to wipe. */
Secret *credentials_take_text(char *buffer, gsize length, const char *where, GError **error);

/* The kernel's keyring of this login, for whoever keeps something there. `description` is the
 * key's name there. */
typedef enum { KERNEL_THERE, KERNEL_REFUSED, KERNEL_REVOKED } KernelState;
KernelState kernel_keyring_state(void);
/* NULL when there is none (or it has run out): no error. */
Secret *kernel_keyring_get(const char *description);
/* FALSE with errno. `timeout` in seconds, 0: none. */
gboolean kernel_keyring_put(const char *description, const Secret *secret, gint64 timeout);

/* Work on the keyring, done on a thread that is left behind if it does not
 * answer. The probe comes first: `work` runs only when the keyring is ready. */
typedef struct {
  gatomicrefcount references;
  GMutex lock;
  GCond changed;
  gboolean done;
  /* given; owned by the call */
  gboolean (*work)(gpointer call); /* may be NULL: only the probe */
  gboolean any_state;              /* work runs whatever the probe found */
  char *profile, *name;
  Secret *secret;
  UnlockWay way;
  /* found */
  KeyringState state;
  UnlockWay unlock; /* how it could be opened */
  gboolean ok;
  Secret *found;
  GError *error;
} KeyringCall;

KeyringCall *keyring_call_new(gboolean (*work)(gpointer call));
void keyring_call_unref(KeyringCall *call);
/* FALSE when it did not answer within the limit, or was cancelled (then `error` is set
 * to USHER_ERROR_CANCELLED); the results may be read only after TRUE. */
gboolean keyring_call_run(KeyringCall *call, GCancellable *cancellable, GError **error);

/* The session bus, NULL if there is none: never starts one. */
GDBusConnection *keyring_bus(void);
/* Asks the Secret Service; 2 s. The caller owns the answer. */
GVariant *keyring_ask(GDBusConnection *bus, const char *path, const char *interface,
                      const char *method, GVariant *parameters, const char *type, GError **error);
/* The default collection's path; "/" if there is none; NULL with an error. */
char *keyring_default_collection(GDBusConnection *bus, GError **error);

/* TRUE if the profile has items there of which none is open: some services (KeePassXC) lock
 * single ones until somebody agrees. */
gboolean keyring_items_locked(GDBusConnection *bus, const char *profile);
/* How a keyring in this state can be opened from here. */
UnlockWay keyring_unlock_way(GDBusConnection *bus, KeyringState state);
/* Opens it, or (UNLOCK_NEW) makes the first one. As credentials_unlock(). */
gboolean keyring_unlock(const char *profile, UnlockWay way, const Secret *password,
                        GCancellable *cancellable, GError **error);
/* The attributes by which the Secret Service finds what is the profile's (`name` NULL: all of
 * it), as a{ss}. */
GVariant *keyring_attributes(const char *profile, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyringCall, keyring_call_unref)
