/* Tagging: one, a range, all that are shown, what a query matches. */
#include "tui/accounts-private.h"

#include "base/i18n.h"
#include "tui/dialog.h"

void
accounts_tag(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  Listing *listing = view->console->feed->listing;
  const char *id = accounts_current_id(accounts);
  if (id == NULL)
    return;
  listing_tag(listing, id, !listing_is_tagged(listing, id));
  g_free(accounts->anchor_id);
  accounts->anchor_id = g_strdup(id);
  accounts->moved = TRUE;
  list_move(&accounts->list, 1);
  accounts_cursor_moved(accounts);
}

void
accounts_tag_range(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  Listing *listing = view->console->feed->listing;
  const Snapshot *snapshot = listing_snapshot(listing);
  guint anchor, here = accounts->list.cursor, row;
  if (!accounts_current(accounts, &row))
    return;
  if (accounts->anchor_id == NULL || !listing_index_of(listing, accounts->anchor_id, &anchor)) {
    g_autofree char *key = keymap_key(view->console->keymap, "tag");
    console_say(view->console, STYLE_WARN,
                _("No account that is shown was tagged: %s tags the first of the range."), key);
    return;
  }
  guint from = MIN(anchor, here), to = MAX(anchor, here);
  for (guint i = from; i <= to; i++)
    listing_tag(listing, snapshot_text(snapshot, listing_row(listing, i), FIELD_ID), TRUE);
  console_say(view->console, STYLE_NORMAL,
              ngettext("%u account tagged", "%u accounts tagged", to - from + 1), to - from + 1);
  console_changed(view->console, CHANGED_LIST);
}

void
accounts_tag_shown(View *view)
{
  if (!accounts_ready((AccountsView *)view))
    return;
  listing_tag_shown(view->console->feed->listing, TRUE);
  console_changed(view->console, CHANGED_LIST);
}

void
accounts_untag(View *view)
{
  listing_untag_all(view->console->feed->listing);
  g_clear_pointer(&((AccountsView *)view)->anchor_id, g_free);
  console_changed(view->console, CHANGED_LIST);
}

/* --- by query --- */

static char *
check_query(Console *console, const char *text, gpointer data)
{
  gsize position = 0;
  g_autoptr(GError) error = NULL;
  g_autoptr(Query) query = query_parse(text, console_now(console), &position, &error);
  return query == NULL ? g_strdup(error->message) : NULL;
}

static void
tag_matches(Console *console, const char *text)
{
  Listing *listing = console->feed->listing;
  const Snapshot *snapshot = listing_snapshot(listing);
  g_autoptr(Query) query = query_parse(text, console_now(console), NULL, NULL);
  if (query == NULL || snapshot == NULL)
    return;
  g_autoptr(GArray) rows = query_run(query, snapshot, NULL, NULL);
  for (guint i = 0; i < rows->len; i++)
    listing_tag(listing, snapshot_text(snapshot, g_array_index(rows, guint32, i), FIELD_ID), TRUE);
  console_say(console, STYLE_NORMAL, ngettext("%u account tagged", "%u accounts tagged", rows->len),
              rows->len);
  console_changed(console, CHANGED_LIST);
}

static void
on_tag_query(Console *console, const char *text, gpointer data)
{
  AccountsView *accounts = accounts_of(console);
  guint64 lacking = accounts_lacking(accounts, text);
  g_clear_pointer(&accounts->tag_later, g_free);
  if (lacking == 0) {
    tag_matches(console, text);
    return;
  }
  g_autofree char *names = accounts_field_names(lacking);
  accounts->tag_later = g_strdup(text);
  feed_want_fields(console->feed, lacking);
  console_say(console, STYLE_NORMAL, _("Reading “%s”; what matches is tagged then …"), names);
}

void
accounts_tag_waiting(AccountsView *accounts)
{
  Console *console = accounts->view.console;
  if (accounts->tag_later == NULL)
    return;
  if (accounts_lacking(accounts, accounts->tag_later) == 0) {
    g_autofree char *text = g_steal_pointer(&accounts->tag_later);
    tag_matches(console, text);
  } else if (!console->feed->loading) {
    g_clear_pointer(&accounts->tag_later, g_free);
    console_say(console, STYLE_BAD, _("Nothing was tagged: what the query asks for was not read."));
  }
}

void
accounts_ask_tag_query(View *view)
{
  console_push(view->console,
               prompt_new(_("Tag by query"), _("All accounts that match are tagged, shown or not:"),
                          listing_query(view->console->feed->listing), check_query, on_tag_query,
                          NULL, NULL));
}
