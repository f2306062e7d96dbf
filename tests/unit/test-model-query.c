/* The query language: what matches, and what a wrong query says. */
#include "base/clock.h"
#include "base/error.h"
#include "model/query.h"
#include <string.h>

#define NOW G_GINT64_CONSTANT(1795176131) /* 2026-11-20T12:02:11Z */
#define DAY ((gint64)CLOCK_DAY)

static const struct {
  const char *id, *name, *user, *mail, *external, *company, *mobile, *sponsor, *invite;
  gint64 state, kind, licence, created, expires, sign_in;
} people[] = {
    {"ada", "Lovelace, Ada", "ada.lovelace.ext@contoso.com", "ada.lovelace.ext@contoso.com",
     "ada@analytical.example\nada2@home.example", "Partner GmbH", "+44 20 7946 0018",
     "Charles Babbage", NULL, STATE_ENABLED, KIND_MEMBER, LICENCE_OK, NOW - 300 * DAY,
     NOW + 12 * DAY, NOW - 92 * DAY},
    {"alan", "Turing, Alan", "alan.turing.ext@contoso.com", "alan.turing.ext@contoso.com",
     "alan@bletchley.example", "Contoso", NULL, NULL, NULL, STATE_DISABLED, KIND_MEMBER,
     LICENCE_PENDING, NOW - 3 * DAY, NOW - NOW % DAY, MOMENT_NONE},
    {"zoe", "Müller-Lüdenscheidt, Zoë", "zoe.mueller@contoso.com", NULL, NULL, NULL, NULL, NULL,
     "PendingAcceptance", STATE_ENABLED, KIND_GUEST, LICENCE_ERROR, NOW - 7 * DAY, MOMENT_NONE,
     MOMENT_UNKNOWN},
    {"ivan", "Щербаков Иван", "ivan@partner.example", "ivan@partner.example",
     "ivan@partner.example", "Partnerschaft \"Nord|Süd\"", NULL, "Zoë Müller", NULL, STATE_ENABLED,
     KIND_GUEST, LICENCE_NONE, G_GINT64_CONSTANT(1767225600) /* 2026-01-01 */, NOW - 40 * DAY,
     MOMENT_UNLICENSED},
};

static Snapshot *
make_people(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();
  for (guint i = 0; i < G_N_ELEMENTS(people); i++) {
    account_clear(account);
    account_put_text(account, FIELD_ID, people[i].id);
    account_put_text(account, FIELD_NAME, people[i].name);
    account_put_text(account, FIELD_USER, people[i].user);
    account_put_text(account, FIELD_MAIL, people[i].mail);
    account_put_text(account, FIELD_EXTERNAL, people[i].external);
    account_put_text(account, FIELD_COMPANY, people[i].company);
    account_put_text(account, FIELD_MOBILE, people[i].mobile);
    account_put_text(account, FIELD_SPONSOR, people[i].sponsor);
    account_put_text(account, FIELD_INVITE, people[i].invite);
    account_put_number(account, FIELD_STATE, people[i].state);
    account_put_number(account, FIELD_KIND, people[i].kind);
    account_put_number(account, FIELD_LICENCE, people[i].licence);
    account_put_number(account, FIELD_CREATED, people[i].created);
    account_put_number(account, FIELD_EXPIRES, people[i].expires);
    account_put_number(account, FIELD_SIGN_IN, people[i].sign_in);
    snapshot_builder_add(builder, account);
  }
  return snapshot_builder_snapshot(builder, NOW);
}

static gboolean
ada_is_tagged(const char *id, gpointer data)
{
  return strcmp(id, "ada") == 0;
}

/* The ids that match, sorted by name as in the snapshot, by both ways of asking. */
static char *
run(const Snapshot *snapshot, const char *text)
{
  g_autoptr(GError) error = NULL;
  gsize position = 999;
  g_autoptr(Query) query = query_parse(text, NOW, &position, &error);
  if (error)
    g_test_message("%s: %s", text, error->message);
  g_assert_no_error(error);
  g_assert_cmpuint(position, ==, 999);
  g_autoptr(GArray) rows = query_run(query, snapshot, ada_is_tagged, NULL);
  GString *ids = g_string_new(NULL);
  guint next = 0;
  for (guint row = 0; row < snapshot_count(snapshot); row++) {
    gboolean found = next < rows->len && g_array_index(rows, guint32, next) == row;
    g_assert_true(found == query_match(query, snapshot, row, ada_is_tagged, NULL));
    if (!found)
      continue;
    g_string_append_printf(ids, "%s%s", next > 0 ? " " : "",
                           snapshot_text(snapshot, row, FIELD_ID));
    next++;
  }
  g_assert_cmpuint(next, ==, rows->len);
  return g_string_free(ids, FALSE);
}

static const struct {
  const char *query, *ids;
} matches[] = {
    {"", "ada zoe alan ivan"},
    {"  \t ", "ada zoe alan ivan"},
    /* words */
    {"lovelace", "ada"},
    {"LOVELACE", "ada"},
    {"love ada", "ada"},
    {"muller", "zoe ivan"},
    {"MÜLLER", "zoe ivan"},
    {"щербаков", "ivan"},
    {"contoso", "ada zoe alan"},
    {"-contoso", "ivan"},
    {"-contoso -ivan", ""},
    {"7946", "ada"},
    {"\"20 7946\"", "ada"},
    {"\"lovelace, ada\"", "ada"},
    {"\"ada lovelace\"", ""},
    {"ada|alan", "ada alan"},
    {"-ada|alan", "zoe ivan"},
    {"babbage", "ada"},
    {"e", "ada zoe alan ivan"},
    {"nosuch", ""},
    {"12:30", ""},
    {"\"state:enabled\"", ""},
    {"ada@analytical.example", "ada"},
    {"\xcc\x81", "ada zoe alan ivan"}, /* a mark alone folds to nothing */
    /* texts */
    {"name:love", "ada"},
    {"displayName:love", "ada"},
    {"NAME:LOVE", "ada"},
    {"name:ada", ""},
    {"name:\"lovelace, a\"", "ada"},
    {"name=\"lovelace, ada\"", "ada"},
    {"name=lovelace", ""},
    {"name:muller", "zoe"},
    {"company:partner", "ada ivan"},
    {"company:partner|contoso", "ada alan ivan"},
    {"company=contoso", "alan"},
    {"company=partner", ""},
    {"company=", "zoe"},
    {"company=\"\"", "zoe"},
    {"-company=", "ada alan ivan"},
    {"-sponsor=", "ada ivan"},
    {"sponsor=", "zoe alan"},
    {"company:\"partnerschaft \"", "ivan"},
    {"user=ada.lovelace.ext", "ada"},
    {"user=ada.lovelace.ext@contoso.com", "ada"},
    {"user=ada.lovelace", ""},
    {"user:ada.lovelace", "ada"},
    {"-user:ada", "zoe alan ivan"},
    {"mail:ada.love", "ada"},
    {"mail:ada@", "ada"},
    {"mail=ada2@home.example", "ada"},
    {"mail=home.example", ""},
    {"mail=", "zoe"},
    {"external:ada2", "ada"},
    {"otherMails:alan", "alan"},
    {"invite:pending", "zoe"},
    {"id=ivan", "ivan"},
    /* choices */
    {"state:enabled", "ada zoe ivan"},
    {"state:en", "ada zoe ivan"},
    {"accountEnabled:disabled", "alan"},
    {"-state:enabled", "alan"},
    {"state:disabled|enabled", "ada zoe alan ivan"},
    {"kind:guest", "zoe ivan"},
    {"licence:error|pending", "zoe alan"},
    {"licence=none", "ivan"},
    {"synced:no", "ada zoe alan ivan"},
    {"tag:yes", "ada"},
    {"tag:no", "zoe alan ivan"},
    {"-tag:yes state:enabled", "zoe ivan"},
    /* moments: now is 2026-11-20T12:02:11Z */
    {"expires<30d", "ada alan ivan"},
    {"expires<=12d", "ada alan ivan"},
    {"expires<12d", "alan ivan"},
    {"expires>10d", "ada"},
    {"expires<-30d", "ivan"},
    {"expires>-30d", "ada alan"},
    {"expires>+10d", "ada"},
    {"expires:none", "zoe"},
    {"expires:never", "zoe"},
    {"expires:past", "ivan"},
    {"expires:today", "alan"},
    {"expires:future", "ada alan"},
    {"expires<today", "ivan"},
    {"expires<=today", "alan ivan"},
    {"expires>today", "ada"},
    {"expires<30d|none", "ada zoe alan ivan"},
    {"-expires<30d", "zoe"},
    {"signin>90d", "ada"},
    {"signin>93d", ""},
    {"signin<93d", "ada"},
    {"signin:never", "alan"},
    {"signin:unknown", "zoe"},
    {"signin:unl", "ivan"},
    {"signin>90d|never", "ada alan"},
    {"created<7d", "alan"},
    {"created<=7d", "zoe alan"},
    {"created>30d", "ada ivan"},
    {"created:2026-01-01", "ivan"},
    {"created:2026-01", "ada ivan"},
    {"created:2026", "ada zoe alan ivan"},
    {"created=2026-01-01", "ivan"},
    {"created<2026-01-02", "ivan"},
    {"created<2026-01-01", ""},
    {"created<=2026-01-01", "ivan"},
    {"created>=2026-01-01", "ada zoe alan ivan"},
    {"created>2026-01-01", "ada zoe alan"},
    {"created>=2026-11", "zoe alan"},
    {"created<2026-01-01T00:00:01Z", "ivan"},
    {"deleted:unknown", "ada zoe alan ivan"},
    /* together */
    {"state:enabled expires<30d", "ada ivan"},
    {"state:enabled expires<30d love", "ada"},
    {"contoso -state:disabled -zoe", "ada"},
};

static void
test_matches(void)
{
  g_autoptr(Snapshot) snapshot = make_people();
  for (guint i = 0; i < G_N_ELEMENTS(matches); i++) {
    g_autofree char *ids = run(snapshot, matches[i].query);
    if (strcmp(ids, matches[i].ids) != 0)
      g_error("%s: matches [%s], not [%s]", matches[i].query, ids, matches[i].ids);
  }
}

static const struct {
  const char *query;
  gsize position;
  const char *says; /* part of the message */
} mistakes[] = {
    {"ada expirs<30d", 4, "“expires”"},
    {"-nme:x", 1, "“name”"},
    {"tagg:yes", 0, "“tag”"},
    {"http://x.example", 0, "quotation marks"},
    {"state:enabeld", 6, "“enabled”"},
    {"state:", 6, "disabled"},
    {"state=en", 6, "“en”"},
    {"state<enabled", 6, ": or ="},
    {"company:", 8, "missing"},
    {"company:a|", 10, "missing"},
    {"company:a||b", 10, "missing"},
    {"company<a", 8, ": or ="},
    {"tag:maybe", 4, "maybe"},
    {"expires<", 8, "missing"},
    {"expires<soon", 8, "soon"},
    {"expires:30d", 8, "< or >"},
    {"expires:tody", 8, "“today”"},
    {"signin>never", 7, "never"},
    {"created<-3d", 8, "-3d"},
    {"created:2026-13", 8, "2026-13"},
    {"created:2026-02-30", 8, "2026-02-30"},
    {"ada \"two words", 4, "not closed"},
    {"name:\"x", 5, "not closed"},
    {"-", 1, "missing"},
    {"ada|", 4, "missing"},
    {"ada -\"\"", 5, "missing"},
    {"x\xff:y", 999, NULL}, /* not a field name, so a word */
};

static void
test_mistakes(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
    g_autoptr(GError) error = NULL;
    gsize position = 999;
    g_autoptr(Query) query = query_parse(mistakes[i].query, NOW, &position, &error);
    if (!mistakes[i].says) {
      g_assert_nonnull(query);
      continue;
    }
    if (query)
      g_error("%s: was taken as right", mistakes[i].query);
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    if (!strstr(error->message, mistakes[i].says) || position != mistakes[i].position)
      g_error("%s: at %" G_GSIZE_FORMAT ": %s", mistakes[i].query, position, error->message);
  }
  g_assert_null(query_parse("-", NOW, NULL, NULL));
}

static void
test_limits(void)
{
  g_autofree char *right = g_strnfill(4096, 'x');
  g_autoptr(Query) query = query_parse(right, NOW, NULL, NULL);
  g_assert_nonnull(query);
  g_autofree char *wrong = g_strnfill(4097, 'x');
  g_autoptr(GError) error = NULL;
  g_assert_null(query_parse(wrong, NOW, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
}

static void
test_fields(void)
{
  g_autoptr(Query) empty = query_parse(" ", NOW, NULL, NULL);
  g_assert_true(query_is_empty(empty));
  g_assert_cmpuint(query_fields(empty), ==, 0);
  g_autoptr(Query) some = query_parse("signin>90d mail:x", NOW, NULL, NULL);
  g_assert_false(query_is_empty(some));
  g_assert_cmpuint(query_fields(some), ==,
                   G_GUINT64_CONSTANT(1) << FIELD_SIGN_IN | G_GUINT64_CONSTANT(1) << FIELD_MAIL |
                       G_GUINT64_CONSTANT(1) << FIELD_EXTERNAL);
  /* A word alone costs no requests for sponsors. */
  g_autoptr(Query) word = query_parse("ada", NOW, NULL, NULL);
  g_assert_true(query_fields(word) & G_GUINT64_CONSTANT(1) << FIELD_NAME);
  g_assert_false(query_fields(word) & G_GUINT64_CONSTANT(1) << FIELD_SPONSOR);
}

static void
test_empty_snapshot(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, NOW);
  for (guint i = 0; i < G_N_ELEMENTS(matches); i++) {
    g_autofree char *ids = run(snapshot, matches[i].query);
    g_assert_cmpstr(ids, ==, "");
  }
}

static void
test_tables(void)
{
  guint n = 0;
  for (const QueryForm *form = query_forms(); form->form; form++, n++)
    g_assert_nonnull(form->text);
  g_assert_cmpuint(n, >, 5);
  /* Each word that the manual names is understood. */
  for (const QueryForm *form = query_moment_words(); form->form; form++) {
    g_autofree char *text = g_strconcat("signin:", form->form, NULL);
    g_autoptr(Query) query = query_parse(text, NOW, NULL, NULL);
    g_assert_nonnull(query);
  }
}

/* Where nobody can point at it, the message says where. */
static void
test_read(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Query) right = query_read("ä state:enabled", NOW, &error);
  g_assert_no_error(error);
  g_assert_nonnull(right);
  g_assert_null(query_read("ä colour:red", NOW, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_nonnull(strstr(error->message, "colour"));
  g_assert_nonnull(strstr(error->message, "character 3 of"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/query/matches", test_matches);
  g_test_add_func("/query/mistakes", test_mistakes);
  g_test_add_func("/query/limits", test_limits);
  g_test_add_func("/query/fields", test_fields);
  g_test_add_func("/query/empty-snapshot", test_empty_snapshot);
  g_test_add_func("/query/tables", test_tables);
  g_test_add_func("/query/read", test_read);
  return g_test_run();
}
