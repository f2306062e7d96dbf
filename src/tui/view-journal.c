/* Two grids of records, journal list and journal show, and what can be done
 * with a run. Every one of these makes a plan, which is shown first. */
#include "tui/view-journal.h"

#include "app/actions.h"
#include "base/i18n.h"
#include "model/plan.h"
#include "tui/dialog.h"
#include "tui/grid.h"
#include "tui/log-lines.h"
#include "tui/perform.h"
#include <inttypes.h>

/* --- a run, whichever of the two is on top --- */

static gint64
current_run(const View *view)
{
  char **arguments = grid_arguments(view);
  return arguments != NULL ? g_ascii_strtoll(arguments[0], NULL, 10) : grid_number(view, "id");
}

static char **
run_arguments(gint64 id)
{
  char **arguments = g_new0(char *, 2);
  arguments[0] = g_strdup_printf("%" PRId64, id);
  return arguments;
}

static void
act_undo(View *view)
{
  gint64 id = current_run(view);
  if (id != 0)
    perform_with(view->console, action_find("journal undo"), run_arguments(id), NULL);
}

static void
resume(Console *console, gint64 id, gboolean retry)
{
  GHashTable *options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (retry)
    g_hash_table_insert(options, g_strdup("retry"), g_strdup(""));
  perform_with(console, action_find("journal resume"), run_arguments(id), options);
}

static void
on_resume_answer(Console *console, KeyCode key, gpointer data)
{
  if (key == 'o' || key == 't')
    resume(console, *(const gint64 *)data, key == 't');
}

/* Operations of the run with that outcome, whichever of the two lists is shown. */
static gint64
count_of(const View *view, const char *column, const char *const *states)
{
  guint status;
  gint64 n = 0;
  if (grid_arguments(view) == NULL)
    return grid_number(view, column);
  const Records *records = grid_records(view);
  if (records == NULL || !records_find(records, "status", &status))
    return 0;
  for (guint row = 0; row < records_count(records); row++)
    n += g_strv_contains(states, records_text(records, row, status));
  return n;
}

/* What failed is tried again only when somebody says so. */
static void
act_resume(View *view)
{
  static const DialogKey keys[] = {
      {'o', N_("what is open")}, {'t', N_("what failed, too")}, {0, NULL}};
  static const char *const open_states[] = {"planned", "intended", "sent", NULL};
  static const char *const failed_states[] = {"failed", "skipped", NULL};
  static const char *const unknown_states[] = {"unknown", NULL};
  gint64 id = current_run(view);
  if (id == 0)
    return;
  if (grid_arguments(view) == NULL && grid_number(view, "usher.running") > 0) {
    console_say(view->console, STYLE_WARN,
                _("A program is working on run %" PRId64 "; this list shows how far it is."), id);
    return;
  }
  gint64 open = count_of(view, "usher.open", open_states);
  gint64 failed = count_of(view, "usher.failed", failed_states);
  gint64 unknown = count_of(view, "usher.unknown", unknown_states);
  if (open + failed + unknown == 0) {
    console_say(view->console, STYLE_DIM, _("Nothing is left to do in this run."));
    return;
  }
  if (failed == 0) {
    resume(view->console, id, FALSE);
    return;
  }
  g_autofree char *text = g_strdup_printf(
      _("Going on with run %" PRId64 ": what took effect is found out first; the plan is shown "
        "before anything is sent."),
      id);
  console_push(view->console, dialog_new(_("Go on"), text, keys, on_resume_answer,
                                         g_memdup2(&id, sizeof id), g_free));
}

static void
act_verify(View *view)
{
  perform_action(view->console, action_find("journal verify"), NULL);
}

/* --- one run --- */

static const GridColumn step_columns[] = {
    {"status", NULL, 8, 10},
    {"usher.step", NULL, 6, 14},
    {"userPrincipalName", NULL, 14, 40},
    {"usher.result", NULL, 12, 50},
    {"requestId", NULL, 36, 36},
    {"dateTime", NULL, 10, 10},
    {"sequence", NULL, 3, 5},
    {NULL},
};

static Style
operation_style(const char *name)
{
  LogLine line = {.state = OPERATION_PLANNED};
  return name != NULL && operation_state_from_name(name, &line.state) ? log_line_style(&line)
                                                                      : STYLE_NORMAL;
}

static Style
step_style(const Records *records, guint row, const char *key)
{
  guint column;
  if (!records_find(records, "status", &column))
    return STYLE_NORMAL;
  const char *state = records_text(records, row, column);
  if (g_str_equal(key, "status"))
    return operation_style(state);
  if (g_str_equal(key, "requestId") || g_str_equal(key, "dateTime"))
    return STYLE_DIM;
  return g_str_equal(key, "usher.result") && g_strcmp0(state, "failed") == 0 ? STYLE_BAD
                                                                             : STYLE_NORMAL;
}

static char *
step_text(const Records *records, guint row, const char *key, gint64 now)
{
  guint column;
  OperationState state;
  if (!records_find(records, key, &column) || !records_has(records, row, column))
    return NULL;
  if (g_str_equal(key, "usher.step"))
    return g_strdup(action_step_label(records_text(records, row, column)));
  if (g_str_equal(key, "status") &&
      operation_state_from_name(records_text(records, row, column), &state))
    return g_strdup(log_state_label(state));
  return NULL;
}

static const ViewAction step_actions[] = {{"journal undo", act_undo},
                                          {"journal resume", act_resume},
                                          {"journal verify", act_verify},
                                          {NULL, NULL}};

static const GridKind steps = {
    .action = "journal show",
    .title = N_("A run"),
    .scope = SCOPE_JOURNAL,
    .columns = step_columns,
    .empty = N_("This run has no steps."),
    .text = step_text,
    .style = step_style,
    .actions = step_actions,
};

static void
act_show(View *view)
{
  gint64 id = current_run(view);
  const char *title = grid_text(view, "title");
  if (id == 0)
    return;
  console_push(view->console,
               grid_new(view->console, &steps,
                        g_strdup_printf(_("Run %" PRId64 ": %s"), id, title != NULL ? title : ""),
                        run_arguments(id)));
}

/* --- all runs --- */

static const GridColumn run_columns[] = {
    {"id", NULL, 3, 5},
    {"status", NULL, 8, 8},
    {"title", NULL, 16, 34},
    {"createdDateTime", NULL, 10, 10},
    {"usher.done", NULL, 4, 5},
    {"usher.failed", NULL, 6, 6},
    {"usher.open", NULL, 4, 5},
    {"usher.unknown", NULL, 7, 7},
    {"initiatedBy", NULL, 8, 16},
    {"reason", NULL, 8, 24},
    {NULL},
};

/* Stable names of the journal and what they are for people. */
static const struct {
  const char *name, *label;
  Style style;
} run_states[] = {
    {"open", N_("open"), STYLE_WARN},       {"running", N_("running"), STYLE_STRONG},
    {"done", N_("done"), STYLE_GOOD},       {"failed", N_("failed"), STYLE_BAD},
    {"stopped", N_("stopped"), STYLE_WARN},
};

/* A run that nobody works on any more was broken off, whatever its last entry says. */
static gsize
run_state(const Records *records, guint row)
{
  guint state, running;
  if (!records_find(records, "status", &state) || !records_find(records, "usher.running", &running))
    return 0;
  const char *name = records_text(records, row, state);
  gboolean owned = records_number(records, row, running) != 0;
  if (!owned && g_strcmp0(name, "running") == 0)
    name = "stopped";
  for (gsize i = 0; i < G_N_ELEMENTS(run_states); i++)
    if (g_strcmp0(owned ? "running" : name, run_states[i].name) == 0)
      return i;
  return 0;
}

static char *
run_text(const Records *records, guint row, const char *key, gint64 now)
{
  static const char *const worries[] = {"usher.failed", "usher.open", "usher.unknown", NULL};
  guint column;
  if (g_str_equal(key, "status"))
    return g_strdup(_(run_states[run_state(records, row)].label));
  /* Where there is nothing to worry about, nothing stands. */
  if (g_strv_contains(worries, key) && records_find(records, key, &column) &&
      records_number(records, row, column) == 0)
    return g_strdup("");
  return NULL;
}

static Style
run_style(const Records *records, guint row, const char *key)
{
  static const struct {
    const char *key;
    Style style;
  } counts[] = {{"usher.failed", STYLE_BAD},
                {"usher.open", STYLE_WARN},
                {"usher.unknown", STYLE_WARN},
                {"usher.done", STYLE_NORMAL}};
  guint column;
  if (g_str_equal(key, "status"))
    return run_states[run_state(records, row)].style;
  if (g_str_equal(key, "title"))
    return STYLE_STRONG;
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
    if (g_str_equal(key, counts[i].key) && records_find(records, key, &column))
      return records_number(records, row, column) > 0 ? counts[i].style : STYLE_DIM;
  return STYLE_DIM;
}

static const ViewAction run_actions[] = {{"journal show", act_show},
                                         {"journal undo", act_undo},
                                         {"journal resume", act_resume},
                                         {"journal verify", act_verify},
                                         {NULL, NULL}};

static const char *const of_all_runs[] = {"journal verify", NULL};

static const GridKind runs = {
    .action = "journal list",
    .title = N_("Journal"),
    .scope = SCOPE_JOURNAL,
    .room = 6,
    .columns = run_columns,
    .empty = N_("Nothing was changed from here yet."),
    .hint = N_("Every change that is applied stands here, with what came of it."),
    .text = run_text,
    .style = run_style,
    .open = act_show,
    .actions = run_actions,
    .without_row = of_all_runs,
};

View *
view_journal_new(Console *console)
{
  return grid_new(console, &runs, NULL, NULL);
}
