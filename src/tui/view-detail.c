/* The account's pager is filled anew whenever something about it arrives. */
#include "tui/view-detail.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "tui/detail.h"
#include "tui/log-lines.h"
#include "tui/pager.h"

static void
add_history(View *view, const Feed *feed, const char *user)
{
  gboolean any = FALSE;
  for (guint i = 0; i < feed->log->len; i++) {
    const LogLine *line = g_ptr_array_index(feed->log, i);
    if (g_strcmp0(line->target, user) != 0)
      continue;
    if (!any) {
      pager_add(view, STYLE_NORMAL, NULL, "");
      pager_add(view, STYLE_TITLE, NULL, _("What usher did here"));
      any = TRUE;
    }
    g_autofree char *when = log_line_when(line, feed_now(feed));
    pager_addf(view, log_line_style(line), when, "%s  %s  %s", operation_state_label(line->state),
               line->what != NULL ? line->what : "", line->detail != NULL ? line->detail : "");
  }
}

static void
fill(View *view, gpointer data)
{
  Feed *feed = view->console->feed;
  /* A refresh forgets what was read in full. */
  if (feed->account_id == NULL && feed->error == NULL && console_top(view->console) == view)
    feed_want_account(feed, data);
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  guint row;
  if (snapshot == NULL || !snapshot_find(snapshot, data, &row)) {
    pager_add(view, STYLE_WARN, NULL, _("This account is no longer in the list."));
    return;
  }
  g_autoptr(GPtrArray) lines = detail_lines(feed, row, TRUE);
  for (guint i = 0; i < lines->len; i++) {
    const DetailLine *line = g_ptr_array_index(lines, i);
    if (line->sign != NULL)
      pager_addf(view, line->style, line->label, "%s  %s", line->text, line->sign);
    else
      pager_add(view, line->style, line->label, line->text);
    if (i == 1)
      pager_add(view, STYLE_NORMAL, NULL, "");
  }
  add_history(view, feed, snapshot_text(snapshot, row, FIELD_USER));
}

View *
view_detail_new(Console *console, const char *id)
{
  const Snapshot *snapshot = listing_snapshot(console->feed->listing);
  guint row;
  const char *name = NULL;
  if (snapshot != NULL && snapshot_find(snapshot, id, &row))
    name = snapshot_text(snapshot, row, FIELD_NAME);
  View *view = pager_new(name != NULL ? name : _("Account"), PAGER_FULL);
  pager_set_fill(view, fill, g_strdup(id), g_free);
  pager_of_account(view, id);
  feed_want_account(console->feed, id);
  return view;
}
