/* The format of the sealed file: bytes in, bytes out. Where it lies, and who asks
 * for the passphrase, is credentials-sealed.c's. */
#include "auth/sealed-file.h"

#include "base/error.h"
#include "base/i18n.h"
#include <sodium.h>
#include <string.h>

#define MAGIC     "USHERSEA"
#define VERSION   1
#define HASH_SIZE 32
#define KEY_SIZE  crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define TAG_SIZE  crypto_aead_xchacha20poly1305_ietf_ABYTES

/* The usual cost, and the most that a file may ask for: it could come from anybody. */
#define PASSES      4
#define MEMORY      (64 * G_GUINT64_CONSTANT(1048576))
#define PASSES_MOST 64
#define MEMORY_MOST (1024 * G_GUINT64_CONSTANT(1048576))

/* Where things are. */
enum {
  AT_VERSION = 8,
  AT_PASSES = 12,
  AT_MEMORY = 16,
  AT_SALT = 24,
  AT_NONCE = 40,
  AT_CHECK = 64,
  AT_LENGTH = 80,
  HEADER = 84
};
#define SALT_SIZE  crypto_pwhash_SALTBYTES
#define CHECK_SIZE (AT_LENGTH - AT_CHECK)

/* A key and what its file has to say about it. */
typedef struct {
  guint32 passes;
  guint64 memory;
  guint8 salt[SALT_SIZE];
  guint8 key[KEY_SIZE];   /* seals */
  guint8 check[KEY_SIZE]; /* makes the check */
} Key;

static void
put32(guint8 *at, guint32 value)
{
  value = GUINT32_TO_LE(value);
  memcpy(at, &value, sizeof value);
}

static void
put64(guint8 *at, guint64 value)
{
  value = GUINT64_TO_LE(value);
  memcpy(at, &value, sizeof value);
}

static guint32
get32(const guint8 *at)
{
  guint32 value;
  memcpy(&value, at, sizeof value);
  return GUINT32_FROM_LE(value);
}

static guint64
get64(const guint8 *at)
{
  guint64 value;
  memcpy(&value, at, sizeof value);
  return GUINT64_FROM_LE(value);
}

SealedState
sealed_file_check(const guint8 *data, gsize length)
{
  guint8 hash[HASH_SIZE];
  if (sodium_init() < 0)
    return SEALED_DAMAGED;
  /* What a full disk or a crash left may not even hold the name. */
  if (memcmp(data, MAGIC, MIN(length, strlen(MAGIC))) != 0)
    return SEALED_NOT_OURS;
  if (length < HEADER + TAG_SIZE + HASH_SIZE)
    return SEALED_DAMAGED;
  crypto_generichash(hash, sizeof hash, data, length - HASH_SIZE, NULL, 0);
  if (memcmp(hash, data + length - HASH_SIZE, HASH_SIZE) != 0)
    return get32(data + AT_VERSION) > VERSION ? SEALED_NEWER : SEALED_DAMAGED;
  if (get32(data + AT_VERSION) != VERSION)
    return SEALED_NEWER;
  return get32(data + AT_LENGTH) == length - HEADER - HASH_SIZE ? SEALED_GOOD : SEALED_DAMAGED;
}

/* Fills the key from passphrase, cost and salt. */
static gboolean
derive(Key *key, const Secret *passphrase)
{
  guint8 master[crypto_kdf_KEYBYTES];
  if (sodium_init() < 0 ||
      crypto_pwhash(master, sizeof master, secret_peek(passphrase), secret_length(passphrase),
                    key->salt, key->passes, (size_t)key->memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return FALSE;
  crypto_kdf_derive_from_key(key->key, sizeof key->key, 1, "usherkey", master);
  crypto_kdf_derive_from_key(key->check, sizeof key->check, 2, "usherkey", master);
  secret_wipe(master, sizeof master);
  return TRUE;
}

static Secret *
wrap(Key *key)
{
  Secret *secret = secret_new((const char *)key, sizeof *key);
  secret_wipe(key, sizeof *key);
  return secret;
}

/* FALSE: it is no key of ours; it may come from outside (the kernel's keyring). */
static gboolean
unwrap(const Secret *secret, Key *ret_key)
{
  if (secret_length(secret) != sizeof *ret_key)
    return FALSE;
  memcpy(ret_key, secret_peek(secret), sizeof *ret_key);
  return TRUE;
}

Secret *
sealed_key_new(const Secret *passphrase, guint32 passes, guint64 memory)
{
  Key key = {.passes = passes ? passes : PASSES, .memory = memory ? memory : MEMORY};
  if (sodium_init() < 0)
    return NULL;
  randombytes_buf(key.salt, sizeof key.salt);
  return derive(&key, passphrase) ? wrap(&key) : NULL;
}

/* The check of a key: of its cost and salt, so that it belongs to this file alone. */
static void
make_check(const Key *key, const guint8 *header, guint8 *ret_check)
{
  crypto_generichash(ret_check, CHECK_SIZE, header, AT_NONCE, key->check, sizeof key->check);
}

static gboolean
fits(const Key *key, const guint8 *header)
{
  guint8 check[CHECK_SIZE];
  make_check(key, header, check);
  return sodium_memcmp(check, header + AT_CHECK, CHECK_SIZE) == 0;
}

Secret *
sealed_key_open(const Secret *passphrase, const guint8 *data, gsize length, GError **error)
{
  Key key = {.passes = get32(data + AT_PASSES), .memory = get64(data + AT_MEMORY)};
  if (key.passes < 1 || key.passes > PASSES_MOST || key.memory > MEMORY_MOST) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                        _("The sealed file asks for more work than usher ever does: it is not "
                          "from usher"));
    return NULL;
  }
  memcpy(key.salt, data + AT_SALT, sizeof key.salt);
  if (!derive(&key, passphrase)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING,
                _("There is not enough memory to open the sealed file: it takes %d MiB"),
                (int)(key.memory / 1048576));
    return NULL;
  }
  if (fits(&key, data))
    return wrap(&key);
  secret_wipe(&key, sizeof key);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                      _("That is not the passphrase of the sealed file"));
  return NULL;
}

/* --- the content: name length, name, length, secret; and so on --- */

/* Locked memory that is wiped when it is freed. */
static guint8 *
lay_out(GHashTable *secrets, gsize *ret_length)
{
  GHashTableIter iter;
  gpointer name, secret;
  gsize length = 0, at = 0;
  g_hash_table_iter_init(&iter, secrets);
  while (g_hash_table_iter_next(&iter, &name, &secret))
    length += 8 + strlen(name) + secret_length(secret);
  guint8 *plain = sodium_malloc(length);
  g_hash_table_iter_init(&iter, secrets);
  while (plain && g_hash_table_iter_next(&iter, &name, &secret)) {
    put32(plain + at, (guint32)strlen(name));
    memcpy(plain + at + 4, name, strlen(name)); /* NOLINT(bugprone-not-null-terminated-result) */
    at += 4 + strlen(name);
    put32(plain + at, (guint32)secret_length(secret));
    memcpy(plain + at + 4, secret_peek(secret), secret_length(secret));
    at += 4 + secret_length(secret);
  }
  *ret_length = length;
  return plain;
}

/* The next piece of the content; FALSE at an end that comes too early. */
static gboolean
take_piece(const guint8 *plain, gsize length, gsize *at, const char **ret_piece, gsize *ret_length)
{
  if (length - *at < 4)
    return FALSE;
  gsize size = get32(plain + *at);
  *at += 4;
  if (length - *at < size)
    return FALSE;
  *ret_piece = (const char *)plain + *at;
  *ret_length = size;
  *at += size;
  return TRUE;
}

static GHashTable *
read_content(const guint8 *plain, gsize length)
{
  g_autoptr(GHashTable) secrets =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)secret_unref);
  const char *name, *text;
  gsize name_length, text_length;
  for (gsize at = 0; at < length;) {
    if (!take_piece(plain, length, &at, &name, &name_length) ||
        !take_piece(plain, length, &at, &text, &text_length))
      return NULL;
    g_hash_table_replace(secrets, g_strndup(name, name_length),
                         secret_new(text, (gssize)text_length));
  }
  return g_steal_pointer(&secrets);
}

/* --- the whole --- */

static void
write_header(const Key *key, guint8 *header, gsize sealed)
{
  memcpy(header, MAGIC, sizeof MAGIC - 1);
  put32(header + AT_VERSION, VERSION);
  put32(header + AT_PASSES, key->passes);
  put64(header + AT_MEMORY, key->memory);
  memcpy(header + AT_SALT, key->salt, SALT_SIZE);
  randombytes_buf(header + AT_NONCE, AT_CHECK - AT_NONCE);
  make_check(key, header, header + AT_CHECK);
  put32(header + AT_LENGTH, (guint32)sealed);
}

guint8 *
sealed_file_close(const Secret *secret, GHashTable *secrets, gsize *ret_length)
{
  Key key;
  gsize length;
  g_return_val_if_fail(unwrap(secret, &key), NULL);
  guint8 *plain = lay_out(secrets, &length);
  if (!plain)
    g_error("out of memory for a sealed file");
  gsize sealed = length + TAG_SIZE, whole = HEADER + sealed + HASH_SIZE;
  guint8 *data = g_malloc(whole);
  write_header(&key, data, sealed);
  crypto_aead_xchacha20poly1305_ietf_encrypt(data + HEADER, NULL, plain, length, data, HEADER, NULL,
                                             data + AT_NONCE, key.key);
  crypto_generichash(data + HEADER + sealed, HASH_SIZE, data, HEADER + sealed, NULL, 0);
  secret_wipe(&key, sizeof key);
  sodium_free(plain);
  *ret_length = whole;
  return data;
}

GHashTable *
sealed_file_open(const Secret *secret, const guint8 *data, gsize length, GError **error)
{
  Key key;
  GHashTable *secrets = NULL;
  gsize sealed = length - HEADER - HASH_SIZE;
  gboolean ours =
      unwrap(secret, &key) && memcmp(key.salt, data + AT_SALT, SALT_SIZE) == 0 && fits(&key, data);
  guint8 *plain = ours ? sodium_malloc(sealed - TAG_SIZE) : NULL;
  if (plain &&
      crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, data + HEADER, sealed, data,
                                                 HEADER, data + AT_NONCE, key.key) == 0)
    secrets = read_content(plain, sealed - TAG_SIZE);
  secret_wipe(&key, sizeof key);
  sodium_free(plain);
  if (!ours)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                        _("That is not the passphrase of the sealed file"));
  else if (!secrets)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                        _("The sealed file was changed by something other than usher; restore it "
                          "from a backup, or remove it and sign in again"));
  return secrets;
}
