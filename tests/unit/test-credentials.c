/* Secrets from commands, the environment, descriptors and memory. */
#include "auth/credentials.h"
#include "base/error.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static Secret *
load(Credentials *credentials, GError **error)
{
  return credentials_load(credentials, "client-secret", NULL, error);
}

static void
assert_cannot_save(Credentials *credentials)
{
  g_autoptr(Secret) secret = secret_new("x", -1);
  g_autoptr(GError) error = NULL;
  g_assert_false(credentials_can_save(credentials));
  g_assert_false(credentials_save(credentials, "client-secret", secret, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
  g_clear_error(&error);
  g_assert_false(credentials_forget(credentials, "client-secret", NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_REFUSED);
}

static void
test_environment(void)
{
  g_autoptr(Credentials) credentials = credentials_new_environment("USHER_TEST_SECRET");
  g_autoptr(GError) error = NULL;
  g_unsetenv("USHER_TEST_SECRET");
  g_assert_null(load(credentials, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, "USHER_TEST_SECRET"));
  g_setenv("USHER_TEST_SECRET", "s3cret", TRUE);
  g_autoptr(Secret) secret = load(credentials, NULL);
  g_assert_cmpstr(secret_peek(secret), ==, "s3cret");
  g_assert_cmpstr(credentials_kind(credentials), ==, "environment");
  assert_cannot_save(credentials);
}

static void
test_memory(void)
{
  g_autoptr(Credentials) credentials = credentials_new_memory();
  g_autoptr(Secret) secret = secret_new("one", -1);
  g_autoptr(GError) error = NULL;
  g_assert_null(load(credentials, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND);
  g_assert_true(credentials_can_save(credentials));
  g_assert_true(credentials_save(credentials, "client-secret", secret, NULL, NULL));
  g_autoptr(Secret) kept = load(credentials, NULL);
  g_assert_true(secret_equal(kept, secret));
  g_assert_null(credentials_load(credentials, "refresh-token", NULL, NULL));
  g_assert_true(credentials_forget(credentials, "client-secret", NULL, NULL));
  g_assert_null(load(credentials, NULL));
}

static void
test_command(void)
{
  static const struct {
    const char *line, *secret;
    int code;
    const char *words;
  } cases[] = {
      {"printf 's3cret\\n'", "s3cret", 0, NULL},
      {"printf 's3cret\\n\\n'", "s3cret\n", 0, NULL}, /* one newline, not all */
      {"echo $HOME;id|cat", "$HOME;id|cat", 0, NULL}, /* no shell */
      {"sh -c 'echo $((6*7))'", "42", 0, NULL},
      {"sh -c 'echo oops >&2; exit 3'", NULL, USHER_ERROR_KEYRING, "status 3: oops"},
      {"sh -c 'echo half; exit 1'", NULL, USHER_ERROR_KEYRING, "status 1"},
      {"sh -c 'kill -9 $$'", NULL, USHER_ERROR_KEYRING, "signal 9"},
      {"true", NULL, USHER_ERROR_NOT_FOUND, "true"},
      {"/nonexistent/program", NULL, USHER_ERROR_CONFIG, "nonexistent"},
      {"unclosed 'quote", NULL, USHER_ERROR_CONFIG, "quote"},
      {"", NULL, USHER_ERROR_CONFIG, ""},
      {"head -c 100000 /dev/zero", NULL, USHER_ERROR_KEYRING, "too long"},
      {"printf 'a\\000b'", NULL, USHER_ERROR_KEYRING, "no text"},
      {"cat", NULL, USHER_ERROR_NOT_FOUND, "cat"}, /* it gets no input */
      {"sh -c 'head -c 200000 /dev/zero >&2; echo s3cret'", "s3cret", 0, NULL},
      {"sh -c 'echo first >&2; head -c 200000 /dev/zero >&2; exit 4'", NULL, USHER_ERROR_KEYRING,
       "status 4: first"},
      {"sh -c 'sleep 30 & echo s3cret'", "s3cret", 0, NULL}, /* holds the output open */
      {"sh -c 'exec 3>&1; (sleep 30) & exit 5'", NULL, USHER_ERROR_KEYRING, "status 5"},
  };
  gint64 begin = g_get_monotonic_time();
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Credentials) credentials = credentials_new_command(cases[i].line, NULL, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Secret) secret = load(credentials, &error);
    g_test_message("%s", cases[i].line);
    g_assert_cmpstr(secret ? secret_peek(secret) : NULL, ==, cases[i].secret);
    if (!cases[i].secret) {
      g_assert_cmpint(error->code, ==, cases[i].code);
      g_assert_nonnull(strstr(error->message, cases[i].words));
    }
    assert_cannot_save(credentials);
  }
  g_assert_cmpint(g_get_monotonic_time() - begin, <, 15 * G_TIME_SPAN_SECOND);
}

static gpointer
cancel_soon(gpointer data)
{
  g_usleep(50000);
  g_cancellable_cancel(data);
  return NULL;
}

static void
test_command_cancel(void)
{
  g_autoptr(Credentials) credentials = credentials_new_command("sleep 100", NULL, NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(GError) error = NULL;
  gint64 begin = g_get_monotonic_time();
  GThread *thread = g_thread_new("cancel", cancel_soon, cancellable);
  g_assert_null(credentials_load(credentials, "client-secret", cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_assert_cmpint(g_get_monotonic_time() - begin, <, 2 * G_TIME_SPAN_SECOND);
  g_thread_join(thread);
}

static void
test_descriptor(void)
{
  int fds[2];
  g_assert_cmpint(pipe(fds), ==, 0);
  g_assert_cmpint(write(fds[1], "s3cret\r\n", 8), ==, 8);
  close(fds[1]);
  g_autoptr(Credentials) credentials = credentials_new_descriptor(fds[0]);
  for (int i = 0; i < 2; i++) { /* read once, kept */
    g_autoptr(Secret) secret = load(credentials, NULL);
    g_assert_cmpstr(secret_peek(secret), ==, "s3cret");
  }
  assert_cannot_save(credentials);
}

/* One that nobody gave: not there, of the program's own (which has the number by chance), or to
 * be written to. None of them is waited for. */
static void
test_descriptor_not_given(void)
{
  int own[2], given[2];
  g_assert_cmpint(pipe2(own, O_CLOEXEC), ==, 0);
  g_assert_cmpint(pipe(given), ==, 0);
  const int fds[] = {999, own[0], given[1]};
  for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
    g_autoptr(Credentials) credentials = credentials_new_descriptor(fds[i]);
    g_autoptr(GError) error = NULL;
    g_auto(CredentialsState) state = {0};
    gint64 begin = g_get_monotonic_time();
    g_assert_null(load(credentials, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_KEYRING);
    g_assert_nonnull(strstr(error->message, "not open"));
    credentials_probe(credentials, &state, NULL);
    g_assert_cmpint(state.state, ==, RUNG_ABSENT);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_TIME_SPAN_SECOND);
  }
  close(own[1]);
  close(given[0]);
}

/* A pipe that nobody writes to holds nobody. */
static void
test_descriptor_cancel(void)
{
  int fds[2];
  g_assert_cmpint(pipe(fds), ==, 0);
  g_autoptr(Credentials) credentials = credentials_new_descriptor(fds[0]);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(GError) error = NULL;
  GThread *thread = g_thread_new("cancel", cancel_soon, cancellable);
  g_assert_null(credentials_load(credentials, "client-secret", cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_thread_join(thread);
  g_assert_cmpint(write(fds[1], "late", 4), ==, 4);
  close(fds[1]);
  g_autoptr(Secret) secret = load(credentials, NULL);
  g_assert_cmpstr(secret_peek(secret), ==, "late");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/credentials/environment", test_environment);
  g_test_add_func("/credentials/memory", test_memory);
  g_test_add_func("/credentials/command", test_command);
  g_test_add_func("/credentials/command-cancel", test_command_cancel);
  g_test_add_func("/credentials/descriptor", test_descriptor);
  g_test_add_func("/credentials/descriptor-not-given", test_descriptor_not_given);
  g_test_add_func("/credentials/descriptor-cancel", test_descriptor_cancel);
  return g_test_run();
}
