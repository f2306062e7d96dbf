/* Queries as people type them, half typed or pasted: parsed or refused with a
 * position inside the text; and a parsed one agrees with itself: the rows that
 * it finds at once are those that match one by one. */
#include "model/query.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Snapshot *
some_people(void)
{
  static const char *const names[] = {"Müller, Zoë", "Łukasz Żak", "O'Brien; \"Pat\"", "ß"};
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();

  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *id = g_strdup_printf("id-%u", i);
    account_clear(account);
    account_put_text(account, FIELD_ID, id);
    account_put_text(account, FIELD_NAME, names[i]);
    account_put_text(account, FIELD_USER, i % 2 ? "zak.ext@contoso.com" : "x@contoso.com");
    account_put_text(account, FIELD_COMPANY, i ? "Partner GmbH" : NULL);
    account_put_item(account, FIELD_EXTERNAL, "one@partner.example");
    account_put_number(account, FIELD_STATE, i % 2 ? STATE_ENABLED : STATE_DISABLED);
    account_put_number(account, FIELD_EXPIRES, i ? 1700000000 + i * 86400 : MOMENT_NONE);
    snapshot_builder_add(builder, account);
  }
  return snapshot_builder_snapshot(builder, 1700000000);
}

static gboolean
is_tagged(const char *id, gpointer data)
{
  return g_str_has_suffix(id, "2");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static Snapshot *people;
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GError) error = NULL;
  gsize position = 0;

  if (!people)
    people = some_people();
  g_autoptr(Query) query = query_parse(text, 1700000000, &position, &error);
  g_assert_true((query != NULL) == (error == NULL));
  if (!query) {
    g_assert_cmpuint(position, <=, strlen(text));
    return 0;
  }
  g_autoptr(GArray) rows = query_run(query, people, is_tagged, NULL);
  guint found = 0;
  for (guint row = 0; row < snapshot_count(people); row++) {
    gboolean listed = found < rows->len && g_array_index(rows, guint32, found) == row;
    g_assert_cmpint(query_match(query, people, row, is_tagged, NULL), ==, listed);
    found += listed;
  }
  g_assert_cmpuint(found, ==, rows->len);
  return 0;
}
