/* Tokens are stateless: claims signed with a key that follows from the seed, so
 * that they stay valid over a restart. Real clients take them as opaque. */
#include "sim/tokens.h"

#include <string.h>

#include "sim/out.h"
#include "sim/pack.h"
#include "sim/signin.h"
#include "sim/tenant.h"

#define REFRESH_SECONDS (90 * 86400)
#define ALL_READING                                                                                \
  "User.Read.All GroupMember.Read.All Group.Read.All LicenseAssignment.Read.All "                  \
  "Organization.Read.All Domain.Read.All"
#define ALL_WRITING                                                                                \
  " Directory.Read.All Directory.ReadWrite.All AuditLog.Read.All User.ReadWrite.All "              \
  "User.Invite.All User.EnableDisableAccount.All User.ManageIdentities.All "                       \
  "User-Mail.ReadWrite.All "                                                                       \
  "User.RevokeSessions.All User-PasswordProfile.ReadWrite.All User-LifeCycleInfo.Read.All "        \
  "User-LifeCycleInfo.ReadWrite.All UserAuthMethod-TAP.ReadWrite.All "                             \
  "UserAuthenticationMethod.ReadWrite.All GroupMember.ReadWrite.All Group.ReadWrite.All "          \
  "LicenseAssignment.ReadWrite.All RoleManagement.Read.Directory Mail.Send"

static const App apps[] = {
    {TOKENS_CLIENT_ALL, "usher (all permissions)", FALSE, ALL_READING ALL_WRITING},
    {TOKENS_CLIENT_READER, "usher (read only)", FALSE, ALL_READING},
    {TOKENS_CLIENT_NONE, "nothing consented", FALSE, NULL},
    {TOKENS_CLIENT_DEVICE, "usher (device code)", TRUE,
     "User.Read User.ReadBasic.All User.ReadWrite Directory.AccessAsUser.All " ALL_READING
         ALL_WRITING},
};

const App *
tokens_app(const char *client_id)
{
  for (guint i = 0; i < G_N_ELEMENTS(apps); i++)
    if (g_ascii_strcasecmp(apps[i].id, client_id) == 0)
      return &apps[i];
  return NULL;
}

static void
append_base64(GString *out, const guint8 *bytes, gsize length)
{
  g_autofree char *text = g_base64_encode(bytes, length);

  for (char *at = text; *at && *at != '='; at++)
    g_string_append_c(out, *at == '+' ? '-' : *at == '/' ? '_' : *at);
}

static char *
sign(const Sim *sim, GString *token)
{
  guint8 digest[32];
  gsize length = sizeof digest;
  GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, sim->key, sizeof sim->key);

  g_hmac_update(hmac, (const guint8 *)token->str, (gssize)token->len);
  g_hmac_get_digest(hmac, digest, &length);
  g_hmac_unref(hmac);
  g_string_append_c(token, '.');
  append_base64(token, digest, length);
  return g_string_free(token, FALSE);
}

static char *
seal(const Sim *sim, const char *payload)
{
  static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"usher-sim\"}";
  GString *token = g_string_new(NULL);

  append_base64(token, (const guint8 *)head, sizeof head - 1);
  g_string_append_c(token, '.');
  append_base64(token, (const guint8 *)payload, strlen(payload));
  return sign(sim, token);
}

static void
append_user(GString *out, const Tenant *tenant, guint32 slot)
{
  const User *user = tenant_user(tenant, slot);
  char id[37];
  gsize length = 0;

  tenant_format_id(user->id, id);
  out_pair(out, "oid", id);
  out_pair(out, "sub", id);
  const char *text = pack_get(tenant, user, UF_DISPLAY_NAME, &length);
  out_key(out, "name");
  out_string(out, text, (gssize)length);
  text = pack_get(tenant, user, UF_USER_PRINCIPAL_NAME, &length);
  out_key(out, "upn");
  out_string(out, text, (gssize)length);
  out_key(out, "preferred_username");
  out_string(out, text, (gssize)length);
}

static GString *
begin(const Sim *sim, const char *audience, const char *issuer, gint64 now, int lifetime)
{
  GString *out = g_string_new("{");

  out_pair(out, "aud", audience);
  out_pair(out, "iss", issuer);
  out_pair_int(out, "iat", now);
  out_pair_int(out, "nbf", now);
  out_pair_int(out, "exp", now + lifetime);
  out_pair(out, "tid", TENANT_ID);
  return out;
}

static void
append_fresh(Sim *sim, GString *out)
{
  char id[37];

  sim_fresh_id(sim, id);
  out_pair(out, "uti", id);
}

static char *
finish(const Sim *sim, GString *out)
{
  g_string_append_c(out, '}');
  char *token = seal(sim, out->str);
  g_string_free(out, TRUE);
  return token;
}

/* roles as an array, as apps get them. */
static void
append_roles(GString *out, const char *granted)
{
  g_auto(GStrv) roles = g_strsplit(granted, " ", -1);

  out_key(out, "roles");
  g_string_append_c(out, '[');
  for (guint i = 0; roles[i]; i++) {
    out_comma(out);
    out_string(out, roles[i], -1);
  }
  g_string_append_c(out, ']');
}

char *
tokens_access(Sim *sim, const App *app, guint32 user, const char *granted, const char *audience,
              const char *more, gint64 now, int lifetime)
{
  GString *out = begin(sim, audience, "https://sts.windows.net/" TENANT_ID "/", now, lifetime);

  out_pair(out, "ver", "1.0");
  out_pair(out, "appid", app->id);
  out_pair(out, "app_displayname", app->name);
  out_pair(out, "appidacr", app->public_client ? "0" : "1");
  out_pair(out, "idtyp", user == NONE ? "app" : "user");
  if (user != NONE) {
    append_user(out, sim->tenant, user);
    out_pair(out, "scp", granted);
  } else {
    out_pair(out, "oid", app->id);
    out_pair(out, "sub", app->id);
    if (granted)
      append_roles(out, granted);
  }
  g_string_append(out, more);
  append_fresh(sim, out);
  return finish(sim, out);
}

char *
tokens_refresh(Sim *sim, const App *app, guint32 user, const char *scopes, gint64 now)
{
  GString *out = begin(sim, "refresh", "usher-sim", now, REFRESH_SECONDS);

  out_pair(out, "appid", app->id);
  append_user(out, sim->tenant, user);
  out_pair(out, "scp", scopes);
  append_fresh(sim, out);
  return finish(sim, out);
}

char *
tokens_identity(Sim *sim, const App *app, guint32 user, gint64 now, int lifetime)
{
  g_autofree char *issuer = g_strdup_printf("%s/%s/v2.0", sim->url, TENANT_ID);
  GString *out = begin(sim, app->id, issuer, now, lifetime);

  out_pair(out, "ver", "2.0");
  append_user(out, sim->tenant, user);
  append_fresh(sim, out);
  return finish(sim, out);
}

guchar *
tokens_decode(const char *text, gsize length, gsize *ret_length)
{
  GString *padded = g_string_new_len(text, (gssize)length);

  for (gsize i = 0; i < padded->len; i++)
    padded->str[i] = padded->str[i] == '-' ? '+' : padded->str[i] == '_' ? '/' : padded->str[i];
  while (padded->len % 4)
    g_string_append_c(padded, '=');
  guchar *bytes = g_base64_decode(padded->str, ret_length);
  g_string_free(padded, TRUE);
  return bytes;
}

cJSON *
tokens_open(const Sim *sim, const char *token)
{
  const char *first = strchr(token, '.'), *last = strrchr(token, '.');
  gsize length;

  if (!first || first == last)
    return NULL;
  g_autofree char *expected = sign(sim, g_string_new_len(token, last - token));
  if (strcmp(expected, token) != 0)
    return NULL;
  g_autofree guchar *payload = tokens_decode(first + 1, (gsize)(last - first - 1), &length);
  return cJSON_ParseWithLength((const char *)payload, length);
}

static const char *
claim(const cJSON *claims, const char *name)
{
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(claims, name));
}

static gboolean
refuse(Call *call, const char *message)
{
  call_error(call, 401, "InvalidAuthenticationToken", "%s", message);
  call_header(call, "WWW-Authenticate",
              "Bearer realm=\"\", authorization_uri=\"%s/common/oauth2/v2.0/authorize\", "
              "client_id=\"00000003-0000-0000-c000-000000000000\"",
              call->sim->url);
  return FALSE;
}

static void
take_claims(Call *call, const cJSON *claims)
{
  const cJSON *roles = cJSON_GetObjectItemCaseSensitive(claims, "roles"), *role;
  const char *kind = claim(claims, "idtyp");

  call->claims.app = g_strdup(claim(claims, "appid"));
  if (g_strcmp0(kind, "user") == 0) {
    call->claims.user = g_strdup(claim(claims, "oid"));
    call->claims.granted = g_strdup(claim(claims, "scp"));
    return;
  }
  GString *granted = g_string_new(NULL);
  cJSON_ArrayForEach(role, roles)
      g_string_append_printf(granted, "%s%s", granted->len ? " " : "", role->valuestring);
  call->claims.granted = g_string_free(granted, FALSE);
}

/* The account may have been disabled or removed since. */
static gboolean
check_person(Call *call)
{
  if (!call->claims.user)
    return TRUE;
  guint32 slot = tenant_find_user(call->sim->tenant, call->claims.user);
  if (slot != NONE && tenant_user(call->sim->tenant, slot)->flags & USER_ENABLED)
    return TRUE;
  return refuse(call, "Continuous access evaluation resulted in challenge: the user account is "
                      "disabled or was deleted.");
}

gboolean
tokens_check(Call *call)
{
  const char *header = call->authorization;

  if (call->in_batch && call->claims.app)
    return TRUE;
  if (!header || !*header)
    return refuse(call, "Access token is empty.");
  if (g_ascii_strncasecmp(header, "Bearer ", 7) != 0)
    return refuse(call, "Access token validation failure. Invalid scheme.");
  cJSON *claims = tokens_open(call->sim, header + 7);
  if (!claims || !claim(claims, "idtyp")) {
    cJSON_Delete(claims);
    return refuse(call, "IDX14100: JWT is not well formed, or its signature is invalid.");
  }
  double end = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(claims, "exp"));
  if (end * 1000 <= (double)call->now) {
    cJSON_Delete(claims);
    return refuse(call, "Lifetime validation failed, the token is expired.");
  }
  take_claims(call, claims);
  gboolean fresh = signin_check_challenge(call, claims);
  cJSON_Delete(claims);
  return fresh && check_person(call);
}
