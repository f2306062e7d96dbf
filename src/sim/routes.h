/* Which request goes to whom, and what it needs. */
#pragma once

#include "sim/call.h"

typedef void (*RouteHandler)(Call *call);

/* What a request costs of the identity service's quota; contract 3.5. */
typedef struct {
  const char *method, *pattern;
  const char *permissions; /* any of these, blank-separated; "": a valid token is enough */
  RouteHandler handler;
  guint cost;          /* resource units, before $select, $top and $expand count; 0: 1 */
  gboolean slow_quota; /* 5 requests in 10 s */
} Route;

/* Answers a request below /v1.0: token, route, permission, quota, handler. With
 * the simulator's lock held. */
void routes_dispatch(Call *call);
/* The login pages and token endpoints; FALSE if the path is none of theirs. */
gboolean login_dispatch(Call *call);
/* The controls below /sim/. */
void controls_dispatch(Call *call);
