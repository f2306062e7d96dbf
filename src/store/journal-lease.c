/* Who works on a plan: a process and its start time on a machine, with a
 * heartbeat for those that cannot be looked at from here. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "store/journal-private.h"
#include <string.h>
#include <unistd.h>

/* A process on another machine, or in another container, counts as dead when it has been
 * silent for so long. */
#define SILENCE ((gint64)(5 * 60))

static char *
machine_id(void)
{
  char *machine = NULL;
  if (g_file_get_contents("/etc/machine-id", &machine, NULL, NULL) && *g_strstrip(machine) != '\0')
    return machine;
  g_free(machine);
  return g_strdup(g_get_host_name());
}

/* Tells one run of the machine from the next: process numbers start anew. */
static char *
boot_id(void)
{
  char *boot = NULL;
  if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL))
    return g_strdup("");
  return g_strstrip(boot);
}

/* In another container process numbers mean something else. */
static char *
process_space(void)
{
  char *space = g_file_read_link("/proc/self/ns/pid", NULL);
  return space != NULL ? space : g_strdup("");
}

/* When a process started, in ticks since boot; NULL when it is gone or only waits to be
 * buried. */
static char *
process_start(int pid)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  if (!g_file_get_contents(path, &stat, NULL, NULL))
    return NULL;
  /* The name may hold anything, brackets too: what follows starts at the last one. */
  const char *rest = strrchr(stat, ')');
  if (rest == NULL)
    return NULL;
  g_auto(GStrv) fields = g_strsplit(rest + 1, " ", -1);
  /* fields[1] is the state (the third of the file), the start time the 22nd. */
  if (g_strv_length(fields) < 21 || strchr("ZXx", fields[1][0]) != NULL)
    return NULL;
  return g_strdup(fields[20]);
}

enum { TOKEN, MACHINE, BOOT, SPACE, HOST, PID, STARTED, HEARTBEAT, PLAN };

static gboolean
is_same(sqlite3_stmt *row, int column, char *here)
{
  g_autofree char *mine = here;
  return g_strcmp0((const char *)sqlite3_column_text(row, column), mine) == 0;
}

static gboolean
is_living(sqlite3_stmt *row)
{
  gboolean machine = is_same(row, MACHINE, machine_id());
  if (machine && !is_same(row, BOOT, boot_id()))
    return FALSE;
  if (!machine || !is_same(row, SPACE, process_space()))
    return clock_now() - sqlite3_column_int64(row, HEARTBEAT) < SILENCE;
  g_autofree char *started = process_start(sqlite3_column_int(row, PID));
  return started != NULL &&
         g_strcmp0(started, (const char *)sqlite3_column_text(row, STARTED)) == 0;
}

gboolean
lease_holder(Store *store, gint64 plan_id, LeaseHolder *holder, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store,
                      "SELECT token, machine, boot, space, host, pid, started, heartbeat FROM lease"
                      " WHERE plan_id = ?1",
                      error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, plan_id);
  int got = store_next(store, select, error);
  *holder = (LeaseHolder){.found = got > 0};
  if (got > 0) {
    holder->living = is_living(select);
    holder->ours = g_strcmp0((const char *)sqlite3_column_text(select, TOKEN), store->token) == 0;
    holder->pid = sqlite3_column_int(select, PID);
    holder->host = store_column_text(select, HOST);
  }
  store_reset(select);
  return got >= 0;
}

static gboolean
write_lease(Store *store, gint64 plan_id, GError **error)
{
  sqlite3_stmt *insert = store_statement(
      store,
      "INSERT OR REPLACE INTO lease (plan_id, token, machine, boot, space, host, pid, started,"
      " heartbeat) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      error);
  if (insert == NULL)
    return FALSE;
  g_autofree char *machine = machine_id();
  g_autofree char *boot = boot_id();
  g_autofree char *space = process_space();
  g_autofree char *started = process_start(getpid());
  store_bind_int(insert, 1, plan_id);
  store_bind_text(insert, 2, store->token);
  store_bind_text(insert, 3, machine);
  store_bind_text(insert, 4, boot);
  store_bind_text(insert, 5, space);
  store_bind_text(insert, 6, g_get_host_name());
  store_bind_int(insert, 7, getpid());
  store_bind_text(insert, 8, started != NULL ? started : "");
  store_bind_int(insert, 9, clock_now());
  return store_run(store, insert, error);
}

/* --- taking it --- */

/* The plans that living processes other than this one work on: GArray of gint64. */
static GArray *
others_at_work(Store *store, gint64 plan_id, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store,
                      "SELECT token, machine, boot, space, host, pid, started, heartbeat, plan_id"
                      " FROM lease WHERE plan_id <> ?1 AND token <> ?2",
                      error);
  if (select == NULL)
    return NULL;
  g_autoptr(GArray) plans = g_array_new(FALSE, FALSE, sizeof(gint64));
  store_bind_int(select, 1, plan_id);
  store_bind_text(select, 2, store->token);
  int got;
  while ((got = store_next(store, select, error)) > 0) {
    gint64 id = sqlite3_column_int64(select, PLAN);
    if (is_living(select))
      g_array_append_val(plans, id);
  }
  store_reset(select);
  return got == 0 ? g_steal_pointer(&plans) : NULL;
}

/* A target that both have still something to do about; "" when there is none, NULL on error. */
static char *
shared_target(Store *store, gint64 plan_id, gint64 other, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store,
                      "SELECT coalesce(target_name, target_id) FROM operation WHERE plan_id = ?2"
                      " AND state IN ('planned', 'intended', 'sent') AND target_id IN"
                      "  (SELECT target_id FROM operation WHERE plan_id = ?1 AND state <> 'done')"
                      " LIMIT 1",
                      error);
  if (select == NULL)
    return NULL;
  store_bind_int(select, 1, plan_id);
  store_bind_int(select, 2, other);
  int got = store_next(store, select, error);
  char *name = got > 0 ? store_column_text(select, 0) : got == 0 ? g_strdup("") : NULL;
  store_reset(select);
  return name;
}

/* Two plans about the same account are not applied side by side. */
static gboolean
check_others(Store *store, gint64 plan_id, GError **error)
{
  g_autoptr(GArray) plans = others_at_work(store, plan_id, error);
  if (plans == NULL)
    return FALSE;
  for (guint i = 0; i < plans->len; i++) {
    gint64 other = g_array_index(plans, gint64, i);
    g_autofree char *name = shared_target(store, plan_id, other, error);
    LeaseHolder holder;
    if (name == NULL || (*name != '\0' && !lease_holder(store, other, &holder, error)))
      return FALSE;
    if (*name == '\0')
      continue;
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("Plan %d is changing %s and others right now (process %d on %s). Wait until it "
                  "is done, or stop it there."),
                (int)other, name, holder.pid, holder.host);
    g_free(holder.host);
    return FALSE;
  }
  return TRUE;
}

gboolean
lease_take(Store *store, gint64 plan_id, GError **error)
{
  LeaseHolder holder;
  if (!lease_holder(store, plan_id, &holder, error))
    return FALSE;
  g_autofree char *host = holder.host;
  if (holder.found && holder.living) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("Plan %d is being worked on by process %d on %s. Wait until it is done, or stop "
                  "it there."),
                (int)plan_id, holder.pid, host);
    return FALSE;
  }
  return check_others(store, plan_id, error) && write_lease(store, plan_id, error);
}

gboolean
journal_lease(Store *store, gint64 plan_id, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  if (!store_begin_write(store, error))
    return FALSE;
  return store_end(store, lease_take(store, plan_id, error), error);
}

gboolean
journal_heartbeat(Store *store, gint64 plan_id, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  sqlite3_stmt *update = store_statement(
      store, "UPDATE lease SET heartbeat = ?3 WHERE plan_id = ?1 AND token = ?2", error);
  if (update == NULL)
    return FALSE;
  store_bind_int(update, 1, plan_id);
  store_bind_text(update, 2, store->token);
  store_bind_int(update, 3, clock_now());
  if (!store_run(store, update, error))
    return FALSE;
  if (sqlite3_changes(store->db) == 1)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
              _("Plan %d was taken over by another process."), (int)plan_id);
  return FALSE;
}

void
journal_release(Store *store, gint64 plan_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  sqlite3_stmt *delete =
      store_statement(store, "DELETE FROM lease WHERE plan_id = ?1 AND token = ?2", NULL);
  if (delete == NULL)
    return;
  store_bind_int(delete, 1, plan_id);
  store_bind_text(delete, 2, store->token);
  /* Should it fail: a dead owner's lease counts for nothing. */
  store_run(store, delete, NULL);
}
