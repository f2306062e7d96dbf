/* The way of a request through the simulator: faults, clock, dispatch, record,
 * latency. */
#pragma once

#include "sim/call.h"

typedef enum {
  ANSWER_SEND,
  ANSWER_DROP,    /* close the line without an answer */
  ANSWER_TRUNCATE /* send half of it */
} AnswerFate;

/* Answers a request; takes the simulator's lock itself, and waits for the latency
 * without it. */
AnswerFate answer_call(Call *call);
/* For a body that was not read to its end. */
AnswerFate answer_too_large(Call *call);
/* Answers one item of a batch; the lock is held. */
void answer_item(Call *call, guint64 batch);
/* The same for one that is not run, since an item that it depends on has failed. */
void answer_dependent(Call *call, guint64 batch);
