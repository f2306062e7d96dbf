/* Reading the lines of a state file into the tenant. Writing them, and when, is
 * state.c's. */
#include "sim/state-private.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "sim/licences.h"
#include "sim/pack.h"
#include "sim/tenant.h"

static gint64
number(const cJSON *object, const char *name)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

  return cJSON_IsNumber(item) ? (gint64)item->valuedouble : 0;
}

static void
load_text(Tenant *tenant, User *user, const cJSON *text)
{
  const cJSON *item;

  if (user->flags & USER_OWNED)
    g_free(user->packed);
  user->flags &= ~(guint32)USER_OWNED;
  user->packed = NULL;
  user->packed_length = 0;
  cJSON_ArrayForEach(item, text)
  {
    gsize length;
    g_autofree guchar *bytes = g_base64_decode(item->valuestring, &length);
    pack_set(tenant, user, (int)g_ascii_strtoll(item->string, NULL, 10), (const char *)bytes,
             (gssize)length);
  }
}

static const char *
static_error(const char *error)
{
  static const char *const errors[] = {"CountViolation", "ProhibitedInUsageLocationViolation"};

  for (guint i = 0; error && i < G_N_ELEMENTS(errors); i++)
    if (strcmp(errors[i], error) == 0)
      return errors[i];
  return NULL;
}

/* As it was, whatever there are seats for now. */
static void
load_holding(Tenant *tenant, guint32 slot, const cJSON *item)
{
  int sku = (int)number(item, "sku"), group = (int)number(item, "group");

  if (sku < 0 || (guint)sku >= tenant->skus->len || group >= (int)tenant->groups->len)
    return;
  Sku *bought = &g_array_index(tenant->skus, Sku, sku);
  licences_give(tenant, slot, sku, group, number(item, "updated") * 1000);
  Holding *holding = &g_array_index(tenant->holdings, Holding, tenant_user(tenant, slot)->holding);
  gboolean was_active = holding->state == HOLDING_ACTIVE;
  holding->state = (guint8)number(item, "state");
  holding->error =
      static_error(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "error")));
  bought->consumed += (guint)(holding->state == HOLDING_ACTIVE) - (guint)was_active;
}

static void
load_relations(Tenant *tenant, guint32 slot, const cJSON *json, gint64 now)
{
  User *user = tenant_user(tenant, slot);
  const cJSON *item;

  while (user->memberships != NONE)
    tenant_leave(tenant, g_array_index(tenant->edges, Edge, user->memberships).target, slot);
  while (user->sponsors != NONE)
    tenant_unlink(tenant, &user->sponsors,
                  g_array_index(tenant->edges, Edge, user->sponsors).target);
  licences_drop_all(tenant, slot);
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "sponsors"))
      tenant_link(tenant, &user->sponsors, (guint32)item->valuedouble);
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(
                               json, "groups")) if (item->valuedouble < tenant->groups->len)
      tenant_join(tenant, (guint32)item->valuedouble, slot);
  const cJSON *holdings = cJSON_GetObjectItemCaseSensitive(json, "holdings");
  for (int i = cJSON_GetArraySize(holdings); i-- > 0;)
    load_holding(tenant, slot, cJSON_GetArrayItem(holdings, i));
  /* What was on its way when it was saved. */
  if (!(user->flags & USER_DELETED))
    licences_regain(tenant, slot, now);
  for (guint32 at = user->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    at = holding->next;
    if (holding->group >= 0 && !tenant_is_member(tenant, (guint32)holding->group, slot))
      licences_left(tenant, slot, (guint32)holding->group, now);
  }
}

static void
load_user(Sim *sim, const cJSON *json)
{
  Tenant *tenant = sim->tenant;
  guint32 slot = (guint32)number(json, "user");

  if (slot > tenant->users->len)
    return;
  gboolean fresh = slot == tenant->users->len;
  if (fresh)
    tenant_add_user(tenant);
  User *user = tenant_user(tenant, slot);
  if (!fresh && !(user->flags & USER_DELETED)) {
    tenant_unindex_name(tenant, slot);
    tenant->n_live--;
  }
  load_text(tenant, user, cJSON_GetObjectItemCaseSensitive(json, "text"));
  user->flags =
      (user->flags & USER_OWNED) | ((guint32)number(json, "flags") & ~(guint32)USER_OWNED);
  user->created = (guint32)number(json, "created");
  user->deleted = (guint32)number(json, "deleted");
  user->signed_in = (guint32)number(json, "signed_in");
  user->signed_in_quietly = (guint32)number(json, "signed_in_quietly");
  user->manager = (guint32)number(json, "manager");
  load_relations(tenant, slot, json, sim_now(sim));
  tenant_index_user(tenant, slot);
  if (user->flags & USER_DELETED)
    tenant_unindex_name(tenant, slot);
  else
    tenant->n_live++;
}

static void
replace(char **at, const cJSON *json, const char *name)
{
  g_free(*at);
  *at = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name)));
}

static void
load_group(Tenant *tenant, const cJSON *json)
{
  guint32 slot = (guint32)number(json, "group");
  const cJSON *item;

  if (slot > tenant->groups->len)
    return;
  if (slot == tenant->groups->len)
    tenant_add_group(tenant, NULL);
  Group *group = tenant_group(tenant, slot);
  replace(&group->display_name, json, "displayName");
  replace(&group->description, json, "description");
  replace(&group->mail_nickname, json, "mailNickname");
  group->created = number(json, "created");
  group->security = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "security"));
  group->mail_enabled = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "mailEnabled"));
  group->gone = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "gone"));
  group->dirty = TRUE;
  g_array_set_size(group->skus, 0);
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "skus"))
  {
    guint16 sku = (guint16)item->valueint;
    if (sku < tenant->skus->len)
      g_array_append_val(group->skus, sku);
  }
  for (guint i = group->members->len; i-- > 0;)
    if (g_array_index(group->members, guint32, i) != NONE &&
        g_array_index(group->members, guint32, i) & TARGET_GROUP)
      tenant_leave(tenant, slot, g_array_index(group->members, guint32, i));
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "nested"))
      tenant_join(tenant, slot, TARGET_GROUP | (guint32)item->valuedouble);
}

static void
load_pass(Tenant *tenant, const cJSON *json)
{
  Pass pass = {.user = (guint32)number(json, "pass"),
               .created = number(json, "created"),
               .start = number(json, "start"),
               .minutes = (guint)number(json, "minutes"),
               .once = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "once"))};
  const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "id"));

  g_strlcpy(pass.id, id ? id : "", sizeof pass.id);
  g_array_append_val(tenant->passes, pass);
}

gboolean
state_read_line(Sim *sim, const char *line)
{
  cJSON *json = cJSON_Parse(line);
  const cJSON *mail = cJSON_GetObjectItemCaseSensitive(json, "mail");

  if (!cJSON_IsObject(json)) {
    cJSON_Delete(json);
    return FALSE;
  }
  if (cJSON_GetObjectItemCaseSensitive(json, "user"))
    load_user(sim, json);
  else if (cJSON_GetObjectItemCaseSensitive(json, "group"))
    load_group(sim->tenant, json);
  else if (cJSON_GetObjectItemCaseSensitive(json, "pass"))
    load_pass(sim->tenant, json);
  else if (mail) {
    char *text = cJSON_PrintUnformatted(mail);
    g_ptr_array_add(sim->tenant->outbox, g_strdup(text));
    cJSON_free(text);
  }
  cJSON_Delete(json);
  return TRUE;
}
