/* Users as Graph's JSON. */
#pragma once

#include "sim/tenant.h"

/* Appends `"displayName":…` and the others that are selected; no braces. */
void user_json_fields(GString *out, const Tenant *tenant, guint32 user, guint64 select);
