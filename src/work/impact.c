/* Counting how far a plan reaches. */
#include "work/impact.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "work/apply.h"
#include <string.h>

/* "This week". */
#define ACTIVE (7 * CLOCK_DAY)
/* Writes that the service takes from one app in one tenant, in so many seconds; contract 3.5. */
#define QUOTA         3000
#define QUOTA_SECONDS 150

/* What cannot be undone at once by who did it: the number of accounts may have to be typed. */
static gboolean
is_dangerous(const char *kind)
{
  static const char *const kinds[] = {"user.remove", "user.purge", "password.reset", NULL};
  return g_strv_contains(kinds, kind);
}

/* What only waits or shows is no request, and needs no undoing. */
static gboolean
is_request(const StepInfo *info)
{
  return info == NULL || *info->sends != '\0';
}

static gboolean
is_write(const StepInfo *info)
{
  return is_request(info) && (info == NULL || !g_str_has_prefix(info->sends, "GET "));
}

/* A removal looks before; replacing a sponsor is two requests. */
static guint
requests_of(const Operation *operation, const StepInfo *info)
{
  if (!is_request(info))
    return 0;
  const char *old = operation_from(operation, "sponsorId");
  if (g_str_equal(operation->kind, "user.remove") || (old != NULL && *old != '\0'))
    return 2;
  return 1;
}

static void
count_action(Impact *impact, const Operation *operation, const StepInfo *info)
{
  for (guint i = 0; i < impact->actions->len; i++) {
    ImpactAction *action = impact->actions->pdata[i];
    if (g_str_equal(action->kind, operation->kind)) {
      action->count++;
      return;
    }
  }
  ImpactAction *action = g_new(ImpactAction, 1);
  *action = (ImpactAction){g_strdup(info == NULL ? operation->kind : _(info->label)),
                           g_strdup(operation->kind), 1};
  g_ptr_array_add(impact->actions, action);
}

static void
count_irreversible(Impact *impact, const StepInfo *info)
{
  if (info == NULL || info->undo != NULL || !is_write(info))
    return;
  impact->irreversible++;
  const char *label = _(info->label);
  if (!g_ptr_array_find_with_equal_func(impact->cannot_undo, label, g_str_equal, NULL))
    g_ptr_array_add(impact->cannot_undo, g_strdup(label));
}

/* What the plan itself says of the account is newer than what was cached of it. */
static gboolean
is_enabled(const Operation *operation, const Snapshot *snapshot)
{
  guint row;
  const char *state = operation_from(operation, "state");
  if (state != NULL)
    return g_str_equal(state, "enabled");
  return snapshot != NULL && operation->target_id != NULL &&
         snapshot_find(snapshot, operation->target_id, &row) &&
         snapshot_number(snapshot, row, FIELD_STATE) == STATE_ENABLED;
}

static void
count_account(Impact *impact, const Operation *operation, const Snapshot *snapshot, gint64 now)
{
  guint row;
  const char *id = operation->target_id;
  impact->accounts++;
  if (is_enabled(operation, snapshot))
    impact->enabled++;
  if (snapshot == NULL || id == NULL || !snapshot_find(snapshot, id, &row)) {
    impact->unknown_sign_in++;
    impact->unknown_sponsor++;
    return;
  }
  gint64 signed_in = snapshot_number(snapshot, row, FIELD_SIGN_IN);
  const char *sponsor = snapshot_text(snapshot, row, FIELD_SPONSOR_ID);
  if (sponsor == NULL)
    sponsor = snapshot_text(snapshot, row, FIELD_SPONSOR);
  if (signed_in == MOMENT_UNKNOWN || signed_in == MOMENT_UNLICENSED)
    impact->unknown_sign_in++;
  else if (signed_in > 0 && signed_in > now - ACTIVE)
    impact->active++;
  if (sponsor == NULL || *sponsor == '\0')
    impact->without_sponsor++;
}

/* A roster whose sponsors were not asked for has none at all: then nothing is known. */
static gboolean
knows_sponsors(const Snapshot *snapshot)
{
  for (guint row = 0; snapshot != NULL && row < snapshot_count(snapshot); row++)
    if (snapshot_text(snapshot, row, FIELD_SPONSOR) != NULL ||
        snapshot_text(snapshot, row, FIELD_SPONSOR_ID) != NULL)
      return TRUE;
  return FALSE;
}

Impact *
impact_of(const Plan *plan, const Snapshot *snapshot, gboolean sponsors, guint confirm_above,
          gint64 now)
{
  Impact *impact = impact_new();
  guint writes = 0;
  g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) dangerous = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    const StepInfo *info = step_info(operation->kind);
    const char *target =
        operation->target_id != NULL ? operation->target_id : operation->target_name;
    impact->operations++;
    impact->requests += requests_of(operation, info);
    writes += is_write(info) ? 1 : 0;
    count_action(impact, operation, info);
    count_irreversible(impact, info);
    if (target == NULL)
      continue;
    if (g_hash_table_add(targets, (gpointer)target))
      count_account(impact, operation, snapshot, now);
    if (is_dangerous(operation->kind))
      g_hash_table_add(dangerous, (gpointer)target);
  }
  if (!sponsors && !knows_sponsors(snapshot)) {
    impact->unknown_sponsor = impact->accounts;
    impact->without_sponsor = 0;
  }
  impact->dangerous = g_hash_table_size(dangerous);
  impact->type_count = impact->dangerous > confirm_above;
  impact->seconds = ((gint64)writes * QUOTA_SECONDS + QUOTA - 1) / QUOTA;
  return impact;
}
