/* Directory roles and deep membership, for guards. Contract 5. */
#pragma once

#include "graph/client.h"

/* Told the id of each member. */
typedef void (*GraphMember)(const char *id, gpointer data);
/* Every user in a group, also through groups inside it. */
gboolean graph_groups_each_member(GraphClient *client, const char *group_id, GraphMember member,
                                  gpointer data, GCancellable *cancellable, GError **error);

/* Those who are in it themselves. */
gboolean graph_groups_each_direct_member(GraphClient *client, const char *group_id,
                                         GraphMember member, gpointer data,
                                         GCancellable *cancellable, GError **error);

/* Told a role's name and the id of one who holds it. */
typedef void (*GraphHolder)(const char *role, const char *id, gpointer data);
/* Every holder of every role that is in use, also through groups. REFUSED without
 * RoleManagement.Read.Directory. */
gboolean graph_roles_each_holder(GraphClient *client, GraphHolder holder, gpointer data,
                                 GCancellable *cancellable, GError **error);
