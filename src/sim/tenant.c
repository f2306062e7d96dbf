/* The simulated tenant: slots, indexes and relations. Seeding is seed.c's,
 * rules of Graph are those of the rooms that answer requests. */
#include "sim/tenant.h"

#include <string.h>

#include "sim/index.h"
#include "sim/licences.h"
#include "sim/pack.h"

static void
group_free(gpointer data)
{
  Group *group = data;

  g_free(group->display_name);
  g_free(group->description);
  g_free(group->mail_nickname);
  g_free(group->mail);
  g_free(group->membership_rule);
  g_array_free(group->members, TRUE);
  g_array_free(group->skus, TRUE);
  g_free(group);
}

Tenant *
tenant_new(guint64 seed, gint64 born)
{
  Tenant *tenant = g_new0(Tenant, 1);

  tenant->seed = seed;
  tenant->born = born;
  tenant->users = g_array_new(FALSE, TRUE, sizeof(User));
  tenant->groups = g_ptr_array_new_with_free_func(group_free);
  tenant->edges = g_array_new(FALSE, FALSE, sizeof(Edge));
  tenant->holdings = g_array_new(FALSE, TRUE, sizeof(Holding));
  tenant->free_edge = tenant->free_holding = NONE;
  tenant->skus = g_array_new(FALSE, TRUE, sizeof(Sku));
  tenant->dictionary = g_ptr_array_new();
  tenant->dictionary_index = g_hash_table_new(g_str_hash, g_str_equal);
  tenant->arenas = g_ptr_array_new_with_free_func(g_free);
  tenant->by_name = index_new();
  tenant->by_id = index_new();
  g_queue_init(&tenant->pending);
  tenant->passes = g_array_new(FALSE, TRUE, sizeof(Pass));
  tenant->scratch = g_malloc(1024);
  tenant->premium = TRUE;
  tenant->outbox = g_ptr_array_new_with_free_func(g_free);
  return tenant;
}

void
tenant_free(Tenant *tenant)
{
  if (!tenant)
    return;
  for (guint i = 0; i < tenant->users->len; i++) {
    User *user = tenant_user(tenant, i);
    if (user->flags & USER_OWNED)
      g_free(user->packed);
  }
  g_array_free(tenant->users, TRUE);
  g_ptr_array_free(tenant->groups, TRUE);
  g_array_free(tenant->edges, TRUE);
  g_array_free(tenant->holdings, TRUE);
  g_array_free(tenant->skus, TRUE);
  g_ptr_array_free(tenant->dictionary, TRUE);
  g_hash_table_unref(tenant->dictionary_index);
  g_ptr_array_free(tenant->arenas, TRUE);
  index_free(tenant->by_name);
  index_free(tenant->by_id);
  g_queue_clear_full(&tenant->pending, g_free);
  g_array_free(tenant->passes, TRUE);
  g_ptr_array_free(tenant->outbox, TRUE);
  g_free(tenant->scratch);
  g_free(tenant);
}

static guint64
mix(guint64 x)
{
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

void
tenant_make_id(guint64 seed, guint kind, guint64 number, guint8 ret_id[16])
{
  guint64 a = mix(seed ^ mix(number * 8 + kind)), b = mix(a ^ number);

  memcpy(ret_id, &a, 8);
  memcpy(ret_id + 8, &b, 8);
  ret_id[6] = (guint8)((ret_id[6] & 0x0f) | 0x40);
  ret_id[8] = (guint8)((ret_id[8] & 0x3f) | 0x80);
}

void
tenant_format_id(const guint8 id[16], char text[37])
{
  static const char digits[] = "0123456789abcdef";
  char *at = text;

  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *at++ = '-';
    *at++ = digits[id[i] >> 4];
    *at++ = digits[id[i] & 15];
  }
  *at = 0;
}

static gboolean
parse_id(const char *text, guint8 ret_id[16])
{
  guint8 id[16];

  if (strlen(text) != 36)
    return FALSE;
  for (int i = 0; i < 16; i++) {
    if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
      return FALSE;
    int high = g_ascii_xdigit_value(text[0]), low = g_ascii_xdigit_value(text[1]);
    if (high < 0 || low < 0)
      return FALSE;
    id[i] = (guint8)(high << 4 | low);
    text += 2;
  }
  memcpy(ret_id, id, 16);
  return TRUE;
}

guint32
tenant_add_user(Tenant *tenant)
{
  User user = {.manager = NONE, .sponsors = NONE, .memberships = NONE, .holding = NONE};
  guint32 slot = tenant->users->len;

  tenant_make_id(tenant->seed, 1, slot, user.id);
  user.flags = USER_ENABLED;
  g_array_append_val(tenant->users, user);
  return slot;
}

static guint32
name_hash(const char *name, gsize length)
{
  guint32 hash = 2166136261u;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar)g_ascii_tolower(name[i])) * 16777619u;
  return hash;
}

static guint32
id_hash(const guint8 id[16])
{
  guint32 hash;

  memcpy(&hash, id, 4);
  return hash;
}

static guint32
user_name_hash(const Tenant *tenant, guint32 slot)
{
  gsize length = 0;
  const char *name = pack_get(tenant, tenant_user(tenant, slot), UF_USER_PRINCIPAL_NAME, &length);

  return name_hash(name ? name : "", length);
}

static guint32
user_id_hash(const Tenant *tenant, guint32 slot)
{
  return id_hash(tenant_user(tenant, slot)->id);
}

void
tenant_index_user(Tenant *tenant, guint32 slot)
{
  index_add(tenant->by_name, tenant, user_name_hash, slot);
  if (tenant_find_id_slot(tenant, tenant_user(tenant, slot)->id) == NONE)
    index_add(tenant->by_id, tenant, user_id_hash, slot);
}

void
tenant_unindex_name(Tenant *tenant, guint32 slot)
{
  index_remove(tenant->by_name, user_name_hash(tenant, slot), slot);
}

gboolean
tenant_is_indexed(const Tenant *tenant, guint32 slot)
{
  return tenant_find_id_slot(tenant, tenant_user(tenant, slot)->id) == slot;
}

guint32
tenant_find_name(const Tenant *tenant, const char *name, gssize length)
{
  gsize n = length < 0 ? strlen(name) : (gsize)length, m;
  guint probe = 0;
  guint32 slot, hash = name_hash(name, n);

  while ((slot = index_probe(tenant->by_name, hash, &probe)) != NONE) {
    const User *user = tenant_user(tenant, slot);
    const char *text = pack_get(tenant, user, UF_USER_PRINCIPAL_NAME, &m);
    if (text && m == n && g_ascii_strncasecmp(text, name, n) == 0)
      return slot;
  }
  return NONE;
}

guint32
tenant_find_id_slot(const Tenant *tenant, const guint8 id[16])
{
  guint probe = 0;
  guint32 slot;

  while ((slot = index_probe(tenant->by_id, id_hash(id), &probe)) != NONE)
    if (memcmp(tenant_user(tenant, slot)->id, id, 16) == 0)
      return slot;
  return NONE;
}

guint32
tenant_find_id(const Tenant *tenant, const char *text)
{
  guint8 id[16];

  if (!parse_id(text, id))
    return NONE;
  guint32 slot = tenant_find_id_slot(tenant, id);
  return slot != NONE && tenant_user(tenant, slot)->flags & USER_GONE ? NONE : slot;
}

guint32
tenant_find_user(const Tenant *tenant, const char *id_or_name)
{
  guint32 slot = strchr(id_or_name, '@') ? tenant_find_name(tenant, id_or_name, -1)
                                         : tenant_find_id(tenant, id_or_name);

  return slot != NONE && tenant_user(tenant, slot)->flags & USER_DELETED ? NONE : slot;
}

guint32
tenant_find_group(const Tenant *tenant, const char *id)
{
  for (guint i = 0; i < tenant->groups->len; i++)
    if (!tenant_group(tenant, i)->gone && g_ascii_strcasecmp(tenant_group(tenant, i)->id, id) == 0)
      return i;
  return NONE;
}

guint32
tenant_find_group_named(const Tenant *tenant, const char *name)
{
  for (guint i = 0; i < tenant->groups->len; i++)
    if (!tenant_group(tenant, i)->gone && strcmp(tenant_group(tenant, i)->display_name, name) == 0)
      return i;
  return NONE;
}

guint32
tenant_add_group(Tenant *tenant, const char *id)
{
  Group *group = g_new0(Group, 1);
  guint8 fresh[16];

  if (id) {
    g_strlcpy(group->id, id, sizeof group->id);
  } else {
    tenant_make_id(tenant->seed, 2, tenant->groups->len, fresh);
    tenant_format_id(fresh, group->id);
  }
  group->members = g_array_new(FALSE, FALSE, sizeof(guint32));
  group->skus = g_array_new(FALSE, FALSE, sizeof(guint16));
  g_ptr_array_add(tenant->groups, group);
  return tenant->groups->len - 1;
}

void
tenant_touch(Tenant *tenant)
{
  tenant->version++;
}

void
tenant_touch_user(Tenant *tenant, guint32 slot)
{
  tenant_user(tenant, slot)->flags |= USER_DIRTY;
  tenant->version++;
}

void
tenant_purge_user(Tenant *tenant, guint32 slot)
{
  User *user = tenant_user(tenant, slot);

  while (user->memberships != NONE)
    tenant_leave(tenant, g_array_index(tenant->edges, Edge, user->memberships).target, slot);
  licences_drop_all(tenant, slot);
  while (user->sponsors != NONE)
    tenant_unlink(tenant, &user->sponsors,
                  g_array_index(tenant->edges, Edge, user->sponsors).target);
  user->manager = NONE;
  user->flags |= USER_GONE | USER_DELETED;
  tenant_touch_user(tenant, slot);
}
