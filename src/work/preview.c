/* What going on with a journalled plan would do, without doing it: the
 * operations that are open, and the fresh password or pass that must come
 * before what hands one over. Nothing is asked of the service. */
#include "work/apply-private.h"

#include "base/i18n.h"

typedef struct {
  Plan *preview;
  const Plan *plan;
  ApplyHow how;
  GHashTable *numbers; /* sequence in the plan → in the preview */
  GHashTable *secrets; /* "password.reset ada@…": going to be known by then */
} Preview;

static const char *
name_of(const Operation *operation)
{
  return operation->target_name == NULL ? "" : operation->target_name;
}

/* Takes the text. */
static void
take_note(Preview *preview, char *text)
{
  plan_add_note(preview->preview, text);
  g_free(text);
}

/* A mail that is in doubt is no operation unless the operator says "again". */
static gboolean
is_settled_mail(Preview *preview, const Operation *operation)
{
  if (!g_str_equal(operation->kind, "mail.send") || !operation_is_in_doubt(operation))
    return FALSE;
  if ((preview->how & APPLY_MAIL_ARRIVED) != 0)
    take_note(preview,
              g_strdup_printf(_("the mail about %s is taken as sent"), name_of(operation)));
  else if ((preview->how & APPLY_MAIL_AGAIN) != 0)
    return FALSE;
  else
    take_note(preview, g_strdup_printf(_("the mail about %s is perhaps sent, and is left alone: "
                                         "--mail again or --mail arrived decides"),
                                       name_of(operation)));
  return TRUE;
}

static gboolean
will_run(Preview *preview, const Operation *operation)
{
  const Operation *before = blocked_by(preview->plan, operation);
  return operation_is_open(preview->how, operation) && !operation_is_extra(operation) &&
         (before == NULL ||
          g_hash_table_contains(preview->numbers, GUINT_TO_POINTER(before->sequence)));
}

/* TRUE when it was not among the secrets before. */
static gboolean
know_secret(Preview *preview, const char *kind, const Operation *operation)
{
  return g_hash_table_add(preview->secrets, g_strdup_printf("%s %s", kind, name_of(operation)));
}

static void
add_secret(Preview *preview, const Operation *operation)
{
  const char *kind = secret_step(operation);
  if (kind != NULL && know_secret(preview, kind, operation))
    plan_add(preview->preview, kind, operation->target_id, operation->target_name);
}

static void
add_operation(Preview *preview, const Operation *operation)
{
  add_secret(preview, operation);
  Operation *copy =
      plan_add(preview->preview, operation->kind, operation->target_id, operation->target_name);
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    operation_add_value(copy, value->name, value->from, value->to);
  }
  copy->depends_on = GPOINTER_TO_UINT(
      g_hash_table_lookup(preview->numbers, GUINT_TO_POINTER(operation->depends_on)));
  g_hash_table_insert(preview->numbers, GUINT_TO_POINTER(operation->sequence),
                      GUINT_TO_POINTER(copy->sequence));
  if (operation_is_in_doubt(operation)) {
    const StepInfo *info = step_info(operation->kind);
    take_note(preview,
              g_strdup_printf(_("%s of %s: its answer was lost; it is looked up first, "
                                "and done only if it has not happened"),
                              info == NULL ? operation->kind : _(info->label), name_of(operation)));
  } else if (g_str_equal(operation->kind, "user.create"))
    know_secret(preview, "password.reset", operation);
  if (g_str_equal(operation->kind, "password.reset") || g_str_equal(operation->kind, "pass.issue"))
    know_secret(preview, operation->kind, operation);
}

void
apply_add_preview(Plan *preview, const Plan *plan, ApplyHow how)
{
  g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);
  g_autoptr(GHashTable) secrets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Preview all = {preview, plan, how, numbers, secrets};
  for (guint i = 0; !plan_is_settled(plan) && i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (will_run(&all, operation) && !is_settled_mail(&all, operation))
      add_operation(&all, operation);
    else if (!operation_is_open(how, operation))
      is_settled_mail(&all, operation);
  }
}
