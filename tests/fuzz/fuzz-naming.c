/* Names in any script: whatever comes out as a user name passes Entra's rules,
 * and a person's fields are checked without surprises. Lines of the input are
 * first name, last name, company, external address, mobile, end date. */
#include "model/naming.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Roster *
specialists(void)
{
  Roster *roster = roster_new();
  g_free(roster->domain);
  roster->domain = g_strdup("contoso.com");
  g_free(roster->user_name);
  roster->user_name = g_strdup("{first}.{last}.ext");
  g_free(roster->display_name);
  roster->display_name = g_strdup("{last}, {first} (External)");
  return roster;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const PersonField fields[] = {PERSON_FIRST, PERSON_LAST,   PERSON_COMPANY,
                                       PERSON_EMAIL, PERSON_MOBILE, PERSON_EXPIRES};
  static Roster *roster;
  g_autofree char *text = g_strndup((const char *)data, size);
  g_auto(GStrv) lines = g_strsplit(text, "\n", (gint)G_N_ELEMENTS(fields));
  g_autoptr(Person) person = person_new();

  if (!roster)
    roster = specialists();
  if (!g_utf8_validate(text, -1, NULL))
    return 0;
  for (guint i = 0; lines[i]; i++)
    person_set(person, fields[i], lines[i]);

  for (guint attempt = 0; attempt < 3; attempt++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *user = naming_user_name(person, roster, attempt, &error);
    g_assert_true((user != NULL) == (error == NULL));
    if (user) {
      g_assert_true(naming_check_user_name(user, NULL));
      g_assert_cmpint(strcspn(user, "@"), <=, 64);
      g_autofree char *nickname = naming_mail_nickname(user);
      g_assert_true(*nickname);
    }
  }
  g_autofree char *display = naming_display_name(person, roster);
  g_assert_true(!display || g_utf8_validate(display, -1, NULL));
  for (PersonField field = 0; field < PERSON_N; field++)
    g_free(person_check(person, field, roster, 1700000000));
  person_check_all(person, roster, 1700000000, NULL);
  return 0;
}
