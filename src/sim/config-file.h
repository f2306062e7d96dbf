/* The configuration that usher needs for this tenant. */
#pragma once

#include "sim/sim.h"

/* Writes a usher.conf, mode 0600. */
gboolean config_file_write(const Sim *sim, const char *path, GError **error);
