/* Smaller changes of a user: the manager, licences worked out anew, passes taken
 * back; and many users read at once by their ids. Contract 3.3, 6, 8, 9. */
#include "graph/pages-private.h"
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

/* Values that one "in" may hold without the advanced pair; contract 3.3. */
#define IDS_AT_ONCE 15

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
  g_autofree char *what = g_strdup_printf(_("Making %s the manager of %s"), manager_id, id);
  g_autofree char *body = graph_reference(client, "users", manager_id);
  GraphCall call = {.endpoint = "users.set-manager", .id = id, .body = body, .what = what};
  return graph_send_only(client, &call, trace, cancellable, error);
}

gboolean
graph_users_reprocess_licences(GraphClient *client, const char *id, GraphTrace *trace,
                               GCancellable *cancellable, GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Having the licences of %s worked out anew"), id);
  GraphCall call = {.endpoint = "users.reprocess-licences", .id = id, .body = "{}", .what = what};
  return graph_send_only(client, &call, trace, cancellable, error);
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

/* --- many at once --- */

static gboolean
read_some(GraphClient *client, const char *const *ids, guint n, const GraphReading *reading,
          gboolean deleted, SnapshotBuilder *builder, GCancellable *cancellable, GError **error)
{
  guint64 costly = (G_GUINT64_CONSTANT(1) << FIELD_SIGN_IN) |
                   (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR) |
                   (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR_ID);
  g_autofree char *select = users_select(users_fields(reading) & ~costly, reading);
  g_autoptr(GString) query = g_string_new("$filter=id%20in%20(");
  for (guint i = 0; i < n; i++) {
    g_autofree char *literal = graph_literal(ids[i]);
    g_string_append_printf(query, "%s%s", i ? "," : "", literal);
  }
  g_string_append_printf(query, ")&%s", select);
  GraphCall call = {.endpoint = deleted ? "users.list-deleted" : "users.list",
                    .query = query->str,
                    .what = _("Reading the accounts")};
  g_autoptr(HttpResponse) response = graph_send(client, &call, NULL, cancellable, error);
  if (!response)
    return FALSE;
  g_autoptr(UsersReader) users = users_reader_new(reading, NULL, MOMENT_UNKNOWN);
  return users_reader_page(users, response, call.what, builder, error);
}

gboolean
graph_users_read_ids(GraphClient *client, const char *const *ids, guint n,
                     const GraphReading *reading, gboolean deleted, SnapshotBuilder *builder,
                     GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < n; i += IDS_AT_ONCE)
    if (!read_some(client, ids + i, MIN(n - i, IDS_AT_ONCE), reading, deleted, builder, cancellable,
                   error))
      return FALSE;
  return TRUE;
}

gboolean
graph_users_list_deleted(GraphClient *client, const GraphReading *reading, SnapshotBuilder *builder,
                         GCancellable *cancellable, GError **error)
{
  guint64 costly = (G_GUINT64_CONSTANT(1) << FIELD_SIGN_IN) |
                   (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR) |
                   (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR_ID);
  g_autofree char *select = users_select(users_fields(reading) & ~costly, reading);
  g_autofree char *query = g_strdup_printf("%s&$top=999", select);
  GraphCall call = {
      .endpoint = "users.list-deleted", .query = query, .what = _("Reading the deleted accounts")};
  g_autoptr(Pages) pages = pages_start(client, &call, cancellable);
  g_autoptr(UsersReader) users = users_reader_new(reading, NULL, MOMENT_UNKNOWN);
  g_autoptr(GError) failure = NULL;
  for (;;) {
    g_auto(Page) page = {0};
    if (!pages_next(pages, &page, &failure))
      break;
    if (!users_reader_page(users, page.response, call.what, builder, error))
      return FALSE;
  }
  if (!failure)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}
