/* The device code flow: asks for a code, lets the front end show it, polls
 * until the person is done. Contract 2.1; RFC 8628 for slow_down and for what to
 * do when polling itself fails. */
#include "auth/token-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include "net/retry.h"
#include "net/url.h"
#include <string.h>

#define INTERVAL_UNTOLD 5
#define INTERVAL_MAX    60
#define SLOWER          5
#define LIFE_MAX        (60 * 60)
#define CODE_MAX        32

typedef struct {
  Secret *device_code;
  cJSON *tree; /* holds the texts that are shown */
  DeviceCode shown;
  gint64 interval;
  gint64 end; /* monotonic */
  char *challenge;
  DeviceCodeShow show;
  gpointer data;
} DeviceFlow;

static void
device_flow_clear(DeviceFlow *flow)
{
  g_clear_pointer(&flow->device_code, secret_unref);
  g_clear_pointer(&flow->tree, cJSON_Delete);
  g_clear_pointer(&flow->challenge, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DeviceFlow, device_flow_clear)

/* What a person is sent to and types: an address that is no web page of another machine's own, a
 * code that is a short word. Nothing of ours goes there but the person. */
static gboolean
check_code(const DeviceFlow *flow, GError **error)
{
  const char *code = flow->shown.user_code, *page = flow->shown.verification_url;
  const char *problem = NULL;
  if (!code || !*code || strlen(code) > CODE_MAX ||
      strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") !=
          strlen(code))
    problem = _("The sign-in service answered without a device code.");
  else if (!page || !url_may_be_sent(page))
    problem = _("The sign-in service sends you to a page that is not https. Do not go there; check "
                "login_url.");
  if (problem)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_PROTOCOL, problem);
  return !problem;
}

static gboolean
read_code(DeviceFlow *flow, const HttpResponse *response, GError **error)
{
  flow->tree = json_parse(response->body, response->length, _("Device code answer"), error);
  if (!flow->tree)
    return FALSE;
  cJSON *code = cJSON_GetObjectItemCaseSensitive(flow->tree, "device_code");
  flow->shown.user_code = json_string(flow->tree, "user_code");
  flow->shown.verification_url = json_string(flow->tree, "verification_uri");
  flow->shown.message = json_string(flow->tree, "message");
  flow->shown.expires_in = CLAMP(json_int(flow->tree, "expires_in", 900), 1, LIFE_MAX);
  flow->interval = CLAMP(json_int(flow->tree, "interval", INTERVAL_UNTOLD), 1, INTERVAL_MAX);
  if (!cJSON_IsString(code) || !code->valuestring[0]) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                        _("The sign-in service answered without a device code."));
    return FALSE;
  }
  flow->device_code = secret_new(code->valuestring, -1);
  secret_wipe(code->valuestring, strlen(code->valuestring));
  return check_code(flow, error);
}

static gboolean
begin(TokenSource *source, DeviceFlow *flow, GCancellable *cancellable, GError **error)
{
  g_autofree char *scope = token_delegated_scope(source);
  g_autofree char *claims = token_claims(source, &flow->challenge);
  g_autofree char *form =
      token_form("client_id", source->client_id, "scope", scope, "claims", claims, NULL);
  g_autofree char *language = source->language ? url_encode(source->language) : NULL;
  g_autofree char *endpoint =
      language ? g_strconcat("devicecode?mkt=", language, NULL) : g_strdup("devicecode");
  g_autoptr(HttpResponse) response = token_post(source, endpoint, form, cancellable, error);
  if (!response || !read_code(flow, response, error))
    return FALSE;
  flow->end = g_get_monotonic_time() + flow->shown.expires_in * source->second_ms * 1000;
  return TRUE;
}

/* One question. TRUE with an answer, or FALSE: then `ret_again` tells whether to go on. */
static gboolean
poll_once(TokenSource *source, DeviceFlow *flow, TokenAnswer *ret_answer, gboolean *ret_again,
          GCancellable *cancellable, GError **error)
{
  *ret_again = FALSE;
  g_autofree char *claims = token_claims(source, NULL);
  char *form = token_form("grant_type", "urn:ietf:params:oauth:grant-type:device_code", "client_id",
                          source->client_id, "claims", claims, "device_code",
                          secret_peek(flow->device_code), NULL);
  g_autoptr(GError) failure = NULL;
  g_autoptr(HttpResponse) response = token_post(source, "token", form, cancellable, &failure);
  secret_free_string(form);
  if (response)
    return token_answer_parse(response, ret_answer, error);
  const char *code = error_service_code(failure);
  if (g_strcmp0(code, "authorization_pending") == 0)
    *ret_again = TRUE;
  else if (g_strcmp0(code, "slow_down") == 0) {
    flow->interval = MIN(flow->interval + SLOWER, INTERVAL_MAX);
    *ret_again = TRUE;
  } else if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_UNREACHABLE) ||
             g_error_matches(failure, USHER_ERROR, USHER_ERROR_THROTTLED) ||
             g_error_matches(failure, USHER_ERROR, USHER_ERROR_SERVICE)) {
    /* The person may be typing the code right now: a lost line, or a service that is out of
     * order for a while, is no reason to stop. */
    flow->interval = MIN(flow->interval * 2, INTERVAL_MAX);
    *ret_again = TRUE;
  } else
    g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

/* The interval, a second at a time, so that the person sees the time run. */
static gboolean
wait_interval(TokenSource *source, DeviceFlow *flow, GCancellable *cancellable, GError **error)
{
  gint64 second = (gint64)source->second_ms * 1000;
  for (gint64 i = 0; i < flow->interval; i++) {
    if (!retry_sleep(source->second_ms, cancellable, error))
      return FALSE;
    flow->shown.again = TRUE;
    flow->shown.expires_in = MAX((flow->end - g_get_monotonic_time() + second - 1) / second, 0);
    flow->show(&flow->shown, flow->data);
  }
  return TRUE;
}

static gboolean
poll_until_done(TokenSource *source, DeviceFlow *flow, TokenAnswer *ret_answer,
                GCancellable *cancellable, GError **error)
{
  gboolean again = TRUE;
  while (again) {
    if (!wait_interval(source, flow, cancellable, error))
      return FALSE;
    if (poll_once(source, flow, ret_answer, &again, cancellable, error))
      return TRUE;
    if (again && g_get_monotonic_time() > flow->end) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_SIGN_IN,
                          _("The code was not used in time. Run 'usher login' again."));
      return FALSE;
    }
  }
  return FALSE;
}

/* Before a person is sent to another screen: is there a place for the result? */
static gboolean
check_place(TokenSource *source, GCancellable *cancellable, GError **error)
{
  if (!credentials_can_save(source->credentials)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("Signing in with a device code needs credentials that can be written, and “%s” "
                  "can only be read. Set credentials = keyring."),
                credentials_kind(source->credentials));
    return FALSE;
  }
  g_autoptr(GError) failure = NULL;
  g_autoptr(Secret) old =
      credentials_load(source->credentials, "refresh-token", cancellable, &failure);
  if (old || g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

/* In turn with those that renew what is stored: the newest sign-in is what stays. */
static gboolean
store_refresh(TokenSource *source, const Secret *refresh, GCancellable *cancellable, GError **error)
{
  int turn;
  if (!token_turn_take(source, &turn, cancellable, error))
    return FALSE;
  gboolean ok = credentials_save(source->credentials, "refresh-token", refresh, cancellable, error);
  token_turn_end(turn);
  return ok;
}

gboolean
token_sign_in_device(TokenSource *source, DeviceCodeShow show, gpointer data,
                     GCancellable *cancellable, GError **error)
{
  g_auto(DeviceFlow) flow = {.show = show, .data = data};
  g_auto(TokenAnswer) answer = {0};
  if (!check_place(source, cancellable, error) || !begin(source, &flow, cancellable, error))
    return FALSE;
  show(&flow.shown, data);
  if (!poll_until_done(source, &flow, &answer, cancellable, error))
    return FALSE;
  if (!answer.refresh) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_SIGN_IN,
                        _("The sign-in service gave no refresh token: the app registration must "
                          "allow offline_access."));
    return FALSE;
  }
  g_autoptr(Secret) refresh = secret_ref(answer.refresh);
  answer.met = g_steal_pointer(&flow.challenge);
  token_source_take(source, &answer);
  return store_refresh(source, refresh, cancellable, error);
}
