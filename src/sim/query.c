/* Reading $select, $filter and their like. The filter's own grammar is
 * odata-filter.c's; contract 3.2, 3.3 and 4.1. */
#include "sim/query.h"

#include <stdlib.h>
#include <string.h>

#include "sim/out.h"
#include "sim/tenant.h"

#define TOP_DEFAULT  100
#define TOP_MAX      999
#define TOP_ACTIVITY 120 /* with signInActivity */

void
query_clear(Query *query)
{
  odata_filter_free(query->filter);
  odata_search_free(query->search);
  g_free(query->select_text);
}

static gboolean
bad(Call *call, const char *code, const char *message)
{
  call_error(call, 400, code, "%s", message);
  return FALSE;
}

static gboolean
from_parser(Call *call, GError *error)
{
  call_error(call, 400,
             error->code == ODATA_UNSUPPORTED ? "Request_UnsupportedQuery" : "Request_BadRequest",
             "%s", error->message);
  g_error_free(error);
  return FALSE;
}

gboolean
query_select_users(Call *call, const char *text, gboolean list, guint64 *ret_select)
{
  g_auto(GStrv) names = g_strsplit(text, ",", -1);
  guint64 select = 0;

  for (guint i = 0; names[i]; i++) {
    const char *name = g_strstrip(names[i]);
    int field = fields_find(name, -1);
    if (strcmp(name, "*") == 0) {
      select |= fields_default;
    } else if (field >= 0) {
      select |= UF_BIT(field);
    } else if (fields_is_foreign(name)) {
      if (list) {
        call_error(call, 501, "NotImplemented", "The property '%s' cannot be listed.", name);
        return FALSE;
      }
    } else {
      call_error(call, 400, "BadRequest",
                 "Parsing OData Select and Expand failed: Could not find a property named '%s' on "
                 "type 'microsoft.graph.user'.",
                 name);
      return FALSE;
    }
  }
  *ret_select = select;
  return query_may_select(call, select);
}

gboolean
query_may_select(Call *call, guint64 select)
{
  if (select & UF_BIT(UF_SIGN_IN_ACTIVITY)) {
    if (!call->sim->tenant->premium) {
      call_error(call, 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                 "Neither tenant is B2C or tenant doesn't have premium license");
      return FALSE;
    }
    if (!call_may(call, "AuditLog.Read.All")) {
      call_denied(call);
      return FALSE;
    }
  }
  if (select & UF_BIT(UF_LEAVE_DATE) &&
      !call_may(call, "User-LifeCycleInfo.Read.All User-LifeCycleInfo.ReadWrite.All")) {
    call_denied(call);
    return FALSE;
  }
  return TRUE;
}

static const struct {
  const char *name;
  guint flag;
} options[] = {
    {"$select", QUERY_SELECT}, {"$filter", QUERY_FILTER}, {"$top", QUERY_TOP},
    {"$count", QUERY_COUNT},   {"$search", QUERY_SEARCH}, {"$orderby", QUERY_ORDER},
    {"$expand", QUERY_EXPAND}, {"$skiptoken", QUERY_TOP},
};

static gboolean
check_options(Call *call, guint allowed)
{
  for (guint i = 0; i < call->query->len; i++) {
    const char *name = g_array_index(call->query, CallPair, i).name;
    gboolean known = *name != '$';
    for (guint j = 0; j < G_N_ELEMENTS(options); j++)
      if (g_ascii_strcasecmp(name, options[j].name) == 0 && allowed & options[j].flag)
        known = TRUE;
    if (!known) {
      call_error(call, 400, "Request_UnsupportedQuery",
                 "The query parameter '%s' is not supported for this request.", name);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_top(Call *call, Query *query)
{
  const char *text = call_query(call, "$top");
  char *end;

  query->top = TOP_DEFAULT;
  if (text) {
    long top = strtol(text, &end, 10);
    if (*end || end == text)
      return bad(call, "BadRequest", "Invalid value for $top: an integer was expected.");
    if (top < 1 || top > TOP_MAX) {
      call_error(call, 400, "Request_UnsupportedQuery",
                 "Invalid page size specified: '%s'. Must be between 1 and 999 inclusive.", text);
      return FALSE;
    }
    query->top = (int)top;
  }
  if (query->select & UF_BIT(UF_SIGN_IN_ACTIVITY))
    query->top = MIN(query->top, TOP_ACTIVITY);
  return TRUE;
}

static gboolean
read_filter(Call *call, const OdSchema *schema, guint allowed, gboolean advanced, Query *query)
{
  const char *text = call_query(call, "$filter");
  GError *error = NULL;
  gboolean alone = TRUE;

  if (!text)
    return TRUE;
  query->filter = odata_filter_parse(schema, text, &error);
  if (!query->filter)
    return from_parser(call, error);
  const char *why = odata_filter_advanced(query->filter);
  if (!why && allowed & (QUERY_FILTER_ADVANCED | QUERY_ALL_ADVANCED))
    why = "$filter";
  if (why && !advanced) {
    call_error(call, 400, "Request_UnsupportedQuery",
               "Unsupported or invalid query filter clause specified for property '%s' of resource "
               "'%s'.",
               why, schema->type_name);
    return FALSE;
  }
  if (schema != &fields_schema)
    return TRUE;
  for (int id = UF_LAST_SIGN_IN; id <= UF_LAST_GOOD_SIGN_IN; id++)
    if (odata_filter_uses(query->filter, id, &alone) && !alone)
      return bad(call, "Request_UnsupportedQuery",
                 "A filter on signInActivity cannot be combined with other filters.");
  for (int id = UF_LAST_SIGN_IN; id <= UF_LAST_GOOD_SIGN_IN; id++)
    if (odata_filter_uses(query->filter, id, NULL))
      return query_may_select(call, UF_BIT(UF_SIGN_IN_ACTIVITY));
  if (odata_filter_uses(query->filter, UF_LEAVE_DATE, NULL))
    return query_may_select(call, UF_BIT(UF_LEAVE_DATE));
  return TRUE;
}

static gboolean
read_search(Call *call, const OdSchema *schema, Query *query)
{
  const char *text = call_query(call, "$search");
  GError *error = NULL;

  if (!text)
    return TRUE;
  if (!call->eventual)
    return bad(call, "Request_UnsupportedQuery",
               "Request with $search query parameter only works through MSGraph with a special "
               "request header: 'ConsistencyLevel: eventual'");
  query->search = odata_search_parse(schema, text, &error);
  return query->search || from_parser(call, error);
}

static gboolean
read_order(Call *call, const OdSchema *schema, guint allowed, gboolean advanced, Query *query)
{
  const char *text = call_query(call, "$orderby");

  if (!text)
    return TRUE;
  g_auto(GStrv) words = g_strsplit_set(text, " ", -1);
  guint n = g_strv_length(words);
  const OdProperty *property = n ? odata_property(schema, words[0], -1) : NULL;
  query->descending = n == 2 && strcmp(words[1], "desc") == 0;
  if (!property || n > 2 || (n == 2 && !query->descending && strcmp(words[1], "asc") != 0))
    return bad(call, "BadRequest", "Invalid $orderby expression.");
  gboolean plain = property->ops & OD_ORDER && !(allowed & QUERY_ALL_ADVANCED);
  if (!(property->ops & (OD_ORDER | OD_ORDER_ADVANCED)) || (!plain && !advanced))
    return bad(call, "Request_UnsupportedQuery", "Sorting not supported for current query.");
  if (query->filter && !advanced)
    return bad(call, "Request_UnsupportedQuery", "Sorting not supported for current query.");
  query->order = property;
  return TRUE;
}

static Expand *
find_expand(const OdSchema *schema, Query *query, const char *name)
{
  if (schema == &fields_schema) {
    if (strcmp(name, "manager") == 0)
      return &query->manager;
    if (strcmp(name, "sponsors") == 0)
      return &query->sponsors;
    return strcmp(name, "memberOf") == 0 ? &query->member_of : NULL;
  }
  return strcmp(name, "members") == 0 ? &query->members : NULL;
}

/* "sponsors($select=id,displayName),manager". */
static gboolean
read_expand(Call *call, const OdSchema *schema, gboolean advanced, Query *query)
{
  const char *at = call_query(call, "$expand");

  if (at && advanced)
    return bad(call, "Request_UnsupportedQuery",
               "$expand cannot be combined with advanced query capabilities.");
  while (at && *at) {
    g_autofree char *name = g_strndup(at, strcspn(at, "(,"));
    Expand *expand = find_expand(schema, query, g_strstrip(name));
    if (!expand) {
      call_error(call, 400, "BadRequest",
                 "Parsing OData Select and Expand failed: Could not find a property named '%s' on "
                 "type 'microsoft.graph.%s'.",
                 name, schema == &fields_schema ? "user" : "group");
      return FALSE;
    }
    expand->wanted = TRUE;
    expand->select = fields_default;
    at += strcspn(at, "(,");
    if (*at == '(') {
      gsize n = strcspn(at, ")");
      g_autofree char *inside = g_strndup(at + 1, n ? n - 1 : 0);
      const char *select = strstr(inside, "$select=");
      if (at[n] != ')' || (*inside && !select && !g_str_has_prefix(inside, "$levels=")))
        return bad(call, "BadRequest", "Invalid $expand expression.");
      if (select) {
        g_autofree char *list = g_strndup(select + 8, strcspn(select + 8, ";"));
        if (!query_select_users(call, list, TRUE, &expand->select))
          return FALSE;
      }
      at += n + 1;
    }
    if (*at && *at++ != ',')
      return bad(call, "BadRequest", "Invalid $expand expression.");
  }
  return TRUE;
}

static guint32
mix(guint64 value)
{
  value *= 0x9e3779b97f4a7c15ull;
  return (guint32)(value >> 32);
}

static char *
seal(const Call *call, guint64 position)
{
  return g_strdup_printf("RFNwdAIAAQ%08x%016" G_GINT64_MODIFIER "x", mix(position ^ 0x5517),
                         position ^ 0x6b43a9b5u);
}

static gboolean
unseal(const char *token, guint64 *ret_position)
{
  guint check;
  char *end;

  if (!g_str_has_prefix(token, "RFNwdAIAAQ") || strlen(token) != 34)
    return FALSE;
  g_autofree char *head = g_strndup(token + 10, 8);
  check = (guint)strtoul(head, &end, 16);
  guint64 position = g_ascii_strtoull(token + 18, &end, 16) ^ 0x6b43a9b5u;
  if (*end || check != mix(position ^ 0x5517))
    return FALSE;
  *ret_position = position;
  return TRUE;
}

char *
query_link(const Call *call, const char *option, const char *token, gboolean keep_options)
{
  g_autofree char *root = call_root(call);
  const char *path = g_str_has_prefix(call->path, "/v1.0/") ? call->path + 5 : call->path;
  GString *link = g_string_new(root);
  char joint = '?';

  g_string_append_printf(link, "%s%s", *path == '/' ? "" : "/", path);
  for (guint i = 0; keep_options && i < call->query->len; i++) {
    const CallPair *pair = &g_array_index(call->query, CallPair, i);
    if (g_ascii_strcasecmp(pair->name, "$skiptoken") == 0 ||
        g_ascii_strcasecmp(pair->name, "$deltatoken") == 0)
      continue;
    g_autofree char *value = g_uri_escape_string(pair->value, "$(),:/'*", FALSE);
    g_string_append_printf(link, "%c%s=%s", joint, pair->name, value);
    joint = '&';
  }
  g_string_append_printf(link, "%c%s=%s", joint, option, token);
  return g_string_free(link, FALSE);
}

void
query_next_link(Call *call, GString *out, guint64 position)
{
  g_autofree char *token = seal(call, position);
  g_autofree char *link = query_link(call, "$skiptoken", token, TRUE);

  out_pair(out, "@odata.nextLink", link);
}

gboolean
query_read(Call *call, const OdSchema *schema, guint allowed, Query *query)
{
  const char *select = call_query(call, "$select"), *count = call_query(call, "$count");
  const char *token = call_query(call, "$skiptoken");
  gboolean counting = count && g_ascii_strcasecmp(count, "true") == 0;
  gboolean advanced = call->eventual && counting;

  query->select = fields_default;
  query->select_text = g_strdup(select);
  query->count = advanced;
  if (count && !counting && g_ascii_strcasecmp(count, "false") != 0)
    return bad(call, "BadRequest", "Invalid value for $count: true or false was expected.");
  if (!check_options(call, allowed))
    return FALSE;
  if (select && schema == &fields_schema && !query_select_users(call, select, TRUE, &query->select))
    return FALSE;
  if (token && !unseal(token, &query->position))
    return bad(call, "Directory_ExpiredPageToken",
               "The specified page token value has expired "
               "and can no longer be included in your request.");
  query->later_page = token != NULL;
  return read_top(call, query) && read_filter(call, schema, allowed, advanced, query) &&
         read_search(call, schema, query) && read_order(call, schema, allowed, advanced, query) &&
         read_expand(call, schema, advanced || query->search != NULL, query);
}
