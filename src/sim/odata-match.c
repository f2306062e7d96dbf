/* Evaluating filters and searches over objects, and the comparing of text and
 * dates that goes with it. Parsing of filters is odata-filter.c's. */
#include "sim/odata-private.h"

#include <string.h>

/* Exactly `n` digits at *at. */
static gboolean
take_digits(const char **at, const char *end, int n, int *ret)
{
  int number = 0;

  for (int i = 0; i < n; i++, (*at)++) {
    if (*at >= end || !g_ascii_isdigit(**at))
      return FALSE;
    number = number * 10 + (**at - '0');
  }
  *ret = number;
  return TRUE;
}

static gboolean
take_mark(const char **at, const char *end, const char *marks)
{
  if (*at >= end || !**at || !strchr(marks, **at))
    return FALSE;
  (*at)++;
  return TRUE;
}

/* "T14:02", "T14:02:11", "T14:02:11.1234567". */
static gboolean
take_time(const char **at, const char *end, int *hour, int *minute, int *second)
{
  if (!take_digits(at, end, 2, hour) || !take_mark(at, end, ":") ||
      !take_digits(at, end, 2, minute))
    return FALSE;
  if (!take_mark(at, end, ":"))
    return TRUE;
  if (!take_digits(at, end, 2, second))
    return FALSE;
  if (take_mark(at, end, "."))
    while (*at < end && g_ascii_isdigit(**at))
      (*at)++;
  return TRUE;
}

gboolean
odata_parse_date(const char *text, gsize length, gint64 *ret_seconds)
{
  const char *at = text, *end = text + length;
  int year, month, day, hour = 0, minute = 0, second = 0, hours = 0, minutes = 0, sign = 0;

  if (!take_digits(&at, end, 4, &year) || !take_mark(&at, end, "-") ||
      !take_digits(&at, end, 2, &month) || !take_mark(&at, end, "-") ||
      !take_digits(&at, end, 2, &day))
    return FALSE;
  if (take_mark(&at, end, "Tt") && !take_time(&at, end, &hour, &minute, &second))
    return FALSE;
  if (at < end && (*at == '+' || *at == '-')) {
    sign = *at++ == '+' ? 1 : -1;
    if (!take_digits(&at, end, 2, &hours) || !take_mark(&at, end, ":") ||
        !take_digits(&at, end, 2, &minutes))
      return FALSE;
  } else {
    take_mark(&at, end, "Zz");
  }
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) moment =
      at == end ? g_date_time_new(utc, year, month, day, hour, minute, MIN(second, 59)) : NULL;
  if (!moment)
    return FALSE;
  *ret_seconds = g_date_time_to_unix(moment) - sign * (hours * 3600 + minutes * 60);
  return TRUE;
}

int
odata_compare(const char *a, gsize a_length, const char *b, gsize b_length)
{
  gsize n = MIN(a_length, b_length);
  gboolean ascii = TRUE;

  for (gsize i = 0; i < n && ascii; i++) {
    guchar x = (guchar)a[i], y = (guchar)b[i];
    if (x == y)
      continue;
    if ((x | y) & 0x80) {
      ascii = FALSE;
      break;
    }
    int difference = g_ascii_tolower((char)x) - g_ascii_tolower((char)y);
    if (difference)
      return difference;
  }
  if (ascii)
    return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
  g_autofree char *fold_a = g_utf8_casefold(a, (gssize)a_length);
  g_autofree char *fold_b = g_utf8_casefold(b, (gssize)b_length);
  return strcmp(fold_a, fold_b);
}

typedef struct {
  const OdSchema *schema;
  gconstpointer context, object;
  const OdProperty *collection;
  guint index;
} Look;

static gboolean
look_up(const Look *look, const Node *node, OdValue *value)
{
  if (node->of_item)
    return look->schema->item(look->context, look->object, node->property->id, look->index,
                              node->part ? node->part->id : 0, value);
  return look->schema->value(look->context, look->object, node->property->id, value);
}

static int
compare_value(OdType type, const OdValue *value, const Literal *literal)
{
  if (type == OD_BOOL || type == OD_DATE)
    return value->number < literal->number ? -1 : value->number > literal->number;
  return odata_compare(value->text, value->length, literal->text, literal->length);
}

static gboolean
holds(NodeKind kind, int order)
{
  switch (kind) {
  case NODE_EQ:
    return order == 0;
  case NODE_NE:
    return order != 0;
  case NODE_GE:
    return order >= 0;
  case NODE_LE:
    return order <= 0;
  case NODE_GT:
    return order > 0;
  default:
    return order < 0;
  }
}

/* Slices must not cut a character in two. */
static gboolean
inside_character(const char *at)
{
  return ((guchar)*at & 0xc0) == 0x80;
}

static gboolean
begins(const OdValue *value, const Literal *literal)
{
  if (value->length > literal->length && inside_character(value->text + literal->length))
    return FALSE;
  return value->length >= literal->length &&
         odata_compare(value->text, literal->length, literal->text, literal->length) == 0;
}

static gboolean
ends(const OdValue *value, const Literal *literal)
{
  if (value->length > literal->length &&
      inside_character(value->text + value->length - literal->length))
    return FALSE;
  return value->length >= literal->length &&
         odata_compare(value->text + value->length - literal->length, literal->length,
                       literal->text, literal->length) == 0;
}

static gboolean
match_leaf(const Look *look, const Node *node)
{
  OdType type = (node->part ? node->part : node->property)->type;
  const Literal *literal = &g_array_index(node->literals, Literal, 0);
  OdValue value = {0};
  gboolean known = look_up(look, node, &value);

  if (node->kind == NODE_IN) {
    for (guint i = 0; i < node->literals->len; i++, literal++)
      if (literal->null ? !known : known && compare_value(type, &value, literal) == 0)
        return TRUE;
    return FALSE;
  }
  if (node->kind == NODE_STARTS || node->kind == NODE_ENDS)
    return known && (node->kind == NODE_STARTS ? begins(&value, literal) : ends(&value, literal));
  if (literal->null || !known)
    return node->kind == NODE_EQ ? literal->null && !known
                                 : node->kind == NODE_NE && known == literal->null;
  return holds(node->kind, compare_value(type, &value, literal));
}

static gboolean
match(Look *look, const Node *node)
{
  guint n;

  switch (node->kind) {
  case NODE_AND:
    return match(look, node->a) && match(look, node->b);
  case NODE_OR:
    return match(look, node->a) || match(look, node->b);
  case NODE_NOT:
    return !match(look, node->a);
  case NODE_ANY:
    n = look->schema->length(look->context, look->object, node->property->id);
    if (!node->a)
      return n > 0;
    for (look->index = 0; look->index < n; look->index++)
      if (match(look, node->a))
        return TRUE;
    return FALSE;
  case NODE_COUNT:
    n = look->schema->length(look->context, look->object, node->property->id);
    gint64 wanted = g_array_index(node->literals, Literal, 0).number;
    return holds(node->compare, n < wanted ? -1 : n > wanted);
  default:
    return match_leaf(look, node);
  }
}

gboolean
odata_filter_match(const OdFilter *filter, gconstpointer context, gconstpointer object)
{
  Look look = {.schema = filter->schema, .context = context, .object = object};

  return match(&look, filter->root);
}
