/* Damaged cache files. The input is tried as a file as it is, and then as a list of
 * changes (two bytes where, one byte what) to a good one, with the header's check put
 * right again, so that the damage gets past the door. Nothing may be read outside.
 * Build: ./dev fuzz, or by hand: configure --enable-fuzzer CC=clang, then
 * make tests/fuzz/fuzz-snapshot. */
#include "model/listing.h"
#include "model/snapshot-private.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GBytes *
good_file(void)
{
  static GBytes *bytes;
  if (bytes)
    return bytes;
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();
  for (guint i = 0; i < 4; i++) {
    g_autofree char *text = g_strdup_printf("id-%u", i);
    account_clear(account);
    account_put_text(account, FIELD_ID, text);
    account_put_text(account, FIELD_NAME, i % 2 ? "Müller, Zoë" : "Lovelace, Ada");
    account_put_text(account, FIELD_USER, text);
    account_put_item(account, FIELD_EXTERNAL, "a@x.example");
    account_put_item(account, FIELD_EXTERNAL, "b@x.example");
    account_put_number(account, FIELD_STATE, i % 3);
    snapshot_builder_add(builder, account);
  }
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, 5);
  bytes = snapshot_bytes(snapshot);
  return bytes;
}

static gsize
read_rows(const Snapshot *snapshot)
{
  gsize seen = 0, length;
  const char *all = snapshot_folded_all(snapshot, &length);
  for (gsize i = 0; i < length; i++)
    seen += (guchar)all[i] + snapshot_folded_row(snapshot, i);
  for (guint row = 0; row < snapshot_count(snapshot); row++) {
    g_autoptr(Account) account = snapshot_account(snapshot, row);
    seen += (gsize)(strchr(snapshot_folded(snapshot, row), '\n') - all);
    for (guint i = 0; i < FIELD_N; i++) {
      const char *text = snapshot_text(snapshot, row, (FieldId)i);
      g_autofree char *shown =
          field_display((FieldId)i, text, snapshot_number(snapshot, row, (FieldId)i), 0);
      seen += strlen(shown);
    }
  }
  return seen;
}

static void
use(Snapshot *snapshot)
{
  static const char *const queries[] = {"a",
                                        "ada muller",
                                        "-ada",
                                        "name:love|m",
                                        "mail:b@",
                                        "state:enabled expires<30d",
                                        "user=id-1 tag:no"};
  guint row;
  g_assert_cmpuint(read_rows(snapshot), >=, 0);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf("id-%u", i);
    if (snapshot_find(snapshot, id, &row))
      g_assert_cmpuint(row, <, snapshot_count(snapshot));
  }
  g_autoptr(Listing) listing = listing_new();
  listing_set_snapshot(listing, snapshot);
  for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
    g_assert_true(listing_set_query(listing, queries[i], 0, NULL, NULL));
    listing_set_sort(listing, (FieldId)(i * 5 % FIELD_N), i % 2);
    g_assert_cmpuint(listing_count(listing), <=, snapshot_count(snapshot));
  }
}

static void
open_block(const void *data, gsize size)
{
  /* A copy of the exact size, so that a sanitizer sees one byte too many. */
  g_autoptr(GBytes) bytes = g_bytes_new(data, size);
  g_autoptr(Snapshot) snapshot = snapshot_new_from_bytes(bytes, NULL);
  /* A count that fits is at most this; more would only cost time. */
  if (snapshot && snapshot_count(snapshot) <= 64)
    use(snapshot);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  open_block(data, size);
  gsize length;
  const char *good = g_bytes_get_data(good_file(), &length);
  g_autofree char *block = g_memdup2(good, length);
  for (size_t i = 0; i + 3 <= size; i += 3)
    block[((gsize)data[i] << 8 | (gsize)data[i + 1]) % length] = (char)data[i + 2];
  SnapshotHeader header;
  memcpy(&header, block, sizeof header);
  memcpy(&header, good, G_STRUCT_OFFSET(SnapshotHeader, count));
  header.total = length;
  header.check = snapshot_header_check(&header);
  memcpy(block, &header, sizeof header);
  open_block(block, length);
  return 0;
}
