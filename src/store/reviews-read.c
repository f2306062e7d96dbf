/* Reading reviews: whole, in short, or what is new in one that is loaded. */
#include "base/error.h"
#include "base/i18n.h"
#include "store/reviews.h"
#include "store/store-private.h"

#define REVIEW_COLUMNS                                                                             \
  "id, name, title, query, profile, tenant, roster, who, made_at, state, plan_id, closed_by,"      \
  " closed_at"

static void
read_review(Review *review, sqlite3_stmt *row)
{
  char **const texts[] = {&review->name,   &review->title,  &review->query, &review->profile,
                          &review->tenant, &review->roster, &review->who};
  review->id = sqlite3_column_int64(row, 0);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    store_take_text(texts[i], row, 1 + i);
  review->made_at = sqlite3_column_int64(row, 8);
  if (!review_state_from_name((const char *)sqlite3_column_text(row, 9), &review->state))
    review->state = REVIEW_CLOSED;
  review->plan_id = sqlite3_column_int64(row, 10);
  store_take_text(&review->closed_by, row, 11);
  review->closed_at = sqlite3_column_int64(row, 12);
}

static gint64
column_within(sqlite3_stmt *row, int column, gint64 last)
{
  gint64 number = sqlite3_column_int64(row, column);
  return number < 0 || number > last ? 0 : number;
}

static void
read_item(Review *review, sqlite3_stmt *row)
{
  ReviewItem *item = review_add_item(review);
  ReviewEvidence *evidence = &item->evidence;
  ReviewSuggestion *says = &item->suggestion;
  char **const texts[] = {&evidence->id, &evidence->user, &evidence->name, &evidence->company,
                          &evidence->sponsor};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    store_take_text(texts[i], row, 1 + i);
  evidence->state = column_within(row, 6, STATE_DELETED);
  evidence->kind = column_within(row, 7, KIND_GUEST);
  evidence->licence = column_within(row, 8, LICENCE_ERROR);
  evidence->created = sqlite3_column_int64(row, 9);
  evidence->expires = sqlite3_column_int64(row, 10);
  evidence->sign_in = sqlite3_column_int64(row, 11);
  evidence->synced = sqlite3_column_int64(row, 12) != 0;
  review_decision_from_name((const char *)sqlite3_column_text(row, 13), &says->decision);
  review_reason_from_name((const char *)sqlite3_column_text(row, 14), &says->reason);
  review_reason_from_name((const char *)sqlite3_column_text(row, 15), &says->warning);
  says->days = (guint)sqlite3_column_int64(row, 16);
}

static gboolean
load_items(Store *store, Review *review, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT number, account_id, user, name, company, sponsor, state, kind, licence, created,"
      " expires, sign_in, synced, suggestion, reason, warning, days FROM review_item"
      " WHERE review_id = ?1 ORDER BY number",
      error);
  int got = -1;
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, review->id);
  while ((got = store_next(store, select, error)) > 0)
    read_item(review, select);
  store_reset(select);
  return got == 0;
}

static ReviewMark *
read_mark(sqlite3_stmt *row)
{
  ReviewMark *mark = g_new0(ReviewMark, 1);
  mark->id = sqlite3_column_int64(row, 0);
  mark->item = (guint)sqlite3_column_int64(row, 1);
  mark->decides =
      review_decision_from_name((const char *)sqlite3_column_text(row, 2), &mark->decision);
  mark->note = store_column_text(row, 3);
  mark->who = store_column_text(row, 4);
  mark->at = sqlite3_column_int64(row, 5);
  return mark;
}

static gboolean
load_marks(Store *store, Review *review, guint *ret_count, GError **error)
{
  sqlite3_stmt *select = store_statement(store,
                                         "SELECT id, item, decision, note, who, at FROM review_mark"
                                         " WHERE review_id = ?1 AND id > ?2 ORDER BY id",
                                         error);
  int got = -1;
  guint count = 0;
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, review->id);
  store_bind_int(select, 2, review->last_mark);
  while ((got = store_next(store, select, error)) > 0) {
    review_take_mark(review, read_mark(select));
    count++;
  }
  store_reset(select);
  if (got == 0)
    *ret_count = count;
  return got == 0;
}

/* --- whole --- */

/* "Q3, Q4", or NULL; at most the newest twenty. */
static char *
known_names(Store *store, const char *profile)
{
  sqlite3_stmt *select = store_statement(
      store, "SELECT name FROM review WHERE profile = ?1 ORDER BY id DESC LIMIT 20", NULL);
  g_autoptr(GString) names = g_string_new(NULL);
  if (select == NULL)
    return NULL;
  store_bind_text(select, 1, profile);
  while (store_next(store, select, NULL) > 0)
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
                           (const char *)sqlite3_column_text(select, 0));
  store_reset(select);
  return names->len == 0 ? NULL : g_string_free(g_steal_pointer(&names), FALSE);
}

static gboolean
fail_not_found(Store *store, const char *profile, const char *name, GError **error)
{
  g_autofree char *known = known_names(store, profile);
  if (known == NULL)
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("There is no review “%s”; 'usher review new' makes one"), name);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("There is no review “%s”; there are: %s"), name, known);
  return FALSE;
}

static gboolean
load_head(Store *store, Review *review, const char *profile, const char *name, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store, "SELECT " REVIEW_COLUMNS " FROM review WHERE profile = ?1 AND name = ?2", error);
  if (select == NULL)
    return FALSE;
  store_bind_text(select, 1, profile);
  store_bind_text(select, 2, name);
  int got = store_next(store, select, error);
  if (got > 0)
    read_review(review, select);
  store_reset(select);
  return got == 0 ? fail_not_found(store, profile, name, error) : got > 0;
}

Review *
reviews_load(Store *store, const char *profile, const char *name, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  g_autoptr(Review) review = review_new(name);
  guint count;
  if (!store_begin_read(store, error))
    return NULL;
  gboolean ok = load_head(store, review, profile, name, error) &&
                load_items(store, review, error) && load_marks(store, review, &count, error);
  return store_end(store, ok, error) ? g_steal_pointer(&review) : NULL;
}

gboolean
reviews_refresh(Store *store, Review *review, guint *ret_changed, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  g_autofree char *profile = g_strdup(review->profile), *name = g_strdup(review->name);
  guint count = 0;
  if (!store_begin_read(store, error))
    return FALSE;
  gboolean ok =
      load_head(store, review, profile, name, error) && load_marks(store, review, &count, error);
  if (!store_end(store, ok, error))
    return FALSE;
  if (ret_changed != NULL)
    *ret_changed = count;
  return TRUE;
}

/* --- in short --- */

void
review_summary_free(ReviewSummary *summary)
{
  if (summary == NULL)
    return;
  review_free(summary->review);
  g_free(summary);
}

static gboolean
count_total(Store *store, ReviewSummary *summary, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store, "SELECT count(*) FROM review_item WHERE review_id = ?1", error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, summary->review->id);
  int got = store_next(store, select, error);
  if (got > 0)
    summary->total = (guint)sqlite3_column_int64(select, 0);
  store_reset(select);
  return got >= 0;
}

/* The last decision of each item; those without one are undecided. */
static gboolean
count_decisions(Store *store, ReviewSummary *summary, GError **error)
{
  sqlite3_stmt *select = store_statement(
      store,
      "SELECT decision, count(*) FROM review_mark WHERE id IN (SELECT max(id) FROM review_mark"
      " WHERE review_id = ?1 AND decision IS NOT NULL GROUP BY item) GROUP BY decision",
      error);
  guint decided = 0;
  int got = -1;
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, summary->review->id);
  while ((got = store_next(store, select, error)) > 0) {
    ReviewDecision decision;
    guint count = (guint)sqlite3_column_int64(select, 1);
    if (!review_decision_from_name((const char *)sqlite3_column_text(select, 0), &decision) ||
        decision == REVIEW_UNDECIDED)
      continue;
    summary->counts[decision] = count;
    decided += count;
  }
  store_reset(select);
  summary->counts[REVIEW_UNDECIDED] = summary->total - MIN(decided, summary->total);
  return got == 0;
}

static gboolean
list_heads(Store *store, const char *profile, GPtrArray *summaries, GError **error)
{
  sqlite3_stmt *select = store_statement(store,
                                         "SELECT " REVIEW_COLUMNS " FROM review"
                                         " WHERE ?1 IS NULL OR profile = ?1 ORDER BY id DESC",
                                         error);
  int got = -1;
  if (select == NULL)
    return FALSE;
  store_bind_text(select, 1, profile);
  while ((got = store_next(store, select, error)) > 0) {
    ReviewSummary *summary = g_new0(ReviewSummary, 1);
    summary->review = review_new(NULL);
    read_review(summary->review, select);
    g_ptr_array_add(summaries, summary);
  }
  store_reset(select);
  return got == 0;
}

GPtrArray *
reviews_list(Store *store, const char *profile, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  g_autoptr(GPtrArray) summaries =
      g_ptr_array_new_with_free_func((GDestroyNotify)review_summary_free);
  if (!store_begin_read(store, error))
    return NULL;
  gboolean ok = list_heads(store, profile, summaries, error);
  for (guint i = 0; ok && i < summaries->len; i++)
    ok = count_total(store, summaries->pdata[i], error) &&
         count_decisions(store, summaries->pdata[i], error);
  return store_end(store, ok, error) ? g_steal_pointer(&summaries) : NULL;
}
