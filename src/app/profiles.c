/* Several profiles at once: a thread and an App for each, then their answers put
 * together. Only what reads comes here; a change is of one tenant. */
#include "app/profiles.h"

#include "app/actions-private.h"
#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

gboolean
profiles_are_several(const char *text)
{
  return text != NULL && (strchr(text, ',') != NULL || g_str_equal(text, "all"));
}

/* --- which --- */

static GPtrArray *
all_names(const Config *config)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < config->profiles->len; i++)
    g_ptr_array_add(names, g_strdup(((const Profile *)config->profiles->pdata[i])->name));
  return names;
}

/* Each once; a name that is none is wrong, and so is naming nobody. */
static GPtrArray *
chosen_names(const Config *config, const char *text, GError **error)
{
  if (g_str_equal(text, "all"))
    return all_names(config);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) parts = setting_list(text);
  for (char **part = parts; *part != NULL; part++) {
    if (config_profile(config, *part, error) == NULL)
      return NULL;
    if (!g_ptr_array_find_with_equal_func(names, *part, g_str_equal, NULL))
      g_ptr_array_add(names, g_strdup(*part));
  }
  if (names->len > 0)
    return g_steal_pointer(&names);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE, _("--profile: a name is needed"));
  return NULL;
}

GPtrArray *
profiles_named(const AppOptions *options, const char *text, GError **error)
{
  Config *config = options->tolerant ? config_load_tolerant(options->config_path)
                                     : config_load(options->config_path, error);
  if (config == NULL)
    return NULL;
  g_autoptr(GPtrArray) names = chosen_names(config, text, error);
  config_free(config);
  if (names == NULL || names->len > 0)
    return g_steal_pointer(&names);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG,
                      _("No profile is configured yet; 'usher setup' makes one"));
  return NULL;
}

/* --- running --- */

typedef struct {
  ProfileRun *run;
  const AppOptions *options;
  const Action *action;
  const ActionRequest *request;
  GCancellable *cancellable;
  GAsyncQueue *answered; /* the Asking is put there at the end */
} Asking;

static gpointer
ask(gpointer data)
{
  Asking *asking = data;
  ProfileRun *run = asking->run;
  AppOptions options = *asking->options;
  options.profile = run->profile;
  run->app = app_new(&options, &run->error);
  if (run->app != NULL)
    asking->action->run(run->app, asking->request, &run->result, asking->cancellable, &run->error);
  g_async_queue_push(asking->answered, asking);
  return NULL;
}

/* Until all have answered; between the seconds `waiting` is told who has not. */
static void
wait_for_all(GAsyncQueue *answered, const GPtrArray *runs, ProfilesWaiting waiting, gpointer data)
{
  g_autoptr(GPtrArray) left = g_ptr_array_new();
  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add(left, ((ProfileRun *)runs->pdata[i])->profile);
  while (left->len > 0) {
    const Asking *one = g_async_queue_timeout_pop(answered, G_TIME_SPAN_SECOND);
    if (one != NULL)
      g_ptr_array_remove(left, one->run->profile);
    else if (waiting != NULL)
      waiting(left, data);
  }
}

static void
run_free(gpointer data)
{
  ProfileRun *run = data;
  action_result_clear(&run->result);
  g_clear_error(&run->error);
  app_free(run->app);
  g_free(run->profile);
  g_free(run);
}

GPtrArray *
profiles_run(const AppOptions *options, const char *text, const Action *action,
             const ActionRequest *request, ProfilesWaiting waiting, gpointer data,
             GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) names = profiles_named(options, text, error);
  if (names == NULL)
    return NULL;
  GPtrArray *runs = g_ptr_array_new_with_free_func(run_free);
  g_autofree Asking *asking = g_new0(Asking, names->len);
  g_autoptr(GAsyncQueue) answered = g_async_queue_new();
  g_autofree GThread **threads = g_new0(GThread *, names->len);
  for (guint i = 0; i < names->len; i++) {
    ProfileRun *run = g_new0(ProfileRun, 1);
    run->profile = g_strdup(names->pdata[i]);
    g_ptr_array_add(runs, run);
    asking[i] = (Asking){run, options, action, request, cancellable, answered};
    threads[i] = g_thread_new("usher-profile", ask, &asking[i]);
  }
  wait_for_all(answered, runs, waiting, data);
  for (guint i = 0; i < names->len; i++)
    g_thread_join(threads[i]);
  return runs;
}

/* --- putting together --- */

static void
join_records(const GPtrArray *runs, ActionResult *result)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new(), names = g_ptr_array_new();
  for (guint i = 0; i < runs->len; i++) {
    const ProfileRun *run = runs->pdata[i];
    g_ptr_array_add(parts, run->error == NULL ? run->result.records : NULL);
    g_ptr_array_add(names, run->profile);
  }
  result->records = records_join(parts, names);
}

static void
add_accounts(SnapshotBuilder *builder, const ProfileRun *run)
{
  const ActionResult *result = &run->result;
  for (guint i = 0; i < result->rows->len; i++) {
    g_autoptr(Account) account =
        snapshot_account(result->snapshot, g_array_index(result->rows, guint32, i));
    account_put_text(account, FIELD_PROFILE, run->profile);
    snapshot_builder_add(builder, account);
  }
}

/* The columns of the first, behind the profile. */
static GArray *
join_fields(const GArray *fields)
{
  FieldId profile = FIELD_PROFILE;
  GArray *joined = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_array_append_val(joined, profile);
  for (guint i = 0; i < fields->len; i++)
    if (g_array_index(fields, FieldId, i) != FIELD_PROFILE)
      g_array_append_val(joined, g_array_index(fields, FieldId, i));
  return joined;
}

/* One profile after the other, each by name, unless an order is asked for: that is of all. */
static gboolean
join_rows(const GPtrArray *runs, ActionResult *result, GError **error)
{
  const char *order = result->order;
  guint n = snapshot_count(result->snapshot);
  result->rows = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; order == NULL && i < runs->len; i++)
    for (guint32 row = 0; row < n; row++)
      if (g_strcmp0(snapshot_text(result->snapshot, row, FIELD_PROFILE),
                    ((const ProfileRun *)runs->pdata[i])->profile) == 0)
        g_array_append_val(result->rows, row);
  for (guint32 row = 0; order != NULL && row < n; row++)
    g_array_append_val(result->rows, row);
  return order == NULL || accounts_sort(result->snapshot, result->rows, order, error);
}

static gboolean
join_accounts(const GPtrArray *runs, ActionResult *result, GError **error)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  gint64 oldest = G_MAXINT64;
  snapshot_builder_keep_all(builder);
  for (guint i = 0; i < runs->len; i++) {
    const ProfileRun *run = runs->pdata[i];
    if (run->error != NULL)
      continue;
    add_accounts(builder, run);
    oldest = MIN(oldest, snapshot_taken(run->result.snapshot));
    if (result->order == NULL)
      result->order = g_strdup(run->result.order);
    if (result->fields == NULL)
      result->fields = join_fields(run->result.fields);
    result->each_in_full = run->result.single;
    result->chosen = run->result.chosen;
  }
  result->snapshot = snapshot_builder_snapshot(builder, oldest);
  return join_rows(runs, result, error);
}

gboolean
profiles_join(const GPtrArray *runs, ActionResult *ret_result, GError **error)
{
  const ProfileRun *first = NULL;
  for (guint i = 0; i < runs->len; i++) {
    const ProfileRun *run = runs->pdata[i];
    if (run->error != NULL)
      continue;
    first = first == NULL ? run : first;
    if (ret_result->exit_status == 0)
      ret_result->exit_status = run->result.exit_status;
  }
  if (first == NULL)
    return FALSE;
  ret_result->kind = first->result.kind;
  if (ret_result->kind == RESULT_ACCOUNTS)
    return join_accounts(runs, ret_result, error);
  join_records(runs, ret_result);
  return TRUE;
}
