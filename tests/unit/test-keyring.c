/* The keyring against the real gnome-keyring-daemon on a bus of its own: ready,
 * locked, without a collection, without a service, without a bus, and one that
 * never answers. Each case is a process of its own, started by this program
 * under dbus-run-session with a fresh HOME, since a process has one session bus. */
#include "auth/credentials.h"
#include "base/error.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static const char *self;

/* Inside the session */

static int
complain(const char *what, const GError *error)
{
  g_printerr("%s: %s\n", what, error ? error->message : "-");
  return 1;
}

/* The daemon goes into the background before it has taken the name. */
static void
wait_for_daemon(void)
{
  for (int i = 0; i < 1000; i++) {
    KeyringState state = keyring_probe(NULL);
    if (state != KEYRING_NO_SERVICE && state != KEYRING_SILENT)
      return;
    g_usleep(10000);
  }
}

static int
child_ready(void)
{
  wait_for_daemon();
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Credentials) other = credentials_new_keyring("fabrikam");
  g_autoptr(Secret) one = secret_new("first", -1), two = secret_new("second ü", -1);
  if (keyring_probe(NULL) != KEYRING_READY)
    return complain("probe", NULL);
  if (credentials_load(credentials, "refresh-token", NULL, &error) ||
      !g_error_matches(error, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return complain("absent", error);
  g_clear_error(&error);
  if (!credentials_save(credentials, "refresh-token", one, NULL, &error) ||
      !credentials_save(credentials, "refresh-token", two, NULL, &error) ||
      !credentials_save(credentials, "client-secret", one, NULL, &error))
    return complain("save", error);
  g_autoptr(Secret) kept = credentials_load(credentials, "refresh-token", NULL, &error);
  if (!kept || !secret_equal(kept, two))
    return complain("load", error);
  if (credentials_load(other, "refresh-token", NULL, NULL))
    return complain("another profile's secret", NULL);
  if (!credentials_forget(credentials, "refresh-token", NULL, &error))
    return complain("forget", error);
  if (credentials_load(credentials, "refresh-token", NULL, NULL))
    return complain("still there", NULL);
  g_autoptr(Secret) rest = credentials_load(credentials, "client-secret", NULL, &error);
  return rest && secret_equal(rest, one) ? 0 : complain("the other one is gone", error);
}

/* Locks the default collection the way a screen lock does. */
static gboolean
lock(GError **error)
{
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, error);
  g_autoptr(GVariant) alias =
      bus ? g_dbus_connection_call_sync(bus, "org.freedesktop.secrets", "/org/freedesktop/secrets",
                                        "org.freedesktop.Secret.Service", "ReadAlias",
                                        g_variant_new("(s)", "default"), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, 5000, NULL, error)
          : NULL;
  if (!alias)
    return FALSE;
  const char *path;
  g_variant_get(alias, "(&o)", &path);
  const char *paths[] = {path, NULL};
  g_autoptr(GVariant) done = g_dbus_connection_call_sync(
      bus, "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
      "Lock", g_variant_new("(@ao)", g_variant_new_objv(paths, 1)), NULL, G_DBUS_CALL_FLAGS_NONE,
      5000, NULL, error);
  return done != NULL;
}

/* Expects every call to fail with `state` within the limit, and nothing to be lost. */
static int
expect_trouble(KeyringState state)
{
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Secret) secret = secret_new("new", -1);
  gint64 begin = g_get_monotonic_time();
  KeyringState found = keyring_probe(NULL);
  if (found != state) {
    g_printerr("probe: state %d instead of %d\n", found, state);
    return 1;
  }
  g_autoptr(GError) load_error = NULL, save_error = NULL, forget_error = NULL;
  if (credentials_load(credentials, "refresh-token", NULL, &load_error) ||
      !g_error_matches(load_error, USHER_ERROR, USHER_ERROR_KEYRING) ||
      !g_str_has_prefix(load_error->message, keyring_state_text(state)) ||
      !strstr(load_error->message, keyring_state_remedy(state)))
    return complain("load", load_error);
  if (credentials_save(credentials, "refresh-token", secret, NULL, &save_error) ||
      !g_error_matches(save_error, USHER_ERROR, USHER_ERROR_KEYRING))
    return complain("save", save_error);
  if (credentials_forget(credentials, "refresh-token", NULL, &forget_error) ||
      !g_error_matches(forget_error, USHER_ERROR, USHER_ERROR_KEYRING))
    return complain("forget", forget_error);
  if (g_get_monotonic_time() - begin > 4 * 3500 * G_TIME_SPAN_MILLISECOND)
    return complain("too slow", NULL);
  return 0;
}

static int
child_locked(void)
{
  wait_for_daemon();
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Secret) secret = secret_new("old", -1);
  if (!credentials_save(credentials, "refresh-token", secret, NULL, &error) || !lock(&error))
    return complain("prepare", error);
  return expect_trouble(KEYRING_LOCKED);
}

/* A service that takes the name and never answers. */
static gpointer
silent_service(gpointer data)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, NULL, NULL);
  GDBusConnection *bus =
      g_dbus_connection_new_for_address_sync(address,
                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                 G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                             NULL, NULL, NULL);
  g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new("(su)", "org.freedesktop.secrets", 0), NULL, G_DBUS_CALL_FLAGS_NONE, 5000, NULL,
      NULL);
  return answer ? bus : NULL;
}

static GDBusMessage *
swallow(GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_dbus_message_get_message_type(message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL) {
    g_object_unref(message);
    return NULL;
  }
  return message;
}

static int
child_silent(void)
{
  GDBusConnection *bus = silent_service(NULL);
  if (!bus)
    return complain("no name", NULL);
  g_dbus_connection_add_filter(bus, swallow, NULL, NULL);
  return expect_trouble(KEYRING_SILENT);
}

static int
child_no_service(void)
{
  return expect_trouble(KEYRING_NO_SERVICE);
}

static int
child_no_collection(void)
{
  wait_for_daemon();
  return expect_trouble(KEYRING_NO_COLLECTION);
}

static int
child_no_bus(void)
{
  return expect_trouble(KEYRING_NO_BUS);
}

static const struct {
  const char *name;
  int (*run)(void);
} children[] = {
    {"ready", child_ready},   {"locked", child_locked},
    {"silent", child_silent}, {"no-service", child_no_service},
    {"no-bus", child_no_bus}, {"no-collection", child_no_collection},
};

/* Outside */

static const char bus_config[] =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
    "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
    "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>"
    "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
    "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n";

static gboolean
have(const char *program)
{
  g_autofree char *path = g_find_program_in_path(program);
  return path != NULL;
}

/* The daemon may still be writing while it ends: until nothing comes back. */
static void
clean_up(const char *home)
{
  const char *clean[] = {"rm", "-rf", home, NULL};
  for (int quiet = 0, i = 0; quiet < 5 && i < 200; i++) {
    quiet = g_file_test(home, G_FILE_TEST_EXISTS) ? 0 : quiet + 1;
    if (!quiet)
      g_spawn_sync(NULL, (char **)clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                   NULL);
    g_usleep(10000);
  }
}

/* Runs `script`, in which $0 is this program, in a home of its own. */
static void
run_script(const char *script)
{
  g_autofree char *home = g_dir_make_tmp("usher-keyring-XXXXXX", NULL);
  g_autofree char *config = g_build_filename(home, "bus.conf", NULL);
  g_assert_true(g_file_set_contents(config, bus_config, -1, NULL));
  const char *argv[] = {"sh", "-c", script, self, NULL};
  g_auto(GStrv) environment = g_get_environ();
  environment = g_environ_setenv(environment, "HOME", home, TRUE);
  environment = g_environ_setenv(environment, "XDG_RUNTIME_DIR", home, TRUE);
  environment = g_environ_unsetenv(environment, "DBUS_SESSION_BUS_ADDRESS");
  environment = g_environ_unsetenv(environment, "DISPLAY");
  environment = g_environ_unsetenv(environment, "WAYLAND_DISPLAY");
  int status = 0;
  g_autofree char *output = NULL, *errors = NULL;
  g_assert_true(g_spawn_sync(home, (char **)argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL,
                             &output, &errors, &status, NULL));
  if (!g_spawn_check_wait_status(status, NULL))
    g_error("%s\n%s%s", script, output, errors);
  clean_up(home);
}

/* dbus-run-session ends the bus, and with it the daemon. The bus has no services that
 * could be started, so that nothing but what we start is there. */
#define SESSION "exec timeout 60 dbus-run-session --config-file=\"$HOME/bus.conf\" -- "
#define UNLOCKED                                                                                   \
  "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "

static gboolean
can_run(gboolean daemon)
{
  if (have("dbus-run-session") && (!daemon || have("gnome-keyring-daemon")))
    return TRUE;
  g_test_skip("dbus-run-session or gnome-keyring-daemon is not installed");
  return FALSE;
}

static void
test_ready(void)
{
  if (can_run(TRUE))
    run_script(SESSION "sh -c '" UNLOCKED "exec \"$0\" --child ready' \"$0\"");
}

static void
test_locked(void)
{
  if (can_run(TRUE))
    run_script(SESSION "sh -c '" UNLOCKED "exec \"$0\" --child locked' \"$0\"");
}

static void
test_no_collection(void)
{
  if (can_run(TRUE))
    run_script(SESSION "sh -c 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "
                       "exec \"$0\" --child no-collection' \"$0\"");
}

static void
test_silent(void)
{
  if (can_run(FALSE))
    run_script(SESSION "\"$0\" --child silent");
}

static void
test_no_service(void)
{
  if (can_run(FALSE))
    run_script(SESSION "\"$0\" --child no-service");
}

static void
test_no_bus(void)
{
  run_script("exec timeout 60 \"$0\" --child no-bus");
  run_script("DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent exec timeout 60 \"$0\" --child "
             "no-bus");
}

int
main(int argc, char **argv)
{
  if (argc == 3 && strcmp(argv[1], "--child") == 0)
    for (guint i = 0; i < G_N_ELEMENTS(children); i++)
      if (strcmp(argv[2], children[i].name) == 0)
        /* Threads that a silent keyring holds are left behind: no farewell to them. */
        _Exit(children[i].run());
  g_test_init(&argc, &argv, NULL);
  g_autofree char *path = g_file_read_link("/proc/self/exe", NULL);
  self = path;
  g_test_add_func("/keyring/ready", test_ready);
  g_test_add_func("/keyring/locked", test_locked);
  g_test_add_func("/keyring/no-collection", test_no_collection);
  g_test_add_func("/keyring/silent", test_silent);
  g_test_add_func("/keyring/no-service", test_no_service);
  g_test_add_func("/keyring/no-bus", test_no_bus);
  return g_test_run();
}
