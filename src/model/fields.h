/* What an account consists of. The field table is the one truth for columns,
 * sorting, the query language, every output format, $select, and the pages
 * that document them. */
#pragma once

#include <glib.h>

typedef enum {
  FIELD_ID,
  FIELD_NAME,     /* displayName */
  FIELD_USER,     /* userPrincipalName */
  FIELD_FIRST,    /* givenName */
  FIELD_LAST,     /* surname */
  FIELD_MAIL,     /* mail */
  FIELD_EXTERNAL, /* otherMails, a list */
  FIELD_PROXIES,  /* proxyAddresses, a list */
  FIELD_MOBILE,   /* mobilePhone */
  FIELD_COMPANY,  /* companyName */
  FIELD_DEPARTMENT,
  FIELD_TITLE,    /* jobTitle */
  FIELD_EMPLOYEE, /* employeeId */
  FIELD_CITY,
  FIELD_COUNTRY,
  FIELD_LOCATION, /* usageLocation */
  FIELD_LANGUAGE, /* preferredLanguage */
  FIELD_STATE,    /* accountEnabled: AccountState */
  FIELD_KIND,     /* userType: AccountKind */
  FIELD_LICENCE,  /* usher.licence: LicenceState */
  FIELD_SPONSOR,  /* usher.sponsor: display name */
  FIELD_SPONSOR_ID,
  FIELD_GROUP,   /* usher.roster: the roster's name; groups in the detail */
  FIELD_CREATED, /* createdDateTime */
  FIELD_EXPIRES, /* usher.expires */
  FIELD_SIGN_IN, /* signInActivity/lastSuccessfulSignInDateTime or the older one */
  FIELD_INVITE,  /* externalUserState */
  FIELD_SYNCED,  /* onPremisesSyncEnabled: 0 or 1 */
  FIELD_DELETED, /* deletedDateTime */
  FIELD_STEP,    /* usher.step: what a half made account still lacks */
  FIELD_PROFILE, /* usher.profile: whose it is, when several profiles are listed together */
  FIELD_N
} FieldId;

typedef enum {
  FIELD_KIND_TEXT,
  FIELD_KIND_LIST,   /* texts, separated by '\n' */
  FIELD_KIND_MOMENT, /* seconds since 1970, or a MOMENT_ constant */
  FIELD_KIND_CHOICE, /* a small number, named by the field's choices */
} FieldKind;

/* Moments that are none. */
#define MOMENT_NONE       ((gint64)0)  /* there is none: no end date, never signed in */
#define MOMENT_UNKNOWN    ((gint64)-1) /* not asked, or not answered */
#define MOMENT_UNLICENSED ((gint64)-2) /* the tenant has no licence to tell */

typedef enum { STATE_UNKNOWN, STATE_ENABLED, STATE_DISABLED, STATE_DELETED } AccountState;
typedef enum { KIND_UNKNOWN, KIND_MEMBER, KIND_GUEST } AccountKind;
typedef enum {
  LICENCE_UNKNOWN,
  LICENCE_NONE,
  LICENCE_PENDING,
  LICENCE_OK,
  LICENCE_ERROR
} LicenceState;

typedef struct {
  FieldId id;
  const char *name;  /* short name: queries, --columns, --sort */
  const char *graph; /* JSON key in Graph's spelling, or NULL: under "usher" */
  const char *own;   /* JSON key under "usher" when `graph` is NULL */
  const char *title; /* N_() column title, capitals as in the list */
  const char *label; /* N_() label in the detail pane */
  const char *help;  /* N_() one sentence for the manual */
  FieldKind kind;
  const char *const *choices; /* FIELD_KIND_CHOICE: N_() names by number, NULL-terminated */
  const char *const *json;    /* choices as JSON values ("true", "\"Guest\""); NULL: the names */
  int width_min, width_want;  /* cells in a column; 0: never a column by default */
  const char *select;         /* what $select must hold for it; NULL: nothing */
  gboolean costly;   /* needs requests of its own (sign-in, sponsor): only when asked for */
  gboolean search;   /* plain words of a query look here */
  gboolean writable; /* usher can change it */
  gboolean ahead;    /* a moment that lies ahead (an end): spans count from now onwards */
} FieldInfo;

/* The row of a field. */
const FieldInfo *field_info(FieldId id);

/* By short name, Graph name, name under "usher" or $select name, any case; FALSE if there
 * is none. */
gboolean field_lookup(const char *name, FieldId *ret_id);

/* The short name nearest to a wrong one, or NULL. `more` (may be NULL) is one further
 * known name. Lent. */
const char *field_nearest(const char *name, const char *more);

/* Reads "name,user,-expires": appends FieldId to `ids` (GArray of FieldId) and,
 * when `descending` is not NULL, a gboolean each. USHER_ERROR_USAGE names the
 * word and the nearest field. */
gboolean field_parse_list(const char *text, GArray *ids, GArray *descending, GError **error);

/* The value as a person reads it ("in 12 d", "enabled"), never NULL. `text`
 * for texts and lists, `number` for moments and choices. The caller owns it. */
char *field_display(FieldId id, const char *text, gint64 number, gint64 now);

/* The value as a program reads it: ISO moments, names of choices, lists
 * separated by ", ". A sign-in that is none is "never", "unknown" or "unlicensed", an
 * end date that nobody asked for "unknown", other moments that are none "". Never NULL.
 * The caller owns it. */
char *field_plain(FieldId id, const char *text, gint64 number);
