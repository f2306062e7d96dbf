/* One user: read, made, changed, removed, restored. Bodies are written here;
 * those with a password in memory that is wiped. Contract 4, 8. */
#include "graph/users-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/pages-private.h"
#include <string.h>

static const GraphReading default_reading;

/* Sign-in dates of one account, by a request of its own: it needs another
 * permission and a premium licence. */
static gboolean
add_sign_in(GraphClient *client, Account *account, GCancellable *cancellable, GError **error)
{
  GraphReading reading = {.fields = G_GUINT64_CONSTANT(1) << FIELD_SIGN_IN};
  GraphCall call = {.endpoint = "users.sign-in",
                    .id = account_text(account, FIELD_ID),
                    .query = "$select=id,signInActivity",
                    .what = _("Reading the last sign-in")};
  g_autoptr(GError) failure = NULL;
  g_autoptr(HttpResponse) response = graph_send(client, &call, NULL, cancellable, &failure);
  g_autoptr(UsersReader) users = users_reader_new(&reading, NULL, MOMENT_NONE);
  g_autoptr(Account) read =
      response ? users_reader_one(users, response, call.what, &failure) : NULL;
  if (read)
    account_put_number(account, FIELD_SIGN_IN, account_number(read, FIELD_SIGN_IN));
  else if (graph_error_is(failure, 403))
    account_put_number(account, FIELD_SIGN_IN,
                       users_is_unlicensed(failure) ? MOMENT_UNLICENSED : MOMENT_UNKNOWN);
  else {
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  return TRUE;
}

static gboolean
add_sponsor(GraphClient *client, Account *account, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) sponsors =
      graph_users_sponsors(client, account_text(account, FIELD_ID), cancellable, error);
  if (!sponsors)
    return FALSE;
  if (sponsors->len) {
    account_put_text(account, FIELD_SPONSOR, account_text(sponsors->pdata[0], FIELD_NAME));
    account_put_text(account, FIELD_SPONSOR_ID, account_text(sponsors->pdata[0], FIELD_ID));
  }
  return TRUE;
}

static gboolean
add_groups(GraphClient *client, Account *account, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) groups =
      graph_groups_of(client, account_text(account, FIELD_ID), cancellable, error);
  for (guint i = 0; groups && i < groups->len; i++)
    account_put_item(account, FIELD_GROUP, groups->pdata[i]);
  return groups != NULL;
}

/* What needs requests of its own, when it was asked for by name. */
static gboolean
add_costly(GraphClient *client, const GraphReading *reading, Account *account,
           GCancellable *cancellable, GError **error)
{
  guint64 fields = reading->fields;
  if (users_wants(fields, FIELD_SIGN_IN) && !add_sign_in(client, account, cancellable, error))
    return FALSE;
  if ((users_wants(fields, FIELD_SPONSOR) || users_wants(fields, FIELD_SPONSOR_ID)) &&
      !add_sponsor(client, account, cancellable, error))
    return FALSE;
  return !users_wants(fields, FIELD_GROUP) || reading->roster ||
         add_groups(client, account, cancellable, error);
}

static Account *
get(GraphClient *client, GraphCall *call, const GraphReading *reading, GCancellable *cancellable,
    GError **error)
{
  guint64 fields = users_fields(reading) & ~(G_GUINT64_CONSTANT(1) << FIELD_SIGN_IN);
  g_autofree char *query = users_select(fields, reading);
  call->query = query;
  g_autoptr(HttpResponse) response = graph_send(client, call, NULL, cancellable, error);
  if (!response)
    return NULL;
  g_autoptr(GraphGroup) group = NULL;
  if (reading->group_id && !reading->sku_ids && users_wants(fields, FIELD_LICENCE))
    group = graph_groups_find(client, reading->group_id, cancellable, NULL);
  g_autoptr(UsersReader) users = users_reader_new(
      reading, group ? (const char *const *)group->sku_ids : reading->sku_ids, MOMENT_UNKNOWN);
  g_autoptr(Account) account = users_reader_one(users, response, call->what, error);
  if (!account || !add_costly(client, reading, account, cancellable, error))
    return NULL;
  return g_steal_pointer(&account);
}

Account *
graph_users_get(GraphClient *client, const char *id_or_name, const GraphReading *reading,
                GCancellable *cancellable, GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Reading the account %s"), id_or_name);
  GraphCall call = {.endpoint = "users.get", .id = id_or_name, .what = what};
  return get(client, &call, reading ? reading : &default_reading, cancellable, error);
}

Account *
graph_users_me(GraphClient *client, GCancellable *cancellable, GError **error)
{
  if (!graph_client_is_delegated(client)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                        _("Signed in as an application: there is no person behind it."));
    return NULL;
  }
  const GraphReading reading = {
      .fields = (G_GUINT64_CONSTANT(1) << FIELD_ID) | (G_GUINT64_CONSTANT(1) << FIELD_NAME) |
                (G_GUINT64_CONSTANT(1) << FIELD_USER) | (G_GUINT64_CONSTANT(1) << FIELD_MAIL)};
  GraphCall call = {.endpoint = "users.me", .what = _("Reading who is signed in")};
  return get(client, &call, &reading, cancellable, error);
}

static gboolean
is_extension(const char *name)
{
  return g_str_has_prefix(name, "extensionAttribute");
}

static void
append_list(GString *body, const char *value)
{
  g_auto(GStrv) items = g_strsplit(value && *value ? value : "", "\n", -1);
  g_string_append_c(body, '[');
  for (guint i = 0; items[i]; i++) {
    if (i)
      g_string_append_c(body, ',');
    json_append_string(body, items[i]);
  }
  g_string_append_c(body, ']');
}

static void
append_property(GString *body, const GraphProperty *property)
{
  json_append_key(body, property->name);
  if (strcmp(property->name, "accountEnabled") == 0)
    g_string_append(body, g_strcmp0(property->value, "true") == 0 ? "true" : "false");
  else if (strcmp(property->name, "otherMails") == 0 ||
           strcmp(property->name, "businessPhones") == 0)
    append_list(body, property->value);
  else
    json_append_string(body, property->value);
}

/* The extension attributes live in an object of their own. */
static void
append_extensions(GString *body, const GraphProperty *properties, guint n)
{
  gboolean any = FALSE;
  for (guint i = 0; i < n; i++) {
    if (!is_extension(properties[i].name))
      continue;
    if (!any) {
      json_append_key(body, "onPremisesExtensionAttributes");
      g_string_append_c(body, '{');
    }
    any = TRUE;
    append_property(body, &properties[i]);
  }
  if (any)
    g_string_append_c(body, '}');
}

/* The body of POST and PATCH. To be freed with secret_free_gstring(). */
static GString *
build_body(const GraphProperty *properties, guint n, const Secret *password,
           gboolean change_at_next_sign_in)
{
  g_autoptr(GString) open = g_string_new("{");
  for (guint i = 0; i < n; i++)
    if (!is_extension(properties[i].name))
      append_property(open, &properties[i]);
  append_extensions(open, properties, n);
  /* With room for the worst escaping, so that it never moves and leaves a copy behind. */
  GString *body =
      g_string_sized_new(open->len + (password ? 6 * secret_length(password) : 0) + 256);
  g_string_append_len(body, open->str, (gssize)open->len);
  if (password) {
    json_append_key(body, "passwordProfile");
    g_string_append_c(body, '{');
    json_append_key(body, "forceChangePasswordNextSignIn");
    g_string_append(body, change_at_next_sign_in ? "true" : "false");
    json_append_key(body, "password");
    json_append_string(body, secret_peek(password));
    g_string_append_c(body, '}');
  }
  g_string_append_c(body, '}');
  return body;
}

static const char *
value_of(const GraphProperty *properties, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (strcmp(properties[i].name, name) == 0)
      return properties[i].value;
  return NULL;
}

/* Graph answers 400 for a name that is taken, in words that may change: whether it
 * is, is looked up. Turns `failure` into a conflict if so. */
static void
find_out_conflict(GraphClient *client, const char *user_name, GCancellable *cancellable,
                  GError *failure)
{
  if (!graph_error_is(failure, 400) || failure->code == USHER_ERROR_CONFLICT || !user_name)
    return;
  const GraphReading reading = {.fields = G_GUINT64_CONSTANT(1) << FIELD_ID};
  g_autoptr(Account) there = graph_users_get(client, user_name, &reading, cancellable, NULL);
  if (there)
    failure->code = USHER_ERROR_CONFLICT;
}

/* The id in the answer of 201. */
static char *
created_id(const HttpResponse *response, const char *what, GraphTrace *trace, GError **error)
{
  g_autoptr(cJSON) tree = json_parse(response->body, response->length, what, error);
  const char *id = tree ? json_string(tree, "id") : NULL;
  if (id && graph_is_id(id))
    return g_strdup(id);
  trace->maybe_processed = TRUE; /* it was made, but we were not told which it is */
  if (tree)
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                _("%s: the answer does not name the new account's id."), what);
  return NULL;
}

char *
graph_users_create(GraphClient *client, const GraphProperty *properties, guint n,
                   const Secret *password, gboolean change_at_next_sign_in, GraphTrace *trace,
                   GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail(password, NULL);
  GraphTrace own = {0};
  trace = trace ? trace : &own;
  const char *user_name = value_of(properties, n, "userPrincipalName");
  g_autofree char *what = g_strdup_printf(_("Creating the account %s"), user_name);
  GString *body = build_body(properties, n, password, change_at_next_sign_in);
  GraphCall call = {.endpoint = "users.create", .body = body->str, .what = what};
  g_autoptr(GError) failure = NULL;
  g_autoptr(HttpResponse) response = graph_send(client, &call, trace, cancellable, &failure);
  secret_free_gstring(body);
  if (response)
    return created_id(response, what, trace, error);
  find_out_conflict(client, user_name, cancellable, failure);
  g_propagate_error(error, g_steal_pointer(&failure));
  return NULL;
}

/* The row whose permissions fit what is changed. */
static const char *
update_endpoint(const GraphProperty *properties, guint n, const Secret *password)
{
  if (password && n == 0)
    return "users.set-password";
  if (n == 1 && strcmp(properties[0].name, "employeeLeaveDateTime") == 0)
    return "users.update-leave-date";
  return "users.update";
}

GraphRequest *
graph_users_update_request(const char *id, const GraphProperty *properties, guint n,
                           const Secret *password)
{
  GraphRequest *request = graph_request_new(update_endpoint(properties, n, password), id, NULL,
                                            g_strdup_printf(_("Changing the account %s"), id));
  GString *body = build_body(properties, n, password, TRUE);
  gsize capacity = body->allocated_len;
  graph_request_take_body(request, g_string_free(body, FALSE), capacity);
  return request;
}

gboolean
graph_users_update(GraphClient *client, const char *id, const GraphProperty *properties, guint n,
                   const Secret *password, GraphTrace *trace, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr(GraphRequest) request = graph_users_update_request(id, properties, n, password);
  return graph_request_send(client, request, trace, cancellable, error);
}

GraphRequest *
graph_users_read_request(const char *id, const GraphProperty *properties, guint n)
{
  GraphRequest *request =
      graph_request_new("users.get", id, NULL, g_strdup_printf(_("Reading the account %s"), id));
  g_autoptr(GString) query = g_string_new("$select=id");
  gboolean extensions = FALSE;
  for (guint i = 0; i < n; i++)
    if (is_extension(properties[i].name))
      extensions = TRUE;
    else
      g_string_append_printf(query, ",%s", properties[i].name);
  if (extensions)
    g_string_append(query, ",onPremisesExtensionAttributes");
  graph_request_take_query(request, g_string_free(g_steal_pointer(&query), FALSE));
  return request;
}

GraphRequest *
graph_users_remove_request(const char *id)
{
  GraphRequest *request = graph_request_new("users.remove", id, NULL,
                                            g_strdup_printf(_("Removing the account %s"), id));
  request->good = 404; /* what is gone already is as good as removed */
  return request;
}

gboolean
graph_users_remove(GraphClient *client, const char *id, GraphTrace *trace,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_users_remove_request(id);
  return graph_request_send(client, request, trace, cancellable, error);
}

GraphRequest *
graph_users_restore_request(const char *id, const char *new_user_name)
{
  GraphRequest *request = graph_request_new("users.restore", id, NULL,
                                            g_strdup_printf(_("Restoring the account %s"), id));
  GString *body = g_string_new("{");
  if (new_user_name) {
    json_append_key(body, "newUserPrincipalName");
    json_append_string(body, new_user_name);
  }
  g_string_append_c(body, '}');
  gsize capacity = body->allocated_len;
  graph_request_take_body(request, g_string_free(body, FALSE), capacity);
  return request;
}

gboolean
graph_users_restore(GraphClient *client, const char *id, const char *new_user_name,
                    GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_users_restore_request(id, new_user_name);
  return graph_request_send(client, request, trace, cancellable, error);
}

GraphRequest *
graph_users_purge_request(const char *id)
{
  GraphRequest *request = graph_request_new(
      "users.purge", id, NULL, g_strdup_printf(_("Removing the account %s for good"), id));
  request->good = 404;
  return request;
}

gboolean
graph_users_purge(GraphClient *client, const char *id, GraphTrace *trace, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr(GraphRequest) request = graph_users_purge_request(id);
  return graph_request_send(client, request, trace, cancellable, error);
}

GraphRequest *
graph_users_revoke_sessions_request(const char *id)
{
  return graph_request_new("users.revoke-sessions", id, NULL,
                           g_strdup_printf(_("Ending the sessions of %s"), id));
}

gboolean
graph_users_revoke_sessions(GraphClient *client, const char *id, GraphTrace *trace,
                            GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphRequest) request = graph_users_revoke_sessions_request(id);
  return graph_request_send(client, request, trace, cancellable, error);
}

Secret *
graph_users_issue_pass(GraphClient *client, const char *id, guint lifetime_minutes,
                       GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  GraphTrace own = {0};
  trace = trace ? trace : &own;
  g_autofree char *what = g_strdup_printf(_("Issuing a Temporary Access Pass for %s"), id);
  g_autofree char *body = g_strdup_printf("{\"lifetimeInMinutes\":%u,\"isUsableOnce\":true}",
                                          CLAMP(lifetime_minutes, 10, 43200));
  GraphCall call = {.endpoint = "users.issue-pass", .id = id, .body = body, .what = what};
  cJSON *tree = graph_send_json(client, &call, trace, cancellable, error);
  if (!tree)
    return NULL;
  const char *pass = json_string(tree, "temporaryAccessPass");
  Secret *secret = pass && *pass ? secret_new(pass, -1) : NULL;
  graph_free_secret_tree(tree);
  if (!secret) {
    trace->maybe_processed = TRUE;
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                _("%s: the answer holds no pass; it can never be read again."), what);
  }
  return secret;
}
