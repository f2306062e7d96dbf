/* Requests about licences. How they take effect is licences.c's; contract 6. */
#include "sim/licensing.h"

#include <string.h>

#include "sim/licences.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"
#include "sim/user-json.h"

void
licensing_details(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE)
    return;
  GString *out = call_begin_entity(call, 200, "licenseDetails");
  g_string_append(out, ",\"value\":[");
  for (guint32 at = tenant_user(tenant, slot)->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    const Sku *sku = &g_array_index(tenant->skus, Sku, holding->sku);
    at = holding->next;
    if (holding->state != HOLDING_ACTIVE)
      continue;
    out_comma(out);
    g_string_append_c(out, '{');
    out_pair(out, "id", sku->id);
    out_pair(out, "skuId", sku->sku_id);
    out_pair(out, "skuPartNumber", sku->part_number);
    g_string_append(out, ",\"servicePlans\":[{");
    out_pair(out, "servicePlanId", sku->plan_id);
    out_pair(out, "servicePlanName", sku->plan_name);
    out_pair(out, "provisioningStatus", "Success");
    out_pair(out, "appliesTo", "User");
    g_string_append(out, "}]}");
  }
  g_string_append(out, "]}");
}

typedef struct {
  GArray *add, *remove; /* int */
} Change;

static void
change_clear(Change *change)
{
  g_clear_pointer(&change->add, g_array_unref);
  g_clear_pointer(&change->remove, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, change_clear)

static gboolean
take_sku(Call *call, const char *id, GArray *into)
{
  int sku = id ? licences_find(call->sim->tenant, id) : -1;

  if (sku < 0) {
    call_bad(call, "License %s does not correspond to a valid company License.", id ? id : "");
    return FALSE;
  }
  g_array_append_val(into, sku);
  return TRUE;
}

static gboolean
read_change(Call *call, Change *change)
{
  const cJSON *body = call_json(call, FALSE), *entry;
  const cJSON *add = cJSON_GetObjectItemCaseSensitive(body, "addLicenses");
  const cJSON *remove = cJSON_GetObjectItemCaseSensitive(body, "removeLicenses");

  change->add = g_array_new(FALSE, FALSE, sizeof(int));
  change->remove = g_array_new(FALSE, FALSE, sizeof(int));
  if (!body)
    return FALSE;
  if (!cJSON_IsArray(add) || !cJSON_IsArray(remove)) {
    call_bad(call, "One or more parameters of the operation 'assignLicense' are missing from the "
                   "request payload. The missing parameters are: addLicenses, removeLicenses.");
    return FALSE;
  }
  cJSON_ArrayForEach(entry, add)
  {
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "skuId"));
    if (!take_sku(call, id, change->add))
      return FALSE;
  }
  cJSON_ArrayForEach(
      entry, remove) if (!take_sku(call, cJSON_GetStringValue(entry), change->remove)) return FALSE;
  return TRUE;
}

static void
answer_user(Call *call, guint32 slot)
{
  GString *out = call_begin_entity(call, 200, "users/$entity");

  tenant_touch_user(call->sim->tenant, slot);
  user_json_fields(out, call->sim->tenant, slot,
                   fields_default | UF_BIT(UF_ASSIGNED_LICENSES) | UF_BIT(UF_LICENSE_STATES));
  g_string_append_c(out, '}');
}

void
licensing_assign_user(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  g_auto(Change) change = {0};
  guint32 slot = call_user(call, call->args[0]);
  gsize length;

  if (slot == NONE || !read_change(call, &change))
    return;
  if (change.add->len && !pack_get(tenant, tenant_user(tenant, slot), UF_USAGE_LOCATION, &length)) {
    call_bad(call, "License assignment cannot be done for user with invalid usage location.");
    return;
  }
  for (guint i = 0; i < change.add->len; i++) {
    const Sku *sku = &g_array_index(tenant->skus, Sku, g_array_index(change.add, int, i));
    if (sku->consumed < sku->enabled)
      continue;
    call_bad(call, "Subscription with SKU %s does not have any available licenses.", sku->sku_id);
    return;
  }
  for (guint i = 0; i < change.remove->len; i++)
    licences_take(tenant, slot, g_array_index(change.remove, int, i), -1);
  for (guint i = 0; i < change.add->len; i++)
    licences_give(tenant, slot, g_array_index(change.add, int, i), -1, call->now);
  answer_user(call, slot);
}

static void
each_member(Call *call, guint32 group, int sku, gboolean add)
{
  Tenant *tenant = call->sim->tenant;
  const GArray *members = tenant_group(tenant, group)->members;

  for (guint i = 0; i < members->len; i++) {
    guint32 target = g_array_index(members, guint32, i);
    if (target & TARGET_GROUP || tenant_user(tenant, target)->flags & USER_DELETED)
      continue;
    if (add)
      licences_joined(tenant, target, group, call->now);
    else
      licences_take(tenant, target, sku, (int)group);
    tenant_touch_user(tenant, target);
  }
}

void
licensing_assign_group(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  g_auto(Change) change = {0};
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE || !read_change(call, &change))
    return;
  Group *group = tenant_group(tenant, slot);
  for (guint i = 0; i < change.remove->len; i++)
    for (guint j = group->skus->len; j-- > 0;)
      if (g_array_index(group->skus, guint16, j) == g_array_index(change.remove, int, i)) {
        g_array_remove_index(group->skus, j);
        each_member(call, slot, g_array_index(change.remove, int, i), FALSE);
      }
  for (guint i = 0; i < change.add->len; i++) {
    guint16 sku = (guint16)g_array_index(change.add, int, i);
    gboolean known = FALSE;
    for (guint j = 0; j < group->skus->len; j++)
      known |= g_array_index(group->skus, guint16, j) == sku;
    if (!known)
      g_array_append_val(group->skus, sku);
  }
  if (change.add->len)
    each_member(call, slot, 0, TRUE);
  group->dirty = TRUE;
  tenant_touch(tenant);
  GString *out = call_begin_entity(call, 202, "groups/$entity");
  out_pair(out, "id", group->id);
  out_pair(out, "displayName", group->display_name);
  out_pair(out, "description", group->description);
  out_pair(out, "mailNickname", group->mail_nickname);
  g_string_append_c(out, '}');
}

void
licensing_reprocess(Call *call)
{
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE)
    return;
  licences_reprocess(call->sim->tenant, slot, call->now);
  licences_regain(call->sim->tenant, slot, call->now);
  answer_user(call, slot);
}
