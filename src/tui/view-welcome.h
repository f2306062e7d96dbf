/* The first screen of all: nothing is configured yet, and there are two ways on. */
#pragma once

#include "tui/console-private.h"

View *view_welcome_new(void);
