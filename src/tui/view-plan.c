/* The plan's lines: each operation with its target, and below it what it sets. */
#include "tui/view-plan.h"

#include "app/actions.h"
#include "app/app-change.h"
#include "app/job.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/dialog.h"
#include "tui/list.h"
#include "tui/plan-file.h"
#include "tui/search.h"
#include <string.h>

typedef struct {
  Style style;
  char *label, *text;
} PlanLine;

typedef struct {
  View view;
  Plan *plan;
  gint64 resume_id;
  AppResume how;
  char *warning;
  GPtrArray *lines; /* PlanLine */
  Impact *impact;   /* NULL: nothing is known of it */
  GPtrArray *reach; /* char *: the impact in words */
  Job *job;         /* reads what is not cached of the accounts; NULL: it does not run */
  List list;
} PlanView;

static void
plan_line_free(gpointer data)
{
  PlanLine *line = data;
  g_free(line->label);
  g_free(line->text);
  g_free(line);
}

static void
add_line(PlanView *plan, Style style, const char *label, char *text)
{
  PlanLine *line = g_new0(PlanLine, 1);
  *line = (PlanLine){style, g_strdup(label), text};
  g_ptr_array_add(plan->lines, line);
}

/* What the engine needs and a person does not: ids beside names, the placeholders of a mail. */
static gboolean
is_shown(const Operation *operation, const OperationValue *value)
{
  static const char *const of_mail[] = {"from", "to", "template", "language", NULL};
  if (g_str_has_prefix(operation->kind, "mail."))
    return g_strv_contains(of_mail, value->name);
  /* What the account has to be like for it to be removed. */
  if (g_str_equal(operation->kind, "user.remove") && value->to == NULL)
    return FALSE;
  return !g_str_has_suffix(value->name, "Id") && !g_str_equal(value->name, "mailNickname");
}

static char *
value_text(const OperationValue *value)
{
  if (value->from != NULL && *value->from == '\0' && value->to != NULL)
    return g_strdup_printf(_("%s: nothing → %s"), value->name, value->to);
  if (value->from != NULL && value->to != NULL)
    return g_strdup_printf("%s: %s → %s", value->name, value->from, value->to);
  if (value->from != NULL)
    return g_strdup_printf(_("%s: %s → nothing"), value->name, value->from);
  return g_strdup_printf("%s: %s", value->name, value->to != NULL ? value->to : "");
}

char *
operation_summary(const Operation *operation)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = g_ptr_array_index(operation->values, i);
    if (!is_shown(operation, value))
      continue;
    g_autofree char *one = value_text(value);
    g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", one);
  }
  return g_string_free(text, FALSE);
}

/* What is over needs one line only: it will not be done again. */
static void
add_operation(PlanView *plan, const Operation *operation)
{
  const char *label = action_step_label(operation->kind);
  if (operation->state != OPERATION_PLANNED) {
    add_line(plan, STYLE_DIM, label, g_strdup(operation_state_label(operation->state)));
    if (operation->state == OPERATION_DONE || operation->state == OPERATION_SKIPPED)
      return;
    label = "";
  }
  guint before = plan->lines->len;
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = g_ptr_array_index(operation->values, i);
    if (!is_shown(operation, value))
      continue;
    add_line(plan, STYLE_NORMAL, label, value_text(value));
    label = "";
  }
  if (plan->lines->len == before && operation->state == OPERATION_PLANNED)
    add_line(plan, STYLE_NORMAL, label, g_strdup(""));
}

/* The operations of one target that stand together. */
typedef struct {
  guint first, count;
  const char *target; /* lent */
} Block;

static const Operation *
operation_of(const PlanView *plan, guint index)
{
  return g_ptr_array_index(plan->plan->operations, index);
}

static GArray *
blocks_of(const PlanView *plan)
{
  GArray *blocks = g_array_new(FALSE, FALSE, sizeof(Block));
  for (guint i = 0; i < plan->plan->operations->len; i++) {
    const char *target = operation_of(plan, i)->target_name;
    Block *last = blocks->len > 0 ? &g_array_index(blocks, Block, blocks->len - 1) : NULL;
    if (last != NULL && g_strcmp0(last->target, target) == 0) {
      last->count++;
      continue;
    }
    Block block = {i, 1, target};
    g_array_append_val(blocks, block);
  }
  return blocks;
}

/* What is done to the target, as a text: the same for all to whom the same is done. */
static char *
done_to(const PlanView *plan, const Block *block)
{
  GString *text = g_string_new(NULL);
  for (guint i = block->first; i < block->first + block->count; i++) {
    const Operation *operation = operation_of(plan, i);
    g_autofree char *summary = operation_summary(operation);
    g_string_append_printf(text, "%s\t%d\t%s\n", operation->kind, operation->state, summary);
  }
  return g_string_free(text, FALSE);
}

static void
add_block(PlanView *plan, const Block *block)
{
  for (guint i = block->first; i < block->first + block->count; i++)
    add_operation(plan, operation_of(plan, i));
}

/* What is done to many is said once, before their names. */
static void
add_many(PlanView *plan, const Block *first, const GArray *targets)
{
  if (targets->len > 1)
    add_line(plan, STYLE_STRONG, NULL,
             g_strdup_printf(ngettext("%u account:", "%u accounts:", targets->len), targets->len));
  for (guint i = 0; i < targets->len; i++) {
    const char *target = g_array_index(targets, const char *, i);
    if (i == 0 && targets->len > 1)
      add_block(plan, first);
    add_line(plan, targets->len > 1 ? STYLE_NORMAL : STYLE_STRONG, NULL,
             g_strdup_printf("%s%s", targets->len > 1 ? "  " : "", target != NULL ? target : ""));
  }
  if (targets->len == 1)
    add_block(plan, first);
}

static void
make_lines(PlanView *plan)
{
  g_autoptr(GArray) blocks = blocks_of(plan);
  g_autoptr(GHashTable) targets =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr(GArray) firsts = g_array_new(FALSE, FALSE, sizeof(Block));
  g_autoptr(GPtrArray) lists = g_ptr_array_new(); /* lent */
  for (guint i = 0; i < blocks->len; i++) {
    const Block *block = &g_array_index(blocks, Block, i);
    g_autofree char *done = done_to(plan, block);
    GArray *list = g_hash_table_lookup(targets, done);
    if (list == NULL) {
      list = g_array_new(FALSE, FALSE, sizeof(const char *));
      g_hash_table_insert(targets, g_steal_pointer(&done), list);
      g_array_append_val(firsts, *block);
      g_ptr_array_add(lists, list);
    }
    g_array_append_val(list, block->target);
  }
  for (guint i = 0; i < lists->len; i++)
    add_many(plan, &g_array_index(firsts, Block, i), g_ptr_array_index(lists, i));
  for (guint i = 0; i < plan->plan->notes->len; i++)
    add_line(plan, STYLE_WARN, NULL, g_strdup(g_ptr_array_index(plan->plan->notes, i)));
}

/* Lines between the plan and its keys, in a window of this width. */
static int
below_rows(const PlanView *plan, int cols)
{
  const Theme *theme = screen_theme(plan->view.console->screen);
  int rows = plan->warning != NULL ? draw_wrapped_rows(theme, cols - 4, plan->warning) : 0;
  for (guint i = 0; i < plan->reach->len; i++)
    rows += draw_wrapped_rows(theme, cols - 4, g_ptr_array_index(plan->reach, i));
  return plan->reach->len > 0 ? rows : rows + 1;
}

static Rect
plan_place(View *view, Rect room)
{
  PlanView *plan = (PlanView *)view;
  int cols = MIN(86, room.cols - (room.cols > 60 ? 4 : 0));
  return dialog_place(room, (int)plan->lines->len + 4 + below_rows(plan, cols), cols);
}

static void
draw_summary(const PlanView *plan, const Draw *draw, int y)
{
  /* The last line says what cannot be undone: where not all have room, it goes first. */
  guint n = plan->reach->len, first = y + below_rows(plan, draw->cols) > draw->rows - 2 ? n - 1 : 0;
  for (guint i = 0; i < n; i++) {
    guint index = (first + i) % n;
    y += draw_wrapped(draw, y, 2, draw->cols - 4, draw->rows - 2 - y,
                      index == 0 ? STYLE_STRONG : STYLE_NORMAL,
                      g_ptr_array_index(plan->reach, index));
  }
  if (plan->reach->len > 0)
    return;
  guint open = plan_count(plan->plan, OPERATION_PLANNED);
  if (plan->resume_id != 0)
    open = plan->plan->operations->len - plan_count(plan->plan, OPERATION_DONE) -
           plan_count(plan->plan, OPERATION_SKIPPED);
  g_autofree char *text = g_strdup_printf(ngettext("%u step", "%u steps", open), open);
  draw_text(draw, y, 2, draw->cols - 4, STYLE_STRONG, text);
}

static void
plan_draw(View *view, const Draw *draw)
{
  static const ActionKey keys[] = {{"apply", N_("apply")}, {NULL, NULL}};
  PlanView *plan = (PlanView *)view;
  draw_frame(draw, STYLE_BORDER_FOCUS, plan->plan->title);
  int below = MIN(below_rows(plan, draw->cols), MAX(draw->rows - 6, 1));
  int rows = MAX(draw->rows - 3 - below, 1);
  list_set_count(&plan->list, plan->lines->len);
  list_layout(&plan->list, (guint)MAX(rows, 1));
  for (int i = 0; i < rows && plan->list.top + (guint)i < plan->lines->len; i++) {
    const PlanLine *line = g_ptr_array_index(plan->lines, plan->list.top + (guint)i);
    int x = 2;
    if (line->label != NULL) {
      draw_text(draw, 1 + i, 4, 14, STYLE_KEY, line->label);
      x = 19;
    }
    gboolean found = plan->list.top + (guint)i == search_match(plan->view.search);
    draw_text(draw, 1 + i, x, draw->cols - x - 2, found ? STYLE_MATCH : line->style, line->text);
  }
  draw_scroll(draw, 1, draw->cols - 1, rows, plan->list.top, (guint)MAX(rows, 1), plan->lines->len,
              STYLE_BORDER_FOCUS);
  int y = draw->rows - 2 - below;
  if (plan->warning != NULL)
    y += draw_wrapped(draw, y, 2, draw->cols - 4, below, STYLE_WARN, plan->warning);
  draw_summary(plan, draw, y);
  dialog_draw_actions(view, draw, keys, TRUE, _("back, nothing is changed"));
  view->cursor_y = draw->rows - 2;
  view->cursor_x = 2;
  search_draw(view->search, draw, draw->rows - 1, 2, draw->cols - 5);
}

/* --- searching --- */

static guint
count_lines(const View *view)
{
  return ((const PlanView *)view)->lines->len;
}

static guint
top_line(const View *view)
{
  return ((const PlanView *)view)->list.top;
}

static gboolean
line_fits(const View *view, guint index, const char *sought)
{
  const PlanLine *line = g_ptr_array_index(((const PlanView *)view)->lines, index);
  g_autofree char *all = g_strconcat(line->label != NULL ? line->label : "", " ", line->text, NULL);
  g_autofree char *folded = text_fold(all);
  return strstr(folded, sought) != NULL;
}

static void
show_line(View *view, guint index)
{
  list_to(&((PlanView *)view)->list, index);
}

static const SearchLines search_lines = {count_lines, top_line, line_fits, show_line};

/* --- a dangerous plan asks for its size --- */

static char *
check_count(Console *console, const char *text, gpointer data)
{
  const PlanView *plan = data;
  g_autofree char *typed = g_strstrip(g_strdup(text));
  g_autofree char *wanted = g_strdup_printf("%u", plan->impact->dangerous);
  return g_str_equal(typed, wanted) ? NULL : g_strdup(_("Not this number."));
}

static void
on_count(Console *console, const char *text, gpointer data)
{
  PlanView *plan = data;
  g_autofree char *wrong = check_count(console, text, data);
  if (wrong != NULL) { /* nothing was typed */
    console_say(console, STYLE_WARN, _("Nothing is changed."));
    return;
  }
  console_close(console, &plan->view);
  console_start_change(console, plan->plan, plan->resume_id, plan->how);
}

static void
ask_count(PlanView *plan)
{
  g_autofree char *label =
      g_strdup_printf(ngettext("This cuts off or removes %u account. Type the number to go on:",
                               "This cuts off or removes %u accounts. Type the number to go on:",
                               plan->impact->dangerous),
                      plan->impact->dangerous);
  console_push(plan->view.console,
               prompt_new(plan->plan->title, label, "", check_count, on_count, plan, NULL));
}

static void
act_apply(View *view)
{
  PlanView *plan = (PlanView *)view;
  Console *console = view->console;
  if (console->change != NULL && console->change->running) {
    console_say(console, STYLE_WARN, _("Another change is being applied; wait for its end."));
    return;
  }
  if (plan->impact != NULL && plan->impact->type_count) {
    ask_count(plan);
    return;
  }
  console_close(console, view);
  console_start_change(console, plan->plan, plan->resume_id, plan->how);
}

static void
act_back(View *view)
{
  console_close(view->console, view);
}

static gboolean
plan_act(View *view, const char *action)
{
  PlanView *plan = (PlanView *)view;
  /* There is no cursor to move: the text scrolls. */
  if (g_str_equal(action, "up") || g_str_equal(action, "down")) {
    list_wheel(&plan->list, g_str_equal(action, "up") ? -1 : 1);
    console_changed(view->console, CHANGED_TOP);
    return TRUE;
  }
  console_changed(view->console, CHANGED_TOP);
  return list_act(&plan->list, action);
}

static void
plan_mouse(View *view, const Event *event)
{
  PlanView *plan = (PlanView *)view;
  if (event->kind == EVENT_WHEEL)
    list_wheel(&plan->list, event->wheel * 3);
  console_changed(view->console, CHANGED_TOP);
}

static void
plan_view_free(View *view)
{
  PlanView *plan = (PlanView *)view;
  g_clear_pointer(&plan->job, job_unref);
  plan_free(plan->plan);
  g_ptr_array_unref(plan->lines);
  g_ptr_array_unref(plan->reach);
  g_clear_pointer(&plan->impact, impact_free);
  g_free(plan->warning);
}

static void
act_write(View *view)
{
  plan_file_ask(view->console, ((PlanView *)view)->plan);
}

/* What comes back is another plan, in a view of its own. */
static void
act_edit(View *view)
{
  Console *console = view->console;
  const PlanView *plan = (const PlanView *)view;
  if (plan->resume_id != 0) {
    console_say(console, STYLE_WARN, _("This plan is under way; it can no longer be changed."));
    return;
  }
  if (plan_file_edit(console, plan->plan))
    console_close(console, view);
}

static gboolean
plan_can(const View *view, const char *action)
{
  return ((const PlanView *)view)->resume_id == 0 || !g_str_equal(action, "plan-edit");
}

static const ViewAction plan_actions[] = {{"plan-write", act_write}, {"plan-edit", act_edit},
                                          {"apply", act_apply},      {"back", act_back},
                                          {"quit", act_back},        {NULL, NULL}};

static const ViewOps plan_ops = {
    .title = N_("A plan"),
    .scope = SCOPE_PLAN,
    .place = plan_place,
    .draw = plan_draw,
    .mouse = plan_mouse,
    .can = plan_can,
    .act = plan_act,
    .actions = plan_actions,
    .free = plan_view_free,
};

/* What a creation reaches is the account itself, and stands above. */
static gboolean
makes_account(const Plan *plan)
{
  const Operation *first = plan_operation(plan, 1);
  return first != NULL && g_str_equal(first->kind, "user.create");
}

/* Takes the impact, and puts it into words. */
static void
set_impact(PlanView *view, Impact *impact)
{
  g_clear_pointer(&view->impact, impact_free);
  g_clear_pointer(&view->reach, g_ptr_array_unref);
  view->impact = impact;
  view->reach = impact != NULL ? impact_lines(impact) : g_ptr_array_new_with_free_func(g_free);
  guint n = view->plan->notes->len;
  if (view->reach->len == 0 || n == 0)
    return;
  g_autofree char *notes =
      g_strdup_printf(ngettext("%u note at the end", "%u notes at the end", n), n);
  g_autofree char *first = g_ptr_array_index(view->reach, 0);
  g_ptr_array_index(view->reach, 0) = g_strdup_printf("%s · %s", first, notes);
}

typedef struct {
  App *app;
  Plan *plan;
  Impact *impact;
} Reading;

static gboolean
reading_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;
  reading->impact = app_plan_impact_now(reading->app, reading->plan, cancellable);
  return TRUE;
}

static void
reading_done(gpointer data, const GError *error, gpointer user)
{
  PlanView *view = user;
  Reading *reading = data;
  g_clear_pointer(&view->job, job_unref);
  set_impact(view, g_steal_pointer(&reading->impact));
  console_changed(view->view.console, CHANGED_TOP);
}

static void
reading_free(gpointer data)
{
  Reading *reading = data;
  plan_free(reading->plan);
  g_clear_pointer(&reading->impact, impact_free);
  g_free(reading);
}

static void
read_unknown(PlanView *view, App *app)
{
  if (view->impact == NULL ||
      (view->impact->unknown_sign_in == 0 && view->impact->unknown_sponsor == 0))
    return;
  Reading *reading = g_new0(Reading, 1);
  *reading = (Reading){app, plan_copy(view->plan), NULL};
  view->job = job_start(_("reading the accounts"), reading_run, reading, reading_free, NULL,
                        reading_done, view);
}

View *
view_plan_new(Console *console, Plan *plan, gint64 resume_id, AppResume how, const char *warning)
{
  PlanView *view = g_new0(PlanView, 1);
  view->view.ops = &plan_ops;
  view->plan = plan;
  view->resume_id = resume_id;
  view->how = how;
  view->warning = g_strdup(warning);
  view->view.search = search_new(&search_lines, &view->view);
  view->lines = g_ptr_array_new_with_free_func(plan_line_free);
  gboolean reaches = console->app != NULL && resume_id == 0 && !makes_account(plan);
  set_impact(view, reaches ? app_plan_impact(console->app, plan) : NULL);
  read_unknown(view, console->app);
  make_lines(view);
  return &view->view;
}
