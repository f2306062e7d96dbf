/* The tenant itself: its name and domains. Contract 14. */
#pragma once

#include "graph/client.h"

typedef struct {
  char *id, *name;
  char *default_domain;
  char **domains; /* verified, NULL-terminated */
} GraphOrganization;
void graph_organization_free(GraphOrganization *organization);
/* GET /organization. The caller owns it. USHER_ERROR_PROTOCOL when it holds none. */
GraphOrganization *graph_organization_get(GraphClient *client, GCancellable *cancellable,
                                          GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GraphOrganization, graph_organization_free)
