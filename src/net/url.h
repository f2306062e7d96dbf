/* URLs: percent-encoding of path segments and query values, and the check
 * that keeps a token at home. */
#pragma once

#include <glib.h>

/* Encodes everything but unreserved characters. The caller owns it. */
char *url_encode(const char *text);

/* TRUE if `url` has the scheme, host and port of `root`, without user info:
 * the only place where a token of `root` may go. */
gboolean url_same_origin(const char *url, const char *root);

/* TRUE if the host is this machine: "localhost", 127.0.0.0/8 or [::1]. */
gboolean url_is_loopback(const char *url);

/* TRUE for https, and for http to a loopback address, without user info. */
gboolean url_may_be_sent(const char *url);

/* The host for messages, or NULL. The caller owns it. */
char *url_host(const char *url);

/* The same for a service's root, which has no query or fragment either: https, or http to a
 * loopback address; USHER_ERROR_CONFIG says why not. */
gboolean url_check_service(const char *url, GError **error);
