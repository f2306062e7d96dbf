/* Groups as Graph's JSON, and their properties for filters. */
#pragma once

#include "sim/call.h"
#include "sim/tenant.h"

/* For filters over groups. The context is the Tenant, the object a Group. */
extern const OdSchema group_json_schema;
/* The names of $select, NULL: none was given. `ret_good` FALSE after answering 400. The
 * caller owns them. */
char **group_json_select(Call *call, gboolean *ret_good);
/* Appends what is selected (NULL: what is sent by default); no braces. */
void group_json_fields(GString *out, const Tenant *tenant, const Group *group,
                       const char *const *select);
