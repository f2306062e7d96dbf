/* Reading a plan file: its head, its lines, and where exactly one is wrong. */
#include "model/plan-file-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include <string.h>

#define LONGEST_LINE (64 * 1024)
#define MOST_WRONG   10 /* lines that are told at once */
#define MOST_LINES   1000000

typedef struct {
  const char *name; /* of the file */
  guint number;     /* of the line, from 1 */
  char *line;       /* NUL-terminated, without its end */
  const char *at;
  Plan *plan;
  GHashTable *last; /* target → sequence of its operation before */
  GHashTable *made; /* targets that are created → as their creation spells them */
  gboolean titled, counted;
} Reading;

/* Columns are counted in characters. */
static gboolean fail(const Reading *reading, const char *at, GError **error, const char *format,
                     ...) G_GNUC_PRINTF(4, 5);

static gboolean
fail(const Reading *reading, const char *at, GError **error, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *message = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, "%s:%u:%ld: %s", reading->name,
              reading->number, g_utf8_pointer_to_offset(reading->line, at) + 1, message);
  return FALSE;
}

/* --- words --- */

typedef enum { WORD_END, WORD_PLAIN, WORD_QUOTED, WORD_ARROW, WORD_NAME, WORD_ID } WordKind;

typedef struct {
  WordKind kind;
  const char *start; /* in the line, for errors */
  char *text;
} Word;

static void
word_clear(Word *word)
{
  g_clear_pointer(&word->text, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Word, word_clear)

/* "\u{202e}": after the u. */
static gboolean
read_number(Reading *reading, GString *text, GError **error)
{
  const char *start = reading->at;
  char *end = NULL;
  guint64 c = *start == '{' ? g_ascii_strtoull(start + 1, &end, 16) : 0;
  if (!end || end == start + 1 || end > start + 8 || *end != '}' || c == 0 ||
      !g_unichar_validate((gunichar)c))
    return fail(reading, start, error, _("\\u wants the number of a character: \\u{202e}"));
  g_string_append_unichar(text, (gunichar)c);
  reading->at = end + 1;
  return TRUE;
}

static gboolean
read_quoted(Reading *reading, Word *word, GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (reading->at++; *reading->at != '"';) {
    char c = *reading->at++;
    if (c == '\0')
      return fail(reading, word->start, error, _("the closing quotation mark is missing"));
    if (c != '\\') {
      g_string_append_c(text, c);
      continue;
    }
    c = *reading->at;
    if (c == '\0' || !strchr("nt\"\\u", c))
      return fail(reading, reading->at - 1, error, _("after \\ comes one of: n t u \" \\"));
    reading->at++;
    if (c == 'u' ? !read_number(reading, text, error) : FALSE)
      return FALSE;
    if (c != 'u')
      g_string_append_c(text, c == 'n' ? '\n' : c == 't' ? '\t' : c);
  }
  reading->at++;
  if (*reading->at && *reading->at != ' ' && *reading->at != '\t')
    return fail(reading, reading->at, error, _("a blank is missing after the quotation mark"));
  word->kind = WORD_QUOTED;
  word->text = g_string_free(g_steal_pointer(&text), FALSE);
  return TRUE;
}

static gboolean
read_word(Reading *reading, Word *word, GError **error)
{
  while (*reading->at == ' ' || *reading->at == '\t')
    reading->at++;
  *word = (Word){WORD_END, reading->at, NULL};
  if (*reading->at == '\0' || *reading->at == '#')
    return TRUE;
  if (*reading->at == '"')
    return read_quoted(reading, word, error);
  gsize length = strcspn(reading->at, " \t");
  word->text = g_strndup(reading->at, length);
  reading->at += length;
  if (strchr(word->text, '"'))
    return fail(reading, word->start, error, _("a quotation mark inside a word"));
  if (strcmp(word->text, "->") == 0)
    word->kind = WORD_ARROW;
  else if (g_str_has_prefix(word->text, "id="))
    word->kind = WORD_ID;
  else if (length > 1 && word->text[length - 1] == ':')
    word->kind = WORD_NAME;
  else
    word->kind = WORD_PLAIN;
  return TRUE;
}

static gboolean
is_text(const Word *word)
{
  return word->kind == WORD_PLAIN || word->kind == WORD_QUOTED;
}

/* --- one operation --- */

static const PlanVerb *
read_verb(Reading *reading, GError **error)
{
  g_auto(Word) word = {0};
  if (!read_word(reading, &word, error))
    return NULL;
  const PlanVerb *verb = word.kind == WORD_PLAIN ? plan_verb_find(word.text) : NULL;
  if (verb)
    return verb;
  g_autoptr(GPtrArray) known = g_ptr_array_new();
  for (const PlanVerb *row = plan_verbs(); row->verb; row++)
    g_ptr_array_add(known, (gpointer)row->verb);
  g_ptr_array_add(known, NULL);
  const char *nearest = text_nearest(word.text ? word.text : "", (const char *const *)known->pdata);
  if (nearest)
    fail(reading, word.start, error, _("“%s” is no operation; did you mean “%s”?"), word.text,
         nearest);
  else
    fail(reading, word.start, error, _("“%s” is no operation (usher-plan(5) lists them)"),
         word.text ? word.text : "");
  return NULL;
}

static gboolean
is_name(const char *text)
{
  if (!g_ascii_isalpha(*text))
    return FALSE;
  for (; *text; text++)
    if (!g_ascii_isalnum(*text) && *text != '_' && *text != '.')
      return FALSE;
  return TRUE;
}

static gboolean
check_known(Reading *reading, const char *at, const char *text, const char *const *words,
            GError **error)
{
  if (!text || g_strv_contains(words, text))
    return TRUE;
  const char *nearest = text_nearest(text, words);
  g_autofree char *all = g_strjoinv(", ", (char **)words);
  return nearest
             ? fail(reading, at, error, _("“%s” is not allowed; did you mean “%s”?"), text, nearest)
             : fail(reading, at, error, _("“%s” is not allowed (allowed: %s)"), text, all);
}

static gboolean
check_date(Reading *reading, const char *at, const char *text, GError **error)
{
  gint64 moment;
  if (!text || !*text || clock_parse_moment(text, &moment, NULL))
    return TRUE;
  return fail(reading, at, error, _("“%s” is no date like 2027-01-31"), text);
}

/* What can be said about a value without knowing the tenant. */
static gboolean
check_value(Reading *reading, const char *at, const char *name, const char *from, const char *to,
            GError **error)
{
  static const char *const states[] = {"enabled",  "disabled", "deleted",
                                       "restored", "purged",   NULL};
  if (strcmp(name, "state") == 0)
    return check_known(reading, at, from, states, error) &&
           check_known(reading, at, to, states, error);
  if (strcmp(name, "expires") == 0)
    return check_date(reading, at, from, error) && check_date(reading, at, to, error);
  return TRUE;
}

/* "[NAME:] [FROM] -> [TO]"; `word` is its first word, and afterwards the one behind it. */
static gboolean
read_value(Reading *reading, Operation *operation, const PlanVerb *verb, Word *word, GError **error)
{
  const char *start = word->start;
  g_autofree char *name = NULL, *from = NULL, *to = NULL;
  if (word->kind == WORD_NAME) {
    name = g_strndup(word->text, strlen(word->text) - 1);
    /* What the engine appends in a run is dropped by the next one, and said to be no trouble. */
    if (!is_name(name) || strcmp(name, "neededBy") == 0)
      return fail(reading, start, error, _("“%s” is no name of a value"), name);
    word_clear(word);
    if (!read_word(reading, word, error))
      return FALSE;
  } else if (!(name = g_strdup(verb->value)))
    return fail(reading, start, error, _("the name of the value is missing: “department: a -> b”"));
  for (guint i = 0; i < operation->values->len; i++)
    if (strcmp(((OperationValue *)operation->values->pdata[i])->name, name) == 0)
      return fail(reading, start, error, _("“%s” is there twice"), name);
  if (is_text(word)) {
    from = g_steal_pointer(&word->text);
    if (!read_word(reading, word, error))
      return FALSE;
  }
  if (word->kind != WORD_ARROW)
    return fail(reading, word->start, error,
                _("“->” is missing between the old value and the new"));
  word_clear(word);
  if (!read_word(reading, word, error))
    return FALSE;
  if (is_text(word)) {
    to = g_steal_pointer(&word->text);
    if (!read_word(reading, word, error))
      return FALSE;
  }
  if (!check_value(reading, start, name, from, to, error))
    return FALSE;
  operation_add_value(operation, name, from, to);
  return TRUE;
}

static gboolean
read_id(Reading *reading, Operation *operation, const Word *word, GError **error)
{
  const char *id = word->text + strlen("id=");
  gsize length = strlen(id);
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(id[i]) && id[i] != '-')
      return fail(reading, word->start, error, _("“%s” is no object id"), id);
  if (length == 0 || length > 64)
    return fail(reading, word->start, error, _("an object id is missing after “id=”"));
  if (operation->target_id)
    return fail(reading, word->start, error, _("the id is there twice"));
  operation->target_id = g_ascii_strdown(id, -1);
  return TRUE;
}

static gboolean
read_rest(Reading *reading, Operation *operation, const PlanVerb *verb, GError **error)
{
  g_auto(Word) word = {0};
  if (!read_word(reading, &word, error))
    return FALSE;
  while (word.kind != WORD_END) {
    if (word.kind != WORD_ID) {
      if (operation->target_id)
        return fail(reading, word.start, error, _("nothing may follow the id"));
      if (!read_value(reading, operation, verb, &word, error))
        return FALSE;
      continue;
    }
    if (!read_id(reading, operation, &word, error))
      return FALSE;
    word_clear(&word);
    if (!read_word(reading, &word, error))
      return FALSE;
  }
  return TRUE;
}

/* Each waits for the one before it on the same account; nothing waits for a licence. */
static void
chain(Reading *reading, Operation *operation)
{
  g_autofree char *key = g_ascii_strdown(operation->target_name, -1);
  operation->depends_on = GPOINTER_TO_UINT(g_hash_table_lookup(reading->last, key));
  if (strcmp(operation->kind, "licence.await") != 0)
    g_hash_table_replace(reading->last, g_steal_pointer(&key),
                         GUINT_TO_POINTER(operation->sequence));
}

/* Without an id only what this very plan makes, or what a rollback knows by nothing but its name
 * and the moment from which on it was made. */
static gboolean
check_target(Reading *reading, const Operation *operation, GError **error)
{
  static const char *const without[] = {"user.create", "plan.close", NULL};
  g_autofree char *key = g_ascii_strdown(operation->target_name, -1);
  gboolean rollback = strcmp(operation->kind, "user.remove") == 0 &&
                      operation_from(operation, "createdDateTime") &&
                      operation_from(operation, "otherMails");
  if (operation->target_id || g_strv_contains(without, operation->kind) || rollback ||
      g_hash_table_contains(reading->made, key))
    return TRUE;
  return fail(reading, reading->line + strlen(reading->line), error,
              _("the id is missing: “id=” with the object id of %s"), operation->target_name);
}

/* What the verb says and what the values say is the same. */
static gboolean
check_sense(Reading *reading, const Operation *operation, GError **error)
{
  static const struct {
    const char *kind, *state;
  } ends[] = {{"user.enable", "enabled"},
              {"user.disable", "disabled"},
              {"user.remove", "deleted"},
              {"user.restore", "restored"},
              {"user.purge", "purged"}};
  const char *to = operation_to(operation, "state");
  for (guint i = 0; to && i < G_N_ELEMENTS(ends); i++)
    if (strcmp(ends[i].kind, operation->kind) == 0 && strcmp(ends[i].state, to) != 0)
      return fail(reading, reading->line, error,
                  _("this operation ends in “%s”, and “-> %s” says something else"), ends[i].state,
                  to);
  if (strcmp(operation->kind, "plan.close") == 0) {
    const char *plan = operation_to(operation, "plan");
    if (!plan || !*plan || strspn(plan, "0123456789") != strlen(plan))
      return fail(reading, reading->line, error, _("the number of the plan is missing"));
  }
  return TRUE;
}

static gboolean
read_operation(Reading *reading, GError **error)
{
  g_auto(Word) target = {0};
  const PlanVerb *verb = read_verb(reading, error);
  if (!verb || !read_word(reading, &target, error))
    return FALSE;
  if (!is_text(&target) || !*target.text)
    return fail(reading, target.start, error, _("the account is missing after “%s”"), verb->verb);
  g_autofree char *key = g_ascii_strdown(target.text, -1);
  if (strcmp(verb->kind, "user.create") == 0)
    g_hash_table_replace(reading->made, g_strdup(key), g_strdup(target.text));
  const char *made = g_hash_table_lookup(reading->made, key);
  Operation *operation = plan_add(reading->plan, verb->kind, NULL, made ? made : target.text);
  if (!read_rest(reading, operation, verb, error) || !check_target(reading, operation, error) ||
      !check_sense(reading, operation, error))
    return FALSE;
  chain(reading, operation);
  return TRUE;
}

/* --- head and comments --- */

/* "2026-11-20T14:02:00Z by m.chen", which stands at `at`. */
static gboolean
read_made(Reading *reading, const char *text, const char *at, GError **error)
{
  const char *by = strstr(text, " by ");
  g_autofree char *made = by ? g_strndup(text, (gsize)(by - text)) : g_strdup(text);
  if (!clock_parse_moment(made, &reading->plan->made_at, NULL))
    return fail(reading, at, error, _("“%s” is no moment"), made);
  if (by && !reading->plan->who)
    reading->plan->who = g_strdup(by + strlen(" by "));
  return TRUE;
}

static char *
part_text(const char *start, const char *end)
{
  g_autofree char *text = g_strndup(start, (gsize)(end - start));
  g_strstrip(text);
  return *text == '\0' || strcmp(text, "-") == 0 ? NULL : g_steal_pointer(&text);
}

static gboolean
read_part(Reading *reading, guint number, const char *start, const char *end, GError **error)
{
  Plan *plan = reading->plan;
  g_autofree char *text = part_text(start, end);
  if (number == 0)
    plan->tenant = g_steal_pointer(&text);
  else if (number == 1)
    plan->roster = g_steal_pointer(&text);
  else if (text && g_str_has_prefix(text, "released by: ") && !plan->released_by)
    plan->released_by = g_strdup(text + strlen("released by: "));
  else if (text && g_str_has_prefix(text, "made ") && plan->made_at == 0)
    return read_made(reading, text + strlen("made "), start, error);
  return TRUE;
}

static gboolean
read_head(Reading *reading, GError **error)
{
  const char *at = reading->line + strlen(PLAN_FILE_MAGIC);
  if (!g_str_has_prefix(reading->line, PLAN_FILE_MAGIC) ||
      (*at != '\0' && !g_str_has_prefix(at, PLAN_FILE_DOT)))
    return fail(reading, reading->line, error,
                _("this is no plan file: it does not begin with “%s”"), PLAN_FILE_MAGIC);
  for (guint number = 0; *at; number++) {
    at += strlen(PLAN_FILE_DOT);
    if (g_str_has_prefix(at, "reason: ") && number >= 2) {
      reading->plan->reason = part_text(at + strlen("reason: "), at + strlen(at));
      return TRUE;
    }
    const char *end = strstr(at, PLAN_FILE_DOT);
    if (!end)
      end = at + strlen(at);
    if (!read_part(reading, number, at, end, error))
      return FALSE;
    at = end;
  }
  return TRUE;
}

/* "# 3 operations on 2 accounts …": said anew when it is written. */
static gboolean
is_count(const char *text)
{
  gsize digits = strspn(text, "0123456789");
  return digits > 0 && (g_str_has_prefix(text + digits, " operations on ") ||
                        g_str_has_prefix(text + digits, " operation on "));
}

static void
read_comment(Reading *reading)
{
  g_autofree char *text = g_strdup(reading->at + 1);
  g_strstrip(text);
  if (!reading->titled && g_str_has_prefix(text, "title: ")) {
    g_free(reading->plan->title);
    reading->plan->title = g_strdup(text + strlen("title: "));
    reading->titled = TRUE;
  } else if (!reading->counted && is_count(text))
    reading->counted = TRUE;
  else if (*text)
    plan_add_note(reading->plan, text);
}

static gboolean
read_line(Reading *reading, GError **error)
{
  const char *bad;
  if (!g_utf8_validate(reading->line, -1, &bad)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, "%s:%u:%ld: %s", reading->name,
                reading->number, (long)(bad - reading->line) + 1, _("this is no UTF-8"));
    return FALSE;
  }
  if (reading->number == 1)
    return read_head(reading, error);
  reading->at = reading->line + strspn(reading->line, " \t");
  if (*reading->at == '#')
    read_comment(reading);
  else if (*reading->at)
    return read_operation(reading, error);
  return TRUE;
}

/* Takes the next line; FALSE at the end. */
static gboolean
next_line(Reading *reading, const char **at, const char *end)
{
  g_clear_pointer(&reading->line, g_free);
  if (*at >= end)
    return FALSE;
  const char *stop = memchr(*at, '\n', (gsize)(end - *at));
  gsize length = (gsize)((stop ? stop : end) - *at);
  reading->number++;
  gsize kept = length > 0 && (*at)[length - 1] == '\r' ? length - 1 : length;
  reading->line = g_strndup(*at, kept);
  *at += length + (stop ? 1 : 0);
  return TRUE;
}

static gboolean
read_lines(Reading *reading, const char *text, gsize length, GError **error)
{
  const char *at = text, *end = text + length;
  if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
    at += 3;
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  for (guint n_wrong = 0; n_wrong < MOST_WRONG && next_line(reading, &at, end);) {
    if (reading->number > MOST_LINES || strlen(reading->line) > LONGEST_LINE) {
      error_gathered(wrong, USHER_ERROR_USAGE, NULL);
      return fail(reading, reading->line, error, _("the file is too large for a plan"));
    }
    if (read_line(reading, &local))
      continue;
    /* What follows a head that is none is no plan either. */
    n_wrong += reading->number == 1 ? MOST_WRONG : 1;
    error_gather(&wrong, &local);
  }
  if (!error_gathered(wrong, USHER_ERROR_USAGE, error))
    return FALSE;
  if (reading->number > 0)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("%s: the file is empty"), reading->name);
  return FALSE;
}

Plan *
plan_file_read(const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr(Plan) plan = plan_new(NULL);
  g_autoptr(GHashTable) last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  Reading reading = {.name = name, .plan = plan, .last = last, .made = made};
  const char *zero = length > 0 ? memchr(text, '\0', length) : NULL;
  if (zero) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("%s: this is no text"), name);
    return NULL;
  }
  gboolean ok = read_lines(&reading, text, length, error);
  g_free(reading.line);
  if (!ok)
    return NULL;
  if (!plan->title)
    plan->title = g_strdup(name);
  return g_steal_pointer(&plan);
}
