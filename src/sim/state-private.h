/* The two halves of the state file. */
#pragma once

#include "sim/state.h"

/* Applies one line: a user, a group, a pass or a mail; FALSE if it is damaged. */
gboolean state_read_line(Sim *sim, const char *line);
