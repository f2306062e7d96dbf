/* Licences and seats: the state, not the requests (those are licensing.c's).
 * An error of a group's licence shows only in the user's state, never as an
 * HTTP error: so does Graph. */
#include "sim/licences.h"

#include <string.h>

#include "sim/pack.h"

static const Sku bought[] = {
    {"51515151-0000-4000-8000-000000000001_3b555118-da6a-4418-894f-7df1e2096870",
     "3b555118-da6a-4418-894f-7df1e2096870", "O365_BUSINESS_ESSENTIALS",
     "9aaf7827-d63c-4b61-89c3-182f06f82e5c", "EXCHANGE_S_STANDARD"},
    {"51515151-0000-4000-8000-000000000001_6fd2c87f-b296-42f0-b197-1e91e994b900",
     "6fd2c87f-b296-42f0-b197-1e91e994b900", "ENTERPRISEPACK",
     "efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE", 40},
    {"51515151-0000-4000-8000-000000000001_078d2b04-f1bd-4111-bbd6-b4b1b354cef4",
     "078d2b04-f1bd-4111-bbd6-b4b1b354cef4", "AAD_PREMIUM", "41781fb2-bc02-4b7c-bd55-b576c07bb09d",
     "AAD_PREMIUM", 100},
};

void
licences_setup(Tenant *tenant, guint seats)
{
  g_array_append_vals(tenant->skus, bought, tenant->premium ? 3 : 2);
  g_array_index(tenant->skus, Sku, 0).enabled = seats;
}

int
licences_find(const Tenant *tenant, const char *sku_id)
{
  for (guint i = 0; i < tenant->skus->len; i++)
    if (g_ascii_strcasecmp(g_array_index(tenant->skus, Sku, i).sku_id, sku_id) == 0)
      return (int)i;
  return -1;
}

static guint32 *
find_holding(Tenant *tenant, guint32 slot, int sku, int group)
{
  guint32 *at = &tenant_user(tenant, slot)->holding;

  for (; *at != NONE; at = &g_array_index(tenant->holdings, Holding, *at).next) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, *at);
    if (holding->sku == sku && holding->group == group)
      return at;
  }
  return NULL;
}

/* A seat is taken once per user, however many ways lead to the licence. */
static gboolean
has_seat(const Tenant *tenant, guint32 slot, int sku)
{
  for (guint32 at = tenant_user(tenant, slot)->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    if (holding->sku == sku && holding->state == HOLDING_ACTIVE)
      return TRUE;
    at = holding->next;
  }
  return FALSE;
}

static void
activate(Tenant *tenant, guint32 slot, Holding *holding, gint64 now)
{
  Sku *sku = &g_array_index(tenant->skus, Sku, holding->sku);
  gsize length;

  holding->updated = (guint32)(now / 1000);
  holding->state = HOLDING_ERROR;
  if (!pack_get(tenant, tenant_user(tenant, slot), UF_USAGE_LOCATION, &length)) {
    holding->error = "ProhibitedInUsageLocationViolation";
  } else if (!has_seat(tenant, slot, holding->sku) && sku->consumed >= sku->enabled) {
    holding->error = "CountViolation";
  } else {
    sku->consumed += !has_seat(tenant, slot, holding->sku);
    holding->state = HOLDING_ACTIVE;
    holding->error = NULL;
  }
}

void
licences_give(Tenant *tenant, guint32 slot, int sku, int group, gint64 now)
{
  if (find_holding(tenant, slot, sku, group))
    return;
  guint32 number = tenant->free_holding;
  Holding fresh = {.sku = (guint16)sku, .group = (gint16)group, .state = HOLDING_ERROR};
  if (number != NONE) {
    tenant->free_holding = g_array_index(tenant->holdings, Holding, number).next;
  } else {
    number = tenant->holdings->len;
    g_array_append_val(tenant->holdings, fresh);
  }
  fresh.next = tenant_user(tenant, slot)->holding;
  Holding *holding = &g_array_index(tenant->holdings, Holding, number);
  *holding = fresh;
  activate(tenant, slot, holding, now);
  tenant_user(tenant, slot)->holding = number;
}

static void
take_at(Tenant *tenant, guint32 slot, guint32 *at)
{
  guint32 number = *at;
  Holding *holding = &g_array_index(tenant->holdings, Holding, number);
  guint16 sku = holding->sku;
  gboolean active = holding->state == HOLDING_ACTIVE;

  *at = holding->next;
  holding->next = tenant->free_holding;
  tenant->free_holding = number;
  if (active && !has_seat(tenant, slot, sku))
    g_array_index(tenant->skus, Sku, sku).consumed--;
}

void
licences_take(Tenant *tenant, guint32 slot, int sku, int group)
{
  guint32 *at = find_holding(tenant, slot, sku, group);

  if (at)
    take_at(tenant, slot, at);
}

void
licences_drop_all(Tenant *tenant, guint32 slot)
{
  while (tenant_user(tenant, slot)->holding != NONE)
    take_at(tenant, slot, &tenant_user(tenant, slot)->holding);
}

void
licences_reprocess(Tenant *tenant, guint32 slot, gint64 now)
{
  for (guint32 at = tenant_user(tenant, slot)->holding; at != NONE;) {
    Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    if (holding->state == HOLDING_ERROR)
      activate(tenant, slot, holding, now);
    at = holding->next;
  }
}

static void
queue(Tenant *tenant, guint32 user, guint32 group, gint64 now, gboolean remove)
{
  const GArray *skus = tenant_group(tenant, group)->skus;

  for (guint i = 0; i < skus->len; i++) {
    Pending *pending = g_new0(Pending, 1);
    *pending = (Pending){.due = now + LICENCES_DELAY_MS,
                         .user = user,
                         .group = (gint16)group,
                         .sku = g_array_index(skus, guint16, i),
                         .remove = remove};
    g_queue_push_tail(&tenant->pending, pending);
  }
}

void
licences_joined(Tenant *tenant, guint32 user, guint32 group, gint64 now)
{
  queue(tenant, user, group, now, FALSE);
}

void
licences_left(Tenant *tenant, guint32 user, guint32 group, gint64 now)
{
  queue(tenant, user, group, now, TRUE);
}

void
licences_regain(Tenant *tenant, guint32 slot, gint64 now)
{
  guint32 group;

  for (guint32 at = tenant_user(tenant, slot)->memberships; at != NONE;) {
    at = tenant_next(tenant, at, &group);
    queue(tenant, slot, group, now, FALSE);
  }
}

static void
settle_one(Tenant *tenant, const Pending *pending)
{
  const User *user = tenant_user(tenant, pending->user);
  gboolean member = tenant_is_member(tenant, (guint32)pending->group, pending->user);

  if (user->flags & USER_DELETED || member == pending->remove)
    return; /* it has changed again since */
  if (pending->remove)
    licences_take(tenant, pending->user, pending->sku, pending->group);
  else
    licences_give(tenant, pending->user, pending->sku, pending->group, pending->due);
  tenant_touch_user(tenant, pending->user);
}

void
licences_settle(Tenant *tenant, gint64 now)
{
  const Pending *head;

  while ((head = g_queue_peek_head(&tenant->pending)) && head->due <= now) {
    g_autofree Pending *pending = g_queue_pop_head(&tenant->pending);
    settle_one(tenant, pending);
  }
}
