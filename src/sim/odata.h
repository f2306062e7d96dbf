/* OData as Graph's directory speaks it: a parser for $filter that knows which
 * property allows which operator, and what it needs of the request for that;
 * an evaluator over any kind of object; $search. Knows no users and no HTTP. */
#pragma once

#include <glib.h>

typedef enum {
  OD_STRING,
  OD_BOOL,
  OD_DATE,
  OD_GUID,
  OD_STRINGS, /* a collection of text, for any() */
  OD_OBJECTS, /* a collection of objects, for any() with x/name */
  OD_OBJECT   /* reached through its parts: "signInActivity/…" */
} OdType;

/* What a filter may do with a property. "ADVANCED" needs ConsistencyLevel: eventual and
 * $count=true. ne, not and null are always advanced. */
enum {
  OD_EQ = 1 << 0,
  OD_EQ_ADVANCED = 1 << 1,
  OD_STARTS = 1 << 2,
  OD_STARTS_ADVANCED = 1 << 3,
  OD_ENDS = 1 << 4,
  OD_RANGE = 1 << 5,
  OD_RANGE_ADVANCED = 1 << 6,
  OD_ORDER = 1 << 7,
  OD_ORDER_ADVANCED = 1 << 8,
  OD_SEARCH = 1 << 9,
  OD_NULL = 1 << 10 /* eq null */
};

typedef struct {
  const char *name; /* "displayName", "signInActivity/lastSignInDateTime", "identities/issuer" */
  int id;
  OdType type;
  guint ops;
} OdProperty;

typedef struct {
  const char *text; /* OD_STRING, OD_GUID */
  gsize length;
  gint64 number; /* OD_DATE in seconds, OD_BOOL */
} OdValue;

typedef struct {
  const char *type_name;        /* "User" */
  const OdProperty *properties; /* ended by a NULL name */
  /* The value of a plain property; FALSE: null. */
  gboolean (*value)(gconstpointer context, gconstpointer object, int id, OdValue *ret);
  /* How many items a collection has, and (part of) one of them. */
  guint (*length)(gconstpointer context, gconstpointer object, int id);
  gboolean (*item)(gconstpointer context, gconstpointer object, int id, guint index, int part,
                   OdValue *ret);
} OdSchema;

/* The property by its name, case does not count; NULL. `length` -1: up to the NUL. */
const OdProperty *odata_property(const OdSchema *schema, const char *name, gssize length);

/* Errors of the parser; the message is Graph's. */
typedef enum { ODATA_SYNTAX, ODATA_UNSUPPORTED } OdataErrorCode;
#define ODATA_ERROR (odata_error_quark())
GQuark odata_error_quark(void);

typedef struct OdFilter OdFilter;
/* Parses; unknown properties and malformed text are ODATA_SYNTAX, operators that the
 * property never allows are ODATA_UNSUPPORTED. `schema` outlives the filter. */
OdFilter *odata_filter_parse(const OdSchema *schema, const char *text, GError **error);
void odata_filter_free(OdFilter *filter);
/* The name of a property that makes this filter an advanced query, or NULL. */
const char *odata_filter_advanced(const OdFilter *filter);
/* TRUE if the property with this id is in it; `ret_alone` (may be NULL): and nothing else is. */
gboolean odata_filter_uses(const OdFilter *filter, int id, gboolean *ret_alone);
/* The texts of a filter that is nothing but "property in (…)" or "property eq …" with the property
 * of this id: GPtrArray of char * (lent), or NULL. */
GPtrArray *odata_filter_texts(const OdFilter *filter, int id);
gboolean odata_filter_match(const OdFilter *filter, gconstpointer context, gconstpointer object);

typedef struct OdSearch OdSearch;
/* "displayName:ann" AND "mail:x" OR …: words that begin so. */
OdSearch *odata_search_parse(const OdSchema *schema, const char *text, GError **error);
void odata_search_free(OdSearch *search);
gboolean odata_search_match(const OdSearch *search, gconstpointer context, gconstpointer object);

/* "2027-01-31", "…T14:02:11Z", with fractions and offsets. */
gboolean odata_parse_date(const char *text, gsize length, gint64 *ret_seconds);
/* Compares without case: <0, 0, >0. */
int odata_compare(const char *a, gsize a_length, const char *b, gsize b_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OdFilter, odata_filter_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OdSearch, odata_search_free)
