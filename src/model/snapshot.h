/* Many accounts at one moment: immutable, reference-counted, packed into one
 * block of memory that is also the cache's file format, so that a hundred
 * thousand accounts are on screen as fast as a file can be mapped. Rows are
 * sorted by name. */
#pragma once

#include "model/account.h"

typedef struct Snapshot Snapshot;
typedef struct SnapshotBuilder SnapshotBuilder;

SnapshotBuilder *snapshot_builder_new(void);
void snapshot_builder_free(SnapshotBuilder *builder);
/* Copies the account; one with the id of an earlier one replaces it. More than 2 GiB
 * of text in all ends the program, as running out of memory does. */
void snapshot_builder_add(SnapshotBuilder *builder, const Account *account);
/* From now on an id may come again and be a row of its own: two profiles of one tenant, listed
 * together. */
void snapshot_builder_keep_all(SnapshotBuilder *builder);
guint snapshot_builder_count(const SnapshotBuilder *builder);
/* Claims the memory that a snapshot of what has been added so far takes, for whoever waits between
 * additions: getting it is most of the packing. Its size in bytes. */
gsize snapshot_builder_claim(SnapshotBuilder *builder);
/* Sorts and packs what has been added so far; the builder can go on (so first
 * rows can be shown while the rest still loads). `taken` is the moment that
 * the data is of. */
Snapshot *snapshot_builder_snapshot(SnapshotBuilder *builder, gint64 taken);

/* Over a block as snapshot_bytes() gave it (a mapped file). Checks the header,
 * version, bounds and sizes, so that a damaged file is an error
 * (USHER_ERROR_FILE) and never a crash. */
Snapshot *snapshot_new_from_bytes(GBytes *bytes, GError **error);
/* The block; the caller owns the reference. */
GBytes *snapshot_bytes(const Snapshot *snapshot);

Snapshot *snapshot_ref(Snapshot *snapshot);
void snapshot_unref(Snapshot *snapshot);

/* How many accounts. */
guint snapshot_count(const Snapshot *snapshot);
/* The moment that the data is of. */
gint64 snapshot_taken(const Snapshot *snapshot);

/* Lent for as long as the snapshot lives; NULL when not set. `row` < count. */
const char *snapshot_text(const Snapshot *snapshot, guint row, FieldId field);
gint64 snapshot_number(const Snapshot *snapshot, guint row, FieldId field);

/* The row is going to be read soon: its texts, which lie where it was added, are fetched. */
void snapshot_will_read(const Snapshot *snapshot, guint row);

/* The row of an object id. */
gboolean snapshot_find(const Snapshot *snapshot, const char *id, guint *ret_row);

/* A full copy of one row; the caller owns it. */
Account *snapshot_account(const Snapshot *snapshot, guint row);

/* The folded text that plain words of a query look at: that of one row (it ends with
 * '\n', not with a NUL), and all rows' in one block for a search through everything. */
const char *snapshot_folded(const Snapshot *snapshot, guint row);
const char *snapshot_folded_all(const Snapshot *snapshot, gsize *ret_length);
/* The row that owns the byte at `offset` of snapshot_folded_all(). */
guint snapshot_folded_row(const Snapshot *snapshot, gsize offset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SnapshotBuilder, snapshot_builder_free)
