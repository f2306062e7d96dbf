/* A view of a snapshot. The order of all rows is worked out once for each
 * snapshot and sort; a query only marks which of them are shown, so that a
 * keystroke costs a search and no sorting. */
#include "model/listing.h"

#include "model/folding.h"
#include <string.h>

struct Listing {
  Snapshot *snapshot;
  Query *query; /* NULL: everything */
  char *text;
  FieldId sort;
  gboolean descending;
  GArray *order;    /* guint32: all rows, sorted; NULL: the snapshot's own order */
  GArray *shown;    /* guint32: rows */
  GHashTable *tags; /* ids */
};

Listing *
listing_new(void)
{
  Listing *listing = g_new0(Listing, 1);
  listing->text = g_strdup("");
  listing->sort = FIELD_NAME;
  listing->shown = g_array_new(FALSE, FALSE, sizeof(guint32));
  listing->tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return listing;
}

void
listing_free(Listing *listing)
{
  if (!listing)
    return;
  snapshot_unref(listing->snapshot);
  query_free(listing->query);
  g_free(listing->text);
  if (listing->order)
    g_array_unref(listing->order);
  g_array_unref(listing->shown);
  g_hash_table_unref(listing->tags);
  g_free(listing);
}

/* --- the order of all rows --- */

typedef struct {
  gint64 number;    /* of moments and choices; of texts the first bytes, folded */
  const char *text; /* folded; NULL for numbers */
  guint32 row;
  gboolean last; /* not set: behind all others either way */
} SortKey;

static int
compare_keys(const void *a, const void *b, void *data)
{
  const SortKey *left = a, *right = b;
  gboolean descending = *(const gboolean *)data;
  if (left->last != right->last)
    return left->last ? 1 : -1;
  int order = 0;
  if (left->number != right->number)
    order = left->number < right->number ? -1 : 1;
  else if (left->text && right->text)
    order = strcmp(left->text, right->text);
  if (order != 0)
    return descending && !left->last ? -order : order;
  return left->row < right->row ? -1 : 1;
}

/* The first seven bytes as a number, so that most comparisons end there. */
static gint64
text_prefix(const char *text)
{
  gint64 prefix = 0;
  for (guint i = 0; i < 7; i++) {
    prefix = prefix << 8 | (guchar)*text;
    if (*text)
      text++;
  }
  return prefix;
}

static void
fill_text_keys(const Listing *listing, SortKey *keys, guint count, GStringChunk *texts)
{
  g_auto(Folder) folder;
  folder_init(&folder);
  g_autoptr(GString) folded = g_string_new(NULL);
  for (guint row = 0; row < count; row++) {
    const char *text = snapshot_text(listing->snapshot, row, listing->sort);
    keys[row] = (SortKey){.row = row, .last = !text};
    if (!text)
      continue;
    g_string_truncate(folded, 0);
    folder_append(&folder, folded, text, strlen(text));
    keys[row].text = g_string_chunk_insert_len(texts, folded->str, (gssize)folded->len);
    keys[row].number = text_prefix(keys[row].text);
  }
}

static void
fill_number_keys(const Listing *listing, SortKey *keys, guint count)
{
  gboolean moments = field_info(listing->sort)->kind == FIELD_KIND_MOMENT;
  for (guint row = 0; row < count; row++) {
    gint64 number = snapshot_number(listing->snapshot, row, listing->sort);
    gboolean last = moments && (number == MOMENT_NONE || number == MOMENT_UNKNOWN ||
                                number == MOMENT_UNLICENSED);
    /* Negated, they come in the order none, unknown, not licensed. */
    keys[row] = (SortKey){.number = last ? -number : number, .row = row, .last = last};
  }
}

static void
sort_rows(Listing *listing)
{
  g_clear_pointer(&listing->order, g_array_unref);
  /* A snapshot is sorted by name already. */
  if (!listing->snapshot || (listing->sort == FIELD_NAME && !listing->descending))
    return;
  guint count = snapshot_count(listing->snapshot);
  FieldKind kind = field_info(listing->sort)->kind;
  g_autofree SortKey *keys = g_new(SortKey, count);
  GStringChunk *texts = g_string_chunk_new(64 * 1024);
  if (kind == FIELD_KIND_TEXT || kind == FIELD_KIND_LIST)
    fill_text_keys(listing, keys, count, texts);
  else
    fill_number_keys(listing, keys, count);
  if (count > 0)
    qsort_r(keys, count, sizeof *keys, compare_keys, &listing->descending);
  listing->order = g_array_sized_new(FALSE, FALSE, sizeof(guint32), count);
  for (guint i = 0; i < count; i++)
    g_array_append_val(listing->order, keys[i].row);
  g_string_chunk_free(texts);
}

/* --- what is shown --- */

static gboolean
is_tagged(const char *id, gpointer data)
{
  return g_hash_table_contains(((const Listing *)data)->tags, id);
}

/* The matching rows, put into the order of the listing. */
static void
put_in_order(Listing *listing, const GArray *rows)
{
  g_autofree guint8 *marked = g_malloc0(listing->order->len);
  for (guint i = 0; i < rows->len; i++)
    marked[g_array_index(rows, guint32, i)] = 1;
  g_array_set_size(listing->shown, 0);
  for (guint i = 0; i < listing->order->len; i++) {
    guint32 row = g_array_index(listing->order, guint32, i);
    if (marked[row])
      g_array_append_val(listing->shown, row);
  }
}

static void
show_all(Listing *listing)
{
  guint count = snapshot_count(listing->snapshot);
  g_array_set_size(listing->shown, count);
  guint32 *shown = (guint32 *)(void *)listing->shown->data;
  for (guint32 i = 0; i < count; i++)
    shown[i] = listing->order ? g_array_index(listing->order, guint32, i) : i;
}

static void
filter_rows(Listing *listing)
{
  if (!listing->snapshot) {
    g_array_set_size(listing->shown, 0);
    return;
  }
  if (!listing->query || query_is_empty(listing->query)) {
    show_all(listing);
    return;
  }
  GArray *rows = query_run(listing->query, listing->snapshot, is_tagged, listing);
  if (listing->order) {
    put_in_order(listing, rows);
    g_array_unref(rows);
    return;
  }
  g_array_unref(listing->shown);
  listing->shown = rows;
}

void
listing_set_snapshot(Listing *listing, Snapshot *snapshot)
{
  if (snapshot)
    snapshot_ref(snapshot);
  snapshot_unref(listing->snapshot);
  listing->snapshot = snapshot;
  sort_rows(listing);
  filter_rows(listing);
}

Snapshot *
listing_snapshot(const Listing *listing)
{
  return listing->snapshot;
}

gboolean
listing_set_query(Listing *listing, const char *text, gint64 now, gsize *ret_position,
                  GError **error)
{
  Query *query = query_parse(text, now, ret_position, error);
  if (!query)
    return FALSE;
  query_free(listing->query);
  listing->query = query;
  char *copy = g_strdup(text);
  g_free(listing->text);
  listing->text = copy;
  filter_rows(listing);
  return TRUE;
}

const char *
listing_query(const Listing *listing)
{
  return listing->text;
}

void
listing_set_sort(Listing *listing, FieldId field, gboolean descending)
{
  g_return_if_fail((guint)field < FIELD_N);
  listing->sort = field;
  listing->descending = descending;
  sort_rows(listing);
  filter_rows(listing);
}

FieldId
listing_sort(const Listing *listing, gboolean *ret_descending)
{
  if (ret_descending)
    *ret_descending = listing->descending;
  return listing->sort;
}

guint
listing_count(const Listing *listing)
{
  return listing->shown->len;
}

guint
listing_row(const Listing *listing, guint index)
{
  g_return_val_if_fail(index < listing->shown->len, 0);
  return g_array_index(listing->shown, guint32, index);
}

gboolean
listing_index_of(const Listing *listing, const char *id, guint *ret_index)
{
  guint row;
  if (!listing->snapshot || !snapshot_find(listing->snapshot, id, &row))
    return FALSE;
  for (guint i = 0; i < listing->shown->len; i++)
    if (g_array_index(listing->shown, guint32, i) == row) {
      *ret_index = i;
      return TRUE;
    }
  return FALSE;
}

/* --- tags --- */

void
listing_tag(Listing *listing, const char *id, gboolean tagged)
{
  if (tagged)
    g_hash_table_add(listing->tags, g_strdup(id));
  else
    g_hash_table_remove(listing->tags, id);
}

gboolean
listing_is_tagged(const Listing *listing, const char *id)
{
  return g_hash_table_contains(listing->tags, id);
}

void
listing_tag_shown(Listing *listing, gboolean tagged)
{
  for (guint i = 0; i < listing->shown->len; i++) {
    const char *id = snapshot_text(listing->snapshot, listing_row(listing, i), FIELD_ID);
    if (id)
      listing_tag(listing, id, tagged);
  }
}

void
listing_untag_all(Listing *listing)
{
  g_hash_table_remove_all(listing->tags);
}

static gboolean
is_gone(gpointer id, gpointer value, gpointer data)
{
  guint row;
  const Listing *listing = data;
  return !listing->snapshot || !snapshot_find(listing->snapshot, id, &row);
}

guint
listing_untag_gone(Listing *listing)
{
  return g_hash_table_foreach_remove(listing->tags, is_gone, listing);
}

guint
listing_tag_count(const Listing *listing)
{
  return g_hash_table_size(listing->tags);
}

typedef struct {
  guint position; /* in the order of the listing; G_MAXUINT: not in the snapshot any more */
  const char *id;
} TaggedId;

static int
compare_tagged(const void *a, const void *b)
{
  const TaggedId *left = a, *right = b;
  if (left->position != right->position)
    return left->position < right->position ? -1 : 1;
  return strcmp(left->id, right->id);
}

/* Row → its place in the order; NULL: that of the snapshot. */
static guint32 *
positions(const Listing *listing)
{
  if (!listing->order)
    return NULL;
  guint32 *places = g_new(guint32, listing->order->len + 1);
  for (guint32 i = 0; i < listing->order->len; i++)
    places[g_array_index(listing->order, guint32, i)] = i;
  return places;
}

char **
listing_tagged_ids(const Listing *listing)
{
  guint n, row;
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array(listing->tags, &n);
  g_autofree guint32 *places = positions(listing);
  g_autofree TaggedId *tagged = g_new(TaggedId, n + 1);
  for (guint i = 0; i < n; i++) {
    gboolean found = listing->snapshot && snapshot_find(listing->snapshot, keys[i], &row);
    tagged[i] = (TaggedId){!found ? G_MAXUINT : places ? places[row] : row, keys[i]};
  }
  qsort(tagged, n, sizeof *tagged, compare_tagged);
  char **ids = g_new0(char *, n + 1);
  for (guint i = 0; i < n; i++)
    ids[i] = g_strdup(tagged[i].id);
  return ids;
}
