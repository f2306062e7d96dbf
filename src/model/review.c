/* Reviews as plain values: freezing accounts, the rules that suggest, what many
 * people's marks come to. Nothing here reads, keeps or changes anything
 * outside. */
#include "model/review.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include <string.h>

/* --- names --- */

typedef struct {
  const char *name, *label;
} Word;

static const Word decisions[REVIEW_DECISION_N] = {
    [REVIEW_UNDECIDED] = {"undecided", N_("undecided")}, [REVIEW_KEEP] = {"keep", N_("keep")},
    [REVIEW_DISABLE] = {"disable", N_("disable")},       [REVIEW_REMOVE] = {"remove", N_("remove")},
    [REVIEW_EXTEND] = {"extend", N_("extend")},          [REVIEW_SKIP] = {"skip", N_("skip")},
};

static const Word states[REVIEW_STATE_N] = {
    [REVIEW_OPEN] = {"open", N_("open")},
    [REVIEW_APPLIED] = {"applied", N_("applied")},
    [REVIEW_CLOSED] = {"closed", N_("closed")},
};

static const Word signs[REVIEW_SIGN_N] = {
    [REVIEW_SIGN_ACTIVE] = {"active", N_("in use")},
    [REVIEW_SIGN_INACTIVE] = {"inactive", N_("inactive")},
    [REVIEW_SIGN_NEVER] = {"never", N_("never signed in")},
    [REVIEW_SIGN_UNKNOWN] = {"unknown", N_("not known")},
    [REVIEW_SIGN_UNLICENSED] = {"unlicensed", N_("not licensed to know")},
};

/* A label with a number is one of ngettext's, told apart by suggestion_reason(). */
static const Word reasons[REVIEW_REASON_N] = {
    [REVIEW_REASON_NONE] = {"none", N_("none")},
    [REVIEW_REASON_IN_USE] = {"in-use", N_("in use")},
    [REVIEW_REASON_INACTIVE] = {"inactive", NULL},
    [REVIEW_REASON_NEVER] = {"never", NULL},
    [REVIEW_REASON_ENDED] = {"ended", N_("past its end date")},
    [REVIEW_REASON_ENDED_LONG_AGO] = {"ended-long-ago", NULL},
    [REVIEW_REASON_DISABLED] = {"disabled", N_("already disabled")},
    [REVIEW_REASON_NOT_KNOWN] = {"not-known", N_("the last sign-in is not known")},
    [REVIEW_REASON_NO_SPONSOR] = {"no-sponsor", N_("no sponsor")},
    [REVIEW_REASON_ENDING] = {"ending", NULL},
    [REVIEW_REASON_NEW] = {"new", N_("new, not signed in yet")},
};

static gboolean
word_from_name(const Word *words, guint n, const char *name, guint *ret_number)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0(words[i].name, name) == 0) {
      *ret_number = i;
      return TRUE;
    }
  return FALSE;
}

const char *
review_decision_name(ReviewDecision decision)
{
  g_return_val_if_fail((guint)decision < REVIEW_DECISION_N, NULL);
  return decisions[decision].name;
}

gboolean
review_decision_from_name(const char *name, ReviewDecision *ret_decision)
{
  return word_from_name(decisions, REVIEW_DECISION_N, name, (guint *)ret_decision);
}

const char *
review_decision_label(ReviewDecision decision)
{
  g_return_val_if_fail((guint)decision < REVIEW_DECISION_N, NULL);
  return _(decisions[decision].label);
}

const char *
review_state_name(ReviewState state)
{
  g_return_val_if_fail((guint)state < REVIEW_STATE_N, NULL);
  return states[state].name;
}

gboolean
review_state_from_name(const char *name, ReviewState *ret_state)
{
  return word_from_name(states, REVIEW_STATE_N, name, (guint *)ret_state);
}

const char *
review_state_label(ReviewState state)
{
  g_return_val_if_fail((guint)state < REVIEW_STATE_N, NULL);
  return _(states[state].label);
}

const char *
review_sign_name(ReviewSign sign)
{
  g_return_val_if_fail((guint)sign < REVIEW_SIGN_N, NULL);
  return signs[sign].name;
}

const char *
review_sign_label(ReviewSign sign)
{
  g_return_val_if_fail((guint)sign < REVIEW_SIGN_N, NULL);
  return _(signs[sign].label);
}

const char *
review_reason_name(ReviewReason reason)
{
  g_return_val_if_fail((guint)reason < REVIEW_REASON_N, NULL);
  return reasons[reason].name;
}

gboolean
review_reason_from_name(const char *name, ReviewReason *ret_reason)
{
  return word_from_name(reasons, REVIEW_REASON_N, name, (guint *)ret_reason);
}

/* --- the rules --- */

ReviewRules
review_rules(gint64 remove_after)
{
  return (ReviewRules){.inactive_after = 90 * CLOCK_DAY,
                       .never_after = 30 * CLOCK_DAY,
                       .ending_within = 30 * CLOCK_DAY,
                       .remove_after = remove_after};
}

ReviewSign
review_sign(gint64 sign_in, const ReviewRules *rules, gint64 now)
{
  if (sign_in == MOMENT_NONE)
    return REVIEW_SIGN_NEVER;
  if (sign_in == MOMENT_UNLICENSED)
    return REVIEW_SIGN_UNLICENSED;
  if (sign_in < 0)
    return REVIEW_SIGN_UNKNOWN;
  return now - sign_in > rules->inactive_after ? REVIEW_SIGN_INACTIVE : REVIEW_SIGN_ACTIVE;
}

static ReviewSuggestion
suggestion(ReviewDecision decision, ReviewReason reason, gint64 span)
{
  return (ReviewSuggestion){decision, reason, REVIEW_REASON_NONE, MAX(span, 0) / CLOCK_DAY};
}

/* Past its end: disabled first, removed when it has been so for long enough. A sign-in since
 * then says that it has not; one that is not known says nothing, and then nobody is removed. */
static ReviewSuggestion
suggest_ended(const ReviewEvidence *evidence, const ReviewRules *rules, ReviewSign sign, gint64 now)
{
  if (evidence->state != STATE_DISABLED)
    return suggestion(REVIEW_DISABLE, REVIEW_REASON_ENDED, 0);
  if (rules->remove_after < 0 || now - evidence->expires <= rules->remove_after ||
      (evidence->sign_in > 0 && now - evidence->sign_in <= rules->remove_after))
    return suggestion(REVIEW_KEEP, REVIEW_REASON_DISABLED, 0);
  if (sign == REVIEW_SIGN_UNKNOWN)
    return suggestion(REVIEW_KEEP, REVIEW_REASON_NOT_KNOWN, 0);
  return suggestion(REVIEW_REMOVE, REVIEW_REASON_ENDED_LONG_AGO, rules->remove_after);
}

static ReviewSuggestion
suggest_living(const ReviewEvidence *evidence, const ReviewRules *rules, ReviewSign sign,
               gint64 now)
{
  gboolean ending = evidence->expires > 0 && evidence->expires - now <= rules->ending_within;
  if (evidence->state == STATE_DISABLED)
    return suggestion(REVIEW_KEEP, REVIEW_REASON_DISABLED, 0);
  if (sign == REVIEW_SIGN_INACTIVE)
    return suggestion(REVIEW_DISABLE, REVIEW_REASON_INACTIVE, rules->inactive_after);
  if (sign == REVIEW_SIGN_NEVER && evidence->created > 0 &&
      now - evidence->created > rules->never_after)
    return suggestion(REVIEW_DISABLE, REVIEW_REASON_NEVER, rules->never_after);
  if (sign == REVIEW_SIGN_ACTIVE && ending)
    return suggestion(REVIEW_EXTEND, REVIEW_REASON_ENDING, rules->ending_within);
  if (sign == REVIEW_SIGN_ACTIVE)
    return suggestion(REVIEW_KEEP, REVIEW_REASON_IN_USE, 0);
  return suggestion(REVIEW_KEEP,
                    sign == REVIEW_SIGN_NEVER ? REVIEW_REASON_NEW : REVIEW_REASON_NOT_KNOWN, 0);
}

ReviewSuggestion
review_suggest(const ReviewEvidence *evidence, const ReviewRules *rules, gint64 now)
{
  ReviewSign sign = review_sign(evidence->sign_in, rules, now);
  ReviewSuggestion says = evidence->expires > 0 && evidence->expires <= now
                              ? suggest_ended(evidence, rules, sign, now)
                              : suggest_living(evidence, rules, sign, now);
  if (evidence->sponsor != NULL)
    return says;
  /* The weakest reason for keeping gives way to what somebody should see to. */
  if (says.reason == REVIEW_REASON_IN_USE)
    says.reason = REVIEW_REASON_NO_SPONSOR;
  else
    says.warning = REVIEW_REASON_NO_SPONSOR;
  return says;
}

static char *
reason_text(ReviewReason reason, guint days)
{
  const char *format = NULL;
  switch (reason) {
  case REVIEW_REASON_INACTIVE:
    format = ngettext("no sign-in for over %u day", "no sign-in for over %u days", days);
    break;
  case REVIEW_REASON_NEVER:
    format = ngettext("never signed in, and made over %u day ago",
                      "never signed in, and made over %u days ago", days);
    break;
  case REVIEW_REASON_ENDED_LONG_AGO:
    format = ngettext("disabled, and over %u day past its end date",
                      "disabled, and over %u days past its end date", days);
    break;
  case REVIEW_REASON_ENDING:
    format = ngettext("in use, and ends within %u day", "in use, and ends within %u days", days);
    break;
  default:
    return g_strdup(_(reasons[reason].label));
  }
  return g_strdup_printf(format, days);
}

char *
review_suggestion_text(const ReviewSuggestion *suggestion)
{
  g_autofree char *reason = reason_text(suggestion->reason, suggestion->days);
  if (suggestion->warning == REVIEW_REASON_NONE)
    return g_steal_pointer(&reason);
  g_autofree char *warning = reason_text(suggestion->warning, 0);
  return g_strconcat(reason, "; ", warning, NULL);
}

/* --- a review --- */

void
review_mark_free(ReviewMark *mark)
{
  if (mark == NULL)
    return;
  g_free(mark->note);
  g_free(mark->who);
  g_free(mark);
}

static void
item_free(gpointer data)
{
  ReviewItem *item = data;
  g_free(item->evidence.id);
  g_free(item->evidence.user);
  g_free(item->evidence.name);
  g_free(item->evidence.company);
  g_free(item->evidence.sponsor);
  g_free(item->note);
  g_free(item->who);
  g_ptr_array_unref(item->marks);
  g_free(item);
}

Review *
review_new(const char *name)
{
  Review *review = g_new0(Review, 1);
  review->name = g_strdup(name);
  review->items = g_ptr_array_new_with_free_func(item_free);
  return review;
}

void
review_free(Review *review)
{
  if (review == NULL)
    return;
  char *const texts[] = {review->name,   review->title,  review->query, review->profile,
                         review->tenant, review->roster, review->who,   review->closed_by};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_ptr_array_unref(review->items);
  g_free(review);
}

ReviewItem *
review_add_item(Review *review)
{
  ReviewItem *item = g_new0(ReviewItem, 1);
  item->marks = g_ptr_array_new_with_free_func((GDestroyNotify)review_mark_free);
  g_ptr_array_add(review->items, item);
  item->number = review->items->len;
  return item;
}

static ReviewEvidence
evidence_of(const Snapshot *snapshot, guint row)
{
  return (ReviewEvidence){
      .id = g_strdup(snapshot_text(snapshot, row, FIELD_ID)),
      .user = g_strdup(snapshot_text(snapshot, row, FIELD_USER)),
      .name = g_strdup(snapshot_text(snapshot, row, FIELD_NAME)),
      .company = g_strdup(snapshot_text(snapshot, row, FIELD_COMPANY)),
      .sponsor = g_strdup(snapshot_text(snapshot, row, FIELD_SPONSOR)),
      .state = snapshot_number(snapshot, row, FIELD_STATE),
      .kind = snapshot_number(snapshot, row, FIELD_KIND),
      .licence = snapshot_number(snapshot, row, FIELD_LICENCE),
      .created = snapshot_number(snapshot, row, FIELD_CREATED),
      .expires = snapshot_number(snapshot, row, FIELD_EXPIRES),
      .sign_in = snapshot_number(snapshot, row, FIELD_SIGN_IN),
      .synced = snapshot_number(snapshot, row, FIELD_SYNCED) == 1,
  };
}

void
review_freeze(Review *review, const Snapshot *snapshot, const GArray *rows,
              const ReviewRules *rules)
{
  for (guint i = 0; i < rows->len; i++) {
    ReviewItem *item = review_add_item(review);
    item->evidence = evidence_of(snapshot, g_array_index(rows, guint32, i));
    item->suggestion = review_suggest(&item->evidence, rules, snapshot_taken(snapshot));
  }
}

Snapshot *
review_snapshot(const Review *review)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();
  for (guint i = 0; i < review->items->len; i++) {
    const ReviewEvidence *evidence = &((const ReviewItem *)review->items->pdata[i])->evidence;
    account_clear(account);
    account_put_text(account, FIELD_ID, evidence->id);
    account_put_text(account, FIELD_USER, evidence->user);
    account_put_text(account, FIELD_NAME, evidence->name);
    account_put_text(account, FIELD_COMPANY, evidence->company);
    account_put_text(account, FIELD_SPONSOR, evidence->sponsor);
    account_put_number(account, FIELD_STATE, evidence->state);
    account_put_number(account, FIELD_KIND, evidence->kind);
    account_put_number(account, FIELD_LICENCE, evidence->licence);
    account_put_number(account, FIELD_CREATED, evidence->created);
    account_put_number(account, FIELD_EXPIRES, evidence->expires);
    account_put_number(account, FIELD_SIGN_IN, evidence->sign_in);
    account_put_number(account, FIELD_SYNCED, evidence->synced);
    snapshot_builder_add(builder, account);
  }
  return snapshot_builder_snapshot(builder, review->made_at);
}

ReviewItem *
review_item(const Review *review, guint number)
{
  return number == 0 || number > review->items->len ? NULL : review->items->pdata[number - 1];
}

static ReviewItem *
find_by_name(const Review *review, const char *name, gboolean *ret_ambiguous)
{
  g_autofree char *wanted = text_fold(name);
  ReviewItem *found = NULL;
  for (guint i = 0; i < review->items->len; i++) {
    ReviewItem *item = review->items->pdata[i];
    g_autofree char *folded = item->evidence.name == NULL ? NULL : text_fold(item->evidence.name);
    if (g_strcmp0(folded, wanted) != 0)
      continue;
    if (found != NULL) {
      *ret_ambiguous = TRUE;
      return NULL;
    }
    found = item;
  }
  return found;
}

ReviewItem *
review_find(const Review *review, const char *account, gboolean *ret_ambiguous)
{
  gboolean ambiguous = FALSE;
  ReviewItem *found = NULL;
  for (guint i = 0; i < review->items->len && found == NULL; i++) {
    ReviewItem *item = review->items->pdata[i];
    const char *user = item->evidence.user;
    if (g_ascii_strcasecmp(item->evidence.id, account) == 0 ||
        (user != NULL && g_ascii_strcasecmp(user, account) == 0))
      found = item;
  }
  if (found == NULL)
    found = find_by_name(review, account, &ambiguous);
  if (ret_ambiguous != NULL)
    *ret_ambiguous = ambiguous;
  return found;
}

ReviewItem *
review_next_undecided(const Review *review, guint number)
{
  for (guint i = 0; i < review->items->len; i++) {
    ReviewItem *item = review->items->pdata[(number + i) % review->items->len];
    if (item->decision == REVIEW_UNDECIDED)
      return item;
  }
  return NULL;
}

void
review_take_mark(Review *review, ReviewMark *mark)
{
  ReviewItem *item = review_item(review, mark->item);
  review->last_mark = MAX(review->last_mark, mark->id);
  if (item == NULL) {
    review_mark_free(mark);
    return;
  }
  g_ptr_array_add(item->marks, mark);
  /* A note says why: another decision does not have the old one's reason. */
  if (mark->decides && item->decision != REVIEW_UNDECIDED && item->decision != mark->decision)
    g_clear_pointer(&item->note, g_free);
  if (mark->decides) {
    item->decision = mark->decision;
    item->decided_at = mark->at;
    g_free(item->who);
    item->who = g_strdup(mark->who);
  }
  if (mark->note != NULL) {
    g_free(item->note);
    item->note = *mark->note == '\0' ? NULL : g_strdup(mark->note);
  }
}

void
review_count(const Review *review, guint ret_counts[REVIEW_DECISION_N])
{
  memset(ret_counts, 0, REVIEW_DECISION_N * sizeof *ret_counts);
  for (guint i = 0; i < review->items->len; i++)
    ret_counts[((const ReviewItem *)review->items->pdata[i])->decision]++;
}

char *
review_plan_note(const Review *review)
{
  return g_strdup_printf("review %" G_GINT64_FORMAT ": %s", review->id, review->name);
}
