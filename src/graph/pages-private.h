/* All pages of a listing, the next one fetched while the one before is read.
 * Contract 3.2. */
#pragma once

#include "graph/client-private.h"

typedef struct Pages Pages;

typedef struct {
  HttpResponse *response;
  gboolean last;
} Page;
void page_clear(Page *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

/* Sends the first request on a thread of its own; the texts of `call` must live until
 * pages_stop(). */
Pages *pages_start(GraphClient *client, const GraphCall *call, GCancellable *cancellable);
/* Waits for the next page: TRUE with it; FALSE with `error`, or without when there is none. */
gboolean pages_next(Pages *pages, Page *ret_page, GError **error);
/* Cancels what is under way and frees it. */
void pages_stop(Pages *pages);

/* Follows a listing to its end, one page after the other, for short ones: `item` is
 * called for each object of "value", FALSE from it ends the reading. */
typedef gboolean (*GraphItem)(const cJSON *object, gpointer data);
gboolean graph_each(GraphClient *client, const GraphCall *call, GraphItem item, gpointer data,
                    GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pages, pages_stop)
