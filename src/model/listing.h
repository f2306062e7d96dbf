/* A view of a snapshot: which rows, in which order, which are tagged. Tags are
 * kept by object id, so they survive filtering, sorting and a refresh. */
#pragma once

#include "model/query.h"

typedef struct Listing Listing;

Listing *listing_new(void);
void listing_free(Listing *listing);

/* Takes a new snapshot (a reference; NULL empties); keeps query, order, tags. */
void listing_set_snapshot(Listing *listing, Snapshot *snapshot);
Snapshot *listing_snapshot(const Listing *listing); /* lent; may be NULL */

/* A wrong query leaves the last good result and reports as query_parse(). Spans are
 * counted from `now`, and tag: terms see the tags of now, until the query is set again. */
gboolean listing_set_query(Listing *listing, const char *text, gint64 now, gsize *ret_position,
                           GError **error);
const char *listing_query(const Listing *listing);

/* Sorts by one field; texts that are not set and MOMENT_ constants sort last either way,
 * equal ones by name. */
void listing_set_sort(Listing *listing, FieldId field, gboolean descending);
FieldId listing_sort(const Listing *listing, gboolean *ret_descending);

guint listing_count(const Listing *listing);            /* rows shown */
guint listing_row(const Listing *listing, guint index); /* index shown → row of the snapshot */
gboolean listing_index_of(const Listing *listing, const char *id, guint *ret_index);

/* Tags or untags one account by its id, shown or not. */
void listing_tag(Listing *listing, const char *id, gboolean tagged);
/* TRUE if the account with this id is tagged. */
gboolean listing_is_tagged(const Listing *listing, const char *id);
/* Tags or untags all that the query lets through. */
void listing_tag_shown(Listing *listing, gboolean tagged);
/* Untags all, shown or not. */
void listing_untag_all(Listing *listing);
/* Untags those that are not in the snapshot, for one that is whole; says how many there were. */
guint listing_untag_gone(Listing *listing);
/* How many are tagged, shown or not. */
guint listing_tag_count(const Listing *listing);
/* The ids of the tagged in the order of the listing, NULL-terminated; the caller owns it. Some may
 * not be in the snapshot any more: they come last. */
char **listing_tagged_ids(const Listing *listing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listing, listing_free)
