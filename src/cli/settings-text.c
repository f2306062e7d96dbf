/* The settings table written as a file that explains itself. */
#include "cli/settings-text.h"
#include "app/config.h"
#include "base/i18n.h"

#include <string.h>

const char *
settings_help(const char *section, const char *key)
{
  for (const Setting *setting = settings(); setting->section; setting++)
    if (g_str_equal(setting->section, section) && g_str_equal(setting->key, key))
      return setting->text;
  return NULL;
}

static const char *
find_value(const SettingValue *values, const Setting *setting)
{
  for (; values && values->section; values++)
    if (g_str_equal(values->section, setting->section) && g_str_equal(values->key, setting->key))
      return values->value;
  return NULL;
}

static void
append_section(GString *out, const Setting *setting, const SettingNames *names)
{
  const char *name = g_str_equal(setting->section, "profile")  ? names->profile
                     : g_str_equal(setting->section, "roster") ? names->roster
                                                               : NULL;
  g_string_append_printf(out, "\n[%s%s%s]\n", setting->section, name ? " " : "", name ? name : "");
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
append_setting(GString *out, const Setting *setting, const SettingValue *values)
{
  const char *value = find_value(values, setting);
  const char *shown = values == NULL && setting->example ? setting->example : setting->fallback;
  append_comment(out, _(setting->text));
  if (setting->choices) {
    g_auto(GStrv) words = g_strsplit(setting->choices, "|", -1);
    g_autofree char *line = g_strjoinv(" | ", words);
    append_comment(out, line);
  }
  if (value)
    g_string_append_printf(out, "%s = %s\n", setting->key, value);
  else if (values == NULL && setting->required && setting->example)
    g_string_append_printf(out, "%s = %s\n", setting->key, setting->example);
  else
    g_string_append_printf(out, "#%s = %s\n", setting->key, shown ? shown : "");
}

char *
settings_text(const SettingNames *names, const SettingValue *values)
{
  GString *out = g_string_new(NULL);
  const char *section = "";
  append_comment(out, _("The configuration of usher; usher.conf(5) explains every key. Lines that "
                        "begin with # say what holds when nothing is set. No password belongs "
                        "into this file."));
  for (const Setting *setting = settings(); setting->section; setting++) {
    if (!g_str_equal(section, setting->section))
      append_section(out, setting, names);
    section = setting->section;
    append_setting(out, setting, values);
  }
  return g_string_free(out, FALSE);
}
