/* A person's token, renewed with the refresh token. Every use brings a new one:
 * it is stored before the old one is forgotten, and processes that share what
 * is stored take turns, each reading what the one before it left. Contract 2.2. */
#include "auth/token-private.h"

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "net/retry.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* Longer than one request with its repetitions takes; then better at once than never. */
#define TURN_LIMIT (90 * G_TIME_SPAN_SECOND)
#define TURN_LOOK  20

/* --- turns --- */

static int
open_lock(const TokenSource *source)
{
  g_autofree char *folder = source->lock_file ? g_path_get_dirname(source->lock_file) : NULL;
  g_autoptr(GError) problem = NULL;
  if (!folder || !file_make_private_dir(folder, &problem))
    return -1;
  return open(source->lock_file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

gboolean
token_turn_take(const TokenSource *source, int *ret_turn, GCancellable *cancellable, GError **error)
{
  gint64 end = g_get_monotonic_time() + TURN_LIMIT;
  int fd = open_lock(source);
  *ret_turn = -1;
  while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
    gboolean busy = errno == EWOULDBLOCK || errno == EINTR;
    if (busy && g_get_monotonic_time() < end && retry_sleep(TURN_LOOK, cancellable, NULL))
      continue;
    close(fd);
    fd = -1;
  }
  if (g_cancellable_is_cancelled(cancellable)) {
    token_turn_end(fd);
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
    return FALSE;
  }
  *ret_turn = fd;
  return TRUE;
}

void
token_turn_end(int turn)
{
  if (turn >= 0)
    close(turn);
}

/* --- the refresh token --- */

static gboolean
redeem(TokenSource *source, const Secret *refresh, TokenAnswer *ret_answer,
       GCancellable *cancellable, GError **error)
{
  g_autofree char *scope = token_delegated_scope(source);
  g_clear_pointer(&ret_answer->met, g_free);
  g_autofree char *claims = token_claims(source, &ret_answer->met);
  char *form = token_form("grant_type", "refresh_token", "client_id", source->client_id, "scope",
                          scope, "claims", claims, "refresh_token", secret_peek(refresh), NULL);
  return token_request(source, form, ret_answer, cancellable, error);
}

/* The two that there may be: what is stored, which another process may have renewed, and what
 * this run knows. The better one comes first; the second may be NULL. */
static gboolean
candidates(TokenSource *source, Secret *ret_tokens[2], GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_mutex_lock(&source->lock);
  Secret *ours = source->refresh ? secret_ref(source->refresh) : NULL;
  gboolean unsaved = source->unsaved;
  g_mutex_unlock(&source->lock);
  Secret *stored =
      token_load(source, "refresh-token", _("Sign in with 'usher login'."), cancellable, &failure);
  if (stored && ours && secret_equal(stored, ours))
    g_clear_pointer(&stored, secret_unref);
  if (!ours && !stored) {
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  gboolean ours_first = !stored || (ours && unsaved);
  ret_tokens[0] = ours_first ? ours : stored;
  ret_tokens[1] = ours_first ? stored : ours;
  return TRUE;
}

/* Where it cannot be saved, the old one, which use does not revoke, stays where it is, and the
 * new one is saved with the next. A tenant may revoke it all the same, so that who gives up at this
 * moment waits for the place to take it, which has limits of its own. */
static void
keep(TokenSource *source, TokenAnswer *answer)
{
  g_autoptr(GError) problem = NULL;
  if (!answer->refresh || !credentials_can_save(source->credentials) ||
      credentials_save(source->credentials, "refresh-token", answer->refresh, NULL, &problem))
    return;
  answer->unsaved = TRUE;
  g_info("the new refresh token was not saved: %s", problem->message);
}

static gboolean
fetch_in_turn(TokenSource *source, TokenAnswer *ret_answer, GCancellable *cancellable,
              GError **error)
{
  Secret *tokens[2] = {NULL, NULL};
  g_autoptr(GError) failure = NULL;
  if (!candidates(source, tokens, cancellable, error))
    return FALSE;
  gboolean ok = redeem(source, tokens[0], ret_answer, cancellable, &failure);
  if (!ok && tokens[1] && g_strcmp0(error_service_code(failure), "invalid_grant") == 0) {
    g_clear_error(&failure);
    ok = redeem(source, tokens[1], ret_answer, cancellable, &failure);
  }
  for (guint i = 0; i < 2; i++)
    g_clear_pointer(&tokens[i], secret_unref);
  if (ok)
    keep(source, ret_answer);
  else
    g_propagate_error(error, g_steal_pointer(&failure));
  return ok;
}

gboolean
token_fetch_refresh(TokenSource *source, TokenAnswer *ret_answer, GCancellable *cancellable,
                    GError **error)
{
  int turn;
  if (!token_turn_take(source, &turn, cancellable, error))
    return FALSE;
  gboolean ok = fetch_in_turn(source, ret_answer, cancellable, error);
  token_turn_end(turn);
  return ok;
}
