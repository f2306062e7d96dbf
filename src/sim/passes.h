/* Temporary Access Passes and password resets; contract 8. */
#pragma once

#include "sim/call.h"

/* Handlers of …/authentication/methods and temporaryAccessPassMethods. */
void passes_list_methods(Call *call);
void passes_reset_password(Call *call);
void passes_list(Call *call);
void passes_create(Call *call);
void passes_get(Call *call);
void passes_delete(Call *call);
