/* Steps about the group and the licence that comes with it. Contract 5 and 6. */
#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "work/step-private.h"

#include <gio/gio.h>

/* Names need not be unique, so a lost answer is looked up before anything is sent again; setup
 * made sure that there was none of this name before. */
StepResult
group_create_probe(Run *run, Operation *operation, GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(GraphGroup) group = graph_groups_find(
      run->work->graph, operation_to(operation, "displayName"), run->cancellable, &failure);
  if (group != NULL) {
    g_free(operation->target_id);
    operation->target_id = g_strdup(group->id);
    return STEP_DONE;
  }
  if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return STEP_TO_DO;
  g_propagate_error(error, g_steal_pointer(&failure));
  return STEP_FAILED;
}

StepResult
group_create(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  char *id =
      graph_groups_create(run->work->graph, operation_to(operation, "displayName"),
                          operation_to(operation, "mailNickname"),
                          operation_to(operation, "description"), trace, run->cancellable, error);
  if (id == NULL)
    return step_result(FALSE, trace);
  g_free(operation->target_id);
  operation->target_id = id;
  return STEP_DONE;
}

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

/* Stopping ends the wait, and so does a journal that fails. */
static gboolean
ends_wait(const GError *error)
{
  return g_error_matches(error, USHER_ERROR, USHER_ERROR_CANCELLED) ||
         g_error_matches(error, USHER_ERROR, USHER_ERROR_STORE) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
read_licence(Run *run, const Operation *operation, GraphGroup **group, LicenceState *ret_state,
             char **ret_detail, GError **error)
{
  if (*group == NULL)
    *group = graph_groups_find(run->work->graph, operation_to(operation, "groupId"),
                               run->cancellable, error);
  return *group != NULL && graph_licence_state(run->work->graph, operation->target_id, *group,
                                               ret_state, ret_detail, run->cancellable, error);
}

static StepResult
say_pending(Operation *operation, guint wait, const GError *failure)
{
  g_autofree char *why = failure == NULL ? NULL : log_redact(failure->message);
  step_say(operation, why == NULL ? g_strdup_printf(_("not there after %u s; it will come"), wait)
                                  : g_strdup_printf(_("not known whether it is there: %s"), why));
  return STEP_PENDING;
}

/* A bounded wait: group-based licences arrive in their own time, and pending is a state. The
 * group gives the licence, whether we see it or not: an answer that does not come, or is
 * wrong, leaves it pending. What the service says about the licence itself is a failure. */
StepResult
licence_await(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  guint wait = run->work->licence_wait > 0 ? run->work->licence_wait : 60;
  gint64 end = g_get_monotonic_time() + (gint64)wait * G_USEC_PER_SEC;
  g_autoptr(GraphGroup) group = NULL;
  for (guint pause = 250;; pause = MIN(pause * 2, 5000)) {
    LicenceState state = LICENCE_UNKNOWN;
    g_autofree char *detail = NULL;
    g_autoptr(GError) failure = NULL;
    gboolean read = read_licence(run, operation, &group, &state, &detail, &failure);
    if (read && state == LICENCE_OK) {
      step_say(operation, g_strdup(operation_to(operation, "licence")));
      return STEP_DONE;
    }
    if (read && state == LICENCE_ERROR)
      return licence_problem(detail, error);
    if (!read && ends_wait(failure)) {
      g_propagate_error(error, g_steal_pointer(&failure));
      return STEP_FAILED;
    }
    if (g_get_monotonic_time() >= end || g_error_matches(failure, USHER_ERROR, USHER_ERROR_REFUSED))
      return say_pending(operation, wait, failure);
    if (!run_wait(run, pause, error))
      return STEP_FAILED;
  }
}
