/* Sheets of people: what headings mean, what rows become, what is wrong in
 * them, and the bad ones as a file again; lists of accounts. */
#include "base/clock.h"
#include "base/error.h"
#include "model/people-file.h"
#include <string.h>

#define NOW G_GINT64_CONSTANT(1790000000) /* 2026-09-21 */

static Roster *
roster(void)
{
  Roster *made = roster_new();
  made->name = g_strdup("specialists");
  made->domain = g_strdup("contoso.com");
  g_free(made->user_name);
  made->user_name = g_strdup("{first}.{last}.ext");
  made->lifetime = 180 * CLOCK_DAY;
  return made;
}

static PeopleFile *
parse(const char *text)
{
  g_autoptr(GError) error = NULL;
  PeopleFile *file = people_file_parse(text, strlen(text), &error);
  g_assert_no_error(error);
  g_assert_nonnull(file);
  return file;
}

static const PeopleRow *
row_at(const PeopleFile *file, guint i)
{
  g_assert_cmpuint(i, <, people_file_rows(file)->len);
  return people_file_rows(file)->pdata[i];
}

/* --- headings --- */

static const struct {
  const char *heading;
  int column; /* -1: nobody reads it */
} headings[] = {
    {"first", PERSON_FIRST},
    {"First name", PERSON_FIRST},
    {"GIVEN-NAME", PERSON_FIRST},
    {"Vorname", PERSON_FIRST},
    {"givenName", PERSON_FIRST},
    {"First name [givenName]", PERSON_FIRST},
    {"last", PERSON_LAST},
    {"Surname", PERSON_LAST},
    {"Nachname", PERSON_LAST},
    {"Familienname*", PERSON_LAST},
    {"Last name [surname]", PERSON_LAST},
    {"mobile", PERSON_MOBILE},
    {"Handy", PERSON_MOBILE},
    {"Handy-Nr. ", -1},
    {"Mobiltelefon", PERSON_MOBILE},
    {"mobilePhone", PERSON_MOBILE},
    {"Mobile phone [mobile]", PERSON_MOBILE},
    {"Telefon", PERSON_MOBILE},
    {"email", PERSON_EMAIL},
    {"E-Mail", PERSON_EMAIL},
    {"e-mail (external)", PERSON_EMAIL},
    {"External e-mail", PERSON_EMAIL},
    {"Externe E-Mail", PERSON_EMAIL},
    {"otherMails", PERSON_EMAIL},
    {"Mail", PERSON_EMAIL},
    {"company", PERSON_COMPANY},
    {"companyName", PERSON_COMPANY},
    {"Firma", PERSON_COMPANY},
    {"Sponsor", PERSON_SPONSOR},
    {"Verantwortlicher", PERSON_SPONSOR},
    {"Bürge", PERSON_SPONSOR},
    {"expires", PERSON_EXPIRES},
    {"End date", PERSON_EXPIRES},
    {"Ablaufdatum", PERSON_EXPIRES},
    {"gültig bis", PERSON_EXPIRES},
    {"GÜLTIG BIS:", PERSON_EXPIRES},
    {"user", PERSON_USER},
    {"User name", PERSON_USER},
    {"Benutzername", PERSON_USER},
    {"userPrincipalName", PERSON_USER},
    {"User name [userPrincipalName] Required", PERSON_USER},
    {"User name (example: chris@contoso.com) [userPrincipalName] *", PERSON_USER},
    {"language", PERSON_LANGUAGE},
    {"Sprache", PERSON_LANGUAGE},
    {"Job title [jobTitle]", -1},
    {"Department", -1},
    {"Initial password [passwordProfile] Required", -1},
};

static void
test_headings(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(headings); i++) {
    g_autofree char *text = g_strdup_printf("\"%s\",roster\n2027,x\n", headings[i].heading);
    g_autoptr(PeopleFile) file = parse(text);
    const PeopleRow *row = row_at(file, 0);
    g_test_message("%s", headings[i].heading);
    g_assert_cmpstr(row->roster, ==, "x");
    for (int f = 0; f < PERSON_N; f++)
      g_assert_cmpstr(row->person->value[f], ==, f == headings[i].column ? "2027" : NULL);
    g_assert_cmpuint(people_file_ignored(file)->len, ==, headings[i].column < 0 ? 1 : 0);
  }
}

static void
test_choices(void)
{
  /* "Name" is the last name beside a first one, the whole name alone. */
  g_autoptr(PeopleFile) german = parse("Vorname;Name\nAda;Lovelace\n");
  g_assert_cmpstr(row_at(german, 0)->person->value[PERSON_LAST], ==, "Lovelace");
  g_autoptr(PeopleFile) whole = parse("Name;E-Mail\n\"van Dyke, Ada M.\";a@b.example\n"
                                      "Ada M. Lovelace;c@d.example\nPelé;e@f.example\n");
  g_assert_cmpstr(row_at(whole, 0)->person->value[PERSON_LAST], ==, "van Dyke");
  g_assert_cmpstr(row_at(whole, 0)->person->value[PERSON_FIRST], ==, "Ada M.");
  g_assert_cmpstr(row_at(whole, 1)->person->value[PERSON_LAST], ==, "Lovelace");
  g_assert_cmpstr(row_at(whole, 2)->person->value[PERSON_FIRST], ==, NULL);
  /* An export has the mailbox in the tenant beside the external address. */
  g_autoptr(PeopleFile) export = parse("name,mail,external\nAda L,ada@contoso.com,ada@p.example\n");
  g_assert_cmpstr(row_at(export, 0)->person->value[PERSON_EMAIL], ==, "ada@p.example");
  g_assert_cmpuint(people_file_ignored(export)->len, ==, 1);
}

/* --- rows --- */

static void
test_rows(void)
{
  g_autoptr(PeopleFile) file =
      parse("Nachname;Vorname;Handy;E-Mail;Ablaufdatum;Bemerkung\r\n"
            "  Müller ; Zoë  Maria;+49 151 2345678;zoe@p.example;31.1.2027;x\r\n"
            "\r\n"
            "山田;太郎;+81 90 1234 5678;taro@p.example;90d;\r\n");
  g_assert_cmpuint(people_file_rows(file)->len, ==, 2);
  g_assert_cmpint(people_file_kind(file), ==, PEOPLE_OWN);
  const PeopleRow *first = row_at(file, 0), *second = row_at(file, 1);
  g_assert_cmpstr(first->person->value[PERSON_FIRST], ==, "Zoë Maria");
  g_assert_cmpstr(first->person->value[PERSON_LAST], ==, "Müller");
  g_assert_cmpstr(first->person->value[PERSON_EXPIRES], ==, "2027-01-31");
  g_assert_cmpstr(second->person->value[PERSON_EXPIRES], ==, "90d");
  g_assert_cmpuint(first->line, ==, 2);
  g_assert_cmpuint(second->line, ==, 4);
  g_assert_cmpstr(people_file_ignored(file)->pdata[0], ==, "Bemerkung");
}

static void
test_refused(void)
{
  static const struct {
    const char *text, *says;
  } files[] = {
      {"", "heading"},
      {"Department,City\nx,y\n", "heading"},
      {"first,last\n", "no row"},
      {"first,Vorname,last\nAda,Ada,L\n", "two columns"},
      {"first,last\n\"Ada,L\n", "line 2"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(people_file_parse(files[i].text, strlen(files[i].text), &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, files[i].says));
  }
}

/* --- checking --- */

/* "2:email 2:first …" */
static char *
problems_of(const PeopleFile *file)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < people_file_rows(file)->len; i++) {
    const PeopleRow *row = row_at(file, i);
    for (guint k = 0; k < row->problems->len; k++) {
      const PeopleProblem *problem = row->problems->pdata[k];
      g_assert_nonnull(problem->text);
      g_string_append_printf(text, "%s%u:%s", text->len > 0 ? " " : "", row->line, problem->column);
    }
  }
  return g_string_free(text, FALSE);
}

static void
test_checks(void)
{
  static const char *const text = "first,last,mobile,email,user,expires\n"
                                  "Ada,Lovelace,+49 151 2345678,ada@p.example,,\n"
                                  ",Lovelace,0151,ada at p,,\n"
                                  "Ada,Lovelace,+49 151 2345678,ADA@P.example,,\n"
                                  "Bob,Meier,+49 151 2345678,bob@p.example,bob.x,\n"
                                  "Bob,Meier,+49 151 2345678,bob2@p.example,BOB.X@contoso.com,\n"
                                  "Eva,Alt,+49 151 2345678,eva@p.example,,1.1.2020\n"
                                  "Eva,Neu,+49 151 2345678,evan@p.example,,,too,many\n"
                                  "Eva,Mehr,+49 151 2345678,evam@p.example,,01/02/2027\n";
  g_autoptr(PeopleFile) file = parse(text);
  g_autoptr(Roster) specialists = roster();
  people_file_check(file, specialists, NOW);
  g_autofree char *found = problems_of(file);
  g_assert_cmpstr(found, ==, "3:first 3:mobile 3:email 4:email 6:user 7:expires 8:Row 9:expires");
}

static void
test_fill(void)
{
  g_autoptr(PeopleFile) file = parse("first,company\nAda,\nBob,Own GmbH\n");
  g_autoptr(Person) defaults = person_new();
  person_set(defaults, PERSON_COMPANY, "Partner GmbH");
  people_file_fill(file, defaults);
  g_assert_cmpstr(row_at(file, 0)->person->value[PERSON_COMPANY], ==, "Partner GmbH");
  g_assert_cmpstr(row_at(file, 1)->person->value[PERSON_COMPANY], ==, "Own GmbH");
}

/* Saved, mended and loaded again, twice: "error" stays one column. */
static void
test_bad_rows(void)
{
  g_autoptr(Roster) specialists = roster();
  g_autoptr(PeopleFile) file = parse("\xef\xbb\xbf"
                                     "first;last;mobile;email;Notiz\n"
                                     "Ada;Lovelace;+49 151 2345678;ada@p.example;fein\n"
                                     "Bob;\"Mei;er\";+49 151 2345679;bob;\"=HYPERLINK(1)\"\n");
  g_assert_null(people_file_bad_rows(file));
  people_file_check(file, specialists, NOW);
  g_autofree char *bad = people_file_bad_rows(file);
  g_assert_true(g_str_has_prefix(bad, "\xef\xbb\xbf"
                                      "first;last;mobile;email;Notiz;error\r\n"
                                      "Bob;\"Mei;er\";\"'+49 151 2345679\";bob;"
                                      "\"'=HYPERLINK(1)\";"));
  g_assert_null(strstr(bad, "Ada"));
  g_autoptr(PeopleFile) again = parse(bad);
  people_file_check(again, specialists, NOW);
  g_assert_cmpstr(row_at(again, 0)->person->value[PERSON_MOBILE], ==, "+49 151 2345679");
  g_assert_cmpstr(row_at(again, 0)->person->value[PERSON_LAST], ==, "Mei;er");
  g_autofree char *still = people_file_bad_rows(again);
  g_assert_cmpstr(still, ==, bad);
}

/* --- Microsoft's templates --- */

#define CREATE_HEADINGS                                                                            \
  "Name [displayName] Required,User name [userPrincipalName] Required,"                            \
  "Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required,"  \
  "First name [givenName],Last name [surname],Job title [jobTitle],Mobile phone [mobile]"

static void
test_bulk_create(void)
{
  g_autoptr(PeopleFile) file = parse(
      "version:v1.0,,,,,,,\n" CREATE_HEADINGS ",External e-mail\n"
      "Example: Chris Green,Example: chris@contoso.com,Example: myPassword1234,"
      "Example: No,Example: Chris,Example: Green,,\n"
      "Ada Lovelace,ada@contoso.com,Secret123!,No,Ada,Lovelace,Count,+44 20 7946 0018,a@p.example\n"
      "Grace Brewster Hopper,grace@contoso.com,Secret123!,Yes,,,,+1 202 555 0101,g@p.example\n"
      "Alan Turing,alan@contoso.com,Secret123!,vielleicht,,,,,\n");
  g_assert_cmpint(people_file_kind(file), ==, PEOPLE_BULK_CREATE);
  g_assert_cmpuint(people_file_rows(file)->len, ==, 3);
  const PeopleRow *ada = row_at(file, 0), *grace = row_at(file, 1);
  g_assert_cmpuint(ada->line, ==, 4);
  g_assert_cmpstr(ada->person->value[PERSON_USER], ==, "ada@contoso.com");
  g_assert_cmpstr(ada->person->value[PERSON_MOBILE], ==, "+44 20 7946 0018");
  g_assert_cmpstr(grace->person->value[PERSON_FIRST], ==, "Grace Brewster");
  g_assert_cmpstr(grace->person->value[PERSON_LAST], ==, "Hopper");
  g_assert_cmpuint(ada->problems->len, ==, 0);
  g_autofree char *found = problems_of(file);
  g_assert_cmpstr(found, ==,
                  "5:Block sign in (Yes/No) [accountEnabled] Required "
                  "6:Block sign in (Yes/No) [accountEnabled] Required");
  g_assert_cmpuint(people_file_ignored(file)->len, ==, 2);
  g_autofree char *bad = people_file_bad_rows(file);
  g_assert_true(g_str_has_prefix(bad, "version:v1.0\r\nName [displayName] Required,"));
  g_autoptr(PeopleFile) again = parse(bad);
  g_assert_cmpint(people_file_kind(again), ==, PEOPLE_BULK_CREATE);
  g_assert_cmpuint(people_file_rows(again)->len, ==, 2);
}

static void
test_bulk_invite(void)
{
  g_autoptr(PeopleFile) file = parse(
      "version:v1.0,,,\n"
      "Email address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] "
      "Required,Send invitation message (true or false) [sendEmail],Customized invitation "
      "message [customizedMessageBody]\n"
      "Example: cynthia@contoso.com,Example: https://myapps.example,Example: true,Example: Hi\n"
      "eve@p.example,https://portal.example,false,\"Hello,\nyou\"\n"
      "ann@p.example,https://portal.example,,\n");
  g_assert_cmpint(people_file_kind(file), ==, PEOPLE_BULK_INVITE);
  g_assert_cmpuint(people_file_rows(file)->len, ==, 2);
  const PeopleRow *eve = row_at(file, 0);
  g_assert_cmpstr(eve->person->value[PERSON_EMAIL], ==, "eve@p.example");
  g_assert_cmpstr(eve->redirect_url, ==, "https://portal.example");
  g_assert_false(eve->send_mail);
  g_assert_true(row_at(file, 1)->send_mail);
  g_assert_null(row_at(file, 1)->message);
}

/* --- accounts --- */

static const struct {
  const char *text;
  const char *accounts; /* blank-separated; NULL: refused */
  const char *says;
} lists[] = {
    {"ada@contoso.com\nbob@contoso.com\n", "ada@contoso.com bob@contoso.com", NULL},
    {"# who left\nada@contoso.com\n\n  ADA@contoso.com \nbob\n", "ada@contoso.com bob", NULL},
    {"version:v1.0\nUser name [userPrincipalName] Required\nExample: chris@contoso.com\n"
     "ada@contoso.com\n",
     "ada@contoso.com", NULL},
    {"version:v1.0\r\nUser name [userPrincipalName] Required\r\nada@contoso.com\r\n",
     "ada@contoso.com", NULL},
    {"name,user,id\nAda,ada@contoso.com,1-2-3\nBob,bob@contoso.com,\n", "1-2-3 bob@contoso.com",
     NULL},
    {"E-Mail;Firma\nada@p.example;X\n", "ada@p.example", NULL},
    {"user,name\nada@contoso.com,Ada\n,Bob\n", NULL, "line 3"},
    {"ada@contoso.com,bob@contoso.com\n", NULL, "line 1"},
    {"# nobody\n", NULL, "names no account"},
    {"", NULL, "names no account"},
    {"user\n", NULL, "names no account"},
};

static void
test_accounts(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = people_file_accounts(lists[i].text, strlen(lists[i].text), &error);
    if (lists[i].accounts == NULL) {
      g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
      g_assert_nonnull(strstr(error->message, lists[i].says));
      continue;
    }
    g_assert_no_error(error);
    g_ptr_array_add(found, NULL);
    g_autofree char *all = g_strjoinv(" ", (char **)found->pdata);
    g_assert_cmpstr(all, ==, lists[i].accounts);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/people/headings", test_headings);
  g_test_add_func("/people/choices", test_choices);
  g_test_add_func("/people/rows", test_rows);
  g_test_add_func("/people/refused", test_refused);
  g_test_add_func("/people/checks", test_checks);
  g_test_add_func("/people/fill", test_fill);
  g_test_add_func("/people/bad-rows", test_bad_rows);
  g_test_add_func("/people/bulk-create", test_bulk_create);
  g_test_add_func("/people/bulk-invite", test_bulk_invite);
  g_test_add_func("/people/accounts", test_accounts);
  return g_test_run();
}
