/* The properties of a user as tables, and reading one of them for a filter.
 * Writing them as JSON is user-json.c's. */
#include "sim/fields.h"

#include <stdio.h>
#include <string.h>

#include "sim/pack.h"

const guint64 fields_default =
    UF_BIT(UF_BUSINESS_PHONES) | UF_BIT(UF_DISPLAY_NAME) | UF_BIT(UF_GIVEN_NAME) | UF_BIT(UF_ID) |
    UF_BIT(UF_JOB_TITLE) | UF_BIT(UF_MAIL) | UF_BIT(UF_MOBILE_PHONE) | UF_BIT(UF_OFFICE) |
    UF_BIT(UF_LANGUAGE) | UF_BIT(UF_SURNAME) | UF_BIT(UF_USER_PRINCIPAL_NAME);

static const FieldInfo infos[UF_N] = {
    [UF_ACCOUNT_ENABLED] = {"accountEnabled", SET_SPECIAL},
    [UF_ASSIGNED_LICENSES] = {"assignedLicenses"},
    [UF_ASSIGNED_PLANS] = {"assignedPlans"},
    [UF_BUSINESS_PHONES] = {"businessPhones", SET_SPECIAL, 64},
    [UF_CITY] = {"city", SET_TEXT, 128},
    [UF_COMPANY_NAME] = {"companyName", SET_TEXT, 64},
    [UF_COUNTRY] = {"country", SET_TEXT, 128},
    [UF_CREATED] = {"createdDateTime"},
    [UF_CREATION_TYPE] = {"creationType"},
    [UF_DELETED] = {"deletedDateTime"},
    [UF_DEPARTMENT] = {"department", SET_TEXT, 64},
    [UF_DISPLAY_NAME] = {"displayName", SET_TEXT, 256, .mandatory = TRUE},
    [UF_HIRE_DATE] = {"employeeHireDate", SET_DATE},
    [UF_EMPLOYEE_ID] = {"employeeId", SET_TEXT, 16},
    [UF_LEAVE_DATE] = {"employeeLeaveDateTime", SET_DATE},
    [UF_EMPLOYEE_TYPE] = {"employeeType", SET_TEXT},
    [UF_EXTERNAL_STATE] = {"externalUserState"},
    [UF_EXTERNAL_STATE_CHANGED] = {"externalUserStateChangeDateTime"},
    [UF_FAX] = {"faxNumber", SET_TEXT, 64},
    [UF_GIVEN_NAME] = {"givenName", SET_TEXT, 64},
    [UF_ID] = {"id"},
    [UF_IDENTITIES] = {"identities"},
    [UF_IM_ADDRESSES] = {"imAddresses"},
    [UF_RESOURCE_ACCOUNT] = {"isResourceAccount"},
    [UF_JOB_TITLE] = {"jobTitle", SET_TEXT, 128},
    [UF_PASSWORD_CHANGED] = {"lastPasswordChangeDateTime"},
    [UF_LICENSE_STATES] = {"licenseAssignmentStates"},
    [UF_MAIL] = {"mail", SET_SPECIAL, 256, TRUE},
    [UF_MAIL_NICKNAME] = {"mailNickname", SET_SPECIAL, 64, TRUE, TRUE},
    [UF_MOBILE_PHONE] = {"mobilePhone", SET_TEXT, 64},
    [UF_OFFICE] = {"officeLocation", SET_TEXT, 128},
    [UF_PREM_DN] = {"onPremisesDistinguishedName"},
    [UF_PREM_DOMAIN] = {"onPremisesDomainName"},
    [UF_PREM_ATTRIBUTES] = {"onPremisesExtensionAttributes", SET_SPECIAL},
    [UF_PREM_IMMUTABLE_ID] = {"onPremisesImmutableId", SET_TEXT, 256},
    [UF_PREM_LAST_SYNC] = {"onPremisesLastSyncDateTime"},
    [UF_PREM_SAM] = {"onPremisesSamAccountName"},
    [UF_PREM_SID] = {"onPremisesSecurityIdentifier"},
    [UF_PREM_SYNC_ENABLED] = {"onPremisesSyncEnabled"},
    [UF_PREM_UPN] = {"onPremisesUserPrincipalName"},
    [UF_OTHER_MAILS] = {"otherMails", SET_LIST, 250, TRUE},
    [UF_PASSWORD_POLICIES] = {"passwordPolicies", SET_SPECIAL},
    [UF_PASSWORD_PROFILE] = {"passwordProfile", SET_SPECIAL},
    [UF_POSTAL_CODE] = {"postalCode", SET_TEXT, 40},
    [UF_DATA_LOCATION] = {"preferredDataLocation", SET_TEXT},
    [UF_LANGUAGE] = {"preferredLanguage", SET_TEXT, 32},
    [UF_PROVISIONED_PLANS] = {"provisionedPlans"},
    [UF_PROXY_ADDRESSES] = {"proxyAddresses"},
    [UF_SECURITY_ID] = {"securityIdentifier"},
    [UF_SHOW_IN_LIST] = {"showInAddressList", SET_SPECIAL},
    [UF_SIGN_IN_ACTIVITY] = {"signInActivity"},
    [UF_SESSIONS_FROM] = {"signInSessionsValidFromDateTime"},
    [UF_STATE] = {"state", SET_TEXT, 128},
    [UF_STREET] = {"streetAddress", SET_TEXT, 1024},
    [UF_SURNAME] = {"surname", SET_TEXT, 64},
    [UF_USAGE_LOCATION] = {"usageLocation", SET_SPECIAL},
    [UF_USER_PRINCIPAL_NAME] = {"userPrincipalName", SET_SPECIAL, 113, TRUE, TRUE},
    [UF_USER_TYPE] = {"userType", SET_SPECIAL},
};

static const char *const foreign[] = {
    "aboutMe",      "birthday",      "hireDate", "interests",        "mySite",          "schools",
    "pastProjects", "preferredName", "skills",   "responsibilities", "mailboxSettings", NULL};

const FieldInfo *
fields_info(UserField field)
{
  return &infos[field];
}

int
fields_find(const char *name, gssize length)
{
  gsize n = length < 0 ? strlen(name) : (gsize)length;

  for (int i = 0; i < UF_N; i++)
    if (strlen(infos[i].name) == n && g_ascii_strncasecmp(infos[i].name, name, n) == 0)
      return i;
  return -1;
}

gboolean
fields_is_foreign(const char *name)
{
  return g_strv_contains(foreign, name);
}

#define TEXT_OPS (OD_EQ | OD_RANGE)
enum { PART_SKU = 1, PART_ASSIGNED_ID, PART_ISSUER, PART_SIGN_IN_TYPE };

#define EXTENSION(n)                                                                               \
  {                                                                                                \
    "onPremisesExtensionAttributes/extensionAttribute" #n, UF_EXTENSION + n, OD_STRING,            \
        OD_EQ_ADVANCED | OD_RANGE_ADVANCED                                                         \
  }

/* Which operators a property takes: filter-directory-objects of the documentation. */
static const OdProperty properties[] = {
    {"accountEnabled", UF_ACCOUNT_ENABLED, OD_BOOL, OD_EQ},
    {"assignedLicenses", UF_ASSIGNED_LICENSES, OD_OBJECTS, OD_EQ},
    {"assignedLicenses/skuId", PART_SKU, OD_GUID, OD_EQ},
    {"businessPhones", UF_BUSINESS_PHONES, OD_STRINGS, OD_EQ | OD_STARTS},
    {"city", UF_CITY, OD_STRING, TEXT_OPS | OD_STARTS},
    {"companyName", UF_COMPANY_NAME, OD_STRING,
     OD_EQ_ADVANCED | OD_RANGE_ADVANCED | OD_STARTS_ADVANCED},
    {"country", UF_COUNTRY, OD_STRING, TEXT_OPS | OD_STARTS},
    {"createdDateTime", UF_CREATED, OD_DATE, OD_EQ | OD_RANGE | OD_ORDER_ADVANCED},
    {"creationType", UF_CREATION_TYPE, OD_STRING, OD_EQ},
    {"deletedDateTime", UF_DELETED, OD_DATE, OD_EQ | OD_RANGE | OD_ORDER_ADVANCED},
    {"department", UF_DEPARTMENT, OD_STRING, TEXT_OPS | OD_STARTS},
    {"displayName", UF_DISPLAY_NAME, OD_STRING, TEXT_OPS | OD_STARTS | OD_ORDER | OD_SEARCH},
    {"employeeHireDate", UF_HIRE_DATE, OD_DATE, OD_EQ_ADVANCED | OD_RANGE_ADVANCED},
    {"employeeId", UF_EMPLOYEE_ID, OD_STRING, TEXT_OPS | OD_STARTS},
    {"employeeLeaveDateTime", UF_LEAVE_DATE, OD_DATE, OD_EQ_ADVANCED | OD_RANGE_ADVANCED},
    {"employeeType", UF_EMPLOYEE_TYPE, OD_STRING,
     OD_EQ_ADVANCED | OD_RANGE_ADVANCED | OD_STARTS_ADVANCED},
    {"externalUserState", UF_EXTERNAL_STATE, OD_STRING, OD_EQ_ADVANCED},
    {"givenName", UF_GIVEN_NAME, OD_STRING, TEXT_OPS | OD_STARTS | OD_SEARCH},
    {"id", UF_ID, OD_GUID, OD_EQ},
    {"identities", UF_IDENTITIES, OD_OBJECTS, OD_EQ},
    {"identities/issuerAssignedId", PART_ASSIGNED_ID, OD_STRING, OD_EQ},
    {"identities/issuer", PART_ISSUER, OD_STRING, OD_EQ},
    {"identities/signInType", PART_SIGN_IN_TYPE, OD_STRING, OD_EQ},
    {"jobTitle", UF_JOB_TITLE, OD_STRING, OD_EQ | OD_RANGE | OD_SEARCH},
    {"mail", UF_MAIL, OD_STRING, TEXT_OPS | OD_STARTS | OD_ENDS | OD_SEARCH},
    {"mailNickname", UF_MAIL_NICKNAME, OD_STRING, TEXT_OPS | OD_STARTS | OD_SEARCH},
    {"mobilePhone", UF_MOBILE_PHONE, OD_STRING,
     OD_EQ_ADVANCED | OD_RANGE_ADVANCED | OD_STARTS_ADVANCED},
    {"officeLocation", UF_OFFICE, OD_STRING,
     OD_EQ_ADVANCED | OD_RANGE_ADVANCED | OD_STARTS_ADVANCED},
    {"onPremisesExtensionAttributes", UF_PREM_ATTRIBUTES, OD_OBJECT, 0},
    EXTENSION(1),
    EXTENSION(2),
    EXTENSION(3),
    EXTENSION(4),
    EXTENSION(5),
    EXTENSION(6),
    EXTENSION(7),
    EXTENSION(8),
    EXTENSION(9),
    EXTENSION(10),
    EXTENSION(11),
    EXTENSION(12),
    EXTENSION(13),
    EXTENSION(14),
    EXTENSION(15),
    {"onPremisesSyncEnabled", UF_PREM_SYNC_ENABLED, OD_BOOL, OD_EQ},
    {"otherMails", UF_OTHER_MAILS, OD_STRINGS, OD_EQ | OD_STARTS | OD_ENDS | OD_SEARCH},
    {"passwordPolicies", UF_PASSWORD_POLICIES, OD_STRING, OD_EQ_ADVANCED},
    {"postalCode", UF_POSTAL_CODE, OD_STRING,
     OD_EQ_ADVANCED | OD_RANGE_ADVANCED | OD_STARTS_ADVANCED},
    {"preferredLanguage", UF_LANGUAGE, OD_STRING, OD_EQ_ADVANCED | OD_RANGE_ADVANCED},
    {"proxyAddresses", UF_PROXY_ADDRESSES, OD_STRINGS, OD_EQ | OD_STARTS | OD_ENDS | OD_SEARCH},
    {"signInActivity", UF_SIGN_IN_ACTIVITY, OD_OBJECT, 0},
    {"signInActivity/lastSignInDateTime", UF_LAST_SIGN_IN, OD_DATE, OD_EQ | OD_RANGE},
    {"signInActivity/lastNonInteractiveSignInDateTime", UF_LAST_QUIET_SIGN_IN, OD_DATE,
     OD_EQ | OD_RANGE},
    {"signInActivity/lastSuccessfulSignInDateTime", UF_LAST_GOOD_SIGN_IN, OD_DATE,
     OD_EQ | OD_RANGE},
    {"state", UF_STATE, OD_STRING, TEXT_OPS | OD_STARTS},
    {"streetAddress", UF_STREET, OD_STRING,
     OD_EQ_ADVANCED | OD_RANGE_ADVANCED | OD_STARTS_ADVANCED},
    {"surname", UF_SURNAME, OD_STRING, TEXT_OPS | OD_STARTS | OD_SEARCH},
    {"usageLocation", UF_USAGE_LOCATION, OD_STRING, TEXT_OPS | OD_STARTS},
    {"userPrincipalName", UF_USER_PRINCIPAL_NAME, OD_STRING,
     TEXT_OPS | OD_STARTS | OD_ENDS | OD_ORDER | OD_SEARCH},
    {"userType", UF_USER_TYPE, OD_STRING, OD_EQ},
    {NULL},
};

static gboolean
give(OdValue *value, const char *text)
{
  value->text = text;
  value->length = strlen(text);
  return TRUE;
}

static gboolean
give_moment(OdValue *value, gint64 seconds)
{
  value->number = seconds;
  return seconds != 0;
}

static gboolean
user_value(gconstpointer context, gconstpointer object, int id, OdValue *value)
{
  const Tenant *tenant = context;
  const User *user = object;

  switch (id) {
  case UF_ID:
    tenant_format_id(user->id, tenant->scratch);
    return give(value, tenant->scratch);
  case UF_ACCOUNT_ENABLED:
    value->number = (user->flags & USER_ENABLED) != 0;
    return TRUE;
  case UF_PREM_SYNC_ENABLED:
    value->number = (user->flags & USER_SYNCED) != 0;
    return value->number != 0;
  case UF_USER_TYPE:
    return give(value, user->flags & USER_GUEST ? "Guest" : "Member");
  case UF_CREATION_TYPE:
    return (user->flags & (USER_PENDING | USER_ACCEPTED)) && give(value, "Invitation");
  case UF_EXTERNAL_STATE:
    if (user->flags & USER_PENDING)
      return give(value, "PendingAcceptance");
    return (user->flags & USER_ACCEPTED) && give(value, "Accepted");
  case UF_CREATED:
    return give_moment(value, user->created);
  case UF_DELETED:
    return give_moment(value, user->deleted);
  case UF_LAST_SIGN_IN:
  case UF_LAST_GOOD_SIGN_IN:
    return give_moment(value, user->signed_in);
  case UF_LAST_QUIET_SIGN_IN:
    return give_moment(value, user->signed_in_quietly);
  default:
    break;
  }
  value->text = pack_get(tenant, user, id, &value->length);
  if (value->text && (id == UF_HIRE_DATE || id == UF_LEAVE_DATE))
    return odata_parse_date(value->text, value->length, &value->number);
  return value->text != NULL;
}

/* The n-th of several strings that each end in NUL. */
static gboolean
nth_string(const char *text, gsize length, guint n, OdValue *value)
{
  const char *end = text + length;

  for (; text < end; text += strlen(text) + 1)
    if (n-- == 0)
      return give(value, text);
  return FALSE;
}

static gboolean
proxy_item(const Tenant *tenant, const User *user, guint index, OdValue *value)
{
  gsize length;
  const char *text = pack_get(tenant, user, UF_PROXY_ADDRESSES, &length);

  if (text)
    return nth_string(text, length, index, value);
  text = pack_get(tenant, user, UF_MAIL, &length);
  if (!text || index > 0)
    return FALSE;
  value->length = (gsize)snprintf(tenant->scratch, 1024, "SMTP:%.*s", (int)length, text);
  value->text = tenant->scratch;
  return TRUE;
}

static gboolean
identity_item(const Tenant *tenant, const User *user, guint index, int part, OdValue *value)
{
  if (index > 0 && !(user->flags & USER_GUEST))
    return FALSE;
  if (index > 1)
    return FALSE;
  if (part == PART_ISSUER)
    return give(value, index ? "ExternalAzureAD" : TENANT_INITIAL_DOMAIN);
  if (part == PART_SIGN_IN_TYPE)
    return give(value, index ? "federated" : "userPrincipalName");
  value->text = pack_get(tenant, user, index ? UF_MAIL : UF_USER_PRINCIPAL_NAME, &value->length);
  return TRUE;
}

static gboolean
licence_item(const Tenant *tenant, const User *user, guint index, OdValue *value)
{
  for (guint32 at = user->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    at = holding->next;
    if (holding->state == HOLDING_ACTIVE && index-- == 0)
      return give(value, g_array_index(tenant->skus, Sku, holding->sku).sku_id);
  }
  return FALSE;
}

static gboolean
user_item(gconstpointer context, gconstpointer object, int id, guint index, int part,
          OdValue *value)
{
  gsize length;

  switch (id) {
  case UF_PROXY_ADDRESSES:
    return proxy_item(context, object, index, value);
  case UF_IDENTITIES:
    return identity_item(context, object, index, part, value);
  case UF_ASSIGNED_LICENSES:
    return licence_item(context, object, index, value);
  default: {
    const char *text = pack_get(context, object, id, &length);
    return text && nth_string(text, length, index, value);
  }
  }
}

static guint
user_length(gconstpointer context, gconstpointer object, int id)
{
  OdValue value;
  guint n = 0;

  while (user_item(context, object, id, n, PART_ISSUER, &value))
    n++;
  return n;
}

const OdSchema fields_schema = {"User", properties, user_value, user_length, user_item};
