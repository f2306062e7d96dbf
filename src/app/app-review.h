/* Reviews, as both front ends walk through them: made from live data, decided
 * one account after the other by several people, applied as one plan, and
 * written down as evidence. Nothing is sent before the plan is. */
#pragma once

#include "app/app.h"
#include "model/review.h"
#include "store/reviews.h"

/* A name of 1 to 80 visible characters; USHER_ERROR_USAGE says what is wrong with it. */
gboolean app_review_check_name(const char *name, GError **error);

/* Freezes the accounts of the roster that match `query` (NULL: all), with sign-in, sponsor and
 * licence asked for afresh, and keeps the review. USAGE for a wrong name or query, NOT_FOUND
 * when nothing matches, CONFLICT when the name is taken. `title` may be NULL. */
Review *app_review_new(App *app, const char *name, const char *title, const char *query,
                       GCancellable *cancellable, GError **error);

/* The same of accounts chosen by hand: `ids` is a set of object ids; `query` (NULL: all) narrows it
 * further. NOT_FOUND when none of them is in the roster. */
Review *app_review_new_of(App *app, const char *name, const char *title, const char *query,
                          GHashTable *ids, GCancellable *cancellable, GError **error);

/* The rest but app_review_plan() needs no network, and is quick enough for the screen's thread
 * save for loading and reporting. */

/* Those of the profile, the newest first: GPtrArray of ReviewSummary. */
GPtrArray *app_review_list(App *app, GError **error);
/* By name; NOT_FOUND names those that there are. */
Review *app_review_load(App *app, const char *name, GError **error);
/* Takes in what other reviewers did since; `ret_changed` (may be NULL) counts their marks. */
gboolean app_review_refresh(App *app, Review *review, guint *ret_changed, GError **error);

/* Decides about an item (UNDECIDED takes a decision back), durably, and shows it in `review`.
 * `note` NULL leaves the note as it is, "" takes it away. CONFLICT when the review is no longer
 * open. */
gboolean app_review_decide(App *app, Review *review, ReviewItem *item, ReviewDecision decision,
                           const char *note, GError **error);
/* The same for many (GPtrArray of ReviewItem), in one commit. */
gboolean app_review_decide_all(App *app, Review *review, GPtrArray *items, ReviewDecision decision,
                               const char *note, GError **error);
/* A note alone; the decision stays as it is. */
gboolean app_review_note(App *app, Review *review, ReviewItem *item, const char *note,
                         GError **error);

/* Where this reviewer stood last: the number of an item, 1 to begin with. */
gboolean app_review_place(App *app, const Review *review, guint *ret_number, GError **error);
/* Remembers it; after each step of the walk. */
gboolean app_review_set_place(App *app, const Review *review, guint number, GError **error);

/* What the journal knows of the account, oldest first: GPtrArray of LogLine. */
GPtrArray *app_review_history(App *app, const ReviewItem *item, guint limit, GError **error);

typedef struct {
  gboolean partial;   /* accounts without a decision are left as they are */
  gboolean dry_run;   /* the plan is only looked at: also in read-only mode */
  const char *until;  /* the date for those extended; NULL: by the roster's lifetime */
  const char *reason; /* for the journal; NULL: the review's title */
} ReviewApply;

/* What is to be done about the decisions, as one plan, for app_apply(), which makes the review
 * applied as the plan enters the journal. The network is asked for the accounts as they are now;
 * what is so already, guarded or gone is in the plan's notes. A plan without operations is
 * an answer, too: nothing to change; end it with app_review_close(). CONFLICT when the review is
 * not open; REFUSED when accounts are undecided, unless `partial`. `how` NULL: all FALSE. Switches
 * to the review's roster. */
Plan *app_review_plan(App *app, const Review *review, const ReviewApply *how,
                      GCancellable *cancellable, GError **error);
/* Whether a plan that says it is of a review still does what is decided there: it may come out of a
 * file, or somebody decided otherwise while it was looked at. CONFLICT names the first account;
 * TRUE for a plan of no review. Also asked by app_apply(). */
gboolean app_review_allows(App *app, const Plan *plan, GError **error);
/* Ends the review: nothing can be decided any more. */
gboolean app_review_close(App *app, Review *review, GError **error);

typedef enum {
  REVIEW_REPORT_MARKDOWN,
  REVIEW_REPORT_HTML,
  REVIEW_REPORT_CSV,
  REVIEW_REPORT_JSON,
  REVIEW_REPORT_N
} ReviewReportFormat;
/* By name: "markdown", "html", "csv", "json"; USHER_ERROR_USAGE names them. */
gboolean app_review_format(const char *name, ReviewReportFormat *ret_format, GError **error);
/* The evidence: what was reviewed, who decided what, when and why, what came of it. The caller
 * owns it. */
char *app_review_report(App *app, const Review *review, ReviewReportFormat format, GError **error);
