/* The client assertion: a small JSON Web Token, signed with the certificate's
 * key, that stands for the client secret. Contract 2.3. */
#include "auth/certificate-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include <inttypes.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <string.h>

#define LIFE (5 * 60)

static void
append_base64url(GString *out, const void *bytes, gsize length)
{
  g_autofree char *text = g_base64_encode(bytes, length);
  for (const char *at = text; *at && *at != '='; at++)
    g_string_append_c(out, *at == '+' ? '-' : *at == '/' ? '_' : *at);
}

static void
append_header(GString *token, const Certificate *certificate, CertificateAlgorithm algorithm)
{
  gboolean pss = algorithm == CERTIFICATE_PS256;
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  X509_digest(certificate->x509, pss ? EVP_sha256() : EVP_sha1(), digest, &length);
  g_autoptr(GString) header = g_string_new(NULL);
  g_string_append_printf(header, "{\"alg\":\"%s\",\"typ\":\"JWT\",\"%s\":\"",
                         pss ? "PS256" : "RS256", pss ? "x5t#S256" : "x5t");
  append_base64url(header, digest, length);
  g_string_append(header, "\"}");
  append_base64url(token, header->str, header->len);
}

static void
append_claims(GString *token, const char *audience, const char *client_id, gint64 now)
{
  g_autofree char *id = g_uuid_string_random();
  g_autoptr(GString) claims = g_string_new("{");
  json_append_key(claims, "aud");
  json_append_string(claims, audience);
  json_append_key(claims, "iss");
  json_append_string(claims, client_id);
  json_append_key(claims, "sub");
  json_append_string(claims, client_id);
  json_append_key(claims, "jti");
  json_append_string(claims, id);
  g_string_append_printf(claims, ",\"nbf\":%" PRId64 ",\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}",
                         now, now, now + LIFE);
  append_base64url(token, claims->str, claims->len);
}

/* Who holds the key has to sign. Without saying so OpenSSL may take its own RSA, to which a token
 * or a TPM gives the public half alone. The caller owns it; NULL: an engine's. */
static char *
holder_of(const EVP_PKEY *key)
{
  const OSSL_PROVIDER *holder = EVP_PKEY_get0_provider(key);
  return holder ? g_strdup_printf("?provider=%s", OSSL_PROVIDER_get0_name(holder)) : NULL;
}

static gboolean
begin_signing(EVP_MD_CTX *context, const Certificate *certificate, CertificateAlgorithm algorithm)
{
  EVP_PKEY_CTX *options = NULL;
  g_autofree char *holder = holder_of(certificate->key);
  if (EVP_DigestSignInit_ex(context, &options, "SHA256", NULL, holder, certificate->key, NULL) <= 0)
    return FALSE;
  if (algorithm == CERTIFICATE_RS256)
    return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) > 0;
  /* The mask is made with the same digest, as it is by itself: a TPM does not let it be set. */
  return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) > 0;
}

static gboolean
append_signature(GString *token, const Certificate *certificate, CertificateAlgorithm algorithm)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  gsize length = 0;
  gboolean ok = begin_signing(context, certificate, algorithm) &&
                EVP_DigestSign(context, NULL, &length, (const guint8 *)token->str, token->len) > 0;
  g_autofree guint8 *signature = g_malloc(ok ? length : 1);
  ok =
      ok && EVP_DigestSign(context, signature, &length, (const guint8 *)token->str, token->len) > 0;
  EVP_MD_CTX_free(context);
  if (!ok)
    return FALSE;
  g_string_append_c(token, '.');
  append_base64url(token, signature, length);
  return TRUE;
}

char *
certificate_assert(const Certificate *certificate, CertificateAlgorithm algorithm,
                   const char *audience, const char *client_id, gint64 now, GError **error)
{
  g_autoptr(GString) token = g_string_new(NULL);
  append_header(token, certificate, algorithm);
  g_string_append_c(token, '.');
  append_claims(token, audience, client_id, now);
  if (append_signature(token, certificate, algorithm))
    return g_string_free(g_steal_pointer(&token), FALSE);
  g_autofree char *reason = certificate_openssl_says();
  g_set_error(
      error, USHER_ERROR, USHER_ERROR_SIGN_IN,
      _("The certificate's key cannot sign (%s). If it has a PIN, type it anew with 'usher login'; "
        "an older token may need certificate_algorithm = rs256."),
      reason);
  return NULL;
}
