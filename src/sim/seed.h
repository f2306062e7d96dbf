/* Filling a tenant with people, groups and licences. */
#pragma once

#include "sim/sim.h"
#include "sim/tenant.h"

#define SEED_GROUP_SPECIALISTS "51515151-0000-4000-8000-000000000101"
#define SEED_GROUP_GUESTS      "51515151-0000-4000-8000-000000000102"
#define SEED_GROUP_ADMINS      "51515151-0000-4000-8000-000000000103"
#define SEED_GROUP_EMERGENCY   "51515151-0000-4000-8000-000000000104"
#define SEED_GROUP_EXTERNAL    "51515151-0000-4000-8000-000000000105"
#define SEED_GROUP_STAFF       "51515151-0000-4000-8000-000000000106"

/* The tenant that the options ask for; the same options and day give the same one. */
Tenant *seed_tenant(const SimOptions *options, gint64 born);
