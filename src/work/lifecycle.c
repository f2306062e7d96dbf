/* Plans for accounts that exist. Each action is a row: what it is called, what must
 * be right about the request, what it does with one account. Dates and
 * properties are in lifecycle-set.c, passwords and mails in lifecycle-mail.c. */
#include "work/lifecycle-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/naming.h"
#include <string.h>

Operation *
planning_add(Planning *planning, Subject *subject, const char *kind)
{
  Operation *operation = plan_add(planning->plan, kind, subject->id, subject->user_name);
  operation->depends_on = subject->last;
  subject->last = operation->sequence;
  return operation;
}

void
planning_skip(Planning *planning, const Subject *subject, const char *because)
{
  g_autofree char *note = g_strdup_printf(_("skipped: %s: %s"), subject->user_name, because);
  plan_add_note(planning->plan, note);
}

gboolean
planning_allows(Planning *planning, const Subject *subject, const char *kind)
{
  const GuardTarget target = {.id = subject->id,
                              .user_name = subject->user_name,
                              .mail = planning_text(planning, subject, FIELD_MAIL),
                              .proxies = planning_text(planning, subject, FIELD_PROXIES),
                              .kind = subject->kind,
                              .synced = subject->synced};
  g_autofree char *because = guard_refuses(planning->guard, kind, &target, planning->bulk);
  if (because != NULL) {
    planning_skip(planning, subject, because);
    planning->plan->refused++;
  }
  return because == NULL;
}

const char *
planning_text(const Planning *planning, const Subject *subject, FieldId field)
{
  return snapshot_text(planning->snapshot, subject->row, field);
}

gint64
planning_number(const Planning *planning, const Subject *subject, FieldId field)
{
  return snapshot_number(planning->snapshot, subject->row, field);
}

gint64
planning_day(gint64 moment)
{
  return moment - ((moment % CLOCK_DAY) + CLOCK_DAY) % CLOCK_DAY;
}

static const char *
state_word(AccountState state)
{
  return state == STATE_ENABLED    ? "enabled"
         : state == STATE_DISABLED ? "disabled"
         : state == STATE_DELETED  ? "deleted"
                                   : NULL;
}

static void
add_state(Operation *operation, const Subject *subject, const char *to)
{
  operation_add_value(operation, "state", state_word(subject->state), to);
}

/* --- what can be done to one account --- */

static void
plan_enable(Planning *planning, Subject *subject)
{
  if (subject->state == STATE_ENABLED)
    planning_skip(planning, subject, _("already enabled"));
  else if (planning_allows(planning, subject, "user.enable"))
    add_state(planning_add(planning, subject, "user.enable"), subject, "enabled");
}

static void
add_revoke(Planning *planning, Subject *subject)
{
  if (subject->kind == KIND_GUEST)
    planning->guests++;
  else
    planning_add(planning, subject, "sessions.revoke");
}

static void
plan_disable(Planning *planning, Subject *subject)
{
  if (subject->state == STATE_DISABLED) {
    planning_skip(planning, subject, _("already disabled"));
    return;
  }
  if (!planning_allows(planning, subject, "user.disable"))
    return;
  add_state(planning_add(planning, subject, "user.disable"), subject, "disabled");
  add_revoke(planning, subject);
}

static void
plan_revoke(Planning *planning, Subject *subject)
{
  if (subject->kind == KIND_GUEST)
    planning_skip(planning, subject, _("ending sessions has no effect for a guest; disabling has"));
  else if (planning_allows(planning, subject, "sessions.revoke"))
    planning_add(planning, subject, "sessions.revoke");
}

static void
plan_reprocess(Planning *planning, Subject *subject)
{
  if (planning_allows(planning, subject, "licence.reprocess"))
    planning_add(planning, subject, "licence.reprocess");
}

static void
plan_remove(Planning *planning, Subject *subject)
{
  if (planning_allows(planning, subject, "user.remove"))
    add_state(planning_add(planning, subject, "user.remove"), subject, "deleted");
}

static void
plan_restore(Planning *planning, Subject *subject)
{
  const char *name = planning->request->user_name;
  if (!planning_allows(planning, subject, "user.restore"))
    return;
  Operation *operation = planning_add(planning, subject, "user.restore");
  add_state(operation, subject, "restored");
  if (name != NULL)
    operation_add_value(operation, "userPrincipalName", subject->user_name, name);
}

static void
plan_purge(Planning *planning, Subject *subject)
{
  if (planning_allows(planning, subject, "user.purge"))
    add_state(planning_add(planning, subject, "user.purge"), subject, "purged");
}

static gboolean
is_member(const Planning *planning, const Subject *subject, gboolean otherwise)
{
  if (planning->request->members == NULL)
    return otherwise;
  g_autofree char *id = g_ascii_strdown(subject->id, -1);
  return g_hash_table_contains((GHashTable *)planning->request->members, id);
}

static void
add_group(Planning *planning, Subject *subject, gboolean join)
{
  const LifecycleRequest *request = planning->request;
  Operation *operation = planning_add(planning, subject, join ? "group.add" : "group.remove");
  operation_add_value(operation, "group", join ? NULL : request->group_name,
                      join ? request->group_name : NULL);
  operation_add_value(operation, "groupId", join ? NULL : request->group_id,
                      join ? request->group_id : NULL);
}

static void
plan_group_add(Planning *planning, Subject *subject)
{
  if (is_member(planning, subject, FALSE))
    planning_skip(planning, subject, _("already in the group"));
  else if (planning_allows(planning, subject, "group.add"))
    add_group(planning, subject, TRUE);
}

static void
plan_group_remove(Planning *planning, Subject *subject)
{
  if (!is_member(planning, subject, TRUE))
    planning_skip(planning, subject, _("not in the group"));
  else if (planning_allows(planning, subject, "group.remove"))
    add_group(planning, subject, FALSE);
}

/* Cut off today, removed when the roster says so. The end date stands before the group:
 * whoever is out of the group is not seen in the roster any more. */
static void
plan_offboard(Planning *planning, Subject *subject)
{
  gint64 today = planning_day(planning->request->now);
  gint64 ends = planning_number(planning, subject, FIELD_EXPIRES);
  gboolean dated = planning->work->roster->expiry_attribute != 0;
  if (!planning_allows(planning, subject, "user.disable") ||
      !planning_allows(planning, subject, "group.remove"))
    return;
  if (subject->state != STATE_DISABLED) {
    add_state(planning_add(planning, subject, "user.disable"), subject, "disabled");
    add_revoke(planning, subject);
  }
  if (dated && (ends <= 0 || ends > today)) {
    g_autofree char *from = ends > 0 ? clock_format_date(ends) : NULL;
    g_autofree char *to = clock_format_date(today);
    operation_add_value(planning_add(planning, subject, "user.set"), "expires",
                        from != NULL          ? from
                        : ends == MOMENT_NONE ? ""
                                              : NULL,
                        to);
  }
  if (is_member(planning, subject, TRUE))
    add_group(planning, subject, FALSE);
  if (subject->last == 0)
    planning_skip(planning, subject, _("already offboarded"));
}

/* --- what the request must have --- */

static gboolean
check_nothing(const Work *work, const LifecycleRequest *request, GError **error)
{
  return TRUE;
}

static gboolean
check_group(const Work *work, const LifecycleRequest *request, GError **error)
{
  if (request->group_id != NULL)
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE, _("--group: a group is needed"));
  return FALSE;
}

/* Contract 4.4: no application may purge. */
static gboolean
check_restore(const Work *work, const LifecycleRequest *request, GError **error)
{
  return request->user_name == NULL || naming_check_user_name(request->user_name, error);
}

static gboolean
check_purge(const Work *work, const LifecycleRequest *request, GError **error)
{
  if (work->graph == NULL || graph_client_is_delegated(work->graph))
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                      _("Removing for good is allowed only to a person who is signed in, not to "
                        "an application (sign_in = device-code)"));
  return FALSE;
}

/* --- the table --- */

static const struct {
  const char *action;
  const char *one, *many; /* titles: with the user name, with the number of accounts */
  gboolean deleted;       /* is about accounts that are deleted */
  gboolean (*check)(const Work *work, const LifecycleRequest *request, GError **error);
  void (*plan)(Planning *planning, Subject *subject);
} actions[] = {
    {"enable", N_("Enable %s"), N_("Enable %u accounts"), FALSE, check_nothing, plan_enable},
    {"disable", N_("Disable %s"), N_("Disable %u accounts"), FALSE, check_nothing, plan_disable},
    {"offboard", N_("Offboard %s"), N_("Offboard %u accounts"), FALSE, check_group, plan_offboard},
    {"remove", N_("Remove %s"), N_("Remove %u accounts"), FALSE, check_nothing, plan_remove},
    {"restore", N_("Restore %s"), N_("Restore %u accounts"), TRUE, check_restore, plan_restore},
    {"purge", N_("Remove %s for good"), N_("Remove %u accounts for good"), TRUE, check_purge,
     plan_purge},
    {"extend", N_("Extend %s"), N_("Extend %u accounts"), FALSE, check_extend, plan_extend},
    {"reset", N_("Reset the password of %s"), N_("Reset the passwords of %u accounts"), FALSE,
     check_mail, plan_reset},
    {"pass", N_("Issue a pass for %s"), N_("Issue passes for %u accounts"), FALSE, check_mail,
     plan_pass},
    {"revoke", N_("End the sessions of %s"), N_("End the sessions of %u accounts"), FALSE,
     check_nothing, plan_revoke},
    {"resend", N_("Send the sign-in details of %s again"),
     N_("Send the sign-in details of %u accounts again"), FALSE, check_mail, plan_resend},
    {"reprocess", N_("Work out the licences of %s anew"),
     N_("Work out the licences of %u accounts anew"), FALSE, check_nothing, plan_reprocess},
    {"set", N_("Change %s"), N_("Change %u accounts"), FALSE, check_set, plan_set},
    {"group add", N_("Add %s to a group"), N_("Add %u accounts to a group"), FALSE, check_group,
     plan_group_add},
    {"group remove", N_("Take %s out of a group"), N_("Take %u accounts out of a group"), FALSE,
     check_group, plan_group_remove},
};

static gsize
find_action(const char *name)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS(actions) && g_strcmp0(actions[i].action, name) != 0)
    i++;
  return i;
}

gboolean
lifecycle_is_action(const char *action)
{
  return find_action(action) < G_N_ELEMENTS(actions);
}

gboolean
lifecycle_is_about_deleted(const char *action)
{
  gsize i = find_action(action);
  return i < G_N_ELEMENTS(actions) && actions[i].deleted;
}

/* --- planning --- */

static const char *
plain_name(const char *name, AccountState state)
{
  if (name == NULL)
    return "";
  return state == STATE_DELETED ? naming_before_deletion(name) : name;
}

static Subject
subject_of(const Snapshot *snapshot, guint row)
{
  Subject subject = {.row = row, .id = snapshot_text(snapshot, row, FIELD_ID)};
  subject.state = snapshot_number(snapshot, row, FIELD_STATE);
  subject.kind = snapshot_number(snapshot, row, FIELD_KIND);
  subject.synced = snapshot_number(snapshot, row, FIELD_SYNCED) > 0;
  subject.user_name = plain_name(snapshot_text(snapshot, row, FIELD_USER), subject.state);
  subject.name = snapshot_text(snapshot, row, FIELD_NAME);
  return subject;
}

/* TRUE if something is to be done about the account. */
static gboolean
plan_row(Planning *planning, gsize action, guint row)
{
  Subject subject = subject_of(planning->snapshot, row);
  guint before = planning->plan->operations->len;
  gboolean deleted = subject.state == STATE_DELETED;
  if (deleted && !actions[action].deleted)
    planning_skip(planning, &subject, _("is deleted: 'usher restore' brings it back"));
  else if (!deleted && actions[action].deleted)
    planning_skip(planning, &subject, _("is not deleted"));
  else
    actions[action].plan(planning, &subject);
  return planning->plan->operations->len > before;
}

static void
say_guests(Planning *planning)
{
  if (planning->guests == 0)
    return;
  g_autofree char *note = g_strdup_printf(
      ngettext("note: %u guest: ending sessions has no effect for guests, disabling is the lever",
               "note: %u guests: ending sessions has no effect for guests, disabling is the lever",
               planning->guests),
      planning->guests);
  plan_add_note(planning->plan, note);
}

static void
say_guard(Planning *planning)
{
  if (guard_note(planning->guard) == NULL)
    return;
  g_autofree char *note = g_strdup_printf(_("note: %s"), guard_note(planning->guard));
  plan_add_note(planning->plan, note);
}

static char *
title_of(const Planning *planning, gsize action, guint n, guint first)
{
  Subject subject = n == 1 ? subject_of(planning->snapshot, first) : (Subject){0};
  const char *format = n == 1 ? _(actions[action].one) : _(actions[action].many);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return n == 1 ? g_strdup_printf(format, subject.user_name) : g_strdup_printf(format, n);
#pragma GCC diagnostic pop
}

gboolean
lifecycle_check(const Work *work, const LifecycleRequest *request, GError **error)
{
  gsize action = find_action(request->action);
  if (action == G_N_ELEMENTS(actions) || actions[action].check == check_group)
    return TRUE;
  return actions[action].check(work, request, error);
}

static gboolean
check_request(const Work *work, const Guard *guard, const LifecycleRequest *request, gsize action,
              GError **error)
{
  if (action == G_N_ELEMENTS(actions)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("“%s” is no action on accounts"),
                request->action);
    return FALSE;
  }
  if (!actions[action].check(work, request, error))
    return FALSE;
  gboolean about_group = g_str_has_prefix(request->action, "group ");
  g_autofree char *because = about_group ? guard_refuses_group(guard, request->group_id) : NULL;
  if (because != NULL)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED, because);
  return because == NULL;
}

Plan *
lifecycle_plan(const Work *work, const Guard *guard, const Snapshot *snapshot, const GArray *rows,
               const LifecycleRequest *request, GError **error)
{
  gsize action = find_action(request->action);
  guint n = rows != NULL ? rows->len : snapshot_count(snapshot);
  if (!check_request(work, guard, request, action, error))
    return NULL;
  Planning planning = {work, guard, snapshot, request, plan_new(NULL), n > 1, 0};
  /* The title counts those that change; when none does, those that were meant. */
  guint changed = 0, first = n == 0 || rows == NULL ? 0 : g_array_index(rows, guint32, 0);
  for (guint i = 0; i < n; i++) {
    guint row = rows != NULL ? g_array_index(rows, guint32, i) : i;
    if (plan_row(&planning, action, row) && changed++ == 0)
      first = row;
  }
  say_guests(&planning);
  say_guard(&planning);
  planning.plan->title = title_of(&planning, action, changed > 0 ? changed : n, first);
  planning.plan->profile = g_strdup(work->profile);
  planning.plan->tenant = g_strdup(work->tenant);
  planning.plan->roster = g_strdup(work->roster->name);
  planning.plan->made_at = request->now;
  return planning.plan;
}
