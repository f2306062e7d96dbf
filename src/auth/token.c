/* The token source: keeps the access token, lets one thread fetch a new one
 * while the others wait for it, and keeps the newest refresh token. What the
 * endpoint says is read in token-answer.c, the device code flow is in
 * token-device.c. */
#include "auth/token-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

#define EARLY (5 * 60)

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
  }
  g_mutex_unlock(&source->lock);
}

/* A missing secret is a missing sign-in; a silent keyring stays what it is. */
static Secret *
load(TokenSource *source, const char *name, const char *missing, GCancellable *cancellable,
     GError **error)
{
  g_autoptr(GError) failure = NULL;
  Secret *secret = credentials_load(source->credentials, name, cancellable, &failure);
  if (secret)
    return secret;
  if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    g_set_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN, "%s %s", failure->message, missing);
  else
    g_propagate_error(error, g_steal_pointer(&failure));
  return NULL;
}

static gboolean
post_and_parse(TokenSource *source, char *form, TokenAnswer *ret_answer, GCancellable *cancellable,
               GError **error)
{
  g_autoptr(HttpResponse) response = token_post(source, "token", form, cancellable, error);
  secret_free_string(form);
  return response && token_answer_parse(response, ret_answer, error);
}

static gboolean
fetch_with_secret(TokenSource *source, TokenAnswer *ret_answer, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr(Secret) secret =
      load(source, "client-secret", _("Store the app registration's secret with 'usher login'."),
           cancellable, error);
  if (!secret)
    return FALSE;
  g_autofree char *scope = g_strdup_printf("%s/.default", source->graph_url);
  char *form = token_form("grant_type", "client_credentials", "client_id", source->client_id,
                          "scope", scope, "client_secret", secret_peek(secret), NULL);
  return post_and_parse(source, form, ret_answer, cancellable, error);
}

static gboolean
redeem(TokenSource *source, const Secret *refresh, TokenAnswer *ret_answer,
       GCancellable *cancellable, GError **error)
{
  g_autofree char *scope = token_delegated_scope(source);
  char *form = token_form("grant_type", "refresh_token", "client_id", source->client_id, "scope",
                          scope, "refresh_token", secret_peek(refresh), NULL);
  return post_and_parse(source, form, ret_answer, cancellable, error);
}

/* The refresh token that this run knows, else the stored one. */
static Secret *
current_refresh(TokenSource *source, GCancellable *cancellable, GError **error)
{
  g_mutex_lock(&source->lock);
  Secret *refresh = source->refresh ? secret_ref(source->refresh) : NULL;
  g_mutex_unlock(&source->lock);
  return refresh
             ? refresh
             : load(source, "refresh-token", _("Sign in with 'usher login'."), cancellable, error);
}

static gboolean
fetch_with_refresh(TokenSource *source, TokenAnswer *ret_answer, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr(Secret) refresh = current_refresh(source, cancellable, error);
  if (!refresh)
    return FALSE;
  g_autoptr(GError) failure = NULL;
  gboolean ok = redeem(source, refresh, ret_answer, cancellable, &failure);
  if (!ok && g_strcmp0(error_service_code(failure), "invalid_grant") == 0) {
    /* Somebody may have signed in again beside us: the stored one may be newer. */
    g_autoptr(Secret) stored =
        credentials_load(source->credentials, "refresh-token", cancellable, NULL);
    if (stored && !secret_equal(stored, refresh)) {
      g_clear_error(&failure);
      ok = redeem(source, stored, ret_answer, cancellable, &failure);
    }
  }
  if (!ok) {
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  /* Every use brings a new one. Saved before ours is forgotten; where it cannot be
   * saved, the old one, which use does not revoke, stays where it is. */
  g_autoptr(GError) unsaved = NULL;
  if (ret_answer->refresh && credentials_can_save(source->credentials) &&
      !credentials_save(source->credentials, "refresh-token", ret_answer->refresh, cancellable,
                        &unsaved))
    g_info("the new refresh token was not saved: %s", unsaved->message);
  return TRUE;
}

/* Without the lock: whoever set `fetching` is alone here. */
static gboolean
fetch(TokenSource *source, GCancellable *cancellable, GError **error)
{
  g_auto(TokenAnswer) answer = {0};
  gboolean ok = source->kind == SIGN_IN_CLIENT_SECRET
                    ? fetch_with_secret(source, &answer, cancellable, error)
                    : fetch_with_refresh(source, &answer, cancellable, error);
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
  while (ok && !(source->access && clock_now() < source->renew_at))
    ok = source->fetching ? wait_for_other(source, cancellable, error)
                          : fetch_alone(source, cancellable, error);
  Secret *access = ok ? secret_ref(source->access) : NULL;
  g_mutex_unlock(&source->lock);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  return access;
}

void
token_source_drop(TokenSource *source)
{
  g_mutex_lock(&source->lock);
  drop_access(source);
  g_clear_pointer(&source->refresh, secret_unref);
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
