/* The reviews: each with how far it is; walking through one, a new one, its
 * report, its end. */
#pragma once

#include "tui/console-private.h"

View *view_reviews_new(Console *console);
