/* The reverse of a run: each operation that took effect by the kind that its row names,
 * with from and to changed over; what no kind reverses is named. */
#include "work/undo.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "work/apply.h"
#include "work/lifecycle.h"
#include <string.h>

/* What was so already was never intended, or found so by the service, and is not ours to take
 * back. */
static gboolean
took_effect(const Operation *operation)
{
  return (operation->state == OPERATION_DONE || operation->state == OPERATION_PENDING) &&
         operation->intended_at != 0 && operation->http_status < 400;
}

/* What only waited or showed something leaves nothing to undo; closing a plan neither. */
static gboolean
left_nothing(const StepInfo *info)
{
  return info != NULL && (*info->sends == '\0' || g_str_has_prefix(info->sends, "GET "));
}

static void
swap_values(Operation *reverse, const Operation *operation)
{
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    operation_add_value(reverse, value->name, value->to, value->from);
  }
}

/* A value whose old one was not known cannot be put back. */
static gboolean
old_values_known(const Operation *operation)
{
  if (!g_str_equal(operation->kind, "user.set") && !g_str_equal(operation->kind, "manager.set"))
    return TRUE;
  for (guint i = 0; i < operation->values->len; i++)
    if (((OperationValue *)operation->values->pdata[i])->from == NULL)
      return FALSE;
  return TRUE;
}

static void
add_note(Plan *undo, const Operation *operation, const char *because)
{
  const StepInfo *info = step_info(operation->kind);
  g_autofree char *note =
      g_strdup_printf(_("cannot be undone: %s: %s%s%s"),
                      operation->target_name == NULL ? "" : operation->target_name,
                      info == NULL ? operation->kind : _(info->label), because == NULL ? "" : ": ",
                      because == NULL ? "" : because);
  plan_add_note(undo, note);
}

/* What the plan itself left in a property of the account that it made; "" for nothing. `sets`: its
 * changes of that account, may be NULL. */
static const char *
value_left(const GPtrArray *sets, const Operation *creation, const char *property)
{
  const char *left = operation_to(creation, property);
  for (guint i = 0; sets != NULL && i < sets->len; i++) {
    const char *to = operation_to(sets->pdata[i], property);
    left = to == NULL ? left : to;
  }
  return left == NULL ? "" : left;
}

/* So that a removal is refused when somebody has changed the account since. */
static void
add_left(Operation *reverse, const GPtrArray *sets, const Operation *creation)
{
  for (const char *const *field = lifecycle_fields(); *field != NULL; field++) {
    const char *property = lifecycle_property(*field);
    if (!g_str_equal(property, "sponsor") && !g_str_equal(property, "manager") &&
        !g_str_equal(property, "otherMails"))
      operation_add_value(reverse, property, value_left(sets, creation, property), NULL);
  }
  for (guint i = 0; sets != NULL && i < sets->len; i++) {
    const GPtrArray *values = ((const Operation *)sets->pdata[i])->values;
    for (guint j = 0; j < values->len; j++) {
      const OperationValue *value = values->pdata[j];
      if (operation_from(reverse, value->name) == NULL)
        operation_add_value(reverse, value->name, value_left(sets, creation, value->name), NULL);
    }
  }
}

/* A creation is taken back only as long as the account is the one that was made, as it was made. */
static void
undo_creation(Plan *undo, const Operation *operation, const GPtrArray *sets)
{
  g_autofree char *after = clock_format_iso(operation->intended_at);
  Operation *reverse = plan_add(undo, "user.remove", operation->target_id, operation->target_name);
  operation_add_value(reverse, "otherMails", operation_to(operation, "otherMails"), NULL);
  operation_add_value(reverse, "createdDateTime", after, NULL);
  add_left(reverse, sets, operation);
}

/* id of an account that the plan made → GPtrArray of its own changes of the account's properties
 * (all lent). */
static GHashTable *
made_accounts(const Plan *plan)
{
  GHashTable *made =
      g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < plan->operations->len; i++) {
    Operation *operation = plan->operations->pdata[i];
    GPtrArray *sets =
        operation->target_id == NULL ? NULL : g_hash_table_lookup(made, operation->target_id);
    if (!took_effect(operation) || operation->target_id == NULL)
      continue;
    if (g_str_equal(operation->kind, "user.create"))
      g_hash_table_insert(made, operation->target_id, g_ptr_array_new());
    else if (sets != NULL && g_str_equal(operation->kind, "user.set"))
      g_ptr_array_add(sets, operation);
  }
  return made;
}

/* The account goes as a whole: what else was done to it goes with it. */
static gboolean
goes_with_creation(GHashTable *made, const Operation *operation)
{
  return !g_str_equal(operation->kind, "user.create") && operation->target_id != NULL &&
         g_hash_table_contains(made, operation->target_id);
}

static void
undo_operation(Plan *undo, const Operation *operation, GHashTable *made)
{
  const StepInfo *info = step_info(operation->kind);
  if (left_nothing(info))
    return;
  if (info == NULL || info->undo == NULL || operation->target_id == NULL) {
    add_note(undo, operation, NULL);
    return;
  }
  if (g_str_equal(operation->kind, "user.create")) {
    undo_creation(undo, operation, g_hash_table_lookup(made, operation->target_id));
    return;
  }
  if (!old_values_known(operation)) {
    add_note(undo, operation, _("what it was before is not known"));
    return;
  }
  const char *renamed = g_str_equal(operation->kind, "user.restore")
                            ? operation_to(operation, "userPrincipalName")
                            : NULL;
  Operation *reverse = plan_add(undo, info->undo, operation->target_id,
                                renamed != NULL ? renamed : operation->target_name);
  if (g_str_equal(operation->kind, "user.remove") || g_str_equal(operation->kind, "user.restore"))
    operation_add_value(reverse, "state",
                        g_str_equal(reverse->kind, "user.restore") ? "deleted" : NULL,
                        g_str_equal(reverse->kind, "user.restore") ? "restored" : "deleted");
  else if (!g_str_equal(reverse->kind, "pass.remove"))
    swap_values(reverse, operation);
}

/* One after the other on the same account, as everywhere. */
static void
chain(Plan *undo)
{
  g_autoptr(GHashTable) last = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < undo->operations->len; i++) {
    Operation *operation = undo->operations->pdata[i];
    operation->depends_on = GPOINTER_TO_UINT(g_hash_table_lookup(last, operation->target_id));
    g_hash_table_replace(last, operation->target_id, GUINT_TO_POINTER(operation->sequence));
  }
}

Plan *
undo_plan(const Plan *plan)
{
  g_autofree char *title = g_strdup_printf(_("Undo: %s"), plan->title);
  g_autoptr(GHashTable) made = made_accounts(plan);
  Plan *undo = plan_new(title);
  undo->profile = g_strdup(plan->profile);
  undo->tenant = g_strdup(plan->tenant);
  undo->roster = g_strdup(plan->roster);
  for (guint i = plan->operations->len; i > 0; i--) {
    const Operation *operation = plan->operations->pdata[i - 1];
    if (took_effect(operation) && !goes_with_creation(made, operation))
      undo_operation(undo, operation, made);
  }
  chain(undo);
  return undo;
}
