/* The configuration: what the example of the interface gives, what wrong input
 * is told, how files lie over each other. */
#include "app/actions.h"
#include "app/config.h"
#include "base/clock.h"
#include "base/error.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *folder;

static char *
write_file(const char *name, const char *text)
{
  char *path = g_build_filename(folder, name, NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  return path;
}

static Config *
load(const char *text, GError **error)
{
  g_autofree char *path = write_file("usher.conf", text);
  return config_load(path, error);
}

static const char example[] =
    "[usher]\n"
    "profile = contoso                # the default profile\n"
    "\n"
    "[profile contoso]\n"
    "cloud = usgov                    # global | usgov | usgov-dod | china\n"
    "tenant = contoso.onmicrosoft.com\n"
    "client_id = 00000000-0000-0000-0000-000000000000\n"
    "sign_in = client-secret          # device-code | client-secret\n"
    "credentials = environment\n"
    "credentials_variable = USHER_CLIENT_SECRET # environment\n"
    "rosters = specialists, guests\n"
    "\n"
    "[roster guests]\n"
    "group = Guests\n"
    "kind = guest\n"
    "\n"
    "[roster specialists]             # a population of accounts\n"
    "title = \"Specialists # 1\"\n"
    "group = Bob's C# team\n"
    "domain = contoso.com\n"
    "user_name = {first}.{last}.ext   # transliterated\n"
    "display_name = {last}, {first} (External)\n"
    "usage_location = DE\n"
    "lifetime = 180d\n"
    "max_lifetime = 365d              # no end date beyond it, whoever asks\n"
    "warn = 3d, 14d                   # before the end\n"
    "remove_after = 30d\n"
    "sponsor = required\n"
    "expiry_attribute = 7\n"
    "password = separate-mail\n"
    "mail_from = it-service@contoso.com\n"
    "mail_via = smtp\n"
    "approval = two\n"
    "[smtp]\n"
    "url = smtp://localhost:25\n"
    "[store]\n"
    "url = sqlite:                    # sqlite: (default place)\n"
    "[guard]\n"
    "accounts = breakglass1@contoso.com, breakglass2@contoso.com\n"
    "[sync contacts]\n"
    "target = sqlite\n"
    "[alerts]\n"
    "command = /usr/local/bin/page-me\n"
    "[keys]\n"
    "create = N\n";

static void
test_example(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = load(example, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(config->unknown->len, ==, 0);
  g_assert_cmpstr(config->default_profile, ==, "contoso");
  const Profile *profile = config_profile(config, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(profile->login_url, ==, "https://login.microsoftonline.us");
  g_assert_cmpstr(profile->graph_url, ==, "https://graph.microsoft.us");
  g_assert_cmpstr(profile->credentials_variable, ==, "USHER_CLIENT_SECRET");
  g_assert_cmpuint(profile->rosters->len, ==, 2);
  const Roster *roster = config_roster(profile, NULL, &error);
  g_assert_cmpstr(roster->name, ==, "specialists");
  g_assert_cmpstr(roster->title, ==, "Specialists # 1");
  g_assert_cmpstr(roster->group, ==, "Bob's C# team");
  g_assert_cmpstr(roster->user_name, ==, "{first}.{last}.ext");
  g_assert_cmpint(roster->lifetime, ==, 180 * CLOCK_DAY);
  g_assert_cmpint(roster->max_lifetime, ==, 365 * CLOCK_DAY);
  g_assert_cmpuint(roster->warn->len, ==, 2);
  g_assert_cmpint(g_array_index(roster->warn, gint64, 0), ==, 14 * CLOCK_DAY);
  g_assert_cmpint(roster->remove_after, ==, 30 * CLOCK_DAY);
  g_assert_true(roster->sponsor_required);
  g_assert_cmpint(roster->expiry_attribute, ==, 7);
  g_assert_cmpint(roster->password, ==, PASSWORD_BY_SEPARATE_MAIL);
  g_assert_cmpint(roster->mail_via, ==, MAIL_VIA_SMTP);
  g_assert_cmpint(roster->approvals, ==, 2);
  const Roster *guests = config_roster(profile, "guests", &error);
  g_assert_cmpint(guests->kind, ==, ROSTER_GUEST);
  g_assert_cmpint(guests->expiry_attribute, ==, 15);
  g_assert_cmpint(guests->remove_after, ==, -1);
  g_assert_false(guests->sponsor_required);
  g_assert_cmpstr(config->guard_accounts[1], ==, "breakglass2@contoso.com");
  g_assert_cmpstr(config->guard_roles[0], ==, "any");
  g_assert_cmpstr(g_hash_table_lookup(config->keys, "create"), ==, "N");
}

#define PROFILE "[profile p]\ntenant = t.example\nclient_id = c\n"
#define ROSTER  "[roster r]\ngroup = G\ndomain = d.example\n"

/* Each wrong input, and what the message must hold. */
static const struct {
  const char *text, *where, *what;
} wrong[] = {
    {"tenant = x\n", ":1:", "before the first section"},
    {"[usher]\nno equals sign\n", ":2:", "key = value"},
    {"[usher\nprofile = p\n", ":1:", "section"},
    {"[usher]\nprofile = \xff\n", ":2:", "UTF-8"},
    {"[profile]\ntenant = t\n", ":1:", "[profile NAME]"},
    {"[store x]\nurl = sqlite:\n", ":1:", "[store]"},
    {"[profile p]\nclient_id = c\n", ":1:", "tenant is missing"},
    {"[profile p]\ntenant = t\n", ":1:", "client_id is missing"},
    {"[profile p]\ntenant =\nclient_id = c\n", ":2:", "a value is needed"},
    {"[profile p]\ntenant = a/b\nclient_id = c\n", ":2:", "neither a domain name"},
    {PROFILE "cloud = globl\n", ":4:", "did you mean “global”"},
    {PROFILE "cloud = custom\n", ":1:", "login_url"},
    {PROFILE "graph_url = http://graph.example\n", ":4:", "graph_url"},
    {PROFILE "graph_url = graph.example\n", ":4:", "graph_url"},
    {PROFILE "sign_in = password\n", ":4:", "device-code"},
    {PROFILE "sign_in = client-certificate\n", ":1:", "certificate"},
    {PROFILE "sign_in = federated-token\n", ":1:", "token_file"},
    {PROFILE "certificate_algorithm = hs256\n", ":4:", "ps256"},
    {PROFILE "credentials = command\n", ":1:", "credentials_command"},
    {PROFILE "credentials = environment\n", ":1:", "credentials_variable"},
    {PROFILE "credentials = file-descriptor\n", ":1:", "credentials_fd"},
    {PROFILE "credentials_fd = three\n", ":4:", "no number"},
    {PROFILE "read_only = yes\n", ":4:", "neither true nor false"},
    {PROFILE "rosters = nobody\n", ":4:", "no [roster nobody]"},
    {PROFILE "[roster r]\ndomain = d\n", ":4:", "group is missing"},
    {PROFILE "[roster r]\ngroup = G\n", ":4:", "domain is missing"},
    {PROFILE ROSTER "lifetime = long\n", ":7:", "no span"},
    {PROFILE ROSTER "lifetime = -3d\n", ":7:", "no span"},
    {PROFILE ROSTER "warn = 3d, soon\n", ":7:", "“soon”"},
    {PROFILE ROSTER "lifetime = 90d\nmax_lifetime = 30d\n", ":7:", "longer than max_lifetime"},
    {PROFILE ROSTER "usage_location = Germany\n", ":7:", "country code"},
    {PROFILE ROSTER "expiry_attribute = 16\n", ":7:", "extensionAttribute1 …"},
    {PROFILE ROSTER "password = post\n", ":7:", "separate-mail"},
    {"[smtp]\nurl = http://mail\n", ":2:", "smtp://"},
    {"[store]\nurl = mysql://x\n", ":2:", "sqlite:"},
    {"[usher]\nprofile = q\n" PROFILE, ":2:", "no [profile q]"},
};

static void
test_wrong(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = load(wrong[i].text, &error);
    if (config != NULL)
      g_error("taken: %s", wrong[i].text);
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
    g_assert_cmpint(error_exit_status(error), ==, 2);
    if (strstr(error->message, wrong[i].where) == NULL ||
        strstr(error->message, wrong[i].what) == NULL)
      g_error("%s\nis told: %s\nwithout %s or %s", wrong[i].text, error->message, wrong[i].where,
              wrong[i].what);
  }
}

/* Contract 1. What belongs to one cloud is not mixed with another, unless a person says so. */
static void
test_clouds(void)
{
  static const struct {
    const char *lines, *login_url, *graph_url;
  } cases[] = {
      {"", "https://login.microsoftonline.com", "https://graph.microsoft.com"},
      {"cloud = global\n", "https://login.microsoftonline.com", "https://graph.microsoft.com"},
      {"cloud = usgov\n", "https://login.microsoftonline.us", "https://graph.microsoft.us"},
      {"cloud = usgov-dod\n", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"},
      {"cloud = china\n", "https://login.partner.microsoftonline.cn",
       "https://microsoftgraph.chinacloudapi.cn"},
      {"cloud = china\nlogin_url = https://login.chinacloudapi.cn\n",
       "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"},
      {"cloud = custom\nlogin_url = https://l.example\ngraph_url = https://g.example:8443\n",
       "https://l.example", "https://g.example:8443"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strconcat(PROFILE, cases[i].lines, NULL);
    g_autoptr(Config) config = load(text, &error);
    g_assert_no_error(error);
    const Profile *profile = config_profile(config, "p", NULL);
    g_assert_cmpstr(profile->login_url, ==, cases[i].login_url);
    g_assert_cmpstr(profile->graph_url, ==, cases[i].graph_url);
  }
}

static void
test_sign_in(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = load(PROFILE "sign_in = client-certificate\ncertificate = /c.pem\n"
                                          "certificate_key = pkcs11:object=k;type=private\n"
                                          "certificate_algorithm = rs256\n",
                                  &error);
  g_assert_no_error(error);
  const Profile *profile = config_profile(config, "p", NULL);
  g_assert_cmpstr(profile->certificate_key, ==, "pkcs11:object=k;type=private");
  g_assert_cmpstr(profile->certificate_algorithm, ==, "rs256");
  g_autoptr(Config) federated =
      load(PROFILE "sign_in = federated-token\ntoken_file = /t\n", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(config_profile(federated, "p", NULL)->token_file, ==, "/t");
  g_assert_cmpstr(config_profile(federated, "p", NULL)->certificate_algorithm, ==, "ps256");
}

static void
test_unknown(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = load(
      PROFILE "tennant = x\n[rooster r]\ngroup = G\n[keys]\ncreat = N\n[usher]\nzzz = 1\n", &error);
  const char *const wanted[] = {":4:", "“tenant”", ":5:", "“roster”", ":8:", "“create”", ":10:"};
  g_assert_no_error(error);
  g_assert_cmpuint(config->unknown->len, ==, 4);
  g_autofree char *all = g_strdup_printf(
      "%s\n%s\n%s\n%s", (char *)config->unknown->pdata[0], (char *)config->unknown->pdata[1],
      (char *)config->unknown->pdata[2], (char *)config->unknown->pdata[3]);
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    if (strstr(all, wanted[i]) == NULL)
      g_error("no %s in %s", wanted[i], all);
}

static void
test_files(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *system = write_file("system.conf", PROFILE ROSTER "lifetime = 30d\n");
  g_autofree char *user = write_file("user.conf", "[roster r]\nlifetime = 60d\n");
  g_autofree char *none = g_build_filename(folder, "none.conf", NULL);
  const char *const paths[] = {system, none, user, NULL};
  g_autoptr(Config) config = config_load_files(paths, &error);
  g_assert_no_error(error);
  const Profile *profile = config_profile(config, NULL, &error);
  const Roster *roster = config_roster(profile, "r", &error);
  g_assert_cmpstr(roster->group, ==, "G");
  g_assert_cmpint(roster->lifetime, ==, 60 * CLOCK_DAY);
  g_assert_cmpstr(config->path, ==, user);
  /* What was named must be there; what is only usual need not. */
  g_assert_null(config_load(none, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
  g_clear_error(&error);
  g_setenv("USHER_CONFIG", system, TRUE);
  g_autoptr(Config) named = config_load(NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(named->path, ==, system);
  g_unsetenv("USHER_CONFIG");
  g_autoptr(Config) empty = config_load_files((const char *const[]){none, NULL}, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(empty->profiles->len, ==, 0);
  g_assert_null(empty->path);
}

static void
test_profiles(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) none = load("", &error);
  g_assert_no_error(error);
  g_assert_null(config_profile(none, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
  g_clear_error(&error);
  g_autoptr(Config) two = load(PROFILE "[profile q]\ntenant = u\nclient_id = d\n", &error);
  g_assert_no_error(error);
  g_assert_null(config_profile(two, NULL, &error));
  g_assert_nonnull(strstr(error->message, "p, q"));
  g_clear_error(&error);
  g_setenv("USHER_PROFILE", "q", TRUE);
  g_assert_cmpstr(config_profile(two, NULL, NULL)->name, ==, "q");
  g_assert_cmpstr(config_profile(two, "p", NULL)->name, ==, "p");
  g_unsetenv("USHER_PROFILE");
  g_assert_null(config_profile(two, "r", &error));
  g_assert_nonnull(strstr(error->message, "p, q"));
  g_clear_error(&error);
  g_assert_null(config_roster(config_profile(two, "p", NULL), NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
}

/* The table's own defaults and examples must pass its checks. */
static void
test_table(void)
{
  for (const Setting *row = settings(); row->section != NULL; row++) {
    g_autoptr(GError) error = NULL;
    g_assert_nonnull(row->text);
    if (row->fallback != NULL)
      g_assert_true(setting_check(row, row->fallback, &error));
    g_assert_no_error(error);
    if (row->key != NULL && row->example != NULL)
      g_assert_true(setting_check(row, row->example, &error));
    g_assert_no_error(error);
    if (row->key != NULL)
      g_assert_true(setting_find(row->section, row->key) == row);
  }
  g_assert_null(setting_find("profile", "nothing"));
}

/* Each tenant has a colour of its own, unless its profile says which, or none. */
static void
test_colours(void)
{
  static const char *const expected[] = {"cyan", "red", NULL, "yellow"};
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = load("[profile a]\ntenant = a.example\nclient_id = 1\n"
                                  "[profile b]\ntenant = b.example\nclient_id = 1\ncolour = red\n"
                                  "[profile c]\ntenant = c.example\nclient_id = 1\ncolour = none\n"
                                  "[profile d]\ntenant = d.example\nclient_id = 1\ncolour = auto\n",
                                  &error);
  g_assert_no_error(error);
  for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
    g_assert_cmpstr(((const Profile *)config->profiles->pdata[i])->colour, ==, expected[i]);
  g_autoptr(Config) refused = load("[profile a]\ncolour = rde\n", &error);
  g_assert_null(refused);
  g_assert_nonnull(strstr(error->message, "“red”"));
}

/* Saved views are read in order; what is wrong in one is told with its place. */
static void
test_views(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = load("[view stale]\nquery = signin>90d # long ago\n"
                                  "columns = name, signin\nsort = -signin\nkey = F6\n"
                                  "[view all]\n",
                                  &error);
  g_assert_no_error(error);
  g_assert_cmpuint(config->views->len, ==, 2);
  const SavedView *view = config_view(config, "stale", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(view->query, ==, "signin>90d");
  g_assert_cmpstr(view->sort, ==, "-signin");
  g_assert_cmpstr(view->key, ==, "F6");
  g_assert_nonnull(config_view(config, "all", NULL));
  g_assert_null(config_view(config, "none", &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_nonnull(strstr(error->message, "stale, all"));
  static const struct {
    const char *text, *said;
  } broken[] = {{"[view a]\nquery = staet:x\n", "staet"},
                {"[view a]\ncolumns = name,nix\n", "nix"},
                {"[view a]\nsort = -nix\n", "nix"},
                {"[view]\nquery = x\n", "[view NAME]"}};
  for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
    g_clear_error(&error);
    g_assert_null(load(broken[i].text, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
    g_assert_nonnull(strstr(error->message, broken[i].said));
    g_assert_nonnull(strstr(error->message, "usher.conf:"));
  }
}

/* The manual's place counts whatever prefix this build has. */
static void
test_of_system(void)
{
  g_assert_true(config_is_of_system("/etc/usher/usher.conf"));
  g_assert_true(config_is_of_system(SYSCONFDIR "/usher/usher.conf"));
  g_assert_false(config_is_of_system("/home/etc/usher.conf"));
  g_assert_false(config_is_of_system("/etcetera/usher.conf"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("usher-config-XXXXXX", NULL);
  g_test_add_func("/config/example", test_example);
  g_test_add_func("/config/wrong", test_wrong);
  g_test_add_func("/config/clouds", test_clouds);
  g_test_add_func("/config/sign-in", test_sign_in);
  g_test_add_func("/config/unknown", test_unknown);
  g_test_add_func("/config/files", test_files);
  g_test_add_func("/config/profiles", test_profiles);
  g_test_add_func("/config/table", test_table);
  g_test_add_func("/config/colours", test_colours);
  g_test_add_func("/config/of-system", test_of_system);
  g_test_add_func("/config/views", test_views);
  int status = g_test_run();
  const char *const names[] = {"usher.conf", "system.conf", "user.conf"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    g_unlink(path);
  }
  g_rmdir(folder);
  g_free(folder);
  return status;
}
