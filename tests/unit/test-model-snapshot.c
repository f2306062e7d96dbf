/* Packing and reading snapshots, damaged ones, and the search they are made for. */
#include "base/error.h"
#include "base/text.h"
#include "model/folding.h"
#include "model/search.h"
#include "model/snapshot-private.h"
#include <string.h>

static void
add(SnapshotBuilder *builder, const char *id, const char *name, const char *user, const char *mail)
{
  g_autoptr(Account) account = account_new();
  account_put_text(account, FIELD_ID, id);
  account_put_text(account, FIELD_NAME, name);
  account_put_text(account, FIELD_USER, user);
  account_put_text(account, FIELD_MAIL, mail);
  account_put_text(account, FIELD_COMPANY, "Partner GmbH");
  account_put_number(account, FIELD_STATE, STATE_ENABLED);
  account_put_number(account, FIELD_EXPIRES, 12345);
  snapshot_builder_add(builder, account);
}

static Snapshot *
sample(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  add(builder, "id-3", "zoe", "zoe@c.example", "zoe@c.example");
  add(builder, "id-1", "Ärger, Ada", "ada@c.example", "ada@p.example");
  add(builder, "id-2", "Bell\nAnn \x1b[31m", "bell@c.example", NULL);
  add(builder, "id-4", NULL, "nameless@c.example", NULL);
  return snapshot_builder_snapshot(builder, 777);
}

static void
test_rows(void)
{
  g_autoptr(Snapshot) snapshot = sample();
  g_assert_cmpuint(snapshot_count(snapshot), ==, 4);
  g_assert_cmpint(snapshot_taken(snapshot), ==, 777);
  static const char *const order[] = {"id-1", "id-2", "id-3", "id-4"};
  for (guint i = 0; i < 4; i++)
    g_assert_cmpstr(snapshot_text(snapshot, i, FIELD_ID), ==, order[i]);
  g_assert_cmpstr(snapshot_text(snapshot, 0, FIELD_NAME), ==, "Ärger, Ada");
  g_assert_cmpstr(snapshot_text(snapshot, 2, FIELD_MAIL), ==, "zoe@c.example");
  g_assert_null(snapshot_text(snapshot, 1, FIELD_MAIL));
  g_assert_null(snapshot_text(snapshot, 1, FIELD_STATE));
  g_assert_cmpint(snapshot_number(snapshot, 1, FIELD_STATE), ==, STATE_ENABLED);
  g_assert_cmpint(snapshot_number(snapshot, 1, FIELD_EXPIRES), ==, 12345);
  g_assert_cmpint(snapshot_number(snapshot, 1, FIELD_CREATED), ==, MOMENT_UNKNOWN);
  g_assert_cmpint(snapshot_number(snapshot, 1, FIELD_NAME), ==, 0);
  /* The same company lies in the pool once. */
  g_assert_true(snapshot_text(snapshot, 0, FIELD_COMPANY) ==
                snapshot_text(snapshot, 3, FIELD_COMPANY));
}

static void
test_find(void)
{
  g_autoptr(Snapshot) snapshot = sample();
  guint row = 99;
  g_assert_true(snapshot_find(snapshot, "id-3", &row));
  g_assert_cmpuint(row, ==, 2);
  row = 99;
  g_assert_false(snapshot_find(snapshot, "id-9", &row));
  g_assert_false(snapshot_find(snapshot, "", &row));
  g_assert_cmpuint(row, ==, 99);
}

static void
test_account_copy(void)
{
  g_autoptr(Snapshot) snapshot = sample();
  g_autoptr(Account) account = snapshot_account(snapshot, 0);
  for (guint i = 0; i < FIELD_N; i++) {
    g_assert_cmpstr(account_text(account, (FieldId)i), ==, snapshot_text(snapshot, 0, (FieldId)i));
    g_assert_cmpint(account_number(account, (FieldId)i), ==,
                    snapshot_number(snapshot, 0, (FieldId)i));
  }
}

static void
test_folded(void)
{
  g_autoptr(Snapshot) snapshot = sample();
  gsize length, part;
  const char *all = snapshot_folded_all(snapshot, &length);
  g_assert_cmpint(all[length - 1], ==, '\n');
  static const char *const rows[] = {
      "arger, ada\1ada@c.example\1ada@p.example\1partner gmbh",
      /* A newline in a name must not look like the next row. */
      "bell\1ann  [31m\1bell@c.example\1partner gmbh",
      /* The same address twice is searched once. */
      "zoe\1zoe@c.example\1partner gmbh",
      "nameless@c.example\1partner gmbh",
  };
  for (guint row = 0; row < G_N_ELEMENTS(rows); row++) {
    const char *start = snapshot_folded_part(snapshot, row, &part);
    g_autofree char *text = g_strndup(start, part);
    g_assert_cmpstr(text, ==, rows[row]);
    g_assert_true(start == snapshot_folded(snapshot, row));
  }
  for (gsize i = 0; i < length; i++) {
    guint owner = snapshot_folded_row(snapshot, i);
    g_assert_true(snapshot_folded(snapshot, owner) <= all + i);
    g_assert_true(owner == 3 || snapshot_folded(snapshot, owner + 1) > all + i);
    for (guint from = 0; from <= owner; from++)
      g_assert_cmpuint(snapshot_folded_row_from(snapshot, from, i), ==, owner);
  }
}

static void
test_replace_and_grow(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Snapshot) empty = snapshot_builder_snapshot(builder, 1);
  gsize length;
  g_assert_cmpuint(snapshot_count(empty), ==, 0);
  snapshot_folded_all(empty, &length);
  g_assert_cmpuint(length, ==, 0);
  add(builder, "id-1", "b", "b@c.example", NULL);
  g_autoptr(Snapshot) one = snapshot_builder_snapshot(builder, 2);
  add(builder, "id-2", "a", "a@c.example", NULL);
  add(builder, "id-1", "c", "c@c.example", NULL);
  add(builder, NULL, "d", "d@c.example", NULL);
  add(builder, NULL, "d", "d@c.example", NULL);
  g_assert_cmpuint(snapshot_builder_count(builder), ==, 4);
  g_autoptr(Snapshot) more = snapshot_builder_snapshot(builder, 3);
  g_assert_cmpstr(snapshot_text(one, 0, FIELD_NAME), ==, "b");
  guint row = 9;
  g_assert_true(snapshot_find(more, "id-1", &row));
  g_assert_cmpuint(row, ==, 1);
  g_assert_cmpstr(snapshot_text(more, row, FIELD_USER), ==, "c@c.example");
}

static void
test_many(void)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *id = g_strdup_printf("id-%u", i * 7919u % 5000);
    g_autofree char *name = g_strdup_printf("Näme %05u", i * 31u % 5000);
    add(builder, id, name, id, NULL);
  }
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, 0);
  g_assert_cmpuint(snapshot_count(snapshot), ==, 5000);
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *name = g_strdup_printf("Näme %05u", i);
    g_assert_cmpstr(snapshot_text(snapshot, i, FIELD_NAME), ==, name);
    guint row = 0;
    g_assert_true(snapshot_find(snapshot, snapshot_text(snapshot, i, FIELD_ID), &row));
    g_assert_cmpuint(row, ==, i);
  }
}

/* Names that differ late or not at all, and ids that do. */
static void
test_namesakes(void)
{
  static const char *const names[] = {"Ann", "Anna", "Anna Maria von und zu Hohenlohe-Langenburg",
                                      "Anna Maria von und zu Hohenlohe-Langenburgh",
                                      "Anna Maria von und zu Hohenlohe-Schillingsfuerst"};
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *id = g_strdup_printf("same-beginning-%05u", i * 7919u % 5000);
    add(builder, id, names[i * 31u % 5], id, NULL);
  }
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, 0);
  for (guint i = 0; i < 5000; i++) {
    g_assert_cmpstr(snapshot_text(snapshot, i, FIELD_NAME), ==, names[i / 1000]);
    if (i % 1000 > 0)
      g_assert_cmpstr(snapshot_text(snapshot, i - 1, FIELD_ID), <,
                      snapshot_text(snapshot, i, FIELD_ID));
  }
}

/* Memory that was claimed before changes nothing, however much more comes. */
static void
test_claimed(void)
{
  g_autoptr(SnapshotBuilder) plain = snapshot_builder_new(), claimed = snapshot_builder_new();
  gsize size = 0;
  for (guint i = 0; i < 60000; i++) {
    g_autofree char *id = g_strdup_printf("id-%u", i);
    add(plain, id, id, id, NULL);
    add(claimed, id, id, id, NULL);
    if (i % 5000 == 0)
      size = snapshot_builder_claim(claimed);
    if (i == 50000)
      snapshot_unref(snapshot_builder_snapshot(claimed, 7));
  }
  g_autoptr(Snapshot) one = snapshot_builder_snapshot(plain, 7);
  g_autoptr(Snapshot) other = snapshot_builder_snapshot(claimed, 7);
  g_autoptr(GBytes) expected = snapshot_bytes(one), bytes = snapshot_bytes(other);
  g_assert_true(g_bytes_equal(expected, bytes));
  g_assert_cmpuint(size, >, (gsize)8 * 1024 * 1024);
  g_assert_cmpuint(size, <=, g_bytes_get_size(bytes));
}

static void
check_order(const Snapshot *snapshot)
{
  for (guint i = 0; i < snapshot_count(snapshot); i++) {
    const char *name = snapshot_text(snapshot, i, FIELD_NAME);
    if (i > 0)
      g_assert_cmpstr(snapshot_text(snapshot, i - 1, FIELD_NAME), <=, name);
    g_assert_true(g_str_has_prefix(snapshot_folded(snapshot, i), name));
  }
}

/* Sorted as they come: whatever is looked at, renamed or added between, all stay in order. */
static void
test_many_in_pieces(void)
{
  static const guint looks[] = {1, 1023, 1024, 1025, 3000, 3072, 4096, 7000};
  for (guint rename = 0; rename < 2; rename++) {
    g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
    guint look = 0;
    for (guint i = 0; i < 7000; i++) {
      g_autofree char *id = g_strdup_printf("id-%u", i);
      g_autofree char *name = g_strdup_printf("name %05u", i * 31u % 7001);
      add(builder, id, name, id, NULL);
      if (i + 1 != looks[look])
        continue;
      look++;
      g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, 0);
      g_assert_cmpuint(snapshot_count(snapshot), ==, i + 1);
      check_order(snapshot);
      g_autofree char *other = g_strdup_printf("id-%u", i / 2);
      g_autofree char *called = g_strdup_printf("%c name", 'a' + (char)look);
      if (rename)
        add(builder, other, called, other, NULL);
    }
    g_autoptr(Snapshot) all = snapshot_builder_snapshot(builder, 0);
    g_assert_cmpuint(snapshot_count(all), ==, 7000);
    check_order(all);
    gsize length;
    const char *folded = snapshot_folded_all(all, &length);
    guint lines = 0;
    for (gsize i = 0; i < length; i++)
      lines += folded[i] == '\n';
    g_assert_cmpuint(lines, ==, 7000);
    if (rename)
      g_assert_cmpstr(snapshot_text(all, 0, FIELD_NAME), ==, "b name");
  }
}

static void
test_reopen(void)
{
  g_autoptr(Snapshot) snapshot = sample();
  g_autoptr(GBytes) bytes = snapshot_bytes(snapshot);
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  /* Also from a place that is not aligned. */
  for (guint shift = 0; shift < 2; shift++) {
    g_autofree char *moved = g_malloc(size + 1);
    memcpy(moved + shift, data, size);
    g_autoptr(GBytes) copy = g_bytes_new_static(moved + shift, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) again = snapshot_new_from_bytes(copy, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot_count(again), ==, 4);
    g_assert_cmpstr(snapshot_text(again, 0, FIELD_NAME), ==, "Ärger, Ada");
  }
}

static void
assert_refused(const char *data, gsize size)
{
  g_autoptr(GBytes) bytes = g_bytes_new(data, size);
  g_autoptr(GError) error = NULL;
  g_assert_null(snapshot_new_from_bytes(bytes, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
}

static void
test_damaged_header(void)
{
  g_autoptr(Snapshot) snapshot = sample();
  g_autoptr(GBytes) bytes = snapshot_bytes(snapshot);
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  for (gsize cut = 0; cut < size; cut += 13)
    assert_refused(data, cut);
  g_autofree char *longer = g_malloc0(size + 8);
  memcpy(longer, data, size);
  assert_refused(longer, size + 8);
  for (gsize i = 0; i < sizeof(SnapshotHeader); i++) {
    longer[i] ^= 0x10;
    assert_refused(longer, size);
    longer[i] ^= 0x10;
  }
}

/* A header whose check is right and whose content is not. */
static void
test_forged_header(void)
{
  g_autoptr(Snapshot) snapshot = sample();
  g_autoptr(GBytes) bytes = snapshot_bytes(snapshot);
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  const SnapshotHeader good = *(const SnapshotHeader *)data;
  SnapshotHeader forged[11];
  for (guint i = 0; i < G_N_ELEMENTS(forged); i++)
    forged[i] = good;
  forged[0].count = G_MAXUINT32;
  forged[1].rows_at = size - 8;
  forged[2].index_slots = 3;
  forged[3].index_at = G_MAXUINT64 - 3;
  forged[4].pool_length = 0;
  forged[5].pool_length = good.pool_length - 1 + size;
  forged[6].folded_length = 0;
  forged[7].folded_at = size + 8;
  forged[8].folded_length = good.folded_length - 1;
  forged[9].version = SNAPSHOT_VERSION + 1;
  forged[10].index_slots = 0;
  for (guint i = 0; i < G_N_ELEMENTS(forged); i++) {
    g_autofree char *block = g_memdup2(data, size);
    forged[i].check = snapshot_header_check(&forged[i]);
    memcpy(block, &forged[i], sizeof good);
    assert_refused(block, size);
  }
}

static void
test_search(void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(42);
  for (guint round = 0; round < 20000; round++) {
    char hay[300], text[12];
    gsize length = (gsize)g_rand_int_range(rand, 0, sizeof hay);
    gsize n = (gsize)g_rand_int_range(rand, 1, sizeof text);
    int letters = g_rand_int_range(rand, 1, 5);
    for (gsize i = 0; i < length; i++)
      hay[i] = (char)('a' + g_rand_int_range(rand, 0, letters));
    for (gsize i = 0; i < n; i++)
      text[i] = (char)('a' + g_rand_int_range(rand, 0, letters));
    /* The exact size, so that a sanitizer sees a byte too many. */
    g_autofree char *exact = g_memdup2(hay, MAX(length, 1));
    Needle needle;
    needle_init(&needle, text, n);
    g_assert_true(needle_find(&needle, exact, length) == memmem(exact, length, text, n));
  }
}

/* The fast paths must give what base/text gives. */
static void
test_folding(void)
{
  static const char *const texts[] = {
      "Ada LOVELACE",  "Zoë Müller-Lüdenscheidt",
      "Łukasz Straße", "Γιώργος ΣΟΦΌΣ",
      "Щербаков ЇЙЁ",  "山田太郎",
      "Nguyễn ﷺ ǅ",    "u\xcc\x88\x62\x65r e\xcc\x81\xcc\xa3", /* "über ẹ́" */
      "İstanbul ŉ ﬁ",  "\xd5\x87\xd6\x87 և",
      "가나다 ガギグ", ""};
  g_auto(Folder) folder;
  folder_init(&folder);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autofree char *expected = text_fold(texts[i]);
    g_autoptr(GString) folded = g_string_new(NULL);
    folder_append(&folder, folded, texts[i], strlen(texts[i]));
    g_assert_cmpstr(folded->str, ==, expected);
    g_assert_true(folder_matches(&folder, texts[i], strlen(texts[i]), folded, TRUE));
    g_string_append_c(folded, 'x');
    g_assert_false(folder_matches(&folder, texts[i], strlen(texts[i]), folded, FALSE));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/snapshot/rows", test_rows);
  g_test_add_func("/snapshot/find", test_find);
  g_test_add_func("/snapshot/account", test_account_copy);
  g_test_add_func("/snapshot/folded", test_folded);
  g_test_add_func("/snapshot/replace-and-grow", test_replace_and_grow);
  g_test_add_func("/snapshot/many", test_many);
  g_test_add_func("/snapshot/many-in-pieces", test_many_in_pieces);
  g_test_add_func("/snapshot/namesakes", test_namesakes);
  g_test_add_func("/snapshot/claimed", test_claimed);
  g_test_add_func("/snapshot/reopen", test_reopen);
  g_test_add_func("/snapshot/damaged-header", test_damaged_header);
  g_test_add_func("/snapshot/forged-header", test_forged_header);
  g_test_add_func("/search/as-memmem", test_search);
  g_test_add_func("/folding/as-base", test_folding);
  return g_test_run();
}
