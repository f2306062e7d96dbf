/* Access tokens: kept until shortly before they end, fetched by one thread at
 * a time however many ask, fetched anew once when the service refused one. */
#pragma once

#include "auth/certificate.h"
#include "auth/credentials.h"
#include "net/http.h"

typedef enum {
  SIGN_IN_DEVICE_CODE,
  SIGN_IN_CLIENT_SECRET,
  SIGN_IN_CLIENT_CERTIFICATE,
  SIGN_IN_FEDERATED_TOKEN,
  SIGN_IN_N
} SignInKind;
/* As the configuration names it: "device-code", "client-secret" … */
const char *sign_in_kind_name(SignInKind kind);
/* FALSE when there is no such kind. */
gboolean sign_in_kind_parse(const char *name, SignInKind *ret_kind);
/* What it keeps in the credentials: "refresh-token", "client-secret",
 * "certificate-passphrase" (needed only by an encrypted key); NULL: nothing. */
const char *sign_in_kind_keeps(SignInKind kind);

typedef struct {
  SignInKind kind;
  const char *login_url; /* authority root, checked */
  const char *graph_url; /* the resource */
  const char *tenant;
  const char *client_id;
  Credentials *credentials; /* lent; outlives the source */
  HttpSession *http;        /* lent */
  /* client-certificate; see certificate_load() */
  const char *certificate, *certificate_key;
  CertificateAlgorithm algorithm;
  const char *token_file; /* federated-token: read anew for each request */
  const char *language;   /* of the device code's message, "de-DE"; NULL: the service's */
  const char *lock_file;  /* processes that share a refresh token take turns by it; may be NULL */
} TokenOptions;

typedef struct TokenSource TokenSource;
TokenSource *token_source_new(const TokenOptions *options);
void token_source_free(TokenSource *source);

/* A valid access token; `refused` is one that the service answered 401 to (or
 * NULL): if the source still holds that one, it is dropped. USHER_ERROR_SIGN_IN
 * says what to do ("usher login"). The caller owns the reference. */
Secret *token_source_get(TokenSource *source, const Secret *refused, GCancellable *cancellable,
                         GError **error);
/* The service answered 401 to `refused` and sent this WWW-Authenticate (may be NULL). If it holds
 * a claims challenge, the next token is asked for with these claims, once: USHER_ERROR_SIGN_IN
 * when `refused` itself was got with them. Everything else is TRUE; token_source_get() follows.
 * Contract 2.5. */
gboolean token_source_challenge(TokenSource *source, const Secret *refused,
                                const char *www_authenticate, GError **error);
/* Forgets the tokens in memory (not those in the credentials). */
void token_source_drop(TokenSource *source);
/* What the last token granted (scp or roles as the token answer or the token's own
 * claims tell; for display only), blank-separated. The caller owns it; NULL: not known. */
char *token_source_granted(TokenSource *source);
/* When the cached token ends, 0: none. */
gint64 token_source_expires(TokenSource *source);

/* What the person must do. Lent for the call. */
typedef struct {
  const char *user_code;
  const char *verification_url; /* https, or on this machine */
  const char *message;          /* the service's, in the language asked for; may be NULL */
  gint64 expires_in;            /* seconds that are left */
  gboolean again;               /* only the seconds have changed */
} DeviceCode;
typedef void (*DeviceCodeShow)(const DeviceCode *code, gpointer data);

/* The device code flow. `show` is called on the calling thread with what the person must do, and
 * again about every second while this polls until done, declined, expired or cancelled.
 * The refresh token goes into the credentials; if that fails (the error says so) this run
 * is signed in all the same. USHER_ERROR_SIGN_IN, _REFUSED where the credentials cannot be
 * written, _KEYRING before anything is shown. */
gboolean token_sign_in_device(TokenSource *source, DeviceCodeShow show, gpointer data,
                              GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenSource, token_source_free)
