/* The rows are made once, when the console begins. */
#include "tui/saved.h"

#include "base/i18n.h"
#include <string.h>

struct Saved {
  GPtrArray *own;  /* Action, with names and words of its own */
  GPtrArray *rows; /* lent: the table's, then `own` */
  GHashTable *keys;
};

static const struct {
  const char *prefix, *group;
  ActionScope scope;
} kinds[] = {
    [SAVED_VIEW] = {"view ", N_("Saved views"), SCOPE_ACCOUNTS},
    [SAVED_ROSTER] = {"roster ", N_("Rosters"), SCOPE_GLOBAL},
    [SAVED_PROFILE] = {"profile ", N_("Profiles"), SCOPE_GLOBAL},
};

static void
action_free(gpointer data)
{
  Action *action = data;
  g_free((char *)action->name);
  g_free((char *)action->summary);
  g_free(action);
}

static const Action *
add(Saved *saved, SavedKind kind, const char *name, const char *summary)
{
  Action *action = g_new0(Action, 1);
  action->name = g_strconcat(kinds[kind].prefix, name, NULL);
  action->group = kinds[kind].group;
  action->summary = g_strdup(summary);
  action->flags = ACTION_TUI | ACTION_NO_CONFIG;
  action->scope = kinds[kind].scope;
  g_ptr_array_add(saved->own, action);
  g_ptr_array_add(saved->rows, action);
  return action;
}

static void
add_views(Saved *saved, const Config *config)
{
  for (guint i = 0; i < config->views->len; i++) {
    const SavedView *view = g_ptr_array_index(config->views, i);
    const Action *action =
        add(saved, SAVED_VIEW, view->name, view->query != NULL ? view->query : _("all accounts"));
    if (view->key != NULL)
      g_hash_table_insert(saved->keys, g_strdup(action->name), g_strdup(view->key));
  }
}

/* Those that are not shown. */
static void
add_places(Saved *saved, const App *app)
{
  const Config *config = app_config(app);
  const Profile *profile = app_profile(app);
  for (guint i = 0; profile != NULL && i < profile->rosters->len; i++) {
    const Roster *roster = g_ptr_array_index(profile->rosters, i);
    if (roster != app_roster(app))
      add(saved, SAVED_ROSTER, roster->name, roster->title);
  }
  for (guint i = 0; i < config->profiles->len; i++) {
    const Profile *other = g_ptr_array_index(config->profiles, i);
    if (other != profile)
      add(saved, SAVED_PROFILE, other->name, other->tenant);
  }
}

static void
add_keys(Saved *saved, const Config *config)
{
  GHashTableIter iter;
  gpointer name, key;
  g_hash_table_iter_init(&iter, config->keys);
  while (g_hash_table_iter_next(&iter, &name, &key))
    g_hash_table_replace(saved->keys, g_strdup(name), g_strdup(key));
}

Saved *
saved_new(const App *app)
{
  Saved *saved = g_new0(Saved, 1);
  saved->own = g_ptr_array_new_with_free_func(action_free);
  saved->rows = g_ptr_array_new();
  saved->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (const Action *const *row = actions(); *row != NULL; row++)
    g_ptr_array_add(saved->rows, (gpointer)*row);
  if (app != NULL) {
    add_views(saved, app_config(app));
    add_places(saved, app);
    add_keys(saved, app_config(app));
  }
  g_ptr_array_add(saved->rows, NULL);
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

SavedKind
saved_kind(const Saved *saved, const Action *action, const char **ret_name)
{
  if (!g_ptr_array_find(saved->own, action, NULL))
    return SAVED_NONE;
  for (SavedKind kind = SAVED_VIEW; kind <= SAVED_PROFILE; kind++)
    if (g_str_has_prefix(action->name, kinds[kind].prefix)) {
      *ret_name = action->name + strlen(kinds[kind].prefix);
      return kind;
    }
  return SAVED_NONE;
}
