/* The arithmetic of a list that may be long: a cursor, a window over it, and
 * how both move. Draws nothing and holds no rows: only what is visible is ever
 * asked for. */
#pragma once

#include <glib.h>

typedef struct {
  guint count, cursor, top;
  guint page; /* rows visible */
} List;

/* The rows there are; the cursor stays among them. */
void list_set_count(List *list, guint count);
/* Tells how many rows are visible and keeps the cursor among them. */
void list_layout(List *list, guint page);
void list_to(List *list, guint index);
void list_move(List *list, gint64 by);
/* Scrolls the window; the cursor stays visible. */
void list_wheel(List *list, int by);
/* Performs "up", "down", "page-up", "page-down", "first" or "last"; FALSE for others. */
gboolean list_act(List *list, const char *action);
