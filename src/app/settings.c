/* The settings table: every key that a configuration file may hold, with its
 * type, default and meaning, and the checks by type. The parser, the hints, the
 * example file and usher.conf(5) are made from it; typed values are config's. */
#include "app/config.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/query.h"
#include "net/url.h"

#define EXPIRY_CHOICES                                                                             \
  "extensionAttribute1|extensionAttribute2|extensionAttribute3|extensionAttribute4|"               \
  "extensionAttribute5|extensionAttribute6|extensionAttribute7|extensionAttribute8|"               \
  "extensionAttribute9|extensionAttribute10|extensionAttribute11|extensionAttribute12|"            \
  "extensionAttribute13|extensionAttribute14|extensionAttribute15|employeeLeaveDateTime|none|"     \
  "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15"

/* clang-format off */
static const Setting table[] = {
  {"usher", "profile", "text", NULL, NULL, FALSE,
   N_("The profile that is used when none is named."), "contoso"},
  {"usher", "editor", "text", NULL, NULL, FALSE,
   N_("The editor for plans; otherwise VISUAL or EDITOR."), "vi"},
  {"usher", "mouse", "bool", "true", NULL, FALSE,
   N_("Whether the console listens to the mouse."), "true"},

  {"profile", "cloud", "choice", "global", "global|usgov|usgov-dod|china|custom", FALSE,
   N_("The cloud of the tenant; it decides the two addresses below. With custom both are needed."), "global"},
  {"profile", "login_url", "url", NULL, NULL, FALSE,
   N_("The sign-in service, when it is not that of the cloud."), "https://login.microsoftonline.com"},
  {"profile", "graph_url", "url", NULL, NULL, FALSE,
   N_("Microsoft Graph, when it is not that of the cloud. Tokens are sent to this host alone."),
   "https://graph.microsoft.com"},
  {"profile", "tenant", "text", NULL, NULL, TRUE,
   N_("The tenant: a domain name of it, or its id."), "contoso.onmicrosoft.com"},
  {"profile", "client_id", "text", NULL, NULL, TRUE,
   N_("The application (client) id of the app registration."), "00000000-0000-0000-0000-000000000000"},
  {"profile", "sign_in", "choice", "device-code", "device-code|client-secret|client-certificate|federated-token", FALSE,
   N_("How usher signs in: as a person or service account with a code, or as the app itself."), "device-code"},
  {"profile", "certificate", "path", NULL, NULL, FALSE,
   N_("The certificate with its key for client-certificate: a file (PEM or PKCS#12), or an address in "
      "a token such as pkcs11:object=usher."), "/path/cert.pem"},
  {"profile", "certificate_key", "path", NULL, NULL, FALSE,
   N_("Its private key, when that is somewhere else: a file or an address, as above."),
   "pkcs11:object=usher;type=private"},
  {"profile", "certificate_algorithm", "choice", "ps256", "ps256|rs256", FALSE,
   N_("How the certificate signs; rs256 for keys and services that are older."), "ps256"},
  {"profile", "token_file", "path", NULL, NULL, FALSE,
   N_("For federated-token: the file with the other provider's token, read anew each time; when left "
      "out, the one that AZURE_FEDERATED_TOKEN_FILE names."), "/var/run/secrets/azure/tokens/azure-identity-token"},
  {"profile", "credentials", "choices", "keyring",
   "keyring|command|kernel-keyring|sealed-file|environment|file-descriptor", FALSE,
   N_("Where secrets are kept. Several are tried in this order; one that is locked is never passed by."),
   "keyring, sealed-file"},
  {"profile", "credentials_command", "text", NULL, NULL, FALSE,
   N_("For command: it prints the secret; {name} in it becomes the name of the secret."), "pass show usher/{name}"},
  {"profile", "credentials_save_command", "text", NULL, NULL, FALSE,
   N_("For command: it keeps the secret that it reads from its input."), "pass insert -m -f usher/{name}"},
  {"profile", "credentials_clear_command", "text", NULL, NULL, FALSE,
   N_("For command: it removes the secret."), "pass rm -f usher/{name}"},
  {"profile", "credentials_variable", "text", NULL, NULL, FALSE,
   N_("For environment: the variable that holds the secret."), "USHER_CLIENT_SECRET"},
  {"profile", "credentials_fd", "number", NULL, NULL, FALSE,
   N_("For file-descriptor: its number; the secret is read from it once."), "3"},
  {"profile", "credentials_file", "path", NULL, NULL, FALSE,
   N_("For sealed-file: the file; otherwise PROFILE.sealed in the state folder."), "/path/contoso.sealed"},
  {"profile", "credentials_timeout", "span", "8h", "login|none", FALSE,
   N_("How long the kernel's keyring keeps a secret, or the key of an opened sealed file: a span of time, login (until "
      "the login ends), or none (the passphrase is asked each time)."), "8h"},
  {"profile", "ca_bundle", "path", NULL, NULL, FALSE,
   N_("Certificate authorities to trust instead of the system's."), "/etc/ssl/certs/proxy.pem"},
  {"profile", "colour", "choice", "auto", "auto|red|green|yellow|blue|magenta|cyan|white|none", FALSE,
   N_("The colour of the tenant's name on the screen, so that no tenant is taken for another; auto gives each "
      "profile one of its own."), "red"},
  {"profile", "read_only", "bool", "false", NULL, FALSE,
   N_("Refuse everything that changes the tenant."), "false"},
  {"profile", "rosters", "list", NULL, NULL, FALSE,
   N_("The rosters of this profile, in order of showing; all of the file when left out."), "specialists, guests"},

  {"roster", "title", "text", NULL, NULL, FALSE,
   N_("The name of the roster for people."), "Specialists"},
  {"roster", "group", "text", NULL, NULL, TRUE,
   N_("The security group that its accounts are members of: display name or object id."), "Specialists"},
  {"roster", "kind", "choice", "member", "member|guest", FALSE,
   N_("Accounts of our own, or guests by invitation."), "member"},
  {"roster", "domain", "text", NULL, NULL, FALSE,
   N_("The domain of the user names; needed for members."), "contoso.com"},
  {"roster", "user_name", "text", "{first}.{last}", NULL, FALSE,
   N_("The rule for the user name before the @: {first} {last} {f} {l} {company}. Names are "
      "transliterated, lower-cased and made unique."), "{first}.{last}.ext"},
  {"roster", "display_name", "text", "{first} {last}", NULL, FALSE,
   N_("The rule for the display name."), "{last}, {first} (External)"},
  {"roster", "usage_location", "text", NULL, NULL, FALSE,
   N_("The country of use, two letters; a licence needs it."), "DE"},
  {"roster", "lifetime", "span", "none", "none", FALSE,
   N_("How long an account lives when no end date is given."), "180d"},
  {"roster", "max_lifetime", "span", "none", "none", FALSE,
   N_("No end date is further away than this, whoever asks."), "365d"},
  {"roster", "warn", "spans", NULL, NULL, FALSE,
   N_("When to warn before the end."), "14d, 3d"},
  {"roster", "remove_after", "span", "never", "never", FALSE,
   N_("How long after its end a disabled account is removed."), "30d"},
  {"roster", "sponsor", "choice", "optional", "required|optional", FALSE,
   N_("Whether each account needs a sponsor."), "required"},
  {"roster", "expiry_attribute", "choice", "extensionAttribute15", EXPIRY_CHOICES, FALSE,
   N_("The property that keeps the end date: extensionAttribute1 to 15 (or the number alone), "
      "employeeLeaveDateTime (needs lifecycle permissions), or none."), "extensionAttribute15"},
  {"roster", "password", "choice", "mail", "mail|separate-mail|show|pass", FALSE,
   N_("How the first password reaches the person: in the mail, in a second mail, shown once to the "
      "operator, or replaced by a Temporary Access Pass."), "mail"},
  {"roster", "mail_from", "text", NULL, NULL, FALSE,
   N_("The mailbox that mails are sent from."), "it-service@contoso.com"},
  {"roster", "mail_via", "choice", "graph", "graph|smtp", FALSE,
   N_("Whether mails leave through Graph or through the SMTP server below."), "graph"},
  {"roster", "mail_template", "text", "specialist", NULL, FALSE,
   N_("The mail template: looked up in the templates folder, then the built-in ones; by language."), "specialist"},
  {"roster", "approval", "choice", "none", "none|one|two", FALSE,
   N_("How many other people must approve a request."), "none"},

  {"smtp", "url", "url-smtp", NULL, NULL, FALSE,
   N_("The mail server: smtp://host:port or smtps://host:port."), "smtp://localhost:25"},
  {"smtp", "user", "text", NULL, NULL, FALSE,
   N_("The user name there; the password is kept with the profile's credentials."), "usher"},

  {"store", "url", "url-store", "sqlite:", NULL, FALSE,
   N_("Where the journal is kept: sqlite: (the usual place), sqlite:/path, or postgresql://host/db."), "sqlite:"},

  {"sync", "target", "text", NULL, NULL, FALSE,
   N_("Where contacts go: sqlite, postgresql://…, or dataverse:https://…."), "dataverse:https://org.crm4.dynamics.com"},
  {"sync", "filter", "text", NULL, NULL, FALSE,
   N_("Which accounts are contacts."), "accountEnabled eq true"},

  {"guard", "accounts", "list", NULL, NULL, FALSE,
   N_("Accounts that are never changed in bulk and never removed."), "breakglass1@contoso.com, breakglass2@contoso.com"},
  {"guard", "groups", "list", NULL, NULL, FALSE,
   N_("Groups whose members are guarded in the same way."), "Emergency access"},
  {"guard", "roles", "list", "any", "any|none", FALSE,
   N_("Holders of directory roles that are guarded: any, none, or a list of role names."), "any"},
  {"guard", "confirm_above", "number", "10", NULL, FALSE,
   N_("Over so many accounts, what removes them or resets passwords asks for their number."), "10"},

  {"alerts", "mail", "text", NULL, NULL, FALSE, N_("Who is mailed."), "ops@contoso.com"},
  {"alerts", "webhook", "url", NULL, NULL, FALSE, N_("What is called."), "https://hooks.contoso.com/usher"},
  {"alerts", "command", "text", NULL, NULL, FALSE, N_("What is run."), "/usr/local/bin/page-me"},

  {"view", "query", "query", NULL, NULL, FALSE,
   N_("Which accounts, in the language of usher-query(7)."), "state:enabled signin>90d"},
  {"view", "columns", "fields", NULL, NULL, FALSE,
   N_("The columns, in order."), "name,user,signin,sponsor"},
  {"view", "sort", "fields", NULL, NULL, FALSE,
   N_("What to sort by; -field: the other way round."), "-signin"},
  {"view", "key", "text", NULL, NULL, FALSE,
   N_("The key of the view in the list of accounts."), "F6"},

  {"keys", NULL, "text", NULL, NULL, FALSE,
   N_("Gives an action, named as in the command palette, another key."), "disable = D"},
  {NULL},
};
/* clang-format on */

const Setting *
settings(void)
{
  return table;
}

const Setting *
setting_find(const char *section, const char *key)
{
  for (const Setting *row = table; row->section != NULL; row++)
    if (g_str_equal(row->section, section) && (row->key == NULL || g_str_equal(row->key, key)))
      return row;
  return NULL;
}

gboolean
settings_named(const char *section)
{
  static const char *const named[] = {"profile", "roster", "sync", "view", NULL};
  return g_strv_contains(named, section);
}

char **
setting_list(const char *value)
{
  g_autoptr(GStrvBuilder) list = g_strv_builder_new();
  g_auto(GStrv) parts = g_strsplit(value == NULL ? "" : value, ",", -1);
  for (char **part = parts; *part != NULL; part++)
    if (*g_strstrip(*part) != '\0')
      g_strv_builder_add(list, *part);
  return g_strv_builder_end(list);
}

static gboolean
is_choice(const Setting *setting, const char *value)
{
  if (setting->choices == NULL)
    return FALSE;
  g_auto(GStrv) choices = g_strsplit(setting->choices, "|", -1);
  return g_strv_contains((const char *const *)choices, value);
}

static gboolean
check_choice(const Setting *setting, const char *value, GError **error)
{
  if (is_choice(setting, value))
    return TRUE;
  g_auto(GStrv) choices = g_strsplit(setting->choices, "|", -1);
  const char *nearest = text_nearest(value, (const char *const *)choices);
  /* The fifteen numbers are a shorthand: naming them would only make the line long. */
  g_autofree char *allowed =
      g_str_equal(setting->key, "expiry_attribute")
          ? g_strdup("extensionAttribute1 … extensionAttribute15, employeeLeaveDateTime, none")
          : g_strjoinv(", ", choices);
  if (nearest != NULL)
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("“%s” is not allowed; did you mean “%s”? (allowed: %s)"), value, nearest,
                allowed);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, _("“%s” is not allowed (allowed: %s)"),
                value, allowed);
  return FALSE;
}

static gboolean
check_choices(const Setting *setting, const char *value, GError **error)
{
  g_auto(GStrv) words = setting_list(value);
  for (char **word = words; *word != NULL; word++)
    if (!check_choice(setting, *word, error))
      return FALSE;
  return words[0] != NULL || check_choice(setting, value, error);
}

static gboolean
check_span(const Setting *setting, const char *value, GError **error)
{
  gint64 span;
  if (is_choice(setting, value) || (clock_parse_span(value, &span, NULL) && span > 0))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
              setting->choices != NULL
                  ? _("“%s” is no span of time (allowed: 90d, 12w, 6mo, 1y, or %s)")
                  : _("“%s” is no span of time (allowed: 90d, 12w, 6mo, 1y)"),
              value, setting->choices);
  return FALSE;
}

static gboolean
check_spans(const Setting *setting, const char *value, GError **error)
{
  g_auto(GStrv) spans = setting_list(value);
  for (char **span = spans; *span != NULL; span++)
    if (!check_span(setting, *span, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_number(const char *value, GError **error)
{
  guint64 number;
  if (g_ascii_string_to_unsigned(value, 10, 0, 65535, &number, NULL))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, _("“%s” is no number from 0 to 65535"),
              value);
  return FALSE;
}

static gboolean
check_bool(const char *value, GError **error)
{
  if (g_str_equal(value, "true") || g_str_equal(value, "false"))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, _("“%s” is neither true nor false"), value);
  return FALSE;
}

static gboolean
check_prefix(const char *value, const char *const *prefixes, GError **error)
{
  for (const char *const *prefix = prefixes; *prefix != NULL; prefix++)
    if (g_str_has_prefix(value, *prefix))
      return TRUE;
  g_autofree char *allowed = g_strjoinv("…, ", (char **)prefixes);
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, _("“%s” is not allowed (allowed: %s…)"),
              value, allowed);
  return FALSE;
}

static gboolean
check_query(const char *value, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(Query) query = query_parse(value, clock_now(), NULL, &local);
  if (query == NULL)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG, local->message);
  return query != NULL;
}

static gboolean
check_fields(const char *value, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_autoptr(GArray) descending = g_array_new(FALSE, FALSE, sizeof(gboolean));
  if (field_parse_list(value, fields, descending, &local))
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG, local->message);
  return FALSE;
}

gboolean
setting_check(const Setting *setting, const char *value, GError **error)
{
  static const char *const smtp[] = {"smtp://", "smtps://", NULL};
  static const char *const store[] = {"sqlite:", "postgresql://", NULL};
  const char *type = setting->type;
  if (*value == '\0') {
    if (!setting->required)
      return TRUE;
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG, _("a value is needed"));
    return FALSE;
  }
  if (g_str_equal(type, "choice"))
    return check_choice(setting, value, error);
  if (g_str_equal(type, "choices"))
    return check_choices(setting, value, error);
  if (g_str_equal(type, "span"))
    return check_span(setting, value, error);
  if (g_str_equal(type, "spans"))
    return check_spans(setting, value, error);
  if (g_str_equal(type, "number"))
    return check_number(value, error);
  if (g_str_equal(type, "bool"))
    return check_bool(value, error);
  if (g_str_equal(type, "query"))
    return check_query(value, error);
  if (g_str_equal(type, "fields"))
    return check_fields(value, error);
  if (g_str_equal(type, "url"))
    return url_check_service(value, error);
  if (g_str_equal(type, "url-smtp"))
    return check_prefix(value, smtp, error);
  if (g_str_equal(type, "url-store"))
    return check_prefix(value, store, error);
  return TRUE;
}
