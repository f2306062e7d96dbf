/* Invitations of guests; contract 7. */
#pragma once

#include "sim/call.h"

void invitations_post(Call *call);
/* The guest redeems: FALSE if there is no such guest. */
gboolean invitations_redeem(Call *call, const char *user);
