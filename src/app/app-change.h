/* Plans for accounts that exist: disabling, removing, extending and the rest of
 * an account's life; how far a plan reaches; undoing; plans as files. Both front
 * ends make and show them here, and apply them with app_apply(). */
#pragma once

#include "app/app.h"
#include "model/impact.h"

/* The plan of an action: "enable", "disable", "offboard", "remove", "restore", "purge", "extend",
 * "reset", "pass", "revoke", "resend", "reprocess", "set", "group add", "group remove".
 * `accounts` are object ids, or whatever app_account() takes; NULL-terminated, NULL: none.
 * `options` (may be NULL) are those of the action's row by long name: "query" and "from" choose
 * further accounts, "reason" is kept in the plan, "to" is the date of extend, "set" the
 * '\n'-separated FIELD=VALUE of set, "group" the group. What is already so, guarded or
 * impossible is left out of the plan and said in its notes. A plan without operations is no error.
 * USAGE, NOT_FOUND, AMBIGUOUS; REFUSED when read-only (unless "dry-run" is among the options). */
Plan *app_change_plan(App *app, const char *action, const char *const *accounts,
                      GHashTable *options, GCancellable *cancellable, GError **error);

/* What is wrong with the same arguments, as far as that is known without asking anybody: all of it,
 * one on a line. USAGE. */
gboolean app_change_check(App *app, const char *action, const char *const *accounts,
                          GHashTable *options, GError **error);

/* How far it reaches, from the cached directory; no network. The caller owns it. */
Impact *app_plan_impact(App *app, const Plan *plan);
/* The same; what is not cached of the accounts is read, unless they are very many. What the service
 * refuses stays unknown. The caller owns it. */
Impact *app_plan_impact_now(App *app, const Plan *plan, GCancellable *cancellable);

/* The reverse of what a journalled run did, last first; its notes name what cannot be taken back.
 * NOT_FOUND; CONFLICT while it still runs. */
Plan *app_undo_plan(App *app, gint64 plan_id, GError **error);

/* The plan as the text of usher-plan(5). The caller owns it. */
char *app_plan_write(App *app, const Plan *plan);
/* Reads such a text. `name` is that of the file, for errors: "plan.txt:3:17: …" (USAGE). REFUSED
 * when it was made for another tenant. Each line is held against the directory and the guards:
 * what the engine is going to refuse (an id that belongs to another name, an account that has
 * changed since, a guarded one) is said in the notes. */
Plan *app_plan_read(App *app, const char *text, gsize length, const char *name,
                    GCancellable *cancellable, GError **error);

/* The person's editor: the configuration's, else what every program on this machine asks. `app` may
 * be NULL. Lent. */
const char *app_editor(const App *app);
/* The command that opens `path` in it. The editor may hold options of its own, so a shell takes it
 * apart; the path is never part of what that shell reads. The caller owns it. */
char **app_editor_command(const App *app, const char *path);

/* Adds to who released the plan: `by`, or (NULL) whoever runs the program, unless that is who
 * wrote it. REFUSED when `by` wrote it. What the roster's approval asks for is checked by
 * app_apply(). */
gboolean app_plan_release(App *app, Plan *plan, const char *by, GError **error);
/* FALSE and REFUSED when the roster wants more people to have released the plan than did. */
gboolean app_plan_is_released(App *app, const Plan *plan, GError **error);
/* The same for every roster of the profile whose accounts or group the plan is about, whichever
 * roster it names; asks the service where one wants more releases than the plan has. Also asked by
 * app_apply(). */
gboolean app_plan_is_released_by_all(App *app, const Plan *plan, GCancellable *cancellable,
                                     GError **error);

/* FALSE and REFUSED, naming what the open operations need and the sign-in was not granted, and who
 * grants it. Also asked by app_apply() and app_resume(), before anything is journalled; signs in
 * if need be. */
gboolean app_plan_is_permitted(App *app, const Plan *plan, GCancellable *cancellable,
                               GError **error);
