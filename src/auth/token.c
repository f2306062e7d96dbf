/* The token source: keeps the access token, lets one thread fetch a new one
 * while the others wait for it, and keeps the newest refresh token. How a token
 * is fetched is in token-app.c and token-refresh.c, the device code flow in
 * token-device.c; what the endpoint says is read in token-answer.c. */
#include "auth/token-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

#define EARLY (5 * 60)

/* In the order of SignInKind. */
static const struct {
  const char *name, *keeps;
  gboolean (*fetch)(TokenSource *source, TokenAnswer *ret_answer, GCancellable *cancellable,
                    GError **error);
} kinds[] = {
    {"device-code", "refresh-token", token_fetch_refresh},
    {"client-secret", "client-secret", token_fetch_app},
    {"client-certificate", "certificate-passphrase", token_fetch_app},
    {"federated-token", NULL, token_fetch_app},
};
G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == SIGN_IN_N);

const char *
sign_in_kind_name(SignInKind kind)
{
  return kinds[kind].name;
}

gboolean
sign_in_kind_parse(const char *name, SignInKind *ret_kind)
{
  for (guint i = 0; i < SIGN_IN_N; i++)
    if (strcmp(kinds[i].name, name) == 0) {
      *ret_kind = (SignInKind)i;
      return TRUE;
    }
  return FALSE;
}

const char *
sign_in_kind_keeps(SignInKind kind)
{
  return kinds[kind].keeps;
}

static char *
without_slash(const char *url)
{
  char *copy = g_strdup(url);
  for (gsize length = strlen(copy); length && copy[length - 1] == '/'; length--)
    copy[length - 1] = '\0';
  return copy;
}

TokenSource *
token_source_new(const TokenOptions *options)
{
  TokenSource *source = g_new0(TokenSource, 1);
  source->kind = options->kind;
  source->login_url = without_slash(options->login_url);
  source->graph_url = without_slash(options->graph_url);
  source->tenant = g_strdup(options->tenant);
  source->client_id = g_strdup(options->client_id);
  source->certificate = g_strdup(options->certificate);
  source->certificate_key = g_strdup(options->certificate_key);
  source->algorithm = options->algorithm;
  source->token_file = g_strdup(options->token_file);
  source->language = g_strdup(options->language);
  source->lock_file = g_strdup(options->lock_file);
  source->credentials = options->credentials;
  source->http = options->http;
  source->throttle = throttle_new(1);
  source->second_ms = 1000;
  g_mutex_init(&source->lock);
  g_cond_init(&source->changed);
  return source;
}

static void
drop_access(TokenSource *source)
{
  g_clear_pointer(&source->access, secret_unref);
  g_clear_pointer(&source->granted, g_free);
  g_clear_pointer(&source->met, g_free);
  source->expires = source->renew_at = 0;
}

void
token_source_free(TokenSource *source)
{
  if (!source)
    return;
  drop_access(source);
  g_clear_pointer(&source->refresh, secret_unref);
  g_clear_error(&source->failed);
  throttle_unref(source->throttle);
  g_mutex_clear(&source->lock);
  g_cond_clear(&source->changed);
  g_free(source->login_url);
  g_free(source->graph_url);
  g_free(source->tenant);
  g_free(source->client_id);
  g_free(source->certificate);
  g_free(source->certificate_key);
  g_free(source->token_file);
  g_free(source->language);
  g_free(source->lock_file);
  g_free(source->challenge);
  g_free(source);
}

void
token_source_take(TokenSource *source, TokenAnswer *answer)
{
  g_mutex_lock(&source->lock);
  drop_access(source);
  source->access = g_steal_pointer(&answer->access);
  source->granted = g_steal_pointer(&answer->granted);
  source->expires = clock_now() + answer->life;
  source->renew_at = source->expires - MIN(EARLY, answer->life / 2);
  if (answer->refresh) {
    g_clear_pointer(&source->refresh, secret_unref);
    source->refresh = g_steal_pointer(&answer->refresh);
    source->unsaved = answer->unsaved;
  }
  /* Another challenge may have come meanwhile: then that one is still to be met. */
  if (g_strcmp0(source->challenge, answer->met) == 0)
    g_clear_pointer(&source->challenge, g_free);
  source->met = g_steal_pointer(&answer->met);
  g_mutex_unlock(&source->lock);
}

/* Without the lock: whoever set `fetching` is alone here. */
static gboolean
fetch(TokenSource *source, GCancellable *cancellable, GError **error)
{
  g_auto(TokenAnswer) answer = {0};
  gboolean ok = kinds[source->kind].fetch(source, &answer, cancellable, error);
  secret_wipe_stack();
  if (ok)
    token_source_take(source, &answer);
  return ok;
}

static void
wake(GCancellable *cancellable, gpointer data)
{
  TokenSource *source = data;
  g_mutex_lock(&source->lock);
  g_cond_broadcast(&source->changed);
  g_mutex_unlock(&source->lock);
}

/* Called with the lock: waits for the fetch of another thread. FALSE when that failed
 * or we were cancelled. */
static gboolean
wait_for_other(TokenSource *source, GCancellable *cancellable, GError **error)
{
  guint round = source->rounds;
  while (source->rounds == round && !g_cancellable_is_cancelled(cancellable))
    g_cond_wait(&source->changed, &source->lock);
  if (g_cancellable_is_cancelled(cancellable)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
    return FALSE;
  }
  /* That the other one was cancelled is its own affair: we go on. */
  if (!source->failed || g_error_matches(source->failed, USHER_ERROR, USHER_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error(error, g_error_copy(source->failed));
  return FALSE;
}

/* Called with the lock: fetches without it. */
static gboolean
fetch_alone(TokenSource *source, GCancellable *cancellable, GError **error)
{
  source->fetching = TRUE;
  g_mutex_unlock(&source->lock);
  g_autoptr(GError) failure = NULL;
  gboolean ok = fetch(source, cancellable, &failure);
  g_mutex_lock(&source->lock);
  source->fetching = FALSE;
  source->rounds++;
  g_clear_error(&source->failed);
  source->failed = failure ? g_error_copy(failure) : NULL;
  g_cond_broadcast(&source->changed);
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  return ok;
}

Secret *
token_source_get(TokenSource *source, const Secret *refused, GCancellable *cancellable,
                 GError **error)
{
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), source, NULL) : 0;
  g_mutex_lock(&source->lock);
  if (refused && source->access && secret_equal(source->access, refused))
    drop_access(source);
  gboolean ok = TRUE;
  /* A fetch that was under way when a challenge came does not meet it. */
  while (ok && !(source->access && clock_now() < source->renew_at && !source->challenge))
    ok = source->fetching ? wait_for_other(source, cancellable, error)
                          : fetch_alone(source, cancellable, error);
  Secret *access = ok ? secret_ref(source->access) : NULL;
  g_mutex_unlock(&source->lock);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  return access;
}

gboolean
token_source_challenge(TokenSource *source, const Secret *refused, const char *www_authenticate,
                       GError **error)
{
  g_autofree char *challenge = token_challenge_parse(www_authenticate);
  if (!challenge)
    return TRUE;
  g_mutex_lock(&source->lock);
  gboolean ours = source->access && secret_equal(source->access, refused);
  gboolean in_vain = ours && g_strcmp0(source->met, challenge) == 0;
  if (ours && !in_vain) {
    drop_access(source);
    g_free(source->challenge);
    source->challenge = g_steal_pointer(&challenge);
  }
  g_mutex_unlock(&source->lock);
  if (in_vain)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_SIGN_IN,
                        _("The tenant refuses the token although it was renewed as it demanded "
                          "(continuous access evaluation). Sign in again with 'usher login'; if "
                          "that does not help, a policy of the tenant stands against it."));
  return !in_vain;
}

void
token_source_drop(TokenSource *source)
{
  g_mutex_lock(&source->lock);
  drop_access(source);
  g_clear_pointer(&source->refresh, secret_unref);
  source->unsaved = FALSE;
  g_mutex_unlock(&source->lock);
}

char *
token_source_granted(TokenSource *source)
{
  g_mutex_lock(&source->lock);
  char *granted = g_strdup(source->granted);
  g_mutex_unlock(&source->lock);
  return granted;
}

gint64
token_source_expires(TokenSource *source)
{
  g_mutex_lock(&source->lock);
  gint64 expires = source->expires;
  g_mutex_unlock(&source->lock);
  return expires;
}
