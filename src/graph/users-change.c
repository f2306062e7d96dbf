/* Smaller changes of a user: the manager, licences worked out anew, passes taken
 * back. Contract 6, 8, 9. */
#include "graph/pages-private.h"
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

Account *
graph_users_manager(GraphClient *client, const char *id, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "users.manager",
                    .id = id,
                    .query = "$select=id,displayName,userPrincipalName,mail",
                    .what = _("Reading the manager")};
  g_autoptr(GError) failure = NULL;
  g_autoptr(HttpResponse) response = graph_send(client, &call, NULL, cancellable, &failure);
  if (!response && graph_error_is(failure, 404))
    return account_new();
  if (!response) {
    g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
  }
  g_autoptr(UsersReader) users = users_reader_new(NULL, NULL, MOMENT_UNKNOWN);
  return users_reader_one(users, response, call.what, error);
}

GraphRequest *
graph_users_set_manager_request(const GraphClient *client, const char *id, const char *manager_id)
{
  GraphRequest *request =
      graph_request_new("users.set-manager", id, NULL,
                        g_strdup_printf(_("Making %s the manager of %s"), manager_id, id));
  char *body = graph_reference(client, "users", manager_id);
  graph_request_take_body(request, body, strlen(body));
  return request;
}

gboolean
graph_users_set_manager(GraphClient *client, const char *id, const char *manager_id,
                        GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  if (!manager_id) {
    g_autofree char *what = g_strdup_printf(_("Removing the manager of %s"), id);
    GraphCall call = {.endpoint = "users.remove-manager", .id = id, .what = what};
    g_autoptr(GError) failure = NULL;
    if (graph_send_only(client, &call, trace, cancellable, &failure) ||
        graph_error_is(failure, 404))
      return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  g_autoptr(GraphRequest) request = graph_users_set_manager_request(client, id, manager_id);
  return graph_request_send(client, request, trace, cancellable, error);
}

GraphRequest *
graph_users_reprocess_licences_request(const char *id)
{
  GraphRequest *request =
      graph_request_new("users.reprocess-licences", id, NULL,
                        g_strdup_printf(_("Having the licences of %s worked out anew"), id));
  graph_request_take_body(request, g_strdup("{}"), 2);
  return request;
}

gboolean
graph_users_reprocess_licences(GraphClient *client, const char *id, GraphTrace *trace,
                               GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_users_reprocess_licences_request(id);
  return graph_request_send(client, request, trace, cancellable, error);
}

/* --- passes --- */

static gboolean
collect_id(const cJSON *object, gpointer ids)
{
  const char *id = json_string(object, "id");
  if (id)
    g_ptr_array_add(ids, g_strdup(id));
  return TRUE;
}

gboolean
graph_users_remove_passes(GraphClient *client, const char *id, GraphTrace *trace,
                          GCancellable *cancellable, GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Taking back the Temporary Access Pass of %s"), id);
  GraphCall list = {.endpoint = "users.passes", .id = id, .what = what};
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
  if (!graph_each(client, &list, collect_id, ids, cancellable, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    GraphCall call = {
        .endpoint = "users.remove-pass", .id = id, .other = ids->pdata[i], .what = what};
    g_autoptr(GError) failure = NULL;
    if (!graph_send_only(client, &call, trace, cancellable, &failure) &&
        !graph_error_is(failure, 404)) {
      g_propagate_error(error, g_steal_pointer(&failure));
      return FALSE;
    }
  }
  return TRUE;
}
