/* A cached directory with bytes changed: refused, or readable to the last
 * field without a step outside of it. The input is a list of patches (two bytes
 * of place, one of value) on a sound block; the header's own check is made good
 * again, so that the patches get past it. */
#include "model/query.h"
#include "model/snapshot-private.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GBytes *
sound_block(void)
{
  static const char *const names[] = {"Zoë Müller", "Łukasz Żak", "山田 太郎", "a"};
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();

  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *id = g_strdup_printf("0000000%u-0000-4000-8000-000000000000", i);
    account_clear(account);
    account_put_text(account, FIELD_ID, id);
    account_put_text(account, FIELD_NAME, names[i]);
    account_put_text(account, FIELD_USER, "name.ext@contoso.com");
    account_put_item(account, FIELD_EXTERNAL, "one@partner.example");
    account_put_item(account, FIELD_EXTERNAL, "two@partner.example");
    account_put_number(account, FIELD_STATE, STATE_ENABLED);
    account_put_number(account, FIELD_EXPIRES, 1800000000 + i);
    snapshot_builder_add(builder, account);
  }
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, 1700000000);
  return snapshot_bytes(snapshot);
}

static char *
patched(GBytes *sound, const uint8_t *data, size_t size, gsize *ret_length)
{
  gsize length;
  const char *bytes = g_bytes_get_data(sound, &length);
  char *block = g_memdup2(bytes, length);

  for (size_t i = 0; i + 2 < size; i += 3)
    block[(data[i] << 8 | data[i + 1]) % length] = (char)data[i + 2];
  SnapshotHeader *header = (SnapshotHeader *)block;
  header->check = snapshot_header_check(header);
  *ret_length = length;
  return block;
}

static void
read_all(const Snapshot *snapshot)
{
  gsize length, total = 0;
  const char *folded = snapshot_folded_all(snapshot, &length);

  for (gsize i = 0; i < length; i++)
    total += (guchar)folded[i];
  for (guint row = 0; row < MIN(snapshot_count(snapshot), 64); row++) {
    for (FieldId field = 0; field < FIELD_N; field++) {
      const char *text = snapshot_text(snapshot, row, field);
      total += text ? strlen(text) : 0;
      total += (gsize)snapshot_number(snapshot, row, field);
    }
    const char *line = snapshot_folded(snapshot, row);
    g_assert_true(line >= folded && line <= folded + length);
    g_autoptr(Account) account = snapshot_account(snapshot, row);
    total += account_text(account, FIELD_NAME) != NULL;
  }
  g_assert_cmpuint(total, !=, 1);
}

static void
search(const Snapshot *snapshot)
{
  static const char *const queries[] = {"muller", "state:enabled", "expires<90d", "-a zak|taro"};
  guint row = 0;

  for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
    g_autoptr(Query) query = query_parse(queries[i], 1700000000, NULL, NULL);
    g_autoptr(GArray) rows = query_run(query, snapshot, NULL, NULL);
    for (guint n = 0; n < rows->len; n++)
      g_assert_cmpuint(g_array_index(rows, guint32, n), <, snapshot_count(snapshot));
  }
  if (snapshot_find(snapshot, "00000001-0000-4000-8000-000000000000", &row))
    g_assert_cmpuint(row, <, snapshot_count(snapshot));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static GBytes *sound;
  gsize length = 0;

  if (!sound)
    sound = sound_block();
  char *block = patched(sound, data, size, &length);
  g_autoptr(GBytes) bytes = g_bytes_new_take(block, length);
  g_autoptr(Snapshot) snapshot = snapshot_new_from_bytes(bytes, NULL);
  if (snapshot) {
    read_all(snapshot);
    search(snapshot);
  }
  return 0;
}
