/* Unit tests of the store's file: who may read it, which ones are refused, and
 * that a damaged one is named and never touched. */
#include "base/error.h"
#include "store/store-private.h"
#include "test-store.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
test_mode(Place *place, gconstpointer data)
{
  const char *const suffixes[] = {"", "-wal", "-shm"};
  sample_journalled(place->store, "mode");
  for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
    GStatBuf file;
    g_autofree char *path = g_strconcat(place->path, suffixes[i], NULL);
    g_assert_cmpint(g_stat(path, &file), ==, 0);
    g_assert_cmpint(file.st_mode & 07777, ==, 0600);
  }
  GStatBuf folder;
  g_autofree char *dir = g_path_get_dirname(place->path);
  g_assert_cmpint(g_stat(dir, &folder), ==, 0);
  g_assert_cmpint(folder.st_mode & 07777, ==, 0700);
  g_autoptr(GError) error = NULL;
  g_assert_true(store_check_writable(place->store, &error));
  g_assert_no_error(error);
}

static void
assert_open_fails(const char *url, const char *part)
{
  g_autoptr(GError) error = NULL;
  g_assert_null(store_open(url, &error));
  assert_store_error(error, part);
}

/* Files that are not ours to write, or not to be understood: named, and left as they are. */
static void
test_refused_files(Place *place, gconstpointer data)
{
  g_clear_pointer(&place->store, store_close);
  g_autoptr(GError) error = NULL;

  g_autofree char *below = g_strdup_printf("%s/usher.db", place->url);
  assert_open_fails(below, place->path);

  g_autofree char *garbage_path = g_build_filename(place->dir, "state", "garbage.db", NULL);
  g_autofree char *garbage_url = g_strconcat("sqlite:", garbage_path, NULL);
  char garbage[8192];
  memset(garbage, 'x', sizeof garbage);
  g_file_set_contents_full(garbage_path, garbage, sizeof garbage, G_FILE_SET_CONTENTS_CONSISTENT,
                           0600, &error);
  g_assert_no_error(error);
  assert_open_fails(garbage_url, "is damaged");
  g_autofree char *after = NULL;
  gsize length = 0;
  g_assert_true(g_file_get_contents(garbage_path, &after, &length, NULL));
  g_assert_cmpmem(after, length, garbage, sizeof garbage);

  g_autofree char *foreign_path = g_build_filename(place->dir, "state", "foreign.db", NULL);
  g_autofree char *foreign_url = g_strconcat("sqlite:", foreign_path, NULL);
  sqlite3 *db = NULL;
  g_assert_cmpint(sqlite3_open(foreign_path, &db), ==, SQLITE_OK);
  sqlite3_exec(db, "CREATE TABLE theirs (x)", NULL, NULL, NULL);
  sqlite3_close(db);
  g_chmod(foreign_path, 0600);
  assert_open_fails(foreign_url, "another program");

  g_assert_cmpint(sqlite3_open(place->path, &db), ==, SQLITE_OK);
  sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL);
  sqlite3_close(db);
  assert_open_fails(place->url, "newer usher");
  g_chmod(place->path, 0644);
  assert_open_fails(place->url, place->path);

  g_assert_null(store_open("postgresql://x/y", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
  g_clear_error(&error);
  g_assert_null(store_open("sqlite:relative.db", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
}

static void
test_read_only_folder(Place *place, gconstpointer data)
{
  if (getuid() == 0) {
    g_test_skip("root may write anywhere");
    return;
  }
  g_clear_pointer(&place->store, store_close);
  g_autofree char *folder = g_path_get_dirname(place->path);
  g_chmod(place->path, 0400);
  assert_open_fails(place->url, place->path);
  g_remove(place->path);
  g_chmod(folder, 0500);
  assert_open_fails(place->url, place->path);
  g_chmod(folder, 0700);
}

static void
test_locked(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  sqlite3 *other = NULL;
  g_assert_cmpint(sqlite3_open(place->path, &other), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout(place->store->db, 20);
  g_assert_false(store_check_writable(place->store, &error));
  assert_store_error(error, "locked by another program");
  g_assert_nonnull(strstr(error->message, place->path));
  sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
  sqlite3_close(other);
  g_clear_error(&error);
  g_assert_true(store_check_writable(place->store, &error));
}

/* A page in the middle of the file is spoilt: verify says so, and nothing is deleted. */
static void
test_damaged_page(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  for (guint i = 0; i < 20; i++)
    sample_journalled(place->store, "a plan");
  g_clear_pointer(&place->store, store_close);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  g_assert_true(g_file_get_contents(place->path, &bytes, &length, NULL));
  g_assert_cmpuint(length, >, 8 * 4096);
  memset(bytes + length - 3 * 4096, 0xa5, 2 * 4096);
  g_assert_true(g_file_set_contents_full(place->path, bytes, (gssize)length,
                                         G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  place_reopen(place);
  g_assert_false(journal_verify(place->store, NULL, &error));
  assert_store_error(error, "is damaged");
  g_assert_true(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

/* --- waiting for the disk --- */

static guint waits;

/* SQLite's call comes here, before the C library's. */
int
fdatasync(int fd)
{
  waits++;
  return (int)syscall(SYS_fdatasync, fd);
}

/* Intents are on the disk before anything is sent; results that may be late are so only until the
 * next intent. */
static void
test_waits(Place *place, gconstpointer data)
{
  const guint first[] = {1, 2}, last[] = {3};
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("waits");
  g_assert_true(journal_begin(place->store, plan, &error));
  for (guint i = 1; i <= 3; i++)
    sample_intend(plan_operation(plan, i));

  waits = 0;
  g_assert_true(journal_intend(place->store, plan, first, 2, &error));
  g_assert_cmpuint(waits, ==, 1);
  sample_done(plan_operation(plan, 1));
  sample_done(plan_operation(plan, 2));
  const JournalMove moves[] = {{1, FALSE}, {2, FALSE}};
  g_assert_true(journal_move(place->store, plan, moves, 2, TRUE, &error));
  g_assert_cmpuint(waits, ==, 1);
  g_assert_true(journal_intend(place->store, plan, last, 1, &error));
  g_assert_cmpuint(waits, ==, 2);
  sample_done(plan_operation(plan, 3));
  g_assert_true(journal_result(place->store, plan, last, 1, &error));
  g_assert_cmpuint(waits, ==, 3);

  place_reopen(place);
  g_autoptr(Plan) again = journal_load(place->store, plan->id, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(plan_count(again, OPERATION_DONE), ==, 3);
  g_assert_true(journal_verify(place->store, NULL, &error));
}

/* What was refused unseen is planned again; what failed before stays in the chain. */
static void
test_withdrawn(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("withdrawn");
  const guint one[] = {1};
  g_assert_true(journal_begin(place->store, plan, &error));
  Operation *create = plan_operation(plan, 1);
  for (int attempt = 0; attempt < 2; attempt++) {
    sample_intend(create);
    g_assert_true(journal_intend(place->store, plan, one, 1, &error));
    g_clear_pointer(&create->client_request_id, g_free);
    create->intended_at = 0;
    create->state = OPERATION_PLANNED;
    g_assert_true(journal_result(place->store, plan, one, 1, &error));
    g_autoptr(Plan) loaded = journal_load(place->store, plan->id, &error);
    g_assert_cmpint(plan_operation(loaded, 1)->state, ==, OPERATION_PLANNED);
    g_assert_null(plan_operation(loaded, 1)->client_request_id);
    g_assert_true(journal_verify(place->store, NULL, &error));
    if (attempt == 1)
      break;
    sample_intend(create);
    g_assert_true(journal_intend(place->store, plan, one, 1, &error));
    create->state = OPERATION_FAILED;
    g_assert_true(journal_result(place->store, plan, one, 1, &error));
  }
  /* But not what somebody has to look up. */
  create->state = OPERATION_UNKNOWN;
  g_assert_true(journal_result(place->store, plan, one, 1, &error));
  create->state = OPERATION_PLANNED;
  g_assert_false(journal_result(place->store, plan, one, 1, &error));
}

#define ADD(name, function)                                                                        \
  g_test_add("/store/file/" name, Place, NULL, place_set_up, function, place_tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("mode", test_mode);
  ADD("refused", test_refused_files);
  ADD("read-only-folder", test_read_only_folder);
  ADD("locked", test_locked);
  ADD("damaged-page", test_damaged_page);
  ADD("waits", test_waits);
  ADD("withdrawn", test_withdrawn);
  return g_test_run();
}
