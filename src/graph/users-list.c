/* Long listings of users: the members of a group, page by page, with ways
 * around what a service may refuse (expanding sponsors, sign-in dates, large
 * pages). Fetching ahead is done by pages.c, reading by users-read.c. */
#include "graph/pages-private.h"
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"

#define PAGE_SIZE         999
#define PAGE_SIZE_SIGN_IN 100 /* contract 4.1: larger ones are refused there */

UsersManner
users_manner(const GraphReading *reading)
{
  guint64 fields = users_fields(reading);
  gboolean sign_in = users_wants(fields, FIELD_SIGN_IN);
  return (UsersManner){.fields = fields,
                       .expand = users_wants(fields, FIELD_SPONSOR) ||
                                 users_wants(fields, FIELD_SPONSOR_ID),
                       .sign_in = sign_in,
                       .page_size = sign_in ? PAGE_SIZE_SIGN_IN : PAGE_SIZE,
                       .absent_sign_in = MOMENT_NONE};
}

char *
users_manner_query(const UsersManner *manner, const GraphReading *reading)
{
  guint64 fields = manner->fields;
  if (!manner->sign_in)
    fields &= ~(G_GUINT64_CONSTANT(1) << FIELD_SIGN_IN);
  g_autofree char *select = users_select(fields, reading);
  return g_strconcat(select, manner->expand ? "&$expand=sponsors($select=id,displayName)" : "",
                     NULL);
}

gboolean
users_manner_change(UsersManner *manner, const GError *failure)
{
  if (manner->sign_in && graph_error_is(failure, 403)) {
    manner->sign_in = FALSE;
    manner->absent_sign_in = users_is_unlicensed(failure) ? MOMENT_UNLICENSED : MOMENT_UNKNOWN;
    manner->page_size = PAGE_SIZE;
    return TRUE;
  }
  if (!graph_error_is(failure, 400))
    return FALSE;
  if (manner->expand) {
    manner->expand = FALSE;
    return TRUE;
  }
  if (manner->page_size > PAGE_SIZE_SIGN_IN) {
    manner->page_size = PAGE_SIZE_SIGN_IN;
    return TRUE;
  }
  return FALSE;
}

typedef struct {
  GraphClient *client;
  const GraphReading *reading;
  SnapshotBuilder *builder;
  GraphPageDone page_done;
  gpointer data;
  GCancellable *cancellable;
  GraphGroup *group; /* for its licences; NULL: not known */
  gboolean asked_group;
} Job;

/* The group's licences, while the first page is under way. That they cannot be read
 * is no reason to show nothing: then any licence counts. */
static gboolean
ask_group(Job *job, const UsersManner *manner, GError **error)
{
  if (job->asked_group || !job->reading || !job->reading->group_id || job->reading->sku_ids ||
      !users_wants(manner->fields, FIELD_LICENCE))
    return TRUE;
  g_autoptr(GError) failure = NULL;
  job->asked_group = TRUE;
  job->group = graph_groups_find(job->client, job->reading->group_id, job->cancellable, &failure);
  if (!g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

/* One attempt. `ret_pages` gets the number of pages that were read. */
static gboolean
read_pages(Job *job, const GraphCall *call, const UsersManner *manner, guint *ret_pages,
           GError **error)
{
  g_autoptr(Pages) pages = pages_start(job->client, call, job->cancellable);
  if (!ask_group(job, manner, error))
    return FALSE;
  const char *const *skus = job->group     ? (const char *const *)job->group->sku_ids
                            : job->reading ? job->reading->sku_ids
                                           : NULL;
  g_autoptr(UsersReader) users = users_reader_new(job->reading, skus, manner->absent_sign_in);
  g_autoptr(GError) failure = NULL;
  for (;;) {
    g_auto(Page) page = {0};
    if (!pages_next(pages, &page, &failure))
      break;
    ++*ret_pages;
    if (!users_reader_page(users, page.response, call->what, job->builder, error))
      return FALSE;
    guint so_far = snapshot_builder_count(job->builder);
    if (job->page_done &&
        !job->page_done(job->builder, so_far, page.last ? (gint64)so_far : -1, job->data))
      return TRUE;
  }
  if (!failure)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

gboolean
graph_users_list_members(GraphClient *client, const char *group_id, const GraphReading *reading,
                         SnapshotBuilder *builder, GraphPageDone page_done, gpointer data,
                         GCancellable *cancellable, GError **error)
{
  UsersManner manner = users_manner(reading);
  /* A member of a group is not deleted: not asked for. */
  manner.fields &= ~(G_GUINT64_CONSTANT(1) << FIELD_DELETED);
  Job job = {client, reading, builder, page_done, data, cancellable, NULL, FALSE};
  const char *name = reading && reading->roster ? reading->roster : group_id;
  g_autofree char *what = g_strdup_printf(_("Listing the members of %s"), name);
  gboolean ok = FALSE, again = TRUE;
  while (again) {
    g_autofree char *shape = users_manner_query(&manner, reading);
    g_autofree char *query = g_strdup_printf("%s&$top=%u", shape, manner.page_size);
    GraphCall call = {.endpoint = "groups.members", .id = group_id, .query = query, .what = what};
    g_autoptr(GError) failure = NULL;
    guint pages = 0;
    ok = read_pages(&job, &call, &manner, &pages, &failure);
    again = !ok && pages == 0 && users_manner_change(&manner, failure);
    if (!ok && !again)
      g_propagate_error(error, g_steal_pointer(&failure));
  }
  g_clear_pointer(&job.group, graph_group_free);
  return ok;
}
