/* Patience: what is waited for, what is sent again, and what never is. */
#include "base/error.h"
#include "net/retry.h"
#include "script-server.h"
#include <string.h>

static void
test_limit(void)
{
  g_autoptr(Throttle) throttle = throttle_new(8);
  g_assert_cmpuint(throttle_limit(throttle), ==, 8);
  /* Eight in flight, all refused at once: one sign, not eight. */
  for (int i = 0; i < 8; i++)
    g_assert_true(throttle_enter(throttle, NULL, NULL));
  for (int i = 0; i < 8; i++)
    throttle_leave(throttle, 0);
  g_assert_cmpuint(throttle_limit(throttle), ==, 4);
  guint times;
  throttle_waiting(throttle, &times);
  g_assert_cmpuint(times, ==, 8);
  for (int i = 0; i < 4; i++) {
    g_assert_true(throttle_enter(throttle, NULL, NULL));
    throttle_leave(throttle, -1);
  }
  g_assert_cmpuint(throttle_limit(throttle), ==, 4);
  for (int i = 0; i < 60; i++) {
    g_assert_true(throttle_enter(throttle, NULL, NULL));
    throttle_leave(throttle, -1);
  }
  g_assert_cmpuint(throttle_limit(throttle), ==, 8);
}

static void
test_deadline(void)
{
  g_autoptr(Throttle) throttle = throttle_new(2);
  g_assert_true(throttle_enter(throttle, NULL, NULL));
  throttle_leave(throttle, 1000);
  g_assert_cmpuint(throttle_waiting(throttle, NULL), >, 900);
  g_autoptr(GError) error = NULL;
  gint64 begin = g_get_monotonic_time();
  g_assert_false(throttle_enter_until(throttle, begin + 10 * G_TIME_SPAN_SECOND, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_THROTTLED);
  g_assert_cmpint(error_retry_after(error), >, 900);
  g_assert_cmpint(error_retry_after(error), <=, 1000);
  g_assert_cmpint(g_get_monotonic_time() - begin, <, G_TIME_SPAN_SECOND);
}

static gpointer
enter(gpointer data)
{
  GError *error = NULL;
  g_assert_false(throttle_enter(((gpointer *)data)[0], ((gpointer *)data)[1], &error));
  return error;
}

static void
test_cancel(void)
{
  g_autoptr(Throttle) throttle = throttle_new(1);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_assert_true(throttle_enter(throttle, NULL, NULL)); /* no room for a second one */
  gpointer data[] = {throttle, cancellable};
  GThread *thread = g_thread_new("enter", enter, data);
  g_cancellable_cancel(cancellable);
  g_autoptr(GError) error = g_thread_join(thread);
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  throttle_leave(throttle, -1);
  g_clear_error(&error);
  g_assert_false(retry_sleep(60000, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
}

/* What the first requests are answered; the rest get 200. */
typedef struct {
  int status[8];
  const char *header;
  gboolean reset, hang;
  gint64 *came; /* when the first eight came, if somebody wants to know */
} Script;

static void
answer_by_script(const ScriptRequest *request, ScriptReply *reply, gpointer data)
{
  const Script *script = data;
  int status = request->n <= 8 ? script->status[request->n - 1] : 0;
  if (script->came && request->n <= 8)
    script->came[request->n - 1] = g_get_monotonic_time();
  if (!status)
    return;
  reply->status = status;
  reply->reset = script->reset;
  if (script->header)
    g_string_append(reply->headers, script->header);
}

typedef struct {
  HttpSession *session;
  Throttle *throttle;
  ScriptServer *server;
} Fixture;

static void
set_up(Fixture *f, const Script *script)
{
  const HttpOptions options = {0};
  f->session = http_session_new(&options);
  f->throttle = throttle_new(4);
  f->server = script_server_new(answer_by_script, (gpointer)script);
}

static void
tear_down(Fixture *f)
{
  script_server_free(f->server);
  http_session_free(f->session);
  throttle_unref(f->throttle);
}

static HttpResponse *
send_one(Fixture *f, gboolean harmless, guint patience, gboolean *ret_processed, GError **error)
{
  const HttpRequest request = {
      .method = "POST", .url = script_server_url(f->server), .body_length = -1, .once = !harmless};
  const RetryPolicy policy = {.patience = patience, .harmless = harmless};
  return retry_send(f->session, f->throttle, &request, &policy, ret_processed, NULL, error);
}

static gpointer
send_on_thread(gpointer data)
{
  g_autoptr(HttpResponse) response = send_one(data, FALSE, 0, NULL, NULL);
  g_assert_cmpint(response->status, ==, 200);
  return NULL;
}

/* One is told to wait; the others, which were not, wait with it. */
static void
test_retry_after(void)
{
  Fixture f;
  gint64 came[8] = {0};
  const Script script = {{429}, "Retry-After: 1\r\n", .came = came};
  set_up(&f, &script);
  GThread *first = g_thread_new("first", send_on_thread, &f);
  while (throttle_waiting(f.throttle, NULL) == 0)
    g_usleep(500);
  GThread *second = g_thread_new("second", send_on_thread, &f);
  g_thread_join(first);
  g_thread_join(second);
  for (int i = 1; i < 3; i++)
    g_assert_cmpint(came[i] - came[0], >=, G_TIME_SPAN_SECOND);
  g_assert_cmpuint(script_server_requests(f.server), ==, 3);
  tear_down(&f);
}

/* "At once" is no leave to knock without a pause. */
static void
test_retry_after_nothing(void)
{
  Fixture f;
  const Script script = {{429}, "Retry-After: 0\r\n"};
  set_up(&f, &script);
  gint64 begin = g_get_monotonic_time();
  g_autoptr(HttpResponse) response = send_one(&f, FALSE, 0, NULL, NULL);
  g_assert_cmpint(response->status, ==, 200);
  g_assert_cmpint(g_get_monotonic_time() - begin, >=, G_TIME_SPAN_SECOND);
  g_assert_cmpuint(script_server_requests(f.server), ==, 2);
  tear_down(&f);
}

static void
test_retry_after_date(void)
{
  Fixture f;
  const Script script = {{503},
                         "Date: Fri, 20 Nov 2026 14:02:11 GMT\r\n"
                         "Retry-After: Fri, 20 Nov 2026 14:02:12 GMT\r\n"};
  set_up(&f, &script);
  gint64 begin = g_get_monotonic_time();
  /* With Retry-After it was not processed: safe for any kind. */
  g_autoptr(HttpResponse) response = send_one(&f, FALSE, 0, NULL, NULL);
  g_assert_cmpint(response->status, ==, 200);
  g_assert_cmpint(g_get_monotonic_time() - begin, >=, G_TIME_SPAN_SECOND);
  tear_down(&f);
}

static void
test_patience(void)
{
  Fixture f;
  const Script script = {{429, 429}, "Retry-After: 3600\r\n"};
  set_up(&f, &script);
  g_autoptr(HttpResponse) response = send_one(&f, TRUE, 5, NULL, NULL);
  g_assert_cmpint(response->status, ==, 429);
  g_autoptr(GError) error = NULL;
  g_assert_null(send_one(&f, TRUE, 5, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_THROTTLED);
  g_assert_cmpuint(script_server_requests(f.server), ==, 1);
  tear_down(&f);
}

static void
test_harmless(void)
{
  for (int reset = 0; reset < 2; reset++) {
    Fixture f;
    const Script script = {{500, 502, 504}, NULL, reset};
    set_up(&f, &script);
    gboolean processed = TRUE;
    g_autoptr(GError) error = NULL;
    g_autoptr(HttpResponse) response = send_one(&f, TRUE, 0, &processed, &error);
    g_assert_no_error(error);
    g_assert_cmpint(response->status, ==, 200);
    g_assert_false(processed);
    g_assert_cmpuint(script_server_requests(f.server), ==, 4);
    tear_down(&f);
  }
}

static void
test_outage(void)
{
  Fixture f;
  const Script script = {{500, 500, 500, 500, 500, 500, 500, 500}};
  set_up(&f, &script);
  g_autoptr(HttpResponse) response = send_one(&f, TRUE, 0, NULL, NULL);
  g_assert_cmpint(response->status, ==, 500);
  g_assert_cmpuint(script_server_requests(f.server), ==, 5);
  tear_down(&f);
}

static void
test_never(void)
{
  static const int statuses[] = {500, 502, 503, 504};
  for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
    Fixture f;
    const Script script = {{statuses[i]}};
    set_up(&f, &script);
    gboolean processed = FALSE;
    g_autoptr(HttpResponse) response = send_one(&f, FALSE, 0, &processed, NULL);
    g_assert_cmpint(response->status, ==, statuses[i]);
    g_assert_true(processed);
    g_assert_cmpuint(script_server_requests(f.server), ==, 1);
    tear_down(&f);
  }
  Fixture f;
  const Script script = {{500}, NULL, TRUE};
  set_up(&f, &script);
  gboolean processed = FALSE;
  g_autoptr(GError) error = NULL;
  g_assert_null(send_one(&f, FALSE, 0, &processed, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
  g_assert_true(processed);
  g_assert_cmpuint(script_server_requests(f.server), ==, 1);
  tear_down(&f);
}

/* Refused connections were not processed for sure; still, nobody waits for long. */
static void
test_refused(void)
{
  const HttpOptions options = {0};
  g_autoptr(HttpSession) session = http_session_new(&options);
  g_autoptr(Throttle) throttle = throttle_new(4);
  const HttpRequest request = {
      .method = "POST", .url = "http://127.0.0.1:1/", .body_length = -1, .once = TRUE};
  const RetryPolicy policy = {0};
  gboolean processed = TRUE;
  g_autoptr(GError) error = NULL;
  gint64 begin = g_get_monotonic_time();
  g_assert_null(retry_send(session, throttle, &request, &policy, &processed, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
  g_assert_false(processed);
  g_assert_cmpint(g_get_monotonic_time() - begin, <, 3 * G_TIME_SPAN_SECOND);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/throttle/limit", test_limit);
  g_test_add_func("/throttle/deadline", test_deadline);
  g_test_add_func("/throttle/cancel", test_cancel);
  g_test_add_func("/retry/retry-after", test_retry_after);
  g_test_add_func("/retry/retry-after-date", test_retry_after_date);
  g_test_add_func("/retry/retry-after-nothing", test_retry_after_nothing);
  g_test_add_func("/retry/patience", test_patience);
  g_test_add_func("/retry/harmless", test_harmless);
  g_test_add_func("/retry/outage", test_outage);
  g_test_add_func("/retry/never", test_never);
  g_test_add_func("/retry/refused", test_refused);
  return g_test_run();
}
