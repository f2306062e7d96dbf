/* A plan: operations on named targets, from → to. Every change of the tenant
 * is one; a form, a file, a review only make plans. Plain values: the engine
 * (work/) knows what a kind does, the journal (store/) keeps it. */
#pragma once

#include <glib.h>

typedef enum {
  OPERATION_PLANNED,
  OPERATION_INTENDED, /* on disk, not sent for sure */
  OPERATION_SENT,
  OPERATION_DONE,
  OPERATION_FAILED,
  OPERATION_UNKNOWN, /* sent, answer lost, and no way to find out */
  OPERATION_SKIPPED,
  OPERATION_PENDING, /* accepted, takes effect later (a licence) */
  OPERATION_STATE_N
} OperationState;

/* "planned", "done" … stable names for files and JSON. */
const char *operation_state_name(OperationState state);
gboolean operation_state_from_name(const char *name, OperationState *ret_state);
/* Translated, for people. */
const char *operation_state_label(OperationState state);

typedef struct {
  char *name; /* Graph's property, or "group", "sponsor" … */
  char *from; /* NULL: not known or not set */
  char *to;
} OperationValue;

typedef struct {
  guint sequence;    /* from 1 */
  char *kind;        /* "user.create"; a row of work/step */
  char *target_id;   /* object id; NULL until created */
  char *target_name; /* user name, for people */
  GPtrArray *values; /* OperationValue, in a stable order; never a secret */
  guint depends_on;  /* sequence, 0: none */
  OperationState state;
  char *client_request_id; /* ours, set with the intent */
  char *request_id;        /* the service's */
  int http_status;
  char *error_code;    /* Graph's error.code or our error's name */
  char *error_message; /* redacted */
  char *result;        /* for people: "2 of 25 seats left" */
  gint64 intended_at, finished_at;
} Operation;

typedef enum { PLAN_OPEN, PLAN_RUNNING, PLAN_DONE, PLAN_FAILED, PLAN_STOPPED } PlanState;
/* "open", "running" … stable names for files and JSON. */
const char *plan_state_name(PlanState state);
/* The state of such a name; FALSE if there is none. */
gboolean plan_state_from_name(const char *name, PlanState *ret_state);

typedef struct {
  gint64 id;   /* 0 until journalled */
  char *title; /* "Create ada.lovelace.ext@contoso.com" */
  char *reason;
  char *profile;
  char *tenant;
  char *roster;
  char *who; /* user@machine */
  char *released_by;
  gint64 made_at;
  PlanState state;
  GPtrArray *operations; /* Operation, by sequence */
  guint refused;         /* accounts that a guard left out */
  GPtrArray *notes;      /* char *: "skipped: … already disabled" */
} Plan;

Plan *plan_new(const char *title);
void plan_free(Plan *plan);
Plan *plan_copy(const Plan *plan);

/* Appends "skipped: …" and the like; copied. */
void plan_add_note(Plan *plan, const char *note);

/* Appends and lends an operation; its sequence is set. */
Operation *plan_add(Plan *plan, const char *kind, const char *target_id, const char *target_name);
/* The same with all that `operation` says, also its sequence and state. */
Operation *plan_add_copy(Plan *plan, const Operation *operation);
void operation_add_value(Operation *operation, const char *name, const char *from, const char *to);
/* The `to` of a value, or NULL. Lent. */
const char *operation_to(const Operation *operation, const char *name);
const char *operation_from(const Operation *operation, const char *name);
Operation *plan_operation(const Plan *plan, guint sequence); /* lent; NULL: none */
guint plan_count(const Plan *plan, OperationState state);    /* operations in a state */
/* Done when nothing is planned, intended, sent or unknown. */
gboolean plan_is_finished(const Plan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)
