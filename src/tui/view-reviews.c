/* Two grids of records, review list and review show, and what can be done with
 * a review. The walk itself is view-review's. */
#include "tui/view-reviews.h"

#include "app/app-review.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/grid.h"
#include "tui/path-line.h"
#include "tui/perform.h"
#include "tui/view-review.h"
#include <string.h>

static char **
one_argument(const char *name)
{
  char **arguments = g_new0(char *, 2);
  arguments[0] = g_strdup(name);
  return arguments;
}

/* Of the row, or of the review whose accounts are shown; lent. */
static const char *
current_name(const View *view)
{
  char **arguments = grid_arguments(view);
  return arguments != NULL ? arguments[0] : grid_text(view, "displayName");
}

/* --- the accounts of one --- */

static const GridColumn item_columns[] = {
    {"displayName", NULL, 14, 28},    {"userPrincipalName", NULL, 14, 34},
    {"usher.decision", NULL, 9, 10},  {"usher.suggestion", NULL, 9, 11},
    {"usher.signIn", NULL, 8, 10},    {"usher.result", NULL, 7, 9},
    {"usher.decidedBy", NULL, 8, 16}, {"usher.note", NULL, 8, 30},
    {"usher.state", NULL, 8, 9},      {NULL},
};

static char *
item_text(const Records *records, guint row, const char *key, gint64 now)
{
  guint column;
  ReviewDecision decision;
  gboolean decides = g_str_equal(key, "usher.decision") || g_str_equal(key, "usher.suggestion");
  if (!decides || !records_find(records, key, &column) || !records_has(records, row, column) ||
      !review_decision_from_name(records_text(records, row, column), &decision))
    return NULL;
  return g_strdup(review_decision_label(decision));
}

static Style
item_style(const Records *records, guint row, const char *key)
{
  guint column;
  if (g_str_equal(key, "displayName"))
    return STYLE_STRONG;
  if (!g_str_equal(key, "usher.decision") || !records_find(records, key, &column))
    return g_str_equal(key, "usher.result") || g_str_equal(key, "usher.note") ? STYLE_NORMAL
                                                                              : STYLE_DIM;
  const char *decision = records_text(records, row, column);
  return g_strcmp0(decision, "undecided") == 0 ? STYLE_WARN : STYLE_NORMAL;
}

/* --- what can be done with one --- */

static void
act_new(View *view)
{
  review_ask_new(view->console);
}

static void
on_partial(Console *console, KeyCode key, gpointer data)
{
  if (key != 'p')
    return;
  GHashTable *options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert(options, g_strdup("partial"), g_strdup(""));
  perform_with(console, action_find("review apply"), one_argument(data), options);
}

static void
act_apply(View *view)
{
  static const DialogKey keys[] = {{'p', N_("plan what is decided")}, {0, NULL}};
  const char *name = current_name(view);
  guint open = (guint)grid_number(view, "usher.undecided");
  if (name == NULL)
    return;
  if (open == 0 || grid_arguments(view) != NULL) {
    perform_with(view->console, action_find("review apply"), one_argument(name), NULL);
    return;
  }
  g_autofree char *text = g_strdup_printf(
      ngettext("%u account has no decision; it would be left as it is, and the review ends.",
               "%u accounts have no decision; they would be left as they are, and the review ends.",
               open),
      open);
  console_push(view->console, dialog_new(name, text, keys, on_partial, g_strdup(name), g_free));
}

static void
on_close_answer(Console *console, KeyCode key, gpointer data)
{
  if (key == 'e')
    perform_with(console, action_find("review close"), one_argument(data), NULL);
}

static void
act_close(View *view)
{
  static const DialogKey keys[] = {{'e', N_("end it")}, {0, NULL}};
  const char *name = current_name(view);
  if (name != NULL)
    console_push(view->console,
                 dialog_new(name,
                            _("Nothing can be decided in it any more; what was decided stays "
                              "for the report."),
                            keys, on_close_answer, g_strdup(name), g_free));
}

/* --- the report --- */

typedef struct {
  App *app;
  char *name, *path;
  ReviewReportFormat format;
} Report;

static void
report_free(gpointer data)
{
  Report *report = data;
  g_free(report->name);
  g_free(report->path);
  g_free(report);
}

static gboolean
report_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  const Report *report = data;
  g_autoptr(Review) review = app_review_load(report->app, report->name, error);
  g_autofree char *text =
      review == NULL ? NULL : app_review_report(report->app, review, report->format, error);
  return text != NULL && file_replace(report->path, text, strlen(text), 0600, error);
}

static void
report_done(gpointer data, const GError *error, gpointer user)
{
  const Report *report = data;
  if (error != NULL)
    console_say(user, STYLE_BAD, "%s", error->message);
  else
    console_say(user, STYLE_GOOD, _("The report is in %s."), report->path);
}

static gboolean
format_of(const char *path, ReviewReportFormat *ret_format)
{
  static const struct {
    const char *suffix;
    ReviewReportFormat format;
  } formats[] = {{".md", REVIEW_REPORT_MARKDOWN},
                 {".html", REVIEW_REPORT_HTML},
                 {".csv", REVIEW_REPORT_CSV},
                 {".json", REVIEW_REPORT_JSON}};
  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
    if (g_str_has_suffix(path, formats[i].suffix)) {
      *ret_format = formats[i].format;
      return TRUE;
    }
  return FALSE;
}

static char *
check_path(Console *console, const char *text, gpointer data)
{
  ReviewReportFormat format;
  g_autofree char *path = g_strstrip(g_strdup(text));
  if (!format_of(path, &format))
    return g_strdup(_("The name must end in .md, .html, .csv or .json."));
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return g_strdup_printf(_("%s is there already."), path);
  return NULL;
}

static void
on_path(Console *console, const char *text, gpointer data)
{
  g_autofree char *path = g_strstrip(g_strdup(text));
  g_autofree char *wrong = check_path(console, path, NULL);
  if (wrong != NULL) {
    console_say(console, STYLE_BAD, "%s", wrong);
    return;
  }
  Report *report = g_new0(Report, 1);
  report->app = console->app;
  report->name = g_strdup(data);
  report->path = path_expand(path);
  format_of(path, &report->format);
  console_start_job(console, job_start(_("writing the report"), report_run, report, report_free,
                                       NULL, report_done, console));
}

static void
act_report(View *view)
{
  const char *name = current_name(view);
  if (name == NULL || view->console->app == NULL)
    return;
  g_autofree char *file = g_strdup_printf("%s.html", name);
  g_strdelimit(file, " /\\", '-');
  console_push(view->console,
               prompt_new_path(_("Report"), _("The evidence, to a .md, .html, .csv or .json file:"),
                               file, check_path, on_path, g_strdup(name), g_free));
}

static const ViewAction item_actions[] = {{"review apply", act_apply},
                                          {"review report", act_report},
                                          {"review close", act_close},
                                          {NULL, NULL}};

static const GridKind items = {
    .action = "review show",
    .title = N_("A review"),
    .scope = SCOPE_REVIEWS,
    .columns = item_columns,
    .text = item_text,
    .style = item_style,
    .actions = item_actions,
};

/* --- all of them --- */

static const GridColumn review_columns[] = {
    {"displayName", NULL, 16, 28}, {"usher.accounts", N_("DECIDED"), 12, 28},
    {"status", NULL, 7, 7},        {"createdDateTime", NULL, 10, 10},
    {"usher.disable", NULL, 7, 7}, {"usher.remove", NULL, 6, 6},
    {"usher.extend", NULL, 6, 6},  {"initiatedBy", NULL, 8, 16},
    {"usher.keep", NULL, 4, 4},    {"usher.skip", NULL, 4, 4},
    {"usher.plan", NULL, 4, 4},    {NULL},
};

static char *
review_text(const Records *records, guint row, const char *key, gint64 now)
{
  guint column, undecided;
  ReviewState state;
  if (!records_find(records, key, &column) || !records_find(records, "usher.undecided", &undecided))
    return NULL;
  if (g_str_equal(key, "status") &&
      review_state_from_name(records_text(records, row, column), &state))
    return g_strdup(review_state_label(state));
  if (!g_str_equal(key, "usher.accounts"))
    return NULL;
  gint64 total = records_number(records, row, column);
  return g_strdup_printf(_("%u of %u"), (guint)(total - records_number(records, row, undecided)),
                         (guint)total);
}

static Style
review_style(const Records *records, guint row, const char *key)
{
  guint status;
  gboolean open = records_find(records, "status", &status) &&
                  g_strcmp0(records_text(records, row, status), "open") == 0;
  if (g_str_equal(key, "displayName"))
    return open ? STYLE_STRONG : STYLE_NORMAL;
  return g_str_equal(key, "status") && open ? STYLE_GOOD : open ? STYLE_NORMAL : STYLE_DIM;
}

/* A bar and the numbers, as far as there is room. */
static gboolean
draw_decided(const Records *records, guint row, const char *key, const Draw *draw, Rect cell,
             const Style *over)
{
  guint column, undecided;
  if (!g_str_equal(key, "usher.accounts") || cell.cols < 16 ||
      !records_find(records, key, &column) || !records_find(records, "usher.undecided", &undecided))
    return FALSE;
  gint64 total = records_number(records, row, column);
  g_autofree char *text = review_text(records, row, key, 0);
  int words = MIN(MAX(draw_width(draw->theme, text), 10), cell.cols);
  int bar = cell.cols - words - 1;
  draw_progress(draw, cell.y, cell.x, bar, total - records_number(records, row, undecided), total);
  draw_text(draw, cell.y, cell.x + bar + 1, words, over != NULL ? *over : STYLE_NORMAL, text);
  return TRUE;
}

static void
act_show(View *view)
{
  const char *name = current_name(view);
  if (name != NULL)
    console_push(view->console,
                 grid_new(view->console, &items, g_strdup(name), one_argument(name)));
}

/* One that is open is walked through; of the others the result is shown. */
static void
open_one(View *view)
{
  if (g_strcmp0(grid_text(view, "status"), "open") == 0)
    review_open(view->console, grid_text(view, "displayName"));
  else
    act_show(view);
}

static const ViewAction review_actions[] = {
    {"review new", act_new},       {"review show", act_show},   {"review apply", act_apply},
    {"review report", act_report}, {"review close", act_close}, {NULL, NULL}};

static const char *const of_all_reviews[] = {"review new", NULL};

static const GridKind reviews = {
    .action = "review list",
    .title = N_("Reviews"),
    .scope = SCOPE_REVIEWS,
    .room = 3,
    .columns = review_columns,
    .empty = N_("There is no review yet."),
    .hint = N_("n begins one of the accounts that are tagged, or of those shown in the list."),
    .text = review_text,
    .style = review_style,
    .draw = draw_decided,
    .open = open_one,
    .actions = review_actions,
    .without_row = of_all_reviews,
};

View *
view_reviews_new(Console *console)
{
  return grid_new(console, &reviews, NULL, NULL);
}
