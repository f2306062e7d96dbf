/* The parser for $filter: recursive descent over the text, with Graph's rules
 * about operators checked where each is met. Evaluating is odata-match.c's. */
#include "sim/odata-private.h"

#include <stdlib.h>
#include <string.h>

#define TERM_LIMIT    1000 /* a tree this deep is still walked safely */
#define DEPTH_LIMIT   60
#define BRANCH_LIMIT  15 /* of "or" and "in" without the advanced pair */
#define LITERAL_LIMIT 500

G_DEFINE_QUARK(odata - error - quark, odata_error)

typedef struct {
  const OdSchema *schema;
  OdFilter *filter;
  const char *start, *at;
  char *variable; /* of the any() being read */
  const OdProperty *collection;
  int depth, terms;
  GError *error;
} Parser;

static Node *parse_or(Parser *parser);

const OdProperty *
odata_property(const OdSchema *schema, const char *name, gssize length)
{
  gsize n = length < 0 ? strlen(name) : (gsize)length;

  for (const OdProperty *p = schema->properties; p->name; p++)
    if (strlen(p->name) == n && g_ascii_strncasecmp(p->name, name, n) == 0)
      return p;
  return NULL;
}

static void
literal_clear(gpointer data)
{
  g_free(((Literal *)data)->text);
}

static Node *
node_new(NodeKind kind)
{
  Node *node = g_new0(Node, 1);

  node->kind = kind;
  node->literals = g_array_new(FALSE, TRUE, sizeof(Literal));
  g_array_set_clear_func(node->literals, literal_clear);
  return node;
}

static void
node_free(Node *node)
{
  if (!node)
    return;
  node_free(node->a);
  node_free(node->b);
  g_array_free(node->literals, TRUE);
  g_free(node);
}

static gpointer G_GNUC_PRINTF(2, 3) fail(Parser *parser, const char *format, ...)
{
  va_list args;

  if (parser->error)
    return NULL;
  va_start(args, format);
  g_autofree char *what = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error(&parser->error, ODATA_ERROR, ODATA_SYNTAX,
              "Invalid filter clause: %s at position %d in '%s'.", what,
              (int)(parser->at - parser->start), parser->start);
  return NULL;
}

static gpointer
unsupported(Parser *parser, const OdProperty *property)
{
  if (!parser->error)
    g_set_error(&parser->error, ODATA_ERROR, ODATA_UNSUPPORTED,
                "Unsupported or invalid query filter clause specified for property '%s' of "
                "resource '%s'.",
                property->name, parser->schema->type_name);
  return NULL;
}

static void
skip_blanks(Parser *parser)
{
  while (*parser->at == ' ' || *parser->at == '\t')
    parser->at++;
}

static gsize
word_length(const char *at)
{
  gsize n = 0;

  while (g_ascii_isalnum(at[n]) || (at[n] && strchr("_/$.@-:", at[n])))
    n++;
  return n;
}

/* Takes the word if it is the next; words that run on do not count. */
static gboolean
take_word(Parser *parser, const char *word)
{
  gsize n = strlen(word);

  skip_blanks(parser);
  if (g_ascii_strncasecmp(parser->at, word, n) != 0 || g_ascii_isalnum(parser->at[n]))
    return FALSE;
  parser->at += n;
  return TRUE;
}

static gboolean
take_char(Parser *parser, char c)
{
  skip_blanks(parser);
  if (*parser->at != c)
    return FALSE;
  parser->at++;
  return TRUE;
}

static void
needs_advanced(Parser *parser, const OdProperty *property)
{
  if (!parser->filter->advanced)
    parser->filter->advanced = property ? property->name : "$filter";
}

/* Text in quotes, '' being one quote. */
static gboolean
read_quoted(Parser *parser, Literal *literal)
{
  GString *text = g_string_new(NULL);

  for (parser->at++; *parser->at; parser->at++) {
    if (*parser->at != '\'') {
      g_string_append_c(text, *parser->at);
    } else if (parser->at[1] == '\'') {
      g_string_append_c(text, '\'');
      parser->at++;
    } else {
      parser->at++;
      literal->length = text->len;
      literal->text = g_string_free(text, FALSE);
      return TRUE;
    }
  }
  g_string_free(text, TRUE);
  fail(parser, "there is an unterminated string literal");
  return FALSE;
}

static gboolean
convert_bare(Parser *parser, OdType type, const char *word, gsize n, Literal *literal)
{
  if (n == 4 && strncmp(word, "null", 4) == 0)
    literal->null = TRUE;
  else if (type == OD_BOOL && ((n == 4 && strncmp(word, "true", 4) == 0) ||
                               (n == 5 && strncmp(word, "false", 5) == 0)))
    literal->number = n == 4;
  else if (type == OD_DATE && odata_parse_date(word, n, &literal->number))
    ;
  else if (type == OD_GUID && n == 36)
    literal->text = g_strndup(word, literal->length = n);
  else
    return fail(parser, "a literal of the wrong type was found ('%.*s')", (int)n, word) != NULL;
  return TRUE;
}

static gboolean
read_literal(Parser *parser, OdType type, Literal *literal)
{
  skip_blanks(parser);
  if (*parser->at == '\'') {
    if (type == OD_BOOL || type == OD_DATE)
      return fail(parser, "a binary operator with incompatible types was detected") != NULL;
    return read_quoted(parser, literal);
  }
  gsize n = word_length(parser->at);
  if (*parser->at == '+')
    n = 0;
  while (n && parser->at[n] == '+') /* an offset of a date */
    n += 1 + word_length(parser->at + n + 1);
  if (!n)
    return fail(parser, "an expression was expected") != NULL;
  if (!convert_bare(parser, type, parser->at, n, literal))
    return FALSE;
  parser->at += n;
  return TRUE;
}

static gboolean
add_literal(Parser *parser, Node *node, OdType type)
{
  Literal literal = {0};

  if (!read_literal(parser, type, &literal))
    return FALSE;
  g_array_append_val(node->literals, literal);
  if (node->literals->len > LITERAL_LIMIT)
    return fail(parser, "there are too many values") != NULL;
  return TRUE;
}

/* A property, or the variable of the any() around it, or a part of that. */
static gboolean
read_path(Parser *parser, Node *node)
{
  skip_blanks(parser);
  const char *name = parser->at;
  gsize n = word_length(name), v = parser->variable ? strlen(parser->variable) : 0;

  if (!n)
    return fail(parser, "an expression was expected") != NULL;
  if (v && n >= v && strncmp(name, parser->variable, v) == 0 && (n == v || name[v] == '/')) {
    node->of_item = TRUE;
    node->property = parser->collection;
    if (n > v) {
      g_autofree char *full =
          g_strdup_printf("%s/%.*s", parser->collection->name, (int)(n - v - 1), name + v + 1);
      node->part = odata_property(parser->schema, full, -1);
    }
    if ((n > v) != (parser->collection->type == OD_OBJECTS) || (n > v && !node->part))
      return fail(parser, "could not find a property named '%.*s'", (int)n, name) != NULL;
  } else {
    node->property = odata_property(parser->schema, name, (gssize)n);
    if (!node->property)
      return fail(parser, "could not find a property named '%.*s' on type '%s'", (int)n, name,
                  parser->schema->type_name) != NULL;
    g_array_append_val(parser->filter->used, node->property->id);
  }
  parser->at += n;
  return TRUE;
}

static const OdProperty *
subject(const Node *node)
{
  return node->part ? node->part : node->property;
}

static OdType
literal_type(const Node *node)
{
  OdType type = subject(node)->type;

  return type == OD_STRINGS ? OD_STRING : type;
}

/* Whether the property may be asked so, and what that needs. */
static gboolean
allow(Parser *parser, const Node *node, guint plain, guint advanced)
{
  const OdProperty *property = subject(node);

  if (!(property->ops & (plain | advanced)))
    return unsupported(parser, property) != NULL;
  if (!(property->ops & plain))
    needs_advanced(parser, property);
  return TRUE;
}

static gboolean
allow_compare(Parser *parser, const Node *node)
{
  const Literal *literal = &g_array_index(node->literals, Literal, 0);

  if (node->kind == NODE_EQ || node->kind == NODE_NE) {
    if (node->kind == NODE_NE || literal->null)
      needs_advanced(parser, subject(node));
    return allow(parser, node, OD_EQ, OD_EQ_ADVANCED);
  }
  return allow(parser, node, OD_RANGE, OD_RANGE_ADVANCED);
}

static const struct {
  const char *word;
  NodeKind kind;
} comparisons[] = {{"eq", NODE_EQ}, {"ne", NODE_NE}, {"ge", NODE_GE},
                   {"le", NODE_LE}, {"gt", NODE_GT}, {"lt", NODE_LT}};

static gboolean
take_comparison(Parser *parser, NodeKind *ret_kind)
{
  for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++)
    if (take_word(parser, comparisons[i].word)) {
      *ret_kind = comparisons[i].kind;
      return TRUE;
    }
  return fail(parser, "a comparison was expected") != NULL;
}

static gboolean
read_in(Parser *parser, Node *node)
{
  node->kind = NODE_IN;
  if (!take_char(parser, '('))
    return fail(parser, "'(' was expected") != NULL;
  do {
    if (!add_literal(parser, node, literal_type(node)))
      return FALSE;
  } while (take_char(parser, ','));
  if (!take_char(parser, ')'))
    return fail(parser, "')' or ',' was expected") != NULL;
  parser->filter->branches += node->literals->len;
  return allow(parser, node, OD_EQ, OD_EQ_ADVANCED);
}

/* What follows a path: a comparison, or in (…). */
static Node *
parse_comparison(Parser *parser)
{
  Node *node = node_new(NODE_EQ);

  if (!read_path(parser, node))
    goto failed;
  OdType type = subject(node)->type;
  if ((type == OD_STRINGS && !node->of_item) || type == OD_OBJECTS || type == OD_OBJECT) {
    unsupported(parser, subject(node));
    goto failed;
  }
  if (take_word(parser, "in")) {
    if (!read_in(parser, node))
      goto failed;
    return node;
  }
  if (!take_comparison(parser, &node->kind) || !add_literal(parser, node, literal_type(node)) ||
      !allow_compare(parser, node))
    goto failed;
  return node;
failed:
  node_free(node);
  return NULL;
}

static Node *
parse_function(Parser *parser, NodeKind kind)
{
  Node *node = node_new(kind);

  if (take_char(parser, '(') && read_path(parser, node) && take_char(parser, ',') &&
      add_literal(parser, node, literal_type(node)) && take_char(parser, ')')) {
    if (kind == NODE_ENDS)
      needs_advanced(parser, subject(node));
    if (kind == NODE_ENDS ? allow(parser, node, 0, OD_ENDS)
                          : allow(parser, node, OD_STARTS, OD_STARTS_ADVANCED)) {
      if (g_array_index(node->literals, Literal, 0).text)
        return node;
      fail(parser, "a string was expected");
    }
  }
  fail(parser, "the function has the wrong arguments");
  node_free(node);
  return NULL;
}

/* name/any(x:…), with `at` behind "any". */
static Node *
parse_any(Parser *parser, const OdProperty *collection)
{
  Node *node = node_new(NODE_ANY);

  node->property = collection;
  g_array_append_val(parser->filter->used, collection->id);
  if (!take_char(parser, '(') || parser->variable) {
    fail(parser, "any() is malformed");
    goto failed;
  }
  if (take_char(parser, ')'))
    return node; /* any(): not empty */
  gsize n = strcspn(parser->at, ":() ");
  if (!n || parser->at[n] != ':') {
    fail(parser, "a range variable was expected");
    goto failed;
  }
  parser->variable = g_strndup(parser->at, n);
  parser->collection = collection;
  parser->at += n + 1;
  node->a = parse_or(parser);
  g_clear_pointer(&parser->variable, g_free);
  if (!node->a)
    goto failed;
  if (take_char(parser, ')'))
    return node;
  fail(parser, "')' was expected");
failed:
  node_free(node);
  return NULL;
}

static Node *
parse_count(Parser *parser, const OdProperty *collection)
{
  Node *node = node_new(NODE_COUNT);
  Literal literal = {0};
  char *end;

  node->property = collection;
  needs_advanced(parser, collection);
  if (!take_comparison(parser, &node->compare))
    goto failed;
  skip_blanks(parser);
  literal.number = strtol(parser->at, &end, 10);
  if (end == parser->at) {
    fail(parser, "a number was expected");
    goto failed;
  }
  parser->at = end;
  g_array_append_val(node->literals, literal);
  return node;
failed:
  node_free(node);
  return NULL;
}

/* A collection in front of /any( or /$count; NULL if it is none. */
static const OdProperty *
take_collection(Parser *parser, const char *tail)
{
  skip_blanks(parser);
  gsize n = word_length(parser->at), t = strlen(tail);

  if (n <= t || strncmp(parser->at + n - t, tail, t) != 0)
    return NULL;
  const OdProperty *property = odata_property(parser->schema, parser->at, (gssize)(n - t));
  if (!property || (property->type != OD_STRINGS && property->type != OD_OBJECTS))
    return NULL;
  parser->at += n;
  return property;
}

static Node *
parse_term(Parser *parser)
{
  const OdProperty *collection;
  Node *node;

  if (take_char(parser, '(')) {
    node = parse_or(parser);
    if (node && !take_char(parser, ')')) {
      fail(parser, "')' or operator expected");
      node_free(node);
      return NULL;
    }
    return node;
  }
  if (take_word(parser, "not")) {
    needs_advanced(parser, NULL);
    if (++parser->depth > DEPTH_LIMIT)
      return fail(parser, "the filter is nested too deeply");
    node = node_new(NODE_NOT);
    node->a = parse_term(parser);
    parser->depth--;
    if (node->a)
      return node;
    node_free(node);
    return NULL;
  }
  if (take_word(parser, "startsWith"))
    return parse_function(parser, NODE_STARTS);
  if (take_word(parser, "endsWith"))
    return parse_function(parser, NODE_ENDS);
  if ((collection = take_collection(parser, "/any")))
    return parse_any(parser, collection);
  if ((collection = take_collection(parser, "/$count")))
    return parse_count(parser, collection);
  return parse_comparison(parser);
}

/* Terms joined by one word; `next` reads what binds tighter. */
static Node *
parse_joined(Parser *parser, const char *word, NodeKind kind, Node *(*next)(Parser *))
{
  Node *left = next(parser);

  while (left && take_word(parser, word)) {
    if (++parser->terms > TERM_LIMIT) {
      node_free(left);
      return fail(parser, "the filter has too many terms");
    }
    Node *joined = node_new(kind);
    joined->a = left;
    joined->b = next(parser);
    if (kind == NODE_OR)
      parser->filter->branches++;
    left = joined;
    if (!joined->b) {
      node_free(joined);
      return NULL;
    }
  }
  return left;
}

static Node *
parse_and(Parser *parser)
{
  return parse_joined(parser, "and", NODE_AND, parse_term);
}

static Node *
parse_or(Parser *parser)
{
  if (++parser->depth > DEPTH_LIMIT)
    return fail(parser, "the filter is nested too deeply");
  Node *node = parse_joined(parser, "or", NODE_OR, parse_and);
  parser->depth--;
  return node;
}

OdFilter *
odata_filter_parse(const OdSchema *schema, const char *text, GError **error)
{
  OdFilter *filter = g_new0(OdFilter, 1);
  Parser parser = {.schema = schema, .filter = filter, .start = text, .at = text};

  filter->schema = schema;
  filter->used = g_array_new(FALSE, FALSE, sizeof(int));
  filter->root = parse_or(&parser);
  skip_blanks(&parser);
  if (filter->root && *parser.at)
    fail(&parser, "syntax error");
  g_free(parser.variable);
  if (!filter->root)
    fail(&parser, "syntax error");
  if (filter->branches > BRANCH_LIMIT)
    needs_advanced(&parser, NULL);
  if (!parser.error)
    return filter;
  odata_filter_free(filter);
  g_propagate_error(error, parser.error);
  return NULL;
}

void
odata_filter_free(OdFilter *filter)
{
  if (!filter)
    return;
  node_free(filter->root);
  g_array_free(filter->used, TRUE);
  g_free(filter);
}

const char *
odata_filter_advanced(const OdFilter *filter)
{
  return filter->advanced;
}

gboolean
odata_filter_uses(const OdFilter *filter, int id, gboolean *ret_alone)
{
  gboolean found = FALSE, other = FALSE;

  for (guint i = 0; i < filter->used->len; i++)
    if (g_array_index(filter->used, int, i) == id)
      found = TRUE;
    else
      other = TRUE;
  if (found && ret_alone)
    *ret_alone = !other;
  return found;
}

GPtrArray *
odata_filter_texts(const OdFilter *filter, int id)
{
  const Node *root = filter->root;

  if ((root->kind != NODE_IN && root->kind != NODE_EQ) || root->of_item || root->part ||
      root->property->id != id)
    return NULL;
  GPtrArray *texts = g_ptr_array_new();
  for (guint i = 0; i < root->literals->len; i++)
    if (g_array_index(root->literals, Literal, i).text)
      g_ptr_array_add(texts, g_array_index(root->literals, Literal, i).text);
  return texts;
}
