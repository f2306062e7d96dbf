/* Plans that are kept: undone from the journal, written to a file and read back. */
#include "app/app-change.h"
#include "app/app-private.h"
#include "base/error.h"
#include "base/i18n.h"
#include "model/plan-file.h"
#include "store/journal.h"
#include "work/bounds.h"
#include "work/check.h"
#include "work/impact.h"
#include "work/undo.h"
#include <inttypes.h>
#include <string.h>

/* --- undoing --- */

gboolean
app_newest_plan(App *app, gint64 *ret_id, GError **error)
{
  Store *store = app_store(app, error);
  const char *profile = app_profile(app) == NULL ? NULL : app_profile(app)->name;
  g_autoptr(GPtrArray) newest = store == NULL ? NULL : journal_list(store, profile, 1, error);
  if (newest == NULL)
    return FALSE;
  if (newest->len == 0) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                        _("There is no plan in the journal"));
    return FALSE;
  }
  *ret_id = ((const JournalSummary *)newest->pdata[0])->plan->id;
  return TRUE;
}

Plan *
app_undo_plan(App *app, gint64 plan_id, GError **error)
{
  Store *store = app_store(app, error);
  if (store == NULL || !app_may_change(app, error))
    return NULL;
  g_autoptr(Plan) plan = journal_load(store, plan_id, error);
  if (plan == NULL)
    return NULL;
  if (app_profile(app) != NULL && plan->profile != NULL &&
      !g_str_equal(plan->profile, app_profile(app)->name)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("Plan %" PRId64 " belongs to the profile “%s”; use --profile %s"), plan_id,
                plan->profile, plan->profile);
    return NULL;
  }
  /* Whoever still works on it would go on behind our back. */
  if (!journal_lease(store, plan_id, error))
    return NULL;
  /* As it stands now that nobody does. */
  plan_free(plan);
  plan = journal_load(store, plan_id, error);
  journal_release(store, plan_id);
  if (plan == NULL)
    return NULL;
  Plan *undo = undo_plan(plan);
  app_sign_plan(app, undo);
  undo->reason = g_strdup_printf(_("undoes plan %" PRId64), plan_id);
  return undo;
}

/* --- files --- */

char *
app_plan_write(App *app, const Plan *plan)
{
  g_autoptr(Impact) impact = impact_of(plan, NULL, FALSE, 0, 0);
  g_autofree char *summary =
      g_strdup_printf("reversible: %u · requests: about %u",
                      impact->operations - impact->irreversible, impact->requests);
  return plan_file_write(plan, summary);
}

static gboolean
check_tenant(App *app, const Plan *plan, const char *name, GError **error)
{
  const Profile *profile = app_profile(app);
  if (plan->tenant == NULL || profile == NULL ||
      g_ascii_strcasecmp(plan->tenant, profile->tenant) == 0)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              _("%s was made for the tenant %s, and the profile “%s” is of %s"), name, plan->tenant,
              profile->name, profile->tenant);
  return FALSE;
}

/* What the engine would refuse is known now already; notes of an earlier look are left out. */
static gboolean
look_ahead(App *app, const Roster *roster, Plan *plan, GCancellable *cancellable, GError **error)
{
  g_auto(AppWork) work = {0};
  if (!app_work_fill(app, roster, &work, cancellable, error))
    return FALSE;
  g_autoptr(Check) check = check_new(&work.work, plan);
  if (!check_read(check, (Operation *const *)plan->operations->pdata, plan->operations->len,
                  cancellable, error))
    return FALSE;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    g_autoptr(GError) refused = NULL;
    if (check_operation(check, operation, FALSE, &refused))
      continue;
    g_autofree char *note = g_strdup_printf(_("will be refused: %s"), refused->message);
    plan_add_note(plan, note);
  }
  return TRUE;
}

/* A mailbox of the tenant that is not the roster's would be somebody else's voice. */
static gboolean
check_sender(const Roster *roster, const Operation *operation, const char *name, GError **error)
{
  const char *from = operation_to(operation, "from");
  if (!g_str_equal(operation->kind, "mail.send") || from == NULL ||
      (roster->mail_from != NULL && g_ascii_strcasecmp(from, roster->mail_from) == 0))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("%s: %s: the roster's mails do not leave from %s ([roster %s] mail_from)"), name,
              operation->target_name, from, roster->name);
  return FALSE;
}

/* A property that nothing of usher sets makes the whole file wrong, and so does an id for what is
 * yet to be made; an end date too late only its line. */
static gboolean
check_bounds(const Roster *roster, const Plan *plan, const char *name, GError **error)
{
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    g_autoptr(GError) local = NULL;
    if (g_str_equal(operation->kind, "user.create") && operation->target_id != NULL) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("%s: %s: an account that is yet to be made has no id"), name,
                  operation->target_name);
      return FALSE;
    }
    if (!check_sender(roster, operation, name, error))
      return FALSE;
    if (bounds_check(operation, roster, &local) ||
        !g_error_matches(local, USHER_ERROR, USHER_ERROR_USAGE))
      continue;
    g_propagate_prefixed_error(error, g_steal_pointer(&local), "%s: ", name);
    return FALSE;
  }
  return TRUE;
}

Plan *
app_plan_read(App *app, const char *text, gsize length, const char *name, GCancellable *cancellable,
              GError **error)
{
  g_autoptr(Plan) plan = plan_file_read(text, length, name, error);
  if (plan == NULL || !check_tenant(app, plan, name, error))
    return NULL;
  if (plan->roster == NULL && app_roster(app) != NULL)
    plan->roster = g_strdup(app_roster(app)->name);
  const Roster *roster =
      app_profile(app) == NULL ? NULL : config_roster(app_profile(app), plan->roster, error);
  if (roster == NULL || !check_bounds(roster, plan, name, error) ||
      !look_ahead(app, roster, plan, cancellable, error))
    return NULL;
  plan->profile = g_strdup(app_profile(app)->name);
  if (plan->tenant == NULL)
    plan->tenant = g_strdup(app_profile(app)->tenant);
  if (plan->who == NULL || plan->made_at == 0)
    app_sign_plan(app, plan);
  return g_steal_pointer(&plan);
}

/* --- editing --- */

const char *
app_editor(const App *app)
{
  const char *const places[] = {app == NULL ? NULL : app_config(app)->editor, g_getenv("VISUAL"),
                                g_getenv("EDITOR")};
  for (guint i = 0; i < G_N_ELEMENTS(places); i++)
    if (places[i] != NULL && *places[i] != '\0')
      return places[i];
  return "vi";
}

char **
app_editor_command(const App *app, const char *path)
{
  char **argv = g_new0(char *, 6);
  argv[0] = g_strdup("/bin/sh");
  argv[1] = g_strdup("-c");
  argv[2] = g_strconcat(app_editor(app), " \"$1\"", NULL);
  argv[3] = g_strdup("usher");
  argv[4] = g_strdup(path);
  return argv;
}
