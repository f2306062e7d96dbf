/* The record of requests, bounded: the newest are kept. */
#include "sim/record.h"

#include <string.h>

#include "sim/out.h"

#define KEPT        200000
#define BODY_LIMIT  65536
#define BODIES_KEPT 20000

typedef struct {
  guint64 n, batch;
  gint64 time;
  const char *method;
  char *target, *client_request_id, *body, *content_type;
  gboolean eventual;
  int status;
} Entry;

struct Record {
  GQueue entries;
  GQueue bodies;      /* Entry, those with a body */
  GHashTable *counts; /* "GET /users/{} 200" → number */
  guint64 last;
  guint in_flight, most_in_flight;
};

static void
entry_free(gpointer data)
{
  Entry *entry = data;

  g_free(entry->target);
  g_free(entry->client_request_id);
  g_free(entry->body);
  g_free(entry->content_type);
  g_free(entry);
}

Record *
record_new(void)
{
  Record *record = g_new0(Record, 1);

  g_queue_init(&record->entries);
  g_queue_init(&record->bodies);
  record->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return record;
}

void
record_clear(Record *record)
{
  g_queue_clear(&record->bodies);
  g_queue_clear_full(&record->entries, entry_free);
  g_hash_table_remove_all(record->counts);
  record->last = 0;
  record->most_in_flight = record->in_flight;
}

void
record_free(Record *record)
{
  record_clear(record);
  g_hash_table_unref(record->counts);
  g_free(record);
}

static void
trim(Record *record)
{
  while (record->entries.length > KEPT) {
    Entry *oldest = g_queue_pop_head(&record->entries);
    if (g_queue_peek_head(&record->bodies) == oldest)
      g_queue_pop_head(&record->bodies);
    entry_free(oldest);
  }
  while (record->bodies.length > BODIES_KEPT)
    g_clear_pointer(&((Entry *)g_queue_pop_head(&record->bodies))->body, g_free);
}

/* Client secrets and refresh tokens are left out. */
/* Of a form of the login host, what is no secret. */
static char *
keep_form(const Call *call)
{
  static const char *const open[] = {"grant_type=", "client_id=", "scope=", "claims="};
  g_auto(GStrv) parts = g_strsplit(call->body, "&", 64);
  g_autoptr(GString) kept = g_string_new(NULL);

  for (guint i = 0; parts[i]; i++)
    for (guint j = 0; j < G_N_ELEMENTS(open); j++)
      if (g_str_has_prefix(parts[i], open[j]))
        g_string_append_printf(kept, "%s%s", kept->len ? "&" : "", parts[i]);
  return g_string_free(g_steal_pointer(&kept), FALSE);
}

static char *
keep_body(const Call *call)
{
  if (!call->body_length || call->body_length > BODY_LIMIT)
    return NULL;
  if (strstr(call->path, "/oauth2/"))
    return keep_form(call);
  return g_utf8_make_valid(call->body, (gssize)call->body_length);
}

guint64
record_begin_item(Record *record, const Call *call, guint64 batch)
{
  Entry *entry = g_new0(Entry, 1);

  *entry = (Entry){.n = ++record->last,
                   .batch = batch,
                   .time = call->now,
                   .method = call->method,
                   .target = g_utf8_make_valid(call->target, -1),
                   .client_request_id = g_strdup(call->client_request_id),
                   .eventual = call->eventual,
                   .content_type = g_strdup(call->content_type),
                   .body = keep_body(call)};
  g_queue_push_tail(&record->entries, entry);
  if (entry->body)
    g_queue_push_tail(&record->bodies, entry);
  trim(record);
  return entry->n;
}

guint64
record_begin(Record *record, const Call *call)
{
  record->in_flight++;
  record->most_in_flight = MAX(record->most_in_flight, record->in_flight);
  return record_begin_item(record, call, 0);
}

void
record_end(Record *record, guint64 n, const Call *call, int status)
{
  for (GList *at = record->entries.tail; at; at = at->prev) {
    Entry *entry = at->data;
    if (entry->n != n)
      continue;
    entry->status = status;
    break;
  }
  char *key = g_strdup_printf("%s %s %d", call->method,
                              call->pattern ? call->pattern : "(no such path)", status);
  guint count = GPOINTER_TO_UINT(g_hash_table_lookup(record->counts, key));
  g_hash_table_insert(record->counts, key, GUINT_TO_POINTER(count + 1));
}

void
record_left(Record *record)
{
  record->in_flight--;
}

guint64
record_last(const Record *record)
{
  return record->last;
}

void
record_write(const Record *record, GString *out, guint64 after, gboolean bodies)
{
  for (const GList *at = record->entries.head; at; at = at->next) {
    const Entry *entry = at->data;
    char time[21];
    if (entry->n <= after)
      continue;
    out_format_date(entry->time / 1000, time);
    g_string_append_printf(out, "{\"n\":%" G_GUINT64_FORMAT, entry->n);
    out_pair(out, "time", time);
    out_pair(out, "method", entry->method);
    out_pair(out, "path", entry->target);
    out_pair_int(out, "status", entry->status);
    out_pair(out, "client-request-id", entry->client_request_id);
    if (entry->batch)
      out_pair_int(out, "batch", (gint64)entry->batch);
    if (entry->eventual)
      out_pair_bool(out, "eventual", TRUE);
    if (bodies && entry->body) {
      out_pair(out, "content-type", entry->content_type);
      out_pair(out, "body", entry->body);
    }
    g_string_append(out, "}\n");
  }
}

static int
compare_keys(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
record_write_stats(const Record *record, GString *out)
{
  guint n;
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array(record->counts, &n);

  qsort(keys, n, sizeof *keys, compare_keys);
  g_string_append_c(out, '{');
  out_pair_int(out, "requests", (gint64)record->last);
  out_pair_int(out, "in_flight_most", record->most_in_flight);
  out_key(out, "counts");
  g_string_append_c(out, '[');
  for (guint i = 0; i < n; i++) {
    g_auto(GStrv) parts = g_strsplit(keys[i], " ", 2);
    char *status = strrchr(parts[1], ' ');
    *status++ = 0;
    out_comma(out);
    g_string_append_c(out, '{');
    out_pair(out, "method", parts[0]);
    out_pair(out, "path", parts[1]);
    out_pair_int(out, "status", g_ascii_strtoll(status, NULL, 10));
    out_pair_int(out, "count", GPOINTER_TO_UINT(g_hash_table_lookup(record->counts, keys[i])));
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}
