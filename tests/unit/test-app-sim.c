/* The app and the engine against the simulated tenant: reading, what stands in
 * the way of a creation, a creation step by step, stopping, repairing. What
 * happens when the process dies is the fault ring's. */
#include "app/actions.h"
#include "app/app.h"
#include "base/clock.h"
#include "base/error.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "src/sim/usher-sim"
#define SPONSOR "svc-usher@contoso.com"

static char *folder, *config;
static GPid sim_pid;
static guint sim_port;
static int sim_output = -1;

static gboolean
start_sim(void)
{
  const char *build = g_getenv("top_builddir");
  g_autofree char *program = g_build_filename(build == NULL ? "." : build, PROGRAM, NULL);
  if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE))
    return FALSE;
  const char *const argv[] = {
      program,         "--port",         "0",    "--accounts", "300", "--seed", "7",
      "--with-parent", "--write-config", config, NULL};
  GString *line = g_string_new(NULL);
  char c;
  g_assert_true(g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                         NULL, &sim_pid, NULL, &sim_output, NULL, NULL));
  /* One line when it is ready, or the end of the pipe when it is not going to be. */
  while (read(sim_output, &c, 1) == 1 && c != '\n')
    g_string_append_c(line, c);
  g_assert_cmpuint(line->len, >, 0);
  const char *url = strstr(line->str, "http://127.0.0.1:");
  g_assert_nonnull(url);
  sim_port = (guint)atoi(url + strlen("http://127.0.0.1:"));
  g_string_free(line, TRUE);
  return TRUE;
}

static App *
open_app(gboolean read_only)
{
  g_autoptr(GError) error = NULL;
  AppOptions options = {.config_path = config, .read_only = read_only};
  App *app = app_new(&options, &error);
  g_assert_no_error(error);
  return app;
}

static Person *
make_person(const char *first, const char *last, const char *email)
{
  Person *person = person_new();
  person_set(person, PERSON_FIRST, first);
  person_set(person, PERSON_LAST, last);
  person_set(person, PERSON_MOBILE, "+49 151 2345678");
  person_set(person, PERSON_EMAIL, email);
  person_set(person, PERSON_SPONSOR, SPONSOR);
  return person;
}

/* Asks one of the simulator's controls; the caller owns the whole answer. */
static char *
ask_sim(const char *method, const char *path, const char *body)
{
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketConnection) connection =
      g_socket_client_connect_to_host(client, "127.0.0.1", (guint16)sim_port, NULL, &error);
  g_assert_no_error(error);
  g_autofree char *request =
      g_strdup_printf("%s /sim/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                      "Content-Length: %zu\r\n\r\n%s",
                      method, path, strlen(body), body);
  GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
  GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
  g_assert_true(g_output_stream_write_all(out, request, strlen(request), NULL, NULL, &error));
  GString *answer = g_string_new(NULL);
  char piece[4096];
  gssize n;
  while ((n = g_input_stream_read(in, piece, sizeof piece, NULL, &error)) > 0)
    g_string_append_len(answer, piece, n);
  g_assert_no_error(error);
  g_assert_true(g_str_has_prefix(answer->str, "HTTP/1.1 2"));
  return g_string_free(answer, FALSE);
}

/* --- reading --- */

static void
count_loading(Snapshot *so_far, gint64 total, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_directory(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  guint told = 0, row;
  g_assert_null(app_cached(app, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_clear_error(&error);
  g_autoptr(Snapshot) live = app_refresh(app, 0, count_loading, &told, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(snapshot_count(live), >=, 20);
  g_assert_cmpuint(told, >=, 1);
  g_autoptr(Snapshot) cached = app_cached(app, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(snapshot_count(cached), ==, snapshot_count(live));
  g_assert_true(snapshot_find(cached, snapshot_text(live, 0, FIELD_ID), &row));
  const char *user = snapshot_text(live, 0, FIELD_USER);
  g_autoptr(Account) account = app_account(app, user, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(account_text(account, FIELD_ID), ==, snapshot_text(live, 0, FIELD_ID));
  g_assert_null(app_account(app, "nobody at all", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_clear_error(&error);
  g_assert_null(app_account(app, "a", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_AMBIGUOUS);
  g_assert_nonnull(strchr(error->message, '@'));
}

/* --- what stands in the way --- */

static void
refuse(App *app, Person *person, PersonField field, UsherErrorCode code)
{
  g_autoptr(GError) error = NULL;
  PersonField told = PERSON_N;
  g_autoptr(CreateView) view = NULL;
  g_autoptr(Plan) plan = app_create_plan(app, person, &view, &told, NULL, &error);
  g_assert_null(plan);
  g_assert_error(error, USHER_ERROR, (gint)code);
  g_assert_cmpint(told, ==, field);
}

static void
test_refused(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(Snapshot) snapshot = app_refresh(app, 0, NULL, NULL, NULL, NULL);
  g_autoptr(Person) person = make_person("Ada", "Lovelace", "ada@partner.example");
  person_set(person, PERSON_SPONSOR, "nobody-at-all");
  refuse(app, person, PERSON_SPONSOR, USHER_ERROR_NOT_FOUND);
  person_set(person, PERSON_SPONSOR, "");
  refuse(app, person, PERSON_SPONSOR, USHER_ERROR_USAGE);
  for (guint row = 0; row < snapshot_count(snapshot); row++)
    if (snapshot_number(snapshot, row, FIELD_STATE) == STATE_DISABLED) {
      person_set(person, PERSON_SPONSOR, snapshot_text(snapshot, row, FIELD_USER));
      refuse(app, person, PERSON_SPONSOR, USHER_ERROR_REFUSED);
      break;
    }
  person_set(person, PERSON_SPONSOR, SPONSOR);
  for (guint row = 0; row < snapshot_count(snapshot); row++) {
    const char *external = snapshot_text(snapshot, row, FIELD_EXTERNAL);
    if (external != NULL && person_email_ok(external)) {
      person_set(person, PERSON_EMAIL, external);
      refuse(app, person, PERSON_EMAIL, USHER_ERROR_CONFLICT);
      break;
    }
  }
  person_set(person, PERSON_EMAIL, "no address");
  refuse(app, person, PERSON_EMAIL, USHER_ERROR_USAGE);
  person_set(person, PERSON_EMAIL, "ada@partner.example");
  person_set(person, PERSON_USER, "svc-usher");
  refuse(app, person, PERSON_USER, USHER_ERROR_CONFLICT);
  person_set(person, PERSON_USER, "");
  person_set(person, PERSON_EXPIRES, "2000d");
  refuse(app, person, PERSON_EXPIRES, USHER_ERROR_USAGE);
}

static void
test_read_only(void)
{
  g_autoptr(App) app = open_app(TRUE);
  g_autoptr(Person) person = make_person("Ada", "Lovelace", "ada@partner.example");
  g_assert_true(app_is_read_only(app));
  refuse(app, person, PERSON_N, USHER_ERROR_REFUSED);
}

/* --- creating --- */

static void
note_states(const Plan *plan, const Operation *operation, gpointer data)
{
  GString *seen = data;
  g_string_append_printf(seen, "%s:%s ", operation->kind, operation_state_name(operation->state));
}

static void
test_create(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(Person) person = make_person("Zoë", "Müller", "zoe@partner.example");
  g_autoptr(CreateView) offline = app_create_preview(app, person);
  g_autoptr(CreateView) view = NULL;
  g_autofree char *subject = NULL, *body = NULL;
  g_autoptr(GString) seen = g_string_new(NULL);
  AppOutcome outcome = {0};
  g_assert_cmpstr(offline->user_name, ==, "zoe.mueller.ext@contoso.com");
  g_assert_cmpstr(offline->display_name, ==, "Müller, Zoë (External)");
  g_assert_cmpint(offline->expires, >, clock_now());
  g_assert_true(app_create_mail(app, person, &subject, &body, &error));
  g_assert_no_error(error);
  g_assert_nonnull(strstr(body, "zoe.mueller.ext@contoso.com"));
  g_assert_nonnull(strstr(body, "••••"));
  g_autoptr(Plan) plan = app_create_plan(app, person, &view, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(view->user_name, ==, offline->user_name);
  g_assert_cmpint(view->seats_left, >, 0);
  g_assert_cmpstr(view->licence, ==, "O365_BUSINESS_ESSENTIALS");
  g_assert_nonnull(plan->who);
  g_assert_true(app_apply(app, plan, note_states, seen, &outcome, NULL, &error));
  g_assert_no_error(error);
  g_assert_null(outcome.shown_once);
  g_assert_cmpint(plan->state, ==, PLAN_DONE);
  g_assert_nonnull(strstr(seen->str, "user.create:intended user.create:done user.set:intended"));
  g_assert_nonnull(strstr(seen->str, "mail.send:intended mail.send:done"));
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    g_assert_nonnull(operation->target_id);
    g_assert_nonnull(operation->client_request_id);
  }
  g_autoptr(Account) account = app_account(app, "zoe@partner.example", NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(account_text(account, FIELD_NAME), ==, "Müller, Zoë (External)");
  g_assert_cmpint(account_number(account, FIELD_EXPIRES), ==, view->expires);
  g_assert_nonnull(account_text(account, FIELD_SPONSOR));
  g_assert_null(account_text(account, FIELD_STEP));
  g_autoptr(GPtrArray) log = app_log(app, 3, &error);
  g_assert_no_error(error);
  g_ptr_array_set_free_func(log, (GDestroyNotify)log_line_free);
  g_assert_cmpuint(log->len, ==, 3);
  const LogLine *last = log->pdata[2];
  g_assert_cmpstr(last->what, ==, "mail");
  g_assert_cmpint(last->state, ==, OPERATION_DONE);
  g_autoptr(GArray) open = app_unfinished(app, &error);
  g_assert_cmpuint(open->len, ==, 0);
  /* Nothing happens when a finished one is resumed. */
  g_string_truncate(seen, 0);
  g_assert_true(app_resume(app, plan->id, APP_RESUME_RETRY_FAILED, note_states, seen, NULL, NULL,
                           NULL, &error));
  g_assert_cmpstr(seen->str, ==, "");
}

static void
test_namesake(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(Person) person = make_person("Zoë", "Müller", "other@partner.example");
  g_autoptr(CreateView) view = NULL;
  g_autoptr(Plan) plan = app_create_plan(app, person, &view, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(view->user_name, ==, "zoe.mueller2.ext@contoso.com");
}

/* --- a licence that cannot be read --- */

#define SPECIALISTS "/v1.0/groups/51515151-0000-4000-8000-000000000101"

/* From the group's step on, reading the group is refused. */
static void
refuse_group(const Plan *plan, const Operation *operation, gpointer data)
{
  if (g_str_equal(operation->kind, "group.add") && operation->state == OPERATION_DONE)
    g_free(ask_sim("POST", "faults", data));
}

/* On its own thread: all is well again once it was refused. */
static gpointer
lift_refusal(gpointer data)
{
  const char *status = data;
  for (guint i = 0; i < 600; i++) {
    g_autofree char *requests = ask_sim("GET", "requests", "");
    if (strstr(requests, status) != NULL)
      break;
    g_usleep(50000);
  }
  g_free(ask_sim("POST", "faults", "none"));
  return NULL;
}

static const Operation *
operation_of(const Plan *plan, const char *kind)
{
  for (guint i = 0; i < plan->operations->len; i++)
    if (g_str_equal(((Operation *)plan->operations->pdata[i])->kind, kind))
      return plan->operations->pdata[i];
  g_assert_not_reached();
}

/* 401 for a moment: the licence is waited for all the same. */
static void
test_licence_later(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(Person) person = make_person("Late", "Licence", "waiting@partner.example");
  g_autoptr(Plan) plan = app_create_plan(app, person, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(GThread) thread = g_thread_new("lift", lift_refusal, (gpointer) "\"status\":401");
  gboolean ok = app_apply(app, plan, refuse_group, (gpointer) "path=" SPECIALISTS ",expire=100%",
                          NULL, NULL, &error);
  g_thread_join(g_steal_pointer(&thread));
  g_assert_no_error(error);
  g_assert_true(ok);
  g_assert_cmpint(operation_of(plan, "licence.await")->state, ==, OPERATION_DONE);
  g_assert_cmpint(operation_of(plan, "mail.send")->state, ==, OPERATION_DONE);
}

/* 403 for good: whether it is there is not known, and the rest is done. */
static void
test_licence_unseen(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(Person) person = make_person("Unseen", "Licence", "unseen@partner.example");
  g_autoptr(Plan) plan = app_create_plan(app, person, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  gboolean ok = app_apply(app, plan, refuse_group, (gpointer) "path=" SPECIALISTS ",403=100%", NULL,
                          NULL, &error);
  g_free(ask_sim("POST", "faults", "none"));
  g_assert_no_error(error);
  g_assert_true(ok);
  g_assert_cmpint(operation_of(plan, "licence.await")->state, ==, OPERATION_PENDING);
  g_assert_cmpint(operation_of(plan, "mail.send")->state, ==, OPERATION_DONE);
}

/* --- stopping --- */

static void
cancel_after_user(const Plan *plan, const Operation *operation, gpointer data)
{
  if (g_str_equal(operation->kind, "user.create") && operation->state == OPERATION_DONE)
    g_cancellable_cancel(data);
}

static void
test_stop(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(Person) person = make_person("Stop", "Half", "half@partner.example");
  g_autoptr(Plan) plan = app_create_plan(app, person, NULL, NULL, NULL, &error);
  g_autoptr(Plan) resumed = NULL;
  g_assert_no_error(error);
  g_assert_false(app_apply(app, plan, cancel_after_user, cancellable, NULL, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_clear_error(&error);
  g_assert_cmpint(plan->state, ==, PLAN_STOPPED);
  g_autoptr(GArray) open = app_unfinished(app, &error);
  g_assert_cmpuint(open->len, ==, 1);
  g_assert_cmpint(g_array_index(open, gint64, 0), ==, plan->id);
  g_autoptr(Account) half = app_account(app, "half@partner.example", NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(strstr(account_text(half, FIELD_STEP), "group"));
  g_assert_true(
      app_resume(app, plan->id, APP_RESUME_OPEN, NULL, NULL, NULL, &resumed, NULL, &error));
  g_assert_no_error(error);
  g_assert_cmpint(resumed->state, ==, PLAN_DONE);
  /* The first password is gone: a fresh one was set, journalled, before the mail. */
  const Operation *fresh = resumed->operations->pdata[resumed->operations->len - 1];
  g_assert_cmpstr(fresh->kind, ==, "password.reset");
  g_assert_cmpint(fresh->state, ==, OPERATION_DONE);
}

static void
cancel_in_mail(const Plan *plan, const Operation *operation, gpointer data)
{
  if (g_str_equal(operation->kind, "mail.send") && operation->state == OPERATION_INTENDED)
    g_cancellable_cancel(data);
}

/* A mail on its way is waited for: stopping does not make its outcome unknown. */
static void
test_stop_in_mail(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(Person) person = make_person("Stop", "Late", "late@partner.example");
  g_autoptr(Plan) plan = app_create_plan(app, person, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_true(app_apply(app, plan, cancel_in_mail, cancellable, NULL, cancellable, &error));
  g_assert_no_error(error);
  g_assert_cmpint(plan->state, ==, PLAN_DONE);
}

static gboolean
run_action(App *app, const char *name, const char *argument, const char *option, const char *value,
           ActionResult *result, GError **error)
{
  const char *arguments[] = {argument, NULL};
  g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
  if (option != NULL)
    g_hash_table_insert(options, (gpointer)option, (gpointer)value);
  ActionRequest request = {(char **)arguments, options};
  return action_find(name)->run(app, &request, result, NULL, error);
}

/* The plan of a creation that is broken off by `progress`. */
static Plan *
break_off(App *app, const char *email, AppProgress progress, gpointer data,
          GCancellable *cancellable)
{
  g_autoptr(Person) person = make_person("Roll", "Back", email);
  Plan *plan = app_create_plan(app, person, NULL, NULL, NULL, NULL);
  g_assert_false(app_apply(app, plan, progress, data, NULL, cancellable, NULL));
  return plan;
}

static void
roll_back(App *app, const char *email)
{
  g_autoptr(GError) error = NULL;
  ActionResult result = {0};
  g_assert_true(run_action(app, "repair", email, "rollback", "", &result, &error));
  g_assert_cmpint(result.resume_id, ==, 0);
  g_assert_true(app_apply(app, result.plan, NULL, NULL, NULL, NULL, &error));
  g_assert_nonnull(operation_of(result.plan, "user.remove")->target_id);
  action_result_clear(&result);
  g_assert_null(app_account(app, email, NULL, NULL));
  g_assert_true(run_action(app, "repair", NULL, NULL, NULL, &result, &error));
  g_assert_cmpint(result.kind, ==, RESULT_TEXT);
  action_result_clear(&result);
}

static void
test_rollback(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(Person) person = make_person("Roll", "Back", "back@partner.example");
  g_autoptr(Plan) plan =
      break_off(app, "back@partner.example", cancel_after_user, cancellable, cancellable);
  roll_back(app, "back@partner.example");
  /* The deleted namesake is the same person: told, not forbidden. */
  g_autoptr(CreateView) view = NULL;
  g_autoptr(Plan) again = app_create_plan(app, person, &view, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(view->warning);
  g_assert_cmpstr(view->user_name, ==, "roll.back.ext@contoso.com");
}

static void
lose_creation(const Plan *plan, const Operation *operation, gpointer data)
{
  if (!g_str_equal(operation->kind, "user.create") || operation->state != OPERATION_INTENDED)
    return;
  g_free(ask_sim("POST", "faults", "lost=100%,path=/v1.0/users"));
  g_cancellable_cancel(data);
}

/* What was made but cannot be seen yet is waited for: nobody would look for it later. */
static void
test_rollback_unseen(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(Plan) plan =
      break_off(app, "unseen2@partner.example", lose_creation, cancellable, cancellable);
  g_free(ask_sim("POST", "faults", "none,replication=4"));
  roll_back(app, "unseen2@partner.example");
  g_free(ask_sim("POST", "faults", "none"));
}

static void
cancel_after_licence(const Plan *plan, const Operation *operation, gpointer data)
{
  refuse_group(plan, operation, (gpointer) "path=" SPECIALISTS ",403=100%");
  if (g_str_equal(operation->kind, "licence.await") && operation->state == OPERATION_PENDING)
    g_cancellable_cancel(data);
}

/* A licence that was still to come keeps no plan open; what is skipped stays so. */
static void
test_rollback_pending(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(Plan) plan =
      break_off(app, "pending@partner.example", cancel_after_licence, cancellable, cancellable);
  g_autoptr(Plan) closed = NULL;
  g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, plan->id);
  ActionResult result = {0};
  g_free(ask_sim("POST", "faults", "none"));
  roll_back(app, "pending@partner.example");
  g_assert_true(run_action(app, "journal resume", id, "retry", "", &result, &error));
  g_assert_cmpuint(result.preview->operations->len, ==, 0);
  action_result_clear(&result);
  g_assert_true(
      app_resume(app, plan->id, APP_RESUME_RETRY_FAILED, NULL, NULL, NULL, &closed, NULL, &error));
  g_assert_no_error(error);
  g_assert_cmpint(closed->state, ==, PLAN_DONE);
  g_assert_cmpint(operation_of(closed, "licence.await")->state, ==, OPERATION_PENDING);
  g_assert_cmpint(operation_of(closed, "mail.send")->state, ==, OPERATION_SKIPPED);
}

/* --- actions --- */

static void
test_actions(void)
{
  g_autoptr(App) app = open_app(FALSE);
  g_autoptr(GError) error = NULL;
  ActionResult result = {0};
  g_assert_true(run_action(app, "list", "state:enabled", "sort", "-created,name", &result, &error));
  g_assert_no_error(error);
  g_assert_cmpuint(result.rows->len, >, 1);
  for (guint i = 1; i < result.rows->len; i++) {
    guint32 before = g_array_index(result.rows, guint32, i - 1);
    guint32 here = g_array_index(result.rows, guint32, i);
    g_assert_cmpint(snapshot_number(result.snapshot, before, FIELD_CREATED), >=,
                    snapshot_number(result.snapshot, here, FIELD_CREATED));
  }
  action_result_clear(&result);
  g_assert_false(run_action(app, "list", "stat:enabled", NULL, NULL, &result, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_clear_error(&error);
  g_assert_false(run_action(app, "list", NULL, "columns", "nothing", &result, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_clear_error(&error);
  g_assert_true(run_action(app, "show", "zoe@partner.example", "timeline", "", &result, &error));
  g_assert_no_error(error);
  g_assert_true(result.single);
  g_assert_cmpuint(records_count(result.records), >=, 5);
  action_result_clear(&result);
  g_assert_true(run_action(app, "whoami", NULL, NULL, NULL, &result, &error));
  g_assert_no_error(error);
  g_assert_cmpstr(records_text(result.records, 0, 3), ==, "contoso.com");
  action_result_clear(&result);
  g_assert_true(run_action(app, "doctor", NULL, NULL, NULL, &result, &error));
  g_assert_no_error(error);
  for (guint row = 0; row < records_count(result.records); row++)
    if (g_str_equal(records_text(result.records, row, 1), "failed"))
      g_error("doctor: %s: %s", records_text(result.records, row, 0),
              records_text(result.records, row, 2));
  g_assert_cmpint(result.exit_status, ==, 0);
  action_result_clear(&result);
  g_assert_true(run_action(app, "journal list", NULL, "limit", "2", &result, &error));
  g_assert_cmpuint(records_count(result.records), ==, 2);
  action_result_clear(&result);
  g_assert_true(run_action(app, "journal verify", NULL, NULL, NULL, &result, &error));
  g_assert_no_error(error);
  action_result_clear(&result);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("usher-app-XXXXXX", NULL);
  config = g_build_filename(folder, "usher.conf", NULL);
  g_setenv("XDG_STATE_HOME", folder, TRUE);
  g_setenv("XDG_CACHE_HOME", folder, TRUE);
  g_setenv("XDG_CONFIG_HOME", folder, TRUE);
  if (!start_sim()) {
    g_print("1..0 # SKIP usher-sim is not built\n");
    return 0;
  }
  g_test_add_func("/app/directory", test_directory);
  g_test_add_func("/app/refused", test_refused);
  g_test_add_func("/app/read-only", test_read_only);
  g_test_add_func("/app/create", test_create);
  g_test_add_func("/app/namesake", test_namesake);
  g_test_add_func("/app/licence-later", test_licence_later);
  g_test_add_func("/app/licence-unseen", test_licence_unseen);
  g_test_add_func("/app/stop", test_stop);
  g_test_add_func("/app/stop-in-mail", test_stop_in_mail);
  g_test_add_func("/app/rollback", test_rollback);
  g_test_add_func("/app/rollback-unseen", test_rollback_unseen);
  g_test_add_func("/app/rollback-pending", test_rollback_pending);
  g_test_add_func("/app/actions", test_actions);
  int status = g_test_run();
  kill(sim_pid, SIGTERM);
  g_spawn_close_pid(sim_pid);
  close(sim_output);
  g_autofree char *remove = g_strdup_printf("rm -rf '%s'", folder);
  g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL);
  g_free(folder);
  g_free(config);
  return status;
}
