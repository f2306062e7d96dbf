/* Who may not be changed, as sets in memory: filled once, asked for each operation.
 * Which kinds are guarded against whom is one table. */
#include "work/guard.h"

#include "base/error.h"
#include "base/i18n.h"
#include "graph/roles.h"
#include <string.h>

struct Guard {
  const Work *work;
  GHashTable *members; /* id → name of the guarded group */
  GHashTable *holders; /* id → name of the role */
  GHashTable *groups;  /* id of a guarded group → its name */
  char *self;
  char *note;
  GMutex lock; /* while it is filled by several threads */
};

typedef enum {
  ALWAYS = 1 << 0, /* never to somebody guarded */
  BULK = 1 << 1,   /* not to somebody guarded when many are changed */
  SELF = 1 << 2,   /* not to oneself */
  SYNCED = 1 << 3, /* the directory that it is synced from decides */
  GUEST = 1 << 4,  /* the guest's own organisation decides */
} Against;

static const struct {
  const char *kind;
  guint against;
} rules[] = {
    {"user.set", BULK | SYNCED},
    {"user.enable", ALWAYS | SYNCED},
    {"user.disable", ALWAYS | SELF | SYNCED},
    {"user.remove", ALWAYS | SELF | SYNCED},
    {"user.restore", BULK | SYNCED},
    {"user.purge", ALWAYS | SELF},
    {"sessions.revoke", ALWAYS | SELF},
    {"sponsor.set", BULK},
    {"manager.set", BULK | SYNCED},
    {"group.add", BULK},
    {"group.remove", ALWAYS | SELF},
    {"licence.reprocess", BULK},
    {"password.reset", ALWAYS | SELF | SYNCED | GUEST},
    {"pass.issue", ALWAYS | SELF | GUEST},
    {"pass.remove", ALWAYS},
};

static guint
rule_of(const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
    if (g_str_equal(rules[i].kind, kind))
      return rules[i].against;
  return 0;
}

gboolean
guard_covers(const char *kind)
{
  return rule_of(kind) != 0;
}

Guard *
guard_new_offline(const Work *work)
{
  Guard *guard = g_new0(Guard, 1);
  guard->work = work;
  g_mutex_init(&guard->lock);
  guard->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  guard->holders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  guard->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return guard;
}

void
guard_free(Guard *guard)
{
  if (guard == NULL)
    return;
  g_hash_table_unref(guard->members);
  g_hash_table_unref(guard->holders);
  g_hash_table_unref(guard->groups);
  g_free(guard->self);
  g_free(guard->note);
  g_mutex_clear(&guard->lock);
  g_free(guard);
}

void
guard_add_member(Guard *guard, const char *group, const char *id)
{
  g_mutex_lock(&guard->lock);
  g_hash_table_replace(guard->members, g_ascii_strdown(id, -1), g_strdup(group));
  g_mutex_unlock(&guard->lock);
}

void
guard_add_holder(Guard *guard, const char *role, const char *id)
{
  g_hash_table_replace(guard->holders, g_ascii_strdown(id, -1), g_strdup(role));
}

void
guard_set_self(Guard *guard, const char *id)
{
  g_free(guard->self);
  guard->self = g_strdup(id);
}

const char *
guard_note(const Guard *guard)
{
  return guard->note;
}

/* --- filling --- */

typedef struct {
  Guard *guard;
  const char *group;
} Filling;

static void
take_member(const char *id, gpointer data)
{
  const Filling *filling = data;
  guard_add_member(filling->guard, filling->group, id);
}

static gboolean
fill_group(Guard *guard, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local = NULL;
  GraphClient *graph = guard->work->graph;
  g_autoptr(GraphGroup) group = graph_groups_find(graph, name, cancellable, &local);
  if (group == NULL && (g_error_matches(local, USHER_ERROR, USHER_ERROR_NOT_FOUND) ||
                        g_error_matches(local, USHER_ERROR, USHER_ERROR_AMBIGUOUS))) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, _("[guard] groups: %s Nothing was sent."),
                local->message);
    return FALSE;
  }
  if (group == NULL) {
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  Filling filling = {guard, group->name};
  g_mutex_lock(&guard->lock);
  g_hash_table_replace(guard->groups, g_ascii_strdown(group->id, -1), g_strdup(group->name));
  g_mutex_unlock(&guard->lock);
  return graph_groups_each_member(graph, group->id, take_member, &filling, cancellable, error);
}

/* "any" when nothing is said. */
static gboolean
guards_role(const Guard *guard, const char *role)
{
  const char *const *roles = guard->work->guard_roles;
  if (roles == NULL || roles[0] == NULL)
    return TRUE;
  for (; *roles != NULL; roles++)
    if (g_str_equal(*roles, "any") || (role != NULL && g_ascii_strcasecmp(*roles, role) == 0))
      return TRUE;
  return FALSE;
}

static gboolean
guards_no_role(const Guard *guard)
{
  const char *const *roles = guard->work->guard_roles;
  return roles != NULL && roles[0] != NULL && roles[1] == NULL && g_str_equal(roles[0], "none");
}

static void
take_holder(const char *role, const char *id, gpointer data)
{
  if (guards_role(data, role))
    guard_add_holder(data, role, id);
}

static gboolean
fill_roles(Guard *guard, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local = NULL;
  if (guards_no_role(guard) ||
      graph_roles_each_holder(guard->work->graph, take_holder, guard, cancellable, &local))
    return TRUE;
  if (!g_error_matches(local, USHER_ERROR, USHER_ERROR_REFUSED)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  guard->note = g_strdup(_("not known who holds a directory role: the permission "
                           "RoleManagement.Read.Directory is not granted"));
  return TRUE;
}

static gboolean
fill_self(Guard *guard, const char *name, GCancellable *cancellable, GError **error)
{
  if (!graph_client_is_delegated(guard->work->graph))
    return TRUE;
  g_autoptr(Account) me = graph_users_me(guard->work->graph, cancellable, error);
  if (me == NULL)
    return FALSE;
  guard_set_self(guard, account_text(me, FIELD_ID));
  return TRUE;
}

/* One question to the service, asked beside the others. */
typedef struct {
  Guard *guard;
  gboolean (*fill)(Guard *guard, const char *name, GCancellable *cancellable, GError **error);
  const char *name; /* of a group */
  GCancellable *cancellable;
  GThread *thread;
  GError *error;
} Question;

static gpointer
ask(gpointer data)
{
  Question *question = data;
  question->fill(question->guard, question->name, question->cancellable, &question->error);
  return NULL;
}

static void
begin_asking(GArray *questions)
{
  for (guint i = 0; i < questions->len; i++) {
    Question *question = &g_array_index(questions, Question, i);
    question->thread = g_thread_new("usher-guard", ask, question);
  }
}

/* The first error counts. */
static gboolean
end_asking(GArray *questions, GError **error)
{
  GError *first = NULL;
  for (guint i = 0; i < questions->len; i++) {
    Question *question = &g_array_index(questions, Question, i);
    g_thread_join(question->thread);
    if (first == NULL)
      first = question->error;
    else
      g_clear_error(&question->error);
  }
  if (first == NULL)
    return TRUE;
  g_propagate_error(error, first);
  return FALSE;
}

Guard *
guard_new(const Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr(Guard) guard = guard_new_offline(work);
  g_autoptr(GArray) questions = g_array_new(FALSE, FALSE, sizeof(Question));
  Question roles = {.guard = guard, .fill = fill_roles, .cancellable = cancellable};
  Question self = {.guard = guard, .fill = fill_self, .cancellable = cancellable};
  for (const char *const *group = work->guard_groups; group != NULL && *group != NULL; group++) {
    Question question = {guard, fill_group, *group, cancellable, NULL, NULL};
    g_array_append_val(questions, question);
  }
  g_array_append_val(questions, roles);
  g_array_append_val(questions, self);
  begin_asking(questions);
  return end_asking(questions, error) ? g_steal_pointer(&guard) : NULL;
}

/* --- asking --- */

static gboolean
same(const char *a, const char *b)
{
  return a != NULL && b != NULL && g_ascii_strcasecmp(a, b) == 0;
}

/* One of its addresses, without "SMTP:" in front. */
static gboolean
has_proxy(const GuardTarget *target, const char *address)
{
  g_auto(GStrv) proxies = g_strsplit(target->proxies == NULL ? "" : target->proxies, "\n", -1);
  for (char **proxy = proxies; *proxy != NULL; proxy++) {
    const char *colon = strchr(*proxy, ':');
    if (same(colon == NULL ? *proxy : colon + 1, address))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_listed(const Guard *guard, const GuardTarget *target)
{
  const char *const *accounts = guard->work->guard_accounts;
  for (; accounts != NULL && *accounts != NULL; accounts++)
    if (same(*accounts, target->user_name) || same(*accounts, target->id) ||
        same(*accounts, target->mail) || has_proxy(target, *accounts))
      return TRUE;
  return FALSE;
}

static char *
guarded_because(const Guard *guard, const GuardTarget *target)
{
  g_autofree char *id = target->id == NULL ? NULL : g_ascii_strdown(target->id, -1);
  if (is_listed(guard, target))
    return g_strdup(_("guarded account"));
  const char *group = id == NULL ? NULL : g_hash_table_lookup(guard->members, id);
  if (group != NULL)
    return g_strdup_printf(_("guarded: member of %s"), group);
  const char *role = id == NULL ? NULL : g_hash_table_lookup(guard->holders, id);
  return role == NULL ? NULL : g_strdup_printf(_("holds the directory role %s"), role);
}

char *
guard_refuses(const Guard *guard, const char *kind, const GuardTarget *target, gboolean bulk)
{
  guint against = rule_of(kind);
  if ((against & SELF) != 0 && same(guard->self, target->id))
    return g_strdup(_("that is yourself"));
  char *because = (against & ALWAYS) != 0 || ((against & BULK) != 0 && bulk)
                      ? guarded_because(guard, target)
                      : NULL;
  if (because != NULL)
    return because;
  if ((against & SYNCED) != 0 && target->synced)
    return g_strdup(_("synced from on-premises: to be changed there"));
  if ((against & GUEST) != 0 && target->kind == KIND_GUEST)
    return g_strdup(_("a guest signs in with their own organisation"));
  return NULL;
}

const char *
guard_group(const Guard *guard, const char *group_id)
{
  g_autofree char *id = group_id == NULL ? NULL : g_ascii_strdown(group_id, -1);
  return id == NULL ? NULL : g_hash_table_lookup(guard->groups, id);
}

char *
guard_refuses_group(const Guard *guard, const char *group_id)
{
  const char *name = guard_group(guard, group_id);
  return name == NULL ? NULL : g_strdup_printf(_("the group %s is guarded"), name);
}
