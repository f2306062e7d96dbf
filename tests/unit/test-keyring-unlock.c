/* Opening a keyring, and one that fails in the middle: the real gnome-keyring-daemon
 * locked, opened with wrong and right passwords, made from nothing, stopped, ended;
 * and services that differ from it as the specification lets them: no default
 * collection (KeePassXC without a database), a prompt that is answered, dismissed or
 * never answered, single items that are locked (KeePassXC, KWallet). Those are played
 * by this program itself, started with --mock. */
#include "auth/ladder.h"
#include "base/error.h"
#include "keyring-session.h"
#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "org.freedesktop.secrets"
/* The limit of an answer, and what a busy machine may add. */
#define WITHIN (3 * G_TIME_SPAN_SECOND + 500 * G_TIME_SPAN_MILLISECOND)

#define EXPECT(condition, what)                                                                    \
  if (!(condition))                                                                                \
  return session_complain(what, error)

static Secret *
secret(const char *text)
{
  return secret_new(text, -1);
}

static gboolean
is_state(Credentials *credentials, RungState rung, UnlockWay way)
{
  g_auto(CredentialsState) state = {0};
  credentials_probe(credentials, &state, NULL);
  if (state.state != rung || state.unlock != way)
    g_printerr("state %d, way %d: %s\n", state.state, state.unlock, state.text);
  return state.state == rung && state.unlock == way;
}

/* --- the real daemon --- */

static int
child_unlock(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Secret) value = secret("s3cret"), wrong = secret("wrong"), right = secret("test");
  session_wait_for_daemon();
  EXPECT(is_state(credentials, RUNG_READY, UNLOCK_NOT), "ready at first");
  EXPECT(credentials_save(credentials, "refresh-token", value, NULL, &error), "save");
  EXPECT(session_lock(&error), "lock");
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_PASSWORD), "locked");
  EXPECT(!credentials_unlock(credentials, wrong, NULL, &error) &&
             g_error_matches(error, USHER_ERROR, USHER_ERROR_REFUSED),
         "a wrong password is refused");
  g_clear_error(&error);
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_PASSWORD), "still locked");
  EXPECT(credentials_unlock(credentials, right, NULL, &error), "the right one opens");
  EXPECT(is_state(credentials, RUNG_READY, UNLOCK_NOT), "open");
  g_autoptr(Secret) kept = credentials_load(credentials, "refresh-token", NULL, &error);
  EXPECT(kept && secret_equal(kept, value), "what was there is there");
  EXPECT(credentials_unlock(credentials, wrong, NULL, &error), "open is open");
  return 0;
}

static int
child_make(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Secret) value = secret("s3cret"), password = secret("a new one");
  session_wait_for_daemon();
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_NEW), "there is none yet");
  EXPECT(credentials_unlock(credentials, password, NULL, &error), "one is made");
  EXPECT(is_state(credentials, RUNG_READY, UNLOCK_NOT), "and open");
  EXPECT(credentials_save(credentials, "refresh-token", value, NULL, &error), "save");
  EXPECT(session_lock(&error), "lock");
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_PASSWORD), "locked");
  EXPECT(credentials_unlock(credentials, password, NULL, &error), "its password opens it");
  g_autoptr(Secret) kept = credentials_load(credentials, "refresh-token", NULL, &error);
  EXPECT(kept && secret_equal(kept, value), "what was there is there");
  return 0;
}

static pid_t
daemon_pid(void)
{
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetConnectionUnixProcessID", g_variant_new("(s)", SERVICE), G_VARIANT_TYPE("(u)"),
      G_DBUS_CALL_FLAGS_NONE, 5000, NULL, NULL);
  guint32 pid = 0;
  if (answer)
    g_variant_get(answer, "(u)", &pid);
  return (pid_t)pid;
}

/* Fails as a keyring's trouble does, in time. */
static gboolean
load_fails(Credentials *credentials, const char *words)
{
  g_autoptr(GError) error = NULL;
  gint64 begin = g_get_monotonic_time();
  g_autoptr(Secret) kept = credentials_load(credentials, "refresh-token", NULL, &error);
  gint64 took = g_get_monotonic_time() - begin;
  if (kept || !g_error_matches(error, USHER_ERROR, USHER_ERROR_KEYRING) || took > WITHIN ||
      !strstr(error->message, words) || strchr(error->message, '\n'))
    g_printerr("after %d ms: %s\n", (int)(took / 1000), error ? error->message : "a secret");
  return !kept && error && error->code == USHER_ERROR_KEYRING && took <= WITHIN &&
         strstr(error->message, words) != NULL;
}

static int
child_stopped(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Secret) value = secret("s3cret");
  session_wait_for_daemon();
  EXPECT(credentials_save(credentials, "refresh-token", value, NULL, &error), "save");
  pid_t pid = daemon_pid();
  EXPECT(pid > 0 && kill(pid, SIGSTOP) == 0, "stop");
  gboolean silent = load_fails(credentials, "does not answer");
  gint64 begin = g_get_monotonic_time();
  gboolean told = is_state(credentials, RUNG_SILENT, UNLOCK_NOT);
  gint64 took = g_get_monotonic_time() - begin;
  kill(pid, SIGCONT);
  EXPECT(silent, "a stopped one is silent");
  EXPECT(told && took <= WITHIN / 10, "and it is not asked again for a while");
  g_autoptr(Secret) kept = NULL;
  for (int i = 0; i < 1000 && !kept; i++) {
    g_usleep(10000);
    kept = credentials_load(credentials, "refresh-token", NULL, NULL);
  }
  EXPECT(kept && secret_equal(kept, value), "woken up, it has what it had");
  return 0;
}

static gpointer
kill_soon(gpointer data)
{
  g_usleep(300000);
  kill(GPOINTER_TO_INT(data), SIGKILL);
  return NULL;
}

/* Ended while it is asked: the answer comes at once and is no "not found". */
static int
child_killed(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Secret) value = secret("s3cret");
  session_wait_for_daemon();
  EXPECT(credentials_save(credentials, "refresh-token", value, NULL, &error), "save");
  pid_t pid = daemon_pid();
  EXPECT(pid > 0 && kill(pid, SIGSTOP) == 0, "stop");
  GThread *killer = g_thread_new("killer", kill_soon, GINT_TO_POINTER((int)pid));
  EXPECT(load_fails(credentials, ""), "ended in the middle");
  g_thread_join(killer);
  EXPECT(is_state(credentials, RUNG_ABSENT, UNLOCK_NOT), "then there is none");
  EXPECT(load_fails(credentials, "no keyring service"), "and that is said");
  return 0;
}

/* A locked keyring is not stepped over, whatever stands behind it. */
static int
child_ladder(void)
{
  static const char *const order[] = {"keyring", "kernel-keyring", "command", NULL};
  const CredentialsOptions options = {
      .profile = "contoso", .order = order, .command = "printf other", .timeout = 60};
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_ladder(&options);
  g_autoptr(Secret) value = secret("s3cret"), password = secret("test");
  session_wait_for_daemon();
  EXPECT(credentials_save(credentials, "refresh-token", value, NULL, &error), "save");
  EXPECT(session_lock(&error), "lock");
  EXPECT(load_fails(credentials, "locked"), "load");
  EXPECT(!credentials_save(credentials, "refresh-token", password, NULL, &error), "save fails");
  g_clear_error(&error);
  g_autoptr(Ladder) ladder = ladder_probe(&options, NULL);
  EXPECT(ladder->in_use == 0 && ladder_in_use(ladder)->found.state == RUNG_LOCKED, "probe");
  g_autoptr(Credentials) kernel = credentials_new_kernel("contoso", 60);
  EXPECT(!credentials_load(kernel, "refresh-token", NULL, NULL), "nothing went elsewhere");
  EXPECT(credentials_unlock(credentials, password, NULL, &error), "unlock");
  g_autoptr(Secret) kept = credentials_load(credentials, "refresh-token", NULL, &error);
  EXPECT(kept && secret_equal(kept, value), "what was there is there");
  return 0;
}

/* --- other services --- */

static int
child_no_default(void)
{
  const GError *error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  session_wait_for_daemon();
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_NOT), "not absent, and not from here");
  EXPECT(load_fails(credentials, "no default collection"), "load");
  return 0;
}

static int
child_dismissed(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  session_wait_for_daemon();
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_PROMPT), "by its own prompt");
  EXPECT(!credentials_unlock(credentials, NULL, NULL, &error) &&
             g_error_matches(error, USHER_ERROR, USHER_ERROR_KEYRING) &&
             strstr(error->message, "dismissed"),
         "dismissed");
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_PROMPT), "still locked");
  return 0;
}

static int
child_agreed(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  session_wait_for_daemon();
  EXPECT(is_state(credentials, RUNG_LOCKED, UNLOCK_PROMPT), "by its own prompt");
  EXPECT(credentials_unlock(credentials, NULL, NULL, &error), "agreed");
  EXPECT(is_state(credentials, RUNG_READY, UNLOCK_NOT), "open");
  return 0;
}

static gpointer
cancel_once_shown(gpointer data)
{
  while (!g_file_test("shown", G_FILE_TEST_EXISTS))
    g_usleep(1000);
  g_cancellable_cancel(data);
  return NULL;
}

/* Nobody answers: the person here gives up, and the prompt is taken back. */
static int
child_given_up(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  session_wait_for_daemon();
  GThread *thread = g_thread_new("cancel", cancel_once_shown, cancellable);
  gint64 begin = g_get_monotonic_time();
  EXPECT(!credentials_unlock(credentials, NULL, cancellable, &error) &&
             g_error_matches(error, USHER_ERROR, USHER_ERROR_CANCELLED),
         "given up");
  EXPECT(g_get_monotonic_time() - begin < WITHIN, "at once");
  g_thread_join(thread);
  EXPECT(g_file_test("dismissed", G_FILE_TEST_EXISTS), "the prompt was taken back");
  return 0;
}

/* --- the mock --- */

static const char mock_xml[] =
    "<node><interface name='org.freedesktop.Secret.Service'>"
    "<method name='ReadAlias'><arg type='s' direction='in'/><arg type='o' "
    "direction='out'/></method>"
    "<method name='SearchItems'><arg type='a{ss}' direction='in'/><arg type='ao' direction='out'/>"
    "<arg type='ao' direction='out'/></method>"
    "<method name='Unlock'><arg type='ao' direction='in'/><arg type='ao' direction='out'/>"
    "<arg type='o' direction='out'/></method></interface>"
    "<interface name='org.freedesktop.Secret.Collection'>"
    "<property name='Locked' type='b' access='read'/></interface>"
    "<interface name='org.freedesktop.Secret.Prompt'>"
    "<method name='Prompt'><arg type='s' direction='in'/></method><method name='Dismiss'/>"
    "<signal name='Completed'><arg type='b'/><arg type='v'/></signal></interface></node>";

typedef struct {
  const char *mode;
  gboolean locked;
} Mock;

static gboolean
is_mode(const Mock *mock, const char *mode)
{
  return g_str_equal(mock->mode, mode);
}

static GVariant *
answer_service(Mock *mock, const char *method)
{
  static const char *const none[] = {NULL};
  static const char *const item[] = {"/org/freedesktop/secrets/collection/c/1", NULL};
  if (g_str_equal(method, "ReadAlias"))
    return g_variant_new(
        "(o)", is_mode(mock, "no-default") ? "/" : "/org/freedesktop/secrets/collection/c");
  if (g_str_equal(method, "SearchItems"))
    return g_variant_new("(^ao^ao)", none, is_mode(mock, "items") && mock->locked ? item : none);
  return g_variant_new("(^aoo)", none, "/org/freedesktop/secrets/prompt/p");
}

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  Mock *mock = data;
  if (g_str_has_suffix(interface, ".Service")) {
    g_dbus_method_invocation_return_value(invocation, answer_service(mock, method));
    return;
  }
  /* Before the answer: whoever has it may look at once. */
  g_file_set_contents(g_str_equal(method, "Dismiss") ? "dismissed" : "shown", "", 0, NULL);
  g_dbus_method_invocation_return_value(invocation, NULL);
  if (is_mode(mock, "never"))
    return;
  gboolean dismissed = is_mode(mock, "dismiss");
  mock->locked = dismissed;
  g_dbus_connection_emit_signal(bus, NULL, path, interface, "Completed",
                                g_variant_new("(bv)", dismissed, g_variant_new_string("")), NULL);
}

static GVariant *
on_property(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *property, GError **error, gpointer data)
{
  const Mock *mock = data;
  return g_variant_new_boolean(mock->locked && !is_mode(mock, "items"));
}

static int
play(const char *mode)
{
  static const char *const paths[] = {"/org/freedesktop/secrets",
                                      "/org/freedesktop/secrets/collection/c",
                                      "/org/freedesktop/secrets/prompt/p"};
  static const GDBusInterfaceVTable table = {.method_call = on_call, .get_property = on_property};
  Mock mock = {mode, TRUE};
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(mock_xml, NULL);
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
    g_dbus_connection_register_object(bus, paths[i], node->interfaces[i], &table, &mock, NULL,
                                      NULL);
  g_bus_own_name_on_connection(bus, SERVICE, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_main_loop_run(loop); /* until the bus ends */
  return 0;
}

/* --- outside --- */

static const struct {
  const char *name;
  int (*run)(void);
  const char *mock;    /* instead of the daemon */
  const char *prepare; /* how the daemon is started */
} cases[] = {
    {"unlock", child_unlock, NULL, UNLOCKED},
    {"make", child_make, NULL,
     "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "},
    {"stopped", child_stopped, NULL, UNLOCKED},
    {"killed", child_killed, NULL, UNLOCKED},
    {"ladder", child_ladder, NULL, UNLOCKED},
    {"no-default", child_no_default, "no-default", NULL},
    {"dismissed", child_dismissed, "dismiss", NULL},
    {"agreed", child_agreed, "agree", NULL},
    {"items", child_agreed, "items", NULL},
    {"given-up", child_given_up, "never", NULL},
};

static void
test_case(gconstpointer data)
{
  guint i = GPOINTER_TO_UINT(data);
  if (!session_possible(cases[i].mock == NULL))
    return;
  g_autofree char *mock =
      cases[i].mock ? g_strdup_printf("\"$0\" --mock %s & ", cases[i].mock) : NULL;
  g_autofree char *script = g_strdup_printf(SESSION "sh -c '%sexec \"$0\" --child %s' \"$0\"",
                                            mock ? mock : cases[i].prepare, cases[i].name);
  session_run(script);
}

int
main(int argc, char **argv)
{
  if (argc == 3 && strcmp(argv[1], "--mock") == 0)
    return play(argv[2]);
  if (argc == 3 && strcmp(argv[1], "--child") == 0)
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
      if (strcmp(argv[2], cases[i].name) == 0)
        /* Threads that a silent keyring holds are left behind: no farewell to them. */
        _Exit(cases[i].run());
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strconcat("/keyring-unlock/", cases[i].name, NULL);
    g_test_add_data_func(path, GUINT_TO_POINTER(i), test_case);
  }
  return g_test_run();
}
