/* What the files of the token source share. */
#pragma once

#include "auth/token.h"
#include "net/throttle.h"

struct TokenSource {
  SignInKind kind;
  char *login_url, *graph_url, *tenant, *client_id;
  char *certificate, *certificate_key, *token_file, *language, *lock_file;
  CertificateAlgorithm algorithm;
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
  gboolean unsaved; /* `refresh` is newer than what is stored */
  char *challenge;  /* claims that the next token must be asked for with */
  char *met;        /* those that `access` was asked for with */
};

/* A good answer of the token endpoint. */
typedef struct {
  Secret *access, *refresh; /* refresh may be NULL */
  gint64 life;              /* seconds */
  char *granted;            /* may be NULL */
  char *met;                /* the challenge it was asked for with; may be NULL */
  gboolean unsaved;         /* `refresh` could not be stored */
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

/* {login}/{tenant}/oauth2/v2.0/{endpoint}. The caller owns it. */
char *token_endpoint(const TokenSource *source, const char *endpoint);
/* Posts to the token endpoint, reads the answer, and frees the form. */
gboolean token_request(TokenSource *source, char *form, TokenAnswer *ret_answer,
                       GCancellable *cancellable, GError **error);

/* TRUE for what may stand in a header: visible ASCII, not endless. */
gboolean token_is_clean(const char *token);

/* Reads a good answer; USHER_ERROR_PROTOCOL. */
gboolean token_answer_parse(const HttpResponse *response, TokenAnswer *ret_answer, GError **error);

/* Takes over what an answer brought. */
void token_source_take(TokenSource *source, TokenAnswer *answer);

/* What delegated tokens are asked for: contract 1, the resource is that of the cloud. The caller
 * owns it. */
char *token_delegated_scope(const TokenSource *source);

/* The `claims` of a request: that we can meet challenges (cp1), and the challenge to be met.
 * `ret_challenge` (may be NULL) is that challenge, or NULL. The caller owns both. */
char *token_claims(TokenSource *source, char **ret_challenge);

/* The claims of a Bearer challenge with insufficient_claims, as JSON; NULL: there is none, or it
 * cannot be read. The caller owns it. */
char *token_challenge_parse(const char *www_authenticate);

/* What is kept under `name`; a missing one is USHER_ERROR_SIGN_IN with `missing` as its remedy. */
Secret *token_load(TokenSource *source, const char *name, const char *missing,
                   GCancellable *cancellable, GError **error);
/* One way each to a new token, without the lock. */
gboolean token_fetch_app(TokenSource *source, TokenAnswer *ret_answer, GCancellable *cancellable,
                         GError **error);
gboolean token_fetch_refresh(TokenSource *source, TokenAnswer *ret_answer,
                             GCancellable *cancellable, GError **error);

/* Takes its turn among the processes that share the stored sign-in: the descriptor, or -1 where
 * there is no lock file or it cannot be had in time (the work goes on). FALSE only when cancelled.
 */
gboolean token_turn_take(const TokenSource *source, int *ret_turn, GCancellable *cancellable,
                         GError **error);
void token_turn_end(int turn);

/* Appends what a refusal's number means and what would work instead: "the account is disabled
 * (AADSTS50057). An administrator enables it …"; " (AADSTS7)" and FALSE for one that is not known,
 * nothing for 0. */
gboolean token_refusal_append(GString *text, gint64 number);
/* A row of the table of refusals, by index; FALSE behind the last. For the test of it. */
gboolean token_refusal_row(guint index, gint64 *ret_number, const char **ret_meaning,
                           const char **ret_remedy);
