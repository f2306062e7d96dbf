/* How the list is shown, kept and called back: the columns and the order that a
 * person chose come back with the roster; a saved view is shown in their place
 * until its query is cleared. */
#include "tui/accounts-private.h"

#include "app/memory.h"
#include "base/i18n.h"
#include "tui/picker.h"
#include "tui/rooms.h"

/* --- what was chosen --- */

static char *
columns_text(const GArray *columns)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < columns->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "," : "",
                           field_info(g_array_index(columns, FieldId, i))->name);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

void
accounts_remember(AccountsView *accounts)
{
  const Console *console = accounts->view.console;
  gboolean descending;
  if (console->app == NULL || console->run == NULL) /* tests leave nothing behind */
    return;
  if (accounts->saved != NULL) /* what is changed in a saved view goes with it */
    return;
  FieldId sort = listing_sort(console->feed->listing, &descending);
  g_autofree char *columns = columns_text(accounts->columns);
  g_autofree char *order = g_strdup_printf("%s%s", descending ? "-" : "", field_info(sort)->name);
  app_remember(console->app, "columns", columns);
  app_remember(console->app, "sort", order);
}

/* Takes over what can be understood; a field of another version is no reason to complain. */
static void
show_as(AccountsView *accounts, const char *columns, const char *sort)
{
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_autoptr(GArray) descending = g_array_new(FALSE, FALSE, sizeof(gboolean));
  if (columns != NULL && field_parse_list(columns, fields, NULL, NULL) && fields->len > 0) {
    g_array_set_size(accounts->columns, 0);
    g_array_append_vals(accounts->columns, fields->data, fields->len);
    accounts->column_offset = 0;
  }
  if (sort != NULL && field_parse_list(sort, order, descending, NULL) && order->len > 0)
    listing_set_sort(accounts->view.console->feed->listing, g_array_index(order, FieldId, 0),
                     g_array_index(descending, gboolean, 0));
}

void
accounts_recall(AccountsView *accounts)
{
  const Console *console = accounts->view.console;
  if (console->app == NULL || console->run == NULL)
    return;
  g_autofree char *columns = app_recall(console->app, "columns");
  g_autofree char *sort = app_recall(console->app, "sort");
  show_as(accounts, columns, sort);
  accounts_want_fields(accounts);
}

/* --- what the service must be asked for besides the usual --- */

void
accounts_want_fields(AccountsView *accounts)
{
  Console *console = accounts->view.console;
  const char *text = listing_query(console->feed->listing);
  g_autoptr(Query) query = query_parse(text != NULL ? text : "", console_now(console), NULL, NULL);
  guint64 fields = query != NULL ? query_fields(query) : 0;
  gboolean descending;
  for (guint i = 0; i < accounts->columns->len; i++)
    fields |= G_GUINT64_CONSTANT(1) << g_array_index(accounts->columns, FieldId, i);
  fields |= G_GUINT64_CONSTANT(1) << listing_sort(console->feed->listing, &descending);
  feed_want_fields(console->feed, fields);
}

guint64
accounts_lacking(const AccountsView *accounts, const char *text)
{
  Console *console = accounts->view.console;
  if (text == NULL || *text == '\0')
    return 0;
  g_autoptr(Query) query = query_parse(text, console_now(console), NULL, NULL);
  return query == NULL ? 0 : feed_lacking(console->feed, query_fields(query));
}

char *
accounts_field_names(guint64 fields)
{
  GString *names = g_string_new(NULL);
  for (int id = 0; id < FIELD_N; id++)
    if (fields & (G_GUINT64_CONSTANT(1) << id))
      g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
                             _(field_info((FieldId)id)->label));
  return g_string_free(names, FALSE);
}

gboolean
accounts_ready(const AccountsView *accounts)
{
  if (accounts->lacking == 0)
    return TRUE;
  g_autofree char *names = accounts_field_names(accounts->lacking);
  console_say(accounts->view.console, STYLE_WARN,
              _("What matches is not known before “%s” is read."), names);
  return FALSE;
}

/* --- saved views --- */

static void
keep_before(AccountsView *accounts)
{
  const Listing *listing = accounts->view.console->feed->listing;
  gboolean descending;
  if (accounts->before_columns != NULL)
    return;
  FieldId sort = listing_sort(listing, &descending);
  accounts->before_columns = columns_text(accounts->columns);
  accounts->before_sort = g_strdup_printf("%s%s", descending ? "-" : "", field_info(sort)->name);
}

void
accounts_leave_view(AccountsView *accounts)
{
  g_autofree char *columns = g_steal_pointer(&accounts->before_columns);
  g_autofree char *sort = g_steal_pointer(&accounts->before_sort);
  g_clear_pointer(&accounts->saved, g_free);
  if (columns != NULL)
    show_as(accounts, columns, sort);
}

void
accounts_use_view(Console *console, const char *name)
{
  g_autoptr(GError) error = NULL;
  const SavedView *view =
      console->app == NULL ? NULL : config_view(app_config(console->app), name, &error);
  rooms_go(console, 1);
  if (view == NULL || console->views->len != 1) {
    if (error != NULL)
      console_say(console, STYLE_BAD, "%s", error->message);
    return;
  }
  AccountsView *accounts = accounts_of(console);
  g_clear_pointer(&accounts->filter, line_free); /* what is typed gives way to it */
  g_clear_pointer(&accounts->wrong, g_free);
  accounts_leave_view(accounts);
  keep_before(accounts);
  if (!listing_set_query(console->feed->listing, view->query != NULL ? view->query : "",
                         console_now(console), NULL, &error)) {
    console_say(console, STYLE_BAD, "%s", error->message);
    return;
  }
  show_as(accounts, view->columns, view->sort);
  accounts->saved = g_strdup(name);
  accounts->moved = FALSE;
  accounts_sync(accounts);
  accounts_want_fields(accounts);
  console_changed(console, CHANGED_LIST | CHANGED_DETAIL);
}

static void
on_view(Console *console, const PickerItem *item, GPtrArray *items)
{
  accounts_use_view(console, item->text);
}

void
accounts_choose_view(View *view)
{
  Console *console = view->console;
  const GPtrArray *views = console->app == NULL ? NULL : app_config(console->app)->views;
  if (views == NULL || views->len == 0) {
    console_say(console, STYLE_DIM,
                _("No view is saved: sections [view NAME] of usher.conf make them."));
    return;
  }
  View *picker = picker_new(_("Saved views"), PICKER_TYPED, on_view);
  for (guint i = 0; i < views->len; i++) {
    const SavedView *saved = g_ptr_array_index(views, i);
    picker_add(picker, i, saved->name, saved->query, saved->key, FALSE);
  }
  console_push(console, picker);
}
