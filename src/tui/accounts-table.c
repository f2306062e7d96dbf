/* The table of accounts: which columns fit, and one row for each account that
 * can be seen. Nothing here looks at more rows than the window has. */
#include "tui/accounts-private.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "tui/blank.h"
#include <inttypes.h>
#include <string.h>

#define MARK_COLS 3 /* cursor, tag, blank */
#define TAIL_COLS 2 /* blank, trouble */
#define GAP       2

typedef struct {
  FieldId field;
  int x, width;
  gboolean lacking; /* not read yet, for nobody */
} Column;

static const FieldId default_columns[] = {FIELD_NAME,  FIELD_USER,    FIELD_EXPIRES, FIELD_LICENCE,
                                          FIELD_STATE, FIELD_COMPANY, FIELD_CREATED, FIELD_MOBILE};

void
accounts_columns_reset(GArray *columns)
{
  g_array_set_size(columns, 0);
  g_array_append_vals(columns, default_columns, G_N_ELEMENTS(default_columns));
}

static int
title_cells(const Theme *theme, FieldId field)
{
  return draw_width(theme, _(field_info(field)->title));
}

/* The columns that a list is of little use without; the rest is shown when these have room. */
#define MAIN_COLUMNS 4

/* A column is more use when its texts can be read. */
static int
comfortable(const FieldInfo *info, int least)
{
  return MAX(least, info->width_min + (info->width_want - info->width_min) * 2 / 5);
}

/* Gives each column up to what it wants, and text columns `extra` more; the cells used then. */
static int
widen(GArray *columns, int used, int cols, int extra)
{
  for (guint i = 0; i < columns->len && used < cols; i++) {
    Column *column = &g_array_index(columns, Column, i);
    const FieldInfo *info = field_info(column->field);
    int want = info->width_want + (info->kind == FIELD_KIND_TEXT ? extra : 0);
    int more = CLAMP(want - column->width, 0, cols - used);
    column->width += more;
    used += more;
  }
  return used;
}

/* As many columns as fit: the first always, the second if it fits at all. */
static GArray *
lay_out(const AccountsView *accounts, const Theme *theme, int cols)
{
  GArray *columns = g_array_new(FALSE, FALSE, sizeof(Column));
  int used = MARK_COLS + TAIL_COLS - GAP;
  for (guint i = 0; i < accounts->columns->len; i++) {
    if (i > 0 && i <= accounts->column_offset)
      continue;
    FieldId field = g_array_index(accounts->columns, FieldId, i);
    const FieldInfo *info = field_info(field);
    int least = MAX(info->width_min, title_cells(theme, field) + 1);
    int width = comfortable(info, least);
    if (columns->len < 2 && used + GAP + width > cols)
      width = MAX(least, MIN(cols - used - GAP, width));
    if (columns->len == MAIN_COLUMNS)
      used = widen(columns, used, cols, 0);
    if (columns->len > 0 && used + GAP + width > cols)
      break;
    Column column = {field, 0, width, FALSE};
    g_array_append_val(columns, column);
    used += GAP + width;
  }
  used = widen(columns, used, cols, 0);
  widen(columns, used, cols, 12);
  int x = MARK_COLS;
  for (guint i = 0; i < columns->len; i++) {
    Column *column = &g_array_index(columns, Column, i);
    column->width = MIN(column->width, MAX(cols - x - TAIL_COLS, 1));
    column->x = x;
    x += column->width + GAP;
  }
  return columns;
}

gboolean
accounts_table_at(const AccountsView *accounts, int x, FieldId *ret_field)
{
  const Rect *area = &accounts->pane[PANE_LIST];
  g_autoptr(GArray) columns =
      lay_out(accounts, screen_theme(accounts->view.console->screen), area->cols);
  for (guint i = 0; i < columns->len; i++) {
    const Column *column = &g_array_index(columns, Column, i);
    if (x >= area->x + column->x && x < area->x + column->x + column->width) {
      *ret_field = column->field;
      return TRUE;
    }
  }
  return FALSE;
}

static void
draw_header(const AccountsView *accounts, const Draw *draw, const GArray *columns)
{
  const Rect *area = &accounts->pane[PANE_LIST];
  gboolean descending;
  FieldId sort = listing_sort(accounts->view.console->feed->listing, &descending);
  for (guint i = 0; i < columns->len; i++) {
    const Column *column = &g_array_index(columns, Column, i);
    int x = area->x + column->x;
    int used =
        draw_text(draw, area->y, x, column->width, STYLE_HEAD, _(field_info(column->field)->title));
    if (column->field == sort && used < column->width)
      draw_mark(draw, area->y, x + used, STYLE_KEY, descending ? MARK_DESCENDING : MARK_ASCENDING);
  }
  /* There is more on that side. */
  if (accounts->column_offset > 0)
    draw_text(draw, area->y, area->x + MARK_COLS - 1, 1, STYLE_KEY, "<");
  if (columns->len + accounts->column_offset < accounts->columns->len)
    draw_text(draw, area->y, area->x + area->cols - 1, 1, STYLE_KEY, ">");
}

static gboolean
is_expired(const Snapshot *snapshot, guint row, gint64 now)
{
  gint64 expires = snapshot_number(snapshot, row, FIELD_EXPIRES);
  return expires > 0 && expires < now - now % CLOCK_DAY;
}

static Style
cell_style(const Snapshot *snapshot, guint row, FieldId field, gint64 now)
{
  gboolean enabled = snapshot_number(snapshot, row, FIELD_STATE) == STATE_ENABLED;
  if (field == FIELD_LICENCE)
    switch (snapshot_number(snapshot, row, field)) {
    case LICENCE_ERROR:
      return STYLE_BAD;
    case LICENCE_PENDING:
      return STYLE_WARN;
    default:
      return enabled ? STYLE_NORMAL : STYLE_DIM;
    }
  if (field == FIELD_EXPIRES && enabled) {
    if (is_expired(snapshot, row, now))
      return STYLE_BAD;
    gint64 expires = snapshot_number(snapshot, row, field);
    return expires > 0 && expires < now + 14 * CLOCK_DAY ? STYLE_WARN : STYLE_NORMAL;
  }
  if (field == FIELD_STATE && !enabled)
    return STYLE_WARN;
  return enabled ? STYLE_NORMAL : STYLE_DIM;
}

/* One sign for what somebody should look at; "" for nothing. */
static const char *
trouble(const Snapshot *snapshot, guint row, gint64 now)
{
  const char *step = snapshot_text(snapshot, row, FIELD_STEP);
  if ((step != NULL && *step != '\0') ||
      snapshot_number(snapshot, row, FIELD_LICENCE) == LICENCE_ERROR)
    return "!";
  if (snapshot_number(snapshot, row, FIELD_STATE) == STATE_ENABLED &&
      is_expired(snapshot, row, now))
    return "!";
  return "";
}

static void
draw_value(const AccountsView *accounts, const Draw *draw, int y, const Column *column, guint row,
           gint64 now, const Style *over)
{
  const Feed *feed = accounts->view.console->feed;
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  const char *text = NULL;
  g_autofree char *owned = NULL;
  FieldKind kind = field_info(column->field)->kind;
  if (kind == FIELD_KIND_TEXT || kind == FIELD_KIND_LIST)
    text = snapshot_text(snapshot, row, column->field);
  if (column->lacking)
    text = theme_mark(draw->theme, MARK_ELLIPSIS);
  else if (column->field == FIELD_USER)
    text = owned = feed_short_user(feed, text);
  else if (kind != FIELD_KIND_TEXT)
    text = owned = field_display(
        column->field, text,
        kind == FIELD_KIND_LIST ? 0 : snapshot_number(snapshot, row, column->field), now);
  Style style = over != NULL ? *over : cell_style(snapshot, row, column->field, now);
  draw_text(draw, y, accounts->pane[PANE_LIST].x + column->x, column->width, style, text);
}

static void
draw_row(const AccountsView *accounts, const Draw *draw, int y, guint index, const GArray *columns,
         gint64 now)
{
  const Rect *area = &accounts->pane[PANE_LIST];
  const Listing *listing = accounts->view.console->feed->listing;
  const Snapshot *snapshot = listing_snapshot(listing);
  guint row = listing_row(listing, index);
  gboolean here = index == accounts->list.cursor;
  gboolean tagged = listing_is_tagged(listing, snapshot_text(snapshot, row, FIELD_ID));
  Style cursor =
      accounts->focus == PANE_LIST && accounts->filter == NULL ? STYLE_CURSOR : STYLE_CURSOR_IDLE;
  const Style *over = here ? &cursor : NULL;
  if (here)
    draw_fill(draw, y, area->x, area->cols, cursor);
  if (here)
    draw_text(draw, y, area->x, 1, cursor, ">");
  if (tagged)
    draw_text(draw, y, area->x + 1, 1, here ? cursor : STYLE_TAG, "*");
  for (guint i = 0; i < columns->len; i++)
    draw_value(accounts, draw, y, &g_array_index(columns, Column, i), row, now, over);
  draw_text(draw, y, area->x + area->cols - 1, 1, here ? cursor : STYLE_BAD,
            trouble(snapshot, row, now));
}

/* --- when there is nothing to show --- */

static void
of_loading(Blank *blank, const Feed *feed)
{
  blank->title = g_strdup(_("Reading the accounts …"));
  if (feed->total <= 0)
    return;
  blank->text = g_strdup_printf(_("%" PRId64 " of %" PRId64), feed->loaded, feed->total);
  blank->done = feed->loaded;
  blank->total = feed->total;
}

/* The roster's group has no members. */
static void
of_nobody(Blank *blank, const Console *console)
{
  const Roster *roster = console->app == NULL ? NULL : app_roster(console->app);
  g_autofree char *create = keymap_key(console->keymap, "create");
  g_autofree char *import = keymap_key(console->keymap, "import");
  blank->title = g_strdup(_("No accounts yet."));
  if (roster != NULL)
    blank->text = g_strdup_printf(_("The group “%s” has no members."), roster->group);
  if (roster == NULL || roster->kind == ROSTER_MEMBER)
    blank->hint = g_strdup_printf(_("%s creates the first one; %s creates everybody in a file."),
                                  create, import);
}

/* The query asks for what was not read with the list. */
static void
of_lacking(const AccountsView *accounts, Blank *blank)
{
  const Console *console = accounts->view.console;
  const Feed *feed = console->feed;
  g_autofree char *names = accounts_field_names(accounts->lacking);
  g_autofree char *refresh = keymap_key(console->keymap, "refresh");
  if (feed->loading) {
    blank->title = g_strdup_printf(_("Reading “%s” …"), names);
    blank->text = g_strdup(_("The filter asks for it; what matches is shown when it is there."));
    blank->done = feed->loaded;
    blank->total = feed->total;
    blank->hint = g_strdup(_("Esc clears the filter."));
  } else if (feed->error != NULL) {
    g_autofree char *what = g_strdup_printf(_("“%s” could not be read."), names);
    blank_of_error(blank, console, feed->error, what);
  } else {
    blank->title = g_strdup_printf(_("“%s” was not read."), names);
    blank->hint = g_strdup_printf(_("%s reads it; Esc clears the filter."), refresh);
  }
}

/* Asked about sign-ins where not one is known, the answer is no answer; NULL: it is one. */
static const char *
why_no_sign_in(const AccountsView *accounts, const Snapshot *snapshot)
{
  const Console *console = accounts->view.console;
  const char *text = listing_query(console->feed->listing);
  g_autoptr(Query) query = query_parse(text != NULL ? text : "", console_now(console), NULL, NULL);
  gboolean unlicensed = FALSE;
  if (query == NULL || !(query_fields(query) & (G_GUINT64_CONSTANT(1) << FIELD_SIGN_IN)))
    return NULL;
  for (guint row = 0; row < snapshot_count(snapshot); row++) {
    gint64 moment = snapshot_number(snapshot, row, FIELD_SIGN_IN);
    if (moment != MOMENT_UNKNOWN && moment != MOMENT_UNLICENSED)
      return NULL;
    unlicensed |= moment == MOMENT_UNLICENSED;
  }
  return unlicensed ? _("Nobody's last sign-in is known: the tenant has no licence to tell.")
                    : _("Nobody's last sign-in is known; : doctor says what is missing.");
}

static void
why_empty(const AccountsView *accounts, Blank *blank)
{
  const Console *console = accounts->view.console;
  const Feed *feed = console->feed;
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  blank->style = STYLE_STRONG;
  if (accounts->lacking != 0) {
    of_lacking(accounts, blank);
  } else if (snapshot != NULL && snapshot_count(snapshot) > 0) {
    blank->title = g_strdup(_("Nothing matches."));
    blank->text = g_strdup(why_no_sign_in(accounts, snapshot));
    blank->hint = g_strdup(_("Esc clears the filter."));
  } else if (feed->loading) {
    of_loading(blank, feed);
  } else if (feed->error != NULL) {
    blank_of_error(blank, console, feed->error, _("The accounts could not be read."));
  } else if (snapshot == NULL) {
    g_autofree char *refresh = keymap_key(console->keymap, "refresh");
    blank->title = g_strdup(_("The accounts were not read yet."));
    blank->hint = g_strdup_printf(_("%s reads them."), refresh);
  } else {
    of_nobody(blank, console);
  }
}

static void
draw_empty(AccountsView *accounts, const Draw *draw)
{
  g_auto(Blank) blank = {0};
  why_empty(accounts, &blank);
  blank_draw(&blank, draw, &accounts->pane[PANE_LIST], &accounts->view);
}

void
accounts_table_draw(AccountsView *accounts, const Draw *draw)
{
  const Rect *area = &accounts->pane[PANE_LIST];
  const Console *console = accounts->view.console;
  list_layout(&accounts->list, (guint)MAX(area->rows - 1, 1));
  if (listing_count(console->feed->listing) == 0 || accounts->lacking != 0) {
    draw_empty(accounts, draw);
    return;
  }
  g_autoptr(GArray) columns = lay_out(accounts, draw->theme, area->cols);
  gint64 now = console_now(console);
  draw_header(accounts, draw, columns);
  for (guint i = 0; i < columns->len && console->feed->loading; i++) {
    Column *column = &g_array_index(columns, Column, i);
    column->lacking = feed_lacking(console->feed, G_GUINT64_CONSTANT(1) << column->field) != 0;
  }
  for (guint i = 0; i < accounts->list.page && accounts->list.top + i < accounts->list.count; i++)
    draw_row(accounts, draw, area->y + 1 + (int)i, accounts->list.top + i, columns, now);
  draw_scroll(draw, area->y + 1, area->x + area->cols, area->rows - 1, accounts->list.top,
              accounts->list.page, accounts->list.count,
              accounts->focus == PANE_LIST ? STYLE_BORDER_FOCUS : STYLE_BORDER);
  accounts->view.cursor_y = area->y + 1 + (int)(accounts->list.cursor - accounts->list.top);
  accounts->view.cursor_x = area->x;
}
