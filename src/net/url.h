/* URLs: percent-encoding of path segments and query values, and the check
 * that keeps a token at home. */
#pragma once

#include <glib.h>

/* Encodes everything but unreserved characters. The caller owns it. */
char *url_encode(const char *text);

/* TRUE if `url` has the scheme, host and port of `root`, without user info:
 * the only place where a token of `root` may go. */
gboolean url_same_origin(const char *url, const char *root);

/* https, or http to a loopback address; USHER_ERROR_CONFIG says why not. */
gboolean url_check_service(const char *url, GError **error);
