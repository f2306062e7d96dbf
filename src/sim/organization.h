/* The organisation, its domains, its licences and its roles; contract 6 and 14. */
#pragma once

#include "sim/call.h"

/* Handlers of GET /organization, /domains and /subscribedSkus. */
void organization_get(Call *call);
void organization_domains(Call *call);
void organization_skus(Call *call);
/* Verified domains; case does not count. */
gboolean organization_has_domain(const char *domain);
gboolean organization_is_federated(const char *domain);
