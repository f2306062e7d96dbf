/* Each entry of the configuration held to the settings table: what is wrong
 * fails, or is noted when the reading is tolerant; what is unknown is noted with
 * the nearest known word. */
#include "app/actions.h"
#include "app/config-private.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include <string.h>

gboolean
config_put_up_with(Config *config, GError *failure, GError **error)
{
  if (config->wrong == NULL) {
    g_propagate_error(error, failure);
    return FALSE;
  }
  g_ptr_array_add(config->wrong, g_strdup(failure->message));
  g_error_free(failure);
  return TRUE;
}

/* --- what is known --- */

char *
config_section_kind(const char *section, const char **ret_name)
{
  const char *blank = strchr(section, ' ');
  *ret_name = blank == NULL ? NULL : blank + 1;
  return blank == NULL ? g_strdup(section) : g_strndup(section, blank - section);
}

static char *
nearest_section(const char *kind)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (const Setting *row = settings(); row->section != NULL; row++)
    if (names->len == 0 || !g_str_equal(names->pdata[names->len - 1], row->section))
      g_ptr_array_add(names, (gpointer)row->section);
  g_ptr_array_add(names, NULL);
  return g_strdup(text_nearest(kind, (const char *const *)names->pdata));
}

static char *
nearest_key(const char *kind, const char *key)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (const Setting *row = settings(); row->section != NULL; row++)
    if (g_str_equal(row->section, kind) && row->key != NULL)
      g_ptr_array_add(names, (gpointer)row->key);
  g_ptr_array_add(names, NULL);
  return g_strdup(text_nearest(key, (const char *const *)names->pdata));
}

static char *
nearest_action(const char *name)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (const Action *const *row = actions(); *row != NULL; row++)
    g_ptr_array_add(names, (gpointer)(*row)->name);
  g_ptr_array_add(names, NULL);
  return g_strdup(text_nearest(name, (const char *const *)names->pdata));
}

static void
report_unknown(Config *config, const char *where, const char *what, const char *nearest)
{
  g_ptr_array_add(config->unknown, nearest != NULL
                                       ? g_strdup_printf(_("%s: unknown %s; did you mean “%s”?"),
                                                         where, what, nearest)
                                       : g_strdup_printf(_("%s: unknown %s"), where, what));
}

static gboolean
check_key(Config *config, const Source *source, const char *section, const char *kind,
          const char *key, GError **error)
{
  const Entry *entry = source_entry(source, section, key);
  const Setting *setting = setting_find(kind, key);
  g_autoptr(GError) local = NULL;
  if (setting == NULL) {
    g_autofree char *nearest = nearest_key(kind, key);
    g_autofree char *what = g_strdup_printf(_("key “%s” in [%s]"), key, section);
    report_unknown(config, entry->where, what, nearest);
    return TRUE;
  }
  if (g_str_equal(kind, "keys")) {
    g_hash_table_replace(config->keys, g_strdup(key), g_strdup(entry->value));
    if (action_find(key) == NULL) {
      g_autofree char *nearest = nearest_action(key);
      g_autofree char *what = g_strdup_printf(_("action “%s” in [keys]"), key);
      report_unknown(config, entry->where, what, nearest);
    }
    return TRUE;
  }
  if (!setting_check(setting, entry->value, &local))
    return config_fail_at(entry->where, error, "[%s] %s: %s", section, key, local->message);
  return TRUE;
}

gboolean
config_check_section(Config *config, Source *source, const char *section, GError **error)
{
  const char *name;
  g_autofree char *kind = config_section_kind(section, &name);
  const char *where = g_hash_table_lookup(source->lines, section);
  GPtrArray *keys = g_hash_table_lookup(source->keys, section);
  gboolean known = FALSE;
  for (const Setting *row = settings(); row->section != NULL && !known; row++)
    known = g_str_equal(row->section, kind);
  if (!known) {
    g_autofree char *nearest = nearest_section(kind);
    g_autofree char *what = g_strdup_printf(_("section [%s]"), section);
    report_unknown(config, where, what, nearest);
    return TRUE;
  }
  GError *failure = NULL;
  if (settings_named(kind) && name == NULL)
    config_fail_at(where, &failure, _("[%s] needs a name: [%s NAME]"), kind, kind);
  else if (!settings_named(kind) && name != NULL)
    config_fail_at(where, &failure, _("[%s] takes no name: write [%s]"), section, kind);
  if (failure != NULL)
    return config_put_up_with(config, failure, error);
  for (guint i = 0; i < keys->len; i++) {
    if (check_key(config, source, section, kind, keys->pdata[i], &failure))
      continue;
    if (!config_put_up_with(config, g_steal_pointer(&failure), error))
      return FALSE;
    source_forget(source, section, keys->pdata[i]);
  }
  return TRUE;
}
