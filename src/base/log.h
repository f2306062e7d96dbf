/* The diagnostic log (--debug): a file in the state folder, rotated, with
 * secrets redacted. Everything below the front ends uses g_debug(), g_info()
 * and g_warning(); while a screen is up nothing reaches the terminal. */
#pragma once

#include <glib.h>

/* Sends GLib's log to `path` (NULL: nowhere, so that the terminal stays
 * clean); rotates at 1 MiB, keeps one old file. USHER_ERROR_FILE, also for a
 * file that others may read. */
gboolean log_open(const char *path, GError **error);

/* The text with what looks like a token, password or redeem link replaced
 * by "[redacted]". The caller owns it. */
char *log_redact(const char *text);
