/* The packed form of a snapshot, which is also the cache's file format: a
 * header, fixed-size rows sorted by name, a hash index of ids, a pool of texts,
 * and the folded text that plain words of a query search. Numbers are in the
 * machine's own byte order; the header says which. */
#pragma once

#include "model/snapshot.h"

#define SNAPSHOT_MAGIC   "usher\0sn"
#define SNAPSHOT_VERSION 1
#define SNAPSHOT_ENDIAN  0x01020304u

enum { SNAPSHOT_TEXTS = 23, SNAPSHOT_CHOICES = 4, SNAPSHOT_MOMENTS = 4 };

typedef struct {
  char magic[8];
  guint32 endian;
  guint32 version;
  guint32 layout; /* hash of the fields and their places */
  guint32 count;
  gint64 taken;
  guint64 rows_at;
  guint64 index_at, index_slots; /* guint32 each: row + 1, 0 for empty */
  guint64 pool_at, pool_length;  /* begins and ends with a NUL */
  guint64 folded_at, folded_length;
  guint64 total;
  guint64 check; /* hash of all the above */
} SnapshotHeader;

typedef struct {
  guint32 folded;               /* offset into the folded block */
  guint32 text[SNAPSHOT_TEXTS]; /* offset into the pool, 0: not set */
  guint8 choice[SNAPSHOT_CHOICES];
  gint64 moment[SNAPSHOT_MOMENTS];
} SnapshotRow;

G_STATIC_ASSERT(sizeof(SnapshotRow) == 136);
G_STATIC_ASSERT(sizeof(SnapshotHeader) % 8 == 0);

/* Where a field lives within its part of a row. */
extern const guint8 snapshot_slot[FIELD_N];

/* Changes with the fields, so that an old file is not misread. */
guint32 snapshot_layout(void);
/* What `check` must be for the rest of the header. */
guint64 snapshot_header_check(const SnapshotHeader *header);
/* Of an object id, for the index. */
guint32 snapshot_hash(const char *text, gsize length);

/* Takes a block that snapshot_builder_snapshot() has just packed. */
Snapshot *snapshot_new_trusted(GBytes *bytes);

/* The row's folded text with its length, without the newline. */
const char *snapshot_folded_part(const Snapshot *snapshot, guint row, gsize *ret_length);
/* The row that owns `offset`, searching upwards from `row`. */
guint snapshot_folded_row_from(const Snapshot *snapshot, guint row, gsize offset);
