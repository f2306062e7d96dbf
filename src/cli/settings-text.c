/* The settings table written as a file that explains itself. */
#include "cli/settings-text.h"
#include "app/config.h"
#include "base/i18n.h"

#include <string.h>

static const char *
find_value(const SettingValue *values, const Setting *setting)
{
  for (; values->section && setting->key; values++)
    if (g_str_equal(values->section, setting->section) && g_str_equal(values->key, setting->key))
      return values->value;
  return NULL;
}

static const char *
section_name(const char *section, const SettingNames *names)
{
  if (g_str_equal(section, "profile"))
    return names->profile;
  if (g_str_equal(section, "roster"))
    return names->roster;
  return g_str_equal(section, "sync") ? "contacts" : NULL;
}

/* One that needs a name and has none is not set either. */
static void
append_section(GString *out, const char *section, const SettingNames *names)
{
  const char *name = section_name(section, names);
  const char *hidden = settings_named(section) && !name ? "#" : "";
  name = *hidden ? "NAME" : name;
  g_string_append_printf(out, "\n%s[%s%s%s]\n", hidden, section, name ? " " : "", name ? name : "");
}

/* A comment that fits into 80 columns. */
static void
append_comment(GString *out, const char *text)
{
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  gsize column = 0;
  for (guint i = 0; words[i]; i++) {
    gsize length = strlen(words[i]);
    if (column == 0 || column + 1 + length > 78) {
      g_string_append(out, column == 0 ? "# " : "\n# ");
      column = 2;
    } else {
      g_string_append_c(out, ' ');
      column++;
    }
    g_string_append(out, words[i]);
    column += length;
  }
  g_string_append_c(out, '\n');
}

static void
append_choices(GString *out, const Setting *setting)
{
  if (!setting->choices || !g_str_has_prefix(setting->type, "choice"))
    return;
  g_auto(GStrv) words = g_strsplit(setting->choices, "|", -1);
  g_autofree char *line = g_strjoinv(" | ", words);
  append_comment(out, line);
}

char *
settings_pair(const char *key, const char *value)
{
  const char *quote = *config_value_end(value) || *value == '"' ? "\"" : "";
  return g_strdup_printf("%s = %s%s%s", key, quote, value, quote);
}

static void
append_pair(GString *out, const char *key, const char *value)
{
  g_autofree char *pair = settings_pair(key, value);
  g_string_append_printf(out, "%s\n", pair);
}

/* A key that is not set stands there as a comment, with an example. */
static void
append_setting(GString *out, const Setting *setting, const SettingValue *values)
{
  const char *value = find_value(values, setting);
  const char *example = setting->example ? setting->example : "";
  append_comment(out, _(setting->text));
  append_choices(out, setting);
  if (setting->fallback) {
    g_autofree char *line = g_strdup_printf(_("Default: %s"), setting->fallback);
    append_comment(out, line);
  }
  if (!setting->key)
    g_string_append_printf(out, "#%s\n", example);
  else if (value)
    append_pair(out, setting->key, value);
  else
    g_string_append_printf(out, "#%s = %s\n", setting->key, example);
}

char *
settings_text(const SettingNames *names, const SettingValue *values)
{
  GString *out = g_string_new(NULL);
  const char *section = "";
  append_comment(out,
                 _("The configuration of usher; see usher.conf(5). A key behind a # is not set; "
                   "what stands there is an example. No password belongs into this file."));
  for (const Setting *setting = settings(); setting->section; setting++) {
    if (!g_str_equal(section, setting->section))
      append_section(out, setting->section, names);
    section = setting->section;
    append_setting(out, setting, values);
  }
  return g_string_free(out, FALSE);
}

char *
settings_section(const char *section, const SettingNames *names, const SettingValue *values)
{
  GString *out = g_string_new(NULL);
  append_section(out, section, names);
  for (const Setting *setting = settings(); setting->section; setting++)
    if (g_str_equal(setting->section, section))
      append_setting(out, setting, values);
  return g_string_free(out, FALSE);
}

char *
settings_example(void)
{
  static const char *const set[][2] = {
      {"usher", "profile"},    {"profile", "tenant"},      {"profile", "client_id"},
      {"roster", "title"},     {"roster", "group"},        {"roster", "domain"},
      {"roster", "user_name"}, {"roster", "display_name"}, {"roster", "usage_location"},
      {"roster", "lifetime"},  {"roster", "max_lifetime"}, {"roster", "sponsor"},
      {"roster", "mail_from"},
  };
  SettingNames names = {"contoso", "specialists"};
  SettingValue values[G_N_ELEMENTS(set) + 2] = {{"profile", "rosters", names.roster}};
  for (guint i = 0; i < G_N_ELEMENTS(set); i++) {
    const Setting *setting = setting_find(set[i][0], set[i][1]);
    values[i + 1] = (SettingValue){set[i][0], set[i][1], setting->example};
  }
  return settings_text(&names, values);
}
