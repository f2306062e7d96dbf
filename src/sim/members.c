/* The members of groups: listed, added, removed; contract 5. */
#include <string.h>

#include "sim/deltas.h"
#include "sim/groups.h"
#include "sim/licences.h"
#include "sim/listing.h"
#include "sim/out.h"
#include "sim/tenant.h"
#include "sim/users.h"

#define BIND_LIMIT 20

static gboolean
may_read_users(const Call *call)
{
  return call_may(call, "User.Read.All User.ReadBasic.All User.ReadWrite.All Directory.Read.All "
                        "Directory.ReadWrite.All");
}

static void
list_targets(Call *call, const GArray *targets, guint64 total, gboolean cast, guint allowed)
{
  g_auto(Query) query = {0};
  const ListSource source = {.targets = targets,
                             .typed = !cast,
                             .bare = !may_read_users(call),
                             .context = cast ? "users" : "directoryObjects",
                             .total = total};

  if (query_read(call, &fields_schema, QUERY_ALL | allowed, &query))
    listing_answer(call, &source, &query);
}

static void
list_direct(Call *call, gboolean cast)
{
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE)
    return;
  const Group *group = tenant_group(call->sim->tenant, slot);
  /* Deleted people stay linked, so that restoring finds their groups: count them out. */
  list_targets(call, group->members, G_MAXUINT64, cast, QUERY_FILTER_ADVANCED);
}

void
members_list(Call *call)
{
  list_direct(call, FALSE);
}

void
members_list_users(Call *call)
{
  list_direct(call, TRUE);
}

void
members_count(Call *call)
{
  g_auto(Query) query = {0};
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE || !query_read(call, &fields_schema, QUERY_FILTER | QUERY_SEARCH, &query))
    return;
  const ListSource source = {.targets = tenant_group(call->sim->tenant, slot)->members,
                             .typed = TRUE,
                             .total = G_MAXUINT64};
  listing_answer_count(call, &source, &query);
}

static void
collect(const Tenant *tenant, guint32 slot, guint8 *seen, gboolean groups, GArray *targets)
{
  const GArray *members = tenant_group(tenant, slot)->members;

  for (guint i = 0; i < members->len; i++) {
    guint32 target = g_array_index(members, guint32, i);
    if (target == NONE)
      continue;
    if (target & TARGET_GROUP) {
      if (groups)
        g_array_append_val(targets, target);
      collect(tenant, target & ~TARGET_GROUP, seen, groups, targets);
    } else if (!(seen[target / 8] & 1u << target % 8)) {
      seen[target / 8] |= (guint8)(1u << target % 8);
      g_array_append_val(targets, target);
    }
  }
}

static void
list_transitive(Call *call, gboolean cast)
{
  const Tenant *tenant = call->sim->tenant;
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE)
    return;
  if (cast && !(call->eventual && call_query(call, "$count"))) {
    call_error(call, 400, "Request_UnsupportedQuery",
               "The specified OData cast needs ConsistencyLevel: eventual and $count=true.");
    return;
  }
  g_autofree guint8 *seen = g_malloc0(tenant->users->len / 8 + 1);
  g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(guint32));
  collect(tenant, slot, seen, !cast, targets);
  list_targets(call, targets, G_MAXUINT64, cast, QUERY_ALL_ADVANCED);
}

void
members_list_transitive(Call *call)
{
  list_transitive(call, FALSE);
}

void
members_list_transitive_users(Call *call)
{
  list_transitive(call, TRUE);
}

void
members_list_errors(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE)
    return;
  g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(guint32));
  const GArray *members = tenant_group(tenant, slot)->members;
  for (guint i = 0; i < members->len; i++) {
    guint32 target = g_array_index(members, guint32, i);
    if (target & TARGET_GROUP)
      continue;
    for (guint32 at = tenant_user(tenant, target)->holding; at != NONE;) {
      const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
      at = holding->next;
      if (holding->state == HOLDING_ERROR && holding->group == (gint16)slot) {
        g_array_append_val(targets, target);
        break;
      }
    }
  }
  list_targets(call, targets, targets->len, FALSE, 0);
}

void
members_list_references(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  guint32 slot = call_group(call, call->args[0]);
  g_auto(Query) query = {0};
  guint64 next = 0;
  int written = 0;

  if (slot == NONE || !query_read(call, &fields_schema, QUERY_TOP, &query))
    return;
  const GArray *members = tenant_group(tenant, slot)->members;
  g_autofree char *root = call_root(call);
  GString *items = g_string_new("[");
  for (guint64 i = query.position; i < members->len; i++) {
    guint32 target = g_array_index(members, guint32, i);
    char id[37];
    if (target & TARGET_GROUP || tenant_user(tenant, target)->flags & USER_DELETED)
      continue;
    if (written++ == query.top) {
      next = i;
      break;
    }
    tenant_format_id(tenant_user(tenant, target)->id, id);
    out_comma(items);
    g_string_append_printf(items, "{\"@odata.id\":\"%s/directoryObjects/%s\"}", root, id);
  }
  GString *out = call_begin_entity(call, 200, "Collection($ref)");
  if (next)
    query_next_link(call, out, next);
  out_key(out, "value");
  g_string_append_len(out, items->str, (gssize)items->len);
  g_string_append(out, "]}");
  g_string_free(items, TRUE);
}

void
members_bad_cast(Call *call)
{
  call_error(call, 400, "Request_UnsupportedQuery",
             "The specified OData cast '%s' is not "
             "supported.",
             call->args[1]);
}

static gboolean
can_change(Call *call, guint32 slot)
{
  const Group *group = tenant_group(call->sim->tenant, slot);

  if (group->dynamic) {
    call_bad(call, "Insufficient privileges to complete the operation: the membership of a dynamic "
                   "group cannot be changed.");
    return FALSE;
  }
  if (group->synced) {
    call_bad(call, "Unable to update the specified properties for on-premises mastered Directory "
                   "Sync objects or objects currently undergoing migration.");
    return FALSE;
  }
  if (group->role_assignable && !call_may(call, "RoleManagement.ReadWrite.Directory")) {
    call_denied(call);
    return FALSE;
  }
  return TRUE;
}

/* The object with this id as a member of the group; NONE after answering. */
static guint32
find_target(Call *call, guint32 slot, const char *id)
{
  Tenant *tenant = call->sim->tenant;
  guint32 group = tenant_find_group(tenant, id);

  if (group == NONE)
    return call_user(call, id);
  /* No group may contain itself, however far down. */
  GQueue open = G_QUEUE_INIT;
  gboolean circle = group == slot;
  g_queue_push_tail(&open, GUINT_TO_POINTER(group));
  while (!circle && open.length) {
    guint32 at = GPOINTER_TO_UINT(g_queue_pop_head(&open));
    for (guint32 i = 0; i < tenant->groups->len; i++)
      if (tenant_is_member(tenant, at, TARGET_GROUP | i)) {
        circle |= i == slot;
        g_queue_push_tail(&open, GUINT_TO_POINTER(i));
      }
  }
  g_queue_clear(&open);
  if (!circle)
    return TARGET_GROUP | group;
  call_bad(call, "A group cannot be a member of itself.");
  return NONE;
}

static gboolean
check_new(Call *call, guint32 slot, guint32 target)
{
  if (!tenant_is_member(call->sim->tenant, slot, target))
    return TRUE;
  call_bad(call, "One or more added object references already exist for the following modified "
                 "properties: 'members'.");
  return FALSE;
}

static void
join(Call *call, guint32 slot, guint32 target)
{
  Tenant *tenant = call->sim->tenant;

  tenant_join(tenant, slot, target);
  tenant_touch(tenant);
  deltas_group(call->sim->deltas, slot, target, DELTA_CHANGED);
  if (target & TARGET_GROUP) {
    tenant_group(tenant, slot)->dirty = TRUE;
    return;
  }
  licences_joined(tenant, target, slot, call->now);
  tenant_touch_user(tenant, target);
}

void
members_add(Call *call)
{
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE || !can_change(call, slot))
    return;
  g_autofree char *id = call_reference(call);
  guint32 target = id ? find_target(call, slot, id) : NONE;
  if (target == NONE || !check_new(call, slot, target))
    return;
  join(call, slot, target);
  call_empty(call, 204);
}

void
members_add_without_ref(Call *call)
{
  call_bad(call, "Unsupported resource type 'DirectoryObject' for operation 'Create'.");
}

void
members_patch_ref(Call *call)
{
  call_bad(call, "Specified HTTP method is not allowed for the request target.");
}

gboolean
members_bind(Call *call, guint32 slot, const cJSON *urls)
{
  guint32 targets[BIND_LIMIT];
  guint n = 0;
  const cJSON *item;

  if (!can_change(call, slot))
    return FALSE;
  if (!cJSON_IsArray(urls) || cJSON_GetArraySize(urls) > BIND_LIMIT) {
    call_bad(call, "The number of references to be added exceeds the limit of %d.", BIND_LIMIT);
    return FALSE;
  }
  cJSON_ArrayForEach(item, urls)
  {
    g_autofree char *id = cJSON_IsString(item) ? call_reference_id(item->valuestring) : NULL;
    if (!id) {
      call_bad(call, "Invalid URL format specified in @odata.bind for 'members'.");
      return FALSE;
    }
    targets[n] = find_target(call, slot, id);
    if (targets[n] == NONE || !check_new(call, slot, targets[n]))
      return FALSE;
    for (guint i = 0; i < n; i++)
      if (targets[i] == targets[n]) {
        call_bad(call, "The reference '%s' can only be present once in 'members@odata.bind'.", id);
        return FALSE;
      }
    n++;
  }
  for (guint i = 0; i < n; i++)
    join(call, slot, targets[i]);
  return TRUE;
}

void
members_remove(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE || !can_change(call, slot))
    return;
  guint32 target = tenant_find_id(tenant, call->args[1]);
  guint32 group = tenant_find_group(tenant, call->args[1]);
  if (target == NONE && group != NONE)
    target = TARGET_GROUP | group;
  if (target == NONE || !tenant_leave(tenant, slot, target)) {
    call_not_found(call, call->args[1]);
    return;
  }
  tenant_touch(tenant);
  deltas_group(call->sim->deltas, slot, target, DELTA_DELETED);
  if (target & TARGET_GROUP) {
    tenant_group(tenant, slot)->dirty = TRUE;
  } else {
    licences_left(tenant, target, slot, call->now);
    tenant_touch_user(tenant, target);
  }
  call_empty(call, 204);
}

void
members_delete_user(Call *call)
{
  guint32 slot = call_group(call, call->args[0]);
  guint32 target = slot == NONE ? NONE : call_user(call, call->args[1]);

  if (target == NONE)
    return;
  if (!call_may(call, "User.ReadWrite.All Directory.ReadWrite.All")) {
    call_denied(call);
    return;
  }
  users_delete_slot(call, target);
  call_empty(call, 204);
}
