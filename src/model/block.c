/* Mapped, and grown by mapping it elsewhere. */
#include "model/block.h"

#include <string.h>
#include <sys/mman.h>

void
block_grow(Block *block, gsize size)
{
  if (size <= block->size)
    return;
  void *data = block->data
                   ? mremap(block->data, block->size, size, MREMAP_MAYMOVE)
                   : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED)
    g_error("no memory for a block of %" G_GSIZE_FORMAT " bytes", size);
  *block = (Block){data, size};
#ifdef MADV_HUGEPAGE
  if (size >= BLOCK_LARGE)
    madvise(data, size, MADV_HUGEPAGE);
#endif
}

void
block_claim(Block *block, gsize size)
{
  gsize before = block->size;
  block_grow(block, size);
  if (block->size > before)
    memset(block->data + before, 0, block->size - before);
}

void
block_clear(Block *block)
{
  if (block->data)
    munmap(block->data, block->size);
  *block = (Block){0};
}

static void
free_taken(gpointer data)
{
  block_clear(data);
  g_free(data);
}

GBytes *
block_take(Block *block, gsize length)
{
  Block *taken = g_memdup2(block, sizeof *block);
  *block = (Block){0};
  return g_bytes_new_with_free_func(taken->data, length, free_taken, taken);
}
