/* Open addressing with linear probing over slot numbers. */
#include "sim/index.h"

#include <string.h>

#define EMPTY   0xffffffffu
#define REMOVED 0xfffffffeu

struct Index {
  guint32 *table;
  guint32 mask;
  guint used; /* with the removed ones */
};

Index *
index_new(void)
{
  Index *index = g_new0(Index, 1);

  index->mask = 1023;
  index->table = g_new(guint32, index->mask + 1);
  memset(index->table, 0xff, sizeof(guint32) * (index->mask + 1));
  return index;
}

void
index_free(Index *index)
{
  g_free(index->table);
  g_free(index);
}

static guint32
spread(guint32 hash)
{
  hash ^= hash >> 16;
  hash *= 0x7feb352du;
  return hash ^ (hash >> 15);
}

static void
put(guint32 *table, guint32 mask, guint32 hash, guint32 slot)
{
  guint32 at = spread(hash) & mask;

  while (table[at] < REMOVED)
    at = (at + 1) & mask;
  table[at] = slot;
}

static void
grow(Index *index, const Tenant *tenant, IndexHash hash)
{
  guint32 mask = index->mask * 2 + 1, *table = g_new(guint32, (gsize)mask + 1);
  guint used = 0;

  memset(table, 0xff, sizeof(guint32) * ((gsize)mask + 1));
  for (gsize i = 0; i <= index->mask; i++) {
    if (index->table[i] >= REMOVED)
      continue;
    put(table, mask, hash(tenant, index->table[i]), index->table[i]);
    used++;
  }
  g_free(index->table);
  index->table = table;
  index->mask = mask;
  index->used = used;
}

void
index_add(Index *index, const Tenant *tenant, IndexHash hash, guint32 slot)
{
  if (index->used * 2 > index->mask)
    grow(index, tenant, hash);
  put(index->table, index->mask, hash(tenant, slot), slot);
  index->used++;
}

void
index_remove(Index *index, guint32 hash, guint32 slot)
{
  guint32 at = spread(hash) & index->mask;

  for (; index->table[at] != EMPTY; at = (at + 1) & index->mask)
    if (index->table[at] == slot) {
      index->table[at] = REMOVED;
      return;
    }
}

guint32
index_probe(const Index *index, guint32 hash, guint *probe)
{
  for (;;) {
    guint32 found = index->table[(spread(hash) + *probe) & index->mask];
    if (found == EMPTY)
      return NONE;
    (*probe)++;
    if (found != REMOVED)
      return found;
  }
}
