/* The rows are made once, when the console begins. */
#include "tui/saved.h"

#include "base/i18n.h"

#define PREFIX "view "

struct Saved {
  GPtrArray *own;  /* Action, with names and words of its own */
  GPtrArray *rows; /* lent: the table's, then `own` */
  GHashTable *keys;
};

static void
action_free(gpointer data)
{
  Action *action = data;
  g_free((char *)action->name);
  g_free((char *)action->summary);
  g_free(action);
}

static void
add_view(Saved *saved, const SavedView *view)
{
  Action *action = g_new0(Action, 1);
  action->name = g_strconcat(PREFIX, view->name, NULL);
  action->group = N_("Saved views");
  action->summary = view->query != NULL && *view->query != '\0' ? g_strdup(view->query)
                                                                : g_strdup(_("all accounts"));
  action->flags = ACTION_TUI | ACTION_NO_CONFIG;
  action->scope = SCOPE_ACCOUNTS;
  g_ptr_array_add(saved->own, action);
  g_ptr_array_add(saved->rows, action);
  if (view->key != NULL && *view->key != '\0')
    g_hash_table_insert(saved->keys, g_strdup(action->name), g_strdup(view->key));
}

Saved *
saved_new(const Config *config)
{
  Saved *saved = g_new0(Saved, 1);
  saved->own = g_ptr_array_new_with_free_func(action_free);
  saved->rows = g_ptr_array_new();
  saved->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (const Action *const *row = actions(); *row != NULL; row++)
    g_ptr_array_add(saved->rows, (gpointer)*row);
  for (guint i = 0; config != NULL && i < config->views->len; i++)
    add_view(saved, g_ptr_array_index(config->views, i));
  g_ptr_array_add(saved->rows, NULL);
  GHashTableIter iter;
  gpointer name, key;
  if (config == NULL)
    return saved;
  g_hash_table_iter_init(&iter, config->keys);
  while (g_hash_table_iter_next(&iter, &name, &key))
    g_hash_table_replace(saved->keys, g_strdup(name), g_strdup(key));
  return saved;
}

void
saved_free(Saved *saved)
{
  if (saved == NULL)
    return;
  g_ptr_array_unref(saved->rows);
  g_ptr_array_unref(saved->own);
  g_hash_table_unref(saved->keys);
  g_free(saved);
}

const Action *const *
saved_rows(const Saved *saved)
{
  return (const Action *const *)saved->rows->pdata;
}

GHashTable *
saved_keys(const Saved *saved)
{
  return saved->keys;
}

const char *
saved_view_of(const Action *action)
{
  return g_str_has_prefix(action->name, PREFIX) ? action->name + sizeof PREFIX - 1 : NULL;
}
