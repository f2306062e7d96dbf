/* The journal alone: a plan of N operations, begun, and then the intents and results of
 * batches of 20, as the engine writes them. Counts how often the disk was waited for, and what
 * that costs here, since it is most of the time.
 *
 *   bench-journal N       (on standard output one line of JSON) */
#include "base/clock.h"
#include "store/journal.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BATCH 20
/* Of the disk alone: so many writes of about what a batch's intents come to. */
#define TRIALS      50
#define TRIAL_BYTES 32768

static guint syncs;

/* SQLite's calls come here, before the C library's. */
int
fdatasync(int fd)
{
  syncs++;
  return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
  syncs++;
  return (int)syscall(SYS_fsync, fd);
}

static Plan *
make_plan(guint n)
{
  Plan *plan = plan_new("Bench");
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_uuid_string_random();
    g_autofree char *name = g_strdup_printf("first.last%u.ext@contoso.com", i);
    operation_add_value(plan_add(plan, "user.disable", id, name), "state", "enabled", "disabled");
  }
  return plan;
}

static double
since(gint64 begin)
{
  return (double)(g_get_monotonic_time() - begin) / 1000;
}

/* One batch there and back. */
static gboolean
write_batch(Store *store, Plan *plan, guint first, guint n, GError **error)
{
  guint sequences[BATCH];
  JournalMove results[BATCH];
  for (guint i = 0; i < n; i++) {
    Operation *operation = plan->operations->pdata[first + i];
    sequences[i] = operation->sequence;
    results[i] = (JournalMove){operation->sequence, FALSE};
    operation->client_request_id = g_uuid_string_random();
    operation->intended_at = clock_now();
  }
  if (!journal_intend(store, plan, sequences, n, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    Operation *operation = plan->operations->pdata[first + i];
    operation->state = OPERATION_DONE;
    operation->request_id = g_uuid_string_random();
    operation->http_status = 204;
    operation->finished_at = clock_now();
  }
  return journal_move(store, plan, results, n, TRUE, error);
}

static double
ms_a_sync(const char *folder)
{
  g_autofree char *path = g_build_filename(folder, "trial", NULL);
  g_autofree char *bytes = g_strnfill(TRIAL_BYTES, 'x');
  int fd = g_open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  gint64 begin = g_get_monotonic_time();
  for (guint i = 0; i < TRIALS; i++)
    if (write(fd, bytes, TRIAL_BYTES) != TRIAL_BYTES || fdatasync(fd) != 0)
      exit(2);
  double took = since(begin);
  close(fd);
  return took / TRIALS;
}

static gboolean
measure(Store *store, const char *folder, guint n, GError **error)
{
  g_autoptr(Plan) plan = make_plan(n);
  double disk = ms_a_sync(folder);
  gint64 begin = g_get_monotonic_time();
  if (!journal_begin_run(store, plan, error))
    return FALSE;
  double begun = since(begin);
  syncs = 0;
  begin = g_get_monotonic_time();
  for (guint i = 0; i < n; i += BATCH)
    if (!write_batch(store, plan, i, MIN(BATCH, n - i), error))
      return FALSE;
  printf("{\"ms_begin\":%.2f,\"ms_an_operation\":%.4f,\"batches\":%u,\"syncs\":%u,"
         "\"ms_a_sync\":%.4f}\n",
         begun, since(begin) / n, (n + BATCH - 1) / BATCH, syncs, disk);
  return TRUE;
}

static void
remove_all(const char *folder)
{
  GDir *dir = g_dir_open(folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_unlink(path);
  }
  g_clear_pointer(&dir, g_dir_close);
  g_rmdir(folder);
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  int n = argc == 2 ? atoi(argv[1]) : 0;
  g_autofree char *folder = g_dir_make_tmp("usher-bench.XXXXXX", NULL);
  if (n < 1 || folder == NULL)
    return 2;
  g_autofree char *url = g_strdup_printf("sqlite:%s/journal.db", folder);
  Store *store = store_open(url, &error);
  gboolean ok = store != NULL && measure(store, folder, (guint)n, &error);
  g_clear_pointer(&store, store_close);
  remove_all(folder);
  if (!ok)
    fprintf(stderr, "bench-journal: %s\n", error->message);
  return ok ? 0 : 1;
}
