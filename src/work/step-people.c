/* Steps about who stands behind an account: its sponsor and its manager. Setting
 * the one asked for also takes out the one that was there. Contract 9. */
#include "base/error.h"
#include "base/i18n.h"
#include "work/step-private.h"

/* NULL for "" too: none. */
static const char *
some(const char *id)
{
  return id == NULL || *id == '\0' ? NULL : id;
}

static gboolean
holds(const GPtrArray *accounts, const char *id)
{
  for (guint i = 0; i < accounts->len; i++)
    if (g_strcmp0(account_text(accounts->pdata[i], FIELD_ID), id) == 0)
      return TRUE;
  return FALSE;
}

StepResult
sponsor_set_probe(Run *run, Operation *operation, GError **error)
{
  const char *to = some(operation_to(operation, "sponsorId"));
  const char *from = some(operation_from(operation, "sponsorId"));
  g_autoptr(GPtrArray) sponsors =
      graph_users_sponsors(run->work->graph, operation->target_id, run->cancellable, error);
  if (sponsors == NULL)
    return STEP_FAILED;
  gboolean there = to == NULL || holds(sponsors, to);
  gboolean gone = from == NULL || g_strcmp0(from, to) == 0 || !holds(sponsors, from);
  return there && gone ? STEP_DONE : STEP_TO_DO;
}

StepResult
sponsor_set(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  g_autoptr(GError) local = NULL;
  GraphClient *graph = run->work->graph;
  const char *to = some(operation_to(operation, "sponsorId"));
  const char *from = some(operation_from(operation, "sponsorId"));
  gboolean ok = to == NULL || graph_users_add_sponsor(graph, operation->target_id, to, trace,
                                                      run->cancellable, &local);
  /* The old one goes only when the new one is there: never without any in between. */
  if (ok && from != NULL && g_strcmp0(from, to) != 0)
    ok = graph_users_remove_sponsor(graph, operation->target_id, from, trace, run->cancellable,
                                    &local);
  if (ok)
    return STEP_DONE;
  g_propagate_error(error, g_steal_pointer(&local));
  return step_result(FALSE, trace);
}

StepResult
manager_set_probe(Run *run, Operation *operation, GError **error)
{
  g_autoptr(Account) manager =
      graph_users_manager(run->work->graph, operation->target_id, run->cancellable, error);
  if (manager == NULL)
    return STEP_FAILED;
  return g_strcmp0(account_text(manager, FIELD_ID), some(operation_to(operation, "managerId"))) == 0
             ? STEP_DONE
             : STEP_TO_DO;
}

StepResult
manager_set(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return step_result(graph_users_set_manager(run->work->graph, operation->target_id,
                                             some(operation_to(operation, "managerId")), trace,
                                             run->cancellable, error),
                     trace);
}
