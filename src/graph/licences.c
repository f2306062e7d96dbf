/* Licences: seats of the tenant, and whether those of a group have reached a
 * user. Group-based licensing never fails with an HTTP error; what went wrong
 * stands in licenseAssignmentStates alone. Contract 6. */
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/pages-private.h"
#include <string.h>

#define MAX_SKUS 64

void
licence_judge_begin(LicenceJudge *judge)
{
  judge->found = 0;
  judge->by_group = judge->active = FALSE;
  judge->error[0] = '\0';
}

static gboolean
same(const char *a, const char *b)
{
  return a && b && g_ascii_strcasecmp(a, b) == 0;
}

void
licence_judge_add(LicenceJudge *judge, const char *sku_id, const char *by_group, const char *state,
                  const char *problem)
{
  gboolean ours = !judge->group_id || same(by_group, judge->group_id);
  gboolean bad = same(state, "Error") || same(state, "ActiveWithError") ||
                 (problem && *problem && !same(problem, "None"));
  if (ours && bad && !judge->error[0])
    g_strlcpy(judge->error, problem && *problem && !same(problem, "None") ? problem : "Other",
              sizeof judge->error);
  if (!same(state, "Active"))
    return;
  judge->active = TRUE;
  judge->by_group |= ours;
  for (guint i = 0; ours && judge->sku_ids && judge->sku_ids[i] && i < MAX_SKUS; i++)
    if (same(sku_id, judge->sku_ids[i]))
      judge->found |= G_GUINT64_CONSTANT(1) << i;
}

LicenceState
licence_judge_end(const LicenceJudge *judge)
{
  if (judge->error[0])
    return LICENCE_ERROR;
  /* No group, one that gives no licences, or one that we could not ask: any counts. */
  if (!judge->group_id || !judge->sku_ids || !judge->sku_ids[0])
    return judge->active ? LICENCE_OK : LICENCE_NONE;
  for (guint i = 0; judge->sku_ids[i] && i < MAX_SKUS; i++)
    if (!(judge->found >> i & 1))
      return LICENCE_PENDING;
  return LICENCE_OK;
}

gboolean
graph_licence_state(GraphClient *client, const char *user_id, const GraphGroup *group,
                    LicenceState *ret_state, char **ret_detail, GCancellable *cancellable,
                    GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Reading the licences of %s"), user_id);
  GraphCall call = {.endpoint = "users.get",
                    .id = user_id,
                    .query = "$select=id,licenseAssignmentStates",
                    .what = what};
  g_autoptr(cJSON) tree = graph_send_json(client, &call, NULL, cancellable, error);
  if (!tree)
    return FALSE;
  LicenceJudge judge = {.group_id = group ? group->id : NULL,
                        .sku_ids = group ? (const char *const *)group->sku_ids : NULL};
  const cJSON *entry;
  licence_judge_begin(&judge);
  cJSON_ArrayForEach(entry, json_array(tree, "licenseAssignmentStates"))
  {
    licence_judge_add(&judge, json_string(entry, "skuId"), json_string(entry, "assignedByGroup"),
                      json_string(entry, "state"), json_string(entry, "error"));
  }
  *ret_state = licence_judge_end(&judge);
  if (ret_detail)
    *ret_detail = judge.error[0] ? g_utf8_make_valid(judge.error, -1) : NULL;
  return TRUE;
}

void
graph_sku_free(GraphSku *sku)
{
  if (!sku)
    return;
  g_free(sku->sku_id);
  g_free(sku->part_number);
  g_free(sku);
}

static gboolean
collect_sku(const cJSON *object, gpointer skus)
{
  const char *id = json_string(object, "skuId"), *name = json_string(object, "skuPartNumber");
  if (!id)
    return TRUE;
  GraphSku *sku = g_new0(GraphSku, 1);
  sku->sku_id = g_strdup(id);
  sku->part_number = g_strdup(name ? name : id);
  sku->seats = json_int(json_object(object, "prepaidUnits"), "enabled", 0);
  sku->used = json_int(object, "consumedUnits", 0);
  g_ptr_array_add(skus, sku);
  return TRUE;
}

GPtrArray *
graph_skus(GraphClient *client, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "licences.list",
                    .query = "$select=skuId,skuPartNumber,consumedUnits,prepaidUnits",
                    .what = _("Reading the licences of the tenant")};
  g_autoptr(GPtrArray) skus = g_ptr_array_new_with_free_func((GDestroyNotify)graph_sku_free);
  return graph_each(client, &call, collect_sku, skus, cancellable, error) ? g_steal_pointer(&skus)
                                                                          : NULL;
}
