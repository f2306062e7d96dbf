/* The scopes of a token request, and how the login host refuses one. */
#pragma once

#include "sim/tokens.h"

typedef struct {
  char *resource;
  GString *granted; /* short names */
  gboolean offline, openid, defaults;
} Scopes;
void scopes_clear(Scopes *scopes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scopes, scopes_clear)

/* Reads "https://graph…/User.Read offline_access" against what the application may be
 * granted; FALSE after answering. */
gboolean scopes_read(Call *call, const App *app, const char *text, Scopes *scopes);
/* Answers in the login host's shape: `error` is OAuth's word, `number` that of AADSTS. */
void login_error(Call *call, const char *error, int number, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
