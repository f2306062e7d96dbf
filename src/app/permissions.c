/* Which permission includes which, and what a plan lacks. The names come from the
 * step table, what was granted from the token. */
#include "app/permissions.h"

#include "app/actions.h"
#include "app/app-change.h"
#include "app/app-private.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/url.h"
#include <string.h>

/* One that does as well: Microsoft's lists of "higher privileged permissions", where they are
 * enough. Refusing what the service would have done is worse than asking it in vain, so what is
 * only sometimes enough (with a directory role) stands here too. */
static const struct {
  const char *wanted, *wider;
} includes[] = {
    {"User.Read", "User.Read.All"},
    {"User.Read", "User.ReadWrite.All"},
    {"User.Read.All", "User.ReadWrite.All"},
    {"User.Read.All", "Directory.Read.All"},
    {"User.Read.All", "Directory.ReadWrite.All"},
    {"User.Read.All", "Directory.AccessAsUser.All"},
    {"User.ReadWrite.All", "Directory.ReadWrite.All"},
    {"User.ReadWrite.All", "Directory.AccessAsUser.All"},
    {"User.EnableDisableAccount.All", "User.ReadWrite.All"},
    {"User.EnableDisableAccount.All", "Directory.ReadWrite.All"},
    {"User.EnableDisableAccount.All", "Directory.AccessAsUser.All"},
    {"User.RevokeSessions.All", "User.ReadWrite.All"},
    {"User.RevokeSessions.All", "Directory.ReadWrite.All"},
    {"User.RevokeSessions.All", "Directory.AccessAsUser.All"},
    {"User-PasswordProfile.ReadWrite.All", "User.ReadWrite.All"},
    {"User-PasswordProfile.ReadWrite.All", "Directory.ReadWrite.All"},
    {"User-PasswordProfile.ReadWrite.All", "Directory.AccessAsUser.All"},
    {"User-LifeCycleInfo.Read.All", "User-LifeCycleInfo.ReadWrite.All"},
    {"UserAuthMethod-TAP.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"},
    {"GroupMember.Read.All", "GroupMember.ReadWrite.All"},
    {"GroupMember.Read.All", "Group.Read.All"},
    {"GroupMember.Read.All", "Group.ReadWrite.All"},
    {"GroupMember.Read.All", "Directory.Read.All"},
    {"GroupMember.Read.All", "Directory.ReadWrite.All"},
    {"GroupMember.ReadWrite.All", "Group.ReadWrite.All"},
    {"GroupMember.ReadWrite.All", "Directory.ReadWrite.All"},
    {"GroupMember.ReadWrite.All", "Directory.AccessAsUser.All"},
    {"LicenseAssignment.Read.All", "LicenseAssignment.ReadWrite.All"},
    {"LicenseAssignment.Read.All", "Organization.Read.All"},
    {"LicenseAssignment.Read.All", "Directory.Read.All"},
    {"LicenseAssignment.Read.All", "Directory.ReadWrite.All"},
    {"LicenseAssignment.ReadWrite.All", "User.ReadWrite.All"},
    {"LicenseAssignment.ReadWrite.All", "Directory.ReadWrite.All"},
    {"RoleManagement.Read.Directory", "Directory.Read.All"},
    {"RoleManagement.Read.Directory", "Directory.ReadWrite.All"},
    {"Mail.Send", "Mail.Send.Shared"},
};

static gboolean
holds(char **granted, const char *wanted)
{
  for (char **one = granted; *one != NULL; one++) {
    const char *slash = strrchr(*one, '/');
    if (g_ascii_strcasecmp(slash == NULL ? *one : slash + 1, wanted) == 0)
      return TRUE;
  }
  return FALSE;
}

/* TRUE when `wanted`, or a permission that includes it, is among the blank-separated `granted`
 * ("User.Read.All https://graph.microsoft.com/Mail.Send"). */
static gboolean
is_granted(const char *granted, const char *wanted)
{
  g_auto(GStrv) list = g_strsplit(granted, " ", -1);
  gboolean yes = holds(list, wanted);
  for (guint i = 0; !yes && i < G_N_ELEMENTS(includes); i++)
    yes = g_str_equal(includes[i].wanted, wanted) && holds(list, includes[i].wider);
  return yes;
}

char *
app_consent_url(const App *app)
{
  const Profile *profile = app_profile(app);
  g_autofree char *tenant = url_encode(profile->tenant), *client = url_encode(profile->client_id);
  return g_strdup_printf("%s/%s/adminconsent?client_id=%s", profile->login_url, tenant, client);
}

/* FALSE for what only a person can be granted, when the sign-in is no person. */
static gboolean
is_needed(App *app, const char *permission)
{
  return !g_str_equal(permission, "User.Read") || graph_client_is_delegated(app_graph(app, NULL));
}

GPtrArray *
app_lacking_permissions(App *app)
{
  g_autofree char *granted =
      app_graph(app, NULL) == NULL ? NULL : token_source_granted(app_tokens(app));
  if (granted == NULL)
    return NULL;
  GPtrArray *lacking = g_ptr_array_new_with_free_func(g_free);
  for (const Action *const *row = actions(); *row != NULL; row++) {
    g_auto(GStrv) needed =
        g_strsplit((*row)->permissions == NULL ? "" : (*row)->permissions, " ", -1);
    for (char **one = needed; *one != NULL; one++)
      if (**one != '\0' && is_needed(app, *one) && !is_granted(granted, *one) &&
          !g_ptr_array_find_with_equal_func(lacking, *one, g_str_equal, NULL))
        g_ptr_array_add(lacking, g_strdup(*one));
  }
  return lacking;
}

static gboolean
is_open(const Operation *operation)
{
  return operation->state != OPERATION_DONE && operation->state != OPERATION_PENDING;
}

/* Least permissions of a step, blank-separated: a few depend on more than its kind. */
static const char *
needs(const Operation *operation, const Roster *roster)
{
  const StepInfo *info = step_info(operation->kind);
  if (info == NULL)
    return "";
  if (g_str_equal(operation->kind, "mail.send") && roster != NULL &&
      roster->mail_via != MAIL_VIA_GRAPH)
    return "";
  if (g_str_equal(operation->kind, "user.set") && operation->values->len == 1 &&
      operation_to(operation, "employeeLeaveDateTime") != NULL)
    return "User-LifeCycleInfo.ReadWrite.All";
  return info->permissions;
}

static void
add_missing(GPtrArray *missing, const char *granted, const char *needed)
{
  g_auto(GStrv) list = g_strsplit(needed, " ", -1);
  for (char **one = list; *one != NULL; one++)
    if (**one != '\0' && !is_granted(granted, *one) &&
        !g_ptr_array_find_with_equal_func(missing, *one, g_str_equal, NULL))
      g_ptr_array_add(missing, g_strdup(*one));
}

/* What the open operations of the plan need and the sign-in does not hold, in order of need:
 * char *, empty when all is there or when the token does not tell. `roster` may be NULL.
 * Signs in if need be; blocks. NULL: the sign-in failed. */
static GPtrArray *
missing_permissions(App *app, const Plan *plan, const Roster *roster, GCancellable *cancellable,
                    GError **error)
{
  if (app_graph(app, error) == NULL)
    return NULL;
  /* Held already, unless nothing was read before. */
  g_autoptr(Secret) token = token_source_get(app_tokens(app), NULL, cancellable, error);
  if (token == NULL)
    return NULL;
  GPtrArray *missing = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *granted = token_source_granted(app_tokens(app));
  for (guint i = 0; granted != NULL && i < plan->operations->len; i++)
    if (is_open(plan->operations->pdata[i]))
      add_missing(missing, granted, needs(plan->operations->pdata[i], roster));
  return missing;
}

gboolean
app_plan_is_permitted(App *app, const Plan *plan, GCancellable *cancellable, GError **error)
{
  const Profile *profile = app_profile(app);
  if (profile == NULL)
    return config_profile(app_config(app), NULL, error) != NULL;
  const Roster *roster =
      plan->roster == NULL ? app_roster(app) : config_roster(profile, plan->roster, NULL);
  g_autoptr(GPtrArray) missing = missing_permissions(app, plan, roster, cancellable, error);
  if (missing == NULL || missing->len == 0)
    return missing != NULL;
  g_ptr_array_add(missing, NULL);
  g_autofree char *names = g_strjoinv(", ", (char **)missing->pdata);
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              ngettext("The sign-in lacks the permission %s; nothing was sent. A Privileged Role "
                       "Administrator or Global Administrator of %s grants it to the application "
                       "%s (App registrations, API permissions)",
                       "The sign-in lacks the permissions %s; nothing was sent. A Privileged Role "
                       "Administrator or Global Administrator of %s grants them to the application "
                       "%s (App registrations, API permissions)",
                       missing->len - 1),
              names, profile->tenant, profile->client_id);
  return FALSE;
}
