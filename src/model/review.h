/* A review: a set of accounts frozen with what was known of them, and what
 * people decided about each, with a suggestion and its reason. Plain values
 * and rules; reading, keeping and applying them is for others. */
#pragma once

#include "model/snapshot.h"

typedef enum {
  REVIEW_UNDECIDED,
  REVIEW_KEEP,
  REVIEW_DISABLE,
  REVIEW_REMOVE,
  REVIEW_EXTEND,
  REVIEW_SKIP, /* looked at, left to somebody else */
  REVIEW_DECISION_N
} ReviewDecision;

/* "keep", "disable" … stable names for commands, files and JSON. */
const char *review_decision_name(ReviewDecision decision);
/* The decision of such a name; FALSE if there is none. */
gboolean review_decision_from_name(const char *name, ReviewDecision *ret_decision);
/* Translated, for people. */
const char *review_decision_label(ReviewDecision decision);

typedef enum { REVIEW_OPEN, REVIEW_APPLIED, REVIEW_CLOSED, REVIEW_STATE_N } ReviewState;
/* "open", "applied", "closed": stable names. */
const char *review_state_name(ReviewState state);
/* The state of such a name; FALSE if there is none. */
gboolean review_state_from_name(const char *name, ReviewState *ret_state);
/* Translated, for people. */
const char *review_state_label(ReviewState state);

/* What the last sign-in tells. The last three are three different things: known to be none,
 * not known, and not to be had in this tenant. */
typedef enum {
  REVIEW_SIGN_ACTIVE,
  REVIEW_SIGN_INACTIVE,
  REVIEW_SIGN_NEVER,
  REVIEW_SIGN_UNKNOWN,
  REVIEW_SIGN_UNLICENSED,
  REVIEW_SIGN_N
} ReviewSign;
/* "active", "inactive", "never", "unknown", "unlicensed": stable names. */
const char *review_sign_name(ReviewSign sign);
/* Translated, for people: "never signed in". */
const char *review_sign_label(ReviewSign sign);

/* An account as it was when the review was made. */
typedef struct {
  char *id, *user, *name, *company, *sponsor; /* NULL: not set */
  AccountState state;
  AccountKind kind;
  LicenceState licence;
  gint64 created, expires, sign_in; /* moments or MOMENT_ constants */
  gboolean synced;                  /* from on-premises */
} ReviewEvidence;

/* Spans in seconds after which the rules speak. */
typedef struct {
  gint64 inactive_after; /* no sign-in for longer: disable */
  gint64 never_after;    /* never signed in, and created longer ago: disable */
  gint64 ending_within;  /* ends within, and in use: extend */
  gint64 remove_after;   /* ended and disabled for longer: remove; -1: never */
} ReviewRules;
/* 90, 30 and 30 days; `remove_after` is the roster's. */
ReviewRules review_rules(gint64 remove_after);

/* What a moment of FIELD_SIGN_IN tells at `now`. */
ReviewSign review_sign(gint64 sign_in, const ReviewRules *rules, gint64 now);

typedef enum {
  REVIEW_REASON_NONE,
  REVIEW_REASON_IN_USE,
  REVIEW_REASON_INACTIVE,
  REVIEW_REASON_NEVER,
  REVIEW_REASON_ENDED,
  REVIEW_REASON_ENDED_LONG_AGO,
  REVIEW_REASON_DISABLED,
  REVIEW_REASON_NOT_KNOWN,
  REVIEW_REASON_NO_SPONSOR,
  REVIEW_REASON_ENDING,
  REVIEW_REASON_NEW,
  REVIEW_REASON_N
} ReviewReason;
/* "inactive", "never" …: stable names. */
const char *review_reason_name(ReviewReason reason);
/* The reason of such a name; FALSE if there is none. */
gboolean review_reason_from_name(const char *name, ReviewReason *ret_reason);

typedef struct {
  ReviewDecision decision;
  ReviewReason reason;
  ReviewReason warning; /* what to mind beside it (no sponsor), or NONE */
  guint days;           /* the rule's span in days, where it has one */
} ReviewSuggestion;

/* What the rules say of an account at `now`. A sign-in that is not known never leads to
 * removal. */
ReviewSuggestion review_suggest(const ReviewEvidence *evidence, const ReviewRules *rules,
                                gint64 now);
/* Translated reason, with the warning behind it: "no sign-in for over 90 days; no sponsor". The
 * caller owns it. */
char *review_suggestion_text(const ReviewSuggestion *suggestion);

/* One thing that somebody did to an account of a review. */
typedef struct {
  gint64 id; /* in the order in which they were made, in the whole store; 0: not kept yet */
  guint item;
  gboolean decides; /* else a note alone */
  ReviewDecision decision;
  char *note; /* NULL: the note stays, unless a decision becomes another one */
  char *who;
  gint64 at;
} ReviewMark;
void review_mark_free(ReviewMark *mark);

typedef struct {
  guint number; /* from 1, the place in the walk */
  ReviewEvidence evidence;
  ReviewSuggestion suggestion;
  ReviewDecision decision; /* this and the rest: what the marks come to, the last one wins */
  char *note, *who;        /* NULL: none yet */
  gint64 decided_at;
  GPtrArray *marks; /* ReviewMark, oldest first */
} ReviewItem;

typedef struct {
  gint64 id; /* 0 until kept */
  char *name, *title, *query, *profile, *tenant, *roster, *who;
  gint64 made_at;
  ReviewState state;
  gint64 plan_id; /* of the journal, once applied; 0: none */
  char *closed_by;
  gint64 closed_at;
  gint64 last_mark; /* id of the newest mark in it */
  GPtrArray *items; /* ReviewItem, by number */
} Review;

Review *review_new(const char *name);
void review_free(Review *review);

/* Freezes the rows (guint32) of a snapshot as the items of a new review, in their order, with
 * the suggestion of the moment of the snapshot. */
void review_freeze(Review *review, const Snapshot *snapshot, const GArray *rows,
                   const ReviewRules *rules);
/* Appends an empty item and lends it. */
ReviewItem *review_add_item(Review *review);

/* The evidence as accounts again, at the moment of the review, for queries. The rows are in order
 * of name. The caller owns it. */
Snapshot *review_snapshot(const Review *review);

/* By number; NULL if there is none. Lent. */
ReviewItem *review_item(const Review *review, guint number);
/* By object id or user name, else by display name, any case; NULL if there is none, or more than
 * one of that name (then `ret_ambiguous`, which may be NULL, is TRUE). Lent. */
ReviewItem *review_find(const Review *review, const char *account, gboolean *ret_ambiguous);
/* The next undecided item after `number` (0: from the start), going round once; NULL when all
 * are decided. Lent. */
ReviewItem *review_next_undecided(const Review *review, guint number);
/* Takes a mark (and its memory) into the item that it is about. */
void review_take_mark(Review *review, ReviewMark *mark);
/* Counts by decision. */
void review_count(const Review *review, guint ret_counts[REVIEW_DECISION_N]);

/* The note of a plan that says which review it is of: "review 3: Q4 specialists". The caller
 * owns it. */
char *review_plan_note(const Review *review);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Review, review_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReviewMark, review_mark_free)
