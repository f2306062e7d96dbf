/* A plan as a plain text file, usher-plan(5): one operation a line, aligned, in a
 * stable order, so that it reads, diffs and mails well. No I/O; whether ids and
 * names belong together is the caller's to check. */
#pragma once

#include "model/plan.h"

/* The text; no secret is in a plan. `summary` (may be NULL) stands behind the count of operations:
 * "reversible: 3 · requests: about 3". The caller owns it. */
char *plan_file_write(const Plan *plan, const char *summary);
/* Reads it: operations are planned, whatever became of them before, each after the one before it
 * on the same account. Comments below the head become notes. USHER_ERROR_USAGE begins with
 * "name:line:column: " and names the nearest verb. */
Plan *plan_file_read(const char *text, gsize length, const char *name, GError **error);

/* A verb of the file. */
typedef struct {
  const char *verb, *kind;
  const char *value; /* the one value that stands without its name, or NULL */
  const char *text;  /* N_() what it does */
} PlanVerb;
/* All of them, for usher-plan(5): ended by a NULL verb. */
const PlanVerb *plan_verbs(void);
