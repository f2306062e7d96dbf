/* JSON batches; contract 3.6. */
#pragma once

#include "sim/call.h"

void batch_post(Call *call);
