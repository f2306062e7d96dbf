/* The action table put together from its slices, with look-up and the options
 * that every command shares. What an action does is in its slice. */
#include "app/actions.h"

#include "app/actions-private.h"
#include "app/app-private.h"
#include "base/error.h"
#include "base/i18n.h"
#include "work/apply.h"

static const ActionOption global_options[] = {
    {"profile", 'p', N_("NAME"),
     N_("use this profile of the configuration; what only reads takes several (a,b) or all"),
     "profile"},
    {"roster", 'r', N_("NAME"), N_("use this roster of the profile"), "roster"},
    {"config", 'c', N_("FILE"), N_("read this configuration file alone"), "file"},
    {"format", 'f', "table|json|jsonl|csv|tsv",
     N_("how results are written; table on a terminal, tsv in a pipe"), "format"},
    {"output", 'o', N_("FILE"), N_("write results to this file"), "file"},
    {"no-header", 0, NULL, N_("leave out the header line of csv and tsv"), NULL},
    {"read-only", 0, NULL, N_("refuse everything that changes the tenant"), NULL},
    {"quiet", 'q', NULL, N_("no progress, no notices"), NULL},
    {"debug", 0, NULL, N_("write a diagnostic log to the state folder, secrets left out"), NULL},
    {"help", 'h', NULL, N_("say how the command is used"), NULL},
    {"version", 0, NULL, N_("say which version this is"), NULL},
    {NULL},
};

static const ActionOption change_options[] = {
    {"dry-run", 'n', NULL, N_("print the plan and change nothing"), NULL},
    {"yes", 'y', NULL, N_("ask no question; needed when standard input is no terminal"), NULL},
    {"print-password", 0, NULL,
     N_("write a password that is shown once to standard output, not to the terminal"), NULL},
    {"reason", 0, N_("TEXT"), N_("why, for the journal: a ticket, a name"), NULL},
    {NULL},
};

const ActionOption *
action_global_options(void)
{
  return global_options;
}

const ActionOption *
action_change_options(void)
{
  return change_options;
}

const Action *const *
actions(void)
{
  static const Action *const slices[] = {actions_accounts, actions_lifecycle, actions_plan,
                                         actions_review,   actions_journal,   actions_session,
                                         actions_program,  actions_console};
  static GPtrArray *rows;
  if (g_once_init_enter(&rows)) {
    GPtrArray *all = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(slices); i++)
      for (const Action *action = slices[i]; action->name != NULL; action++)
        g_ptr_array_add(all, (gpointer)action);
    g_ptr_array_add(all, NULL);
    g_once_init_leave(&rows, all);
  }
  return (const Action *const *)rows->pdata;
}

const Action *
action_find(const char *name)
{
  for (const Action *const *row = actions(); *row != NULL; row++)
    if (g_str_equal((*row)->name, name))
      return *row;
  return NULL;
}

const char *
action_option(const ActionRequest *request, const char *name)
{
  return request->options == NULL ? NULL : g_hash_table_lookup(request->options, name);
}

const char *
action_step_label(const char *kind)
{
  const StepInfo *info = step_info(kind);
  return info == NULL ? kind : _(info->label);
}

gboolean
answer_idle(App *app, const char *text, ActionResult *result)
{
  result->kind = RESULT_TEXT;
  result->text = g_strdup(text);
  result->plan = plan_new(text);
  result->plan->state = PLAN_DONE;
  app_sign_plan(app, result->plan);
  return TRUE;
}

void
action_result_clear(ActionResult *result)
{
  g_clear_pointer(&result->text, g_free);
  g_clear_pointer(&result->order, g_free);
  g_clear_pointer(&result->records, records_free);
  g_clear_pointer(&result->snapshot, snapshot_unref);
  g_clear_pointer(&result->rows, g_array_unref);
  g_clear_pointer(&result->fields, g_array_unref);
  g_clear_pointer(&result->plan, plan_free);
  g_clear_pointer(&result->view, create_view_free);
  g_clear_pointer(&result->preview, plan_free);
  g_clear_pointer(&result->more, g_array_unref);
  g_clear_pointer(&result->notes, g_ptr_array_unref);
  *result = (ActionResult){0};
}
