/* Steps, progress and what stands in the way of a change. Leaving the view does
 * not stop the change; Esc does, after the requests in flight. */
#include "tui/view-apply.h"

#include "app/actions.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/dialog.h"
#include "tui/list.h"
#include "tui/log-lines.h"
#include "tui/search.h"
#include "tui/view-plan.h"
#include <string.h>

#define FORECAST_FROM 50 /* operations */

typedef struct {
  View view;
  List list;       /* of operations */
  gboolean moved;  /* by the person: it no longer follows the work */
  gboolean failed; /* only what went wrong */
} Apply;

static Style
state_style(OperationState state)
{
  const LogLine line = {.state = state};
  return state == OPERATION_SENT || state == OPERATION_INTENDED ? STYLE_STRONG
                                                                : log_line_style(&line);
}

/* What came of it; the request id has a line of its own, so that it is never cut off. */
static char *
outcome(const Operation *operation)
{
  GString *text = g_string_new(operation->result);
  if (operation->error_message != NULL)
    g_string_append_printf(text, "%s%s", text->len > 0 ? ": " : "", operation->error_message);
  else if (operation->error_code != NULL)
    g_string_append_printf(text, "%s%d %s", text->len > 0 ? ": " : "", operation->http_status,
                           operation->error_code);
  if (operation->state == OPERATION_DONE && operation->request_id != NULL) {
    g_string_append(text, text->len > 0 ? "  " : "");
    g_string_append_printf(text, _("request %s"), operation->request_id);
  }
  if (text->len == 0 && operation->state == OPERATION_PLANNED) {
    g_string_free(text, TRUE);
    return operation_summary(operation);
  }
  return g_string_free(text, FALSE);
}

static gboolean
is_under_way(const Operation *operation)
{
  return operation->state == OPERATION_INTENDED || operation->state == OPERATION_SENT;
}

static gboolean
has_second_line(const Operation *operation)
{
  return operation->state == OPERATION_FAILED || operation->state == OPERATION_UNKNOWN;
}

/* "request 9f…  403 Authorization_RequestDenied" */
static char *
second_line(const Operation *operation)
{
  GString *text = g_string_new(NULL);
  const char *id =
      operation->request_id != NULL ? operation->request_id : operation->client_request_id;
  if (id != NULL)
    g_string_append_printf(text, _("request %s"), id);
  if (operation->error_message != NULL && operation->error_code != NULL)
    g_string_append_printf(text, "  %d %s", operation->http_status, operation->error_code);
  return g_string_free(text, FALSE);
}

static void
draw_operation(const Draw *draw, int y, const Operation *operation, const char *target,
               gboolean found)
{
  int x = 2, right = draw->cols - 2;
  draw_text(draw, y, x, 10, state_style(operation->state),
            is_under_way(operation) ? _("running") : operation_state_label(operation->state));
  x += 11;
  draw_text(draw, y, x, 14, STYLE_NORMAL, action_step_label(operation->kind));
  x += 15;
  if (target != NULL)
    x += draw_text(draw, y, x, MIN(34, (right - x) / 2), found ? STYLE_MATCH : STYLE_NORMAL,
                   target) +
         2;
  g_autofree char *text = outcome(operation);
  draw_text(draw, y, x, right - x, operation->state == OPERATION_FAILED ? STYLE_BAD : STYLE_DIM,
            text);
}

static void
draw_second(const Draw *draw, int y, const Operation *operation)
{
  g_autofree char *text = second_line(operation);
  draw_text(draw, y, 13, draw->cols - 15, STYLE_DIM, text);
}

/* --- lines: one for each operation, two where something went wrong --- */

static gboolean
is_listed(const Operation *operation, gboolean failed)
{
  return !failed || has_second_line(operation);
}

static guint
line_of(const Plan *plan, guint operation, gboolean failed)
{
  guint line = 0;
  for (guint i = 0; i < operation && i < plan->operations->len; i++) {
    const Operation *one = g_ptr_array_index(plan->operations, i);
    if (is_listed(one, failed))
      line += has_second_line(one) ? 2 : 1;
  }
  return line;
}

static void
draw_lines(const Draw *draw, const Plan *plan, const Apply *apply, int rows, gboolean one_target)
{
  guint line = 0, top = apply->list.top;
  for (guint i = 0; i < plan->operations->len && line < top + (guint)rows; i++) {
    const Operation *operation = g_ptr_array_index(plan->operations, i);
    if (!is_listed(operation, apply->failed))
      continue;
    g_autofree char *target =
        one_target ? NULL : feed_short_user(apply->view.console->feed, operation->target_name);
    if (line >= top)
      draw_operation(draw, 1 + (int)(line - top), operation, target,
                     i == search_match(apply->view.search));
    line++;
    if (!has_second_line(operation))
      continue;
    if (line >= top && line < top + (guint)rows)
      draw_second(draw, 1 + (int)(line - top), operation);
    line++;
  }
}

static gboolean
has_one_target(const Plan *plan)
{
  const char *first = NULL;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = g_ptr_array_index(plan->operations, i);
    if (first != NULL && g_strcmp0(first, operation->target_name) != 0)
      return FALSE;
    first = operation->target_name;
  }
  return TRUE;
}

static Rect
apply_place(View *view, Rect room)
{
  const Plan *plan = view->console->change->plan;
  int rows = (int)line_of(plan, plan->operations->len, FALSE) + 7;
  return dialog_place(room, rows, MIN(96, room.cols - (room.cols > 60 ? 4 : 0)));
}

static char *
failed_sentence(const Console *console, guint failed)
{
  g_autofree char *key = keymap_key(console->keymap, "failed");
  if (failed == 0)
    return g_strdup("");
  return g_strdup_printf(
      ngettext("%u failed; %s shows it alone", "%u failed; %s shows them alone", failed), failed,
      key);
}

static char *
state_sentence(const Console *console, Style *ret_style)
{
  const Change *change = console->change;
  guint failed = plan_count(change->plan, OPERATION_FAILED);
  g_autofree char *failures = failed_sentence(console, failed);
  *ret_style = STYLE_DIM;
  if (change->running && change->stopping)
    return g_strdup(_("Stopping after the requests in flight …"));
  if (change->running && console->feed->status.waiting > 0) {
    *ret_style = STYLE_WARN;
    g_autofree char *waiting = g_strdup_printf(_("Graph asked to slow down: going on in %u s"),
                                               console->feed->status.waiting);
    return failed > 0 ? g_strdup_printf("%s\n%s", waiting, failures) : g_steal_pointer(&waiting);
  }
  if (change->running)
    return g_steal_pointer(&failures);
  if (change->error != NULL) {
    *ret_style = STYLE_BAD;
    return error_describe(change->error);
  }
  *ret_style = STYLE_GOOD;
  guint pending = plan_count(change->plan, OPERATION_PENDING);
  if (pending > 0)
    return g_strdup(_("Done; what is pending takes effect by itself a little later."));
  return g_strdup(_("Done."));
}

static gboolean
can_retry(const Change *change)
{
  return !change->running && change->error != NULL && change->plan->id != 0;
}

static void
draw_keys(View *view, const Draw *draw)
{
  static const ActionKey running[] = {{"progress", N_("to the background")}, {NULL, NULL}};
  static const ActionKey ended[] = {{"open", N_("close")}, {NULL, NULL}};
  static const ActionKey failed[] = {
      {"retry", N_("try again")}, {"open", N_("close")}, {NULL, NULL}};
  const Change *change = view->console->change;
  if (change->running)
    dialog_draw_actions(view, draw, running, TRUE, _("stop after the requests in flight"));
  else
    dialog_draw_actions(view, draw, can_retry(change) ? failed : ended, FALSE, NULL);
}

/* What to look at: the first that is under way (many are at once); after the end the first that
 * went wrong, or else the last. */
static guint
current_operation(const Plan *plan, gboolean running)
{
  guint last = 0;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = g_ptr_array_index(plan->operations, i);
    if (running ? is_under_way(operation) : has_second_line(operation))
      return i;
    if (operation->state != OPERATION_PLANNED && operation->state != OPERATION_SKIPPED)
      last = i;
  }
  return last;
}

/* "6480 of 9600 · 41/s · 1 m 16 s left"; short work needs no forecast. */
static char *
progress_text(const Change *change)
{
  guint done = change_finished(change), total = change->plan->operations->len;
  gint64 end = change->running ? g_get_monotonic_time() : change->ended_at;
  double seconds = (double)MAX(end - change->started_at, 1) / G_USEC_PER_SEC;
  g_autofree char *span = clock_format_span((gint64)seconds);
  guint own = done - MIN(change->before, done);
  if (!change->running || total < FORECAST_FROM || seconds < 3 || own == 0)
    return g_strdup_printf(_("%u of %u · %s"), done, total, span);
  double rate = own / seconds;
  g_autofree char *left = clock_format_span((gint64)((total - done) / rate) + 1);
  return g_strdup_printf(_("%u of %u · %.0f/s · %s left"), done, total, rate, left);
}

static void
apply_draw(View *view, const Draw *draw)
{
  Apply *apply = (Apply *)view;
  const Change *change = view->console->change;
  const Plan *plan = change->plan;
  draw_frame(draw, STYLE_BORDER_FOCUS, plan->title);
  int rows = MAX(draw->rows - 7, 1), y = 1;
  guint total = plan->operations->len;
  guint lines = line_of(plan, total, apply->failed);
  list_set_count(&apply->list, lines);
  list_layout(&apply->list, (guint)rows);
  if (!apply->moved)
    list_to(&apply->list, line_of(plan, current_operation(plan, change->running), apply->failed));
  draw_lines(draw, plan, apply, rows, has_one_target(plan));
  if (lines == 0)
    draw_text(draw, 1, 2, draw->cols - 4, STYLE_DIM, _("Nothing has failed."));
  draw_scroll(draw, y, draw->cols - 1, rows, apply->list.top, (guint)rows, lines,
              STYLE_BORDER_FOCUS);
  view->cursor_y = y + (int)(apply->list.cursor - apply->list.top);
  view->cursor_x = 2;
  search_draw(view->search, draw, draw->rows - 1, 2, draw->cols - 5);
  y = draw->rows - 5;
  g_autofree char *count = progress_text(change);
  int right = draw_text_right(draw, y, draw->cols - 2, 40, STYLE_NORMAL, count);
  draw_progress(draw, y, 2, right - 4, change_finished(change), total);
  Style style;
  g_autofree char *sentence = state_sentence(view->console, &style);
  draw_wrapped(draw, y + 1, 2, draw->cols - 4, 2, style, sentence);
  draw_keys(view, draw);
}

/* --- searching --- */

static guint
count_operations(const View *view)
{
  return view->console->change->plan->operations->len;
}

static gboolean
operation_fits(const View *view, guint index, const char *sought)
{
  const Apply *apply = (const Apply *)view;
  const Plan *plan = view->console->change->plan;
  const Operation *operation = g_ptr_array_index(plan->operations, index);
  g_autofree char *what = outcome(operation);
  g_autofree char *all =
      g_strjoin(" ", operation_state_label(operation->state), action_step_label(operation->kind),
                operation->target_name != NULL ? operation->target_name : "", what, NULL);
  g_autofree char *folded = text_fold(all);
  return is_listed(operation, apply->failed) && strstr(folded, sought) != NULL;
}

/* The operation whose line the cursor is on. */
static guint
operation_at(const View *view)
{
  const Apply *apply = (const Apply *)view;
  const Plan *plan = view->console->change->plan;
  guint lines = 0;
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = g_ptr_array_index(plan->operations, i);
    if (is_listed(operation, apply->failed))
      lines += has_second_line(operation) ? 2 : 1;
    if (lines > apply->list.cursor)
      return i;
  }
  return 0;
}

static void
show_operation(View *view, guint index)
{
  Apply *apply = (Apply *)view;
  apply->moved = TRUE;
  list_to(&apply->list, line_of(view->console->change->plan, index, apply->failed));
}

static const SearchLines search_lines = {count_operations, operation_at, operation_fits,
                                         show_operation};

/* --- actions --- */

static void
act_back(View *view)
{
  Change *change = view->console->change;
  if (change->running)
    change_stop(change);
  else
    console_close(view->console, view);
}

static void
act_close(View *view)
{
  if (!view->console->change->running)
    console_close(view->console, view);
}

static void
act_background(View *view)
{
  if (view->console->change->running)
    console_say(view->console, STYLE_DIM, _("It goes on; the status line shows how far it is."));
  console_close(view->console, view);
}

static void
act_failed(View *view)
{
  Apply *apply = (Apply *)view;
  apply->failed = !apply->failed;
  apply->moved = FALSE;
  console_changed(view->console, CHANGED_TOP);
}

static void
act_retry(View *view)
{
  Console *console = view->console;
  if (!can_retry(console->change))
    return;
  g_autoptr(Plan) plan = plan_copy(console->change->plan);
  console_start_change(console, plan, plan->id, APP_RESUME_RETRY_FAILED);
}

static gboolean
apply_act(View *view, const char *action)
{
  Apply *apply = (Apply *)view;
  apply->moved = TRUE;
  console_changed(view->console, CHANGED_TOP);
  return list_act(&apply->list, action);
}

static void
apply_mouse(View *view, const Event *event)
{
  Apply *apply = (Apply *)view;
  if (event->kind == EVENT_WHEEL)
    list_wheel(&apply->list, event->wheel * 3);
  apply->moved = TRUE;
  console_changed(view->console, CHANGED_TOP);
}

static gboolean
apply_can(const View *view, const char *action)
{
  const Plan *plan = view->console->change->plan;
  return !g_str_equal(action, "failed") || plan_count(plan, OPERATION_FAILED) > 0 ||
         plan_count(plan, OPERATION_UNKNOWN) > 0 || ((const Apply *)view)->failed;
}

static const ViewAction apply_actions[] = {
    {"back", act_back},           {"open", act_close},    {"quit", act_close}, {"retry", act_retry},
    {"progress", act_background}, {"failed", act_failed}, {NULL, NULL},
};

static const ViewOps apply_ops = {
    .title = N_("A change being applied"),
    .scope = SCOPE_PLAN,
    .changed = CHANGED_PLAN | CHANGED_STATUS,
    .place = apply_place,
    .draw = apply_draw,
    .mouse = apply_mouse,
    .can = apply_can,
    .act = apply_act,
    .actions = apply_actions,
};

View *
view_apply_new(void)
{
  Apply *apply = g_new0(Apply, 1);
  apply->view.ops = &apply_ops;
  apply->view.search = search_new(&search_lines, &apply->view);
  return &apply->view;
}

gboolean
view_is_apply(const View *view)
{
  return view != NULL && view->ops == &apply_ops;
}
