/* The person that an account is to be made for: the table of what is asked, and
 * the checks that need nobody else. User names are checked by naming; whether
 * something is taken in the tenant is for work/create. */
#include "model/person.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/fields.h"
#include "model/naming.h"
#include <string.h>

/* Limits: contract 4.2; 254 is what a mail address may have (RFC 5321). */
static const PersonInfo infos[PERSON_N] = {
    [PERSON_FIRST] = {PERSON_FIRST, "first", N_("First name"), "givenName", 64, TRUE},
    [PERSON_LAST] = {PERSON_LAST, "last", N_("Last name"), "surname", 64, TRUE},
    [PERSON_MOBILE] = {PERSON_MOBILE, "mobile", N_("Mobile"), "mobilePhone", 64, TRUE},
    [PERSON_EMAIL] = {PERSON_EMAIL, "email", N_("External e-mail"), "otherMails", 254, TRUE},
    [PERSON_COMPANY] = {PERSON_COMPANY, "company", N_("Company"), "companyName", 64, FALSE},
    [PERSON_SPONSOR] = {PERSON_SPONSOR, "sponsor", N_("Sponsor"), NULL, 256, FALSE},
    [PERSON_EXPIRES] = {PERSON_EXPIRES, "expires", N_("Expires"), NULL, 64, FALSE},
    [PERSON_USER] = {PERSON_USER, "user", N_("User name"), "userPrincipalName", 113, FALSE},
    [PERSON_LANGUAGE] = {PERSON_LANGUAGE, "language", N_("Language"), "preferredLanguage", 16,
                         FALSE},
};

const PersonInfo *
person_info(PersonField field)
{
  g_return_val_if_fail((guint)field < PERSON_N, NULL);
  return &infos[field];
}

Person *
person_new(void)
{
  return g_new0(Person, 1);
}

void
person_free(Person *person)
{
  if (!person)
    return;
  for (guint i = 0; i < PERSON_N; i++)
    g_free(person->value[i]);
  g_free(person);
}

Person *
person_copy(const Person *person)
{
  Person *copy = person_new();
  for (guint i = 0; i < PERSON_N; i++)
    copy->value[i] = g_strdup(person->value[i]);
  return copy;
}

void
person_set(Person *person, PersonField field, const char *value)
{
  g_return_if_fail((guint)field < PERSON_N);
  g_autofree char *squeezed = value ? text_squeeze(value) : NULL;
  g_free(person->value[field]);
  person->value[field] = squeezed && *squeezed ? g_steal_pointer(&squeezed) : NULL;
}

gboolean
person_mobile_ok(const char *text)
{
  if (text[0] != '+')
    return FALSE;
  guint digits = 0, open = 0;
  for (const char *p = text + 1; *p; p++) {
    if (g_ascii_isdigit(*p))
      digits++;
    else if (*p == '(' && open == 0)
      open++;
    else if (*p == ')' && open == 1)
      open--;
    else if (*p != ' ' && *p != '-' && *p != '.' && *p != '/')
      return FALSE;
  }
  /* E.164: 15 digits at most, the country's included, which never begins with 0. */
  const char *first = strpbrk(text, "0123456789");
  return digits >= 7 && digits <= 15 && open == 0 && *first != '0';
}

static gboolean
domain_ok(const char *domain)
{
  gsize length = strlen(domain);
  if (length < 3 || length > 253 || !strchr(domain, '.'))
    return FALSE;
  g_auto(GStrv) labels = g_strsplit(domain, ".", -1);
  for (char **label = labels; *label; label++) {
    gsize n = strlen(*label);
    if (n == 0 || n > 63 || (*label)[0] == '-' || (*label)[n - 1] == '-')
      return FALSE;
    for (const char *p = *label; *p; p++)
      if (!g_ascii_isalnum(*p) && *p != '-')
        return FALSE;
  }
  return TRUE;
}

static gboolean
local_ok(const char *local, gsize length)
{
  if (length == 0 || length > 64)
    return FALSE;
  if (local[0] == '.' || local[length - 1] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isalnum(local[i]) && !strchr("!#$%&'*+-/=?^_`{|}~.", local[i]))
      return FALSE;
    if (local[i] == '.' && local[i + 1] == '.')
      return FALSE;
  }
  return TRUE;
}

gboolean
person_email_ok(const char *text)
{
  const char *at = strrchr(text, '@');
  return at && strlen(text) <= 254 && local_ok(text, (gsize)(at - text)) && domain_ok(at + 1);
}

gboolean
person_email_is_in(const char *email, const char *domain)
{
  const char *at = strrchr(email, '@');
  return at && domain && g_ascii_strcasecmp(at + 1, domain) == 0;
}

static gboolean
language_ok(const char *text)
{
  gsize letters = 0;
  while (g_ascii_isalpha(text[letters]))
    letters++;
  if (letters < 2 || letters > 3)
    return FALSE;
  if (text[letters] == '\0')
    return TRUE;
  const char *region = text + letters + 1;
  gsize n = strlen(region);
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isalnum(region[i]))
      return FALSE;
  return text[letters] == '-' && n >= 2 && n <= 4;
}

static char *
check_name(const Person *person, PersonField field)
{
  if (person->value[PERSON_USER])
    return NULL;
  g_autofree char *latin = naming_transliterate(person->value[field], NULL);
  return *latin ? NULL : g_strdup(_("can not be written in Latin: give the user name"));
}

/* The sign-in details would go to the account that they are for. */
static char *
check_email(const char *email, const Roster *roster)
{
  if (!person_email_ok(email))
    return g_strdup(_("is no e-mail address (no accents)"));
  if (roster && person_email_is_in(email, roster->domain))
    return g_strdup(_("is one of our own addresses: give the external one"));
  return NULL;
}

static char *
check_user(const char *user, const Roster *roster)
{
  g_autofree char *full = strchr(user, '@') || !roster || !roster->domain
                              ? g_strdup(user)
                              : g_strconcat(user, "@", roster->domain, NULL);
  g_autoptr(GError) error = NULL;
  return naming_check_user_name(full, &error) ? NULL : g_strdup(error->message);
}

static char *
check_expires(const Person *person, const Roster *roster, gint64 now)
{
  gint64 moment;
  g_autoptr(GError) error = NULL;
  return person_expires(person, roster, now, &moment, &error) ? NULL : g_strdup(error->message);
}

static char *
check_presence(const Person *person, PersonField field, const Roster *roster, gint64 now)
{
  if (infos[field].required)
    return g_strdup(_("is needed"));
  if (field == PERSON_SPONSOR && roster && roster->sponsor_required)
    return g_strdup(_("is needed: who answers for the account"));
  /* The roster's own lifetime must hold as well. */
  return field == PERSON_EXPIRES ? check_expires(person, roster, now) : NULL;
}

char *
person_check(const Person *person, PersonField field, const Roster *roster, gint64 now)
{
  g_return_val_if_fail((guint)field < PERSON_N, NULL);
  const char *value = person->value[field];
  if (!value)
    return check_presence(person, field, roster, now);
  if (!text_is_visible(value))
    return g_strdup(_("has characters that cannot be shown"));
  if (g_utf8_strlen(value, -1) > infos[field].max_length)
    return g_strdup_printf(_("has more than %d characters"), infos[field].max_length);
  switch (field) {
  case PERSON_FIRST:
  case PERSON_LAST:
    return check_name(person, field);
  case PERSON_MOBILE:
    return person_mobile_ok(value) ? NULL : g_strdup(_("write it like +49 151 2345678"));
  case PERSON_EMAIL:
    return check_email(value, roster);
  case PERSON_EXPIRES:
    return check_expires(person, roster, now);
  case PERSON_USER:
    return check_user(value, roster);
  case PERSON_LANGUAGE:
    return language_ok(value) ? NULL : g_strdup(_("write it like de or en-GB"));
  default:
    return NULL;
  }
}

gboolean
person_check_all(const Person *person, const Roster *roster, gint64 now, GError **error)
{
  for (guint i = 0; i < PERSON_N; i++) {
    g_autofree char *wrong = person_check(person, (PersonField)i, roster, now);
    if (wrong) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, "--%s: %s", infos[i].name, wrong);
      return FALSE;
    }
  }
  return TRUE;
}

/* The end date is a day: the last one on which the account may be used. */
static gint64
start_of_day(gint64 moment)
{
  gint64 rest = moment % CLOCK_DAY;
  return moment - (rest < 0 ? rest + CLOCK_DAY : rest);
}

static gboolean
check_cap(gint64 moment, const Roster *roster, gint64 now, GError **error)
{
  if (!roster || roster->max_lifetime <= 0 || moment <= start_of_day(now) + roster->max_lifetime)
    return TRUE;
  g_autofree char *latest = clock_format_date(start_of_day(now) + roster->max_lifetime);
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("must not be later than %s"), latest);
  return FALSE;
}

gboolean
person_expires(const Person *person, const Roster *roster, gint64 now, gint64 *ret_moment,
               GError **error)
{
  const char *typed = person->value[PERSON_EXPIRES];
  gint64 moment;
  if (!typed) {
    moment = roster && roster->lifetime > 0 ? start_of_day(now + roster->lifetime) : MOMENT_NONE;
  } else if (!clock_parse_date(typed, now, &moment, NULL)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("write a date like 2027-01-31 or a time from now like 90d"));
    return FALSE;
  } else {
    /* A date may be today, the last day; a span that ends at once is none. */
    gboolean at_once = moment == now;
    moment = start_of_day(moment);
    if (at_once || moment < start_of_day(now)) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                          at_once ? _("is over at once: give a day that is still to come")
                                  : _("is in the past"));
      return FALSE;
    }
  }
  if (moment == MOMENT_NONE) {
    /* Without a lifetime of its own, a capped roster asks for the date. */
    if (roster && roster->max_lifetime > 0) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("is needed: the roster has a limit"));
      return FALSE;
    }
  } else if (!check_cap(moment, roster, now, error))
    return FALSE;
  *ret_moment = moment;
  return TRUE;
}
