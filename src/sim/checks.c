/* Checking what is written to a user, as Graph documents it: a body is refused
 * as a whole, with the property in the error's details. */
#include "sim/checks.h"

#include <string.h>

#include "sim/fields.h"
#include "sim/organization.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"

static gboolean
invalid(Call *call, const char *target, const char *what)
{
  call_error_detail(call, 400, "Request_BadRequest", target, "InvalidValue",
                    "Invalid value specified for property '%s' of resource 'User'.%s%s", target,
                    what ? " " : "", what ? what : "");
  return FALSE;
}

static gboolean
mistyped(Call *call, const char *target, const char *type)
{
  call_error(call, 400, "Request_BadRequest",
             "A value without a type name was found and no expected type is available, or it is "
             "of the wrong type: property '%s' takes %s.",
             target, type);
  return FALSE;
}

const char *
checks_password(const char *password, gboolean weak_allowed)
{
  gsize length = strlen(password);
  int lower = 0, upper = 0, digit = 0, symbol = 0;

  for (const char *at = password; *at; at++) {
    if ((guchar)*at >= 0x80)
      return "The specified password contains characters that are not allowed.";
    lower |= g_ascii_islower(*at) != 0;
    upper |= g_ascii_isupper(*at) != 0;
    digit |= g_ascii_isdigit(*at) != 0;
    symbol |= !g_ascii_isalnum(*at);
  }
  if (length < 8 || length > 256 || (!weak_allowed && lower + upper + digit + symbol < 3))
    return "The specified password does not comply with password complexity requirements. Please "
           "provide a different password.";
  return NULL;
}

static const char countries[] =
    " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW ";

gboolean
checks_country(const char *code)
{
  char word[5] = {' ', 0, 0, ' ', 0};

  if (strlen(code) != 2)
    return FALSE;
  word[1] = g_ascii_toupper(code[0]);
  word[2] = g_ascii_toupper(code[1]);
  return strstr(countries, word) != NULL;
}

static gboolean
taken(Call *call, const char *property)
{
  call_error_detail(call, 400, "Request_BadRequest", property, "ObjectConflict",
                    "Another object with the same value for property %s already exists.", property);
  return FALSE;
}

gboolean
checks_user_name(Call *call, const char *name, guint32 slot)
{
  static const char target[] = "userPrincipalName";
  const char *at = strchr(name, '@');

  if (!at || strchr(at + 1, '@') || at == name || at[-1] == '.')
    return invalid(call, target, "It must have one '@' and no dot before it.");
  if (at - name > 64 || strlen(at + 1) > 48)
    return invalid(call, target, "It is too long.");
  for (const char *c = name; c < at; c++)
    if (!g_ascii_isalnum(*c) && !strchr("'.-_!#^~", *c))
      return invalid(call, target, "It contains a character that is not allowed.");
  if (!organization_has_domain(at + 1)) {
    call_error_detail(call, 400, "Request_BadRequest", target, "InvalidValue",
                      "The domain portion of the userPrincipalName property is invalid. You must "
                      "use one of the verified domain names in your organization.");
    return FALSE;
  }
  guint32 found = tenant_find_name(call->sim->tenant, name, -1);
  return found == NONE || found == slot || taken(call, target);
}

static gboolean
check_mail_address(const char *text)
{
  const char *at = strchr(text, '@');

  if (!at || at == text || !at[1] || strchr(at + 1, '@') || strpbrk(text, " ,;<>\"\n\r\t()"))
    return FALSE;
  for (; *text; text++)
    if ((guchar)*text >= 0x80 || (guchar)*text < 0x21)
      return FALSE;
  return TRUE;
}

static gboolean
check_text(Call *call, const FieldInfo *info, const cJSON *item)
{
  if (cJSON_IsNull(item))
    return info->mandatory ? invalid(call, info->name, "It cannot be cleared.") : TRUE;
  if (!cJSON_IsString(item))
    return mistyped(call, info->name, "a string");
  glong length = g_utf8_strlen(item->valuestring, -1);
  if (!length)
    return invalid(call, info->name, "It must not be empty.");
  if (info->max && length > (glong)info->max) {
    call_error_detail(call, 400, "Request_BadRequest", info->name, "PropertyValueTooLong",
                      "Property '%s' is longer than its limit of %u characters.", info->name,
                      info->max);
    return FALSE;
  }
  if (info->ascii && !g_str_is_ascii(item->valuestring))
    return invalid(call, info->name, "It must not contain accents.");
  return TRUE;
}

static gboolean
check_list(Call *call, const FieldInfo *info, const cJSON *item, int limit)
{
  const cJSON *entry;

  if (!cJSON_IsArray(item))
    return mistyped(call, info->name, "an array of strings");
  if (cJSON_GetArraySize(item) > limit)
    return invalid(call, info->name, "It has too many entries.");
  cJSON_ArrayForEach(entry, item)
  {
    if (!cJSON_IsString(entry))
      return mistyped(call, info->name, "an array of strings");
    if (!check_text(call, info, entry))
      return FALSE;
    if (strcmp(info->name, "otherMails") == 0 && !check_mail_address(entry->valuestring))
      return invalid(call, info->name, "It is not a mail address.");
  }
  return TRUE;
}

static gboolean
check_profile(Call *call, const cJSON *item, const cJSON *body, const User *user)
{
  const cJSON *entry, *policies = cJSON_GetObjectItemCaseSensitive(body, "passwordPolicies");
  gboolean weak =
      cJSON_IsString(policies) && strstr(policies->valuestring, "DisableStrongPassword");

  if (!cJSON_IsObject(item))
    return mistyped(call, "passwordProfile", "an object");
  if (user && user->flags & (USER_GUEST | USER_SYNCED))
    return invalid(call, "passwordProfile", "The account's password is not kept in this tenant.");
  cJSON_ArrayForEach(entry, item)
  {
    if (strcmp(entry->string, "password") == 0) {
      const char *wrong = cJSON_IsString(entry) ? checks_password(entry->valuestring, weak)
                                                : "The specified password is no string.";
      if (wrong) {
        call_error_detail(call, 400, "Request_BadRequest", "passwordProfile.password",
                          "InvalidValue", "%s", wrong);
        return FALSE;
      }
    } else if (g_str_has_prefix(entry->string, "forceChangePasswordNextSignIn")) {
      if (!cJSON_IsBool(entry))
        return mistyped(call, entry->string, "a boolean");
    } else if (*entry->string != '@') {
      return invalid(call, "passwordProfile", "It has an unknown member.");
    }
  }
  if (!user && !cJSON_GetObjectItemCaseSensitive(item, "password"))
    return invalid(call, "passwordProfile", "A password is required.");
  return TRUE;
}

static gboolean
check_extensions(Call *call, const cJSON *item, const User *user)
{
  const cJSON *entry;

  if (!cJSON_IsObject(item))
    return mistyped(call, "onPremisesExtensionAttributes", "an object");
  if (user && user->flags & USER_SYNCED)
    return invalid(call, "onPremisesExtensionAttributes", "It is mastered on-premises.");
  cJSON_ArrayForEach(entry, item)
  {
    guint64 number = 0;
    if (*entry->string == '@')
      continue;
    if (!g_str_has_prefix(entry->string, "extensionAttribute") ||
        !g_ascii_string_to_unsigned(entry->string + 18, 10, 1, 15, &number, NULL))
      return invalid(call, "onPremisesExtensionAttributes", "It has an unknown member.");
    if (!cJSON_IsNull(entry) && !cJSON_IsString(entry))
      return mistyped(call, entry->string, "a string");
    if (cJSON_IsString(entry) && g_utf8_strlen(entry->valuestring, -1) > 1024)
      return invalid(call, entry->string, "It is longer than 1024 characters.");
  }
  return TRUE;
}

static gboolean
check_nickname(Call *call, const FieldInfo *info, const cJSON *item)
{
  if (!check_text(call, info, item))
    return FALSE;
  if (strpbrk(item->valuestring, "@()\\[]\";:<>, "))
    return invalid(call, info->name, "It contains a character that is not allowed.");
  return TRUE;
}

static gboolean
check_special(Call *call, UserField field, const cJSON *item, const cJSON *body, guint32 slot)
{
  const FieldInfo *info = fields_info(field);
  const User *user = slot == NONE ? NULL : tenant_user(call->sim->tenant, slot);

  switch (field) {
  case UF_ACCOUNT_ENABLED:
  case UF_SHOW_IN_LIST:
    return cJSON_IsBool(item) || (field == UF_SHOW_IN_LIST && cJSON_IsNull(item)) ||
           mistyped(call, info->name, "a boolean");
  case UF_BUSINESS_PHONES:
    return check_list(call, info, item, 1);
  case UF_MAIL:
    return check_text(call, info, item) &&
           (cJSON_IsNull(item) || check_mail_address(item->valuestring) ||
            invalid(call, info->name, "It is not a mail address."));
  case UF_MAIL_NICKNAME:
    return check_nickname(call, info, item);
  case UF_PREM_ATTRIBUTES:
    return check_extensions(call, item, user);
  case UF_PASSWORD_PROFILE:
    return check_profile(call, item, body, user);
  case UF_PASSWORD_POLICIES:
    return cJSON_IsNull(item) ||
           (cJSON_IsString(item) &&
            g_regex_match_simple("^(None|Disable(PasswordExpiration|StrongPassword)(, ?Disable("
                                 "PasswordExpiration|StrongPassword))?)$",
                                 item->valuestring, 0, 0)) ||
           invalid(call, info->name, NULL);
  case UF_USAGE_LOCATION:
    return cJSON_IsNull(item) || (cJSON_IsString(item) && checks_country(item->valuestring)) ||
           invalid(call, info->name, "It must be a two-letter country code.");
  case UF_USER_TYPE:
    return (cJSON_IsString(item) && (strcmp(item->valuestring, "Member") == 0 ||
                                     strcmp(item->valuestring, "Guest") == 0)) ||
           invalid(call, info->name, NULL);
  default: /* the user name */
    return check_text(call, info, item) && checks_user_name(call, item->valuestring, slot);
  }
}

static gboolean
check_property(Call *call, const cJSON *item, const cJSON *body, guint32 slot)
{
  int field = fields_find(item->string, -1);
  gint64 moment;

  if (*item->string == '@' || strchr(item->string, '@'))
    return TRUE; /* annotations */
  if (field < 0) {
    call_error(call, 400, "Request_BadRequest",
               "Resource 'User' does not have a property '%s', or it is not supported here.",
               item->string);
    return FALSE;
  }
  const FieldInfo *info = fields_info((UserField)field);
  switch (info->set) {
  case SET_TEXT:
    return check_text(call, info, item);
  case SET_LIST:
    return check_list(call, info, item, 250);
  case SET_DATE:
    return cJSON_IsNull(item) ||
           (cJSON_IsString(item) &&
            odata_parse_date(item->valuestring, strlen(item->valuestring), &moment)) ||
           invalid(call, info->name, "It must be a date and time.");
  case SET_SPECIAL:
    return check_special(call, (UserField)field, item, body, slot);
  default:
    call_error_detail(call, 400, "Request_BadRequest", info->name, "PropertyReadOnly",
                      "Property '%s' is read-only and cannot be set.", info->name);
    return FALSE;
  }
}

static gboolean
check_required(Call *call, const cJSON *body)
{
  static const char *const required[] = {"accountEnabled", "displayName", "mailNickname",
                                         "passwordProfile", "userPrincipalName"};

  for (guint i = 0; i < G_N_ELEMENTS(required); i++) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, required[i]);
    if (item && !cJSON_IsNull(item))
      continue;
    call_error_detail(call, 400, "Request_BadRequest", required[i], "MissingRequiredProperty",
                      "A value is required for property '%s' of resource 'User'.", required[i]);
    return FALSE;
  }
  const char *name =
      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "userPrincipalName"));
  const char *at = name ? strchr(name, '@') : NULL;
  if (at && organization_is_federated(at + 1) &&
      !cJSON_GetObjectItemCaseSensitive(body, "onPremisesImmutableId"))
    return invalid(call, "onPremisesImmutableId", "It is required in a federated domain.");
  return TRUE;
}

gboolean
checks_user(Call *call, const cJSON *body, guint32 slot)
{
  const cJSON *item;

  if (slot == NONE && !check_required(call, body))
    return FALSE;
  cJSON_ArrayForEach(item, body) if (!check_property(call, item, body, slot)) return FALSE;
  return TRUE;
}
