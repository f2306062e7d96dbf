/* Reading the query language. Errors name the byte where they were met and the
 * nearest word that would have been right. Matching is query.c's business. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/folding.h"
#include "model/query-private.h"
#include <string.h>

/* An operator, the longer spellings first. */
typedef enum { OP_HAS, OP_IS, OP_BELOW, OP_BELOW_OR_AT, OP_ABOVE, OP_ABOVE_OR_AT } Operator;

static const struct {
  const char *text;
  Operator op;
} operators[] = {
    {"<=", OP_BELOW_OR_AT}, {">=", OP_ABOVE_OR_AT}, {":", OP_HAS},
    {"=", OP_IS},           {"<", OP_BELOW},        {">", OP_ABOVE},
};

/* Words that a moment may be compared with. */
typedef enum { WORD_CONSTANT, WORD_PAST, WORD_FUTURE, WORD_DAY } MomentWordKind;

static const struct {
  const char *word;
  MomentWordKind kind;
  gint64 value; /* the constant, or days from today */
} moment_words[] = {
    {"none", WORD_CONSTANT, MOMENT_NONE},
    {"never", WORD_CONSTANT, MOMENT_NONE},
    {"unknown", WORD_CONSTANT, MOMENT_UNKNOWN},
    {"unlicensed", WORD_CONSTANT, MOMENT_UNLICENSED},
    {"past", WORD_PAST, 0},
    {"future", WORD_FUTURE, 0},
    {"today", WORD_DAY, 0},
    {"tomorrow", WORD_DAY, 1},
    {"yesterday", WORD_DAY, -1},
};

static const QueryForm moment_forms[] = {
    {"none", N_("there is no such moment: no end date, never signed in")},
    {"never", N_("the same as none")},
    {"unknown", N_("it was not asked for, or not answered")},
    {"unlicensed", N_("the tenant has no licence to tell")},
    {"past", N_("before today")},
    {"future", N_("today or later")},
    {"today", N_("on this day; also tomorrow and yesterday")},
    {NULL, NULL},
};

static const QueryForm forms[] = {
    {"word", N_("the text appears in the name, user name, addresses, mobile number, company, "
                "department, job title or sponsor; case and accents do not count")},
    {"\"two words\"", N_("the text with its blanks, or with characters that mean something here")},
    {"a|b", N_("one or the other, here and in the values below")},
    {"-term", N_("the term does not hold; also before a field")},
    {"field:value", N_("the field begins with the value, or one of its members does")},
    {"field=value", N_("the field is the value; a user name may lack its domain")},
    {"field=", N_("the field is not set (texts only)")},
    {"expires<30d", N_("ends within 30 days from now, or has ended; > ends later than that")},
    {"signin>90d", N_("happened more than 90 days ago; < happened since then")},
    {"created<2027-01-31", N_("before that day; also <= > >=")},
    {"created:2027-01", N_("in that year, month or on that day")},
    {"signin>90d|never", N_("words for moments that are none may follow a comparison")},
    {"tag:yes", N_("the account is tagged; tag:no: it is not")},
    {NULL, NULL},
};

const QueryForm *
query_forms(void)
{
  return forms;
}

const QueryForm *
query_moment_words(void)
{
  return moment_forms;
}

typedef struct {
  const char *text; /* the whole query */
  const char *at;
  gint64 now;
  Query *query;
  Folder *folder;
  gsize wrong; /* where the error is */
} Parser;

/* A value between '|', with its quotation marks taken off. */
typedef struct {
  GString *text;
  const char *start;
} Value;

static void
value_clear(gpointer data)
{
  g_string_free(((Value *)data)->text, TRUE);
}

static void
alternative_clear(gpointer data)
{
  Alternative *alternative = data;
  if (alternative->folded)
    g_string_free(alternative->folded, TRUE);
}

static void
term_clear(gpointer data)
{
  g_array_unref(((Term *)data)->alternatives);
}

void
query_free(Query *query)
{
  if (!query)
    return;
  g_array_unref(query->terms);
  g_free(query);
}

/* Sets the error; `quoted` (may be NULL) is what was typed, `nearest` (may be NULL)
 * what may have been meant. Always FALSE. */
static gboolean
fail(Parser *parser, const char *where, const char *what, const char *quoted, const char *nearest,
     GError **error)
{
  parser->wrong = (gsize)(where - parser->text);
  GString *message = g_string_new(NULL);
  if (quoted) {
    g_autofree char *valid = g_utf8_make_valid(quoted, -1);
    g_autofree char *clipped = g_utf8_substring(valid, 0, MIN(40, g_utf8_strlen(valid, -1)));
    g_string_append_printf(message, what, clipped);
  } else
    g_string_append(message, what);
  if (nearest)
    g_string_append_printf(message, _("; did you mean “%s”?"), nearest);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE, message->str);
  g_string_free(message, TRUE);
  return FALSE;
}

static gboolean
ends_term(char c)
{
  return c == '\0' || g_ascii_isspace(c);
}

/* Reads values up to the next blank. Values may be empty; that is for the caller. */
static gboolean
read_values(Parser *parser, GArray *values, GError **error)
{
  for (;;) {
    Value value = {g_string_new(NULL), parser->at};
    g_array_append_val(values, value);
    while (!ends_term(*parser->at) && *parser->at != '|') {
      if (*parser->at != '"') {
        g_string_append_c(value.text, *parser->at++);
        continue;
      }
      const char *close = strchr(parser->at + 1, '"');
      if (!close)
        return fail(parser, parser->at, _("the quotation mark is not closed"), NULL, NULL, error);
      g_string_append_len(value.text, parser->at + 1, close - parser->at - 1);
      parser->at = close + 1;
    }
    if (*parser->at != '|')
      return TRUE;
    parser->at++;
  }
}

static void
add_text(Parser *parser, Term *term, const GString *text)
{
  Alternative alternative = {.folded = g_string_new(NULL)};
  folder_append(parser->folder, alternative.folded, text->str, text->len);
  if (alternative.folded->len > 0)
    needle_init(&alternative.needle, alternative.folded->str, alternative.folded->len);
  g_array_append_val(term->alternatives, alternative);
}

static gboolean
parse_word(Parser *parser, Term *term, GArray *values, GError **error)
{
  for (guint i = 0; i < values->len; i++) {
    const Value *value = &g_array_index(values, Value, i);
    if (value->text->len == 0)
      return fail(parser, value->start, _("a word is missing here"), NULL, NULL, error);
    add_text(parser, term, value->text);
  }
  for (guint i = 0; i < FIELD_N; i++) {
    /* A plain word is no reason to ask for what costs requests of its own. */
    const FieldInfo *info = field_info((FieldId)i);
    if (info->search && !info->costly)
      parser->query->fields |= G_GUINT64_CONSTANT(1) << i;
  }
  return TRUE;
}

static gboolean
parse_text(Parser *parser, Term *term, Operator op, GArray *values, GError **error)
{
  const char *name = field_info(term->field)->name;
  if (op != OP_HAS && op != OP_IS)
    return fail(parser, g_array_index(values, Value, 0).start,
                _("“%s” is a text and goes with : or = only"), name, NULL, error);
  term->exact = op == OP_IS;
  for (guint i = 0; i < values->len; i++) {
    const Value *value = &g_array_index(values, Value, i);
    if (value->text->len == 0 && !term->exact)
      return fail(parser, value->start, _("a value is missing for “%s”"), name, NULL, error);
    add_text(parser, term, value->text);
  }
  return TRUE;
}

/* The numbers of the names that begin with the value, or are it when `exact`. */
static guint64
find_choices(const char *const *names, const char *value, gboolean exact)
{
  guint64 found = 0;
  gsize length = strlen(value);
  for (guint i = 0; names[i]; i++) {
    if (g_ascii_strcasecmp(names[i], value) == 0)
      return G_GUINT64_CONSTANT(1) << i;
    if (!exact && g_ascii_strncasecmp(names[i], value, length) == 0)
      found |= G_GUINT64_CONSTANT(1) << i;
  }
  return found;
}

static gboolean
parse_choice(Parser *parser, Term *term, const char *name, const char *const *names, Operator op,
             GArray *values, GError **error)
{
  if (op != OP_HAS && op != OP_IS)
    return fail(parser, g_array_index(values, Value, 0).start, _("“%s” goes with : or = only"),
                name, NULL, error);
  for (guint i = 0; i < values->len; i++) {
    const Value *value = &g_array_index(values, Value, i);
    g_autofree char *allowed = g_strjoinv(", ", (char **)names);
    if (value->text->len == 0) {
      g_autofree char *what = g_strdup_printf(_("a value is missing for “%%s”: %s"), allowed);
      return fail(parser, value->start, what, name, NULL, error);
    }
    guint64 found = find_choices(names, value->text->str, op == OP_IS);
    if (!found) {
      const char *nearest = value->text->len <= 40 ? text_nearest(value->text->str, names) : NULL;
      g_autofree char *what = g_strdup_printf(_("“%%s” is no value of %s: %s"), name, allowed);
      return fail(parser, value->start, what, value->text->str, nearest, error);
    }
    term->choices |= found;
  }
  return TRUE;
}

static gint64
start_of_day(gint64 moment)
{
  gint64 rest = moment % CLOCK_DAY;
  return moment - (rest < 0 ? rest + CLOCK_DAY : rest);
}

/* "2027", "2027-01" or "2027-01-31" as the moments from (included) to (excluded). */
static gboolean
read_period(const char *text, gint64 *ret_from, gint64 *ret_to)
{
  int year = 0, month = 0;
  gsize length = strlen(text);
  if (length == 10 && clock_parse_moment(text, ret_from, NULL)) {
    *ret_to = *ret_from + CLOCK_DAY;
    return TRUE;
  }
  if (strspn(text, "0123456789-") != length || (length != 4 && length != 7))
    return FALSE;
  for (int i = 0; i < 4; i++) {
    if (!g_ascii_isdigit(text[i]))
      return FALSE;
    year = 10 * year + g_ascii_digit_value(text[i]);
  }
  if (length == 7) {
    if (text[4] != '-' || !g_ascii_isdigit(text[5]) || !g_ascii_isdigit(text[6]))
      return FALSE;
    month = 10 * g_ascii_digit_value(text[5]) + g_ascii_digit_value(text[6]);
    if (month < 1 || month > 12)
      return FALSE;
  }
  int next_year = month == 0 || month == 12 ? year + 1 : year;
  int next_month = month == 0 || month == 12 ? 1 : month + 1;
  g_autofree char *from = g_strdup_printf("%04d-%02d-01", year, MAX(month, 1));
  g_autofree char *to = g_strdup_printf("%04d-%02d-01", next_year, next_month);
  return clock_parse_moment(from, ret_from, NULL) && clock_parse_moment(to, ret_to, NULL);
}

/* A word for a moment, by its beginning. */
static gboolean
read_moment_word(const Parser *parser, const char *text, Alternative *alternative,
                 gboolean *ret_is_day)
{
  gsize length = strlen(text);
  gint64 today = start_of_day(parser->now);
  for (guint i = 0; length > 0 && i < G_N_ELEMENTS(moment_words); i++) {
    if (g_ascii_strncasecmp(moment_words[i].word, text, length) != 0)
      continue;
    gint64 value = moment_words[i].value;
    *ret_is_day = moment_words[i].kind == WORD_DAY;
    switch (moment_words[i].kind) {
    case WORD_CONSTANT:
      *alternative = (Alternative){.is_constant = TRUE, .constant = value};
      break;
    case WORD_PAST:
      *alternative = (Alternative){.from = G_MININT64, .to = today};
      break;
    case WORD_FUTURE:
      *alternative = (Alternative){.from = today, .to = G_MAXINT64};
      break;
    case WORD_DAY:
      *alternative =
          (Alternative){.from = today + value * CLOCK_DAY, .to = today + (value + 1) * CLOCK_DAY};
      break;
    }
    return TRUE;
  }
  return FALSE;
}

/* From a period and an operator to the moments that match. */
static Alternative
compare_period(Operator op, gint64 from, gint64 to)
{
  switch (op) {
  case OP_BELOW:
    return (Alternative){.from = G_MININT64, .to = from};
  case OP_BELOW_OR_AT:
    return (Alternative){.from = G_MININT64, .to = to};
  case OP_ABOVE:
    return (Alternative){.from = to, .to = G_MAXINT64};
  case OP_ABOVE_OR_AT:
    return (Alternative){.from = from, .to = G_MAXINT64};
  default:
    return (Alternative){.from = from, .to = to};
  }
}

/* "30d": for an end counted onwards from now, for anything else backwards, where
 * "more than 90 days" means earlier. */
static gboolean
read_span(const Parser *parser, const FieldInfo *info, Operator op, const char *text,
          Alternative *alternative)
{
  gboolean back = *text == '-';
  gint64 span;
  if (back && !info->ahead)
    return FALSE;
  if (!clock_parse_span(back || *text == '+' ? text + 1 : text, &span, NULL))
    return FALSE;
  if (info->ahead) {
    gint64 limit = back ? parser->now - span : parser->now + span;
    *alternative = compare_period(op, limit, limit + 1);
    return TRUE;
  }
  static const Operator mirrored[] = {
      [OP_BELOW] = OP_ABOVE,
      [OP_BELOW_OR_AT] = OP_ABOVE_OR_AT,
      [OP_ABOVE] = OP_BELOW,
      [OP_ABOVE_OR_AT] = OP_BELOW_OR_AT,
  };
  gint64 limit = parser->now - span;
  *alternative = compare_period(mirrored[op], limit, limit + 1);
  return TRUE;
}

static gboolean
read_moment(const Parser *parser, const FieldInfo *info, Operator op, const char *text,
            gboolean first, Alternative *alternative)
{
  gboolean compares = op != OP_HAS && op != OP_IS;
  gint64 from, to;
  if (read_period(text, &from, &to)) {
    *alternative = compare_period(op, from, to);
    return TRUE;
  }
  if (clock_parse_moment(text, &from, NULL)) {
    *alternative = compare_period(op, from, from + 1);
    return TRUE;
  }
  if (compares && read_span(parser, info, op, text, alternative))
    return TRUE;
  gboolean is_day = FALSE;
  if (!read_moment_word(parser, text, alternative, &is_day))
    return FALSE;
  if (!compares)
    return TRUE;
  /* "<today" is a comparison; "never" behind one is an alternative to it. */
  if (is_day) {
    *alternative = compare_period(op, alternative->from, alternative->to);
    return TRUE;
  }
  return !first;
}

static gboolean
fail_moment(Parser *parser, const FieldInfo *info, Operator op, const Value *value, GError **error)
{
  const char *known[G_N_ELEMENTS(moment_words) + 1];
  for (guint i = 0; i < G_N_ELEMENTS(moment_words); i++)
    known[i] = moment_words[i].word;
  known[G_N_ELEMENTS(moment_words)] = NULL;
  if (value->text->len == 0)
    return fail(parser, value->start,
                _("a value is missing for “%s”: a date like 2027-01-31, "
                  "or none, never, unknown, past, today"),
                info->name, NULL, error);
  const char *nearest = value->text->len <= 40 && g_ascii_isalpha(value->text->str[0])
                            ? text_nearest(value->text->str, known)
                            : NULL;
  if (op == OP_HAS || op == OP_IS)
    return fail(parser, value->start,
                _("“%s” is no date like 2027-01-31 and none of none, never, unknown, past, today; "
                  "a span like 30d goes with < or >"),
                value->text->str, nearest, error);
  return fail(parser, value->start,
              _("“%s” can not be compared with: write a span like 30d or a date like 2027-01-31"),
              value->text->str, NULL, error);
}

static gboolean
parse_moment(Parser *parser, Term *term, Operator op, GArray *values, GError **error)
{
  const FieldInfo *info = field_info(term->field);
  for (guint i = 0; i < values->len; i++) {
    const Value *value = &g_array_index(values, Value, i);
    Alternative alternative;
    if (!read_moment(parser, info, op, value->text->str, i == 0, &alternative))
      return fail_moment(parser, info, op, value, error);
    g_array_append_val(term->alternatives, alternative);
  }
  return TRUE;
}

static gboolean
parse_field(Parser *parser, Term *term, const char *name, const char *name_at, Operator op,
            GArray *values, GError **error)
{
  static const char *const tag_names[] = {"no", "yes", NULL};
  if (g_ascii_strcasecmp(name, "tag") == 0) {
    term->kind = TERM_TAG;
    return parse_choice(parser, term, "tag", tag_names, op, values, error);
  }
  if (!field_lookup(name, &term->field))
    return fail(parser, name_at,
                _("there is no field “%s” (to search for such a text put it in "
                  "quotation marks)"),
                name, strlen(name) <= 40 ? field_nearest(name, "tag") : NULL, error);
  const FieldInfo *info = field_info(term->field);
  parser->query->fields |= G_GUINT64_CONSTANT(1) << term->field;
  if (term->field == FIELD_MAIL)
    parser->query->fields |= G_GUINT64_CONSTANT(1) << FIELD_EXTERNAL;
  switch (info->kind) {
  case FIELD_KIND_CHOICE:
    term->kind = TERM_CHOICE;
    return parse_choice(parser, term, info->name, info->choices, op, values, error);
  case FIELD_KIND_MOMENT:
    term->kind = TERM_MOMENT;
    return parse_moment(parser, term, op, values, error);
  default:
    term->kind = TERM_TEXT;
    return parse_text(parser, term, op, values, error);
  }
}

/* The name and operator of a field term, or NULL; moves past them. */
static char *
read_field_name(Parser *parser, Operator *ret_op)
{
  const char *end = parser->at;
  while (g_ascii_isalpha(*end) || *end == '_')
    end++;
  if (end == parser->at)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(operators); i++)
    if (g_str_has_prefix(end, operators[i].text)) {
      char *name = g_strndup(parser->at, (gsize)(end - parser->at));
      parser->at = end + strlen(operators[i].text);
      *ret_op = operators[i].op;
      return name;
    }
  return NULL;
}

static gboolean
parse_term(Parser *parser, Term *term, GError **error)
{
  if (*parser->at == '-') {
    term->negated = TRUE;
    parser->at++;
  }
  const char *name_at = parser->at;
  Operator op = OP_HAS;
  g_autofree char *name = read_field_name(parser, &op);
  g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(Value));
  g_array_set_clear_func(values, value_clear);
  if (!read_values(parser, values, error))
    return FALSE;
  return name ? parse_field(parser, term, name, name_at, op, values, error)
              : parse_word(parser, term, values, error);
}

static int
compare_cost(const void *a, const void *b)
{
  return (int)((const Term *)a)->kind - (int)((const Term *)b)->kind;
}

static gboolean
parse_terms(Parser *parser, GError **error)
{
  for (;;) {
    while (g_ascii_isspace(*parser->at))
      parser->at++;
    if (*parser->at == '\0')
      break;
    Term term = {.kind = TERM_WORD, .alternatives = g_array_new(FALSE, FALSE, sizeof(Alternative))};
    g_array_set_clear_func(term.alternatives, alternative_clear);
    gboolean ok = parse_term(parser, &term, error);
    g_array_append_val(parser->query->terms, term);
    if (!ok)
      return FALSE;
  }
  g_array_sort(parser->query->terms, compare_cost);
  return TRUE;
}

Query *
query_parse(const char *text, gint64 now, gsize *ret_position, GError **error)
{
  g_autoptr(Query) query = g_new0(Query, 1);
  query->terms = g_array_new(FALSE, FALSE, sizeof(Term));
  g_array_set_clear_func(query->terms, term_clear);
  g_auto(Folder) folder;
  folder_init(&folder);
  Parser parser = {.text = text, .at = text, .now = now, .query = query, .folder = &folder};
  gboolean ok =
      strlen(text) <= QUERY_MAX_LENGTH
          ? parse_terms(&parser, error)
          : fail(&parser, text + QUERY_MAX_LENGTH, _("the query is too long"), NULL, NULL, error);
  if (ok)
    return g_steal_pointer(&query);
  if (ret_position)
    *ret_position = parser.wrong;
  return NULL;
}

Query *
query_read(const char *text, gint64 now, GError **error)
{
  gsize position = 0;
  g_autoptr(GError) local = NULL;
  Query *query = query_parse(text, now, &position, &local);
  if (!query)
    g_set_error(error, local->domain, local->code, _("%s, at character %u of “%s”"), local->message,
                (guint)g_utf8_strlen(text, (gssize)position) + 1, text);
  return query;
}
