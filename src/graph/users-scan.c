/* Who uses which names and addresses, for very many at once: one reading of
 * the whole directory, live and deleted, instead of several requests for
 * each. Only what somebody wants is kept. Contract 3.2, 4.1, 4.4. */
#include "graph/pages-private.h"
#include "graph/users-private.h"

#include "base/i18n.h"
#include "model/naming.h"
#include <string.h>

#define SCAN_PAGE   999
#define SCAN_SELECT "$select=id,displayName,userPrincipalName,mail,otherMails,proxyAddresses"

typedef struct {
  const char *endpoint;
  gboolean deleted;
  GraphWanted wanted;
  gpointer data;
  GPtrArray *found; /* Taken */
} Scan;

static void
note(Scan *scan, const cJSON *user, TakenWhere where, const char *address)
{
  const char *id = json_string(user, "id");
  if (!id || !address || !scan->wanted(address, scan->data))
    return;
  Taken *taken = g_new0(Taken, 1);
  taken->where = scan->deleted ? TAKEN_DELETED : where;
  taken->id = g_strdup(id);
  const char *name = json_string(user, "userPrincipalName");
  taken->user_name = g_strdup(scan->deleted ? naming_before_deletion(name) : name);
  taken->display_name = g_strdup(json_string(user, "displayName"));
  taken->address = g_strdup(address);
  g_ptr_array_add(scan->found, taken);
}

static void
note_list(Scan *scan, const cJSON *user, TakenWhere where, const char *name)
{
  const cJSON *item;
  cJSON_ArrayForEach(item, json_array(user, name))
  {
    const char *text = cJSON_GetStringValue(item);
    if (text && g_ascii_strncasecmp(text, "smtp:", 5) == 0)
      text += 5;
    note(scan, user, where, text);
  }
}

static gboolean
scan_user(const cJSON *user, gpointer data)
{
  Scan *scan = data;
  const char *name = json_string(user, "userPrincipalName");
  note(scan, user, TAKEN_USER_NAME, scan->deleted ? naming_before_deletion(name) : name);
  note(scan, user, TAKEN_MAIL, json_string(user, "mail"));
  note_list(scan, user, TAKEN_OTHER_MAIL, "otherMails");
  note_list(scan, user, TAKEN_PROXY, "proxyAddresses");
  return TRUE;
}

static gboolean
count_users(GraphClient *client, const char *endpoint, gint64 *ret_count, GCancellable *cancellable,
            GError **error)
{
  GraphCall call = {.endpoint = endpoint,
                    .query = "$count=true&$top=1&$select=id",
                    .eventual = TRUE,
                    .what = _("Counting accounts")};
  g_autoptr(cJSON) tree = graph_send_json(client, &call, NULL, cancellable, error);
  if (!tree)
    return FALSE;
  *ret_count = json_int(tree, "@odata.count", -1);
  return TRUE;
}

gboolean
graph_users_scan_cost(GraphClient *client, guint *ret_requests, GCancellable *cancellable,
                      GError **error)
{
  gint64 live, deleted;
  if (!count_users(client, "users.list", &live, cancellable, error) ||
      !count_users(client, "users.list-deleted", &deleted, cancellable, error))
    return FALSE;
  /* A service that does not say is taken to be large. */
  *ret_requests =
      live < 0 || deleted < 0 ? G_MAXUINT : (guint)(live / SCAN_PAGE + deleted / SCAN_PAGE + 2);
  return TRUE;
}

GPtrArray *
graph_users_scan(GraphClient *client, GraphWanted wanted, gpointer data, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)taken_free);
  Scan scans[] = {
      {"users.list", FALSE, wanted, data, found},
      {"users.list-deleted", TRUE, wanted, data, found},
  };
  g_autofree char *query = g_strdup_printf(SCAN_SELECT "&$top=%d", SCAN_PAGE);
  for (guint i = 0; i < G_N_ELEMENTS(scans); i++) {
    GraphCall call = {.endpoint = scans[i].endpoint,
                      .query = query,
                      .what = _("Reading the names and addresses in use")};
    if (!graph_each(client, &call, scan_user, &scans[i], cancellable, error))
      return NULL;
  }
  return g_steal_pointer(&found);
}
