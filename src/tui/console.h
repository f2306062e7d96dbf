/* The console. */
#pragma once

#include "app/app.h"

/* Runs the console on a terminal until the person leaves; the exit status. `notice` (may
 * be NULL) is shown in the status line at start. */
int console_run(App *app, const char *notice);
