/* Faults that the simulator plays: which share of the requests meets which. */
#pragma once

#include "sim/call.h"

typedef enum {
  FAULT_403,
  FAULT_429,
  FAULT_500,
  FAULT_503,
  FAULT_504,
  FAULT_RESET,
  FAULT_LOST,
  FAULT_SLOW,
  FAULT_TRUNCATE,
  FAULT_GARBAGE,
  FAULT_EXPIRE,
  FAULT_NONE
} FaultKind;

/* Sets of faults. */
#define FAULTS_OF_STATUS                                                                           \
  (1u << FAULT_403 | 1u << FAULT_429 | 1u << FAULT_500 | 1u << FAULT_503 | 1u << FAULT_504)
#define FAULTS_OF_LINE                                                                             \
  (1u << FAULT_RESET | 1u << FAULT_LOST | 1u << FAULT_SLOW | 1u << FAULT_TRUNCATE |                \
   1u << FAULT_GARBAGE | 1u << FAULT_EXPIRE)
#define FAULTS_ALL (FAULTS_OF_STATUS | FAULTS_OF_LINE)

Faults *faults_new(void);
void faults_free(Faults *faults);
/* Reads "429=5%,reset=0.01,retry-after=2,replication=3,hold=60,path=/users,seed=7" over
 * what was set; "none" clears first. On a mistake nothing changes and `error` names it. */
gboolean faults_set(Faults *faults, const char *spec, GError **error);
/* The fault that this request meets, of those in `set`. */
FaultKind faults_draw(Faults *faults, const Call *call, guint set);
/* A change was processed: "hold=" counts them. */
void faults_count_change(Faults *faults, const Call *call);
/* Whether the answer to this request is held back; in `ret_ticket` for faults_holds. */
gboolean faults_hold(const Faults *faults, const Call *call, guint *ret_ticket);
/* FALSE as soon as faults were set anew. */
gboolean faults_holds(const Faults *faults, guint ticket);
int faults_retry_after(const Faults *faults);
/* For how many milliseconds a new object is not found. */
gint64 faults_replication(const Faults *faults);
