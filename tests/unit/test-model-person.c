/* Persons and their checks, initial passwords, mail templates. */
#include "base/clock.h"
#include "base/error.h"
#include "model/fields.h"
#include "model/password.h"
#include "model/person.h"
#include "model/template.h"
#include <string.h>

#define NOW      G_GINT64_CONSTANT(1795176131) /* 2026-11-20T12:02:11Z */
#define MIDNIGHT (NOW - NOW % CLOCK_DAY)

static Roster *
make_roster(void)
{
  Roster *roster = roster_new();
  roster->domain = g_strdup("contoso.com");
  roster->lifetime = 180 * CLOCK_DAY;
  roster->max_lifetime = 365 * CLOCK_DAY;
  roster->sponsor_required = TRUE;
  return roster;
}

static Person *
make_person(void)
{
  Person *person = person_new();
  person_set(person, PERSON_FIRST, "  Zoë ");
  person_set(person, PERSON_LAST, "Müller  Lüdenscheidt");
  person_set(person, PERSON_MOBILE, "+49 151 2345 6789");
  person_set(person, PERSON_EMAIL, "zoe@partner.example");
  person_set(person, PERSON_SPONSOR, "c.babbage");
  return person;
}

static void
test_set(void)
{
  g_autoptr(Person) person = make_person();
  g_assert_cmpstr(person->value[PERSON_FIRST], ==, "Zoë");
  g_assert_cmpstr(person->value[PERSON_LAST], ==, "Müller Lüdenscheidt");
  g_autoptr(Person) copy = person_copy(person);
  person_set(person, PERSON_FIRST, " \t ");
  g_assert_null(person->value[PERSON_FIRST]);
  person_set(person, PERSON_LAST, NULL);
  g_assert_null(person->value[PERSON_LAST]);
  g_assert_cmpstr(copy->value[PERSON_LAST], ==, "Müller Lüdenscheidt");
  for (guint i = 0; i < PERSON_N; i++) {
    g_assert_cmpint(person_info((PersonField)i)->field, ==, i);
    g_assert_nonnull(person_info((PersonField)i)->label);
  }
}

static void
test_checks(void)
{
  static const struct {
    PersonField field;
    const char *value;
    gboolean ok;
  } rows[] = {
      {PERSON_FIRST, NULL, FALSE},
      {PERSON_FIRST, "★", FALSE},
      {PERSON_FIRST, "Γιώργος", TRUE},
      {PERSON_FIRST,
       "a\xe2\x80\xae"
       "b",
       FALSE}, /* a bidi override */
      {PERSON_FIRST, "a\x1b[31m", FALSE},
      {PERSON_LAST, NULL, FALSE},
      {PERSON_MOBILE, NULL, FALSE},
      {PERSON_MOBILE, "0151 23456789", FALSE},
      {PERSON_EMAIL, NULL, FALSE},
      {PERSON_EMAIL, "zoë@partner.example", FALSE},
      {PERSON_COMPANY, NULL, TRUE},
      {PERSON_COMPANY, "Partner GmbH", TRUE},
      {PERSON_SPONSOR, NULL, FALSE},
      {PERSON_EXPIRES, NULL, TRUE},
      {PERSON_EXPIRES, "2027-05-19", TRUE},
      {PERSON_EXPIRES, "90d", TRUE},
      {PERSON_EXPIRES, "366d", FALSE},
      {PERSON_EXPIRES, "2026-11-19", FALSE},
      {PERSON_EXPIRES, "soon", FALSE},
      {PERSON_USER, "zoe.ext", TRUE},
      {PERSON_USER, "zoe@other.example", TRUE},
      {PERSON_USER, "zoë", FALSE},
      {PERSON_USER, "zoe.", FALSE},
      {PERSON_LANGUAGE, NULL, TRUE},
      {PERSON_LANGUAGE, "de", TRUE},
      {PERSON_LANGUAGE, "en-GB", TRUE},
      {PERSON_LANGUAGE, "d", FALSE},
      {PERSON_LANGUAGE, "de-", FALSE},
      {PERSON_LANGUAGE, "german", FALSE},
  };
  g_autoptr(Roster) roster = make_roster();
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Person) person = make_person();
    person_set(person, rows[i].field, rows[i].value);
    g_autofree char *wrong = person_check(person, rows[i].field, roster, NOW);
    if ((wrong == NULL) != rows[i].ok)
      g_error("%s %s: %s", person_info(rows[i].field)->name, rows[i].value, wrong);
    /* It stands beside the field. */
    g_assert_true(!wrong || g_utf8_strlen(wrong, -1) <= 64 || rows[i].field == PERSON_USER);
    g_autoptr(GError) error = NULL;
    g_assert_true(person_check_all(person, roster, NOW, &error) == rows[i].ok);
    if (!rows[i].ok) {
      g_autofree char *option = g_strdup_printf("--%s: ", person_info(rows[i].field)->name);
      g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
      g_assert_true(g_str_has_prefix(error->message, option));
    }
  }
}

static void
test_lengths(void)
{
  for (guint i = 0; i < PERSON_N; i++) {
    g_autoptr(Person) person = make_person();
    g_autofree char *many = g_strnfill((gsize)person_info((PersonField)i)->max_length + 1, 'x');
    person_set(person, (PersonField)i, many);
    g_autofree char *wrong = person_check(person, (PersonField)i, NULL, NOW);
    g_assert_nonnull(wrong);
  }
  g_autoptr(Person) person = make_person();
  GString *name = g_string_new(NULL);
  for (guint i = 0; i < 64; i++)
    g_string_append(name, "ö");
  person_set(person, PERSON_LAST, name->str);
  g_assert_null(person_check(person, PERSON_LAST, NULL, NOW));
  g_string_free(name, TRUE);
}

static void
test_user_instead_of_latin(void)
{
  g_autoptr(Person) person = make_person();
  g_autoptr(Roster) roster = make_roster();
  person_set(person, PERSON_FIRST, "★");
  person_set(person, PERSON_USER, "star");
  g_assert_null(person_check(person, PERSON_FIRST, roster, NOW));
  roster->sponsor_required = FALSE;
  person_set(person, PERSON_SPONSOR, NULL);
  g_assert_null(person_check(person, PERSON_SPONSOR, roster, NOW));
}

static void
test_mobile(void)
{
  static const char *const good[] = {"+49 151 2345 6789", "+442079460018", "+1 (425) 555-0100",
                                     "+358.40.1234567",   "+1234567",      "+123456789012345"};
  static const char *const bad[] = {"",
                                    "+",
                                    "0151 2345678",
                                    "+49 151 abc 123",
                                    "+123456",
                                    "+1234567890123456",
                                    "+49 (151 2345678",
                                    "+49 )151( 23456",
                                    "+0 151 2345678",
                                    "++491512345678",
                                    "+49 151\n2345678",
                                    "49 151 2345678"};
  for (guint i = 0; i < G_N_ELEMENTS(good); i++)
    if (!person_mobile_ok(good[i]))
      g_error("%s is refused", good[i]);
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    if (person_mobile_ok(bad[i]))
      g_error("%s is accepted", bad[i]);
}

static void
test_email(void)
{
  static const char *const good[] = {"zoe@partner.example", "a+b@x.example",
                                     "a.b-c_d@sub.x.example", "o'brien@x.example",
                                     "x@xn--mller-kva.example"};
  static const char *const bad[] = {"",
                                    "zoe",
                                    "zoe@",
                                    "@x.example",
                                    "zoe@localhost",
                                    "zoe@x..example",
                                    "zoe@-x.example",
                                    "zoe@x.example.",
                                    "zo e@x.example",
                                    "zoe@x .example",
                                    ".zoe@x.example",
                                    "zoe.@x.example",
                                    "z..e@x.example",
                                    "zoë@x.example",
                                    "zoe@müller.example",
                                    "a@b@x.example",
                                    "zoe@x.example\r\nBcc: eve@x.example",
                                    "\"ada love\"@x.example",
                                    "\"\"@x.example",
                                    "\"a\"b\"@x.example",
                                    "<zoe@x.example>"};
  for (guint i = 0; i < G_N_ELEMENTS(good); i++)
    if (!person_email_ok(good[i]))
      g_error("%s is refused", good[i]);
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    if (person_email_ok(bad[i]))
      g_error("%s is accepted", bad[i]);
  g_autofree char *local = g_strnfill(65, 'a');
  g_autofree char *too_long = g_strconcat(local, "@x.example", NULL);
  g_assert_false(person_email_ok(too_long));
}

static void
test_own_address(void)
{
  g_autoptr(Roster) roster = make_roster();
  g_autoptr(Person) person = make_person();
  g_autofree char *own = g_strconcat("ada@", roster->domain, NULL);
  g_autofree char *upper = g_ascii_strup(own, -1);
  for (const char *const *text = (const char *const[]){own, upper, NULL}; *text; text++) {
    person_set(person, PERSON_EMAIL, *text);
    g_autofree char *wrong = person_check(person, PERSON_EMAIL, roster, NOW);
    g_assert_nonnull(wrong);
  }
  g_autofree char *below = g_strconcat("ada@external.", roster->domain, NULL);
  person_set(person, PERSON_EMAIL, below);
  g_assert_null(person_check(person, PERSON_EMAIL, roster, NOW));
  g_assert_false(person_email_is_in("ada", "contoso.com"));
  g_assert_false(person_email_is_in("ada@contoso.com", NULL));
}

static void
test_expires(void)
{
  g_autoptr(Roster) roster = make_roster();
  g_autoptr(Person) person = make_person();
  g_autoptr(GError) error = NULL;
  gint64 moment = 5;
  g_assert_true(person_expires(person, roster, NOW, &moment, &error));
  g_assert_cmpint(moment, ==, MIDNIGHT + 180 * CLOCK_DAY);
  person_set(person, PERSON_EXPIRES, "365d");
  g_assert_true(person_expires(person, roster, NOW, &moment, &error));
  g_assert_cmpint(moment, ==, MIDNIGHT + 365 * CLOCK_DAY);
  person_set(person, PERSON_EXPIRES, "2027-11-21");
  moment = 5;
  g_assert_false(person_expires(person, roster, NOW, &moment, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_nonnull(strstr(error->message, "2027-11-20"));
  g_assert_cmpint(moment, ==, 5);
  g_clear_error(&error);
  person_set(person, PERSON_EXPIRES, "today");
  g_assert_true(person_expires(person, roster, NOW, &moment, &error));
  g_assert_cmpint(moment, ==, MIDNIGHT);
  for (const char *const *wrong = (const char *const[]){"0d", "+0h", "-1d", "2026-11-19", NULL};
       *wrong != NULL; wrong++) {
    person_set(person, PERSON_EXPIRES, *wrong);
    g_assert_false(person_expires(person, roster, NOW, &moment, NULL));
  }
  person_set(person, PERSON_EXPIRES, "-1d");
  g_assert_false(person_expires(person, roster, NOW, &moment, NULL));
  /* Without a lifetime there is no end, unless there is a cap. */
  person_set(person, PERSON_EXPIRES, NULL);
  roster->lifetime = 0;
  g_assert_false(person_expires(person, roster, NOW, &moment, NULL));
  roster->max_lifetime = 0;
  g_assert_true(person_expires(person, roster, NOW, &moment, NULL));
  g_assert_cmpint(moment, ==, MOMENT_NONE);
  /* A lifetime beyond the cap is a mistake in the roster, and said. */
  roster->lifetime = 400 * CLOCK_DAY;
  roster->max_lifetime = 365 * CLOCK_DAY;
  g_assert_false(person_expires(person, roster, NOW, &moment, NULL));
}

/* --- passwords --- */

static void
test_password_rules(void)
{
  static const struct {
    const char *password;
    gboolean ok;
  } rows[] = {{"Abcdefg1", TRUE},  {"abcdefg1", FALSE},   {"Abcdef1", FALSE},
              {"abc def1!", TRUE}, {"ABCDEFG!1", TRUE},   {"Abcdefgh", FALSE},
              {"Abcdéf12", FALSE}, {"Abcdefg\n1", FALSE}, {"", FALSE}};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    g_assert_true(password_ok(rows[i].password) == rows[i].ok);
  g_autofree char *longest = g_strnfill(256, 'a');
  longest[0] = 'A';
  longest[1] = '1';
  g_assert_true(password_ok(longest));
  g_autofree char *longer = g_strconcat(longest, "a", NULL);
  g_assert_false(password_ok(longer));
}

static void
test_password_generate(void)
{
  static const guint lengths[][2] = {{16, 16}, {8, 8}, {0, 8}, {256, 256}, {1000, 256}};
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(lengths); i++)
    for (guint n = 0; n < 200; n++) {
      g_autoptr(Secret) secret = password_generate(lengths[i][0]);
      const char *text = secret_peek(secret);
      g_assert_cmpuint(strlen(text), ==, lengths[i][1]);
      g_assert_true(password_ok(text));
      g_assert_null(strpbrk(text, "0Oo1lI|"));
      g_assert_nonnull(strpbrk(text, "abcdefghijkmnpqrstuvwxyz"));
      g_assert_nonnull(strpbrk(text, "ABCDEFGHJKLMNPQRSTUVWXYZ"));
      g_assert_nonnull(strpbrk(text, "23456789"));
      g_assert_true(g_hash_table_add(seen, g_strdup(text)));
    }
}

/* Every character turns up, about equally often, and at every place. */
static void
test_password_distribution(void)
{
  enum { ROUNDS = 4000, LENGTH = 64 };
  guint counts[256] = {0}, first_upper = 0, different = 0;
  for (guint n = 0; n < ROUNDS; n++) {
    g_autoptr(Secret) secret = password_generate(LENGTH);
    const char *text = secret_peek(secret);
    first_upper += g_ascii_isupper(text[0]);
    for (guint i = 0; i < LENGTH; i++)
      counts[(guchar)text[i]]++;
  }
  for (guint i = 0; i < 256; i++)
    different += counts[i] > 0;
  g_assert_cmpuint(different, ==, 65);
  const double even = (double)ROUNDS * LENGTH / 65;
  for (guint i = 0; i < 256; i++)
    g_assert_true(counts[i] == 0 || (counts[i] > 0.9 * even && counts[i] < 1.1 * even));
  g_assert_cmpuint(first_upper, >, ROUNDS * 24 / 65 * 8 / 10);
  g_assert_cmpuint(first_upper, <, ROUNDS * 24 / 65 * 12 / 10);
}

/* --- templates --- */

static gboolean
render(const char *text, char **ret_subject, char **ret_body, GError **error)
{
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(values, (gpointer) "first", (gpointer) "Zoë");
  g_hash_table_insert(values, (gpointer) "user", (gpointer) "zoe@contoso.com");
  g_hash_table_insert(values, (gpointer) "password", NULL);
  g_hash_table_insert(values, (gpointer) "evil", (gpointer) "a\r\nBcc: eve@x.example");
  return template_render(text, values, ret_subject, ret_body, error);
}

static void
test_template(void)
{
  g_autofree char *subject = NULL, *body = NULL;
  g_autoptr(GError) error = NULL;
  g_assert_true(render("Subject: Hello {first}\n\nDear {first},\n{user}\nPassword: {password}\n\n"
                       "{ not one } {} {first\n",
                       &subject, &body, &error));
  g_assert_no_error(error);
  g_assert_cmpstr(subject, ==, "Hello Zoë");
  g_assert_cmpstr(body, ==, "Dear Zoë,\nzoe@contoso.com\n\n{ not one } {} {first\n");
}

static void
test_template_crlf(void)
{
  g_autofree char *subject = NULL, *body = NULL;
  g_assert_true(render("subject: {evil}\r\n\r\nText\r\n", &subject, &body, NULL));
  g_assert_null(strpbrk(subject, "\r\n"));
  g_assert_cmpstr(body, ==, "Text\n");
}

static void
test_template_mistakes(void)
{
  static const struct {
    const char *text, *says;
  } rows[] = {
      {"", "Subject"},
      {"Subject: x", "blank line"},
      {"Subject: x\ntext\nmore", "blank line"},
      {"Betreff: x\n\ntext", "Subject:"},
      {"Subject: \n\ntext", "empty"},
      {"Subject: {password}\n\ntext", "empty"},
      {"Subject: {frist}\n\ntext", "line 1"},
      {"Subject: x\n\na\nb {usre}\n", "line 4"},
      {"Subject: x\n\n{usre}\n", "{user}"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    char *subject = NULL, *body = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_false(render(rows[i].text, &subject, &body, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
    if (!strstr(error->message, rows[i].says))
      g_error("%s: %s", rows[i].text, error->message);
    g_assert_true(!subject && !body);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/person/set", test_set);
  g_test_add_func("/person/checks", test_checks);
  g_test_add_func("/person/lengths", test_lengths);
  g_test_add_func("/person/user-instead-of-latin", test_user_instead_of_latin);
  g_test_add_func("/person/mobile", test_mobile);
  g_test_add_func("/person/email", test_email);
  g_test_add_func("/person/own-address", test_own_address);
  g_test_add_func("/person/expires", test_expires);
  g_test_add_func("/password/rules", test_password_rules);
  g_test_add_func("/password/generate", test_password_generate);
  g_test_add_func("/password/distribution", test_password_distribution);
  g_test_add_func("/template/render", test_template);
  g_test_add_func("/template/crlf", test_template_crlf);
  g_test_add_func("/template/mistakes", test_template_mistakes);
  return g_test_run();
}
