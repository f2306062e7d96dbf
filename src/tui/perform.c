/* The bridge from the console to the handlers of the action table, and signing
 * in, which talks back while it waits. */
#include "tui/perform.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/pager.h"
#include "tui/view-plan.h"
#include <inttypes.h>
#include <stdlib.h>

typedef struct {
  App *app;
  const Action *action;
  char **arguments;    /* NULL-terminated */
  GHashTable *options; /* long name → value */
  ActionResult result;
} Performing;

static gboolean
perform_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Performing *performing = data;
  ActionRequest request = {.arguments = performing->arguments, .options = performing->options};
  return performing->action->run(performing->app, &request, &performing->result, cancellable,
                                 error);
}

static void
performing_free(gpointer data)
{
  Performing *performing = data;
  g_strfreev(performing->arguments);
  g_hash_table_unref(performing->options);
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

#define DIALOG_NOTES 6 /* more of them are scrolled */

/* A plan in which nothing is left to do: its notes say why. */
static void
show_empty_plan(Console *console, const Plan *plan)
{
  if (plan->notes->len > DIALOG_NOTES) {
    View *pager = pager_new(plan->title, PAGER_WINDOW);
    pager_add(pager, STYLE_STRONG, NULL, _("Nothing to do."));
    for (guint i = 0; i < plan->notes->len; i++)
      pager_add(pager, STYLE_NORMAL, NULL, g_ptr_array_index(plan->notes, i));
    console_push(console, pager);
    return;
  }
  g_autoptr(GString) text = g_string_new(_("Nothing to do."));
  for (guint i = 0; i < plan->notes->len; i++)
    g_string_append_printf(text, "\n%s", (const char *)g_ptr_array_index(plan->notes, i));
  dialog_say(console, plan->title, text->str);
}

/* Of a journalled plan; a new one has nothing but what is open. */
static gboolean
is_over(const Plan *plan, gint64 resume_id)
{
  guint over = plan_count(plan, OPERATION_DONE) + plan_count(plan, OPERATION_SKIPPED) +
               plan_count(plan, OPERATION_PENDING);
  return resume_id != 0 && over == plan->operations->len;
}

static void
show_plan(Console *console, ActionResult *result)
{
  const char *warning = result->view != NULL ? result->view->warning : NULL;
  if (result->plan->operations->len == 0 || is_over(result->plan, result->resume_id))
    show_empty_plan(console, result->plan);
  else
    console_push(console, view_plan_new(console, g_steal_pointer(&result->plan), result->resume_id,
                                        result->resume, warning));
}

static void
show_result(Console *console, const Action *action, ActionResult *result)
{
  if (result->kind == RESULT_PLAN && result->plan != NULL) {
    show_plan(console, result);
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
  console_reload(console);
  console_changed(console, CHANGED_STATUS);
}

/* Takes both. */
static void
perform(Console *console, const Action *action, char **arguments, GHashTable *options)
{
  Performing *performing = g_new0(Performing, 1);
  performing->app = console->app;
  performing->action = action;
  performing->arguments = arguments;
  performing->options = options;
  console_say(console, STYLE_DIM, "%s …", _(action->summary));
  const char *doing = action->flags & ACTION_CHANGES ? _("making the plan") : _("working");
  console_start_job(console, job_start(doing, perform_run, performing, performing_free, NULL,
                                       perform_done, console));
}

static GHashTable *
no_options(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void
perform_action(Console *console, const Action *action, const char *option)
{
  if (action->run == NULL || console->app == NULL)
    return;
  GHashTable *options = no_options();
  if (option != NULL)
    g_hash_table_insert(options, g_strdup(option), g_strdup(""));
  perform(console, action, g_new0(char *, 1), options);
}

void
perform_with(Console *console, const Action *action, char **arguments, GHashTable *options)
{
  if (options == NULL)
    options = no_options();
  if (action != NULL && action->run != NULL && console->app != NULL) {
    perform(console, action, arguments, options);
    return;
  }
  g_strfreev(arguments);
  g_hash_table_unref(options);
}

/* --- on accounts --- */

/* What an action needs beside the accounts, asked for in a line. */
static const struct {
  const char *action, *option, *label;
} questions[] = {
    {"extend", "to",
     N_("To which date, or how long from now (2027-01-31, 90d); empty: by the rule")},
    {"set", "set", N_("What is set, as FIELD=VALUE (department=Research)")},
    {"group add", "group", N_("The group, by name or object id")},
    {"group remove", "group", N_("The group, by name or object id")},
};

typedef struct {
  const Action *action;
  const char *option;
  char **ids;
} Asking;

static void
on_answer(Console *console, const char *text, gpointer data)
{
  Asking *asking = data;
  GHashTable *options = no_options();
  g_autofree char *value = g_strstrip(g_strdup(text));
  if (*value != '\0')
    g_hash_table_insert(options, g_strdup(asking->option), g_steal_pointer(&value));
  perform(console, asking->action, g_steal_pointer(&asking->ids), options);
}

static void
asking_free(gpointer data)
{
  Asking *asking = data;
  g_strfreev(asking->ids);
  g_free(asking);
}

void
perform_on_targets(Console *console, const Action *action, char **ids)
{
  if (ids == NULL || console->app == NULL) {
    g_strfreev(ids);
    console_say(console, STYLE_WARN, _("There is no account under the cursor."));
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
    if (!g_str_equal(questions[i].action, action->name))
      continue;
    Asking *asking = g_new0(Asking, 1);
    *asking = (Asking){action, questions[i].option, ids};
    console_push(console, prompt_new(_(action->summary), _(questions[i].label), "", NULL, on_answer,
                                     asking, asking_free));
    return;
  }
  perform(console, action, ids, no_options());
}

void
perform_undo(Console *console)
{
  const Action *action = action_find("journal undo");
  const GPtrArray *log = console->feed->log;
  gint64 own = console->change != NULL ? console->change->plan->id : 0;
  if ((own == 0 && (log == NULL || log->len == 0)) || action == NULL || action->run == NULL) {
    console_say(console, STYLE_WARN, _("There is nothing to take back."));
    return;
  }
  /* What was begun elsewhere may be newer than the log that is shown: the journal is asked. */
  char **arguments = g_new0(char *, 2);
  if (own != 0)
    arguments[0] = g_strdup_printf("%" PRId64, own);
  perform(console, action, arguments, no_options());
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
  char *text = g_strdup_printf("%s\n%s\n%" PRId64 "\n%s", prompt->url, prompt->user_code,
                               prompt->expires_in, prompt->message != NULL ? prompt->message : "");
  job_post(login->job, text, g_free);
}

static gboolean
login_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Login *login = data;
  login->job = job;
  return app_login(login->app, on_prompt, login, cancellable, error);
}

static const DialogKey login_keys[] = {
    {'y', N_("copy the code"), .stays = TRUE},
    {0},
};

static void
copy_code(Console *console)
{
  const char *code = console->login == NULL ? NULL : dialog_secret(console->login);
  if (code == NULL)
    return;
  if (screen_copy(console->screen, code))
    console_say(console, STYLE_GOOD,
                _("The code is on the terminal's clipboard, if it allows that."));
  else
    console_say(console, STYLE_WARN, _("This terminal has no clipboard that can be reached."));
}

static void
on_login_answer(Console *console, KeyCode key, gpointer data)
{
  if (key == 'y')
    copy_code(console);
}

void
perform_login_left(Console *console)
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
  g_auto(GStrv) parts = g_strsplit(text, "\n", 4);
  View *dialog = console->login;
  if (dialog == NULL || g_strv_length(parts) < 4)
    return;
  int left = (int)CLAMP(g_ascii_strtoll(parts[2], NULL, 10), 0, 24 * 60 * 60);
  g_autofree char *words = g_strdup_printf(_("Open this page in a browser, on any device, and type "
                                             "the code; this goes on by itself then:\n%s\n"
                                             "%d:%02d left"),
                                           parts[0], left / 60, left % 60);
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
  console->login = dialog_new(_("Sign in"), _("Asking for a sign-in …"), login_keys,
                              on_login_answer, NULL, NULL);
  dialog_set_escape(console->login, _("give up"));
  console_push(console, console->login);
  console->login_job =
      job_start(_("signing in"), login_run, login, g_free, login_message, login_done, console);
}
