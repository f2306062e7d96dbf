/* What the writers of a review's report share: the facts gathered, and the
 * document made of them. */
#pragma once

#include "app/actions.h"
#include "app/app-review.h"

/* What came of an account: its operations in the review's plan. */
typedef struct {
  const char *state; /* "none", "not-applied", "unchanged", "done", "failed", "unknown", "open" */
  char *what;        /* for people: "disable: done" */
  char *request_ids; /* '\n'-separated; NULL: none */
  char *error;       /* of the first that failed; NULL: none */
} ReviewResult;

typedef struct {
  const Review *review;
  Plan *plan; /* NULL: not applied */
  gint64 journal_number;
  char *journal_hash;
  char *who; /* made the report */
  gint64 now;
  GHashTable *results; /* object id → ReviewResult; those without operations are not in it */
} ReviewReport;

/* Reads the plan and its results from the journal; NULL with USHER_ERROR_STORE. */
ReviewReport *review_report_new(App *app, const Review *review, GError **error);
/* The same over a plan that was read already (NULL: none), which it takes; the rest of its members
 * is the caller's to fill. */
ReviewReport *review_report_over(const Review *review, Plan *plan);
void review_report_free(ReviewReport *report);
/* Of an item, also when nothing was to be done; the members are lent. */
ReviewResult review_report_result(const ReviewReport *report, const ReviewItem *item);
/* Translated, for people. */
const char *review_result_label(const ReviewResult *result);

/* One row an account, for csv and json. */
extern const RecordColumn review_columns[];
/* All of them, or (`only` not NULL) those with one decision. The caller owns them. */
Records *review_report_records(const ReviewReport *report, const ReviewDecision *only);

/* A table with a heading; a document is a GPtrArray of them. */
typedef struct {
  char *heading; /* NULL: none */
  char *text;    /* before the table; NULL: none */
  const char *
      *titles;     /* of columns, translated when shown, NULL-terminated; NULL: names and values */
  GPtrArray *rows; /* char **, as many as titles, or two */
} ReportSection;

/* The writers; the caller owns the text. */
char *review_report_markdown(const ReviewReport *report);
/* See review_report_markdown(); one file without anything from elsewhere. */
char *review_report_html(const ReviewReport *report);
/* See review_report_markdown(); formulas are made harmless. */
char *review_report_csv(const ReviewReport *report);
/* See review_report_markdown(). */
char *review_report_json(const ReviewReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReviewReport, review_report_free)
