/* Names in Latin letters, user names by the rule, and what Entra accepts. */
#include "base/error.h"
#include "model/naming.h"
#include <string.h>

static const struct {
  const char *name, *latin;
  gboolean guessed;
} names[] = {
    /* Latin */
    {"Ada Lovelace", "ada lovelace", FALSE},
    {"Zoë", "zoe", FALSE},
    {"Müller-Lüdenscheidt", "mueller-luedenscheidt", FALSE},
    {"Größe ẞ", "groesse ss", FALSE},
    {"Schäfer", "schaefer", FALSE},
    {"u\xcc\x88"
     "ber",
     "ueber", FALSE}, /* u and a combining diaeresis */
    {"Naïve Noël", "naive noel", FALSE},
    {"Łukasz Wałęsa", "lukasz walesa", FALSE},
    {"Grzegorz Brzęczyszczykiewicz", "grzegorz brzeczyszczykiewicz", FALSE},
    {"Søren Kierkegaard", "soren kierkegaard", FALSE},
    {"Åse Ångström", "ase angstroem", FALSE},
    {"Þór Æsir Guðmundsdóttir", "thor aesir gudmundsdottir", FALSE},
    {"Dvořák Čapek", "dvorak capek", FALSE},
    {"İbrahim Yıldız", "ibrahim yildiz", FALSE},
    {"Nguyễn Văn Ơn", "nguyen van on", FALSE},
    {"José-María  da Silva", "jose-maria da silva", FALSE},
    {"Kovács Őrs", "kovacs ors", FALSE},
    {"Ștefan Țepeș", "stefan tepes", FALSE},
    {"Šarūnas Jasikevičius", "sarunas jasikevicius", FALSE},
    {"Đorđe", "dorde", FALSE},
    {"O'Brien", "obrien", FALSE},
    {"D’Angelo", "dangelo", FALSE},
    {"Jean–Luc", "jean-luc", FALSE},
    {"J.R. Smith", "j r smith", FALSE},
    {"ＡＢＣ１２", "abc12", FALSE},
    {"Ó Séaghdha", "o seaghdha", FALSE},
    /* Greek */
    {"Γιώργος", "giorgos", FALSE},
    {"Παπαδόπουλος", "papadopoulos", FALSE},
    {"Ευάγγελος Μπακογιάννης", "evangelos bakogiannis", FALSE},
    {"Ευτύχιος Ψαρρός", "eftychios psarros", FALSE},
    {"Χαράλαμπος", "charalampos", FALSE},
    /* Cyrillic */
    {"Щербаков", "shcherbakov", FALSE},
    {"Фёдор Достоевский", "fedor dostoevskiy", FALSE},
    {"Юлия Жукова", "yuliya zhukova", FALSE},
    {"Белый", "bely", FALSE},
    {"Зеленський", "zelenskyi", FALSE},
    {"Юрій Їжакевич", "yurii yizhakevych", FALSE},
    {"Димитър", "dimitar", FALSE},
    {"Живковић", "zivkovic", FALSE},
    {"Ђоковић", "djokovic", FALSE},
    /* kana, Hangul, Han */
    {"さとう しんいち", "sato shinichi", FALSE},
    {"いのうえ", "inoue", FALSE},
    {"おおの ゆうこ", "ono yuko", FALSE},
    {"タナカ・ジョージ", "tanaka joji", FALSE},
    {"ヴァレンティーノ", "varentino", FALSE},
    {"ﾀﾅｶ", "tanaka", FALSE},
    {"김", "kim", FALSE},
    {"민수", "minsu", FALSE},
    {"王小明", "wang xiao ming", TRUE},
    {"吕布", "lyu bu", TRUE},
    {"山田太郎", "shan tian tai lang", TRUE},
    /* others */
    {"Արմեն Հակոբյան", "armen hakobyan", FALSE},
    {"გიორგი", "giorgi", FALSE},
    {"प्रिया शर्मा", "priya sharma", FALSE},
    {"राम", "ram", FALSE},
    {"አበበ", "abebe", FALSE},
    {"محمد", "mhmd", TRUE},
    {"דוד כהן", "dwd khn", TRUE},
    /* nothing, and what is no name */
    {"", "", FALSE},
    {"★★ 🙂", "", FALSE},
    {"- -x- -", "x", FALSE},
    {"\x1b[31mEve\xe2\x80\xae", "31meve", FALSE},
    {"bad \xff utf-8", "bad utf-8", FALSE},
};

static void
test_transliterate(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    gboolean guessed = 7;
    g_autofree char *latin = naming_transliterate(names[i].name, &guessed);
    if (strcmp(latin, names[i].latin) != 0 || guessed != names[i].guessed)
      g_error("%s: %s%s", names[i].name, latin, guessed ? " (guessed)" : "");
    /* What is Latin stays as it is. */
    g_autofree char *again = naming_transliterate(latin, NULL);
    g_assert_cmpstr(again, ==, latin);
  }
}

static void
test_long_text(void)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 3000; i++)
    g_string_append(text, "王");
  g_autofree char *latin = naming_transliterate(text->str, NULL);
  g_assert_cmpuint(strlen(latin), <, 8192);
  g_assert_true(g_str_has_prefix(latin, "wang wang"));
}

static gpointer
transliterate_in_thread(gpointer data)
{
  return naming_transliterate("王 さとう", NULL);
}

static void
test_threads(void)
{
  GThread *threads[4];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("naming", transliterate_in_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
    g_autofree char *latin = g_thread_join(threads[i]);
    g_assert_cmpstr(latin, ==, "wang sato");
  }
}

static Roster *
make_roster(const char *user_name)
{
  Roster *roster = roster_new();
  g_free(roster->user_name);
  roster->user_name = g_strdup(user_name);
  g_free(roster->display_name);
  roster->display_name = g_strdup("{last}, {first} (External)");
  roster->domain = g_strdup("contoso.com");
  return roster;
}

static Person *
make_person(const char *first, const char *last)
{
  Person *person = person_new();
  person_set(person, PERSON_FIRST, first);
  person_set(person, PERSON_LAST, last);
  person_set(person, PERSON_COMPANY, "Partner GmbH");
  return person;
}

static void
test_rules(void)
{
  static const struct {
    const char *rule, *first, *last;
    guint attempt;
    const char *local;
  } rows[] = {
      {"{first}.{last}.ext", "Zoë", "Müller", 0, "zoe.mueller.ext"},
      {"{first}.{last}.ext", "Zoë", "Müller", 1, "zoe.mueller2.ext"},
      {"{first}.{last}.ext", "Zoë", "Müller", 11, "zoe.mueller12.ext"},
      {"{first}.{last}.ext", "Anna Maria", "van der Berg", 0, "annamaria.vanderberg.ext"},
      {"{first}.{last}.ext", "Zoë", "Müller-Lüdenscheidt", 0, "zoe.mueller-luedenscheidt.ext"},
      {"{first}.{last}.ext", "Cher", NULL, 0, "cher.ext"},
      {"{first}.{last}.ext", "Cher", NULL, 1, "cher2.ext"},
      {"{first}.{last}.ext", NULL, "Müller", 0, "mueller.ext"},
      {"{f}{last}", "Zoë", "Müller", 0, "zmueller"},
      {"{f}{last}", "Þór", "O'Brien", 2, "tobrien3"},
      {"{last}.{f}", "Zoë", "Müller", 1, "mueller2.z"},
      {"{first}{l}", "Zoë", "Müller", 1, "zoem2"},
      {"{first}", "Zoë", "Müller", 1, "zoe2"},
      {"X-{first}.{last}", "Zoë", "Müller", 0, "x-zoe.mueller"},
      {"{last}.{company}", "Zoë", "Müller", 0, "mueller.partnergmbh"},
      {"{first}.{last}.ext", "小明", "王", 0, "xiaoming.wang.ext"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Roster) roster = make_roster(rows[i].rule);
    g_autoptr(Person) person = make_person(rows[i].first, rows[i].last);
    g_autoptr(GError) error = NULL;
    g_autofree char *local = naming_local_part(person, roster, rows[i].attempt, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(local, ==, rows[i].local);
    g_autofree char *name = naming_user_name(person, roster, rows[i].attempt, &error);
    g_assert_no_error(error);
    g_autofree char *expected = g_strconcat(local, "@contoso.com", NULL);
    g_assert_cmpstr(name, ==, expected);
  }
}

static void
test_wrong_rules(void)
{
  static const struct {
    const char *rule, *first, *last, *says;
  } rows[] = {
      {"{first}.{last}.ext", "★★", "Müller", "--user"},
      {"{first}.{last}.ext", NULL, NULL, "--user"},
      {"{frist}.{last}", "Zoë", "Müller", "first"},
      {"{first", "Zoë", "Müller", "{first"},
      {"{first} {last}", "Zoë", "Müller", "characters"},
      {"{first}.{last}@x", "Zoë", "Müller", "characters"},
      {"ext", "Zoë", "Müller", "--user"},
      {"a123456789b123456789c123456789d123456789e123456789f123456789g1234{first}", "Zoë", "Müller",
       "64"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Roster) roster = make_roster(rows[i].rule);
    g_autoptr(Person) person = make_person(rows[i].first, rows[i].last);
    g_autoptr(GError) error = NULL;
    g_assert_null(naming_local_part(person, roster, 0, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    if (!strstr(error->message, rows[i].says))
      g_error("%s: %s", rows[i].rule, error->message);
    g_assert_null(naming_user_name(person, roster, 0, NULL));
  }
}

static void
test_too_long(void)
{
  g_autoptr(Roster) roster = make_roster("{first}.{last}.ext");
  static const struct {
    const char *first, *last, *local;
  } rows[] = {
      /* At a hyphen, if that does not cost too much. */
      {"Karl-Theodor Maria Nikolaus",
       "von und zu Guttenberg-Schwarzenberg-Hohenlohe-Langenburg-Bartenstein",
       "karl-theodormarianikolaus.vonundzuguttenberg-schwarzenberg.ext"},
      {"Wolfeschlegelsteinhausenbergerdorff",
       "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren", NULL},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    for (guint attempt = 0; attempt < 12; attempt++) {
      g_autoptr(Person) person = make_person(rows[i].first, rows[i].last);
      g_autoptr(GError) error = NULL;
      g_autofree char *local = naming_local_part(person, roster, attempt, &error);
      g_assert_no_error(error);
      g_assert_cmpuint(strlen(local), <=, 64);
      g_assert_cmpuint(strlen(local), >, 40);
      g_assert_true(g_str_has_suffix(local, ".ext"));
      if (attempt == 0 && rows[i].local)
        g_assert_cmpstr(local, ==, rows[i].local);
      g_autofree char *number = g_strdup_printf("%u.ext", attempt + 1);
      g_assert_true(attempt == 0 || g_str_has_suffix(local, number));
    }
}

static void
test_given_user(void)
{
  g_autoptr(Roster) roster = make_roster("{first}.{last}.ext");
  g_autoptr(Person) person = make_person("★", "★");
  person_set(person, PERSON_USER, "Eve.Star");
  g_autofree char *name = naming_user_name(person, roster, 3, NULL);
  g_assert_cmpstr(name, ==, "Eve.Star@contoso.com");
  person_set(person, PERSON_USER, "eve@other.example");
  g_autofree char *full = naming_user_name(person, roster, 0, NULL);
  g_assert_cmpstr(full, ==, "eve@other.example");
  g_autofree char *local = naming_local_part(person, roster, 0, NULL);
  g_assert_cmpstr(local, ==, "eve");
  person_set(person, PERSON_USER, "zoë");
  g_autoptr(GError) error = NULL;
  g_assert_null(naming_user_name(person, roster, 0, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_clear_error(&error);
  person_set(person, PERSON_USER, "eve");
  g_clear_pointer(&roster->domain, g_free);
  g_assert_null(naming_user_name(person, roster, 0, &error));
  g_assert_nonnull(strstr(error->message, "domain"));
}

static void
test_nickname(void)
{
  static const struct {
    const char *user, *nickname;
  } rows[] = {
      {"zoe.mueller-l.ext@contoso.com", "zoe-mueller-l-ext"},
      {"o'brien_x!#1@contoso.com", "obrien_x1"},
      {"'@contoso.com", "user"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *nickname = naming_mail_nickname(rows[i].user);
    g_assert_cmpstr(nickname, ==, rows[i].nickname);
  }
  g_autofree char *many = g_strnfill(100, 'x');
  g_autofree char *cut = naming_mail_nickname(many);
  g_assert_cmpuint(strlen(cut), ==, 64);
}

static void
test_display(void)
{
  static const struct {
    const char *rule, *first, *last, *shown;
  } rows[] = {
      {"{last}, {first} (External)", "Zoë", "Müller", "Müller, Zoë (External)"},
      {"{last}, {first} (External)", "Zoë", NULL, "Zoë (External)"},
      {"{last}, {first} (External)", NULL, "Müller", "Müller (External)"},
      {"{first} {last}", "太郎", "山田", "太郎 山田"},
      {"{first} {last}", NULL, "山田", "山田"},
      {"{f}. {last} · {company}", "Élodie", "Roux", "É. Roux · Partner GmbH"},
      {"{nobody}", "Zoë", "Müller", "Zoë Müller"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Roster) roster = make_roster("{first}");
    g_free(roster->display_name);
    roster->display_name = g_strdup(rows[i].rule);
    g_autoptr(Person) person = make_person(rows[i].first, rows[i].last);
    g_autofree char *shown = naming_display_name(person, roster);
    g_assert_cmpstr(shown, ==, rows[i].shown);
  }
  g_autoptr(Roster) roster = make_roster("{first}");
  g_autofree char *many = g_strnfill(300, 'x');
  g_autoptr(Person) person = make_person(many, many);
  g_autofree char *shown = naming_display_name(person, roster);
  g_assert_cmpint(g_utf8_strlen(shown, -1), ==, 256);
}

static void
test_check(void)
{
  g_autofree char *local64 = g_strnfill(64, 'a');
  g_autofree char *domain48 = g_strnfill(48, 'b');
  g_autofree char *longest = g_strconcat(local64, "@", domain48, NULL);
  g_autofree char *local65 = g_strconcat("a", local64, "@c.example", NULL);
  g_autofree char *domain49 = g_strconcat("a@b", domain48, NULL);
  const struct {
    const char *name;
    gboolean ok;
  } rows[] = {
      {"ada@contoso.com", TRUE},
      {"o'brien-x_1!#^~@c.example", TRUE},
      {longest, TRUE},
      {local65, FALSE},
      {domain49, FALSE},
      {"ada", FALSE},
      {"ada@", FALSE},
      {"@contoso.com", FALSE},
      {"a@b@c", FALSE},
      {"ada.@contoso.com", FALSE},
      {"a da@contoso.com", FALSE},
      {"zoë@contoso.com", FALSE},
      {"a+b@contoso.com", FALSE},
      {"ada@con toso.com", FALSE},
      {"ada@.com", FALSE},
      {"", FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_true(naming_check_user_name(rows[i].name, &error) == rows[i].ok);
    if (!rows[i].ok)
      g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  }
}

static void
test_before_deletion(void)
{
  const char *plain = "ada.lovelace.ext@contoso.com";
  g_assert_cmpstr(
      naming_before_deletion("0123456789abcdefABCDEF0123456789ada.lovelace.ext@contoso.com"), ==,
      plain);
  g_assert_true(naming_before_deletion(plain) == plain);
  g_assert_null(naming_before_deletion(NULL));
  g_assert_cmpstr(naming_before_deletion(""), ==, "");
  /* 31 digits, and nothing but digits before the @: names of their own. */
  g_assert_cmpstr(naming_before_deletion("0123456789abcdef0123456789abcdez@b.c"), ==,
                  "0123456789abcdef0123456789abcdez@b.c");
  g_assert_cmpstr(naming_before_deletion("0123456789abcdef0123456789abcdef@b.c"), ==,
                  "0123456789abcdef0123456789abcdef@b.c");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/naming/transliterate", test_transliterate);
  g_test_add_func("/naming/long-text", test_long_text);
  g_test_add_func("/naming/threads", test_threads);
  g_test_add_func("/naming/rules", test_rules);
  g_test_add_func("/naming/wrong-rules", test_wrong_rules);
  g_test_add_func("/naming/too-long", test_too_long);
  g_test_add_func("/naming/given-user", test_given_user);
  g_test_add_func("/naming/nickname", test_nickname);
  g_test_add_func("/naming/display", test_display);
  g_test_add_func("/naming/check", test_check);
  g_test_add_func("/naming/before-deletion", test_before_deletion);
  return g_test_run();
}
