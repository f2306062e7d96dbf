/* Access and refresh tokens: signed claims in the shape of the real ones. */
#pragma once

#include "sim/call.h"

#define TOKENS_CLIENT_ALL    "51515151-0000-4000-8000-0000000000aa"
#define TOKENS_CLIENT_READER "51515151-0000-4000-8000-0000000000ab"
#define TOKENS_CLIENT_NONE   "51515151-0000-4000-8000-0000000000ac"
#define TOKENS_CLIENT_DEVICE "51515151-0000-4000-8000-0000000000dc"
#define TOKENS_SECRET        "simulated-secret"

/* An app registration. */
typedef struct {
  const char *id, *name;
  gboolean public_client;
  const char *permissions; /* roles of an app, scopes that a person may be granted */
} App;
/* The registration, or NULL. */
const App *tokens_app(const char *client_id);

/* Signs a token for an app, or for a user when `user` is not NONE; seconds from now. `more` is
 * further claims, each with a comma before it. */
char *tokens_access(Sim *sim, const App *app, guint32 user, const char *granted,
                    const char *audience, const char *more, gint64 now, int lifetime);
char *tokens_refresh(Sim *sim, const App *app, guint32 user, const char *scopes, gint64 now);
char *tokens_identity(Sim *sim, const App *app, guint32 user, gint64 now, int lifetime);

/* Base64url, with or without padding. The caller owns it. */
guchar *tokens_decode(const char *text, gsize length, gsize *ret_length);
/* The payload of a token of ours, NULL when it is none or was tampered with. */
cJSON *tokens_open(const Sim *sim, const char *token);
/* Reads the Authorization header into call->claims; FALSE after answering 401. */
gboolean tokens_check(Call *call);
