/* What the slices of the action table share: their arrays, and small helpers
 * for handlers. */
#pragma once

#include "app/actions.h"

/* One slice per subject, each ended by a NULL name; actions.c puts them in order. */
extern const Action actions_accounts[];
extern const Action actions_lifecycle[];
extern const Action actions_plan[];
extern const Action actions_review[];
extern const Action actions_journal[];
extern const Action actions_session[];
extern const Action actions_program[];
extern const Action actions_console[];

/* The check of a command whose argument is the number of a plan, or nothing. */
gboolean journal_check_id(App *app, const ActionRequest *request, GError **error);
/* Reads the number of a plan; USHER_ERROR_USAGE. */
gboolean journal_parse_id(const char *text, gint64 *ret_id, GError **error);

/* The order that --sort asks for, the first field deciding; rows are in order of name to begin
 * with. USHER_ERROR_USAGE. */
gboolean accounts_sort(const Snapshot *snapshot, GArray *rows, const char *order, GError **error);
/* The same of fields (FieldId) with their directions (gboolean). What is not set comes last either
 * way. */
void accounts_sort_fields(const Snapshot *snapshot, GArray *rows, const GArray *fields,
                          const GArray *descending);

/* The answer of what found nothing to do: a sentence, and a plan without operations beside it. */
gboolean answer_idle(App *app, const char *text, ActionResult *result);

/* The arguments of "create --from", and its handler. */
gboolean import_check(App *app, const ActionRequest *request, GError **error);
gboolean import_run(App *app, const ActionRequest *request, ActionResult *result,
                    GCancellable *cancellable, GError **error);
