/* Chains of relations and membership of groups, both sides kept together.
 * Part of the tenant; see tenant.h. */
#include "sim/tenant.h"

void
tenant_link(Tenant *tenant, guint32 *head, guint32 target)
{
  Edge edge = {.target = target, .next = NONE};
  guint32 slot = tenant->free_edge;
  gboolean reuse = slot != NONE;

  if (reuse)
    tenant->free_edge = g_array_index(tenant->edges, Edge, slot).next;
  else
    slot = tenant->edges->len;
  /* At the end, so that the order of adding is the order of showing. */
  if (*head == NONE) {
    *head = slot;
  } else {
    guint32 at = *head;
    while (g_array_index(tenant->edges, Edge, at).next != NONE)
      at = g_array_index(tenant->edges, Edge, at).next;
    g_array_index(tenant->edges, Edge, at).next = slot;
  }
  if (reuse)
    g_array_index(tenant->edges, Edge, slot) = edge;
  else
    g_array_append_val(tenant->edges, edge);
}

gboolean
tenant_unlink(Tenant *tenant, guint32 *head, guint32 target)
{
  for (guint32 *at = head; *at != NONE; at = &g_array_index(tenant->edges, Edge, *at).next) {
    Edge *edge = &g_array_index(tenant->edges, Edge, *at);
    if (edge->target != target)
      continue;
    guint32 slot = *at;
    *at = edge->next;
    edge->next = tenant->free_edge;
    tenant->free_edge = slot;
    return TRUE;
  }
  return FALSE;
}

guint32
tenant_next(const Tenant *tenant, guint32 edge, guint32 *ret_target)
{
  const Edge *at = &g_array_index(tenant->edges, Edge, edge);

  *ret_target = at->target;
  return at->next;
}

gboolean
tenant_linked(const Tenant *tenant, guint32 head, guint32 target)
{
  guint32 found;

  while (head != NONE) {
    head = tenant_next(tenant, head, &found);
    if (found == target)
      return TRUE;
  }
  return FALSE;
}

gboolean
tenant_is_member(const Tenant *tenant, guint32 group, guint32 target)
{
  if (!(target & TARGET_GROUP))
    return tenant_linked(tenant, tenant_user(tenant, target)->memberships, group);
  const GArray *members = tenant_group(tenant, group)->members;
  for (guint i = 0; i < members->len; i++)
    if (g_array_index(members, guint32, i) == target)
      return TRUE;
  return FALSE;
}

gboolean
tenant_is_member_transitively(const Tenant *tenant, guint32 group, guint32 user)
{
  /* Nested groups are few, and none contains itself (joining refuses that). */
  if (tenant_is_member(tenant, group, user))
    return TRUE;
  for (guint32 i = 0; i < tenant->groups->len; i++)
    if (i != group && tenant_is_member(tenant, group, TARGET_GROUP | i) &&
        tenant_is_member_transitively(tenant, i, user))
      return TRUE;
  return FALSE;
}

gboolean
tenant_join(Tenant *tenant, guint32 group, guint32 target)
{
  Group *joined = tenant_group(tenant, group);

  if (tenant_is_member(tenant, group, target))
    return FALSE;
  g_array_append_val(joined->members, target);
  joined->n_members++;
  if (!(target & TARGET_GROUP))
    tenant_link(tenant, &tenant_user(tenant, target)->memberships, group);
  return TRUE;
}

gboolean
tenant_leave(Tenant *tenant, guint32 group, guint32 target)
{
  Group *left = tenant_group(tenant, group);

  if (!(target & TARGET_GROUP) &&
      !tenant_unlink(tenant, &tenant_user(tenant, target)->memberships, group))
    return FALSE;
  for (guint i = 0; i < left->members->len; i++) {
    if (g_array_index(left->members, guint32, i) != target)
      continue;
    /* The place stays empty, so that pages in progress keep their position. */
    g_array_index(left->members, guint32, i) = NONE;
    left->n_members--;
    return TRUE;
  }
  return FALSE;
}
