/* The query options of a list, with Graph's rules about which go together and
 * what needs ConsistencyLevel: eventual. */
#pragma once

#include "sim/call.h"
#include "sim/fields.h"

/* What a list allows. */
enum {
  QUERY_SELECT = 1 << 0,
  QUERY_FILTER = 1 << 1,
  QUERY_TOP = 1 << 2,
  QUERY_COUNT = 1 << 3,
  QUERY_SEARCH = 1 << 4,
  QUERY_ORDER = 1 << 5,
  QUERY_EXPAND = 1 << 6,
  QUERY_ALL = 0x7f,
  QUERY_FILTER_ADVANCED = 1 << 8, /* any filter is advanced here: members */
  QUERY_ALL_ADVANCED = 1 << 9     /* and orderby, search and the cast too: transitive */
};

typedef struct {
  gboolean wanted;
  guint64 select;
} Expand;

typedef struct {
  guint64 select; /* of users; bits */
  char *select_text;
  OdFilter *filter;
  OdSearch *search;
  int top;
  gboolean count; /* asked for and allowed */
  const OdProperty *order;
  gboolean descending;
  Expand manager, sponsors, members, member_of;
  guint64 position; /* of the page */
  gboolean later_page;
} Query;

/* Reads the call's options; FALSE after answering. */
gboolean query_read(Call *call, const OdSchema *schema, guint allowed, Query *ret_query);
void query_clear(Query *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

/* Reads a $select of user properties; FALSE after answering. */
gboolean query_select_users(Call *call, const char *text, gboolean list, guint64 *ret_select);
/* What reading these properties needs beyond reading users; FALSE after answering 403. */
gboolean query_may_select(Call *call, guint64 select);

/* Appends ,"@odata.nextLink":… for the page that begins at `position`. */
void query_next_link(Call *call, GString *out, guint64 position);
/* The same URL with another token option: $deltatoken, $skiptoken. */
char *query_link(const Call *call, const char *option, const char *token, gboolean keep_options);
