/* The certificate that an app registration signs in with: found with its
 * private key in a PEM or PKCS#12 file, or wherever one of OpenSSL's stores
 * finds them (a PKCS#11 token, a TPM), and the assertion that it signs. */
#pragma once

#include "base/secret.h"

typedef struct Certificate Certificate;

/* PS256 names the certificate by its SHA-256 (x5t#S256); RS256, the older form, by its
 * SHA-1 (x5t). */
typedef enum { CERTIFICATE_PS256, CERTIFICATE_RS256 } CertificateAlgorithm;

/* Loads from `place`, a path or a URI ("pkcs11:object=usher"). `key_place` (may be NULL)
 * is where the key is when it is not there, too. `passphrase` (may be NULL) opens an
 * encrypted key; where one is missing, `ret_locked` (may be NULL) becomes TRUE with the error.
 * USHER_ERROR_SIGN_IN says what is wrong: no such file, open to others, no key, no certificate,
 * a pair that does not belong together, a wrong passphrase, no store for such URIs, expired
 * (with the date), not valid yet. */
Certificate *certificate_load(const char *place, const char *key_place, const Secret *passphrase,
                              gboolean *ret_locked, GError **error);
void certificate_free(Certificate *certificate);
/* TRUE if the key is there and only a passphrase is missing. */
gboolean certificate_is_locked(const char *place, const char *key_place);
/* When its validity ends. */
gint64 certificate_ends(const Certificate *certificate);
/* The SHA-1 of it as the portals show it: "A1B2…". The caller owns it. */
char *certificate_thumbprint(const Certificate *certificate);

/* A client assertion (contract 2.3) for the token endpoint `audience`, valid for five minutes
 * from `now` and for one use. NULL with USHER_ERROR_SIGN_IN. To be freed with
 * secret_free_string(). */
char *certificate_assert(const Certificate *certificate, CertificateAlgorithm algorithm,
                         const char *audience, const char *client_id, gint64 now, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_free)
