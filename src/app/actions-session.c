/* The action table's slice about signing in: login, logout, whoami. The device
 * code is shown by the front end, through app_login(). */
#include "app/actions-private.h"
#include "app/app-private.h"
#include "app/place.h"
#include "base/i18n.h"
#include "graph/organization.h"
#include "graph/users.h"

static gboolean
run_logout(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  result->kind = RESULT_TEXT;
  return app_logout(app, &result->text, cancellable, error);
}

static const RecordColumn whoami_columns[] = {
    {"usher.profile", N_("PROFILE"), RECORD_TEXT, FALSE, "The profile."},
    {"tenantDisplayName", N_("TENANT"), RECORD_TEXT, FALSE, "The name of the tenant."},
    {"tenantId", N_("TENANT ID"), RECORD_TEXT, FALSE, "Its id."},
    {"defaultDomain", N_("DOMAIN"), RECORD_TEXT, FALSE, "Its default domain."},
    {"usher.signIn", N_("SIGN-IN"), RECORD_TEXT, FALSE,
     "The way to sign in, as the configuration has it."},
    {"userPrincipalName", N_("ACCOUNT"), RECORD_TEXT, FALSE,
     "Who is signed in; null for an application."},
    {"displayName", N_("NAME"), RECORD_TEXT, FALSE, "The name of that person."},
    {"appId", N_("APP"), RECORD_TEXT, FALSE, "The application."},
    {"permissions", N_("PERMISSIONS"), RECORD_LIST, FALSE, "What the token permits."},
    {"expiresDateTime", N_("TOKEN ENDS"), RECORD_MOMENT, FALSE, "When the token ends."},
    {"usher.credentials", N_("SECRET IN"), RECORD_TEXT, FALSE,
     "The place of the secret; null when there is none to keep."},
    {NULL},
};

static gboolean
run_whoami(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  GraphClient *graph = app_graph(app, error);
  if (graph == NULL)
    return FALSE;
  const Profile *profile = app_profile(app);
  g_autoptr(Account) me = NULL;
  g_autoptr(GraphOrganization) tenant = graph_organization_get(graph, cancellable, error);
  if (tenant == NULL)
    return FALSE;
  if (graph_client_is_delegated(graph)) {
    me = graph_users_me(graph, cancellable, error);
    if (me == NULL)
      return FALSE;
  }
  g_autofree char *granted = token_source_granted(app_tokens(app));
  gint64 expires = token_source_expires(app_tokens(app));
  Records *records = records_new("whoami", whoami_columns, TRUE);
  records_add_row(records);
  records_put(records, 0, profile->name);
  records_put(records, 1, tenant->name);
  records_put(records, 2, tenant->id);
  records_put(records, 3, tenant->default_domain);
  records_put(records, 4, profile->sign_in);
  records_put(records, 5, me == NULL ? NULL : account_text(me, FIELD_USER));
  records_put(records, 6, me == NULL ? NULL : account_text(me, FIELD_NAME));
  records_put(records, 7, profile->client_id);
  records_put(records, 8, granted == NULL ? NULL : g_strdelimit(granted, " ", '\n'));
  if (expires > 0)
    records_put_number(records, 9, expires);
  g_auto(AppPlace) place = {0};
  if (app_login_keeps(app) != NULL && app_place(app, &place, cancellable, NULL))
    records_put(records, 10, place.name);
  result->kind = RESULT_RECORDS;
  result->records = records;
  return TRUE;
}

static const ActionOption login_options[] = {
    {"copy", 0, NULL, N_("Put the code on the clipboard of the terminal, also over ssh (OSC 52)"),
     NULL},
    {NULL},
};

const Action actions_session[] = {
    {.name = "login",
     .group = N_("Signing in"),
     .summary = N_("Sign in, and keep the sign-in for later"),
     .text =
         N_("With device-code, shows a code to enter on a web page, on any machine. With a "
            "client secret, or a certificate whose key is encrypted, asks for the secret once "
            "and keeps it where the profile says. The others are tried out. See usher-auth(7)."),
     .options = login_options,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK,
     .keys = "S"},
    {.name = "unlock",
     .group = N_("Signing in"),
     .summary = N_("Open the place where secrets are kept"),
     .text = N_("Asks for the password of the keyring or the passphrase of the sealed file, and "
                "makes either if there is none yet. The commands after it ask nothing: the keyring "
                "stays open until it is locked, a sealed file for credentials_timeout."),
     .flags = ACTION_CLI},
    {.name = "logout",
     .group = N_("Signing in"),
     .summary = N_("Forget the kept sign-in of the profile"),
     .flags = ACTION_CLI | ACTION_TUI,
     .run = run_logout},
    {.name = "whoami",
     .group = N_("Signing in"),
     .summary = N_("Say who is signed in where, with which permissions"),
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_PROFILES,
     .permissions = "User.Read",
     .columns = whoami_columns,
     .run = run_whoami},
    {.name = NULL},
};
