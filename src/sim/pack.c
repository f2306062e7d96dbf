/* Packed text of users: reading, replacing one value, and building blocks
 * while seeding. What the fields mean is fields.c's business. */
#include "sim/pack.h"

#include <string.h>

#define WORD      0x80 /* the value is a number of the dictionary */
#define SAME_NAME 0xffff
#define ARENA     (1 << 20)

/* A decoded entry; returns the place of the next. */
static const guint8 *
pack_step(const Tenant *tenant, const User *user, const guint8 *at, int *field, const char **text,
          gsize *length)
{
  guint number = (guint)(at[1] | at[2] << 8);

  *field = at[0] & ~WORD;
  if (!(at[0] & WORD)) {
    *text = (const char *)at + 3;
    *length = number;
    return at + 3 + number;
  }
  if (number == SAME_NAME) {
    *text = pack_get(tenant, user, UF_USER_PRINCIPAL_NAME, length);
  } else {
    *text = g_ptr_array_index(tenant->dictionary, number);
    *length = strlen(*text);
  }
  return at + 3;
}

const char *
pack_get(const Tenant *tenant, const User *user, int field, gsize *ret_length)
{
  const guint8 *end = user->packed + user->packed_length;

  for (const guint8 *at = user->packed; at < end;) {
    if ((at[0] & ~WORD) != field) {
      at += at[0] & WORD ? 3 : 3 + (at[1] | at[2] << 8);
      continue;
    }
    const char *text;
    int found;
    pack_step(tenant, user, at, &found, &text, ret_length);
    return text;
  }
  return NULL;
}

char *
pack_dup(const Tenant *tenant, const User *user, int field)
{
  gsize length;
  const char *text = pack_get(tenant, user, field, &length);

  return text ? g_strndup(text, length) : NULL;
}

static void
append_value(GByteArray *bytes, int field, const char *text, gsize length)
{
  guint8 head[3] = {(guint8)field, (guint8)length, (guint8)(length >> 8)};

  g_byte_array_append(bytes, head, 3);
  g_byte_array_append(bytes, (const guint8 *)text, (guint)length);
}

void
pack_set(Tenant *tenant, User *user, int field, const char *text, gssize length)
{
  GByteArray *bytes = g_byte_array_sized_new(user->packed_length + 64);
  const guint8 *end = user->packed + user->packed_length;

  for (const guint8 *at = user->packed; at < end;) {
    const char *old;
    gsize old_length;
    int old_field;
    at = pack_step(tenant, user, at, &old_field, &old, &old_length);
    if (old_field != field)
      append_value(bytes, old_field, old, old_length);
  }
  if (text) {
    gsize n = length < 0 ? strlen(text) : (gsize)length;
    append_value(bytes, field, text, MIN(n, 0xfff0));
  }
  if (user->flags & USER_OWNED)
    g_free(user->packed);
  user->packed_length = bytes->len;
  user->packed = g_byte_array_free(bytes, FALSE);
  user->flags |= USER_OWNED;
}

void
packer_start(Packer *packer)
{
  packer->length = 0;
}

void
packer_add(Packer *packer, int field, const char *text, gsize length)
{
  if (packer->length + length + 3 > sizeof packer->bytes)
    return;
  guint8 *at = packer->bytes + packer->length;
  at[0] = (guint8)field;
  at[1] = (guint8)length;
  at[2] = (guint8)(length >> 8);
  memcpy(at + 3, text, length);
  packer->length += length + 3;
}

static void
packer_add_number(Packer *packer, int field, guint number)
{
  guint8 *at = packer->bytes + packer->length;

  if (packer->length + 3 > sizeof packer->bytes)
    return;
  at[0] = (guint8)(field | WORD);
  at[1] = (guint8)number;
  at[2] = (guint8)(number >> 8);
  packer->length += 3;
}

void
packer_add_word(Packer *packer, Tenant *tenant, int field, const char *text)
{
  gpointer number;

  if (!g_hash_table_lookup_extended(tenant->dictionary_index, text, NULL, &number)) {
    if (tenant->dictionary->len >= SAME_NAME) {
      packer_add(packer, field, text, strlen(text));
      return;
    }
    number = GUINT_TO_POINTER(tenant->dictionary->len);
    g_ptr_array_add(tenant->dictionary, (gpointer)text);
    g_hash_table_insert(tenant->dictionary_index, (gpointer)text, number);
  }
  packer_add_number(packer, field, GPOINTER_TO_UINT(number));
}

void
packer_add_same_mail(Packer *packer)
{
  packer_add_number(packer, UF_MAIL, SAME_NAME);
}

void
packer_finish(Packer *packer, Tenant *tenant, User *user)
{
  if (!tenant->arenas->len || tenant->arena_used + packer->length > ARENA) {
    g_ptr_array_add(tenant->arenas, g_malloc(ARENA));
    tenant->arena_used = 0;
  }
  guint8 *arena = g_ptr_array_index(tenant->arenas, tenant->arenas->len - 1);
  user->packed = arena + tenant->arena_used;
  user->packed_length = (guint32)packer->length;
  memcpy(user->packed, packer->bytes, packer->length);
  tenant->arena_used += packer->length;
}

void
pack_each(const Tenant *tenant, const User *user, PackEach each, gpointer data)
{
  const guint8 *end = user->packed + user->packed_length;

  for (const guint8 *at = user->packed; at < end;) {
    const char *text;
    gsize length;
    int field;
    at = pack_step(tenant, user, at, &field, &text, &length);
    /* pack_step() sets all three. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
    each(field, text, length, data);
  }
}
