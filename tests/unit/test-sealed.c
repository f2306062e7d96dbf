/* The sealed file: what goes in comes out; a wrong passphrase, damage, a stranger's
 * file and a newer version are told apart; modes, owners and links; two writers. */
#include "auth/credentials.h"
#include "auth/sealed-file.h"
#include "base/error.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Cheap keys, so that the tests are quick. */
enum { PASSES = 1, MEMORY = 8192 };

static Secret *
secret(const char *text)
{
  return secret_new(text, -1);
}

static guint8 *
make(const char *passphrase, gsize *ret_length)
{
  g_autoptr(Secret) phrase = secret(passphrase);
  g_autoptr(Secret) key = sealed_key_new(phrase, PASSES, MEMORY);
  g_autoptr(GHashTable) secrets =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)secret_unref);
  g_hash_table_insert(secrets, g_strdup("client-secret"), secret("s3cret"));
  g_hash_table_insert(secrets, g_strdup("refresh-token"), secret(""));
  return sealed_file_close(key, secrets, ret_length);
}

static void
test_round(void)
{
  gsize length, again;
  g_autofree guint8 *data = make("correct horse", &length);
  g_autofree guint8 *other = make("correct horse", &again);
  g_assert_cmpint(length, ==, again);
  g_assert_cmpint(memcmp(data, other, length), !=, 0); /* salt and nonce are new each time */
  g_assert_null(memmem(data, length, "s3cret", 6));
  g_assert_cmpint(sealed_file_check(data, length), ==, SEALED_GOOD);
  g_autoptr(Secret) phrase = secret("correct horse");
  g_autoptr(GError) error = NULL;
  g_autoptr(Secret) key = sealed_key_open(phrase, data, length, &error);
  g_assert_no_error(error);
  g_autoptr(GHashTable) secrets = sealed_file_open(key, data, length, &error);
  g_assert_no_error(error);
  g_assert_cmpint(g_hash_table_size(secrets), ==, 2);
  g_assert_cmpstr(secret_peek(g_hash_table_lookup(secrets, "client-secret")), ==, "s3cret");
  g_assert_cmpint(secret_length(g_hash_table_lookup(secrets, "refresh-token")), ==, 0);
  /* The key of another file, and what is no key at all. */
  g_autoptr(GHashTable) wrong = sealed_file_open(key, other, again, &error);
  g_assert_null(wrong);
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
  g_clear_error(&error);
  g_assert_null(sealed_file_open(phrase, data, length, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
}

static void
test_wrong_passphrase(void)
{
  static const char *const wrong[] = {"correct hors", "correct horse ", "", "CORRECT HORSE"};
  gsize length;
  g_autofree guint8 *data = make("correct horse", &length);
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(Secret) phrase = secret(wrong[i]);
    g_autoptr(GError) error = NULL;
    g_assert_null(sealed_key_open(phrase, data, length, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
  }
}

/* Every byte that is changed, and every length that is cut, is damage and never a wrong
 * passphrase. */
static void
test_damage(void)
{
  gsize length;
  g_autofree guint8 *data = make("correct horse", &length);
  for (gsize i = 0; i < length; i++) {
    data[i] ^= 1;
    SealedState state = sealed_file_check(data, length);
    data[i] ^= 1;
    g_assert_cmpint(state, ==,
                    i < 8             ? SEALED_NOT_OURS
                    : i > 8 && i < 12 ? SEALED_NEWER
                                      : SEALED_DAMAGED);
    g_assert_cmpint(state, !=, SEALED_GOOD);
  }
  for (gsize cut = 0; cut < length; cut++)
    g_assert_cmpint(sealed_file_check(data, cut), ==, SEALED_DAMAGED);
  data[8] = 2; /* a version that is not known yet; its hash may be made in another way */
  g_assert_cmpint(sealed_file_check(data, length), ==, SEALED_NEWER);
}

/* --- as a rung --- */

static char *
own_folder(void)
{
  char *folder = g_dir_make_tmp("usher-sealed-XXXXXX", NULL);
  g_assert_nonnull(folder);
  return folder;
}

static void
remove_folder(char *folder)
{
  const char *argv[] = {"rm", "-rf", folder, NULL};
  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free(folder);
}

static void
expect_state(Credentials *credentials, RungState rung, UnlockWay unlock)
{
  g_auto(CredentialsState) state = {0};
  credentials_probe(credentials, &state, NULL);
  g_test_message("%s | %s", state.text, state.remedy ? state.remedy : "-");
  g_assert_cmpint(state.state, ==, rung);
  g_assert_cmpint(state.unlock, ==, unlock);
  g_assert_cmpstr(state.kind, ==, "sealed-file");
}

static void
test_rung(void)
{
  char *folder = own_folder();
  g_autofree char *path = g_build_filename(folder, "deep", "contoso.sealed", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(Secret) phrase = secret("correct horse"), short_one = secret("7 chars"),
                    wrong = secret("wrong horse"), value = secret("s3cret"),
                    newer = secret("newer");
  {
    g_autoptr(Credentials) credentials = credentials_new_sealed(path, "contoso", -1);
    expect_state(credentials, RUNG_EMPTY, UNLOCK_NEW);
    g_assert_null(credentials_load(credentials, "client-secret", NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(credentials_save(credentials, "client-secret", value, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
    g_clear_error(&error);
    g_assert_true(credentials_forget(credentials, "client-secret", NULL, NULL));
    g_assert_false(credentials_unlock(credentials, short_one, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
    g_clear_error(&error);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_true(credentials_unlock(credentials, phrase, NULL, &error));
    g_assert_no_error(error);
    expect_state(credentials, RUNG_READY, UNLOCK_NOT);
    g_assert_true(credentials_save(credentials, "client-secret", value, NULL, &error));
    g_assert_no_error(error);
  }
  struct stat info;
  g_assert_cmpint(stat(path, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0600);
  g_autoptr(Credentials) credentials = credentials_new_sealed(path, "contoso", -1);
  expect_state(credentials, RUNG_LOCKED, UNLOCK_PASSWORD);
  g_assert_null(credentials_load(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_assert_nonnull(strstr(error->message, "usher unlock"));
  g_clear_error(&error);
  g_assert_false(credentials_forget(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_clear_error(&error);
  g_assert_false(credentials_unlock(credentials, wrong, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
  g_clear_error(&error);
  expect_state(credentials, RUNG_LOCKED, UNLOCK_PASSWORD);
  g_assert_true(credentials_unlock(credentials, phrase, NULL, &error));
  g_assert_no_error(error);
  g_autoptr(Secret) kept = credentials_load(credentials, "client-secret", NULL, &error);
  g_assert_no_error(error);
  g_assert_true(secret_equal(kept, value));
  /* Two objects with the same file: neither loses what the other kept. */
  g_autoptr(Credentials) beside = credentials_new_sealed(path, "contoso", -1);
  g_assert_true(credentials_unlock(beside, phrase, NULL, NULL));
  g_assert_true(credentials_save(beside, "smtp-password", newer, NULL, NULL));
  g_assert_true(credentials_save(credentials, "refresh-token", newer, NULL, NULL));
  g_autoptr(Secret) first = credentials_load(beside, "refresh-token", NULL, NULL);
  g_autoptr(Secret) second = credentials_load(credentials, "smtp-password", NULL, NULL);
  g_assert_true(secret_equal(first, newer) && secret_equal(second, newer));
  g_assert_true(credentials_forget(credentials, "client-secret", NULL, NULL));
  g_assert_null(credentials_load(beside, "client-secret", NULL, NULL));
  remove_folder(folder);
}

static void
expect_broken(const char *path, const char *words)
{
  g_autoptr(Credentials) credentials = credentials_new_sealed(path, "contoso", -1);
  g_autoptr(GError) error = NULL;
  g_autoptr(Secret) phrase = secret("correct horse");
  expect_state(credentials, RUNG_BROKEN, UNLOCK_NOT);
  g_assert_null(credentials_load(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_assert_nonnull(strstr(error->message, words));
  g_clear_error(&error);
  g_assert_false(credentials_save(credentials, "client-secret", phrase, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_clear_error(&error);
  g_assert_false(credentials_unlock(credentials, phrase, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
}

/* Nothing that is wrong with a file is mended, removed or written over. */
static void
test_broken(void)
{
  char *folder = own_folder();
  g_autofree char *path = g_build_filename(folder, "a.sealed", NULL);
  g_autofree char *link = g_build_filename(folder, "b.sealed", NULL);
  gsize length, after;
  g_autofree guint8 *data = make("correct horse", &length);
  g_autofree char *kept = NULL;
  data[50] ^= 4;
  g_assert_true(g_file_set_contents(path, (char *)data, (gssize)length, NULL));
  g_assert_cmpint(chmod(path, 0600), ==, 0);
  expect_broken(path, "damaged");
  g_assert_true(g_file_get_contents(path, &kept, &after, NULL));
  g_assert_cmpmem(kept, after, data, length);
  data[50] ^= 4;
  g_assert_true(g_file_set_contents(path, (char *)data, (gssize)length, NULL));
  g_assert_cmpint(chmod(path, 0640), ==, 0);
  expect_broken(path, "chmod 600");
  g_assert_cmpint(chmod(path, 0600), ==, 0);
  g_assert_cmpint(symlink(path, link), ==, 0);
  expect_broken(link, "symbolic link");
  if (geteuid() == 0) {
    g_assert_cmpint(chown(path, 65534, 65534), ==, 0);
    expect_broken(path, "another user");
  }
  g_assert_true(g_file_set_contents(path, "[profile]\nx = y\n", -1, NULL));
  g_assert_cmpint(chmod(path, 0600), ==, 0);
  expect_broken(path, "no sealed file");
  remove_folder(folder);
}

/* One file for several profiles: none is given another's secret. */
static void
test_shared(void)
{
  g_autofree char *folder = g_dir_make_tmp("usher-sealed-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "all.sealed", NULL);
  g_autofree char *lock = g_strconcat(path, ".lock", NULL);
  g_autoptr(Secret) phrase = secret_new("correct horse", -1), value = secret_new("s3cret", -1);
  g_autoptr(Credentials) one = credentials_new_sealed(path, "contoso", -1);
  g_autoptr(Credentials) other = credentials_new_sealed(path, "fabrikam", -1);
  g_assert_true(credentials_unlock(one, phrase, NULL, NULL));
  g_assert_true(credentials_save(one, "client-secret", value, NULL, NULL));
  g_assert_true(credentials_unlock(other, phrase, NULL, NULL));
  g_autoptr(GError) error = NULL;
  g_assert_null(credentials_load(other, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  /* Who opens it and who keeps something in it do not wait for each other. */
  int held = open(lock, O_RDWR | O_CLOEXEC);
  g_assert_cmpint(flock(held, LOCK_EX), ==, 0);
  g_assert_true(credentials_unlock(other, phrase, NULL, NULL));
  close(held);
  g_assert_true(credentials_forget(other, "client-secret", NULL, NULL));
  g_autoptr(Secret) kept = credentials_load(one, "client-secret", NULL, NULL);
  g_assert_true(kept && secret_equal(kept, value));
  g_unlink(path);
  g_unlink(lock);
  g_rmdir(folder);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sealed/round", test_round);
  g_test_add_func("/sealed/wrong-passphrase", test_wrong_passphrase);
  g_test_add_func("/sealed/damage", test_damage);
  g_test_add_func("/sealed/rung", test_rung);
  g_test_add_func("/sealed/broken", test_broken);
  g_test_add_func("/sealed/shared", test_shared);
  return g_test_run();
}
