/* Invitations of guests; contract 7. */
#pragma once

#include "sim/call.h"

/* Handler of POST /invitations. */
void invitations_post(Call *call);
/* The guest redeems: FALSE if there is no such guest. */
gboolean invitations_redeem(Call *call, const char *user);
