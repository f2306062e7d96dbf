/* Sessions with a bus and a keyring of their own, for the tests of the keyring: each
 * case is a process started under dbus-run-session with a fresh HOME, since a process
 * has one session bus. */
#include "keyring-session.h"

#include "auth/credentials.h"
#include <gio/gio.h>
#include <glib/gstdio.h>

int
session_complain(const char *what, const GError *error)
{
  g_printerr("%s: %s\n", what, error ? error->message : "-");
  return 1;
}

/* The daemon goes into the background before it has taken the name. */
void
session_wait_for_daemon(void)
{
  for (int i = 0; i < 1000; i++) {
    KeyringState state = keyring_probe(NULL);
    if (state != KEYRING_NO_SERVICE && state != KEYRING_SILENT)
      return;
    g_usleep(10000);
  }
}

/* Locks the default collection the way a screen lock does. */
gboolean
session_lock(GError **error)
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
void
session_run(const char *script)
{
  g_autofree char *home = g_dir_make_tmp("usher-keyring-XXXXXX", NULL);
  g_autofree char *config = g_build_filename(home, "bus.conf", NULL);
  g_assert_true(g_file_set_contents(config, bus_config, -1, NULL));
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
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

gboolean
session_possible(gboolean daemon)
{
  if (have("dbus-run-session") && (!daemon || have("gnome-keyring-daemon")))
    return TRUE;
  g_test_skip("dbus-run-session or gnome-keyring-daemon is not installed");
  return FALSE;
}
