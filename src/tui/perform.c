/* The bridge from the console to the handlers of the action table, and signing
 * in, which talks back while it waits. */
#include "tui/perform.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/pager.h"
#include "tui/view-plan.h"

typedef struct {
  App *app;
  const Action *action;
  const char *option; /* a switch that is on; NULL: none */
  ActionResult result;
} Performing;

static gboolean
perform_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Performing *performing = data;
  char *none[] = {NULL};
  g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
  if (performing->option != NULL)
    g_hash_table_insert(options, (gpointer)performing->option, (gpointer) "");
  ActionRequest request = {.arguments = none, .options = options};
  return performing->action->run(performing->app, &request, &performing->result, cancellable,
                                 error);
}

static void
performing_free(gpointer data)
{
  Performing *performing = data;
  action_result_clear(&performing->result);
  g_free(performing);
}

static char *
record_text(const Records *records, const RecordColumn *column, guint row, guint index)
{
  if (!records_has(records, row, index))
    return NULL;
  if (column->type == RECORD_NUMBER)
    return g_strdup_printf("%" G_GINT64_FORMAT, records_number(records, row, index));
  if (column->type == RECORD_BOOL)
    return g_strdup(records_number(records, row, index) ? _("yes") : _("no"));
  if (column->type == RECORD_MOMENT)
    return clock_format_iso(records_number(records, row, index));
  const char *text = records_text(records, row, index);
  if (column->type != RECORD_LIST || text == NULL)
    return g_strdup(text);
  g_auto(GStrv) items = g_strsplit(text, "\n", -1);
  return g_strjoinv(", ", items);
}

/* One object: a line per value. A list: a line per row, its first value as the label. */
static void
add_records(View *pager, const Records *records)
{
  guint n;
  const RecordColumn *columns = records_columns(records, &n);
  for (guint row = 0; row < records_count(records); row++) {
    g_autoptr(GString) rest = g_string_new(NULL);
    g_autofree char *first = NULL;
    for (guint i = 0; i < n; i++) {
      g_autofree char *text = record_text(records, &columns[i], row, i);
      if (text == NULL || *text == '\0')
        continue;
      if (records_single(records))
        pager_add(pager, STYLE_NORMAL, _(columns[i].title), text);
      else if (columns[i].wide)
        continue;
      else if (first == NULL)
        first = g_steal_pointer(&text);
      else
        g_string_append_printf(rest, "%s%s", rest->len > 0 ? "  " : "", text);
    }
    if (!records_single(records))
      pager_add(pager, STYLE_NORMAL, first != NULL ? first : "", rest->str);
  }
  if (records_count(records) == 0)
    pager_add(pager, STYLE_DIM, NULL, _("Nothing."));
}

static void
show_result(Console *console, const Action *action, ActionResult *result)
{
  if (result->kind == RESULT_PLAN && result->plan != NULL) {
    const char *warning = result->view != NULL ? result->view->warning : NULL;
    console_push(console, view_plan_new(g_steal_pointer(&result->plan), result->resume_id,
                                        result->resume, warning));
    return;
  }
  View *pager = pager_new(_(action->summary), PAGER_WINDOW);
  if (result->text != NULL)
    pager_add_text(pager, STYLE_NORMAL, result->text);
  if (result->records != NULL)
    add_records(pager, result->records);
  if (result->text == NULL && result->records == NULL)
    pager_add(pager, STYLE_NORMAL, NULL, _("Nothing to do."));
  console_push(console, pager);
}

static void
perform_done(gpointer data, const GError *error, gpointer user)
{
  Console *console = user;
  Performing *performing = data;
  g_clear_pointer(&console->message, g_free);
  if (error != NULL) {
    g_autofree char *text = error_describe(error);
    dialog_say(console, _(performing->action->summary), text);
  } else {
    show_result(console, performing->action, &performing->result);
  }
  feed_load_log(console->feed);
  console_changed(console, CHANGED_STATUS);
}

void
perform_action(Console *console, const Action *action, const char *option)
{
  if (action->run == NULL || console->app == NULL)
    return;
  Performing *performing = g_new0(Performing, 1);
  performing->app = console->app;
  performing->action = action;
  performing->option = option;
  console_say(console, STYLE_DIM, "%s …", _(action->summary));
  console_start_job(console, job_start(_(action->summary), perform_run, performing, performing_free,
                                       NULL, perform_done, console));
}

/* --- signing in --- */

typedef struct {
  App *app;
  Job *job;
} Login;

static void
on_prompt(const SignInPrompt *prompt, gpointer data)
{
  Login *login = data;
  char *text = g_strdup_printf("%s\n%s\n%s", prompt->url != NULL ? prompt->url : "",
                               prompt->user_code != NULL ? prompt->user_code : "",
                               prompt->message != NULL ? prompt->message : "");
  job_post(login->job, text, g_free);
}

static gboolean
login_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Login *login = data;
  login->job = job;
  return app_login(login->app, on_prompt, login, cancellable, error);
}

static void
on_login_answer(Console *console, KeyCode key, gpointer data)
{
  console->login = NULL;
  if (console->login_job != NULL)
    job_cancel(console->login_job);
}

static void
login_message(gpointer message, gpointer user)
{
  Console *console = user;
  g_autofree char *text = message;
  g_auto(GStrv) parts = g_strsplit(text, "\n", 3);
  View *dialog = console->login;
  if (dialog == NULL || g_strv_length(parts) < 2)
    return;
  g_autofree char *words = g_strdup_printf(_("Open this page in a browser, on any device, and type "
                                             "the code; this goes on by itself then:\n%s"),
                                           parts[0]);
  dialog_set_text(dialog, words);
  dialog_set_secret(dialog, parts[1]);
}

static void
login_done(gpointer data, const GError *error, gpointer user)
{
  Console *console = user;
  g_clear_pointer(&console->login_job, job_unref);
  gboolean given_up = console->login == NULL;
  if (!given_up)
    console_close(console, g_steal_pointer(&console->login));
  if (error != NULL) {
    g_autofree char *text = error_describe(error);
    if (!given_up)
      dialog_say(console, _("Sign in"), text);
    return;
  }
  console_say(console, STYLE_GOOD, _("Signed in."));
  feed_refresh(console->feed);
}

void
perform_login(Console *console)
{
  if (console->login_job != NULL || console->app == NULL)
    return;
  Login *login = g_new0(Login, 1);
  login->app = console->app;
  console->login =
      dialog_new(_("Sign in"), _("Asking for a sign-in …"), NULL, on_login_answer, NULL, NULL);
  console_push(console, console->login);
  console->login_job =
      job_start(_("signing in"), login_run, login, g_free, login_message, login_done, console);
}
