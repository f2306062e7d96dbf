/* The certificates, identity providers, refusals and challenges of the login
 * host. Answering token requests is login.c's, the signatures of assertions are
 * assertion.c's. */
#include "sim/signin.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "sim/assertion.h"
#include "sim/out.h"
#include "sim/scopes.h"

/* The service takes longer ones; the documentation asks for 5 to 10 minutes. */
#define ASSERTION_LIFE 600
#define SKEW           300
#define EXCHANGE       "api://AzureADTokenExchange"

typedef struct {
  char *issuer, *subject;
  EVP_PKEY *key;
} Provider;

struct Signin {
  GPtrArray *certificates; /* X509 */
  GPtrArray *providers;    /* Provider */
  GHashTable *used;        /* jti of assertions, uti of refresh tokens: set */
  int refuse;              /* an AADSTS number; 0: nothing */
  gint64 challenge;        /* which one is posed; 0: none */
  gint64 challenges;       /* so far */
  gboolean always;         /* the challenge cannot be met */
  gboolean strict;         /* a refresh token is good once */
};

static void
free_certificate(gpointer data)
{
  X509_free(data);
}

static void
free_provider(gpointer data)
{
  Provider *provider = data;

  g_free(provider->issuer);
  g_free(provider->subject);
  EVP_PKEY_free(provider->key);
  g_free(provider);
}

Signin *
signin_new(void)
{
  Signin *signin = g_new0(Signin, 1);

  signin->certificates = g_ptr_array_new_with_free_func(free_certificate);
  signin->providers = g_ptr_array_new_with_free_func(free_provider);
  signin->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return signin;
}

void
signin_free(Signin *signin)
{
  if (!signin)
    return;
  g_ptr_array_unref(signin->certificates);
  g_ptr_array_unref(signin->providers);
  g_hash_table_unref(signin->used);
  g_free(signin);
}

/* --- what is registered --- */

gboolean
signin_add_certificates(Signin *signin, const char *pem)
{
  BIO *bio = BIO_new_mem_buf(pem, -1);
  guint before = signin->certificates->len;
  X509 *certificate;

  while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
    g_ptr_array_add(signin->certificates, certificate);
  BIO_free(bio);
  ERR_clear_error();
  return signin->certificates->len > before;
}

gboolean
signin_add_federation(Signin *signin, const char *issuer, const char *subject, const char *pem)
{
  BIO *bio = BIO_new_mem_buf(pem, -1);
  EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
  Provider *provider;

  BIO_free(bio);
  ERR_clear_error();
  if (!key)
    return FALSE;
  provider = g_new0(Provider, 1);
  *provider = (Provider){g_strdup(issuer), g_strdup(subject), key};
  g_ptr_array_add(signin->providers, provider);
  return TRUE;
}

/* --- assertions --- */

static gboolean
refuse_assertion(Call *call, int number, const char *why)
{
  login_error(call, "invalid_client", number, "%s", why);
  return FALSE;
}

/* The registered certificate that the header names, by x5t#S256 or the older x5t. */
static X509 *
named_certificate(const Signin *signin, const cJSON *header)
{
  static const char *const members[] = {"x5t#S256", "x5t"};
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  gsize n;

  for (guint m = 0; m < G_N_ELEMENTS(members); m++) {
    const char *thumbprint = assertion_text(header, members[m]);
    g_autofree guchar *wanted = tokens_decode(thumbprint, strlen(thumbprint), &n);
    for (guint i = 0; i < signin->certificates->len; i++) {
      X509 *certificate = g_ptr_array_index(signin->certificates, i);
      X509_digest(certificate, m == 0 ? EVP_sha256() : EVP_sha1(), digest, &length);
      if (n == length && memcmp(wanted, digest, n) == 0)
        return certificate;
    }
  }
  return NULL;
}

static gboolean
check_times(Call *call, const cJSON *claims, gint64 life_max)
{
  gint64 now = call->now / 1000, from = assertion_seconds(claims, "nbf"),
         to = assertion_seconds(claims, "exp");

  if (from > now + SKEW || to <= now)
    return refuse_assertion(call, 700024, "Client assertion is not within its valid time range.");
  if (life_max && (!from || to - from > life_max))
    return refuse_assertion(call, 700027, "The client assertion lives too long.");
  return TRUE;
}

/* "https://host/tenant/oauth2/v2.0/token" as the client sees it; the scheme may be that of a
 * proxy before us. */
static gboolean
is_audience(const Call *call, const char *audience)
{
  const char *own = strstr(call->sim->url, "://") + 3, *given = strstr(audience, "://");
  g_autofree char *expected = g_strconcat(call->host ? call->host : own, call->path, NULL);

  return given && strcmp(given + 3, expected) == 0;
}

static gboolean
check_certified(Call *call, const App *app, const char *text, const Assertion *assertion)
{
  Signin *signin = call->sim->signin;
  const cJSON *claims = assertion->claims;
  X509 *certificate = named_certificate(signin, assertion->header);
  const char *id = assertion_text(claims, "jti");

  if (!certificate)
    return refuse_assertion(call, 700027,
                            "Client assertion failed signature validation: the certificate with "
                            "the thumbprint is not registered.");
  if (!assertion_verify(assertion, text, X509_get0_pubkey(certificate)))
    return refuse_assertion(call, 700027, "Client assertion contains an invalid signature.");
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
    return refuse_assertion(call, 700027, "The certificate has expired.");
  if (strcmp(assertion_text(claims, "iss"), app->id) != 0 ||
      strcmp(assertion_text(claims, "sub"), app->id) != 0)
    return refuse_assertion(call, 700021,
                            "Client assertion application identifier does not match "
                            "'client_id' parameter.");
  if (!is_audience(call, assertion_text(claims, "aud")))
    return refuse_assertion(call, 700023, "Client assertion audience claim does not match.");
  if (!check_times(call, claims, ASSERTION_LIFE))
    return FALSE;
  if (!*id || !g_hash_table_add(signin->used, g_strdup(id)))
    return refuse_assertion(call, 700027, "The client assertion was used before.");
  return TRUE;
}

static gboolean
check_federated(Call *call, const Provider *provider, const char *text, const Assertion *assertion)
{
  const cJSON *claims = assertion->claims;

  if (!assertion_verify(assertion, text, provider->key))
    return refuse_assertion(call, 700027, "Client assertion contains an invalid signature.");
  if (strcmp(assertion_text(claims, "aud"), EXCHANGE) != 0)
    return refuse_assertion(call, 700212,
                            "No matching federated identity record found for "
                            "presented assertion audience.");
  if (strcmp(assertion_text(claims, "sub"), provider->subject) != 0)
    return refuse_assertion(call, 700213,
                            "No matching federated identity record found for "
                            "presented assertion subject.");
  return check_times(call, claims, 0);
}

gboolean
signin_check_assertion(Call *call, const App *app, const char *text)
{
  const Signin *signin = call->sim->signin;
  g_auto(Assertion) assertion = {0};

  if (!assertion_parse(text, &assertion))
    return refuse_assertion(call, 50027, "Invalid JWT token: it is not well formed.");
  for (guint i = 0; i < signin->providers->len; i++) {
    const Provider *provider = g_ptr_array_index(signin->providers, i);
    if (strcmp(provider->issuer, assertion_text(assertion.claims, "iss")) == 0)
      return check_federated(call, provider, text, &assertion);
  }
  if (!*assertion_text(assertion.header, "x5t#S256") && !*assertion_text(assertion.header, "x5t"))
    return refuse_assertion(call, 700211,
                            "No matching federated identity record found for "
                            "presented assertion issuer.");
  return check_certified(call, app, text, &assertion);
}

/* --- what is played --- */

/* The word of `error` for a number; others are invalid_grant. */
static const struct {
  int number;
  const char *error;
} refusals[] = {
    {7000215, "invalid_client"},        {7000222, "invalid_client"},
    {7000218, "invalid_client"},        {700025, "invalid_client"},
    {700027, "invalid_client"},         {700024, "invalid_client"},
    {700016, "unauthorized_client"},    {7000112, "unauthorized_client"},
    {90002, "invalid_request"},         {90038, "invalid_request"},
    {50076, "interaction_required"},    {50079, "interaction_required"},
    {50097, "interaction_required"},    {53000, "interaction_required"},
    {53001, "interaction_required"},    {53003, "access_denied"},
    {530035, "access_denied"},          {65001, "invalid_grant"},
    {65004, "access_denied"},           {90094, "access_denied"},
    {650056, "invalid_client"},         {500011, "invalid_resource"},
    {90055, "temporarily_unavailable"},
};

static gboolean
set_one(Signin *signin, const char *name, const char *value, GError **error)
{
  guint64 number = 0;

  if (strcmp(name, "refuse") == 0 &&
      g_ascii_string_to_unsigned(value, 10, 1, 99999999, &number, NULL))
    signin->refuse = (int)number;
  else if (strcmp(name, "challenge") == 0 &&
           (strcmp(value, "on") == 0 || strcmp(value, "always") == 0)) {
    signin->challenge = ++signin->challenges;
    signin->always = strcmp(value, "always") == 0;
  } else if (strcmp(name, "rotate") == 0 && strcmp(value, "strict") == 0)
    signin->strict = TRUE;
  else {
    g_set_error(error, SIM_ERROR, 0,
                "'%s=%s' is none of refuse=NUMBER, challenge=on, challenge=always, rotate=strict",
                name, value);
    return FALSE;
  }
  return TRUE;
}

gboolean
signin_set(Signin *signin, const char *spec, GError **error)
{
  g_auto(GStrv) parts = g_strsplit(spec, ",", -1);
  Signin changed = *signin;

  for (guint i = 0; parts[i]; i++) {
    g_auto(GStrv) pair = g_strsplit(g_strstrip(parts[i]), "=", 2);
    if (strcmp(parts[i], "none") == 0) {
      changed.refuse = 0;
      changed.challenge = 0;
      changed.always = changed.strict = FALSE;
    } else if (*parts[i] && !set_one(&changed, pair[0], pair[1] ? pair[1] : "", error))
      return FALSE;
  }
  *signin = changed;
  return TRUE;
}

gboolean
signin_refuses(Call *call)
{
  int number = call->sim->signin->refuse;
  const char *word = "invalid_grant";

  if (!number)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
    if (refusals[i].number == number)
      word = refusals[i].error;
  login_error(call, word, number, "The refusal that the simulator was told to play.");
  return TRUE;
}

/* --- continuous access evaluation --- */

static gboolean
has_capability(const cJSON *access)
{
  const cJSON *capability = cJSON_GetObjectItemCaseSensitive(access, "xms_cc"), *value;

  cJSON_ArrayForEach(value, cJSON_GetObjectItemCaseSensitive(capability, "values"))
  {
    if (g_strcmp0(cJSON_GetStringValue(value), "cp1") == 0)
      return TRUE;
  }
  return FALSE;
}

char *
signin_token_claims(const Signin *signin, const char *claims)
{
  cJSON *tree = claims ? cJSON_Parse(claims) : NULL;
  const cJSON *access = cJSON_GetObjectItemCaseSensitive(tree, "access_token");
  const cJSON *demanded = cJSON_GetObjectItemCaseSensitive(access, "nbf");
  const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(demanded, "value"));
  GString *out = g_string_new(NULL);

  if (has_capability(access))
    g_string_append(out, ",\"xms_cc\":[\"cp1\"]");
  if (value && strspn(value, "0123456789") == strlen(value))
    g_string_append_printf(out, ",\"met\":\"%s\"", value);
  cJSON_Delete(tree);
  return g_string_free(out, FALSE);
}

gboolean
signin_check_challenge(Call *call, const cJSON *claims)
{
  const Signin *signin = call->sim->signin;
  g_autofree char *wanted = g_strdup_printf("%" G_GINT64_FORMAT, signin->challenge);

  if (!signin->challenge || !cJSON_GetObjectItemCaseSensitive(claims, "xms_cc") ||
      (!signin->always && strcmp(assertion_text(claims, "met"), wanted) == 0))
    return TRUE;
  g_autofree char *json =
      g_strdup_printf("{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"%s\"}}}", wanted);
  g_autofree char *encoded = g_base64_encode((const guchar *)json, strlen(json));
  call_error(call, 401, "InvalidAuthenticationToken",
             "Continuous access evaluation resulted in challenge with result: "
             "InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp");
  call_header(call, "WWW-Authenticate",
              "Bearer realm=\"\", authorization_uri=\"%s/common/oauth2/v2.0/authorize\", "
              "client_id=\"00000003-0000-0000-c000-000000000000\", error=\"insufficient_claims\", "
              "claims=\"%s\"",
              call->sim->url, encoded);
  return FALSE;
}

gboolean
signin_use_refresh(Signin *signin, const char *token_id)
{
  return g_hash_table_add(signin->used, g_strdup(token_id)) || !signin->strict;
}
