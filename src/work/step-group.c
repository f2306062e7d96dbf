/* Steps about the group and the licence that comes with it. Contract 5 and 6. */
#include "base/error.h"
#include "base/i18n.h"
#include "work/step-private.h"

StepResult
group_add_probe(Run *run, Operation *operation, GError **error)
{
  gboolean member;
  if (!graph_groups_is_member(run->work->graph, operation_to(operation, "groupId"),
                              operation->target_id, &member, run->cancellable, error))
    return STEP_FAILED;
  return member ? STEP_DONE : STEP_TO_DO;
}

StepResult
group_add(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return step_result(graph_groups_add(run->work->graph, operation_to(operation, "groupId"),
                                      operation->target_id, trace, run->cancellable, error),
                     trace);
}

StepResult
group_remove(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  return step_result(graph_groups_remove(run->work->graph, operation_from(operation, "groupId"),
                                         operation->target_id, trace, run->cancellable, error),
                     trace);
}

/* What Microsoft's codes mean for a person. */
static const struct {
  const char *code, *text;
} problems[] = {
    {"CountViolation", N_("there is no seat left: buy seats or free one")},
    {"MutuallyExclusiveViolation", N_("it conflicts with a service plan of another licence")},
    {"DependencyViolation", N_("it needs a service plan of another licence")},
    {"ProhibitedInUsageLocationViolation", N_("it is not offered in the account's country")},
    {"UniquenessViolation", N_("an address of the account is in use elsewhere")},
};

static const char *
problem_text(const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS(problems); i++)
    if (g_strcmp0(problems[i].code, code) == 0)
      return _(problems[i].text);
  return _("look at the licences of the group in the portal");
}

static StepResult
licence_problem(const char *code, GError **error)
{
  GError *failure =
      g_error_new(USHER_ERROR, USHER_ERROR_SERVICE, _("The licence of the group was not given: %s"),
                  problem_text(code));
  error_set_service(failure, 0, code, NULL, -1);
  g_propagate_error(error, failure);
  return STEP_FAILED;
}

/* A bounded wait: group-based licences arrive in their own time, and pending is a state. */
StepResult
licence_await(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  guint wait = run->work->licence_wait > 0 ? run->work->licence_wait : 60;
  gint64 end = g_get_monotonic_time() + (gint64)wait * G_USEC_PER_SEC;
  g_autoptr(GraphGroup) group = graph_groups_find(
      run->work->graph, operation_to(operation, "groupId"), run->cancellable, error);
  if (group == NULL)
    return STEP_FAILED;
  for (guint pause = 250;; pause = MIN(pause * 2, 5000)) {
    LicenceState state = LICENCE_UNKNOWN;
    g_autofree char *detail = NULL;
    if (!graph_licence_state(run->work->graph, operation->target_id, group, &state, &detail,
                             run->cancellable, error))
      return STEP_FAILED; /* 404 is waited out by the engine */
    if (state == LICENCE_OK) {
      step_say(operation, g_strdup(operation_to(operation, "licence")));
      return STEP_DONE;
    }
    if (state == LICENCE_ERROR)
      return licence_problem(detail, error);
    if (g_get_monotonic_time() >= end) {
      step_say(operation, g_strdup_printf(_("not there after %u s; it will come"), wait));
      return STEP_PENDING;
    }
    if (!run_wait(run, pause, error))
      return STEP_FAILED;
  }
}
