/* The report of a review for people: one document of headings and tables,
 * written as Markdown or as HTML. Names, notes and queries come from outside;
 * nothing in them may become markup. */
#include "app/review-report-private.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include <stdarg.h>
#include <string.h>

/* --- the document --- */

static void
section_free(gpointer data)
{
  ReportSection *section = data;
  g_free(section->heading);
  g_free(section->text);
  g_ptr_array_unref(section->rows);
  g_free(section);
}

static ReportSection *
section_new(GPtrArray *document, const char *heading, const char *text, const char **titles)
{
  ReportSection *section = g_new0(ReportSection, 1);
  section->heading = g_strdup(heading);
  section->text = g_strdup(text);
  section->titles = titles;
  section->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
  g_ptr_array_add(document, section);
  return section;
}

/* `n` texts, copied; "" where there is none. */
static void
add_row(ReportSection *section, guint n, ...)
{
  char **row = g_new0(char *, n + 1);
  va_list cells;
  va_start(cells, n);
  for (guint i = 0; i < n; i++) {
    const char *cell = va_arg(cells, const char *);
    row[i] = g_strdup(cell == NULL ? "" : cell);
  }
  va_end(cells);
  g_ptr_array_add(section->rows, row);
}

/* "2026-11-20T14:02:11Z m.chen@desk" */
static char *
when_and_who(gint64 at, const char *who)
{
  g_autofree char *iso = clock_format_iso(at);
  return g_strconcat(iso, " ", who, NULL);
}

static const char *
scope_of(const Review *review)
{
  return review->query == NULL || *review->query == '\0' ? _("all accounts") : review->query;
}

static void
add_head(GPtrArray *document, const ReviewReport *report)
{
  const Review *review = report->review;
  ReportSection *head = section_new(document, NULL, NULL, NULL);
  g_autofree char *made = when_and_who(review->made_at, review->who);
  g_autofree char *reported = when_and_who(report->now, report->who);
  g_autofree char *count = g_strdup_printf("%u", review->items->len);
  add_row(head, 2, _("Review"), review->name);
  add_row(head, 2, _("Scope"), scope_of(review));
  add_row(head, 2, _("Tenant"), review->tenant);
  add_row(head, 2, _("Roster"), review->roster);
  add_row(head, 2, _("Accounts"), count);
  add_row(head, 2, _("Evidence taken"), made);
  add_row(head, 2, _("State"), review_state_label(review->state));
  if (report->plan != NULL) {
    g_autofree char *applied = when_and_who(report->plan->made_at, report->plan->who);
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, report->plan->id);
    add_row(head, 2, _("Applied"), applied);
    add_row(head, 2, _("Plan"), id);
    add_row(head, 2, _("Released by"), report->plan->released_by);
    add_row(head, 2, _("Reason"), report->plan->reason);
  }
  if (review->closed_at > 0) {
    g_autofree char *closed = when_and_who(review->closed_at, review->closed_by);
    add_row(head, 2, _("Closed"), closed);
  }
  add_row(head, 2, _("Report made"), reported);
  if (report->journal_number > 0) {
    g_autofree char *entry =
        g_strdup_printf("%" G_GINT64_FORMAT " %s", report->journal_number, report->journal_hash);
    add_row(head, 2, _("Journal up to entry"), entry);
  }
}

static const char *count_titles[] = {N_("Decision"), N_("Accounts"), N_("Done"), N_("Failed"),
                                     NULL};

static void
add_counts(GPtrArray *document, const ReviewReport *report)
{
  ReportSection *section = section_new(document, _("Decisions"), NULL, count_titles);
  guint all[REVIEW_DECISION_N] = {0}, done[REVIEW_DECISION_N] = {0},
        failed[REVIEW_DECISION_N] = {0};
  for (guint i = 0; i < report->review->items->len; i++) {
    const ReviewItem *item = report->review->items->pdata[i];
    ReviewResult result = review_report_result(report, item);
    all[item->decision]++;
    done[item->decision] += g_str_equal(result.state, "done");
    failed[item->decision] +=
        g_str_equal(result.state, "failed") || g_str_equal(result.state, "unknown");
  }
  for (guint i = 0; i < REVIEW_DECISION_N; i++) {
    g_autofree char *n_all = g_strdup_printf("%u", all[i]);
    g_autofree char *n_done = done[i] > 0 ? g_strdup_printf("%u", done[i]) : NULL;
    g_autofree char *n_failed = failed[i] > 0 ? g_strdup_printf("%u", failed[i]) : NULL;
    add_row(section, 4, review_decision_label(i), n_all, n_done, n_failed);
  }
}

static const char *reviewer_titles[] = {N_("Reviewer"), N_("Decisions"), N_("First"), N_("Last"),
                                        NULL};

typedef struct {
  const char *who;
  guint count;
  gint64 first, last;
} Reviewer;

static Reviewer *
reviewer_of(GArray *reviewers, const char *who)
{
  for (guint i = 0; i < reviewers->len; i++)
    if (g_strcmp0(g_array_index(reviewers, Reviewer, i).who, who) == 0)
      return &g_array_index(reviewers, Reviewer, i);
  Reviewer reviewer = {.who = who};
  g_array_append_val(reviewers, reviewer);
  return &g_array_index(reviewers, Reviewer, reviewers->len - 1);
}

/* Everybody who decided, also where somebody else's word came later. */
static void
add_reviewers(GPtrArray *document, const ReviewReport *report)
{
  g_autoptr(GArray) reviewers = g_array_new(FALSE, TRUE, sizeof(Reviewer));
  ReportSection *section = section_new(document, _("Reviewers"), NULL, reviewer_titles);
  for (guint i = 0; i < report->review->items->len; i++) {
    const ReviewItem *item = report->review->items->pdata[i];
    for (guint j = 0; j < item->marks->len; j++) {
      const ReviewMark *mark = item->marks->pdata[j];
      Reviewer *reviewer = reviewer_of(reviewers, mark->who);
      reviewer->count += mark->decides;
      reviewer->first = reviewer->first == 0 ? mark->at : MIN(reviewer->first, mark->at);
      reviewer->last = MAX(reviewer->last, mark->at);
    }
  }
  for (guint i = 0; i < reviewers->len; i++) {
    const Reviewer *reviewer = &g_array_index(reviewers, Reviewer, i);
    g_autofree char *count = g_strdup_printf("%u", reviewer->count);
    g_autofree char *first = clock_format_iso(reviewer->first);
    g_autofree char *last = clock_format_iso(reviewer->last);
    add_row(section, 4, reviewer->who, count, first, last);
  }
}

static const char *account_titles[] = {
    N_("#"),       N_("Account"), N_("Name"),    N_("State"),   N_("Last sign-in"), N_("Expires"),
    N_("Sponsor"), N_("Company"), N_("Licence"), N_("Created"), N_("Suggestion"),   N_("Decision"),
    N_("By"),      N_("When"),    N_("Note"),    N_("Result"),  N_("Request"),      NULL};

static char *
sign_in_text(const ReviewEvidence *evidence, gint64 at)
{
  ReviewRules rules = review_rules(-1);
  ReviewSign sign = review_sign(evidence->sign_in, &rules, at);
  if (evidence->sign_in <= 0)
    return g_strdup(review_sign_label(sign));
  g_autofree char *date = clock_format_date(evidence->sign_in);
  return g_strdup_printf("%s (%s)", date, review_sign_label(sign));
}

static char *
date_or_none(gint64 moment)
{
  return moment > 0 ? clock_format_date(moment) : g_strdup("");
}

static char *
result_text(const ReviewResult *result)
{
  return g_strconcat(review_result_label(result), result->error == NULL ? "" : ": ",
                     result->error == NULL ? "" : result->error, NULL);
}

static char *
requests_text(const ReviewResult *result)
{
  char *text = g_strdup(result->request_ids == NULL ? "" : result->request_ids);
  return g_strdelimit(text, "\n", ' ');
}

static void
add_account(ReportSection *section, const ReviewReport *report, const ReviewItem *item)
{
  const ReviewEvidence *evidence = &item->evidence;
  gint64 then = report->review->made_at;
  ReviewResult result = review_report_result(report, item);
  g_autofree char *number = g_strdup_printf("%u", item->number);
  g_autofree char *state = field_display(FIELD_STATE, NULL, evidence->state, then);
  g_autofree char *licence = field_display(FIELD_LICENCE, NULL, evidence->licence, then);
  g_autofree char *sign_in = sign_in_text(evidence, then);
  g_autofree char *expires = date_or_none(evidence->expires);
  g_autofree char *created = date_or_none(evidence->created);
  g_autofree char *reason = review_suggestion_text(&item->suggestion);
  g_autofree char *suggestion =
      g_strdup_printf("%s (%s)", review_decision_label(item->suggestion.decision), reason);
  g_autofree char *when = item->decided_at > 0 ? clock_format_iso(item->decided_at) : NULL;
  g_autofree char *outcome = result_text(&result);
  g_autofree char *requests = requests_text(&result);
  add_row(section, 17, number, evidence->user, evidence->name, state, sign_in, expires,
          evidence->sponsor, evidence->company, licence, created, suggestion,
          review_decision_label(item->decision), item->who, when, item->note, outcome, requests);
}

static void
add_accounts(GPtrArray *document, const ReviewReport *report)
{
  ReportSection *section = section_new(
      document, _("Accounts"),
      _("State, sign-in, end date, sponsor, company and licence are as they were when the evidence "
        "was taken. “Never signed in” is known; “not known” means that the service did not answer; "
        "“not licensed to know” that this tenant cannot be asked."),
      account_titles);
  for (guint i = 0; i < report->review->items->len; i++)
    add_account(section, report, report->review->items->pdata[i]);
}

static const char *history_titles[] = {N_("Account"),  N_("When"), N_("By"),
                                       N_("Decision"), N_("Note"), NULL};

/* Where more than one thing was said of an account. */
static void
add_history(GPtrArray *document, const ReviewReport *report)
{
  ReportSection *section = NULL;
  for (guint i = 0; i < report->review->items->len; i++) {
    const ReviewItem *item = report->review->items->pdata[i];
    if (item->marks->len > 1 && section == NULL)
      section =
          section_new(document, _("Decided more than once"),
                      _("The last decision holds; the earlier ones are kept."), history_titles);
    for (guint j = 0; item->marks->len > 1 && j < item->marks->len; j++) {
      const ReviewMark *mark = item->marks->pdata[j];
      g_autofree char *at = clock_format_iso(mark->at);
      add_row(section, 5, item->evidence.user, at, mark->who,
              mark->decides ? review_decision_label(mark->decision) : _("note"), mark->note);
    }
  }
}

static const char *note_titles[] = {N_("Note"), NULL};

static void
add_notes(GPtrArray *document, const ReviewReport *report)
{
  if (report->plan == NULL || report->plan->notes->len == 0)
    return;
  ReportSection *section = section_new(document, _("Notes of the plan"), NULL, note_titles);
  for (guint i = 0; i < report->plan->notes->len; i++)
    add_row(section, 1, (const char *)report->plan->notes->pdata[i]);
}

static GPtrArray *
document_of(const ReviewReport *report)
{
  GPtrArray *document = g_ptr_array_new_with_free_func(section_free);
  add_head(document, report);
  add_counts(document, report);
  add_reviewers(document, report);
  add_accounts(document, report);
  add_history(document, report);
  add_notes(document, report);
  return document;
}

/* --- Markdown --- */

/* A backslash before whatever could be markup; "<" also as an entity, for renderers that let
 * HTML through. */
static void
append_plain(GString *out, const char *text)
{
  g_autofree char *visible = text_visible(text);
  for (const char *at = visible; *at != '\0'; at++) {
    if (*at == '<')
      g_string_append(out, "&lt;");
    else if (*at == '>')
      g_string_append(out, "&gt;");
    else if (*at == '&')
      g_string_append(out, "&amp;");
    else {
      if (strchr("\\`*_[]()|~#!", *at) != NULL)
        g_string_append_c(out, '\\');
      g_string_append_c(out, *at);
    }
  }
}

static void
append_markdown_row(GString *out, char *const *cells)
{
  g_string_append_c(out, '|');
  for (; *cells != NULL; cells++) {
    g_string_append_c(out, ' ');
    append_plain(out, *cells);
    g_string_append(out, " |");
  }
  g_string_append_c(out, '\n');
}

static void
append_markdown_table(GString *out, const ReportSection *section)
{
  guint n = section->titles == NULL ? 2 : g_strv_length((char **)section->titles);
  g_string_append_c(out, '|');
  for (guint i = 0; i < n; i++) {
    g_string_append_c(out, ' ');
    append_plain(out, section->titles == NULL ? "" : _(section->titles[i]));
    g_string_append(out, " |");
  }
  g_string_append(out, "\n|");
  for (guint i = 0; i < n; i++)
    g_string_append(out, " --- |");
  g_string_append_c(out, '\n');
  for (guint i = 0; i < section->rows->len; i++)
    append_markdown_row(out, section->rows->pdata[i]);
}

char *
review_report_markdown(const ReviewReport *report)
{
  g_autoptr(GPtrArray) document = document_of(report);
  GString *out = g_string_new("# ");
  append_plain(out, report->review->title);
  g_string_append(out, "\n\n");
  for (guint i = 0; i < document->len; i++) {
    const ReportSection *section = document->pdata[i];
    if (section->heading != NULL)
      g_string_append_printf(out, "## %s\n\n", section->heading);
    if (section->text != NULL)
      g_string_append_printf(out, "%s\n\n", section->text);
    append_markdown_table(out, section);
    if (i + 1 < document->len)
      g_string_append_c(out, '\n');
  }
  return g_string_free(out, FALSE);
}

/* --- HTML --- */

/* The policy says once more what the escaping takes care of: nothing runs, nothing is fetched. */
static const char html_head[] = "<meta charset=\"utf-8\"/>\n"
                                "<meta http-equiv=\"Content-Security-Policy\""
                                " content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
                                "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
                                "<meta name=\"robots\" content=\"noindex\"/>\n";

static const char html_style[] =
    "<style>\n"
    ":root{color-scheme:light dark}\n"
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}\n"
    "table{border-collapse:collapse;font-size:.85rem}\n"
    "th,td{border:1px solid #8886;padding:.25rem .5rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}\n"
    "thead th{position:sticky;top:0;background:Canvas}\n"
    "@media print{@page{size:A4 landscape;margin:10mm}body{margin:0;font-size:8pt}"
    "table{font-size:6.5pt;width:100%}thead{display:table-header-group}"
    "thead th{position:static}tr{break-inside:avoid}h2{break-after:avoid}}\n"
    "</style>\n";

static void
append_html(GString *out, const char *text)
{
  g_autofree char *visible = text_visible(text);
  g_autofree char *escaped = g_markup_escape_text(visible, -1);
  g_string_append(out, escaped);
}

static void
append_cell(GString *out, const char *tag, const char *attributes, const char *text)
{
  g_string_append_printf(out, "<%s%s>", tag, attributes);
  append_html(out, text);
  g_string_append_printf(out, "</%s>", tag);
}

static void
append_html_table(GString *out, const ReportSection *section)
{
  g_string_append(out, "<table>\n");
  if (section->titles != NULL) {
    g_string_append(out, "<thead><tr>");
    for (guint i = 0; section->titles[i] != NULL; i++)
      append_cell(out, "th", " scope=\"col\"", _(section->titles[i]));
    g_string_append(out, "</tr></thead>\n");
  }
  g_string_append(out, "<tbody>\n");
  for (guint i = 0; i < section->rows->len; i++) {
    char *const *row = section->rows->pdata[i];
    g_string_append(out, "<tr>");
    for (guint j = 0; row[j] != NULL; j++) {
      gboolean names = section->titles == NULL && j == 0;
      append_cell(out, names ? "th" : "td", names ? " scope=\"row\"" : "", row[j]);
    }
    g_string_append(out, "</tr>\n");
  }
  g_string_append(out, "</tbody>\n</table>\n");
}

char *
review_report_html(const ReviewReport *report)
{
  g_autoptr(GPtrArray) document = document_of(report);
  GString *out = g_string_new("<!DOCTYPE html>\n");
  /* Translators: the code of your language, as HTML wants it. */
  g_string_append_printf(out, "<html lang=\"%s\">\n<head>\n", _("en"));
  g_string_append(out, html_head);
  append_cell(out, "title", "", report->review->title);
  g_string_append_printf(out, "\n%s</head>\n<body>\n", html_style);
  append_cell(out, "h1", "", report->review->title);
  g_string_append_c(out, '\n');
  for (guint i = 0; i < document->len; i++) {
    const ReportSection *section = document->pdata[i];
    if (section->heading != NULL)
      append_cell(out, "h2", "", section->heading);
    if (section->text != NULL)
      append_cell(out, "p", "", section->text);
    append_html_table(out, section);
  }
  g_string_append(out, "</body>\n</html>\n");
  return g_string_free(out, FALSE);
}
