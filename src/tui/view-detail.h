/* One account on the whole screen: all fields, and what our journal knows. */
#pragma once

#include "tui/console-private.h"

/* `id` of the account; asks for it in full. */
View *view_detail_new(Console *console, const char *id);
