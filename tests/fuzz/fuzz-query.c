/* The query language: whatever is typed is parsed or refused with a place inside
 * it, and what is parsed finds the same rows by search and row by row.
 * Build: ./dev fuzz, or by hand: configure --enable-fuzzer CC=clang, then
 * make tests/fuzz/fuzz-query. */
#include "base/error.h"
#include "model/query.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean
every_second(const char *id, gpointer data)
{
  return id[strlen(id) - 1] % 2;
}

/* Made once: a fuzzer calls millions of times. */
static Snapshot *
people(void)
{
  static Snapshot *snapshot;
  if (snapshot)
    return snapshot;
  static const char *const names[] = {"Lovelace, Ada", "Müller, Zoë",  "Щербаков",
                                      "山田 太郎",     "a\nb\x1b[31m", "Γιώργος \"x|y\""};
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *id = g_strdup_printf("id-%u", i);
    account_clear(account);
    account_put_text(account, FIELD_ID, id);
    account_put_text(account, FIELD_NAME, names[i]);
    account_put_text(account, FIELD_USER, "x.y@contoso.com");
    account_put_text(account, FIELD_COMPANY, i % 2 ? "Partner GmbH" : NULL);
    account_put_item(account, FIELD_EXTERNAL, "one@x.example");
    account_put_item(account, FIELD_EXTERNAL, id);
    account_put_number(account, FIELD_STATE, i % 4);
    account_put_number(account, FIELD_EXPIRES, (gint64)i * 1000000000 - 1000000000);
    account_put_number(account, FIELD_SIGN_IN, (gint64)i - 3);
    snapshot_builder_add(builder, account);
  }
  snapshot = snapshot_builder_snapshot(builder, 0);
  return snapshot;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GError) error = NULL;
  gsize position = 0;
  g_autoptr(Query) query = query_parse(text, 1795176131, &position, &error);
  if (!query) {
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    g_assert_cmpuint(position, <=, strlen(text));
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    return 0;
  }
  g_autoptr(GArray) rows = query_run(query, people(), every_second, NULL);
  guint next = 0;
  for (guint row = 0; row < snapshot_count(people()); row++) {
    gboolean found = next < rows->len && g_array_index(rows, guint32, next) == row;
    g_assert_true(found == query_match(query, people(), row, every_second, NULL));
    next += found;
  }
  g_assert_cmpuint(next, ==, rows->len);
  return 0;
}
