/* Steps about what a person signs in with for the first time. A password or a
 * pass lives in the run alone; when it is not known any more, a fresh one is
 * set before anything is handed over. Contract 8. */
#include "base/error.h"
#include "base/i18n.h"
#include "model/password.h"
#include "work/step-private.h"

/* Eight hours: what tenants' policies allow unless they were changed. */
#define PASS_MINUTES (8 * 60)

const char *
secret_step(const Operation *operation)
{
  const char *hands_over = operation_to(operation, "handsOver");
  if (g_str_equal(operation->kind, "password.show") || g_strcmp0(hands_over, "password") == 0)
    return "password.reset";
  if (g_str_equal(operation->kind, "pass.show") || g_strcmp0(hands_over, "pass") == 0)
    return "pass.issue";
  return NULL;
}

gboolean
secret_prepare(Run *run, Operation *operation, GError **error)
{
  const char *kind = secret_step(operation);
  if (kind == NULL)
    return TRUE;
  const Secret *known = g_str_equal(kind, "pass.issue") ? run->pass : run->password;
  return known != NULL || run_extra(run, kind, operation, error);
}

StepResult
password_reset(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  g_autoptr(Secret) password = password_generate(PASSWORD_LENGTH);
  if (!graph_users_update(run->work->graph, operation->target_id, NULL, 0, password, trace,
                          run->cancellable, error))
    return step_result(FALSE, trace);
  g_clear_pointer(&run->password, secret_unref);
  run->password = g_steal_pointer(&password);
  return STEP_DONE;
}

StepResult
password_show(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  if (run->outcome == NULL) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_FAILED,
                        _("There is nobody to show the password to"));
    return STEP_FAILED;
  }
  g_clear_pointer(&run->outcome->password, secret_unref);
  run->outcome->password = secret_ref(run->password);
  step_say(operation, g_strdup(_("shown once")));
  return STEP_DONE;
}

/* A new pass replaces a valid one, so that a lost answer is simply asked for again. */
StepResult
pass_issue(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  Secret *pass = graph_users_issue_pass(run->work->graph, operation->target_id, PASS_MINUTES, trace,
                                        run->cancellable, error);
  if (pass == NULL)
    return step_result(FALSE, trace);
  g_clear_pointer(&run->pass, secret_unref);
  run->pass = pass;
  return STEP_DONE;
}

StepResult
pass_show(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  if (run->outcome == NULL) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_FAILED,
                        _("There is nobody to show the pass to"));
    return STEP_FAILED;
  }
  g_clear_pointer(&run->outcome->pass, secret_unref);
  run->outcome->pass = secret_ref(run->pass);
  step_say(operation, g_strdup(_("shown once")));
  return STEP_DONE;
}

/* Undoing a pass: whatever passes there are. */
StepResult
pass_remove(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return step_result(graph_users_remove_passes(run->work->graph, operation->target_id, trace,
                                               run->cancellable, error),
                     trace);
}
