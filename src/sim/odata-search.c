/* $search: clauses "property:words" joined by AND and OR, as Graph's directory
 * takes them. A word matches where a word of the value begins so. */
#include "sim/odata.h"

#include <string.h>

typedef struct {
  const OdProperty *property;
  char *text; /* folded */
  gboolean or_before;
} Clause;

struct OdSearch {
  const OdSchema *schema;
  GArray *clauses;
};

static void
clause_clear(gpointer data)
{
  g_free(((Clause *)data)->text);
}

static gboolean
read_clause(OdSearch *search, const char **at, gboolean or_before, GError **error)
{
  Clause clause = {.or_before = or_before};
  GString *text = g_string_new(NULL);

  for ((*at)++; **at && **at != '"'; (*at)++) {
    if (**at == '\\' && (*at)[1])
      (*at)++;
    g_string_append_c(text, **at);
  }
  gboolean closed = **at == '"';
  if (closed)
    (*at)++;
  char *colon = strchr(text->str, ':');
  if (colon)
    clause.property = odata_property(search->schema, text->str, colon - text->str);
  if (!closed || !colon || !clause.property || !(clause.property->ops & OD_SEARCH)) {
    g_set_error(error, ODATA_ERROR, ODATA_SYNTAX,
                closed && colon ? "Property '%.*s' is not searchable."
                                : "Invalid $search clause: '%.*s'.",
                closed && colon ? (int)(colon - text->str) : (int)text->len, text->str);
    g_string_free(text, TRUE);
    return FALSE;
  }
  clause.text = g_utf8_casefold(colon + 1, -1);
  g_string_free(text, TRUE);
  g_array_append_val(search->clauses, clause);
  return TRUE;
}

static void
skip_blanks(const char **at)
{
  while (**at == ' ')
    (*at)++;
}

OdSearch *
odata_search_parse(const OdSchema *schema, const char *text, GError **error)
{
  OdSearch *search = g_new0(OdSearch, 1);
  gboolean or_before = FALSE;

  search->schema = schema;
  search->clauses = g_array_new(FALSE, TRUE, sizeof(Clause));
  g_array_set_clear_func(search->clauses, clause_clear);
  for (const char *at = text;;) {
    skip_blanks(&at);
    if (*at != '"') {
      g_set_error(error, ODATA_ERROR, ODATA_SYNTAX,
                  "Syntax error: character '%c' is not valid in $search; a clause is "
                  "\"property:value\" in double quotes.",
                  *at ? *at : ' ');
      break;
    }
    if (!read_clause(search, &at, or_before, error))
      break;
    skip_blanks(&at);
    if (!*at)
      return search;
    or_before = g_str_has_prefix(at, "OR ");
    if (or_before || g_str_has_prefix(at, "AND "))
      at += or_before ? 3 : 4;
  }
  odata_search_free(search);
  return NULL;
}

void
odata_search_free(OdSearch *search)
{
  if (!search)
    return;
  g_array_free(search->clauses, TRUE);
  g_free(search);
}

static gboolean
text_has(const OdValue *value, const char *wanted)
{
  g_autofree char *text = g_utf8_casefold(value->text, (gssize)value->length);
  gboolean boundary = TRUE;

  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    if (boundary && g_str_has_prefix(at, wanted))
      return TRUE;
    boundary = !g_unichar_isalnum(g_utf8_get_char(at));
  }
  return FALSE;
}

static gboolean
clause_match(const OdSearch *search, const Clause *clause, gconstpointer context,
             gconstpointer object)
{
  OdValue value;
  int id = clause->property->id;

  if (clause->property->type != OD_STRINGS)
    return search->schema->value(context, object, id, &value) && text_has(&value, clause->text);
  for (guint i = 0; i < search->schema->length(context, object, id); i++)
    if (search->schema->item(context, object, id, i, 0, &value) && text_has(&value, clause->text))
      return TRUE;
  return FALSE;
}

gboolean
odata_search_match(const OdSearch *search, gconstpointer context, gconstpointer object)
{
  gboolean all = TRUE;

  for (guint i = 0; i < search->clauses->len; i++) {
    const Clause *clause = &g_array_index(search->clauses, Clause, i);
    if (clause->or_before) {
      if (all)
        return TRUE;
      all = TRUE;
    }
    all = all && clause_match(search, clause, context, object);
  }
  return all;
}
