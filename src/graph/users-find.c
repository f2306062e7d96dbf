/* Looking for users: who already uses a name or an address (live and deleted),
 * and who is meant by what a person typed. Contract 3.3, 4.1, 4.4. */
#include "graph/pages-private.h"
#include "graph/users-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "model/naming.h"
#include <string.h>

#define TAKEN_SELECT                                                                               \
  "$select=id,displayName,userPrincipalName,mail,otherMails,proxyAddresses,createdDateTime,"       \
  "deletedDateTime"

void
taken_free(Taken *taken)
{
  if (!taken)
    return;
  g_free(taken->id);
  g_free(taken->user_name);
  g_free(taken->display_name);
  g_free(taken->address);
  g_free(taken);
}

typedef struct {
  const char *user_name, *email; /* either may be NULL */
  gboolean deleted;
  GPtrArray *found;
} Search;

static gboolean
same(const char *a, const char *b)
{
  return a && b && g_ascii_strcasecmp(a, b) == 0;
}

/* `text` is one of what we look for; returns which. */
static const char *
wanted(const Search *search, const char *text)
{
  if (same(text, search->user_name))
    return search->user_name;
  return same(text, search->email) ? search->email : NULL;
}

static const char *
wanted_in(const Search *search, const cJSON *list)
{
  const cJSON *item;
  cJSON_ArrayForEach(item, list)
  {
    const char *text = cJSON_GetStringValue(item);
    const char *hit = text ? wanted(search, text) : NULL;
    /* "SMTP:a@b" or "smtp:a@b" in proxyAddresses. */
    if (!hit && text && g_ascii_strncasecmp(text, "smtp:", 5) == 0)
      hit = wanted(search, text + 5);
    if (hit)
      return hit;
  }
  return NULL;
}

/* Where the user has what we look for; FALSE if it is just near (the service's endsWith). */
static gboolean
classify(const Search *search, const cJSON *user, TakenWhere *ret_where, const char **ret_address)
{
  const char *name = json_string(user, "userPrincipalName");
  const char *plain = search->deleted ? naming_before_deletion(name) : name;
  const struct {
    TakenWhere where;
    const char *hit;
  } places[] = {
      {TAKEN_USER_NAME, plain ? wanted(search, plain) : NULL},
      {TAKEN_MAIL, wanted(search, json_string(user, "mail"))},
      {TAKEN_OTHER_MAIL, wanted_in(search, json_array(user, "otherMails"))},
      {TAKEN_PROXY, wanted_in(search, json_array(user, "proxyAddresses"))},
  };
  for (guint i = 0; i < G_N_ELEMENTS(places); i++)
    if (places[i].hit) {
      *ret_where = search->deleted ? TAKEN_DELETED : places[i].where;
      *ret_address = places[i].hit;
      return TRUE;
    }
  return FALSE;
}

static gboolean
already_found(const GPtrArray *found, const char *id)
{
  for (guint i = 0; i < found->len; i++)
    if (same(((Taken *)found->pdata[i])->id, id))
      return TRUE;
  return FALSE;
}

static gint64
moment_of(const cJSON *user, const char *name)
{
  gint64 moment = MOMENT_NONE;
  const char *text = json_string(user, name);
  if (text)
    clock_parse_moment(text, &moment, NULL);
  return moment;
}

static gboolean
note_taken(const cJSON *user, gpointer data)
{
  Search *search = data;
  TakenWhere where;
  const char *address, *id = json_string(user, "id");
  if (!id || already_found(search->found, id) || !classify(search, user, &where, &address))
    return TRUE;
  Taken *taken = g_new0(Taken, 1);
  taken->where = where;
  taken->id = g_strdup(id);
  const char *name = json_string(user, "userPrincipalName");
  taken->user_name = g_strdup(search->deleted ? naming_before_deletion(name) : name);
  taken->display_name = g_strdup(json_string(user, "displayName"));
  taken->address = g_strdup(address);
  taken->created = moment_of(user, "createdDateTime");
  taken->deleted = moment_of(user, "deletedDateTime");
  g_ptr_array_add(search->found, taken);
  return TRUE;
}

/* Adds "mail eq … or otherMails … or proxyAddresses …" for one address. */
static void
add_address(GString *filter, const char *address)
{
  g_autofree char *literal = graph_literal(address);
  g_autofree char *lower_name = g_strconcat("smtp:", address, NULL);
  g_autofree char *upper_name = g_strconcat("SMTP:", address, NULL);
  g_autofree char *lower = graph_literal(lower_name);
  g_autofree char *upper = graph_literal(upper_name);
  g_string_append_printf(filter,
                         "%smail%%20eq%%20%s"
                         "%%20or%%20otherMails/any(x:x%%20eq%%20%s)"
                         "%%20or%%20proxyAddresses/any(x:x%%20eq%%20%s)"
                         "%%20or%%20proxyAddresses/any(x:x%%20eq%%20%s)",
                         filter->len ? "%20or%20" : "", literal, literal, lower, upper);
}

/* userPrincipalName eq …, for both: an address may be somebody's user name. */
static void
add_name(GString *filter, const char *name)
{
  g_autofree char *literal = graph_literal(name);
  g_string_append_printf(filter, "%suserPrincipalName%%20eq%%20%s", filter->len ? "%20or%20" : "",
                         literal);
}

static gboolean
search_live(GraphClient *client, Search *search, GCancellable *cancellable, GError **error)
{
  g_autoptr(GString) filter = g_string_new(NULL);
  const char *texts[] = {search->user_name, search->email};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    if (texts[i]) {
      add_name(filter, texts[i]);
      add_address(filter, texts[i]);
    }
  g_autofree char *query = g_strdup_printf("$filter=%s&" TAKEN_SELECT, filter->str);
  GraphCall call = {.endpoint = "users.list",
                    .query = query,
                    .what = _("Looking for accounts with this name or address")};
  search->deleted = FALSE;
  return graph_each(client, &call, note_taken, search, cancellable, error);
}

/* The user name is hidden behind a prefix there, so it takes endsWith and with it the
 * advanced pair; addresses go the plain way, which also sees what was deleted just now. */
static gboolean
search_deleted(GraphClient *client, Search *search, GCancellable *cancellable, GError **error)
{
  GraphCall call = {.endpoint = "users.list-deleted",
                    .what = _("Looking for deleted accounts with this name or address")};
  g_autoptr(GString) filter = g_string_new(NULL);
  search->deleted = TRUE;
  if (search->user_name)
    add_address(filter, search->user_name);
  if (search->email)
    add_address(filter, search->email);
  g_autofree char *plain = g_strdup_printf("$filter=%s&" TAKEN_SELECT, filter->str);
  call.query = plain;
  if (!graph_each(client, &call, note_taken, search, cancellable, error))
    return FALSE;
  if (!search->user_name)
    return TRUE;
  g_autofree char *literal = graph_literal(search->user_name);
  g_autofree char *advanced =
      g_strdup_printf("$filter=endsWith(userPrincipalName,%s)&$count=true&" TAKEN_SELECT, literal);
  call.query = advanced;
  call.eventual = TRUE;
  return graph_each(client, &call, note_taken, search, cancellable, error);
}

GPtrArray *
graph_users_find_taken(GraphClient *client, const char *user_name, const char *email,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)taken_free);
  Search search = {.user_name = user_name && *user_name ? user_name : NULL,
                   .email = email && *email ? email : NULL,
                   .found = found};
  if (!search.user_name && !search.email)
    return g_steal_pointer(&found);
  if (!search_live(client, &search, cancellable, error) ||
      !search_deleted(client, &search, cancellable, error))
    return NULL;
  return g_steal_pointer(&found);
}

/* An account by its id, or nothing if there is none. */
static gboolean
append_by_id(GraphClient *client, const char *id, const GraphReading *reading, GPtrArray *accounts,
             GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) failure = NULL;
  Account *account = graph_users_get(client, id, reading, cancellable, &failure);
  if (account)
    g_ptr_array_add(accounts, account);
  else if (!graph_error_is(failure, 404)) {
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  return TRUE;
}

GPtrArray *
graph_users_search(GraphClient *client, const char *text, guint limit, const GraphReading *reading,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
  if (!*text || !limit)
    return g_steal_pointer(&accounts);
  if (graph_is_id(text))
    return append_by_id(client, text, reading, accounts, cancellable, error)
               ? g_steal_pointer(&accounts)
               : NULL;
  g_autofree char *what = g_strdup_printf(_("Looking for “%s”"), text);
  g_autofree char *literal = graph_literal(text);
  g_autofree char *select = users_select(users_fields(reading), reading);
  g_autoptr(GString) query = g_string_new("$filter=");
  g_string_append_printf(query,
                         "startsWith(displayName,%s)%%20or%%20startsWith(userPrincipalName,%s)",
                         literal, literal);
  if (strchr(text, '@'))
    g_string_append_printf(query,
                           "%%20or%%20mail%%20eq%%20%s%%20or%%20otherMails/any(x:x%%20eq%%20%s)",
                           literal, literal);
  g_string_append_printf(query, "&%s&$top=%u", select, MIN(limit, 999));
  GraphCall call = {.endpoint = "users.list", .query = query->str, .what = what};
  g_autoptr(HttpResponse) response = graph_send(client, &call, NULL, cancellable, error);
  if (!response)
    return NULL;
  g_autoptr(UsersReader) users = users_reader_new(reading, NULL, MOMENT_UNKNOWN);
  return users_reader_append(users, response, what, accounts, limit, error)
             ? g_steal_pointer(&accounts)
             : NULL;
}
