/* Unit tests of a review's report: names, notes and queries from outside never
 * become markup, formulas or further cells; every format has the evidence. */
#include "app/review-report-private.h"
#include "base/error.h"
#include "base/json.h"
#include <string.h>

#define NOW ((gint64)1795000000)

/* What people could call themselves, or write into a note. */
static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' style='x",
    "&lt;b&gt; & co",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "| a | b |\n| --- |",
    "**bold** _it_ `code` [x](javascript:alert(1)) ![i](http://evil.example/x.png)",
    "# heading\n\n<div>",
    "\033]52;c;aGFjaw==\a\033[2J",
    "\u202Egnp.exe",
    "comma, \"quote\", semi;colon",
};

static Review *
sample(void)
{
  Review *review = review_new("Q4 <b>");
  review->id = 3;
  review->title = g_strdup("Q4 <script>x</script> *specialists*");
  review->query = g_strdup("company:<i>|\"=1\"");
  review->profile = g_strdup("contoso");
  review->tenant = g_strdup("contoso.com");
  review->roster = g_strdup("specialists");
  review->who = g_strdup("m.chen@desk");
  review->made_at = NOW;
  for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
    ReviewItem *item = review_add_item(review);
    item->evidence = (ReviewEvidence){.id = g_strdup_printf("id-%u", i + 1),
                                      .user = g_strdup_printf("user%u@contoso.com", i + 1),
                                      .name = g_strdup(hostile[i]),
                                      .company = g_strdup(hostile[i]),
                                      .sponsor = g_strdup(hostile[i]),
                                      .state = STATE_ENABLED,
                                      .created = NOW - 100000,
                                      .expires = NOW + 100000,
                                      .sign_in = (gint64)(i % 4) == 3 ? NOW - 5 : -(gint64)(i % 3)};
    item->suggestion =
        (ReviewSuggestion){REVIEW_DISABLE, REVIEW_REASON_INACTIVE, REVIEW_REASON_NO_SPONSOR, 90};
    for (guint j = 0; j < 2; j++) {
      ReviewMark *mark = g_new0(ReviewMark, 1);
      *mark = (ReviewMark){.id = 2 * i + j + 1,
                           .item = i + 1,
                           .decides = TRUE,
                           .decision = j == 0 ? REVIEW_KEEP : REVIEW_DISABLE,
                           .note = g_strdup(hostile[i]),
                           .who = g_strdup(j == 0 ? "ada@desk" : "<bob>@desk"),
                           .at = NOW + i};
      review_take_mark(review, mark);
    }
  }
  return review;
}

static Plan *
sample_plan(void)
{
  const OperationState states[] = {OPERATION_DONE, OPERATION_FAILED, OPERATION_UNKNOWN,
                                   OPERATION_PLANNED};
  Plan *plan = plan_new("Review");
  plan->id = 12;
  plan->who = g_strdup("ada@desk");
  plan->released_by = g_strdup("eve@desk");
  plan->made_at = NOW + 100;
  plan->reason = g_strdup("ticket <4711>");
  plan_add_note(plan, "skipped: <b>x</b> already disabled");
  for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
    g_autofree char *id = g_strdup_printf("id-%u", i + 1);
    Operation *first = plan_add(plan, "user.disable", id, "user");
    first->state = OPERATION_DONE;
    first->request_id = g_strdup_printf("r-%u-1", i + 1);
    Operation *second = plan_add(plan, "sessions.revoke", id, "user");
    second->state = states[i];
    second->request_id = g_strdup_printf("r-%u-2", i + 1);
    if (states[i] == OPERATION_FAILED)
      second->error_message = g_strdup("403 <no>");
  }
  return plan;
}

static ReviewReport *
sample_report(const Review *review)
{
  Plan *plan = sample_plan();
  ReviewReport *report = review_report_over(review, plan);
  report->journal_number = 77;
  report->journal_hash = g_strdup("abcdef");
  report->who = g_strdup("ada@desk");
  report->now = NOW + 200;
  return report;
}

/* --- html --- */

static void
on_element(GMarkupParseContext *context, const char *name, const char **names, const char **values,
           gpointer data, GError **error)
{
  static const char *const known[] = {"html", "head", "meta", "title", "style", "body",
                                      "h1",   "h2",   "p",    "table", "thead", "tbody",
                                      "tr",   "th",   "td",   NULL};
  static const char *const attributes[] = {"charset", "http-equiv", "content", "name",
                                           "scope",   "lang",       NULL};
  if (!g_strv_contains(known, name)) {
    g_test_message("there is a <%s>", name);
    g_test_fail();
  }
  for (; *names != NULL; names++)
    if (!g_strv_contains(attributes, *names)) {
      g_test_message("<%s> has %s", name, *names);
      g_test_fail();
    }
}

static void
on_text(GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  g_string_append_len(data, text, length);
}

static void
test_html(void)
{
  g_autoptr(Review) review = sample();
  g_autoptr(ReviewReport) report = sample_report(review);
  g_autofree char *html = review_report_html(report);
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  const GMarkupParser parser = {.start_element = on_element, .text = on_text};
  GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, text, NULL);
  g_markup_parse_context_parse(context, html, -1, &error);
  g_assert_no_error(error);
  g_markup_parse_context_end_parse(context, &error);
  g_assert_no_error(error);
  g_markup_parse_context_free(context);
  g_assert_nonnull(strstr(text->str, hostile[0]));
  g_assert_nonnull(strstr(text->str, "ticket <4711>"));
  g_assert_nonnull(strstr(text->str, "403 <no>"));
  g_assert_nonnull(strstr(text->str, "<bob>@desk"));
  g_assert_nonnull(strstr(text->str, "r-2-1 r-2-2"));
  g_assert_nonnull(strstr(text->str, "77 abcdef"));
  g_assert_null(strchr(html, '\033'));
  g_assert_null(strstr(html, "\u202E"));
}

/* --- markdown --- */

/* Each table has as many cells in every row as in its head, counting only bars without a
 * backslash. */
static guint
cells_of(const char *line)
{
  guint bars = 0;
  for (const char *at = line; *at != '\0'; at++) {
    if (*at == '\\' && at[1] != '\0')
      at++;
    else if (*at == '|')
      bars++;
  }
  return bars;
}

static void
test_markdown(void)
{
  g_autoptr(Review) review = sample();
  g_autoptr(ReviewReport) report = sample_report(review);
  g_autofree char *markdown = review_report_markdown(report);
  g_assert_null(strchr(markdown, '<'));
  g_assert_null(strchr(markdown, '\033'));
  g_assert_null(strstr(markdown, "\u202E"));
  g_assert_null(strstr(markdown, "]("));
  g_assert_null(strstr(markdown, " **bold"));
  g_auto(GStrv) lines = g_strsplit(markdown, "\n", -1);
  guint wanted = 0, rows = 0;
  for (char **line = lines; *line != NULL; line++) {
    if (**line != '|') {
      g_assert_true(**line == '\0' || g_str_has_prefix(*line, "# ") ||
                    g_str_has_prefix(*line, "## ") || g_ascii_isupper(**line));
      wanted = 0;
      continue;
    }
    rows++;
    if (wanted == 0)
      wanted = cells_of(*line);
    g_assert_cmpuint(cells_of(*line), ==, wanted);
  }
  g_assert_cmpuint(rows, >, 3 * G_N_ELEMENTS(hostile));
}

/* --- csv --- */

static void
test_csv(void)
{
  g_autoptr(Review) review = sample();
  g_autoptr(ReviewReport) report = sample_report(review);
  g_autofree char *csv = review_report_csv(report);
  gboolean quoted = FALSE, begins = TRUE;
  guint lines = 0, cells = 0, wanted = 0;
  for (const char *at = csv; *at != '\0'; at++) {
    char c = *at;
    if (begins) {
      char first = c == '"' ? at[1] : c;
      g_assert_null(strchr("=+-@\t", first));
    }
    begins = FALSE;
    if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == ',' || c == '\n')) {
      cells++;
      begins = TRUE;
    }
    if (!quoted && c == '\n') {
      wanted = lines == 0 ? cells : wanted;
      g_assert_cmpuint(cells, ==, wanted);
      cells = 0;
      lines++;
    }
  }
  g_assert_cmpuint(lines, ==, 1 + G_N_ELEMENTS(hostile));
}

/* --- json --- */

static void
test_json(void)
{
  static const char *const results[] = {"done", "failed", "unknown", "open", "unchanged"};
  g_autoptr(Review) review = sample();
  g_autoptr(ReviewReport) report = sample_report(review);
  g_autofree char *json = review_report_json(report);
  g_autoptr(GError) error = NULL;
  g_autoptr(cJSON) tree = json_parse(json, strlen(json), "report", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(json_string(tree, "displayName"), ==, review->name);
  g_assert_cmpstr(json_string(tree, "scope"), ==, review->query);
  g_assert_cmpint(json_int(json_object(tree, "plan"), "id", 0), ==, 12);
  g_assert_cmpint(json_int(json_object(tree, "counts"), "disable", 0), ==, G_N_ELEMENTS(hostile));
  g_assert_cmpstr(json_string(json_object(tree, "report"), "journalHash"), ==, "abcdef");
  const cJSON *accounts = json_array(tree, "accounts");
  g_assert_cmpint(cJSON_GetArraySize(accounts), ==, G_N_ELEMENTS(hostile));
  for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
    const cJSON *account = cJSON_GetArrayItem(accounts, i), *usher = json_object(account, "usher");
    g_assert_cmpstr(json_string(account, "displayName"), ==, hostile[i]);
    g_assert_cmpstr(json_string(usher, "note"), ==, hostile[i]);
    g_assert_cmpstr(json_string(usher, "decidedBy"), ==, "<bob>@desk");
    g_assert_cmpstr(json_string(usher, "suggestionReason"), ==,
                    "no sign-in for over 90 days; no sponsor");
    g_assert_cmpint(cJSON_GetArraySize(json_array(usher, "decisions")), ==, 2);
    g_assert_cmpstr(json_string(usher, "result"), ==, results[MIN(i, 4)]);
    g_assert_cmpint(cJSON_GetArraySize(json_array(account, "requestId")), ==, i < 4 ? 2 : 0);
  }
}

/* --- before and beside --- */

static void
test_not_applied(void)
{
  g_autoptr(Review) review = sample();
  g_autoptr(ReviewReport) report = review_report_over(review, NULL);
  ReviewItem *item = review_item(review, 1);
  ReviewResult result = review_report_result(report, item);
  g_assert_cmpstr(result.state, ==, "not-applied");
  item->decision = REVIEW_KEEP;
  result = review_report_result(report, item);
  g_assert_cmpstr(result.state, ==, "none");
  ReviewDecision keep = REVIEW_KEEP;
  g_autoptr(Records) records = review_report_records(report, &keep);
  g_assert_cmpuint(records_count(records), ==, 1);
}

static void
test_formats(void)
{
  ReviewReportFormat format = REVIEW_REPORT_N;
  g_autoptr(GError) error = NULL;
  g_assert_true(app_review_format("html", &format, &error));
  g_assert_cmpint(format, ==, REVIEW_REPORT_HTML);
  g_assert_false(app_review_format("pdf", &format, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_cmpint(format, ==, REVIEW_REPORT_HTML);
}

static void
test_names(void)
{
  static const char *const wrong[] = {
      "", " Q4", "Q4 ", "Q4\n", "--yes", "a\033[2J", "\u202Ex", "a  b", "Bearer abcdefghijklmnop",
  };
  g_autofree char *longest = g_strnfill(80, 'x'), *too_long = g_strnfill(81, 'x');
  g_assert_true(app_review_check_name("Q4 Spezialisten – Übersicht", NULL));
  g_assert_true(app_review_check_name(longest, NULL));
  g_assert_false(app_review_check_name(too_long, NULL));
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(app_review_check_name(wrong[i], &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    g_assert_null(strchr(error->message, '\033'));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/review-report/html", test_html);
  g_test_add_func("/review-report/markdown", test_markdown);
  g_test_add_func("/review-report/csv", test_csv);
  g_test_add_func("/review-report/json", test_json);
  g_test_add_func("/review-report/not-applied", test_not_applied);
  g_test_add_func("/review-report/formats", test_formats);
  g_test_add_func("/review/names", test_names);
  return g_test_run();
}
