/* usher.conf(5): the keys of each section out of the settings table. */
#include "app/config.h"
#include "docgen/docgen.h"

static const struct {
  const char *type, *text;
} type_names[] = {
    {"text", "text"},
    {"choice", "a choice"},
    {"choices", "a list of choices, separated by commas"},
    {"span", "a span"},
    {"spans", "spans, separated by commas"},
    {"list", "a list, separated by commas"},
    {"number", "a number"},
    {"url", "an address"},
    {"url-smtp", "an address"},
    {"url-store", "an address"},
    {"path", "a file"},
    {"bool", "true or false"},
};

static const char *
type_name(const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS(type_names); i++)
    if (g_str_equal(type_names[i].type, type))
      return type_names[i].text;
  return type;
}

static void
append_setting(GString *out, const Setting *setting)
{
  if (setting->key)
    g_string_append_printf(out, ".It Cm \"%s\" Pq %s", setting->key, type_name(setting->type));
  else
    g_string_append(out, ".It Ar name");
  g_string_append(out, setting->required ? " ; needed\n" : "\n");
  mdoc_text(out, setting->text);
  if (setting->choices) {
    g_auto(GStrv) words = g_strsplit(setting->choices, "|", -1);
    g_autofree char *list = g_strjoinv(", ", words);
    g_autofree char *text = g_strdup_printf("One of: %s.", list);
    mdoc_text(out, text);
  }
  if (setting->fallback) {
    g_string_append(out, "Default: ");
    mdoc_argument(out, setting->fallback);
    g_string_append(out, ".\n");
  }
  if (setting->example) {
    g_string_append(out, "Example: ");
    mdoc_argument(out, setting->example);
    g_string_append(out, "\n");
  }
}

gboolean
doc_settings(GString *out, const char *argument)
{
  gboolean any = FALSE;
  g_string_append(out, ".Bl -tag -width Ds\n");
  for (const Setting *setting = settings(); setting->section; setting++)
    if (g_str_equal(setting->section, argument)) {
      append_setting(out, setting);
      any = TRUE;
    }
  g_string_append(out, ".El\n");
  return any;
}

gboolean
doc_settings_complete(GHashTable *mentioned)
{
  for (const Setting *setting = settings(); setting->section; setting++)
    if (!g_hash_table_contains(mentioned, setting->section)) {
      g_printerr("usher-docgen: the section [%s] is not in the page\n", setting->section);
      return FALSE;
    }
  return TRUE;
}
