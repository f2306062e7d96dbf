/* Pages of users. A page is found by its place in an array, so that the last of
 * a million is as quick as the first; sorted lists are kept for the next page. */
#include "sim/listing.h"

#include <string.h>

#include "sim/out.h"
#include "sim/tenant.h"
#include "sim/user-json.h"

#define LISTS_KEPT 4

typedef struct {
  char *key;
  GArray *slots; /* guint32 */
} SortedList;

struct Lists {
  GQueue kept;
};

static void
sorted_free(gpointer data)
{
  SortedList *list = data;

  g_free(list->key);
  g_array_free(list->slots, TRUE);
  g_free(list);
}

Lists *
lists_new(void)
{
  Lists *lists = g_new0(Lists, 1);

  g_queue_init(&lists->kept);
  return lists;
}

void
lists_free(Lists *lists)
{
  g_queue_clear_full(&lists->kept, sorted_free);
  g_free(lists);
}

static guint64
source_length(const Tenant *tenant, const ListSource *source)
{
  return source->targets ? source->targets->len : tenant->users->len;
}

static guint32
source_at(const ListSource *source, guint64 position)
{
  return source->targets ? g_array_index(source->targets, guint32, position) : (guint32)position;
}

static gboolean
wanted(const Call *call, const ListSource *source, const Query *query, guint32 target)
{
  const Tenant *tenant = call->sim->tenant;

  if (target == NONE)
    return FALSE;
  if (target & TARGET_GROUP)
    return source->typed && !query->filter && !query->search;
  const User *user = tenant_user(tenant, target);
  guint state = user->flags & (USER_DELETED | USER_GONE);
  if (state != (source->deleted ? USER_DELETED : 0u) || user->visible_from > call->now)
    return FALSE;
  if (query->filter && !odata_filter_match(query->filter, tenant, user))
    return FALSE;
  return !query->search || odata_search_match(query->search, tenant, user);
}

typedef struct {
  const Tenant *tenant;
  const Query *query;
} SortBy;

static int
compare_users(gconstpointer a, gconstpointer b, gpointer data)
{
  const SortBy *by = data;
  guint32 slot_a = *(const guint32 *)a, slot_b = *(const guint32 *)b;
  OdValue value_a = {0}, value_b = {0};
  const OdProperty *order = by->query->order;
  gboolean has_a =
      fields_schema.value(by->tenant, tenant_user(by->tenant, slot_a), order->id, &value_a);
  gboolean has_b =
      fields_schema.value(by->tenant, tenant_user(by->tenant, slot_b), order->id, &value_b);
  int result;

  if (!has_a || !has_b)
    result = has_b - has_a;
  else if (order->type == OD_DATE)
    result = (value_a.number > value_b.number) - (value_a.number < value_b.number);
  else
    result = odata_compare(value_a.text, value_a.length, value_b.text, value_b.length);
  if (by->query->descending)
    result = -result;
  return result ? result : (slot_a > slot_b) - (slot_a < slot_b);
}

static GArray *
sorted_slots(Call *call, const ListSource *source, const Query *query)
{
  Tenant *tenant = call->sim->tenant;
  GQueue *kept = &call->sim->lists->kept;
  const char *filter = call_query(call, "$filter"), *search = call_query(call, "$search");
  g_autofree char *key =
      g_strdup_printf("%s\n%s\n%s\n%s %d\n%" G_GUINT64_FORMAT, call->path, filter ? filter : "",
                      search ? search : "", query->order->name, query->descending, tenant->version);

  for (GList *at = kept->head; at; at = at->next)
    if (strcmp(((SortedList *)at->data)->key, key) == 0)
      return ((SortedList *)at->data)->slots;
  SortedList *list = g_new(SortedList, 1);
  list->key = g_steal_pointer(&key);
  list->slots = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint64 i = 0; i < source_length(tenant, source); i++) {
    guint32 target = source_at(source, i);
    if (wanted(call, source, query, target) && !(target & TARGET_GROUP))
      g_array_append_val(list->slots, target);
  }
  SortBy by = {tenant, query};
  g_array_sort_with_data(list->slots, compare_users, &by);
  g_queue_push_head(kept, list);
  if (kept->length > LISTS_KEPT)
    sorted_free(g_queue_pop_tail(kept));
  return list->slots;
}

static guint64
count_all(const Call *call, const ListSource *source, const Query *query)
{
  guint64 n = 0;

  if (!query->filter && !query->search && source->total != G_MAXUINT64)
    return source->total;
  for (guint64 i = 0; i < source_length(call->sim->tenant, source); i++)
    n += (guint64)wanted(call, source, query, source_at(source, i));
  return n;
}

void
listing_write_user(Call *call, GString *out, guint32 slot, guint64 select, gboolean typed)
{
  g_string_append_c(out, '{');
  if (typed)
    out_pair(out, "@odata.type", "#microsoft.graph.user");
  user_json_fields(out, call->sim->tenant, slot, select);
}

void
listing_write_group_reference(Call *call, GString *out, guint32 slot)
{
  const Group *group = tenant_group(call->sim->tenant, slot);

  g_string_append(out, "{\"@odata.type\":\"#microsoft.graph.group\"");
  out_pair(out, "id", group->id);
  out_pair(out, "displayName", group->display_name);
  out_pair(out, "description", group->description);
  out_pair(out, "mail", group->mail);
  out_pair(out, "mailNickname", group->mail_nickname);
  out_pair_bool(out, "mailEnabled", group->mail_enabled);
  out_pair_bool(out, "securityEnabled", group->security);
  g_string_append(out, group->dynamic   ? ",\"groupTypes\":[\"DynamicMembership\"]}"
                       : group->unified ? ",\"groupTypes\":[\"Unified\"]}"
                                        : ",\"groupTypes\":[]}");
}

static void
write_sponsors(Call *call, GString *out, const User *user, guint64 select)
{
  guint32 target;

  g_string_append_c(out, '[');
  for (guint32 at = user->sponsors; at != NONE;) {
    at = tenant_next(call->sim->tenant, at, &target);
    out_comma(out);
    if (target & TARGET_GROUP) {
      listing_write_group_reference(call, out, target & ~TARGET_GROUP);
    } else {
      listing_write_user(call, out, target, select, TRUE);
      g_string_append_c(out, '}');
    }
  }
  g_string_append_c(out, ']');
}

static void
write_member_of(Call *call, GString *out, const User *user)
{
  guint32 group;

  g_string_append_c(out, '[');
  for (guint32 at = user->memberships; at != NONE;) {
    at = tenant_next(call->sim->tenant, at, &group);
    out_comma(out);
    listing_write_group_reference(call, out, group);
  }
  g_string_append_c(out, ']');
}

void
listing_write_expansions(Call *call, GString *out, guint32 slot, const Query *query)
{
  const User *user = tenant_user(call->sim->tenant, slot);

  if (query->manager.wanted && user->manager != NONE) {
    out_key(out, "manager");
    listing_write_user(call, out, user->manager, query->manager.select, TRUE);
    g_string_append_c(out, '}');
  }
  if (query->sponsors.wanted) {
    out_key(out, "sponsors");
    write_sponsors(call, out, user, query->sponsors.select);
  }
  if (query->member_of.wanted) {
    out_key(out, "memberOf");
    write_member_of(call, out, user);
  }
}

static void
write_item(Call *call, GString *out, const ListSource *source, const Query *query, guint32 target)
{
  out_comma(out);
  if (target & TARGET_GROUP) {
    listing_write_group_reference(call, out, target & ~TARGET_GROUP);
    return;
  }
  listing_write_user(call, out, target, source->bare ? UF_BIT(UF_ID) : query->select,
                     source->typed);
  listing_write_expansions(call, out, target, query);
  g_string_append_c(out, '}');
}

/* The items of the page; returns the place of the next page, 0: there is none. */
static guint64
write_page(Call *call, GString *out, const ListSource *source, const Query *query)
{
  const Tenant *tenant = call->sim->tenant;
  const GArray *sorted = query->order ? sorted_slots(call, source, query) : NULL;
  guint64 n = sorted ? sorted->len : source_length(tenant, source);
  int written = 0;

  for (guint64 i = query->position; i < n; i++) {
    guint32 target = sorted ? g_array_index(sorted, guint32, i) : source_at(source, i);
    if (!sorted && !wanted(call, source, query, target))
      continue;
    if (written == query->top)
      return i;
    write_item(call, out, source, query, target);
    written++;
  }
  return 0;
}

static int
compare_slots(gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

  return (x > y) - (x < y);
}

/* Named by their ids, only these need looking at; NULL: all of them. */
static GArray *
named_slots(const Tenant *tenant, const ListSource *source, const Query *query)
{
  g_autoptr(GPtrArray) ids =
      query->filter && !source->targets ? odata_filter_texts(query->filter, UF_ID) : NULL;

  if (!ids)
    return NULL;
  GArray *slots = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < ids->len; i++) {
    guint32 slot = tenant_find_id(tenant, ids->pdata[i]);
    if (slot != NONE)
      g_array_append_val(slots, slot);
  }
  g_array_sort(slots, compare_slots);
  for (guint i = slots->len; i-- > 1;)
    if (g_array_index(slots, guint32, i) == g_array_index(slots, guint32, i - 1))
      g_array_remove_index(slots, i);
  return slots;
}

void
listing_answer(Call *call, const ListSource *all, const Query *query)
{
  g_autoptr(GArray) named = named_slots(call->sim->tenant, all, query);
  ListSource narrowed = *all;
  const ListSource *source = &narrowed;

  if (named)
    narrowed.targets = named;
  g_autofree char *what = query->select_text && !source->typed
                              ? g_strdup_printf("%s(%s)", source->context, query->select_text)
                              : g_strdup(source->context);
  for (char *at = what; *at; at++)
    if (*at == '"' || *at == '\\' || (guchar)*at < 0x20)
      *at = ' ';
  GString *out = call_begin_entity(call, 200, what);

  if (query->count && !query->later_page)
    out_pair_int(out, "@odata.count", (gint64)count_all(call, source, query));
  gsize link_at = out->len;
  out_key(out, "value");
  g_string_append_c(out, '[');
  guint64 next = write_page(call, out, source, query);
  g_string_append(out, "]}");
  if (next) {
    /* Before the value, so that a reader of the stream has the link early. */
    GString *link = g_string_new(" ");
    query_next_link(call, link, next);
    g_string_insert_len(out, (gssize)link_at, link->str + 1, (gssize)link->len - 1);
    g_string_free(link, TRUE);
  }
}

void
listing_answer_count(Call *call, const ListSource *source, const Query *query)
{
  if (!call->eventual) {
    call_bad(call, "$count is not currently supported.");
    return;
  }
  GString *out = call_begin(call, 200);
  call->out_type = "text/plain";
  g_string_append_printf(out, "%" G_GUINT64_FORMAT, count_all(call, source, query));
}
