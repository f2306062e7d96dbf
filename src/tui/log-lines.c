/* Columns of the log: when, state, step, account, and the result with its
 * request id, which is what a support case asks for. */
#include "tui/log-lines.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "tui/pager.h"
#include <string.h>

char *
log_line_when(const LogLine *line, gint64 now)
{
  return line->at > now - CLOCK_DAY / 2 ? clock_format_time(line->at) : clock_format_date(line->at);
}

/* Short enough for its column. */
const char *
log_state_label(OperationState state)
{
  return state == OPERATION_INTENDED || state == OPERATION_SENT ? _("begun")
                                                                : operation_state_label(state);
}

Style
log_line_style(const LogLine *line)
{
  switch (line->state) {
  case OPERATION_DONE:
    return STYLE_GOOD;
  case OPERATION_FAILED:
    return STYLE_BAD;
  case OPERATION_UNKNOWN:
  case OPERATION_PENDING:
    return STYLE_WARN;
  default:
    return STYLE_DIM;
  }
}

/* The result, and behind it the request id unless it is part of it already. */
static char *
result_of(const LogLine *line)
{
  const char *detail = line->detail != NULL ? line->detail : "";
  if (line->request_id == NULL || strstr(detail, line->request_id) != NULL)
    return g_strdup(detail);
  g_autofree char *id = g_strdup_printf(_("request %s"), line->request_id);
  return *detail == '\0' ? g_steal_pointer(&id) : g_strdup_printf("%s  %s", detail, id);
}

static void
draw_line(const Draw *draw, int y, Rect area, const LogLine *line, const Feed *feed,
          const Style *over)
{
  int x = area.x + 1, right = area.x + area.cols - 1;
  gboolean wide = area.cols >= 90;
  g_autofree char *when = log_line_when(line, feed_now(feed));
  draw_text(draw, y, x, wide ? 10 : 8, over != NULL ? *over : STYLE_DIM, when);
  x += wide ? 12 : 9;
  draw_text(draw, y, x, wide ? 9 : 8, over != NULL ? *over : log_line_style(line),
            log_state_label(line->state));
  x += wide ? 10 : 9;
  int what = wide ? 15 : area.cols >= 70 ? 12 : 8;
  draw_text(draw, y, x, what, over != NULL ? *over : STYLE_NORMAL, line->what);
  x += what + 1;
  int target = MIN(32, (right - x) / 2);
  g_autofree char *user = feed_short_user(feed, line->target);
  draw_text(draw, y, x, target, over != NULL ? *over : STYLE_NORMAL, user);
  x += target + 2;
  Style style = line->state == OPERATION_FAILED ? STYLE_BAD : STYLE_DIM;
  g_autofree char *result = result_of(line);
  draw_text(draw, y, x, right - x, over != NULL ? *over : style, result);
}

void
log_lines_draw(View *view, const Draw *draw, Rect area, const List *list, gboolean focus)
{
  const Feed *feed = view->console->feed;
  Style cursor = STYLE_CURSOR;
  if (feed->log->len == 0)
    draw_text(draw, area.y, area.x + 1, area.cols - 2, STYLE_DIM,
              _("Nothing was changed from here yet."));
  for (guint i = 0; i < list->page && list->top + i < feed->log->len; i++) {
    guint index = list->top + i;
    int y = area.y + (int)i;
    gboolean here = focus && index == list->cursor;
    if (here) {
      draw_fill(draw, y, area.x, area.cols, cursor);
      draw_text(draw, y, area.x, 1, cursor, ">");
      view->cursor_y = y;
      view->cursor_x = area.x;
    }
    draw_line(draw, y, area, g_ptr_array_index(feed->log, index), feed, here ? &cursor : NULL);
  }
}

View *
log_line_view(const LogLine *line)
{
  View *view = pager_new(_("Log"), PAGER_WINDOW);
  g_autofree char *date = clock_format_iso(line->at);
  pager_add(view, STYLE_NORMAL, _("when"), date);
  pager_add(view, log_line_style(line), _("state"), operation_state_label(line->state));
  pager_add(view, STYLE_NORMAL, _("step"), line->what);
  pager_add(view, STYLE_NORMAL, _("account"), line->target);
  if (line->detail != NULL && *line->detail != '\0')
    pager_add(view, STYLE_NORMAL, _("result"), line->detail);
  if (line->request_id != NULL)
    pager_add(view, STYLE_NORMAL, _("request id"), line->request_id);
  pager_addf(view, STYLE_NORMAL, _("plan"), "%" G_GINT64_FORMAT, line->plan_id);
  return view;
}
