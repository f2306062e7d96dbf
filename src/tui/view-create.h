/* The form for a new account, with a live preview of what it would make. */
#pragma once

#include "tui/console-private.h"

View *view_create_new(Console *console);
