/* Users as Graph's JSON, written straight from their packed form. Which
 * properties exist is fields.c's table; their values' rules are here. */
#include "sim/user-json.h"

#include <string.h>

#include "sim/out.h"
#include "sim/pack.h"

static void
write_list(GString *out, const char *text, gsize length)
{
  g_string_append_c(out, '[');
  for (const char *end = text + length; text < end; text += strlen(text) + 1) {
    out_comma(out);
    out_string(out, text, -1);
  }
  g_string_append_c(out, ']');
}

static void
write_extensions(GString *out, const Tenant *tenant, const User *user)
{
  char key[32];
  gsize length = 0;

  g_string_append_c(out, '{');
  for (int i = 1; i <= 15; i++) {
    const char *text = pack_get(tenant, user, UF_EXTENSION + i, &length);
    g_snprintf(key, sizeof key, "extensionAttribute%d", i);
    out_key(out, key);
    out_string(out, text, (gssize)length);
  }
  g_string_append_c(out, '}');
}

static void
append_assigned(GString *out, const Tenant *tenant, const User *user)
{
  g_string_append_c(out, '[');
  for (guint32 at = user->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    at = holding->next;
    if (holding->state != HOLDING_ACTIVE)
      continue;
    out_comma(out);
    g_string_append(out, "{\"disabledPlans\":[]");
    out_pair(out, "skuId", g_array_index(tenant->skus, Sku, holding->sku).sku_id);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void
append_states(GString *out, const Tenant *tenant, const User *user)
{
  g_string_append_c(out, '[');
  for (guint32 at = user->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    at = holding->next;
    out_comma(out);
    g_string_append_c(out, '{');
    out_pair(out, "skuId", g_array_index(tenant->skus, Sku, holding->sku).sku_id);
    g_string_append(out, ",\"disabledPlans\":[]");
    out_pair(out, "assignedByGroup",
             holding->group < 0 ? NULL : tenant_group(tenant, (guint32)holding->group)->id);
    out_pair(out, "state", holding->state == HOLDING_ACTIVE ? "Active" : "Error");
    out_pair(out, "error", holding->error ? holding->error : "None");
    out_pair_date(out, "lastUpdatedDateTime", holding->updated);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

/* assignedPlans and provisionedPlans: the service plans of the licences. */
static void
write_plans(GString *out, const Tenant *tenant, const User *user, gboolean assigned)
{
  g_string_append_c(out, '[');
  for (guint32 at = user->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    at = holding->next;
    if (holding->state != HOLDING_ACTIVE)
      continue;
    const Sku *sku = &g_array_index(tenant->skus, Sku, holding->sku);
    out_comma(out);
    g_string_append_c(out, '{');
    if (assigned) {
      out_pair_date(out, "assignedDateTime", holding->updated);
      out_pair(out, "servicePlanId", sku->plan_id);
    } else {
      out_pair(out, "provisioningStatus", "Success");
    }
    out_pair(out, "capabilityStatus", "Enabled");
    out_pair(out, "service", "exchange");
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void
write_identities(GString *out, const Tenant *tenant, const User *user)
{
  gsize length;
  const char *name = pack_get(tenant, user, UF_USER_PRINCIPAL_NAME, &length);

  g_string_append(out, "[{\"signInType\":\"userPrincipalName\",\"issuer\":\"" TENANT_INITIAL_DOMAIN
                       "\",\"issuerAssignedId\":");
  out_string(out, name, (gssize)length);
  g_string_append_c(out, '}');
  if (user->flags & USER_GUEST)
    g_string_append(out, ",{\"signInType\":\"federated\",\"issuer\":\"ExternalAzureAD\","
                         "\"issuerAssignedId\":null}");
  g_string_append_c(out, ']');
}

static void
write_proxies(GString *out, const Tenant *tenant, const User *user)
{
  OdValue value;

  g_string_append_c(out, '[');
  for (guint i = 0; fields_schema.item(tenant, user, UF_PROXY_ADDRESSES, i, 0, &value); i++) {
    out_comma(out);
    out_string(out, value.text, (gssize)value.length);
  }
  g_string_append_c(out, ']');
}

static void
write_activity(GString *out, const Tenant *tenant, const User *user)
{
  guint8 raw[16];
  char id[37];

  tenant_make_id(user->signed_in, 5, user->id[0], raw);
  tenant_format_id(raw, id);
  g_string_append_c(out, '{');
  out_pair_date(out, "lastSignInDateTime", user->signed_in);
  out_pair(out, "lastSignInRequestId", user->signed_in ? id : NULL);
  out_pair_date(out, "lastNonInteractiveSignInDateTime", user->signed_in_quietly);
  out_pair(out, "lastNonInteractiveSignInRequestId", NULL);
  out_pair_date(out, "lastSuccessfulSignInDateTime", user->signed_in);
  out_pair(out, "lastSuccessfulSignInRequestId", user->signed_in ? id : NULL);
  g_string_append_c(out, '}');
}

static void
write_profile(GString *out, const Tenant *tenant, const User *user)
{
  gsize length;
  const char *force = pack_get(tenant, user, UF_FORCE_CHANGE, &length);

  /* The password never comes back. */
  g_string_append_c(out, '{');
  out_pair(out, "password", NULL);
  out_pair_bool(out, "forceChangePasswordNextSignIn", force != NULL);
  out_pair_bool(out, "forceChangePasswordNextSignInWithMfa", FALSE);
  g_string_append_c(out, '}');
}

static void
write_state(GString *out, const User *user)
{
  out_string(out,
             user->flags & USER_PENDING    ? "PendingAcceptance"
             : user->flags & USER_ACCEPTED ? "Accepted"
                                           : NULL,
             -1);
}

/* The fields that are not plain text. */
static gboolean
write_special(GString *out, const Tenant *tenant, const User *user, int field)
{
  char id[37];

  switch (field) {
  case UF_ID:
    tenant_format_id(user->id, id);
    out_string(out, id, 36);
    return TRUE;
  case UF_ACCOUNT_ENABLED:
    g_string_append(out, user->flags & USER_ENABLED ? "true" : "false");
    return TRUE;
  case UF_PREM_SYNC_ENABLED:
    g_string_append(out, user->flags & USER_SYNCED ? "true" : "null");
    return TRUE;
  case UF_SHOW_IN_LIST:
    g_string_append(out, user->flags & USER_HIDDEN ? "false" : "null");
    return TRUE;
  case UF_RESOURCE_ACCOUNT:
    g_string_append(out, "null");
    return TRUE;
  case UF_CREATED:
  case UF_DELETED:
    out_date(out, field == UF_CREATED ? user->created : user->deleted);
    return TRUE;
  case UF_USER_TYPE:
    out_string(out, user->flags & USER_GUEST ? "Guest" : "Member", -1);
    return TRUE;
  case UF_CREATION_TYPE:
    out_string(out, user->flags & (USER_PENDING | USER_ACCEPTED) ? "Invitation" : NULL, -1);
    return TRUE;
  case UF_EXTERNAL_STATE:
    write_state(out, user);
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
write_structure(GString *out, const Tenant *tenant, const User *user, int field)
{
  gsize length = 0;
  const char *text;

  switch (field) {
  case UF_BUSINESS_PHONES:
  case UF_IM_ADDRESSES:
  case UF_OTHER_MAILS:
    text = pack_get(tenant, user, field, &length);
    write_list(out, text ? text : "", text ? length : 0);
    return TRUE;
  case UF_PREM_ATTRIBUTES:
    write_extensions(out, tenant, user);
    return TRUE;
  case UF_ASSIGNED_LICENSES:
    append_assigned(out, tenant, user);
    return TRUE;
  case UF_LICENSE_STATES:
    append_states(out, tenant, user);
    return TRUE;
  case UF_ASSIGNED_PLANS:
  case UF_PROVISIONED_PLANS:
    write_plans(out, tenant, user, field == UF_ASSIGNED_PLANS);
    return TRUE;
  case UF_IDENTITIES:
    write_identities(out, tenant, user);
    return TRUE;
  case UF_PROXY_ADDRESSES:
    write_proxies(out, tenant, user);
    return TRUE;
  case UF_PASSWORD_PROFILE:
    write_profile(out, tenant, user);
    return TRUE;
  case UF_SIGN_IN_ACTIVITY:
    write_activity(out, tenant, user);
    return TRUE;
  case UF_PASSWORD_CHANGED:
  case UF_SESSIONS_FROM:
    text = pack_get(tenant, user, field, &length);
    if (!text)
      out_date(out, user->created);
    return text == NULL;
  default:
    return FALSE;
  }
}

void
user_json_fields(GString *out, const Tenant *tenant, guint32 slot, guint64 select)
{
  const User *user = tenant_user(tenant, slot);

  /* Who never signed in has no activity at all. */
  if (!user->signed_in && !user->signed_in_quietly)
    select &= ~UF_BIT(UF_SIGN_IN_ACTIVITY);
  for (int field = 0; field < UF_N; field++) {
    gsize length = 0;
    if (!(select & UF_BIT(field)))
      continue;
    out_key(out, fields_info((UserField)field)->name);
    if (write_special(out, tenant, user, field) || write_structure(out, tenant, user, field))
      continue;
    const char *text = pack_get(tenant, user, field, &length);
    out_string(out, text, (gssize)length);
  }
}
