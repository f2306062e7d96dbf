/* Which proxy a request goes through: what libcurl decides by itself from the
 * environment, told to who has to explain it. */
#pragma once

#include <glib.h>

/* The proxy for `url` as it stands in the variable, or NULL: it goes straight. `ret_variable`
 * (may be NULL) gets the name of the variable that decided ("https_proxy", "no_proxy"), or NULL
 * when none did; static. The caller owns the answer, which may hold a password. */
char *proxy_for(const char *url, const char **ret_variable);
/* The host of a proxy without its password: "proxy.example:3128", or NULL when libcurl
 * takes it for none. The
 * caller owns it. */
char *proxy_shown(const char *proxy);
