/* Reading, making, changing and removing groups. Their members are members.c's. */
#include "sim/groups.h"

#include <string.h>

#include "sim/deltas.h"
#include "sim/faults.h"
#include "sim/listing.h"
#include "sim/out.h"
#include "sim/tenant.h"

enum {
  GF_ID,
  GF_DISPLAY_NAME,
  GF_DESCRIPTION,
  GF_MAIL,
  GF_MAIL_NICKNAME,
  GF_SECURITY,
  GF_MAIL_ENABLED,
  GF_TYPES,
  GF_CREATED,
  GF_LICENSES,
  GF_SKU,
  GF_SYNCED,
  GF_ROLE,
  GF_ERRORS
};

static const OdProperty properties[] = {
    {"id", GF_ID, OD_GUID, OD_EQ},
    {"displayName", GF_DISPLAY_NAME, OD_STRING,
     OD_EQ | OD_STARTS | OD_RANGE | OD_ORDER | OD_SEARCH},
    {"description", GF_DESCRIPTION, OD_STRING, OD_EQ_ADVANCED | OD_STARTS_ADVANCED | OD_SEARCH},
    {"mail", GF_MAIL, OD_STRING, OD_EQ | OD_STARTS | OD_SEARCH},
    {"mailNickname", GF_MAIL_NICKNAME, OD_STRING, OD_EQ | OD_STARTS},
    {"securityEnabled", GF_SECURITY, OD_BOOL, OD_EQ},
    {"mailEnabled", GF_MAIL_ENABLED, OD_BOOL, OD_EQ},
    {"groupTypes", GF_TYPES, OD_STRINGS, OD_EQ},
    {"createdDateTime", GF_CREATED, OD_DATE,
     OD_EQ_ADVANCED | OD_RANGE_ADVANCED | OD_ORDER_ADVANCED},
    {"assignedLicenses", GF_LICENSES, OD_OBJECTS, OD_EQ},
    {"assignedLicenses/skuId", GF_SKU, OD_GUID, OD_EQ},
    {"onPremisesSyncEnabled", GF_SYNCED, OD_BOOL, OD_EQ},
    {"isAssignableToRole", GF_ROLE, OD_BOOL, OD_EQ_ADVANCED},
    {"hasMembersWithLicenseErrors", GF_ERRORS, OD_BOOL, OD_EQ},
    {NULL},
};

static gboolean
give(OdValue *value, const char *text)
{
  value->text = text;
  value->length = text ? strlen(text) : 0;
  return text != NULL;
}

static gboolean
give_bool(OdValue *value, gboolean on)
{
  value->number = on;
  return TRUE;
}

static gboolean
has_errors(const Tenant *tenant, const Group *group)
{
  for (guint i = 0; i < group->members->len; i++) {
    guint32 target = g_array_index(group->members, guint32, i);
    if (target & TARGET_GROUP)
      continue;
    for (guint32 at = tenant_user(tenant, target)->holding; at != NONE;) {
      const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
      if (holding->state == HOLDING_ERROR && holding->group >= 0 &&
          tenant_group(tenant, (guint32)holding->group) == group)
        return TRUE;
      at = holding->next;
    }
  }
  return FALSE;
}

static gboolean
group_value(gconstpointer context, gconstpointer object, int id, OdValue *value)
{
  const Group *group = object;

  switch (id) {
  case GF_ID:
    return give(value, group->id);
  case GF_DISPLAY_NAME:
    return give(value, group->display_name);
  case GF_DESCRIPTION:
    return give(value, group->description);
  case GF_MAIL:
    return give(value, group->mail);
  case GF_MAIL_NICKNAME:
    return give(value, group->mail_nickname);
  case GF_SECURITY:
    return give_bool(value, group->security);
  case GF_MAIL_ENABLED:
    return give_bool(value, group->mail_enabled);
  case GF_SYNCED:
    return group->synced && give_bool(value, TRUE);
  case GF_ROLE:
    return give_bool(value, group->role_assignable);
  case GF_ERRORS:
    return give_bool(value, has_errors(context, group));
  default:
    value->number = group->created;
    return TRUE;
  }
}

static gboolean
group_item(gconstpointer context, gconstpointer object, int id, guint index, int part,
           OdValue *value)
{
  const Tenant *tenant = context;
  const Group *group = object;

  if (id == GF_TYPES)
    return index == 0 && (group->dynamic || group->unified) &&
           give(value, group->dynamic ? "DynamicMembership" : "Unified");
  if (index >= group->skus->len)
    return FALSE;
  guint16 sku = g_array_index(group->skus, guint16, index);
  return give(value, g_array_index(tenant->skus, Sku, sku).sku_id);
}

static guint
group_length(gconstpointer context, gconstpointer object, int id)
{
  OdValue value;
  guint n = 0;

  while (group_item(context, object, id, n, 0, &value))
    n++;
  return n;
}

static const OdSchema schema = {"Group", properties, group_value, group_length, group_item};

static void
write_licences(GString *out, const Tenant *tenant, const Group *group)
{
  out_key(out, "assignedLicenses");
  g_string_append_c(out, '[');
  for (guint i = 0; i < group->skus->len; i++) {
    guint16 sku = g_array_index(group->skus, guint16, i);
    out_comma(out);
    g_string_append(out, "{\"disabledPlans\":[]");
    out_pair(out, "skuId", g_array_index(tenant->skus, Sku, sku).sku_id);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void
write_types(GString *out, const Group *group)
{
  out_key(out, "groupTypes");
  g_string_append(out, group->dynamic   ? "[\"DynamicMembership\"]"
                       : group->unified ? "[\"Unified\"]"
                                        : "[]");
}

static void
write_nothing_or_true(GString *out, const char *name, gboolean on)
{
  out_key(out, name);
  g_string_append(out, on ? "true" : "null");
}

static void
write_processing(GString *out, const Tenant *tenant, const Group *group)
{
  out_key(out, "licenseProcessingState");
  if (!group->skus->len) {
    g_string_append(out, "null");
    return;
  }
  gboolean busy = FALSE;
  for (const GList *at = tenant->pending.head; at; at = at->next)
    busy |= tenant_group(tenant, (guint32)((const Pending *)at->data)->group) == group;
  g_string_append_printf(out, "{\"state\":\"%s\"}",
                         busy ? "ProcessingInProgress" : "ProcessingComplete");
}

/* Text properties that this tenant's groups never have. */
static const char *const absent[] = {"classification",
                                     "expirationDateTime",
                                     "onPremisesDomainName",
                                     "onPremisesNetBiosName",
                                     "onPremisesSamAccountName",
                                     "onPremisesSecurityIdentifier",
                                     "preferredDataLocation",
                                     "preferredLanguage",
                                     "renewedDateTime",
                                     "theme",
                                     "membershipRuleProcessingState",
                                     "onPremisesLastSyncDateTime"};

static const char *const known[] = {"id",
                                    "displayName",
                                    "description",
                                    "mail",
                                    "mailNickname",
                                    "securityEnabled",
                                    "mailEnabled",
                                    "groupTypes",
                                    "createdDateTime",
                                    "assignedLicenses",
                                    "onPremisesSyncEnabled",
                                    "isAssignableToRole",
                                    "membershipRule",
                                    "visibility",
                                    "proxyAddresses",
                                    "licenseProcessingState"};

static gboolean
selected(const char *const *select, const char *name, gboolean by_default)
{
  return select ? g_strv_contains(select, name) : by_default;
}

static void
write_group(GString *out, const Tenant *tenant, const Group *group, const char *const *select)
{
#define TEXT(name, value)                                                                          \
  if (selected(select, name, TRUE))                                                                \
  out_pair(out, name, value)
  TEXT("id", group->id);
  TEXT("displayName", group->display_name);
  TEXT("description", group->description);
  TEXT("mail", group->mail);
  TEXT("mailNickname", group->mail_nickname);
  TEXT("membershipRule", group->membership_rule);
  TEXT("visibility", NULL);
#undef TEXT
  if (selected(select, "securityEnabled", TRUE))
    out_pair_bool(out, "securityEnabled", group->security);
  if (selected(select, "mailEnabled", TRUE))
    out_pair_bool(out, "mailEnabled", group->mail_enabled);
  if (selected(select, "groupTypes", TRUE))
    write_types(out, group);
  if (selected(select, "createdDateTime", TRUE))
    out_pair_date(out, "createdDateTime", group->created);
  if (selected(select, "onPremisesSyncEnabled", TRUE))
    write_nothing_or_true(out, "onPremisesSyncEnabled", group->synced);
  if (selected(select, "isAssignableToRole", TRUE))
    write_nothing_or_true(out, "isAssignableToRole", group->role_assignable);
  if (selected(select, "proxyAddresses", TRUE)) {
    out_key(out, "proxyAddresses");
    g_string_append(out, "[]");
  }
  for (guint i = 0; i < G_N_ELEMENTS(absent); i++)
    if (selected(select, absent[i], TRUE))
      out_pair(out, absent[i], NULL);
  if (selected(select, "assignedLicenses", FALSE))
    write_licences(out, tenant, group);
  if (selected(select, "licenseProcessingState", FALSE))
    write_processing(out, tenant, group);
}

/* The names of $select, or NULL with *ret_good telling whether that is none. */
static char **
read_select(Call *call, gboolean *ret_good)
{
  const char *text = call_query(call, "$select");
  char **names = text ? g_strsplit(text, ",", -1) : NULL;

  *ret_good = TRUE;
  for (guint i = 0; names && names[i]; i++) {
    gboolean found = FALSE;
    g_strstrip(names[i]);
    for (guint j = 0; j < G_N_ELEMENTS(known); j++)
      found |= strcmp(known[j], names[i]) == 0;
    for (guint j = 0; j < G_N_ELEMENTS(absent); j++)
      found |= strcmp(absent[j], names[i]) == 0;
    if (found)
      continue;
    call_error(call, 400, "BadRequest",
               "Parsing OData Select and Expand failed: Could not find a property named '%s' on "
               "type 'microsoft.graph.group'.",
               names[i]);
    *ret_good = FALSE;
    break;
  }
  return names;
}

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
  g_auto(GStrv) select = read_select(call, &good);

  if (!good || !query_read(call, &schema, QUERY_ALL, &query))
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
    write_group(out, tenant, group, (const char *const *)select);
    write_members_expansion(call, out, group, &query);
    g_string_append_c(out, '}');
  }
  g_string_append(out, "]}");
}

void
groups_count(Call *call)
{
  g_auto(Query) query = {0};

  if (!query_read(call, &schema, QUERY_FILTER | QUERY_SEARCH | QUERY_COUNT, &query))
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

  write_group(out, call->sim->tenant, tenant_group(call->sim->tenant, slot), select);
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
  g_auto(GStrv) select = slot == NONE ? NULL : read_select(call, &good);

  if (slot != NONE && good && query_read(call, &schema, QUERY_SELECT | QUERY_EXPAND, &query))
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
