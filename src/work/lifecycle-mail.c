/* Plans that give a person a new way in: a fresh password, a pass, the sign-in
 * details once more; mailed or shown by the roster's rule. */
#include "base/i18n.h"
#include "work/create-private.h"
#include "work/lifecycle-private.h"

/* The roster hands over by showing to the operator, not by mail. */
static gboolean
shows(const Planning *planning)
{
  return planning->work->roster->password == PASSWORD_SHOWN;
}

gboolean
check_mail(const Work *work, const LifecycleRequest *request, GError **error)
{
  return create_check_sender(work->roster, error);
}

/* The first of the external addresses; the caller owns it. NULL: there is none. */
static char *
external_address(const Planning *planning, const Subject *subject)
{
  const char *list = planning_text(planning, subject, FIELD_EXTERNAL);
  if (list == NULL || *list == '\0')
    return NULL;
  g_auto(GStrv) items = g_strsplit(list, "\n", 2);
  return g_strdup(items[0]);
}

static Person *
person_of(const Planning *planning, const Subject *subject, const char *address)
{
  static const struct {
    PersonField to;
    FieldId from;
  } fields[] = {{PERSON_FIRST, FIELD_FIRST},
                {PERSON_LAST, FIELD_LAST},
                {PERSON_COMPANY, FIELD_COMPANY},
                {PERSON_LANGUAGE, FIELD_LANGUAGE}};
  Person *person = person_new();
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    person_set(person, fields[i].to, planning_text(planning, subject, fields[i].from));
  person_set(person, PERSON_EMAIL, address);
  return person;
}

static void
add_mail(Planning *planning, Subject *subject, const char *address, const char *template_name,
         const char *what)
{
  g_autoptr(Person) person = person_of(planning, subject, address);
  CreatePreview preview = {.user_name = (char *)subject->user_name,
                           .display_name =
                               (char *)(subject->name != NULL ? subject->name : subject->user_name),
                           .expires = planning_number(planning, subject, FIELD_EXPIRES),
                           .sponsor_name = (char *)planning_text(planning, subject, FIELD_SPONSOR)};
  create_fill_mail(planning_add(planning, subject, "mail.send"), planning->work, person, &preview,
                   template_name, what);
}

/* A value of its own tells it from the one that a mail sets by itself after a crash. */
static void
add_credential(Planning *planning, Subject *subject, const char *kind)
{
  operation_add_value(planning_add(planning, subject, kind), "credential", NULL, "fresh");
}

/* FALSE when there is nowhere to send it to, which is said. */
static gboolean
find_address(Planning *planning, Subject *subject, char **ret_address)
{
  char *address = external_address(planning, subject);
  if (address == NULL && !shows(planning)) {
    planning_skip(planning, subject, _("has no external address to mail to"));
    return FALSE;
  }
  *ret_address = address;
  return TRUE;
}

static void
hand_over_pass(Planning *planning, Subject *subject, const char *address, const char *template_name)
{
  add_credential(planning, subject, "pass.issue");
  if (shows(planning))
    planning_add(planning, subject, "pass.show");
  else
    add_mail(planning, subject, address, template_name, "pass");
}

static void
hand_over_password(Planning *planning, Subject *subject, const char *address,
                   const char *template_name)
{
  add_credential(planning, subject, "password.reset");
  if (shows(planning))
    planning_add(planning, subject, "password.show");
  else
    add_mail(planning, subject, address, template_name, "password");
}

static gboolean
may_sign_in(Planning *planning, const Subject *subject)
{
  if (subject->state == STATE_ENABLED || subject->state == STATE_UNKNOWN)
    return TRUE;
  planning_skip(planning, subject, _("is disabled: nobody could sign in with it"));
  return FALSE;
}

void
plan_reset(Planning *planning, Subject *subject)
{
  const Roster *roster = planning->work->roster;
  g_autofree char *address = NULL;
  g_autofree char *second = g_strconcat(roster_mail_template(roster), "-password", NULL);
  if (!planning_allows(planning, subject, "password.reset") ||
      !find_address(planning, subject, &address))
    return;
  if (roster->password == PASSWORD_AS_PASS) /* passwords are never handed out there */
    hand_over_pass(planning, subject, address, roster_mail_template(roster));
  else
    hand_over_password(planning, subject, address, second);
}

void
plan_pass(Planning *planning, Subject *subject)
{
  g_autofree char *address = NULL;
  if (planning_allows(planning, subject, "pass.issue") && may_sign_in(planning, subject) &&
      find_address(planning, subject, &address))
    hand_over_pass(planning, subject, address, roster_mail_template(planning->work->roster));
}

/* As it was after the creation: the mail, with whatever the roster hands over, fresh. */
void
plan_resend(Planning *planning, Subject *subject)
{
  const Roster *roster = planning->work->roster;
  g_autofree char *address = external_address(planning, subject);
  g_autofree char *second = g_strconcat(roster_mail_template(roster), "-password", NULL);
  if (!planning_allows(planning, subject, "password.reset") || !may_sign_in(planning, subject))
    return;
  if (address == NULL || roster->mail_from == NULL) {
    planning_skip(planning, subject, _("has no external address to mail to"));
    return;
  }
  switch (roster->password) {
  case PASSWORD_AS_PASS:
    hand_over_pass(planning, subject, address, roster_mail_template(roster));
    break;
  case PASSWORD_BY_MAIL:
    hand_over_password(planning, subject, address, roster_mail_template(roster));
    break;
  case PASSWORD_BY_SEPARATE_MAIL:
    add_credential(planning, subject, "password.reset");
    add_mail(planning, subject, address, roster_mail_template(roster), "nothing");
    add_mail(planning, subject, address, second, "password");
    break;
  case PASSWORD_SHOWN:
    add_credential(planning, subject, "password.reset");
    add_mail(planning, subject, address, roster_mail_template(roster), "nothing");
    planning_add(planning, subject, "password.show");
    break;
  }
}
