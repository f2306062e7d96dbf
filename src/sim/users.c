/* Reading, creating, changing and removing users. What may be written is
 * checks.c's, how they are listed listing.c's; contract 4.1 to 4.4. */
#include "sim/users.h"

#include <string.h>

#include "sim/checks.h"
#include "sim/deltas.h"
#include "sim/faults.h"
#include "sim/licences.h"
#include "sim/listing.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"
#include "sim/user-json.h"

void
users_list(Call *call)
{
  g_auto(Query) query = {0};
  const ListSource source = {.context = "users", .total = call->sim->tenant->n_live};

  if (query_read(call, &fields_schema, QUERY_ALL, &query))
    listing_answer(call, &source, &query);
}

void
users_count(Call *call)
{
  g_auto(Query) query = {0};
  const ListSource source = {.context = "users", .total = call->sim->tenant->n_live};

  if (query_read(call, &fields_schema, QUERY_FILTER | QUERY_SEARCH | QUERY_COUNT, &query))
    listing_answer_count(call, &source, &query);
}

void
users_get(Call *call)
{
  g_auto(Query) query = {0};
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE || !query_read(call, &fields_schema, QUERY_SELECT | QUERY_EXPAND, &query))
    return;
  g_autofree char *context = query.select_text
                                 ? g_strdup_printf("users(%s)/$entity", query.select_text)
                                 : g_strdup("users/$entity");
  GString *out = call_begin_entity(call, 200, context);
  user_json_fields(out, call->sim->tenant, slot, query.select);
  listing_write_expansions(call, out, slot, &query);
  g_string_append_c(out, '}');
}

void
users_create(Call *call)
{
  Sim *sim = call->sim;
  const cJSON *body = call_json(call, FALSE);

  if (!body || !checks_user(call, body, NONE))
    return;
  guint32 slot = tenant_add_user(sim->tenant);
  User *user = tenant_user(sim->tenant, slot);
  user->created = (guint32)(call->now / 1000);
  user->visible_from = call->now + faults_replication(sim->faults);
  checks_apply(call, body, slot);
  tenant_index_user(sim->tenant, slot);
  sim->tenant->n_live++;
  tenant_touch_user(sim->tenant, slot);
  deltas_user(sim->deltas, slot, DELTA_CHANGED);
  GString *out = call_begin_entity(call, 201, "users/$entity");
  char id[37];
  tenant_format_id(tenant_user(sim->tenant, slot)->id, id);
  g_autofree char *root = call_root(call);
  call_header(call, "Location", "%s/users/%s", root, id);
  user_json_fields(out, sim->tenant, slot, fields_default);
  g_string_append_c(out, '}');
}

/* A password needs more than the right to write users, and so does the leave date;
 * some narrow changes need less. */
static gboolean
may_update(Call *call, const cJSON *body, gboolean self)
{
  const cJSON *item;

  cJSON_ArrayForEach(item, body)
  {
    const char *needed = "User.ReadWrite.All Directory.ReadWrite.All User.ManageIdentities.All";
    if (strcmp(item->string, "passwordProfile") == 0)
      needed = "User-PasswordProfile.ReadWrite.All Directory.AccessAsUser.All";
    else if (strcmp(item->string, "employeeLeaveDateTime") == 0)
      needed = "User-LifeCycleInfo.ReadWrite.All";
    else if (strcmp(item->string, "accountEnabled") == 0)
      needed = "User.ReadWrite.All Directory.ReadWrite.All User.EnableDisableAccount.All";
    else if (strcmp(item->string, "otherMails") == 0)
      needed = "User.ReadWrite.All Directory.ReadWrite.All User-Mail.ReadWrite.All";
    else if (self && call_may(call, "User.ReadWrite"))
      continue;
    if (!call_may(call, needed))
      return FALSE;
  }
  return TRUE;
}

void
users_update(Call *call)
{
  Sim *sim = call->sim;
  guint32 slot = call_user(call, call->args[0]);
  const cJSON *body = slot == NONE ? NULL : call_json(call, FALSE);
  gboolean self = call_delegated(call) && tenant_find_user(sim->tenant, call->claims.user) == slot;

  if (!body)
    return;
  if (!may_update(call, body, self)) {
    call_denied(call);
    return;
  }
  if (!checks_user(call, body, slot))
    return;
  checks_apply(call, body, slot);
  tenant_touch_user(sim->tenant, slot);
  deltas_user(sim->deltas, slot, DELTA_CHANGED);
  call_empty(call, 204);
}

void
users_delete_slot(Call *call, guint32 slot)
{
  Tenant *tenant = call->sim->tenant;
  User *user = tenant_user(tenant, slot);
  g_autofree char *name = pack_dup(tenant, user, UF_USER_PRINCIPAL_NAME);
  char id[37], plain[33], *at = plain;

  tenant_format_id(user->id, id);
  for (const char *from = id; *from; from++)
    if (*from != '-')
      *at++ = *from;
  *at = 0;
  g_autofree char *moved = g_strconcat(plain, name, NULL);
  g_autofree char *mail = pack_dup(tenant, user, UF_MAIL);
  tenant_unindex_name(tenant, slot);
  pack_set(tenant, user, UF_USER_PRINCIPAL_NAME, moved, -1);
  pack_set(tenant, user, UF_DELETED_NAME, name, -1);
  pack_set(tenant, user, UF_MAIL, mail, -1); /* it may have been stored as "the same" */
  user->flags |= USER_DELETED;
  user->deleted = (guint32)(call->now / 1000);
  licences_drop_all(tenant, slot);
  tenant->n_live--;
  tenant_touch_user(tenant, slot);
  deltas_user(call->sim->deltas, slot, DELTA_DELETED);
}

void
users_delete(Call *call)
{
  guint32 slot = call_user(call, call->args[0]);

  if (slot == NONE)
    return;
  const User *user = tenant_user(call->sim->tenant, slot);
  if (user->flags & USER_ROLES && call_delegated(call)) {
    guint32 own = tenant_find_user(call->sim->tenant, call->claims.user);
    if (own == NONE || !(tenant_user(call->sim->tenant, own)->flags & USER_ROLE_GLOBAL)) {
      call_denied(call);
      return;
    }
  }
  users_delete_slot(call, slot);
  call_empty(call, 204);
}

void
users_revoke_sessions(Call *call)
{
  guint32 slot = call_user(call, call->args[0]);
  char date[21];

  if (slot == NONE)
    return;
  User *user = tenant_user(call->sim->tenant, slot);
  /* It has no effect on guests, who sign in at home; the answer is the same. */
  if (!(user->flags & USER_GUEST)) {
    out_format_date(call->now / 1000 + 1, date);
    pack_set(call->sim->tenant, user, UF_SESSIONS_FROM, date, 20);
    tenant_touch_user(call->sim->tenant, slot);
  }
  GString *out = call_begin_entity(call, 200, "Edm.Boolean");
  g_string_append(out, ",\"value\":true}");
}
