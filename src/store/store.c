/* Opening and closing the store, its one connection, and SQLite's troubles in
 * words that help. The tables are schema.c's, what stands in them journal.c's. */
#include "store/store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "store/store-private.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS       (15 * 1000) /* how long another writer is waited for */
#define RESERVE_BYTES "65536"     /* what must fit on the disk before anything is sent */

/* SQLite passes on the system's reason for some failures only; a commit's is still in errno. */
static gboolean
is_disk_full(Store *store, int rc, int cause)
{
  if ((rc & 0xff) == SQLITE_FULL)
    return TRUE;
  if ((rc & 0xff) != SQLITE_IOERR && (rc & 0xff) != SQLITE_CANTOPEN)
    return FALSE;
  int told = store->db != NULL ? sqlite3_system_errno(store->db) : 0;
  return cause == ENOSPC || cause == EDQUOT || told == ENOSPC || told == EDQUOT;
}

void
store_set_error(Store *store, int rc, GError **error)
{
  int cause = errno;
  const char *detail = store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc);
  if (is_disk_full(store, rc, cause)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
                _("The disk is full: the journal %s cannot be written, so nothing is sent. Make "
                  "room and try again."),
                store->path);
    return;
  }
  if (rc == SQLITE_CONSTRAINT_TRIGGER && g_str_equal(detail, REVIEW_DECIDED)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                        _("The review of this plan was applied or closed by somebody else in the "
                          "meantime, so nothing is sent."));
    return;
  }
  const char *format;
  switch (rc & 0xff) {
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_CANTOPEN:
    format = _("The journal %s cannot be written (%s), so nothing is sent. Make the folder "
               "writable for you, or name another place with url in [store].");
    break;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    format = _("The journal %s is locked by another program (%s). Wait until that one is done, "
               "and try again.");
    break;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    format = _("The journal %s is damaged (%s). It was left as it is: keep a copy, then bring back "
               "a backup, or rescue it with 'sqlite3 FILE .recover'.");
    break;
  case SQLITE_CONSTRAINT:
    format = _("The journal %s refused an entry (%s). This is a defect of usher: please report "
               "it.");
    break;
  default:
    format = _("The journal %s cannot be used (%s).");
    break;
  }
  g_set_error(error, USHER_ERROR, USHER_ERROR_STORE, format, store->path, detail);
}

sqlite3_stmt *
store_statement(Store *store, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup(store->statements, sql);
  if (statement != NULL)
    return statement;
  int rc = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (rc != SQLITE_OK) {
    store_set_error(store, rc, error);
    return NULL;
  }
  g_hash_table_insert(store->statements, (gpointer)sql, statement);
  return statement;
}

void
store_reset(sqlite3_stmt *statement)
{
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

void
store_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
  sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

void
store_bind_int(sqlite3_stmt *statement, int index, gint64 number)
{
  sqlite3_bind_int64(statement, index, number);
}

char *
store_column_text(sqlite3_stmt *statement, int column)
{
  return g_strdup((const char *)sqlite3_column_text(statement, column));
}

void
store_take_text(char **field, sqlite3_stmt *statement, int column)
{
  g_free(*field);
  *field = store_column_text(statement, column);
}

int
store_next(Store *store, sqlite3_stmt *statement, GError **error)
{
  errno = 0;
  int rc = sqlite3_step(statement);
  if (rc == SQLITE_ROW)
    return 1;
  if (rc == SQLITE_DONE)
    return 0;
  store_set_error(store, rc, error);
  return -1;
}

gboolean
store_run(Store *store, sqlite3_stmt *statement, GError **error)
{
  int got = store_next(store, statement, error);
  store_reset(statement);
  return got >= 0;
}

gboolean
store_query_int(Store *store, const char *sql, gint64 *ret_number, GError **error)
{
  sqlite3_stmt *statement = store_statement(store, sql, error);
  if (statement == NULL)
    return FALSE;
  int got = store_next(store, statement, error);
  if (got >= 0)
    *ret_number = got > 0 ? sqlite3_column_int64(statement, 0) : 0;
  store_reset(statement);
  return got >= 0;
}

static gboolean
run_sql(Store *store, const char *sql, GError **error)
{
  sqlite3_stmt *statement = store_statement(store, sql, error);
  return statement != NULL && store_run(store, statement, error);
}

gboolean
store_begin_write(Store *store, GError **error)
{
  return run_sql(store, "BEGIN IMMEDIATE", error);
}

gboolean
store_begin_read(Store *store, GError **error)
{
  return run_sql(store, "BEGIN", error);
}

gboolean
store_end(Store *store, gboolean ok, GError **error)
{
  if (ok && run_sql(store, "COMMIT", error))
    return TRUE;
  /* A full disk may have rolled back by itself. */
  if (!sqlite3_get_autocommit(store->db))
    run_sql(store, "ROLLBACK", NULL);
  return FALSE;
}

void
store_set_waiting(Store *store, gboolean waiting)
{
  /* Carried out while it is compiled, so that it cannot be a kept statement. */
  sqlite3_exec(store->db, waiting ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", NULL,
               NULL, NULL);
}

/* The path of a "sqlite:" URL. */
static char *
path_from_url(const char *url, GError **error)
{
  const char *path = url == NULL ? "" : url;
  if (url != NULL && !g_str_has_prefix(url, "sqlite:")) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("The store “%s” is of no known kind: use “sqlite:” or “sqlite:/path”."), url);
    return NULL;
  }
  if (url != NULL)
    path = url + strlen("sqlite:");
  if (g_str_has_prefix(path, "//"))
    path += 2;
  if (*path == '\0') {
    g_autofree char *dir = file_state_dir();
    return g_build_filename(dir, "usher.db", NULL);
  }
  if (!g_path_is_absolute(path)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("The store “%s” needs an absolute path: “sqlite:/path/to/usher.db”."), url);
    return NULL;
  }
  return g_strdup(path);
}

/* Other rooms' file errors become the store's: nothing may be sent without it. */
static gboolean
as_store_error(GError *cause, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
              _("The journal cannot be written, so nothing is sent: %s"), cause->message);
  g_error_free(cause);
  return FALSE;
}

/* The folder 0700 and the file 0600, before SQLite makes it by the umask. */
static gboolean
prepare_file(const char *path, GError **error)
{
  GError *cause = NULL;
  g_autofree char *dir = g_path_get_dirname(path);
  if (!file_make_private_dir(dir, &cause))
    return as_store_error(cause, error);
  int fd = g_open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    close(fd);
  else if (errno != EEXIST) {
    int saved = errno;
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
                _("The journal %s cannot be made (%s), so nothing is sent. Make the folder "
                  "writable for you, or name another place with url in [store]."),
                path, g_strerror(saved));
    return FALSE;
  }
  if (!file_check_private(path, &cause))
    return as_store_error(cause, error);
  return TRUE;
}

/* Changing to WAL does not wait for others by itself. */
static gboolean
set_wal(Store *store, GError **error)
{
  gint64 until = g_get_monotonic_time() + BUSY_MS * 1000;
  int rc;
  errno = 0;
  while ((rc = sqlite3_exec(store->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL)) ==
             SQLITE_BUSY ||
         (rc & 0xff) == SQLITE_BUSY) {
    if (g_get_monotonic_time() > until)
      break;
    g_usleep(2000);
  }
  if (rc == SQLITE_OK)
    return TRUE;
  store_set_error(store, rc, error);
  return FALSE;
}

static gboolean
connect_db(Store *store, GError **error)
{
  errno = 0;
  int rc =
      sqlite3_open_v2(store->path, &store->db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc != SQLITE_OK) {
    store_set_error(store, rc, error);
    return FALSE;
  }
  sqlite3_busy_timeout(store->db, BUSY_MS);
  /* A file that we may not write is opened for reading without a word. */
  if (sqlite3_db_readonly(store->db, "main") == 1) {
    store_set_error(store, SQLITE_READONLY, error);
    return FALSE;
  }
  if (!set_wal(store, error))
    return FALSE;
  rc = sqlite3_exec(store->db,
                    "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; "
                    "PRAGMA temp_store=MEMORY",
                    NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    return TRUE;
  store_set_error(store, rc, error);
  return FALSE;
}

static void
finalize(gpointer statement)
{
  sqlite3_finalize(statement);
}

Store *
store_open(const char *url, GError **error)
{
  g_autofree char *path = path_from_url(url, error);
  if (path == NULL || !prepare_file(path, error))
    return NULL;
  g_autoptr(Store) store = g_new0(Store, 1);
  g_mutex_init(&store->lock);
  store->path = g_steal_pointer(&path);
  store->token = g_uuid_string_random();
  store->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, finalize);
  if (!connect_db(store, error) || !schema_migrate(store, error))
    return NULL;
  return g_steal_pointer(&store);
}

/* What this store leased is free again, whoever forgot to say so. */
static void
release_all(Store *store)
{
  sqlite3_stmt *statement = store_statement(store, "DELETE FROM lease WHERE token = ?1", NULL);
  if (statement == NULL)
    return;
  store_bind_text(statement, 1, store->token);
  store_run(store, statement, NULL);
}

void
store_close(Store *store)
{
  if (store == NULL)
    return;
  gint64 leases = 0;
  if (store->db != NULL && store_query_int(store, "SELECT count(*) FROM lease", &leases, NULL) &&
      leases > 0)
    release_all(store);
  g_hash_table_destroy(store->statements);
  sqlite3_close_v2(store->db);
  g_mutex_clear(&store->lock);
  g_free(store->path);
  g_free(store->token);
  g_free(store);
}

gboolean
store_check_writable(Store *store, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  /* A real commit: it lengthens the log file by more than a batch needs, so that a full disk
   * shows now. */
  if (!store_begin_write(store, error))
    return FALSE;
  sqlite3_stmt *statement = store_statement(
      store, "INSERT OR REPLACE INTO reserve (id, data) VALUES (1, randomblob(" RESERVE_BYTES "))",
      error);
  return store_end(store, statement != NULL && store_run(store, statement, error), error);
}
