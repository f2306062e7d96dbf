/* A plan on the command line: shown, agreed to, applied step by step, and
 * reported. What is shown while it runs goes to standard error; standard
 * output gets the result alone. */
#include "app/app-change.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/cli-private.h"
#include "cli/prompt.h"
#include "cli/say.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  const Cli *cli;
  Progress *line; /* NULL: nobody watches */
  gboolean begun;
  guint finished; /* operations */
} Steps;

/* --- progress --- */

static gboolean
is_running(const Operation *operation)
{
  return operation->state == OPERATION_INTENDED || operation->state == OPERATION_SENT;
}

static char *
step_line(const Operation *operation)
{
  const char *detail = operation->error_message ? operation->error_message : operation->result;
  g_autofree char *text = g_strdup_printf("%s %s %s%s%s", operation_state_label(operation->state),
                                          action_step_label(operation->kind),
                                          operation->target_name ? operation->target_name : "",
                                          detail ? ": " : "", detail ? detail : "");
  return say_text(text);
}

/* A resumed plan does not begin at nothing. */
static void
count_step(Steps *steps, const Plan *plan, const Operation *operation)
{
  if (!steps->begun)
    steps->finished = plan->operations->len - plan_count(plan, OPERATION_PLANNED) -
                      plan_count(plan, OPERATION_INTENDED) - plan_count(plan, OPERATION_SENT);
  else if (!is_running(operation))
    steps->finished++;
  steps->begun = TRUE;
}

/* Who watches sees each step; where nobody does, only what went wrong is said. */
static void
on_progress(const Plan *plan, const Operation *operation, gpointer data)
{
  Steps *steps = data;
  if (steps->cli->quiet || operation->state == OPERATION_PLANNED)
    return;
  count_step(steps, plan, operation);
  g_autofree char *line = step_line(operation);
  if (steps->line)
    progress_step(steps->line, steps->finished, plan->operations->len, line);
  else if (operation->state == OPERATION_FAILED || operation->state == OPERATION_UNKNOWN)
    say("%s", line);
}

/* --- showing and asking --- */

static void
say_view(const ActionResult *result)
{
  const CreateView *view = result->view;
  if (view && view->warning)
    say("%s", view->warning);
}

/* What is going to be done: of a journalled plan, what is left of it. */
static const Plan *
ahead(const ActionResult *result)
{
  return result->preview ? result->preview : result->plan;
}

/* The plan on standard error, as it would be printed by --dry-run. */
static void
say_plan(const Cli *cli, const Plan *plan)
{
  OutputStyle style = {.format = FORMAT_TABLE, .ascii = cli->style.ascii, .visible = TRUE};
  style.width = isatty(STDERR_FILENO) ? cli_terminal_width(STDERR_FILENO) : 0;
  g_autoptr(Output) output = output_new(&style, STDERR_FILENO);
  if (output_plan(output, plan, FALSE, NULL))
    output_finish(output, NULL);
}

/* Who is left out, and why: also when nobody is asked. */
static void
say_notes(const Plan *plan)
{
  for (guint i = 0; i < plan->notes->len; i++)
    say("%s", (const char *)plan->notes->pdata[i]);
}

static void
say_impact(const Impact *impact)
{
  g_autoptr(GPtrArray) lines = impact_lines(impact);
  for (guint i = 0; i < lines->len; i++)
    say("%s", (const char *)lines->pdata[i]);
}

/* A large set that is removed is agreed to by its number. */
static gboolean
ask_count(Cli *cli, const Impact *impact, GError **error)
{
  g_autofree char *question = g_strdup_printf(
      ngettext("This concerns %u account. Type the number to go on: ",
               "This concerns %u accounts. Type the number to go on: ", impact->dangerous),
      impact->dangerous);
  g_autofree char *wanted = g_strdup_printf("%u", impact->dangerous);
  g_autofree char *typed = prompt_line(question, cli->cancellable, error);
  return typed && strcmp(g_strstrip(typed), wanted) == 0;
}

static gboolean
agree(Cli *cli, const ActionResult *result, GError **error)
{
  if (!cli->quiet)
    say_view(result);
  if (arguments_has(&cli->arguments, "yes")) {
    if (!cli->quiet)
      say_notes(ahead(result));
    return TRUE;
  }
  g_autoptr(Impact) impact = app_plan_impact_now(cli->app, result->plan, cli->cancellable);
  guint n = ahead(result)->operations->len;
  g_autofree char *question = g_strdup_printf(
      ngettext("Apply this %u operation? [y/N] ", "Apply these %u operations? [y/N] ", n), n);
  say_plan(cli, ahead(result));
  if (result->resume_id == 0)
    say_impact(impact);
  if (impact->type_count && result->resume_id == 0 ? ask_count(cli, impact, error)
                                                   : prompt_yes(question, cli->cancellable, error))
    return TRUE;
  if (error && !*error)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED,
                        _("not agreed to: nothing was sent"));
  return FALSE;
}

/* --- reporting --- */

/* How to go on. */
static void
say_hint(const Plan *plan)
{
  if (plan->id <= 0)
    return;
  if (plan_count(plan, OPERATION_PLANNED) + plan_count(plan, OPERATION_INTENDED) +
          plan_count(plan, OPERATION_SENT) >
      0)
    say(_("  'usher journal resume %" PRId64 "' goes on where it stopped"), plan->id);
  else if (plan_count(plan, OPERATION_FAILED) + plan_count(plan, OPERATION_SKIPPED) +
               plan_count(plan, OPERATION_UNKNOWN) >
           0)
    say(_("  'usher journal resume %" PRId64 " --retry' tries again what failed"), plan->id);
}

/* What came of all plans of one command. */
typedef struct {
  GPtrArray *plans; /* Plan, as they are now */
  GPtrArray *shown; /* AppShown that belong into the result, or NULL */
  guint done, failed;
  int status;    /* of those that failed, when it is the same */
  gboolean lost; /* a password that was set could not be shown */
} Report;

static void
report_failure(Cli *cli, Report *report, const Plan *plan, const GError *failure)
{
  int status = error_exit_status(failure);
  report->status = report->failed++ > 0 && report->status != status ? 1 : status;
  if (!plan) {
    say_error(cli->arguments.action->name, failure);
    return;
  }
  g_autofree char *message = error_describe(failure);
  say("usher: %s: %s", cli->arguments.action->name, message);
  say_hint(plan);
}

static void
apply(Cli *cli, ActionResult *result, Report *report)
{
  g_autoptr(GError) error = NULL;
  Plan *resumed = NULL;
  AppOutcome outcome = {0};
  Steps steps = {.cli = cli, .line = progress_new(cli)};
  gboolean ok;
  interrupt_set_quiet(cli->interrupt, cli->quiet);
  if (result->resume_id > 0)
    ok = app_resume(cli->app, result->resume_id, result->resume, on_progress, &steps, &outcome,
                    &resumed, cli->cancellable, &error);
  else
    ok = app_apply(cli->app, result->plan, on_progress, &steps, &outcome, cli->cancellable, &error);
  progress_free(steps.line);
  report->lost |= !passwords_show(cli, &outcome);
  if (passwords_in_result(cli) && outcome.shown) {
    if (!report->shown)
      report->shown = g_ptr_array_new_with_free_func(app_shown_free);
    g_ptr_array_extend_and_steal(report->shown, g_steal_pointer(&outcome.shown));
  }
  app_outcome_clear(&outcome);
  Plan *plan = resumed ? resumed : plan_copy(result->plan);
  gboolean journalled = ok || plan->id > 0;
  if (ok)
    report->done++;
  else
    report_failure(cli, report, journalled ? plan : NULL, error);
  if (journalled)
    g_ptr_array_add(report->plans, plan);
  else
    plan_free(plan);
}

/* Several plans are told as one, since there is one result. */
static Plan *
merge(const GPtrArray *plans, const ActionResult *result)
{
  Plan *all = plan_copy(ahead(result));
  g_ptr_array_set_size(all->operations, 0);
  g_ptr_array_set_size(all->notes, 0);
  all->state = PLAN_DONE;
  for (guint i = 0; i < plans->len; i++) {
    const Plan *plan = plans->pdata[i];
    guint before = all->operations->len;
    for (guint j = 0; j < plan->operations->len; j++) {
      Operation *copy = plan_add_copy(all, plan->operations->pdata[j]);
      copy->sequence = all->operations->len;
      copy->depends_on += copy->depends_on > 0 ? before : 0;
    }
    if (plan->state != PLAN_DONE)
      all->state = plan->state;
  }
  return all;
}

static int
print_report(Cli *cli, const ActionResult *result, const Report *report)
{
  int status = report->failed == 0 ? report->lost : report->done > 0 ? 1 : report->status;
  if (report->plans->len == 0)
    return status;
  g_autoptr(Plan) merged = report->plans->len > 1 ? merge(report->plans, result) : NULL;
  const Plan *plan = merged ? merged : report->plans->pdata[0];
  g_autoptr(Output) output = cli_output(cli);
  g_autoptr(GError) error = NULL;
  if (!output_plan_shown(output, plan, report->shown, &error))
    return say_error(cli->arguments.action->name, error);
  return cli_finish(cli, output, status);
}

/* With further journalled plans of a repair. */
static int
apply_all(Cli *cli, ActionResult *result)
{
  Report report = {.plans = g_ptr_array_new_with_free_func((GDestroyNotify)plan_free)};
  apply(cli, result, &report);
  for (guint i = 0; result->more && i < result->more->len; i++) {
    if (g_cancellable_is_cancelled(cli->cancellable))
      break;
    result->resume_id = g_array_index(result->more, gint64, i);
    apply(cli, result, &report);
  }
  int status = print_report(cli, result, &report);
  g_ptr_array_unref(report.plans);
  g_clear_pointer(&report.shown, g_ptr_array_unref);
  return status;
}

/* As the text of usher-plan(5), unless a terminal or another format is what it is for. */
static gboolean
wants_file(const Cli *cli)
{
  return cli->style.format == FORMAT_TABLE && !cli->style.columns &&
         (cli->style.path || !cli->style.visible);
}

static int
print_plan(Cli *cli, const ActionResult *result)
{
  g_autoptr(GError) error = NULL;
  if (!cli->format_given)
    cli->style.format = FORMAT_TABLE; /* also in a pipe */
  g_autoptr(Output) output = cli_output(cli);
  if (!cli->quiet)
    say_view(result);
  if (wants_file(cli)) {
    g_autofree char *text = app_plan_write(cli->app, ahead(result));
    g_string_append(output_buffer(output), text);
  } else if (!output_plan(output, ahead(result), FALSE, &error))
    return say_error(cli->arguments.action->name, error);
  int status = cli_finish(cli, output, result->exit_status);
  gboolean is_something = result->plan->operations->len > 0 && result->resume_id == 0;
  if (!cli->quiet && status == 0 && is_something) {
    g_autoptr(Impact) impact = app_plan_impact_now(cli->app, result->plan, cli->cancellable);
    say_impact(impact);
  }
  return status;
}

int
cli_print_idle(Cli *cli, const ActionResult *result)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Output) output = cli_output(cli);
  if (!output_plan(output, result->plan, FALSE, &error))
    return say_error(cli->arguments.action->name, error);
  return cli_finish(cli, output, result->exit_status);
}

int
cli_run_plan(Cli *cli, ActionResult *result)
{
  g_autoptr(GError) error = NULL;
  const char *name = cli->arguments.action->name;
  gboolean changes = (cli->arguments.action->flags & ACTION_CHANGES) != 0;
  if (!changes || arguments_has(&cli->arguments, "dry-run"))
    return print_plan(cli, result);
  if (result->plan->operations->len == 0) {
    say_notes(result->plan);
    say("usher: %s: %s", name, _("there is nothing to do"));
    if (!cli->format_given || cli->style.format == FORMAT_TABLE)
      return result->exit_status;
    return cli_print_idle(cli, result);
  }
  if (!app_plan_is_permitted(cli->app, ahead(result), cli->cancellable, &error) ||
      !passwords_check(cli, ahead(result), &error) || !agree(cli, result, &error))
    return say_error(name, error);
  return apply_all(cli, result);
}
