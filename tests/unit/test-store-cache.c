/* Unit tests of the cached directory: kept, replaced, and thrown away when it
 * is damaged or not ours alone. */
#include "store/cache.h"

#include "base/error.h"
#include "base/file.h"
#include <glib/gstdio.h>
#include <sys/stat.h>

static Snapshot *
make_snapshot(guint accounts)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();
  for (guint i = 0; i < accounts; i++) {
    g_autofree char *id = g_strdup_printf("id-%u", i);
    g_autofree char *name = g_strdup_printf("Müller, Zoë %u", i);
    account_clear(account);
    account_put_text(account, FIELD_ID, id);
    account_put_text(account, FIELD_NAME, name);
    snapshot_builder_add(builder, account);
  }
  return snapshot_builder_snapshot(builder, 1795000000);
}

/* The files of the cache, NULL-terminated. */
static char **
cache_files(void)
{
  g_autofree char *dir = file_cache_dir();
  g_autoptr(GStrvBuilder) found = g_strv_builder_new();
  g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
  const char *name;
  while (open != NULL && (name = g_dir_read_name(open)) != NULL) {
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_strv_builder_add(found, path);
  }
  return g_strv_builder_end(found);
}

static void
assert_none(const char *tenant, const char *roster)
{
  g_autoptr(GError) error = NULL;
  g_assert_null(cache_load(tenant, roster, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
}

static void
save(const char *tenant, const char *roster, guint accounts)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Snapshot) snapshot = make_snapshot(accounts);
  g_autoptr(Draft) draft = cache_draft(tenant, roster, &error);
  g_assert_no_error(error);
  g_assert_true(cache_commit(draft, snapshot, &error));
  g_assert_no_error(error);
}

static void
assert_count(const char *tenant, const char *roster, guint accounts)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Snapshot) snapshot = cache_load(tenant, roster, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(snapshot_count(snapshot), ==, accounts);
  g_assert_cmpint(snapshot_taken(snapshot), ==, 1795000000);
}

static void
test_round_trip(void)
{
  assert_none("contoso.com", "specialists");
  save("contoso.com", "specialists", 3);
  assert_count("contoso.com", "specialists", 3);
  /* A mapped one stays good while it is replaced. */
  g_autoptr(Snapshot) old = cache_load("contoso.com", "specialists", NULL);
  save("contoso.com", "specialists", 500);
  g_assert_cmpuint(snapshot_count(old), ==, 3);
  g_assert_cmpstr(snapshot_text(old, 2, FIELD_NAME), ==, "Müller, Zoë 2");
  assert_count("contoso.com", "specialists", 500);
  cache_forget("contoso.com", "specialists");
  assert_none("contoso.com", "specialists");
}

static void
test_names(void)
{
  static const char *const names[][2] = {
      {"contoso.com", "a"},
      {"contoso.com-a", ""},
      {"contoso.com", "../../a"},
      {"..", "/etc"},
      {"contoso.com", "ä"},
      {"contoso.com", "ö"},
      {"contoso.com", "a b"},
      {"contoso.com", "a/b"},
      {"x", "a very long name, far longer than any file may be, with nothing at all that is short "
            "about it, and then some more so that it cannot fit: a very long name, far longer than "
            "any file may be, with nothing at all that is short about it, and then some more"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    save(names[i][0], names[i][1], i + 1);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    assert_count(names[i][0], names[i][1], i + 1);
  g_auto(GStrv) files = cache_files();
  g_assert_cmpuint(g_strv_length(files), ==, G_N_ELEMENTS(names));
  for (char **file = files; *file != NULL; file++) {
    GStatBuf entry;
    g_assert_cmpint(g_stat(*file, &entry), ==, 0);
    g_assert_cmpint(entry.st_mode & 07777, ==, 0600);
  }
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    cache_forget(names[i][0], names[i][1]);
}

/* Cut off at any length, or not a snapshot at all: none, and the file is gone. */
static void
test_damage(void)
{
  save("contoso.com", "damaged", 20);
  g_auto(GStrv) files = cache_files();
  g_assert_cmpuint(g_strv_length(files), ==, 1);
  g_autofree char *whole = NULL;
  gsize length = 0;
  g_assert_true(g_file_get_contents(files[0], &whole, &length, NULL));
  for (gsize cut = 0; cut < length; cut += MAX(1, length / 40)) {
    g_test_message("%zu of %zu bytes", cut, length);
    g_assert_true(g_file_set_contents_full(files[0], whole, (gssize)cut,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
    assert_none("contoso.com", "damaged");
    g_assert_false(g_file_test(files[0], G_FILE_TEST_EXISTS));
  }
  g_assert_true(g_file_set_contents_full(files[0], "not a snapshot", -1,
                                         G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  assert_none("contoso.com", "damaged");
  save("contoso.com", "damaged", 1);
  assert_count("contoso.com", "damaged", 1);
}

static void
test_not_ours_alone(void)
{
  save("contoso.com", "open", 2);
  g_auto(GStrv) files = cache_files();
  for (char **file = files; *file != NULL; file++)
    g_chmod(*file, 0666);
  assert_none("contoso.com", "open");
  for (char **file = files; *file != NULL; file++)
    g_assert_false(g_file_test(*file, G_FILE_TEST_EXISTS) && g_str_has_suffix(*file, "open"));
}

static void
test_no_room(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *old = g_strdup(g_getenv("XDG_CACHE_HOME"));
  g_autofree char *file = g_build_filename(g_get_tmp_dir(), "usher-cache-file-XXXXXX", NULL);
  int fd = g_mkstemp(file);
  g_assert_cmpint(fd, >=, 0);
  g_close(fd, NULL);
  g_setenv("XDG_CACHE_HOME", file, TRUE);
  Draft *draft = cache_draft("contoso.com", "x", &error);
  g_setenv("XDG_CACHE_HOME", old, TRUE);
  g_remove(file);
  g_assert_null(draft);
  g_assert_error(error, USHER_ERROR, USHER_ERROR_FILE);
}

static void
test_outdated(void)
{
  gint64 before = g_get_real_time() / G_USEC_PER_SEC;
  g_assert_cmpint(cache_outdated_at("contoso.com"), ==, 0);
  save("contoso.com", "specialists", 3);
  cache_outdate("contoso.com");
  g_assert_cmpint(cache_outdated_at("contoso.com"), >=, before);
  g_assert_cmpint(cache_outdated_at("fabrikam.example"), ==, 0);
  assert_count("contoso.com", "specialists", 3); /* still there to begin with */
}

static void
assert_noted(const char *tenant, const char *text)
{
  g_autofree char *noted = cache_noted(tenant, "specialists", "group");
  g_assert_cmpstr(noted, ==, text);
}

static void
test_notes(void)
{
  assert_noted("contoso.com", NULL);
  cache_note("contoso.com", "specialists", "group", "Specialists");
  assert_noted("contoso.com", "Specialists");
  assert_noted("fabrikam.example", NULL);
  cache_note("contoso.com", "specialists", "group", "Spécialistes");
  assert_noted("contoso.com", "Spécialistes");
}

int
main(int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp("usher-cache-XXXXXX", NULL);
  g_setenv("XDG_CACHE_HOME", home, TRUE);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cache/round-trip", test_round_trip);
  g_test_add_func("/cache/names", test_names);
  g_test_add_func("/cache/damage", test_damage);
  g_test_add_func("/cache/outdated", test_outdated);
  g_test_add_func("/cache/notes", test_notes);
  g_test_add_func("/cache/not-ours-alone", test_not_ours_alone);
  g_test_add_func("/cache/no-room", test_no_room);
  int status = g_test_run();
  g_auto(GStrv) files = cache_files();
  for (char **file = files; *file != NULL; file++)
    g_remove(*file);
  g_autofree char *dir = file_cache_dir();
  g_rmdir(dir);
  g_rmdir(home);
  return status;
}
