/* One account of a review on the whole screen. Every mark is kept at once, so
 * leaving needs no saving; what other reviewers decide arrives with each step. */
#include "tui/view-review.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/log-lines.h"
#include "tui/view-plan.h"

#define HISTORY    6
#define TIGHT_ROWS 16
#define REST       350 /* ms on an account before its groups are asked for */

typedef struct {
  View view;
  Review *review;
  guint number;       /* of the item shown */
  GPtrArray *history; /* LogLine of it */
  guint rest_source;
} ReviewView;

static ReviewItem *
current(const ReviewView *walk)
{
  return review_item(walk->review, walk->number);
}

static guint
decided(const Review *review)
{
  guint counts[REVIEW_DECISION_N];
  review_count(review, counts);
  return review->items->len - counts[REVIEW_UNDECIDED];
}

/* Its groups are not frozen with the rest: they are asked for when somebody stays to look. */
static gboolean
on_rest(gpointer data)
{
  ReviewView *walk = data;
  const ReviewItem *item = current(walk);
  walk->rest_source = 0;
  if (item != NULL && walk->view.console->feed->error == NULL)
    feed_want_account(walk->view.console->feed, item->evidence.id);
  return G_SOURCE_REMOVE;
}

static void
await_rest(ReviewView *walk)
{
  if (walk->rest_source != 0)
    g_clear_handle_id(&walk->rest_source, g_source_remove);
  if (walk->view.console->run != NULL)
    walk->rest_source = g_timeout_add(REST, on_rest, walk);
}

static void
go_to(ReviewView *walk, guint number)
{
  App *app = walk->view.console->app;
  g_autoptr(GError) error = NULL;
  walk->number = CLAMP(number, 1, walk->review->items->len);
  g_clear_pointer(&walk->history, g_ptr_array_unref);
  ReviewItem *item = current(walk);
  if (app != NULL && item != NULL && walk->review->id != 0) {
    walk->history = app_review_history(app, item, HISTORY, NULL);
    if (!app_review_set_place(app, walk->review, walk->number, &error) ||
        !app_review_refresh(app, walk->review, NULL, &error))
      console_say(walk->view.console, STYLE_BAD, "%s", error->message);
  }
  await_rest(walk);
  console_changed(walk->view.console, CHANGED_TOP);
}

/* --- drawing --- */

static Style
sign_style(ReviewSign sign)
{
  static const Style styles[REVIEW_SIGN_N] = {[REVIEW_SIGN_ACTIVE] = STYLE_GOOD,
                                              [REVIEW_SIGN_INACTIVE] = STYLE_BAD,
                                              [REVIEW_SIGN_NEVER] = STYLE_WARN,
                                              [REVIEW_SIGN_UNKNOWN] = STYLE_DIM,
                                              [REVIEW_SIGN_UNLICENSED] = STYLE_DIM};
  return styles[sign];
}

static Style
decision_style(ReviewDecision decision)
{
  static const Style styles[REVIEW_DECISION_N] = {
      [REVIEW_UNDECIDED] = STYLE_DIM, [REVIEW_KEEP] = STYLE_GOOD,   [REVIEW_DISABLE] = STYLE_WARN,
      [REVIEW_REMOVE] = STYLE_BAD,    [REVIEW_EXTEND] = STYLE_GOOD, [REVIEW_SKIP] = STYLE_DIM};
  return styles[decision];
}

static void
draw_fact(const Draw *draw, int *y, Style style, const char *label, const char *text)
{
  /* Below stand suggestion, decision and note; on few rows one line for all of them. */
  int below = draw->rows < TIGHT_ROWS ? 2 : 4;
  if (text == NULL || *text == '\0' || *y >= draw->rows - below)
    return;
  draw_text(draw, *y, 3, 13, STYLE_DIM, label);
  draw_text(draw, (*y)++, 17, draw->cols - 19, style, text);
}

static void
draw_field(const Draw *draw, int *y, FieldId field, const char *text, gint64 number, gint64 now)
{
  g_autofree char *shown = field_display(field, text, number, now);
  draw_fact(draw, y, STYLE_NORMAL, _(field_info(field)->label), shown);
}

static void
draw_sign_in(const ReviewView *walk, const Draw *draw, int *y, const ReviewEvidence *evidence)
{
  ReviewRules rules = review_rules(-1); /* when to remove plays no part here */
  ReviewSign sign = review_sign(evidence->sign_in, &rules, walk->review->made_at);
  g_autofree char *when =
      field_display(FIELD_SIGN_IN, NULL, evidence->sign_in, walk->review->made_at);
  g_autofree char *text = evidence->sign_in > 0
                              ? g_strdup_printf("%s  %s", when, review_sign_label(sign))
                              : g_strdup(review_sign_label(sign));
  draw_fact(draw, y, sign_style(sign), _(field_info(FIELD_SIGN_IN)->label), text);
}

static void
draw_groups(ReviewView *walk, const Draw *draw, int *y, const ReviewItem *item)
{
  const Feed *feed = walk->view.console->feed;
  const char *label = _(field_info(FIELD_GROUP)->label);
  if (feed->account_id == NULL && walk->rest_source == 0) /* a refresh forgets what was read */
    await_rest(walk);
  if (g_strcmp0(feed->account_id, item->evidence.id) != 0)
    return;
  if (feed->account != NULL)
    draw_field(draw, y, FIELD_GROUP, account_text(feed->account, FIELD_GROUP), 0, 0);
  else if (feed->account_job != NULL)
    draw_fact(draw, y, STYLE_DIM, label, _("reading more …"));
}

static void
draw_evidence(ReviewView *walk, const Draw *draw, int *y, const ReviewItem *item)
{
  const ReviewEvidence *evidence = &item->evidence;
  gint64 now = console_now(walk->view.console);
  gboolean tight = draw->rows < TIGHT_ROWS; /* then what decides most comes first */
  if (!tight)
    draw_field(draw, y, FIELD_STATE, NULL, evidence->state, now);
  draw_sign_in(walk, draw, y, evidence);
  draw_field(draw, y, FIELD_EXPIRES, NULL, evidence->expires, now);
  if (tight)
    draw_field(draw, y, FIELD_STATE, NULL, evidence->state, now);
  draw_field(draw, y, FIELD_SPONSOR, evidence->sponsor, 0, now);
  draw_field(draw, y, FIELD_COMPANY, evidence->company, 0, now);
  draw_field(draw, y, FIELD_LICENCE, NULL, evidence->licence, now);
  draw_field(draw, y, FIELD_CREATED, NULL, evidence->created, now);
  draw_groups(walk, draw, y, item);
  for (guint i = 0; walk->history != NULL && i < walk->history->len; i++) {
    const LogLine *line = g_ptr_array_index(walk->history, i);
    g_autofree char *when = log_line_when(line, now);
    g_autofree char *text =
        g_strdup_printf("%s  %s  %s", when, line->what, operation_state_label(line->state));
    draw_fact(draw, y, STYLE_DIM, i == 0 ? _("history") : "", text);
  }
}

static void
draw_decision(const Draw *draw, int y, const ReviewItem *item, gint64 now)
{
  g_autofree char *reason = review_suggestion_text(&item->suggestion);
  if (draw->rows < TIGHT_ROWS && item->decision != REVIEW_UNDECIDED) {
    draw_textf(draw, draw->rows - 2, 3, draw->cols - 5, decision_style(item->decision),
               _("decided: %s"), review_decision_label(item->decision));
    return;
  }
  if (draw->rows < TIGHT_ROWS) {
    draw_textf(draw, draw->rows - 2, 3, draw->cols - 5, STYLE_STRONG, _("suggestion: %s (%s)"),
               review_decision_label(item->suggestion.decision), reason);
    return;
  }
  draw_textf(draw, y, 3, draw->cols - 5, STYLE_STRONG, _("suggestion: %s (%s)"),
             review_decision_label(item->suggestion.decision), reason);
  if (item->decision == REVIEW_UNDECIDED) {
    draw_text(draw, y + 1, 3, draw->cols - 5, STYLE_DIM, _("not decided"));
  } else {
    g_autofree char *when = clock_format_relative(item->decided_at, now);
    draw_textf(draw, y + 1, 3, draw->cols - 5, decision_style(item->decision),
               _("decided: %s (%s, %s)"), review_decision_label(item->decision), item->who, when);
  }
  if (item->note != NULL && *item->note != '\0')
    draw_textf(draw, y + 2, 3, draw->cols - 5, STYLE_NORMAL, _("note: %s"), item->note);
}

static void
review_draw(View *view, const Draw *draw)
{
  ReviewView *walk = (ReviewView *)view;
  const Review *review = walk->review;
  const ReviewItem *item = current(walk);
  draw_frame(draw, STYLE_BORDER_FOCUS, review->title != NULL ? review->title : review->name);
  guint done = decided(review), all = review->items->len;
  g_autofree char *count = g_strdup_printf(_("%u of %u decided"), done, all);
  int left = draw_text_right(draw, 1, draw->cols - 2, 28, STYLE_NORMAL, count);
  draw_progress(draw, 1, 3, MAX(MIN(left - 5, 40), 0), done, all);
  if (item == NULL)
    return;
  gboolean tight = draw->rows < TIGHT_ROWS;
  int top = tight ? 2 : 3;
  g_autofree char *place = g_strdup_printf(_("%u of %u"), item->number, all);
  int right = draw_text_right(draw, top, draw->cols - 2, 16, STYLE_DIM, place);
  draw_textf(draw, top, 3, right - 4, STYLE_TITLE, "%s · %s",
             item->evidence.name != NULL ? item->evidence.name : "", item->evidence.user);
  int y = tight ? 3 : 5;
  draw_evidence(walk, draw, &y, item);
  draw_decision(draw, MIN(tight ? y : y + 1, draw->rows - 4), item, console_now(view->console));
  view->cursor_y = top;
  view->cursor_x = 3;
}

/* --- deciding --- */

static void
decide(View *view, ReviewDecision decision)
{
  ReviewView *walk = (ReviewView *)view;
  g_autoptr(GError) error = NULL;
  ReviewItem *item = current(walk);
  if (item == NULL)
    return;
  if (!app_review_decide(view->console->app, walk->review, item, decision, NULL, &error)) {
    dialog_say(view->console, walk->review->name, error->message);
    return;
  }
  const ReviewItem *next = review_next_undecided(walk->review, item->number);
  if (next == NULL) {
    g_autofree char *key = keymap_key(view->console->keymap, "review-apply");
    console_say(view->console, STYLE_GOOD, _("All are decided: %s shows the plan."), key);
  }
  go_to(walk, next != NULL ? next->number : item->number);
}

static void
act_keep(View *view)
{
  decide(view, REVIEW_KEEP);
}

static void
act_disable(View *view)
{
  decide(view, REVIEW_DISABLE);
}

static void
act_remove(View *view)
{
  decide(view, REVIEW_REMOVE);
}

static void
act_extend(View *view)
{
  decide(view, REVIEW_EXTEND);
}

static void
act_skip(View *view)
{
  decide(view, REVIEW_SKIP);
}

static void
act_previous(View *view)
{
  ReviewView *walk = (ReviewView *)view;
  go_to(walk, walk->number > 1 ? walk->number - 1 : 1);
}

static void
act_next(View *view)
{
  ReviewView *walk = (ReviewView *)view;
  go_to(walk, walk->number + 1);
}

static void
act_next_open(View *view)
{
  ReviewView *walk = (ReviewView *)view;
  const ReviewItem *next = review_next_undecided(walk->review, walk->number);
  if (next == NULL)
    console_say(view->console, STYLE_DIM, _("All are decided."));
  else
    go_to(walk, next->number);
}

static void
on_note(Console *console, const char *text, gpointer data)
{
  ReviewView *walk = data;
  g_autoptr(GError) error = NULL;
  ReviewItem *item = current(walk);
  if (item != NULL && !app_review_note(console->app, walk->review, item, text, &error))
    dialog_say(console, walk->review->name, error->message);
  console_changed(console, CHANGED_TOP);
}

static void
act_note(View *view)
{
  ReviewView *walk = (ReviewView *)view;
  const ReviewItem *item = current(walk);
  if (item != NULL)
    console_push(view->console,
                 prompt_new(_("Note"), item->evidence.user, item->note, NULL, on_note, walk, NULL));
}

static void
act_back(View *view)
{
  console_say(view->console, STYLE_DIM, _("The review is kept; it goes on here at any time."));
  console_close(view->console, view);
}

/* --- applying --- */

typedef struct {
  App *app;
  char *name;
  gboolean partial;
  Plan *plan;
} Planning;

static void
planning_free(gpointer data)
{
  Planning *planning = data;
  g_free(planning->name);
  g_clear_pointer(&planning->plan, plan_free);
  g_free(planning);
}

/* On the worker, with a review of its own. */
static gboolean
planning_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Planning *planning = data;
  g_autoptr(Review) review = app_review_load(planning->app, planning->name, error);
  ReviewApply how = {.partial = planning->partial};
  if (review != NULL)
    planning->plan = app_review_plan(planning->app, review, &how, cancellable, error);
  return planning->plan != NULL;
}

static void
planning_done(gpointer data, const GError *error, gpointer user)
{
  Console *console = user;
  Planning *planning = data;
  g_clear_pointer(&console->message, g_free);
  console_changed(console, CHANGED_STATUS);
  if (error != NULL) {
    g_autofree char *text = error_describe(error);
    dialog_say(console, planning->name, text);
  } else if (planning->plan->operations->len == 0) {
    dialog_say(console, planning->name,
               _("The decisions change nothing. 'usher review close' ends the review."));
  } else {
    console_push(console, view_plan_new(console, g_steal_pointer(&planning->plan), 0,
                                        APP_RESUME_OPEN, NULL));
  }
}

static void
start_planning(Console *console, const Review *review, gboolean partial)
{
  Planning *planning = g_new0(Planning, 1);
  planning->app = console->app;
  planning->name = g_strdup(review->name);
  planning->partial = partial;
  console_say(console, STYLE_DIM, "%s …", _("Making the plan"));
  console_start_job(console, job_start(_("making the plan"), planning_run, planning, planning_free,
                                       NULL, planning_done, console));
}

static void
on_partial(Console *console, KeyCode key, gpointer data)
{
  const ReviewView *walk = data;
  if (key == 'p')
    start_planning(console, walk->review, TRUE);
}

static void
act_apply(View *view)
{
  static const DialogKey keys[] = {{'p', N_("plan what is decided")}, {0, NULL}};
  ReviewView *walk = (ReviewView *)view;
  guint open = walk->review->items->len - decided(walk->review);
  if (open == 0) {
    start_planning(view->console, walk->review, FALSE);
    return;
  }
  g_autofree char *text = g_strdup_printf(
      ngettext("%u account has no decision; it would be left as it is, and the review ends.",
               "%u accounts have no decision; they would be left as they are, and the review ends.",
               open),
      open);
  console_push(view->console, dialog_new(walk->review->name, text, keys, on_partial, walk, NULL));
}

/* --- the view --- */

static gboolean
review_act(View *view, const char *action)
{
  static const struct {
    const char *action;
    void (*run)(View *view);
  } moves[] = {
      {"up", act_previous}, {"down", act_next}, {"left", act_previous}, {"right", act_next}};
  for (gsize i = 0; i < G_N_ELEMENTS(moves); i++)
    if (g_str_equal(moves[i].action, action)) {
      moves[i].run(view);
      return TRUE;
    }
  return FALSE;
}

static void
review_view_free(View *view)
{
  ReviewView *walk = (ReviewView *)view;
  if (walk->rest_source != 0)
    g_source_remove(walk->rest_source);
  review_free(walk->review);
  g_clear_pointer(&walk->history, g_ptr_array_unref);
}

static const ViewAction review_actions[] = {
    {"review-keep", act_keep},
    {"review-disable", act_disable},
    {"review-remove", act_remove},
    {"review-extend", act_extend},
    {"review-skip", act_skip},
    {"review-note", act_note},
    {"review-previous", act_previous},
    {"review-next", act_next},
    {"review-open", act_next_open},
    {"review-apply", act_apply},
    {"back", act_back},
    {"quit", act_back},
    {NULL, NULL},
};

static const ViewOps review_ops = {
    .title = N_("A review"),
    .scope = SCOPE_REVIEW,
    .changed = CHANGED_DETAIL,
    .draw = review_draw,
    .act = review_act,
    .actions = review_actions,
    .free = review_view_free,
};

View *
view_review_new(Console *console, Review *review)
{
  ReviewView *walk = g_new0(ReviewView, 1);
  guint number = 1;
  walk->view.ops = &review_ops;
  walk->view.console = console;
  walk->review = review;
  if (console->app != NULL && review->id != 0)
    (void)app_review_place(console->app, review, &number, NULL);
  go_to(walk, number);
  return &walk->view;
}
