/* A reading command for several tenants: what they answered as one list, and
 * what went wrong with which, so that one that fails does not hide the others. */
#include "app/profiles.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/cli-private.h"
#include "cli/say.h"

/* That an account is not in every tenant is no failure, as long as it is in one. */
static gboolean
is_elsewhere(const Cli *cli, const ProfileRun *run, gboolean any)
{
  return any && g_str_equal(cli->arguments.action->name, "show") &&
         g_error_matches(run->error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
}

static void
say_run(const Cli *cli, const ProfileRun *run)
{
  g_autofree char *what = g_strdup_printf("%s: %s", cli->arguments.action->name, run->profile);
  say_error(what, run->error);
  if (g_error_matches(run->error, USHER_ERROR, USHER_ERROR_SIGN_IN))
    say("  usher --profile %s login", run->profile);
}

/* Says what failed. All failed in one way: the status of that; some: 1; none: 0. */
static int
say_failures(const Cli *cli, const GPtrArray *runs, gboolean any)
{
  int status = 0;
  for (guint i = 0; i < runs->len; i++) {
    const ProfileRun *run = runs->pdata[i];
    if (!run->error || is_elsewhere(cli, run, any))
      continue;
    say_run(cli, run);
    int own = error_exit_status(run->error);
    status = any || (status != 0 && status != own) ? 1 : own;
  }
  return status;
}

static void
say_all_notes(const Cli *cli, const GPtrArray *runs)
{
  for (guint i = 0; i < runs->len; i++) {
    const ProfileRun *run = runs->pdata[i];
    for (guint k = 0; run->result.notes && !cli->quiet && k < run->result.notes->len; k++)
      say("%s: %s", run->profile, (const char *)run->result.notes->pdata[k]);
  }
}

/* "contoso, fabrikam": those that answered. */
static char *
who_answered(const GPtrArray *runs)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();
  for (guint i = 0; i < runs->len; i++) {
    const ProfileRun *run = runs->pdata[i];
    if (!run->error)
      g_strv_builder_add(names, run->profile);
  }
  g_auto(GStrv) all = g_strv_builder_end(names);
  return g_strjoinv(", ", all);
}

static int
show_runs(Cli *cli, const GPtrArray *runs)
{
  ActionResult result = {0};
  g_autoptr(GError) error = NULL;
  gboolean any = profiles_join(runs, &result, &error);
  int status = error ? say_error(cli->arguments.action->name, error) : 0;
  g_autofree char *whose = who_answered(runs);
  say_all_notes(cli, runs);
  cli->whose = whose;
  if (any)
    status = cli_show_result(cli, &result);
  cli->whose = NULL;
  int failed = say_failures(cli, runs, any);
  action_result_clear(&result);
  return failed != 0 ? failed : status;
}

/* Before anybody is asked in parallel: a place that is locked, of one profile after the other.
 * What stays closed is said with its profile's failure. FALSE: ^C. */
static gboolean
open_places(Cli *cli, const AppOptions *options, const GPtrArray *names, GError **error)
{
  gboolean stopped = FALSE;
  for (guint i = 0; i < names->len && !stopped; i++) {
    g_autoptr(GError) failure = NULL;
    AppOptions one = *options;
    one.profile = names->pdata[i];
    g_autoptr(App) app = app_new(&one, NULL);
    cli->app = app;
    stopped = app && !cli_open_place(cli, FALSE, &failure) &&
              g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED);
    cli->app = NULL;
    if (stopped)
      g_propagate_error(error, g_steal_pointer(&failure));
  }
  return !stopped;
}

/* A tenant that does not answer is named, so that a person knows what ^C gives up. */
static void
say_waiting(const GPtrArray *names, gpointer data)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; i < names->len; i++)
    g_strv_builder_add(builder, names->pdata[i]);
  g_auto(GStrv) list = g_strv_builder_end(builder);
  g_autofree char *all = g_strjoinv(", ", list);
  g_autofree char *line = g_strdup_printf(_("Waiting for %s; ^C gives up."), all);
  progress_line(data, line);
}

int
cli_run_profiles(Cli *cli)
{
  const Action *action = cli->arguments.action;
  const char *names = action_option(&cli->arguments.request, "profile");
  AppOptions options = cli_app_options(cli);
  g_autoptr(GError) error = NULL;
  if (arguments_has(&cli->arguments, "timeline")) {
    g_set_error_literal(&error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("--timeline is of one account: name one profile"));
    return say_error(action->name, error);
  }
  cli->interrupt = interrupt_new();
  interrupt_set_quiet(cli->interrupt, TRUE);
  cli->cancellable = interrupt_cancellable(cli->interrupt);
  g_autoptr(GPtrArray) asked = profiles_named(&options, names, &error);
  gboolean asks = (action->flags & ACTION_NETWORK) && !g_str_equal(action->name, "doctor");
  if (!asked || (asks && !open_places(cli, &options, asked, &error)))
    return say_error(action->name, error);
  Progress *progress = progress_new(cli);
  g_autoptr(GPtrArray) runs =
      profiles_run(&options, names, action, &cli->arguments.request, progress ? say_waiting : NULL,
                   progress, cli->cancellable, &error);
  progress_free(progress);
  return runs ? show_runs(cli, runs) : say_error(action->name, error);
}
