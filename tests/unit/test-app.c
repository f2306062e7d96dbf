/* The small parts of the app: records, jobs, and the action table's own order. */
#include "app/actions.h"
#include "app/job.h"
#include "app/records.h"
#include "base/error.h"
#include <string.h>

/* --- records --- */

static const RecordColumn columns[] = {
    {"id", "ID", RECORD_NUMBER, FALSE},
    {"name", "NAME", RECORD_TEXT, FALSE},
    {NULL},
};

static void
test_records(void)
{
  guint n;
  g_autoptr(Records) records = records_new("test", columns, FALSE);
  g_assert_cmpuint(records_count(records), ==, 0);
  records_columns(records, &n);
  g_assert_cmpuint(n, ==, 2);
  for (gint64 i = 0; i < 3; i++) {
    records_add_row(records);
    records_put_number(records, 0, i * 10);
    if (i != 1)
      records_put(records, 1, "first");
  }
  records_put(records, 1, "again");
  g_assert_cmpuint(records_count(records), ==, 3);
  g_assert_cmpint(records_number(records, 2, 0), ==, 20);
  g_assert_cmpstr(records_text(records, 2, 1), ==, "again");
  g_assert_true(records_has(records, 0, 1));
  g_assert_false(records_has(records, 1, 1));
  g_assert_null(records_text(records, 1, 1));
  g_assert_true(records_has(records, 0, 0));
}

/* --- jobs --- */

typedef struct {
  GMainLoop *loop;
  guint messages, done;
  gboolean failed, cancelled;
  gpointer thread;
} Watch;

static gboolean
count_to_three(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  for (int i = 1; i <= 3; i++)
    job_post(job, g_strdup_printf("%d", i), g_free);
  return TRUE;
}

static gboolean
wait_for_cancel(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  while (!g_cancellable_set_error_if_cancelled(cancellable, error))
    g_usleep(1000);
  return FALSE;
}

static gboolean
just_fail(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  return FALSE;
}

static void
on_message(gpointer message, gpointer user)
{
  Watch *watch = user;
  g_autofree char *text = message;
  g_assert_true(g_thread_self() == watch->thread);
  watch->messages++;
  g_assert_cmpint(atoi(text), ==, (int)watch->messages);
}

static void
on_done(gpointer data, const GError *error, gpointer user)
{
  Watch *watch = user;
  g_assert_true(g_thread_self() == watch->thread);
  watch->done++;
  watch->failed = error != NULL;
  watch->cancelled = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_main_loop_quit(watch->loop);
}

static void
on_freed(gpointer data)
{
  (*(guint *)data)++;
}

static void
test_job(void)
{
  guint freed = 0;
  Watch watch = {.loop = g_main_loop_new(NULL, FALSE), .thread = g_thread_self()};
  Job *job = job_start("count", count_to_three, &freed, on_freed, on_message, on_done, &watch);
  g_assert_cmpstr(job_title(job), ==, "count");
  g_main_loop_run(watch.loop);
  g_assert_cmpuint(watch.messages, ==, 3);
  g_assert_cmpuint(watch.done, ==, 1);
  g_assert_false(watch.failed);
  g_assert_false(job_running(job));
  job_unref(job);
  while (g_main_context_iteration(NULL, FALSE)) {
  }
  g_assert_cmpuint(freed, ==, 1);

  job = job_start("fail", just_fail, NULL, NULL, NULL, on_done, &watch);
  g_main_loop_run(watch.loop);
  g_assert_true(watch.failed);
  job_unref(job);

  job = job_start("wait", wait_for_cancel, NULL, NULL, NULL, on_done, &watch);
  g_assert_true(job_running(job));
  job_cancel(job);
  g_main_loop_run(watch.loop);
  g_assert_true(watch.cancelled);
  job_unref(job);
  g_main_loop_unref(watch.loop);
}

/* A dropped job says nothing any more, and is joined at the end. */
static void
test_job_dropped(void)
{
  guint freed = 0;
  Watch watch = {.thread = g_thread_self()};
  Job *job = job_start("wait", wait_for_cancel, &freed, on_freed, on_message, on_done, &watch);
  job_unref(job);
  job = job_start("count", count_to_three, &freed, on_freed, on_message, on_done, &watch);
  job_unref(job);
  job_join_all();
  while (g_main_context_iteration(NULL, FALSE)) {
  }
  g_assert_cmpuint(watch.done, ==, 0);
  g_assert_cmpuint(freed, ==, 2);
}

/* --- actions --- */

static gboolean
overlap(ActionScope a, ActionScope b)
{
  return a == b || a == SCOPE_GLOBAL || b == SCOPE_GLOBAL;
}

static gboolean
share_key(const Action *a, const Action *b)
{
  g_auto(GStrv) keys = g_strsplit(a->keys, " ", -1);
  g_auto(GStrv) others = g_strsplit(b->keys, " ", -1);
  for (char **key = keys; *key != NULL; key++)
    if (g_strv_contains((const char *const *)others, *key))
      return TRUE;
  return FALSE;
}

static void
test_actions(void)
{
  for (const Action *const *a = actions(); *a != NULL; a++) {
    g_assert_nonnull((*a)->summary);
    g_assert_nonnull((*a)->group);
    g_assert_true(((*a)->flags & (ACTION_CLI | ACTION_TUI)) != 0);
    g_assert_true(action_find((*a)->name) == *a);
    if (((*a)->flags & ACTION_CHANGES) != 0 && ((*a)->flags & ACTION_CLI) != 0)
      g_assert_nonnull((*a)->run);
    for (const Action *const *b = a + 1; *b != NULL; b++) {
      g_assert_cmpstr((*a)->name, !=, (*b)->name);
      if ((*a)->keys != NULL && (*b)->keys != NULL && (*a)->scope == (*b)->scope &&
          overlap((*a)->scope, (*b)->scope) && share_key(*a, *b))
        g_error("%s and %s have a key in common", (*a)->name, (*b)->name);
    }
  }
  g_assert_null(action_find("nothing"));
}

/* create's options are the person's fields, by the same names. */
static void
test_create_options(void)
{
  const Action *create = action_find("create");
  guint n = 0;
  /* What a person has comes first, in the order of the form. */
  for (const ActionOption *option = create->options; option->name != NULL; option++, n++)
    if (n < PERSON_N)
      g_assert_cmpstr(option->name, ==, person_info(n)->name);
  g_assert_cmpuint(n, >=, PERSON_N);
}

static void
test_step_labels(void)
{
  g_assert_cmpstr(action_step_label("user.create"), ==, "user");
  g_assert_cmpstr(action_step_label("never.heard"), ==, "never.heard");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/records", test_records);
  g_test_add_func("/job", test_job);
  g_test_add_func("/job/dropped", test_job_dropped);
  g_test_add_func("/actions", test_actions);
  g_test_add_func("/actions/create", test_create_options);
  g_test_add_func("/actions/steps", test_step_labels);
  return g_test_run();
}
