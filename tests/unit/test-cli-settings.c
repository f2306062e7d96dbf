/* The configuration file as text: it must be read back as what was set, and
 * the example as a valid configuration. */
#include "app/config.h"
#include "cli/settings-text.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static Config *
load_text(const char *text)
{
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;
  int fd = g_file_open_tmp("usher-XXXXXX.conf", &path, NULL);
  g_assert_cmpint(fd, >=, 0);
  close(fd);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  Config *config = config_load(path, &error);
  g_assert_no_error(error);
  g_unlink(path);
  return config;
}

static void
test_written_is_read(void)
{
  SettingNames names = {"lab", "externals"};
  const SettingValue values[] = {{"usher", "profile", "lab"},
                                 {"profile", "tenant", "contoso.com"},
                                 {"profile", "client_id", "51515151-0000-4000-8000-0000000000dc"},
                                 {"profile", "rosters", "externals"},
                                 {"roster", "group", "Externals"},
                                 {"roster", "domain", "contoso.com"},
                                 {"roster", "display_name", "{last}, {first} (External)"},
                                 {NULL}};
  g_autofree char *text = settings_text(&names, values);
  g_autoptr(Config) config = load_text(text);
  g_assert_cmpuint(config->unknown->len, ==, 0);
  const Profile *profile = config_profile(config, NULL, NULL);
  g_assert_nonnull(profile);
  g_assert_cmpstr(profile->name, ==, "lab");
  g_assert_cmpstr(profile->tenant, ==, "contoso.com");
  g_assert_cmpuint(profile->rosters->len, ==, 1);
  const Roster *roster = profile->rosters->pdata[0];
  g_assert_cmpstr(roster->name, ==, "externals");
  g_assert_cmpstr(roster->group, ==, "Externals");
  g_assert_cmpstr(roster->display_name, ==, "{last}, {first} (External)");
  g_assert_cmpint(roster->lifetime, ==, 0); /* an example behind a # is not set */
}

static void
test_example(void)
{
  g_autofree char *text = settings_example();
  g_autoptr(Config) config = load_text(text);
  g_assert_cmpuint(config->unknown->len, ==, 0);
  g_assert_nonnull(config_profile(config, NULL, NULL));
  for (const Setting *setting = settings(); setting->section; setting++)
    if (setting->key) {
      g_autofree char *line = g_strdup_printf("%s = ", setting->key);
      g_assert_nonnull(strstr(text, line));
    }
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    g_assert_cmpuint(strlen(lines[i]), <=, 120);
}

/* All of it at once: with nothing behind a #, every example must be allowed. */
static void
test_examples_are_allowed(void)
{
  for (const Setting *setting = settings(); setting->section; setting++) {
    g_autoptr(GError) error = NULL;
    if (setting->key && setting->example && !setting_check(setting, setting->example, &error))
      g_error("[%s] %s: %s", setting->section, setting->key, error->message);
  }
}

static void
check_set(const char *text, const char *group, const char *key, const char *expected)
{
  g_autofree char *changed = settings_set(text, group, key, "new");
  g_autofree char *read = settings_get(changed, group, key);
  g_assert_cmpstr(changed, ==, expected);
  g_assert_cmpstr(read, ==, "new");
}

static void
test_set(void)
{
  const char *text = "# head\n[a b]\nx = 1 # one\n#y = 2\n\n[c]\nx = 3\n";
  check_set(text, "a b", "x", "# head\n[a b]\nx = new  # one\n#y = 2\n\n[c]\nx = 3\n");
  check_set(text, "a b", "y", "# head\n[a b]\nx = 1 # one\ny = new\n\n[c]\nx = 3\n");
  check_set(text, "a b", "z", "# head\n[a b]\nx = 1 # one\n#y = 2\nz = new\n\n[c]\nx = 3\n");
  check_set(text, "c", "x", "# head\n[a b]\nx = 1 # one\n#y = 2\n\n[c]\nx = new\n");
  check_set(text, "a", "x", "# head\n[a b]\nx = 1 # one\n#y = 2\n\n[c]\nx = 3\n\n[a]\nx = new\n");
  check_set("[ a  b ]\n  x=1\n\n# of c\n[c]\n", "a b", "y",
            "[ a  b ]\n  x=1\ny = new\n\n# of c\n[c]\n");
  check_set("[c]\n  x=\"1 # 2\" # one\n", "c", "x", "[c]\n  x = new  # one\n");
  check_set("[c]\nx = 1\nx = 2\n", "c", "x", "[c]\nx = 1\nx = new\n");
  check_set("[c]\r\nx = 1\r\n#y = 2\r\n", "c", "x", "[c]\r\nx = new\r\n#y = 2\r\n");
  check_set("[c]", "c", "x", "[c]\nx = new\n");
  check_set("", "c", "x", "\n[c]\nx = new\n");
}

static void
test_unset(void)
{
  g_autofree char *once = settings_unset("[a]\nx = 1 # one\nxy = 2\n[b]\nx = 3\n", "a", "x");
  g_assert_cmpstr(once, ==, "[a]\n#x = 1 # one\nxy = 2\n[b]\nx = 3\n");
  g_autofree char *twice = settings_unset(once, "a", "x");
  g_assert_cmpstr(once, ==, twice);
}

static void
test_get(void)
{
  const char *text = "[a]\nx = 1 # one\ny = \"Team #1\"\n#z = 3\nxx=4\n";
  static const struct {
    const char *group, *key, *expected;
  } cases[] = {
      {"a", "x", "1"}, {"a", "y", "Team #1"}, {"a", "z", NULL}, {"a", "xx", "4"}, {"b", "x", NULL}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *value = settings_get(text, cases[i].group, cases[i].key);
    g_assert_cmpstr(value, ==, cases[i].expected);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cli/settings/written-is-read", test_written_is_read);
  g_test_add_func("/cli/settings/example", test_example);
  g_test_add_func("/cli/settings/examples-are-allowed", test_examples_are_allowed);
  g_test_add_func("/cli/settings/set", test_set);
  g_test_add_func("/cli/settings/unset", test_unset);
  g_test_add_func("/cli/settings/get", test_get);
  return g_test_run();
}
