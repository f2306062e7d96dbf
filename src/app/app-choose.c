/* Which accounts a change is about: named, by a query, out of a file; read afresh in
 * as few requests as that takes, so that a plan begins with what is so now. */
#include "app/actions-private.h"
#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/naming.h"
#include "model/people-file.h"
#include "model/query.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MOST_BYTES (64 * 1024 * 1024)
/* Accounts that one request reads by id, and that one page of a list holds. */
#define BY_ID   15
#define BY_PAGE 999
/* Up to so many are asked for their sponsors one by one. */
#define SPONSORS_ONE_BY_ONE 40
/* Names that nobody has, or several: so many are told at once. */
#define MOST_WRONG 10

void
app_choice_clear(AppChoice *choice)
{
  g_clear_pointer(&choice->snapshot, snapshot_unref);
  g_clear_pointer(&choice->rows, g_array_unref);
  g_clear_pointer(&choice->notes, g_ptr_array_unref);
}

static void
add_note(AppChoice *choice, const char *name, const char *because)
{
  g_ptr_array_add(choice->notes, g_strdup_printf(_("skipped: %s: %s"), name, because));
}

static gboolean
is_id(const char *text)
{
  return g_uuid_string_is_valid(text);
}

/* --- names --- */

/* What accounts are called → row; a name that two have is not in it. */
static void
index_name(GHashTable *names, const char *name, guint row)
{
  if (name == NULL || *name == '\0')
    return;
  char *key = g_ascii_strdown(name, -1);
  gpointer other;
  if (g_hash_table_lookup_extended(names, key, NULL, &other) && GPOINTER_TO_UINT(other) != row + 1)
    row = G_MAXUINT - 1; /* ambiguous */
  g_hash_table_replace(names, key, GUINT_TO_POINTER(row + 1));
}

static void
index_list(GHashTable *names, const char *list, guint row)
{
  g_auto(GStrv) items = g_strsplit(list == NULL ? "" : list, "\n", -1);
  for (char **item = items; *item != NULL; item++)
    index_name(names, *item, row);
}

static GHashTable *
index_names(const Snapshot *snapshot, gboolean deleted)
{
  GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint row = 0; snapshot != NULL && row < snapshot_count(snapshot); row++) {
    const char *user = snapshot_text(snapshot, row, FIELD_USER);
    index_name(names, deleted ? naming_before_deletion(user) : user, row);
    index_name(names, snapshot_text(snapshot, row, FIELD_MAIL), row);
    index_list(names, snapshot_text(snapshot, row, FIELD_EXTERNAL), row);
    if (deleted)
      index_name(names, snapshot_text(snapshot, row, FIELD_NAME), row);
  }
  return names;
}

/* The row that is called so; FALSE when it is none or more than one. */
static gboolean
find_name(GHashTable *names, const Snapshot *snapshot, const char *name, guint *ret_row)
{
  if (snapshot == NULL)
    return FALSE;
  if (is_id(name))
    return snapshot_find(snapshot, name, ret_row);
  g_autofree char *key = g_ascii_strdown(name, -1);
  guint found = GPOINTER_TO_UINT(g_hash_table_lookup(names, key));
  if (found == 0 || found == G_MAXUINT)
    return FALSE;
  *ret_row = found - 1;
  return TRUE;
}

/* --- live accounts --- */

static gboolean
is_missing(const GError *error)
{
  return g_error_matches(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
}

/* Nobody, or more than one. */
static gboolean
is_of_name(const GError *error)
{
  return is_missing(error) || g_error_matches(error, USHER_ERROR, USHER_ERROR_AMBIGUOUS);
}

/* TRUE if it could be a user name of the tenant, which comes before any other address. */
static gboolean
may_be_user_name(const App *app, const char *name)
{
  const GPtrArray *rosters = app_profile(app)->rosters;
  const char *at = strrchr(name, '@');
  for (guint i = 0; at != NULL && i < rosters->len; i++) {
    const char *domain = ((const Roster *)rosters->pdata[i])->domain;
    if (domain != NULL && g_ascii_strcasecmp(at + 1, domain) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The row of the cached roster that the name is a user name of, or of which it is another address
 * and can be nobody's user name. What is cached may be old: take_renamed() looks again. */
static gboolean
find_cached(const App *app, GHashTable *names, const Snapshot *cached, const char *name,
            guint *ret_row)
{
  guint row;
  if (!find_name(names, cached, name, &row))
    return FALSE;
  const char *user = snapshot_text(cached, row, FIELD_USER);
  if ((user == NULL || g_ascii_strcasecmp(user, name) != 0) && may_be_user_name(app, name))
    return FALSE;
  *ret_row = row;
  return TRUE;
}

/* Ids of all that were named; in a file, one that nobody knows is left out and said. Of several
 * wrong names all are told, and no more are looked for once there are many. `cached_names` gets for
 * each id the name (lent) by which it was found in what is cached, or NULL. */
static GPtrArray *
resolve(App *app, const GPtrArray *wanted, guint n_named, AppChoice *choice,
        GPtrArray *cached_names, GCancellable *cancellable, GError **error)
{
  g_autoptr(Snapshot) cached = app_cached(app, NULL);
  g_autoptr(GHashTable) names = index_names(cached, FALSE);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
  UsherErrorCode code = USHER_ERROR_NOT_FOUND;
  GString *wrong = NULL;
  for (guint i = 0, n_wrong = 0; i < wanted->len && n_wrong < MOST_WRONG; i++) {
    guint row;
    g_autoptr(GError) local = NULL;
    const char *name = wanted->pdata[i];
    /* Of a file: left out and said, like any that nobody knows. */
    if (i >= n_named && !app_check_account(name, NULL)) {
      g_autofree char *shown = text_quoted(name);
      add_note(choice, shown, _("unknown to the tenant"));
      continue;
    }
    gboolean known = !is_id(name) && find_cached(app, names, cached, name, &row);
    char *id = is_id(name) ? g_ascii_strdown(name, -1)
               : known     ? g_strdup(snapshot_text(cached, row, FIELD_ID))
                           : app_find_id(app, name, cancellable, &local);
    if (id != NULL) {
      g_ptr_array_add(ids, id);
      g_ptr_array_add(cached_names, known ? wanted->pdata[i] : NULL);
    } else if (i >= n_named && is_missing(local))
      add_note(choice, name, _("unknown to the tenant"));
    else if (local != NULL && is_of_name(local)) {
      code = local->code;
      error_gather(&wrong, &local);
      n_wrong++;
    } else {
      error_gathered(wrong, code, NULL);
      g_propagate_error(error, g_steal_pointer(&local));
      return NULL;
    }
  }
  return error_gathered(wrong, code, error) ? g_steal_pointer(&ids) : NULL;
}

static gboolean
read_with_sponsors(GraphClient *graph, const GPtrArray *ids, const GraphReading *reading,
                   SnapshotBuilder *builder, GCancellable *cancellable, GError **error)
{
  GraphReading full = *reading;
  full.fields |=
      (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR) | (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR_ID);
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr(GError) local = NULL;
    g_autoptr(Account) account = graph_users_get(graph, ids->pdata[i], &full, cancellable, &local);
    if (account != NULL)
      snapshot_builder_add(builder, account);
    else if (!is_missing(local)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return FALSE;
    }
  }
  return TRUE;
}

static Snapshot *
read_ids(App *app, const GPtrArray *ids, gboolean sponsors, GCancellable *cancellable,
         GError **error)
{
  GraphClient *graph = app_graph(app, error);
  g_autofree char *expiry = roster_expiry_property(app_roster(app));
  const GraphReading reading = {.fields = app_cheap_fields(), .expiry_property = expiry};
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  if (graph == NULL)
    return NULL;
  gboolean ok = sponsors ? read_with_sponsors(graph, ids, &reading, builder, cancellable, error)
                         : graph_users_read_ids(graph, (const char *const *)ids->pdata, ids->len,
                                                &reading, FALSE, builder, cancellable, error);
  return ok ? snapshot_builder_snapshot(builder, clock_now()) : NULL;
}

/* What a list asks for; with sponsors when the change needs them. */
static guint64
list_fields(gboolean sponsors, const Query *query)
{
  guint64 wanted = query == NULL ? 0 : query_fields(query);
  guint64 cheap = app_cheap_fields();
  if (sponsors)
    wanted |=
        (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR) | (G_GUINT64_CONSTANT(1) << FIELD_SPONSOR_ID);
  return (wanted & ~cheap) == 0 ? 0 : cheap | wanted;
}

/* Reading the whole roster is cheaper than asking for each of very many. */
static gboolean
list_is_cheaper(App *app, guint n, gboolean sponsors)
{
  g_autoptr(Snapshot) cached = app_cached(app, NULL);
  if (cached == NULL)
    return FALSE;
  guint pages = snapshot_count(cached) / BY_PAGE + 1;
  return sponsors ? n > SPONSORS_ONE_BY_ONE : n / BY_ID > pages;
}

/* One snapshot of both: the roster, and who was named and is not in it. */
static Snapshot *
join(App *app, Snapshot *list, const GPtrArray *ids, gboolean sponsors, GCancellable *cancellable,
     GError **error)
{
  guint row;
  g_autoptr(GPtrArray) missing = g_ptr_array_new();
  for (guint i = 0; i < ids->len; i++)
    if (!snapshot_find(list, ids->pdata[i], &row))
      g_ptr_array_add(missing, ids->pdata[i]);
  if (missing->len == 0)
    return snapshot_ref(list);
  g_autoptr(Snapshot) others = read_ids(app, missing, sponsors, cancellable, error);
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  if (others == NULL)
    return NULL;
  for (row = 0; row < snapshot_count(list); row++) {
    g_autoptr(Account) account = snapshot_account(list, row);
    snapshot_builder_add(builder, account);
  }
  for (row = 0; row < snapshot_count(others); row++) {
    g_autoptr(Account) account = snapshot_account(others, row);
    snapshot_builder_add(builder, account);
  }
  return snapshot_builder_snapshot(builder, clock_now());
}

static gboolean
add_rows(AppChoice *choice, const GPtrArray *ids, GError **error)
{
  for (guint i = 0; i < ids->len; i++) {
    guint row;
    if (snapshot_find(choice->snapshot, ids->pdata[i], &row)) {
      g_array_append_val(choice->rows, row);
    } else if (ids->len > 1) {
      add_note(choice, ids->pdata[i], _("unknown to the tenant"));
    } else {
      g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND, _("There is no account “%s”"),
                  (const char *)ids->pdata[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
is_called(const App *app, const Snapshot *snapshot, const char *id, const char *name)
{
  guint row;
  if (!snapshot_find(snapshot, id, &row))
    return FALSE;
  return text_list_has(snapshot_text(snapshot, row, FIELD_USER), name) ||
         (!may_be_user_name(app, name) &&
          (text_list_has(snapshot_text(snapshot, row, FIELD_MAIL), name) ||
           text_list_has(snapshot_text(snapshot, row, FIELD_EXTERNAL), name)));
}

/* What was found by a name in what is cached and is not called so any more: the name is
 * somebody else's now, or nobody's. `named`: not out of a file. Changes ids. */
static gboolean
take_renamed(App *app, const Snapshot *snapshot, GPtrArray *ids, const GPtrArray *cached_names,
             gboolean named, AppChoice *choice, gboolean *ret_changed, GCancellable *cancellable,
             GError **error)
{
  *ret_changed = FALSE;
  for (guint i = ids->len; i > 0; i--) {
    const char *name = cached_names->pdata[i - 1];
    g_autoptr(GError) local = NULL;
    if (name == NULL || is_called(app, snapshot, ids->pdata[i - 1], name))
      continue;
    char *id = app_find_id(app, name, cancellable, &local);
    if (id == NULL && (named || !is_missing(local))) {
      g_propagate_error(error, g_steal_pointer(&local));
      return FALSE;
    }
    *ret_changed = TRUE;
    if (id == NULL) {
      add_note(choice, name, _("unknown to the tenant"));
      g_ptr_array_remove_index(ids, i - 1);
      continue;
    }
    g_free(ids->pdata[i - 1]);
    ids->pdata[i - 1] = id;
  }
  return TRUE;
}

/* Reads again what take_renamed() found. */
static gboolean
look_again(App *app, const AppChosen *chosen, GPtrArray *ids, const GPtrArray *cached_names,
           gboolean named, AppChoice *choice, GCancellable *cancellable, GError **error)
{
  gboolean changed;
  if (!take_renamed(app, choice->snapshot, ids, cached_names, named, choice, &changed, cancellable,
                    error))
    return FALSE;
  if (!changed)
    return TRUE;
  Snapshot *both = join(app, choice->snapshot, ids, chosen->sponsors, cancellable, error);
  if (both == NULL)
    return FALSE;
  snapshot_unref(choice->snapshot);
  choice->snapshot = both;
  return TRUE;
}

static gboolean
choose_live(App *app, const AppChosen *chosen, const GPtrArray *wanted, guint n_named,
            const Query *query, AppChoice *choice, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autoptr(GPtrArray) ids = resolve(app, wanted, n_named, choice, names, cancellable, error);
  g_autoptr(Snapshot) list = NULL;
  if (ids == NULL)
    return FALSE;
  if (query != NULL || list_is_cheaper(app, ids->len, chosen->sponsors)) {
    list = app_refresh(app, list_fields(chosen->sponsors, query), NULL, NULL, cancellable, error);
    if (list == NULL)
      return FALSE;
  }
  choice->snapshot = list == NULL ? read_ids(app, ids, chosen->sponsors, cancellable, error)
                                  : join(app, list, ids, chosen->sponsors, cancellable, error);
  if (choice->snapshot == NULL ||
      !look_again(app, chosen, ids, names, n_named > 0, choice, cancellable, error) ||
      !add_rows(choice, ids, error))
    return FALSE;
  for (guint row = 0; query != NULL && row < snapshot_count(choice->snapshot); row++)
    if (snapshot_find(list, snapshot_text(choice->snapshot, row, FIELD_ID), &(guint){0}) &&
        query_match(query, choice->snapshot, row, NULL, NULL))
      g_array_append_val(choice->rows, row);
  return TRUE;
}

/* --- deleted accounts --- */

static gboolean
name_deleted(GHashTable *names, AppChoice *choice, const char *name, gboolean named, GError **error)
{
  guint row;
  if (find_name(names, choice->snapshot, name, &row)) {
    g_array_append_val(choice->rows, row);
    return TRUE;
  }
  if (!named) {
    add_note(choice, name, _("not among the deleted accounts"));
    return TRUE;
  }
  g_autofree char *key = g_ascii_strdown(name, -1);
  gboolean several = GPOINTER_TO_UINT(g_hash_table_lookup(names, key)) == G_MAXUINT;
  g_set_error(error, USHER_ERROR, several ? USHER_ERROR_AMBIGUOUS : USHER_ERROR_NOT_FOUND,
              several ? _("“%s” is more than one deleted account; name one of them by its id")
                      : _("“%s” is not among the deleted accounts (they are kept for 30 days)"),
              name);
  return FALSE;
}

static gboolean
choose_deleted(App *app, const GPtrArray *wanted, guint n_named, const Query *query,
               AppChoice *choice, GCancellable *cancellable, GError **error)
{
  GraphClient *graph = app_graph(app, error);
  g_autofree char *expiry = roster_expiry_property(app_roster(app));
  const GraphReading reading = {.fields = app_cheap_fields(), .expiry_property = expiry};
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  if (graph == NULL || !graph_users_list_deleted(graph, &reading, builder, cancellable, error))
    return FALSE;
  choice->snapshot = snapshot_builder_snapshot(builder, clock_now());
  g_autoptr(GHashTable) names = index_names(choice->snapshot, TRUE);
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  UsherErrorCode code = USHER_ERROR_NOT_FOUND;
  for (guint i = 0; i < wanted->len; i++)
    if (!name_deleted(names, choice, wanted->pdata[i], i < n_named, &local)) {
      code = local->code;
      error_gather(&wrong, &local);
    }
  if (!error_gathered(wrong, code, error))
    return FALSE;
  g_autoptr(GArray) found = query == NULL ? NULL : query_run(query, choice->snapshot, NULL, NULL);
  for (guint i = 0; found != NULL && i < found->len; i++)
    g_array_append_val(choice->rows, g_array_index(found, guint32, i));
  return TRUE;
}

/* --- both --- */

static gboolean
read_file(const char *path, GPtrArray *wanted, GError **error)
{
  gsize length;
  g_autofree char *bytes = file_read(path, MOST_BYTES, &length, error);
  g_autoptr(GPtrArray) names = bytes == NULL ? NULL : people_file_accounts(bytes, length, error);
  if (names == NULL) {
    g_prefix_error(error, "%s: ", path);
    return FALSE;
  }
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add(wanted, g_strdup(names->pdata[i]));
  return TRUE;
}

/* Each account once, wherever it was named. */
static void
drop_doubles(AppChoice *choice)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  guint kept = 0;
  for (guint i = 0; i < choice->rows->len; i++) {
    guint32 row = g_array_index(choice->rows, guint32, i);
    if (g_hash_table_add(seen, GUINT_TO_POINTER(row + 1)))
      g_array_index(choice->rows, guint32, kept++) = row;
  }
  g_array_set_size(choice->rows, kept);
}

static gboolean
fail_nobody(GError **error)
{
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                      _("Which accounts? Name them, or give --query or --from"));
  return FALSE;
}

static Query *
parse_query(const char *text, GError **error)
{
  Query *query = query_read(text, clock_now(), error);
  if (query == NULL)
    g_prefix_error(error, "--query: ");
  return query;
}

static gboolean
is_given(const char *text)
{
  return text != NULL && *text != '\0';
}

gboolean
app_choose_check(const AppChosen *chosen, GError **error)
{
  g_autoptr(GError) local = NULL;
  GString *complaints = NULL;
  gboolean named = chosen->accounts != NULL && chosen->accounts[0] != NULL;
  for (const char *const *name = chosen->accounts; name != NULL && *name != NULL; name++) {
    app_check_account(*name, &local);
    error_gather(&complaints, &local);
  }
  g_autoptr(Query) query = is_given(chosen->query) ? parse_query(chosen->query, &local) : NULL;
  error_gather(&complaints, &local);
  if (chosen->from != NULL && !g_str_equal(chosen->from, "-") && access(chosen->from, R_OK) != 0) {
    g_set_error(&local, USHER_ERROR, USHER_ERROR_USAGE, _("--from: cannot read %s: %s"),
                chosen->from, g_strerror(errno));
    error_gather(&complaints, &local);
  }
  if (!named && chosen->from == NULL && !is_given(chosen->query))
    fail_nobody(&local);
  /* Some would take it for all of them, others for those that are both. */
  else if (is_given(chosen->query) && (named || chosen->from != NULL))
    g_set_error_literal(&local, USHER_ERROR, USHER_ERROR_USAGE,
                        _("--query chooses accounts by itself: name none beside it, and give no "
                          "--from"));
  error_gather(&complaints, &local);
  return error_gathered(complaints, USHER_ERROR_USAGE, error);
}

gboolean
app_choose(App *app, const AppChosen *chosen, AppChoice *ret_choice, GCancellable *cancellable,
           GError **error)
{
  g_auto(AppChoice) choice = {NULL, g_array_new(FALSE, FALSE, sizeof(guint32)),
                              g_ptr_array_new_with_free_func(g_free)};
  g_autoptr(GPtrArray) wanted = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(Query) query = NULL;
  for (const char *const *name = chosen->accounts; name != NULL && *name != NULL; name++) {
    if (!app_check_account(*name, error))
      return FALSE;
    g_ptr_array_add(wanted, g_strdup(*name));
  }
  guint n_named = wanted->len;
  if (is_given(chosen->query) && (query = parse_query(chosen->query, error)) == NULL)
    return FALSE;
  if (chosen->from != NULL && !read_file(chosen->from, wanted, error))
    return FALSE;
  if (wanted->len == 0 && query == NULL && chosen->from == NULL)
    return fail_nobody(error);
  gboolean ok = chosen->deleted
                    ? choose_deleted(app, wanted, n_named, query, &choice, cancellable, error)
                    : choose_live(app, chosen, wanted, n_named, query, &choice, cancellable, error);
  if (!ok)
    return FALSE;
  drop_doubles(&choice);
  *ret_choice = choice;
  choice = (AppChoice){0};
  return TRUE;
}
