/* Runs the handler of an action and shows what it answered. */
#include "app/profiles.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/cli-private.h"
#include "cli/say.h"

#include <unistd.h>

static gboolean
given(const Cli *cli, const char *name)
{
  return arguments_has(&cli->arguments, name);
}

/* What changes the tenant asks first, and must be able to: said before anything is sent. */
static gboolean
may_ask(const Cli *cli, GError **error)
{
  if (!(cli->arguments.action->flags & ACTION_CHANGES) || given(cli, "dry-run") ||
      given(cli, "yes") || isatty(STDIN_FILENO))
    return TRUE;
  g_set_error_literal(
      error, USHER_ERROR, USHER_ERROR_USAGE,
      _("there is no terminal to ask on: give --yes to apply the plan, or --dry-run "
        "to see it; nothing was sent"));
  return FALSE;
}

static gboolean
check_configured(const Cli *cli, GError **error)
{
  if (cli->arguments.action->flags & ACTION_NO_CONFIG || app_profile(cli->app))
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG,
                      _("no tenant is configured yet: 'usher setup' asks what is needed, 'usher "
                        "demo' shows a simulated one"));
  return FALSE;
}

static gboolean
check_arguments(const Cli *cli, GError **error)
{
  const Action *action = cli->arguments.action;
  if (given(cli, "timeline") && cli->style.sort &&
      !output_check_sort(action->columns, cli->style.sort, error))
    return FALSE;
  return !action->check || action->check(cli->app, &cli->arguments.request, error);
}

static gboolean
check_allowed(const Cli *cli, GError **error)
{
  if (!(cli->arguments.action->flags & ACTION_CHANGES) || given(cli, "dry-run") ||
      !app_is_read_only(cli->app))
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                      _("read-only: this run or this profile may not change the tenant"));
  return FALSE;
}

/* In one line what was done: how many of how many, of whom, how old, signed in how. */
static void
say_summary(const Cli *cli, const ActionResult *result)
{
  if (cli->quiet || result->single || result->each_in_full)
    return;
  guint all = snapshot_count(result->snapshot);
  guint shown = result->rows ? result->rows->len : all;
  gint64 taken = snapshot_taken(result->snapshot);
  const Roster *roster = cli->app ? app_roster(cli->app) : NULL;
  g_autofree char *age = clock_format_span(MAX(0, cli->style.now - taken));
  g_autofree char *count =
      shown == all
          ? g_strdup_printf(ngettext("%u account", "%u accounts", all), all)
          : g_strdup_printf(ngettext("%u of %u account", "%u of %u accounts", all), shown, all);
  g_autofree char *place =
      roster       ? g_strdup_printf(", %s, %s", app_profile(cli->app)->tenant, roster->title)
      : cli->whose ? g_strdup_printf(", %s", cli->whose)
                   : g_strdup("");
  g_autofree char *way = cli->app ? app_login_way(cli->app) : NULL;
  if (cli->app ? !app_has_asked(cli->app) : cli->style.now - taken >= 60)
    say(_("%s%s: from the cache of %s ago; --live asks now"), count, place, age);
  else if (way)
    say(_("%s%s: signed in %s"), count, place, way);
  else
    say("%s%s", count, place);
}

/* A table is read by a person: without --columns, what a line of a terminal can hold. */
static const GArray *
shown_fields(const Cli *cli, const ActionResult *result, GArray *few)
{
  static const FieldId usual[] = {FIELD_NAME,    FIELD_USER,    FIELD_STATE,
                                  FIELD_LICENCE, FIELD_EXPIRES, FIELD_COMPANY};
  if (cli->style.format != FORMAT_TABLE || result->chosen)
    return result->fields;
  if (g_array_index(result->fields, FieldId, 0) == FIELD_PROFILE)
    g_array_append_val(few, g_array_index(result->fields, FieldId, 0));
  g_array_append_vals(few, usual, G_N_ELEMENTS(usual));
  return few;
}

/* Accounts of several tenants, a paragraph each. */
static void
show_in_full(Output *output, const ActionResult *result)
{
  for (guint i = 0; i < result->rows->len; i++) {
    g_autoptr(GArray) one = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_array_append_val(one, g_array_index(result->rows, guint32, i));
    if (i > 0)
      g_string_append_c(output_buffer(output), '\n');
    output_accounts(output, result->snapshot, one, result->fields, TRUE, TRUE);
  }
}

static int
show_accounts(Cli *cli, const ActionResult *result)
{
  g_autoptr(Output) output = cli_output(cli);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) few = g_array_new(FALSE, FALSE, sizeof(FieldId));
  gboolean chosen = result->chosen;
  if (result->each_in_full && cli->style.format == FORMAT_TABLE)
    show_in_full(output, result);
  else if (!result->single)
    output_accounts(output, result->snapshot, result->rows, shown_fields(cli, result, few), chosen,
                    FALSE);
  else if (!output_account(output, result->snapshot, result->fields, chosen, result->records,
                           &error))
    return say_error(cli->arguments.action->name, error);
  int status = cli_finish(cli, output, result->exit_status);
  if (status == 0)
    say_summary(cli, result);
  return status;
}

static int
show_records(Cli *cli, const ActionResult *result)
{
  g_autoptr(Output) output = cli_output(cli);
  g_autoptr(GError) error = NULL;
  if (!output_records(output, result->records, &error))
    return say_error(cli->arguments.action->name, error);
  return cli_finish(cli, output, result->exit_status);
}

/* A sentence for people, unless a format was asked for, by name or by that of the file. */
static gboolean
wants_format(const Cli *cli)
{
  return cli->style.format != FORMAT_TABLE &&
         (cli->format_given || cli->style.format != FORMAT_TSV);
}

static int
show_text(Cli *cli, ActionResult *result)
{
  if (result->records && wants_format(cli))
    return show_records(cli, result);
  if (result->plan && wants_format(cli)) {
    if (!cli->quiet)
      say("%s", result->text);
    return cli_print_idle(cli, result);
  }
  g_autoptr(Output) output = cli_output(cli);
  g_autofree char *shown = cli->style.visible ? say_text(result->text) : g_strdup(result->text);
  g_string_append(output_buffer(output), shown);
  if (!g_str_has_suffix(shown, "\n"))
    g_string_append_c(output_buffer(output), '\n');
  return cli_finish(cli, output, result->exit_status);
}

static void
say_notes(const Cli *cli, const ActionResult *result)
{
  for (guint i = 0; result->notes && !cli->quiet && i < result->notes->len; i++)
    say("%s", (const char *)result->notes->pdata[i]);
}

int
cli_show_result(Cli *cli, ActionResult *result)
{
  say_notes(cli, result);
  switch (result->kind) {
  case RESULT_ACCOUNTS:
    return show_accounts(cli, result);
  case RESULT_RECORDS:
    return show_records(cli, result);
  case RESULT_TEXT:
    return show_text(cli, result);
  case RESULT_PLAN:
    return cli_run_plan(cli, result);
  default:
    return result->exit_status;
  }
}

int
cli_run_action(Cli *cli)
{
  const Action *action = cli->arguments.action;
  g_autoptr(GError) error = NULL;
  ActionResult result = {0};
  if (profiles_are_several(action_option(&cli->arguments.request, "profile")))
    return cli_run_profiles(cli);
  /* What is wrong with the arguments is said before anything else. */
  cli->app = cli_open_app(cli, &error);
  if (!cli->app || !check_configured(cli, &error) || !check_arguments(cli, &error) ||
      !may_ask(cli, &error) || !check_allowed(cli, &error))
    return say_error(action->name, error);
  cli->interrupt = interrupt_new();
  interrupt_set_quiet(cli->interrupt, TRUE); /* until something is applied */
  cli->cancellable = interrupt_cancellable(cli->interrupt);
  int status;
  if ((action->flags & ACTION_NETWORK) && !g_str_equal(action->name, "doctor") &&
      !cli_open_place(cli, FALSE, &error))
    return say_error(action->name, error);
  Progress *progress = progress_new(cli);
  progress_watch(progress, cli->app);
  gboolean ok = action->run(cli->app, &cli->arguments.request, &result, cli->cancellable, &error);
  app_on_reading(cli->app, NULL, NULL);
  progress_free(progress);
  if (ok)
    status = cli_show_result(cli, &result);
  else
    status = say_error(action->name, error);
  action_result_clear(&result);
  return status;
}
