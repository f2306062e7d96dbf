/* Certificates: every form in which key and certificate may come, what is wrong
 * with them in the words of the error, and the assertion, checked by OpenSSL as
 * the service would. */
#include "auth/certificate.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include <glib/gstdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <string.h>
#include <unistd.h>

#define DAY (24 * 60 * 60)

static char *folder;
static EVP_PKEY *rsa, *other, *weak, *curve;

static X509 *
make_certificate(EVP_PKEY *key, long from, long to)
{
  X509 *x509 = X509_new();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), from);
  X509_gmtime_adj(X509_getm_notAfter(x509), to);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                             (const guint8 *)"usher", -1, -1, 0);
  X509_set_issuer_name(x509, X509_get_subject_name(x509));
  X509_set_pubkey(x509, key);
  g_assert_cmpint(X509_sign(x509, key, EVP_sha256()), >, 0);
  return x509;
}

/* A file with what is given, of mode 0600. The caller owns the path. */
static char *
write_pem(const char *name, EVP_PKEY *key, X509 *x509, const char *passphrase)
{
  char *path = g_build_filename(folder, name, NULL);
  BIO *bio = BIO_new_file(path, "w");
  if (key)
    g_assert_cmpint(
        PEM_write_bio_PKCS8PrivateKey(bio, key, passphrase ? EVP_aes_256_cbc() : NULL, passphrase,
                                      passphrase ? (int)strlen(passphrase) : 0, NULL, NULL),
        ==, 1);
  if (x509)
    g_assert_cmpint(PEM_write_bio_X509(bio, x509), ==, 1);
  BIO_free(bio);
  g_assert_cmpint(g_chmod(path, 0600), ==, 0);
  return path;
}

static char *
write_pkcs12(const char *name, EVP_PKEY *key, X509 *x509, const char *passphrase)
{
  char *path = g_build_filename(folder, name, NULL);
  PKCS12 *bag = PKCS12_create(passphrase, "usher", key, x509, NULL, 0, 0, 0, 0, 0);
  BIO *bio = BIO_new_file(path, "wb");
  g_assert_nonnull(bag);
  g_assert_cmpint(i2d_PKCS12_bio(bio, bag), ==, 1);
  BIO_free(bio);
  PKCS12_free(bag);
  g_assert_cmpint(g_chmod(path, 0600), ==, 0);
  return path;
}

/* It does not load, and the error says all the words. */
static void
refused(const char *place, const char *key_place, const char *passphrase, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Secret) secret = passphrase ? secret_new(passphrase, -1) : NULL;
  g_auto(GStrv) list = g_strsplit(words, "|", -1);
  g_assert_null(certificate_load(place, key_place, secret, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  for (guint i = 0; list[i]; i++)
    if (!strstr(error->message, list[i]))
      g_error("\"%s\" is not in: %s", list[i], error->message);
  if (passphrase)
    g_assert_null(strstr(error->message, passphrase));
  g_assert_cmpuint(ERR_peek_error(), ==, 0);
}

static guchar *
decode(const char *text, gsize length, gsize *ret_length)
{
  g_autofree char *padded =
      g_strdup_printf("%.*s%.*s", (int)length, text, (int)((4 - length % 4) % 4), "===");
  g_strdelimit(g_strdelimit(padded, "-", '+'), "_", '/');
  return g_base64_decode(padded, ret_length);
}

static cJSON *
part(const char *text, gsize length)
{
  gsize n;
  g_autofree guchar *bytes = decode(text, length, &n);
  cJSON *tree = cJSON_ParseWithLength((char *)bytes, n);
  g_assert_nonnull(tree);
  return tree;
}

static gboolean
verify(const char *token, EVP_PKEY *key, gboolean pss)
{
  const char *last = strrchr(token, '.');
  gsize length;
  g_autofree guchar *signature = decode(last + 1, strlen(last + 1), &length);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *options = NULL;
  g_assert_cmpint(EVP_DigestVerifyInit(context, &options, EVP_sha256(), NULL, key), ==, 1);
  if (pss) {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  gboolean good = EVP_DigestVerify(context, signature, length, (const guchar *)token,
                                   (gsize)(last - token)) == 1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return good;
}

/* Loads, signs both ways, and each signature is that of the key. */
static void
signs(const char *place, const char *key_place, const char *passphrase)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Secret) secret = passphrase ? secret_new(passphrase, -1) : NULL;
  g_autoptr(Certificate) certificate = certificate_load(place, key_place, secret, NULL, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < 2; i++) {
    char *token =
        certificate_assert(certificate, i == 0 ? CERTIFICATE_PS256 : CERTIFICATE_RS256,
                           "https://login.example/t/oauth2/v2.0/token", "id", 1000, &error);
    g_assert_no_error(error);
    g_assert_true(verify(token, rsa, i == 0));
    g_assert_false(verify(token, rsa, i == 1));
    g_assert_false(verify(token, other, i == 0));
    secret_free_string(token);
  }
}

static void
test_forms(void)
{
  X509 *x509 = make_certificate(rsa, -DAY, DAY), *foreign = make_certificate(other, -DAY, DAY);
  g_autofree char *pem = write_pem("both.pem", rsa, x509, NULL);
  g_autofree char *locked = write_pem("locked.pem", rsa, x509, "pass ph\xc3\xa4se");
  g_autofree char *pfx = write_pkcs12("usher.pfx", rsa, x509, "12345");
  g_autofree char *open_pfx = write_pkcs12("open.pfx", rsa, x509, "");
  g_autofree char *key = write_pem("key.pem", rsa, NULL, NULL);
  g_autofree char *public = write_pem("cert.pem", NULL, x509, NULL);
  g_autofree char *uri = g_strconcat("file:", pem, NULL);
  g_autofree char *long_uri = g_strconcat("file://", pem, NULL);
  signs(pem, NULL, NULL);
  signs(uri, NULL, NULL);
  signs(long_uri, NULL, NULL);
  signs(locked, NULL, "pass ph\xc3\xa4se");
  signs(pfx, NULL, "12345");
  signs(open_pfx, NULL, NULL);
  /* A certificate may be read by all, its key may not. */
  g_assert_cmpint(g_chmod(public, 0644), ==, 0);
  signs(public, key, NULL);
  /* The right one of several. */
  g_autofree char *several = write_pem("several.pem", rsa, foreign, NULL);
  BIO *bio = BIO_new_file(several, "a");
  PEM_write_bio_X509(bio, x509);
  BIO_free(bio);
  signs(several, NULL, NULL);
  X509_free(x509);
  X509_free(foreign);
}

static void
test_refused(void)
{
  X509 *x509 = make_certificate(rsa, -DAY, DAY), *old = make_certificate(rsa, -9 * DAY, -DAY);
  X509 *future = make_certificate(rsa, DAY, 9 * DAY), *small = make_certificate(weak, -DAY, DAY);
  X509 *round = make_certificate(curve, -DAY, DAY), *foreign = make_certificate(other, -DAY, DAY);
  g_autofree char *key = write_pem("r-key.pem", rsa, NULL, NULL);
  g_autofree char *public = write_pem("r-cert.pem", NULL, x509, NULL);
  g_autofree char *pair = write_pem("r-pair.pem", rsa, foreign, NULL);
  g_autofree char *expired = write_pem("r-old.pem", rsa, old, NULL);
  g_autofree char *early = write_pem("r-future.pem", rsa, future, NULL);
  g_autofree char *short_key = write_pem("r-weak.pem", weak, small, NULL);
  g_autofree char *elliptic = write_pem("r-curve.pem", curve, round, NULL);
  g_autofree char *locked = write_pem("r-locked.pem", rsa, x509, "right");
  g_autofree char *pfx = write_pkcs12("r.pfx", rsa, x509, "right");
  g_autofree char *open = write_pem("r-open.pem", rsa, x509, NULL);
  g_autofree char *nothing = g_build_filename(folder, "r-nothing.pem", NULL);
  g_autofree char *missing = g_build_filename(folder, "r-missing.pem", NULL);
  g_assert_true(g_file_set_contents(nothing, "hello\n", -1, NULL));
  g_assert_cmpint(g_chmod(open, 0640), ==, 0);
  g_autofree char *yesterday = clock_format_date(g_get_real_time() / G_USEC_PER_SEC - DAY);
  g_autofree char *tomorrow = clock_format_date(g_get_real_time() / G_USEC_PER_SEC + DAY);
  g_autofree char *expired_words = g_strconcat("expired on ", yesterday, NULL);
  g_autofree char *early_words = g_strconcat("valid from ", tomorrow, "|clock", NULL);

  refused(missing, NULL, NULL, "Cannot read|r-missing.pem|No such file");
  refused(folder, NULL, NULL, "plain file");
  refused(nothing, NULL, NULL, "no private key|r-nothing.pem|certificate_key");
  refused(public, NULL, NULL, "no private key|r-cert.pem");
  refused(key, NULL, NULL, "no certificate|r-key.pem");
  refused(pair, NULL, NULL, "do not belong together");
  refused(expired, NULL, NULL, expired_words);
  refused(early, NULL, NULL, early_words);
  refused(short_key, NULL, NULL, "1024 bits|2048");
  refused(elliptic, NULL, NULL, "no RSA key");
  refused(locked, NULL, NULL, "encrypted|usher login");
  refused(locked, NULL, "wrong", "does not open|r-locked.pem");
  refused(pfx, NULL, NULL, "encrypted|usher login");
  refused(pfx, NULL, "wrong", "does not open|r.pfx");
  if (geteuid() != 0) /* what root owns, a group may read */
    refused(open, NULL, NULL, "mode 640|chmod 600");
  g_assert_cmpint(g_chmod(open, 0604), ==, 0);
  refused(open, NULL, NULL, "mode 604|chmod 600");
  refused(public, open, NULL, "mode 604");
  if (geteuid() == 0) {
    g_assert_cmpint(g_chmod(open, 0600), ==, 0);
    g_assert_cmpint(chown(open, 12345, 12345), ==, 0);
    refused(open, NULL, NULL, "somebody else");
  }
  refused("pkcs11:object=usher", NULL, NULL, "pkcs11");
  refused("nonsense:thing", NULL, NULL, "nonsense:thing");
  g_autoptr(Secret) none = NULL;
  gboolean is_locked = FALSE;
  g_assert_null(certificate_load(locked, NULL, NULL, &is_locked, NULL));
  g_assert_true(is_locked);
  is_locked = FALSE;
  g_assert_null(certificate_load(public, NULL, NULL, &is_locked, NULL));
  g_assert_false(is_locked);
  X509_free(x509);
  X509_free(old);
  X509_free(future);
  X509_free(small);
  X509_free(round);
  X509_free(foreign);
}

static void
test_assertion(void)
{
  X509 *x509 = make_certificate(rsa, -DAY, DAY);
  g_autofree char *pem = write_pem("a.pem", rsa, x509, NULL);
  g_autoptr(Certificate) certificate = certificate_load(pem, NULL, NULL, NULL, NULL);
  g_autofree char *seen = NULL;
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  for (guint i = 0; i < 3; i++) {
    gboolean pss = i != 1;
    g_autofree char *token =
        certificate_assert(certificate, pss ? CERTIFICATE_PS256 : CERTIFICATE_RS256, "https://aud/",
                           "the \"id\"", 1000, NULL);
    const char *dot = strchr(token, '.'), *last = strrchr(token, '.');
    g_assert_cmpuint(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_."),
                     ==, strlen(token));
    g_autoptr(cJSON) header = part(token, (gsize)(dot - token));
    g_autoptr(cJSON) claims = part(dot + 1, (gsize)(last - dot - 1));
    g_assert_cmpstr(json_string(header, "alg"), ==, pss ? "PS256" : "RS256");
    g_assert_cmpstr(json_string(header, "typ"), ==, "JWT");
    const char *name = pss ? "x5t#S256" : "x5t";
    g_assert_null(json_string(header, pss ? "x5t" : "x5t#S256"));
    X509_digest(x509, pss ? EVP_sha256() : EVP_sha1(), digest, &length);
    gsize n;
    g_autofree guchar *thumbprint =
        decode(json_string(header, name), strlen(json_string(header, name)), &n);
    g_assert_cmpmem(thumbprint, n, digest, length);
    g_assert_cmpstr(json_string(claims, "aud"), ==, "https://aud/");
    g_assert_cmpstr(json_string(claims, "iss"), ==, "the \"id\"");
    g_assert_cmpstr(json_string(claims, "sub"), ==, "the \"id\"");
    g_assert_cmpint(json_int(claims, "nbf", 0), ==, 1000);
    g_assert_cmpint(json_int(claims, "iat", 0), ==, 1000);
    g_assert_cmpint(json_int(claims, "exp", 0), ==, 1300);
    g_assert_cmpstr(json_string(claims, "jti"), !=, seen);
    g_assert_cmpuint(strlen(json_string(claims, "jti")), ==, 36);
    g_free(seen);
    seen = g_strdup(json_string(claims, "jti"));
  }
  g_autofree char *thumbprint = certificate_thumbprint(certificate);
  g_assert_cmpuint(strlen(thumbprint), ==, 40);
  g_assert_cmpint(certificate_ends(certificate) - g_get_real_time() / G_USEC_PER_SEC, >, DAY - 60);
  X509_free(x509);
}

int
main(int argc, char **argv)
{
  /* The engine for tokens is sign-in.sh's; it leaves memory behind when it is unloaded. */
  g_setenv("OPENSSL_ENGINES", "/nonexistent", TRUE);
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("usher-certificate-XXXXXX", NULL);
  rsa = EVP_RSA_gen(2048);
  other = EVP_RSA_gen(2048);
  weak = EVP_RSA_gen(1024);
  curve = EVP_EC_gen("P-256");
  g_test_add_func("/certificate/forms", test_forms);
  g_test_add_func("/certificate/refused", test_refused);
  g_test_add_func("/certificate/assertion", test_assertion);
  int status = g_test_run();
  EVP_PKEY_free(rsa);
  EVP_PKEY_free(other);
  EVP_PKEY_free(weak);
  EVP_PKEY_free(curve);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_unlink(path);
  }
  g_rmdir(folder);
  g_free(folder);
  return status;
}
