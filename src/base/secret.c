/* Secrets in memory that is locked, left out of core dumps and wiped. Each
 * lives in pages of its own, so that locking one never depends on another. */
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct Secret {
  gatomicrefcount references;
  gsize length;
  gsize mapped; /* bytes of the mapping that `text` begins */
  char *text;
};

/* Copying goes through vector registers, and the first call of a library's function saves
 * those on the stack: nothing of a secret is left in them. */
#if __has_attribute(zero_call_used_regs)
#define CLEARS_REGISTERS __attribute__((noinline, zero_call_used_regs("all")))
#else
#define CLEARS_REGISTERS __attribute__((noinline))
#endif

CLEARS_REGISTERS void
secret_wipe(void *memory, gsize length)
{
  if (memory && length)
    explicit_bzero(memory, length);
}

/* More than the frames of a call into a library take, with the registers it saves. */
#define STACK_LEFT (48 * 1024)

/* The C library copies through wider registers, and more of them, than this code is compiled for.
 * Copying nothing in every length goes through the same ones, whichever it chose for this
 * processor. */
static void
wash_registers(char *zeroes)
{
  for (volatile gsize length = 1; length <= 512; length *= 2) {
    memcpy(zeroes + 512, zeroes, length);
    memmove(zeroes + 512, zeroes, length);
    zeroes[length] = (char)(strlen(zeroes) + strnlen(zeroes, length));
  }
}

CLEARS_REGISTERS void
secret_wipe_stack(void)
{
  char left[STACK_LEFT];
  secret_wipe(left, sizeof left);
  wash_registers(left);
  secret_wipe(left, sizeof left);
}

void
secret_free_string(char *text)
{
  if (!text)
    return;
  secret_wipe(text, strlen(text));
  g_free(text);
}

void
secret_free_gstring(GString *text)
{
  if (!text)
    return;
  secret_wipe(text->str, text->allocated_len);
  g_string_free(text, TRUE);
}

/* Pages may be refused to an unprivileged process that holds many (RLIMIT_MEMLOCK):
 * an unlocked secret still is better than none, so that is no error. */
static char *
map_pages(gsize bytes)
{
  char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    g_error("out of memory for a secret of %" G_GSIZE_FORMAT " bytes", bytes);
  (void)mlock(pages, bytes);
  (void)madvise(pages, bytes, MADV_DONTDUMP);
  return pages;
}

CLEARS_REGISTERS Secret *
secret_new(const char *text, gssize length)
{
  Secret *secret = g_new0(Secret, 1);
  g_atomic_ref_count_init(&secret->references);
  secret->length = length < 0 ? strlen(text) : (gsize)length;
  gsize page = (gsize)sysconf(_SC_PAGESIZE);
  secret->mapped = (secret->length + page) / page * page;
  secret->text = map_pages(secret->mapped);
  memcpy(secret->text, text, secret->length);
  return secret;
}

Secret *
secret_new_take(char *text)
{
  Secret *secret = secret_new(text, -1);
  secret_free_string(text);
  return secret;
}

Secret *
secret_ref(Secret *secret)
{
  g_atomic_ref_count_inc(&secret->references);
  return secret;
}

void
secret_unref(Secret *secret)
{
  if (!secret || !g_atomic_ref_count_dec(&secret->references))
    return;
  secret_wipe(secret->text, secret->mapped);
  munmap(secret->text, secret->mapped);
  g_free(secret);
}

const char *
secret_peek(const Secret *secret)
{
  return secret->text;
}

gsize
secret_length(const Secret *secret)
{
  return secret->length;
}

CLEARS_REGISTERS gboolean
secret_equal(const Secret *a, const Secret *b)
{
  if (a == b)
    return TRUE;
  if (!a || !b || a->length != b->length)
    return FALSE;
  unsigned char difference = 0;
  for (gsize i = 0; i < a->length; i++)
    difference |= (unsigned char)(a->text[i] ^ b->text[i]);
  return difference == 0;
}
