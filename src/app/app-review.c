/* Reviews for both front ends: made from live data, read, decided. The rules are
 * model/review's, keeping is store/reviews', the plan app-review-apply.c's, the
 * report review-report.c's. */
#include "app/app-review.h"

#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"
#include "model/query.h"
#include "store/journal.h"
#include <string.h>

#define NAME_MAX_LENGTH 80

static gboolean
store_and_profile(App *app, Store **ret_store, const Profile **ret_profile, GError **error)
{
  *ret_profile = app_profile(app);
  if (*ret_profile == NULL && config_profile(app_config(app), NULL, error) == NULL)
    return FALSE;
  *ret_store = app_store(app, error);
  return *ret_store != NULL;
}

/* --- a new one --- */

gboolean
app_review_check_name(const char *name, GError **error)
{
  glong length = g_utf8_validate(name, -1, NULL) ? g_utf8_strlen(name, -1) : 0;
  g_autofree char *squeezed = text_squeeze(name);
  g_autofree char *redacted = log_redact(name);
  /* What the journal would black out could not be found again in it. */
  if (length >= 1 && length <= NAME_MAX_LENGTH && *name != '-' && text_is_visible(name) &&
      g_str_equal(name, squeezed) && g_str_equal(name, redacted))
    return TRUE;
  g_autofree char *visible = text_visible(name);
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("“%s” is no name for a review: 1 to %d visible characters, no blanks at the ends, "
                "no “-” in front, nothing that looks like a secret"),
              visible, NAME_MAX_LENGTH);
  return FALSE;
}

static gboolean
fail_nothing(const char *query, GError **error)
{
  if (*query == '\0')
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                        _("The roster has no accounts: there is nothing to review"));
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("No account matches “%s”: there is nothing to review"), query);
  return FALSE;
}

/* The name must be free before minutes are spent on reading a large directory. */
static gboolean
check_name_free(Store *store, const Profile *profile, const char *name, GError **error)
{
  g_autoptr(GPtrArray) known = reviews_list(store, profile->name, error);
  if (known == NULL)
    return FALSE;
  for (guint i = 0; i < known->len; i++) {
    const ReviewSummary *summary = known->pdata[i];
    if (!g_str_equal(summary->review->name, name))
      continue;
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("There is a review “%s” already; take another name"), name);
    return FALSE;
  }
  return TRUE;
}

static void
sign_review(App *app, Review *review, const char *title, const char *query)
{
  const Profile *profile = app_profile(app);
  review->title = g_strdup(title != NULL && *title != '\0' ? title : review->name);
  review->query = g_strdup(query);
  review->profile = g_strdup(profile->name);
  review->tenant = g_strdup(profile->tenant);
  review->roster = g_strdup(app_roster(app)->name);
  review->who = app_who();
}

/* Takes out of `rows` what is not among the ids. */
static void
keep_chosen(const Snapshot *snapshot, GArray *rows, GHashTable *ids)
{
  guint kept = 0;
  for (guint i = 0; i < rows->len; i++) {
    guint32 row = g_array_index(rows, guint32, i);
    if (g_hash_table_contains(ids, snapshot_text(snapshot, row, FIELD_ID)))
      g_array_index(rows, guint32, kept++) = row;
  }
  g_array_set_size(rows, kept);
}

/* What the report gives as the scope. */
static char *
scope_text(const char *query, GHashTable *ids, guint n)
{
  if (ids == NULL)
    return g_strdup(query);
  g_autofree char *chosen =
      g_strdup_printf(ngettext("%u chosen by hand", "%u chosen by hand", n), n);
  return *query == '\0' ? g_steal_pointer(&chosen) : g_strdup_printf("%s (%s)", query, chosen);
}

Review *
app_review_new_of(App *app, const char *name, const char *title, const char *query, GHashTable *ids,
                  GCancellable *cancellable, GError **error)
{
  Store *store;
  const Profile *profile;
  if (query == NULL)
    query = "";
  g_autoptr(Query) scope = query_read(query, clock_now(), error);
  if (scope == NULL || !app_review_check_name(name, error) ||
      !store_and_profile(app, &store, &profile, error) ||
      !check_name_free(store, profile, name, error))
    return NULL;
  /* Everything, afresh: what is frozen here is the evidence. */
  guint64 fields = (G_GUINT64_CONSTANT(1) << FIELD_N) - 1;
  g_autoptr(Snapshot) snapshot = app_refresh(app, fields, NULL, NULL, cancellable, error);
  if (snapshot == NULL)
    return NULL;
  g_autoptr(GArray) rows = query_run(scope, snapshot, NULL, NULL);
  if (ids != NULL)
    keep_chosen(snapshot, rows, ids);
  if (rows->len == 0) {
    fail_nothing(query, error);
    return NULL;
  }
  g_autoptr(Review) review = review_new(name);
  g_autofree char *text = scope_text(query, ids, rows->len);
  ReviewRules rules = review_rules(app_roster(app)->remove_after);
  sign_review(app, review, title, text);
  review->made_at = snapshot_taken(snapshot);
  review_freeze(review, snapshot, rows, &rules);
  return reviews_add(store, review, error) ? g_steal_pointer(&review) : NULL;
}

Review *
app_review_new(App *app, const char *name, const char *title, const char *query,
               GCancellable *cancellable, GError **error)
{
  return app_review_new_of(app, name, title, query, NULL, cancellable, error);
}

/* --- reading --- */

GPtrArray *
app_review_list(App *app, GError **error)
{
  Store *store;
  const Profile *profile;
  return store_and_profile(app, &store, &profile, error) ? reviews_list(store, profile->name, error)
                                                         : NULL;
}

Review *
app_review_load(App *app, const char *name, GError **error)
{
  Store *store;
  const Profile *profile;
  return store_and_profile(app, &store, &profile, error)
             ? reviews_load(store, profile->name, name, error)
             : NULL;
}

gboolean
app_review_refresh(App *app, Review *review, guint *ret_changed, GError **error)
{
  Store *store = app_store(app, error);
  return store != NULL && reviews_refresh(store, review, ret_changed, error);
}

GPtrArray *
app_review_history(App *app, const ReviewItem *item, guint limit, GError **error)
{
  Store *store = app_store(app, error);
  g_autoptr(GPtrArray) plans = store == NULL ? NULL
                                             : journal_of_target(store, item->evidence.id,
                                                                 item->evidence.user, limit, error);
  if (plans == NULL)
    return NULL;
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func((GDestroyNotify)log_line_free);
  /* The journal gives the newest first. */
  for (guint i = plans->len; i > 0; i--) {
    const Plan *plan = plans->pdata[i - 1];
    for (guint j = 0; j < plan->operations->len; j++)
      g_ptr_array_add(lines, app_log_line(plan, plan->operations->pdata[j]));
  }
  return g_steal_pointer(&lines);
}

/* --- deciding --- */

static ReviewMark *
mark_new(const ReviewItem *item, gboolean decides, ReviewDecision decision, const char *note)
{
  ReviewMark *mark = g_new0(ReviewMark, 1);
  mark->item = item->number;
  mark->decides = decides;
  mark->decision = decision;
  mark->note = g_strdup(note);
  mark->who = app_who();
  mark->at = clock_now();
  return mark;
}

/* Read back instead of taken over: others may have decided in between, and then everybody
 * must see the same order. */
static gboolean
keep_marks(App *app, Review *review, GPtrArray *marks, GError **error)
{
  Store *store = app_store(app, error);
  return store != NULL && reviews_mark(store, review, marks, error) &&
         reviews_refresh(store, review, NULL, error);
}

gboolean
app_review_decide_all(App *app, Review *review, GPtrArray *items, ReviewDecision decision,
                      const char *note, GError **error)
{
  g_autoptr(GPtrArray) marks = g_ptr_array_new_with_free_func((GDestroyNotify)review_mark_free);
  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add(marks, mark_new(items->pdata[i], TRUE, decision, note));
  return keep_marks(app, review, marks, error);
}

gboolean
app_review_decide(App *app, Review *review, ReviewItem *item, ReviewDecision decision,
                  const char *note, GError **error)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new();
  g_ptr_array_add(items, item);
  return app_review_decide_all(app, review, items, decision, note, error);
}

gboolean
app_review_note(App *app, Review *review, ReviewItem *item, const char *note, GError **error)
{
  g_autoptr(GPtrArray) marks = g_ptr_array_new_with_free_func((GDestroyNotify)review_mark_free);
  g_ptr_array_add(marks, mark_new(item, FALSE, REVIEW_UNDECIDED, note));
  return keep_marks(app, review, marks, error);
}

gboolean
app_review_place(App *app, const Review *review, guint *ret_number, GError **error)
{
  Store *store = app_store(app, error);
  g_autofree char *who = app_who();
  guint number;
  if (store == NULL || !reviews_place(store, review, who, &number, error))
    return FALSE;
  *ret_number = CLAMP(number, 1, review->items->len);
  return TRUE;
}

gboolean
app_review_set_place(App *app, const Review *review, guint number, GError **error)
{
  Store *store = app_store(app, error);
  g_autofree char *who = app_who();
  return store != NULL && reviews_set_place(store, review, who, number, error);
}

gboolean
app_review_close(App *app, Review *review, GError **error)
{
  Store *store = app_store(app, error);
  g_autofree char *who = app_who();
  return store != NULL && reviews_close(store, review, who, clock_now(), error);
}
