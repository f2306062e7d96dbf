/* Verifying the journal: first the chain by itself, then that the tables say
 * what the chain says. Nothing is repaired; the first trouble is named. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "store/journal-private.h"
#include <stdlib.h>

/* One entry of the chain, lent from its row. */
typedef struct {
  gint64 number, plan_id, at;
  guint sequence;
  const char *event, *content, *before, *hash;
} Entry;

static Entry
read_entry(sqlite3_stmt *row)
{
  return (Entry){
      .number = sqlite3_column_int64(row, 0),
      .event = (const char *)sqlite3_column_text(row, 1),
      .plan_id = sqlite3_column_int64(row, 2),
      .sequence = (guint)sqlite3_column_int64(row, 3),
      .at = sqlite3_column_int64(row, 4),
      .content = (const char *)sqlite3_column_text(row, 5),
      .before = (const char *)sqlite3_column_text(row, 6),
      .hash = (const char *)sqlite3_column_text(row, 7),
  };
}

static gboolean found(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean
found(GError **error, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, USHER_ERROR, USHER_ERROR_STORE, "%s", text);
  return FALSE;
}

/* What an entry is about: "entry 7 (plan 3, operation 2, 2026-11-20T14:02:11Z)". */
static char *
describe(const Entry *entry)
{
  g_autofree char *time = clock_format_iso(entry->at);
  if (entry->sequence == 0)
    return g_strdup_printf(_("entry %d (plan %d, %s)"), (int)entry->number, (int)entry->plan_id,
                           time);
  return g_strdup_printf(_("entry %d (plan %d, operation %u, %s)"), (int)entry->number,
                         (int)entry->plan_id, entry->sequence, time);
}

/* One link: its number follows, its hash is right, and it holds the one before. */
static gboolean
check_link(const Entry *entry, gint64 expected, const char *before, GError **error)
{
  g_autofree char *what = describe(entry);
  g_autofree char *hash = chain_hash(entry->before, entry->number, entry->event, entry->plan_id,
                                     entry->sequence, entry->at, entry->content);
  if (entry->number != expected)
    return found(error,
                 ngettext("The journal is not whole: %d entry before %s is missing.",
                          "The journal is not whole: %d entries before %s are missing.",
                          (gulong)(entry->number - expected)),
                 (int)(entry->number - expected), what);
  if (g_strcmp0(hash, entry->hash) != 0)
    return found(error, _("The journal is not whole: %s was changed."), what);
  if (g_strcmp0(entry->before, before) != 0)
    return found(error, _("The journal is not whole: what came before %s was changed."), what);
  return TRUE;
}

static gboolean
check_end(Store *store, gint64 number, const char *hash, GError **error)
{
  gint64 last;
  g_autofree char *last_hash = NULL;
  if (!chain_head(store, &last, &last_hash, error))
    return FALSE;
  if (last > number)
    return found(error,
                 ngettext("The journal is not whole: its last entry is missing.",
                          "The journal is not whole: its last %d entries are missing.",
                          (gulong)(last - number)),
                 (int)(last - number));
  if (last < number)
    return found(error, _("The journal is not whole: the entries after %d were put in by hand."),
                 (int)last);
  if (g_strcmp0(hash, last_hash) != 0)
    return found(error, _("The journal is not whole: its last entry (%d) was replaced."),
                 (int)number);
  return TRUE;
}

static gboolean
check_chain(Store *store, guint *ret_entries, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT number, event, plan_id, sequence, at, content, before, hash FROM chain"
      " ORDER BY number",
      error);
  if (select == NULL)
    return FALSE;
  g_autofree char *before = g_strdup("");
  gint64 number = 0;
  gboolean ok = TRUE;
  int got = 0;
  while (ok && (got = store_next(store, select, error)) > 0) {
    Entry entry = read_entry(select);
    ok = check_link(&entry, number + 1, before, error);
    number = entry.number;
    g_free(before);
    before = g_strdup(entry.hash);
  }
  store_reset(select);
  *ret_entries = (guint)number;
  return ok && got == 0 && check_end(store, number, before, error);
}

/* The newest content of an event; NULL when there is none. */
static char *
chained_content(Store *store, gint64 plan_id, const char *event, guint sequence, gint64 *ret_at,
                GError **error)
{
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT content, at FROM chain WHERE plan_id = ?1 AND event = ?2 AND sequence = ?3"
      " ORDER BY number DESC LIMIT 1",
      error);
  if (select == NULL)
    return NULL;
  store_bind_int(select, 1, plan_id);
  store_bind_text(select, 2, event);
  store_bind_int(select, 3, sequence);
  char *content = NULL;
  if (store_next(store, select, error) > 0) {
    content = store_column_text(select, 0);
    *ret_at = sqlite3_column_int64(select, 1);
  }
  store_reset(select);
  return content;
}

/* An operation says what its last entry says; one that was never chained is not finished. */
static gboolean
check_operation(Store *store, gint64 plan_id, guint sequence, const char *seal, GError **error)
{
  gint64 at = 0;
  g_autofree char *fixed = chain_operation_seal(store, plan_id, sequence, error);
  g_autofree char *now = chain_operation_content(store, plan_id, sequence, error);
  if (fixed == NULL || now == NULL) {
    if (error != NULL && *error != NULL)
      return FALSE;
    return found(error, _("The journal is not whole: operation %u of plan %d is missing."),
                 sequence, (int)plan_id);
  }
  g_autofree char *then = chained_content(store, plan_id, CHAIN_OPERATION, sequence, &at, error);
  if (error != NULL && *error != NULL)
    return FALSE;
  g_autofree char *time = clock_format_iso(at);
  if (then != NULL && g_strcmp0(now, then) != 0)
    return found(error,
                 _("The journal is not whole: operation %u of plan %d was changed after it was "
                   "written at %s."),
                 sequence, (int)plan_id, time);
  if (g_strcmp0(fixed, seal) != 0)
    return found(error, _("The journal is not whole: operation %u of plan %d was changed."),
                 sequence, (int)plan_id);
  return TRUE;
}

/* Checks the operations of one "plan" or "extend" entry: a header, a line end, then
 * "1 seal,2 seal…". */
static gboolean
check_seals(Store *store, gint64 plan_id, const char *content, guint *count, GError **error)
{
  const char *list = strchr(content, '\n');
  if (list == NULL)
    return found(error, _("The journal is not whole: the beginning of plan %d was changed."),
                 (int)plan_id);
  g_auto(GStrv) items = g_strsplit(list + 1, ",", -1);
  for (char **item = items; *item != NULL; item++) {
    char *seal = strchr(*item, ' ');
    if (seal == NULL)
      continue;
    guint sequence = (guint)strtoul(*item, NULL, 10);
    if (!check_operation(store, plan_id, sequence, seal + 1, error))
      return FALSE;
    (*count)++;
  }
  return TRUE;
}

static gboolean
check_operations(Store *store, gint64 plan_id, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store,
                      "SELECT content FROM chain WHERE plan_id = ?1 AND event IN ('plan', 'extend')"
                      " ORDER BY number",
                      error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, plan_id);
  gboolean ok = TRUE;
  guint sealed = 0;
  int got = 0;
  while (ok && (got = store_next(store, select, error)) > 0)
    ok = check_seals(store, plan_id, (const char *)sqlite3_column_text(select, 0), &sealed, error);
  store_reset(select);
  if (!ok || got < 0)
    return FALSE;
  sqlite3_stmt *count =
      store_statement(store, "SELECT count(*) FROM operation WHERE plan_id = ?1", error);
  if (count == NULL)
    return FALSE;
  store_bind_int(count, 1, plan_id);
  got = store_next(store, count, error);
  guint there = got > 0 ? (guint)sqlite3_column_int64(count, 0) : 0;
  store_reset(count);
  if (got > 0 && there > sealed)
    return found(
        error,
        ngettext("The journal is not whole: of plan %d %u operation was written, and there "
                 "are %u: some were put in by hand.",
                 "The journal is not whole: of plan %d %u operations were written, and "
                 "there are %u: some were put in by hand.",
                 sealed),
        (int)plan_id, sealed, there);
  return got > 0;
}

static gboolean
check_plan(Store *store, gint64 plan_id, guint first_sequence, GError **error)
{
  gint64 at = 0;
  GError *cause = NULL;
  g_autofree char *header = chain_plan_content(store, plan_id, &cause);
  g_autofree char *state = chain_state_content(store, plan_id, &cause);
  g_autofree char *then_state =
      cause == NULL ? chained_content(store, plan_id, CHAIN_STATE, 0, &at, &cause) : NULL;
  g_autofree char *then =
      cause == NULL ? chained_content(store, plan_id, CHAIN_PLAN, first_sequence, &at, &cause)
                    : NULL;
  if (cause != NULL) {
    g_propagate_error(error, cause);
    return FALSE;
  }
  if (then == NULL)
    return found(error, _("The journal is not whole: plan %d was put in by hand."), (int)plan_id);
  g_autofree char *time = clock_format_iso(at);
  gsize length = header != NULL ? strlen(header) : 0;
  if (header == NULL || strncmp(then, header, length) != 0 || then[length] != '\n' ||
      g_strcmp0(state, then_state) != 0)
    return found(error,
                 _("The journal is not whole: plan %d was changed after it was written at %s."),
                 (int)plan_id, time);
  return check_operations(store, plan_id, error);
}

static gboolean
check_missing_plans(Store *store, GError **error)
{
  gint64 missing = 0;
  if (!store_query_int(store,
                       "SELECT plan_id FROM chain WHERE plan_id NOT IN (SELECT id FROM plan)"
                       " LIMIT 1",
                       &missing, error))
    return FALSE;
  if (missing == 0)
    return TRUE;
  return found(error, _("The journal is not whole: plan %d is missing."), (int)missing);
}

/* Operations that say they are finished although the chain knows nothing of it. */
static gboolean
check_unchained(Store *store, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT plan_id, sequence FROM operation o WHERE state NOT IN ('planned', 'intended',"
      " 'sent') AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.plan_id = o.plan_id AND"
      " c.event = 'operation' AND c.sequence = o.sequence) LIMIT 1",
      error);
  if (select == NULL)
    return FALSE;
  int got = store_next(store, select, error);
  int plan_id = sqlite3_column_int(select, 0), sequence = sqlite3_column_int(select, 1);
  store_reset(select);
  if (got > 0)
    return found(error, _("The journal is not whole: operation %d of plan %d was changed."),
                 sequence, plan_id);
  return got == 0;
}

static gboolean
check_tables(Store *store, GError **error)
{
  if (!check_missing_plans(store, error) || !check_unchained(store, error))
    return FALSE;
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT id, (SELECT min(sequence) FROM chain WHERE plan_id = plan.id AND event = 'plan')"
      " FROM plan ORDER BY id",
      error);
  if (select == NULL)
    return FALSE;
  gboolean ok = TRUE;
  int got = 0;
  while (ok && (got = store_next(store, select, error)) > 0)
    ok = check_plan(store, sqlite3_column_int64(select, 0), (guint)sqlite3_column_int64(select, 1),
                    error);
  store_reset(select);
  return ok && got == 0;
}

/* The file itself, before its contents are trusted. */
static gboolean
check_file(Store *store, GError **error)
{
  sqlite3_stmt *select = store_statement(store, "PRAGMA quick_check(1)", error);
  if (select == NULL)
    return FALSE;
  int got = store_next(store, select, error);
  g_autofree char *text = got > 0 ? store_column_text(select, 0) : NULL;
  store_reset(select);
  if (got < 0)
    return FALSE;
  if (g_strcmp0(text, "ok") == 0)
    return TRUE;
  store_set_error(store, SQLITE_CORRUPT, error);
  return FALSE;
}

gboolean
journal_verify(Store *store, guint *ret_entries, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  guint entries = 0;
  /* Below it is asked whether an error was set. */
  GError *cause = NULL;
  if (!store_begin_read(store, error))
    return FALSE;
  gboolean ok = check_file(store, &cause) && check_chain(store, &entries, &cause) &&
                check_tables(store, &cause);
  store_end(store, FALSE, NULL);
  if (ret_entries != NULL && ok)
    *ret_entries = entries;
  if (!ok)
    g_propagate_error(error, cause);
  return ok;
}
