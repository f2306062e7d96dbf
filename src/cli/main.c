/* From argv to an exit status: reads the arguments, prepares what commands
 * share, and hands over to the console, a front-end command or a handler of
 * the action table. */
#include "app/profiles.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/harden.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/cli-private.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/say.h"
#include "config.h"
#include "tui/console.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Commands without a handler in the table: the front end is what they are about. */
static int cli_help(Cli *cli);

static const struct {
  const char *name;
  int (*run)(Cli *cli);
} own_commands[] = {
    {"demo", cli_demo},           {"setup", cli_setup},           {"login", cli_login},
    {"unlock", cli_unlock},       {"completion", cli_completion}, {"help", cli_help},
    {"plan edit", cli_plan_edit},
};

static const char *
option(const Cli *cli, const char *name)
{
  return action_option(&cli->arguments.request, name);
}

AppOptions
cli_app_options(const Cli *cli)
{
  const Action *action = cli->arguments.action;
  return (AppOptions){
      .config_path = option(cli, "config"),
      .profile = option(cli, "profile"),
      .roster = option(cli, "roster"),
      .read_only = option(cli, "read-only") != NULL,
      .tolerant = action && (action->flags & ACTION_TOLERANT) != 0,
      .patience = action && (action->flags & ACTION_TOLERANT) ? CLI_PATIENCE : 0,
  };
}

App *
cli_open_app(Cli *cli, GError **error)
{
  AppOptions options = cli_app_options(cli);
  return app_new(&options, error);
}

/* --- how results are written --- */

int
cli_terminal_width(int fd)
{
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

static gboolean
takes_attributes(void)
{
  const char *no_color = g_getenv("NO_COLOR");
  const char *term = g_getenv("TERM");
  return !(no_color && *no_color) && term && *term && !g_str_equal(term, "dumb");
}

/* "report.csv" says its format. */
static OutputFormat
format_of_path(const char *path)
{
  OutputFormat format = FORMAT_TSV;
  const char *dot = strrchr(path, '.');
  if (dot && output_format(dot + 1, &format))
    return format;
  return FORMAT_TSV;
}

static void
choose_style(Cli *cli)
{
  const char *format = option(cli, "format");
  OutputStyle *style = &cli->style;
  gboolean terminal = isatty(STDOUT_FILENO);
  style->path = option(cli, "output");
  if (style->path && g_str_equal(style->path, "-"))
    style->path = NULL;
  style->visible = terminal && !style->path;
  style->width = style->visible ? cli_terminal_width(STDOUT_FILENO) : 0;
  style->bold = style->visible && takes_attributes();
  style->ascii = !text_locale_is_utf8();
  style->no_header = option(cli, "no-header") != NULL;
  style->columns = option(cli, "columns");
  style->sort = option(cli, "sort");
  style->now = clock_now();
  style->format = style->path ? format_of_path(style->path) : terminal ? FORMAT_TABLE : FORMAT_TSV;
  cli->format_given = format && output_format(format, &style->format);
}

Output *
cli_output(Cli *cli)
{
  return output_new(&cli->style, STDOUT_FILENO);
}

int
cli_finish(Cli *cli, Output *output, int status)
{
  g_autoptr(GError) error = NULL;
  if (output_finish(output, &error))
    return status;
  say_error(cli->arguments.action ? cli->arguments.action->name : NULL, error);
  return 1;
}

static int
print_text(Cli *cli, const char *text)
{
  g_autoptr(Output) output = cli_output(cli);
  g_string_append(output_buffer(output), text);
  return cli_finish(cli, output, 0);
}

/* About one action, or a group of them, or (both NULL) all. */
static int
print_help(Cli *cli, const Action *action, const char *group)
{
  int width = CLAMP(cli->style.width ? cli->style.width : 80, 40, 100);
  g_autofree char *text = group ? help_group(argument_tables(), group, width)
                                : help_text(argument_tables(), action, width);
  return print_text(cli, text);
}

/* "help journal list": the same as "journal list --help". */
static int
cli_help(Cli *cli)
{
  char **words = cli->arguments.request.arguments;
  guint n;
  if (!words[0])
    return print_help(cli, NULL, NULL);
  const Action *action = arguments_command(argument_tables(), words, &n);
  if (action && !words[n])
    return print_help(cli, action, NULL);
  g_autoptr(GPtrArray) group = arguments_subcommands(argument_tables(), words[0]);
  if (group->len > 0 && !words[1])
    return print_help(cli, NULL, words[0]);
  g_autofree char *name = g_strjoinv(" ", words);
  g_autoptr(GError) error = g_error_new(USHER_ERROR, USHER_ERROR_USAGE,
                                        _("unknown command “%s”: 'usher --help' lists all"), name);
  return say_error("help", error);
}

static int
print_version(Cli *cli)
{
  g_autofree char *text =
      g_strdup_printf("usher %s\njson %d\n", PACKAGE_VERSION, OUTPUT_JSON_VERSION);
  return print_text(cli, text);
}

/* --- dispatch --- */

/* The console's key w: the same files as list --output writes. */
static gboolean
write_accounts(const char *path, const char *format, const Snapshot *snapshot, const GArray *rows,
               const GArray *fields, GError **error)
{
  OutputStyle style = {.path = path, .now = clock_now()};
  if (!output_format(format, &style.format)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("there is no format “%s”"), format);
    return FALSE;
  }
  g_autoptr(Output) output = output_new(&style, -1);
  output_accounts(output, snapshot, rows, fields, TRUE, FALSE);
  return output_finish(output, error);
}

/* The same for the lists of the other views. */
static gboolean
write_records(const char *path, const char *format, const Records *records, const char *columns,
              GError **error)
{
  OutputStyle style = {.path = path, .columns = columns, .now = clock_now()};
  if (!output_format(format, &style.format)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("there is no format “%s”"), format);
    return FALSE;
  }
  g_autoptr(Output) output = output_new(&style, -1);
  return output_records(output, records, error) && output_finish(output, error);
}

/* Before the screen is taken, since this asks on the terminal. What else is wrong the console
 * shows itself. */
static gboolean
open_place_first(Cli *cli, GError **error)
{
  g_autoptr(GError) failure = NULL;
  if (!app_profile(cli->app))
    return TRUE;
  cli->interrupt = interrupt_new();
  interrupt_set_quiet(cli->interrupt, TRUE);
  cli->cancellable = interrupt_cancellable(cli->interrupt);
  cli_open_place(cli, FALSE, &failure);
  cli->cancellable = NULL;
  g_clear_pointer(&cli->interrupt, interrupt_free);
  if (!g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

int
cli_console(Cli *cli, const char *notice)
{
  static const ConsoleHooks hooks = {.write_accounts = write_accounts,
                                     .write_records = write_records};
  g_autoptr(GError) error = NULL;
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
    say("usher: %s", _("the console needs a terminal; 'usher --help' lists the commands that work "
                       "without one"));
    return 2;
  }
  cli->app = cli_open_app(cli, &error);
  if (!cli->app || !open_place_first(cli, &error))
    return say_error(NULL, error);
  return console_run(cli->app, notice, &hooks);
}

/* The console, and what was chosen on its welcome screen. */
static int
open_console(Cli *cli)
{
  int status = cli_console(cli, NULL);
  g_clear_pointer(&cli->app, app_free);
  if (status == CONSOLE_WANTS_DEMO)
    return cli_demo(cli);
  return status == CONSOLE_WANTS_SETUP ? cli_setup(cli) : status;
}

/* The log goes to a file or nowhere: the terminal belongs to results and messages. */
static gboolean
open_log(Cli *cli, GError **error)
{
  if (!option(cli, "debug"))
    return log_open(NULL, error);
  g_autofree char *folder = file_state_dir();
  if (!file_make_private_dir(folder, error))
    return FALSE;
  g_autofree char *path = g_build_filename(folder, "usher.log", NULL);
  if (!cli->quiet)
    say(_("the diagnostic log is %s"), path);
  return log_open(path, error);
}

/* Said before anything is done: afterwards it would be too late. */
static gboolean
check_output(const Cli *cli, GError **error)
{
  if (!cli->style.path)
    return TRUE;
  g_autofree char *folder = g_path_get_dirname(cli->style.path);
  gboolean is_folder = g_file_test(cli->style.path, G_FILE_TEST_IS_DIR);
  /* A file is replaced, a device or pipe written to. */
  gboolean replaced = !g_file_test(cli->style.path, G_FILE_TEST_EXISTS) ||
                      g_file_test(cli->style.path, G_FILE_TEST_IS_REGULAR);
  if (!is_folder && access(replaced ? folder : cli->style.path, W_OK) == 0)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("--output: cannot write %s: %s"),
              cli->style.path, g_strerror(is_folder ? EISDIR : errno));
  return FALSE;
}

/* What changes something, or belongs to one sign-in, is of one tenant. */
static gboolean
check_profiles(const Cli *cli, GError **error)
{
  const Action *action = cli->arguments.action;
  if (!profiles_are_several(option(cli, "profile")) ||
      (action && (action->flags & ACTION_PROFILES) != 0))
    return TRUE;
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (const Action *const *row = actions(); *row; row++)
    if (((*row)->flags & ACTION_PROFILES) != 0)
      g_ptr_array_add(names, (gpointer)(*row)->name);
  g_ptr_array_add(names, NULL);
  g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("--profile: one profile at a time; several can be asked with: %s"), all);
  return FALSE;
}

static int
run_command(Cli *cli)
{
  const Action *action = cli->arguments.action;
  g_autoptr(GError) error = NULL;
  gboolean own_state = action && g_str_equal(action->name, "demo");
  if (!check_profiles(cli, &error) || !check_output(cli, &error))
    return say_error(action ? action->name : NULL, error);
  if (!own_state && !open_log(cli, &error))
    return say_error(NULL, error);
  if (!action)
    return open_console(cli);
  if (action->run)
    return cli_run_action(cli);
  for (guint i = 0; i < G_N_ELEMENTS(own_commands); i++)
    if (g_str_equal(own_commands[i].name, action->name))
      return own_commands[i].run(cli);
  say("usher: %s: %s", action->name, _("works in the console alone"));
  return 2;
}

static void
cli_clear(Cli *cli)
{
  g_clear_pointer(&cli->app, app_free);
  g_clear_pointer(&cli->interrupt, interrupt_free);
  arguments_clear(&cli->arguments);
}

/* A descriptor that we were started without would go to the next file opened, and results or
 * errors would be written into it, into the journal at worst. The place is taken by one that
 * cannot be written to, so that writing still fails and is said. */
static void
fill_standard_descriptors(void)
{
  int fd;
  do
    fd = open("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close(fd);
}

int
cli_main(int argc, char **argv)
{
  Cli cli = {0};
  g_autoptr(GError) error = NULL;
  harden_process();
  fill_standard_descriptors();
  setlocale(LC_ALL, "");
  bindtextdomain(GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
  textdomain(GETTEXT_PACKAGE);
  signal(SIGPIPE, SIG_IGN); /* a reader that leaves shows as EPIPE */
  if (argc > 1 && g_str_equal(argv[1], "__complete"))
    return cli_complete(argv + 2);
  gboolean ok = arguments_parse(argument_tables(), argv, &cli.arguments, &error);
  int status;
  if (!ok) {
    status = say_error(cli.arguments.action ? cli.arguments.action->name : NULL, error);
  } else {
    cli.quiet = option(&cli, "quiet") != NULL;
    choose_style(&cli);
    status = option(&cli, "help")      ? print_help(&cli, cli.arguments.action, cli.arguments.group)
             : option(&cli, "version") ? print_version(&cli)
                                       : run_command(&cli);
  }
  cli_clear(&cli);
  return status;
}
