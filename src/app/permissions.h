/* What the sign-in was granted, held against what is needed: before anything is
 * written down or sent, so that a change that cannot succeed is refused as a
 * whole. The service has the last word all the same. */
#pragma once

#include "app/app.h"
#include "model/roster.h"

/* Where an administrator of the tenant consents to what the registration asks for. The caller
 * owns it. */
char *app_consent_url(const App *app);
/* What any of usher's actions needs and the token in hand does not hold: char *, in the order of
 * the actions. NULL: not signed in, or the token does not tell. No network. */
GPtrArray *app_lacking_permissions(App *app);
