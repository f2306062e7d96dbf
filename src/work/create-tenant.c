/* What is known of the tenant when several persons are to be created: which
 * names and addresses are in use, which names earlier persons get, and who the
 * sponsors are, each asked for once. */
#include "work/create-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "model/naming.h"
#include <string.h>

/* Asking for one person takes two requests for the address and three for each name tried. */
#define REQUESTS_EACH 5
/* Fewer than this are not worth counting for. */
#define FEW 2

static void
free_array(gpointer array)
{
  g_ptr_array_unref(array);
}

void
create_tenant_clear(CreateTenant *tenant)
{
  g_clear_pointer(&tenant->emails, g_hash_table_unref);
  g_clear_pointer(&tenant->stems, g_hash_table_unref);
  g_clear_pointer(&tenant->taken, g_hash_table_unref);
  g_clear_pointer(&tenant->all, g_ptr_array_unref);
  g_clear_pointer(&tenant->reserved, g_hash_table_unref);
  g_clear_pointer(&tenant->sponsors, g_hash_table_unref);
  g_clear_pointer(&tenant->organization, graph_organization_free);
}

/* Further attempts at a name differ by a number: one stem stands for all of them. */
static char *
stem_of(const char *user_name)
{
  GString *out = g_string_new(NULL);
  const char *p = user_name;
  for (; *p && *p != '@'; p++)
    if (!g_ascii_isdigit(*p))
      g_string_append_c(out, g_ascii_tolower(*p));
  for (; *p; p++)
    g_string_append_c(out, g_ascii_tolower(*p));
  return g_string_free(out, FALSE);
}

static gboolean
is_wanted(const char *address, gpointer data)
{
  const CreateTenant *tenant = data;
  g_autofree char *lower = g_ascii_strdown(address, -1);
  if (g_hash_table_contains(tenant->emails, lower))
    return TRUE;
  g_autofree char *stem = stem_of(lower);
  return g_hash_table_contains(tenant->stems, stem);
}

static void
want(CreateTenant *tenant, Person *const *persons, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (persons[i] == NULL)
      continue;
    const char *email = persons[i]->value[PERSON_EMAIL];
    g_autofree char *name = naming_user_name(persons[i], tenant->work->roster, 0, NULL);
    if (email != NULL)
      g_hash_table_add(tenant->emails, g_ascii_strdown(email, -1));
    if (name != NULL)
      g_hash_table_add(tenant->stems, stem_of(name));
  }
}

static void
sort_in(CreateTenant *tenant)
{
  tenant->taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array);
  for (guint i = 0; i < tenant->all->len; i++) {
    Taken *taken = tenant->all->pdata[i];
    g_autofree char *key = g_ascii_strdown(taken->address, -1);
    GPtrArray *users = g_hash_table_lookup(tenant->taken, key);
    if (users == NULL) {
      users = g_ptr_array_new();
      g_hash_table_insert(tenant->taken, g_steal_pointer(&key), users);
    }
    g_ptr_array_add(users, taken);
  }
}

static GHashTable *
new_set(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

gboolean
create_tenant_open(CreateTenant *tenant, const Work *work, Person *const *persons, guint n,
                   GCancellable *cancellable, GError **error)
{
  guint requests;
  *tenant = (CreateTenant)CREATE_TENANT_FOR_ONE(work);
  tenant->reserved = new_set();
  tenant->sponsors =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)create_preview_free);
  if (n <= FEW)
    return TRUE;
  if (!graph_users_scan_cost(work->graph, &requests, cancellable, error))
    return FALSE;
  if (requests / REQUESTS_EACH >= n)
    return TRUE;
  tenant->emails = new_set();
  tenant->stems = new_set();
  want(tenant, persons, n);
  tenant->all = graph_users_scan(work->graph, is_wanted, tenant, cancellable, error);
  if (tenant->all == NULL)
    return FALSE;
  sort_in(tenant);
  return TRUE;
}

/* TRUE if what was read ahead would hold it. */
static gboolean
was_read(const CreateTenant *tenant, const char *user_name, const char *email)
{
  if (tenant->taken == NULL)
    return FALSE;
  g_autofree char *lower = g_ascii_strdown(email != NULL ? email : user_name, -1);
  g_autofree char *stem = stem_of(lower);
  return email != NULL ? g_hash_table_contains(tenant->emails, lower)
                       : g_hash_table_contains(tenant->stems, stem);
}

static Taken *
copy_taken(const Taken *from)
{
  Taken *taken = g_new0(Taken, 1);
  *taken = *from;
  taken->id = g_strdup(from->id);
  taken->user_name = g_strdup(from->user_name);
  taken->display_name = g_strdup(from->display_name);
  taken->address = g_strdup(from->address);
  return taken;
}

GPtrArray *
create_tenant_find(CreateTenant *tenant, const char *user_name, const char *email,
                   GCancellable *cancellable, GError **error)
{
  if (!was_read(tenant, user_name, email))
    return graph_users_find_taken(tenant->work->graph, user_name, email, cancellable, error);
  g_autofree char *key = g_ascii_strdown(email != NULL ? email : user_name, -1);
  const GPtrArray *users = g_hash_table_lookup(tenant->taken, key);
  GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)taken_free);
  for (guint i = 0; users != NULL && i < users->len; i++)
    g_ptr_array_add(found, copy_taken(users->pdata[i]));
  return found;
}

gboolean
create_tenant_is_reserved(const CreateTenant *tenant, const char *user_name)
{
  g_autofree char *key = g_ascii_strdown(user_name, -1);
  return tenant->reserved != NULL && g_hash_table_contains(tenant->reserved, key);
}

void
create_tenant_reserve(CreateTenant *tenant, const char *user_name)
{
  if (tenant->reserved != NULL)
    g_hash_table_add(tenant->reserved, g_ascii_strdown(user_name, -1));
}

static gboolean
read_organization(CreateTenant *tenant, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local = NULL;
  if (tenant->organization_asked)
    return TRUE;
  tenant->organization = graph_organization_get(tenant->work->graph, cancellable, &local);
  if (local != NULL && !g_error_matches(local, USHER_ERROR, USHER_ERROR_REFUSED)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  tenant->organization_asked = TRUE;
  return TRUE;
}

gboolean
create_tenant_check_external(CreateTenant *tenant, const char *email, GCancellable *cancellable,
                             GError **error)
{
  if (!read_organization(tenant, cancellable, error))
    return FALSE;
  char **domains = tenant->organization == NULL ? NULL : tenant->organization->domains;
  for (; domains != NULL && *domains != NULL; domains++)
    if (person_email_is_in(email, *domains)) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("--email: %s is one of our own addresses (%s is a domain of this tenant): give "
                    "the external one"),
                  email, *domains);
      return FALSE;
    }
  return TRUE;
}
