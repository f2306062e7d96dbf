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

/* Quoted where a # would end it. */
static void
append_pair(GString *out, const char *key, const char *value)
{
  const char *quote = strstr(value, " #") || *value == '"' ? "\"" : "";
  g_string_append_printf(out, "%s = %s%s%s\n", key, quote, value, quote);
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

/* --- a file that is there --- */

static gboolean
is_section(const char *line, const char *group)
{
  const char *end = strchr(line, ']');
  if (line[0] != '[' || !end)
    return FALSE;
  return group == NULL ||
         ((gsize)(end - line - 1) == strlen(group) && g_str_has_prefix(line + 1, group));
}

/* What follows "key =" in a line, or NULL. `commented`: a # stands before it. */
static const char *
value_in_line(const char *line, const char *key, gboolean commented)
{
  while (g_ascii_isspace(*line) || (commented && *line == '#'))
    line++;
  if (!g_str_has_prefix(line, key))
    return NULL;
  line += strlen(key);
  while (*line == ' ' || *line == '\t')
    line++;
  return *line == '=' ? line + 1 : NULL;
}

char *
settings_get(const char *text, const char *group, const char *key)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  gboolean inside = FALSE;
  char *found = NULL;
  for (guint i = 0; lines[i]; i++) {
    if (is_section(lines[i], NULL))
      inside = is_section(lines[i], group);
    const char *value = inside ? value_in_line(lines[i], key, FALSE) : NULL;
    if (!value)
      continue;
    g_free(found);
    found = g_strstrip(g_strdup(value));
    gsize length = strlen(found);
    char *comment = strstr(found, " #");
    if (length > 1 && found[0] == '"' && found[length - 1] == '"') {
      found[length - 1] = '\0';
      memmove(found, found + 1, length - 1);
    } else if (comment) {
      *comment = '\0';
      g_strchomp(found);
    }
  }
  return found;
}

/* The line that the key goes to: where it is set, else where it is behind a #, else behind
 * the section's last line that is not empty. -1: there is no such section. */
static gint
place_of(char **lines, const char *group, const char *key, gboolean *ret_replace)
{
  gint commented = -1, last = -1;
  gboolean inside = FALSE;
  for (gint i = 0; lines[i]; i++) {
    if (is_section(lines[i], NULL))
      inside = is_section(lines[i], group);
    if (!inside)
      continue;
    *ret_replace = TRUE;
    if (value_in_line(lines[i], key, FALSE))
      return i;
    if (commented < 0 && value_in_line(lines[i], key, TRUE))
      commented = i;
    if (*lines[i])
      last = i;
  }
  *ret_replace = commented >= 0;
  return commented >= 0 ? commented : last;
}

char *
settings_set(const char *text, const char *group, const char *key, const char *value)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  GString *out = g_string_new(NULL);
  gboolean replace = FALSE;
  gint place = place_of(lines, group, key, &replace);
  for (gint i = 0; lines[i]; i++) {
    if (i != place || !replace)
      g_string_append_printf(out, "%s%s", lines[i], lines[i + 1] ? "\n" : "");
    if (i == place) {
      if (!replace && !lines[i + 1])
        g_string_append_c(out, '\n');
      append_pair(out, key, value);
    }
  }
  if (place < 0) {
    g_string_append_printf(out, "\n[%s]\n", group);
    append_pair(out, key, value);
  }
  return g_string_free(out, FALSE);
}
