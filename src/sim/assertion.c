/* Taking a client assertion apart and checking its signature. What has to stand
 * in it is signin.c's. */
#include "sim/assertion.h"

#include <openssl/rsa.h>
#include <string.h>

#include "sim/tokens.h"

void
assertion_clear(Assertion *assertion)
{
  cJSON_Delete(assertion->header);
  cJSON_Delete(assertion->claims);
  g_free(assertion->signature);
}

static cJSON *
read_object(const char *text, gsize length)
{
  gsize n;
  g_autofree guchar *bytes = tokens_decode(text, length, &n);

  return cJSON_ParseWithLength((const char *)bytes, n);
}

gboolean
assertion_parse(const char *text, Assertion *ret_assertion)
{
  const char *first = strchr(text, '.'), *last = strrchr(text, '.');
  g_auto(Assertion) assertion = {0};

  if (!first || first == last || strchr(first + 1, '.') != last || !last[1])
    return FALSE;
  assertion.header = read_object(text, (gsize)(first - text));
  assertion.claims = read_object(first + 1, (gsize)(last - first - 1));
  assertion.signature = tokens_decode(last + 1, strlen(last + 1), &assertion.signature_length);
  assertion.signed_length = (gsize)(last - text);
  if (!cJSON_IsObject(assertion.header) || !cJSON_IsObject(assertion.claims))
    return FALSE;
  *ret_assertion = assertion;
  memset(&assertion, 0, sizeof assertion);
  return TRUE;
}

const char *
assertion_text(const cJSON *object, const char *name)
{
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

  return text ? text : "";
}

gint64
assertion_seconds(const cJSON *object, const char *name)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

  return cJSON_IsNumber(item) ? (gint64)item->valuedouble : 0;
}

gboolean
assertion_verify(const Assertion *assertion, const char *text, EVP_PKEY *key)
{
  const char *algorithm = assertion_text(assertion->header, "alg");
  gboolean pss = strcmp(algorithm, "PS256") == 0;
  EVP_MD_CTX *context;
  EVP_PKEY_CTX *options = NULL;
  gboolean good;

  if (!pss && strcmp(algorithm, "RS256") != 0)
    return FALSE;
  context = EVP_MD_CTX_new();
  good = EVP_DigestVerifyInit(context, &options, EVP_sha256(), NULL, key) > 0;
  if (good && pss)
    good = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) > 0;
  good = good && EVP_DigestVerify(context, assertion->signature, assertion->signature_length,
                                  (const guchar *)text, assertion->signed_length) == 1;
  EVP_MD_CTX_free(context);
  return good;
}
