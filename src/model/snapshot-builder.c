/* Packing accounts into a snapshot. Rows are kept in the packed form from the
 * start, with their texts in one pool in which frequent ones (company, country)
 * appear once, and what queries search folded beside it. Whoever adds them mostly waits for
 * a service, so they are sorted as they come; making a snapshot merges and copies.
 * Reading the result is for snapshot.c. */
#include "model/account-private.h"
#include "model/block.h"
#include "model/folding.h"
#include "model/snapshot-private.h"
#include <string.h>

/* A hash table of positions + 1, 0 for empty; its keys live elsewhere. */
typedef struct {
  guint32 *slots;
  guint32 mask, used;
} Table;

typedef struct {
  guint32 at;
  guint32 hash;
} Shared;

typedef struct {
  guint32 name; /* offset of the folded name */
  guint32 hash; /* of the id; unused when there is none */
  guint32 folded_at, folded_length;
} RowExtra;

typedef struct {
  guint64 prefix[4]; /* the name's first bytes, so that most comparisons end here */
  guint64 id;        /* the id's first bytes, for namesakes */
  guint32 row;
  guint32 name;
} SortKey;

struct SnapshotBuilder {
  GArray *rows;      /* SnapshotRow; `folded` is not set yet */
  GArray *extras;    /* RowExtra, row by row */
  GArray *keys;      /* SortKey, in sorted runs */
  gboolean keep_all; /* the same id may come again */
  gboolean renamed;  /* a row has another name than its key */
  GByteArray *pool;
  GByteArray *names;     /* folded names, NUL after each */
  GString *folded;       /* what is searched of the rows, as they came */
  guint64 folded_length; /* without what has been replaced */
  Table by_id;           /* rows */
  GArray *shared;        /* Shared: texts that may appear once */
  Table by_text;         /* of `shared` */
  Block block;           /* claimed for the next snapshot */
  FieldId search[FIELD_N];
  guint searches;
  GString *scratch;
  Folder folder;
};

/* As many keys are sorted at once; a power of two. */
#define RUN  1024
#define SOON 8 /* rows from the one that is packed */

/* Fields in which the same few texts come again and again. */
static const gboolean is_shared[FIELD_N] = {
    [FIELD_FIRST] = TRUE,   [FIELD_LAST] = TRUE,     [FIELD_COMPANY] = TRUE,
    [FIELD_TITLE] = TRUE,   [FIELD_CITY] = TRUE,     [FIELD_DEPARTMENT] = TRUE,
    [FIELD_COUNTRY] = TRUE, [FIELD_LOCATION] = TRUE, [FIELD_LANGUAGE] = TRUE,
    [FIELD_SPONSOR] = TRUE, [FIELD_GROUP] = TRUE,    [FIELD_SPONSOR_ID] = TRUE,
    [FIELD_INVITE] = TRUE,  [FIELD_STEP] = TRUE,     [FIELD_PROFILE] = TRUE,
};

static void
table_init(Table *table, guint32 slots)
{
  table->slots = g_new0(guint32, slots);
  table->mask = slots - 1;
  table->used = 0;
}

SnapshotBuilder *
snapshot_builder_new(void)
{
  SnapshotBuilder *builder = g_new0(SnapshotBuilder, 1);
  builder->rows = g_array_new(FALSE, FALSE, sizeof(SnapshotRow));
  builder->extras = g_array_new(FALSE, FALSE, sizeof(RowExtra));
  builder->keys = g_array_new(FALSE, FALSE, sizeof(SortKey));
  builder->pool = g_byte_array_new();
  builder->names = g_byte_array_new();
  builder->folded = g_string_new(NULL);
  builder->shared = g_array_new(FALSE, FALSE, sizeof(Shared));
  builder->scratch = g_string_sized_new(1024);
  folder_init(&builder->folder);
  g_byte_array_append(builder->pool, (const guint8 *)"", 1);
  table_init(&builder->by_id, 1024);
  table_init(&builder->by_text, 1024);
  for (guint i = 0; i < FIELD_N; i++)
    if (field_info((FieldId)i)->search)
      builder->search[builder->searches++] = (FieldId)i;
  return builder;
}

void
snapshot_builder_free(SnapshotBuilder *builder)
{
  if (!builder)
    return;
  g_array_unref(builder->rows);
  g_array_unref(builder->extras);
  g_array_unref(builder->keys);
  g_byte_array_unref(builder->pool);
  g_byte_array_unref(builder->names);
  g_string_free(builder->folded, TRUE);
  g_array_unref(builder->shared);
  g_string_free(builder->scratch, TRUE);
  folder_clear(&builder->folder);
  g_free(builder->by_id.slots);
  g_free(builder->by_text.slots);
  block_clear(&builder->block);
  g_free(builder);
}

guint
snapshot_builder_count(const SnapshotBuilder *builder)
{
  return builder->rows->len;
}

/* Offsets are 32 bits wide, as GByteArray's own length is. */
static void
check_size(gsize size)
{
  if (size > G_MAXUINT32 / 2)
    g_error("more than 2 GiB of text in one directory");
}

static guint32
bytes_add(GByteArray *bytes, const char *text, gsize length)
{
  gsize at = bytes->len;
  check_size(at + length + 1);
  g_byte_array_set_size(bytes, (guint)(at + length + 1));
  memcpy(bytes->data + at, text, length);
  bytes->data[at + length] = '\0';
  return (guint32)at;
}

static void
table_put(Table *table, guint32 hash, guint32 position)
{
  guint32 slot = hash & table->mask;
  while (table->slots[slot])
    slot = (slot + 1) & table->mask;
  table->slots[slot] = position + 1;
  table->used++;
}

/* A table twice as large, to be filled again; the old one is full by half. */
static gboolean
table_grow(Table *table)
{
  if (2 * table->used <= table->mask)
    return FALSE;
  guint32 slots = 2 * (table->mask + 1);
  g_free(table->slots);
  table_init(table, slots);
  return TRUE;
}

static guint32
pool_share(SnapshotBuilder *builder, const char *text, gsize length)
{
  guint32 hash = snapshot_hash(text, length);
  const Table *table = &builder->by_text;
  for (guint32 slot = hash & table->mask; table->slots[slot]; slot = (slot + 1) & table->mask) {
    const Shared *known = &g_array_index(builder->shared, Shared, table->slots[slot] - 1);
    /* The NUL is compared too. */
    if (known->hash == hash && builder->pool->len - known->at > length &&
        memcmp(builder->pool->data + known->at, text, length + 1) == 0)
      return known->at;
  }
  Shared fresh = {bytes_add(builder->pool, text, length), hash};
  g_array_append_val(builder->shared, fresh);
  if (table_grow(&builder->by_text))
    for (guint i = 0; i < builder->shared->len; i++)
      table_put(&builder->by_text, g_array_index(builder->shared, Shared, i).hash, i);
  else
    table_put(&builder->by_text, hash, builder->shared->len - 1);
  return fresh.at;
}

static gboolean
same_text(const Account *account, FieldId a, FieldId b)
{
  return account->text[b] && account->length[a] == account->length[b] &&
         memcmp(account->arena + account->text[a], account->arena + account->text[b],
                account->length[a]) == 0;
}

static guint32
pool_text(SnapshotBuilder *builder, const SnapshotRow *row, const Account *account, FieldId field)
{
  const char *text = account->arena + account->text[field];
  if (is_shared[field])
    return pool_share(builder, text, account->length[field]);
  /* A member's mail is often the user name, a guest's the external one. */
  if (field == FIELD_MAIL && same_text(account, FIELD_MAIL, FIELD_USER))
    return row->text[snapshot_slot[FIELD_USER]];
  if (field == FIELD_EXTERNAL && same_text(account, FIELD_EXTERNAL, FIELD_MAIL))
    return row->text[snapshot_slot[FIELD_MAIL]];
  return bytes_add(builder->pool, text, account->length[field]);
}

static void
pack_row(SnapshotBuilder *builder, const Account *account, SnapshotRow *row)
{
  memset(row, 0, sizeof *row);
  for (guint i = 0; i < FIELD_N; i++) {
    guint8 slot = snapshot_slot[i];
    switch (field_info((FieldId)i)->kind) {
    case FIELD_KIND_MOMENT:
      row->moment[slot] = account->number[i];
      break;
    case FIELD_KIND_CHOICE:
      row->choice[slot] = (guint8)CLAMP(account->number[i], 0, G_MAXUINT8);
      break;
    default:
      if (account->text[i])
        row->text[slot] = pool_text(builder, row, account, (FieldId)i);
    }
  }
}

static guint32
add_name(SnapshotBuilder *builder, const Account *account)
{
  gsize length = account->length[FIELD_NAME];
  const char *name = account->arena + account->text[FIELD_NAME];
  g_string_truncate(builder->scratch, 0);
  if (length > 0)
    folder_append(&builder->folder, builder->scratch, name, length);
  return bytes_add(builder->names, builder->scratch->str, builder->scratch->len);
}

static const char *
row_id(const SnapshotBuilder *builder, guint row)
{
  guint32 at = g_array_index(builder->rows, SnapshotRow, row).text[snapshot_slot[FIELD_ID]];
  return at ? (const char *)builder->pool->data + at : NULL;
}

static gboolean
find_id(const SnapshotBuilder *builder, const char *id, guint32 hash, guint *ret_row)
{
  const Table *table = &builder->by_id;
  for (guint32 slot = hash & table->mask; table->slots[slot]; slot = (slot + 1) & table->mask) {
    guint row = table->slots[slot] - 1;
    if (g_array_index(builder->extras, RowExtra, row).hash == hash &&
        strcmp(row_id(builder, row), id) == 0) {
      *ret_row = row;
      return TRUE;
    }
  }
  return FALSE;
}

static void
index_rows(const SnapshotBuilder *builder, Table *table)
{
  for (guint i = 0; i < builder->rows->len; i++)
    if (row_id(builder, i))
      table_put(table, g_array_index(builder->extras, RowExtra, i).hash, i);
}

static void
fold_text(SnapshotBuilder *builder, const char *text, gsize length)
{
  GString *out = builder->folded;
  if (!folding_is_ascii(text, length)) {
    folder_append(&builder->folder, out, text, length);
    return;
  }
  gsize at = out->len;
  g_string_set_size(out, at + length);
  folding_copy_ascii(out->str + at, text, length);
}

/* The searched texts of a row, each once, separated; then a newline. */
static void
fold_row(SnapshotBuilder *builder, const Account *account, const SnapshotRow *row, RowExtra *extra)
{
  GString *out = builder->folded;
  gsize begin = out->len;
  for (guint i = 0; i < builder->searches; i++) {
    FieldId field = builder->search[i];
    guint32 at = row->text[snapshot_slot[field]];
    if (!at || (field == FIELD_MAIL && at == row->text[snapshot_slot[FIELD_USER]]) ||
        (field == FIELD_EXTERNAL && at == row->text[snapshot_slot[FIELD_MAIL]]))
      continue;
    if (out->len > begin)
      g_string_append_c(out, FOLDING_SEPARATOR);
    if (field == FIELD_NAME)
      g_string_append(out, (const char *)builder->names->data + extra->name);
    else
      fold_text(builder, account->arena + account->text[field], account->length[field]);
  }
  g_string_append_c(out, '\n');
  check_size(out->len);
  extra->folded_at = (guint32)begin;
  extra->folded_length = (guint32)(out->len - begin);
  builder->folded_length += extra->folded_length;
}

/* --- sorting --- */

static int
compare_keys(const void *a, const void *b, void *data)
{
  const SortKey *left = a, *right = b;
  for (guint i = 0; i < G_N_ELEMENTS(left->prefix); i++)
    if (left->prefix[i] != right->prefix[i])
      return left->prefix[i] < right->prefix[i] ? -1 : 1;
  const SnapshotBuilder *builder = data;
  int order = 0;
  if ((left->prefix[G_N_ELEMENTS(left->prefix) - 1] & 0xff) != 0) /* there is more of the name */
    order = strcmp((const char *)builder->names->data + left->name,
                   (const char *)builder->names->data + right->name);
  if (order != 0)
    return order;
  /* Namesakes keep their order from one refresh to the next. */
  if (left->id != right->id)
    return left->id < right->id ? -1 : 1;
  order = g_strcmp0(row_id(builder, left->row), row_id(builder, right->row));
  return order != 0 ? order : (left->row > right->row) - (left->row < right->row);
}

/* Eight bytes, as a number that sorts as they do; moves on as far as there is more. */
static guint64
prefix_of(const char **text)
{
  guint64 prefix = 0;
  for (guint i = 0; i < 8; i++) {
    prefix = prefix << 8 | (guchar) * *text;
    if (**text)
      ++*text;
  }
  return prefix;
}

static SortKey
sort_key(const SnapshotBuilder *builder, guint32 row)
{
  guint32 at = g_array_index(builder->extras, RowExtra, row).name;
  const char *name = (const char *)builder->names->data + at;
  const char *id = row_id(builder, row);
  SortKey key = {.id = id ? prefix_of(&id) : 0, .row = row, .name = at};
  gboolean named = *name != '\0';
  for (guint i = 0; i < G_N_ELEMENTS(key.prefix); i++)
    key.prefix[i] = named ? prefix_of(&name) : G_MAXUINT64; /* the nameless come last */
  return key;
}

static void
sort_keys(SnapshotBuilder *builder, guint begin, guint n)
{
  if (n > 1)
    qsort_r(&g_array_index(builder->keys, SortKey, begin), n, sizeof(SortKey), compare_keys,
            builder);
}

/* Two sorted runs side by side, from `begin` and `middle` up to `end`, become one; from the back,
 * so that only the second has to be put aside. */
static void
merge_runs(SnapshotBuilder *builder, guint begin, guint middle, guint end)
{
  SortKey *keys = &g_array_index(builder->keys, SortKey, 0);
  guint left = middle, right = end - middle, to = end;
  g_autofree SortKey *second = g_memdup2(keys + middle, right * sizeof *keys);
  while (right > 0)
    if (left > begin && compare_keys(&keys[left - 1], &second[right - 1], builder) > 0)
      keys[--to] = keys[--left];
    else
      keys[--to] = second[--right];
}

/* Each full run is sorted at once, and two of one length become one of twice the length, as
 * binary digits are carried: the runs are the digits of how many there are. */
static void
add_key(SnapshotBuilder *builder, guint32 row)
{
  SortKey key = sort_key(builder, row);
  g_array_append_val(builder->keys, key);
  guint n = builder->keys->len;
  if (n % RUN != 0)
    return;
  sort_keys(builder, n - RUN, RUN);
  for (guint length = RUN; !(n & length); length *= 2)
    merge_runs(builder, n - 2 * length, n - length, n);
}

/* All keys in order, which leaves each run sorted, too. */
static const SortKey *
sorted_keys(SnapshotBuilder *builder)
{
  guint n = builder->keys->len, begin = n - n % RUN;
  if (builder->renamed) {
    for (guint i = 0; i < n; i++)
      g_array_index(builder->keys, SortKey, i) = sort_key(builder, i);
    begin = 0;
  }
  builder->renamed = FALSE;
  sort_keys(builder, begin, n - begin);
  for (guint length = RUN; begin > 0; length *= 2)
    if (begin & length) {
      merge_runs(builder, begin - length, begin, n);
      begin -= length;
    }
  return (const SortKey *)builder->keys->data;
}

/* --- adding --- */

static void
replace_row(SnapshotBuilder *builder, guint row, const SnapshotRow *packed, const RowExtra *extra)
{
  RowExtra *before = &g_array_index(builder->extras, RowExtra, row);
  const char *names = (const char *)builder->names->data;
  builder->renamed |= strcmp(names + before->name, names + extra->name) != 0;
  builder->folded_length -= before->folded_length;
  g_array_index(builder->rows, SnapshotRow, row) = *packed;
  *before = *extra;
}

void
snapshot_builder_keep_all(SnapshotBuilder *builder)
{
  builder->keep_all = TRUE;
}

void
snapshot_builder_add(SnapshotBuilder *builder, const Account *account)
{
  const char *id = account_text(account, FIELD_ID);
  SnapshotRow packed;
  RowExtra extra = {.hash = id ? snapshot_hash(id, account->length[FIELD_ID]) : 0};
  guint row = 0;
  gboolean known = id && !builder->keep_all && find_id(builder, id, extra.hash, &row);
  pack_row(builder, account, &packed);
  extra.name = add_name(builder, account);
  fold_row(builder, account, &packed, &extra);
  if (known) {
    replace_row(builder, row, &packed, &extra);
    return;
  }
  row = builder->rows->len;
  g_array_append_val(builder->rows, packed);
  g_array_append_val(builder->extras, extra);
  add_key(builder, row);
  if (!id)
    return;
  if (table_grow(&builder->by_id))
    index_rows(builder, &builder->by_id);
  else
    table_put(&builder->by_id, extra.hash, row);
}

/* --- packing --- */

static gsize
align(gsize length)
{
  return (length + 7) & ~(gsize)7;
}

static SnapshotHeader
plan_header(const SnapshotBuilder *builder, gint64 taken)
{
  SnapshotHeader header = {.endian = SNAPSHOT_ENDIAN,
                           .version = SNAPSHOT_VERSION,
                           .layout = snapshot_layout(),
                           .count = builder->rows->len,
                           .taken = taken,
                           .rows_at = sizeof(SnapshotHeader),
                           .index_slots = 16,
                           .pool_length = builder->pool->len};
  memcpy(header.magic, SNAPSHOT_MAGIC, sizeof header.magic);
  while (header.index_slots < 2 * (guint64)header.count)
    header.index_slots *= 2;
  header.index_at = header.rows_at + (guint64)header.count * sizeof(SnapshotRow);
  header.pool_at = header.index_at + header.index_slots * sizeof(guint32);
  header.folded_at = align(header.pool_at + header.pool_length);
  header.folded_length = builder->folded_length;
  header.total = header.folded_at + header.folded_length;
  header.check = snapshot_header_check(&header);
  return header;
}

static void
fill_index(const SnapshotBuilder *builder, const SnapshotHeader *header, const SortKey *keys,
           char *data)
{
  Table table = {(guint32 *)(data + header->index_at), (guint32)header->index_slots - 1, 0};
  memset(table.slots, 0, header->index_slots * sizeof(guint32));
  for (guint i = 0; i < header->count; i++)
    if (row_id(builder, keys[i].row))
      table_put(&table, g_array_index(builder->extras, RowExtra, keys[i].row).hash, i);
}

/* Rows come from all over the place: the processor is told in time. */
static void
prefetch_row(const SnapshotBuilder *builder, guint32 row)
{
  const char *packed = (const char *)&g_array_index(builder->rows, SnapshotRow, row);
  for (gsize i = 0; i < sizeof(SnapshotRow); i += 64)
    __builtin_prefetch(packed + i);
  __builtin_prefetch(builder->folded->str +
                     g_array_index(builder->extras, RowExtra, row).folded_at);
}

/* The rows and their folded texts, in order. */
static void
fill_rows(const SnapshotBuilder *builder, const SnapshotHeader *header, const SortKey *keys,
          char *data)
{
  char *row_at = data + header->rows_at, *folded = data + header->folded_at;
  gsize folded_at = 0;
  for (guint i = 0; i < header->count; i++, row_at += sizeof(SnapshotRow)) {
    const RowExtra *extra = &g_array_index(builder->extras, RowExtra, keys[i].row);
    if (i + SOON < header->count)
      prefetch_row(builder, keys[i + SOON].row);
    SnapshotRow row = g_array_index(builder->rows, SnapshotRow, keys[i].row);
    row.folded = (guint32)folded_at;
    memcpy(row_at, &row, sizeof row);
    memcpy(folded + folded_at, builder->folded->str + extra->folded_at, extra->folded_length);
    folded_at += extra->folded_length;
  }
}

static void
fill_pool(const SnapshotBuilder *builder, const SnapshotHeader *header, char *data)
{
  memcpy(data + header->pool_at, builder->pool->data, builder->pool->len);
  memset(data + header->pool_at + header->pool_length, 0,
         header->folded_at - header->pool_at - header->pool_length);
}

/* One half of the filling, so that two processors can share it. */
typedef struct {
  const SnapshotBuilder *builder;
  const SnapshotHeader *header;
  const SortKey *keys;
  char *data;
} Filling;

static gpointer
fill_beside(gpointer user)
{
  const Filling *filling = user;
  fill_index(filling->builder, filling->header, filling->keys, filling->data);
  fill_pool(filling->builder, filling->header, filling->data);
  return NULL;
}

gsize
snapshot_builder_claim(SnapshotBuilder *builder)
{
  gsize size = plan_header(builder, 0).total;
  if (size >= BLOCK_LARGE)
    block_claim(&builder->block, size);
  return size;
}

Snapshot *
snapshot_builder_snapshot(SnapshotBuilder *builder, gint64 taken)
{
  const SortKey *keys = sorted_keys(builder);
  SnapshotHeader header = plan_header(builder, taken);
  block_grow(&builder->block, header.total);
  char *data = builder->block.data;
  Filling filling = {builder, &header, keys, data};
  memcpy(data, &header, sizeof header);
  GThread *helper =
      header.total >= BLOCK_LARGE ? g_thread_try_new("pack", fill_beside, &filling, NULL) : NULL;
  fill_rows(builder, &header, keys, data);
  if (helper)
    g_thread_join(helper);
  else
    fill_beside(&filling);
  g_autoptr(GBytes) bytes = block_take(&builder->block, header.total);
  return snapshot_new_trusted(bytes);
}
