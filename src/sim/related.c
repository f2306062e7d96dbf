/* Who is related to a user: manager, sponsors, groups and roles; contract 5 and 9. */
#include <string.h>

#include "sim/listing.h"
#include "sim/out.h"
#include "sim/tenant.h"
#include "sim/user-json.h"
#include "sim/users.h"

#define SPONSORS_LIMIT 5
#define CHECK_LIMIT    20

void
relations_get_manager(Call *call)
{
  g_auto(Query) query = {0};
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE || !query_read(call, &fields_schema, QUERY_SELECT, &query))
    return;
  guint32 manager = tenant_user(call->sim->tenant, slot)->manager;
  if (manager == NONE || tenant_user(call->sim->tenant, manager)->flags & USER_DELETED) {
    call_not_found(call, "manager");
    return;
  }
  GString *out = call_begin_entity(call, 200, "directoryObjects/$entity");
  out_pair(out, "@odata.type", "#microsoft.graph.user");
  user_json_fields(out, call->sim->tenant, manager, query.select);
  g_string_append_c(out, '}');
}

/* The object that the body points at: a user or, where allowed, a group; NONE after
 * answering. */
static guint32
referenced(Call *call, gboolean groups)
{
  g_autofree char *id = call_reference(call);

  if (!id)
    return NONE;
  guint32 group = groups ? tenant_find_group(call->sim->tenant, id) : NONE;
  return group != NONE ? TARGET_GROUP | group : call_user(call, id);
}

void
relations_put_manager(Call *call)
{
  guint32 slot = call_user(call, call->args[0]);
  guint32 manager = slot == NONE ? NONE : referenced(call, FALSE);

  if (manager == NONE)
    return;
  tenant_user(call->sim->tenant, slot)->manager = manager;
  tenant_touch_user(call->sim->tenant, slot);
  call_empty(call, 204);
}

void
relations_delete_manager(Call *call)
{
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE)
    return;
  if (tenant_user(call->sim->tenant, slot)->manager == NONE) {
    call_not_found(call, "manager");
    return;
  }
  tenant_user(call->sim->tenant, slot)->manager = NONE;
  tenant_touch_user(call->sim->tenant, slot);
  call_empty(call, 204);
}

/* The targets of a chain of relations, as a list can page through. */
static GArray *
chain_targets(const Tenant *tenant, guint32 head, guint32 mark)
{
  GArray *targets = g_array_new(FALSE, FALSE, sizeof(guint32));
  guint32 target;

  while (head != NONE) {
    head = tenant_next(tenant, head, &target);
    target |= mark;
    g_array_append_val(targets, target);
  }
  return targets;
}

void
relations_list_sponsors(Call *call)
{
  g_auto(Query) query = {0};
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE || !query_read(call, &fields_schema, QUERY_SELECT | QUERY_TOP, &query))
    return;
  g_autoptr(GArray) targets =
      chain_targets(call->sim->tenant, tenant_user(call->sim->tenant, slot)->sponsors, 0);
  const ListSource source = {
      .targets = targets, .typed = TRUE, .context = "directoryObjects", .total = targets->len};
  listing_answer(call, &source, &query);
}

void
relations_add_sponsor(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  guint32 sponsor = slot == NONE ? NONE : referenced(call, TRUE);

  if (sponsor == NONE)
    return;
  User *user = tenant_user(tenant, slot);
  if (tenant_linked(tenant, user->sponsors, sponsor)) {
    call_bad(call, "One or more added object references already exist for the following modified "
                   "properties: 'sponsors'.");
    return;
  }
  g_autoptr(GArray) now = chain_targets(tenant, user->sponsors, 0);
  if (now->len >= SPONSORS_LIMIT) {
    call_bad(call, "A user can have up to %d sponsors.", SPONSORS_LIMIT);
    return;
  }
  tenant_link(tenant, &user->sponsors, sponsor);
  tenant_touch_user(tenant, slot);
  call_empty(call, 204);
}

void
relations_delete_sponsor(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE)
    return;
  guint32 sponsor = tenant_find_id(tenant, call->args[1]);
  guint32 group = tenant_find_group(tenant, call->args[1]);
  if (sponsor == NONE && group != NONE)
    sponsor = TARGET_GROUP | group;
  if (sponsor == NONE || !tenant_unlink(tenant, &tenant_user(tenant, slot)->sponsors, sponsor)) {
    call_not_found(call, call->args[1]);
    return;
  }
  tenant_touch_user(tenant, slot);
  call_empty(call, 204);
}

static const struct {
  guint flag;
  const char *id, *template_id, *name;
} roles[] = {
    {USER_ROLE_GLOBAL, "51515151-0000-4000-8000-000000000201",
     "62e90394-69f5-4237-9190-012177145e10", "Global Administrator"},
    {USER_ROLE_USERS, "51515151-0000-4000-8000-000000000202",
     "fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"},
    {USER_ROLE_AUTHENTICATION, "51515151-0000-4000-8000-000000000203",
     "c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator"},
};

static void
write_roles(GString *out, guint flags)
{
  for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
    if (!(flags & roles[i].flag))
      continue;
    out_comma(out);
    g_string_append(out, "{\"@odata.type\":\"#microsoft.graph.directoryRole\"");
    out_pair(out, "id", roles[i].id);
    out_pair(out, "displayName", roles[i].name);
    out_pair(out, "roleTemplateId", roles[i].template_id);
    g_string_append_c(out, '}');
  }
}

/* Direct or through other groups; `cast`: groups only. */
static void
answer_member_of(Call *call, gboolean transitive)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  gboolean cast = g_str_has_suffix(call->path, "/microsoft.graph.group");

  if (slot == NONE)
    return;
  GString *out = call_begin_entity(call, 200, cast ? "groups" : "directoryObjects");
  out_key(out, "value");
  g_string_append_c(out, '[');
  for (guint32 i = 0; i < tenant->groups->len; i++) {
    if (tenant_group(tenant, i)->gone ||
        !(transitive ? tenant_is_member_transitively(tenant, i, slot)
                     : tenant_is_member(tenant, i, slot)))
      continue;
    out_comma(out);
    listing_write_group_reference(call, out, i);
  }
  if (!cast)
    write_roles(out, tenant_user(tenant, slot)->flags);
  g_string_append(out, "]}");
}

void
relations_member_of(Call *call)
{
  answer_member_of(call, FALSE);
}

void
relations_transitive_member_of(Call *call)
{
  answer_member_of(call, TRUE);
}

void
relations_check_groups(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  const cJSON *body = slot == NONE ? NULL : call_json(call, FALSE), *item;
  const cJSON *ids = cJSON_GetObjectItemCaseSensitive(body, "groupIds");

  if (!body)
    return;
  if (!cJSON_IsArray(ids) || cJSON_GetArraySize(ids) > CHECK_LIMIT) {
    call_bad(call, "groupIds must be an array of up to %d ids.", CHECK_LIMIT);
    return;
  }
  GString *out = call_begin_entity(call, 200, "Collection(Edm.String)");
  out_key(out, "value");
  g_string_append_c(out, '[');
  cJSON_ArrayForEach(item, ids)
  {
    guint32 group = cJSON_IsString(item) ? tenant_find_group(tenant, item->valuestring) : NONE;
    if (group == NONE || !tenant_is_member_transitively(tenant, group, slot))
      continue;
    out_comma(out);
    out_string(out, tenant_group(tenant, group)->id, -1);
  }
  g_string_append(out, "]}");
}

/* The roles that somebody holds; contract 5. */
void
relations_list_roles(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  guint held = 0;

  for (guint32 i = 0; i < tenant->users->len; i++)
    if (!(tenant_user(tenant, i)->flags & (USER_DELETED | USER_GONE)))
      held |= tenant_user(tenant, i)->flags & USER_ROLES;
  GString *out = call_begin_entity(call, 200, "directoryRoles");
  out_key(out, "value");
  g_string_append_c(out, '[');
  write_roles(out, held);
  g_string_append(out, "]}");
}

void
relations_role_members(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  g_auto(Query) query = {0};
  g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(guint32));
  guint flag = 0;

  for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
    if (g_ascii_strcasecmp(call->args[0], roles[i].id) == 0)
      flag = roles[i].flag;
  if (!flag) {
    call_not_found(call, call->args[0]);
    return;
  }
  if (!query_read(call, &fields_schema, QUERY_SELECT | QUERY_TOP, &query))
    return;
  for (guint32 i = 0; i < tenant->users->len; i++)
    if (tenant_user(tenant, i)->flags & flag &&
        !(tenant_user(tenant, i)->flags & (USER_DELETED | USER_GONE)))
      g_array_append_val(targets, i);
  const ListSource source = {
      .targets = targets, .typed = TRUE, .context = "directoryObjects", .total = targets->len};
  listing_answer(call, &source, &query);
}
