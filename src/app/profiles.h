/* One reading command asked of several profiles at once, each in a context of
 * its own: session, tokens, throttle, cache. Nothing is shared between tenants
 * but the store on this machine. */
#pragma once

#include "app/actions.h"

/* What came of one profile: an error, or a result. */
typedef struct {
  char *profile;
  App *app;
  ActionResult result;
  GError *error;
} ProfileRun;

/* TRUE if --profile names more than one: "a,b", or "all". */
gboolean profiles_are_several(const char *text);
/* The profiles that `text` names, each once: GPtrArray of char *, in the order of `text`, or of the
 * configuration. USHER_ERROR_CONFIG, when one of them is not there. */
GPtrArray *profiles_named(const AppOptions *options, const char *text, GError **error);
/* Told once a second, on the calling thread, who has not answered yet: lent names. */
typedef void (*ProfilesWaiting)(const GPtrArray *names, gpointer data);
/* Asks all that `text` names, in parallel: GPtrArray of ProfileRun, in the order of `text`, or of
 * the configuration. USHER_ERROR_CONFIG, when one of them is not there; what goes wrong with one
 * alone is in its run. `waiting` may be NULL. `options.profile` is not looked at. */
GPtrArray *profiles_run(const AppOptions *options, const char *text, const Action *action,
                        const ActionRequest *request, ProfilesWaiting waiting, gpointer data,
                        GCancellable *cancellable, GError **error);
/* All results as one; each row says whose it is. Takes nothing; the caller clears `ret_result`.
 * FALSE when there is none. USHER_ERROR_USAGE for an order that is none. */
gboolean profiles_join(const GPtrArray *runs, ActionResult *ret_result, GError **error);
