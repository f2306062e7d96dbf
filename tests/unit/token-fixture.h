/* A scripted token endpoint and a source that asks it, for the tests of tokens. */
#pragma once

#include "auth/token-private.h"
#include "script-server.h"

typedef struct {
  HttpSession *http;
  Credentials *credentials;
  ScriptServer *server;
  TokenSource *source;
  /* the script */
  guint fetches, polls;
  int life;
  const char *error;                            /* every fetch is refused with it */
  const char *refused_assertion, *rotated_file; /* it is refused, and "h.p.rotated" stands there */
  int status, aadsts;
  const char *poll[8]; /* what the polls are answered; NULL: a token */
  const char *body;    /* instead of a token */
  gboolean no_refresh;
  char *last_refresh, *last_secret, *last_scope, *last_claims, *last_assertion, *last_target;
  guint delay_ms;
} TokenFixture;

void token_set_up(TokenFixture *f, SignInKind kind);
void token_tear_down(TokenFixture *f);
/* Keeps `text` under `name` in its credentials. */
void token_save(TokenFixture *f, const char *name, const char *text);

/* Threads that ask `source` for a token: its Secret, or the error of a cancelled one (`data`: the
 * source, the cancellable). */
gpointer token_get(gpointer source);
gpointer token_get_cancelled(gpointer data);
/* For token_sign_in_device(): counts in the int that `data` is. */
void token_show(const DeviceCode *code, gpointer data);
