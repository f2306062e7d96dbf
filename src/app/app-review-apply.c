/* The plan of a review: its decisions, held against the accounts as they are
 * now. Which operations a decision takes is app-change.c's. */
#include "app/app-change.h"
#include "app/app-private.h"
#include "app/app-review.h"
#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

static gboolean
check_ready(const Review *review, const ReviewApply *how, GError **error)
{
  guint counts[REVIEW_DECISION_N];
  review_count(review, counts);
  guint open = counts[REVIEW_UNDECIDED];
  if (review->state != REVIEW_OPEN) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("The review “%s” is %s: it cannot be applied again"), review->name,
                review_state_label(review->state));
    return FALSE;
  }
  if (open == 0 || how->partial)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              ngettext("%u account of the review “%s” is undecided: decide about it, or apply "
                       "with --partial, which leaves it as it is",
                       "%u accounts of the review “%s” are undecided: decide about them, or apply "
                       "with --partial, which leaves them as they are",
                       open),
              open, review->name);
  return FALSE;
}

/* TRUE if the account still exists, in the roster or out of it. */
static gboolean
still_there(App *app, const Snapshot *snapshot, const ReviewItem *item, gboolean *ret_there,
            GCancellable *cancellable, GError **error)
{
  guint row;
  GError *cause = NULL;
  *ret_there = TRUE;
  if (snapshot_find(snapshot, item->evidence.id, &row))
    return TRUE;
  g_autoptr(Account) account = app_account(app, item->evidence.id, cancellable, &cause);
  *ret_there = account != NULL;
  if (account != NULL || g_error_matches(cause, USHER_ERROR, USHER_ERROR_NOT_FOUND)) {
    g_clear_error(&cause);
    return TRUE;
  }
  g_propagate_error(error, cause);
  return FALSE;
}

/* The ids that a decision is about, NULL-terminated; those that are gone become notes. */
static GPtrArray *
ids_of(App *app, const Review *review, ReviewDecision decision, const Snapshot *snapshot,
       Plan *plan, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  for (guint i = 0; i < review->items->len; i++) {
    const ReviewItem *item = review->items->pdata[i];
    gboolean there;
    if (item->decision != decision)
      continue;
    if (!still_there(app, snapshot, item, &there, cancellable, error))
      return NULL;
    if (there) {
      g_ptr_array_add(ids, item->evidence.id);
      continue;
    }
    const char *name = item->evidence.user != NULL ? item->evidence.user : item->evidence.id;
    g_autofree char *note = g_strdup_printf(_("skipped: %s does not exist any more"), name);
    plan_add_note(plan, note);
  }
  g_ptr_array_add(ids, NULL);
  return g_steal_pointer(&ids);
}

/* Appends the operations and notes of another plan. */
static void
append_plan(Plan *plan, const Plan *more)
{
  guint before = plan->operations->len;
  for (guint i = 0; i < more->operations->len; i++) {
    const Operation *from = more->operations->pdata[i];
    Operation *operation = plan_add(plan, from->kind, from->target_id, from->target_name);
    for (guint j = 0; j < from->values->len; j++) {
      const OperationValue *value = from->values->pdata[j];
      operation_add_value(operation, value->name, value->from, value->to);
    }
    operation->depends_on = from->depends_on == 0 ? 0 : from->depends_on + before;
    operation->state = from->state;
    operation->result = g_strdup(from->result);
  }
  for (guint i = 0; i < more->notes->len; i++)
    plan_add_note(plan, more->notes->pdata[i]);
}

/* What app_change_plan() calls a decision, and in which order they are done. */
static const struct {
  ReviewDecision decision;
  const char *action;
} changes[] = {
    {REVIEW_EXTEND, "extend"},
    {REVIEW_DISABLE, "disable"},
    {REVIEW_REMOVE, "remove"},
};

static GHashTable *
change_options(const ReviewApply *how, ReviewDecision decision)
{
  GHashTable *options = g_hash_table_new(g_str_hash, g_str_equal);
  if (how->dry_run)
    g_hash_table_insert(options, (gpointer) "dry-run", (gpointer) "");
  if (decision == REVIEW_EXTEND && how->until != NULL)
    g_hash_table_insert(options, (gpointer) "to", (gpointer)how->until);
  return options;
}

static gboolean
append_changes(App *app, const Review *review, const ReviewApply *how, Plan *plan,
               GCancellable *cancellable, GError **error)
{
  g_autoptr(Snapshot) snapshot = app_refresh(app, 0, NULL, NULL, cancellable, error);
  if (snapshot == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
    ReviewDecision decision = changes[i].decision;
    g_autoptr(GPtrArray) ids = ids_of(app, review, decision, snapshot, plan, cancellable, error);
    if (ids == NULL)
      return FALSE;
    if (ids->len == 1)
      continue;
    g_autoptr(GHashTable) options = change_options(how, decision);
    g_autoptr(Plan) more = app_change_plan(app, changes[i].action, (const char *const *)ids->pdata,
                                           options, cancellable, error);
    if (more == NULL)
      return FALSE;
    append_plan(plan, more);
  }
  return TRUE;
}

/* Its guards, lifetime and group are those of the roster that was reviewed. */
static gboolean
use_its_roster(App *app, const Review *review, GError **error)
{
  const Roster *roster = app_roster(app);
  return review->roster == NULL || (roster != NULL && g_str_equal(roster->name, review->roster)) ||
         app_use_roster(app, review->roster, error);
}

Plan *
app_review_plan(App *app, const Review *review, const ReviewApply *how, GCancellable *cancellable,
                GError **error)
{
  static const ReviewApply usual = {0};
  if (how == NULL)
    how = &usual;
  if (!check_ready(review, how, error) || (!how->dry_run && !app_may_change(app, error)) ||
      !use_its_roster(app, review, error))
    return NULL;
  g_autofree char *title = g_strdup_printf(_("Review “%s”"), review->name);
  g_autofree char *note = review_plan_note(review);
  g_autoptr(Plan) plan = plan_new(title);
  plan_add_note(plan, note);
  if (!append_changes(app, review, how, plan, cancellable, error))
    return NULL;
  plan->reason = g_strdup(how->reason != NULL ? how->reason : review->title);
  plan->roster = g_strdup(review->roster);
  app_sign_plan(app, plan);
  return g_steal_pointer(&plan);
}

/* --- a plan that was made earlier --- */

/* The decision that an operation carries out. */
static ReviewDecision
decision_of(const Operation *operation)
{
  static const struct {
    const char *kind;
    ReviewDecision decision;
  } kinds[] = {
      {"user.set", REVIEW_EXTEND},
      {"user.remove", REVIEW_REMOVE},
      {"user.disable", REVIEW_DISABLE},
      {"sessions.revoke", REVIEW_DISABLE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_str_equal(kinds[i].kind, operation->kind))
      return kinds[i].decision;
  return REVIEW_UNDECIDED;
}

/* The review whose plan it is, with its items; NULL without an error: of none. */
static Review *
review_behind(App *app, const Plan *plan, GError **error)
{
  const char *profile = app_profile(app) == NULL ? NULL : app_profile(app)->name;
  gboolean any = FALSE;
  for (guint i = 0; i < plan->notes->len; i++)
    any = any || g_str_has_prefix(plan->notes->pdata[i], "review ");
  Store *store = any ? app_store(app, error) : NULL;
  g_autoptr(GPtrArray) reviews = store == NULL ? NULL : reviews_list(store, profile, error);
  for (guint i = 0; reviews != NULL && i < reviews->len; i++) {
    const Review *review = ((const ReviewSummary *)reviews->pdata[i])->review;
    g_autofree char *note = review_plan_note(review);
    for (guint j = 0; j < plan->notes->len; j++)
      if (g_str_equal(note, plan->notes->pdata[j]))
        return reviews_load(store, profile, review->name, error);
  }
  return NULL;
}

gboolean
app_review_allows(App *app, const Plan *plan, GError **error)
{
  GError *local = NULL;
  g_autoptr(Review) review = review_behind(app, plan, &local);
  if (local != NULL) {
    g_propagate_error(error, local);
    return FALSE;
  }
  if (review == NULL)
    return TRUE;
  g_autoptr(GHashTable) items = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < review->items->len; i++) {
    ReviewItem *item = review->items->pdata[i];
    g_hash_table_insert(items, item->evidence.id, item);
  }
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    const ReviewItem *item =
        operation->target_id == NULL ? NULL : g_hash_table_lookup(items, operation->target_id);
    ReviewDecision wanted = decision_of(operation);
    if (item != NULL && wanted != REVIEW_UNDECIDED && item->decision == wanted)
      continue;
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("%s: the review “%s” says “%s” now; nothing was sent, make the plan anew"),
                operation->target_name, review->name,
                item == NULL ? review_decision_label(REVIEW_UNDECIDED)
                             : review_decision_label(item->decision));
    return FALSE;
  }
  return TRUE;
}
