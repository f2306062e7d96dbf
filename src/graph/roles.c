/* Who holds a directory role, directly or through a group, and who is in a group
 * however deep: what guards are made of. Contract 5. */
#include "graph/roles.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/pages-private.h"
#include <string.h>

typedef struct {
  GraphMember member;
  gpointer data;
  GPtrArray *groups; /* ids of groups among the members, or NULL */
} Members;

static gboolean
take_member(const cJSON *object, gpointer data)
{
  Members *members = data;
  const char *id = json_string(object, "id");
  const char *type = json_string(object, "@odata.type");
  if (!id)
    return TRUE;
  if (members->groups && type && strstr(type, ".group"))
    g_ptr_array_add(members->groups, g_strdup(id));
  else
    members->member(id, members->data);
  return TRUE;
}

gboolean
graph_groups_each_member(GraphClient *client, const char *group_id, GraphMember member,
                         gpointer data, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "groups.transitive-members",
                    .id = group_id,
                    .query = "$select=id&$top=999",
                    .what = _("Reading the members of a guarded group")};
  Members members = {member, data, NULL};
  return graph_each(client, &call, take_member, &members, cancellable, error);
}

gboolean
graph_groups_each_direct_member(GraphClient *client, const char *group_id, GraphMember member,
                                gpointer data, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "groups.members",
                    .id = group_id,
                    .query = "$select=id&$top=999",
                    .what = _("Reading the members of the group")};
  Members members = {member, data, NULL};
  return graph_each(client, &call, take_member, &members, cancellable, error);
}

typedef struct {
  char *id, *name;
} Role;

static void
role_free(gpointer data)
{
  Role *role = data;
  g_free(role->id);
  g_free(role->name);
  g_free(role);
}

static gboolean
take_role(const cJSON *object, gpointer roles)
{
  const char *id = json_string(object, "id"), *name = json_string(object, "displayName");
  if (id) {
    Role *role = g_new(Role, 1);
    *role = (Role){g_strdup(id), g_strdup(name ? name : id)};
    g_ptr_array_add(roles, role);
  }
  return TRUE;
}

typedef struct {
  const char *role;
  GraphHolder holder;
  gpointer data;
} Holding;

static void
hand_on(const char *id, gpointer data)
{
  const Holding *holding = data;
  holding->holder(holding->role, id, holding->data);
}

static gboolean
read_role(GraphClient *client, const Role *role, GraphHolder holder, gpointer data,
          GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "roles.members",
                    .id = role->id,
                    .query = "$select=id",
                    .what = _("Reading who holds a directory role")};
  g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(g_free);
  Holding holding = {role->name, holder, data};
  Members members = {hand_on, &holding, groups};
  if (!graph_each(client, &call, take_member, &members, cancellable, error))
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    if (!graph_groups_each_member(client, groups->pdata[i], hand_on, &holding, cancellable, error))
      return FALSE;
  return TRUE;
}

gboolean
graph_roles_each_holder(GraphClient *client, GraphHolder holder, gpointer data,
                        GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "roles.list",
                    .query = "$select=id,displayName",
                    .what = _("Reading the directory roles")};
  g_autoptr(GPtrArray) roles = g_ptr_array_new_with_free_func(role_free);
  if (!graph_each(client, &call, take_role, roles, cancellable, error))
    return FALSE;
  for (guint i = 0; i < roles->len; i++)
    if (!read_role(client, roles->pdata[i], holder, data, cancellable, error))
      return FALSE;
  return TRUE;
}
