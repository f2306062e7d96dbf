/* Keeping reviews: new ones, marks, places, ends. Reading is reviews-read.c's;
 * that nothing is changed afterwards, the schema's triggers'. */
#include "store/reviews.h"

#include "base/error.h"
#include "base/i18n.h"
#include "store/store-private.h"

/* --- a new one --- */

static gboolean
check_name_free(Store *store, const Review *review, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store, "SELECT 1 FROM review WHERE profile = ?1 AND name = ?2", error);
  if (select == NULL)
    return FALSE;
  store_bind_text(select, 1, review->profile);
  store_bind_text(select, 2, review->name);
  int got = store_next(store, select, error);
  store_reset(select);
  if (got > 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("There is a review “%s” already; take another name"), review->name);
  return got == 0;
}

static gboolean
insert_review(Store *store, const Review *review, gint64 *ret_id, GError **error)
{
  sqlite3_stmt *insert = store_statement(
      store,
      "INSERT INTO review (name, title, query, profile, tenant, roster, who, made_at, state)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      error);
  if (insert == NULL)
    return FALSE;
  store_bind_text(insert, 1, review->name);
  store_bind_text(insert, 2, review->title);
  store_bind_text(insert, 3, review->query == NULL ? "" : review->query);
  store_bind_text(insert, 4, review->profile);
  store_bind_text(insert, 5, review->tenant);
  store_bind_text(insert, 6, review->roster);
  store_bind_text(insert, 7, review->who);
  store_bind_int(insert, 8, review->made_at);
  store_bind_text(insert, 9, review_state_name(REVIEW_OPEN));
  if (!store_run(store, insert, error))
    return FALSE;
  *ret_id = sqlite3_last_insert_rowid(store->db);
  return TRUE;
}

static gboolean
insert_item(Store *store, gint64 review_id, const ReviewItem *item, GError **error)
{
  sqlite3_stmt *insert = store_statement(
      store,
      "INSERT INTO review_item (review_id, number, account_id, user, name, company, sponsor, state,"
      " kind, licence, created, expires, sign_in, synced, suggestion, reason, warning, days)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
      error);
  if (insert == NULL)
    return FALSE;
  const ReviewEvidence *evidence = &item->evidence;
  const char *const texts[] = {evidence->id, evidence->user, evidence->name, evidence->company,
                               evidence->sponsor};
  const gint64 numbers[] = {evidence->state,   evidence->kind,    evidence->licence,
                            evidence->created, evidence->expires, evidence->sign_in,
                            evidence->synced};
  store_bind_int(insert, 1, review_id);
  store_bind_int(insert, 2, item->number);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    store_bind_text(insert, 3 + i, texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    store_bind_int(insert, 8 + i, numbers[i]);
  store_bind_text(insert, 15, review_decision_name(item->suggestion.decision));
  store_bind_text(insert, 16, review_reason_name(item->suggestion.reason));
  store_bind_text(insert, 17, review_reason_name(item->suggestion.warning));
  store_bind_int(insert, 18, item->suggestion.days);
  return store_run(store, insert, error);
}

gboolean
reviews_add(Store *store, Review *review, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  gint64 id = 0;
  if (!store_begin_write(store, error))
    return FALSE;
  gboolean ok = check_name_free(store, review, error) && insert_review(store, review, &id, error);
  for (guint i = 0; ok && i < review->items->len; i++)
    ok = insert_item(store, id, review->items->pdata[i], error);
  if (!store_end(store, ok, error))
    return FALSE;
  review->id = id;
  return TRUE;
}

/* --- marks --- */

/* CONFLICT when it is not open; inside a transaction, so that it stays so. */
static gboolean
check_open(Store *store, const Review *review, GError **error)
{
  sqlite3_stmt *select =
      store_statement(store, "SELECT state, closed_by FROM review WHERE id = ?1", error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, review->id);
  int got = store_next(store, select, error);
  ReviewState state = REVIEW_CLOSED;
  if (got > 0)
    review_state_from_name((const char *)sqlite3_column_text(select, 0), &state);
  store_reset(select);
  if (got < 0 || (got > 0 && state == REVIEW_OPEN))
    return got > 0;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
              _("The review “%s” is %s: nothing can be decided in it any more"), review->name,
              review_state_label(state));
  return FALSE;
}

static gboolean
insert_mark(Store *store, gint64 review_id, const ReviewMark *mark, gint64 *ret_id, GError **error)
{
  sqlite3_stmt *insert =
      store_statement(store,
                      "INSERT INTO review_mark (review_id, item, decision, note, who, at)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      error);
  if (insert == NULL)
    return FALSE;
  store_bind_int(insert, 1, review_id);
  store_bind_int(insert, 2, mark->item);
  store_bind_text(insert, 3, mark->decides ? review_decision_name(mark->decision) : NULL);
  store_bind_text(insert, 4, mark->note);
  store_bind_text(insert, 5, mark->who);
  store_bind_int(insert, 6, mark->at);
  if (!store_run(store, insert, error))
    return FALSE;
  *ret_id = sqlite3_last_insert_rowid(store->db);
  return TRUE;
}

gboolean
reviews_mark(Store *store, const Review *review, GPtrArray *marks, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  g_autofree gint64 *ids = g_new0(gint64, marks->len + 1);
  if (!store_begin_write(store, error))
    return FALSE;
  gboolean ok = check_open(store, review, error);
  for (guint i = 0; ok && i < marks->len; i++)
    ok = insert_mark(store, review->id, marks->pdata[i], &ids[i], error);
  if (!store_end(store, ok, error))
    return FALSE;
  for (guint i = 0; i < marks->len; i++)
    ((ReviewMark *)marks->pdata[i])->id = ids[i];
  return TRUE;
}

/* --- places --- */

gboolean
reviews_place(Store *store, const Review *review, const char *who, guint *ret_number,
              GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  sqlite3_stmt *select = store_statement(
      store, "SELECT number FROM review_place WHERE review_id = ?1 AND who = ?2", error);
  if (select == NULL)
    return FALSE;
  store_bind_int(select, 1, review->id);
  store_bind_text(select, 2, who);
  int got = store_next(store, select, error);
  if (got >= 0)
    *ret_number = got > 0 ? (guint)sqlite3_column_int64(select, 0) : 0;
  store_reset(select);
  return got >= 0;
}

gboolean
reviews_set_place(Store *store, const Review *review, const char *who, guint number, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  sqlite3_stmt *insert = store_statement(
      store, "INSERT OR REPLACE INTO review_place (review_id, who, number) VALUES (?1, ?2, ?3)",
      error);
  if (insert == NULL)
    return FALSE;
  store_bind_int(insert, 1, review->id);
  store_bind_text(insert, 2, who);
  store_bind_int(insert, 3, number);
  return store_run(store, insert, error);
}

/* --- the end --- */

gboolean
reviews_close(Store *store, Review *review, const char *who, gint64 at, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
  sqlite3_stmt *update =
      store_statement(store,
                      "UPDATE review SET state = 'closed', closed_by = ?2, closed_at = ?3"
                      " WHERE id = ?1 AND state <> 'closed'",
                      error);
  if (update == NULL)
    return FALSE;
  store_bind_int(update, 1, review->id);
  store_bind_text(update, 2, who);
  store_bind_int(update, 3, at);
  if (!store_run(store, update, error))
    return FALSE;
  if (sqlite3_changes(store->db) == 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT, _("The review “%s” is closed already"),
                review->name);
    return FALSE;
  }
  g_free(review->closed_by);
  review->closed_by = g_strdup(who);
  review->closed_at = at;
  review->state = REVIEW_CLOSED;
  return TRUE;
}
