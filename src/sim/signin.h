/* What the login host of the tenant was told: certificates and federated
 * credentials of the applications, refusals to play, challenges to pose. */
#pragma once

#include "sim/call.h"
#include "sim/tokens.h"

Signin *signin_new(void);
void signin_free(Signin *signin);

/* Registers the certificates of a PEM text with every confidential application; FALSE when
 * there is none in it. */
gboolean signin_add_certificates(Signin *signin, const char *pem);
/* Registers an identity provider: who issues, for whom, and the PEM of its public key. */
gboolean signin_add_federation(Signin *signin, const char *issuer, const char *subject,
                               const char *pem);
/* Checks a client assertion against them: signature, times, audience, parties, a jti that is
 * new. FALSE after answering. */
gboolean signin_check_assertion(Call *call, const App *app, const char *assertion);

/* Reads "refuse=53003,challenge=on,rotate=strict"; "none" clears first. FALSE: `error` names
 * the mistake, and nothing has changed. */
gboolean signin_set(Signin *signin, const char *spec, GError **error);
/* Answers a token request with the refusal that is played; TRUE if there is one. */
gboolean signin_refuses(Call *call);
/* The claims that the token shall carry for the `claims` of its request: members of an object
 * ("" for none). The caller owns it. */
char *signin_token_claims(const Signin *signin, const char *claims);
/* Whether a token with these claims meets the challenge that is posed; FALSE after answering 401.
 */
gboolean signin_check_challenge(Call *call, const cJSON *claims);
/* With rotate=strict a refresh token is good once: FALSE if this one was used before. */
gboolean signin_use_refresh(Signin *signin, const char *token_id);
