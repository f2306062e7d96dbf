/* The organisation: who it is, which domains it has, what it has bought. */
#include "sim/organization.h"

#include <string.h>

#include "sim/out.h"
#include "sim/tenant.h"

static const struct {
  const char *name;
  gboolean verified, is_default, initial, federated;
} domains[] = {
    {TENANT_NAME, TRUE, TRUE, FALSE, FALSE},
    {TENANT_INITIAL_DOMAIN, TRUE, FALSE, TRUE, FALSE},
    {"fed.contoso.com", TRUE, FALSE, FALSE, TRUE},
    {"soon.contoso.com", FALSE, FALSE, FALSE, FALSE},
};

gboolean
organization_has_domain(const char *domain)
{
  for (guint i = 0; i < G_N_ELEMENTS(domains); i++)
    if (domains[i].verified && g_ascii_strcasecmp(domains[i].name, domain) == 0)
      return TRUE;
  return FALSE;
}

gboolean
organization_is_federated(const char *domain)
{
  for (guint i = 0; i < G_N_ELEMENTS(domains); i++)
    if (domains[i].federated && g_ascii_strcasecmp(domains[i].name, domain) == 0)
      return TRUE;
  return FALSE;
}

void
organization_get(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  GString *out = call_begin_entity(call, 200, "organization");

  g_string_append(out, ",\"value\":[{");
  out_pair(out, "id", TENANT_ID);
  out_pair(out, "displayName", "Contoso");
  out_pair(out, "tenantType", "AAD");
  out_pair(out, "defaultUsageLocation", "DE");
  out_pair(out, "countryLetterCode", "DE");
  out_pair(out, "preferredLanguage", "en");
  out_pair_date(out, "createdDateTime", tenant->born - 2000 * 86400);
  out_key(out, "onPremisesSyncEnabled");
  g_string_append(out, "null,\"businessPhones\":[],\"technicalNotificationMails\":[],"
                       "\"assignedPlans\":[],\"provisionedPlans\":[],\"verifiedDomains\":[");
  for (guint i = 0; i < G_N_ELEMENTS(domains); i++) {
    if (!domains[i].verified)
      continue;
    out_comma(out);
    g_string_append(out, "{\"capabilities\":\"Email, OfficeCommunicationsOnline\"");
    out_pair_bool(out, "isDefault", domains[i].is_default);
    out_pair_bool(out, "isInitial", domains[i].initial);
    out_pair(out, "name", domains[i].name);
    out_pair(out, "type", domains[i].federated ? "Federated" : "Managed");
    g_string_append_c(out, '}');
  }
  g_string_append(out, "]}]}");
}

void
organization_domains(Call *call)
{
  GString *out = call_begin_entity(call, 200, "domains");

  g_string_append(out, ",\"value\":[");
  for (guint i = 0; i < G_N_ELEMENTS(domains); i++) {
    out_comma(out);
    g_string_append_c(out, '{');
    out_pair(out, "id", domains[i].name);
    out_pair(out, "authenticationType", domains[i].federated ? "Federated" : "Managed");
    out_pair(out, "availabilityStatus", NULL);
    out_pair_bool(out, "isAdminManaged", TRUE);
    out_pair_bool(out, "isDefault", domains[i].is_default);
    out_pair_bool(out, "isInitial", domains[i].initial);
    out_pair_bool(out, "isRoot", strchr(domains[i].name, '.') == strrchr(domains[i].name, '.'));
    out_pair_bool(out, "isVerified", domains[i].verified);
    g_string_append(out, ",\"supportedServices\":[\"Email\"]");
    out_pair_int(out, "passwordValidityPeriodInDays", 2147483647);
    out_pair_int(out, "passwordNotificationWindowInDays", 14);
    g_string_append_c(out, '}');
  }
  g_string_append(out, "]}");
}

void
organization_skus(Call *call)
{
  const Tenant *tenant = call->sim->tenant;

  for (guint i = 0; i < call->query->len; i++) {
    const char *name = g_array_index(call->query, CallPair, i).name;
    if (*name != '$' || g_ascii_strcasecmp(name, "$select") == 0)
      continue;
    call_error(call, 400, "Request_UnsupportedQuery", "The query parameter '%s' is not supported.",
               name);
    return;
  }
  GString *out = call_begin_entity(call, 200, "subscribedSkus");
  g_string_append(out, ",\"value\":[");
  for (guint i = 0; i < tenant->skus->len; i++) {
    const Sku *sku = &g_array_index(tenant->skus, Sku, i);
    out_comma(out);
    g_string_append_c(out, '{');
    out_pair(out, "id", sku->id);
    out_pair(out, "accountId", TENANT_ID);
    out_pair(out, "accountName", "Contoso");
    out_pair(out, "skuId", sku->sku_id);
    out_pair(out, "skuPartNumber", sku->part_number);
    out_pair(out, "capabilityStatus", "Enabled");
    out_pair(out, "appliesTo", "User");
    out_pair_int(out, "consumedUnits", sku->consumed);
    g_string_append_printf(out,
                           ",\"prepaidUnits\":{\"enabled\":%u,\"warning\":%u,\"suspended\":0,"
                           "\"lockedOut\":0},\"subscriptionIds\":[\"%s\"],\"servicePlans\":[",
                           sku->enabled, sku->warning, sku->plan_id);
    g_string_append_c(out, '{');
    out_pair(out, "servicePlanId", sku->plan_id);
    out_pair(out, "servicePlanName", sku->plan_name);
    out_pair(out, "provisioningStatus", "Success");
    out_pair(out, "appliesTo", "User");
    g_string_append(out, "}]}");
  }
  g_string_append(out, "]}");
}
