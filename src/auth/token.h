/* Access tokens: kept until shortly before they end, fetched by one thread at
 * a time however many ask, fetched anew once when the service refused one. */
#pragma once

#include "auth/credentials.h"
#include "net/http.h"

typedef enum { SIGN_IN_DEVICE_CODE, SIGN_IN_CLIENT_SECRET } SignInKind;

typedef struct {
  SignInKind kind;
  const char *login_url; /* authority root, checked */
  const char *graph_url; /* the resource */
  const char *tenant;
  const char *client_id;
  Credentials *credentials; /* lent; outlives the source */
  HttpSession *http;        /* lent */
} TokenOptions;

typedef struct TokenSource TokenSource;
TokenSource *token_source_new(const TokenOptions *options);
void token_source_free(TokenSource *source);

/* A valid access token; `refused` is one that the service answered 401 to (or
 * NULL): if the source still holds that one, it is dropped. USHER_ERROR_SIGN_IN
 * says what to do ("usher login"). The caller owns the reference. */
Secret *token_source_get(TokenSource *source, const Secret *refused, GCancellable *cancellable,
                         GError **error);
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
  const char *verification_url;
  const char *message;
  gint64 expires_in;
} DeviceCode;
typedef void (*DeviceCodeShow)(const DeviceCode *code, gpointer data);

/* The device code flow. `show` is called once, on the calling thread, with what
 * the person must do; then this polls until done, declined, expired or cancelled.
 * The refresh token goes into the credentials; if that fails (the error says so) this run
 * is signed in all the same. USHER_ERROR_SIGN_IN, _REFUSED where the credentials cannot be
 * written, _KEYRING before anything is shown. */
gboolean token_sign_in_device(TokenSource *source, DeviceCodeShow show, gpointer data,
                              GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenSource, token_source_free)
