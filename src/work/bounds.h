/* What may be written into an account at all, whoever asks: the properties that usher
 * changes, and no end date beyond the roster's cap. A plan may come from a file. */
#pragma once

#include "model/plan.h"
#include "model/roster.h"

/* Is each value of the operation one that its kind may write? USAGE for a property that is none of
 * usher's to set, REFUSED for an end date later than max_lifetime allows. `roster` may be NULL. */
gboolean bounds_check(const Operation *operation, const Roster *roster, GError **error);
