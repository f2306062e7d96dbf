/* Many users at once: those of a list of ids, fifteen in a request and twenty
 * requests in a batch, and all that are deleted. Contract 3.2, 3.3, 4.4. */
#include "graph/batch.h"
#include "graph/pages-private.h"
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "net/retry.h"

/* Values that one "in" may hold without the advanced pair; contract 3.3. */
#define IDS_AT_ONCE 15
/* How often parts of a batch are asked for that found no answer; and how long those that the
 * service puts off, as long as anything else is. */
#define ATTEMPTS 8
#define PATIENCE (300 * G_TIME_SPAN_SECOND)

#define FIELD(id) (G_GUINT64_CONSTANT(1) << (id))
#define COSTLY    (FIELD(FIELD_SIGN_IN) | FIELD(FIELD_SPONSOR) | FIELD(FIELD_SPONSOR_ID))

/* What comes without further requests, permissions or smaller pages. */
static UsersManner
cheap_manner(const GraphReading *reading)
{
  UsersManner manner = users_manner(reading);
  manner.fields &= ~COSTLY;
  manner.expand = manner.sign_in = FALSE;
  manner.absent_sign_in = MOMENT_UNKNOWN;
  return manner;
}

/* What is asked of many ids, and how. */
typedef struct {
  const GraphReading *reading;
  UsersManner manner;
  gboolean deleted;
} Asked;

static GraphRequest *
ids_request(const char *const *ids, guint n, const Asked *asked)
{
  g_autofree char *shape = users_manner_query(&asked->manner, asked->reading);
  g_autoptr(GString) query = g_string_new("$filter=id%20in%20(");
  for (guint i = 0; i < n; i++) {
    g_autofree char *literal = graph_literal(ids[i]);
    g_string_append_printf(query, "%s%s", i ? "," : "", literal);
  }
  g_string_append_printf(query, ")&%s", shape);
  GraphRequest *request = graph_request_new(asked->deleted ? "users.list-deleted" : "users.list",
                                            NULL, NULL, g_strdup(_("Reading the accounts")));
  graph_request_take_query(request, g_string_free(g_steal_pointer(&query), FALSE));
  return request;
}

static gboolean
read_some(GraphClient *client, const char *const *ids, guint n, const Asked *asked,
          SnapshotBuilder *builder, GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = ids_request(ids, n, asked);
  g_autoptr(HttpResponse) response = graph_send(client, &request->call, NULL, cancellable, error);
  if (!response)
    return FALSE;
  g_autoptr(UsersReader) users =
      users_reader_new(asked->reading, NULL, asked->manner.absent_sign_in);
  return users_reader_page(users, response, request->what, builder, error);
}

/* What is asked for in one batch, and which parts of it have been read. */
typedef struct {
  const char *const *ids;
  guint n;
  gboolean read[GRAPH_BATCH_MOST];
  const Asked *asked;
} Many;

/* What is to be asked for once more. */
typedef struct {
  gboolean broken, put_off;
} Again;

static gboolean
take_part(Many *many, guint part, const GraphAnswer *answer, SnapshotBuilder *builder, Again *again,
          GError **error)
{
  if (answer->refused || answer->trace.maybe_processed) {
    /* The wait that was asked for is everybody's: it comes before the next request. */
    gboolean put_off = answer->refused && answer->trace.http_status != 401;
    again->put_off |= put_off;
    again->broken |= !put_off;
    return TRUE;
  }
  if (answer->error) {
    g_propagate_error(error, g_error_copy(answer->error));
    return FALSE;
  }
  g_autoptr(HttpResponse) page = graph_answer_page(answer);
  g_autoptr(UsersReader) users =
      users_reader_new(many->asked->reading, NULL, many->asked->manner.absent_sign_in);
  many->read[part] = TRUE;
  return users_reader_page(users, page, _("Reading the accounts"), builder, error);
}

static gboolean
read_parts(GraphClient *client, Many *many, SnapshotBuilder *builder, Again *again,
           GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphBatch) batch = graph_batch_new();
  guint parts[GRAPH_BATCH_MOST];
  for (guint i = 0, part = 0; i < many->n; i += IDS_AT_ONCE, part++) {
    if (many->read[part])
      continue;
    parts[graph_batch_length(batch)] = part;
    graph_batch_add(batch, ids_request(many->ids + i, MIN(many->n - i, IDS_AT_ONCE), many->asked),
                    NULL);
  }
  if (!graph_batch_send(client, batch, TRUE, cancellable, error))
    return FALSE;
  for (guint i = 0; i < graph_batch_length(batch); i++)
    if (!take_part(many, parts[i], graph_batch_answer(batch, i), builder, again, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_many(GraphClient *client, Many *many, SnapshotBuilder *builder, GCancellable *cancellable,
          GError **error)
{
  gint64 end = g_get_monotonic_time() + PATIENCE;
  for (guint broken = 0;;) {
    Again again = {0};
    if (!read_parts(client, many, builder, &again, cancellable, error))
      return FALSE;
    if (!again.broken && !again.put_off)
      return TRUE;
    broken += again.broken ? 1 : 0;
    if (broken == ATTEMPTS || g_get_monotonic_time() > end) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_THROTTLED,
                          _("Reading the accounts: the service puts it off again and again."));
      return FALSE;
    }
    if (!retry_sleep(200 * MAX(broken, 1), retry_stop(cancellable), error))
      return FALSE;
  }
}

static gboolean
read_ids(GraphClient *client, const char *const *ids, guint n, const Asked *asked,
         SnapshotBuilder *builder, GCancellable *cancellable, GError **error)
{
  const guint most = IDS_AT_ONCE * GRAPH_BATCH_MOST;
  if (n <= IDS_AT_ONCE)
    return n == 0 || read_some(client, ids, n, asked, builder, cancellable, error);
  for (guint i = 0; i < n; i += most) {
    Many many = {.ids = ids + i, .n = MIN(n - i, most), .asked = asked};
    if (!read_many(client, &many, builder, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
graph_users_read_ids(GraphClient *client, const char *const *ids, guint n,
                     const GraphReading *reading, gboolean deleted, SnapshotBuilder *builder,
                     GCancellable *cancellable, GError **error)
{
  const Asked asked = {reading, cheap_manner(reading), deleted};
  return read_ids(client, ids, n, &asked, builder, cancellable, error);
}

gboolean
graph_users_read_evidence(GraphClient *client, const char *const *ids, guint n,
                          SnapshotBuilder *builder, gboolean *ret_sponsors,
                          GCancellable *cancellable, GError **error)
{
  const GraphReading reading = {.fields = FIELD(FIELD_ID) | FIELD(FIELD_STATE) | COSTLY};
  Asked asked = {&reading, users_manner(&reading), FALSE};
  for (;;) {
    g_autoptr(GError) failure = NULL;
    if (read_ids(client, ids, n, &asked, builder, cancellable, &failure)) {
      *ret_sponsors = asked.manner.expand;
      return TRUE;
    }
    if (!users_manner_change(&asked.manner, failure)) {
      g_propagate_error(error, g_steal_pointer(&failure));
      return FALSE;
    }
  }
}

gboolean
graph_users_list_deleted(GraphClient *client, const GraphReading *reading, SnapshotBuilder *builder,
                         GCancellable *cancellable, GError **error)
{
  const UsersManner manner = cheap_manner(reading);
  g_autofree char *shape = users_manner_query(&manner, reading);
  g_autofree char *query = g_strdup_printf("%s&$top=999", shape);
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
