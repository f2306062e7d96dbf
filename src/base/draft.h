/* A file that takes another's place whole and is not waited for until it is on the disk: for what
 * can be had again, such as a cache. Whoever waits for something else meanwhile can claim its room
 * before there is anything to write, which is most of the work. */
#pragma once

#include <glib.h>

typedef struct Draft Draft;

/* Nothing is to be seen at `path` before it is committed. Never NULL: what goes wrong is told by
 * draft_commit(). `mode` as 0600. */
Draft *draft_new(const char *path, int mode);
/* Drops what was not committed. */
void draft_free(Draft *draft);
/* The content is going to have about so many bytes, and no fewer than was said before. */
void draft_claim(Draft *draft, gsize size);
/* Writes it, and puts it in place. After a loss of power there may be less of it than was written,
 * which the reader has to notice. USHER_ERROR_FILE. */
gboolean draft_commit(Draft *draft, const char *data, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Draft, draft_free)
