/* The step table: each kind of operation once, with what it sends, whether
 * repeating it is harmless, how to find out whether it took effect, and what
 * reverses it. The steps themselves are in step-<subject>.c. */
#include "base/clock.h"
#include "base/i18n.h"
#include "work/step-private.h"

#define USERS  "User.ReadWrite.All"
#define GROUPS "GroupMember.ReadWrite.All"

static const Step steps[] = {
    {.info = {"user.create", N_("user"), "POST /users", USERS, FALSE, "user.remove"},
     .perform = user_create,
     .probe = user_create_probe},
    {.info = {"user.set", N_("details"), "PATCH /users/{id}", USERS, TRUE, "user.set"},
     .perform = user_set,
     .batch = &batch_user_set},
    {.info = {"user.enable", N_("enable"), "PATCH /users/{id} accountEnabled",
              "User.EnableDisableAccount.All", TRUE, "user.disable"},
     .perform = user_enable,
     .batch = &batch_user_enable},
    {.info = {"user.disable", N_("disable"), "PATCH /users/{id} accountEnabled",
              "User.EnableDisableAccount.All", TRUE, "user.enable"},
     .perform = user_disable,
     .batch = &batch_user_disable},
    {.info = {"sessions.revoke", N_("end sessions"), "POST /users/{id}/revokeSignInSessions",
              "User.RevokeSessions.All", TRUE, NULL},
     .perform = sessions_revoke,
     .batch = &batch_sessions_revoke},
    {.info = {"sponsor.set", N_("sponsor"), "POST /users/{id}/sponsors/$ref", USERS, TRUE,
              "sponsor.set"},
     .perform = sponsor_set,
     .probe = sponsor_set_probe,
     .batch = &batch_sponsor_set},
    {.info = {"manager.set", N_("manager"), "PUT /users/{id}/manager/$ref", USERS, TRUE,
              "manager.set"},
     .perform = manager_set,
     .probe = manager_set_probe,
     .batch = &batch_manager_set},
    {.info = {"group.create", N_("new group"), "POST /groups", "Group.ReadWrite.All", FALSE, NULL},
     .perform = group_create,
     .probe = group_create_probe},
    {.info = {"group.add", N_("group"), "POST /groups/{id}/members/$ref", GROUPS, TRUE,
              "group.remove"},
     .perform = group_add,
     .probe = group_add_probe,
     .batch = &batch_group_add},
    {.info = {"group.remove", N_("out of the group"), "DELETE /groups/{id}/members/{id}/$ref",
              GROUPS, TRUE, "group.add"},
     .perform = group_remove,
     .batch = &batch_group_remove},
    {.info = {"licence.await", N_("licence"), "GET /users/{id}?$select=licenseAssignmentStates",
              "User.Read.All", TRUE, NULL},
     .perform = licence_await},
    {.info = {"licence.reprocess", N_("licences worked out anew"),
              "POST /users/{id}/reprocessLicenseAssignment", "LicenseAssignment.ReadWrite.All",
              TRUE, NULL},
     .perform = licence_reprocess,
     .batch = &batch_licence_reprocess},
    {.info = {"password.reset", N_("fresh password"), "PATCH /users/{id} passwordProfile",
              "User-PasswordProfile.ReadWrite.All", TRUE, NULL},
     .perform = password_reset},
    {.info = {"password.show", N_("password"), "", "", TRUE, NULL},
     .prepare = secret_prepare,
     .perform = password_show},
    {.info = {"pass.issue", N_("pass"),
              "POST /users/{id}/authentication/temporaryAccessPassMethods",
              "UserAuthMethod-TAP.ReadWrite.All", FALSE, "pass.remove"},
     .perform = pass_issue},
    {.info = {"pass.show", N_("pass"), "", "", TRUE, NULL},
     .prepare = secret_prepare,
     .perform = pass_show},
    {.info = {"pass.remove", N_("pass taken back"),
              "DELETE /users/{id}/authentication/temporaryAccessPassMethods/{id}",
              "UserAuthMethod-TAP.ReadWrite.All", TRUE, NULL},
     .perform = pass_remove},
    {.info = {"mail.send", N_("mail"), "POST /users/{id}/sendMail", "Mail.Send", FALSE, NULL},
     .prepare = secret_prepare,
     .perform = mail_step_send,
     .probe = mail_step_probe},
    {.info = {"user.remove", N_("removal"), "DELETE /users/{id}", USERS, TRUE, "user.restore"},
     .perform = user_remove,
     .batch = &batch_user_remove},
    {.info = {"user.restore", N_("restoring"), "POST /directory/deletedItems/{id}/restore", USERS,
              FALSE, "user.remove"},
     .perform = user_restore,
     .probe = user_restore_probe,
     .batch = &batch_user_restore},
    {.info = {"user.purge", N_("removal for good"), "DELETE /directory/deletedItems/{id}", USERS,
              TRUE, NULL},
     .perform = user_purge,
     .batch = &batch_user_purge},
    {.info = {"plan.close", N_("closing"), "", "", TRUE, NULL}, .perform = plan_close},
};

const Step *
step_find(const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
    if (g_strcmp0(steps[i].info.kind, kind) == 0)
      return &steps[i];
  return NULL;
}

const StepInfo *
step_info(const char *kind)
{
  const Step *step = step_find(kind);
  return step == NULL ? NULL : &step->info;
}

const StepInfo *
step_infos(void)
{
  static StepInfo infos[G_N_ELEMENTS(steps) + 1];
  static gsize filled;
  if (g_once_init_enter(&filled)) {
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
      infos[i] = steps[i].info;
    g_once_init_leave(&filled, 1);
  }
  return infos;
}

StepResult
step_result(gboolean ok, const GraphTrace *trace)
{
  if (ok)
    return STEP_DONE;
  return trace->maybe_processed ? STEP_LOST : STEP_FAILED;
}

void
step_say(Operation *operation, char *text)
{
  g_free(operation->result);
  operation->result = text;
}
