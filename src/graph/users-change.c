/* Smaller changes of a user: the manager, licences worked out anew, passes taken
 * back; and many users read at once by their ids. Contract 3.3, 6, 8, 9. */
#include "graph/batch.h"
#include "graph/pages-private.h"
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "net/retry.h"
#include <string.h>

/* Values that one "in" may hold without the advanced pair; contract 3.3. */
#define IDS_AT_ONCE 15
/* How often parts of a batch are asked for. */
#define ATTEMPTS 8

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

/* --- many at once --- */

static GraphRequest *
ids_request(const char *const *ids, guint n, const GraphReading *reading, gboolean deleted)
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
  GraphRequest *request = graph_request_new(deleted ? "users.list-deleted" : "users.list", NULL,
                                            NULL, g_strdup(_("Reading the accounts")));
  graph_request_take_query(request, g_string_free(g_steal_pointer(&query), FALSE));
  return request;
}

static gboolean
read_some(GraphClient *client, const char *const *ids, guint n, const GraphReading *reading,
          gboolean deleted, SnapshotBuilder *builder, GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = ids_request(ids, n, reading, deleted);
  g_autoptr(HttpResponse) response = graph_send(client, &request->call, NULL, cancellable, error);
  if (!response)
    return FALSE;
  g_autoptr(UsersReader) users = users_reader_new(reading, NULL, MOMENT_UNKNOWN);
  return users_reader_page(users, response, request->what, builder, error);
}

/* What is asked for in one batch, and which parts of it have been read. */
typedef struct {
  const char *const *ids;
  guint n;
  gboolean read[GRAPH_BATCH_MOST];
  const GraphReading *reading;
  gboolean deleted;
} Many;

/* One answer; `ret_again` when it is to be asked for once more. */
static gboolean
take_part(Many *many, guint part, const GraphAnswer *answer, SnapshotBuilder *builder,
          gboolean *ret_again, GError **error)
{
  if (answer->refused || answer->trace.maybe_processed) {
    *ret_again = TRUE;
    return TRUE;
  }
  if (answer->error) {
    g_propagate_error(error, g_error_copy(answer->error));
    return FALSE;
  }
  g_autoptr(HttpResponse) page = graph_answer_page(answer);
  g_autoptr(UsersReader) users = users_reader_new(many->reading, NULL, MOMENT_UNKNOWN);
  many->read[part] = TRUE;
  return users_reader_page(users, page, _("Reading the accounts"), builder, error);
}

static gboolean
read_parts(GraphClient *client, Many *many, SnapshotBuilder *builder, gboolean *ret_again,
           GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphBatch) batch = graph_batch_new();
  guint parts[GRAPH_BATCH_MOST];
  for (guint i = 0, part = 0; i < many->n; i += IDS_AT_ONCE, part++) {
    if (many->read[part])
      continue;
    parts[graph_batch_length(batch)] = part;
    graph_batch_add(
        batch,
        ids_request(many->ids + i, MIN(many->n - i, IDS_AT_ONCE), many->reading, many->deleted),
        NULL);
  }
  if (!graph_batch_send(client, batch, TRUE, cancellable, error))
    return FALSE;
  for (guint i = 0; i < graph_batch_length(batch); i++)
    if (!take_part(many, parts[i], graph_batch_answer(batch, i), builder, ret_again, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_many(GraphClient *client, Many *many, SnapshotBuilder *builder, GCancellable *cancellable,
          GError **error)
{
  for (guint attempt = 1;; attempt++) {
    gboolean again = FALSE;
    if (!read_parts(client, many, builder, &again, cancellable, error))
      return FALSE;
    if (!again)
      return TRUE;
    if (attempt == ATTEMPTS) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_THROTTLED,
                          _("Reading the accounts: the service puts it off again and again."));
      return FALSE;
    }
    if (!retry_sleep(200 * attempt, retry_stop(cancellable), error))
      return FALSE;
  }
}

gboolean
graph_users_read_ids(GraphClient *client, const char *const *ids, guint n,
                     const GraphReading *reading, gboolean deleted, SnapshotBuilder *builder,
                     GCancellable *cancellable, GError **error)
{
  const guint most = IDS_AT_ONCE * GRAPH_BATCH_MOST;
  if (n <= IDS_AT_ONCE)
    return n == 0 || read_some(client, ids, n, reading, deleted, builder, cancellable, error);
  for (guint i = 0; i < n; i += most) {
    Many many = {.ids = ids + i, .n = MIN(n - i, most), .reading = reading, .deleted = deleted};
    if (!read_many(client, &many, builder, cancellable, error))
      return FALSE;
  }
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
