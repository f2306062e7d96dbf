/* Unit tests of reviews as values: what the rules suggest, what many people's
 * marks come to, what is found and in which order. */
#include "base/clock.h"
#include "model/review.h"
#include <string.h>

#define NOW       ((gint64)1795000000)
#define DAY       CLOCK_DAY
#define AGO(days) (NOW - (days)*DAY)
#define IN(days)  (NOW + (days)*DAY)

/* An account in use: a sponsor, created long ago, ends in a year. */
static ReviewEvidence
sound(void)
{
  return (ReviewEvidence){.id = (char *)"1",
                          .user = (char *)"ada@contoso.com",
                          .sponsor = (char *)"Charles Babbage",
                          .state = STATE_ENABLED,
                          .created = AGO(400),
                          .expires = IN(365),
                          .sign_in = AGO(3)};
}

static const struct {
  const char *what;
  AccountState state;
  gint64 created, expires, sign_in;
  gboolean orphan;
  gint64 remove_after;
  ReviewDecision decision;
  ReviewReason reason;
  ReviewReason warning;
} cases[] = {
    {"in use", STATE_ENABLED, AGO(400), IN(365), AGO(3), FALSE, 30 * DAY, REVIEW_KEEP,
     REVIEW_REASON_IN_USE, REVIEW_REASON_NONE},
    {"in use, without an end", STATE_ENABLED, AGO(400), MOMENT_NONE, AGO(3), FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_IN_USE, REVIEW_REASON_NONE},
    {"end not known", STATE_ENABLED, AGO(400), MOMENT_UNKNOWN, AGO(3), FALSE, 30 * DAY, REVIEW_KEEP,
     REVIEW_REASON_IN_USE, REVIEW_REASON_NONE},
    {"90 days to the second", STATE_ENABLED, AGO(400), IN(365), AGO(90), FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_IN_USE, REVIEW_REASON_NONE},
    {"over 90 days", STATE_ENABLED, AGO(400), IN(365), AGO(90) - 1, FALSE, 30 * DAY, REVIEW_DISABLE,
     REVIEW_REASON_INACTIVE, REVIEW_REASON_NONE},
    {"over 90 days, ending", STATE_ENABLED, AGO(400), IN(3), AGO(91), FALSE, 30 * DAY,
     REVIEW_DISABLE, REVIEW_REASON_INACTIVE, REVIEW_REASON_NONE},
    {"never, 30 days old", STATE_ENABLED, AGO(30), IN(365), MOMENT_NONE, FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_NEW, REVIEW_REASON_NONE},
    {"never, over 30 days old", STATE_ENABLED, AGO(30) - 1, IN(365), MOMENT_NONE, FALSE, 30 * DAY,
     REVIEW_DISABLE, REVIEW_REASON_NEVER, REVIEW_REASON_NONE},
    {"never, creation not known", STATE_ENABLED, MOMENT_UNKNOWN, IN(365), MOMENT_NONE, FALSE,
     30 * DAY, REVIEW_KEEP, REVIEW_REASON_NEW, REVIEW_REASON_NONE},
    {"ended now", STATE_ENABLED, AGO(400), NOW, AGO(3), FALSE, 30 * DAY, REVIEW_DISABLE,
     REVIEW_REASON_ENDED, REVIEW_REASON_NONE},
    {"ended, sign-in not known", STATE_ENABLED, AGO(400), AGO(1), MOMENT_UNKNOWN, FALSE, 30 * DAY,
     REVIEW_DISABLE, REVIEW_REASON_ENDED, REVIEW_REASON_NONE},
    {"ended, state not known", STATE_UNKNOWN, AGO(400), AGO(90), AGO(200), FALSE, 30 * DAY,
     REVIEW_DISABLE, REVIEW_REASON_ENDED, REVIEW_REASON_NONE},
    {"ended and disabled, not long", STATE_DISABLED, AGO(400), AGO(30), AGO(60), FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_DISABLED, REVIEW_REASON_NONE},
    {"ended and disabled, long", STATE_DISABLED, AGO(400), AGO(30) - 1, AGO(60), FALSE, 30 * DAY,
     REVIEW_REMOVE, REVIEW_REASON_ENDED_LONG_AGO, REVIEW_REASON_NONE},
    {"the same, never signed in", STATE_DISABLED, AGO(400), AGO(31), MOMENT_NONE, FALSE, 30 * DAY,
     REVIEW_REMOVE, REVIEW_REASON_ENDED_LONG_AGO, REVIEW_REASON_NONE},
    {"the same, not licensed", STATE_DISABLED, AGO(400), AGO(31), MOMENT_UNLICENSED, FALSE,
     30 * DAY, REVIEW_REMOVE, REVIEW_REASON_ENDED_LONG_AGO, REVIEW_REASON_NONE},
    {"the same, sign-in not known", STATE_DISABLED, AGO(400), AGO(31), MOMENT_UNKNOWN, FALSE,
     30 * DAY, REVIEW_KEEP, REVIEW_REASON_NOT_KNOWN, REVIEW_REASON_NONE},
    {"the same, signed in since", STATE_DISABLED, AGO(400), AGO(60), AGO(10), FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_DISABLED, REVIEW_REASON_NONE},
    {"the same, never removed here", STATE_DISABLED, AGO(400), AGO(300), AGO(310), FALSE, -1,
     REVIEW_KEEP, REVIEW_REASON_DISABLED, REVIEW_REASON_NONE},
    {"removed at once", STATE_DISABLED, AGO(400), AGO(1), AGO(310), FALSE, 0, REVIEW_REMOVE,
     REVIEW_REASON_ENDED_LONG_AGO, REVIEW_REASON_NONE},
    {"disabled before its end", STATE_DISABLED, AGO(400), IN(10), AGO(200), FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_DISABLED, REVIEW_REASON_NONE},
    {"ends within 30 days", STATE_ENABLED, AGO(400), IN(30), AGO(3), FALSE, 30 * DAY, REVIEW_EXTEND,
     REVIEW_REASON_ENDING, REVIEW_REASON_NONE},
    {"ends after 30 days", STATE_ENABLED, AGO(400), IN(30) + 1, AGO(3), FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_IN_USE, REVIEW_REASON_NONE},
    {"ends soon, sign-in not known", STATE_ENABLED, AGO(400), IN(5), MOMENT_UNKNOWN, FALSE,
     30 * DAY, REVIEW_KEEP, REVIEW_REASON_NOT_KNOWN, REVIEW_REASON_NONE},
    {"not licensed", STATE_ENABLED, AGO(400), IN(365), MOMENT_UNLICENSED, FALSE, 30 * DAY,
     REVIEW_KEEP, REVIEW_REASON_NOT_KNOWN, REVIEW_REASON_NONE},
    {"no sponsor", STATE_ENABLED, AGO(400), IN(365), AGO(3), TRUE, 30 * DAY, REVIEW_KEEP,
     REVIEW_REASON_NO_SPONSOR, REVIEW_REASON_NONE},
    {"no sponsor, inactive", STATE_ENABLED, AGO(400), IN(365), AGO(100), TRUE, 30 * DAY,
     REVIEW_DISABLE, REVIEW_REASON_INACTIVE, REVIEW_REASON_NO_SPONSOR},
};

static void
test_suggestions(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    ReviewEvidence evidence = sound();
    ReviewRules rules = review_rules(cases[i].remove_after);
    evidence.state = cases[i].state;
    evidence.created = cases[i].created;
    evidence.expires = cases[i].expires;
    evidence.sign_in = cases[i].sign_in;
    if (cases[i].orphan)
      evidence.sponsor = NULL;
    ReviewSuggestion says = review_suggest(&evidence, &rules, NOW);
    g_test_message("%s", cases[i].what);
    g_assert_cmpstr(review_decision_name(says.decision), ==,
                    review_decision_name(cases[i].decision));
    g_assert_cmpstr(review_reason_name(says.reason), ==, review_reason_name(cases[i].reason));
    g_assert_cmpstr(review_reason_name(says.warning), ==, review_reason_name(cases[i].warning));
  }
}

/* Whatever else is true of an account whose sign-in is not known: nobody is removed. */
static void
test_never_removed(void)
{
  const gint64 moments[] = {MOMENT_NONE, MOMENT_UNKNOWN, AGO(1000), AGO(31), AGO(1), IN(1), IN(40)};
  for (guint created = 0; created < G_N_ELEMENTS(moments); created++)
    for (guint expires = 0; expires < G_N_ELEMENTS(moments); expires++)
      for (AccountState state = STATE_UNKNOWN; state <= STATE_DELETED; state++) {
        ReviewEvidence evidence = sound();
        ReviewRules rules = review_rules(0);
        evidence.state = state;
        evidence.created = moments[created];
        evidence.expires = moments[expires];
        evidence.sign_in = MOMENT_UNKNOWN;
        g_assert_cmpint(review_suggest(&evidence, &rules, NOW).decision, !=, REVIEW_REMOVE);
      }
}

static void
test_signs(void)
{
  ReviewRules rules = review_rules(-1);
  g_assert_cmpint(review_sign(AGO(1), &rules, NOW), ==, REVIEW_SIGN_ACTIVE);
  g_assert_cmpint(review_sign(AGO(91), &rules, NOW), ==, REVIEW_SIGN_INACTIVE);
  g_assert_cmpint(review_sign(MOMENT_NONE, &rules, NOW), ==, REVIEW_SIGN_NEVER);
  g_assert_cmpint(review_sign(MOMENT_UNKNOWN, &rules, NOW), ==, REVIEW_SIGN_UNKNOWN);
  g_assert_cmpint(review_sign(MOMENT_UNLICENSED, &rules, NOW), ==, REVIEW_SIGN_UNLICENSED);
  g_autoptr(GHashTable) labels = g_hash_table_new(g_str_hash, g_str_equal);
  for (ReviewSign sign = 0; sign < REVIEW_SIGN_N; sign++)
    g_assert_true(g_hash_table_add(labels, (gpointer)review_sign_label(sign)));
}

static void
test_names(void)
{
  for (ReviewDecision i = 0; i < REVIEW_DECISION_N; i++) {
    ReviewDecision back;
    g_assert_true(review_decision_from_name(review_decision_name(i), &back));
    g_assert_cmpint(back, ==, i);
  }
  for (ReviewState i = 0; i < REVIEW_STATE_N; i++) {
    ReviewState back;
    g_assert_true(review_state_from_name(review_state_name(i), &back));
    g_assert_cmpint(back, ==, i);
  }
  for (ReviewReason i = 0; i < REVIEW_REASON_N; i++) {
    ReviewReason back;
    ReviewSuggestion says = {REVIEW_KEEP, i, REVIEW_REASON_NO_SPONSOR, 90};
    g_autofree char *text = review_suggestion_text(&says);
    g_assert_true(review_reason_from_name(review_reason_name(i), &back));
    g_assert_cmpint(back, ==, i);
    g_assert_true(g_str_has_suffix(text, "; no sponsor"));
  }
  ReviewDecision none = REVIEW_KEEP;
  g_assert_false(review_decision_from_name("Keep", &none));
  g_assert_false(review_decision_from_name(NULL, &none));
  g_assert_cmpint(none, ==, REVIEW_KEEP);
  ReviewSuggestion says = {REVIEW_DISABLE, REVIEW_REASON_INACTIVE, REVIEW_REASON_NONE, 90};
  g_autofree char *text = review_suggestion_text(&says);
  g_assert_cmpstr(text, ==, "no sign-in for over 90 days");
}

/* --- a review --- */

static Review *
sample(guint n)
{
  Review *review = review_new("Q4");
  for (guint i = 1; i <= n; i++) {
    ReviewItem *item = review_add_item(review);
    item->evidence.id = g_strdup_printf("id-%u", i);
    item->evidence.user = g_strdup_printf("user%u@contoso.com", i);
    item->evidence.name = g_strdup_printf(i <= 2 ? "Twin" : "Name %u", i);
  }
  return review;
}

static void
mark(Review *review, guint item, gboolean decides, ReviewDecision decision, const char *note,
     const char *who)
{
  ReviewMark *made = g_new0(ReviewMark, 1);
  made->id = review->last_mark + 1;
  made->item = item;
  made->decides = decides;
  made->decision = decision;
  made->note = g_strdup(note);
  made->who = g_strdup(who);
  made->at = NOW + made->id;
  review_take_mark(review, made);
}

static void
test_marks(void)
{
  g_autoptr(Review) review = sample(4);
  ReviewItem *item = review_item(review, 2);
  mark(review, 2, TRUE, REVIEW_DISABLE, "left in May", "ada@desk");
  mark(review, 2, FALSE, REVIEW_UNDECIDED, "left in June", "bob@desk");
  g_assert_cmpint(item->decision, ==, REVIEW_DISABLE);
  g_assert_cmpstr(item->note, ==, "left in June");
  g_assert_cmpstr(item->who, ==, "ada@desk");
  mark(review, 2, TRUE, REVIEW_KEEP, NULL, "bob@desk");
  g_assert_cmpint(item->decision, ==, REVIEW_KEEP);
  g_assert_null(item->note); /* it said why to disable */
  g_assert_cmpstr(item->who, ==, "bob@desk");
  g_assert_cmpint(item->decided_at, ==, NOW + 3);
  mark(review, 2, FALSE, REVIEW_UNDECIDED, "back in May", "bob@desk");
  mark(review, 2, TRUE, REVIEW_KEEP, NULL, "ada@desk");
  g_assert_cmpstr(item->note, ==, "back in May");
  mark(review, 2, FALSE, REVIEW_UNDECIDED, "", "bob@desk");
  g_assert_null(item->note);
  g_assert_cmpuint(item->marks->len, ==, 6);
  mark(review, 9, TRUE, REVIEW_KEEP, NULL, "bob@desk"); /* of nobody */
  g_assert_cmpint(review->last_mark, ==, 7);
  guint counts[REVIEW_DECISION_N];
  review_count(review, counts);
  g_assert_cmpuint(counts[REVIEW_UNDECIDED], ==, 3);
  g_assert_cmpuint(counts[REVIEW_KEEP], ==, 1);
}

static void
test_next(void)
{
  g_autoptr(Review) review = sample(4), empty = review_new("none");
  g_assert_cmpuint(review_next_undecided(review, 0)->number, ==, 1);
  g_assert_cmpuint(review_next_undecided(review, 1)->number, ==, 2);
  g_assert_cmpuint(review_next_undecided(review, 4)->number, ==, 1);
  mark(review, 1, TRUE, REVIEW_SKIP, NULL, "ada");
  mark(review, 2, TRUE, REVIEW_KEEP, NULL, "ada");
  g_assert_cmpuint(review_next_undecided(review, 4)->number, ==, 3);
  mark(review, 3, TRUE, REVIEW_KEEP, NULL, "ada");
  g_assert_cmpuint(review_next_undecided(review, 4)->number, ==, 4);
  mark(review, 4, TRUE, REVIEW_KEEP, NULL, "ada");
  g_assert_null(review_next_undecided(review, 4));
  mark(review, 2, TRUE, REVIEW_UNDECIDED, NULL, "ada");
  g_assert_cmpuint(review_next_undecided(review, 2)->number, ==, 2);
  g_assert_null(review_next_undecided(empty, 0));
}

static void
test_find(void)
{
  g_autoptr(Review) review = sample(4);
  gboolean ambiguous = TRUE;
  g_assert_cmpuint(review_find(review, "ID-3", &ambiguous)->number, ==, 3);
  g_assert_false(ambiguous);
  g_assert_cmpuint(review_find(review, "User4@Contoso.com", NULL)->number, ==, 4);
  g_assert_cmpuint(review_find(review, "NAME 3", NULL)->number, ==, 3);
  g_assert_null(review_find(review, "twin", &ambiguous));
  g_assert_true(ambiguous);
  g_assert_null(review_find(review, "nobody", &ambiguous));
  g_assert_false(ambiguous);
  g_assert_null(review_item(review, 0));
  g_assert_null(review_item(review, 5));
}

static void
test_freeze(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();
  account_put_text(account, FIELD_ID, "id-1");
  account_put_text(account, FIELD_NAME, "Lovelace, Ada");
  account_put_text(account, FIELD_USER, "ada@contoso.com");
  account_put_text(account, FIELD_COMPANY, "Partner");
  account_put_number(account, FIELD_STATE, STATE_ENABLED);
  account_put_number(account, FIELD_CREATED, AGO(400));
  account_put_number(account, FIELD_SIGN_IN, AGO(120));
  snapshot_builder_add(builder, account);
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, NOW);
  g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(guint32));
  g_array_set_size(rows, 1);
  g_autoptr(Review) review = review_new("Q4");
  ReviewRules rules = review_rules(30 * DAY);
  review->made_at = NOW;
  review_freeze(review, snapshot, rows, &rules);
  const ReviewItem *item = review_item(review, 1);
  g_assert_cmpstr(item->evidence.id, ==, "id-1");
  g_assert_cmpstr(item->evidence.company, ==, "Partner");
  g_assert_cmpint(item->evidence.sign_in, ==, AGO(120));
  g_assert_cmpint(item->suggestion.decision, ==, REVIEW_DISABLE);
  g_assert_cmpint(item->suggestion.warning, ==, REVIEW_REASON_NO_SPONSOR);
  g_autoptr(Snapshot) again = review_snapshot(review);
  g_assert_cmpuint(snapshot_count(again), ==, 1);
  for (FieldId field = 0; field < FIELD_N; field++)
    if (field_info(field)->kind == FIELD_KIND_TEXT)
      g_assert_cmpstr(snapshot_text(again, 0, field), ==, snapshot_text(snapshot, 0, field));
  g_assert_cmpint(snapshot_number(again, 0, FIELD_SIGN_IN), ==, AGO(120));
  g_assert_cmpint(snapshot_taken(again), ==, NOW);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/review/suggestions", test_suggestions);
  g_test_add_func("/review/unknown-never-removes", test_never_removed);
  g_test_add_func("/review/signs", test_signs);
  g_test_add_func("/review/names", test_names);
  g_test_add_func("/review/marks", test_marks);
  g_test_add_func("/review/next", test_next);
  g_test_add_func("/review/find", test_find);
  g_test_add_func("/review/freeze", test_freeze);
  return g_test_run();
}
