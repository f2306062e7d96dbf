/* A plan as a plain text file, usher-plan(5): one operation a line, aligned, in a
 * stable order, so that it reads, diffs and mails well. No I/O; whether ids and
 * names belong together is the caller's to check. */
#pragma once

#include "model/plan.h"

/* The text; no secret is in a plan. The caller owns it. */
char *plan_file_write(const Plan *plan);
/* Reads it: operations are planned, whatever became of them before. USHER_ERROR_USAGE begins with
 * "name:line:column: " and names the nearest verb or value. */
Plan *plan_file_read(const char *text, gsize length, const char *name, GError **error);

/* The verb of a kind ("disable" of "user.disable") and back; NULL if there is none. */
const char *plan_file_verb(const char *kind);
const char *plan_file_kind(const char *verb);

/* The verbs, for usher-plan(5): ended by a NULL verb. */
typedef struct {
  const char *verb, *kind;
  const char *value; /* the one value that stands without its name, or NULL */
  const char *text;  /* N_() */
} PlanVerb;
const PlanVerb *plan_verbs(void);
