/* The facts about one account, the most asked for first. What is not known is
 * left out; what is known to be none says so. */
#include "tui/detail.h"

#include "base/clock.h"
#include "base/i18n.h"

#define STALE_AFTER (90 * (gint64)CLOCK_DAY)

static const FieldId pane_fields[] = {FIELD_EXTERNAL, FIELD_MAIL,    FIELD_MOBILE,  FIELD_COMPANY,
                                      FIELD_SPONSOR,  FIELD_LICENCE, FIELD_SIGN_IN, FIELD_EXPIRES,
                                      FIELD_CREATED,  FIELD_INVITE,  FIELD_STEP};

typedef struct {
  const Snapshot *snapshot;
  guint row;
  const Account *account; /* NULL: the row alone */
  gint64 now;
} Source;

static const char *
text_of(const Source *source, FieldId field)
{
  const char *text = source->account == NULL ? NULL : account_text(source->account, field);
  return text != NULL ? text : snapshot_text(source->snapshot, source->row, field);
}

static gint64
number_of(const Source *source, FieldId field)
{
  gint64 number = source->account == NULL ? MOMENT_UNKNOWN : account_number(source->account, field);
  gboolean unknown =
      field_info(field)->kind == FIELD_KIND_MOMENT ? number == MOMENT_UNKNOWN : number <= 0;
  return unknown ? snapshot_number(source->snapshot, source->row, field) : number;
}

static void
line_free_detail(gpointer data)
{
  DetailLine *line = data;
  g_free(line->label);
  g_free(line->text);
  g_free(line->sign);
  g_free(line);
}

static void
add(GPtrArray *lines, Style style, const char *label, char *text, const char *sign)
{
  DetailLine *line = g_new0(DetailLine, 1);
  *line = (DetailLine){style, g_strdup(label), text, g_strdup(sign)};
  g_ptr_array_add(lines, line);
}

/* "20 Nov 2026 (in 12 d)" */
static char *
moment_text(FieldId field, gint64 moment, gint64 now)
{
  g_autofree char *relative = field_display(field, NULL, moment, now);
  if (moment <= 0)
    return g_steal_pointer(&relative);
  g_autofree char *date = clock_format_date(moment);
  return g_strdup_printf("%s (%s)", date, relative);
}

static void
add_moment(GPtrArray *lines, const Source *source, FieldId field)
{
  gint64 moment = number_of(source, field);
  if (moment == MOMENT_UNKNOWN || (moment == MOMENT_NONE && field == FIELD_DELETED))
    return;
  Style style = STYLE_NORMAL;
  const char *sign = NULL;
  if (field == FIELD_SIGN_IN && moment > 0 && moment < source->now - STALE_AFTER) {
    style = STYLE_WARN;
    sign = _("STALE");
  }
  if (field == FIELD_EXPIRES && moment > 0 && moment < source->now - source->now % CLOCK_DAY)
    style = STYLE_BAD;
  add(lines, style, _(field_info(field)->label), moment_text(field, moment, source->now), sign);
}

static void
add_field(GPtrArray *lines, const Source *source, FieldId field)
{
  const FieldInfo *info = field_info(field);
  if (info->kind == FIELD_KIND_MOMENT) {
    add_moment(lines, source, field);
    return;
  }
  if (info->kind == FIELD_KIND_CHOICE) {
    gint64 number = number_of(source, field);
    Style style = field == FIELD_LICENCE && number == LICENCE_ERROR     ? STYLE_BAD
                  : field == FIELD_LICENCE && number == LICENCE_PENDING ? STYLE_WARN
                                                                        : STYLE_NORMAL;
    add(lines, style, _(info->label), field_display(field, NULL, number, source->now), NULL);
    return;
  }
  const char *text = text_of(source, field);
  if (text == NULL || *text == '\0')
    return;
  Style style = field == FIELD_STEP ? STYLE_BAD : STYLE_NORMAL;
  if (info->kind == FIELD_KIND_TEXT) {
    add(lines, style, _(info->label), field_display(field, text, 0, source->now), NULL);
    return;
  }
  g_auto(GStrv) items = g_strsplit(text, "\n", -1);
  for (char **item = items; *item != NULL; item++)
    add(lines, style, item == items ? _(info->label) : "", g_strdup(*item), NULL);
}

static void
add_summary(GPtrArray *lines, const Source *source)
{
  const char *user = text_of(source, FIELD_USER);
  add(lines, STYLE_STRONG, NULL, g_strdup(user != NULL ? user : ""), NULL);
  g_autofree char *state =
      field_display(FIELD_STATE, NULL, number_of(source, FIELD_STATE), source->now);
  g_autofree char *kind =
      field_display(FIELD_KIND, NULL, number_of(source, FIELD_KIND), source->now);
  gboolean disabled = number_of(source, FIELD_STATE) == STATE_DISABLED;
  add(lines, disabled ? STYLE_WARN : STYLE_NORMAL, NULL, g_strdup_printf("%s · %s", state, kind),
      NULL);
}

GPtrArray *
detail_lines(const Feed *feed, guint row, gboolean all)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func(line_free_detail);
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  const char *id = snapshot_text(snapshot, row, FIELD_ID);
  gboolean same = g_strcmp0(id, feed->account_id) == 0;
  Source source = {snapshot, row, same ? feed->account : NULL, feed_now(feed)};
  add_summary(lines, &source);
  for (gsize i = 0; i < G_N_ELEMENTS(pane_fields); i++)
    add_field(lines, &source, pane_fields[i]);
  for (int id_all = 0; all && id_all < FIELD_N; id_all++) {
    gboolean there = id_all == FIELD_USER || id_all == FIELD_STATE || id_all == FIELD_KIND;
    for (gsize i = 0; i < G_N_ELEMENTS(pane_fields) && !there; i++)
      there = pane_fields[i] == (FieldId)id_all;
    if (!there)
      add_field(lines, &source, (FieldId)id_all);
  }
  if (same && feed->account == NULL && feed->account_job != NULL)
    add(lines, STYLE_DIM, NULL, g_strdup(_("reading more …")), NULL);
  return lines;
}

guint
detail_draw(const Draw *draw, Rect area, const GPtrArray *lines, guint top)
{
  int labels = 0;
  for (guint i = 0; i < lines->len; i++) {
    const DetailLine *line = g_ptr_array_index(lines, i);
    labels = MAX(labels, line->label != NULL ? draw_width(draw->theme, line->label) : 0);
  }
  labels = MIN(labels, area.cols * 2 / 5);
  for (int y = 0; y < area.rows && top + (guint)y < lines->len; y++) {
    const DetailLine *line = g_ptr_array_index(lines, top + (guint)y);
    int x = area.x + 1, right = area.x + area.cols - 1;
    if (line->label != NULL) {
      draw_text(draw, area.y + y, x, labels, STYLE_DIM, line->label);
      x += labels + 1;
    }
    if (line->sign != NULL)
      right = draw_text_right(draw, area.y + y, right, 10, line->style, line->sign) - 1;
    draw_text(draw, area.y + y, x, right - x, line->style, line->text);
  }
  return lines->len;
}
