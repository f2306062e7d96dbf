/* The cached directory: one file per place (a profile and its tenant) and roster, safe to delete,
 * mapped and not read. */
#pragma once

#include "base/draft.h"
#include "model/snapshot.h"

/* NULL with USHER_ERROR_NOT_FOUND when there is none; a damaged one is removed and
 * counts as none. */
Snapshot *cache_load(const char *place, const char *roster, GError **error);
/* The beginning of a file for the cache, for draft_claim() while the accounts arrive; NULL when
 * there is no place for it. */
Draft *cache_draft(const char *place, const char *roster, GError **error);
/* Puts the snapshot in place of what was cached. A failure is told, and harms nothing. */
gboolean cache_commit(Draft *draft, const Snapshot *snapshot, GError **error);
void cache_forget(const char *place, const char *roster);

/* A short text kept beside the cache under a name, such as what an earlier run learned; not to be
 * relied on. A failure harms nothing. */
void cache_note(const char *place, const char *roster, const char *name, const char *text);
/* NULL: nothing is kept, or others could have written it. The caller owns it. */
char *cache_noted(const char *place, const char *roster, const char *name);

/* Says that the tenant was changed now: what is cached of it (all rosters) is still good to begin
 * with, but not to be relied on. A failure harms nothing. */
void cache_outdate(const char *tenant);
/* When that was said last, in seconds since 1970; 0: never. */
gint64 cache_outdated_at(const char *tenant);
