/* JSON batches; contract 3.6. */
#pragma once

#include "sim/call.h"

/* Answers POST /$batch: runs each item as a request of its own. */
void batch_post(Call *call);
