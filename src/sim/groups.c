/* Reading, making, changing and removing groups. Their members are members.c's. */
#include "sim/groups.h"

#include <string.h>

#include "sim/deltas.h"
#include "sim/faults.h"
#include "sim/group-json.h"
#include "sim/listing.h"
#include "sim/out.h"
#include "sim/tenant.h"

static void
write_members_expansion(Call *call, GString *out, const Group *group, const Query *query)
{
  guint written = 0;

  if (!query->members.wanted)
    return;
  out_key(out, "members");
  g_string_append_c(out, '[');
  for (guint i = 0; i < group->members->len && written < 20; i++) {
    guint32 target = g_array_index(group->members, guint32, i);
    if (target & TARGET_GROUP)
      continue;
    written++;
    out_comma(out);
    listing_write_user(call, out, target, query->members.select, TRUE);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static gboolean
matches(const Call *call, const Query *query, guint32 slot)
{
  const Tenant *tenant = call->sim->tenant;
  const Group *group = tenant_group(tenant, slot);

  return !group->gone && group->visible_from <= call->now &&
         (!query->filter || odata_filter_match(query->filter, tenant, group)) &&
         (!query->search || odata_search_match(query->search, tenant, group));
}

typedef struct {
  const Tenant *tenant;
  gboolean descending;
} SortBy;

static int
compare_names(gconstpointer a, gconstpointer b, gpointer data)
{
  const SortBy *by = data;
  const char *x = tenant_group(by->tenant, *(const guint32 *)a)->display_name;
  const char *y = tenant_group(by->tenant, *(const guint32 *)b)->display_name;
  int order = odata_compare(x, strlen(x), y, strlen(y));

  return by->descending ? -order : order;
}

static GArray *
matching(const Call *call, const Query *query)
{
  GArray *slots = g_array_new(FALSE, FALSE, sizeof(guint32));

  for (guint32 i = 0; i < call->sim->tenant->groups->len; i++)
    if (matches(call, query, i))
      g_array_append_val(slots, i);
  if (query->order) {
    SortBy by = {call->sim->tenant, query->descending};
    g_array_sort_with_data(slots, compare_names, &by);
  }
  return slots;
}

void
groups_list(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  g_auto(Query) query = {0};
  gboolean good;
  g_auto(GStrv) select = group_json_select(call, &good);

  if (!good || !query_read(call, &group_json_schema, QUERY_ALL, &query))
    return;
  g_autoptr(GArray) slots = matching(call, &query);
  GString *out = call_begin_entity(call, 200, "groups");
  if (query.count && !query.later_page)
    out_pair_int(out, "@odata.count", slots->len);
  guint64 end = MIN(slots->len, query.position + (guint)query.top);
  if (end < slots->len)
    query_next_link(call, out, end);
  out_key(out, "value");
  g_string_append_c(out, '[');
  for (guint64 i = query.position; i < end; i++) {
    const Group *group = tenant_group(tenant, g_array_index(slots, guint32, i));
    out_comma(out);
    g_string_append_c(out, '{');
    group_json_fields(out, tenant, group, (const char *const *)select);
    write_members_expansion(call, out, group, &query);
    g_string_append_c(out, '}');
  }
  g_string_append(out, "]}");
}

void
groups_count(Call *call)
{
  g_auto(Query) query = {0};

  if (!query_read(call, &group_json_schema, QUERY_FILTER | QUERY_SEARCH | QUERY_COUNT, &query))
    return;
  if (!call->eventual) {
    call_bad(call, "$count is not currently supported.");
    return;
  }
  g_autoptr(GArray) slots = matching(call, &query);
  g_string_append_printf(call_begin(call, 200), "%u", slots->len);
  call->out_type = "text/plain";
}

static void
answer_group(Call *call, int status, guint32 slot, const char *const *select, const Query *query)
{
  GString *out = call_begin_entity(call, status, "groups/$entity");

  group_json_fields(out, call->sim->tenant, tenant_group(call->sim->tenant, slot), select);
  if (query)
    write_members_expansion(call, out, tenant_group(call->sim->tenant, slot), query);
  g_string_append_c(out, '}');
}

void
groups_get(Call *call)
{
  g_auto(Query) query = {0};
  gboolean good;
  guint32 slot = call_group(call, call->args[0]);
  g_auto(GStrv) select = slot == NONE ? NULL : group_json_select(call, &good);

  if (slot != NONE && good &&
      query_read(call, &group_json_schema, QUERY_SELECT | QUERY_EXPAND, &query))
    answer_group(call, 200, slot, (const char *const *)select, &query);
}

static const struct {
  const char *name;
  glong max;
} texts[] = {{"displayName", 256}, {"description", 1024}, {"mailNickname", 64}};

static gboolean
check_body(Call *call, const cJSON *body, gboolean create)
{
  static const char *const required[] = {"displayName", "mailEnabled", "mailNickname",
                                         "securityEnabled"};

  for (guint i = 0; create && i < G_N_ELEMENTS(required); i++)
    if (!cJSON_GetObjectItemCaseSensitive(body, required[i])) {
      call_error_detail(call, 400, "Request_BadRequest", required[i], "MissingRequiredProperty",
                        "A value is required for property '%s' of resource 'Group'.", required[i]);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, texts[i].name);
    if (!item || (cJSON_IsNull(item) && i == 1))
      continue;
    if (!cJSON_IsString(item) || !*item->valuestring ||
        g_utf8_strlen(item->valuestring, -1) > texts[i].max) {
      call_error_detail(call, 400, "Request_BadRequest", texts[i].name, "InvalidValue",
                        "Invalid value specified for property '%s' of resource 'Group'.",
                        texts[i].name);
      return FALSE;
    }
  }
  const char *nickname =
      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "mailNickname"));
  if (nickname && (!g_str_is_ascii(nickname) || strpbrk(nickname, "@()\\[]\";:.<>, "))) {
    call_bad(call, "Invalid value specified for property 'mailNickname' of resource 'Group'.");
    return FALSE;
  }
  return TRUE;
}

static void
set_text(char **at, const cJSON *body, const char *name)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);

  if (!item)
    return;
  g_free(*at);
  *at = g_strdup(cJSON_GetStringValue(item));
}

static void
apply_body(Group *group, const cJSON *body)
{
  set_text(&group->display_name, body, "displayName");
  set_text(&group->description, body, "description");
  set_text(&group->mail_nickname, body, "mailNickname");
  group->dirty = TRUE;
}

void
groups_create(Call *call)
{
  Sim *sim = call->sim;
  const cJSON *body = call_json(call, FALSE);

  if (!body || !check_body(call, body, TRUE))
    return;
  guint32 slot = tenant_add_group(sim->tenant, NULL);
  Group *group = tenant_group(sim->tenant, slot);
  apply_body(group, body);
  group->created = call->now / 1000;
  group->visible_from = call->now + faults_replication(sim->faults);
  group->security = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "securityEnabled"));
  group->mail_enabled = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "mailEnabled"));
  tenant_touch(sim->tenant);
  deltas_group(sim->deltas, slot, NONE, DELTA_CHANGED);
  answer_group(call, 201, slot, NULL, NULL);
}

void
groups_update(Call *call)
{
  guint32 slot = call_group(call, call->args[0]);
  const cJSON *body = slot == NONE ? NULL : call_json(call, FALSE);
  const cJSON *members = cJSON_GetObjectItemCaseSensitive(body, "members@odata.bind");

  if (!body || !check_body(call, body, FALSE))
    return;
  if (members && !members_bind(call, slot, members))
    return;
  if (cJSON_GetArraySize(body) > (members ? 1 : 0) &&
      !call_may(call, "Group.ReadWrite.All Directory.ReadWrite.All")) {
    call_denied(call);
    return;
  }
  apply_body(tenant_group(call->sim->tenant, slot), body);
  tenant_touch(call->sim->tenant);
  deltas_group(call->sim->deltas, slot, NONE, DELTA_CHANGED);
  call_empty(call, 204);
}

void
groups_delete(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_group(call, call->args[0]);

  if (slot == NONE)
    return;
  Group *group = tenant_group(tenant, slot);
  for (guint i = 0; i < group->members->len; i++) {
    guint32 target = g_array_index(group->members, guint32, i);
    if (target == NONE)
      continue;
    tenant_leave(tenant, slot, target);
    if (!(target & TARGET_GROUP))
      tenant_touch_user(tenant, target);
  }
  group->gone = group->dirty = TRUE;
  tenant_touch(tenant);
  deltas_group(call->sim->deltas, slot, NONE, DELTA_DELETED);
  call_empty(call, 204);
}
