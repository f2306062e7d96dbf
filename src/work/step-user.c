/* Steps about the account itself: created, changed, removed, restored.
 * Contract 4. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/password.h"
#include "work/step-private.h"
#include <string.h>

/* What the service's clock and ours may differ by beside the skew that we know. */
#define CLOCK_LEEWAY 60

/* --- creating --- */

static guint
properties_of(const Operation *operation, GraphProperty **ret_properties)
{
  guint n = operation->values->len;
  GraphProperty *properties = g_new0(GraphProperty, n + 1);
  for (guint i = 0; i < n; i++) {
    const OperationValue *value = operation->values->pdata[i];
    /* Graph clears with null, and refuses an empty text. */
    const char *to = value->to != NULL && *value->to != '\0' ? value->to : NULL;
    properties[i] = (GraphProperty){value->name, to};
  }
  *ret_properties = properties;
  return n;
}

/* Ours: the external address is among its mails, and it was made after the first intent. */
static gboolean
is_ours(Run *run, const Operation *operation, const Account *account)
{
  const char *external = operation_to(operation, "otherMails");
  gint64 created = account_number(account, FIELD_CREATED);
  gint64 intended = operation->intended_at + graph_client_clock_skew(run->work->graph);
  return external != NULL && text_list_has(account_text(account, FIELD_EXTERNAL), external) &&
         created > 0 && created + CLOCK_LEEWAY >= intended;
}

static Account *
read_account(Run *run, const char *id_or_name, GError **error)
{
  const GraphReading reading = {.fields = 0};
  return graph_users_get(run->work->graph, id_or_name, &reading, run->cancellable, error);
}

static void
fail_taken(const Operation *operation, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
              _("The user name %s was taken by somebody else meanwhile; create the account again "
                "to get another one"),
              operation->target_name);
}

/* Somebody removed it after it was made: making a second one is no repair. */
static StepResult
probe_deleted(Run *run, const Operation *operation, GError **error)
{
  const char *external = operation_to(operation, "otherMails");
  g_autoptr(GPtrArray) found = graph_users_find_taken(run->work->graph, operation->target_name,
                                                      external, run->cancellable, error);
  if (found == NULL)
    return STEP_FAILED;
  gint64 intended = operation->intended_at + graph_client_clock_skew(run->work->graph);
  for (guint i = 0; i < found->len; i++) {
    const Taken *taken = found->pdata[i];
    if (taken->where != TAKEN_DELETED || taken->created + CLOCK_LEEWAY < intended)
      continue;
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("The account %s was made and has been deleted since; it can be restored in the "
                  "directory, or closed here with 'usher repair --rollback'"),
                operation->target_name);
    return STEP_FAILED;
  }
  return STEP_TO_DO;
}

StepResult
user_create_probe(Run *run, Operation *operation, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(Account) account = read_account(run, operation->target_name, &local);
  if (account != NULL && is_ours(run, operation, account)) {
    g_free(operation->target_id);
    operation->target_id = g_strdup(account_text(account, FIELD_ID));
    /* Which attempt made it is not known, and so neither is its password. */
    g_clear_pointer(&run->password, secret_unref);
    step_say(operation, g_strdup(_("found at the service")));
    return STEP_DONE;
  }
  if (account != NULL) {
    fail_taken(operation, error);
    return STEP_FAILED;
  }
  if (!g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return STEP_FAILED;
  }
  return probe_deleted(run, operation, error);
}

/* After a lost answer the service says "taken": it may be our own account that cannot be
 * read yet. */
static StepResult
await_own(Run *run, Operation *operation, GError **error)
{
  guint wait = run->work->replication_wait > 0 ? run->work->replication_wait : 120;
  gint64 end = g_get_monotonic_time() + (gint64)wait * G_USEC_PER_SEC;
  for (guint pause = 500;; pause = MIN(pause * 2, 8000)) {
    g_autoptr(GError) local = NULL;
    StepResult result = user_create_probe(run, operation, &local);
    if (result == STEP_DONE)
      return STEP_DONE;
    if (result == STEP_FAILED || g_get_monotonic_time() >= end) {
      if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
      else
        fail_taken(operation, error);
      return STEP_FAILED;
    }
    if (!run_wait(run, pause, error))
      return STEP_FAILED;
  }
}

StepResult
user_create(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  g_autofree GraphProperty *properties = NULL;
  guint n = properties_of(operation, &properties);
  g_autoptr(Secret) password = password_generate(PASSWORD_LENGTH);
  g_autoptr(GError) local = NULL;
  g_clear_pointer(&run->password, secret_unref);
  char *id = graph_users_create(run->work->graph, properties, n, password, TRUE, trace,
                                run->cancellable, &local);
  if (id != NULL) {
    g_free(operation->target_id);
    operation->target_id = id;
    run->password = g_steal_pointer(&password);
    return STEP_DONE;
  }
  gboolean refused = trace->http_status == 400 || trace->http_status == 409;
  if (again && refused && !trace->maybe_processed)
    return await_own(run, operation, error);
  g_propagate_error(error, g_steal_pointer(&local));
  return step_result(FALSE, trace);
}

/* --- changing --- */

/* "expires" stands for the property that the roster keeps the end date in. The text is the
 * caller's. */
static gboolean
expiry_property(const Roster *roster, GraphProperty *property, char **ret_name, char **ret_text,
                GError **error)
{
  gint64 moment;
  char *name = roster == NULL ? NULL : roster_expiry_property(roster);
  if (name == NULL) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG,
                        _("The roster keeps no end date (expiry_attribute = none)"));
    return FALSE;
  }
  property->name = *ret_name = name;
  if (property->value == NULL || roster->expiry_attribute != EXPIRY_LEAVE_DATE)
    return TRUE;
  if (!clock_parse_moment(property->value, &moment, error))
    return FALSE;
  property->value = *ret_text = clock_format_iso(moment);
  return TRUE;
}

void
set_properties_clear(SetProperties *set)
{
  g_free(set->properties);
  g_free(set->expiry_name);
  g_free(set->expiry_text);
  *set = (SetProperties){0};
}

gboolean
set_properties(const Run *run, const Operation *operation, SetProperties *ret, GError **error)
{
  g_auto(SetProperties) set = {0};
  set.n = properties_of(operation, &set.properties);
  for (guint i = 0; i < set.n; i++)
    if (g_str_equal(set.properties[i].name, "expires") && set.expiry_name == NULL &&
        !expiry_property(run->work->roster, &set.properties[i], &set.expiry_name, &set.expiry_text,
                         error))
      return FALSE;
  *ret = set;
  set = (SetProperties){0};
  return TRUE;
}

StepResult
user_set(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  g_auto(SetProperties) set = {0};
  if (!set_properties(run, operation, &set, error))
    return STEP_FAILED;
  return step_result(graph_users_update(run->work->graph, operation->target_id, set.properties,
                                        set.n, NULL, trace, run->cancellable, error),
                     trace);
}

/* --- removing and restoring --- */

/* The account that a plan to roll back made, by what its creation intended. NULL without
 * an error: there is none. */
static char *
made_account(Run *run, const Operation *operation, GError **error)
{
  g_autoptr(GError) local = NULL;
  const char *after = operation_from(operation, "createdDateTime");
  const char *external = operation_from(operation, "otherMails");
  const char *name = operation->target_id != NULL ? operation->target_id : operation->target_name;
  gint64 intended = 0;
  g_autoptr(Account) account = read_account(run, name, &local);
  if (account == NULL) {
    if (!g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND))
      g_propagate_error(error, g_steal_pointer(&local));
    return NULL;
  }
  if (after == NULL)
    return g_strdup(account_text(account, FIELD_ID));
  clock_parse_moment(after, &intended, NULL);
  intended += graph_client_clock_skew(run->work->graph);
  if (external != NULL && text_list_has(account_text(account, FIELD_EXTERNAL), external) &&
      account_number(account, FIELD_CREATED) + CLOCK_LEEWAY >= intended)
    return g_strdup(account_text(account, FIELD_ID));
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
              _("%s is not the account that was made there (another address, or older); it is left "
                "alone"),
              operation->target_name);
  return NULL;
}

/* The same, for as long as a creation that nobody saw end may still come to light. */
static char *
await_made(Run *run, const Operation *operation, GError **error)
{
  const char *after = operation_from(operation, "createdDateTime");
  gint64 intended = 0;
  guint wait = run->work->replication_wait > 0 ? run->work->replication_wait : 120;
  gboolean doubtful =
      operation->target_id == NULL && after != NULL && clock_parse_moment(after, &intended, NULL);
  for (guint pause = 500;; pause = MIN(pause * 2, 8000)) {
    g_autoptr(GError) local = NULL;
    char *id = made_account(run, operation, &local);
    if (local != NULL)
      g_propagate_error(error, g_steal_pointer(&local));
    else if (id == NULL && doubtful && clock_now() < intended + wait && run_wait(run, pause, error))
      continue;
    return id;
  }
}

StepResult
user_remove(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autofree char *id = await_made(run, operation, &local);
  if (local != NULL) {
    g_propagate_error(error, g_steal_pointer(&local));
    return STEP_FAILED;
  }
  if (id == NULL) {
    trace->http_status = 404;
    step_say(operation, g_strdup(_("there is no such account (any more)")));
    return STEP_DONE;
  }
  g_free(operation->target_id);
  operation->target_id = g_strdup(id);
  return step_result(graph_users_remove(run->work->graph, id, trace, run->cancellable, error),
                     trace);
}

StepResult
user_restore_probe(Run *run, Operation *operation, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(Account) account = read_account(run, operation->target_id, &local);
  if (account != NULL)
    return STEP_DONE;
  if (g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return STEP_TO_DO;
  g_propagate_error(error, g_steal_pointer(&local));
  return STEP_FAILED;
}

void
restore_say_taken(const Operation *operation, int http_status, GError **error)
{
  if (error == NULL || *error == NULL || (http_status != 400 && http_status != 409) ||
      strstr((*error)->message, "userPrincipalName") == NULL)
    return;
  g_autofree char *before = g_strdup((*error)->message);
  g_free((*error)->message);
  (*error)->message =
      g_strdup_printf(_("%s ('usher restore %s --user-name NAME' gives it another one)"), before,
                      operation->target_name);
}

StepResult
user_restore(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  g_autoptr(GError) local = NULL;
  if (graph_users_restore(run->work->graph, operation->target_id,
                          operation_to(operation, "userPrincipalName"), trace, run->cancellable,
                          &local))
    return STEP_DONE;
  /* Gone from the deleted ones: restored already, or gone for good. */
  if (trace->http_status == 404 && user_restore_probe(run, operation, NULL) == STEP_DONE)
    return STEP_DONE;
  restore_say_taken(operation, trace->http_status, &local);
  g_propagate_error(error, g_steal_pointer(&local));
  return step_result(FALSE, trace);
}
