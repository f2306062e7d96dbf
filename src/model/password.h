/* Initial passwords: from the system's random source, meeting the documented
 * rules (8 to 256 characters, three of four classes), without characters that
 * people confuse. */
#pragma once

#include "base/secret.h"

/* A fresh password of `length` characters (16 is usual), all four classes. The
 * caller owns it. Ends the program only if the system has no random source. */
Secret *password_generate(guint length);
/* TRUE if the documented rules hold. */
gboolean password_ok(const char *password);
