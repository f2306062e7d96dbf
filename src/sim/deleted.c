/* The deleted container: kept for 30 days, restored or purged; contract 4.4. */
#include <string.h>

#include "sim/checks.h"
#include "sim/deltas.h"
#include "sim/licences.h"
#include "sim/listing.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"
#include "sim/user-json.h"
#include "sim/users.h"

#define KEPT_SECONDS (30 * 86400)

/* What is too old is gone for good. */
static void
purge_old(Call *call)
{
  Tenant *tenant = call->sim->tenant;

  for (guint32 i = 0; i < tenant->users->len; i++) {
    const User *user = tenant_user(tenant, i);
    if ((user->flags & (USER_DELETED | USER_GONE)) == USER_DELETED &&
        user->deleted + KEPT_SECONDS < call->now / 1000)
      tenant_purge_user(tenant, i);
  }
}

void
deleted_list(Call *call)
{
  g_auto(Query) query = {0};
  const ListSource source = {.deleted = TRUE, .context = "users", .total = G_MAXUINT64};

  purge_old(call);
  if (query_read(call, &fields_schema, QUERY_ALL & ~QUERY_EXPAND, &query))
    listing_answer(call, &source, &query);
}

void
deleted_list_without_cast(Call *call)
{
  call_error(call, 400, "Request_UnsupportedQuery",
             "The query specifies no type; use /directory/deletedItems/microsoft.graph.user.");
}

static guint32
find_deleted(Call *call)
{
  guint32 slot = tenant_find_id(call->sim->tenant, call->args[0]);

  purge_old(call);
  if (slot == NONE ||
      (tenant_user(call->sim->tenant, slot)->flags & (USER_DELETED | USER_GONE)) != USER_DELETED) {
    call_not_found(call, call->args[0]);
    return NONE;
  }
  return slot;
}

void
deleted_get(Call *call)
{
  g_auto(Query) query = {0};
  guint32 slot = find_deleted(call);

  if (slot == NONE || !query_read(call, &fields_schema, QUERY_SELECT, &query))
    return;
  GString *out = call_begin_entity(call, 200, "directoryObjects/$entity");
  out_pair(out, "@odata.type", "#microsoft.graph.user");
  user_json_fields(out, call->sim->tenant, slot, query.select);
  g_string_append_c(out, '}');
}

static gboolean
restore_as(Call *call, guint32 slot, const char *name)
{
  Tenant *tenant = call->sim->tenant;

  if (!checks_user_name(call, name, slot))
    return FALSE;
  User *user = tenant_user(tenant, slot);
  pack_set(tenant, user, UF_USER_PRINCIPAL_NAME, name, -1);
  pack_set(tenant, user, UF_DELETED_NAME, NULL, 0);
  user->flags &= ~(guint32)USER_DELETED;
  user->deleted = 0;
  tenant_index_user(tenant, slot);
  tenant->n_live++;
  licences_regain(tenant, slot, call->now);
  tenant_touch_user(tenant, slot);
  deltas_user(call->sim->deltas, slot, DELTA_CHANGED);
  return TRUE;
}

void
deleted_restore(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = find_deleted(call);
  const cJSON *body = slot == NONE ? NULL : call_json(call, TRUE);

  if (!body)
    return;
  const char *wanted =
      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "newUserPrincipalName"));
  g_autofree char *old = pack_dup(tenant, tenant_user(tenant, slot), UF_DELETED_NAME);
  if (!restore_as(call, slot, wanted ? wanted : old))
    return;
  GString *out = call_begin_entity(call, 200, "directoryObjects/$entity");
  out_pair(out, "@odata.type", "#microsoft.graph.user");
  user_json_fields(out, tenant, slot, fields_default);
  g_string_append_c(out, '}');
}

void
deleted_purge(Call *call)
{
  guint32 slot = find_deleted(call);

  if (slot == NONE)
    return;
  if (!call_delegated(call)) { /* documented for people only */
    call_denied(call);
    return;
  }
  tenant_purge_user(call->sim->tenant, slot);
  deltas_user(call->sim->deltas, slot, DELTA_PURGED);
  call_empty(call, 204);
}
