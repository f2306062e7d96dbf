/* What the accounts view asks with a window of its own: sort order, columns, a
 * file to write to. */
#include "tui/accounts-private.h"

#include "base/i18n.h"
#include "tui/picker.h"
#include "tui/write.h"

/* --- sort --- */

void
accounts_sort_by(AccountsView *accounts, FieldId field)
{
  Console *console = accounts->view.console;
  gboolean descending = FALSE;
  FieldId before = listing_sort(console->feed->listing, &descending);
  listing_set_sort(console->feed->listing, field, field == before && !descending);
  accounts_remember(accounts);
  accounts_want_fields(accounts);
  accounts_sync(accounts);
  console_changed(console, CHANGED_LIST);
}

static void
on_sort(Console *console, const PickerItem *item, GPtrArray *items)
{
  accounts_sort_by(accounts_of(console), (FieldId)item->id);
}

void
accounts_choose_sort(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  gboolean descending;
  FieldId now = listing_sort(view->console->feed->listing, &descending);
  View *picker = picker_new(_("Sort by (again: the other way round)"), PICKER_PLAIN, on_sort);
  for (guint i = 0; i < accounts->columns->len; i++) {
    FieldId field = g_array_index(accounts->columns, FieldId, i);
    const char *note = field != now ? "" : descending ? _("now, descending") : _("now, ascending");
    picker_add(picker, field, _(field_info(field)->label), note, NULL, FALSE);
  }
  picker_select(picker, now);
  console_push(view->console, picker);
}

/* --- columns --- */

static void
on_columns(Console *console, const PickerItem *item, GPtrArray *items)
{
  AccountsView *accounts = accounts_of(console);
  g_array_set_size(accounts->columns, 0);
  for (guint i = 0; i < items->len; i++) {
    const PickerItem *one = g_ptr_array_index(items, i);
    FieldId field = (FieldId)one->id;
    if (one->checked)
      g_array_append_val(accounts->columns, field);
  }
  if (accounts->columns->len == 0)
    accounts_columns_reset(accounts->columns);
  accounts->column_offset = 0;
  accounts_remember(accounts);
  accounts_want_fields(accounts);
  console_changed(console, CHANGED_LIST);
}

static void
add_column(View *picker, FieldId field, gboolean checked)
{
  const FieldInfo *info = field_info(field);
  picker_add(picker, field, _(info->label), info->costly ? _("read per account") : "", NULL,
             checked);
}

void
accounts_choose_columns(View *view)
{
  AccountsView *accounts = (AccountsView *)view;
  guint64 shown = 0;
  View *picker = picker_new(_("Columns (left and right move one)"), PICKER_MARKED, on_columns);
  for (guint i = 0; i < accounts->columns->len; i++) {
    FieldId field = g_array_index(accounts->columns, FieldId, i);
    shown |= G_GUINT64_CONSTANT(1) << field;
    add_column(picker, field, TRUE);
  }
  for (guint id = 0; id < FIELD_N; id++)
    if (!(shown & (G_GUINT64_CONSTANT(1) << id)) && field_info((FieldId)id)->width_want > 0)
      add_column(picker, (FieldId)id, FALSE);
  console_push(view->console, picker);
}

/* --- write --- */

typedef struct {
  Snapshot *snapshot;
  GArray *rows, *fields;
} Shown;

static void
shown_free(gpointer data)
{
  Shown *shown = data;
  snapshot_unref(shown->snapshot);
  g_array_unref(shown->rows);
  g_array_unref(shown->fields);
  g_free(shown);
}

static gboolean
write_shown(const ConsoleHooks *hooks, const char *path, const char *format, gpointer data,
            GError **error)
{
  const Shown *shown = data;
  return hooks->write_accounts(path, format, shown->snapshot, shown->rows, shown->fields, error);
}

static char *
said_written(guint count, const char *path)
{
  return g_strdup_printf(ngettext("%u account written to %s", "%u accounts written to %s", count),
                         count, path);
}

static const WriteKind write_accounts = {write_shown, said_written, shown_free};

void
accounts_ask_write(View *view)
{
  const AccountsView *accounts = (AccountsView *)view;
  const Listing *listing = view->console->feed->listing;
  guint count = listing_count(listing);
  if (!accounts_ready(accounts))
    return;
  if (count == 0) {
    console_say(view->console, STYLE_WARN, _("There is nothing to write."));
    return;
  }
  Shown *shown = g_new0(Shown, 1);
  shown->snapshot = snapshot_ref(listing_snapshot(listing));
  shown->rows = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < count; i++) {
    guint32 row = listing_row(listing, i);
    g_array_append_val(shown->rows, row);
  }
  shown->fields = g_array_copy(accounts->columns);
  g_autofree char *label = g_strdup_printf(
      ngettext("%u account, the columns as chosen, to a .csv, .json, .jsonl or .tsv file:",
               "%u accounts, the columns as chosen, to a .csv, .json, .jsonl or .tsv file:", count),
      count);
  write_ask(view->console, &write_accounts, label, "usher", count, shown);
}
