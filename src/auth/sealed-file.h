/* A file of secrets that a passphrase seals: Argon2id makes the key,
 * XChaCha20-Poly1305 keeps the content secret and whole. Version 1, all numbers
 * little-endian:
 *
 *   0   8  "USHERSEA"            40  24  nonce, new each time
 *   8   4  version, 1            64  16  check of the key
 *  12   4  Argon2id passes       80   4  bytes of sealed content
 *  16   8  Argon2id bytes        84      sealed content (with its 16-byte tag)
 *  24  16  salt                      32  BLAKE2b of all before it
 *
 * The first 84 bytes are authenticated with the content. The plain hash at the end
 * tells a damaged file from a wrong passphrase: a wrong one fails the check of
 * the key in a file whose hash is right. */
#pragma once

#include "base/secret.h"

/* What a file can be found to be before anybody is asked for a passphrase. */
typedef enum { SEALED_GOOD, SEALED_NOT_OURS, SEALED_NEWER, SEALED_DAMAGED } SealedState;
SealedState sealed_file_check(const guint8 *data, gsize length);

/* The key for a new file, with a salt of its own; `passes` and `memory` 0: the usual cost (four
 * passes over 64 MiB). The key carries what its file has to say about it. NULL: no memory. */
Secret *sealed_key_new(const Secret *passphrase, guint32 passes, guint64 memory);
/* The key of a file that was checked. NULL with USHER_ERROR_REFUSED: the passphrase is wrong;
 * USHER_ERROR_KEYRING: no memory, or a file that asks for too much. */
Secret *sealed_key_open(const Secret *passphrase, const guint8 *data, gsize length, GError **error);

/* The content as sealed bytes; the caller owns them. `key` from one of the two above. */
guint8 *sealed_file_close(const Secret *key, GHashTable *secrets, gsize *ret_length);
/* The secrets of a file that was checked: name → Secret; the caller owns the table. NULL with
 * USHER_ERROR_REFUSED when it is another file's key, USHER_ERROR_KEYRING when the content was
 * changed. */
GHashTable *sealed_file_open(const Secret *key, const guint8 *data, gsize length, GError **error);
