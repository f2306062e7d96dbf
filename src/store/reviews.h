/* The reviews in the store: frozen sets, every decision as a row of its own,
 * and where each reviewer stands. What was frozen or decided is never changed
 * or deleted; a later decision wins. Durable when a function returns TRUE. */
#pragma once

#include "model/review.h"
#include "store/store.h"

/* Keeps a new review with its items and sets its id. USHER_ERROR_CONFLICT when the profile
 * has one of that name. */
gboolean reviews_add(Store *store, Review *review, GError **error);

/* A review in short. */
typedef struct {
  Review *review; /* without items */
  guint total;
  guint counts[REVIEW_DECISION_N];
} ReviewSummary;
/* Frees one. */
void review_summary_free(ReviewSummary *summary);
/* The newest first: GPtrArray of ReviewSummary. `profile` NULL: all profiles. */
GPtrArray *reviews_list(Store *store, const char *profile, GError **error);

/* One review with its items and marks; NOT_FOUND. */
Review *reviews_load(Store *store, const char *profile, const char *name, GError **error);
/* Takes in what others did to it since it was loaded: marks, state, plan. `ret_changed` (may be
 * NULL) counts the marks. */
gboolean reviews_refresh(Store *store, Review *review, guint *ret_changed, GError **error);

/* Keeps marks (ReviewMark) in one commit and sets their ids. USHER_ERROR_CONFLICT when the review
 * is no longer open. */
gboolean reviews_mark(Store *store, const Review *review, GPtrArray *marks, GError **error);

/* Where a reviewer stood last: a number of an item, 0 if never there. */
gboolean reviews_place(Store *store, const Review *review, const char *who, guint *ret_number,
                       GError **error);
/* Remembers it. */
gboolean reviews_set_place(Store *store, const Review *review, const char *who, guint number,
                           GError **error);

/* A review becomes applied, and gets its plan, in the commit in which journal_begin() writes a
 * plan of its profile with review_plan_note() among its notes. A second such plan is refused with
 * USHER_ERROR_CONFLICT. */

/* Ends a review, applied or not. CONFLICT when it is closed already. */
gboolean reviews_close(Store *store, Review *review, const char *who, gint64 at, GError **error);
