/* Plans that are released by somebody else than who wrote them: who counts, how many it
 * takes, and for whose accounts. An agreement between colleagues, not a lock. */
#include "app/app-change.h"
#include "app/app-private.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "graph/roles.h"
#include <string.h>

/* Up to so many accounts are asked for one by one; more are looked for among all members. */
#define ASKED_ALONE 20

/* --- who --- */

/* "m.chen" of "m.chen@admin-host": the same person on another machine is the same person. */
static gboolean
same_person(const char *a, const char *b)
{
  if (a == NULL || b == NULL)
    return FALSE;
  gsize n = strcspn(a, "@"), m = strcspn(b, "@");
  return n == m && g_ascii_strncasecmp(a, b, n) == 0;
}

static gboolean
has_released(const Plan *plan, const char *by)
{
  g_auto(GStrv) names = g_strsplit(plan->released_by == NULL ? "" : plan->released_by, ",", -1);
  for (char **name = names; *name != NULL; name++)
    if (same_person(g_strstrip(*name), by))
      return TRUE;
  return FALSE;
}

gboolean
app_plan_release(App *app, Plan *plan, const char *by, GError **error)
{
  g_autofree char *runs = app_who();
  /* One name is one person, and has to fit into the head of a file. */
  if (by != NULL && (*by == '\0' || strpbrk(by, ", \t\n") != NULL || strstr(by, "·") != NULL ||
                     !text_is_visible(by))) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("--released-by: “%s” is not the name of one person, without blanks"), by);
    return FALSE;
  }
  if (same_person(by != NULL ? by : runs, plan->who)) {
    if (by == NULL)
      return TRUE;
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("%s wrote this plan: somebody else has to release it"), by);
    return FALSE;
  }
  if (by == NULL)
    by = runs;
  if (has_released(plan, by))
    return TRUE;
  char *before = plan->released_by;
  plan->released_by = before == NULL ? g_strdup(by) : g_strdup_printf("%s, %s", before, by);
  g_free(before);
  return TRUE;
}

/* How many different people released it who did not write it. */
static int
count_releases(const Plan *plan)
{
  g_auto(GStrv) names = g_strsplit(plan->released_by == NULL ? "" : plan->released_by, ",", -1);
  int n = 0;
  for (guint i = 0; names[i] != NULL; i++) {
    gboolean counts = *g_strstrip(names[i]) != '\0' && !same_person(names[i], plan->who);
    for (guint j = 0; counts && j < i; j++)
      counts = !same_person(names[j], names[i]);
    n += counts ? 1 : 0;
  }
  return n;
}

/* --- for whose accounts --- */

static gboolean
refuse_unreleased(const Roster *roster, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              roster->approvals == 1
                  ? _("Plans of the roster “%s” have to be released by somebody else than who "
                      "wrote them: write it with --dry-run --output FILE, and let them run 'usher "
                      "plan apply FILE'")
                  : _("Plans of the roster “%s” have to be released by two others than who wrote "
                      "them: write it with --dry-run --output FILE, and let them run 'usher plan "
                      "apply FILE', the first with --released-by"),
              roster->title);
  return FALSE;
}

gboolean
app_plan_is_released(App *app, const Plan *plan, GError **error)
{
  const Roster *roster = plan->roster == NULL || app_profile(app) == NULL
                             ? app_roster(app)
                             : config_roster(app_profile(app), plan->roster, NULL);
  return roster == NULL || count_releases(plan) >= roster->approvals ||
         refuse_unreleased(roster, error);
}

static gboolean
names_group(const Plan *plan, const char *group_id)
{
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    const char *to = operation_to(operation, "groupId");
    const char *from = operation_from(operation, "groupId");
    if ((to != NULL && g_ascii_strcasecmp(to, group_id) == 0) ||
        (from != NULL && g_ascii_strcasecmp(from, group_id) == 0))
      return TRUE;
  }
  return FALSE;
}

static GHashTable *
targets_of(const Plan *plan)
{
  GHashTable *targets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (operation->target_id != NULL)
      g_hash_table_add(targets, g_ascii_strdown(operation->target_id, -1));
  }
  return targets;
}

typedef struct {
  GHashTable *targets;
  gboolean found;
} Looking;

static void
look_at_member(const char *id, gpointer data)
{
  Looking *looking = data;
  g_autofree char *key = g_ascii_strdown(id, -1);
  looking->found = looking->found || g_hash_table_contains(looking->targets, key);
}

static gboolean
find_members(App *app, const Plan *plan, const char *group_id, gboolean *ret_found,
             GCancellable *cancellable, GError **error)
{
  g_autoptr(GHashTable) targets = targets_of(plan);
  Looking looking = {targets, FALSE};
  GHashTableIter iter;
  gpointer id;
  GraphClient *graph = app_graph(app, error);
  if (graph == NULL)
    return FALSE;
  if (g_hash_table_size(targets) > ASKED_ALONE &&
      !graph_groups_each_member(graph, group_id, look_at_member, &looking, cancellable, error))
    return FALSE;
  g_hash_table_iter_init(&iter, targets);
  while (g_hash_table_size(targets) <= ASKED_ALONE && !looking.found &&
         g_hash_table_iter_next(&iter, &id, NULL)) {
    g_autoptr(GError) local = NULL;
    /* Who is gone is in no group. */
    if (!graph_groups_is_member(graph, group_id, id, &looking.found, cancellable, &local) &&
        !g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return FALSE;
    }
  }
  *ret_found = looking.found;
  return TRUE;
}

/* TRUE with `ret_found` FALSE also for a roster whose group there is not: it has no accounts. */
static gboolean
touches(App *app, const Plan *plan, const Roster *roster, gboolean *ret_found,
        GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GraphGroup) group = app_group(app, roster, cancellable, &local);
  *ret_found = FALSE;
  if (g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return TRUE;
  if (group == NULL) {
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  *ret_found = names_group(plan, group->id);
  return *ret_found || find_members(app, plan, group->id, ret_found, cancellable, error);
}

gboolean
app_plan_is_released_by_all(App *app, const Plan *plan, GCancellable *cancellable, GError **error)
{
  const Profile *profile = app_profile(app);
  if (!app_plan_is_released(app, plan, error))
    return FALSE;
  int releases = count_releases(plan);
  for (guint i = 0; profile != NULL && i < profile->rosters->len; i++) {
    const Roster *roster = profile->rosters->pdata[i];
    gboolean found = FALSE;
    if (releases >= roster->approvals || g_strcmp0(roster->name, plan->roster) == 0)
      continue;
    if (!touches(app, plan, roster, &found, cancellable, error))
      return FALSE;
    if (found)
      return refuse_unreleased(roster, error);
  }
  return TRUE;
}
