/* Who answers for an account. Contract 9. */
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

#define MOST 100

GPtrArray *
graph_users_sponsors(GraphClient *client, const char *id, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "users.sponsors",
                    .id = id,
                    .query = "$select=id,displayName,userPrincipalName,mail,accountEnabled,"
                             "preferredLanguage",
                    .what = _("Reading the sponsors")};
  g_autoptr(HttpResponse) response = graph_send(client, &call, NULL, cancellable, error);
  if (!response)
    return NULL;
  g_autoptr(GPtrArray) sponsors = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
  g_autoptr(UsersReader) users = users_reader_new(NULL, NULL, MOMENT_UNKNOWN);
  return users_reader_append(users, response, call.what, sponsors, MOST, error)
             ? g_steal_pointer(&sponsors)
             : NULL;
}

static gboolean
is_sponsor(GraphClient *client, const char *id, const char *sponsor_id, GCancellable *cancellable)
{
  g_autoptr(GPtrArray) sponsors = graph_users_sponsors(client, id, cancellable, NULL);
  for (guint i = 0; sponsors && i < sponsors->len; i++)
    if (g_ascii_strcasecmp(account_text(sponsors->pdata[i], FIELD_ID), sponsor_id) == 0)
      return TRUE;
  return FALSE;
}

GraphRequest *
graph_users_sponsors_request(const char *id)
{
  GraphRequest *request =
      graph_request_new("users.sponsors", id, NULL, g_strdup(_("Reading the sponsors")));
  graph_request_take_query(request, g_strdup("$select=id"));
  return request;
}

GraphRequest *
graph_users_add_sponsor_request(const GraphClient *client, const char *id, const char *sponsor_id)
{
  GraphRequest *request =
      graph_request_new("users.add-sponsor", id, NULL,
                        g_strdup_printf(_("Making %s the sponsor of %s"), sponsor_id, id));
  char *body = graph_reference(client, "users", sponsor_id);
  graph_request_take_body(request, body, strlen(body));
  return request;
}

gboolean
graph_users_add_sponsor(GraphClient *client, const char *id, const char *sponsor_id,
                        GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_users_add_sponsor_request(client, id, sponsor_id);
  g_autoptr(GError) failure = NULL;
  if (graph_request_send(client, request, trace, cancellable, &failure))
    return TRUE;
  /* 400 also means: is one already. */
  if (graph_error_is(failure, 400) && is_sponsor(client, id, sponsor_id, cancellable))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

static GraphRequest *
remove_request(const char *id, const char *sponsor_id)
{
  GraphRequest *request =
      graph_request_new("users.remove-sponsor", id, sponsor_id,
                        g_strdup_printf(_("Removing %s as the sponsor of %s"), sponsor_id, id));
  request->good = 404;
  return request;
}

gboolean
graph_users_remove_sponsor(GraphClient *client, const char *id, const char *sponsor_id,
                           GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = remove_request(id, sponsor_id);
  return graph_request_send(client, request, trace, cancellable, error);
}
