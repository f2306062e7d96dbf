/* The directory as the front ends see it: the roster's accounts from the cache
 * or the service, and one account by whatever a person calls it. */
#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "graph/users.h"
#include "store/cache.h"
#include "store/journal.h"
#include <string.h>

/* How many candidates an ambiguous name lists. */
#define CANDIDATES 10
/* A cached directory older than this is not listed from, in seconds. */
#define FRESH (15 * 60)

static gboolean
roster_in_use(App *app, const Roster **ret_roster, GError **error)
{
  if (app_roster(app) == NULL && !app_use_roster(app, NULL, error))
    return FALSE;
  *ret_roster = app_roster(app);
  return TRUE;
}

char *
app_cache_place(const App *app)
{
  const Profile *profile = app_profile(app);
  return g_strdup_printf("%s@%s", profile->name, profile->tenant);
}

Snapshot *
app_cached(App *app, GError **error)
{
  const Roster *roster;
  if (!roster_in_use(app, &roster, error))
    return NULL;
  app_wait_for_saving(app, NULL);
  g_autofree char *place = app_cache_place(app);
  return cache_load(place, roster->name, error);
}

gboolean
app_cached_is_fresh(App *app, const Snapshot *cached)
{
  gint64 taken = snapshot_taken(cached);
  /* Within one second nobody can tell which came first. */
  return clock_now() - taken <= FRESH && taken > cache_outdated_at(app_profile(app)->tenant);
}

/* --- refreshing --- */

typedef struct {
  App *app;
  guint expected; /* as many as the last time, until there are more */
  AppLoading loading;
  gpointer data;
  guint next;   /* tell when so many are there: each telling sorts, so they get rarer */
  Draft *draft; /* NULL: there is no place for a cache */
} Loading;

static gboolean
page_done(SnapshotBuilder *builder, guint so_far, gint64 total, gpointer data)
{
  Loading *loading = data;
  gboolean fits = total < 0 && so_far <= loading->expected;
  app_tell_reading(loading->app, so_far, fits ? (gint64)loading->expected : total);
  /* The next page is still on its way. */
  gsize size = total < 0 ? snapshot_builder_claim(builder) : 0;
  if (loading->draft != NULL)
    draft_claim(loading->draft, size);
  if (loading->loading != NULL && so_far >= loading->next) {
    g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, clock_now());
    loading->loading(snapshot, total, loading->data);
    loading->next = so_far * 2;
  }
  return TRUE;
}

/* The accounts that a plan made or found: user name → id, both lent. */
static GHashTable *
targets_of(const Plan *plan)
{
  GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (operation->target_id != NULL && operation->target_name != NULL)
      g_hash_table_insert(ids, operation->target_name, operation->target_id);
  }
  return ids;
}

/* Adds what each account of a plan still lacks: id → "group, mail". */
static void
add_open_steps(const Plan *plan, GHashTable *steps)
{
  g_autoptr(GHashTable) ids = targets_of(plan);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    const char *id =
        operation->target_name == NULL ? NULL : g_hash_table_lookup(ids, operation->target_name);
    if (id == NULL || operation->state == OPERATION_DONE || operation->state == OPERATION_PENDING)
      continue;
    const char *label = action_step_label(operation->kind);
    const char *before = g_hash_table_lookup(steps, id);
    g_hash_table_replace(steps, g_strdup(id),
                         before == NULL ? g_strdup(label) : g_strconcat(before, ", ", label, NULL));
  }
}

/* Unfinished plans about made accounts: id → steps that are open. Empty when the journal
 * cannot be read: the directory is shown all the same. */
static GHashTable *
half_made(App *app)
{
  GHashTable *steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  Store *store = app_store(app, NULL);
  g_autoptr(GArray) ids = store == NULL ? NULL : app_repairable(app, NULL);
  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    g_autoptr(Plan) plan = journal_load(store, g_array_index(ids, gint64, i), NULL);
    if (plan != NULL)
      add_open_steps(plan, steps);
  }
  return steps;
}

static Snapshot *
mark_half_made(App *app, SnapshotBuilder *builder, gint64 taken)
{
  g_autoptr(GHashTable) steps = half_made(app);
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, taken);
  GHashTableIter iter;
  gpointer id, text;
  gboolean changed = FALSE;
  g_hash_table_iter_init(&iter, steps);
  while (g_hash_table_iter_next(&iter, &id, &text)) {
    guint row;
    if (!snapshot_find(snapshot, id, &row))
      continue;
    g_autoptr(Account) account = snapshot_account(snapshot, row);
    account_put_text(account, FIELD_STEP, text);
    snapshot_builder_add(builder, account);
    changed = TRUE;
  }
  return changed ? snapshot_builder_snapshot(builder, taken) : g_steal_pointer(&snapshot);
}

typedef struct {
  Draft *draft;
  Snapshot *snapshot;
} Saving;

static gpointer
save_cache(gpointer data)
{
  Saving *saving = data;
  g_autoptr(GError) error = NULL;
  if (!cache_commit(saving->draft, saving->snapshot, &error))
    g_info("the directory is not cached: %s", error->message);
  draft_free(saving->draft);
  snapshot_unref(saving->snapshot);
  g_free(saving);
  return NULL;
}

/* The disk is not waited for: what was asked is on its way to the screen meanwhile. Takes the
 * draft. */
static void
save_beside(App *app, Draft *draft, Snapshot *snapshot)
{
  Saving *saving = g_new0(Saving, 1);
  saving->draft = draft;
  saving->snapshot = snapshot_ref(snapshot);
  app_wait_for_saving(app, NULL);
  app_wait_for_saving(app, g_thread_new("usher-cache", save_cache, saving));
}

guint64
app_cheap_fields(void)
{
  guint64 fields = 0;
  for (guint i = 0; i < FIELD_N; i++)
    if (!field_info(i)->costly)
      fields |= G_GUINT64_CONSTANT(1) << i;
  return fields;
}

static guint
last_count(App *app)
{
  g_autoptr(Snapshot) before = app_cached(app, NULL);
  return before == NULL ? 0 : snapshot_count(before);
}

typedef struct {
  App *app;
  const Roster *roster;
  guint64 fields;
  AppLoading loading;
  gpointer data;
  GCancellable *cancellable;
  Draft *draft; /* of the cache; may be NULL */
} Refresh;

static Snapshot *
read_members(const Refresh *refresh, const GraphGroup *group, GError **error)
{
  g_autofree char *expiry = roster_expiry_property(refresh->roster);
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  guint64 fields = refresh->fields;
  /* What is read takes the place of the cache, which others ask for every usual field. */
  GraphReading reading = {.fields = fields == 0 ? 0 : fields | app_cheap_fields(),
                          .expiry_property = expiry,
                          .group_id = group->id,
                          .sku_ids = (const char *const *)group->sku_ids,
                          .roster = refresh->roster->name};
  Loading state = {refresh->app,  last_count(refresh->app), refresh->loading, refresh->data, 1,
                   refresh->draft};
  app_tell_reading(refresh->app, 0, -1);
  gint64 begun = clock_now(); /* what changes meanwhile may be missing from it */
  if (!graph_users_list_members(app_graph(refresh->app, NULL), group->id, &reading, builder,
                                page_done, &state, refresh->cancellable, error))
    return NULL;
  return mark_half_made(refresh->app, builder, begun);
}

typedef struct {
  const Refresh *refresh;
  GError *error;
} Asking;

static gpointer
ask_for_group(gpointer data)
{
  Asking *asking = data;
  const Refresh *refresh = asking->refresh;
  return app_group(refresh->app, refresh->roster, refresh->cancellable, &asking->error);
}

/* From the group that an earlier run knew, while the tenant is asked whether it is still the same;
 * if it is not, all begins anew. */
static Snapshot *
read_guessing(const Refresh *refresh, const GraphGroup *guess, GError **error)
{
  GError *local = NULL;
  Asking asking = {refresh, NULL};
  GThread *thread = g_thread_new("group", ask_for_group, &asking);
  g_autoptr(Snapshot) snapshot = read_members(refresh, guess, &local);
  g_autoptr(GraphGroup) group = g_thread_join(thread);
  if (group != NULL && !app_group_is_as(group, guess)) {
    g_clear_error(&local);
    return read_members(refresh, group, error);
  }
  if (group != NULL && snapshot != NULL)
    return g_steal_pointer(&snapshot);
  g_propagate_error(error, group == NULL ? asking.error : g_steal_pointer(&local));
  g_clear_error(&local);
  return NULL;
}

Snapshot *
app_refresh(App *app, guint64 fields, AppLoading loading, gpointer data, GCancellable *cancellable,
            GError **error)
{
  const Roster *roster;
  if (!roster_in_use(app, &roster, error) || app_graph(app, error) == NULL)
    return NULL;
  g_autofree char *place = app_cache_place(app);
  g_autoptr(GError) no_place = NULL;
  g_autoptr(Draft) draft = cache_draft(place, roster->name, &no_place);
  const Refresh refresh = {app, roster, fields, loading, data, cancellable, draft};
  g_autoptr(GraphGroup) guess = app_group_guess(app, roster);
  g_autoptr(GraphGroup) group = guess != NULL ? NULL : app_group(app, roster, cancellable, error);
  if (guess == NULL && group == NULL)
    return NULL;
  g_autoptr(Snapshot) snapshot =
      guess != NULL ? read_guessing(&refresh, guess, error) : read_members(&refresh, group, error);
  if (snapshot != NULL && draft != NULL)
    save_beside(app, g_steal_pointer(&draft), snapshot);
  else if (draft == NULL)
    g_info("the directory is not cached: %s", no_place->message);
  return g_steal_pointer(&snapshot);
}

/* --- one account --- */

/* TRUE if the text is what no other account can be called, too. */
static gboolean
is_its_own(const Account *account, const char *text)
{
  const char *user = account_text(account, FIELD_USER), *id = account_text(account, FIELD_ID);
  return (user != NULL && g_ascii_strcasecmp(user, text) == 0) ||
         (id != NULL && g_ascii_strcasecmp(id, text) == 0);
}

/* TRUE if the account is called exactly so, not only beginning with it. */
static gboolean
is_exactly(const Account *account, const char *text)
{
  const FieldId singles[] = {FIELD_ID, FIELD_USER, FIELD_MAIL, FIELD_NAME};
  for (guint i = 0; i < G_N_ELEMENTS(singles); i++) {
    const char *value = account_text(account, singles[i]);
    if (value != NULL && g_ascii_strcasecmp(value, text) == 0)
      return TRUE;
  }
  return text_list_has(account_text(account, FIELD_EXTERNAL), text);
}

static gboolean
fail_ambiguous(GPtrArray *found, const char *text, GError **error)
{
  g_autoptr(GString) list = g_string_new(NULL);
  g_autofree char *shown = text_quoted(text);
  for (guint i = 0; i < found->len && i < CANDIDATES; i++) {
    const char *name = account_text(found->pdata[i], FIELD_NAME);
    const char *user = account_text(found->pdata[i], FIELD_USER);
    g_autofree char *both =
        g_strdup_printf("%s  %s", user == NULL ? "" : user, name == NULL ? "" : name);
    g_autofree char *line = text_visible(both);
    g_string_append_printf(list, "\n  %s", line);
  }
  if (found->len > CANDIDATES)
    g_string_append(list, "\n  …");
  g_set_error(error, USHER_ERROR, USHER_ERROR_AMBIGUOUS,
              _("“%s” is more than one account; name one of them by its user name:%s"), shown,
              list->str);
  return FALSE;
}

/* A display name has 256 characters at most, and everything else that an account is called by
 * fewer. */
#define LONGEST_NAME 256

gboolean
app_check_account(const char *text, GError **error)
{
  if (*text != '\0' && g_utf8_strlen(text, -1) <= LONGEST_NAME)
    return TRUE;
  g_autofree char *shown = text_quoted(text);
  if (*text == '\0')
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("The name of an account is empty: give a user name, an id, an external "
                          "address or the beginning of a display name"));
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("“%s” can be no account: names have %d characters at most"), shown, LONGEST_NAME);
  return FALSE;
}

/* The id of the one account that `text` means; the caller owns it. */
static char *
find_one(GraphClient *graph, const char *text, const GraphReading *reading,
         GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) found =
      graph_users_search(graph, text, CANDIDATES + 1, reading, cancellable, error);
  const Account *exact = NULL;
  guint n_exact = 0;
  if (found == NULL)
    return NULL;
  for (guint i = 0; i < found->len; i++)
    if (is_its_own(found->pdata[i], text))
      return g_strdup(account_text(found->pdata[i], FIELD_ID));
  for (guint i = 0; i < found->len; i++)
    if (is_exactly(found->pdata[i], text)) {
      exact = found->pdata[i];
      n_exact++;
    }
  if (found->len == 0) {
    g_autofree char *shown = text_quoted(text);
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("There is no account “%s” (tried as user name, id, external address and "
                  "beginning of the display name)"),
                shown);
    return NULL;
  }
  if (n_exact != 1 && found->len > 1) {
    fail_ambiguous(found, text, error);
    return NULL;
  }
  return g_strdup(account_text(n_exact == 1 ? exact : found->pdata[0], FIELD_ID));
}

static void
put_groups(Account *account, GPtrArray *groups)
{
  account_put_text(account, FIELD_GROUP, NULL);
  for (guint i = 0; i < groups->len; i++)
    account_put_item(account, FIELD_GROUP, groups->pdata[i]);
}

Account *
app_account(App *app, const char *account, GCancellable *cancellable, GError **error)
{
  const Roster *roster;
  if (!app_check_account(account, error) || !roster_in_use(app, &roster, error))
    return NULL;
  GraphClient *graph = app_graph(app, error);
  g_autoptr(GraphGroup) group = graph == NULL ? NULL : app_group(app, roster, cancellable, error);
  if (group == NULL)
    return NULL;
  g_autofree char *expiry = roster_expiry_property(roster);
  GraphReading few = {.expiry_property = expiry};
  GraphReading all = {.fields = (G_GUINT64_CONSTANT(1) << FIELD_N) - 1,
                      .expiry_property = expiry,
                      .group_id = group->id,
                      .sku_ids = (const char *const *)group->sku_ids,
                      .roster = roster->name};
  g_autofree char *id = find_one(graph, account, &few, cancellable, error);
  g_autoptr(Account) found =
      id == NULL ? NULL : graph_users_get(graph, id, &all, cancellable, error);
  if (found == NULL)
    return NULL;
  g_autoptr(GPtrArray) groups = graph_groups_of(graph, id, cancellable, error);
  if (groups == NULL)
    return NULL;
  put_groups(found, groups);
  g_autoptr(GHashTable) steps = half_made(app);
  if (g_hash_table_contains(steps, id))
    account_put_text(found, FIELD_STEP, g_hash_table_lookup(steps, id));
  return g_steal_pointer(&found);
}

char *
app_find_id(App *app, const char *text, GCancellable *cancellable, GError **error)
{
  const GraphReading few = {
      .fields = (G_GUINT64_CONSTANT(1) << FIELD_ID) | (G_GUINT64_CONSTANT(1) << FIELD_NAME) |
                (G_GUINT64_CONSTANT(1) << FIELD_USER) | (G_GUINT64_CONSTANT(1) << FIELD_MAIL) |
                (G_GUINT64_CONSTANT(1) << FIELD_EXTERNAL)};
  if (!app_check_account(text, error))
    return NULL;
  GraphClient *graph = app_graph(app, error);
  return graph == NULL ? NULL : find_one(graph, text, &few, cancellable, error);
}
