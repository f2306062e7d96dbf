/* The action table's slice about plans that are kept: shown, edited, applied from a
 * file, and taken back from the journal. */
#include "app/actions-private.h"
#include "app/app-change.h"
#include "app/app-private.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"

#define MOST_BYTES (256 * 1024 * 1024)

static Plan *
read_plan(App *app, const char *path, GCancellable *cancellable, GError **error)
{
  gsize length;
  g_autofree char *text = file_read(path, MOST_BYTES, &length, error);
  const char *name = g_str_equal(path, "-") ? _("standard input") : path;
  return text == NULL ? NULL : app_plan_read(app, text, length, name, cancellable, error);
}

static gboolean
run_show(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  result->plan = read_plan(app, request->arguments[0], cancellable, error);
  result->kind = RESULT_PLAN;
  return result->plan != NULL;
}

/* Whoever applies what somebody else wrote releases it by that. */
static gboolean
run_apply(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
          GError **error)
{
  const char *by = action_option(request, "released-by");
  const char *reason = action_option(request, "reason");
  g_autoptr(Plan) plan = read_plan(app, request->arguments[0], cancellable, error);
  if (plan == NULL || (by != NULL && !app_plan_release(app, plan, by, error)) ||
      !app_plan_release(app, plan, NULL, error))
    return FALSE;
  if (action_option(request, "dry-run") == NULL && !app_plan_is_released(app, plan, error))
    return FALSE;
  if (reason != NULL) {
    g_free(plan->reason);
    plan->reason = g_strdup(reason);
  }
  result->plan = g_steal_pointer(&plan);
  result->kind = RESULT_PLAN;
  return TRUE;
}

static gboolean
run_undo(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
         GError **error)
{
  gint64 id = 0;
  const char *reason = action_option(request, "reason");
  gboolean named = request->arguments != NULL && request->arguments[0] != NULL;
  if (named ? !journal_parse_id(request->arguments[0], &id, error)
            : !app_newest_plan(app, &id, error))
    return FALSE;
  result->plan = app_undo_plan(app, id, error);
  if (result->plan == NULL)
    return FALSE;
  if (reason != NULL) {
    g_free(result->plan->reason);
    result->plan->reason = g_strdup(reason);
  }
  result->kind = RESULT_PLAN;
  return TRUE;
}

static const ActionOption apply_options[] = {
    {"released-by", 0, N_("NAME"), N_("who else released it; not who wrote it"), NULL},
    {NULL},
};

const Action actions_plan[] = {
    {.name = "plan show",
     .group = N_("Plans"),
     .summary = N_("Show a plan file, and what would be refused"),
     .text = N_("Reads the file, holds every line against the directory and the guards, and prints "
                "it as it would be applied. Nothing is changed."),
     .arguments = "FILE",
     .flags = ACTION_CLI | ACTION_NETWORK,
     .scope = SCOPE_PLAN,
     .permissions = "User.Read.All",
     .run = run_show},
    {.name = "plan edit",
     .group = N_("Plans"),
     .summary = N_("Edit a plan file, and have it checked"),
     .text =
         N_("Opens the file in the editor ([usher] editor, VISUAL or EDITOR). What comes back "
            "is parsed; when it is wrong, the line is named and the editor can be opened again. "
            "The difference is shown, and the file is replaced only by what is right. Whoever "
            "changes a plan has written it: releases by others are dropped."),
     .arguments = "FILE",
     .flags = ACTION_CLI | ACTION_NO_CONFIG,
     .scope = SCOPE_PLAN},
    {.name = "plan apply",
     .group = N_("Plans"),
     .summary = N_("Apply a plan file"),
     .text =
         N_("The file passes the same guards as a key press: a line whose id belongs to another "
            "name, whose account has changed since, or that is guarded is refused. Applying "
            "what somebody else wrote releases it; with approval in the roster, who wrote a "
            "plan may not release it."),
     .arguments = "FILE",
     .options = apply_options,
     .flags = ACTION_CLI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_PLAN,
     .permissions = "User.ReadWrite.All GroupMember.ReadWrite.All Mail.Send",
     .run = run_apply},
    {.name = "journal undo",
     .group = N_("Journal"),
     .summary = N_("Take back what a plan did"),
     .text = N_("Makes the reverse plan of what was done, the last first, and names what cannot be "
                "taken back. What has changed since is left alone. Without ID the newest plan is "
                "taken."),
     .arguments = "[ID]",
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_LIST,
     .keys = "u",
     .permissions = "User.ReadWrite.All GroupMember.ReadWrite.All",
     .check = journal_check_id,
     .run = run_undo},
    {.name = NULL},
};
