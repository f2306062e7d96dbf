/* Substring search by the two rarest bytes of the needle, sixteen places at a
 * time. Names, addresses and user names share a small alphabet in which the
 * general searches of a C library stop at every third byte. */
#include "model/search.h"

#include <string.h>

typedef guint8 Lane __attribute__((vector_size(16)));

/* How common a byte is in folded names and addresses: higher is more common.
 * Whatever is not listed is rare. */
static const guint8 commonness[256] = {
    [' '] = 60,  ['.'] = 100, ['@'] = 50,  ['-'] = 30,  [','] = 40, ['\1'] = 90, ['+'] = 30,
    ['0'] = 40,  ['1'] = 45,  ['2'] = 42,  ['3'] = 38,  ['4'] = 38, ['5'] = 38,  ['6'] = 36,
    ['7'] = 36,  ['8'] = 36,  ['9'] = 36,  ['a'] = 110, ['b'] = 48, ['c'] = 85,  ['d'] = 62,
    ['e'] = 120, ['f'] = 40,  ['g'] = 50,  ['h'] = 62,  ['i'] = 95, ['j'] = 22,  ['k'] = 44,
    ['l'] = 82,  ['m'] = 85,  ['n'] = 108, ['o'] = 112, ['p'] = 58, ['q'] = 6,   ['r'] = 98,
    ['s'] = 94,  ['t'] = 100, ['u'] = 60,  ['v'] = 36,  ['w'] = 28, ['x'] = 45,  ['y'] = 30,
    ['z'] = 26,
};

void
needle_init(Needle *needle, const char *text, gsize length)
{
  *needle = (Needle){.text = text, .length = length};
  for (gsize i = 1; i < length; i++)
    if (commonness[(guchar)text[i]] < commonness[(guchar)text[needle->rare]])
      needle->rare = i;
  needle->second = needle->rare == 0 ? length - 1 : 0;
  for (gsize i = 0; i < length; i++)
    if (i != needle->rare && commonness[(guchar)text[i]] < commonness[(guchar)text[needle->second]])
      needle->second = i;
}

static inline Lane
load(const char *from)
{
  Lane lane;
  memcpy(&lane, from, sizeof lane);
  return lane;
}

static inline gboolean
any(Lane lane)
{
  guint64 half[2];
  memcpy(half, &lane, sizeof lane);
  return (half[0] | half[1]) != 0;
}

/* The first of `n` places at `hay` where the needle stands, or NULL. */
static const char *
verify(const Needle *needle, const char *hay, gsize n)
{
  char rare = needle->text[needle->rare];
  for (gsize i = 0; i < n; i++)
    if (hay[i + needle->rare] == rare && memcmp(hay + i, needle->text, needle->length) == 0)
      return hay + i;
  return NULL;
}

/* In one lane of hits, the first that is real. */
static inline const char *
verify_lane(const Needle *needle, const char *hay, Lane hits)
{
  guint8 hit[sizeof(Lane)];
  memcpy(hit, &hits, sizeof hit);
  for (gsize i = 0; i < sizeof hit; i++)
    if (hit[i] && memcmp(hay + i, needle->text, needle->length) == 0)
      return hay + i;
  return NULL;
}

static inline Lane
compare(const Needle *needle, const char *hay, Lane rare, Lane second)
{
  return (Lane)(load(hay + needle->rare) == rare) & (Lane)(load(hay + needle->second) == second);
}

const char *
needle_find(const Needle *needle, const char *hay, gsize length)
{
  if (length < needle->length)
    return NULL;
  gsize places = length - needle->length + 1, at = 0;
  Lane rare = (Lane){0} + (guint8)needle->text[needle->rare];
  Lane second = (Lane){0} + (guint8)needle->text[needle->second];
  for (; at + 64 <= places; at += 64) {
    Lane hits[4];
    for (guint i = 0; i < 4; i++)
      hits[i] = compare(needle, hay + at + 16 * i, rare, second);
    if (!any(hits[0] | hits[1] | hits[2] | hits[3]))
      continue;
    for (guint i = 0; i < 4; i++)
      if (any(hits[i])) {
        const char *found = verify_lane(needle, hay + at + 16 * i, hits[i]);
        if (found)
          return found;
      }
  }
  for (; at + 16 <= places; at += 16) {
    Lane hits = compare(needle, hay + at, rare, second);
    const char *found = any(hits) ? verify_lane(needle, hay + at, hits) : NULL;
    if (found)
      return found;
  }
  return verify(needle, hay + at, places - at);
}
