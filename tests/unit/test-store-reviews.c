/* Unit tests of reviews in the store: what comes back after a restart, that
 * nothing is changed afterwards, several reviewers at once, and a reviewer
 * who is killed. */
#include "test-store.h"

#include "base/error.h"
#include "store/reviews.h"
#include "store/store-private.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW ((gint64)1795000000)

static Review *
sample_review(const char *name, guint n)
{
  Review *review = review_new(name);
  review->title = g_strdup("Q4 specialists");
  review->query = g_strdup("signin>90d");
  review->profile = g_strdup("contoso");
  review->tenant = g_strdup("contoso.com");
  review->roster = g_strdup("specialists");
  review->who = g_strdup("m.chen@desk");
  review->made_at = NOW;
  for (guint i = 1; i <= n; i++) {
    ReviewItem *item = review_add_item(review);
    item->evidence = (ReviewEvidence){.id = g_strdup_printf("id-%u", i),
                                      .user = g_strdup_printf("user%u@contoso.com", i),
                                      .name = g_strdup_printf("Name “%u”", i),
                                      .company = i == 1 ? g_strdup("Partner") : NULL,
                                      .sponsor = i == 1 ? g_strdup("Charles") : NULL,
                                      .state = STATE_ENABLED,
                                      .kind = KIND_GUEST,
                                      .licence = LICENCE_PENDING,
                                      .created = NOW - 1000,
                                      .expires = NOW + 1000,
                                      .sign_in = MOMENT_UNLICENSED,
                                      .synced = i == 2};
    item->suggestion =
        (ReviewSuggestion){REVIEW_DISABLE, REVIEW_REASON_INACTIVE, REVIEW_REASON_NO_SPONSOR, 90};
  }
  return review;
}

static Review *
kept_review(Store *store, const char *name, guint n)
{
  g_autoptr(GError) error = NULL;
  Review *review = sample_review(name, n);
  g_assert_true(reviews_add(store, review, &error));
  g_assert_no_error(error);
  return review;
}

static gboolean
decide(Store *store, const Review *review, guint item, ReviewDecision decision, const char *note,
       const char *who, GError **error)
{
  g_autoptr(GPtrArray) marks = g_ptr_array_new_with_free_func((GDestroyNotify)review_mark_free);
  ReviewMark *mark = g_new0(ReviewMark, 1);
  *mark = (ReviewMark){.item = item,
                       .decides = decision != REVIEW_DECISION_N,
                       .decision = decision == REVIEW_DECISION_N ? REVIEW_UNDECIDED : decision,
                       .note = g_strdup(note),
                       .who = g_strdup(who),
                       .at = NOW + item};
  g_ptr_array_add(marks, mark);
  return reviews_mark(store, review, marks, error) && mark->id > 0;
}

static Review *
load(Store *store, const char *name)
{
  g_autoptr(GError) error = NULL;
  Review *review = reviews_load(store, "contoso", name, &error);
  g_assert_no_error(error);
  return review;
}

static void
test_round_trip(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4", 3);
  g_assert_true(decide(place->store, review, 2, REVIEW_DISABLE, "left in May", "ada", &error));
  g_assert_true(decide(place->store, review, 2, REVIEW_DECISION_N, "in June", "bob", &error));
  place_reopen(place);
  g_autoptr(Review) loaded = load(place->store, "Q4");
  g_assert_cmpint(loaded->id, ==, review->id);
  g_assert_cmpstr(loaded->title, ==, review->title);
  g_assert_cmpstr(loaded->query, ==, review->query);
  g_assert_cmpstr(loaded->tenant, ==, "contoso.com");
  g_assert_cmpstr(loaded->roster, ==, "specialists");
  g_assert_cmpstr(loaded->who, ==, "m.chen@desk");
  g_assert_cmpint(loaded->made_at, ==, NOW);
  g_assert_cmpint(loaded->state, ==, REVIEW_OPEN);
  g_assert_cmpuint(loaded->items->len, ==, 3);
  const ReviewItem *first = review_item(loaded, 1), *second = review_item(loaded, 2);
  g_assert_cmpstr(first->evidence.id, ==, "id-1");
  g_assert_cmpstr(first->evidence.name, ==, "Name “1”");
  g_assert_cmpstr(first->evidence.company, ==, "Partner");
  g_assert_cmpstr(first->evidence.sponsor, ==, "Charles");
  g_assert_null(second->evidence.sponsor);
  g_assert_cmpint(first->evidence.state, ==, STATE_ENABLED);
  g_assert_cmpint(first->evidence.kind, ==, KIND_GUEST);
  g_assert_cmpint(first->evidence.licence, ==, LICENCE_PENDING);
  g_assert_cmpint(first->evidence.created, ==, NOW - 1000);
  g_assert_cmpint(first->evidence.expires, ==, NOW + 1000);
  g_assert_cmpint(first->evidence.sign_in, ==, MOMENT_UNLICENSED);
  g_assert_true(second->evidence.synced);
  g_assert_cmpint(first->suggestion.decision, ==, REVIEW_DISABLE);
  g_assert_cmpint(first->suggestion.reason, ==, REVIEW_REASON_INACTIVE);
  g_assert_cmpint(first->suggestion.warning, ==, REVIEW_REASON_NO_SPONSOR);
  g_assert_cmpuint(first->suggestion.days, ==, 90);
  g_assert_cmpint(first->decision, ==, REVIEW_UNDECIDED);
  g_assert_cmpint(second->decision, ==, REVIEW_DISABLE);
  g_assert_cmpstr(second->note, ==, "in June");
  g_assert_cmpstr(second->who, ==, "ada");
  g_assert_cmpint(second->decided_at, ==, NOW + 2);
  g_assert_cmpuint(second->marks->len, ==, 2);
}

static void
test_names(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4", 1);
  g_autoptr(Review) twin = sample_review("Q4", 1);
  g_assert_false(reviews_add(place->store, twin, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_assert_cmpint(twin->id, ==, 0);
  g_clear_error(&error);
  g_free(twin->profile);
  twin->profile = g_strdup("other");
  g_assert_true(reviews_add(place->store, twin, &error));
  g_assert_null(reviews_load(place->store, "contoso", "Q5", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, "Q4"));
}

static void
test_list(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) old = kept_review(place->store, "Q3", 2);
  g_autoptr(Review) review = kept_review(place->store, "Q4", 5);
  g_assert_true(decide(place->store, review, 1, REVIEW_KEEP, NULL, "ada", &error));
  g_assert_true(decide(place->store, review, 1, REVIEW_REMOVE, NULL, "bob", &error));
  g_assert_true(decide(place->store, review, 2, REVIEW_REMOVE, NULL, "bob", &error));
  g_assert_true(decide(place->store, review, 2, REVIEW_DECISION_N, "why", "bob", &error));
  g_assert_true(decide(place->store, review, 3, REVIEW_SKIP, NULL, "bob", &error));
  g_assert_true(decide(place->store, review, 3, REVIEW_UNDECIDED, NULL, "bob", &error));
  g_autoptr(GPtrArray) list = reviews_list(place->store, "contoso", &error);
  g_assert_cmpuint(list->len, ==, 2);
  const ReviewSummary *first = list->pdata[0];
  g_assert_cmpstr(first->review->name, ==, "Q4");
  g_assert_cmpuint(first->total, ==, 5);
  g_assert_cmpuint(first->counts[REVIEW_REMOVE], ==, 2);
  g_assert_cmpuint(first->counts[REVIEW_KEEP], ==, 0);
  g_assert_cmpuint(first->counts[REVIEW_SKIP], ==, 0);
  g_assert_cmpuint(first->counts[REVIEW_UNDECIDED], ==, 3);
  g_autoptr(GPtrArray) none = reviews_list(place->store, "other", &error);
  g_assert_cmpuint(none->len, ==, 0);
}

static void
test_places(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4", 5);
  guint number = 9;
  g_assert_true(reviews_place(place->store, review, "ada", &number, &error));
  g_assert_cmpuint(number, ==, 0);
  g_assert_true(reviews_set_place(place->store, review, "ada", 4, &error));
  g_assert_true(reviews_set_place(place->store, review, "bob", 2, &error));
  g_assert_true(reviews_set_place(place->store, review, "ada", 3, &error));
  place_reopen(place);
  g_assert_true(reviews_place(place->store, review, "ada", &number, &error));
  g_assert_cmpuint(number, ==, 3);
  g_assert_true(reviews_place(place->store, review, "bob", &number, &error));
  g_assert_cmpuint(number, ==, 2);
}

/* Two hold the same review: each sees what the other did, in one order. */
static void
test_shared(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) kept = kept_review(place->store, "Q4", 5);
  g_autoptr(Review) mine = load(place->store, "Q4"), theirs = load(place->store, "Q4");
  guint changed = 9;
  g_assert_true(decide(place->store, theirs, 1, REVIEW_REMOVE, NULL, "bob", &error));
  g_assert_true(decide(place->store, mine, 1, REVIEW_KEEP, NULL, "ada", &error));
  g_assert_true(reviews_refresh(place->store, mine, &changed, &error));
  g_assert_cmpuint(changed, ==, 2);
  g_assert_cmpint(review_item(mine, 1)->decision, ==, REVIEW_KEEP);
  g_assert_true(reviews_refresh(place->store, theirs, &changed, &error));
  g_assert_cmpint(review_item(theirs, 1)->decision, ==, REVIEW_KEEP);
  g_assert_cmpuint(review_item(theirs, 1)->marks->len, ==, 2);
  g_assert_true(reviews_refresh(place->store, theirs, &changed, &error));
  g_assert_cmpuint(changed, ==, 0);
}

static Plan *
plan_of(const Review *review)
{
  Plan *plan = sample_plan("Review");
  g_autofree char *note = review_plan_note(review);
  plan_add_note(plan, note);
  return plan;
}

/* The plan in the journal is what makes a review applied, once. */
static void
test_applied(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4 \"näxt\" \\ %", 2);
  g_autoptr(Review) other = kept_review(place->store, "other", 2);
  g_autoptr(Plan) unrelated = sample_plan("other work");
  plan_add_note(unrelated, "skipped: review of something");
  g_assert_true(journal_begin(place->store, unrelated, &error));
  g_assert_true(reviews_refresh(place->store, review, NULL, &error));
  g_assert_cmpint(review->state, ==, REVIEW_OPEN);

  g_autoptr(Plan) plan = plan_of(review);
  g_assert_true(journal_begin(place->store, plan, &error));
  g_assert_no_error(error);
  g_assert_true(reviews_refresh(place->store, review, NULL, &error));
  g_assert_cmpint(review->state, ==, REVIEW_APPLIED);
  g_assert_cmpint(review->plan_id, ==, plan->id);
  g_assert_true(reviews_refresh(place->store, other, NULL, &error));
  g_assert_cmpint(other->state, ==, REVIEW_OPEN);

  g_autoptr(Plan) second = plan_of(review);
  g_assert_false(journal_begin(place->store, second, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_clear_error(&error);
  g_assert_false(decide(place->store, review, 1, REVIEW_KEEP, NULL, "ada", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_clear_error(&error);
  g_assert_true(journal_verify(place->store, NULL, &error));
  g_assert_no_error(error);
}

/* A review of another profile with the same number and name is another one. */
static void
test_other_profile(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4", 1);
  g_autoptr(Plan) plan = plan_of(review);
  g_free(plan->profile);
  plan->profile = g_strdup("elsewhere");
  g_assert_true(journal_begin(place->store, plan, &error));
  g_assert_true(reviews_refresh(place->store, review, NULL, &error));
  g_assert_cmpint(review->state, ==, REVIEW_OPEN);
}

static void
test_close(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4", 2);
  g_assert_true(reviews_close(place->store, review, "ada", NOW + 9, &error));
  g_assert_cmpint(review->state, ==, REVIEW_CLOSED);
  g_assert_false(reviews_close(place->store, review, "bob", NOW + 10, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_clear_error(&error);
  g_autoptr(Review) loaded = load(place->store, "Q4");
  g_assert_cmpint(loaded->state, ==, REVIEW_CLOSED);
  g_assert_cmpstr(loaded->closed_by, ==, "ada");
  g_assert_cmpint(loaded->closed_at, ==, NOW + 9);
  g_autoptr(Plan) plan = plan_of(review);
  g_assert_false(journal_begin(place->store, plan, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
}

/* All or none of one commit, and nothing of a review that there is not. */
static void
test_refused(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4", 2);
  g_assert_false(decide(place->store, review, 3, REVIEW_KEEP, NULL, "ada", &error));
  assert_store_error(g_steal_pointer(&error), "defect");
  review->id = 77;
  g_assert_false(decide(place->store, review, 1, REVIEW_KEEP, NULL, "ada", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
}

/* A mistake in the code could not falsify evidence. */
static void
test_fixed(Place *place, gconstpointer data)
{
  static const char *const attempts[] = {
      "DELETE FROM review",
      "DELETE FROM review_item",
      "DELETE FROM review_mark",
      "UPDATE review SET query = ''",
      "UPDATE review_item SET sign_in = 0",
      "UPDATE review_mark SET decision = 'keep'",
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(Review) review = kept_review(place->store, "Q4", 2);
  g_assert_true(decide(place->store, review, 1, REVIEW_REMOVE, NULL, "ada", &error));
  for (guint i = 0; i < G_N_ELEMENTS(attempts); i++) {
    g_test_message("%s", attempts[i]);
    g_assert_cmpint(sqlite3_exec(place->store->db, attempts[i], NULL, NULL, NULL), !=, SQLITE_OK);
  }
}

/* --- several processes --- */

#define ITEMS  40
#define ROUNDS 25

/* Decides again and again; says with a byte on `tell` (-1: nobody) what is kept. */
static int
reviewer(const char *url, const char *who, int tell)
{
  g_autoptr(Store) store = store_open(url, NULL);
  g_autoptr(Review) review = store == NULL ? NULL : reviews_load(store, "contoso", "Q4", NULL);
  for (guint i = 0; review != NULL && (tell >= 0 || i < ROUNDS); i++) {
    ReviewDecision decision = 1 + i % (REVIEW_DECISION_N - 1);
    if (!decide(store, review, 1 + i % ITEMS, decision, NULL, who, NULL))
      return 1;
    if (tell >= 0 && write(tell, "x", 1) != 1)
      return 1;
  }
  return review == NULL;
}

static pid_t
fork_reviewer(const char *url, const char *who, int tell)
{
  pid_t pid = fork();
  g_assert_cmpint(pid, >=, 0);
  if (pid == 0)
    _exit(reviewer(url, who, tell));
  return pid;
}

static void
test_two_at_once(Place *place, gconstpointer data)
{
  g_autoptr(Review) kept = kept_review(place->store, "Q4", ITEMS);
  g_clear_pointer(&place->store, store_close);
  pid_t pids[] = {fork_reviewer(place->url, "ada", -1), fork_reviewer(place->url, "bob", -1)};
  for (guint i = 0; i < G_N_ELEMENTS(pids); i++) {
    int status;
    g_assert_cmpint(waitpid(pids[i], &status, 0), ==, pids[i]);
    g_assert_cmpint(status, ==, 0);
  }
  place_reopen(place);
  g_autoptr(Review) review = load(place->store, "Q4");
  guint by_ada = 0, marks = 0;
  gint64 last = 0;
  for (guint i = 1; i <= ITEMS; i++) {
    const ReviewItem *item = review_item(review, i);
    for (guint j = 0; j < item->marks->len; j++) {
      const ReviewMark *mark = item->marks->pdata[j];
      by_ada += g_str_equal(mark->who, "ada");
      marks++;
      last = MAX(last, mark->id);
    }
    if (item->marks->len == 0)
      continue;
    const ReviewMark *newest = item->marks->pdata[item->marks->len - 1];
    g_assert_cmpint(item->decision, ==, newest->decision);
    g_assert_cmpstr(item->who, ==, newest->who);
  }
  g_assert_cmpuint(marks, ==, 2 * ROUNDS);
  g_assert_cmpuint(by_ada, ==, ROUNDS);
  g_assert_cmpint(review->last_mark, ==, last);
}

/* Killed in the middle of deciding: everything that it was told is kept is there. */
static void
test_killed(Place *place, gconstpointer data)
{
  g_autoptr(Review) kept = kept_review(place->store, "Q4", ITEMS);
  g_clear_pointer(&place->store, store_close);
  int ends[2];
  g_assert_cmpint(pipe(ends), ==, 0);
  pid_t pid = fork_reviewer(place->url, "ada", ends[1]);
  close(ends[1]);
  guint told = 0;
  char byte;
  while (told < 30 && read(ends[0], &byte, 1) == 1)
    told++;
  g_assert_cmpuint(told, ==, 30);
  kill(pid, SIGKILL);
  while (read(ends[0], &byte, 1) == 1)
    told++;
  close(ends[0]);
  waitpid(pid, NULL, 0);
  place_reopen(place);
  g_autoptr(Review) review = load(place->store, "Q4");
  g_assert_cmpint(review->last_mark, >=, told);
  g_assert_cmpint(review->last_mark, <=, told + 1);
  g_autoptr(GError) error = NULL;
  g_assert_true(decide(place->store, review, 1, REVIEW_KEEP, NULL, "bob", &error));
}

/* A store of the version before gets the tables of reviews and keeps its journal. */
static void
test_migration(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  gint64 id = sample_journalled(place->store, "before");
  const char *back = "DROP TRIGGER review_once; DROP TRIGGER review_applied;"
                     "DROP TABLE review_place; DROP TABLE review_mark; DROP TABLE review_item;"
                     "DROP TABLE review; DROP INDEX operation_creation; PRAGMA user_version=1";
  g_assert_cmpint(sqlite3_exec(place->store->db, "PRAGMA foreign_keys=OFF", NULL, NULL, NULL), ==,
                  SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(place->store->db, back, NULL, NULL, NULL), ==, SQLITE_OK);
  place_reopen(place);
  g_autoptr(Plan) plan = journal_load(place->store, id, &error);
  g_assert_no_error(error);
  g_autoptr(Review) review = kept_review(place->store, "Q4", 2);
  g_assert_cmpint(review->id, >, 0);
}

static void
test_head(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gint64 number = 7, later = 0;
  g_assert_true(journal_head(place->store, &number, &before, &error));
  g_assert_cmpint(number, ==, 0);
  g_assert_cmpstr(before, ==, "");
  sample_journalled(place->store, "one");
  g_assert_true(journal_head(place->store, &later, &after, &error));
  g_assert_cmpint(later, >, 0);
  g_assert_cmpuint(strlen(after), >=, 32);
}

#define ADD(path, function)                                                                        \
  g_test_add("/reviews/" path, Place, NULL, place_set_up, function, place_tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("round-trip", test_round_trip);
  ADD("names", test_names);
  ADD("list", test_list);
  ADD("places", test_places);
  ADD("shared", test_shared);
  ADD("applied", test_applied);
  ADD("other-profile", test_other_profile);
  ADD("close", test_close);
  ADD("refused", test_refused);
  ADD("fixed", test_fixed);
  ADD("two-at-once", test_two_at_once);
  ADD("killed", test_killed);
  ADD("migration", test_migration);
  ADD("head", test_head);
  return g_test_run();
}
