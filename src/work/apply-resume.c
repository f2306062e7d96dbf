/* Going on with a journalled plan: what an earlier run left in doubt is looked
 * up, the rest is applied as it would have been. */
#include "work/apply-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

/* Extra operations of an earlier run set a secret that nobody knows any more; what needs one
 * appends a new one. */
gboolean
resume_drop_extras(Engine *engine, GError **error)
{
  g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Outcome));
  for (guint i = 0; i < engine->plan->operations->len; i++) {
    Operation *operation = engine->plan->operations->pdata[i];
    if (!operation_is_extra(operation) || operation->state == OPERATION_DONE ||
        operation->state == OPERATION_SKIPPED)
      continue;
    GError *reason = g_error_new_literal(APPLY_SKIPPED, 0,
                                         _("interrupted; a fresh one follows when it is needed"));
    Outcome outcome = {NULL, operation, OPERATION_SKIPPED, reason};
    g_array_append_val(outcomes, outcome);
  }
  if (engine_record(engine, (Outcome *)(gpointer)outcomes->data, outcomes->len))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&engine->failure));
  return FALSE;
}

/* A target that became known counts for all operations that were made without it. */
static void
spread_targets(const Plan *plan)
{
  g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (operation->target_id != NULL && operation->target_name != NULL)
      g_hash_table_insert(ids, operation->target_name, operation->target_id);
  }
  for (guint i = 0; i < plan->operations->len; i++) {
    Operation *operation = plan->operations->pdata[i];
    if (operation->target_id == NULL && operation->target_name != NULL)
      operation->target_id = g_strdup(g_hash_table_lookup(ids, operation->target_name));
  }
}

static gboolean
resume_leased(Engine *engine, gint64 plan_id, GError **error)
{
  /* Read only now: whoever held the lease before may have gone on until then. */
  engine->plan = journal_load(engine->work->store, plan_id, error);
  if (engine->plan == NULL)
    return FALSE;
  spread_targets(engine->plan);
  return plan_is_settled(engine->plan) || engine_run(engine, error);
}

gboolean
apply_resume(const Work *work, gint64 plan_id, ApplyHow how, WorkProgress progress, gpointer data,
             ApplyOutcome *outcome, Plan **ret_plan, GCancellable *cancellable, GError **error)
{
  Engine engine = {.work = work,
                   .progress = progress,
                   .progress_data = data,
                   .outcome = outcome,
                   .stop = cancellable,
                   .how = how};
  if (!store_check_writable(work->store, error) || !journal_lease(work->store, plan_id, error))
    return FALSE;
  gboolean ok = resume_leased(&engine, plan_id, error);
  journal_release(work->store, plan_id);
  if (ret_plan != NULL)
    *ret_plan = g_steal_pointer(&engine.plan);
  g_clear_pointer(&engine.plan, plan_free);
  return ok;
}
