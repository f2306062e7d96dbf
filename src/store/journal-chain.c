/* The chain: each entry holds the hash of the one before, so that a record
 * that was changed, removed or put in later shows. Its contents are read back
 * from the tables, by the same code when written and when verified. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include "store/journal-private.h"

#define SEAL_DIGITS 32

/* The current row as a JSON object, keys in the order of the query. */
static char *
row_json(sqlite3_stmt *row)
{
  GString *out = g_string_new("{");
  for (int i = 0; i < sqlite3_column_count(row); i++) {
    json_append_key(out, sqlite3_column_name(row, i));
    if (sqlite3_column_type(row, i) == SQLITE_INTEGER)
      g_string_append_printf(out, "%" G_GINT64_FORMAT, (gint64)sqlite3_column_int64(row, i));
    else
      json_append_string(out, (const char *)sqlite3_column_text(row, i));
  }
  g_string_append_c(out, '}');
  return g_string_free(out, FALSE);
}

static char *
content(Store *store, const char *sql, gint64 plan_id, guint sequence, GError **error)
{
  sqlite3_stmt *select = store_statement(store, sql, error);
  if (select == NULL)
    return NULL;
  store_bind_int(select, 1, plan_id);
  if (sqlite3_bind_parameter_count(select) > 1)
    store_bind_int(select, 2, sequence);
  char *json = store_next(store, select, error) > 0 ? row_json(select) : NULL;
  store_reset(select);
  return json;
}

char *
chain_plan_content(Store *store, gint64 plan_id, GError **error)
{
  return content(store,
                 "SELECT title, reason, profile, tenant, roster, who, released_by, made_at, notes"
                 " FROM plan WHERE id = ?1",
                 plan_id, 0, error);
}

char *
chain_operation_content(Store *store, gint64 plan_id, guint sequence, GError **error)
{
  return content(store,
                 "SELECT kind, target_id, target_name, vals, depends_on, state,"
                 " client_request_id, request_id, http_status, error_code, error_message, result,"
                 " intended_at, finished_at FROM operation WHERE plan_id = ?1 AND sequence = ?2",
                 plan_id, sequence, error);
}

char *
chain_state_content(Store *store, gint64 plan_id, GError **error)
{
  return content(store, "SELECT state FROM plan WHERE id = ?1", plan_id, 0, error);
}

char *
chain_operation_seal(Store *store, gint64 plan_id, guint sequence, GError **error)
{
  g_autofree char *fixed =
      content(store,
              "SELECT sequence, kind, target_name, vals, depends_on FROM operation"
              " WHERE plan_id = ?1 AND sequence = ?2",
              plan_id, sequence, error);
  if (fixed == NULL)
    return NULL;
  char *seal = g_compute_checksum_for_string(G_CHECKSUM_SHA256, fixed, -1);
  seal[SEAL_DIGITS] = '\0';
  return seal;
}

char *
chain_hash(const char *before, gint64 number, const char *event, gint64 plan_id, guint sequence,
           gint64 at, const char *text)
{
  g_autofree char *head = g_strdup_printf("%s\n%" G_GINT64_FORMAT "\n%s\n%" G_GINT64_FORMAT
                                          "\n%u\n%" G_GINT64_FORMAT "\n",
                                          before, number, event, plan_id, sequence, at);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(sum, (const guchar *)head, -1);
  g_checksum_update(sum, (const guchar *)text, -1);
  return g_strdup(g_checksum_get_string(sum));
}

gboolean
chain_head(Store *store, gint64 *ret_number, char **ret_hash, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store, "SELECT number, hash FROM head WHERE id = 1", error);
  if (select == NULL)
    return FALSE;
  int got = store_next(store, select, error);
  if (got > 0) {
    *ret_number = sqlite3_column_int64(select, 0);
    *ret_hash = store_column_text(select, 1);
  } else if (got == 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
                _("The journal %s has lost the head of its chain."), store->path);
  store_reset(select);
  return got > 0;
}

static gboolean
write_head(Store *store, gint64 number, const char *hash, GError **error)
{
  sqlite3_stmt *update =
      store_statement(store, "UPDATE head SET number = ?1, hash = ?2 WHERE id = 1", error);
  if (update == NULL)
    return FALSE;
  store_bind_int(update, 1, number);
  store_bind_text(update, 2, hash);
  return store_run(store, update, error);
}

static gboolean
append(Store *store, const char *event, gint64 plan_id, guint sequence, const char *text,
       GError **error)
{
  gint64 number;
  g_autofree char *before = NULL;
  sqlite3_stmt *insert = store_statement(
      store,
      "INSERT INTO chain (number, event, plan_id, sequence, at, content, before, hash)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      error);
  if (insert == NULL || !chain_head(store, &number, &before, error))
    return FALSE;
  gint64 at = clock_now();
  number++;
  g_autofree char *hash = chain_hash(before, number, event, plan_id, sequence, at, text);
  store_bind_int(insert, 1, number);
  store_bind_text(insert, 2, event);
  store_bind_int(insert, 3, plan_id);
  store_bind_int(insert, 4, sequence);
  store_bind_int(insert, 5, at);
  store_bind_text(insert, 6, text);
  store_bind_text(insert, 7, before);
  store_bind_text(insert, 8, hash);
  return store_run(store, insert, error) && write_head(store, number, hash, error);
}

/* A row that was just written is there, or the program is wrong. */
static gboolean
append_content(Store *store, const char *event, gint64 plan_id, guint sequence, const char *text,
               GError **error)
{
  if (text != NULL)
    return append(store, event, plan_id, sequence, text, error);
  if (error != NULL && *error == NULL)
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE, _("The journal has no plan %d."),
                (int)plan_id);
  return FALSE;
}

gboolean
chain_add_plan(Store *store, gint64 plan_id, const char *event, guint first, guint last,
               GError **error)
{
  GError *cause = NULL;
  g_autofree char *header = chain_plan_content(store, plan_id, &cause);
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = first; cause == NULL && i <= last; i++) {
    g_autofree char *seal = chain_operation_seal(store, plan_id, i, &cause);
    g_string_append_printf(out, "%s%u %s", i > first ? "," : "", i, seal != NULL ? seal : "");
  }
  if (cause != NULL) {
    g_propagate_error(error, cause);
    return FALSE;
  }
  if (header != NULL)
    g_string_prepend(g_string_prepend_c(out, '\n'), header);
  return append_content(store, event, plan_id, last, header != NULL ? out->str : NULL, error);
}

gboolean
chain_add_operation(Store *store, gint64 plan_id, guint sequence, GError **error)
{
  GError *cause = NULL;
  g_autofree char *text = chain_operation_content(store, plan_id, sequence, &cause);
  if (cause != NULL) {
    g_propagate_error(error, cause);
    return FALSE;
  }
  return append_content(store, CHAIN_OPERATION, plan_id, sequence, text, error);
}

gboolean
chain_add_state(Store *store, gint64 plan_id, GError **error)
{
  GError *cause = NULL;
  g_autofree char *text = chain_state_content(store, plan_id, &cause);
  if (cause != NULL) {
    g_propagate_error(error, cause);
    return FALSE;
  }
  return append_content(store, CHAIN_STATE, plan_id, 0, text, error);
}
