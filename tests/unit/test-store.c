/* Unit tests of store: what the journal keeps, that it only moves forward, that
 * tampering shows, and which files it refuses. */
#include "test-store.h"

#include "base/error.h"
#include "store/store-private.h"
#include <string.h>
#include <unistd.h>

static void
assert_same_operation(const Operation *a, const Operation *b)
{
  g_assert_cmpuint(a->sequence, ==, b->sequence);
  g_assert_cmpstr(a->kind, ==, b->kind);
  g_assert_cmpstr(a->target_id, ==, b->target_id);
  g_assert_cmpstr(a->target_name, ==, b->target_name);
  g_assert_cmpuint(a->depends_on, ==, b->depends_on);
  g_assert_cmpint(a->state, ==, b->state);
  g_assert_cmpstr(a->client_request_id, ==, b->client_request_id);
  g_assert_cmpstr(a->request_id, ==, b->request_id);
  g_assert_cmpint(a->http_status, ==, b->http_status);
  g_assert_cmpstr(a->error_code, ==, b->error_code);
  g_assert_cmpstr(a->error_message, ==, b->error_message);
  g_assert_cmpstr(a->result, ==, b->result);
  g_assert_cmpint(a->intended_at, ==, b->intended_at);
  g_assert_cmpint(a->finished_at, ==, b->finished_at);
  g_assert_cmpuint(a->values->len, ==, b->values->len);
  for (guint i = 0; i < a->values->len; i++) {
    const OperationValue *x = g_ptr_array_index(a->values, i);
    const OperationValue *y = g_ptr_array_index(b->values, i);
    g_assert_cmpstr(x->name, ==, y->name);
    g_assert_cmpstr(x->from, ==, y->from);
    g_assert_cmpstr(x->to, ==, y->to);
  }
}

static void
assert_same_plan(const Plan *a, const Plan *b)
{
  g_assert_cmpint(a->id, ==, b->id);
  g_assert_cmpstr(a->title, ==, b->title);
  g_assert_cmpstr(a->reason, ==, b->reason);
  g_assert_cmpstr(a->profile, ==, b->profile);
  g_assert_cmpstr(a->tenant, ==, b->tenant);
  g_assert_cmpstr(a->roster, ==, b->roster);
  g_assert_cmpstr(a->who, ==, b->who);
  g_assert_cmpstr(a->released_by, ==, b->released_by);
  g_assert_cmpint(a->made_at, ==, b->made_at);
  g_assert_cmpint(a->state, ==, b->state);
  g_assert_cmpuint(a->notes->len, ==, b->notes->len);
  for (guint i = 0; i < a->notes->len; i++)
    g_assert_cmpstr(g_ptr_array_index(a->notes, i), ==, g_ptr_array_index(b->notes, i));
  g_assert_cmpuint(a->operations->len, ==, b->operations->len);
  for (guint i = 0; i < a->operations->len; i++)
    assert_same_operation(g_ptr_array_index(a->operations, i), g_ptr_array_index(b->operations, i));
}

/* What was journalled is there after a restart, in every detail. */
static void
assert_stored(Place *place, const Plan *plan)
{
  g_autoptr(GError) error = NULL;
  place_reopen(place);
  g_autoptr(Plan) loaded = journal_load(place->store, plan->id, &error);
  g_assert_no_error(error);
  assert_same_plan(loaded, plan);
  guint entries = 0;
  g_assert_true(journal_verify(place->store, &entries, &error));
  g_assert_cmpuint(entries, >=, 2);
}

static void
test_round_trip(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("Create zoë.ext@contoso.com");
  g_assert_true(journal_begin(place->store, plan, &error));
  g_assert_cmpint(plan->id, >, 0);
  assert_stored(place, plan);

  const guint both[] = {1, 2};
  sample_intend(plan_operation(plan, 1));
  sample_intend(plan_operation(plan, 2));
  g_assert_true(journal_intend(place->store, plan, both, 2, &error));
  assert_stored(place, plan);

  Operation *create = plan_operation(plan, 1), *group = plan_operation(plan, 2);
  sample_done(create);
  create->target_id = g_strdup("8a7e");
  create->result = g_strdup("2 of 25 seats left");
  sample_done(group);
  group->state = OPERATION_FAILED;
  group->error_code = g_strdup("Request_BadRequest");
  group->error_message = g_strdup("no such group");
  g_assert_true(journal_result(place->store, plan, both, 2, &error));
  plan->state = PLAN_FAILED;
  g_assert_true(journal_set_state(place->store, plan, &error));
  assert_stored(place, plan);
}

/* A plan that makes an account for an external address, made at a moment. */
static Plan *
creation(const char *user_name, const char *external, const char *tenant, gint64 made_at)
{
  Plan *plan = plan_new("Create");
  plan->tenant = g_strdup(tenant);
  plan->made_at = made_at;
  Operation *create = plan_add(plan, "user.create", NULL, user_name);
  operation_add_value(create, "displayName", NULL, "Kim");
  operation_add_value(create, "otherMails", NULL, external);
  return plan;
}

static void
assert_claimed(Store *store, const char *external, const char *tenant, gint64 made_at, gboolean yes)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = creation("kim2.ext@contoso.com", external, tenant, made_at);
  g_assert_true(journal_begin(store, plan, &error) == !yes);
  if (yes)
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  else
    g_assert_no_error(error);
}

/* Two runs that both found a person missing: the second does not make another account. */
static void
test_claim(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  const guint first[] = {1};
  g_autoptr(Plan) plan =
      creation("kim.ext@contoso.com", "kim@fabrikam.example", "contoso.com", 100);
  g_assert_true(journal_begin(place->store, plan, &error));
  assert_claimed(place->store, "Kim@Fabrikam.example", "contoso.com", 100, TRUE);
  assert_claimed(place->store, "kim@fabrikam.example", "contoso.com", 100000, TRUE);
  assert_claimed(place->store, "kim@fabrikam.example", "fabrikam.example", 100, FALSE);
  assert_claimed(place->store, "tim@fabrikam.example", "contoso.com", 100, FALSE);

  Operation *create = plan_operation(plan, 1);
  sample_done(create);
  create->finished_at = 200;
  g_assert_true(journal_result(place->store, plan, first, 1, &error));
  assert_claimed(place->store, "kim@fabrikam.example", "contoso.com", 200, TRUE);
  /* Whoever asked the tenant later has seen the account. */
  assert_claimed(place->store, "kim@fabrikam.example", "contoso.com", 201, FALSE);
}

/* The second attempt of what failed: allowed, and both are in the chain. */
static void
test_second_attempt(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("again");
  const guint one[] = {1};
  g_assert_true(journal_begin(place->store, plan, &error));
  Operation *create = plan_operation(plan, 1);
  sample_intend(create);
  g_assert_true(journal_intend(place->store, plan, one, 1, &error));
  create->state = OPERATION_FAILED;
  create->error_message = g_strdup("busy");
  create->finished_at = 1795000009;
  g_assert_true(journal_result(place->store, plan, one, 1, &error));

  sample_intend(create);
  g_assert_true(journal_intend(place->store, plan, one, 1, &error));
  g_assert_true(journal_verify(place->store, NULL, &error));
  g_autoptr(Plan) loaded = journal_load(place->store, plan->id, &error);
  g_assert_cmpint(plan_operation(loaded, 1)->state, ==, OPERATION_INTENDED);
  g_assert_null(plan_operation(loaded, 1)->error_message);
  g_assert_cmpint(plan_operation(loaded, 1)->finished_at, ==, 0);

  create->state = OPERATION_SENT;
  g_assert_true(journal_result(place->store, plan, one, 1, &error));
  g_assert_true(journal_verify(place->store, NULL, &error));
  g_clear_pointer(&create->error_message, g_free);
  sample_done(create);
  g_assert_true(journal_result(place->store, plan, one, 1, &error));
  assert_stored(place, plan);
}

static void
test_forward_only(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  gint64 id = sample_journalled(place->store, "done");
  g_autoptr(Plan) plan = journal_load(place->store, id, &error);
  const guint one[] = {1};
  g_assert_false(journal_intend(place->store, plan, one, 1, &error));
  assert_store_error(error, "from “done”");
  g_clear_error(&error);
  plan_operation(plan, 1)->state = OPERATION_FAILED;
  g_assert_false(journal_result(place->store, plan, one, 1, &error));
  assert_store_error(error, "from “done” to “failed”");
  g_clear_error(&error);

  /* Not the code alone: the database refuses too. */
  const char *const refused[] = {
      "UPDATE operation SET state = 'planned' WHERE sequence = 1",
      "UPDATE operation SET vals = '[]' WHERE sequence = 1",
      "UPDATE operation SET target_name = 'x' WHERE sequence = 1",
      "DELETE FROM operation",
      "DELETE FROM plan",
      "DELETE FROM chain WHERE number = 1",
      "UPDATE chain SET content = 'x' WHERE number = 1",
      "UPDATE plan SET reason = 'x'",
  };
  for (guint i = 0; i < G_N_ELEMENTS(refused); i++)
    g_assert_cmpint(sqlite3_exec(place->store->db, refused[i], NULL, NULL, NULL) & 0xff, ==,
                    SQLITE_CONSTRAINT);
  g_assert_true(journal_verify(place->store, NULL, &error));

  /* One wrong operation of a batch: none is written. */
  g_autoptr(Plan) other = sample_plan("batch");
  g_assert_true(journal_begin(place->store, other, &error));
  const guint batch[] = {1, 9};
  sample_intend(plan_operation(other, 1));
  g_assert_false(journal_intend(place->store, other, batch, 2, &error));
  assert_store_error(error, "no operation 9");
  g_autoptr(Plan) loaded = journal_load(place->store, other->id, NULL);
  g_assert_cmpint(plan_operation(loaded, 1)->state, ==, OPERATION_PLANNED);
}

static void
test_extend(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("extended");
  g_assert_true(journal_begin(place->store, plan, &error));
  Operation *more = plan_add(plan, "pass.issue", "8a7e", "zoë.ext@contoso.com");
  operation_add_value(more, "lifetime", NULL, "60");
  plan_add(plan, "mail.send", "8a7e", "zoë.ext@contoso.com");
  g_assert_true(journal_extend(place->store, plan, &error));
  assert_stored(place, plan);
  g_assert_true(journal_extend(place->store, plan, &error));
  assert_stored(place, plan);
  plan->id = 4711;
  plan_add(plan, "mail.send", NULL, "x");
  g_assert_false(journal_extend(place->store, plan, &error));
}

static void
test_no_secrets(Place *place, gconstpointer data)
{
  const char *const names[] = {"passwordProfile",     "passwordProfile.password",
                               "TemporaryAccessPass", "inviteRedeemUrl",
                               "client_secret",       "device_code"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = sample_plan("secret");
    operation_add_value(plan_operation(plan, 1), names[i], NULL, "hunter2");
    g_assert_false(journal_begin(place->store, plan, &error));
    assert_store_error(error, names[i]);
    g_assert_null(strstr(error->message, "hunter2"));
    g_assert_cmpint(plan->id, ==, 0);
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("secret in a message");
  const guint one[] = {1};
  g_assert_true(journal_begin(place->store, plan, &error));
  Operation *create = plan_operation(plan, 1);
  sample_intend(create);
  g_assert_true(journal_intend(place->store, plan, one, 1, &error));
  create->state = OPERATION_FAILED;
  create->error_message = g_strdup("refused: Bearer eyJhbGciOiJub25l.eyJzdWIiOiIxIn0.c2ln");
  g_assert_true(journal_result(place->store, plan, one, 1, &error));
  g_autoptr(Plan) loaded = journal_load(place->store, plan->id, &error);
  g_assert_null(strstr(plan_operation(loaded, 1)->error_message, "eyJ"));
}

static void
test_lists(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  gint64 done = sample_journalled(place->store, "done");
  g_autoptr(Plan) open = sample_plan("open");
  g_free(open->profile);
  open->profile = g_strdup("other");
  plan_operation(open, 1)->target_id = g_strdup("8a7e");
  g_assert_true(journal_begin(place->store, open, &error));

  g_autoptr(GPtrArray) all = journal_list(place->store, NULL, 0, &error);
  g_assert_cmpuint(all->len, ==, 2);
  JournalSummary *newest = g_ptr_array_index(all, 0), *older = g_ptr_array_index(all, 1);
  g_assert_cmpint(newest->plan->id, ==, open->id);
  g_assert_cmpuint(newest->counts[OPERATION_PLANNED], ==, 3);
  g_assert_false(newest->owned);
  g_assert_cmpuint(older->counts[OPERATION_DONE], ==, 3);
  g_assert_cmpuint(older->plan->operations->len, ==, 0);
  g_autoptr(GPtrArray) one = journal_list(place->store, "contoso", 1, &error);
  g_assert_cmpuint(one->len, ==, 1);
  g_assert_cmpint(((JournalSummary *)g_ptr_array_index(one, 0))->plan->id, ==, done);

  g_autoptr(GArray) unfinished = journal_unfinished(place->store, NULL, &error);
  g_assert_cmpuint(unfinished->len, ==, 1);
  g_assert_cmpint(g_array_index(unfinished, gint64, 0), ==, open->id);
  g_autoptr(GArray) of_contoso = journal_unfinished(place->store, "contoso", &error);
  g_assert_cmpuint(of_contoso->len, ==, 0);

  g_autoptr(GPtrArray) by_name =
      journal_of_target(place->store, NULL, "ZOë.EXT@contoso.com", 4, &error);
  g_assert_cmpuint(by_name->len, ==, 2);
  g_assert_cmpuint(((Plan *)g_ptr_array_index(by_name, 0))->operations->len, ==, 3);
  g_assert_cmpuint(((Plan *)g_ptr_array_index(by_name, 1))->operations->len, ==, 1);
  g_autoptr(GPtrArray) by_id = journal_of_target(place->store, "8a7e", NULL, 0, &error);
  g_assert_cmpuint(by_id->len, ==, 1);
  g_assert_null(journal_load(place->store, 4711, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
}

/* Two plans that are done (entries 1 to 12) and one that is open (13, 14). Somebody with a
 * database tool goes to work. */
static const struct {
  const char *name, *sql, *says;
} tampers[] = {
    {"nothing", "SELECT 1", NULL},
    {"result", "UPDATE operation SET result = 'x' WHERE plan_id = 1 AND sequence = 2",
     "operation 2 of plan 1 was changed after it was written at 20"},
    {"who", "UPDATE plan SET who = 'nobody' WHERE id = 2", "plan 2 was changed"},
    {"plan-state", "UPDATE plan SET state = 'open' WHERE id = 2", "plan 2 was changed"},
    {"state-back", "UPDATE operation SET state = 'planned' WHERE plan_id = 2 AND sequence = 3",
     "operation 3 of plan 2 was changed"},
    {"state-made-up", "UPDATE operation SET state = 'done' WHERE plan_id = 3 AND sequence = 1",
     "operation 1 of plan 3 was changed"},
    {"open-target", "UPDATE operation SET target_name = 'x' WHERE plan_id = 3 AND sequence = 1",
     "operation 1 of plan 3 was changed"},
    {"operation-gone", "DELETE FROM operation WHERE plan_id = 1 AND sequence = 2",
     "operation 2 of plan 1 is missing"},
    {"operation-new",
     "INSERT INTO operation SELECT 1, 4, kind, target_id, target_name, vals, depends_on, 'planned',"
     " NULL, NULL, 0, NULL, NULL, NULL, 0, 0, 0 FROM operation WHERE plan_id = 1 AND sequence = 1",
     "of plan 1 3 operations were written, and there are 4"},
    {"plan-gone", "DELETE FROM operation WHERE plan_id = 2; DELETE FROM plan WHERE id = 2",
     "plan 2 is missing"},
    {"plan-new", "INSERT INTO plan (title, made_at, notes, state) VALUES ('x', 1, '[]', 'done')",
     "plan 4 was put in by hand"},
    {"entry-gone", "DELETE FROM chain WHERE number = 4", "1 entry before entry 5 (plan 1"},
    {"entry-changed",
     "UPDATE chain SET content = replace(content, '4711', '4712') WHERE number = 3",
     "entry 3 (plan 1, operation 1, 20"},
    {"both-changed",
     "UPDATE operation SET request_id = 'x' WHERE plan_id = 1 AND sequence = 1;"
     "UPDATE chain SET content = replace(content, 'service-4711', 'x') WHERE number = 3",
     "entry 3 (plan 1, operation 1"},
    {"time-changed", "UPDATE chain SET at = at - 3600 WHERE number = 5", "entry 5 (plan 1"},
    {"reordered",
     "UPDATE chain SET number = -1 WHERE number = 4; UPDATE chain SET number = 4 WHERE number = 5;"
     "UPDATE chain SET number = 5 WHERE number = -1",
     "entry 4 (plan 1, operation 3"},
    {"closed-up",
     "DELETE FROM chain WHERE number = 4; UPDATE chain SET number = -(number - 1) WHERE number > 4;"
     "UPDATE chain SET number = -number WHERE number < 0",
     "entry 4 (plan 1, operation 3"},
    {"end-gone", "DELETE FROM chain WHERE number > 12", "its last 2 entries are missing"},
    {"end-new",
     "INSERT INTO chain SELECT 15, event, plan_id, sequence, at, content, before, hash FROM chain"
     " WHERE number = 14",
     "entry 15"},
    {"head", "UPDATE head SET hash = 'x'", "its last entry (14) was replaced"},
};

static void
tamper(const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  char *trouble = NULL;
  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  const char *const triggers[] = {"plan_stays",       "operation_stays",  "chain_stays",
                                  "chain_fixed",      "plan_fixed",       "operation_fixed",
                                  "operation_target", "operation_forward"};
  for (guint i = 0; i < G_N_ELEMENTS(triggers); i++) {
    g_autofree char *drop = g_strdup_printf("DROP TRIGGER %s", triggers[i]);
    g_assert_cmpint(sqlite3_exec(db, drop, NULL, NULL, NULL), ==, SQLITE_OK);
  }
  if (sqlite3_exec(db, sql, NULL, NULL, &trouble) != SQLITE_OK)
    g_error("%s", trouble);
  sqlite3_close(db);
}

static void
test_tamper(Place *place, gconstpointer data)
{
  guint row = GPOINTER_TO_UINT(data), entries = 0;
  g_autoptr(GError) error = NULL;
  sample_journalled(place->store, "first");
  sample_journalled(place->store, "second");
  g_autoptr(Plan) open = sample_plan("third");
  g_assert_true(journal_begin(place->store, open, &error));
  g_assert_true(journal_verify(place->store, &entries, &error));
  g_assert_cmpuint(entries, ==, 14);
  g_clear_pointer(&place->store, store_close);
  tamper(place->path, tampers[row].sql);
  place_reopen(place);
  gboolean whole = journal_verify(place->store, NULL, &error);
  if (tampers[row].says == NULL)
    g_assert_no_error(error);
  else
    assert_store_error(error, tampers[row].says);
  g_assert_cmpint(whole, ==, tampers[row].says == NULL);
}

static void
test_lease_here(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = sample_plan("leased");
  g_assert_true(journal_begin(place->store, plan, &error));
  g_assert_true(journal_lease(place->store, plan->id, &error));
  g_assert_true(journal_heartbeat(place->store, plan->id, &error));
  g_autoptr(Store) second = store_open(place->url, &error);
  g_assert_no_error(error);
  g_assert_false(journal_lease(second, plan->id, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_autofree char *pid = g_strdup_printf("process %d ", (int)getpid());
  g_assert_nonnull(strstr(error->message, pid));
  g_clear_error(&error);
  g_assert_false(journal_heartbeat(second, plan->id, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_clear_error(&error);
  journal_release(second, plan->id); /* not its own: nothing happens */
  g_autoptr(GArray) owned = journal_unfinished(second, NULL, &error);
  g_assert_cmpuint(owned->len, ==, 0);
  journal_release(place->store, plan->id);
  g_autoptr(GArray) unowned = journal_unfinished(second, NULL, &error);
  g_assert_cmpuint(unowned->len, ==, 1);
  g_assert_true(journal_lease(second, plan->id, &error));
  /* Closing gives back what was forgotten. */
  g_clear_pointer(&second, store_close);
  g_assert_true(journal_lease(place->store, plan->id, &error));
}

/* Of two plans about one account only one is worked on, whoever made them. */
static void
test_lease_shared_target(Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) first = plan_new("first");
  g_autoptr(Plan) same = plan_new("same");
  g_autoptr(Plan) other = plan_new("other");
  plan_add(first, "user.disable", "id-1", "one@contoso.com");
  plan_add(first, "user.disable", "id-2", "two@contoso.com");
  plan_add(same, "user.enable", "id-2", "two@contoso.com");
  plan_add(other, "user.enable", "id-3", "three@contoso.com");
  g_assert_true(journal_begin_run(place->store, first, &error));
  g_autoptr(Store) second = store_open(place->url, &error);
  g_assert_no_error(error);
  g_assert_false(journal_begin_run(second, same, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFLICT);
  g_assert_nonnull(strstr(error->message, "two@contoso.com"));
  g_clear_error(&error);
  g_assert_cmpint(same->id, ==, 0); /* nothing was written */
  g_assert_true(journal_begin_run(second, other, &error));
  /* What is settled stands in nobody's way. */
  plan_operation(first, 2)->state = OPERATION_FAILED;
  g_assert_true(journal_result(place->store, first, &(guint){2}, 1, &error));
  g_assert_true(journal_begin_run(second, same, &error));
  g_assert_no_error(error);
}

/* What cannot be looked at from here lives as long as its heart beats. */
static void
test_lease_elsewhere(Place *place, gconstpointer data)
{
  static const struct {
    const char *sql;
    gboolean living;
  } rows[] = {
      {"UPDATE lease SET machine = 'elsewhere', pid = 999999999", TRUE},
      {"UPDATE lease SET machine = 'elsewhere', heartbeat = heartbeat - 100000", FALSE},
      {"UPDATE lease SET space = 'container', pid = 999999999", TRUE},
      {"UPDATE lease SET space = 'container', heartbeat = heartbeat - 100000", FALSE},
      {"UPDATE lease SET boot = 'before the restart'", FALSE},
      {"UPDATE lease SET started = '1'", FALSE},
      {"UPDATE lease SET pid = 999999999", FALSE},
      {"UPDATE lease SET heartbeat = heartbeat - 100000", TRUE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) plan = sample_plan("leased");
    g_assert_true(journal_begin(place->store, plan, &error));
    g_assert_true(journal_lease(place->store, plan->id, &error));
    g_assert_cmpint(sqlite3_exec(place->store->db, rows[i].sql, NULL, NULL, NULL), ==, SQLITE_OK);
    g_autoptr(Store) second = store_open(place->url, &error);
    g_test_message("%s", rows[i].sql);
    g_assert_cmpint(journal_lease(second, plan->id, &error), ==, !rows[i].living);
    g_assert_cmpint(sqlite3_exec(place->store->db, "DELETE FROM lease", NULL, NULL, NULL), ==,
                    SQLITE_OK);
  }
}

/* Several threads of one program share the store. */
static gpointer
write_many(gpointer store)
{
  for (guint i = 0; i < 10; i++)
    sample_journalled(store, "from a thread");
  return NULL;
}

static void
test_threads(Place *place, gconstpointer data)
{
  GThread *threads[4];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("writer", write_many, place->store);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_thread_join(threads[i]);
  g_autoptr(GError) error = NULL;
  guint entries = 0;
  g_assert_true(journal_verify(place->store, &entries, &error));
  g_assert_cmpuint(entries, ==, 40 * 6);
}

static int
count_commit(gpointer commits)
{
  ++*(guint *)commits;
  return 0;
}

/* Beside the network, the journal must not be felt: a batch of 20 waits for the disk twice, for the
 * intents and for the results. How long the disk takes is its own affair. */
static void
test_speed(Place *place, gconstpointer data)
{
  enum { BATCH = 20, BATCHES = 25 };
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = plan_new("speed");
  for (guint i = 0; i < BATCH * BATCHES; i++) {
    Operation *operation = plan_add(plan, "user.set", "8a7e", "ada@contoso.com");
    operation_add_value(operation, "city", "London", "Paris");
  }
  g_assert_true(journal_begin(place->store, plan, &error));
  guint commits = 0;
  sqlite3_commit_hook(place->store->db, count_commit, &commits);
  gint64 start = g_get_monotonic_time();
  for (guint batch = 0; batch < BATCHES; batch++) {
    guint sequences[BATCH];
    for (guint i = 0; i < BATCH; i++) {
      sequences[i] = batch * BATCH + i + 1;
      sample_intend(plan_operation(plan, sequences[i]));
    }
    g_assert_true(journal_intend(place->store, plan, sequences, BATCH, &error));
    for (guint i = 0; i < BATCH; i++)
      sample_done(plan_operation(plan, sequences[i]));
    g_assert_true(journal_result(place->store, plan, sequences, BATCH, &error));
  }
  double each = (double)(g_get_monotonic_time() - start) / 1000 / (BATCH * BATCHES);
  g_test_minimized_result(each, "%.3f ms for the intent and the result of one operation", each);
  start = g_get_monotonic_time();
  g_assert_true(journal_verify(place->store, NULL, &error));
  g_test_message("verify: %.1f ms", (double)(g_get_monotonic_time() - start) / 1000);
  g_assert_cmpuint(commits, ==, 2 * BATCHES);
}

#define ADD(name, function)                                                                        \
  g_test_add("/store/" name, Place, NULL, place_set_up, function, place_tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("round-trip", test_round_trip);
  ADD("claim", test_claim);
  ADD("second-attempt", test_second_attempt);
  ADD("forward-only", test_forward_only);
  ADD("extend", test_extend);
  ADD("no-secrets", test_no_secrets);
  ADD("lists", test_lists);
  for (guint i = 0; i < G_N_ELEMENTS(tampers); i++) {
    g_autofree char *path = g_strdup_printf("/store/tamper/%s", tampers[i].name);
    g_test_add(path, Place, GUINT_TO_POINTER(i), place_set_up, test_tamper, place_tear_down);
  }
  ADD("lease/here", test_lease_here);
  ADD("lease/shared-target", test_lease_shared_target);
  ADD("lease/elsewhere", test_lease_elsewhere);
  ADD("threads", test_threads);
  ADD("speed", test_speed);
  return g_test_run();
}
