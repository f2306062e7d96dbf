/* Finding a few bytes in very many: what plain words of a query run on. Private
 * to this room. */
#pragma once

#include <glib.h>

typedef struct {
  const char *text; /* lent */
  gsize length;
  gsize rare, second; /* places of its two rarest bytes */
} Needle;

/* `text` must live as long as the needle; length > 0. */
void needle_init(Needle *needle, const char *text, gsize length);

/* The first place in `hay`, or NULL. Reads nothing outside `hay`. */
const char *needle_find(const Needle *needle, const char *hay, gsize length);
