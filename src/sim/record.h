/* What was asked: the record behind /sim/requests and /sim/stats. */
#pragma once

#include "sim/call.h"

Record *record_new(void);
void record_free(Record *record);
void record_clear(Record *record);

/* A request has come, or one item of batch number `batch`; its number. */
guint64 record_begin(Record *record, const Call *call);
guint64 record_begin_item(Record *record, const Call *call, guint64 batch);
/* It was answered; `status` 0: it never got an answer. */
void record_end(Record *record, guint64 n, const Call *call, int status);
/* Its answer is on the way: no longer in flight. */
void record_left(Record *record);
/* The number of the request that is being answered. */
guint64 record_last(const Record *record);

/* JSON lines, from after number `after`; with `bodies` also what was sent. */
void record_write(const Record *record, GString *out, guint64 after, gboolean bodies);
/* One JSON object, without the last brace. */
void record_write_stats(const Record *record, GString *out);
