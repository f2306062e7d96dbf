/* Graph's documented quotas: resource units and writes; contract 3.5. */
#pragma once

#include "sim/routes.h"

Quota *quota_new(void);
void quota_free(Quota *quota);
/* Forgets what was used. */
void quota_reset(Quota *quota);
/* Charges the request; FALSE after answering 429. */
gboolean quota_charge(Call *call, const Route *route);
/* Appends `,"quota":{…}`. */
void quota_write(const Quota *quota, GString *out, guint users);
