/* The naming rule: filling a roster's pattern with a person's names, and what
 * Entra accepts as a user name (contract 4.2). How a name is written in Latin
 * letters is for romanise.c. */
#include "model/naming.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/romanise.h"
#include <string.h>

/* The hexadecimal digits of an object id. */
#define DELETED_PREFIX 32

enum { LOCAL_MAX = 64, DOMAIN_MAX = 48, WHOLE_MAX = 113, DISPLAY_MAX = 256 };

/* What may stand between { and }. */
static const struct {
  const char *name;
  PersonField field;
  gboolean initial;
} placeholders[] = {
    {"first", PERSON_FIRST, FALSE}, {"last", PERSON_LAST, FALSE},       {"f", PERSON_FIRST, TRUE},
    {"l", PERSON_LAST, TRUE},       {"company", PERSON_COMPANY, FALSE},
};

static const char *const placeholder_names[] = {"first", "last", "f", "l", "company", NULL};

/* A piece of a rule: fixed text, or a placeholder and what it stands for. */
typedef struct {
  int placeholder; /* -1: fixed text */
  GString *text;
} Piece;

static void
piece_clear(gpointer data)
{
  g_string_free(((Piece *)data)->text, TRUE);
}

static void
add_piece(GArray *pieces, int placeholder, const char *text, gssize length)
{
  Piece piece = {placeholder, g_string_new_len(text, length)};
  g_array_append_val(pieces, piece);
}

static int
find_placeholder(const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS(placeholders); i++)
    if (strlen(placeholders[i].name) == length && strncmp(placeholders[i].name, name, length) == 0)
      return (int)i;
  return -1;
}

static void
wrong_placeholder(const char *rule, const char *start, gsize length, GError **error)
{
  g_autofree char *name = g_strndup(start, length);
  const char *nearest = length <= 40 ? text_nearest(name, placeholder_names) : NULL;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("the naming rule “%s” has no use for {%s}; there are {first} {last} {f} {l} "
                "{company}%s%s"),
              rule, name, nearest ? _("; did you mean ") : "", nearest ? nearest : "");
}

static GArray *
parse_rule(const char *rule, GError **error)
{
  g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
  g_array_set_clear_func(pieces, piece_clear);
  for (const char *at = rule; *at;) {
    if (*at != '{') {
      gsize length = strcspn(at, "{");
      add_piece(pieces, -1, at, (gssize)length);
      at += length;
      continue;
    }
    const char *end = strchr(at, '}');
    gsize length = end ? (gsize)(end - at - 1) : strlen(at + 1);
    int placeholder = end ? find_placeholder(at + 1, length) : -1;
    if (placeholder < 0) {
      wrong_placeholder(rule, at + 1, length, error);
      return NULL;
    }
    add_piece(pieces, placeholder, "", 0);
    at = end + 1;
  }
  return g_steal_pointer(&pieces);
}

char *
naming_transliterate(const char *text, gboolean *ret_guessed)
{
  gboolean guessed = FALSE;
  char *latin = romanise(text ? text : "", &guessed);
  if (ret_guessed)
    *ret_guessed = guessed;
  return latin;
}

/* --- the part before the @ --- */

static gboolean
allowed_local(char c)
{
  return g_ascii_isalnum(c) || (c != '\0' && strchr("'.-_!#^~", c));
}

/* A name as it stands in a user name: no blanks, hyphens kept. */
static char *
dense(const char *value)
{
  g_autofree char *latin = naming_transliterate(value, NULL);
  GString *out = g_string_new(NULL);
  for (const char *p = latin; *p; p++)
    if (*p != ' ')
      g_string_append_c(out, *p);
  return g_string_free(out, FALSE);
}

static gboolean
fill_piece(Piece *piece, const Person *person, GError **error)
{
  PersonField field = placeholders[piece->placeholder].field;
  const char *value = person->value[field];
  if (!value)
    return TRUE;
  g_autofree char *latin = dense(value);
  if (!*latin && field != PERSON_COMPANY) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("“%s” has no letters that can be written in Latin; give the user name with "
                  "--user"),
                value);
    return FALSE;
  }
  g_string_assign(piece->text, latin);
  if (placeholders[piece->placeholder].initial)
    g_string_truncate(piece->text, MIN(piece->text->len, 1));
  return TRUE;
}

static gboolean
check_fixed(Piece *piece, const char *rule, GError **error)
{
  g_string_ascii_down(piece->text);
  for (gsize i = 0; i < piece->text->len; i++)
    if (!allowed_local(piece->text->str[i])) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("the naming rule “%s” has characters that no user name may have; allowed are "
                    "letters, digits and ' . - _ ! # ^ ~"),
                  rule);
      return FALSE;
    }
  return TRUE;
}

/* The piece that carries the number of a further attempt. */
static Piece *
numbered_piece(GArray *pieces)
{
  static const int order[] = {1 /* last */, 3 /* l */, 0 /* first */, 2 /* f */, 4};
  for (guint i = 0; i < G_N_ELEMENTS(order); i++)
    for (guint k = pieces->len; k > 0; k--) {
      Piece *piece = &g_array_index(pieces, Piece, k - 1);
      if (piece->placeholder == order[i] && piece->text->len > 0)
        return piece;
    }
  return NULL;
}

/* Cut to `length`, rather at a hyphen than inside a part of a double name. */
static void
shorten(GString *text, gsize length)
{
  g_string_truncate(text, length);
  char *hyphen = strrchr(text->str, '-');
  if (hyphen && (gsize)(hyphen - text->str) >= length / 2)
    g_string_truncate(text, (gsize)(hyphen - text->str));
  while (text->len > 1 && !g_ascii_isalnum(text->str[text->len - 1]))
    g_string_truncate(text, text->len - 1);
}

static gsize
total_length(const GArray *pieces)
{
  gsize total = 0;
  for (guint i = 0; i < pieces->len; i++)
    total += g_array_index(pieces, Piece, i).text->len;
  return total;
}

/* Shortens the longest name until all fits into `room`. */
static gboolean
fit(GArray *pieces, gsize room)
{
  for (;;) {
    gsize total = total_length(pieces);
    if (total <= room)
      return TRUE;
    Piece *longest = NULL;
    for (guint i = 0; i < pieces->len; i++) {
      Piece *piece = &g_array_index(pieces, Piece, i);
      if (piece->placeholder >= 0 && (!longest || piece->text->len >= longest->text->len))
        longest = piece;
    }
    if (!longest || longest->text->len <= 1)
      return FALSE;
    gsize excess = total - room;
    /* Not all from one name, if two are long. */
    gsize step = MIN(excess, MAX(longest->text->len / 3, 1));
    shorten(longest->text, longest->text->len - step);
  }
}

/* No two separators in a row (a name was missing between them), none at the ends. */
static char *
join_pieces(const GArray *pieces)
{
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < pieces->len; i++) {
    const Piece *piece = &g_array_index(pieces, Piece, i);
    for (gsize k = 0; k < piece->text->len; k++) {
      char c = piece->text->str[k];
      gboolean separates = strchr(".-_", c) != NULL;
      if (separates && (out->len == 0 || strchr(".-_", out->str[out->len - 1])))
        continue;
      g_string_append_c(out, c);
    }
  }
  while (out->len > 0 && strchr(".-_", out->str[out->len - 1]))
    g_string_truncate(out, out->len - 1);
  return g_string_free(out, FALSE);
}

static char *
compose_local(GArray *pieces, const Roster *roster, guint attempt, GError **error)
{
  Piece *numbered = numbered_piece(pieces);
  if (!numbered) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("there is no name to make a user name of by the rule “%s”; give the user name "
                  "with --user"),
                roster->user_name);
    return NULL;
  }
  g_autofree char *number = attempt > 0 ? g_strdup_printf("%u", attempt + 1) : g_strdup("");
  if (!fit(pieces, LOCAL_MAX - strlen(number))) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("the naming rule “%s” is too long: a user name has at most %d characters before "
                  "the @"),
                roster->user_name, LOCAL_MAX);
    return NULL;
  }
  g_string_append(numbered->text, number);
  return join_pieces(pieces);
}

char *
naming_local_part(const Person *person, const Roster *roster, guint attempt, GError **error)
{
  const char *given = person->value[PERSON_USER];
  if (given)
    return g_strndup(given, strcspn(given, "@"));
  const char *rule = roster->user_name ? roster->user_name : "{first}.{last}";
  g_autoptr(GArray) pieces = parse_rule(rule, error);
  for (guint i = 0; pieces && i < pieces->len; i++) {
    Piece *piece = &g_array_index(pieces, Piece, i);
    if (!(piece->placeholder < 0 ? check_fixed(piece, rule, error)
                                 : fill_piece(piece, person, error)))
      return NULL;
  }
  return pieces ? compose_local(pieces, roster, attempt, error) : NULL;
}

char *
naming_user_name(const Person *person, const Roster *roster, guint attempt, GError **error)
{
  const char *given = person->value[PERSON_USER];
  g_autofree char *name = NULL;
  if (given && strchr(given, '@'))
    name = g_strdup(given);
  else {
    g_autofree char *local = naming_local_part(person, roster, attempt, error);
    if (!local)
      return NULL;
    if (!roster->domain) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("the roster has no domain; set domain in its section of the configuration"));
      return NULL;
    }
    name = g_strconcat(local, "@", roster->domain, NULL);
  }
  return naming_check_user_name(name, error) ? g_steal_pointer(&name) : NULL;
}

char *
naming_mail_nickname(const char *user_name)
{
  GString *out = g_string_new(NULL);
  for (const char *p = user_name; *p && *p != '@' && out->len < LOCAL_MAX; p++) {
    if (g_ascii_isalnum(*p) || *p == '-' || *p == '_')
      g_string_append_c(out, *p);
    else if (*p == '.')
      g_string_append_c(out, '-');
  }
  if (out->len == 0)
    g_string_append(out, "user");
  return g_string_free(out, FALSE);
}

/* --- the display name --- */

/* What to leave of fixed text beside a name that is missing: nothing but what
 * follows the missing name's own separator. */
static void
drop_separator(GArray *pieces, guint missing)
{
  Piece *before = missing > 0 ? &g_array_index(pieces, Piece, missing - 1) : NULL;
  Piece *after = missing + 1 < pieces->len ? &g_array_index(pieces, Piece, missing + 1) : NULL;
  if (before && before->placeholder < 0)
    g_string_truncate(before->text, 0);
  else if (after && after->placeholder < 0) {
    gsize n = strspn(after->text->str, " ,;.-/");
    g_string_erase(after->text, 0, (gssize)n);
  }
}

char *
naming_display_name(const Person *person, const Roster *roster)
{
  const char *rule = roster->display_name ? roster->display_name : "{first} {last}";
  g_autoptr(GArray) pieces = parse_rule(rule, NULL);
  if (!pieces)
    pieces = parse_rule("{first} {last}", NULL);
  for (guint i = 0; i < pieces->len; i++) {
    Piece *piece = &g_array_index(pieces, Piece, i);
    if (piece->placeholder < 0)
      continue;
    const char *value = person->value[placeholders[piece->placeholder].field];
    if (!value)
      drop_separator(pieces, i);
    else if (placeholders[piece->placeholder].initial)
      g_string_append_len(piece->text, value, g_utf8_next_char(value) - value);
    else
      g_string_assign(piece->text, value);
  }
  g_autoptr(GString) joined = g_string_new(NULL);
  for (guint i = 0; i < pieces->len; i++)
    g_string_append(joined, g_array_index(pieces, Piece, i).text->str);
  g_autofree char *squeezed = text_squeeze(joined->str);
  if (g_utf8_strlen(squeezed, -1) <= DISPLAY_MAX)
    return g_steal_pointer(&squeezed);
  return g_utf8_substring(squeezed, 0, DISPLAY_MAX);
}

/* --- what Entra accepts --- */

static const char *
find_fault(const char *user_name)
{
  const char *at = strchr(user_name, '@');
  if (!at)
    return N_("has no @");
  if (strchr(at + 1, '@'))
    return N_("has more than one @");
  gsize local = (gsize)(at - user_name), domain = strlen(at + 1);
  if (local == 0)
    return N_("has nothing before the @");
  for (gsize i = 0; i < local; i++)
    if (!allowed_local(user_name[i]))
      return N_("has other characters than letters without accents, digits and ' . - _ ! # ^ ~");
  if (local > LOCAL_MAX)
    return N_("has more than 64 characters before the @");
  if (at[-1] == '.')
    return N_("has a dot right before the @");
  if (domain == 0 || strspn(at + 1, ".-") > 0)
    return N_("has no domain behind the @");
  if (domain > DOMAIN_MAX || local + 1 + domain > WHOLE_MAX)
    return N_("has more than 48 characters behind the @");
  for (const char *p = at + 1; *p; p++)
    if (!g_ascii_isalnum(*p) && *p != '.' && *p != '-')
      return N_("has a domain that is none");
  return NULL;
}

gboolean
naming_check_user_name(const char *user_name, GError **error)
{
  const char *fault = find_fault(user_name);
  if (fault)
    /* TRANSLATORS: a user name and what is wrong with it */
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("%s %s"), user_name, _(fault));
  return fault == NULL;
}

const char *
naming_before_deletion(const char *user_name)
{
  gsize digits = 0;
  if (!user_name)
    return NULL;
  while (digits < DELETED_PREFIX && g_ascii_isxdigit(user_name[digits]))
    digits++;
  const char *rest = user_name + digits;
  return digits == DELETED_PREFIX && *rest && *rest != '@' ? rest : user_name;
}
