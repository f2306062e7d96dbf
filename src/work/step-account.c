/* Steps of an account's life: enabled, disabled, signed out, its licences worked
 * out anew, purged. All are harmless to repeat. Contract 4.3, 4.4, 6, 8. */
#include "base/error.h"
#include "base/i18n.h"
#include "work/step-private.h"

static StepResult
set_enabled(Run *run, Operation *operation, const char *enabled, GraphTrace *trace, GError **error)
{
  const GraphProperty property = {"accountEnabled", enabled};
  return step_result(graph_users_update(run->work->graph, operation->target_id, &property, 1, NULL,
                                        trace, run->cancellable, error),
                     trace);
}

StepResult
user_enable(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return set_enabled(run, operation, "true", trace, error);
}

StepResult
user_disable(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return set_enabled(run, operation, "false", trace, error);
}

StepResult
sessions_revoke(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return step_result(graph_users_revoke_sessions(run->work->graph, operation->target_id, trace,
                                                 run->cancellable, error),
                     trace);
}

StepResult
licence_reprocess(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return step_result(graph_users_reprocess_licences(run->work->graph, operation->target_id, trace,
                                                    run->cancellable, error),
                     trace);
}

StepResult
user_purge(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  if (!graph_client_is_delegated(run->work->graph)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                        _("Removing for good is allowed only to a person who is signed in, not to "
                          "an application (sign_in = device-code)"));
    return STEP_FAILED;
  }
  return step_result(
      graph_users_purge(run->work->graph, operation->target_id, trace, run->cancellable, error),
      trace);
}
