/* Applying plans and resuming them. The engine is work/; here it only gets what
 * it needs, and its outcome is told in terms of the front ends. */
#include "app/app-change.h"
#include "app/app-private.h"
#include "app/app-review.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "store/cache.h"
#include "store/journal.h"
#include "work/create.h"
#include <inttypes.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

G_STATIC_ASSERT((int)APP_RESUME_OPEN == (int)APPLY_OPEN);
G_STATIC_ASSERT((int)APP_RESUME_RETRY_FAILED == (int)APPLY_RETRY_FAILED);
G_STATIC_ASSERT((int)APP_RESUME_MAIL_AGAIN == (int)APPLY_MAIL_AGAIN);
G_STATIC_ASSERT((int)APP_RESUME_MAIL_ARRIVED == (int)APPLY_MAIL_ARRIVED);

char *
app_language(void)
{
  const char *first = g_get_language_names()[0];
  if (first == NULL || strlen(first) < 2 || g_str_equal(first, "C") ||
      g_str_has_prefix(first, "C."))
    return g_strdup("en");
  return g_strndup(first, strcspn(first, "_.@"));
}

static gboolean
make_sender(App *app, const Roster *roster, AppWork *work, GCancellable *cancellable,
            GError **error)
{
  const Config *config = app_config(app);
  g_autoptr(Secret) password = NULL;
  if (roster == NULL || roster->mail_via == MAIL_VIA_GRAPH) {
    work->mail = mail_sender_new_graph(work->work.graph);
    return TRUE;
  }
  if (config->smtp_url == NULL)
    return TRUE; /* the mail step says what to configure */
  if (config->smtp_user != NULL) {
    password = credentials_load(app_credentials(app), "smtp-password", cancellable, error);
    if (password == NULL)
      return FALSE;
  }
  work->mail = mail_sender_new_smtp(config->smtp_url, config->smtp_user, password,
                                    app_profile(app)->ca_bundle);
  return TRUE;
}

gboolean
app_work_fill(App *app, const Roster *roster, AppWork *ret_work, GCancellable *cancellable,
              GError **error)
{
  g_autofree char *dir = file_config_dir();
  AppWork work = {0};
  work.work.graph = app_graph(app, error);
  if (work.work.graph == NULL)
    return FALSE;
  work.work.store = app_store(app, error);
  if (work.work.store == NULL || !make_sender(app, roster, &work, cancellable, error))
    return FALSE;
  work.templates_dir = g_build_filename(dir, "templates", NULL);
  work.language = app_language();
  work.work.mail = work.mail;
  work.work.roster = roster;
  work.work.profile = app_profile(app)->name;
  work.work.tenant = app_profile(app)->tenant;
  work.work.templates_dir = work.templates_dir;
  work.work.language = work.language;
  work.work.sign_in_url = app_profile(app)->sign_in_url;
  work.work.guard_accounts = (const char *const *)app_config(app)->guard_accounts;
  work.work.guard_groups = (const char *const *)app_config(app)->guard_groups;
  work.work.guard_roles = (const char *const *)app_config(app)->guard_roles;
  *ret_work = work;
  return TRUE;
}

void
app_work_clear(AppWork *work)
{
  g_clear_pointer(&work->mail, mail_sender_free);
  g_clear_pointer(&work->templates_dir, g_free);
  g_clear_pointer(&work->language, g_free);
}

/* Not by GLib, which warns of an account without a name and makes one up. */
char *
app_who(void)
{
  char space[4096];
  struct passwd entry, *found = NULL;
  if (getpwuid_r(geteuid(), &entry, space, sizeof space, &found) == 0 && found != NULL)
    return g_strdup_printf("%s@%s", found->pw_name, g_get_host_name());
  return g_strdup_printf("%u@%s", (guint)geteuid(), g_get_host_name());
}

void
app_sign_plan(App *app, Plan *plan)
{
  const Profile *profile = app_profile(app);
  g_free(plan->who);
  plan->who = app_who();
  /* Of a plan that rests on what was read before, this was set before reading. */
  if (plan->made_at == 0)
    plan->made_at = clock_now();
  if (plan->profile == NULL && profile != NULL)
    plan->profile = g_strdup(profile->name);
  if (plan->tenant == NULL && profile != NULL)
    plan->tenant = g_strdup(profile->tenant);
}

/* --- applying --- */

void
app_shown_free(gpointer data)
{
  AppShown *shown = data;
  g_free(shown->target);
  secret_free_string(shown->secret);
  g_free(shown);
}

void
app_outcome_clear(AppOutcome *outcome)
{
  if (outcome->shown_once != NULL)
    secret_free_string(outcome->shown_once);
  outcome->shown_once = NULL;
  g_clear_pointer(&outcome->shown, g_ptr_array_unref);
}

/* Into one string that is wiped as a whole, without copies that nobody wipes. */
static char *
join_shown(const GPtrArray *shown)
{
  gsize size = 1;
  for (guint i = 0; i < shown->len; i++) {
    const AppShown *one = shown->pdata[i];
    size += strlen(one->target) + strlen(one->secret) + 3;
  }
  char *text = g_malloc0(size);
  for (guint i = 0; i < shown->len; i++) {
    const AppShown *one = shown->pdata[i];
    if (shown->len > 1) {
      g_strlcat(text, i > 0 ? "\n" : "", size);
      g_strlcat(text, one->target, size);
      g_strlcat(text, "  ", size);
    }
    g_strlcat(text, one->secret, size);
  }
  return text;
}

static void
take_outcome(const ApplyOutcome *from, AppOutcome *outcome)
{
  if (outcome == NULL || from->shown == NULL || from->shown->len == 0)
    return;
  app_outcome_clear(outcome);
  outcome->shown = g_ptr_array_new_with_free_func(app_shown_free);
  for (guint i = 0; i < from->shown->len; i++) {
    const ApplyShown *one = from->shown->pdata[i];
    AppShown *shown = g_new0(AppShown, 1);
    shown->target = g_strdup(one->target_name == NULL ? "" : one->target_name);
    shown->secret = g_strdup(secret_peek(one->secret));
    g_ptr_array_add(outcome->shown, shown);
  }
  outcome->shown_once = join_shown(outcome->shown);
}

/* The roster that a plan was made for; the one in use when the plan names none. */
static const Roster *
roster_of(App *app, const Plan *plan, GError **error)
{
  if (plan->roster == NULL || app_profile(app) == NULL)
    return app_roster(app);
  return config_roster(app_profile(app), plan->roster, error);
}

/* Nothing took effect, and whatever was tried was refused. */
static gboolean
is_all_refused(const Plan *plan)
{
  guint refused = 0;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (operation->state == OPERATION_SKIPPED)
      continue;
    if (operation->state != OPERATION_FAILED ||
        (operation->http_status != 403 && g_strcmp0(operation->error_code, "refused") != 0))
      return FALSE;
    refused++;
  }
  return refused > 0;
}

/* Takes `failure`. "Some of it failed" would be said of a plan of which all was refused. */
static void
propagate_outcome(const Plan *plan, GError *failure, GError **error)
{
  if (plan != NULL && g_error_matches(failure, USHER_ERROR, USHER_ERROR_FAILED) &&
      is_all_refused(plan))
    failure->code = USHER_ERROR_REFUSED;
  g_propagate_error(error, failure);
}

gboolean
app_apply(App *app, Plan *plan, AppProgress progress, gpointer data, AppOutcome *outcome,
          GCancellable *cancellable, GError **error)
{
  g_auto(AppWork) work = {0};
  ApplyOutcome result = {0};
  GError *local = NULL;
  const Roster *roster = roster_of(app, plan, &local);
  if (local != NULL) {
    g_propagate_error(error, local);
    return FALSE;
  }
  if (!app_may_change(app, error) || !app_plan_is_released_by_all(app, plan, cancellable, error) ||
      !app_plan_is_permitted(app, plan, cancellable, error) ||
      !app_review_allows(app, plan, error) ||
      !app_work_fill(app, roster, &work, cancellable, error) ||
      !create_look_again(&work.work, plan, clock_now(), cancellable, error))
    return FALSE;
  cache_outdate(app_profile(app)->tenant); /* and again: somebody may read it meanwhile */
  gboolean done = apply_plan(&work.work, plan, progress, data, &result, cancellable, &local);
  cache_outdate(app_profile(app)->tenant);
  take_outcome(&result, outcome);
  apply_outcome_clear(&result);
  if (!done)
    propagate_outcome(plan, local, error);
  return done;
}

gboolean
app_resume(App *app, gint64 plan_id, AppResume how, AppProgress progress, gpointer data,
           AppOutcome *outcome, Plan **ret_plan, GCancellable *cancellable, GError **error)
{
  g_auto(AppWork) work = {0};
  ApplyOutcome result = {0};
  GError *local = NULL;
  Store *store = app_store(app, error);
  if (store == NULL || !app_may_change(app, error))
    return FALSE;
  g_autoptr(Plan) plan = journal_load(store, plan_id, error);
  if (plan == NULL)
    return FALSE;
  const Roster *roster = roster_of(app, plan, &local);
  if (local != NULL) {
    g_propagate_error(error, local);
    return FALSE;
  }
  if (app_profile(app) != NULL && plan->profile != NULL &&
      !g_str_equal(plan->profile, app_profile(app)->name)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("Plan %" PRId64 " belongs to the profile “%s”; use --profile %s"), plan_id,
                plan->profile, plan->profile);
    return FALSE;
  }
  if (!app_plan_is_permitted(app, plan, cancellable, error) ||
      !app_work_fill(app, roster, &work, cancellable, error))
    return FALSE;
  g_autoptr(Plan) after = NULL;
  cache_outdate(app_profile(app)->tenant);
  gboolean done = apply_resume(&work.work, plan_id, (ApplyHow)how, progress, data, &result, &after,
                               cancellable, &local);
  cache_outdate(app_profile(app)->tenant);
  take_outcome(&result, outcome);
  apply_outcome_clear(&result);
  if (!done)
    propagate_outcome(after, local, error);
  if (ret_plan != NULL)
    *ret_plan = g_steal_pointer(&after);
  return done;
}

Plan *
app_resume_preview(const GPtrArray *plans, AppResume how)
{
  const Plan *first = plans->pdata[0];
  Plan *preview = plan_new(first->title);
  for (guint i = 0; i < plans->len; i++)
    apply_add_preview(preview, plans->pdata[i], (ApplyHow)how);
  preview->profile = g_strdup(first->profile);
  preview->tenant = g_strdup(first->tenant);
  preview->roster = g_strdup(first->roster);
  if (plans->len > 1) {
    g_free(preview->title);
    preview->title = g_strdup_printf(
        ngettext("Finish %u unfinished plan", "Finish %u unfinished plans", plans->len),
        plans->len);
    preview->who = app_who();
    preview->made_at = clock_now();
    return preview;
  }
  preview->id = first->id;
  preview->who = g_strdup(first->who);
  preview->made_at = first->made_at;
  preview->reason = g_strdup(first->reason);
  return preview;
}

Plan *
app_rollback_plan(App *app, GPtrArray *plans, GError **error)
{
  g_autoptr(Plan) rollback = plan_new(NULL);
  guint removed = 0;
  if (!app_may_change(app, error))
    return NULL;
  for (guint i = 0; i < plans->len; i++) {
    const Plan *plan = plans->pdata[i];
    removed += apply_add_rollback(rollback, plan) ? 1 : 0;
    if (rollback->roster == NULL)
      rollback->roster = g_strdup(plan->roster);
  }
  g_free(rollback->title);
  rollback->title = removed == 0
                        ? g_strdup(_("Close unfinished plans that made nothing"))
                        : g_strdup_printf(ngettext("Roll back %u account left half made",
                                                   "Roll back %u accounts left half made", removed),
                                          removed);
  app_sign_plan(app, rollback);
  return g_steal_pointer(&rollback);
}
