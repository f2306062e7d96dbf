/* More people from a file; usher-sim(1) describes it. */
#pragma once

#include "sim/tenant.h"

/* CSV with a header line, or JSON lines; adds all of them. `error` names the line. */
gboolean users_file_read(Tenant *tenant, const char *path, GError **error);
