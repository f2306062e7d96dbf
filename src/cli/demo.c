/* usher demo: starts the simulator as a child, waits until it is ready, and
 * opens the console on it. The demo has a folder of its own for everything, so
 * that no real journal, cache or configuration is touched. */
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "cli/cli-private.h"
#include "cli/say.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_ACCOUNTS "1000"
#define DEFAULT_SEED     "1"
#define READY_LIMIT      (30 * G_USEC_PER_SEC)
#define STOP_LIMIT       (5 * G_USEC_PER_SEC)

typedef struct {
  char *folder; /* everything of this demo */
  char *config; /* written by the simulator */
  char *state;  /* the simulator's tenant, kept for the next time */
  const char *accounts, *seed;
  int lock; /* one demo at a time on one folder */
  GPid child;
  int ready; /* the simulator's standard output */
} Demo;

static void
demo_clear(Demo *demo)
{
  g_free(demo->folder);
  g_free(demo->config);
  g_free(demo->state);
  if (demo->ready >= 0)
    close(demo->ready);
  if (demo->lock >= 0)
    close(demo->lock);
}

/* --- the folder --- */

/* Not by GLib, which would remember the folders before they are moved below. */
static char *
state_home(void)
{
  const char *home = g_getenv("XDG_STATE_HOME");
  if (home && g_path_is_absolute(home))
    return g_strdup(home);
  return g_build_filename(g_get_home_dir(), ".local", "state", NULL);
}

static gboolean
take_lock(Demo *demo, GError **error)
{
  g_autofree char *path = g_build_filename(demo->folder, "lock", NULL);
  demo->lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (demo->lock < 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, _("cannot write %s: %s"), path,
                g_strerror(errno));
    return FALSE;
  }
  if (flock(demo->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
              _("this demo is already open somewhere; another --seed starts another tenant"));
  return FALSE;
}

/* Folder, lock, and the environment that keeps this process inside it. */
static gboolean
prepare_folder(Demo *demo, GError **error)
{
  g_autofree char *home = state_home();
  g_autofree char *name = g_strdup_printf("demo-%s-%s", demo->accounts, demo->seed);
  demo->folder = g_build_filename(home, "usher", name, NULL);
  demo->config = g_build_filename(demo->folder, "usher.conf", NULL);
  demo->state = g_build_filename(demo->folder, "tenant", NULL);
  if (!file_make_private_dir(demo->folder, error) || !take_lock(demo, error))
    return FALSE;
  static const char *const homes[] = {"XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"};
  static const char *const folders[] = {"state", "cache", "config"};
  for (guint i = 0; i < G_N_ELEMENTS(homes); i++) {
    g_autofree char *path = g_build_filename(demo->folder, folders[i], NULL);
    if (!file_make_private_dir(path, error))
      return FALSE;
    g_setenv(homes[i], path, TRUE);
  }
  g_unsetenv("USHER_CONFIG");
  g_unsetenv("USHER_PROFILE");
  return TRUE;
}

/* --- the simulator --- */

/* Beside this program, as installed; in the neighbouring folder of a build; in the PATH. */
static char *
find_simulator(GError **error)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  if (self) {
    g_autofree char *folder = g_path_get_dirname(self);
    char *beside = g_build_filename(folder, "usher-sim", NULL);
    if (g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test(beside, G_FILE_TEST_IS_DIR))
      return beside;
    g_free(beside);
    char *built = g_build_filename(folder, "..", "sim", "usher-sim", NULL);
    if (g_file_test(built, G_FILE_TEST_IS_EXECUTABLE))
      return built;
    g_free(built);
  }
  char *found = g_find_program_in_path("usher-sim");
  if (!found)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                        _("usher-sim, which plays the tenant, is neither beside this program nor "
                          "in the PATH"));
  return found;
}

static gboolean
start_simulator(Demo *demo, GError **error)
{
  g_autofree char *program = find_simulator(error);
  g_autoptr(GError) failed = NULL;
  if (!program)
    return FALSE;
  const char *argv[] = {
      program,          "--port",  "0",         "--accounts",     demo->accounts, "--seed",
      demo->seed,       "--state", demo->state, "--write-config", demo->config,   "--with-parent",
      "--auto-approve", NULL};
  if (g_spawn_async_with_pipes(NULL, (char **)argv, NULL,
                               G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               &demo->child, NULL, &demo->ready, NULL, &failed))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_FAILED, _("cannot start %s: %s"), program,
              failed->message);
  return FALSE;
}

/* The simulator prints one line when it serves. */
static gboolean
wait_until_ready(Demo *demo, GError **error)
{
  gint64 limit = g_get_monotonic_time() + READY_LIMIT;
  for (;;) {
    struct pollfd fd = {.fd = demo->ready, .events = POLLIN};
    gint64 left = (limit - g_get_monotonic_time()) / 1000;
    if (left <= 0 || poll(&fd, 1, (int)left) == 0) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                          _("the simulated tenant did not get ready in time"));
      return FALSE;
    }
    char buffer[4096];
    ssize_t n = read(demo->ready, buffer, sizeof buffer);
    if (n > 0 && memchr(buffer, '\n', n))
      return TRUE;
    if (n == 0 || (n < 0 && errno != EINTR)) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_FAILED,
                  _("the simulated tenant ended before it was ready; removing %s starts it afresh"),
                  demo->folder);
      return FALSE;
    }
  }
}

/* Asks it to end, so that it keeps its state; ends it if it does not. */
static void
stop_simulator(Demo *demo)
{
  if (demo->child <= 0)
    return;
  gint64 limit = g_get_monotonic_time() + STOP_LIMIT;
  kill(demo->child, SIGTERM);
  while (waitpid(demo->child, NULL, WNOHANG) == 0) {
    if (g_get_monotonic_time() > limit)
      kill(demo->child, SIGKILL);
    g_usleep(5000);
  }
  demo->child = 0;
}

/* --- the command --- */

static gboolean
check_number(const char *name, const char *text, gint64 least, gint64 most, GError **error)
{
  gint64 number;
  if (g_ascii_string_to_signed(text, 10, least, most, &number, NULL))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("--%s takes a number from %" PRId64 " to %" PRId64 ", not “%s”"), name, least, most,
              text);
  return FALSE;
}

static gboolean
read_options(Cli *cli, Demo *demo, GError **error)
{
  demo->accounts = action_option(&cli->arguments.request, "accounts");
  demo->seed = action_option(&cli->arguments.request, "seed");
  if (!demo->accounts)
    demo->accounts = DEFAULT_ACCOUNTS;
  if (!demo->seed)
    demo->seed = DEFAULT_SEED;
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  check_number("accounts", demo->accounts, 1, 1000000, &local);
  error_gather(&wrong, &local);
  check_number("seed", demo->seed, 0, G_MAXINT32 - 1, &local);
  error_gather(&wrong, &local);
  return error_gathered(wrong, USHER_ERROR_USAGE, error);
}

static int
run_console(Cli *cli, Demo *demo)
{
  g_hash_table_replace(cli->arguments.request.options, g_strdup("config"), g_strdup(demo->config));
  g_hash_table_remove(cli->arguments.request.options, "profile");
  return cli_console(cli, _("A simulated tenant: nothing here is real, everything can be tried"));
}

static gboolean
check_terminal(GError **error)
{
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE, _("the console needs a terminal"));
  return FALSE;
}

int
cli_demo(Cli *cli)
{
  g_autoptr(GError) error = NULL;
  Demo demo = {.lock = -1, .ready = -1};
  int status;
  if (read_options(cli, &demo, &error) && check_terminal(&error) && prepare_folder(&demo, &error) &&
      log_open(NULL, &error) && start_simulator(&demo, &error) && wait_until_ready(&demo, &error))
    status = run_console(cli, &demo);
  else
    status = say_error("demo", error);
  g_clear_pointer(&cli->app, app_free);
  stop_simulator(&demo);
  demo_clear(&demo);
  return status;
}
