/* Applies a plan of many operations to the accounts of the roster, through app
 * and work, and says how long the parts took: for the bench and the fault ring.
 *
 *   apply-many KIND N       KIND: user.disable, user.enable or user.set
 *   apply-many resume PLAN  goes on with a journalled plan
 *
 * On standard output one line of JSON; the exit status is 0 when all is done, 1 when some
 * is not, 3 when it was stopped (SIGTERM, SIGHUP, SIGINT), 4 when another process has it. */
#include "app/app-private.h"
#include "base/error.h"
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  App *app;
  GCancellable *cancellable;
  GMainLoop *loop;
  Plan *plan;
  gint64 resume;
  const char *kind;
  guint n;
  guint told[OPERATION_STATE_N];
  GError *error;
  double seconds;
} Many;

static void
count(const Plan *plan, const Operation *operation, gpointer data)
{
  ((Many *)data)->told[operation->state]++;
}

static void
add_operation(Many *many, const char *id, const char *name)
{
  Operation *operation = plan_add(many->plan, many->kind, id, name);
  if (strcmp(many->kind, "user.set") == 0)
    operation_add_value(operation, "department", NULL, "Bench");
}

static gboolean
make_plan(Many *many, GError **error)
{
  g_autoptr(Snapshot) all = app_refresh(many->app, 0, NULL, NULL, many->cancellable, error);
  if (all == NULL)
    return FALSE;
  many->plan = plan_new("Many");
  for (guint row = 0; row < snapshot_count(all) && many->plan->operations->len < many->n; row++)
    add_operation(many, snapshot_text(all, row, FIELD_ID), snapshot_text(all, row, FIELD_USER));
  app_sign_plan(many->app, many->plan);
  return TRUE;
}

static gpointer
apply(gpointer data)
{
  Many *many = data;
  if (many->resume == 0 && !make_plan(many, &many->error)) {
    g_main_loop_quit(many->loop);
    return NULL;
  }
  gint64 begin = g_get_monotonic_time();
  if (many->resume > 0)
    app_resume(many->app, many->resume, APP_RESUME_OPEN, count, many, NULL, &many->plan,
               many->cancellable, &many->error);
  else
    app_apply(many->app, many->plan, count, many, NULL, many->cancellable, &many->error);
  many->seconds = (double)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC;
  g_main_loop_quit(many->loop);
  return NULL;
}

static gboolean
on_signal(gpointer data)
{
  g_cancellable_cancel(data);
  return G_SOURCE_CONTINUE;
}

static int
report(const Many *many)
{
  const GError *error = many->error;
  printf("{\"seconds\":%.4f", many->seconds);
  if (many->plan != NULL) {
    printf(",\"plan\":%d,\"operations\":%u", (int)many->plan->id, many->plan->operations->len);
    for (guint i = 0; i < OPERATION_STATE_N; i++)
      printf(",\"%s\":%u", operation_state_name(i), plan_count(many->plan, i));
  }
  printf(",\"intents\":%u}\n", many->told[OPERATION_INTENDED]);
  if (error == NULL)
    return 0;
  fprintf(stderr, "apply-many: %s\n", error->message);
  return g_error_matches(error, USHER_ERROR, USHER_ERROR_CANCELLED)  ? 3
         : g_error_matches(error, USHER_ERROR, USHER_ERROR_CONFLICT) ? 4
                                                                     : 1;
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  AppOptions options = {.config_path = g_getenv("USHER_CONFIG")};
  if (argc != 3)
    return 2;
  Many many = {.app = app_new(&options, &error), .kind = argv[1], .n = (guint)atoi(argv[2])};
  if (many.app == NULL) {
    fprintf(stderr, "apply-many: %s\n", error->message);
    return 2;
  }
  many.resume = strcmp(argv[1], "resume") == 0 ? atoi(argv[2]) : 0;
  many.cancellable = g_cancellable_new();
  many.loop = g_main_loop_new(NULL, FALSE);
  static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
  for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
    g_unix_signal_add(signals[i], on_signal, many.cancellable);
  GThread *thread = g_thread_new("apply", apply, &many);
  g_main_loop_run(many.loop);
  g_thread_join(thread);
  int status = report(&many);
  g_clear_error(&many.error);
  g_clear_pointer(&many.plan, plan_free);
  g_main_loop_unref(many.loop);
  g_object_unref(many.cancellable);
  app_free(many.app);
  return status;
}
