/* Plans for accounts that exist: what was asked for is read out of the options, whom it
 * concerns out of the directory, and work/lifecycle makes the operations. */
#include "app/app-change.h"

#include "app/actions-private.h"
#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "graph/roles.h"
#include "graph/users.h"
#include "work/impact.h"
#include "work/lifecycle.h"
#include <string.h>

/* Of more accounts than these nothing is read only to say how far a plan reaches: four batches. */
#define MOST_READ 1200

/* What the request holds beside lent texts. */
typedef struct {
  LifecycleRequest request;
  GHashTable *members;
  GStrv fields, values;
  char *group_id, *group_name;
  char *sponsor_id, *sponsor_name, *manager_id, *manager_name;
} Asked;

static void
asked_clear(Asked *asked)
{
  g_clear_pointer(&asked->members, g_hash_table_unref);
  g_strfreev(asked->fields);
  g_strfreev(asked->values);
  g_free(asked->group_id);
  g_free(asked->group_name);
  g_free(asked->sponsor_id);
  g_free(asked->sponsor_name);
  g_free(asked->manager_id);
  g_free(asked->manager_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static const char *
option(GHashTable *options, const char *name)
{
  return options == NULL ? NULL : g_hash_table_lookup(options, name);
}

/* --- what is asked for --- */

/* A span counts from the present end, a date is a date; nothing said: the roster's lifetime. */
static gboolean
read_end(const Roster *roster, const char *text, Asked *asked, GError **error)
{
  LifecycleRequest *request = &asked->request;
  if (text == NULL) {
    request->span = roster->lifetime;
    return TRUE;
  }
  const char *span = *text == '+' ? text + 1 : text;
  if (clock_parse_span(span, &request->span, NULL)) {
    if (request->span > 0)
      return TRUE;
  } else if (clock_parse_date(text, request->now, &request->to, NULL))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("--to: “%s” is neither a date like 2027-01-31 nor a span like 90d"), text);
  return FALSE;
}

/* "company=Partner GmbH", one a line. */
static gboolean
read_fields(const char *text, Asked *asked, GError **error)
{
  g_auto(GStrv) lines = g_strsplit(text == NULL ? "" : text, "\n", -1);
  g_autoptr(GStrvBuilder) fields = g_strv_builder_new();
  g_autoptr(GStrvBuilder) values = g_strv_builder_new();
  for (char **line = lines; *line != NULL; line++) {
    const char *equals = strchr(*line, '=');
    if (**line == '\0')
      continue;
    if (equals == NULL || equals == *line) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("“%s” is not FIELD=VALUE"), *line);
      return FALSE;
    }
    g_autofree char *field = g_strndup(*line, (gsize)(equals - *line));
    g_autofree char *value = g_strdup(equals + 1);
    g_strv_builder_add(fields, g_strstrip(field));
    g_strv_builder_add(values, g_strstrip(value));
  }
  asked->fields = g_strv_builder_end(fields);
  asked->values = g_strv_builder_end(values);
  asked->request.fields = asked->fields;
  asked->request.values = asked->values;
  return TRUE;
}

static const char *
value_for(const Asked *asked, const char *property)
{
  for (guint i = 0; asked->fields != NULL && asked->fields[i] != NULL; i++)
    if (g_strcmp0(lifecycle_property(asked->fields[i]), property) == 0)
      return asked->values[i];
  return NULL;
}

/* Whoever answers for others must be there, and a sponsor must be able to sign in. */
static gboolean
find_person(App *app, const char *text, gboolean enabled, char **ret_id, char **ret_name,
            GCancellable *cancellable, GError **error)
{
  if (text == NULL || *text == '\0')
    return TRUE;
  g_autofree char *id = app_find_id(app, text, cancellable, error);
  const GraphReading reading = {.fields = 0};
  g_autoptr(Account) account =
      id == NULL ? NULL : graph_users_get(app_graph(app, NULL), id, &reading, cancellable, error);
  if (account == NULL)
    return FALSE;
  const char *name = account_text(account, FIELD_NAME);
  if (enabled && account_number(account, FIELD_STATE) != STATE_ENABLED) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("%s is disabled and cannot answer for anybody"), text);
    return FALSE;
  }
  *ret_id = g_steal_pointer(&id);
  *ret_name = g_strdup(name != NULL ? name : account_text(account, FIELD_USER));
  return TRUE;
}

static void
add_member(const char *id, gpointer data)
{
  g_hash_table_add(data, g_ascii_strdown(id, -1));
}

static gboolean
find_group(App *app, const char *name, gboolean members, Asked *asked, GCancellable *cancellable,
           GError **error)
{
  GraphClient *graph = app_graph(app, error);
  g_autoptr(GraphGroup) group =
      graph == NULL ? NULL : graph_groups_find(graph, name, cancellable, error);
  if (group == NULL)
    return FALSE;
  if (group->dynamic || group->synced) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                group->dynamic ? _("The members of the group %s follow from a rule: nobody can be "
                                   "added or taken out by hand")
                               : _("The group %s is synced from on-premises: its members are "
                                   "changed there"),
                group->name);
    return FALSE;
  }
  asked->request.group_id = asked->group_id = g_strdup(group->id);
  asked->request.group_name = asked->group_name = g_strdup(group->name);
  if (!members)
    return TRUE;
  asked->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  asked->request.members = asked->members;
  return graph_groups_each_direct_member(graph, group->id, add_member, asked->members, cancellable,
                                         error);
}

/* What needs no network first: a wrong option is said before anybody is asked. */
static gboolean
read_options(const Roster *roster, const char *action, GHashTable *options, Asked *asked,
             GError **error)
{
  asked->request.action = action;
  asked->request.now = clock_now();
  if (g_str_equal(action, "extend"))
    return read_end(roster, option(options, "to"), asked, error);
  asked->request.user_name = option(options, "user-name");
  if (g_str_equal(action, "set"))
    return read_fields(option(options, "set"), asked, error);
  const char *group = option(options, "group");
  if (g_str_has_prefix(action, "group ") && (group == NULL || *group == '\0')) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE, _("--group: a group is needed"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
look_up(App *app, const Roster *roster, const char *action, GHashTable *options, Asked *asked,
        GCancellable *cancellable, GError **error)
{
  if (g_str_equal(action, "offboard"))
    return find_group(app, roster->group, TRUE, asked, cancellable, error);
  if (g_str_has_prefix(action, "group "))
    return find_group(app, option(options, "group"), TRUE, asked, cancellable, error);
  if (!find_person(app, value_for(asked, "sponsor"), TRUE, &asked->sponsor_id, &asked->sponsor_name,
                   cancellable, error) ||
      !find_person(app, value_for(asked, "manager"), FALSE, &asked->manager_id,
                   &asked->manager_name, cancellable, error))
    return FALSE;
  asked->request.sponsor_id = asked->sponsor_id;
  asked->request.sponsor_name = asked->sponsor_name;
  asked->request.manager_id = asked->manager_id;
  asked->request.manager_name = asked->manager_name;
  return TRUE;
}

/* --- the plan --- */

static void
prepend_notes(Plan *plan, const GPtrArray *notes)
{
  for (guint i = 0; i < notes->len; i++)
    g_ptr_array_insert(plan->notes, (gint)i, g_strdup(notes->pdata[i]));
}

static Plan *
make_plan(App *app, const Asked *asked, const AppChoice *choice, GCancellable *cancellable,
          GError **error)
{
  g_auto(AppWork) work = {0};
  if (!app_work_fill(app, app_roster(app), &work, cancellable, error))
    return NULL;
  g_autoptr(Guard) guard = guard_new(&work.work, cancellable, error);
  if (asked->request.user_name != NULL && choice->rows->len > 1) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("--user-name: is for one account alone"));
    return NULL;
  }
  Plan *plan = guard == NULL ? NULL
                             : lifecycle_plan(&work.work, guard, choice->snapshot, choice->rows,
                                              &asked->request, error);
  if (plan == NULL)
    return NULL;
  prepend_notes(plan, choice->notes);
  app_sign_plan(app, plan);
  return plan;
}

static gboolean
check_action(App *app, const char *action, GHashTable *options, GError **error)
{
  if (!lifecycle_is_action(action)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("“%s” is no action on accounts"), action);
    return FALSE;
  }
  if (option(options, "dry-run") == NULL && !app_may_change(app, error))
    return FALSE;
  return app_roster(app) != NULL || app_use_roster(app, NULL, error);
}

static AppChosen
chosen_by(const char *action, const char *const *accounts, GHashTable *options)
{
  return (AppChosen){.accounts = accounts,
                     .query = option(options, "query"),
                     .from = option(options, "from"),
                     .deleted = lifecycle_is_about_deleted(action)};
}

gboolean
app_change_check(App *app, const char *action, const char *const *accounts, GHashTable *options,
                 GError **error)
{
  g_auto(Asked) asked = {0};
  g_autoptr(GError) local = NULL;
  GString *complaints = NULL;
  AppChosen chosen = chosen_by(action, accounts, options);
  if (app_roster(app) == NULL && !app_use_roster(app, NULL, error))
    return FALSE;
  Work work = {.roster = app_roster(app)};
  if (read_options(app_roster(app), action, options, &asked, &local))
    lifecycle_check(&work, &asked.request, &local);
  /* What the configuration lacks is not wrong about the arguments. */
  if (g_error_matches(local, USHER_ERROR, USHER_ERROR_CONFIG)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  error_gather(&complaints, &local);
  app_choose_check(&chosen, &local);
  error_gather(&complaints, &local);
  return error_gathered(complaints, USHER_ERROR_USAGE, error);
}

Plan *
app_change_plan(App *app, const char *action, const char *const *accounts, GHashTable *options,
                GCancellable *cancellable, GError **error)
{
  g_auto(Asked) asked = {0};
  g_auto(AppChoice) choice = {0};
  if (!check_action(app, action, options, error))
    return NULL;
  const Roster *roster = app_roster(app);
  if (!read_options(roster, action, options, &asked, error))
    return NULL;
  AppChosen chosen = chosen_by(action, accounts, options);
  chosen.sponsors = value_for(&asked, "sponsor") != NULL || g_str_equal(action, "resend");
  if (!app_choose(app, &chosen, &choice, cancellable, error) ||
      !look_up(app, roster, action, options, &asked, cancellable, error))
    return NULL;
  Plan *plan = make_plan(app, &asked, &choice, cancellable, error);
  if (plan != NULL)
    plan->reason = g_strdup(option(options, "reason"));
  return plan;
}

Impact *
app_plan_impact(App *app, const Plan *plan)
{
  g_autoptr(Snapshot) cached = app_cached(app, NULL);
  return impact_of(plan, cached, FALSE, app_config(app)->confirm_above, clock_now());
}

/* Each account of the plan once; the ids are lent. */
static GPtrArray *
targets_of(const Plan *plan)
{
  GPtrArray *ids = g_ptr_array_new();
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < plan->operations->len; i++) {
    char *id = ((const Operation *)plan->operations->pdata[i])->target_id;
    if (id != NULL && g_hash_table_add(seen, id))
      g_ptr_array_add(ids, id);
  }
  return ids;
}

Impact *
app_plan_impact_now(App *app, const Plan *plan, GCancellable *cancellable)
{
  gboolean sponsors;
  g_autoptr(GError) error = NULL;
  g_autoptr(Impact) impact = app_plan_impact(app, plan);
  g_autoptr(GPtrArray) ids = targets_of(plan);
  if ((impact->unknown_sign_in == 0 && impact->unknown_sponsor == 0) || ids->len == 0 ||
      ids->len > MOST_READ)
    return g_steal_pointer(&impact);
  GraphClient *graph = app_graph(app, NULL);
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  if (graph == NULL || !graph_users_read_evidence(graph, (const char *const *)ids->pdata, ids->len,
                                                  builder, &sponsors, cancellable, &error)) {
    g_info("how far the plan reaches is not known: %s",
           error == NULL ? "not signed in" : error->message);
    return g_steal_pointer(&impact);
  }
  g_autoptr(Snapshot) read = snapshot_builder_snapshot(builder, clock_now());
  return impact_of(plan, read, sponsors, app_config(app)->confirm_above, clock_now());
}
