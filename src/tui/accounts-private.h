/* What the files of the accounts view share: its state, the table, the filter,
 * and the questions it asks. */
#pragma once

#include "tui/console-private.h"
#include "tui/line.h"
#include "tui/list.h"
#include "tui/search.h"

typedef enum { PANE_LIST, PANE_DETAIL, PANE_LOG, PANE_N } Pane;

typedef struct {
  View view;
  List list;
  GArray *columns;     /* FieldId, in order of wish */
  guint column_offset; /* columns scrolled out behind the name */
  gboolean moved;      /* by the person; until then the cursor stays on the first row */
  Pane focus;
  gboolean details, log; /* panes wanted */
  Rect pane[PANE_N];     /* inner areas; rows 0: not shown */
  char *wanted_id;       /* the cursor goes there as soon as it is in the list */
  char *anchor_id;       /* the one that was tagged last: a range begins there */
  char *cursor_id;       /* the account under the cursor, through refreshes */
  Line *filter;          /* while it is typed */
  char *filter_before;
  guint64 lacking; /* fields of the query that are not read yet: nothing can be shown */
  char *tag_later; /* a query to tag by, as soon as its fields are read */
  char *wrong;     /* what is wrong with the query that is typed */
  gsize wrong_at;  /* bytes */
  guint detail_top, detail_lines;
  List log_list;
  Search *log_search;
  guint rest_source;                  /* the cursor has come to rest */
  char *saved;                        /* the saved view that is shown; NULL: none */
  char *before_columns, *before_sort; /* what it stands in the place of */
} AccountsView;

/* --- accounts-table.c --- */

/* The default columns. */
void accounts_columns_reset(GArray *columns);
/* Header and visible rows into the list's area; where the hardware cursor stands. */
void accounts_table_draw(AccountsView *accounts, const Draw *draw);
/* The field whose title stands at a column of the view; FALSE if there is none. */
gboolean accounts_table_at(const AccountsView *accounts, int x, FieldId *ret_field);

/* --- accounts-filter.c --- */

/* Begins to type the query, from the one in force. */
void accounts_filter_begin(View *view);
/* TRUE if the key was the filter's. */
gboolean accounts_filter_key(AccountsView *accounts, KeyCode code);
void accounts_filter_paste(AccountsView *accounts, const char *text);
/* The title of the list: the query, being typed or in force. */
void accounts_filter_draw(AccountsView *accounts, const Draw *draw, int x, int cols);
/* Clears the query; FALSE if there was none. */
gboolean accounts_filter_clear(AccountsView *accounts);

/* --- accounts-choose.c: sort, columns, write --- */

/* Each puts its window on top. */
void accounts_choose_sort(View *view);
/* Sorts by the field; by the one that it is sorted by already, the other way round. */
void accounts_sort_by(AccountsView *accounts, FieldId field);
/* Which columns, in which order. */
void accounts_choose_columns(View *view);
/* The file to write what is shown to. */
void accounts_ask_write(View *view);

/* --- accounts-tag.c --- */

/* Tags the account under the cursor or untags it; the cursor goes on. */
void accounts_tag(View *view);
/* Tags all from the one that was tagged last to the cursor. */
void accounts_tag_range(View *view);
void accounts_tag_shown(View *view);
void accounts_untag(View *view);
/* A query whose matches are tagged. */
void accounts_ask_tag_query(View *view);
/* Tags what a query matches whose fields had to be read first, if they are there by now. */
void accounts_tag_waiting(AccountsView *accounts);

/* --- accounts-saved.c: what was chosen, and saved views --- */

/* Keeps columns and order for the next run. */
void accounts_remember(AccountsView *accounts);
/* Takes over those of the last run. */
void accounts_recall(AccountsView *accounts);
/* Has read what columns, order and query need besides the usual. */
void accounts_want_fields(AccountsView *accounts);
/* The fields of the query that were not read yet (bit set). */
guint64 accounts_lacking(const AccountsView *accounts, const char *query);
/* "sign-in, sponsor"; the caller owns it. */
char *accounts_field_names(guint64 fields);
/* TRUE if what is shown is the answer to the query; else says what is still read. */
gboolean accounts_ready(const AccountsView *accounts);
/* Shows a saved view, by name. */
void accounts_use_view(Console *console, const char *name);
/* Back to the columns and the order before it. */
void accounts_leave_view(AccountsView *accounts);
/* Which of them. */
void accounts_choose_view(View *view);

/* --- accounts-log.c --- */

/* The log's pane. */
void accounts_log_draw(AccountsView *accounts, const Draw *draw);
Search *accounts_log_search_new(AccountsView *accounts);
/* A key while a word is typed, or that goes to its next place; TRUE if it was used. */
gboolean accounts_log_key(AccountsView *accounts, KeyCode code);
/* TRUE if the paste went into the word. */
gboolean accounts_log_paste(AccountsView *accounts, const char *text);

/* --- view-accounts.c --- */

/* The account under the cursor in the snapshot; FALSE if there is none. */
gboolean accounts_current(const AccountsView *accounts, guint *ret_row);
/* Its object id, lent; NULL if there is none. */
const char *accounts_current_id(const AccountsView *accounts);
/* After the cursor was moved: what hangs on it follows. */
void accounts_cursor_moved(AccountsView *accounts);
/* After the listing has changed: the cursor goes to its account again. */
void accounts_sync(AccountsView *accounts);
/* The cursor goes to this account, now or when it arrives. */
void accounts_want(AccountsView *accounts, const char *id);
/* The console's accounts view. */
AccountsView *accounts_of(const Console *console);
