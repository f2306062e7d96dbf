/* The simulated tenant: people, groups, licences and who is related to whom,
 * packed so that a million accounts fit. Knows no HTTP and no JSON. Everything
 * here is called with the simulator's one lock held. */
#pragma once

#include "sim/fields.h"

#define TENANT_ID             "51515151-0000-4000-8000-000000000001"
#define TENANT_NAME           "contoso.com"
#define TENANT_INITIAL_DOMAIN "contoso.onmicrosoft.com"
#define TENANT_SERVICE        "svc-usher@contoso.com"

#define NONE         0xffffffffu
#define TARGET_GROUP 0x80000000u /* a target that is a group, not a user */

/* What a user is. */
enum {
  USER_ENABLED = 1 << 0,
  USER_GUEST = 1 << 1,
  USER_DELETED = 1 << 2,
  USER_GONE = 1 << 3,     /* purged: the slot stays, so that positions do */
  USER_OWNED = 1 << 4,    /* `packed` is its own allocation */
  USER_PENDING = 1 << 5,  /* guest, invitation not redeemed */
  USER_ACCEPTED = 1 << 6, /* guest, redeemed */
  USER_DIRTY = 1 << 7,    /* not as seeded: goes into the state file */
  USER_SYNCED = 1 << 8,   /* comes from on-premises */
  USER_HIDDEN = 1 << 9,   /* not shown in the address list */
  USER_ROLE_GLOBAL = 1 << 16,
  USER_ROLE_USERS = 1 << 17,
  USER_ROLE_AUTHENTICATION = 1 << 18,
  USER_ROLES = USER_ROLE_GLOBAL | USER_ROLE_USERS | USER_ROLE_AUTHENTICATION
};

typedef struct {
  guint8 id[16];
  guint8 *packed; /* see pack.h */
  guint32 packed_length;
  guint32 flags;
  guint32 created, deleted; /* seconds since 1970 */
  guint32 signed_in, signed_in_quietly;
  guint32 manager;                        /* user, or NONE */
  guint32 sponsors, memberships, holding; /* heads of chains, or NONE */
  gint64 visible_from;                    /* milliseconds: replication */
} User;

/* One link of a chain of relations. */
typedef struct {
  guint32 target, next;
} Edge;

typedef enum { HOLDING_ACTIVE, HOLDING_ERROR } HoldingState;
/* A licence that a user has, or should have. */
typedef struct {
  guint32 next;
  guint32 updated;
  guint16 sku;
  gint16 group; /* which group gives it, -1: direct */
  guint8 state;
  const char *error; /* Graph's word, static; NULL */
} Holding;

typedef struct {
  char id[37];
  char *display_name, *description, *mail_nickname, *mail, *membership_rule;
  gboolean security, mail_enabled, dynamic, unified, synced, role_assignable;
  gint64 created, visible_from;
  gboolean gone, dirty;
  GArray *members; /* guint32: users, TARGET_GROUP|group, NONE where one left */
  guint n_members;
  GArray *skus; /* guint16 */
} Group;

typedef struct {
  const char *id, *sku_id, *part_number;
  const char *plan_id, *plan_name;
  guint enabled, warning, consumed;
} Sku;

/* A licence change that is on its way. */
typedef struct {
  gint64 due; /* milliseconds */
  guint32 user;
  gint16 group;
  guint16 sku;
  gboolean remove;
} Pending;

typedef struct {
  char id[37];
  guint32 user;
  gint64 created, start;
  guint minutes;
  gboolean once;
} Pass;

typedef struct Index Index;
typedef struct Tenant {
  GArray *users;     /* User */
  GPtrArray *groups; /* Group */
  GArray *edges;     /* Edge */
  GArray *holdings;  /* Holding */
  guint32 free_edge, free_holding;
  GArray *skus;          /* Sku */
  GPtrArray *dictionary; /* static strings, for packed values */
  GHashTable *dictionary_index;
  GPtrArray *arenas;
  gsize arena_used;
  Index *by_name, *by_id; /* users, live ones by user name */
  GQueue pending;         /* Pending */
  GArray *passes;         /* Pass */
  GPtrArray *outbox;      /* char *: JSON objects */
  guint64 seed;
  guint n_seeded_users, n_seeded_groups;
  guint n_live;
  gint64 born;     /* seconds: midnight of the day that the seed's dates count from */
  guint64 version; /* grows with each change */
  char *scratch;   /* 1 KiB for values that are put together while filtering */
  gboolean premium;
} Tenant;

Tenant *tenant_new(guint64 seed, gint64 born);
void tenant_free(Tenant *tenant);

static inline User *
tenant_user(const Tenant *tenant, guint32 user)
{
  return &g_array_index(tenant->users, User, user);
}
static inline Group *
tenant_group(const Tenant *tenant, guint32 group)
{
  return g_ptr_array_index(tenant->groups, group);
}

/* A new user with an id from the seed and its place; no properties yet, not in the
 * indexes. Moves the array: pointers to users end here. */
guint32 tenant_add_user(Tenant *tenant);
/* Puts a user into the indexes, or takes it out of the name index. */
void tenant_index_user(Tenant *tenant, guint32 user);
void tenant_unindex_name(Tenant *tenant, guint32 user);
gboolean tenant_is_indexed(const Tenant *tenant, guint32 user);

/* Live users by user name (case does not count) and any but purged ones by id; NONE. */
guint32 tenant_find_name(const Tenant *tenant, const char *name, gssize length);
guint32 tenant_find_id(const Tenant *tenant, const char *id);
/* By either, live ones only. */
guint32 tenant_find_user(const Tenant *tenant, const char *id_or_name);
/* The same for groups. */
guint32 tenant_find_group(const Tenant *tenant, const char *id);
guint32 tenant_find_group_named(const Tenant *tenant, const char *name);
guint32 tenant_add_group(Tenant *tenant, const char *id);

/* An id as text. */
void tenant_format_id(const guint8 id[16], char text[37]);
/* A fresh id from seed, kind and number. */
void tenant_make_id(guint64 seed, guint kind, guint64 number, guint8 ret_id[16]);

/* Marks as changed, for the state file and for lists that were kept. */
void tenant_touch_user(Tenant *tenant, guint32 user);
void tenant_touch(Tenant *tenant);

/* Chains of relations. */
void tenant_link(Tenant *tenant, guint32 *head, guint32 target);
gboolean tenant_unlink(Tenant *tenant, guint32 *head, guint32 target);
gboolean tenant_linked(const Tenant *tenant, guint32 head, guint32 target);
guint32 tenant_next(const Tenant *tenant, guint32 edge, guint32 *ret_target);

/* Membership, both sides of it; FALSE if it was so already. `target` is a user or
 * TARGET_GROUP|group. */
gboolean tenant_join(Tenant *tenant, guint32 group, guint32 target);
gboolean tenant_leave(Tenant *tenant, guint32 group, guint32 target);
gboolean tenant_is_member(const Tenant *tenant, guint32 group, guint32 target);
/* Also through nested groups. */
gboolean tenant_is_member_transitively(const Tenant *tenant, guint32 group, guint32 user);

/* Deletes for good: leaves groups, gives back licences, keeps the slot. */
void tenant_purge_user(Tenant *tenant, guint32 user);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tenant, tenant_free)
