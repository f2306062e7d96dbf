/* The keyring against the real gnome-keyring-daemon on a bus of its own: ready,
 * locked, without a collection, without a service, without a bus, and one that
 * never answers. Each case is a process of its own, started by this program
 * under dbus-run-session with a fresh HOME, since a process has one session bus. */
#include "auth/credentials.h"
#include "base/error.h"
#include "keyring-session.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Inside the session */

static int
child_ready(void)
{
  session_wait_for_daemon();
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Credentials) other = credentials_new_keyring("fabrikam");
  g_autoptr(Secret) one = secret_new("first", -1), two = secret_new("second ü", -1);
  if (keyring_probe(NULL) != KEYRING_READY)
    return session_complain("probe", NULL);
  if (credentials_load(credentials, "refresh-token", NULL, &error) ||
      !g_error_matches(error, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return session_complain("absent", error);
  g_clear_error(&error);
  if (!credentials_save(credentials, "refresh-token", one, NULL, &error) ||
      !credentials_save(credentials, "refresh-token", two, NULL, &error) ||
      !credentials_save(credentials, "client-secret", one, NULL, &error))
    return session_complain("save", error);
  g_autoptr(Secret) kept = credentials_load(credentials, "refresh-token", NULL, &error);
  if (!kept || !secret_equal(kept, two))
    return session_complain("load", error);
  if (credentials_load(other, "refresh-token", NULL, NULL))
    return session_complain("another profile's secret", NULL);
  if (!credentials_forget(credentials, "refresh-token", NULL, &error))
    return session_complain("forget", error);
  if (credentials_load(credentials, "refresh-token", NULL, NULL))
    return session_complain("still there", NULL);
  g_autoptr(Secret) rest = credentials_load(credentials, "client-secret", NULL, &error);
  return rest && secret_equal(rest, one) ? 0 : session_complain("the other one is gone", error);
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
    return session_complain("load", load_error);
  if (credentials_save(credentials, "refresh-token", secret, NULL, &save_error) ||
      !g_error_matches(save_error, USHER_ERROR, USHER_ERROR_KEYRING))
    return session_complain("save", save_error);
  if (credentials_forget(credentials, "refresh-token", NULL, &forget_error) ||
      !g_error_matches(forget_error, USHER_ERROR, USHER_ERROR_KEYRING))
    return session_complain("forget", forget_error);
  if (g_get_monotonic_time() - begin > 4 * 3500 * G_TIME_SPAN_MILLISECOND)
    return session_complain("too slow", NULL);
  return 0;
}

static int
child_locked(void)
{
  session_wait_for_daemon();
  g_autoptr(GError) error = NULL;
  g_autoptr(Credentials) credentials = credentials_new_keyring("contoso");
  g_autoptr(Secret) secret = secret_new("old", -1);
  if (!credentials_save(credentials, "refresh-token", secret, NULL, &error) ||
      !session_lock(&error))
    return session_complain("prepare", error);
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
    return session_complain("no name", NULL);
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
  session_wait_for_daemon();
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

static void
test_ready(void)
{
  if (session_possible(TRUE))
    session_run(SESSION "sh -c '" UNLOCKED "exec \"$0\" --child ready' \"$0\"");
}

static void
test_locked(void)
{
  if (session_possible(TRUE))
    session_run(SESSION "sh -c '" UNLOCKED "exec \"$0\" --child locked' \"$0\"");
}

static void
test_no_collection(void)
{
  if (session_possible(TRUE))
    session_run(SESSION "sh -c 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "
                        "exec \"$0\" --child no-collection' \"$0\"");
}

static void
test_silent(void)
{
  if (session_possible(FALSE))
    session_run(SESSION "\"$0\" --child silent");
}

static void
test_no_service(void)
{
  if (session_possible(FALSE))
    session_run(SESSION "\"$0\" --child no-service");
}

static void
test_no_bus(void)
{
  session_run("exec timeout 60 \"$0\" --child no-bus");
  session_run("DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent exec timeout 60 \"$0\" --child "
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
  g_test_add_func("/keyring/ready", test_ready);
  g_test_add_func("/keyring/locked", test_locked);
  g_test_add_func("/keyring/no-collection", test_no_collection);
  g_test_add_func("/keyring/silent", test_silent);
  g_test_add_func("/keyring/no-service", test_no_service);
  g_test_add_func("/keyring/no-bus", test_no_bus);
  return g_test_run();
}
