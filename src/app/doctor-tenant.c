/* doctor's checks of the tenant: the token and what it grants, and for each
 * roster its group, domain, seats and sender; who is guarded. */
#include "app/doctor-private.h"

#include "app/permissions.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "graph/organization.h"
#include "graph/users.h"
#include <inttypes.h>
#include <string.h>

static GraphClient *
graph_of(Doctor *doctor)
{
  return app_graph(doctor->app, NULL);
}

/* --- the token --- */

static void
check_token(Doctor *doctor)
{
  g_autoptr(GError) error = NULL;
  TokenSource *tokens = app_tokens(doctor->app);
  g_autoptr(Secret) token = token_source_get(tokens, NULL, doctor->cancellable, &error);
  if (token == NULL) {
    doctor_failed_by(doctor, error, NULL);
    return;
  }
  g_autofree char *left = clock_format_span(MAX(token_source_expires(tokens) - clock_now(), 0));
  doctor_ok(doctor, g_strdup_printf(_("signed in by %s; the token holds for %s"),
                                    app_profile(doctor->app)->sign_in, left));
}

/* --- permissions --- */

static char *
consent_advice(const Doctor *doctor)
{
  g_autofree char *url = app_consent_url(doctor->app);
  return g_strdup_printf(_("add it to the app registration (API permissions); then an "
                           "administrator consents at %s"),
                         url);
}

/* Names of the actions that need it. */
static char *
actions_needing(const char *permission)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();
  for (const Action *const *row = actions(); *row != NULL; row++) {
    g_auto(GStrv) needed =
        g_strsplit((*row)->permissions == NULL ? "" : (*row)->permissions, " ", -1);
    if (g_strv_contains((const char *const *)needed, permission))
      g_strv_builder_add(names, (*row)->name);
  }
  g_auto(GStrv) all = g_strv_builder_end(names);
  return g_strjoinv(", ", all);
}

/* What is missing for listing hinders everything. */
static gboolean
is_basic(const char *permission)
{
  g_auto(GStrv) basic = g_strsplit(action_find("list")->permissions, " ", -1);
  return g_strv_contains((const char *const *)basic, permission);
}

static void
check_permissions(Doctor *doctor)
{
  g_autofree char *granted = token_source_granted(app_tokens(doctor->app));
  if (granted == NULL) {
    doctor_not_checked(doctor, g_strdup(_("the token does not tell what was granted")));
    return;
  }
  if (*granted == '\0') {
    doctor_failed(doctor, 5,
                  g_strdup(_("nothing is granted: no administrator has consented to what the "
                             "application asks for")),
                  consent_advice(doctor));
    return;
  }
  g_autoptr(GPtrArray) missing = app_lacking_permissions(doctor->app);
  for (guint i = 0; i < missing->len; i++) {
    const char *permission = missing->pdata[i];
    g_autofree char *names = actions_needing(permission);
    char *detail = g_strdup_printf(_("%s is not granted; it is needed for: %s"), permission, names);
    if (is_basic(permission))
      doctor_failed(doctor, 5, detail, consent_advice(doctor));
    else
      doctor_warn(doctor, detail, consent_advice(doctor));
  }
  if (missing->len == 0)
    doctor_ok(doctor, g_strdup(_("all that usher needs are granted")));
}

/* --- the tenant and its rosters --- */

static void
check_tenant(Doctor *doctor)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GraphOrganization) tenant =
      graph_organization_get(graph_of(doctor), doctor->cancellable, &error);
  if (tenant == NULL)
    doctor_failed_by(doctor, error, NULL);
  else
    doctor_ok(doctor, g_strdup_printf("%s (%s)", tenant->name, tenant->default_domain));
}

/* Those that are looked at, one after the other. */
static void
each_roster(Doctor *doctor, void (*check)(Doctor *doctor, const Roster *roster))
{
  const GPtrArray *rosters = app_profile(doctor->app)->rosters;
  guint n = 0;
  for (guint i = 0; i < rosters->len; i++) {
    const Roster *roster = rosters->pdata[i];
    if (doctor->roster != NULL && !g_str_equal(doctor->roster, roster->name))
      continue;
    check(doctor, roster);
    n++;
  }
  if (n == 0)
    doctor_warn(doctor, g_strdup(_("the profile has no roster")),
                g_strdup(_("add a [roster NAME] section")));
}

static void
check_one_group(Doctor *doctor, const Roster *roster)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GraphGroup) group = app_group(doctor->app, roster, doctor->cancellable, &error);
  if (group == NULL)
    doctor_failed_by(
        doctor, error,
        g_strdup_printf(_("[roster %s] group: its display name or object id; 'usher setup' makes "
                          "a group"),
                        roster->name));
  else if (group->dynamic)
    doctor_warn(doctor, g_strdup_printf(_("the members of %s follow a rule"), group->name),
                g_strdup_printf(_("[roster %s] its accounts can be listed, not added: name a group "
                                  "with assigned members"),
                                roster->name));
  else if (group->synced)
    doctor_warn(doctor, g_strdup_printf(_("%s comes from on-premises"), group->name),
                g_strdup_printf(_("[roster %s] its members are changed there alone: name a group "
                                  "of the cloud to create accounts"),
                                roster->name));
  else
    doctor_ok(doctor, g_strdup_printf("%s: %s (%s)", roster->name, group->name, group->id));
}

static void
check_group(Doctor *doctor)
{
  each_roster(doctor, check_one_group);
}

static gboolean
is_verified(const GraphOrganization *tenant, const char *domain)
{
  for (char **one = tenant->domains; one != NULL && *one != NULL; one++)
    if (g_ascii_strcasecmp(*one, domain) == 0)
      return TRUE;
  return FALSE;
}

static void
check_one_domain(Doctor *doctor, const Roster *roster)
{
  if (roster->kind == ROSTER_GUEST) {
    doctor_ok(doctor, g_strdup_printf(_("%s: guests keep their own"), roster->name));
    return;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(GraphOrganization) tenant =
      graph_organization_get(graph_of(doctor), doctor->cancellable, &error);
  if (tenant == NULL) {
    doctor_failed_by(doctor, error, NULL);
  } else if (is_verified(tenant, roster->domain)) {
    doctor_ok(doctor, g_strdup_printf(_("%s: %s is verified"), roster->name, roster->domain));
  } else {
    g_autofree char *known = g_strjoinv(", ", tenant->domains);
    doctor_failed(doctor, 2,
                  g_strdup_printf(_("%s is no verified domain of the tenant"), roster->domain),
                  g_strdup_printf(_("[roster %s] domain: one of %s"), roster->name, known));
  }
}

static void
check_domain(Doctor *doctor)
{
  each_roster(doctor, check_one_domain);
}

static void
check_sku(Doctor *doctor, const Roster *roster, const GraphSku *sku)
{
  gint64 left = MAX(sku->seats - sku->used, 0);
  char *detail = g_strdup_printf(_("%s: %s, %" PRId64 " of %" PRId64 " seats left"), roster->name,
                                 sku->part_number, left, sku->seats);
  if (left > 0)
    doctor_ok(doctor, detail);
  else
    doctor_warn(doctor, detail,
                g_strdup(_("buy seats or free one before creating accounts: without a seat nobody "
                           "is created")));
}

static void
check_one_seats(Doctor *doctor, const Roster *roster)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GraphGroup) group = app_group(doctor->app, roster, doctor->cancellable, &error);
  if (group == NULL) {
    doctor_not_checked(doctor, g_strdup_printf(_("the group of %s is not known"), roster->name));
    return;
  }
  if (group->sku_ids == NULL || group->sku_ids[0] == NULL) {
    doctor_ok(doctor, g_strdup_printf(_("%s: the group carries no licence"), roster->name));
    return;
  }
  g_autoptr(GPtrArray) skus = graph_skus(graph_of(doctor), doctor->cancellable, &error);
  guint found = 0;
  for (guint i = 0; skus != NULL && i < skus->len; i++) {
    const GraphSku *sku = skus->pdata[i];
    if (!g_strv_contains((const char *const *)group->sku_ids, sku->sku_id))
      continue;
    check_sku(doctor, roster, sku);
    found++;
  }
  if (skus == NULL)
    doctor_warn(doctor, error_describe(error),
                g_strdup(_("without it nobody is warned before the seats run out")));
  else if (found == 0)
    doctor_warn(doctor,
                g_strdup_printf(_("%s: the tenant has none of the licences that the group "
                                  "gives"),
                                roster->name),
                g_strdup(_("buy the licence, or take it off the group")));
}

static void
check_seats(Doctor *doctor)
{
  each_roster(doctor, check_one_seats);
}

static void
check_smtp(Doctor *doctor, const Roster *roster)
{
  const char *url = app_config(doctor->app)->smtp_url;
  if (url != NULL)
    doctor_ok(doctor,
              g_strdup_printf(_("%s: %s through SMTP %s"), roster->name, roster->mail_from, url));
  else
    doctor_failed(
        doctor, 2,
        g_strdup_printf(_("%s: mails leave through SMTP, and no server is named"), roster->name),
        g_strdup(_("[smtp] url: the mail server")));
}

static void
check_one_mail(Doctor *doctor, const Roster *roster)
{
  g_autoptr(GError) error = NULL;
  const GraphReading reading = {.fields = 0};
  if (roster->kind == ROSTER_GUEST) {
    doctor_ok(doctor, g_strdup_printf(_("%s: guests are mailed by the service"), roster->name));
    return;
  }
  if (roster->mail_from == NULL && roster->password == PASSWORD_SHOWN) {
    doctor_ok(doctor, g_strdup_printf(_("%s: none is sent, passwords are shown"), roster->name));
    return;
  }
  if (roster->mail_from == NULL) {
    doctor_warn(
        doctor, g_strdup_printf(_("%s: no sender is set"), roster->name),
        g_strdup_printf(_("[roster %s] mail_from: the mailbox to send from"), roster->name));
    return;
  }
  if (roster->mail_via == MAIL_VIA_SMTP) {
    check_smtp(doctor, roster);
    return;
  }
  g_autoptr(Account) sender =
      graph_users_get(graph_of(doctor), roster->mail_from, &reading, doctor->cancellable, &error);
  if (sender == NULL)
    doctor_failed_by(
        doctor, error,
        g_strdup_printf(_("[roster %s] mail_from: an account with a mailbox"), roster->name));
  else if (account_number(sender, FIELD_STATE) == STATE_DISABLED)
    doctor_warn(
        doctor,
        g_strdup_printf(_("%s: the sender %s is disabled"), roster->name, roster->mail_from),
        g_strdup(_("that is right for a shared mailbox; otherwise enable it")));
  else
    doctor_ok(doctor, g_strdup_printf(_("%s: %s through Graph"), roster->name, roster->mail_from));
}

static void
check_mail(Doctor *doctor)
{
  each_roster(doctor, check_one_mail);
}

/* --- the guard --- */

/* Of the account that has it among its addresses; NULL: nobody has. */
static char *
user_name_behind(Doctor *doctor, const char *address)
{
  g_autoptr(GPtrArray) found =
      graph_users_find_taken(graph_of(doctor), address, address, doctor->cancellable, NULL);
  for (guint i = 0; found != NULL && i < found->len; i++) {
    const Taken *taken = found->pdata[i];
    if (taken->where == TAKEN_MAIL || taken->where == TAKEN_PROXY)
      return g_strdup(taken->user_name);
  }
  return NULL;
}

static void
check_guarded_account(Doctor *doctor, const char *name)
{
  g_autoptr(GError) error = NULL;
  const GraphReading reading = {.fields = 0};
  g_autoptr(Account) account =
      graph_users_get(graph_of(doctor), name, &reading, doctor->cancellable, &error);
  gboolean nobody = g_error_matches(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_autofree char *behind = nobody ? user_name_behind(doctor, name) : NULL;
  if (account != NULL || behind != NULL)
    doctor_ok(doctor, g_strdup_printf(_("%s is guarded"), behind != NULL ? behind : name));
  else if (nobody)
    doctor_warn(doctor, g_strdup_printf(_("nobody has the user name %s"), name),
                g_strdup(_("[guard] accounts: user names, addresses or object ids; a name that is "
                           "nobody's guards nothing")));
  else
    doctor_failed_by(doctor, error, NULL);
}

static void
check_guarded_group(Doctor *doctor, const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GraphGroup) group =
      graph_groups_find(graph_of(doctor), name, doctor->cancellable, &error);
  if (group != NULL)
    doctor_ok(doctor, g_strdup_printf(_("members of %s are guarded"), group->name));
  else
    doctor_failed_by(doctor, error,
                     g_strdup(_("[guard] groups: display names or object ids; nothing is changed "
                                "before they are right")));
}

static void
check_guard(Doctor *doctor)
{
  const Config *config = app_config(doctor->app);
  guint n = 0;
  for (char **name = config->guard_accounts; name != NULL && *name != NULL; name++, n++)
    check_guarded_account(doctor, *name);
  for (char **name = config->guard_groups; name != NULL && *name != NULL; name++, n++)
    check_guarded_group(doctor, *name);
  if (n == 0)
    doctor_ok(doctor, g_strdup(_("nobody by name ([guard] accounts: those for emergencies)")));
}

const DoctorCheck doctor_tenant[] = {
    {"token", "tls", check_token},
    {"permissions", "token", check_permissions},
    {"tenant", "token", check_tenant},
    {"group", "tenant", check_group},
    {"domain", "tenant", check_domain},
    {"seats", "tenant", check_seats},
    {"mail", "tenant", check_mail},
    {"guard", "tenant", check_guard},
    {NULL, NULL, NULL},
};
