/* The ladder against the real kernel keyring, sealed files, the environment and
 * descriptors: who is passed by, who stops the climb, where secrets go, and what
 * doctor is told. Runs in a login of its own, so that the kernel's keyring of whoever
 * runs the tests is not touched. The Secret Service has test-keyring. */
#include "auth/ladder.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* joined in main(); linux/keyctl.h */
#include <linux/keyctl.h>
#include <sys/syscall.h>

static gboolean have_kernel_keyring;
static char *folder;

static Secret *
secret(const char *text)
{
  return secret_new(text, -1);
}

static Credentials *
make(const char *const *order, const char *file)
{
  CredentialsOptions options = {.profile = "contoso",
                                .order = order,
                                .command = "printf from-command",
                                .variable = "USHER_LADDER_TEST",
                                .fd = 999,
                                .file = file,
                                .timeout = 60};
  return credentials_new_ladder(&options);
}

static gboolean
skip_without_kernel(void)
{
  if (!have_kernel_keyring)
    g_test_skip("the kernel gives no keyring here");
  return !have_kernel_keyring;
}

static void
test_kernel(void)
{
  if (skip_without_kernel())
    return;
  g_autoptr(Credentials) credentials = credentials_new_kernel("contoso", 60);
  g_autoptr(Credentials) other = credentials_new_kernel("fabrikam", 60);
  g_autoptr(Secret) value = secret("s3cret"), newer = secret("a longer one, with ümlaut");
  g_autoptr(GError) error = NULL;
  g_auto(CredentialsState) state = {0};
  credentials_probe(credentials, &state, NULL);
  g_assert_cmpint(state.state, ==, RUNG_READY);
  g_assert_null(credentials_load(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_clear_error(&error);
  g_assert_true(credentials_forget(credentials, "client-secret", NULL, NULL));
  g_assert_true(credentials_save(credentials, "client-secret", value, NULL, &error));
  g_assert_no_error(error);
  g_assert_true(credentials_save(credentials, "client-secret", newer, NULL, NULL));
  g_autoptr(Secret) kept = credentials_load(credentials, "client-secret", NULL, NULL);
  g_assert_true(secret_equal(kept, newer));
  g_assert_null(credentials_load(other, "client-secret", NULL, NULL));
  g_assert_null(credentials_load(credentials, "refresh-token", NULL, NULL));
  g_assert_true(credentials_forget(credentials, "client-secret", NULL, NULL));
  g_assert_null(credentials_load(credentials, "client-secret", NULL, NULL));
}

/* Its time runs out, and then there is nothing: no error of another kind. */
static void
test_kernel_timeout(void)
{
  if (skip_without_kernel())
    return;
  g_autoptr(Credentials) credentials = credentials_new_kernel("contoso", 1);
  g_autoptr(Secret) value = secret("s3cret");
  g_autoptr(GError) error = NULL;
  g_assert_true(credentials_save(credentials, "client-secret", value, NULL, NULL));
  gint64 until = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND;
  for (;;) {
    g_autoptr(Secret) kept = credentials_load(credentials, "client-secret", NULL, &error);
    if (!kept)
      break;
    g_assert_cmpint(g_get_monotonic_time(), <, until);
    g_usleep(20000);
  }
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_assert_true(credentials_forget(credentials, "client-secret", NULL, NULL));
}

/* Another login of the same user cannot read it. */
static void
test_kernel_other_login(void)
{
  if (skip_without_kernel())
    return;
  g_autoptr(Credentials) credentials = credentials_new_kernel("contoso", 60);
  g_autoptr(Secret) value = secret("s3cret");
  g_assert_true(credentials_save(credentials, "client-secret", value, NULL, NULL));
  pid_t child = fork();
  if (child == 0) {
    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
    _exit(credentials_load(credentials, "client-secret", NULL, NULL) ? 1 : 0);
  }
  int status = -1;
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_cmpint(status, ==, 0);
  g_autoptr(Secret) kept = credentials_load(credentials, "client-secret", NULL, NULL);
  g_assert_nonnull(kept);
  g_assert_true(credentials_forget(credentials, "client-secret", NULL, NULL));
}

static int
status_of(pid_t child)
{
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* One command keeps a secret, and the next one finds it; processes of their own, as the
 * commands of a shell are. */
static int
keep_and_find(const char *profile)
{
  pid_t first = fork();
  g_autoptr(Secret) value = secret("s3cret");
  g_autoptr(Credentials) kernel = credentials_new_kernel(profile, 60);
  if (first == 0)
    _exit(credentials_save(kernel, "client-secret", value, NULL, NULL) ? 0 : 1);
  if (status_of(first) != 0)
    return 1;
  pid_t second = fork();
  if (second == 0) {
    g_autoptr(Secret) kept = credentials_load(kernel, "client-secret", NULL, NULL);
    _exit(kept && secret_equal(kept, value) ? 0 : 2);
  }
  return status_of(second);
}

/* A login without a keyring of its own (cron, a container, no pam_keyinit): the kernel lends it
 * the user's, and a process that simply adds to it gets one that ends with it. */
static void
test_kernel_no_login(void)
{
  if (skip_without_kernel())
    return;
  g_autofree char *profile = g_strdup_printf("no-login-%d", getpid());
  pid_t child = fork();
  if (child == 0) {
    g_autofree char *name = g_strdup_printf("_uid_ses.%u", (unsigned)geteuid());
    long lent = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_SESSION_KEYRING, 1);
    if (lent < 0 || syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name) != lent)
      _exit(77);
    int result = keep_and_find(profile);
    g_autoptr(Credentials) kernel = credentials_new_kernel(profile, 60);
    _exit(credentials_forget(kernel, "client-secret", NULL, NULL) ? result : 4);
  }
  int status = status_of(child);
  if (status == 77)
    g_test_skip("the kernel does not lend the user's keyring here");
  else
    g_assert_cmpint(status, ==, 0);
}

/* sudo and su leave the caller's keyring in place: what the other user keeps is not put there. */
static void
test_kernel_foreign(void)
{
  if (skip_without_kernel())
    return;
  if (geteuid() != 0) {
    g_test_skip("only root can become somebody else");
    return;
  }
  pid_t child = fork();
  if (child == 0)
    _exit(setresuid(65534, 65534, 65534) ? 5 : keep_and_find("foreign"));
  g_assert_cmpint(status_of(child), ==, 0);
  g_assert_cmpint(syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user",
                          "usher:foreign:client-secret", 0),
                  ==, -1);
}

/* The key of an opened file waits for the next command, in this login alone. */
static void
test_sealed_key_waits(void)
{
  if (skip_without_kernel())
    return;
  g_autofree char *path = g_build_filename(folder, "waits.sealed", NULL);
  g_autoptr(Secret) phrase = secret("correct horse"), value = secret("s3cret");
  g_autoptr(Credentials) first = credentials_new_sealed(path, "contoso", 60);
  g_assert_true(credentials_unlock(first, phrase, NULL, NULL));
  g_assert_true(credentials_save(first, "client-secret", value, NULL, NULL));
  g_autoptr(Credentials) next = credentials_new_sealed(path, "contoso", 60);
  g_autoptr(Secret) kept = credentials_load(next, "client-secret", NULL, NULL);
  g_assert_true(secret_equal(kept, value));
  g_autoptr(Credentials) careful = credentials_new_sealed(path, "contoso", -1);
  g_assert_null(credentials_load(careful, "client-secret", NULL, NULL));
  /* A new file in its place: the old key is none, and that is "locked". */
  g_assert_cmpint(g_unlink(path), ==, 0);
  g_assert_true(credentials_unlock(careful, phrase, NULL, NULL));
  g_auto(CredentialsState) state = {0};
  credentials_probe(next, &state, NULL);
  g_assert_cmpint(state.state, ==, RUNG_LOCKED);
}

/* --- several --- */

static void
test_passed_by(void)
{
  static const char *const order[] = {"environment", "file-descriptor", "sealed-file", NULL};
  g_autofree char *path = g_build_filename(folder, "passed.sealed", NULL);
  g_autoptr(Secret) phrase = secret("correct horse"), value = secret("s3cret");
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = make(order, path);
  g_auto(CredentialsState) state = {0};
  g_unsetenv("USHER_LADDER_TEST");
  g_assert_true(credentials_can_save(credentials));
  credentials_probe(credentials, &state, NULL);
  g_assert_cmpstr(state.kind, ==, "sealed-file"); /* the two before it are absent */
  g_assert_cmpint(state.state, ==, RUNG_EMPTY);
  g_assert_false(credentials_save(credentials, "client-secret", value, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_clear_error(&error);
  g_assert_true(credentials_unlock(credentials, phrase, NULL, &error));
  g_assert_no_error(error);
  g_assert_true(credentials_save(credentials, "client-secret", value, NULL, &error));
  g_assert_no_error(error);
  g_autoptr(Secret) kept = credentials_load(credentials, "client-secret", NULL, NULL);
  g_assert_true(secret_equal(kept, value));
  /* Once it is set, the first one speaks. */
  g_setenv("USHER_LADDER_TEST", "from-environment", TRUE);
  g_autoptr(Secret) nearer = credentials_load(credentials, "client-secret", NULL, NULL);
  g_assert_cmpstr(secret_peek(nearer), ==, "from-environment");
}

/* What is locked stops the climb: nothing is read from, or kept in, the rung behind it. */
static void
test_locked_stops(void)
{
  static const char *const order[] = {"sealed-file", "command", NULL};
  static const char *const backwards[] = {"command", "sealed-file", NULL};
  g_autofree char *path = g_build_filename(folder, "stops.sealed", NULL);
  g_autoptr(Secret) phrase = secret("correct horse"), value = secret("s3cret");
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) maker = credentials_new_sealed(path, "contoso", -1);
  g_assert_true(credentials_unlock(maker, phrase, NULL, NULL));
  CredentialsOptions options = {.profile = "contoso",
                                .order = order,
                                .command = "printf from-command",
                                .file = path,
                                .timeout = -1};
  g_autoptr(Credentials) credentials = credentials_new_ladder(&options);
  g_assert_null(credentials_load(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_assert_cmpint(error_exit_status(error), ==, 3);
  g_assert_nonnull(strstr(error->message, "usher unlock"));
  g_assert_null(strchr(error->message, '\n'));
  g_clear_error(&error);
  g_assert_false(credentials_save(credentials, "client-secret", value, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_clear_error(&error);
  g_assert_false(credentials_forget(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  /* Damage stops it too; nothing is written over. */
  g_assert_true(g_file_set_contents(path, "USHERSEA and nothing more", -1, NULL));
  g_assert_cmpint(chmod(path, 0600), ==, 0);
  g_clear_error(&error);
  g_assert_null(credentials_load(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  options.order = backwards;
  g_autoptr(Credentials) other = credentials_new_ladder(&options);
  g_autoptr(Secret) found = credentials_load(other, "client-secret", NULL, NULL);
  g_assert_cmpstr(secret_peek(found), ==, "from-command");
}

static void
test_none(void)
{
  static const char *const order[] = {"environment", "file-descriptor", NULL};
  g_autoptr(GError) error = NULL;
  CredentialsOptions options = {
      .profile = "contoso", .order = order, .variable = "USHER_LADDER_NONE", .fd = 999};
  g_autoptr(Credentials) credentials = credentials_new_ladder(&options);
  g_assert_false(credentials_can_save(credentials));
  g_assert_null(credentials_load(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_assert_nonnull(strstr(error->message, "environment, file-descriptor"));
  g_autoptr(Ladder) ladder = ladder_probe(&options, NULL);
  g_assert_cmpint(ladder->in_use, ==, -1);
  g_assert_null(ladder_in_use(ladder));
}

static void
test_probe(void)
{
  static const char *const order[] = {"environment", "sealed-file", "command", NULL};
  g_autofree char *path = g_build_filename(folder, "probe.sealed", NULL);
  CredentialsOptions options = {.profile = "contoso",
                                .order = order,
                                .command = "no-such-program-here --x",
                                .variable = "USHER_LADDER_PROBE",
                                .file = path};
  g_autoptr(Ladder) ladder = ladder_probe(&options, NULL);
  const LadderRung *rungs = (const LadderRung *)(gpointer)ladder->rungs->data;
  g_assert_cmpint(ladder->rungs->len, ==, 5); /* beside them keyring and kernel-keyring */
  g_assert_cmpstr(rungs[0].name, ==, "environment");
  g_assert_cmpint(rungs[0].found.state, ==, RUNG_ABSENT);
  g_assert_nonnull(strstr(rungs[0].found.remedy, "USHER_LADDER_PROBE"));
  g_assert_true(ladder_in_use(ladder) == &rungs[1]);
  g_assert_true(rungs[1].can_save && rungs[1].configured);
  g_assert_cmpint(rungs[2].found.state, ==, RUNG_BROKEN);
  g_assert_false(rungs[3].configured || rungs[4].configured);
  g_assert_nonnull(strstr(ladder->why, "USHER_LADDER_PROBE"));
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS)); /* looking makes nothing */
  for (guint i = 0; i < ladder->rungs->len; i++)
    g_assert_true(ladder_knows(rungs[i].name) && rungs[i].found.text && rungs[i].title);
}

/* --- commands that keep, and names --- */

static void
test_command_keeps(void)
{
  g_autofree char *load = g_strdup_printf("cat %s/{name}", folder);
  g_autofree char *save = g_strdup_printf("sh -c 'cat >\"$1\"' sh %s/{name}", folder);
  g_autofree char *clear = g_strdup_printf("rm -f %s/{name}", folder);
  g_autoptr(Credentials) credentials = credentials_new_command(load, save, clear);
  g_autoptr(Secret) value = secret("s3cret"), password = secret("p4ss $HOME 'x'");
  g_autoptr(GError) error = NULL;
  g_assert_true(credentials_can_save(credentials));
  g_assert_true(credentials_save(credentials, "refresh-token", value, NULL, &error));
  g_assert_no_error(error);
  g_assert_true(credentials_save(credentials, "smtp-password", password, NULL, NULL));
  g_autoptr(Secret) one = credentials_load(credentials, "refresh-token", NULL, NULL);
  g_autoptr(Secret) two = credentials_load(credentials, "smtp-password", NULL, NULL);
  g_assert_true(secret_equal(one, value) && secret_equal(two, password));
  g_assert_true(credentials_forget(credentials, "refresh-token", NULL, NULL));
  g_assert_null(credentials_load(credentials, "refresh-token", NULL, NULL));
  g_autoptr(Credentials) failing = credentials_new_command(load, "sh -c 'exit 4'", NULL);
  g_assert_false(credentials_save(failing, "refresh-token", value, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
  g_assert_nonnull(strstr(error->message, "status 4"));
  g_clear_error(&error);
  g_assert_false(credentials_forget(failing, "refresh-token", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
}

/* What is for the tenant never goes to the mail server. */
static void
test_names_apart(void)
{
  int fds[2];
  g_assert_cmpint(pipe(fds), ==, 0);
  g_assert_cmpint(write(fds[1], "s3cret", 6), ==, 6);
  close(fds[1]);
  g_setenv("USHER_LADDER_NAMES", "s3cret", TRUE);
  Credentials *all[] = {credentials_new_command("printf s3cret", NULL, NULL),
                        credentials_new_environment("USHER_LADDER_NAMES"),
                        credentials_new_descriptor(fds[0])};
  for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(credentials_load(all[i], "smtp-password", NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
    g_autoptr(Secret) own = credentials_load(all[i], "client-secret", NULL, NULL);
    g_assert_cmpstr(secret_peek(own), ==, "s3cret");
    credentials_free(all[i]);
  }
}

/* Taken out of the environment: neither this process nor a child has it any more. */
static void
test_environment_is_emptied(void)
{
  g_setenv("USHER_LADDER_EMPTIED", "planted-in-the-environment", TRUE);
  g_autoptr(Credentials) credentials = credentials_new_environment("USHER_LADDER_EMPTIED");
  g_autoptr(Secret) first = credentials_load(credentials, "client-secret", NULL, NULL);
  g_autoptr(Secret) again = credentials_load(credentials, "client-secret", NULL, NULL);
  g_assert_cmpstr(secret_peek(first), ==, "planted-in-the-environment");
  g_assert_true(secret_equal(first, again));
  g_assert_cmpstr(g_getenv("USHER_LADDER_EMPTIED"), ==, "");
  g_autoptr(Credentials) child = credentials_new_command("env", NULL, NULL);
  g_autoptr(Secret) environment = credentials_load(child, "client-secret", NULL, NULL);
  g_assert_nonnull(strstr(secret_peek(environment), "USHER_LADDER_EMPTIED="));
  g_assert_null(strstr(secret_peek(environment), "planted"));
  g_setenv("USHER_LADDER_EMPTIED", "newer", TRUE);
  g_autoptr(Secret) newer = credentials_load(credentials, "client-secret", NULL, NULL);
  g_assert_cmpstr(secret_peek(newer), ==, "newer");
}

int
main(int argc, char **argv)
{
  signal(SIGPIPE, SIG_IGN);
  have_kernel_keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0;
  g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("usher-ladder-XXXXXX", NULL);
  g_test_add_func("/ladder/kernel", test_kernel);
  g_test_add_func("/ladder/kernel-timeout", test_kernel_timeout);
  g_test_add_func("/ladder/kernel-other-login", test_kernel_other_login);
  g_test_add_func("/ladder/kernel-no-login", test_kernel_no_login);
  g_test_add_func("/ladder/kernel-foreign", test_kernel_foreign);
  g_test_add_func("/ladder/sealed-key-waits", test_sealed_key_waits);
  g_test_add_func("/ladder/passed-by", test_passed_by);
  g_test_add_func("/ladder/locked-stops", test_locked_stops);
  g_test_add_func("/ladder/none", test_none);
  g_test_add_func("/ladder/probe", test_probe);
  g_test_add_func("/ladder/command-keeps", test_command_keeps);
  g_test_add_func("/ladder/names-apart", test_names_apart);
  g_test_add_func("/ladder/environment-is-emptied", test_environment_is_emptied);
  int status = g_test_run();
  const char *clean[] = {"rm", "-rf", folder, NULL};
  g_spawn_sync(NULL, (char **)clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free(folder);
  return status;
}
