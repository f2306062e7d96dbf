/* Users as Graph's JSON. */
#pragma once

#include "sim/tenant.h"

/* Appends `"displayName":…` and the others that are selected; no braces. */
void user_json_fields(GString *out, const Tenant *tenant, guint32 user, guint64 select);
/* The licences of a user: assignedLicenses, and licenseAssignmentStates. */
void user_json_assigned(GString *out, const Tenant *tenant, const User *user);
void user_json_states(GString *out, const Tenant *tenant, const User *user);
