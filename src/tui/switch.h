/* Going to another tenant or to another roster, in one key when there are two,
 * from a list when there are more. */
#pragma once

#include "tui/console-private.h"

/* The next profile, or a list. Not while a change is being applied. */
void switch_profile(Console *console);
/* This one, by name. */
void switch_to_profile(Console *console, const char *name);
void switch_to_roster(Console *console, const char *name);
/* The same among the rosters of the profile. */
void switch_roster(Console *console);
