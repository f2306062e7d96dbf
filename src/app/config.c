/* The configuration as profiles and rosters: the entries that config-source.c
 * read are checked against the settings table, then turned into typed values. */
#include "app/config.h"

#include "app/config-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include <string.h>

/* --- typed values --- */

/* The value, or the table's default, or NULL; lent. */
static const char *
value_of(const Source *source, const char *section, const char *key)
{
  const char *name;
  const Entry *entry = source_entry(source, section, key);
  if (entry != NULL && *entry->value != '\0')
    return entry->value;
  g_autofree char *kind = config_section_kind(section, &name);
  return setting_find(kind, key)->fallback;
}

static char *
take_text(const Source *source, const char *section, const char *key)
{
  const char *name;
  g_autofree char *kind = config_section_kind(section, &name);
  const Entry *entry = source_entry(source, section, key);
  if (entry != NULL && *entry->value != '\0' && g_str_equal(setting_find(kind, key)->type, "path"))
    return config_path_of(entry);
  return g_strdup(value_of(source, section, key));
}

static gboolean
take_bool(const Source *source, const char *section, const char *key)
{
  return g_strcmp0(value_of(source, section, key), "true") == 0;
}

/* Checked before: what is no span is one of the words, and those mean `otherwise`. */
static gint64
take_span(const Source *source, const char *section, const char *key, gint64 otherwise)
{
  gint64 span = otherwise;
  const char *value = value_of(source, section, key);
  return value != NULL && clock_parse_span(value, &span, NULL) ? span : otherwise;
}

/* The index of the value among the table's choices. */
static int
take_choice(const Source *source, const char *section, const char *key)
{
  const char *name;
  g_autofree char *kind = config_section_kind(section, &name);
  g_auto(GStrv) choices = g_strsplit(setting_find(kind, key)->choices, "|", -1);
  const char *value = value_of(source, section, key);
  int index = 0;
  while (choices[index] != NULL && !g_str_equal(choices[index], value))
    index++;
  return index;
}

static int
take_expiry(const Source *source, const char *section)
{
  const char *value = value_of(source, section, "expiry_attribute");
  if (g_str_equal(value, "none"))
    return 0;
  if (g_str_equal(value, "employeeLeaveDateTime"))
    return EXPIRY_LEAVE_DATE;
  if (g_str_has_prefix(value, "extensionAttribute"))
    value += strlen("extensionAttribute");
  return (int)g_ascii_strtoll(value, NULL, 10);
}

static int
longer_first(gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return left > right ? -1 : left < right;
}

static void
take_warnings(const Source *source, const char *section, Roster *roster)
{
  g_auto(GStrv) spans = setting_list(value_of(source, section, "warn"));
  if (roster->warn == NULL)
    roster->warn = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (char **text = spans; *text != NULL; text++) {
    gint64 span;
    if (clock_parse_span(*text, &span, NULL))
      g_array_append_val(roster->warn, span);
  }
  g_array_sort(roster->warn, longer_first);
}

static void
put_text(char **field, char *value)
{
  g_free(*field);
  *field = value;
}

static gboolean
require(const Source *source, const char *section, const char *key, const char *why, GError **error)
{
  if (value_of(source, section, key) != NULL)
    return TRUE;
  return config_fail_at(g_hash_table_lookup(source->lines, section), error,
                        _("[%s] %s is missing: %s"), section, key, why);
}

static gboolean
check_roster(const Source *source, const char *section, const Roster *roster, GError **error)
{
  const Entry *location = source_entry(source, section, "usage_location");
  const Entry *lifetime = source_entry(source, section, "lifetime");
  if (!require(source, section, "group", _("the display name or id of its security group"), error))
    return FALSE;
  if (roster->kind == ROSTER_MEMBER &&
      !require(source, section, "domain", _("the domain of its user names"), error))
    return FALSE;
  if (location != NULL && *location->value != '\0' &&
      (strlen(location->value) != 2 || !g_ascii_isupper(location->value[0]) ||
       !g_ascii_isupper(location->value[1])))
    return config_fail_at(
        location->where, error,
        _("[%s] usage_location: “%s” is no country code (two capital letters: DE)"), section,
        location->value);
  if (roster->max_lifetime > 0 && roster->lifetime > roster->max_lifetime)
    return config_fail_at(lifetime->where, error, _("[%s] lifetime: longer than max_lifetime"),
                          section);
  return TRUE;
}

static Roster *
make_roster(const Source *source, const char *name, GError **error)
{
  g_autofree char *section = g_strconcat("roster ", name, NULL);
  g_autoptr(Roster) roster = roster_new();
  put_text(&roster->name, g_strdup(name));
  put_text(&roster->title, take_text(source, section, "title"));
  if (roster->title == NULL)
    roster->title = g_strdup(name);
  put_text(&roster->group, take_text(source, section, "group"));
  roster->kind = take_choice(source, section, "kind") == 0 ? ROSTER_MEMBER : ROSTER_GUEST;
  put_text(&roster->domain, take_text(source, section, "domain"));
  put_text(&roster->user_name, take_text(source, section, "user_name"));
  put_text(&roster->display_name, take_text(source, section, "display_name"));
  put_text(&roster->usage_location, take_text(source, section, "usage_location"));
  roster->lifetime = take_span(source, section, "lifetime", 0);
  roster->max_lifetime = take_span(source, section, "max_lifetime", 0);
  take_warnings(source, section, roster);
  roster->remove_after = take_span(source, section, "remove_after", -1);
  roster->sponsor_required = take_choice(source, section, "sponsor") == 0;
  roster->expiry_attribute = take_expiry(source, section);
  roster->password = (PasswordDelivery)take_choice(source, section, "password");
  put_text(&roster->mail_from, take_text(source, section, "mail_from"));
  roster->mail_via = take_choice(source, section, "mail_via") == 0 ? MAIL_VIA_GRAPH : MAIL_VIA_SMTP;
  put_text(&roster->mail_template, take_text(source, section, "mail_template"));
  roster->approvals = take_choice(source, section, "approval");
  if (!check_roster(source, section, roster, error))
    return NULL;
  return g_steal_pointer(&roster);
}

/* The keys of a profile that are kept as they are written, and where. */
/* clang-format off */
#define TEXT(key) {#key, G_STRUCT_OFFSET(Profile, key)}
static const struct {
  const char *key;
  gsize offset;
} profile_texts[] = {
    TEXT(login_url), TEXT(graph_url), TEXT(tenant), TEXT(client_id), TEXT(sign_in),
    TEXT(credentials), TEXT(credentials_command), TEXT(credentials_save_command),
    TEXT(credentials_clear_command), TEXT(credentials_variable), TEXT(credentials_file),
    TEXT(certificate), TEXT(certificate_key), TEXT(certificate_algorithm),
    TEXT(token_file), TEXT(ca_bundle),
};
#undef TEXT
/* clang-format on */

static char **
profile_text(Profile *profile, guint i)
{
  return &G_STRUCT_MEMBER(char *, profile, profile_texts[i].offset);
}

static void
profile_free(gpointer data)
{
  Profile *profile = data;
  for (guint i = 0; i < G_N_ELEMENTS(profile_texts); i++)
    g_free(*profile_text(profile, i));
  g_free(profile->name);
  g_free(profile->cloud);
  g_free(profile->sign_in_url);
  g_strfreev(profile->credentials_list);
  g_free(profile->colour);
  g_ptr_array_unref(profile->rosters);
  g_free(profile);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profile, profile_free)

/* The names of all sections of one kind; the caller owns it. */
static char **
names_of(const Source *source, const char *kind)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();
  for (guint i = 0; i < source->sections->len; i++) {
    const char *name;
    g_autofree char *this = config_section_kind(source->sections->pdata[i], &name);
    if (g_str_equal(this, kind) && name != NULL)
      g_strv_builder_add(names, name);
  }
  return g_strv_builder_end(names);
}

static gboolean
take_rosters(Config *config, const Source *source, const char *section, Profile *profile,
             GError **error)
{
  const Entry *entry = source_entry(source, section, "rosters");
  g_auto(GStrv) all = names_of(source, "roster");
  g_auto(GStrv) wanted = entry == NULL ? g_strdupv(all) : setting_list(entry->value);
  for (char **name = wanted; *name != NULL; name++) {
    GError *failure = NULL;
    Roster *roster = NULL;
    if (g_strv_contains((const char *const *)all, *name)) {
      roster = make_roster(source, *name, &failure);
    } else {
      g_autofree char *known = g_strjoinv(", ", all);
      /* Without an entry all are wanted, and known.
       * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
      config_fail_at(entry->where, &failure,
                     _("[%s] rosters: there is no [roster %s] (there are: %s)"), section, *name,
                     known);
    }
    if (roster != NULL)
      g_ptr_array_add(profile->rosters, roster);
    else if (!config_put_up_with(config, failure, error))
      return FALSE;
  }
  return TRUE;
}

/* Each way to sign in and each place of a secret needs its own keys. */
static gboolean
check_profile(const Source *source, const char *section, const Profile *profile, GError **error)
{
  static const char *const needs[][3] = {
      {"command", "credentials_command", N_("the command that prints the secret")},
      {"environment", "credentials_variable", N_("the variable that holds the secret")},
      {"file-descriptor", "credentials_fd", N_("the number of the descriptor")},
  };
  if (!require(source, section, "tenant", _("a domain name or the id of the tenant"), error) ||
      !require(source, section, "client_id", _("the id of the app registration"), error))
    return FALSE;
  if (g_str_equal(profile->cloud, "custom") &&
      (!require(source, section, "login_url", _("cloud = custom needs both addresses"), error) ||
       !require(source, section, "graph_url", _("cloud = custom needs both addresses"), error)))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(needs); i++)
    if (g_strv_contains((const char *const *)profile->credentials_list, needs[i][0]) &&
        !require(source, section, needs[i][1], _(needs[i][2]), error))
      return FALSE;
  if (g_str_equal(profile->sign_in, "client-certificate") &&
      !require(source, section, "certificate", _("the file with certificate and key"), error))
    return FALSE;
  if (g_str_equal(profile->sign_in, "federated-token") && profile->token_file == NULL &&
      !require(source, section, "token_file", _("the file with the federated token"), error))
    return FALSE;
  if (strpbrk(profile->tenant, "/ \t?#") != NULL)
    return config_fail_at(source_entry(source, section, "tenant")->where, error,
                          _("[%s] tenant: “%s” is neither a domain name nor an id"), section,
                          profile->tenant);
  return TRUE;
}

/* The colour as it is shown: the n-th profile of the file gets the n-th of these by itself.
 * Red comes last: it is what people give to the tenant that matters. */
static char *
take_colour(const Source *source, const char *section, guint n)
{
  static const char *const own[] = {"cyan", "magenta", "green", "yellow", "blue", "red"};
  g_autofree char *colour = take_text(source, section, "colour");
  if (g_str_equal(colour, "none"))
    return NULL;
  return g_str_equal(colour, "auto") ? g_strdup(own[n % G_N_ELEMENTS(own)])
                                     : g_steal_pointer(&colour);
}

/* Where secrets are kept: `credentials` is the first of them. */
static void
take_credentials(const Source *source, const char *section, Profile *profile)
{
  const char *fd = value_of(source, section, "credentials_fd");
  const char *timeout = value_of(source, section, "credentials_timeout");
  profile->credentials_list = setting_list(profile->credentials);
  g_free(profile->credentials);
  profile->credentials = g_strdup(profile->credentials_list[0]);
  profile->credentials_fd = fd == NULL ? -1 : (int)g_ascii_strtoll(fd, NULL, 10);
  profile->credentials_timeout =
      take_span(source, section, "credentials_timeout", g_strcmp0(timeout, "none") == 0 ? -1 : 0);
}

static Profile *
make_profile(Config *config, const Source *source, const char *name, guint n, GError **error)
{
  g_autofree char *section = g_strconcat("profile ", name, NULL);
  g_autoptr(Profile) profile = g_new0(Profile, 1);
  const Cloud *cloud = config_cloud((guint)take_choice(source, section, "cloud"));
  profile->rosters = g_ptr_array_new_with_free_func((GDestroyNotify)roster_free);
  profile->name = g_strdup(name);
  profile->cloud = g_strdup(cloud->name);
  for (guint i = 0; i < G_N_ELEMENTS(profile_texts); i++)
    *profile_text(profile, i) = take_text(source, section, profile_texts[i].key);
  if (profile->login_url == NULL)
    profile->login_url = g_strdup(cloud->login_url);
  if (profile->graph_url == NULL)
    profile->graph_url = g_strdup(cloud->graph_url);
  profile->sign_in_url =
      g_strdup(cloud->sign_in_url != NULL ? cloud->sign_in_url : profile->login_url);
  if (profile->token_file == NULL)
    profile->token_file = g_strdup(g_getenv("AZURE_FEDERATED_TOKEN_FILE"));
  take_credentials(source, section, profile);
  profile->colour = take_colour(source, section, n);
  profile->read_only = take_bool(source, section, "read_only");
  if (!check_profile(source, section, profile, error) ||
      !take_rosters(config, source, section, profile, error))
    return NULL;
  return g_steal_pointer(&profile);
}

static gboolean
fill(Config *config, const Source *source, GError **error)
{
  g_auto(GStrv) profiles = names_of(source, "profile");
  config->default_profile = take_text(source, "usher", "profile");
  config->editor = take_text(source, "usher", "editor");
  config->mouse = take_bool(source, "usher", "mouse");
  config->smtp_url = take_text(source, "smtp", "url");
  config->smtp_user = take_text(source, "smtp", "user");
  config->store_url = take_text(source, "store", "url");
  config->guard_accounts = setting_list(value_of(source, "guard", "accounts"));
  config->guard_groups = setting_list(value_of(source, "guard", "groups"));
  config->guard_roles = setting_list(value_of(source, "guard", "roles"));
  config_take_views(config, source);
  config->confirm_above =
      (guint)g_ascii_strtoull(value_of(source, "guard", "confirm_above"), NULL, 10);
  for (char **name = profiles; *name != NULL; name++) {
    GError *failure = NULL;
    Profile *profile = make_profile(config, source, *name, (guint)(name - profiles), &failure);
    if (profile != NULL)
      g_ptr_array_add(config->profiles, profile);
    else if (!config_put_up_with(config, failure, error))
      return FALSE;
  }
  if (config->default_profile != NULL && config->profiles->len > 0 &&
      !g_strv_contains((const char *const *)profiles, config->default_profile)) {
    g_autofree char *known = g_strjoinv(", ", profiles);
    GError *failure = NULL;
    config_fail_at(source_entry(source, "usher", "profile")->where, &failure,
                   _("[usher] profile: there is no [profile %s] (there are: %s)"),
                   config->default_profile, known);
    return config_put_up_with(config, failure, error);
  }
  return TRUE;
}

/* --- the whole --- */

static Config *
config_new(void)
{
  Config *config = g_new0(Config, 1);
  config->profiles = g_ptr_array_new_with_free_func(profile_free);
  config->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  config->unknown = g_ptr_array_new_with_free_func(g_free);
  return config;
}

void
config_free(Config *config)
{
  if (config == NULL)
    return;
  g_free(config->path);
  g_free(config->default_profile);
  g_ptr_array_unref(config->profiles);
  g_clear_pointer(&config->views, g_ptr_array_unref);
  g_free(config->smtp_url);
  g_free(config->smtp_user);
  g_free(config->store_url);
  g_free(config->editor);
  g_hash_table_unref(config->keys);
  g_strfreev(config->guard_accounts);
  g_strfreev(config->guard_groups);
  g_strfreev(config->guard_roles);
  g_ptr_array_unref(config->unknown);
  g_clear_pointer(&config->wrong, g_ptr_array_unref);
  g_free(config);
}

/* From what was read to what it means. */
static gboolean
config_take(Config *config, Source *source, GError **error)
{
  for (guint i = 0; i < source->sections->len; i++)
    if (!config_check_section(config, source, source->sections->pdata[i], error))
      return FALSE;
  return fill(config, source, error);
}

static gboolean
config_read(Config *config, const char *const *paths, GError **error)
{
  g_auto(Source) source;
  source_init(&source);
  for (const char *const *path = paths; *path != NULL; path++) {
    GError *failure = NULL;
    if (!g_file_test(*path, G_FILE_TEST_EXISTS))
      continue;
    if (!source_read(&source, *path, &failure) && !config_put_up_with(config, failure, error))
      return FALSE;
    put_text(&config->path, g_strdup(*path));
  }
  return config_take(config, &source, error);
}

Config *
config_load_files(const char *const *paths, GError **error)
{
  g_autoptr(Config) config = config_new();
  return config_read(config, paths, error) ? g_steal_pointer(&config) : NULL;
}

Config *
config_load_text(const char *text, const char *label, GError **error)
{
  g_autoptr(Config) config = config_new();
  g_auto(Source) source;
  source_init(&source);
  config->path = g_strdup(label);
  if (!source_read_text(&source, text, label, error) || !config_take(config, &source, error))
    return NULL;
  return g_steal_pointer(&config);
}

/* Where the manual says, and where this build was installed, which may be the same. */
static const char *const system_folders[] = {"/etc", SYSCONFDIR};

gboolean
config_is_of_system(const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS(system_folders); i++) {
    g_autofree char *folder = g_strconcat(system_folders[i], "/", NULL);
    if (g_str_has_prefix(path, folder))
      return TRUE;
  }
  return FALSE;
}

static gboolean
load_usual(Config *config, const char *path, GError **error)
{
  const char *named = path != NULL ? path : g_getenv("USHER_CONFIG");
  g_autofree char *dir = file_config_dir();
  g_autofree char *user = g_build_filename(dir, "usher.conf", NULL);
  g_autofree char *system = g_build_filename(system_folders[0], "usher", "usher.conf", NULL);
  g_autofree char *installed = g_build_filename(system_folders[1], "usher", "usher.conf", NULL);
  gboolean same = g_str_equal(system, installed);
  const char *const usual[] = {system, same ? user : installed, same ? NULL : user, NULL};
  const char *const only[] = {named, NULL};
  GError *failure = NULL;
  if (named == NULL || *named == '\0')
    return config_read(config, usual, error);
  if (g_file_test(named, G_FILE_TEST_EXISTS))
    return config_read(config, only, error);
  g_set_error(&failure, USHER_ERROR, USHER_ERROR_CONFIG,
              path != NULL ? _("%s: there is no such configuration file")
                           : _("%s: there is no such configuration file (USHER_CONFIG)"),
              named);
  return config_put_up_with(config, failure, error);
}

Config *
config_load(const char *path, GError **error)
{
  g_autoptr(Config) config = config_new();
  g_autoptr(GError) first = NULL;
  if (load_usual(config, path, &first))
    return g_steal_pointer(&config);
  g_autoptr(Config) tolerant = config_load_tolerant(path);
  if (tolerant->wrong->len < 2) {
    g_propagate_error(error, g_steal_pointer(&first));
    return NULL;
  }
  g_ptr_array_add(tolerant->wrong, NULL);
  g_autofree char *all = g_strjoinv("\n  ", (char **)tolerant->wrong->pdata);
  g_set_error_literal(error, first->domain, first->code, all);
  return NULL;
}

Config *
config_load_tolerant(const char *path)
{
  Config *config = config_new();
  config->wrong = g_ptr_array_new_with_free_func(g_free);
  load_usual(config, path, NULL);
  return config;
}

const Profile *
config_profile(const Config *config, const char *name, GError **error)
{
  const char *environment = g_getenv("USHER_PROFILE");
  const char *wanted = name != NULL && *name != '\0'                 ? name
                       : environment != NULL && *environment != '\0' ? environment
                                                                     : config->default_profile;
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < config->profiles->len; i++) {
    const Profile *profile = config->profiles->pdata[i];
    if (wanted == NULL ? config->profiles->len == 1 : g_str_equal(profile->name, wanted))
      return profile;
    g_ptr_array_add(names, profile->name);
  }
  g_ptr_array_add(names, NULL);
  g_autofree char *known = g_strjoinv(", ", (char **)names->pdata);
  if (names->len == 1)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG,
                        _("No profile is configured yet; 'usher setup' makes one, 'usher demo' "
                          "shows usher without any"));
  else if (wanted == NULL)
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("There are several profiles (%s); name one with --profile, or set the default "
                  "in [usher] profile"),
                known);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("There is no profile “%s” (there are: %s)"), wanted, known);
  return NULL;
}

const Roster *
config_roster(const Profile *profile, const char *name, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  if (name == NULL && profile->rosters->len > 0)
    return profile->rosters->pdata[0];
  for (guint i = 0; i < profile->rosters->len; i++) {
    const Roster *roster = profile->rosters->pdata[i];
    if (g_str_equal(roster->name, name))
      return roster;
    g_ptr_array_add(names, roster->name);
  }
  g_ptr_array_add(names, NULL);
  g_autofree char *known = g_strjoinv(", ", (char **)names->pdata);
  if (names->len == 1)
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("The profile “%s” has no roster; add a [roster NAME] section"), profile->name);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("The profile “%s” has no roster “%s” (there are: %s)"), profile->name, name,
                known);
  return NULL;
}
