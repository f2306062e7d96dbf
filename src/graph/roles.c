/* Who holds a directory role, directly or through a group, and who is in a group
 * however deep: what guards are made of. Contract 5. */
#include "graph/roles.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/pages-private.h"
#include <string.h>

#define ROLES_AT_ONCE 4

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

/* A role, and who holds it once it has been read. */
typedef struct {
  char *id, *name;
  GPtrArray *holders; /* ids */
  GError *error;
} Role;

static void
role_free(gpointer data)
{
  Role *role = data;
  g_free(role->id);
  g_free(role->name);
  g_ptr_array_unref(role->holders);
  g_clear_error(&role->error);
  g_free(role);
}

static gboolean
take_role(const cJSON *object, gpointer roles)
{
  const char *id = json_string(object, "id"), *name = json_string(object, "displayName");
  if (id) {
    Role *role = g_new(Role, 1);
    *role = (Role){g_strdup(id), g_strdup(name ? name : id), g_ptr_array_new_with_free_func(g_free),
                   NULL};
    g_ptr_array_add(roles, role);
  }
  return TRUE;
}

static void
keep(const char *id, gpointer ids)
{
  g_ptr_array_add(ids, g_strdup(id));
}

static gboolean
read_role(GraphClient *client, Role *role, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "roles.members",
                    .id = role->id,
                    .query = "$select=id",
                    .what = _("Reading who holds a directory role")};
  g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(g_free);
  Members members = {keep, role->holders, groups};
  if (!graph_each(client, &call, take_member, &members, cancellable, error))
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    if (!graph_groups_each_member(client, groups->pdata[i], keep, role->holders, cancellable,
                                  error))
      return FALSE;
  return TRUE;
}

typedef struct {
  GraphClient *client;
  GCancellable *cancellable;
} Reading;

static void
read_in_pool(gpointer data, gpointer user)
{
  const Reading *reading = user;
  Role *role = data;
  read_role(reading->client, role, reading->cancellable, &role->error);
}

/* All of them, a few side by side: there may be dozens. */
static void
read_roles(GraphClient *client, const GPtrArray *roles, GCancellable *cancellable)
{
  Reading reading = {client, cancellable};
  GThreadPool *pool = g_thread_pool_new(read_in_pool, &reading, ROLES_AT_ONCE, FALSE, NULL);
  for (guint i = 0; i < roles->len; i++)
    g_thread_pool_push(pool, roles->pdata[i], NULL);
  g_thread_pool_free(pool, FALSE, TRUE);
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
  read_roles(client, roles, cancellable);
  for (guint i = 0; i < roles->len; i++) {
    Role *role = roles->pdata[i];
    if (role->error) {
      g_propagate_error(error, g_steal_pointer(&role->error));
      return FALSE;
    }
    for (guint j = 0; j < role->holders->len; j++)
      holder(role->name, role->holders->pdata[j], data);
  }
  return TRUE;
}
