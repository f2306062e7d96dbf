/* One or more key files read into one list of entries, each with the line that
 * it stands on, the later file over the earlier. GKeyFile takes the values apart;
 * comments behind values and lines are our own. */
#include "app/config-private.h"

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include <string.h>

#define FILE_LIMIT (1024 * 1024)

static void
entry_free(gpointer data)
{
  Entry *entry = data;
  g_free(entry->value);
  g_free(entry->where);
  g_free(entry);
}

void
source_init(Source *source)
{
  source->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
  source->sections = g_ptr_array_new_with_free_func(g_free);
  source->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  source->keys =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

void
source_clear(Source *source)
{
  g_hash_table_unref(source->entries);
  g_ptr_array_unref(source->sections);
  g_hash_table_unref(source->lines);
  g_hash_table_unref(source->keys);
}
const Entry *
source_entry(const Source *source, const char *section, const char *key)
{
  g_autofree char *id = g_strconcat(section, "\n", key, NULL);
  return g_hash_table_lookup(source->entries, id);
}

/* --- reading one file --- */

/* Where a comment after a value begins, or the end: a # behind a blank, outside quotes. A
 * quote counts only when it is closed on the line, so that an apostrophe is none. */
const char *
config_value_end(const char *value)
{
  for (const char *p = value; *p != '\0'; p++) {
    if (*p == '"' || (*p == '\'' && (p == value || g_ascii_isspace(p[-1])))) {
      const char *closing = strchr(p + 1, *p);
      if (closing != NULL)
        p = closing;
    } else if (*p == '#' && (p == value || p[-1] == ' ' || p[-1] == '\t')) {
      return p;
    }
  }
  return value + strlen(value);
}

/* The value without a comment and without quotes around the whole of it. */
char *
config_value(const char *text)
{
  char *value = g_strstrip(g_strndup(text, config_value_end(text) - text));
  gsize length = strlen(value);
  if (length >= 2 && value[0] == '"' && strchr(value + 1, '"') == value + length - 1) {
    memmove(value, value + 1, length - 2);
    value[length - 2] = '\0';
  }
  return value;
}

gboolean
config_fail_at(const char *where, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, "%s: %s", where, text);
  return FALSE;
}

char *
config_section_of(const char *line)
{
  while (g_ascii_isspace(*line))
    line++;
  const char *closing = strchr(line, ']');
  if (*line != '[' || closing == NULL)
    return NULL;
  g_autofree char *inside = g_strndup(line + 1, closing - line - 1);
  return text_squeeze(inside);
}

/* Cleans the lines of a file so that GKeyFile can take them, and remembers where sections
 * and keys stand. */
static gboolean
scan(const char *path, char **lines, GString *cleaned, GHashTable *places, GError **error)
{
  g_autofree char *section = NULL;
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *where = g_strdup_printf("%s:%u", path, i + 1);
    char *line = g_strstrip(lines[i]);
    char *equals = strchr(line, '=');
    if (!g_utf8_validate(line, -1, NULL))
      return config_fail_at(where, error, _("this line is not UTF-8"));
    if (*line == '\0' || *line == '#') {
      g_string_append_c(cleaned, '\n');
    } else if (*line == '[') {
      g_free(section);
      section = config_section_of(line);
      if (section == NULL || *section == '\0')
        return config_fail_at(where, error, _("a section is written [name] or [kind name]"));
      g_string_append_printf(cleaned, "[%s]\n", section);
      g_hash_table_replace(places, g_strconcat(section, "\n", NULL), g_strdup(where));
    } else if (equals == NULL || equals == line) {
      return config_fail_at(where, error, _("“%s” is neither a section, a comment nor key = value"),
                            line);
    } else if (section == NULL) {
      return config_fail_at(where, error, _("“%s” stands before the first section"), line);
    } else {
      g_autofree char *key = g_strstrip(g_strndup(line, equals - line));
      g_autofree char *value = config_value(equals + 1);
      g_string_append_printf(cleaned, "%s=%s\n", key, value);
      g_hash_table_replace(places, g_strconcat(section, "\n", key, NULL), g_strdup(where));
    }
  }
  return TRUE;
}

static void
source_put(Source *source, const char *section, const char *key, const char *value,
           const char *where)
{
  GPtrArray *keys = g_hash_table_lookup(source->keys, section);
  char *id = g_strconcat(section, "\n", key, NULL);
  if (!g_hash_table_contains(source->entries, id))
    g_ptr_array_add(keys, g_strdup(key));
  Entry *entry = g_new0(Entry, 1);
  entry->value = g_strdup(value);
  entry->where = g_strdup(where);
  g_hash_table_replace(source->entries, id, entry);
}

static gboolean
take_section(Source *source, GKeyFile *file, const char *section, GHashTable *places,
             GError **error)
{
  if (!g_hash_table_contains(source->keys, section)) {
    g_autofree char *id = g_strconcat(section, "\n", NULL);
    g_hash_table_insert(source->keys, g_strdup(section), g_ptr_array_new_with_free_func(g_free));
    g_ptr_array_add(source->sections, g_strdup(section));
    g_hash_table_insert(source->lines, g_strdup(section),
                        g_strdup(g_hash_table_lookup(places, id)));
  }
  g_auto(GStrv) keys = g_key_file_get_keys(file, section, NULL, NULL);
  for (char **key = keys; keys != NULL && *key != NULL; key++) {
    g_autoptr(GError) local = NULL;
    g_autofree char *id = g_strconcat(section, "\n", *key, NULL);
    const char *where = g_hash_table_lookup(places, id);
    g_autofree char *value = g_key_file_get_string(file, section, *key, &local);
    if (value == NULL)
      return config_fail_at(where, error, "[%s] %s: %s", section, *key, local->message);
    source_put(source, section, *key, value, where);
  }
  return TRUE;
}

void
source_forget(Source *source, const char *section, const char *key)
{
  g_autofree char *id = g_strconcat(section, "\n", key, NULL);
  g_hash_table_remove(source->entries, id);
}

/* A password inside an address is a secret, and the file then has to be a private one. */
static gboolean
check_secrets(const char *path, const char *text, GError **error)
{
  if (!file_is_readable_by_others(path) ||
      !g_regex_match_simple("^[^#\n]*://[^/@\\s:]+:[^/@\\s]+@", text, G_REGEX_MULTILINE, 0))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
              _("%s: there is a password in it, and others may read it; run: chmod 600 %s"), path,
              path);
  return FALSE;
}

gboolean
source_read(Source *source, const char *path, GError **error)
{
  if (!file_check_trusted(path, error))
    return FALSE;
  g_autofree char *text = file_read(path, FILE_LIMIT, NULL, error);
  return text != NULL && check_secrets(path, text, error) &&
         source_read_text(source, text, path, error);
}

gboolean
source_read_text(Source *source, const char *text, const char *path, GError **error)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GString) cleaned = g_string_new(NULL);
  g_autoptr(GHashTable) places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) local = NULL;
  if (!scan(path, lines, cleaned, places, error))
    return FALSE;
  if (cleaned->len > 0 &&
      !g_key_file_load_from_data(file, cleaned->str, cleaned->len, G_KEY_FILE_NONE, &local))
    return config_fail_at(path, error, "%s", local->message);
  g_auto(GStrv) sections = g_key_file_get_groups(file, NULL);
  for (char **section = sections; *section != NULL; section++)
    if (!take_section(source, file, *section, places, error))
      return FALSE;
  return TRUE;
}

char *
config_path_of(const Entry *entry)
{
  const char *value = entry->value, *line = strrchr(entry->where, ':');
  if (g_str_has_prefix(value, "~/"))
    return g_build_filename(g_get_home_dir(), value + 2, NULL);
  if (*value == '/' || strchr(value, ':') != NULL || line == NULL)
    return g_strdup(value);
  g_autofree char *file = g_strndup(entry->where, line - entry->where);
  g_autofree char *parent = g_path_get_dirname(file);
  g_autofree char *folder = g_canonicalize_filename(parent, NULL);
  return g_canonicalize_filename(value, folder);
}
