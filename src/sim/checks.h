/* What Graph takes in POST and PATCH of a user; contract 4.2 and 4.3. */
#pragma once

#include "sim/call.h"

/* Checks a body whole; `user` is NONE when one is to be created. FALSE after answering. */
gboolean checks_user(Call *call, const cJSON *body, guint32 user);
/* Puts a checked body into the user. */
void checks_apply(Call *call, const cJSON *body, guint32 user);
/* A user name against the documented rules and the verified domains; FALSE after answering. */
gboolean checks_user_name(Call *call, const char *name, guint32 user);
/* NULL if the password is allowed, else what is wrong with it. */
const char *checks_password(const char *password, gboolean weak_allowed);
/* TRUE for a two-letter country of ISO 3166. */
gboolean checks_country(const char *code);
