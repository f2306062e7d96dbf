/* The plan of a creation: the operations in the order in which an account
 * becomes usable, so that a break leaves nobody with an account that lacks its
 * end date or sponsor; and the mail, as it would be sent. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "work/create-private.h"
#include "work/step-private.h"
#include <string.h>

static guint
add_user(Plan *plan, const Work *work, const Person *person, const CreatePreview *preview)
{
  Operation *create = plan_add(plan, "user.create", NULL, preview->user_name);
  const struct {
    const char *name, *value;
  } values[] = {
      {"userPrincipalName", preview->user_name},
      {"displayName", preview->display_name},
      {"givenName", person->value[PERSON_FIRST]},
      {"surname", person->value[PERSON_LAST]},
      {"mailNickname", preview->mail_nickname},
      {"mobilePhone", person->value[PERSON_MOBILE]},
      {"companyName", person->value[PERSON_COMPANY]},
      {"otherMails", person->value[PERSON_EMAIL]},
      {"usageLocation", work->roster->usage_location},
      {"accountEnabled", "true"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    if (values[i].value != NULL)
      operation_add_value(create, values[i].name, NULL, values[i].value);
  return create->sequence;
}

/* The end date as its property keeps it: a date that sorts as text, or a moment. */
static char *
expiry_text(const Roster *roster, gint64 expires)
{
  return roster->expiry_attribute == EXPIRY_LEAVE_DATE ? clock_format_iso(expires)
                                                       : clock_format_date(expires);
}

/* Adds one that waits for the one before it. */
static Operation *
add_next(Plan *plan, const char *kind, guint depends_on)
{
  const Operation *before = plan_operation(plan, depends_on);
  Operation *operation = plan_add(plan, kind, NULL, before->target_name);
  operation->depends_on = depends_on;
  return operation;
}

static guint
add_details(Plan *plan, const Work *work, const CreatePreview *preview, guint before)
{
  g_autofree char *property = roster_expiry_property(work->roster);
  if (property == NULL || preview->expires <= 0)
    return before;
  g_autofree char *text = expiry_text(work->roster, preview->expires);
  Operation *set = add_next(plan, "user.set", before);
  operation_add_value(set, property, NULL, text);
  return set->sequence;
}

static guint
add_sponsor(Plan *plan, const CreatePreview *preview, guint before)
{
  if (preview->sponsor_id == NULL)
    return before;
  Operation *sponsor = add_next(plan, "sponsor.set", before);
  operation_add_value(sponsor, "sponsor", NULL, preview->sponsor_name);
  operation_add_value(sponsor, "sponsorId", NULL, preview->sponsor_id);
  return sponsor->sequence;
}

static guint
add_group(Plan *plan, const CreatePreview *preview, guint before)
{
  Operation *group = add_next(plan, "group.add", before);
  operation_add_value(group, "group", NULL, preview->group_name);
  operation_add_value(group, "groupId", NULL, preview->group_id);
  if (preview->licence != NULL && *preview->licence != '\0') {
    Operation *licence = add_next(plan, "licence.await", group->sequence);
    operation_add_value(licence, "licence", NULL, preview->licence);
    operation_add_value(licence, "groupId", NULL, preview->group_id);
  }
  return group->sequence;
}

static char *
mail_language(const Work *work, const Person *person)
{
  const char *language = person->value[PERSON_LANGUAGE];
  return g_strdup(language != NULL ? language : work->language != NULL ? work->language : "en");
}

void
create_fill_mail(Operation *mail, const Work *work, const Person *person,
                 const CreatePreview *preview, const char *template_name, const char *what)
{
  g_autofree char *language = mail_language(work, person);
  g_autofree char *expires = preview->expires > 0 ? clock_format_date(preview->expires) : NULL;
  const struct {
    const char *name, *value;
  } values[] = {
      {"from", work->roster->mail_from},
      {"to", person->value[PERSON_EMAIL]},
      {"template", template_name},
      {"language", language},
      {"handsOver", what},
      {"first", person->value[PERSON_FIRST]},
      {"last", person->value[PERSON_LAST]},
      {"display_name", preview->display_name},
      {"user_name", preview->user_name},
      {"company", person->value[PERSON_COMPANY]},
      {"expires", expires},
      {"sponsor", preview->sponsor_name},
      {"sign_in_url", work->sign_in_url},
  };
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    if (values[i].value != NULL)
      operation_add_value(mail, values[i].name, NULL, values[i].value);
}

/* With the first mail. */
static const char *
hands_over(const Roster *roster)
{
  return roster->password == PASSWORD_BY_MAIL   ? "password"
         : roster->password == PASSWORD_AS_PASS ? "pass"
                                                : "nothing";
}

static void
add_mails(Plan *plan, const Work *work, const Person *person, const CreatePreview *preview,
          guint before)
{
  const Roster *roster = work->roster;
  const char *name = roster_mail_template(roster);
  g_autofree char *second = g_strconcat(name, "-password", NULL);
  if (roster->password == PASSWORD_AS_PASS)
    before = add_next(plan, "pass.issue", before)->sequence;
  if (roster->mail_from != NULL) {
    Operation *mail = add_next(plan, "mail.send", before);
    create_fill_mail(mail, work, person, preview, name, hands_over(roster));
    before = mail->sequence;
  }
  if (roster->password == PASSWORD_BY_SEPARATE_MAIL && roster->mail_from != NULL)
    create_fill_mail(add_next(plan, "mail.send", before), work, person, preview, second,
                     "password");
  if (roster->password == PASSWORD_SHOWN)
    add_next(plan, "password.show", before);
}

Plan *
create_plan_empty(const Work *work, const char *title, gint64 now)
{
  Plan *plan = plan_new(title);
  plan->profile = g_strdup(work->profile);
  plan->tenant = g_strdup(work->tenant);
  plan->roster = g_strdup(work->roster->name);
  plan->made_at = now;
  return plan;
}

void
create_plan_add(Plan *plan, const Work *work, const Person *person, const CreatePreview *preview)
{
  guint before = add_user(plan, work, person, preview);
  before = add_details(plan, work, preview, before);
  before = add_sponsor(plan, preview, before);
  before = add_group(plan, preview, before);
  add_mails(plan, work, person, preview, before);
}

Plan *
create_plan(const Work *work, const Person *person, const CreatePreview *preview, gint64 now)
{
  g_autofree char *title = g_strdup_printf(_("Create %s"), preview->user_name);
  Plan *plan = create_plan_empty(work, title, now);
  create_plan_add(plan, work, person, preview);
  return plan;
}

gboolean
create_mail_preview(const Work *work, const Person *person, const CreatePreview *preview,
                    char **ret_subject, char **ret_body, GError **error)
{
  g_autoptr(Plan) plan = plan_new("");
  const Roster *roster = work->roster;
  Operation *mail = plan_add(plan, "mail.send", NULL, preview->user_name);
  create_fill_mail(mail, work, person, preview, roster_mail_template(roster), hands_over(roster));
  return mail_compose(work, mail, "••••••••••••", ret_subject, ret_body, error);
}
