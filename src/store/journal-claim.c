/* Who is being made: two runs that asked the tenant at the same time both find
 * a person missing, and would make two accounts. What the journal knows of
 * creations that are under way, or ended since a plan was made, settles it. */
#include "store/journal-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <inttypes.h>

#define CREATION "user.create"
#define EXTERNAL "otherMails"

static const char *
external_of(const Operation *operation)
{
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    if (g_str_equal(value->name, EXTERNAL))
      return value->to;
  }
  return NULL;
}

/* The external addresses that the plan makes accounts for, in lower case. */
static GHashTable *
addresses_of(const Plan *plan)
{
  GHashTable *addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (!g_str_equal(operation->kind, CREATION) || journal_is_finished(operation->state))
      continue;
    const char *external = external_of(operation);
    if (external != NULL)
      g_hash_table_add(addresses, g_ascii_strdown(external, -1));
  }
  return addresses;
}

static void
fail_claimed(const char *address, const char *user_name, gint64 plan_id, gboolean done,
             GError **error)
{
  if (done)
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("%s was given an account meanwhile: %s, by plan %" PRId64), address, user_name,
                plan_id);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("An account for %s is being made already: %s, by plan %" PRId64
                  "; if that run was broken off, 'usher repair %s' finishes it"),
                address, user_name, plan_id, user_name);
}

static gboolean
check_rows(Store *store, sqlite3_stmt *select, GHashTable *addresses, GError **error)
{
  int got;
  while ((got = store_next(store, select, error)) > 0) {
    g_autofree char *external = store_column_text(select, 0);
    g_autofree char *lower = external == NULL ? NULL : g_ascii_strdown(external, -1);
    if (lower == NULL || !g_hash_table_contains(addresses, lower))
      continue;
    g_autofree char *user_name = store_column_text(select, 1);
    fail_claimed(external, user_name, sqlite3_column_int64(select, 2),
                 sqlite3_column_int(select, 3) != 0, error);
    got = -1;
    break;
  }
  store_reset(select);
  return got == 0;
}

gboolean
journal_claim(Store *store, const Plan *plan, GError **error)
{
  g_autoptr(GHashTable) addresses = addresses_of(plan);
  if (g_hash_table_size(addresses) == 0)
    return TRUE;
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT (SELECT json_extract(v.value, '$[2]') FROM json_each(o.vals) AS v"
      "   WHERE json_extract(v.value, '$[0]') = '" EXTERNAL "'),"
      " o.target_name, o.plan_id, o.state = 'done'"
      " FROM operation AS o JOIN plan AS p ON p.id = o.plan_id"
      " WHERE o.kind = '" CREATION "' AND p.tenant IS ?2 AND"
      " (o.state IN ('planned', 'intended', 'sent') OR (o.state = 'done' AND o.finished_at >= ?1))",
      error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, plan->made_at);
  store_bind_text(select, 2, plan->tenant);
  return check_rows(store, select, addresses, error);
}
