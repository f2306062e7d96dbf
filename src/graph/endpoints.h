/* Every request that this room can build: the one truth for permissions,
 * repeating, and the contract tests against Microsoft's schema. */
#pragma once

#include <glib.h>

typedef enum {
  REPEAT_HARMLESS, /* idempotent in effect */
  REPEAT_NEVER     /* look first */
} EndpointRepeat;

typedef struct {
  const char *id; /* "users.create" */
  const char *method;
  const char *path;      /* "/users/{id}" */
  const char *delegated; /* least permissions, blank-separated */
  const char *application;
  EndpointRepeat repeat;
  const char *source; /* section of the contract */
} Endpoint;

/* All rows, ended by one whose id is NULL. */
const Endpoint *endpoints(void);
const Endpoint *endpoint_find(const char *id);
