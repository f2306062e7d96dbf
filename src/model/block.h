/* Memory of its own for what grows long: it grows without being copied, and can be claimed before
 * it is needed, since touching it for the first time is most of the work. */
#pragma once

#include <glib.h>

/* All zero: nothing yet. */
typedef struct {
  char *data; /* NULL: none */
  gsize size;
} Block;

/* From this size on it is asked for in large pages, and worth the work of a second processor. */
#define BLOCK_LARGE ((gsize)8 * 1024 * 1024)

/* Makes it at least so large; what is new is zero. Ends the program when there is no memory, as
 * g_malloc() does. */
void block_grow(Block *block, gsize size);
/* The same, and touches what is new. */
void block_claim(Block *block, gsize size);
/* Its first `length` bytes, which the caller owns; the block is empty then. */
GBytes *block_take(Block *block, gsize length);
void block_clear(Block *block);
