/* The batch column of the step table: the request of an operation as an item
 * of a $batch, what its answer means, and the request that reads whether it
 * took effect. What a step does alone is in step-<subject>.c. */
#include "base/error.h"
#include "base/i18n.h"
#include "work/step-private.h"

static StepResult
failed(const GraphAnswer *answer, GError **error)
{
  g_propagate_error(error, g_error_copy(answer->error));
  return STEP_FAILED;
}

/* 400 may mean that it is so already, 404 that it is elsewhere: the step alone finds out. */
static StepResult
judge_by_looking(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  if (answer->error == NULL)
    return STEP_DONE;
  int status = answer->trace.http_status;
  return status == 400 || status == 404 ? STEP_TO_DO : failed(answer, error);
}

/* --- changing --- */

static GraphRequest *
set_request(Run *run, const Operation *operation)
{
  g_auto(SetProperties) set = {0};
  if (!set_properties(run, operation, &set, NULL) || set.n == 0)
    return NULL;
  return graph_users_update_request(operation->target_id, set.properties, set.n, NULL);
}

static GraphRequest *
set_probe(Run *run, const Operation *operation)
{
  g_auto(SetProperties) set = {0};
  if (!set_properties(run, operation, &set, NULL))
    return NULL;
  return graph_users_read_request(operation->target_id, set.properties, set.n);
}

static gboolean
has_value(const GraphAnswer *answer, const char *name, const char *wanted)
{
  g_autofree char *value = graph_answer_value(answer, name);
  return g_strcmp0(value == NULL ? "" : value, wanted == NULL ? "" : wanted) == 0;
}

/* What cannot be compared letter by letter (a moment, a list) is set once more. */
static StepResult
set_found(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  g_auto(SetProperties) set = {0};
  if (answer->error != NULL)
    return failed(answer, error);
  if (!set_properties(run, operation, &set, error))
    return STEP_FAILED;
  for (guint i = 0; i < set.n; i++)
    if (!has_value(answer, set.properties[i].name, set.properties[i].value))
      return STEP_TO_DO;
  return STEP_DONE;
}

const StepBatch batch_user_set = {set_request, NULL, set_probe, set_found};

/* --- enabling and disabling --- */

static const char *
wanted_state(const Operation *operation)
{
  return g_str_equal(operation->kind, "user.enable") ? "true" : "false";
}

static GraphRequest *
enable_request(Run *run, const Operation *operation)
{
  const GraphProperty property = {"accountEnabled", wanted_state(operation)};
  return graph_users_update_request(operation->target_id, &property, 1, NULL);
}

static GraphRequest *
enable_probe(Run *run, const Operation *operation)
{
  const GraphProperty property = {"accountEnabled", NULL};
  return graph_users_read_request(operation->target_id, &property, 1);
}

static StepResult
enable_found(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  if (answer->error != NULL)
    return failed(answer, error);
  return has_value(answer, "accountEnabled", wanted_state(operation)) ? STEP_DONE : STEP_TO_DO;
}

const StepBatch batch_user_enable = {enable_request, NULL, enable_probe, enable_found};
const StepBatch batch_user_disable = {enable_request, NULL, enable_probe, enable_found};

/* --- what is harmless to repeat and leaves no trace --- */

static GraphRequest *
revoke_request(Run *run, const Operation *operation)
{
  return graph_users_revoke_sessions_request(operation->target_id);
}

const StepBatch batch_sessions_revoke = {revoke_request, NULL, NULL, NULL};

static GraphRequest *
reprocess_request(Run *run, const Operation *operation)
{
  return graph_users_reprocess_licences_request(operation->target_id);
}

const StepBatch batch_licence_reprocess = {reprocess_request, NULL, NULL, NULL};

/* --- removing, restoring, purging --- */

/* Alive and to be gone, or the other way round. */
static GraphRequest *
alive_probe(Run *run, const Operation *operation)
{
  return graph_users_read_request(operation->target_id, NULL, 0);
}

static StepResult
alive_found(const GraphAnswer *answer, gboolean wanted, GError **error)
{
  gboolean gone = g_error_matches(answer->error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  if (answer->error != NULL && !gone)
    return failed(answer, error);
  return gone != wanted ? STEP_DONE : STEP_TO_DO;
}

/* A removal that is bound to what was made there looks first, alone. */
static GraphRequest *
remove_request(Run *run, const Operation *operation)
{
  return operation_from(operation, "createdDateTime") != NULL
             ? NULL
             : graph_users_remove_request(operation->target_id);
}

static StepResult
remove_judge(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  if (answer->error != NULL)
    return failed(answer, error);
  if (answer->trace.http_status == 404)
    step_say(operation, g_strdup(_("there is no such account (any more)")));
  return STEP_DONE;
}

static StepResult
remove_found(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  return alive_found(answer, FALSE, error);
}

const StepBatch batch_user_remove = {remove_request, remove_judge, alive_probe, remove_found};

static GraphRequest *
restore_request(Run *run, const Operation *operation)
{
  return graph_users_restore_request(operation->target_id,
                                     operation_to(operation, "userPrincipalName"));
}

static StepResult
restore_judge(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  if (answer->error == NULL)
    return STEP_DONE;
  if (answer->trace.http_status == 404)
    return STEP_TO_DO;
  StepResult result = failed(answer, error);
  restore_say_taken(operation, answer->trace.http_status, error);
  return result;
}

static StepResult
restore_found(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  return alive_found(answer, TRUE, error);
}

const StepBatch batch_user_restore = {restore_request, restore_judge, alive_probe, restore_found};

/* An application is refused in our own words, alone. */
static GraphRequest *
purge_request(Run *run, const Operation *operation)
{
  return graph_client_is_delegated(run->work->graph)
             ? graph_users_purge_request(operation->target_id)
             : NULL;
}

const StepBatch batch_user_purge = {purge_request, NULL, NULL, NULL};

/* --- people behind it --- */

static gboolean
is_set(const char *id)
{
  return id != NULL && *id != '\0';
}

/* Taking the old sponsor out takes a second request, after the first. */
static GraphRequest *
sponsor_request(Run *run, const Operation *operation)
{
  const char *to = operation_to(operation, "sponsorId");
  return is_set(to) && !is_set(operation_from(operation, "sponsorId"))
             ? graph_users_add_sponsor_request(run->work->graph, operation->target_id, to)
             : NULL;
}

static GraphRequest *
sponsor_probe(Run *run, const Operation *operation)
{
  return is_set(operation_from(operation, "sponsorId"))
             ? NULL
             : graph_users_sponsors_request(operation->target_id);
}

static StepResult
sponsor_found(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  if (answer->error != NULL)
    return failed(answer, error);
  return graph_answer_lists(answer, operation_to(operation, "sponsorId")) ? STEP_DONE : STEP_TO_DO;
}

const StepBatch batch_sponsor_set = {sponsor_request, judge_by_looking, sponsor_probe,
                                     sponsor_found};

static GraphRequest *
manager_request(Run *run, const Operation *operation)
{
  const char *to = operation_to(operation, "managerId");
  return is_set(to) ? graph_users_set_manager_request(run->work->graph, operation->target_id, to)
                    : NULL;
}

const StepBatch batch_manager_set = {manager_request, NULL, NULL, NULL};

/* --- groups --- */

static GraphRequest *
group_add_request(Run *run, const Operation *operation)
{
  const char *group = operation_to(operation, "groupId");
  return is_set(group) ? graph_groups_add_request(run->work->graph, group, operation->target_id)
                       : NULL;
}

static const char *
group_of(const Operation *operation)
{
  const char *to = operation_to(operation, "groupId");
  return is_set(to) ? to : operation_from(operation, "groupId");
}

static GraphRequest *
group_probe(Run *run, const Operation *operation)
{
  const char *group = group_of(operation);
  return is_set(group) ? graph_groups_check_request(group, operation->target_id) : NULL;
}

/* A member by way of another group is none of this one: the step finds out alone. */
static StepResult
group_add_found(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  if (answer->error != NULL)
    return failed(answer, error);
  return graph_answer_lists(answer, group_of(operation)) ? STEP_UNKNOWN : STEP_TO_DO;
}

const StepBatch batch_group_add = {group_add_request, judge_by_looking, group_probe,
                                   group_add_found};

static GraphRequest *
group_remove_request(Run *run, const Operation *operation)
{
  const char *group = operation_from(operation, "groupId");
  return is_set(group) ? graph_groups_remove_request(group, operation->target_id) : NULL;
}

/* Not in it by any way is done; a member by way of another group is taken out again, which is
 * harmless. */
static StepResult
group_remove_found(Run *run, Operation *operation, const GraphAnswer *answer, GError **error)
{
  if (answer->error != NULL)
    return failed(answer, error);
  return graph_answer_lists(answer, group_of(operation)) ? STEP_TO_DO : STEP_DONE;
}

const StepBatch batch_group_remove = {group_remove_request, NULL, group_probe, group_remove_found};
