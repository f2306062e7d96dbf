/* The scopes of a token request, and the login host's errors; contract 2. */
#include "sim/scopes.h"

#include <string.h>

#include "sim/out.h"
#include "sim/tenant.h"

void
login_error(Call *call, const char *error, int number, const char *format, ...)
{
  g_autofree char *date = NULL;
  g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(call->now / 1000);
  va_list args;

  va_start(args, format);
  g_autofree char *message = g_strdup_vprintf(format, args);
  va_end(args);
  date = g_date_time_format(moment, "%Y-%m-%d %H:%M:%SZ");
  g_autofree char *text =
      g_strdup_printf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", number, message,
                      call->request_id, call->request_id, date);
  GString *out = call_begin(call, strcmp(error, "invalid_client") == 0 ? 401 : 400);
  g_string_append_c(out, '{');
  out_pair(out, "error", error);
  out_pair(out, "error_description", text);
  g_string_append_printf(out, ",\"error_codes\":[%d]", number);
  out_pair(out, "timestamp", date);
  out_pair(out, "trace_id", call->request_id);
  out_pair(out, "correlation_id", call->request_id);
  g_string_append_c(out, '}');
}

/* The part of a scope that names the resource ("https://graph.microsoft.com"); NULL for
 * short names and for OpenID's own. */
static char *
scope_resource(const char *scope)
{
  const char *start = strstr(scope, "://"), *slash = start ? strrchr(start + 3, '/') : NULL;

  if (!slash)
    return NULL;
  g_autofree char *resource = g_strndup(scope, (gsize)(slash - scope));
  while (g_str_has_suffix(resource, "/"))
    resource[strlen(resource) - 1] = 0;
  return g_steal_pointer(&resource);
}

static gboolean
is_graph(const Call *call, const char *resource)
{
  static const char *const clouds[] = {"https://graph.microsoft.com", "https://graph.microsoft.us",
                                       "https://dod-graph.microsoft.us",
                                       "https://microsoftgraph.chinacloudapi.cn"};
  g_autofree char *root = call_root(call);

  root[strlen(root) - strlen("/v1.0")] = 0;
  if (strcmp(resource, root) == 0 || strcmp(resource, call->sim->url) == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(clouds); i++)
    if (strcmp(resource, clouds[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
word_in(const char *word, const char *words)
{
  g_auto(GStrv) list = g_strsplit(words ? words : "", " ", -1);

  for (guint i = 0; list[i]; i++)
    if (g_ascii_strcasecmp(list[i], word) == 0)
      return TRUE;
  return FALSE;
}

void
scopes_clear(Scopes *scopes)
{
  g_free(scopes->resource);
  if (scopes->granted)
    g_string_free(scopes->granted, TRUE);
}

static gboolean
take_scope(Call *call, const App *app, const char *scope, Scopes *scopes)
{
  g_autofree char *resource = scope_resource(scope);
  const char *name = resource ? strrchr(scope, '/') + 1 : scope;

  if (resource && !is_graph(call, resource)) {
    login_error(call, "invalid_resource", 500011,
                "The resource principal named %s was not found in the tenant named Contoso.",
                resource);
    return FALSE;
  }
  if (resource && scopes->resource && strcmp(resource, scopes->resource) != 0) {
    login_error(call, "invalid_scope", 700022,
                "The provided value for the input parameter scope is not valid because it "
                "contains more than one resource.");
    return FALSE;
  }
  if (resource && !scopes->resource)
    scopes->resource = g_steal_pointer(&resource);
  if (strcmp(name, "offline_access") == 0)
    scopes->offline = TRUE;
  else if (strcmp(name, "openid") == 0)
    scopes->openid = TRUE;
  else if (strcmp(name, ".default") == 0)
    scopes->defaults = TRUE;
  else if (word_in(name, app->permissions) && !word_in(name, scopes->granted->str))
    g_string_append_printf(scopes->granted, "%s%s", scopes->granted->len ? " " : "", name);
  else if (strcmp(name, "profile") != 0 && strcmp(name, "email") != 0 &&
           !word_in(name, app->permissions)) {
    login_error(call, "invalid_scope", 70011,
                "The provided value for the input parameter 'scope' is not valid. The scope %s "
                "does not exist.",
                scope);
    return FALSE;
  }
  return TRUE;
}

gboolean
scopes_read(Call *call, const App *app, const char *text, Scopes *scopes)
{
  g_auto(GStrv) list = g_strsplit(text ? text : "", " ", -1);

  scopes->granted = g_string_new(NULL);
  for (guint i = 0; list[i]; i++)
    if (*list[i] && !take_scope(call, app, list[i], scopes))
      return FALSE;
  if (scopes->defaults && app->permissions)
    g_string_assign(scopes->granted, app->permissions);
  if (!scopes->resource)
    scopes->resource = g_strdup(call->sim->url);
  return TRUE;
}
