/* The properties of a user: one table for $select, $filter, writing and
 * checking. Order is the order in which they are written. */
#pragma once

#include "sim/odata.h"

typedef struct Tenant Tenant;

typedef enum {
  UF_ACCOUNT_ENABLED,
  UF_ASSIGNED_LICENSES,
  UF_ASSIGNED_PLANS,
  UF_BUSINESS_PHONES,
  UF_CITY,
  UF_COMPANY_NAME,
  UF_COUNTRY,
  UF_CREATED,
  UF_CREATION_TYPE,
  UF_DELETED,
  UF_DEPARTMENT,
  UF_DISPLAY_NAME,
  UF_HIRE_DATE,
  UF_EMPLOYEE_ID,
  UF_LEAVE_DATE,
  UF_EMPLOYEE_TYPE,
  UF_EXTERNAL_STATE,
  UF_EXTERNAL_STATE_CHANGED,
  UF_FAX,
  UF_GIVEN_NAME,
  UF_ID,
  UF_IDENTITIES,
  UF_IM_ADDRESSES,
  UF_RESOURCE_ACCOUNT,
  UF_JOB_TITLE,
  UF_PASSWORD_CHANGED,
  UF_LICENSE_STATES,
  UF_MAIL,
  UF_MAIL_NICKNAME,
  UF_MOBILE_PHONE,
  UF_OFFICE,
  UF_PREM_DN,
  UF_PREM_DOMAIN,
  UF_PREM_ATTRIBUTES,
  UF_PREM_IMMUTABLE_ID,
  UF_PREM_LAST_SYNC,
  UF_PREM_SAM,
  UF_PREM_SID,
  UF_PREM_SYNC_ENABLED,
  UF_PREM_UPN,
  UF_OTHER_MAILS,
  UF_PASSWORD_POLICIES,
  UF_PASSWORD_PROFILE,
  UF_POSTAL_CODE,
  UF_DATA_LOCATION,
  UF_LANGUAGE,
  UF_PROVISIONED_PLANS,
  UF_PROXY_ADDRESSES,
  UF_SECURITY_ID,
  UF_SHOW_IN_LIST,
  UF_SIGN_IN_ACTIVITY,
  UF_SESSIONS_FROM,
  UF_STATE,
  UF_STREET,
  UF_SURNAME,
  UF_USAGE_LOCATION,
  UF_USER_PRINCIPAL_NAME,
  UF_USER_TYPE,
  UF_N,
  UF_EXTENSION = 64, /* + 1 to 15: extensionAttribute1 to 15 */
  UF_EXTENSION_END = 80,
  UF_LAST_SIGN_IN,
  UF_LAST_QUIET_SIGN_IN,
  UF_LAST_GOOD_SIGN_IN,
  UF_DELETED_NAME, /* the user name before it was deleted; not a property */
  UF_FORCE_CHANGE  /* passwordProfile's flag; not a property */
} UserField;

#define UF_BIT(f) (1ull << (f))
/* What Graph sends when nothing is selected. */
extern const guint64 fields_default;

/* What can be done with a property in POST and PATCH. */
typedef enum {
  SET_NEVER,
  SET_TEXT,
  SET_LIST,
  SET_DATE,
  SET_SPECIAL /* has a rule of its own in checks.c */
} FieldSet;

typedef struct {
  const char *name;
  FieldSet set;
  guint max;          /* characters; 0: no limit of its own */
  gboolean ascii;     /* no accents */
  gboolean mandatory; /* may be changed, not cleared */
} FieldInfo;

/* The row of one of the first UF_N fields. */
const FieldInfo *fields_info(UserField field);
/* Field by its Graph name, or -1. */
int fields_find(const char *name, gssize length);
/* TRUE for names that are kept elsewhere (in SharePoint) and cannot be listed. */
gboolean fields_is_foreign(const char *name);

/* For filters over users. The context is the Tenant, the object a User. */
extern const OdSchema fields_schema;
