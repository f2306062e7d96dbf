/* Reading accounts shortly before they are changed, and judging each operation by what
 * was read. What a list says late is confirmed by reading the one account
 * before anything is refused. */
#include "work/check.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "model/naming.h"
#include "work/bounds.h"
#include <string.h>

/* Seconds for which an account that was read counts as known. */
#define FRESH 60

typedef struct {
  Account *account; /* NULL: there is none */
  gint64 read_at;   /* by the clock on the wall, which goes on while the machine sleeps */
} Known;

struct Check {
  const Work *work;
  const Plan *plan;
  GMutex making; /* while the guard is asked for, which takes requests; before `lock` */
  GMutex lock;   /* over `guard` and `known`, never for long; what is known changes with its lane */
  Guard *guard;
  GHashTable *known; /* id, or the name of what is rolled back by its name → Known */
  GHashTable *made;  /* user name → the operation of this plan that creates it */
  gboolean bulk;
};

static void
known_free(gpointer data)
{
  Known *known = data;
  account_free(known->account);
  g_free(known);
}

Check *
check_new(const Work *work, const Plan *plan)
{
  Check *check = g_new0(Check, 1);
  const char *first = NULL;
  check->work = work;
  check->plan = plan;
  g_mutex_init(&check->making);
  g_mutex_init(&check->lock);
  check->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, known_free);
  check->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    const char *target =
        operation->target_id != NULL ? operation->target_id : operation->target_name;
    if (g_str_equal(operation->kind, "user.create") && operation->target_name != NULL)
      g_hash_table_replace(check->made, g_ascii_strdown(operation->target_name, -1),
                           (gpointer)operation);
    if (guard_covers(operation->kind) && target != NULL) {
      check->bulk = check->bulk || (first != NULL && g_ascii_strcasecmp(first, target) != 0);
      first = target;
    }
  }
  return check;
}

void
check_free(Check *check)
{
  if (check == NULL)
    return;
  guard_free(check->guard);
  g_hash_table_unref(check->known);
  g_hash_table_unref(check->made);
  g_mutex_clear(&check->making);
  g_mutex_clear(&check->lock);
  g_free(check);
}

/* The name alone says nothing: a file could give it to anybody's id. */
static gboolean
is_made_here(const Check *check, const Operation *operation)
{
  if (operation->target_name == NULL)
    return FALSE;
  g_autofree char *name = g_ascii_strdown(operation->target_name, -1);
  const Operation *creation = g_hash_table_lookup(check->made, name);
  return creation != NULL && creation->sequence < operation->sequence &&
         creation->target_id != NULL && operation->target_id != NULL &&
         g_ascii_strcasecmp(creation->target_id, operation->target_id) == 0;
}

/* Rolling back a creation of which nobody knows what became: there is a name and no id. */
static gboolean
is_by_name(const Operation *operation)
{
  return operation->target_id == NULL && operation->target_name != NULL &&
         g_str_equal(operation->kind, "user.remove") &&
         operation_from(operation, "createdDateTime") != NULL;
}

/* Of what this plan makes the guard asks only into which group it goes. */
static gboolean
asks_for_group(const Check *check, const Operation *operation)
{
  const char *name = operation->target_name == NULL ? "" : operation->target_name;
  g_autofree char *key = g_ascii_strdown(name, -1);
  return g_str_equal(operation->kind, "group.add") && check->work->guard_groups != NULL &&
         check->work->guard_groups[0] != NULL && g_hash_table_contains(check->made, key);
}

static gboolean
is_covered(const Check *check, const Operation *operation)
{
  return guard_covers(operation->kind) && (operation->target_id != NULL || is_by_name(operation)) &&
         !is_made_here(check, operation);
}

/* What its account is known by. */
static const char *
key_of(const Operation *operation)
{
  return operation->target_id != NULL ? operation->target_id : operation->target_name;
}

static gboolean
is_about_deleted(const Operation *operation)
{
  return g_str_equal(operation->kind, "user.restore") || g_str_equal(operation->kind, "user.purge");
}

static const Known *
known_of(Check *check, const Operation *operation)
{
  g_autofree char *key = g_ascii_strdown(key_of(operation), -1);
  g_mutex_lock(&check->lock);
  const Known *known = g_hash_table_lookup(check->known, key);
  g_mutex_unlock(&check->lock);
  return known;
}

static void
know(Check *check, const char *key, Account *account)
{
  Known *known = g_new(Known, 1);
  *known = (Known){account, clock_now()};
  g_mutex_lock(&check->lock);
  g_hash_table_replace(check->known, g_ascii_strdown(key, -1), known);
  g_mutex_unlock(&check->lock);
}

void
check_forget(Check *check, const Operation *operation)
{
  if (operation->target_id == NULL)
    return;
  g_autofree char *id = g_ascii_strdown(operation->target_id, -1);
  g_mutex_lock(&check->lock);
  g_hash_table_remove(check->known, id);
  g_mutex_unlock(&check->lock);
}

/* --- what the account says --- */

static gboolean
same_date(const char *text, gint64 moment)
{
  gint64 wanted = MOMENT_NONE;
  if (text != NULL && *text != '\0' && !clock_parse_moment(text, &wanted, NULL))
    return FALSE;
  if (wanted <= 0 || moment <= 0)
    return wanted <= 0 && moment <= 0;
  return wanted / CLOCK_DAY == moment / CLOCK_DAY;
}

static gboolean
same_state(const char *text, gint64 state)
{
  const char *word = state == STATE_ENABLED ? "enabled" : state == STATE_DISABLED ? "disabled" : "";
  return g_strcmp0(text, word) == 0;
}

/* TRUE if the account has this value now. What cannot be compared counts as such. */
static gboolean
has_value(const Check *check, const Account *account, const char *name, const char *text)
{
  FieldId field;
  g_autofree char *expiry =
      check->work->roster == NULL ? NULL : roster_expiry_property(check->work->roster);
  if (text == NULL)
    return TRUE; /* not known when the plan was made */
  if (g_str_equal(name, "expires") || g_strcmp0(name, expiry) == 0)
    return same_date(text, account_number(account, FIELD_EXPIRES));
  if (g_str_equal(name, "state"))
    return same_state(text, account_number(account, FIELD_STATE));
  if (!field_lookup(name, &field) ||
      (field_info(field)->kind != FIELD_KIND_TEXT && field_info(field)->kind != FIELD_KIND_LIST))
    return TRUE;
  const char *now = account_text(account, field);
  return g_strcmp0(now == NULL ? "" : now, text) == 0;
}

static char *
value_now(const Check *check, const Account *account, const char *name)
{
  FieldId field;
  g_autofree char *expiry =
      check->work->roster == NULL ? NULL : roster_expiry_property(check->work->roster);
  if (g_str_equal(name, "expires") || g_strcmp0(name, expiry) == 0)
    field = FIELD_EXPIRES;
  else if (!field_lookup(name, &field))
    return g_strdup("");
  return field_plain(field, account_text(account, field), account_number(account, field));
}

static gboolean
checks_values(const Operation *operation)
{
  return g_str_equal(operation->kind, "user.set") || g_str_equal(operation->kind, "user.enable") ||
         g_str_equal(operation->kind, "user.disable");
}

/* The removal of what a plan made, which holds only as long as it is as it was made; the address
 * and the moment are the step's own to judge. */
static gboolean
is_bound_removal(const Operation *operation)
{
  return g_str_equal(operation->kind, "user.remove") &&
         operation_from(operation, "createdDateTime") != NULL;
}

static gboolean
is_kept(const OperationValue *value)
{
  return value->to == NULL && !g_str_equal(value->name, "createdDateTime") &&
         !g_str_equal(value->name, "otherMails");
}

/* The first value that is neither what the plan found nor what it wants. */
static const OperationValue *
changed_value(const Check *check, const Operation *operation, const Account *account)
{
  gboolean removes = is_bound_removal(operation);
  for (guint i = 0; (removes || checks_values(operation)) && i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    if (removes && !is_kept(value))
      continue;
    if (!has_value(check, account, value->name, value->from) &&
        (removes || !has_value(check, account, value->name, value->to == NULL ? "" : value->to)))
      return value;
  }
  return NULL;
}

static gboolean
is_named(const Operation *operation, const Account *account)
{
  const char *name = account_text(account, FIELD_USER);
  if (operation->target_name == NULL || name == NULL)
    return TRUE;
  if (is_about_deleted(operation) &&
      g_ascii_strcasecmp(naming_before_deletion(name), operation->target_name) == 0)
    return TRUE;
  return g_ascii_strcasecmp(name, operation->target_name) == 0;
}

/* --- reading --- */

static gboolean
is_fresh(const Known *known)
{
  gint64 age = known == NULL ? FRESH : clock_now() - known->read_at;
  return age >= 0 && age < FRESH;
}

static guint64
wanted_fields(void)
{
  guint64 fields = 0;
  for (guint i = 0; i < FIELD_N; i++) {
    const FieldInfo *info = field_info(i);
    if (!info->costly && i != FIELD_LICENCE && i != FIELD_GROUP)
      fields |= G_GUINT64_CONSTANT(1) << i;
  }
  return fields;
}

static gboolean
confirm(Check *check, const Operation *operation, const GraphReading *reading,
        GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local = NULL;
  const Known *known = known_of(check, operation);
  if (is_about_deleted(operation) ||
      (known != NULL && known->account != NULL && is_named(operation, known->account) &&
       changed_value(check, operation, known->account) == NULL))
    return TRUE;
  Account *account =
      graph_users_get(check->work->graph, key_of(operation), reading, cancellable, &local);
  if (account == NULL && !g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  know(check, key_of(operation), account);
  return TRUE;
}

static gboolean
read_targets(Check *check, const GPtrArray *ids, gboolean deleted, const GraphReading *reading,
             GCancellable *cancellable, GError **error)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  if (ids->len == 0)
    return TRUE;
  if (!graph_users_read_ids(check->work->graph, (const char *const *)ids->pdata, ids->len, reading,
                            deleted, builder, cancellable, error))
    return FALSE;
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, clock_now());
  for (guint i = 0; i < ids->len; i++) {
    guint row;
    gboolean there = snapshot_find(snapshot, ids->pdata[i], &row);
    know(check, ids->pdata[i], there ? snapshot_account(snapshot, row) : NULL);
  }
  return TRUE;
}

static gboolean
has_guard(Check *check)
{
  g_mutex_lock(&check->lock);
  gboolean has = check->guard != NULL;
  g_mutex_unlock(&check->lock);
  return has;
}

/* Once, whoever asks first: the others wait for it, but not those who only want to know what is
 * known, for they hold the lock of the run. */
static gboolean
make_guard(Check *check, GCancellable *cancellable, GError **error)
{
  g_mutex_lock(&check->making);
  if (!has_guard(check)) {
    Guard *guard = guard_new(check->work, cancellable, error);
    g_mutex_lock(&check->lock);
    check->guard = guard;
    g_mutex_unlock(&check->lock);
  }
  gboolean made = has_guard(check);
  g_mutex_unlock(&check->making);
  return made;
}

gboolean
check_knows(Check *check, const Operation *operation)
{
  if (asks_for_group(check, operation) && !has_guard(check))
    return FALSE;
  return !is_covered(check, operation) || is_fresh(known_of(check, operation));
}

gboolean
check_read(Check *check, Operation *const *operations, guint n, GCancellable *cancellable,
           GError **error)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) live = g_ptr_array_new();
  g_autoptr(GPtrArray) gone = g_ptr_array_new();
  gboolean groups = FALSE;
  for (guint i = 0; i < n; i++) {
    const Operation *operation = operations[i];
    groups = groups || asks_for_group(check, operation);
    if (is_covered(check, operation) && !is_fresh(known_of(check, operation)) &&
        g_hash_table_add(seen, (gpointer)key_of(operation)) && operation->target_id != NULL)
      g_ptr_array_add(is_about_deleted(operation) ? gone : live, operation->target_id);
  }
  if (g_hash_table_size(seen) == 0 && !groups)
    return TRUE;
  if (!make_guard(check, cancellable, error))
    return FALSE;
  g_autofree char *expiry =
      check->work->roster == NULL ? NULL : roster_expiry_property(check->work->roster);
  const GraphReading reading = {.fields = wanted_fields(), .expiry_property = expiry};
  if (!read_targets(check, live, FALSE, &reading, cancellable, error) ||
      !read_targets(check, gone, TRUE, &reading, cancellable, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (is_covered(check, operations[i]) && g_hash_table_contains(seen, key_of(operations[i])) &&
        !confirm(check, operations[i], &reading, cancellable, error))
      return FALSE;
  return TRUE;
}

/* --- judging --- */

static gboolean
refuse_changed(const Check *check, const Operation *operation, const Account *account,
               const OperationValue *value, GError **error)
{
  g_autofree char *now = value_now(check, account, value->name);
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
              _("%s has changed since the plan was made: %s is “%s” now, not “%s”; make the plan "
                "anew"),
              operation->target_name, value->name, now, value->from);
  return FALSE;
}

/* Who is made for a roster goes into the roster's group, guarded or not. */
static gboolean
is_own_group(const Check *check, const Operation *operation, const char *id)
{
  const char *own = check->work->roster == NULL ? NULL : check->work->roster->group;
  const char *name = guard_group(check->guard, id);
  return own != NULL && id != NULL && name != NULL && asks_for_group(check, operation) &&
         (g_ascii_strcasecmp(own, id) == 0 || g_strcmp0(own, name) == 0);
}

static gboolean
judge_group(const Check *check, const Operation *operation, GError **error)
{
  const char *to = operation_to(operation, "groupId");
  const char *id = to != NULL ? to : operation_from(operation, "groupId");
  if (!g_str_has_prefix(operation->kind, "group.") || is_own_group(check, operation, id))
    return TRUE;
  g_autofree char *because = guard_refuses_group(check->guard, id);
  if (because == NULL)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED, _("%s is left alone: %s"),
              operation->target_name, because);
  return FALSE;
}

static gboolean
judge_guard(const Check *check, const Operation *operation, const Account *account, GError **error)
{
  const char *name = account_text(account, FIELD_USER);
  const GuardTarget target = {.id = account_text(account, FIELD_ID),
                              .user_name =
                                  is_about_deleted(operation) ? naming_before_deletion(name) : name,
                              .mail = account_text(account, FIELD_MAIL),
                              .proxies = account_text(account, FIELD_PROXIES),
                              .kind = account_number(account, FIELD_KIND),
                              .synced = account_number(account, FIELD_SYNCED) > 0};
  g_autofree char *because = guard_refuses(check->guard, operation->kind, &target, check->bulk);
  if (because == NULL)
    return judge_group(check, operation, error);
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED, _("%s is left alone: %s"),
              operation->target_name, because);
  return FALSE;
}

/* Gone is what removing wants; restored already is what restoring wants. */
static gboolean
judge_missing(const Operation *operation, GError **error)
{
  if (g_str_equal(operation->kind, "user.remove") || is_about_deleted(operation))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND, _("There is no account %s (any more)"),
              operation->target_name);
  return FALSE;
}

/* Without an id there is nothing that the guard could look at: only what this plan makes is
 * known by its name until then. */
static gboolean
is_identified(const Check *check, const Operation *operation, GError **error)
{
  const char *name = operation->target_name == NULL ? "" : operation->target_name;
  g_autofree char *key = g_ascii_strdown(name, -1);
  const Operation *creation = g_hash_table_lookup(check->made, key);
  if (!guard_covers(operation->kind) || operation->target_id != NULL ||
      (creation != NULL && creation->sequence < operation->sequence &&
       creation->state != OPERATION_DONE))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              _("%s is left alone: the plan does not say its id"), name);
  return FALSE;
}

gboolean
check_operation(Check *check, const Operation *operation, gboolean lost, GError **error)
{
  if (!bounds_check(operation, check->work->roster, error))
    return FALSE;
  if (!is_covered(check, operation))
    return (!asks_for_group(check, operation) || judge_group(check, operation, error)) &&
           is_identified(check, operation, error);
  const Known *known = known_of(check, operation);
  g_return_val_if_fail(known != NULL && check->guard != NULL, FALSE);
  if (known->account == NULL)
    return judge_missing(operation, error);
  if (!is_named(operation, known->account)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("The id %s belongs to %s, not to %s; nothing was sent"), operation->target_id,
                account_text(known->account, FIELD_USER), operation->target_name);
    return FALSE;
  }
  if (!judge_guard(check, operation, known->account, error))
    return FALSE;
  const OperationValue *changed = lost ? NULL : changed_value(check, operation, known->account);
  return changed == NULL || refuse_changed(check, operation, known->account, changed, error);
}

/* TRUE if the account was read with this value for sure. */
static gboolean
surely_has(const Check *check, const Account *account, const OperationValue *value)
{
  FieldId field;
  g_autofree char *expiry =
      check->work->roster == NULL ? NULL : roster_expiry_property(check->work->roster);
  gboolean comparable =
      g_str_equal(value->name, "expires") || g_strcmp0(value->name, expiry) == 0 ||
      g_str_equal(value->name, "state") ||
      (field_lookup(value->name, &field) && field_info(field)->kind == FIELD_KIND_TEXT &&
       (wanted_fields() & G_GUINT64_CONSTANT(1) << field) != 0);
  /* What is to be empty may hold something that no field shows. */
  return comparable && value->to != NULL && *value->to != '\0' &&
         has_value(check, account, value->name, value->to);
}

gboolean
check_is_so(Check *check, const Operation *operation)
{
  const Known *known = is_covered(check, operation) ? known_of(check, operation) : NULL;
  if (known == NULL || known->account == NULL || !checks_values(operation))
    return FALSE;
  for (guint i = 0; i < operation->values->len; i++)
    if (!surely_has(check, known->account, operation->values->pdata[i]))
      return FALSE;
  return operation->values->len > 0;
}
