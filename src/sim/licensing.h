/* Requests about licences; contract 6. */
#pragma once

#include "sim/call.h"

/* Handlers of licenseDetails, assignLicense and reprocessLicenseAssignment. */
void licensing_details(Call *call);
void licensing_assign_user(Call *call);
void licensing_assign_group(Call *call);
void licensing_reprocess(Call *call);
