/* What writing and reading of plan files share. Private to this room. */
#pragma once

#include "model/plan-file.h"

#define PLAN_FILE_MAGIC "# usher plan 1"
/* Between the parts of the first line. */
#define PLAN_FILE_DOT " · "

/* By its verb; NULL if there is none. */
const PlanVerb *plan_verb_find(const char *verb);
