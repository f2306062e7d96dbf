/* Taking back what an unfinished creation made: a plan of its own, journalled
 * like any other, that removes the account and then closes the old plan. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "work/step-private.h"
#include <inttypes.h>

/* Made for sure, or perhaps: intended, and nobody found out. */
static gboolean
may_exist(const Operation *creation)
{
  return creation->state == OPERATION_DONE || creation->state == OPERATION_INTENDED ||
         creation->state == OPERATION_SENT || creation->state == OPERATION_UNKNOWN;
}

gboolean
apply_add_rollback(Plan *rollback, const Plan *plan)
{
  guint last = 0;
  gboolean removes = FALSE;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *creation = plan->operations->pdata[i];
    if (!g_str_equal(creation->kind, "user.create") || !may_exist(creation))
      continue;
    g_autofree char *after = clock_format_iso(creation->intended_at);
    Operation *remove =
        plan_add(rollback, "user.remove", creation->target_id, creation->target_name);
    operation_add_value(remove, "otherMails", operation_to(creation, "otherMails"), NULL);
    operation_add_value(remove, "createdDateTime", after, NULL);
    last = remove->sequence;
    removes = TRUE;
  }
  const Operation *first = plan->operations->len > 0 ? plan->operations->pdata[0] : NULL;
  g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, plan->id);
  Operation *close = plan_add(rollback, "plan.close", first == NULL ? NULL : first->target_id,
                              first == NULL ? plan->title : first->target_name);
  operation_add_value(close, "plan", plan_state_name(plan->state), id);
  close->depends_on = last;
  return removes;
}

static gboolean
close_operations(Run *run, Plan *plan, GError **error)
{
  for (guint i = 0; i < plan->operations->len; i++) {
    Operation *operation = plan->operations->pdata[i];
    if (operation->state == OPERATION_DONE || operation->state == OPERATION_PENDING ||
        operation->state == OPERATION_SKIPPED)
      continue;
    operation->state = OPERATION_SKIPPED;
    operation->finished_at = clock_now();
    g_free(operation->error_message);
    operation->error_message = g_strdup_printf(_("closed by plan %" PRId64), run->plan->id);
    if (!journal_result(run->work->store, plan, &operation->sequence, 1, error))
      return FALSE;
  }
  plan->state = PLAN_DONE;
  return journal_set_state(run->work->store, plan, error);
}

/* Nothing is sent: what was open in the old plan is skipped for good. */
StepResult
plan_close(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  const char *text = operation_to(operation, "plan");
  gint64 id = text == NULL ? 0 : g_ascii_strtoll(text, NULL, 10);
  g_autoptr(Plan) known = journal_load(run->work->store, id, error);
  if (known == NULL || !journal_lease(run->work->store, id, error))
    return STEP_FAILED;
  g_autoptr(Plan) plan = journal_load(run->work->store, id, error);
  if (plan != NULL && plan->profile != NULL && g_strcmp0(plan->profile, run->plan->profile) != 0) {
    journal_release(run->work->store, id);
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("Plan %" PRId64 " belongs to the profile “%s”; use --profile %s"), id,
                plan->profile, plan->profile);
    return STEP_FAILED;
  }
  gboolean ok = plan != NULL && close_operations(run, plan, error);
  journal_release(run->work->store, id);
  if (!ok)
    return STEP_FAILED;
  step_say(operation, g_strdup_printf(_("plan %s is closed"), text));
  return STEP_DONE;
}
