/* The language of the token endpoint: forms out, tokens and errors in.
 * Contract 2. AADSTS numbers and descriptions are shown, never decided on; what
 * the numbers mean is in token-refusals.c. */
#include "auth/token-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include "net/retry.h"
#include "net/url.h"
#include <string.h>

#define PATIENCE    60
#define LIFE_UNTOLD 300
#define LIFE_MAX    (48 * 60 * 60)
#define TOKEN_MAX   (128 * 1024)

/* The values of `error` that mean something to us. */
static const struct {
  const char *error;
  UsherErrorCode code;
  const char *message;
} token_errors[] = {
    {"invalid_grant", USHER_ERROR_SIGN_IN,
     N_("The sign-in has ended or was revoked. Sign in again with 'usher login'")},
    {"interaction_required", USHER_ERROR_SIGN_IN,
     N_("The tenant wants you to sign in again. Run 'usher login'")},
    {"invalid_client", USHER_ERROR_SIGN_IN,
     N_("The app registration's client secret was refused. Store the current one with 'usher "
        "login'")},
    {"unauthorized_client", USHER_ERROR_SIGN_IN,
     N_("The app registration may not sign in this way. Check client_id, tenant and sign_in")},
    {"invalid_request", USHER_ERROR_SIGN_IN,
     N_("The sign-in request was refused. Check client_id, tenant and sign_in")},
    {"unsupported_grant_type", USHER_ERROR_SIGN_IN,
     N_("The sign-in service does not offer this way to sign in. Check login_url")},
    {"invalid_scope", USHER_ERROR_SIGN_IN,
     N_("The sign-in service does not know the resource. Check graph_url")},
    {"invalid_resource", USHER_ERROR_SIGN_IN,
     N_("The sign-in service does not know the resource. Check graph_url")},
    {"authorization_declined", USHER_ERROR_SIGN_IN, N_("The sign-in was declined")},
    {"access_denied", USHER_ERROR_SIGN_IN, N_("The sign-in was declined")},
    {"expired_token", USHER_ERROR_SIGN_IN,
     N_("The code was not used in time. Run 'usher login' again")},
    {"bad_verification_code", USHER_ERROR_SIGN_IN,
     N_("The sign-in service does not know the code any more. Run 'usher login' again")},
    {"authorization_pending", USHER_ERROR_SIGN_IN, N_("The code has not been entered yet")},
    {"slow_down", USHER_ERROR_SIGN_IN, N_("The sign-in service asks to be polled less often")},
    {"temporarily_unavailable", USHER_ERROR_THROTTLED,
     N_("The sign-in service is busy. Try again later")},
};

void
token_answer_clear(TokenAnswer *answer)
{
  g_clear_pointer(&answer->access, secret_unref);
  g_clear_pointer(&answer->refresh, secret_unref);
  g_clear_pointer(&answer->granted, g_free);
  g_clear_pointer(&answer->met, g_free);
}

static char *
encode(char *out, const char *text)
{
  for (; *text; text++)
    if (g_ascii_isalnum(*text) || strchr("-._~", *text))
      *out++ = *text;
    else {
      *out++ = '%';
      *out++ = "0123456789ABCDEF"[(guchar)*text >> 4];
      *out++ = "0123456789ABCDEF"[(guchar)*text & 15];
    }
  return out;
}

char *
token_form(const char *name, ...)
{
  /* One block of the right size: growing would leave copies behind. */
  va_list pairs;
  gsize size = 1;
  va_start(pairs, name);
  for (const char *n = name; n; n = va_arg(pairs, const char *)) {
    const char *value = va_arg(pairs, const char *);
    size += strlen(n) + 2 + (value ? 3 * strlen(value) : 0);
  }
  va_end(pairs);
  char *form = g_malloc0(size), *out = form;
  va_start(pairs, name);
  for (const char *n = name; n; n = va_arg(pairs, const char *)) {
    const char *value = va_arg(pairs, const char *);
    if (!value)
      continue;
    if (out > form)
      *out++ = '&';
    out = g_stpcpy(out, n);
    *out++ = '=';
    out = encode(out, value);
  }
  va_end(pairs);
  return form;
}

char *
token_delegated_scope(const TokenSource *source)
{
  return g_strdup_printf("%s/.default offline_access", source->graph_url);
}

/* The trees hold tokens. */
static void
wipe_tree(cJSON *item)
{
  for (; item; item = item->next) {
    if (item->valuestring)
      secret_wipe(item->valuestring, strlen(item->valuestring));
    wipe_tree(item->child);
  }
}

static void
free_tree(cJSON *tree)
{
  wipe_tree(tree);
  cJSON_Delete(tree);
}

/* The AADSTS number, from the list or from the description. */
static gint64
aadsts_number(const cJSON *tree)
{
  const cJSON *codes = json_array(tree, "error_codes");
  if (codes && cJSON_IsNumber(codes->child))
    return (gint64)CLAMP(codes->child->valuedouble, 0, 1e9);
  const char *description = json_string(tree, "error_description");
  const char *at = description ? strstr(description, "AADSTS") : NULL;
  return at ? g_ascii_strtoll(at + 6, NULL, 10) : 0;
}

/* A known number says more than the `error` that many of them share; what it says of signing in
 * again may even be wrong for them. */
static char *
refusal_text(const char *host, const char *name, UsherErrorCode code, gint64 number,
             const char *usual)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GString) known = g_string_new(NULL);
  if (token_refusal_append(known, number))
    g_string_append_printf(text, _("The sign-in was refused: %s"), known->str);
  else if (usual)
    g_string_append_printf(text, "%s%s", usual, known->str);
  else if (code == USHER_ERROR_THROTTLED)
    g_string_append_printf(text, _("The sign-in service %s is busy. Try again later"), host);
  else {
    g_string_append_printf(text, _("The sign-in service %s refused: %s"), host,
                           name ? name : _("no reason was given"));
    g_string_append(text, known->str);
  }
  return g_utf8_make_valid(text->str, (gssize)text->len);
}

/* An error of the endpoint in our terms. */
static GError *
error_from(const HttpResponse *response, const char *host)
{
  cJSON *tree = cJSON_ParseWithLength(response->body, response->length);
  const char *name = json_string(tree, "error"), *usual = NULL;
  UsherErrorCode code = response->status == 429 || response->status == 503 ? USHER_ERROR_THROTTLED
                        : response->status >= 500                          ? USHER_ERROR_SERVICE
                                                                           : USHER_ERROR_SIGN_IN;
  for (gsize i = 0; name && i < G_N_ELEMENTS(token_errors) && !usual; i++)
    if (strcmp(name, token_errors[i].error) == 0) {
      code = token_errors[i].code;
      usual = _(token_errors[i].message);
    }
  g_autofree char *text = refusal_text(host, name, code, tree ? aadsts_number(tree) : 0, usual);
  GError *error = g_error_new(USHER_ERROR, code, "%s.", text);
  const char *id = json_string(tree, "correlation_id");
  error_set_service(error, response->status, name, id ? id : json_string(tree, "trace_id"),
                    retry_after(response));
  free_tree(tree);
  return error;
}

char *
token_endpoint(const TokenSource *source, const char *endpoint)
{
  g_autofree char *tenant = url_encode(source->tenant);
  return g_strdup_printf("%s/%s/oauth2/v2.0/%s", source->login_url, tenant, endpoint);
}

HttpResponse *
token_post(TokenSource *source, const char *endpoint, const char *form, GCancellable *cancellable,
           GError **error)
{
  g_autofree char *url = token_endpoint(source, endpoint);
  g_autoptr(GPtrArray) headers = g_ptr_array_new();
  g_ptr_array_add(headers, (gpointer) "Content-Type: application/x-www-form-urlencoded");
  g_ptr_array_add(headers, (gpointer) "Accept: application/json");
  HttpRequest request = {
      .method = "POST", .url = url, .headers = headers, .body = form, .body_length = -1};
  RetryPolicy policy = {.patience = PATIENCE, .harmless = TRUE};
  g_autoptr(HttpResponse) response =
      retry_send(source->http, source->throttle, &request, &policy, NULL, cancellable, error);
  if (!response || response->status == 200)
    return g_steal_pointer(&response);
  g_autofree char *host = url_host(source->login_url);
  g_propagate_error(error, error_from(response, host));
  return NULL;
}

gboolean
token_request(TokenSource *source, char *form, TokenAnswer *ret_answer, GCancellable *cancellable,
              GError **error)
{
  g_autoptr(HttpResponse) response = token_post(source, "token", form, cancellable, error);
  secret_free_string(form);
  return response && token_answer_parse(response, ret_answer, error);
}

/* A token goes into a header: anything but visible ASCII would be an attack. */
gboolean
token_is_clean(const char *token)
{
  gsize length = 0;
  if (!token)
    return FALSE;
  for (; token[length]; length++)
    if (token[length] <= ' ' || token[length] >= 0x7f || length > TOKEN_MAX)
      return FALSE;
  return length > 0;
}

static gint64
read_life(const cJSON *tree)
{
  const char *text = json_string(tree, "expires_in");
  gint64 life = text ? g_ascii_strtoll(text, NULL, 10) : json_int(tree, "expires_in", LIFE_UNTOLD);
  return CLAMP(life, 1, LIFE_MAX);
}

/* The claims of a token, which are its middle third; no copy of that stays behind. The caller
 * owns the tree; NULL: it has none. */
static cJSON *
claims_of(const char *token)
{
  const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;
  if (!second || strchr(second + 1, '.'))
    return NULL;
  gsize length = (gsize)(second - first - 1), padding = (4 - length % 4) % 4;
  char *text = g_malloc(length + padding + 1);
  memcpy(text, first + 1, length);
  memcpy(text + length, "===", padding);
  text[length + padding] = '\0';
  g_strdelimit(g_strdelimit(text, "-", '+'), "_", '/');
  gsize decoded = 0;
  char *claims = (char *)g_base64_decode(text, &decoded);
  cJSON *tree = cJSON_ParseWithLength(claims, decoded);
  secret_free_string(text);
  secret_wipe(claims, decoded);
  g_free(claims);
  return tree;
}

/* What an app-only token grants stands in the token alone: "roles" of its claims.
 * Only shown; anything unexpected gives NULL. */
static char *
granted_by_claims(const char *token)
{
  g_autoptr(cJSON) tree = claims_of(token);
  const cJSON *role, *roles = json_array(tree, "roles");
  if (json_string(tree, "scp"))
    return g_strdup(json_string(tree, "scp"));
  /* An application to which nothing was consented has no roles at all. */
  if (!roles)
    return json_string(tree, "appid") ? g_strdup("") : NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  cJSON_ArrayForEach(role, roles) if (cJSON_IsString(role))
      g_string_append_printf(text, "%s%s", text->len ? " " : "", role->valuestring);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
token_answer_parse(const HttpResponse *response, TokenAnswer *ret_answer, GError **error)
{
  cJSON *tree = json_parse(response->body, response->length, _("Sign-in answer"), error);
  if (!tree)
    return FALSE;
  const char *type = json_string(tree, "token_type"), *access = json_string(tree, "access_token");
  const char *refresh = json_string(tree, "refresh_token"), *scope = json_string(tree, "scope");
  gboolean ok = type && g_ascii_strcasecmp(type, "Bearer") == 0 && token_is_clean(access) &&
                (!refresh || token_is_clean(refresh));
  if (ok) {
    ret_answer->access = secret_new(access, -1);
    ret_answer->refresh = refresh ? secret_new(refresh, -1) : NULL;
    ret_answer->life = read_life(tree);
    ret_answer->granted = scope && *scope ? g_strdup(scope) : granted_by_claims(access);
  } else
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                        _("The sign-in service answered without a usable token."));
  free_tree(tree);
  return ok;
}
