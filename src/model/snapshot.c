/* Reading a packed snapshot. Opening checks the header and where its parts lie,
 * and nothing that grows with the rows; every offset inside is checked when it
 * is followed, and the parts end in a NUL and a newline, so that no content of a
 * file can lead out of it. Packing is done by snapshot-builder.c. */
#include "model/snapshot.h"

#include "base/error.h"
#include "base/i18n.h"
#include "model/snapshot-private.h"
#include <string.h>

#define CACHE_LINE 64
/* So many bytes of texts most rows have that are not shared with others. */
#define OWN_TEXT 256

struct Snapshot {
  GBytes *bytes;
  const SnapshotHeader *header;
  const SnapshotRow *rows;
  const guint32 *index;
  const char *pool;
  const char *folded;
  guint count;
};

const guint8 snapshot_slot[FIELD_N] = {
    /* texts and lists */
    [FIELD_ID] = 0,
    [FIELD_NAME] = 1,
    [FIELD_USER] = 2,
    [FIELD_FIRST] = 3,
    [FIELD_LAST] = 4,
    [FIELD_MAIL] = 5,
    [FIELD_EXTERNAL] = 6,
    [FIELD_PROXIES] = 7,
    [FIELD_MOBILE] = 8,
    [FIELD_COMPANY] = 9,
    [FIELD_DEPARTMENT] = 10,
    [FIELD_TITLE] = 11,
    [FIELD_EMPLOYEE] = 12,
    [FIELD_CITY] = 13,
    [FIELD_COUNTRY] = 14,
    [FIELD_LOCATION] = 15,
    [FIELD_LANGUAGE] = 16,
    [FIELD_SPONSOR] = 17,
    [FIELD_SPONSOR_ID] = 18,
    [FIELD_GROUP] = 19,
    [FIELD_INVITE] = 20,
    [FIELD_STEP] = 21,
    [FIELD_PROFILE] = 22,
    /* choices */
    [FIELD_STATE] = 0,
    [FIELD_KIND] = 1,
    [FIELD_LICENCE] = 2,
    [FIELD_SYNCED] = 3,
    /* moments */
    [FIELD_CREATED] = 0,
    [FIELD_EXPIRES] = 1,
    [FIELD_SIGN_IN] = 2,
    [FIELD_DELETED] = 3,
};

static guint64
mix(guint64 hash, guint64 block)
{
  hash = (hash ^ block) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
  return hash ^ (hash >> 29);
}

guint32
snapshot_hash(const char *text, gsize length)
{
  guint64 hash = length;
  for (; length >= 8; text += 8, length -= 8) {
    guint64 block;
    memcpy(&block, text, 8);
    hash = mix(hash, block);
  }
  guint64 rest = 0;
  memcpy(&rest, text, length);
  hash = mix(hash, rest);
  return (guint32)(hash ^ (hash >> 32));
}

guint32
snapshot_layout(void)
{
  guint64 hash = FIELD_N;
  for (guint i = 0; i < FIELD_N; i++) {
    const FieldInfo *info = field_info((FieldId)i);
    hash = mix(hash, snapshot_hash(info->name, strlen(info->name)));
    hash = mix(hash, (guint64)info->kind << 9 | (guint64)info->search << 8 | snapshot_slot[i]);
  }
  return (guint32)(hash ^ (hash >> 32));
}

guint64
snapshot_header_check(const SnapshotHeader *header)
{
  guint64 hash = 0;
  const char *bytes = (const char *)header;
  for (gsize i = 0; i < G_STRUCT_OFFSET(SnapshotHeader, check); i += 8) {
    guint64 block;
    memcpy(&block, bytes + i, 8);
    hash = mix(hash, block);
  }
  return hash;
}

/* TRUE if `n` things of `size` bytes at `at` lie within `total`. */
static gboolean
lies_within(guint64 at, guint64 n, guint64 size, guint64 total)
{
  return at % 4 == 0 && at <= total && n <= (total - at) / size;
}

/* What is wrong with the block, or NULL. */
static const char *
find_damage(const SnapshotHeader *header, const char *block, gsize size)
{
  if (header->endian != SNAPSHOT_ENDIAN)
    return N_("it was written by another kind of machine");
  if (header->version != SNAPSHOT_VERSION || header->layout != snapshot_layout())
    return N_("it was written by another version of usher");
  if (header->check != snapshot_header_check(header) || header->total != size)
    return N_("it is damaged or cut off");
  if (header->count >= G_MAXUINT32 / 2 || header->rows_at % 8 != 0 ||
      !lies_within(header->rows_at, header->count, sizeof(SnapshotRow), size) ||
      !lies_within(header->index_at, header->index_slots, sizeof(guint32), size) ||
      !lies_within(header->pool_at, header->pool_length, 1, size) ||
      !lies_within(header->folded_at, header->folded_length, 1, size))
    return N_("it is damaged");
  if (header->index_slots == 0 || (header->index_slots & (header->index_slots - 1)) != 0 ||
      header->pool_length == 0 || header->pool_length > G_MAXUINT32 ||
      header->folded_length > G_MAXUINT32 || (header->count > 0) != (header->folded_length > 0))
    return N_("it is damaged");
  const char *pool = block + header->pool_at, *folded = block + header->folded_at;
  if (pool[0] != '\0' || pool[header->pool_length - 1] != '\0' ||
      (header->count > 0 && folded[header->folded_length - 1] != '\n'))
    return N_("it is damaged");
  return NULL;
}

static void
snapshot_finish(gpointer data)
{
  Snapshot *snapshot = data;
  g_bytes_unref(snapshot->bytes);
}

Snapshot *
snapshot_new_trusted(GBytes *bytes)
{
  const char *block = g_bytes_get_data(bytes, NULL);
  Snapshot *snapshot = g_atomic_rc_box_new0(Snapshot);
  snapshot->bytes = g_bytes_ref(bytes);
  snapshot->header = (const SnapshotHeader *)block;
  snapshot->rows = (const SnapshotRow *)(block + snapshot->header->rows_at);
  snapshot->index = (const guint32 *)(block + snapshot->header->index_at);
  snapshot->pool = block + snapshot->header->pool_at;
  snapshot->folded = block + snapshot->header->folded_at;
  snapshot->count = snapshot->header->count;
  return snapshot;
}

Snapshot *
snapshot_new_from_bytes(GBytes *bytes, GError **error)
{
  gsize size;
  const char *block = g_bytes_get_data(bytes, &size);
  if (size < sizeof(SnapshotHeader) ||
      memcmp(block, SNAPSHOT_MAGIC, sizeof(SNAPSHOT_MAGIC) - 1) != 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, _("this is no cached directory"));
    return NULL;
  }
  /* A mapped file is aligned; a block from elsewhere may not be. */
  g_autoptr(GBytes) aligned = (guintptr)block % 8 == 0
                                  ? g_bytes_ref(bytes)
                                  : g_bytes_new_take(g_memdup2(block, size), size);
  block = g_bytes_get_data(aligned, NULL);
  const char *damage = find_damage((const SnapshotHeader *)block, block, size);
  if (damage) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_FILE,
                /* TRANSLATORS: %s is a reason such as “it is damaged” */
                _("the cached directory cannot be used: %s"), _(damage));
    return NULL;
  }
  return snapshot_new_trusted(aligned);
}

GBytes *
snapshot_bytes(const Snapshot *snapshot)
{
  return g_bytes_ref(snapshot->bytes);
}

Snapshot *
snapshot_ref(Snapshot *snapshot)
{
  return g_atomic_rc_box_acquire(snapshot);
}

void
snapshot_unref(Snapshot *snapshot)
{
  if (snapshot)
    g_atomic_rc_box_release_full(snapshot, snapshot_finish);
}

guint
snapshot_count(const Snapshot *snapshot)
{
  return snapshot->count;
}

gint64
snapshot_taken(const Snapshot *snapshot)
{
  return snapshot->header->taken;
}

const char *
snapshot_text(const Snapshot *snapshot, guint row, FieldId field)
{
  g_return_val_if_fail(row < snapshot->count && (guint)field < FIELD_N, NULL);
  FieldKind kind = field_info(field)->kind;
  if (kind != FIELD_KIND_TEXT && kind != FIELD_KIND_LIST)
    return NULL;
  guint32 at = snapshot->rows[row].text[snapshot_slot[field]];
  return at != 0 && at < snapshot->header->pool_length ? snapshot->pool + at : NULL;
}

gint64
snapshot_number(const Snapshot *snapshot, guint row, FieldId field)
{
  g_return_val_if_fail(row < snapshot->count && (guint)field < FIELD_N, 0);
  const SnapshotRow *packed = &snapshot->rows[row];
  switch (field_info(field)->kind) {
  case FIELD_KIND_MOMENT:
    return packed->moment[snapshot_slot[field]];
  case FIELD_KIND_CHOICE:
    return packed->choice[snapshot_slot[field]];
  default:
    return 0;
  }
}

void
snapshot_will_read(const Snapshot *snapshot, guint row)
{
  if (row >= snapshot->count)
    return;
  const char *text = snapshot_text(snapshot, row, FIELD_ID);
  for (guint i = 0; text && i < OWN_TEXT; i += CACHE_LINE)
    __builtin_prefetch(text + i);
}

gboolean
snapshot_find(const Snapshot *snapshot, const char *id, guint *ret_row)
{
  guint64 mask = snapshot->header->index_slots - 1;
  guint64 slot = snapshot_hash(id, strlen(id)) & mask;
  for (guint64 probes = 0; probes <= mask; probes++, slot = (slot + 1) & mask) {
    guint32 row = snapshot->index[slot];
    if (row == 0)
      return FALSE;
    if (row > snapshot->count)
      continue;
    const char *text = snapshot_text(snapshot, row - 1, FIELD_ID);
    if (text && strcmp(text, id) == 0) {
      *ret_row = row - 1;
      return TRUE;
    }
  }
  return FALSE;
}

Account *
snapshot_account(const Snapshot *snapshot, guint row)
{
  g_return_val_if_fail(row < snapshot->count, NULL);
  Account *account = account_new();
  for (guint i = 0; i < FIELD_N; i++) {
    FieldKind kind = field_info((FieldId)i)->kind;
    if (kind == FIELD_KIND_TEXT || kind == FIELD_KIND_LIST)
      account_put_text(account, (FieldId)i, snapshot_text(snapshot, row, (FieldId)i));
    else
      account_put_number(account, (FieldId)i, snapshot_number(snapshot, row, (FieldId)i));
  }
  return account;
}

/* Where a row's folded text begins, brought back inside if the file lies. */
static gsize
folded_start(const Snapshot *snapshot, guint row)
{
  gsize last = snapshot->header->folded_length - 1;
  return MIN(snapshot->rows[row].folded, last);
}

const char *
snapshot_folded(const Snapshot *snapshot, guint row)
{
  g_return_val_if_fail(row < snapshot->count, NULL);
  return snapshot->folded + folded_start(snapshot, row);
}

const char *
snapshot_folded_part(const Snapshot *snapshot, guint row, gsize *ret_length)
{
  gsize start = folded_start(snapshot, row);
  gsize end = row + 1 < snapshot->count ? folded_start(snapshot, row + 1)
                                        : (gsize)snapshot->header->folded_length;
  *ret_length = end > start ? end - start - 1 : 0;
  return snapshot->folded + start;
}

const char *
snapshot_folded_all(const Snapshot *snapshot, gsize *ret_length)
{
  *ret_length = snapshot->header->folded_length;
  return snapshot->folded;
}

/* The last row in [low, high) that begins at or before `offset`. */
static guint
find_row(const Snapshot *snapshot, guint low, guint high, gsize offset)
{
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (folded_start(snapshot, middle) <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

guint
snapshot_folded_row(const Snapshot *snapshot, gsize offset)
{
  return snapshot->count > 0 ? find_row(snapshot, 0, snapshot->count, offset) : 0;
}

guint
snapshot_folded_row_from(const Snapshot *snapshot, guint row, gsize offset)
{
  /* Hits come in ascending order and mostly close together: gallop. */
  guint step = 1, low = row;
  while (step < snapshot->count - low && folded_start(snapshot, low + step) <= offset) {
    low += step;
    step *= 2;
  }
  return find_row(snapshot, low, low + MIN(step, snapshot->count - low), offset);
}
