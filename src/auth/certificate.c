/* Finding a certificate and its key, through OpenSSL's stores: the one for
 * files reads PEM, DER and PKCS#12, others come with providers and
 * read tokens (certificate-engine.c where there is no such provider yet). Then everything is
 * checked that would otherwise be a riddle at the sign-in service. Signing is
 * certificate-assert.c's. */
#include "auth/certificate-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Smaller keys are refused by the sign-in service. */
#define KEY_BITS_MIN 2048

/* Schemes that no store of OpenSSL's own reads, and whose provider does. */
static const struct {
  const char *scheme, *provider, *package;
} stores[] = {
    {"pkcs11", "pkcs11", "pkcs11-provider"},
    {"handle", "tpm2", "tpm2-openssl"},
    {"object", "tpm2", "tpm2-openssl"},
};

/* What one place held. */
typedef struct {
  const Secret *passphrase;
  guint asked; /* how often a passphrase was wanted */
  EVP_PKEY *key;
  STACK_OF(X509) * certificates;
} Found;

static void
found_clear(Found *found)
{
  EVP_PKEY_free(found->key);
  sk_X509_pop_free(found->certificates, X509_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

char *
certificate_openssl_says(void)
{
  unsigned long code = ERR_peek_last_error();
  const char *reason = code ? ERR_reason_error_string(code) : NULL;
  ERR_clear_error();
  return g_strdup(reason ? reason : _("no reason was given"));
}

static void G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autoptr(GError) problem =
      g_error_new_valist(USHER_ERROR, USHER_ERROR_SIGN_IN, format, arguments);
  va_end(arguments);
  ERR_clear_error();
  g_propagate_error(error, g_steal_pointer(&problem));
}

/* --- places --- */

/* "pkcs11:…" and "file:…", but not "/path" or "C" alone. The caller owns it. */
static char *
scheme_of(const char *place)
{
  const char *colon = strchr(place, ':');
  if (!colon || colon - place < 2 || !g_ascii_isalpha(*place))
    return NULL;
  for (const char *c = place; c < colon; c++)
    if (!g_ascii_isalnum(*c) && !strchr("+-.", *c))
      return NULL;
  return g_ascii_strdown(place, colon - place);
}

/* The file that a place means, or NULL. The caller owns it. */
static char *
file_of(const char *place)
{
  g_autofree char *scheme = scheme_of(place);
  if (!scheme)
    return g_strdup(place);
  if (strcmp(scheme, "file") != 0)
    return NULL;
  if (g_str_has_prefix(place, "file://"))
    return g_filename_from_uri(place, NULL, NULL);
  return g_uri_unescape_string(place + strlen("file:"), NULL);
}

/* A pipe would be waited for without an end. */
static gboolean
check_readable(const char *path, GError **error)
{
  struct stat status;
  if (access(path, R_OK) != 0 || stat(path, &status) != 0)
    refuse(error, _("Cannot read the certificate %s: %s."), path, g_strerror(errno));
  else if (!S_ISREG(status.st_mode))
    refuse(error, _("Cannot read the certificate %s: it is no plain file."), path);
  else
    return TRUE;
  return FALSE;
}

/* A key that others can read is no secret. A group may read what root gives it, as for the
 * keys of services. */
static gboolean
check_mode(const char *path, GError **error)
{
  struct stat status;
  if (stat(path, &status) != 0) {
    refuse(error, _("Cannot read the certificate %s: %s."), path, g_strerror(errno));
    return FALSE;
  }
  mode_t shared = status.st_uid == 0 ? S_IWGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if (status.st_uid != geteuid() && status.st_uid != 0)
    refuse(error,
           _("%s holds a private key and belongs to somebody else. Take a copy of your own."),
           path);
  else if (status.st_mode & shared)
    refuse(error,
           _("%s holds a private key and is open to others (mode %03o). Close it: chmod 600 %s"),
           path, (unsigned)(status.st_mode & 0777), path);
  else
    return TRUE;
  return FALSE;
}

/* --- reading --- */

static int
on_passphrase(char *buffer, int size, int writing, void *user)
{
  Found *found = user;
  found->asked++;
  gsize length = found->passphrase ? secret_length(found->passphrase) : 0;
  if (!found->passphrase || size < 0 || length > (gsize)size)
    return -1;
  memcpy(buffer, secret_peek(found->passphrase), length);
  return (int)length;
}

static gboolean
read_store(const char *place, Found *found)
{
  UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(on_passphrase, 0);
  OSSL_STORE_CTX *store = OSSL_STORE_open(place, ui, found, NULL, NULL);
  gboolean opened = store != NULL;
  while (store && !OSSL_STORE_eof(store)) {
    OSSL_STORE_INFO *info = OSSL_STORE_load(store);
    if (!info) {
      /* A refused passphrase, or something in the file that is neither; what comes behind it
       * is wanted all the same. */
      if (OSSL_STORE_error(store) && found->asked)
        break;
      continue;
    }
    int type = OSSL_STORE_INFO_get_type(info);
    if (type == OSSL_STORE_INFO_PKEY && !found->key)
      found->key = OSSL_STORE_INFO_get1_PKEY(info);
    else if (type == OSSL_STORE_INFO_CERT)
      sk_X509_push(found->certificates, OSSL_STORE_INFO_get1_CERT(info));
    OSSL_STORE_INFO_free(info);
  }
  OSSL_STORE_close(store);
  UI_destroy_method(ui);
  return opened;
}

/* The provider for a scheme may have to be loaded first; openssl.cnf may have done it. */
static void
load_provider(const char *scheme)
{
  for (gsize i = 0; i < G_N_ELEMENTS(stores); i++)
    if (strcmp(stores[i].scheme, scheme) == 0 && !OSSL_PROVIDER_available(NULL, stores[i].provider))
      OSSL_PROVIDER_try_load(NULL, stores[i].provider, 1);
  ERR_clear_error();
}

static void
set_no_store(const char *place, const char *scheme, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(stores); i++)
    if (strcmp(stores[i].scheme, scheme) == 0 &&
        !OSSL_PROVIDER_available(NULL, stores[i].provider)) {
      refuse(error,
             _("OpenSSL reads addresses that begin with %s: through its provider “%s”, which is "
               "not installed. "
               "Install the package %s, or keep the key in a file."),
             scheme, stores[i].provider, stores[i].package);
      return;
    }
  g_autofree char *reason = certificate_openssl_says();
  refuse(error, _("OpenSSL cannot open %s (%s)."), place, reason);
}

/* Through the engine, where there is one and no provider. TRUE: that was the place to look. */
static gboolean
read_engine(const char *place, const char *scheme, Found *found)
{
  if (found->key || strcmp(scheme, "pkcs11") != 0 || OSSL_PROVIDER_available(NULL, "pkcs11"))
    return FALSE;
  UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(on_passphrase, 0);
  gboolean there = certificate_engine_key(place, ui, found, &found->key);
  UI_destroy_method(ui);
  return there;
}

/* PKCS#12 as older systems write it (Windows, key vaults) is sealed with RC2, which OpenSSL has
 * in a provider of its own; what was read needs it no more. */
static void
read_legacy(const char *path, Found *found)
{
  if (found->key || !found->passphrase || !found->asked || OSSL_PROVIDER_available(NULL, "legacy"))
    return;
  OSSL_PROVIDER *legacy = OSSL_PROVIDER_try_load(NULL, "legacy", 1);
  if (!legacy)
    return;
  sk_X509_pop_free(found->certificates, X509_free);
  found->certificates = sk_X509_new_null();
  read_store(path, found);
  OSSL_PROVIDER_unload(legacy);
}

static gboolean
read_place(const char *place, Found *found, GError **error)
{
  g_autofree char *scheme = scheme_of(place), *file = file_of(place);
  gboolean had_key = found->key != NULL;
  if (file && !check_readable(file, error))
    return FALSE;
  if (scheme)
    load_provider(scheme);
  if (scheme && read_engine(place, scheme, found))
    return TRUE;
  if (!read_store(place, found) && !found->asked) {
    set_no_store(place, scheme ? scheme : "file", error);
    return FALSE;
  }
  if (file)
    read_legacy(place, found);
  return !file || had_key || !found->key || check_mode(file, error);
}

/* --- checking --- */

static X509 *
matching(const Found *found)
{
  for (int i = 0; i < sk_X509_num(found->certificates); i++)
    if (X509_check_private_key(sk_X509_value(found->certificates, i), found->key))
      return sk_X509_value(found->certificates, i);
  ERR_clear_error();
  return NULL;
}

static gint64
moment_of(const ASN1_TIME *time)
{
  struct tm parts;
  if (!ASN1_TIME_to_tm(time, &parts))
    return 0;
  g_autoptr(GDateTime) moment =
      g_date_time_new_utc(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                          parts.tm_min, parts.tm_sec);
  return moment ? g_date_time_to_unix(moment) : 0;
}

static gboolean
check_dates(const char *place, X509 *x509, gint64 now, GError **error)
{
  gint64 begins = moment_of(X509_get0_notBefore(x509)), ends = moment_of(X509_get0_notAfter(x509));
  g_autofree char *from = clock_format_date(begins), *to = clock_format_date(ends);
  if (now >= ends)
    refuse(error,
           _("The certificate %s expired on %s. Upload a new one to the app registration and name "
             "it in the profile."),
           place, to);
  else if (now < begins)
    refuse(error, _("The certificate %s is valid from %s on only. Is the clock right?"), place,
           from);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_key(const char *place, EVP_PKEY *key, GError **error)
{
  if (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "RSA-PSS"))
    refuse(error, _("The key of %s is no RSA key; the sign-in service takes no other."), place);
  else if (EVP_PKEY_get_bits(key) < KEY_BITS_MIN)
    refuse(error, _("The key of %s has %d bits; the sign-in service wants %d at least."), place,
           EVP_PKEY_get_bits(key), KEY_BITS_MIN);
  else
    return TRUE;
  return FALSE;
}

/* Why there is no key. */
static void
refuse_key(const char *place, const Found *found, GError **error)
{
  g_autofree char *file = file_of(place);
  if (found->asked && found->passphrase && !file)
    refuse(error, _("%s has no key that this PIN opens. Type it anew with 'usher login'."), place);
  else if (found->asked && found->passphrase)
    refuse(error, _("The passphrase does not open %s. Type it anew with 'usher login'."), place);
  else if (found->asked)
    refuse(error,
           _("%s is encrypted, and there is no passphrase for it. Store it with 'usher login'."),
           place);
  else
    refuse(error,
           _("There is no private key in %s. Put it into the file of the certificate, or name its "
             "place with certificate_key."),
           place);
}

/* What was found, made into a certificate; or what is missing. */
static Certificate *
combine(const char *place, const char *key_place, Found *found, GError **error)
{
  if (!found->key) {
    refuse_key(key_place ? key_place : place, found, error);
    return NULL;
  }
  if (sk_X509_num(found->certificates) == 0) {
    refuse(error, _("There is no certificate in %s, only a key. Put both into one file."), place);
    return NULL;
  }
  X509 *x509 = matching(found);
  if (!x509) {
    refuse(error, _("The private key and the certificate in %s do not belong together."), place);
    return NULL;
  }
  if (!check_key(place, found->key, error) || !check_dates(place, x509, clock_now(), error))
    return NULL;
  Certificate *certificate = g_new0(Certificate, 1);
  certificate->key = g_steal_pointer(&found->key);
  X509_up_ref(x509);
  certificate->x509 = x509;
  return certificate;
}

Certificate *
certificate_load(const char *place, const char *key_place, const Secret *passphrase,
                 gboolean *ret_locked, GError **error)
{
  g_auto(Found) found = {.passphrase = passphrase, .certificates = sk_X509_new_null()};
  ERR_clear_error();
  if ((key_place && !read_place(key_place, &found, error)) || !read_place(place, &found, error))
    return NULL;
  if (ret_locked && !found.key && found.asked && !passphrase)
    *ret_locked = TRUE;
  return combine(place, key_place, &found, error);
}

gboolean
certificate_is_locked(const char *place, const char *key_place)
{
  gboolean locked = FALSE;
  g_autoptr(Certificate) certificate = certificate_load(place, key_place, NULL, &locked, NULL);
  return !certificate && locked;
}

void
certificate_free(Certificate *certificate)
{
  if (!certificate)
    return;
  EVP_PKEY_free(certificate->key);
  X509_free(certificate->x509);
  g_free(certificate);
}

gint64
certificate_ends(const Certificate *certificate)
{
  return moment_of(X509_get0_notAfter(certificate->x509));
}

char *
certificate_thumbprint(const Certificate *certificate)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  GString *text = g_string_new(NULL);
  X509_digest(certificate->x509, EVP_sha1(), digest, &length);
  for (unsigned i = 0; i < length; i++)
    g_string_append_printf(text, "%02X", digest[i]);
  return g_string_free(text, FALSE);
}
