/* The settings table written as a file that explains itself. */
#include "cli/settings-text.h"
#include "app/config.h"
#include "base/i18n.h"

#include <string.h>

static const char *
find_value(const SettingValue *values, const Setting *setting)
{
  for (; values && values->section && setting->key; values++)
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

static void
append_section(GString *out, const char *section, const SettingNames *names)
{
  const char *name = section_name(section, names);
  g_string_append_printf(out, "\n[%s%s%s]\n", section, name ? " " : "", name ? name : "");
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
  if (!setting->choices || !g_str_equal(setting->type, "choice"))
    return;
  g_auto(GStrv) words = g_strsplit(setting->choices, "|", -1);
  g_autofree char *line = g_strjoinv(" | ", words);
  append_comment(out, line);
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
    g_string_append_printf(out, "%s = %s\n", setting->key, value);
  else
    g_string_append_printf(out, "%s%s = %s\n", !values && setting->required ? "" : "#",
                           setting->key, example);
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
