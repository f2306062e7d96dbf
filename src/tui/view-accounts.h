/* The main view: the list of accounts with its detail and log panes. */
#pragma once

#include "tui/console-private.h"

View *view_accounts_new(Console *console);
