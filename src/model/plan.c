/* Plans and their operations as plain values: made, copied, counted, looked up.
 * Nothing here knows what a kind of operation does. */
#include "model/plan.h"

#include "base/i18n.h"
#include <string.h>

static const struct {
  const char *name, *label;
} operation_states[OPERATION_STATE_N] = {
    [OPERATION_PLANNED] = {"planned", N_("planned")},
    [OPERATION_INTENDED] = {"intended", N_("about to be sent")},
    [OPERATION_SENT] = {"sent", N_("sent")},
    [OPERATION_DONE] = {"done", N_("done")},
    [OPERATION_FAILED] = {"failed", N_("failed")},
    [OPERATION_UNKNOWN] = {"unknown", N_("unknown")},
    [OPERATION_SKIPPED] = {"skipped", N_("skipped")},
    [OPERATION_PENDING] = {"pending", N_("pending")},
};

static const char *const plan_states[] = {
    [PLAN_OPEN] = "open",     [PLAN_RUNNING] = "running", [PLAN_DONE] = "done",
    [PLAN_FAILED] = "failed", [PLAN_STOPPED] = "stopped",
};

const char *
operation_state_name(OperationState state)
{
  g_return_val_if_fail((guint)state < OPERATION_STATE_N, NULL);
  return operation_states[state].name;
}

gboolean
operation_state_from_name(const char *name, OperationState *ret_state)
{
  for (guint i = 0; i < OPERATION_STATE_N; i++)
    if (g_strcmp0(name, operation_states[i].name) == 0) {
      *ret_state = (OperationState)i;
      return TRUE;
    }
  return FALSE;
}

const char *
operation_state_label(OperationState state)
{
  g_return_val_if_fail((guint)state < OPERATION_STATE_N, NULL);
  return _(operation_states[state].label);
}

const char *
plan_state_name(PlanState state)
{
  g_return_val_if_fail((guint)state < G_N_ELEMENTS(plan_states), NULL);
  return plan_states[state];
}

gboolean
plan_state_from_name(const char *name, PlanState *ret_state)
{
  for (guint i = 0; i < G_N_ELEMENTS(plan_states); i++)
    if (g_strcmp0(name, plan_states[i]) == 0) {
      *ret_state = (PlanState)i;
      return TRUE;
    }
  return FALSE;
}

static void
value_free(gpointer data)
{
  OperationValue *value = data;
  g_free(value->name);
  g_free(value->from);
  g_free(value->to);
  g_free(value);
}

static void
operation_free(gpointer data)
{
  Operation *operation = data;
  g_free(operation->kind);
  g_free(operation->target_id);
  g_free(operation->target_name);
  g_ptr_array_unref(operation->values);
  g_free(operation->client_request_id);
  g_free(operation->request_id);
  g_free(operation->error_code);
  g_free(operation->error_message);
  g_free(operation->result);
  g_free(operation);
}

Plan *
plan_new(const char *title)
{
  Plan *plan = g_new0(Plan, 1);
  plan->title = g_strdup(title);
  plan->operations = g_ptr_array_new_with_free_func(operation_free);
  plan->notes = g_ptr_array_new_with_free_func(g_free);
  return plan;
}

void
plan_free(Plan *plan)
{
  if (!plan)
    return;
  g_free(plan->title);
  g_free(plan->reason);
  g_free(plan->profile);
  g_free(plan->tenant);
  g_free(plan->roster);
  g_free(plan->who);
  g_free(plan->released_by);
  g_ptr_array_unref(plan->operations);
  g_ptr_array_unref(plan->notes);
  g_free(plan);
}

Operation *
plan_add_copy(Plan *plan, const Operation *operation)
{
  Operation *copy = plan_add(plan, operation->kind, operation->target_id, operation->target_name);
  copy->sequence = operation->sequence;
  copy->depends_on = operation->depends_on;
  copy->state = operation->state;
  copy->client_request_id = g_strdup(operation->client_request_id);
  copy->request_id = g_strdup(operation->request_id);
  copy->http_status = operation->http_status;
  copy->error_code = g_strdup(operation->error_code);
  copy->error_message = g_strdup(operation->error_message);
  copy->result = g_strdup(operation->result);
  copy->intended_at = operation->intended_at;
  copy->finished_at = operation->finished_at;
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = g_ptr_array_index(operation->values, i);
    operation_add_value(copy, value->name, value->from, value->to);
  }
  return copy;
}

Plan *
plan_copy(const Plan *plan)
{
  Plan *copy = plan_new(plan->title);
  copy->id = plan->id;
  copy->reason = g_strdup(plan->reason);
  copy->profile = g_strdup(plan->profile);
  copy->tenant = g_strdup(plan->tenant);
  copy->roster = g_strdup(plan->roster);
  copy->who = g_strdup(plan->who);
  copy->released_by = g_strdup(plan->released_by);
  copy->made_at = plan->made_at;
  copy->state = plan->state;
  copy->refused = plan->refused;
  for (guint i = 0; i < plan->operations->len; i++)
    plan_add_copy(copy, g_ptr_array_index(plan->operations, i));
  for (guint i = 0; i < plan->notes->len; i++)
    plan_add_note(copy, g_ptr_array_index(plan->notes, i));
  return copy;
}

void
plan_add_note(Plan *plan, const char *note)
{
  g_ptr_array_add(plan->notes, g_strdup(note));
}

Operation *
plan_add(Plan *plan, const char *kind, const char *target_id, const char *target_name)
{
  Operation *operation = g_new0(Operation, 1);
  operation->sequence = plan->operations->len + 1;
  operation->kind = g_strdup(kind);
  operation->target_id = g_strdup(target_id);
  operation->target_name = g_strdup(target_name);
  operation->values = g_ptr_array_new_with_free_func(value_free);
  g_ptr_array_add(plan->operations, operation);
  return operation;
}

void
operation_add_value(Operation *operation, const char *name, const char *from, const char *to)
{
  OperationValue *value = g_new(OperationValue, 1);
  *value = (OperationValue){g_strdup(name), g_strdup(from), g_strdup(to)};
  g_ptr_array_add(operation->values, value);
}

static const OperationValue *
find_value(const Operation *operation, const char *name)
{
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = g_ptr_array_index(operation->values, i);
    if (strcmp(value->name, name) == 0)
      return value;
  }
  return NULL;
}

const char *
operation_to(const Operation *operation, const char *name)
{
  const OperationValue *value = find_value(operation, name);
  return value ? value->to : NULL;
}

const char *
operation_from(const Operation *operation, const char *name)
{
  const OperationValue *value = find_value(operation, name);
  return value ? value->from : NULL;
}

Operation *
plan_operation(const Plan *plan, guint sequence)
{
  if (sequence == 0)
    return NULL;
  /* The place is usually the sequence; a plan read back in part may have gaps. */
  if (sequence >= 1 && sequence <= plan->operations->len) {
    Operation *operation = g_ptr_array_index(plan->operations, sequence - 1);
    if (operation->sequence == sequence)
      return operation;
  }
  for (guint i = 0; i < plan->operations->len; i++) {
    Operation *operation = g_ptr_array_index(plan->operations, i);
    if (operation->sequence == sequence)
      return operation;
  }
  return NULL;
}

guint
plan_count(const Plan *plan, OperationState state)
{
  guint n = 0;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = g_ptr_array_index(plan->operations, i);
    n += operation->state == state;
  }
  return n;
}

gboolean
plan_is_finished(const Plan *plan)
{
  return plan_count(plan, OPERATION_PLANNED) == 0 && plan_count(plan, OPERATION_INTENDED) == 0 &&
         plan_count(plan, OPERATION_SENT) == 0 && plan_count(plan, OPERATION_UNKNOWN) == 0;
}
