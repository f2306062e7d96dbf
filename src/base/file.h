/* Files that are ours: where they live, who may read them, and how they are
 * replaced without a moment in which half of one could be seen. */
#pragma once

#include <glib.h>

/* $XDG_CONFIG_HOME/usher, $XDG_STATE_HOME/usher, $XDG_CACHE_HOME/usher. The
 * caller owns the path; nothing is made. */
char *file_config_dir(void);
char *file_state_dir(void);
char *file_cache_dir(void);

/* For root, what is to be at `path` must not come to lie in somebody else's folder, as in the home
 * that sudo leaves set: it would shut its owner out. Always TRUE for anybody else.
 * USHER_ERROR_FILE.
 */
gboolean file_check_place(const char *path, GError **error);
/* Makes the folder and its parents, mode 0700, and refuses one that belongs
 * to somebody else or that others may write to. One of usher's own that others may read (made
 * by hand) is closed to them. USHER_ERROR_FILE. */
gboolean file_make_private_dir(const char *path, GError **error);

/* Refuses a file of ours that others may read, that is not ours, or that is a link or anything
 * else but a plain file; one that does not exist is fine. USHER_ERROR_FILE names the remedy. */
gboolean file_check_private(const char *path, GError **error);
/* Refuses a file that is to be believed (it can name commands) when it belongs to neither us nor
 * root, or when others may write to it; links are followed. USHER_ERROR_FILE names the remedy. */
gboolean file_check_trusted(const char *path, GError **error);
/* TRUE if others than its owner may read it. */
gboolean file_is_readable_by_others(const char *path);

/* Writes beside, syncs, renames over. Mode as given (0600, 0644). Where a link of ours leads is
 * written, and a device or pipe is written to as it is. */
gboolean file_replace(const char *path, const char *data, gsize length, int mode, GError **error);

/* Reads a whole file of at most `limit` bytes; the caller owns it.
 * USHER_ERROR_FILE names the file and why. "-" is standard input. */
char *file_read(const char *path, gsize limit, gsize *ret_length, GError **error);
