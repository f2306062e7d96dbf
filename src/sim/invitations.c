/* Invitations: a guest for each address, once; contract 7. */
#include "sim/invitations.h"

#include <string.h>

#include "sim/deltas.h"
#include "sim/faults.h"
#include "sim/mail.h"
#include "sim/organization.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"
#include "sim/user-json.h"

typedef struct {
  const char *mail, *redirect, *name, *type, *text, *user_id;
  gboolean send, reset;
} Invitation;

static const char *
text(const cJSON *object, const char *name)
{
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static gboolean
check_address(const char *mail)
{
  const char *at = strchr(mail, '@');

  if (!at || at == mail || !strchr(at + 1, '.') || strchr(at + 1, '@'))
    return FALSE;
  if (*mail == '.' || *mail == '-' || at[-1] == '.' || at[-1] == '-')
    return FALSE;
  for (const char *c = mail; *c; c++)
    if ((guchar)*c >= 0x80 || (guchar)*c <= 0x20 || strchr("~!#$%^&*()+=[]{}\\/|;:\"<>?,", *c))
      return FALSE;
  return TRUE;
}

static gboolean
read_invitation(Call *call, Invitation *invitation)
{
  const cJSON *body = call_json(call, FALSE);
  const cJSON *info = cJSON_GetObjectItemCaseSensitive(body, "invitedUserMessageInfo");

  if (!body)
    return FALSE;
  *invitation = (Invitation){
      .mail = text(body, "invitedUserEmailAddress"),
      .redirect = text(body, "inviteRedirectUrl"),
      .name = text(body, "invitedUserDisplayName"),
      .type = text(body, "invitedUserType"),
      .text = text(info, "customizedMessageBody"),
      .user_id = text(cJSON_GetObjectItemCaseSensitive(body, "invitedUser"), "id"),
      .send = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "sendInvitationMessage")),
      .reset = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "resetRedemption")),
  };
  const char *wrong = NULL;
  if (!invitation->mail || !check_address(invitation->mail))
    wrong = "The invited user email address is not valid.";
  else if (!invitation->redirect || !strstr(invitation->redirect, "://"))
    wrong = "The invite redirect url is not valid.";
  else if (organization_has_domain(strchr(invitation->mail, '@') + 1))
    wrong = "The invited user's domain is a verified domain of this tenant.";
  else if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(info, "ccRecipients")) > 1)
    wrong = "Only one cc recipient is supported.";
  if (wrong)
    call_error(call, 400, "BadRequest", "%s", wrong);
  return !wrong;
}

/* Who has this address in mail or otherMails. */
static guint32
find_address(const Tenant *tenant, const char *mail)
{
  for (guint32 i = 0; i < tenant->users->len; i++) {
    const User *user = tenant_user(tenant, i);
    OdValue value;
    gsize length;
    if (user->flags & USER_DELETED)
      continue;
    const char *own = pack_get(tenant, user, UF_MAIL, &length);
    if (own && odata_compare(own, length, mail, strlen(mail)) == 0)
      return i;
    for (guint j = 0; fields_schema.item(tenant, user, UF_OTHER_MAILS, j, 0, &value); j++)
      if (user->flags & USER_GUEST &&
          odata_compare(value.text, value.length, mail, strlen(mail)) == 0)
        return i;
  }
  return NONE;
}

static guint32
make_guest(Call *call, const Invitation *invitation)
{
  Sim *sim = call->sim;
  Tenant *tenant = sim->tenant;
  guint32 slot = tenant_add_user(tenant);
  User *user = tenant_user(tenant, slot);
  g_autofree char *local = g_strdup(invitation->mail);
  char date[21];

  *strchr(local, '@') = '_';
  g_autofree char *nickname = g_strdup_printf("%s#EXT#", local);
  g_autofree char *name = g_strdup_printf("%s@" TENANT_INITIAL_DOMAIN, nickname);
  g_autofree char *given = g_strndup(invitation->mail, strcspn(invitation->mail, "@"));
  out_format_date(call->now / 1000, date);
  user->flags |= USER_GUEST | USER_PENDING;
  user->created = (guint32)(call->now / 1000);
  user->visible_from = call->now + faults_replication(sim->faults);
  pack_set(tenant, user, UF_USER_PRINCIPAL_NAME, name, -1);
  pack_set(tenant, user, UF_DISPLAY_NAME, invitation->name ? invitation->name : given, -1);
  pack_set(tenant, user, UF_MAIL_NICKNAME, nickname, -1);
  pack_set(tenant, user, UF_MAIL, invitation->mail, -1);
  pack_set(tenant, user, UF_OTHER_MAILS, invitation->mail, (gssize)strlen(invitation->mail) + 1);
  pack_set(tenant, user, UF_EXTERNAL_STATE_CHANGED, date, 20);
  if (call_delegated(call))
    tenant_link(tenant, &user->sponsors, tenant_find_user(tenant, call->claims.user));
  tenant_index_user(tenant, slot);
  tenant->n_live++;
  return slot;
}

static void
send_message(Call *call, const Invitation *invitation, const char *url)
{
  g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *body =
      g_strdup_printf("%s\n\nAccept: %s\n",
                      invitation->text ? invitation->text : "You were invited to Contoso.", url);
  const MailMessage mail = {.from = "invites@microsoft.com",
                            .to = to,
                            .subject = "Contoso invited you to access applications within their "
                                       "organization",
                            .body = body,
                            .content_type = "text/plain"};

  g_ptr_array_add(to, g_strdup(invitation->mail));
  mail_deliver(call, &mail);
}

static void
answer_invitation(Call *call, const Invitation *invitation, guint32 slot)
{
  Tenant *tenant = call->sim->tenant;
  const User *user = tenant_user(tenant, slot);
  char ticket[37], id[37];

  sim_fresh_id(call->sim, ticket);
  tenant_format_id(user->id, id);
  g_autofree char *url = g_strdup_printf("%s/redeem?rd=%s&ticket=%s", call->sim->url, id, ticket);
  if (invitation->send)
    send_message(call, invitation, url);
  GString *out = call_begin_entity(call, 201, "invitations/$entity");
  out_pair(out, "id", ticket);
  out_pair(out, "inviteRedeemUrl", url);
  out_pair(out, "invitedUserDisplayName", invitation->name);
  out_pair(out, "invitedUserType", invitation->type ? invitation->type : "Guest");
  out_pair(out, "invitedUserEmailAddress", invitation->mail);
  out_pair(out, "inviteRedirectUrl", invitation->redirect);
  out_pair_bool(out, "sendInvitationMessage", invitation->send);
  out_pair_bool(out, "resetRedemption", invitation->reset);
  out_pair(out, "status", user->flags & USER_ACCEPTED ? "Completed" : "PendingAcceptance");
  g_string_append(out, ",\"invitedUserMessageInfo\":{\"messageLanguage\":null,\"ccRecipients\":[]");
  out_pair(out, "customizedMessageBody", invitation->text);
  g_string_append(out, "},\"invitedUser\":{");
  out_pair(out, "id", id);
  g_string_append(out, "}}");
}

static guint32
reset_guest(Call *call, const Invitation *invitation)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = invitation->user_id ? call_user(call, invitation->user_id) : NONE;

  if (!invitation->user_id)
    call_error(call, 400, "BadRequest", "resetRedemption needs invitedUser with its id.");
  if (slot == NONE)
    return NONE;
  User *user = tenant_user(tenant, slot);
  if (!(user->flags & USER_GUEST) || find_address(tenant, invitation->mail) != slot) {
    call_error(call, 400, "BadRequest", "The address is not among the guest's own.");
    return NONE;
  }
  user->flags = (user->flags & ~(guint32)USER_ACCEPTED) | USER_PENDING;
  return slot;
}

void
invitations_post(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  Invitation invitation;
  guint32 slot;

  if (!read_invitation(call, &invitation))
    return;
  if (invitation.reset) {
    slot = reset_guest(call, &invitation);
    if (slot == NONE)
      return;
  } else {
    slot = find_address(tenant, invitation.mail);
    if (slot != NONE && !(tenant_user(tenant, slot)->flags & USER_GUEST)) {
      call_error(call, 400, "BadRequest",
                 "The invited user already exists in the directory as "
                 "object ID of a member.");
      return;
    }
    if (slot == NONE)
      slot = make_guest(call, &invitation);
  }
  tenant_touch_user(tenant, slot);
  deltas_user(call->sim->deltas, slot, DELTA_CHANGED);
  answer_invitation(call, &invitation, slot);
}

gboolean
invitations_redeem(Call *call, const char *name)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = tenant_find_user(tenant, name);
  char date[21];

  if (slot == NONE)
    slot = find_address(tenant, name);
  if (slot == NONE || !(tenant_user(tenant, slot)->flags & USER_PENDING))
    return FALSE;
  User *user = tenant_user(tenant, slot);
  user->flags = (user->flags & ~(guint32)USER_PENDING) | USER_ACCEPTED;
  out_format_date(call->now / 1000, date);
  pack_set(tenant, user, UF_EXTERNAL_STATE_CHANGED, date, 20);
  tenant_touch_user(tenant, slot);
  deltas_user(call->sim->deltas, slot, DELTA_CHANGED);
  return TRUE;
}
