/* Groups and who is in them. Contract 5. The URL that takes a member out is
 * built by the endpoint table alone: without its last segment it would delete
 * the user. */
#include "graph/groups.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/pages-private.h"
#include <string.h>

#define GROUP_SELECT                                                                               \
  "$select=id,displayName,groupTypes,onPremisesSyncEnabled,assignedLicenses,securityEnabled"

void
graph_group_free(GraphGroup *group)
{
  if (!group)
    return;
  g_free(group->id);
  g_free(group->name);
  g_strfreev(group->sku_ids);
  g_free(group);
}

static gboolean
has_text(const cJSON *list, const char *text)
{
  const cJSON *item;
  cJSON_ArrayForEach(item, list)
  {
    if (g_strcmp0(cJSON_GetStringValue(item), text) == 0)
      return TRUE;
  }
  return FALSE;
}

static GraphGroup *
group_from(const cJSON *object)
{
  const char *id = json_string(object, "id");
  if (!id)
    return NULL;
  GraphGroup *group = g_new0(GraphGroup, 1);
  const char *name = json_string(object, "displayName");
  group->id = g_strdup(id);
  group->name = g_strdup(name ? name : id);
  group->dynamic = has_text(json_array(object, "groupTypes"), "DynamicMembership");
  group->synced = json_bool(object, "onPremisesSyncEnabled");
  g_autoptr(GStrvBuilder) skus = g_strv_builder_new();
  const cJSON *licence;
  cJSON_ArrayForEach(licence, json_array(object, "assignedLicenses"))
  {
    if (json_string(licence, "skuId"))
      g_strv_builder_add(skus, json_string(licence, "skuId"));
  }
  group->sku_ids = g_strv_builder_end(skus);
  return group;
}

static gboolean
collect_group(const cJSON *object, gpointer data)
{
  GPtrArray *groups = data;
  GraphGroup *group = group_from(object);
  if (group)
    g_ptr_array_add(groups, group);
  return groups->len < 2;
}

static GraphGroup *
find_by_name(GraphClient *client, const char *name, const char *what, GCancellable *cancellable,
             GError **error)
{
  g_autofree char *literal = graph_literal(name);
  g_autofree char *query =
      g_strdup_printf("$filter=displayName%%20eq%%20%s&" GROUP_SELECT, literal);
  GraphCall call = {.endpoint = "groups.list", .query = query, .what = what};
  g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)graph_group_free);
  if (!graph_each(client, &call, collect_group, groups, cancellable, error))
    return NULL;
  if (groups->len == 1)
    return g_ptr_array_steal_index(groups, 0);
  if (groups->len)
    g_set_error(error, USHER_ERROR, USHER_ERROR_AMBIGUOUS,
                _("There is more than one group with the name “%s”. Use its object id."), name);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("There is no group with the name “%s”."), name);
  return NULL;
}

/* So many characters of a name are taken to be right. */
#define LIKE_LENGTH 3

typedef struct {
  GPtrArray *names;
  guint limit;
} Likes;

static gboolean
collect_like(const cJSON *object, gpointer data)
{
  Likes *likes = data;
  const char *name = json_string(object, "displayName");
  if (name)
    g_ptr_array_add(likes->names, g_strdup(name));
  return likes->names->len < likes->limit;
}

GPtrArray *
graph_groups_like(GraphClient *client, const char *name, guint limit, GCancellable *cancellable,
                  GError **error)
{
  glong length = MIN(g_utf8_strlen(name, -1), LIKE_LENGTH);
  g_autofree char *start = g_utf8_substring(name, 0, length);
  g_autofree char *literal = graph_literal(start);
  g_autofree char *query = g_strdup_printf(
      "$filter=startswith(displayName,%s)&$select=displayName&$top=%u", literal, limit);
  GraphCall call = {.endpoint = "groups.list", .query = query, .what = _("Looking for groups")};
  Likes likes = {g_ptr_array_new_with_free_func(g_free), limit};
  if (graph_each(client, &call, collect_like, &likes, cancellable, error))
    return likes.names;
  g_ptr_array_unref(likes.names);
  return NULL;
}

GraphGroup *
graph_groups_find(GraphClient *client, const char *id_or_name, GCancellable *cancellable,
                  GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Reading the group %s"), id_or_name);
  if (!graph_is_id(id_or_name))
    return find_by_name(client, id_or_name, what, cancellable, error);
  GraphCall call = {
      .endpoint = "groups.get", .id = id_or_name, .query = GROUP_SELECT, .what = what};
  g_autoptr(cJSON) tree = graph_send_json(client, &call, NULL, cancellable, error);
  if (!tree)
    return NULL;
  GraphGroup *group = group_from(tree);
  if (!group)
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL, _("%s: the answer holds no group."),
                what);
  return group;
}

GraphRequest *
graph_groups_add_request(const GraphClient *client, const char *group_id, const char *user_id)
{
  GraphRequest *request = graph_request_new(
      "groups.add", group_id, NULL,
      g_strdup_printf(_("Adding the account %s to the group %s"), user_id, group_id));
  char *body = graph_reference(client, "directoryObjects", user_id);
  graph_request_take_body(request, body, strlen(body));
  return request;
}

static void
append_member(GString *body, const char *name, const char *value)
{
  json_append_key(body, name);
  json_append_string(body, value);
}

char *
graph_groups_create(GraphClient *client, const char *name, const char *nickname,
                    const char *description, GraphTrace *trace, GCancellable *cancellable,
                    GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Making the group %s"), name);
  g_autoptr(GString) body = g_string_new("{");
  append_member(body, "displayName", name);
  append_member(body, "mailNickname", nickname);
  if (description != NULL)
    append_member(body, "description", description);
  g_string_append(body, ",\"mailEnabled\":false,\"securityEnabled\":true}");
  GraphCall call = {.endpoint = "groups.create", .body = body->str, .what = what};
  g_autoptr(cJSON) tree = graph_send_json(client, &call, trace, cancellable, error);
  if (!tree)
    return NULL;
  const char *id = json_string(tree, "id");
  if (id)
    return g_strdup(id);
  if (trace)
    trace->maybe_processed = TRUE; /* it was made, but we were not told which it is */
  g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
              _("%s: the answer does not name the new group's id."), what);
  return NULL;
}

gboolean
graph_groups_add(GraphClient *client, const char *group_id, const char *user_id, GraphTrace *trace,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_groups_add_request(client, group_id, user_id);
  g_autoptr(GError) failure = NULL;
  gboolean member = FALSE;
  if (graph_request_send(client, request, trace, cancellable, &failure))
    return TRUE;
  /* 400 also means: is a member already. Whether that is so is asked, not read from words. */
  if (graph_error_is(failure, 400) &&
      graph_groups_is_member(client, group_id, user_id, &member, cancellable, NULL) && member)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

GraphRequest *
graph_groups_remove_request(const char *group_id, const char *user_id)
{
  GraphRequest *request = graph_request_new(
      "groups.remove", group_id, user_id,
      g_strdup_printf(_("Taking the account %s out of the group %s"), user_id, group_id));
  request->good = 404; /* not being a member is what was wanted */
  return request;
}

gboolean
graph_groups_remove(GraphClient *client, const char *group_id, const char *user_id,
                    GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_groups_remove_request(group_id, user_id);
  return graph_request_send(client, request, trace, cancellable, error);
}

typedef struct {
  const char *id;
  gboolean found;
} Wanted;

static gboolean
is_wanted(const cJSON *object, gpointer data)
{
  Wanted *wanted = data;
  const char *id = json_string(object, "id");
  wanted->found |= id && g_ascii_strcasecmp(id, wanted->id) == 0;
  return !wanted->found;
}

/* Direct membership alone, through the index that lags a little. */
static GraphRequest *
member_request(const char *group_id, const char *user_id, char *what)
{
  GraphRequest *request = graph_request_new("groups.members", group_id, NULL, what);
  g_autofree char *literal = graph_literal(user_id);
  graph_request_take_query(
      request, g_strdup_printf("$filter=id%%20eq%%20%s&$count=true&$select=id", literal));
  request->call.eventual = TRUE;
  return request;
}

GraphRequest *
graph_groups_check_request(const char *group_id, const char *user_id)
{
  GraphRequest *request = graph_request_new(
      "users.check-groups", user_id, NULL,
      g_strdup_printf(_("Looking whether the account %s is in the group %s"), user_id, group_id));
  GString *body = g_string_new("{\"groupIds\":[");
  json_append_string(body, group_id);
  g_string_append(body, "]}");
  gsize capacity = body->allocated_len;
  graph_request_take_body(request, g_string_free(body, FALSE), capacity);
  return request;
}

/* Transitive, but not advanced: it sees a change at once. */
static gboolean
check_groups(GraphClient *client, const char *group_id, const char *user_id, gboolean *ret_member,
             GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_groups_check_request(group_id, user_id);
  g_autoptr(cJSON) tree = graph_send_json(client, &request->call, NULL, cancellable, error);
  if (!tree)
    return FALSE;
  const cJSON *item;
  gboolean member = FALSE;
  cJSON_ArrayForEach(item, json_array(tree, "value"))
  {
    const char *id = cJSON_GetStringValue(item);
    member |= id && g_ascii_strcasecmp(id, group_id) == 0;
  }
  *ret_member = member;
  return TRUE;
}

gboolean
graph_groups_is_member(GraphClient *client, const char *group_id, const char *user_id,
                       gboolean *ret_member, GCancellable *cancellable, GError **error)
{
  g_autofree char *what =
      g_strdup_printf(_("Looking whether the account %s is in the group %s"), user_id, group_id);
  gboolean member = FALSE;
  if (!check_groups(client, group_id, user_id, &member, cancellable, error))
    return FALSE;
  if (!member) {
    *ret_member = FALSE;
    return TRUE;
  }
  /* In the group or in one inside it: only the first counts. */
  g_autoptr(GraphRequest) request = member_request(group_id, user_id, g_steal_pointer(&what));
  Wanted wanted = {user_id, FALSE};
  g_autoptr(GError) failure = NULL;
  if (graph_each(client, &request->call, is_wanted, &wanted, cancellable, &failure))
    *ret_member = wanted.found;
  else if (graph_error_is(failure, 400))
    *ret_member = member;
  else {
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  return TRUE;
}

static gboolean
collect_name(const cJSON *object, gpointer names)
{
  const char *name = json_string(object, "displayName");
  if (name)
    g_ptr_array_add(names, g_strdup(name));
  return TRUE;
}

GPtrArray *
graph_groups_of(GraphClient *client, const char *user_id, GCancellable *cancellable, GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Reading the groups of %s"), user_id);
  GraphCall call = {
      .endpoint = "users.groups", .id = user_id, .query = "$select=id,displayName", .what = what};
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  return graph_each(client, &call, collect_name, names, cancellable, error)
             ? g_steal_pointer(&names)
             : NULL;
}
