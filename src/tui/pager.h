/* Text to read: scrolled and searched. Help, results of commands, a mail, an
 * account in full are all one of these. */
#pragma once

#include "tui/console-private.h"

typedef enum { PAGER_FULL, PAGER_WINDOW } PagerKind;

View *pager_new(const char *title, PagerKind kind);
/* Appends a line: `label` (may be NULL) in a column of its own, then the text, wrapped. */
void pager_add(View *view, Style style, const char *label, const char *text);
void pager_addf(View *view, Style style, const char *label, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* Many lines at once, from a text with line breaks. */
void pager_add_text(View *view, Style style, const char *text);
/* Fills the pager anew each time that what it shows may have changed; it is empty then. */
typedef void (*PagerFill)(View *view, gpointer data);
void pager_set_fill(View *view, PagerFill fill, gpointer data, GDestroyNotify data_free);
/* What it shows is this account: what can be done to accounts can be done to it. */
void pager_of_account(View *view, const char *id);
/* Called when the pager closes. */
typedef void (*PagerClosed)(Console *console, gpointer data);
void pager_on_close(View *view, PagerClosed closed, gpointer data);
