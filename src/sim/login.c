/* The login host: token endpoint (client secret, assertion, device code,
 * refresh), device code endpoint, OpenID configuration, instance discovery.
 * Errors have the login host's own shape; contract 2. */
#include <stdio.h>
#include <string.h>

#include "sim/devices.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/routes.h"
#include "sim/scopes.h"
#include "sim/signin.h"
#include "sim/tenant.h"
#include "sim/tokens.h"

static char *
form_value(const Call *call, const char *name)
{
  g_auto(GStrv) parts = g_strsplit(call->body ? call->body : "", "&", 64);
  gsize n = strlen(name);

  for (guint i = 0; parts[i]; i++)
    if (strncmp(parts[i], name, n) == 0 && parts[i][n] == '=')
      return call_unescape(parts[i] + n + 1, -1, TRUE);
  return NULL;
}

static gboolean
is_our_tenant(const char *name)
{
  static const char *const names[] = {TENANT_ID, TENANT_NAME, TENANT_INITIAL_DOMAIN, NULL};

  for (guint i = 0; names[i]; i++)
    if (g_ascii_strcasecmp(names[i], name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_shared_tenant(const char *name)
{
  return strcmp(name, "common") == 0 || strcmp(name, "organizations") == 0;
}

static const App *
find_app(Call *call)
{
  g_autofree char *id = form_value(call, "client_id");
  const App *app = NULL;

  if (!id && call->authorization && g_str_has_prefix(call->authorization, "Basic ")) {
    gsize length;
    g_autofree guchar *plain = g_base64_decode(call->authorization + 6, &length);
    g_autofree char *pair = g_strndup((char *)plain, length);
    id = call_unescape(pair, (gssize)strcspn(pair, ":"), TRUE);
  }
  if (!id)
    login_error(call, "invalid_request", 900144,
                "The request body must contain the following parameter: 'client_id'.");
  else if (!(app = tokens_app(id)))
    login_error(call, "unauthorized_client", 700016,
                "Application with identifier '%s' was not found in the directory 'Contoso'.", id);
  return app;
}

static char *
given_secret(const Call *call)
{
  char *secret = form_value(call, "client_secret");

  if (secret || !call->authorization || !g_str_has_prefix(call->authorization, "Basic "))
    return secret;
  gsize length;
  g_autofree guchar *plain = g_base64_decode(call->authorization + 6, &length);
  g_autofree char *pair = g_strndup((char *)plain, length);
  const char *colon = strchr(pair, ':');
  return colon ? call_unescape(colon + 1, -1, TRUE) : NULL;
}

static gboolean
check_client(Call *call, const App *app)
{
  g_autofree char *secret = given_secret(call);
  g_autofree char *assertion = form_value(call, "client_assertion");

  if (app->public_client) {
    if (secret || assertion)
      login_error(call, "invalid_client", 700025,
                  "Client is public so neither 'client_assertion' nor 'client_secret' should be "
                  "presented.");
    return !secret && !assertion;
  }
  if (assertion)
    return signin_check_assertion(call, app, assertion);
  if (!secret)
    login_error(call, "invalid_client", 7000218,
                "The request body must contain the following parameter: 'client_assertion' or "
                "'client_secret'.");
  else if (strcmp(secret, TOKENS_SECRET) != 0)
    login_error(call, "invalid_client", 7000215, "Invalid client secret provided.");
  return secret && strcmp(secret, TOKENS_SECRET) == 0;
}

/* 60 to 90 minutes, as the service does it. */
static int
lifetime(Sim *sim)
{
  return 3600 + (int)(sim_random(sim) % 1800);
}

static void
answer_tokens(Call *call, const App *app, guint32 user, const Scopes *scopes)
{
  Sim *sim = call->sim;
  gint64 now = call->now / 1000;
  int seconds = lifetime(sim);
  g_autofree char *claims = form_value(call, "claims");
  g_autofree char *more = signin_token_claims(sim->signin, claims);
  g_autofree char *access =
      tokens_access(sim, app, user, user == NONE ? app->permissions : scopes->granted->str,
                    scopes->resource, more, now, seconds);
  GString *out = call_begin(call, 200);

  g_string_append_c(out, '{');
  out_pair(out, "token_type", "Bearer");
  if (user != NONE)
    out_pair(out, "scope", scopes->granted->str);
  out_pair_int(out, "expires_in", seconds);
  out_pair_int(out, "ext_expires_in", seconds);
  out_pair(out, "access_token", access);
  if (user != NONE && scopes->offline) {
    g_autofree char *kept = g_strdup_printf("%s offline_access", scopes->granted->str);
    g_autofree char *refresh = tokens_refresh(sim, app, user, kept, now);
    out_pair(out, "refresh_token", refresh);
  }
  if (user != NONE && scopes->openid) {
    g_autofree char *identity = tokens_identity(sim, app, user, now, seconds);
    out_pair(out, "id_token", identity);
  }
  g_string_append_c(out, '}');
}

static void
grant_client(Call *call, const App *app)
{
  g_autofree char *scope = form_value(call, "scope");
  g_auto(Scopes) scopes = {0};

  if (!is_our_tenant(call->args[0])) {
    login_error(call, "invalid_request", 9001023,
                "The grant type is not supported over the /common or /consumers endpoints.");
    return;
  }
  if (app->public_client) {
    login_error(call, "unauthorized_client", 700016, "A public client has no rights of its own.");
    return;
  }
  if (!check_client(call, app))
    return;
  if (!scope || !g_str_has_suffix(scope, "/.default") || strchr(scope, ' ')) {
    login_error(call, "invalid_scope", 1002012,
                "The provided value for scope %s is not valid. Client credential flows must have "
                "a scope value with /.default suffixed to the resource identifier.",
                scope ? scope : "''");
    return;
  }
  if (scopes_read(call, app, scope, &scopes))
    answer_tokens(call, app, NONE, &scopes);
}

static void
grant_device(Call *call, const App *app)
{
  g_autofree char *code = form_value(call, "device_code");
  Device *device = code ? devices_find(call->sim->devices, code) : NULL;
  g_auto(Scopes) scopes = {0};

  if (!device || device->app != app) {
    login_error(call, "bad_verification_code", 70018, "Bad verification code.");
    return;
  }
  gint64 since = call->now - device->polled;
  gboolean early = device->polled && since < DEVICES_INTERVAL * 1000 - 200;
  device->polled = call->now;
  if (call->now >= device->expires) {
    login_error(call, "expired_token", 70020, "The device code has expired.");
  } else if (device->state == DEVICE_DECLINED) {
    login_error(call, "authorization_declined", 70000,
                "The end user denied the authorization "
                "request.");
  } else if (early) {
    login_error(call, "slow_down", 70016, "Polling more often than the interval allows.");
  } else if (device->state == DEVICE_PENDING) {
    login_error(call, "authorization_pending", 70016,
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");
  } else if (scopes_read(call, app, device->scopes, &scopes)) {
    answer_tokens(call, app, device->user, &scopes);
    devices_take(call->sim->devices, device);
  }
}

/* Whether sessions or the password were ended after the token was issued. */
static gboolean
is_revoked(const Tenant *tenant, guint32 slot, gint64 issued)
{
  static const int since[] = {UF_SESSIONS_FROM, UF_PASSWORD_CHANGED};
  const User *user = tenant_user(tenant, slot);
  gint64 moment;

  for (guint i = 0; i < G_N_ELEMENTS(since); i++) {
    gsize length;
    const char *text = pack_get(tenant, user, since[i], &length);
    if (text && odata_parse_date(text, length, &moment) && moment > issued)
      return TRUE;
  }
  return !(user->flags & USER_ENABLED);
}

static void
grant_refresh(Call *call, const App *app)
{
  g_autofree char *token = form_value(call, "refresh_token");
  g_autofree char *wanted = form_value(call, "scope");
  cJSON *claims = token ? tokens_open(call->sim, token) : NULL;
  const char *client = cJSON_GetStringValue(cJSON_GetObjectItem(claims, "appid"));
  const char *person = cJSON_GetStringValue(cJSON_GetObjectItem(claims, "oid"));
  const char *audience = cJSON_GetStringValue(cJSON_GetObjectItem(claims, "aud"));
  const char *kept = cJSON_GetStringValue(cJSON_GetObjectItem(claims, "scp"));
  double issued = cJSON_GetNumberValue(cJSON_GetObjectItem(claims, "iat"));
  double end = cJSON_GetNumberValue(cJSON_GetObjectItem(claims, "exp"));
  guint32 slot = person ? tenant_find_user(call->sim->tenant, person) : NONE;
  g_auto(Scopes) scopes = {0};

  if (!check_client(call, app)) {
    cJSON_Delete(claims);
    return;
  }
  if (slot == NONE || !client || !audience || strcmp(audience, "refresh") != 0 ||
      strcmp(client, app->id) != 0)
    login_error(call, "invalid_grant", 9002313,
                "Invalid request. Request is malformed or invalid.");
  else if (end * 1000 <= (double)call->now)
    login_error(call, "invalid_grant", 700082, "The refresh token has expired due to inactivity.");
  else if (is_revoked(call->sim->tenant, slot, (gint64)issued))
    login_error(call, "invalid_grant", 50173,
                "The provided grant has expired due to it being revoked, a fresh auth token is "
                "needed.");
  else if (!signin_use_refresh(call->sim->signin,
                               cJSON_GetStringValue(cJSON_GetObjectItem(claims, "uti"))))
    login_error(call, "invalid_grant", 70000, "The refresh token was used before.");
  else if (scopes_read(call, app, wanted && *wanted ? wanted : kept, &scopes)) {
    scopes.offline = TRUE;
    answer_tokens(call, app, slot, &scopes);
  }
  cJSON_Delete(claims);
}

static const struct {
  const char *grant;
  void (*handler)(Call *call, const App *app);
} grants[] = {
    {"client_credentials", grant_client},
    {"urn:ietf:params:oauth:grant-type:device_code", grant_device},
    {"device_code", grant_device},
    {"refresh_token", grant_refresh},
};

static void
post_token(Call *call)
{
  g_autofree char *grant = form_value(call, "grant_type");
  const App *app = find_app(call);

  if (!app || signin_refuses(call))
    return;
  for (guint i = 0; grant && i < G_N_ELEMENTS(grants); i++)
    if (strcmp(grants[i].grant, grant) == 0) {
      grants[i].handler(call, app);
      return;
    }
  login_error(call, "unsupported_grant_type", 70003,
              "The app requested an unsupported grant type '%s'.", grant ? grant : "");
}

static void
post_device(Call *call)
{
  Sim *sim = call->sim;
  const App *app = find_app(call);
  g_autofree char *scope = form_value(call, "scope");
  g_auto(Scopes) scopes = {0};

  if (!app || !scopes_read(call, app, scope, &scopes))
    return;
  if (!app->public_client) {
    login_error(call, "invalid_client", 7000218,
                "The request body must contain the following parameter: 'client_assertion' or "
                "'client_secret'.");
    return;
  }
  const Device *device = devices_add(sim, app, scope ? scope : "", call->now);
  if (sim->options.auto_approve)
    devices_decide(sim, device->user_code, DEVICE_APPROVED,
                   tenant_find_name(sim->tenant, TENANT_SERVICE, -1));
  g_autofree char *page = g_strdup_printf("%s/devicelogin", sim->url);
  const char *market = call_query(call, "mkt");
  g_autofree char *message = g_strdup_printf(
      market && g_str_has_prefix(market, "de")
          ? "Rufen Sie die Seite %s in einem Webbrowser auf, und geben Sie zur Anmeldung den Code "
            "%s "
            "ein."
          : "To sign in, use a web browser to open the page %s and enter the code %s to "
            "authenticate.",
      page, device->user_code);
  GString *out = call_begin(call, 200);
  g_string_append_c(out, '{');
  out_pair(out, "user_code", device->user_code);
  out_pair(out, "device_code", device->device_code);
  out_pair(out, "verification_uri", page);
  out_pair_int(out, "expires_in", DEVICES_LIFETIME);
  out_pair_int(out, "interval", DEVICES_INTERVAL);
  out_pair(out, "message", message);
  g_string_append_c(out, '}');
}

/* The page of the verification_uri: tells how the simulated person decides. */
static void
get_device_page(Call *call)
{
  GString *out = call_begin(call, 200);

  call->out_type = "text/plain; charset=utf-8";
  g_string_append_printf(out,
                         "This is a simulated tenant. Approve a code with\n"
                         "  curl -X POST '%s/sim/approve?user_code=CODE'\n"
                         "or refuse it with\n"
                         "  curl -X POST '%s/sim/decline?user_code=CODE'\n",
                         call->sim->url, call->sim->url);
}

static void
get_openid(Call *call)
{
  const char *url = call->sim->url;
  GString *out = call_begin(call, 200);

  g_string_append_c(out, '{');
  g_string_append_printf(
      out,
      "\"token_endpoint\":\"%s/" TENANT_ID "/oauth2/v2.0/token\","
      "\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"private_key_jwt\","
      "\"client_secret_basic\"],\"jwks_uri\":\"%s/" TENANT_ID "/discovery/v2.0/keys\","
      "\"response_modes_supported\":[\"query\",\"fragment\",\"form_post\"],"
      "\"subject_types_supported\":[\"pairwise\"],"
      "\"id_token_signing_alg_values_supported\":[\"HS256\"],"
      "\"response_types_supported\":[\"code\",\"id_token\",\"code id_token\"],"
      "\"scopes_supported\":[\"openid\",\"profile\",\"email\",\"offline_access\"],"
      "\"issuer\":\"%s/" TENANT_ID "/v2.0\","
      "\"authorization_endpoint\":\"%s/" TENANT_ID "/oauth2/v2.0/authorize\","
      "\"device_authorization_endpoint\":\"%s/" TENANT_ID "/oauth2/v2.0/devicecode\","
      "\"claims_supported\":[\"sub\",\"iss\",\"aud\",\"exp\",\"iat\",\"name\",\"oid\",\"tid\","
      "\"preferred_username\"],"
      "\"tenant_region_scope\":\"EU\",\"cloud_instance_name\":\"microsoftonline.com\","
      "\"msgraph_host\":\"%s\"}",
      url, url, url, url, url, strstr(url, "://") + 3);
}

static void
get_instance(Call *call)
{
  const char *url = call->sim->url, *host = strstr(url, "://") + 3;
  g_autofree char *own = call->host ? g_strdup(call->host) : g_strdup(host);
  GString *out = call_begin(call, 200);

  g_string_append_printf(out,
                         "{\"tenant_discovery_endpoint\":\"%s/" TENANT_ID
                         "/v2.0/.well-known/openid-configuration\",\"api-version\":\"1.1\","
                         "\"metadata\":[{\"preferred_network\":\"%s\",\"preferred_cache\":\"%s\","
                         "\"aliases\":[\"%s\"]}]}",
                         url, own, own, own);
}

static void
get_keys(Call *call)
{
  g_string_append(call_begin(call, 200), "{\"keys\":[]}");
}

static const struct {
  const char *method, *tail;
  void (*handler)(Call *call);
} pages[] = {
    {"POST", "oauth2/v2.0/token", post_token},
    {"POST", "oauth2/v2.0/devicecode", post_device},
    {"GET", "v2.0/.well-known/openid-configuration", get_openid},
    {"GET", ".well-known/openid-configuration", get_openid},
    {"GET", "discovery/v2.0/keys", get_keys},
    {"GET", "discovery/instance", get_instance},
};

gboolean
login_dispatch(Call *call)
{
  const char *tail = *call->path ? strchr(call->path + 1, '/') : NULL;

  if (strcmp(call->path, "/devicelogin") == 0) {
    call->pattern = call->path;
    get_device_page(call);
    return TRUE;
  }
  for (guint i = 0; tail && i < G_N_ELEMENTS(pages); i++) {
    if (strcmp(tail + 1, pages[i].tail) != 0)
      continue;
    call->pattern = pages[i].tail;
    call->args[0] = g_ptr_array_index(call->segments, 0);
    if (strcmp(pages[i].method, call->method) != 0)
      login_error(call, "invalid_request", 900561, "The endpoint only accepts %s requests.",
                  pages[i].method);
    else if (!is_our_tenant(call->args[0]) && !is_shared_tenant(call->args[0]))
      login_error(call, "invalid_request", 90002,
                  "Tenant '%s' not found. Check to make sure you have the correct tenant ID.",
                  call->args[0]);
    else
      pages[i].handler(call);
    return TRUE;
  }
  return FALSE;
}
