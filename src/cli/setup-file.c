/* The configuration file that setup writes: a new one explains every key, one
 * that is there keeps its comments, its other sections and what is unknown. */
#include "app/config.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "cli/settings-text.h"
#include "cli/setup-private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_LIMIT (1024 * 1024)

static char *
section_of(const Setup *setup, const char *kind)
{
  if (!settings_named(kind))
    return g_strdup(kind);
  return g_strconcat(kind, " ", g_str_equal(kind, "profile") ? setup->profile : setup->roster,
                     NULL);
}

char *
setup_before(const Setup *setup, const char *section, const char *key)
{
  g_autofree char *group = section_of(setup, section);
  return setup->text ? settings_get(setup->text, group, key) : NULL;
}

gboolean
setup_is_of_guests(const Setup *setup)
{
  g_autofree char *kind = setup_before(setup, "roster", "kind");
  return g_strcmp0(kind, "guest") == 0;
}

gboolean
setup_file_read(Setup *setup, GError **error)
{
  if (!file_check_place(setup->path, error))
    return FALSE;
  if (!g_file_test(setup->path, G_FILE_TEST_EXISTS))
    return TRUE;
  setup->text = file_read(setup->path, FILE_LIMIT, NULL, error);
  return setup->text != NULL;
}

gboolean
setup_file_check(const Setup *setup, GError **error)
{
  g_autofree char *profile = g_strdup_printf("[profile %s]", setup->profile);
  g_autofree char *roster = g_strdup_printf("[roster %s]", setup->roster);
  Config *config = setup->text ? config_load_tolerant(setup->path) : NULL;
  gboolean good = TRUE;
  for (guint i = 0; config && config->wrong && i < config->wrong->len && good; i++) {
    const char *wrong = config->wrong->pdata[i];
    good = strstr(wrong, profile) || strstr(wrong, roster);
    if (!good)
      g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, _("%s; nothing was asked or written"),
                  wrong);
  }
  config_free(config);
  return good;
}

/* --- which sections there are --- */

/* Names of the sections of a kind, as the file has them. The caller owns it. */
static char **
names_in(const char *text, const char *kind)
{
  g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();
  g_autofree char *start = g_strdup_printf("%s ", kind);
  for (guint i = 0; lines[i]; i++) {
    g_autofree char *section = config_section_of(lines[i]);
    if (section && g_str_has_prefix(section, start))
      g_strv_builder_add(names, section + strlen(start));
  }
  return g_strv_builder_end(names);
}

char **
setup_file_profiles(const Setup *setup)
{
  return names_in(setup->text, "profile");
}

/* The profile's first roster; for a profile without one a name that is free. */
char *
setup_file_roster(const Setup *setup)
{
  g_autofree char *listed = setup_before(setup, "profile", "rosters");
  g_auto(GStrv) mine = setting_list(listed);
  g_auto(GStrv) all = names_in(setup->text, "roster");
  g_auto(GStrv) profiles = names_in(setup->text, "profile");
  gboolean known = g_strv_contains((const char *const *)profiles, setup->profile);
  if (mine && mine[0])
    return g_strdup(mine[0]);
  if (known && !listed && all[0]) /* without a list all are its own */
    return g_strdup(all[0]);
  if (!g_strv_contains((const char *const *)all, "specialists"))
    return g_strdup("specialists");
  return g_strconcat(setup->profile, "-specialists", NULL);
}

/* --- the text --- */

static gboolean
is_complete(const Setup *setup)
{
  const char *group = setup_answer(setup, "roster", "group");
  const char *domain = setup_answer(setup, "roster", "domain");
  return group && *group && (setup_is_of_guests(setup) || (domain && *domain));
}

/* Every answer, in the order of the settings table. */
static GArray *
all_values(const Setup *setup)
{
  GArray *values = g_array_new(TRUE, TRUE, sizeof(SettingValue));
  for (const Setting *row = settings(); row->section; row++) {
    const char *value = row->key ? setup_answer(setup, row->section, row->key) : NULL;
    SettingValue one = {row->section, row->key, value};
    if (value && *value && (is_complete(setup) || !g_str_equal(row->section, "roster")))
      g_array_append_val(values, one);
  }
  return values;
}

static void
change(char **text, const char *group, const char *key, const char *value)
{
  char *changed = settings_set(*text, group, key, value);
  g_free(*text);
  *text = changed;
}

/* What was answered with nothing, and is set in the file. */
static void
take_out(const Setup *setup, char **text)
{
  for (const Setting *row = settings(); row->section; row++) {
    const char *value = row->key ? setup_answer(setup, row->section, row->key) : NULL;
    g_autofree char *before = value && !*value ? setup_before(setup, row->section, row->key) : NULL;
    if (!before)
      continue;
    g_autofree char *group = section_of(setup, row->section);
    char *changed = settings_unset(*text, group, row->key);
    g_free(*text);
    *text = changed;
  }
}

/* A profile without a list of rosters has all of the file: one more would be its own, too. */
static void
fix_other_profiles(const Setup *setup, char **text)
{
  g_auto(GStrv) profiles = names_in(setup->text, "profile");
  g_auto(GStrv) rosters = names_in(setup->text, "roster");
  g_autofree char *all = g_strjoinv(", ", rosters);
  for (char **name = profiles; *name && *all; name++) {
    g_autofree char *group = g_strconcat("profile ", *name, NULL);
    g_autofree char *listed = settings_get(setup->text, group, "rosters");
    if (!listed && !g_str_equal(*name, setup->profile))
      change(text, group, "rosters", all);
  }
}

/* A section that is not there comes with all its keys and what they mean. */
static void
add_section(const Setup *setup, char **text, const char *kind, const SettingValue *values)
{
  g_autofree char *group = section_of(setup, kind);
  SettingNames names = {setup->profile, setup->roster};
  g_auto(GStrv) known = names_in(setup->text, kind);
  const char *name = strchr(group, ' ') + 1;
  if (g_strv_contains((const char *const *)known, name))
    return;
  g_autofree char *section = settings_section(kind, &names, values);
  char *longer = g_strconcat(*text, g_str_has_suffix(*text, "\n") ? "" : "\n", section, NULL);
  g_free(*text);
  *text = longer;
}

static char *
changed_text(const Setup *setup, const SettingValue *values)
{
  char *text = g_strdup(setup->text);
  g_autofree char *fallback = setup_before(setup, "usher", "profile");
  add_section(setup, &text, "profile", values);
  if (is_complete(setup))
    add_section(setup, &text, "roster", values);
  if (!fallback)
    change(&text, "usher", "profile", setup->profile);
  for (const SettingValue *value = values; value->section; value++) {
    g_autofree char *group = section_of(setup, value->section);
    g_autofree char *before = settings_get(text, group, value->key);
    if (g_strcmp0(before, value->value) != 0)
      change(&text, group, value->key, value->value);
  }
  take_out(setup, &text);
  if (setup->new_roster && is_complete(setup))
    fix_other_profiles(setup, &text);
  return text;
}

char *
setup_file_text(const Setup *setup)
{
  g_autoptr(GArray) values = all_values(setup);
  g_autofree char *listed = setup_before(setup, "profile", "rosters");
  /* Without its group and domain a roster would be wrong: it is left out as long. */
  SettingNames names = {setup->profile, is_complete(setup) ? setup->roster : NULL};
  const SettingValue list = {"profile", "rosters", setup->roster};
  const SettingValue fallback = {"usher", "profile", setup->profile};
  if (is_complete(setup) && (!listed || !*listed))
    g_array_append_val(values, list);
  if (setup->text)
    return changed_text(setup, (const SettingValue *)values->data);
  g_array_append_val(values, fallback);
  return settings_text(&names, (const SettingValue *)values->data);
}

/* That of the file before, without the right to change it; a new one of the machine is for
 * everybody to read, since nothing in it is secret. */
static int
mode_of(const Setup *setup)
{
  struct stat before;
  if (stat(setup->path, &before) == 0)
    return (int)(before.st_mode & 0644);
  return g_str_has_prefix(setup->path, SYSCONFDIR "/") ? 0644 : 0600;
}

gboolean
setup_file_write(Setup *setup, GError **error)
{
  g_autofree char *text = setup_file_text(setup);
  g_autofree char *folder = g_path_get_dirname(setup->path);
  g_autofree char *backup = g_strconcat(setup->path, ".bak", NULL);
  if (setup->text && g_str_equal(text, setup->text)) {
    setup_say(setup, _("%s says all this already."), setup->path);
    return TRUE;
  }
  gboolean shared = g_str_has_prefix(setup->path, SYSCONFDIR "/");
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR) &&
      !(shared && g_mkdir_with_parents(folder, 0755) == 0) && !file_make_private_dir(folder, error))
    return FALSE;
  /* A link, as from a folder with all of somebody's settings, stays one. */
  g_autofree char *real = realpath(setup->path, NULL);
  if (setup->text && !file_replace(backup, setup->text, strlen(setup->text), 0600, error))
    return FALSE;
  if (!file_replace(real ? real : setup->path, text, strlen(text), mode_of(setup), error))
    return FALSE;
  if (setup->text)
    setup_say(setup, _("%s is written; as it was before it is %s."), setup->path, backup);
  else
    setup_say(setup, _("%s is written."), setup->path);
  return TRUE;
}
