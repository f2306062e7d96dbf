/* The state file: what changed since the seed, kept over a restart. */
#pragma once

#include "sim/sim.h"

/* Takes seed, size and day from the state file, if there is one, so that the seed's
 * tenant is the one that the changes were made to. */
gboolean state_prepare(Sim *sim, GError **error);
/* Applies the changes, and starts keeping them. */
gboolean state_load(Sim *sim, GError **error);
/* Tells that something may have changed; it is written soon. With the lock held. */
void state_changed(Sim *sim);
/* Writes for the last time and stops. */
void state_finish(Sim *sim);
