/* Licences: what the tenant has bought, and who holds which through which
 * group. Changes take effect a moment after the membership did. */
#pragma once

#include "sim/tenant.h"

#define LICENCES_DELAY_MS 1500

/* Fills the table of what was bought; `seats` are those of the specialists' licence. */
void licences_setup(Tenant *tenant, guint seats);
/* By skuId; -1. */
int licences_find(const Tenant *tenant, const char *sku_id);

/* After a user joined or left a group, at `now` (milliseconds). */
void licences_joined(Tenant *tenant, guint32 user, guint32 group, gint64 now);
void licences_left(Tenant *tenant, guint32 user, guint32 group, gint64 now);
/* Does what is due by now. */
void licences_settle(Tenant *tenant, gint64 now);
/* Gives or takes at once; group -1: directly. */
void licences_give(Tenant *tenant, guint32 user, int sku, int group, gint64 now);
void licences_take(Tenant *tenant, guint32 user, int sku, int group);
/* Tries again those in error. */
void licences_reprocess(Tenant *tenant, guint32 user, gint64 now);
void licences_drop_all(Tenant *tenant, guint32 user);
/* After a user was restored: what its groups give. */
void licences_regain(Tenant *tenant, guint32 user, gint64 now);
