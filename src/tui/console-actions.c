/* Actions of the console as a whole, and the change that it applies. Each works
 * on any view; what only one view can do is in that view. */
#include "base/i18n.h"
#include "base/secret.h"
#include "tui/accounts-private.h"
#include "tui/console-private.h"
#include "tui/dialog.h"
#include "tui/import.h"
#include "tui/palette.h"
#include "tui/perform.h"
#include "tui/rooms.h"
#include "tui/switch.h"
#include "tui/view-apply.h"
#include "tui/view-create.h"
#include "tui/view-help.h"
#include "tui/view-review.h"

#define LOG_EVERY G_USEC_PER_SEC

/* --- the change --- */

static const Operation *
created(const Plan *plan)
{
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = g_ptr_array_index(plan->operations, i);
    if (g_str_equal(operation->kind, "user.create") && operation->state == OPERATION_DONE)
      return operation;
  }
  return NULL;
}

/* Typed ahead, Enter or Esc must not throw away what is shown once. */
static void
show_secret(Console *console, Change *change)
{
  static const DialogKey keys[] = {{'y', N_("it is noted")}, {0, NULL}};
  char *secret = change_take_secret(change);
  if (secret == NULL)
    return;
  const Operation *operation = created(change->plan);
  g_autofree char *text = g_strdup_printf(
      _("The password of %s. It is shown this once and kept nowhere."),
      operation != NULL && operation->target_name != NULL ? operation->target_name : "");
  View *dialog = dialog_new(_("Password"), text, keys, NULL, NULL, NULL);
  dialog_set_secret(dialog, secret);
  dialog_keep(dialog);
  secret_free_string(secret);
  console_push(console, dialog);
}

static void
change_ended(Console *console, Change *change)
{
  const Operation *operation = created(change->plan);
  /* Of another change it is no business what stands in the form. */
  if (change->error == NULL && operation != NULL && console->draft_used) {
    g_clear_pointer(&console->draft, person_free);
    console->draft_used = FALSE;
  }
  if (operation != NULL && operation->target_id != NULL && console->views->len > 0)
    accounts_want(accounts_of(console), operation->target_id);
  if (!view_is_apply(console_top(console)))
    console_say(console, change->error == NULL ? STYLE_GOOD : STYLE_BAD, "%s: %s",
                change->plan->title, change->error == NULL ? _("done") : change->error->message);
  show_secret(console, change);
  console_reload(console);
  feed_renew(console->feed);
}

static void
on_change(Change *change, gboolean ended, gpointer data)
{
  Console *console = data;
  gint64 now = g_get_monotonic_time();
  if (ended)
    change_ended(console, change);
  /* Of a large plan the log is long: it need not follow every step. */
  if (ended || now - console->log_read_at >= LOG_EVERY) {
    console->log_read_at = now;
    feed_load_log(console->feed);
  }
  console_loop_busy(console);
  console_changed(console, CHANGED_PLAN | CHANGED_STATUS);
}

/* The form that the plan came from has done its work; its draft is kept until the end. */
static void
close_forms(Console *console)
{
  while (console->views->len > 1 && console_top(console)->ops->room == 0) {
    console->draft_used |= console_top(console)->ops->scope == SCOPE_FORM;
    console_close(console, console_top(console));
  }
}

void
console_start_change(Console *console, const Plan *plan, gint64 resume_id, AppResume how)
{
  if (console->change != NULL && console->change->running)
    return;
  g_autoptr(Plan) copy = plan_copy(plan);
  close_forms(console);
  change_free(console->change);
  console->change = resume_id != 0
                        ? change_resume(console->app, copy, resume_id, how, on_change, console)
                        : change_apply(console->app, copy, on_change, console);
  console_push(console, view_apply_new());
  console_loop_busy(console);
}

/* --- actions --- */

static void
act_help(View *view)
{
  console_push(view->console, view_help_new(view->console));
}

static void
act_palette(View *view)
{
  console_push(view->console, palette_new(view->console));
}

static void
act_refresh(View *view)
{
  feed_refresh(view->console->feed);
  feed_load_log(view->console->feed);
}

static void
act_redraw(View *view)
{
  screen_redraw(view->console->screen);
  console_changed(view->console, CHANGED_ALL);
}

static void
act_suspend(View *view)
{
  console_loop_suspend(view->console);
}

static void
act_mouse(View *view)
{
  Console *console = view->console;
  gboolean on = !screen_mouse(console->screen);
  screen_set_mouse(console->screen, on);
  console_say(console, STYLE_NORMAL, "%s",
              on ? _("The mouse is on.") : _("The mouse is off; the terminal selects text."));
}

static void
act_progress(View *view)
{
  Console *console = view->console;
  if (console->change == NULL)
    console_say(console, STYLE_DIM, _("Nothing was changed since the start."));
  else if (!view_is_apply(console_top(console)))
    console_push(console, view_apply_new());
}

/* What was asked for and has not been answered yet; TRUE if there was any. */
static gboolean
stop_jobs(Console *console)
{
  gboolean any = FALSE;
  for (guint i = 0; i < console->jobs->len; i++) {
    Job *job = g_ptr_array_index(console->jobs, i);
    if (job_running(job)) {
      job_cancel(job);
      any = TRUE;
    }
  }
  return any;
}

static void
act_stop(View *view)
{
  Console *console = view->console;
  gboolean any = stop_jobs(console) || console->feed->loading;
  feed_stop(console->feed);
  if (console->change != NULL && console->change->running)
    change_stop(console->change);
  else if (!any)
    console_say(console, STYLE_DIM, _("Nothing runs."));
}

static void
on_quit_answer(Console *console, KeyCode key, gpointer data)
{
  if (key == 'y')
    console_leave(console, 0);
}

static void
act_quit(View *view)
{
  static const DialogKey keys[] = {{'y', N_("stop it and leave")}, {0, NULL}};
  Console *console = view->console;
  if (console->change == NULL || !console->change->running) {
    console_leave(console, 0);
    return;
  }
  console_push(console,
               dialog_new(_("Leave"),
                          _("A change is being applied. Leaving stops it after the requests in "
                            "flight; what is left is in the journal and can be finished later."),
                          keys, on_quit_answer, NULL, NULL));
}

/* Windows over the list go away with Esc, whatever they are. */
static void
act_back(View *view)
{
  if (view->console->views->len > 1)
    console_close(view->console, view);
}

/* Says why when nobody can be created here. */
static gboolean
can_create(Console *console)
{
  if (console->app == NULL || app_roster(console->app) == NULL)
    console_say(console, STYLE_WARN, _("There is no roster to create accounts in."));
  else if (app_roster(console->app)->kind == ROSTER_GUEST)
    console_say(console, STYLE_WARN, _("This roster holds guests; they are invited, not created."));
  else
    return TRUE;
  return FALSE;
}

static void
act_create(View *view)
{
  if (can_create(view->console))
    console_push(view->console, view_create_new(view->console));
}

static void
act_import(View *view)
{
  if (can_create(view->console))
    import_ask(view->console);
}

static void
act_review(View *view)
{
  review_choose(view->console);
}

static void
act_accounts(View *view)
{
  rooms_go(view->console, 1);
}

static void
act_reviews(View *view)
{
  rooms_go(view->console, 3);
}

static void
act_journal(View *view)
{
  rooms_go(view->console, 6);
}

static void
act_undo(View *view)
{
  perform_undo(view->console);
}

static void
act_login(View *view)
{
  perform_login(view->console);
}

static void
on_repair_answer(Console *console, KeyCode key, gpointer data)
{
  if (key == 'f' || key == 't')
    perform_action(console, action_find("repair"), key == 't' ? "rollback" : NULL);
}

/* Either way a plan comes first. */
static void
act_repair(View *view)
{
  static const DialogKey keys[] = {{'f', N_("finish it")}, {'t', N_("take it back")}, {0, NULL}};
  Console *console = view->console;
  if (console->feed->unfinished == NULL || console->feed->unfinished->len == 0) {
    perform_action(console, action_find("repair"), NULL);
    return;
  }
  console_push(console, dialog_new(_("Repair"),
                                   _("A change was interrupted and is half done. It can be "
                                     "finished, or what it made can be taken back; the plan is "
                                     "shown before anything is sent."),
                                   keys, on_repair_answer, NULL, NULL));
}

static void
act_profile(View *view)
{
  switch_profile(view->console);
}

static void
act_roster(View *view)
{
  switch_roster(view->console);
}

static void
act_logout(View *view)
{
  perform_action(view->console, action_find("logout"), NULL);
}

static void
act_whoami(View *view)
{
  perform_action(view->console, action_find("whoami"), NULL);
}

static void
act_doctor(View *view)
{
  perform_action(view->console, action_find("doctor"), NULL);
}

const ViewAction console_actions[] = {
    {"help", act_help},
    {"palette", act_palette},
    {"refresh", act_refresh},
    {"redraw", act_redraw},
    {"suspend", act_suspend},
    {"mouse", act_mouse},
    {"progress", act_progress},
    {"stop", act_stop},
    {"quit", act_quit},
    {"back", act_back},
    {"create", act_create},
    {"import", act_import},
    {"repair", act_repair},
    {"review", act_review},
    {"journal undo", act_undo},
    {"login", act_login},
    {"logout", act_logout},
    {"whoami", act_whoami},
    {"doctor", act_doctor},
    {"profile", act_profile},
    {"roster", act_roster},
    {"list", act_accounts},
    {"review list", act_reviews},
    {"journal list", act_journal},
    {NULL, NULL},
};
