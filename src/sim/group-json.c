/* Groups as Graph's JSON, and their properties for filters. */
#include "sim/group-json.h"

#include <string.h>

#include "sim/out.h"

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

const OdSchema group_json_schema = {"Group", properties, group_value, group_length, group_item};

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

void
group_json_fields(GString *out, const Tenant *tenant, const Group *group, const char *const *select)
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
char **
group_json_select(Call *call, gboolean *ret_good)
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
