/* usher-sim: a simulator of Microsoft's identity platform and Graph, for tests,
 * demonstrations and other people's clients. This file reads the options,
 * starts everything, and stops when it is told to. */
#include "config.h"

#include <gmime/gmime.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sim/config-file.h"
#include "sim/out.h"
#include "sim/server.h"
#include "sim/tenant.h"
#include "sim/tokens.h"

#define ACCOUNTS_DEFAULT 250
#define ACCOUNTS_LIMIT   1000000
#define SEATS_LIMIT      10000000
#define LATENCY_LIMIT    3600000
#define NOT_GIVEN        G_MININT

static gboolean
check_options(SimOptions *options, int accounts, int specialists, int seats, GError **error)
{
  const struct {
    const char *name;
    int value, max;
  } numbers[] = {
      {"--port", options->port, 65535},         {"--latency", options->latency, LATENCY_LIMIT},
      {"--accounts", accounts, ACCOUNTS_LIMIT}, {"--specialists", specialists, ACCOUNTS_LIMIT},
      {"--seats", seats, SEATS_LIMIT},
  };
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (numbers[i].value != NOT_GIVEN &&
        (numbers[i].value < 0 || numbers[i].value > numbers[i].max)) {
      g_set_error(error, SIM_ERROR, 0, "%s %d is out of range: 0 to %d", numbers[i].name,
                  numbers[i].value, numbers[i].max);
      return FALSE;
    }
  options->accounts_given = accounts >= 0;
  options->accounts = accounts >= 0 ? (guint)accounts : ACCOUNTS_DEFAULT;
  options->specialists_given = specialists >= 0;
  options->specialists = specialists >= 0 ? (guint)specialists : 0;
  options->seats = seats >= 0 ? (guint)seats : G_MAXUINT;
  return TRUE;
}

static gboolean
take_seed(const char *text, SimOptions *options, GError **error)
{
  options->seed = 1;
  if (!text)
    return TRUE;
  options->seed_given = TRUE;
  if (g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &options->seed, error))
    return TRUE;
  g_prefix_error(error, "--seed: ");
  return FALSE;
}

/* "--tls CERT KEY" takes two words, which GOption has no type for: the second is
 * what remains. */
static gboolean
take_rest(char **rest, SimOptions *options, GError **error)
{
  guint n = rest ? g_strv_length(rest) : 0;

  if (options->tls_certificate && n == 1) {
    options->tls_key = g_strdup(rest[0]);
    return TRUE;
  }
  if (options->tls_certificate) {
    g_set_error(error, SIM_ERROR, 0, "--tls needs two files: --tls CERT KEY");
    return FALSE;
  }
  if (n) {
    g_set_error(error, SIM_ERROR, 0, "unexpected argument '%s'", rest[0]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_options(int argc, char **argv, SimOptions *options, GError **error)
{
  int accounts = NOT_GIVEN, specialists = NOT_GIVEN, seats = NOT_GIVEN;
  g_autofree char *seed = NULL;
  g_auto(GStrv) rest = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
      {"port", 0, 0, G_OPTION_ARG_INT, &options->port, "Port on 127.0.0.1; 0: any free one", "N"},
      {"port-file", 0, 0, G_OPTION_ARG_FILENAME, &options->port_file, "Write the port there", "F"},
      {"accounts", 0, 0, G_OPTION_ARG_INT, &accounts, "How many users (250)", "N"},
      {"specialists", 0, 0, G_OPTION_ARG_INT, &specialists, "How many of them in Specialists", "N"},
      {"seats", 0, 0, G_OPTION_ARG_INT, &seats, "Seats of the specialists' licence", "N"},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &seed, "The same seed gives the same tenant (1)", "S"},
      {"state", 0, 0, G_OPTION_ARG_FILENAME, &options->state_file, "Keep changes there", "FILE"},
      {"latency", 0, 0, G_OPTION_ARG_INT, &options->latency, "Answer so much later", "MS"},
      {"faults", 0, 0, G_OPTION_ARG_STRING, &options->faults, "Faults to play", "SPEC"},
      {"users-file", 0, 0, G_OPTION_ARG_FILENAME, &options->users_file,
       "More users, CSV or JSON lines", "F"},
      {"tls", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_certificate, "Serve https", "CERT KEY"},
      {"certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate,
       "What the applications may sign in with, PEM", "F"},
      {"write-config", 0, 0, G_OPTION_ARG_FILENAME, &options->write_config, "Write a usher.conf",
       "F"},
      {"auto-approve", 0, 0, G_OPTION_ARG_NONE, &options->auto_approve, "Approve device codes",
       NULL},
      {"no-quota", 0, 0, G_OPTION_ARG_NONE, &options->no_quota, "No quotas: 429 only as a fault",
       NULL},
      {"no-premium", 0, 0, G_OPTION_ARG_NONE, &options->no_premium, "No premium licence", NULL},
      {"with-parent", 0, 0, G_OPTION_ARG_NONE, &options->with_parent, "Stop when the parent does",
       NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL},
      {NULL}};
  g_autoptr(GOptionContext) context = g_option_context_new("- a simulated tenant on 127.0.0.1");

  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, error))
    return FALSE;
  if (version) {
    puts("usher-sim " VERSION);
    exit(0);
  }
  return take_rest(rest, options, error) && take_seed(seed, options, error) &&
         check_options(options, accounts, specialists, seats, error);
}

static void
options_clear(SimOptions *options)
{
  g_free(options->port_file);
  g_free(options->state_file);
  g_free(options->users_file);
  g_free(options->faults);
  g_free(options->write_config);
  g_free(options->tls_certificate);
  g_free(options->tls_key);
  g_free(options->certificate);
}

static gboolean
write_port(const SimOptions *options, int port, GError **error)
{
  if (!options->port_file)
    return TRUE;
  g_autofree char *text = g_strdup_printf("%d\n", port);
  return g_file_set_contents(options->port_file, text, -1, error);
}

static void
print_ready(const Sim *sim)
{
  GString *line = g_string_new("{");

  out_pair(line, "url", sim->url);
  out_pair(line, "tenant", TENANT_NAME);
  out_pair(line, "tenant_id", TENANT_ID);
  out_pair(line, "client_id", TOKENS_CLIENT_ALL);
  out_pair(line, "device_client_id", TOKENS_CLIENT_DEVICE);
  out_key(line, "groups");
  g_string_append_c(line, '{');
  for (guint i = 0; i < sim->tenant->groups->len; i++)
    out_pair(line, tenant_group(sim->tenant, i)->display_name, tenant_group(sim->tenant, i)->id);
  g_string_append(line, "}");
  out_pair_int(line, "accounts", sim->tenant->n_live);
  g_string_append(line, "}");
  puts(line->str);
  fflush(stdout);
  g_string_free(line, TRUE);
}

/* Until a signal, or the parent's end. The parent may have been a thread that ended
 * while its process goes on: then the signal of its death is nothing. */
static void
wait_for_end(const sigset_t *signals, gboolean with_parent, pid_t parent)
{
  const struct timespec look = {.tv_sec = 2};

  for (;;) {
    int number = with_parent ? sigtimedwait(signals, NULL, &look) : sigwaitinfo(signals, NULL);
    if (with_parent && getppid() != parent)
      return;
    if (number == SIGTERM || number == SIGINT || number == SIGHUP)
      return;
  }
}

static int
run(const SimOptions *options, const sigset_t *signals, pid_t parent)
{
  g_autoptr(GError) error = NULL;
  Sim *sim = sim_new(options, &error);
  Server *server = sim ? server_start(sim, &error) : NULL;

  if (server && write_port(options, server_port(server), &error) &&
      (!options->write_config || config_file_write(sim, options->write_config, &error))) {
    print_ready(sim);
    wait_for_end(signals, options->with_parent, parent);
  }
  if (server)
    server_stop(server);
  if (sim)
    sim_free(sim);
  if (!error)
    return 0;
  fprintf(stderr, "usher-sim: %s\n", error->message);
  /* A file that an option names is part of how it was called. */
  return error->domain == SIM_ERROR || error->domain == G_FILE_ERROR ? 2 : 1;
}

int
main(int argc, char **argv)
{
  SimOptions options = {0};
  g_autoptr(GError) error = NULL;
  pid_t parent = getppid();
  sigset_t signals;

  setlocale(LC_ALL, "");
  if (!read_options(argc, argv, &options, &error)) {
    fprintf(stderr, "usher-sim: %s\nTry 'usher-sim --help'.\n", error->message);
    options_clear(&options);
    return 2;
  }
  /* All threads are made later and inherit this: signals come here alone. */
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGUSR1);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  signal(SIGPIPE, SIG_IGN);
  if (options.with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    if (getppid() != parent)
      return 0;
  }
  g_mime_init();
  int status = run(&options, &signals, parent);
  g_mime_shutdown();
  options_clear(&options);
  return status;
}
