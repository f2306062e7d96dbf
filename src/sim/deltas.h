/* What changed since: users/delta and groups/delta; contract 4.5 and 5. */
#pragma once

#include "sim/call.h"

typedef enum { DELTA_CHANGED, DELTA_DELETED, DELTA_PURGED } DeltaKind;

Deltas *deltas_new(void);
void deltas_free(Deltas *deltas);
/* Notes a change of a user, or of a group (`member` NONE: of itself). */
void deltas_user(Deltas *deltas, guint32 user, DeltaKind kind);
void deltas_group(Deltas *deltas, guint32 group, guint32 member, DeltaKind kind);

/* Handlers of GET /users/delta and /groups/delta. */
void deltas_list_users(Call *call);
void deltas_list_groups(Call *call);
