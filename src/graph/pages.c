/* Following nextLinks. Each page is fetched on a thread of its own, which looks for the link to
 * the next as soon as the head of the body has arrived: the next request leaves while the rest
 * is still coming. The reading is done by whoever called, page after page. */
#include "graph/pages-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/reader-private.h"
#include <string.h>

#define NEXT_LINK "@odata.nextLink"
/* Pages that are fetched or wait to be read: enough to keep the line busy, few enough for
 * memory. */
#define MAX_AHEAD 3
/* So much of a body is looked into while it arrives. */
#define EARLY ((gsize)64 * 1024)
/* A listing that goes on for longer is a mistake of the service's. */
#define MAX_PAGES 100000

/* One page on its way. */
typedef struct Fetch Fetch;
struct Fetch {
  Pages *pages;
  GCancellable *cancellable;
  GThread *thread; /* NULL: failed without being sent */
  char *link;      /* NULL: of the first page */
  gboolean looked; /* at its beginning, by its thread */
  /* What follows is under the lock of `pages`. */
  char *next_link; /* as far as it is known */
  Fetch *next;
  gboolean done;
  HttpResponse *response;
  GError *failed;
};

struct Pages {
  GraphClient *client;
  GraphCall call;
  GCancellable *outer;
  gulong follows;
  GMutex lock; /* of what follows */
  GCond changed;
  Fetch *first;    /* the page to be read next, and those behind it */
  GSList *dropped; /* Fetch: whose link turned out to be another */
  guint started;
  gboolean stopped;
};

void
page_clear(Page *page)
{
  g_clear_pointer(&page->response, http_response_free);
}

static void
set_loop(GError **error, const GraphCall *call)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
              _("%s: the service's pages do not come to an end."), call->what);
}

static gpointer fetch_thread(gpointer data);

/* With the lock held. */
static Fetch *
fetch_new(Pages *pages, const Fetch *before)
{
  Fetch *fetch = g_new0(Fetch, 1);
  fetch->pages = pages;
  fetch->cancellable = g_cancellable_new();
  if (pages->stopped)
    g_cancellable_cancel(fetch->cancellable);
  fetch->link = before ? g_strdup(before->next_link) : NULL;
  fetch->done = before && g_strcmp0(fetch->link, before->link) == 0;
  fetch->done |= ++pages->started > MAX_PAGES;
  if (fetch->done)
    set_loop(&fetch->failed, &pages->call);
  else
    fetch->thread = g_thread_new("page", fetch_thread, fetch);
  return fetch;
}

/* Waits for its thread. */
static void
fetch_free(gpointer data)
{
  Fetch *fetch = data;
  g_clear_pointer(&fetch->thread, g_thread_join);
  http_response_free(fetch->response);
  g_clear_error(&fetch->failed);
  g_object_unref(fetch->cancellable);
  g_free(fetch->next_link);
  g_free(fetch->link);
  g_free(fetch);
}

/* Sends for the next page if its link is known and not too many are ahead. With the lock held. */
static void
go_ahead(Pages *pages)
{
  Fetch *last = pages->first;
  guint ahead = 1;
  for (; last && last->next; last = last->next)
    ahead++;
  if (last && last->next_link && ahead < MAX_AHEAD && !pages->stopped)
    last->next = fetch_new(pages, last);
}

/* Takes the link to the next page; pages behind another one are not part of the listing. With the
 * lock held. */
static void
take_link(Fetch *fetch, char *link)
{
  Pages *pages = fetch->pages;
  if (g_strcmp0(link, fetch->next_link) != 0)
    for (Fetch *stale = g_steal_pointer(&fetch->next), *next; stale; stale = next) {
      next = g_steal_pointer(&stale->next);
      g_cancellable_cancel(stale->cancellable);
      pages->dropped = g_slist_prepend(pages->dropped, stale);
    }
  g_free(fetch->next_link);
  fetch->next_link = link;
  go_ahead(pages);
}

/* A link is a string with something in it; the caller owns it. */
static char *
link_or_null(char *link)
{
  if (link && !*link)
    g_clear_pointer(&link, g_free);
  return link;
}

static void
look_early(const char *body, gsize length, gpointer data)
{
  Fetch *fetch = data;
  gboolean more;
  if (fetch->looked)
    return;
  char *link = link_or_null(reader_find_early(body, length, NEXT_LINK, &more));
  fetch->looked = !more || length > EARLY;
  if (!link)
    return;
  g_mutex_lock(&fetch->pages->lock);
  take_link(fetch, link);
  g_mutex_unlock(&fetch->pages->lock);
}

static gpointer
fetch_thread(gpointer data)
{
  Fetch *fetch = data;
  Pages *pages = fetch->pages;
  GraphCall call = pages->call;
  GError *failure = NULL;
  call.link = fetch->link;
  call.arriving = look_early;
  call.arriving_data = fetch;
  HttpResponse *response = graph_send(pages->client, &call, NULL, fetch->cancellable, &failure);
  char *link = response
                   ? link_or_null(reader_find_string(response->body, response->length, NEXT_LINK))
                   : NULL;
  g_mutex_lock(&pages->lock);
  fetch->response = response;
  fetch->failed = failure;
  fetch->done = TRUE;
  take_link(fetch, link);
  g_cond_broadcast(&pages->changed);
  g_mutex_unlock(&pages->lock);
  return NULL;
}

static void
stop(GCancellable *outer, gpointer data)
{
  Pages *pages = data;
  g_mutex_lock(&pages->lock);
  pages->stopped = TRUE;
  for (Fetch *fetch = pages->first; fetch; fetch = fetch->next)
    g_cancellable_cancel(fetch->cancellable);
  g_mutex_unlock(&pages->lock);
}

Pages *
pages_start(GraphClient *client, const GraphCall *call, GCancellable *cancellable)
{
  Pages *pages = g_new0(Pages, 1);
  pages->client = client;
  pages->call = *call;
  g_mutex_init(&pages->lock);
  g_cond_init(&pages->changed);
  g_mutex_lock(&pages->lock);
  pages->first = fetch_new(pages, NULL);
  g_mutex_unlock(&pages->lock);
  if (cancellable) {
    pages->outer = g_object_ref(cancellable);
    pages->follows = g_cancellable_connect(cancellable, G_CALLBACK(stop), pages, NULL);
  }
  return pages;
}

/* The page that has been read makes room for another one behind the last. With the lock held. */
static Fetch *
take_first(Pages *pages)
{
  Fetch *fetch = pages->first;
  if (!fetch->next && fetch->next_link)
    fetch->next = fetch_new(pages, fetch);
  pages->first = g_steal_pointer(&fetch->next);
  go_ahead(pages);
  return fetch;
}

gboolean
pages_next(Pages *pages, Page *ret_page, GError **error)
{
  g_mutex_lock(&pages->lock);
  while (pages->first && !pages->first->done)
    g_cond_wait(&pages->changed, &pages->lock);
  Fetch *fetch = pages->first ? take_first(pages) : NULL;
  g_mutex_unlock(&pages->lock);
  if (!fetch)
    return FALSE;
  gboolean ok = fetch->response != NULL;
  if (ok)
    *ret_page = (Page){g_steal_pointer(&fetch->response), fetch->next_link == NULL};
  else
    g_propagate_error(error, g_steal_pointer(&fetch->failed));
  fetch_free(fetch);
  return ok;
}

void
pages_stop(Pages *pages)
{
  if (!pages)
    return;
  if (pages->outer) {
    g_cancellable_disconnect(pages->outer, pages->follows);
    g_object_unref(pages->outer);
  }
  stop(NULL, pages);
  while (pages->first) {
    Fetch *fetch = pages->first;
    /* Until its thread has ended, it may find that those behind it are stale. */
    g_clear_pointer(&fetch->thread, g_thread_join);
    g_mutex_lock(&pages->lock);
    pages->first = g_steal_pointer(&fetch->next);
    g_mutex_unlock(&pages->lock);
    fetch_free(fetch);
  }
  g_slist_free_full(pages->dropped, fetch_free);
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
