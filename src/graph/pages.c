/* Following nextLinks. The fetching thread looks into a page only for the link
 * to the next one, so that the next request leaves before anybody has read the
 * page; the reading is done by whoever called. */
#include "graph/pages-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/reader-private.h"
#include <string.h>

#define NEXT_LINK "@odata.nextLink"
/* Pages that wait to be read: enough to keep the line busy, few enough for memory. */
#define MAX_WAITING 2
/* A listing that goes on for longer is a mistake of the service's. */
#define MAX_PAGES 100000

struct Pages {
  GraphClient *client;
  GraphCall call;
  GCancellable *cancellable; /* ours; follows the caller's */
  GCancellable *outer;
  gulong follows;
  GThread *thread;
  GMutex lock; /* of what follows */
  GCond changed;
  GQueue waiting; /* Page, g_new'ed */
  gboolean ended;
  GError *failed;
};

void
page_clear(Page *page)
{
  g_clear_pointer(&page->response, http_response_free);
}

static void
page_free(gpointer data)
{
  page_clear(data);
  g_free(data);
}

static void
set_loop(GError **error, const GraphCall *call)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
              _("%s: the service's pages do not come to an end."), call->what);
}

/* Hands a page over; waits while there are enough. FALSE when nobody wants more. */
static gboolean
hand_over(Pages *pages, HttpResponse *response, gboolean last)
{
  Page *page = g_new0(Page, 1);
  page->response = response;
  page->last = last;
  g_mutex_lock(&pages->lock);
  while (pages->waiting.length >= MAX_WAITING && !g_cancellable_is_cancelled(pages->cancellable))
    g_cond_wait(&pages->changed, &pages->lock);
  g_queue_push_tail(&pages->waiting, page);
  g_cond_broadcast(&pages->changed);
  g_mutex_unlock(&pages->lock);
  return !g_cancellable_is_cancelled(pages->cancellable);
}

static gboolean
fetch_all(Pages *pages, GError **error)
{
  g_autofree char *link = NULL;
  GraphCall call = pages->call;
  for (guint n = 0; n < MAX_PAGES; n++) {
    HttpResponse *response = graph_send(pages->client, &call, NULL, pages->cancellable, error);
    if (!response)
      return FALSE;
    g_autofree char *next = reader_find_string(response->body, response->length, NEXT_LINK);
    gboolean last = !next || !*next;
    if (!hand_over(pages, response, last) || last)
      return TRUE;
    if (g_strcmp0(next, link) == 0)
      break;
    g_free(link);
    link = g_steal_pointer(&next);
    call.link = link;
  }
  set_loop(error, &pages->call);
  return FALSE;
}

static gpointer
fetch_thread(gpointer data)
{
  Pages *pages = data;
  g_autoptr(GError) failure = NULL;
  fetch_all(pages, &failure);
  g_mutex_lock(&pages->lock);
  pages->ended = TRUE;
  pages->failed = g_steal_pointer(&failure);
  g_cond_broadcast(&pages->changed);
  g_mutex_unlock(&pages->lock);
  return NULL;
}

static void
follow(GCancellable *outer, gpointer data)
{
  Pages *pages = data;
  g_cancellable_cancel(pages->cancellable);
  g_mutex_lock(&pages->lock);
  g_cond_broadcast(&pages->changed);
  g_mutex_unlock(&pages->lock);
}

Pages *
pages_start(GraphClient *client, const GraphCall *call, GCancellable *cancellable)
{
  Pages *pages = g_new0(Pages, 1);
  pages->client = client;
  pages->call = *call;
  pages->cancellable = g_cancellable_new();
  g_mutex_init(&pages->lock);
  g_cond_init(&pages->changed);
  g_queue_init(&pages->waiting);
  if (cancellable) {
    pages->outer = g_object_ref(cancellable);
    pages->follows = g_cancellable_connect(cancellable, G_CALLBACK(follow), pages, NULL);
  }
  pages->thread = g_thread_new("pages", fetch_thread, pages);
  return pages;
}

gboolean
pages_next(Pages *pages, Page *ret_page, GError **error)
{
  g_mutex_lock(&pages->lock);
  while (!pages->waiting.length && !pages->ended)
    g_cond_wait(&pages->changed, &pages->lock);
  g_autofree Page *page = g_queue_pop_head(&pages->waiting);
  GError *failure = page ? NULL : g_steal_pointer(&pages->failed);
  g_cond_broadcast(&pages->changed);
  g_mutex_unlock(&pages->lock);
  if (page)
    *ret_page = *page;
  if (failure)
    g_propagate_error(error, failure);
  return page != NULL;
}

void
pages_stop(Pages *pages)
{
  if (!pages)
    return;
  follow(NULL, pages);
  g_thread_join(pages->thread);
  if (pages->outer) {
    g_cancellable_disconnect(pages->outer, pages->follows);
    g_object_unref(pages->outer);
  }
  g_queue_clear_full(&pages->waiting, page_free);
  g_clear_error(&pages->failed);
  g_object_unref(pages->cancellable);
  g_mutex_clear(&pages->lock);
  g_cond_clear(&pages->changed);
  g_free(pages);
}

/* One page: FALSE when `item` has had enough. */
static gboolean
each_of(const cJSON *tree, GraphItem item, gpointer data)
{
  const cJSON *object;
  cJSON_ArrayForEach(object, json_array(tree, "value"))
  {
    if (cJSON_IsObject(object) && !item(object, data))
      return FALSE;
  }
  return TRUE;
}

gboolean
graph_each(GraphClient *client, const GraphCall *first, GraphItem item, gpointer data,
           GCancellable *cancellable, GError **error)
{
  GraphCall call = *first;
  g_autofree char *link = NULL;
  for (guint n = 0; n < MAX_PAGES; n++) {
    g_autoptr(cJSON) tree = graph_send_json(client, &call, NULL, cancellable, error);
    if (!tree)
      return FALSE;
    if (!cJSON_IsArray(json_array(tree, "value"))) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL, _("%s: the answer holds no list."),
                  call.what);
      return FALSE;
    }
    const char *next = json_string(tree, NEXT_LINK);
    if (!each_of(tree, item, data) || !next || !*next)
      return TRUE;
    if (g_strcmp0(next, link) == 0)
      break;
    g_free(link);
    call.link = link = g_strdup(next);
  }
  set_loop(error, first);
  return FALSE;
}
