/* Listings: filtering, sorting, tags, and what survives a refresh. */
#include "base/clock.h"
#include "base/error.h"
#include "model/listing.h"
#include <string.h>

#define NOW G_GINT64_CONSTANT(1795176131)

static void
add(SnapshotBuilder *builder, const char *id, const char *company, gint64 expires)
{
  g_autoptr(Account) account = account_new();
  account_put_text(account, FIELD_ID, id);
  account_put_text(account, FIELD_NAME, id);
  account_put_text(account, FIELD_COMPANY, company);
  account_put_number(account, FIELD_EXPIRES, expires);
  account_put_number(account, FIELD_STATE, expires > 0 ? STATE_ENABLED : STATE_DISABLED);
  snapshot_builder_add(builder, account);
}

static Snapshot *
sample(gboolean with_f)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  add(builder, "a", "Zeta", NOW + 5 * CLOCK_DAY);
  add(builder, "b", NULL, MOMENT_UNKNOWN);
  add(builder, "c", "Äther", NOW + 2 * CLOCK_DAY);
  add(builder, "d", "beta", MOMENT_NONE);
  add(builder, "e", "Beta", NOW + 5 * CLOCK_DAY);
  if (with_f)
    add(builder, "f", "Beta Plus and much more", NOW - 5 * CLOCK_DAY);
  return snapshot_builder_snapshot(builder, NOW);
}

static void
assert_shown(const Listing *listing, const char *expected)
{
  g_autoptr(GString) shown = g_string_new(NULL);
  for (guint i = 0; i < listing_count(listing); i++) {
    const char *id = snapshot_text(listing_snapshot(listing), listing_row(listing, i), FIELD_ID);
    g_string_append(shown, id);
    guint index = 999;
    g_assert_true(listing_index_of(listing, id, &index));
    g_assert_cmpuint(index, ==, i);
  }
  g_assert_cmpstr(shown->str, ==, expected);
}

static void
set_query(Listing *listing, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_assert_true(listing_set_query(listing, text, NOW, NULL, &error));
  g_assert_no_error(error);
}

static void
test_sort(void)
{
  g_autoptr(Snapshot) snapshot = sample(TRUE);
  g_autoptr(Listing) listing = listing_new();
  listing_set_snapshot(listing, snapshot);
  gboolean descending = TRUE;
  g_assert_cmpint(listing_sort(listing, &descending), ==, FIELD_NAME);
  g_assert_false(descending);
  assert_shown(listing, "abcdef");
  listing_set_sort(listing, FIELD_NAME, TRUE);
  assert_shown(listing, "fedcba");
  /* Equal ones keep the order of names, whichever way; what is not set is last. */
  listing_set_sort(listing, FIELD_COMPANY, FALSE);
  assert_shown(listing, "cdefab");
  listing_set_sort(listing, FIELD_COMPANY, TRUE);
  assert_shown(listing, "afdecb");
  listing_set_sort(listing, FIELD_EXPIRES, FALSE);
  assert_shown(listing, "fcaedb");
  listing_set_sort(listing, FIELD_EXPIRES, TRUE);
  assert_shown(listing, "aecfdb");
  listing_set_sort(listing, FIELD_STATE, FALSE);
  assert_shown(listing, "acefbd");
  set_query(listing, "beta");
  assert_shown(listing, "efd");
  listing_set_sort(listing, FIELD_NAME, FALSE);
  assert_shown(listing, "def");
}

static void
test_query(void)
{
  g_autoptr(Snapshot) snapshot = sample(FALSE);
  g_autoptr(Listing) listing = listing_new();
  g_assert_cmpuint(listing_count(listing), ==, 0);
  set_query(listing, "beta");
  g_assert_cmpuint(listing_count(listing), ==, 0);
  listing_set_snapshot(listing, snapshot);
  assert_shown(listing, "de");
  g_autoptr(GError) error = NULL;
  gsize position = 0;
  g_assert_false(listing_set_query(listing, "beta stat:x", NOW, &position, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
  g_assert_cmpuint(position, ==, 5);
  /* The last good one stays. */
  assert_shown(listing, "de");
  g_assert_cmpstr(listing_query(listing), ==, "beta");
  guint index = 7;
  g_assert_false(listing_index_of(listing, "a", &index));
  g_assert_false(listing_index_of(listing, "nobody", &index));
  g_assert_cmpuint(index, ==, 7);
  g_autoptr(Snapshot) more = sample(TRUE);
  listing_set_snapshot(listing, more);
  assert_shown(listing, "def");
  set_query(listing, "");
  assert_shown(listing, "abcdef");
  listing_set_snapshot(listing, NULL);
  g_assert_cmpuint(listing_count(listing), ==, 0);
  g_assert_null(listing_snapshot(listing));
  g_assert_false(listing_index_of(listing, "a", &index));
}

static void
test_tags(void)
{
  g_autoptr(Snapshot) snapshot = sample(TRUE);
  g_autoptr(Listing) listing = listing_new();
  listing_set_snapshot(listing, snapshot);
  listing_tag(listing, "c", TRUE);
  listing_tag(listing, "c", TRUE);
  g_assert_cmpuint(listing_tag_count(listing), ==, 1);
  set_query(listing, "beta");
  listing_tag_shown(listing, TRUE);
  g_assert_cmpuint(listing_tag_count(listing), ==, 4);
  set_query(listing, "tag:yes");
  assert_shown(listing, "cdef");
  listing_tag(listing, "e", FALSE);
  assert_shown(listing, "cdef");
  set_query(listing, "tag:yes");
  assert_shown(listing, "cdf");
  /* Tags outlive a refresh in which the account is gone. */
  g_autoptr(Snapshot) less = sample(FALSE);
  listing_set_snapshot(listing, less);
  assert_shown(listing, "cd");
  g_assert_true(listing_is_tagged(listing, "f"));
  g_auto(GStrv) ids = listing_tagged_ids(listing);
  g_autofree char *joined = g_strjoinv("", ids);
  g_assert_cmpstr(joined, ==, "cdf");
  /* In the order of the list; who is gone comes last. */
  listing_set_sort(listing, FIELD_NAME, TRUE);
  g_auto(GStrv) backwards = listing_tagged_ids(listing);
  g_autofree char *turned = g_strjoinv("", backwards);
  g_assert_cmpstr(turned, ==, "dcf");
  listing_tag_shown(listing, FALSE);
  g_assert_cmpuint(listing_tag_count(listing), ==, 1);
  listing_tag(listing, "c", TRUE);
  g_assert_cmpuint(listing_untag_gone(listing), ==, 1);
  g_assert_true(listing_is_tagged(listing, "c"));
  g_assert_cmpuint(listing_tag_count(listing), ==, 1);
  listing_tag(listing, "f", TRUE);
  listing_untag_all(listing);
  g_assert_cmpuint(listing_tag_count(listing), ==, 0);
  g_assert_false(listing_is_tagged(listing, "f"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/listing/sort", test_sort);
  g_test_add_func("/listing/query", test_query);
  g_test_add_func("/listing/tags", test_tags);
  return g_test_run();
}
