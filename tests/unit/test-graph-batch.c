/* $batch: what is sent, and an answer that comes in any order, leaves items out,
 * answers what nobody asked, or is no answer at all. */
#include "base/error.h"
#include "graph-service.h"
#include "graph/batch.h"
#include <stdlib.h>
#include <string.h>

#define BATCH "POST /v1.0/$batch"

/* Three changes of different kinds. */
static GraphBatch *
make_batch(GraphClient *client)
{
  const GraphProperty property = {"accountEnabled", "false"};
  GraphBatch *batch = graph_batch_new();
  graph_batch_add(batch, graph_users_update_request(ADA, &property, 1, NULL), "id-one");
  graph_batch_add(batch, graph_groups_remove_request(GROUP, GRACE), "id-two");
  graph_batch_add(batch, graph_groups_add_request(client, GROUP, GRACE), "id-three");
  return batch;
}

static const GraphAnswer *
answer(const GraphBatch *batch, guint i, int status, gboolean refused, gboolean maybe)
{
  const GraphAnswer *answer = graph_batch_answer(batch, i);
  g_assert_cmpint(answer->trace.http_status, ==, status);
  g_assert_cmpint(answer->refused, ==, refused);
  g_assert_cmpint(answer->trace.maybe_processed, ==, maybe);
  return answer;
}

/* Sends with this answer to the batch; `rules` may say more than one. */
static gboolean
send(Fixture *f, Rule *rules, GraphBatch **ret_batch, GError **error)
{
  set_up(f, rules);
  *ret_batch = make_batch(f->client);
  return graph_batch_send(f->client, *ret_batch, FALSE, NULL, error);
}

static void
test_sent(void)
{
  Rule rules[] = {{BATCH, 200, "{\"responses\":[]}"}, {0}};
  Fixture f;
  g_autoptr(GraphBatch) batch = NULL;
  g_assert_true(send(&f, rules, &batch, NULL));
  g_assert_cmpuint(graph_batch_length(batch), ==, 3);
  g_assert_nonnull(strstr(f.log->str,
                          "{\"id\":\"1\",\"method\":\"PATCH\",\"url\":\"/users/" ADA
                          "\",\"headers\":{\"client-request-id\":\"id-one\",\"Content-Type\":"
                          "\"application/json\"},\"body\":{\"accountEnabled\":false}}"));
  /* Without its last segment this would delete the account. */
  g_assert_nonnull(strstr(f.log->str, "{\"id\":\"2\",\"method\":\"DELETE\",\"url\":\"/groups/" GROUP
                                      "/members/" GRACE "/$ref\",\"headers\":"
                                      "{\"client-request-id\":\"id-two\"}}"));
  g_assert_nonnull(strstr(f.log->str, "/v1.0/directoryObjects/" GRACE "\"}}"));
  tear_down(&f);
}

static void
test_any_order(void)
{
  Rule rules[] = {
      {BATCH, 200,
       "{\"responses\":[{\"id\":\"3\",\"status\":429,\"headers\":{\"Retry-After\":\"7\"},"
       "\"body\":{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"slow\"}}},"
       "{\"id\":\"1\",\"status\":204,\"headers\":{\"Request-Id\":\"req-a\"}},"
       "{\"id\":\"2\",\"status\":404,\"body\":{\"error\":{\"code\":\"Request_ResourceNotFound\","
       "\"message\":\"gone\",\"innerError\":{\"request-id\":\"req-b\"}}}}]}"},
      {0}};
  Fixture f;
  g_autoptr(GraphBatch) batch = NULL;
  guint times;
  g_assert_true(send(&f, rules, &batch, NULL));
  g_assert_cmpstr(answer(batch, 0, 204, FALSE, FALSE)->trace.request_id, ==, "req-a");
  g_assert_cmpstr(graph_batch_answer(batch, 0)->trace.client_request_id, ==, "id-one");
  /* Not being a member is what was wanted, alone as in a batch. */
  g_assert_no_error(answer(batch, 1, 404, FALSE, FALSE)->error);
  const GraphAnswer *slow = answer(batch, 2, 429, TRUE, FALSE);
  g_assert_error(slow->error, USHER_ERROR, USHER_ERROR_THROTTLED);
  g_assert_cmpint(slow->retry_after, ==, 7);
  /* Everybody was told. */
  g_assert_cmpuint(throttle_waiting(f.throttle, &times), >=, 6);
  g_assert_cmpuint(times, ==, 1);
  tear_down(&f);
}

/* The same errors as of the single calls. */
static void
test_errors(void)
{
  static const struct {
    const char *status, *body;
    int code;
    gboolean refused, maybe;
  } cases[] = {
      {"400", "{\"error\":{\"code\":\"Request_BadRequest\",\"message\":\"no\"}}",
       USHER_ERROR_SERVICE, FALSE, FALSE},
      {"400", "{\"error\":{\"code\":\"x\",\"details\":[{\"code\":\"ObjectConflict\"}]}}",
       USHER_ERROR_CONFLICT, FALSE, FALSE},
      {"403", "{\"error\":{\"code\":\"Authorization_RequestDenied\",\"message\":\"no\"}}",
       USHER_ERROR_REFUSED, FALSE, FALSE},
      {"404", "{}", USHER_ERROR_NOT_FOUND, FALSE, FALSE},
      {"424", "{\"error\":{\"code\":\"FailedDependency\",\"message\":\"first\"}}",
       USHER_ERROR_SERVICE, FALSE, FALSE},
      {"500", "null", USHER_ERROR_SERVICE, FALSE, TRUE},
      {"503", "{}", USHER_ERROR_THROTTLED, FALSE, TRUE},
      {"504", "\"a text\"", USHER_ERROR_SERVICE, FALSE, TRUE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *body =
        g_strdup_printf("{\"responses\":[{\"id\":\"1\",\"status\":%s,\"headers\":{},\"body\":%s},"
                        "{\"id\":\"2\",\"status\":204},{\"id\":\"3\",\"status\":204}]}",
                        cases[i].status, cases[i].body);
    Rule rules[] = {{BATCH, 200, body}, {0}};
    Fixture f;
    g_autoptr(GraphBatch) batch = NULL;
    g_assert_true(send(&f, rules, &batch, NULL));
    g_assert_error(answer(batch, 0, atoi(cases[i].status), cases[i].refused, cases[i].maybe)->error,
                   USHER_ERROR, cases[i].code);
    g_assert_nonnull(strstr(graph_batch_answer(batch, 0)->error->message, ADA));
    g_assert_no_error(answer(batch, 1, 204, FALSE, FALSE)->error);
    tear_down(&f);
  }
}

/* Left out, asked twice, never asked, no status: what is not answered may have happened. */
static void
test_odd_items(void)
{
  Rule rules[] = {{BATCH, 200,
                   "{\"responses\":[{\"id\":\"1\",\"status\":204},{\"id\":\"1\",\"status\":500},"
                   "{\"id\":\"9\",\"status\":204},{\"id\":\"0\",\"status\":204},{\"id\":\"x\"},"
                   "{\"status\":204},7,null,[],{\"id\":3,\"status\":204},"
                   "{\"id\":\"3\",\"status\":\"204\"},{\"id\":\"3\",\"status\":20400},"
                   "{\"id\":\"2\",\"status\":503,\"headers\":{\"retry-after\":\"1\"}}]}"},
                  {0}};
  Fixture f;
  g_autoptr(GraphBatch) batch = NULL;
  g_assert_true(send(&f, rules, &batch, NULL));
  g_assert_no_error(answer(batch, 0, 204, FALSE, FALSE)->error);
  g_assert_error(answer(batch, 1, 503, TRUE, FALSE)->error, USHER_ERROR, USHER_ERROR_THROTTLED);
  g_assert_error(answer(batch, 2, 0, FALSE, TRUE)->error, USHER_ERROR, USHER_ERROR_PROTOCOL);
  tear_down(&f);
}

static void
check_all(const GraphBatch *batch, gboolean maybe)
{
  for (guint i = 0; i < 3; i++) {
    g_assert_nonnull(graph_batch_answer(batch, i)->error);
    g_assert_cmpint(graph_batch_answer(batch, i)->trace.maybe_processed, ==, maybe);
    g_assert_false(graph_batch_answer(batch, i)->refused);
  }
}

/* No answer, or none to be read: every item may have been processed. Sent once. */
static void
test_lost(void)
{
  static Rule answers[] = {{BATCH, 200, "<html>", FALSE},
                           {BATCH, 200, "{\"responses\":{}}", FALSE},
                           {BATCH, 200, "{\"responses\":[{\"id\":\"1\",", FALSE},
                           {BATCH, 200, "[]", FALSE},
                           {BATCH, 500, "{}", FALSE},
                           {BATCH, 502, "", FALSE},
                           {BATCH, 0, NULL, TRUE}};
  for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
    Rule rules[] = {answers[i], {0}};
    Fixture f;
    g_autoptr(GraphBatch) batch = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_false(send(&f, rules, &batch, &error));
    g_assert_nonnull(error);
    check_all(batch, TRUE);
    g_assert_cmpint(rules[0].used, ==, 1);
    tear_down(&f);
  }
}

/* Refused as a whole: nothing happened. */
static void
test_refused(void)
{
  Rule rules[] = {{BATCH, 400, "{\"error\":{\"code\":\"BadRequest\",\"message\":\"Invalid\"}}"},
                  {0}};
  Fixture f;
  g_autoptr(GraphBatch) batch = NULL;
  g_autoptr(GError) error = NULL;
  g_assert_false(send(&f, rules, &batch, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_SERVICE);
  check_all(batch, FALSE);
  tear_down(&f);
}

/* What only reads is asked for again. */
static void
test_reading(void)
{
  Rule rules[] = {
      {BATCH, 0, NULL, TRUE, 1},
      {BATCH, 200,
       "{\"responses\":[{\"id\":\"2\",\"status\":200,\"body\":{\"value\":[\"" GROUP "\"]}},"
       "{\"id\":\"1\",\"status\":200,\"body\":{\"accountEnabled\":true,\"department\":\"Lab\","
       "\"otherMails\":[\"a@x\",\"b@x\"],\"jobTitle\":null,\"onPremisesExtensionAttributes\":"
       "{\"extensionAttribute15\":\"2027-02-20\"}}}]}"},
      {0}};
  const GraphProperty properties[] = {{"accountEnabled", NULL}, {"extensionAttribute15", NULL}};
  Fixture f;
  set_up(&f, rules);
  g_autoptr(GraphBatch) batch = graph_batch_new();
  graph_batch_add(batch, graph_users_read_request(ADA, properties, 2), NULL);
  graph_batch_add(batch, graph_groups_check_request(GROUP, ADA), NULL);
  g_assert_true(graph_batch_send(f.client, batch, TRUE, NULL, NULL));
  g_assert_nonnull(strstr(f.log->str, "/users/" ADA "?$select=id,accountEnabled,"
                                      "onPremisesExtensionAttributes"));
  const GraphAnswer *read = graph_batch_answer(batch, 0);
  static const char *const values[][2] = {
      {"accountEnabled", "true"}, {"department", "Lab"},
      {"otherMails", "a@x\nb@x"}, {"extensionAttribute15", "2027-02-20"},
      {"jobTitle", NULL},         {"surname", NULL}};
  for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autofree char *value = graph_answer_value(read, values[i][0]);
    g_assert_cmpstr(value, ==, values[i][1]);
  }
  g_assert_true(graph_answer_lists(graph_batch_answer(batch, 1), GROUP));
  g_assert_false(graph_answer_lists(graph_batch_answer(batch, 1), ADA));
  g_assert_false(graph_answer_lists(read, GROUP));
  tear_down(&f);
}

/* An item's token ran out: it may go again, with another one. */
static void
test_expired(void)
{
  Rule rules[] = {{BATCH, 200,
                   "{\"responses\":[{\"id\":\"1\",\"status\":401,\"body\":{}},{\"id\":\"2\","
                   "\"status\":204},{\"id\":\"3\",\"status\":204}]}"},
                  {0}};
  Fixture f;
  g_autoptr(GraphBatch) batch = NULL;
  g_assert_true(send(&f, rules, &batch, NULL));
  g_assert_error(answer(batch, 0, 401, TRUE, FALSE)->error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_cmpuint(f.tokens_made, ==, 2);
  tear_down(&f);
}

/* Items that demand claims: the next token is asked for with them, once for all; the same
 * demand to that token is the end, with one more request and no token. */
#define DEMAND                                                                                     \
  "\"status\":401,\"headers\":{\"WWW-Authenticate\":\"Bearer realm=\\\"\\\", "                     \
  "error=\\\"insufficient_claims\\\", claims=\\\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6" \
  "dHJ1ZSwidmFsdWUiOiI3In19fQ==\\\"\"},\"body\":{}"
static void
test_challenged(void)
{
  Rule rules[] = {{BATCH, 200,
                   "{\"responses\":[{\"id\":\"1\"," DEMAND "},{\"id\":\"2\"," DEMAND "},"
                   "{\"id\":\"3\",\"status\":204}]}"},
                  {0}};
  Fixture f;
  g_autoptr(GraphBatch) batch = NULL;
  g_assert_true(send(&f, rules, &batch, NULL));
  for (guint i = 0; i < 2; i++)
    g_assert_error(answer(batch, i, 401, TRUE, FALSE)->error, USHER_ERROR, USHER_ERROR_SIGN_IN);
  g_assert_cmpuint(f.tokens_made, ==, 2);
  g_assert_nonnull(strstr(f.last_form, "nbf"));
  g_autoptr(GraphBatch) again = make_batch(f.client);
  g_assert_true(graph_batch_send(f.client, again, FALSE, NULL, NULL));
  for (guint i = 0; i < 2; i++) {
    const GError *error = answer(again, i, 401, FALSE, FALSE)->error;
    g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
    g_assert_nonnull(strstr(error->message, "continuous access evaluation"));
  }
  g_assert_cmpuint(f.tokens_made, ==, 2);
  tear_down(&f);
}

/* Accounts that are read together: a service that is busy is waited for, more often than one
 * that breaks is asked again. */
static void
test_put_off(void)
{
  static const char busy[] =
      "{\"responses\":[{\"id\":\"1\",\"status\":200,\"body\":{\"value\":[]}},"
      "{\"id\":\"2\",\"status\":429,\"headers\":{\"Retry-After\":\"0\"}}]}";
  static const char alone[] = "{\"responses\":[{\"id\":\"1\",\"status\":429}]}";
  static const char good[] =
      "{\"responses\":[{\"id\":\"1\",\"status\":200,\"body\":{\"value\":[]}}]}";
  static const char broken[] = "{\"responses\":[{\"id\":\"1\",\"status\":500}]}";
  const char *ids[16];
  for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
    ids[i] = ADA;
  for (guint breaks = 0; breaks < 2; breaks++) {
    Rule rules[] = {{BATCH, 200, busy, .times = 1},
                    {BATCH, 200, breaks ? broken : alone, .times = 8},
                    {BATCH, 200, good},
                    {0}};
    const GraphReading reading = {0};
    Fixture f;
    g_autoptr(GError) error = NULL;
    g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
    set_up(&f, rules);
    gboolean ok = graph_users_read_ids(f.client, ids, G_N_ELEMENTS(ids), &reading, FALSE, builder,
                                       NULL, &error);
    g_assert_cmpint(rules[1].used, ==, 8);
    g_assert_cmpint(ok, ==, !breaks);
    if (breaks)
      g_assert_error(error, USHER_ERROR, USHER_ERROR_THROTTLED);
    g_assert_cmpint(rules[2].used, ==, breaks ? 0 : 1);
    tear_down(&f);
  }
}

/* An operation without an id would be about all accounts: nothing leaves. */
static void
test_no_id(void)
{
  Rule rules[] = {{BATCH, 200, "{\"responses\":[]}"}, {0}};
  Fixture f;
  g_autoptr(GError) error = NULL;
  set_up(&f, rules);
  g_autoptr(GraphBatch) batch = make_batch(f.client);
  graph_batch_add(batch, graph_users_remove_request(""), NULL);
  g_assert_false(graph_batch_send(f.client, batch, FALSE, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  check_all(batch, FALSE);
  g_assert_cmpint(rules[0].used, ==, 0);
  tear_down(&f);
}

static gboolean
is_paced(Throttle *throttle)
{
  g_autoptr(GCancellable) cancelled = g_cancellable_new();
  g_cancellable_cancel(cancelled);
  return !throttle_charge(throttle, 10000, cancelled, NULL) ||
         !throttle_charge(throttle, 1, cancelled, NULL);
}

/* Who breaks down says nothing about the quota; who has done something and does not speak of it
 * has plenty. */
static void
test_share(void)
{
  Rule rules[] = {{BATCH, 200,
                   "{\"responses\":[{\"id\":\"1\",\"status\":500},{\"id\":\"2\",\"status\":403},"
                   "{\"id\":\"3\",\"status\":429,\"headers\":{\"Retry-After\":\"1\"}}]}",
                   .times = 1},
                  {BATCH, 200, "{\"responses\":[{\"id\":\"1\",\"status\":204}]}"},
                  {0}};
  Fixture f;
  set_up(&f, rules);
  throttle_report(f.throttle, 0.9, g_get_monotonic_time());
  for (int i = 0; i < 2; i++) {
    g_autoptr(GraphBatch) batch = make_batch(f.client);
    g_assert_true(graph_batch_send(f.client, batch, FALSE, NULL, NULL));
    g_assert_cmpint(is_paced(f.throttle), ==, i == 0);
  }
  tear_down(&f);
}

/* What everybody was asked to wait is waited for before a batch is written down. */
static void
test_wait(void)
{
  Rule rules[] = {{0}};
  Fixture f;
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancelled = g_cancellable_new();
  gint64 soon = g_get_monotonic_time() + G_TIME_SPAN_SECOND;
  set_up(&f, rules);
  throttle_slow_down(f.throttle, 1, FALSE);
  g_assert_true(graph_batch_wait(f.client, 5, NULL, NULL));
  g_assert_cmpint(g_get_monotonic_time(), >=, soon);
  throttle_slow_down(f.throttle, 4000, FALSE);
  g_assert_false(graph_batch_wait(f.client, 5, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_THROTTLED);
  g_clear_error(&error);
  g_cancellable_cancel(cancelled);
  g_assert_false(graph_batch_wait(f.client, 5, cancelled, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_assert_true(graph_batch_wait(f.client, 0, cancelled, NULL));
  tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/graph-batch/sent", test_sent);
  g_test_add_func("/graph-batch/any-order", test_any_order);
  g_test_add_func("/graph-batch/errors", test_errors);
  g_test_add_func("/graph-batch/odd-items", test_odd_items);
  g_test_add_func("/graph-batch/lost", test_lost);
  g_test_add_func("/graph-batch/refused", test_refused);
  g_test_add_func("/graph-batch/reading", test_reading);
  g_test_add_func("/graph-batch/expired", test_expired);
  g_test_add_func("/graph-batch/challenged", test_challenged);
  g_test_add_func("/graph-batch/no-id", test_no_id);
  g_test_add_func("/graph-batch/put-off", test_put_off);
  g_test_add_func("/graph-batch/share", test_share);
  g_test_add_func("/graph-batch/wait", test_wait);
  return g_test_run();
}
