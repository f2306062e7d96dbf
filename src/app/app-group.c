/* The group of a roster. Its id is asked for once in a program's life; the
 * cache keeps what it was, so that a list need not wait for the answer. */
#include "app/app-private.h"

#include "store/cache.h"
#include <string.h>

#define GROUP "group" /* of the note */

/* --- the note: what the configuration calls it, id, licences, one a line --- */

static void
note_group(App *app, const Roster *roster, const GraphGroup *group)
{
  g_autofree char *skus = g_strjoinv("\n", group->sku_ids);
  g_autofree char *text = g_strjoin("\n", roster->group, group->id, *skus ? skus : NULL, NULL);
  g_autofree char *place = app_cache_place(app);
  if (strchr(roster->group, '\n') == NULL)
    cache_note(place, roster->name, GROUP, text);
}

GraphGroup *
app_group_guess(App *app, const Roster *roster)
{
  g_autoptr(GraphGroup) known = app_known_group(app, roster);
  g_autofree char *place = app_cache_place(app);
  g_autofree char *text = known != NULL ? NULL : cache_noted(place, roster->name, GROUP);
  g_auto(GStrv) lines = text == NULL ? NULL : g_strsplit(text, "\n", -1);
  if (lines == NULL || g_strv_length(lines) < 2 || !g_str_equal(lines[0], roster->group) ||
      !g_uuid_string_is_valid(lines[1]))
    return NULL;
  GraphGroup *group = g_new0(GraphGroup, 1);
  group->id = g_strdup(lines[1]);
  group->sku_ids = g_strdupv(lines + 2);
  return group;
}

gboolean
app_group_is_as(const GraphGroup *group, const GraphGroup *guess)
{
  return g_str_equal(group->id, guess->id) &&
         g_strv_equal((const char *const *)group->sku_ids, (const char *const *)guess->sku_ids);
}

/* --- asking --- */

GraphGroup *
app_group(App *app, const Roster *roster, GCancellable *cancellable, GError **error)
{
  GraphClient *graph = app_graph(app, error);
  GraphGroup *group = graph == NULL ? NULL : app_known_group(app, roster);
  if (graph == NULL || group != NULL)
    return group;
  group = graph_groups_find(graph, roster->group, cancellable, error);
  if (group == NULL)
    return NULL;
  app_keep_group(app, roster, group);
  note_group(app, roster, group);
  return group;
}
