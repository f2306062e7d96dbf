/* Marks text for translation. Every text that a person reads goes through
 * here; identifiers, keys of JSON and names of commands do not. */
#pragma once

#include <glib/gi18n.h>
