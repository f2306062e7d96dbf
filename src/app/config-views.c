/* The saved views of the configuration: sections [view NAME]. Their values were
 * checked as those of every section are. */
#include "app/config-private.h"
#include "base/error.h"
#include "base/i18n.h"

#define PREFIX "view "

static void
view_free(gpointer data)
{
  SavedView *view = data;
  g_free(view->name);
  g_free(view->query);
  g_free(view->columns);
  g_free(view->sort);
  g_free(view->key);
  g_free(view);
}

static char *
value_of(const Source *source, const char *section, const char *key)
{
  const Entry *entry = source_entry(source, section, key);
  return entry != NULL && *entry->value != '\0' ? g_strdup(entry->value) : NULL;
}

void
config_take_views(Config *config, const Source *source)
{
  config->views = g_ptr_array_new_with_free_func(view_free);
  for (guint i = 0; i < source->sections->len; i++) {
    const char *section = source->sections->pdata[i];
    if (!g_str_has_prefix(section, PREFIX))
      continue;
    SavedView *view = g_new0(SavedView, 1);
    *view = (SavedView){.name = g_strdup(section + sizeof PREFIX - 1),
                        .query = value_of(source, section, "query"),
                        .columns = value_of(source, section, "columns"),
                        .sort = value_of(source, section, "sort"),
                        .key = value_of(source, section, "key")};
    g_ptr_array_add(config->views, view);
  }
}

const SavedView *
config_view(const Config *config, const char *name, GError **error)
{
  g_autoptr(GString) known = g_string_new(NULL);
  for (guint i = 0; i < config->views->len; i++) {
    const SavedView *view = config->views->pdata[i];
    if (g_str_equal(view->name, name))
      return view;
    g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", view->name);
  }
  if (known->len == 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("There is no view “%s”: a section [view %s] of usher.conf makes one"), name,
                name);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("There is no view “%s” (there are: %s)"),
                name, known->str);
  return NULL;
}
