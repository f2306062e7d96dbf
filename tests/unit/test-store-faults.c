/* The store and the hard life: a program killed at every sync, two at once, a
 * lease whose owner dies, a disk that fills up. This program starts itself
 * again as the victim ("--victim WHAT URL"). */
#include "base/error.h"
#include "test-store.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_SYNCS  200
#define MOST_WRITES 2000

/* What a victim says on standard output as soon as the store promised it. */
static void
promise(const char *what, gint64 plan_id, guint sequence)
{
  char line[64];
  int length = snprintf(line, sizeof line, "%s %d %u\n", what, (int)plan_id, sequence);
  if (write(STDOUT_FILENO, line, (size_t)length) != length)
    _exit(9);
}

static int
give_up(GError *error)
{
  fprintf(stderr, "%d %s\n", error->domain == USHER_ERROR ? error->code : -1, error->message);
  return 3;
}

/* Two plans from beginning to end. */
static int
victim_work(Store *store)
{
  GError *error = NULL;
  for (guint round = 0; round < 2; round++) {
    g_autoptr(Plan) plan = sample_plan("work");
    const guint all[] = {1, 2, 3};
    if (!store_check_writable(store, &error) || !journal_begin(store, plan, &error))
      return give_up(error);
    promise("begun", plan->id, 0);
    if (!journal_lease(store, plan->id, &error))
      return give_up(error);
    for (guint i = 1; i <= 3; i++)
      sample_intend(plan_operation(plan, i));
    if (!journal_intend(store, plan, all, 3, &error))
      return give_up(error);
    promise("intended", plan->id, 3);
    for (guint i = 1; i <= 3; i++) {
      sample_done(plan_operation(plan, i));
      if (!journal_result(store, plan, &i, 1, &error))
        return give_up(error);
      promise("done", plan->id, i);
    }
    journal_release(store, plan->id);
  }
  return 0;
}

/* Many small plans, beside others that do the same. */
static int
victim_crowd(Store *store)
{
  for (guint i = 0; i < 15; i++)
    sample_journalled(store, "crowd");
  return 0;
}

/* Takes the lease of plan 1 and keeps it. */
static int
victim_lease(Store *store)
{
  GError *error = NULL;
  if (!journal_lease(store, 1, &error))
    return give_up(error);
  promise("leased", 1, 0);
  for (;;)
    pause();
}

static const struct {
  const char *name;
  int (*run)(Store *store);
} victims[] = {{"work", victim_work}, {"crowd", victim_crowd}, {"lease", victim_lease}};

static int
be_victim(const char *name, const char *url)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Store) store = store_open(url, &error);
  if (store == NULL)
    return give_up(error);
  for (guint i = 0; i < G_N_ELEMENTS(victims); i++)
    if (strcmp(victims[i].name, name) == 0)
      return victims[i].run(store);
  return 8;
}

static char *preload_path; /* set once in main() */

/* Starts a victim; `settings` is NULL-terminated "NAME=value". */
static GPid
start(const char *name, const char *url, const char *const *settings, int *out, int *err)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  const char *const argv[] = {self, "--victim", name, url, NULL};
  g_auto(GStrv) environment = g_get_environ();
  for (; settings != NULL && *settings != NULL; settings++) {
    g_auto(GStrv) pair = g_strsplit(*settings, "=", 2);
    environment = g_environ_setenv(environment, pair[0], pair[1], TRUE);
    environment = g_environ_setenv(environment, "LD_PRELOAD", preload_path, TRUE);
    /* A sanitizer wants to be the first that is loaded, and a killed program leaks. */
    environment = g_environ_setenv(environment, "ASAN_OPTIONS",
                                   "verify_asan_link_order=0:detect_leaks=0", TRUE);
  }
  GPid pid;
  g_spawn_async_with_pipes(NULL, (char **)argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                           &pid, NULL, out, err, &error);
  g_assert_no_error(error);
  return pid;
}

static char *
read_all(int fd)
{
  GString *text = g_string_new(NULL);
  char buffer[512];
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      g_string_append_len(text, buffer, n);
  close(fd);
  return g_string_free(text, FALSE);
}

/* Runs a victim to its end; the status as of waitpid(). */
static int
run(const char *name, const char *url, const char *const *settings, char **ret_out, char **ret_err)
{
  int out, err, status;
  GPid pid = start(name, url, settings, &out, &err);
  *ret_out = read_all(out);
  *ret_err = read_all(err);
  g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
  return status;
}

/* What was promised is there, and the journal is whole. */
static void
assert_promises_kept(Store *store, const char *promises)
{
  g_autoptr(GError) error = NULL;
  g_assert_true(journal_verify(store, NULL, &error));
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(promises, "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    char what[16];
    int id;
    guint sequence;
    g_assert_cmpint(sscanf(*line, "%15s %d %u", what, &id, &sequence), ==, 3);
    g_autoptr(Plan) plan = journal_load(store, id, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(plan->operations->len, ==, 3);
    if (strcmp(what, "intended") == 0)
      for (guint i = 1; i <= sequence; i++)
        g_assert_cmpint(plan_operation(plan, i)->state, !=, OPERATION_PLANNED);
    if (strcmp(what, "done") == 0)
      g_assert_cmpint(plan_operation(plan, sequence)->state, ==, OPERATION_DONE);
  }
}

/* Nothing has happened that was not at least intended: no half commit. */
static void
assert_no_half_batch(Store *store)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = journal_list(store, NULL, 0, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < list->len; i++) {
    JournalSummary *summary = g_ptr_array_index(list, i);
    guint planned = summary->counts[OPERATION_PLANNED];
    g_assert_true(planned == 0 || planned == 3);
    g_assert_false(summary->owned);
  }
}

static void
test_kill_at_every_sync(Place *place, gconstpointer when)
{
  g_autofree char *when_set = g_strdup_printf("USHER_KILL_WHEN=%s", (const char *)when);
  gboolean fresh = TRUE;
  guint killed = 0;
  /* First on a new file each time, so that its making is met too; then on one that goes on. */
  for (guint at = 1; at <= MOST_SYNCS; at++) {
    Place victim_place;
    g_autofree char *at_set = g_strdup_printf("USHER_KILL_AT=%u", at);
    const char *const settings[] = {at_set, when_set, NULL};
    g_autofree char *out = NULL, *err = NULL;
    if (fresh) {
      victim_place = (Place){.dir = g_dir_make_tmp("usher-store-XXXXXX", NULL)};
      victim_place.path = g_build_filename(victim_place.dir, "state", "usher.db", NULL);
      victim_place.url = g_strconcat("sqlite:", victim_place.path, NULL);
    } else
      victim_place = *place;
    int status = run("work", victim_place.url, settings, &out, &err);
    gboolean finished = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!finished && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
      g_error("at %u: status %d, %s", at, status, err);
    killed += !finished;
    place_reopen(&victim_place);
    assert_promises_kept(victim_place.store, out);
    assert_no_half_batch(victim_place.store);
    if (fresh)
      place_tear_down(&victim_place, NULL);
    else
      *place = victim_place;
    if (finished && !fresh) {
      g_test_message("killed at %u syncs", killed);
      g_assert_cmpuint(killed, >, 20);
      return;
    }
    if (finished) {
      fresh = FALSE;
      at = 0;
      g_clear_pointer(&place->store, store_close);
    }
  }
  g_error("the victim was never left to finish");
}

static void
test_crowd(Place *place, gconstpointer data)
{
  enum { CROWD = 4 };
  /* On a file that is not there yet: they make it at the same time. */
  g_autofree char *url = g_strdup_printf("sqlite:%s/crowd/usher.db", place->dir);
  GPid pids[CROWD];
  for (guint i = 0; i < CROWD; i++)
    pids[i] = start("crowd", url, NULL, NULL, NULL);
  for (guint i = 0; i < CROWD; i++) {
    int status;
    g_assert_cmpint(waitpid(pids[i], &status, 0), ==, pids[i]);
    g_assert_cmpint(status, ==, 0);
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(Store) store = store_open(url, &error);
  g_assert_no_error(error);
  guint entries = 0;
  g_assert_true(journal_verify(store, &entries, &error));
  g_assert_cmpuint(entries, ==, CROWD * 15 * 6);
}

static void
test_lease_of_the_dead(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("leased");
  g_assert_true(journal_begin(place->store, plan, &error));
  int out;
  GPid pid = start("lease", place->url, NULL, &out, NULL);
  char line[64];
  g_assert_cmpint(read(out, line, sizeof line), >, 0);

  g_assert_false(journal_lease(place->store, plan->id, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_autofree char *named = g_strdup_printf("process %d ", (int)pid);
  g_assert_nonnull(strstr(error->message, named));
  g_clear_error(&error);
  g_autoptr(GPtrArray) list = journal_list(place->store, NULL, 0, &error);
  g_assert_true(((JournalSummary *)g_ptr_array_index(list, 0))->owned);
  g_autoptr(GArray) before = journal_unfinished(place->store, NULL, &error);
  g_assert_cmpuint(before->len, ==, 0);

  /* Dead, but not buried yet: its number is still taken. */
  siginfo_t info;
  kill(pid, SIGKILL);
  g_assert_cmpint(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), ==, 0);
  g_autoptr(GArray) after = journal_unfinished(place->store, NULL, &error);
  g_assert_cmpuint(after->len, ==, 1);
  g_assert_true(journal_lease(place->store, plan->id, &error));
  g_assert_no_error(error);
  waitpid(pid, NULL, 0);
  close(out);
  g_assert_true(journal_heartbeat(place->store, plan->id, &error));
}

/* From the first write on, then ever later: an error that says so, nothing promised is lost, and
 * when there is room again all goes on. */
static void
test_full_disk(Place *place, gconstpointer data)
{
  gint64 before = sample_journalled(place->store, "before");
  guint told = 0;
  /* Each of the first, then some: a commit is many writes. */
  for (guint at = 1; at <= MOST_WRITES; at += at < 25 ? 1 : 7) {
    g_clear_pointer(&place->store, store_close);
    g_autofree char *at_set = g_strdup_printf("USHER_FULL_AT=%u", at);
    const char *const settings[] = {at_set, NULL};
    g_autofree char *out = NULL, *err = NULL, *code = NULL;
    int status = run("work", place->url, settings, &out, &err);
    g_assert_true(WIFEXITED(status));
    place_reopen(place);
    assert_promises_kept(place->store, out);
    if (WEXITSTATUS(status) == 0) {
      g_assert_cmpuint(told, >, 10);
      g_autoptr(Plan) plan = journal_load(place->store, before, NULL);
      g_assert_nonnull(plan);
      return;
    }
    g_assert_cmpint(WEXITSTATUS(status), ==, 3);
    code = g_strdup_printf("%d ", USHER_ERROR_STORE);
    if (!g_str_has_prefix(err, code) || strstr(err, "disk is full") == NULL ||
        strstr(err, place->path) == NULL)
      g_error("at %u: %s", at, err);
    /* Nothing may be sent: the very first check already says no. */
    if (at == 1)
      g_assert_cmpstr(out, ==, "");
    told++;
  }
  g_error("the victim was never left to finish");
}

#define ADD(name, data, function)                                                                  \
  g_test_add("/store/" name, Place, data, place_set_up, function, place_tear_down)

int
main(int argc, char **argv)
{
  if (argc == 4 && strcmp(argv[1], "--victim") == 0)
    return be_victim(argv[2], argv[3]);
  g_test_init(&argc, &argv, NULL);
  const char *build = g_getenv("top_builddir");
  preload_path =
      g_build_filename(build != NULL ? build : ".", "tests", "lib", "kill-at-sync.so", NULL);
  ADD("killed/before", "before", test_kill_at_every_sync);
  ADD("killed/after", "after", test_kill_at_every_sync);
  ADD("crowd", NULL, test_crowd);
  ADD("lease/of-the-dead", NULL, test_lease_of_the_dead);
  ADD("full-disk", NULL, test_full_disk);
  int status = g_test_run();
  g_free(preload_path);
  return status;
}
