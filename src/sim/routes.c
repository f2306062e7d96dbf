/* The table of Graph's requests, and finding a request's row in it. */
#include "sim/routes.h"

#include <string.h>

#include "sim/batch.h"
#include "sim/deltas.h"
#include "sim/groups.h"
#include "sim/invitations.h"
#include "sim/licensing.h"
#include "sim/mail.h"
#include "sim/organization.h"
#include "sim/passes.h"
#include "sim/quota.h"
#include "sim/tenant.h"
#include "sim/tokens.h"
#include "sim/users.h"

#define READ_USERS                                                                                 \
  "User.Read.All User.ReadBasic.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
#define WRITE_USERS "User.ReadWrite.All Directory.ReadWrite.All"
#define READ_GROUPS                                                                                \
  "GroupMember.Read.All Group.Read.All GroupMember.ReadWrite.All Group.ReadWrite.All "             \
  "Directory.Read.All Directory.ReadWrite.All"
#define WRITE_GROUPS  "Group.ReadWrite.All Directory.ReadWrite.All"
#define WRITE_MEMBERS "GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All"
#define READ_ORGANIZATION                                                                          \
  "Organization.Read.All User.Read User.Read.All Directory.Read.All Directory.ReadWrite.All"
#define READ_DOMAINS "Domain.Read.All Directory.Read.All Directory.ReadWrite.All"
#define READ_LICENCES                                                                              \
  "LicenseAssignment.Read.All LicenseAssignment.ReadWrite.All Organization.Read.All "              \
  "Directory.Read.All Directory.ReadWrite.All"
#define WRITE_LICENCES "LicenseAssignment.ReadWrite.All User.ReadWrite.All Directory.ReadWrite.All"
#define PASSES         "UserAuthMethod-TAP.ReadWrite.All UserAuthenticationMethod.ReadWrite.All"
#define READ_ROLES     "RoleManagement.Read.Directory Directory.Read.All Directory.ReadWrite.All"
#define PATCH_USERS                                                                                \
  WRITE_USERS                                                                                      \
  " User.ManageIdentities.All User.EnableDisableAccount.All User-Mail.ReadWrite.All "              \
  "User-PasswordProfile.ReadWrite.All User-LifeCycleInfo.ReadWrite.All User.ReadWrite "            \
  "Directory.AccessAsUser.All"

/* Literal segments before {}: the first row that fits is taken. */
static const Route routes[] = {
    {"POST", "/$batch", "", batch_post},
    {"GET", "/organization", READ_ORGANIZATION, organization_get},
    {"GET", "/domains", READ_DOMAINS, organization_domains},
    {"GET", "/subscribedSkus", READ_LICENCES, organization_skus, 3},
    {"POST", "/invitations", "User.Invite.All User.ReadWrite.All Directory.ReadWrite.All",
     invitations_post},

    {"GET", "/me", "User.Read " READ_USERS, users_get},
    {"POST", "/me/sendMail", "Mail.Send", mail_send},
    {"GET", "/me/memberOf", "User.Read " READ_USERS, relations_member_of, 2},

    {"GET", "/users", READ_USERS, users_list, 2},
    {"POST", "/users", WRITE_USERS, users_create},
    {"GET", "/users/$count", READ_USERS, users_count, 2},
    {"GET", "/users/delta", READ_USERS, deltas_list_users, 2},
    {"GET", "/users/{}", READ_USERS " User.Read", users_get},
    {"PATCH", "/users/{}", PATCH_USERS, users_update},
    {"DELETE", "/users/{}", WRITE_USERS, users_delete},
    {"POST", "/users/{}/revokeSignInSessions", "User.RevokeSessions.All " WRITE_USERS,
     users_revoke_sessions},
    {"POST", "/users/{}/sendMail", "Mail.Send", mail_send},
    {"GET", "/users/{}/licenseDetails", READ_USERS " LicenseAssignment.Read.All", licensing_details,
     2},
    {"POST", "/users/{}/assignLicense", WRITE_LICENCES, licensing_assign_user},
    {"POST", "/users/{}/reprocessLicenseAssignment", WRITE_LICENCES, licensing_reprocess},
    {"GET", "/users/{}/manager", READ_USERS, relations_get_manager},
    {"PUT", "/users/{}/manager/$ref", WRITE_USERS, relations_put_manager},
    {"DELETE", "/users/{}/manager/$ref", WRITE_USERS, relations_delete_manager},
    {"GET", "/users/{}/sponsors", READ_USERS, relations_list_sponsors},
    {"POST", "/users/{}/sponsors/$ref", WRITE_USERS, relations_add_sponsor},
    {"DELETE", "/users/{}/sponsors/{}/$ref", WRITE_USERS, relations_delete_sponsor},
    {"GET", "/users/{}/memberOf", READ_USERS, relations_member_of, 2},
    {"GET", "/users/{}/memberOf/microsoft.graph.group", READ_USERS, relations_member_of, 2},
    {"GET", "/users/{}/transitiveMemberOf", READ_USERS, relations_transitive_member_of, 2},
    {"GET", "/users/{}/transitiveMemberOf/microsoft.graph.group", READ_USERS,
     relations_transitive_member_of, 2},
    {"POST", "/users/{}/checkMemberGroups", READ_USERS " " READ_GROUPS, relations_check_groups, 4},
    {"GET", "/users/{}/authentication/methods", PASSES, passes_list_methods, 0, TRUE},
    {"POST", "/users/{}/authentication/methods/{}/resetPassword",
     "UserAuthenticationMethod.ReadWrite.All", passes_reset_password, 0, TRUE},
    {"GET", "/users/{}/authentication/temporaryAccessPassMethods", PASSES, passes_list, 0, TRUE},
    {"POST", "/users/{}/authentication/temporaryAccessPassMethods", PASSES, passes_create, 0, TRUE},
    {"GET", "/users/{}/authentication/temporaryAccessPassMethods/{}", PASSES, passes_get, 0, TRUE},
    {"DELETE", "/users/{}/authentication/temporaryAccessPassMethods/{}", PASSES, passes_delete, 0,
     TRUE},

    {"GET", "/groups", READ_GROUPS, groups_list},
    {"POST", "/groups", WRITE_GROUPS, groups_create},
    {"GET", "/groups/$count", READ_GROUPS, groups_count},
    {"GET", "/groups/delta", READ_GROUPS, deltas_list_groups},
    {"GET", "/groups/{}", READ_GROUPS, groups_get},
    {"PATCH", "/groups/{}", WRITE_MEMBERS, groups_update},
    {"DELETE", "/groups/{}", WRITE_GROUPS, groups_delete},
    {"GET", "/groups/{}/members", READ_GROUPS, members_list, 3},
    {"POST", "/groups/{}/members", WRITE_MEMBERS, members_add_without_ref},
    {"GET", "/groups/{}/members/$count", READ_GROUPS, members_count, 3},
    {"GET", "/groups/{}/members/$ref", READ_GROUPS, members_list_references, 3},
    {"POST", "/groups/{}/members/$ref", WRITE_MEMBERS, members_add},
    {"PATCH", "/groups/{}/members/$ref", WRITE_MEMBERS, members_patch_ref},
    {"GET", "/groups/{}/members/microsoft.graph.user", READ_GROUPS, members_list_users, 3},
    {"GET", "/groups/{}/members/{}", READ_GROUPS, members_bad_cast, 3},
    {"DELETE", "/groups/{}/members/{}/$ref", WRITE_MEMBERS, members_remove},
    {"DELETE", "/groups/{}/members/{}", WRITE_MEMBERS, members_delete_user},
    {"GET", "/groups/{}/transitiveMembers", READ_GROUPS, members_list_transitive, 5},
    {"GET", "/groups/{}/transitiveMembers/microsoft.graph.user", READ_GROUPS,
     members_list_transitive_users, 5},
    {"GET", "/groups/{}/membersWithLicenseErrors", READ_GROUPS, members_list_errors},
    {"POST", "/groups/{}/assignLicense", WRITE_LICENCES " Group.ReadWrite.All",
     licensing_assign_group},

    {"GET", "/directoryRoles", READ_ROLES, relations_list_roles},
    {"GET", "/directoryRoles/{}/members", READ_ROLES, relations_role_members},
    {"GET", "/directory/deletedItems", READ_USERS, deleted_list_without_cast},
    {"GET", "/directory/deletedItems/microsoft.graph.user", READ_USERS, deleted_list, 2},
    {"GET", "/directory/deletedItems/{}", READ_USERS, deleted_get},
    {"POST", "/directory/deletedItems/{}/restore", WRITE_USERS, deleted_restore},
    {"DELETE", "/directory/deletedItems/{}", WRITE_USERS, deleted_purge},
};

/* Compares a pattern with the segments behind the version, and takes the {} ones. */
static gboolean
fits(Call *call, const char *pattern)
{
  guint at = 1, n_args = 0;

  for (const char *p = pattern; *p; at++) {
    gsize n = strcspn(++p, "/");
    if (at >= call->segments->len)
      return FALSE;
    const char *segment = g_ptr_array_index(call->segments, at);
    if (n == 2 && strncmp(p, "{}", 2) == 0)
      call->args[n_args++] = segment;
    else if (strlen(segment) != n || g_ascii_strncasecmp(segment, p, n) != 0)
      return FALSE;
    p += n;
  }
  if (g_str_has_prefix(pattern, "/me"))
    call->args[0] = "me";
  return at == call->segments->len;
}

static const Route *
find_route(Call *call, gboolean *ret_other_method)
{
  for (guint i = 0; i < G_N_ELEMENTS(routes); i++) {
    if (!fits(call, routes[i].pattern))
      continue;
    if (strcmp(routes[i].method, call->method) == 0)
      return &routes[i];
    *ret_other_method = TRUE;
  }
  return NULL;
}

/* People may change others only with a directory role. */
static gboolean
has_role(const Call *call, const Route *route)
{
  static const char *const free_for_all[] = {"/$batch", "/me/sendMail", "/users/{}/sendMail",
                                             "/users/{}/checkMemberGroups", NULL};
  const Tenant *tenant = call->sim->tenant;

  if (!call_delegated(call) || strcmp(route->method, "GET") == 0 ||
      g_strv_contains(free_for_all, route->pattern))
    return TRUE;
  guint32 slot = tenant_find_user(tenant, call->claims.user);
  if (slot == NONE)
    return FALSE;
  return tenant_user(tenant, slot)->flags & USER_ROLES ||
         (call->args[0] && tenant_find_user(tenant, call->args[0]) == slot);
}

static void
no_such_path(Call *call, gboolean other_method)
{
  const char *segment =
      call->segments->len > 1 ? g_ptr_array_index(call->segments, call->segments->len - 1) : "";

  if (other_method)
    call_error(call, 405, "Request_BadRequest",
               "Specified HTTP method is not allowed for the request target.");
  else
    call_error(call, 400, "BadRequest", "Resource not found for the segment '%s'.", segment);
}

void
routes_dispatch(Call *call)
{
  gboolean other_method = FALSE;
  const char *version = call->segments->len ? g_ptr_array_index(call->segments, 0) : "";

  if (strcmp(version, "v1.0") != 0) {
    call_error(call, call->segments->len ? 400 : 404, "BadRequest", "Invalid version: %s", version);
    return;
  }
  if (!tokens_check(call))
    return;
  const Route *route = find_route(call, &other_method);
  if (!route) {
    no_such_path(call, other_method);
    return;
  }
  call->pattern = route->pattern;
  if (!call_may(call, route->permissions) || !has_role(call, route)) {
    call_denied(call);
    return;
  }
  if (quota_charge(call, route))
    route->handler(call);
}
