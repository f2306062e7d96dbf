/* Putting a checked body into a user. What is allowed is checks.c's. */
#include <string.h>

#include "sim/checks.h"
#include "sim/fields.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"

static void
apply_list(Tenant *tenant, User *user, int field, const cJSON *item)
{
  GString *joined = g_string_new(NULL);
  const cJSON *entry;

  cJSON_ArrayForEach(entry, item)
      g_string_append_len(joined, entry->valuestring, (gssize)strlen(entry->valuestring) + 1);
  pack_set(tenant, user, field, joined->len ? joined->str : NULL, (gssize)joined->len);
  g_string_free(joined, TRUE);
}

static void
apply_date(Tenant *tenant, User *user, int field, const cJSON *item)
{
  char date[21];
  gint64 moment = 0;

  if (cJSON_IsString(item))
    odata_parse_date(item->valuestring, strlen(item->valuestring), &moment);
  out_format_date(moment, date);
  pack_set(tenant, user, field, cJSON_IsString(item) ? date : NULL, 20);
}

static void
apply_extensions(Tenant *tenant, User *user, const cJSON *item)
{
  const cJSON *entry;
  guint64 number;

  cJSON_ArrayForEach(entry, item)
  {
    if (*entry->string == '@')
      continue;
    g_ascii_string_to_unsigned(entry->string + 18, 10, 1, 15, &number, NULL);
    const char *text = cJSON_GetStringValue(entry);
    pack_set(tenant, user, UF_EXTENSION + (int)number, text && *text ? text : NULL, -1);
  }
}

static void
apply_profile(Call *call, User *user, const cJSON *item, guint32 slot)
{
  Tenant *tenant = call->sim->tenant;
  const cJSON *force = cJSON_GetObjectItemCaseSensitive(item, "forceChangePasswordNextSignIn");
  char date[21];

  if (force)
    pack_set(tenant, user, UF_FORCE_CHANGE, cJSON_IsTrue(force) ? "1" : NULL, -1);
  if (!cJSON_GetObjectItemCaseSensitive(item, "password") ||
      user->created == (guint32)(call->now / 1000))
    return;
  out_format_date(call->now / 1000, date);
  pack_set(tenant, user, UF_PASSWORD_CHANGED, date, 20);
}

static void
set_flag(User *user, guint flag, gboolean on)
{
  user->flags = on ? user->flags | flag : user->flags & ~flag;
}

/* mail that somebody else has too is set, but does not become a proxy address. */
static void
apply_mail(Tenant *tenant, User *user, guint32 slot, const char *mail)
{
  gboolean conflict = FALSE;

  if (mail) {
    gsize length;
    for (guint32 i = 0; i < tenant->users->len && !conflict; i++) {
      const User *other = tenant_user(tenant, i);
      if (i == slot || other->flags & USER_DELETED)
        continue;
      const char *text = pack_get(tenant, other, UF_MAIL, &length);
      conflict = text && odata_compare(text, length, mail, strlen(mail)) == 0;
    }
  }
  pack_set(tenant, user, UF_MAIL, mail, -1);
  pack_set(tenant, user, UF_PROXY_ADDRESSES, conflict ? "" : NULL, 0);
}

static void
apply_special(Call *call, UserField field, const cJSON *item, guint32 slot)
{
  Tenant *tenant = call->sim->tenant;
  User *user = tenant_user(tenant, slot);
  const char *text = cJSON_GetStringValue(item);

  switch (field) {
  case UF_ACCOUNT_ENABLED:
    set_flag(user, USER_ENABLED, cJSON_IsTrue(item));
    break;
  case UF_SHOW_IN_LIST:
    set_flag(user, USER_HIDDEN, cJSON_IsFalse(item));
    break;
  case UF_USER_TYPE:
    set_flag(user, USER_GUEST, strcmp(text, "Guest") == 0);
    break;
  case UF_BUSINESS_PHONES:
    apply_list(tenant, user, field, item);
    break;
  case UF_MAIL:
    apply_mail(tenant, user, slot, text);
    break;
  case UF_PREM_ATTRIBUTES:
    apply_extensions(tenant, user, item);
    break;
  case UF_PASSWORD_PROFILE:
    apply_profile(call, user, item, slot);
    break;
  case UF_USER_PRINCIPAL_NAME: {
    gboolean known = tenant_is_indexed(tenant, slot);
    g_autofree char *mail = pack_dup(tenant, user, UF_MAIL);
    if (known)
      tenant_unindex_name(tenant, slot);
    pack_set(tenant, user, field, text, -1);
    pack_set(tenant, user, UF_MAIL, mail, -1);
    if (known)
      tenant_index_user(tenant, slot);
    break;
  }
  default:
    pack_set(tenant, user, field, text, -1);
  }
}

void
checks_apply(Call *call, const cJSON *body, guint32 slot)
{
  Tenant *tenant = call->sim->tenant;
  const cJSON *item;

  cJSON_ArrayForEach(item, body)
  {
    int field = fields_find(item->string, -1);
    if (field < 0)
      continue;
    User *user = tenant_user(tenant, slot);
    FieldSet set = fields_info((UserField)field)->set;
    if (set == SET_TEXT)
      pack_set(tenant, user, field, cJSON_GetStringValue(item), -1);
    else if (set == SET_LIST)
      apply_list(tenant, user, field, item);
    else if (set == SET_DATE)
      apply_date(tenant, user, field, item);
    else
      apply_special(call, (UserField)field, item, slot);
  }
}
