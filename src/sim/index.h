/* A hash index over numbered things: it holds numbers only, so a million
 * entries take 8 MB. The caller compares what a probe finds. */
#pragma once

#include "sim/tenant.h"

Index *index_new(void);
void index_free(Index *index);
/* The hash of thing number `slot`, asked for when the table grows. */
typedef guint32 (*IndexHash)(const Tenant *tenant, guint32 slot);
void index_add(Index *index, const Tenant *tenant, IndexHash hash, guint32 slot);
void index_remove(Index *index, guint32 hash, guint32 slot);
/* The next candidate for a hash, NONE at the end; `probe` begins at 0. */
guint32 index_probe(const Index *index, guint32 hash, guint *probe);
/* Part of the tenant: by raw id. */
guint32 tenant_find_id_slot(const Tenant *tenant, const guint8 id[16]);
