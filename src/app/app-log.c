/* What the journal says: lines for people, and which plans are left unfinished
 * or half made. */
#include "app/app-private.h"
#include "base/error.h"
#include "base/i18n.h"
#include "store/journal.h"

void
log_line_free(LogLine *line)
{
  if (line == NULL)
    return;
  g_free(line->what);
  g_free(line->target);
  g_free(line->detail);
  g_free(line->request_id);
  g_free(line);
}

static char *
detail_of(const Operation *operation)
{
  g_autoptr(GString) text = g_string_new(NULL);
  if (operation->state != OPERATION_FAILED && operation->state != OPERATION_UNKNOWN &&
      operation->state != OPERATION_SKIPPED)
    return g_strdup(operation->result == NULL ? "" : operation->result);
  if (operation->http_status > 0)
    g_string_append_printf(text, "%d ", operation->http_status);
  if (operation->error_code != NULL)
    g_string_append_printf(text, "%s ", operation->error_code);
  if (operation->error_message != NULL)
    g_string_append_printf(text, "%s ", operation->error_message);
  if (operation->request_id != NULL)
    g_string_append(text, operation->request_id);
  return g_strstrip(g_string_free(g_steal_pointer(&text), FALSE));
}

LogLine *
app_log_line(const Plan *plan, const Operation *operation)
{
  LogLine *line = g_new0(LogLine, 1);
  line->plan_id = plan->id;
  line->sequence = operation->sequence;
  line->at = operation->finished_at > 0   ? operation->finished_at
             : operation->intended_at > 0 ? operation->intended_at
                                          : plan->made_at;
  line->state = operation->state;
  line->what = g_strdup(action_step_label(operation->kind));
  line->target = g_strdup(operation->target_name);
  line->detail = detail_of(operation);
  line->request_id = g_strdup(operation->request_id);
  return line;
}

GPtrArray *
app_log(App *app, guint limit, GError **error)
{
  Store *store = app_store(app, error);
  const char *profile = app_profile(app) == NULL ? NULL : app_profile(app)->name;
  g_autoptr(GPtrArray) plans = store == NULL ? NULL : journal_list(store, profile, limit, error);
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func((GDestroyNotify)log_line_free);
  if (plans == NULL)
    return NULL;
  for (guint i = 0; i < plans->len && lines->len < limit; i++) {
    const JournalSummary *summary = plans->pdata[i];
    g_autoptr(Plan) plan = journal_load(store, summary->plan->id, error);
    if (plan == NULL)
      return NULL;
    for (guint j = plan->operations->len; j > 0 && lines->len < limit; j--) {
      const Operation *operation = plan->operations->pdata[j - 1];
      if (operation->state != OPERATION_PLANNED) /* nothing has happened yet */
        g_ptr_array_add(lines, app_log_line(plan, operation));
    }
  }
  /* Newest first until here. */
  for (guint i = 0; i < lines->len / 2; i++) {
    gpointer line = lines->pdata[i];
    lines->pdata[i] = lines->pdata[lines->len - 1 - i];
    lines->pdata[lines->len - 1 - i] = line;
  }
  return g_steal_pointer(&lines);
}

GArray *
app_unfinished(App *app, GError **error)
{
  Store *store = app_store(app, error);
  const char *profile = app_profile(app) == NULL ? NULL : app_profile(app)->name;
  return store == NULL ? NULL : journal_unfinished(store, profile, error);
}

/* A failure before anything took effect left nothing behind. */
static gboolean
is_half_made(const JournalSummary *summary)
{
  const guint *n = summary->counts;
  guint open = n[OPERATION_PLANNED] + n[OPERATION_INTENDED] + n[OPERATION_SENT];
  guint effect = n[OPERATION_DONE] + n[OPERATION_PENDING] + n[OPERATION_UNKNOWN];
  guint lacking = n[OPERATION_FAILED] + n[OPERATION_SKIPPED] + n[OPERATION_UNKNOWN];
  return summary->plan->state != PLAN_DONE && !summary->owned &&
         (open > 0 || (effect > 0 && lacking > 0));
}

GArray *
app_repairable(App *app, GError **error)
{
  Store *store = app_store(app, error);
  const char *profile = app_profile(app) == NULL ? NULL : app_profile(app)->name;
  g_autoptr(GPtrArray) plans = store == NULL ? NULL : journal_list(store, profile, 0, error);
  if (plans == NULL)
    return NULL;
  GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = plans->len; i > 0; i--) {
    const JournalSummary *summary = plans->pdata[i - 1];
    if (is_half_made(summary))
      g_array_append_val(ids, summary->plan->id);
  }
  return ids;
}
