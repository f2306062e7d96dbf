/* Initial passwords. Every password that meets the rules is equally likely:
 * characters are drawn evenly, and a draw that lacks a class is thrown away
 * whole. Keeping it from sight is for base/secret and those who ask. */
#include "model/password.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

enum { LENGTH_MIN = 8, LENGTH_MAX = 256 };

/* Without 0 O o, 1 l I |, and without symbols that shells, mail and forms mangle. */
static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz"
                               "ABCDEFGHJKLMNPQRSTUVWXYZ"
                               "23456789"
                               "!#%+-=?@_";

static void
fill_random(void *memory, gsize length)
{
  char *at = memory;
  while (length > 0) {
    ssize_t got = getrandom(at, length, 0);
    if (got < 0 && errno != EINTR)
      g_error("the system has no source of randomness: %s", g_strerror(errno));
    if (got > 0) {
      at += got;
      length -= (gsize)got;
    }
  }
}

/* Even over the alphabet: bytes beyond its last whole multiple are not used. */
static void
draw(char *password, guint length)
{
  const guint letters = sizeof alphabet - 1, even = 256 - 256 % letters;
  guint8 pool[64];
  guint used = sizeof pool;
  for (guint i = 0; i < length;) {
    if (used == sizeof pool) {
      fill_random(pool, sizeof pool);
      used = 0;
    }
    guint8 byte = pool[used++];
    if (byte < even)
      password[i++] = alphabet[byte % letters];
  }
  secret_wipe(pool, sizeof pool);
}

/* How many of the four classes there are; -1 for a character that may not be. */
static int
count_classes(const char *password)
{
  gboolean lower = FALSE, upper = FALSE, digit = FALSE, symbol = FALSE;
  for (const char *p = password; *p; p++) {
    if (!g_ascii_isprint(*p))
      return -1;
    lower |= g_ascii_islower(*p);
    upper |= g_ascii_isupper(*p);
    digit |= g_ascii_isdigit(*p);
    symbol |= !g_ascii_isalnum(*p);
  }
  return lower + upper + digit + symbol;
}

Secret *
password_generate(guint length)
{
  length = CLAMP(length, LENGTH_MIN, LENGTH_MAX);
  char password[LENGTH_MAX + 1];
  password[length] = '\0';
  do
    draw(password, length);
  while (count_classes(password) < 4);
  Secret *secret = secret_new(password, (gssize)length);
  secret_wipe(password, sizeof password);
  return secret;
}

gboolean
password_ok(const char *password)
{
  gsize length = strlen(password);
  return length >= LENGTH_MIN && length <= LENGTH_MAX && count_classes(password) >= 3;
}
