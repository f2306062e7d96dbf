/* The tenant itself. Contract 14. */
#include "graph/organization.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/pages-private.h"

void
graph_organization_free(GraphOrganization *organization)
{
  if (!organization)
    return;
  g_free(organization->id);
  g_free(organization->name);
  g_free(organization->default_domain);
  g_strfreev(organization->domains);
  g_free(organization);
}

/* The one element of the list. */
static gboolean
take_first(const cJSON *object, gpointer data)
{
  GraphOrganization **organization = data;
  const char *id = json_string(object, "id"), *name = json_string(object, "displayName");
  if (!id)
    return TRUE;
  GraphOrganization *found = *organization = g_new0(GraphOrganization, 1);
  found->id = g_strdup(id);
  found->name = g_strdup(name ? name : id);
  g_autoptr(GStrvBuilder) domains = g_strv_builder_new();
  const cJSON *domain;
  cJSON_ArrayForEach(domain, json_array(object, "verifiedDomains"))
  {
    const char *text = json_string(domain, "name");
    if (!text)
      continue;
    g_strv_builder_add(domains, text);
    if (!found->default_domain && json_bool(domain, "isDefault"))
      found->default_domain = g_strdup(text);
  }
  found->domains = g_strv_builder_end(domains);
  if (!found->default_domain && found->domains[0])
    found->default_domain = g_strdup(found->domains[0]);
  return FALSE;
}

GraphOrganization *
graph_organization_get(GraphClient *client, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "organization.get",
                    .query = "$select=id,displayName,verifiedDomains",
                    .what = _("Reading the tenant")};
  GraphOrganization *organization = NULL;
  if (!graph_each(client, &call, take_first, &organization, cancellable, error))
    return NULL;
  if (!organization)
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL, _("%s: the answer holds no tenant."),
                call.what);
  return organization;
}
