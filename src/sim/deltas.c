/* users/delta and groups/delta: a log of changes, and links that point into it. */
#include "sim/deltas.h"

#include <stdlib.h>
#include <string.h>

#include "sim/out.h"
#include "sim/query.h"
#include "sim/tenant.h"
#include "sim/user-json.h"

#define PAGE          200
#define KEPT          200000
#define TOKEN_SECONDS (7 * 86400)

typedef struct {
  guint32 object, member; /* user, or group and one member */
  guint8 kind;
  gboolean group;
} Change;

struct Deltas {
  GArray *log;
  guint64 first; /* the sequence number of log[0] */
};

/* Where a link points. */
typedef struct {
  guint64 since;    /* all before this is known */
  guint64 position; /* of the first round */
  guint64 issued;   /* seconds */
  gboolean rounds;  /* still in the first round */
} Mark;

Deltas *
deltas_new(void)
{
  Deltas *deltas = g_new0(Deltas, 1);

  deltas->log = g_array_new(FALSE, FALSE, sizeof(Change));
  return deltas;
}

void
deltas_free(Deltas *deltas)
{
  g_array_free(deltas->log, TRUE);
  g_free(deltas);
}

static void
note(Deltas *deltas, Change change)
{
  g_array_append_val(deltas->log, change);
  if (deltas->log->len > KEPT) {
    g_array_remove_range(deltas->log, 0, KEPT / 4);
    deltas->first += KEPT / 4;
  }
}

void
deltas_user(Deltas *deltas, guint32 user, DeltaKind kind)
{
  note(deltas, (Change){.object = user, .member = NONE, .kind = (guint8)kind});
}

void
deltas_group(Deltas *deltas, guint32 group, guint32 member, DeltaKind kind)
{
  note(deltas, (Change){.object = group, .member = member, .kind = (guint8)kind, .group = TRUE});
}

static guint64
end_of(const Deltas *deltas)
{
  return deltas->first + deltas->log->len;
}

static char *
seal(const Mark *mark)
{
  return g_strdup_printf("d%c%" G_GINT64_MODIFIER "x.%" G_GINT64_MODIFIER "x.%" G_GINT64_MODIFIER
                         "x",
                         mark->rounds ? 'r' : 'c', mark->since, mark->position, mark->issued);
}

static gboolean
unseal(const char *token, Mark *mark)
{
  char *end;

  if (token[0] != 'd' || (token[1] != 'r' && token[1] != 'c'))
    return FALSE;
  mark->rounds = token[1] == 'r';
  mark->since = g_ascii_strtoull(token + 2, &end, 16);
  if (*end != '.')
    return FALSE;
  mark->position = g_ascii_strtoull(end + 1, &end, 16);
  if (*end != '.')
    return FALSE;
  mark->issued = g_ascii_strtoull(end + 1, &end, 16);
  return !*end;
}

static gboolean
resync(Call *call)
{
  g_autofree char *link = query_link(call, "$deltatoken", "", TRUE);

  call_error(call, 410, "SyncStateNotFound",
             "The sync state is no longer known; begin a new round.");
  call_header(call, "Location", "%s", link);
  return FALSE;
}

/* Where this request stands; FALSE after answering. `latest`: nothing but a link. */
static gboolean
read_mark(Call *call, Mark *mark, gboolean *latest)
{
  static const char *const refused[] = {"$top", "$orderby", "$search", "$count"};
  const char *skip = call_query(call, "$skiptoken"), *delta = call_query(call, "$deltatoken");
  const Deltas *deltas = call->sim->deltas;

  for (guint i = 0; i < G_N_ELEMENTS(refused); i++)
    if (call_query(call, refused[i])) {
      call_error(call, 400, "Request_UnsupportedQuery",
                 "The query parameter '%s' is not supported for change tracking.", refused[i]);
      return FALSE;
    }
  *mark = (Mark){.since = end_of(deltas), .issued = (guint64)call->now / 1000, .rounds = TRUE};
  *latest = delta && g_ascii_strcasecmp(delta, "latest") == 0;
  const char *token = skip ? skip : delta;
  if (*latest || !token || !*token)
    return TRUE;
  if (!unseal(token, mark)) {
    call_error(call, 400, "Directory_ExpiredPageToken", "Invalid delta token.");
    return FALSE;
  }
  if (mark->since < deltas->first || mark->since > end_of(deltas) ||
      mark->issued + TOKEN_SECONDS < (guint64)call->now / 1000)
    return resync(call);
  return TRUE;
}

static void
write_link(Call *call, GString *out, Mark mark, gboolean more)
{
  if (!more) {
    mark.rounds = FALSE;
    mark.position = 0;
    mark.issued = (guint64)call->now / 1000;
  }
  g_autofree char *token = seal(&mark);
  g_autofree char *link = query_link(call, more ? "$skiptoken" : "$deltatoken", token, TRUE);
  out_pair(out, more ? "@odata.nextLink" : "@odata.deltaLink", link);
}

/* The ids of "id eq 'a' or id eq 'b'" are a filter like any other. */
static gboolean
read_options(Call *call, const OdSchema *schema, guint64 *select, OdFilter **filter)
{
  const char *text = call_query(call, "$filter"), *names = call_query(call, "$select");
  g_autoptr(GError) error = NULL;

  *select = fields_default;
  if (names && !query_select_users(call, names, TRUE, select))
    return FALSE;
  *select |= UF_BIT(UF_ID);
  if (!text)
    return TRUE;
  *filter = odata_filter_parse(schema, text, &error);
  if (*filter && odata_filter_uses(*filter, UF_ID, NULL))
    return TRUE;
  call_error(call, 400, "Request_UnsupportedQuery", "%s",
             error ? error->message : "Only a filter on id is supported for change tracking.");
  return FALSE;
}

static void
write_removed(GString *out, const char *id, gboolean for_good)
{
  out_comma(out);
  g_string_append_c(out, '{');
  out_pair(out, "id", id);
  g_string_append_printf(out, ",\"@removed\":{\"reason\":\"%s\"}}",
                         for_good ? "deleted" : "changed");
}

static void
write_user(Call *call, GString *out, guint32 slot, guint64 select)
{
  const User *user = tenant_user(call->sim->tenant, slot);
  char id[37];

  tenant_format_id(user->id, id);
  if (user->flags & USER_DELETED) {
    write_removed(out, id, (user->flags & USER_GONE) != 0);
    return;
  }
  out_comma(out);
  g_string_append_c(out, '{');
  user_json_fields(out, call->sim->tenant, slot, select);
  g_string_append_c(out, '}');
}

/* The first round: everybody, page by page. */
static gboolean
first_round(Call *call, GString *out, Mark *mark, guint64 select, const OdFilter *filter)
{
  const Tenant *tenant = call->sim->tenant;
  guint written = 0;

  for (; mark->position < tenant->users->len; mark->position++) {
    const User *user = tenant_user(tenant, (guint32)mark->position);
    if (user->flags & USER_DELETED || user->visible_from > call->now ||
        (filter && !odata_filter_match(filter, tenant, user)))
      continue;
    if (written++ == PAGE)
      return TRUE;
    write_user(call, out, (guint32)mark->position, select);
  }
  return FALSE;
}

static gboolean
later_round(Call *call, GString *out, Mark *mark, guint64 select, const OdFilter *filter)
{
  const Deltas *deltas = call->sim->deltas;
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  for (; mark->since < end_of(deltas); mark->since++) {
    const Change *change = &g_array_index(deltas->log, Change, mark->since - deltas->first);
    if (change->group ||
        (filter && !odata_filter_match(filter, call->sim->tenant,
                                       tenant_user(call->sim->tenant, change->object))))
      continue;
    if (g_hash_table_size(seen) >= PAGE)
      return TRUE;
    if (g_hash_table_add(seen, GUINT_TO_POINTER(change->object + 1)))
      write_user(call, out, change->object, select);
  }
  return FALSE;
}

void
deltas_list_users(Call *call)
{
  g_autoptr(OdFilter) filter = NULL;
  guint64 select;
  gboolean latest, more = FALSE;
  Mark mark;

  if (!read_mark(call, &mark, &latest) || !read_options(call, &fields_schema, &select, &filter))
    return;
  GString *items = g_string_new("[");
  if (!latest)
    more = mark.rounds ? first_round(call, items, &mark, select, filter)
                       : later_round(call, items, &mark, select, filter);
  GString *out = call_begin_entity(call, 200, "users");
  write_link(call, out, mark, more);
  out_key(out, "value");
  g_string_append_len(out, items->str, (gssize)items->len);
  g_string_append(out, "]}");
  g_string_free(items, TRUE);
}

static void
write_member(Call *call, GString *out, guint32 member, gboolean removed)
{
  const Tenant *tenant = call->sim->tenant;
  gboolean group = (member & TARGET_GROUP) != 0;
  char id[37];

  if (group)
    g_strlcpy(id, tenant_group(tenant, member & ~TARGET_GROUP)->id, sizeof id);
  else
    tenant_format_id(tenant_user(tenant, member)->id, id);
  out_comma(out);
  g_string_append_printf(out, "{\"@odata.type\":\"#microsoft.graph.%s\",\"id\":\"%s\"%s}",
                         group ? "group" : "user", id,
                         removed ? ",\"@removed\":{\"reason\":\"deleted\"}" : "");
}

static void
open_group(GString *out, const Group *group)
{
  out_comma(out);
  g_string_append_c(out, '{');
  out_pair(out, "id", group->id);
  out_pair(out, "displayName", group->display_name);
  out_pair(out, "description", group->description);
  out_pair_bool(out, "securityEnabled", group->security);
  out_key(out, "members@delta");
  g_string_append_c(out, '[');
}

/* The position is the group and, within it, the member: a big group is spread over
 * several pages and is named on each. */
static gboolean
first_groups(Call *call, GString *out, Mark *mark)
{
  const Tenant *tenant = call->sim->tenant;
  guint written = 0;

  for (guint32 slot = (guint32)(mark->position >> 32); slot < tenant->groups->len; slot++) {
    const Group *group = tenant_group(tenant, slot);
    guint32 at = (guint32)mark->position;
    mark->position = (guint64)(slot + 1) << 32;
    if (group->gone)
      continue;
    open_group(out, group);
    for (; at < group->members->len && written < PAGE; at++) {
      guint32 member = g_array_index(group->members, guint32, at);
      if (member == NONE)
        continue;
      write_member(call, out, member, FALSE);
      written++;
    }
    g_string_append(out, "]}");
    if (at < group->members->len)
      mark->position = (guint64)slot << 32 | at;
    if (written >= PAGE && mark->position >> 32 < tenant->groups->len)
      return TRUE;
  }
  return FALSE;
}

static gboolean
later_groups(Call *call, GString *out, Mark *mark)
{
  const Deltas *deltas = call->sim->deltas;
  guint written = 0;

  for (; mark->since < end_of(deltas); mark->since++) {
    const Change *change = &g_array_index(deltas->log, Change, mark->since - deltas->first);
    if (!change->group)
      continue;
    if (written++ == PAGE)
      return TRUE;
    const Group *group = tenant_group(call->sim->tenant, change->object);
    if (group->gone) {
      write_removed(out, group->id, TRUE);
      continue;
    }
    open_group(out, group);
    if (change->member != NONE)
      write_member(call, out, change->member, change->kind == DELTA_DELETED);
    g_string_append(out, "]}");
  }
  return FALSE;
}

void
deltas_list_groups(Call *call)
{
  gboolean latest, more = FALSE;
  Mark mark;

  if (!read_mark(call, &mark, &latest))
    return;
  GString *items = g_string_new("[");
  if (!latest)
    more = mark.rounds ? first_groups(call, items, &mark) : later_groups(call, items, &mark);
  GString *out = call_begin_entity(call, 200, "groups");
  write_link(call, out, mark, more);
  out_key(out, "value");
  g_string_append_len(out, items->str, (gssize)items->len);
  g_string_append(out, "]}");
  g_string_free(items, TRUE);
}
