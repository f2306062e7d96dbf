/* An app registration's own token: asked for with its secret, with an assertion
 * that its certificate signed, or with a token of another identity provider
 * that a file holds (workload identity). Contract 2.3. */
#include "auth/credentials-private.h"
#include "auth/token-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/retry.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
/* Whoever writes the token file is done with it by then. */
#define FILE_LIMIT (G_TIME_SPAN_SECOND / 2)
#define FILE_LOOK  50

Secret *
token_load(TokenSource *source, const char *name, const char *missing, GCancellable *cancellable,
           GError **error)
{
  g_autoptr(GError) failure = NULL;
  Secret *secret = credentials_load(source->credentials, name, cancellable, &failure);
  if (secret)
    return secret;
  /* A missing secret is a missing sign-in; a silent keyring stays what it is. */
  if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    g_set_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN, "%s %s", failure->message, missing);
  else
    g_propagate_error(error, g_steal_pointer(&failure));
  return NULL;
}

/* The credentials are asked only for a key that is encrypted: without a keyring an unencrypted
 * one still signs in. */
static Certificate *
load_certificate(TokenSource *source, GCancellable *cancellable, GError **error)
{
  gboolean locked = FALSE;
  g_autoptr(GError) failure = NULL;
  Certificate *certificate =
      certificate_load(source->certificate, source->certificate_key, NULL, &locked, &failure);
  if (certificate || !locked) {
    if (failure)
      g_propagate_error(error, g_steal_pointer(&failure));
    return certificate;
  }
  g_autoptr(Secret) passphrase =
      token_load(source, "certificate-passphrase",
                 _("The certificate's key is encrypted: store its passphrase with 'usher login'."),
                 cancellable, error);
  return passphrase ? certificate_load(source->certificate, source->certificate_key, passphrase,
                                       NULL, error)
                    : NULL;
}

/* To be freed with secret_free_string(). */
static char *
assertion_of_certificate(TokenSource *source, GCancellable *cancellable, GError **error)
{
  g_autofree char *audience = token_endpoint(source, "token");
  g_autoptr(Certificate) certificate = load_certificate(source, cancellable, error);
  return certificate ? certificate_assert(certificate, source->algorithm, audience,
                                          source->client_id, clock_now(), error)
                     : NULL;
}

/* To be freed with secret_free_string(). */
static char *
read_token_file(TokenSource *source, GCancellable *cancellable, GError **error)
{
  /* Not to wait for the other end of a pipe that nobody holds. */
  int fd = open(source->token_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, "%s: %s", source->token_file,
                g_strerror(errno));
    return NULL;
  }
  g_autoptr(Secret) token = credentials_read_fd(fd, g_get_monotonic_time() + FILE_LIMIT,
                                                source->token_file, cancellable, error);
  close(fd);
  return token ? g_strstrip(g_strndup(secret_peek(token), secret_length(token))) : NULL;
}

/* Whoever issues it replaces the file before it ends, so nothing of it is kept here. One that
 * is being written at this moment is empty, or not there. */
static char *
assertion_of_file(TokenSource *source, GCancellable *cancellable, GError **error)
{
  gint64 until = g_get_monotonic_time() + FILE_LIMIT;
  for (;;) {
    g_autoptr(GError) failure = NULL;
    char *token = read_token_file(source, cancellable, &failure);
    if (token_is_clean(token))
      return token;
    secret_free_string(token);
    if (g_get_monotonic_time() < until && retry_sleep(FILE_LOOK, cancellable, NULL))
      continue;
    if (failure && !g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND))
      g_set_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN,
                  _("There is no federated token to sign in with: %s"), failure->message);
    else
      g_set_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN,
                  _("What stands in %s is no token. Check token_file."), source->token_file);
    return NULL;
  }
}

/* TRUE if it was replaced since it was read. */
static gboolean
is_rotated(TokenSource *source, const char *assertion, GCancellable *cancellable)
{
  char *now =
      source->kind == SIGN_IN_FEDERATED_TOKEN ? assertion_of_file(source, cancellable, NULL) : NULL;
  gboolean rotated = g_strcmp0(now, assertion) != 0 && now;
  secret_free_string(now);
  return rotated;
}

/* Secret or assertion, as the kind has it; one of the two. */
static gboolean
proof(TokenSource *source, Secret **ret_secret, char **ret_assertion, GCancellable *cancellable,
      GError **error)
{
  if (source->kind == SIGN_IN_CLIENT_SECRET)
    *ret_secret = token_load(source, "client-secret",
                             _("Store the app registration's secret with 'usher login'."),
                             cancellable, error);
  else
    *ret_assertion = source->kind == SIGN_IN_CLIENT_CERTIFICATE
                         ? assertion_of_certificate(source, cancellable, error)
                         : assertion_of_file(source, cancellable, error);
  return *ret_secret || *ret_assertion;
}

/* `ret_rotated`: it was refused, and another one stands in the file by now. */
static gboolean
fetch_once(TokenSource *source, TokenAnswer *ret_answer, gboolean *ret_rotated,
           GCancellable *cancellable, GError **error)
{
  g_autoptr(Secret) secret = NULL;
  char *assertion = NULL;
  if (!proof(source, &secret, &assertion, cancellable, error))
    return FALSE;
  g_autoptr(GError) failure = NULL;
  g_autofree char *scope = g_strdup_printf("%s/.default", source->graph_url);
  g_clear_pointer(&ret_answer->met, g_free);
  g_autofree char *claims = token_claims(source, &ret_answer->met);
  char *form = token_form("grant_type", "client_credentials", "client_id", source->client_id,
                          "scope", scope, "claims", claims, "client_secret",
                          secret ? secret_peek(secret) : NULL, "client_assertion_type",
                          assertion ? ASSERTION_TYPE : NULL, "client_assertion", assertion, NULL);
  gboolean ok = token_request(source, form, ret_answer, cancellable, &failure);
  *ret_rotated = g_error_matches(failure, USHER_ERROR, USHER_ERROR_SIGN_IN) &&
                 is_rotated(source, assertion, cancellable);
  secret_free_string(assertion);
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  return ok;
}

gboolean
token_fetch_app(TokenSource *source, TokenAnswer *ret_answer, GCancellable *cancellable,
                GError **error)
{
  gboolean rotated = FALSE;
  g_autoptr(GError) failure = NULL;
  if (fetch_once(source, ret_answer, &rotated, cancellable, &failure))
    return TRUE;
  if (rotated)
    return fetch_once(source, ret_answer, &rotated, cancellable, error);
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}
