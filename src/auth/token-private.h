/* What the files of the token source share. */
#pragma once

#include "auth/token.h"
#include "net/throttle.h"

struct TokenSource {
  SignInKind kind;
  char *login_url, *graph_url, *tenant, *client_id;
  Credentials *credentials;
  HttpSession *http;
  Throttle *throttle; /* of the token service, apart from Graph's */
  guint second_ms;    /* how long a second of the device flow is; tests shorten it */

  GMutex lock; /* of what follows */
  GCond changed;
  gboolean fetching;
  guint rounds;   /* fetches that have ended */
  GError *failed; /* how the last one did, NULL: well */
  Secret *access, *refresh;
  gint64 expires, renew_at;
  char *granted;
};

/* A good answer of the token endpoint. */
typedef struct {
  Secret *access, *refresh; /* refresh may be NULL */
  gint64 life;              /* seconds */
  char *granted;            /* may be NULL */
} TokenAnswer;
void token_answer_clear(TokenAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TokenAnswer, token_answer_clear)

/* An application/x-www-form-urlencoded body from name, value, …, NULL pairs (NULL
 * values are left out). To be freed with secret_free_string(). */
char *token_form(const char *name, ...) G_GNUC_NULL_TERMINATED;

/* Posts a form to {login}/{tenant}/oauth2/v2.0/{endpoint}. An error's service code is the
 * answer's `error` ("invalid_grant", "authorization_pending"); contract 2.4. */
HttpResponse *token_post(TokenSource *source, const char *endpoint, const char *form,
                         GCancellable *cancellable, GError **error);

/* Reads a good answer; USHER_ERROR_PROTOCOL. */
gboolean token_answer_parse(const HttpResponse *response, TokenAnswer *ret_answer, GError **error);

/* Takes over what an answer brought. */
void token_source_take(TokenSource *source, TokenAnswer *answer);

/* What delegated tokens are asked for. The caller owns it. */
char *token_delegated_scope(const TokenSource *source);
