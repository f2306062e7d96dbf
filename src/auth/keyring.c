/* The state of the Secret Service, found out without ever starting a prompt,
 * and a way to call it that can be given up: a keyring that waits for a
 * person on another screen would otherwise hold us for ever. Calls are made on
 * a thread of their own and simply left behind at the limit: cancelling them
 * can bring a keyring daemon down. What is kept is for credentials-keyring. */
#include "auth/credentials-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

#define SERVICE      "org.freedesktop.secrets"
#define SERVICE_PATH "/org/freedesktop/secrets"
#define LIMIT        (3 * G_TIME_SPAN_SECOND)

/* Limits of the steps in milliseconds; the whole is cut off at LIMIT. */
enum { ASK_BUS_MS = 1000, START_MS = 2500, ASK_SERVICE_MS = 2000 };

static gboolean
have_bus(void)
{
  const char *address = g_getenv("DBUS_SESSION_BUS_ADDRESS");
  if (address && *address)
    return TRUE;
  const char *runtime = g_getenv("XDG_RUNTIME_DIR");
  if (!runtime || !*runtime)
    return FALSE;
  g_autofree char *socket = g_build_filename(runtime, "bus", NULL);
  return g_file_test(socket, G_FILE_TEST_EXISTS);
}

gboolean
keyring_wants_bus(void)
{
  static const char *const file = "dbus-1/services/org.freedesktop.secrets.service";
  g_autofree char *starter = g_find_program_in_path("dbus-run-session");
  if (have_bus() || !starter)
    return FALSE;
  for (const char *const *folder = g_get_system_data_dirs(); *folder; folder++) {
    g_autofree char *path = g_build_filename(*folder, file, NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
      return TRUE;
  }
  g_autofree char *own = g_build_filename(g_get_user_data_dir(), file, NULL);
  return g_file_test(own, G_FILE_TEST_EXISTS);
}

static GVariant *
ask_bus(GDBusConnection *bus, const char *method, GVariant *parameters, const char *type, int ms,
        GError **error)
{
  return g_dbus_connection_call_sync(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                     "org.freedesktop.DBus", method, parameters,
                                     G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NONE, ms, NULL, error);
}

/* TRUE if the error says that nothing answered. */
static gboolean
is_timeout(const GError *error)
{
  return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_TIMED_OUT);
}

static gboolean
has_owner(GDBusConnection *bus)
{
  g_autoptr(GVariant) answer =
      ask_bus(bus, "NameHasOwner", g_variant_new("(s)", SERVICE), "(b)", ASK_BUS_MS, NULL);
  gboolean owned = FALSE;
  if (answer)
    g_variant_get(answer, "(b)", &owned);
  return owned;
}

static gboolean
is_activatable(GDBusConnection *bus)
{
  g_autoptr(GVariant) answer = ask_bus(bus, "ListActivatableNames", NULL, "(as)", ASK_BUS_MS, NULL);
  if (!answer)
    return FALSE;
  g_autofree const char **names = NULL;
  g_variant_get(answer, "(^a&s)", &names);
  return g_strv_contains(names, SERVICE);
}

/* Something that answers to the service's name; starts it if the bus can. */
static gboolean
find_service(GDBusConnection *bus, KeyringState *ret_state)
{
  if (has_owner(bus))
    return TRUE;
  *ret_state = KEYRING_NO_SERVICE;
  if (!is_activatable(bus))
    return FALSE;
  g_autoptr(GError) failure = NULL;
  g_autoptr(GVariant) answer = ask_bus(bus, "StartServiceByName", g_variant_new("(su)", SERVICE, 0),
                                       "(u)", START_MS, &failure);
  if (!answer && is_timeout(failure))
    *ret_state = KEYRING_SILENT;
  return answer != NULL;
}

GVariant *
keyring_ask(GDBusConnection *bus, const char *path, const char *interface, const char *method,
            GVariant *parameters, const char *type, GError **error)
{
  return g_dbus_connection_call_sync(bus, SERVICE, path, interface, method, parameters,
                                     G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                     ASK_SERVICE_MS, NULL, error);
}

char *
keyring_default_collection(GDBusConnection *bus, GError **error)
{
  g_autoptr(GVariant) alias =
      keyring_ask(bus, SERVICE_PATH, "org.freedesktop.Secret.Service", "ReadAlias",
                  g_variant_new("(s)", "default"), "(o)", error);
  if (!alias)
    return NULL;
  char *path = NULL;
  g_variant_get(alias, "(o)", &path);
  return path;
}

/* READY or LOCKED, or why neither. */
static KeyringState
ask_locked(GDBusConnection *bus)
{
  g_autoptr(GError) failure = NULL;
  g_autofree char *path = keyring_default_collection(bus, &failure);
  if (!path)
    return is_timeout(failure) ? KEYRING_SILENT : KEYRING_NO_SERVICE;
  if (strcmp(path, "/") == 0)
    return KEYRING_NO_COLLECTION;
  g_autoptr(GVariant) answer = keyring_ask(
      bus, path, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new("(ss)", "org.freedesktop.Secret.Collection", "Locked"), "(v)", &failure);
  if (!answer)
    return is_timeout(failure) ? KEYRING_SILENT : KEYRING_NO_COLLECTION;
  g_autoptr(GVariant) locked = NULL;
  g_variant_get(answer, "(v)", &locked);
  gboolean is_locked =
      !g_variant_is_of_type(locked, G_VARIANT_TYPE_BOOLEAN) || g_variant_get_boolean(locked);
  return is_locked ? KEYRING_LOCKED : KEYRING_READY;
}

GDBusConnection *
keyring_bus(void)
{
  /* Without a bus g_bus_get() would start one wherever there is a display. */
  if (!have_bus())
    return NULL;
  GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
  if (bus)
    g_dbus_connection_set_exit_on_close(bus, FALSE); /* else losing the bus ends the program */
  return bus;
}

/* The ladder: each step only when the one before it held. */
static KeyringState
probe(KeyringCall *call)
{
  g_autoptr(GDBusConnection) bus = keyring_bus();
  if (!bus)
    return KEYRING_NO_BUS;
  KeyringState state = KEYRING_NO_SERVICE;
  if (find_service(bus, &state))
    state = ask_locked(bus);
  /* Whoever only asks for the state wants to know what can be done about it. */
  if (state == KEYRING_READY && !call->work && call->profile &&
      keyring_items_locked(bus, call->profile))
    state = KEYRING_LOCKED;
  if (!call->work)
    call->unlock = keyring_unlock_way(bus, state);
  return state;
}

KeyringCall *
keyring_call_new(gboolean (*work)(gpointer call))
{
  KeyringCall *call = g_new0(KeyringCall, 1);
  g_atomic_ref_count_init(&call->references);
  g_mutex_init(&call->lock);
  g_cond_init(&call->changed);
  call->work = work;
  call->state = KEYRING_SILENT;
  return call;
}

void
keyring_call_unref(KeyringCall *call)
{
  if (!call || !g_atomic_ref_count_dec(&call->references))
    return;
  g_mutex_clear(&call->lock);
  g_cond_clear(&call->changed);
  g_free(call->profile);
  g_free(call->name);
  g_clear_pointer(&call->secret, secret_unref);
  g_clear_pointer(&call->found, secret_unref);
  g_clear_error(&call->error);
  g_free(call);
}

static gpointer
call_thread(gpointer data)
{
  g_autoptr(KeyringCall) call = data;
  KeyringState state = probe(call);
  call->state = state;
  if ((state == KEYRING_READY || call->any_state) && call->work)
    call->ok = call->work(call);
  secret_wipe_stack();
  g_mutex_lock(&call->lock);
  call->done = TRUE;
  g_cond_broadcast(&call->changed);
  g_mutex_unlock(&call->lock);
  return NULL;
}

static void
wake(GCancellable *cancellable, gpointer data)
{
  KeyringCall *call = data;
  g_mutex_lock(&call->lock);
  g_cond_broadcast(&call->changed);
  g_mutex_unlock(&call->lock);
}

gboolean
keyring_call_run(KeyringCall *call, GCancellable *cancellable, GError **error)
{
  gint64 until = g_get_monotonic_time() + LIMIT;
  g_atomic_ref_count_inc(&call->references);
  g_thread_unref(g_thread_new("keyring", call_thread, call));
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), call, NULL) : 0;
  g_mutex_lock(&call->lock);
  while (!call->done && !g_cancellable_is_cancelled(cancellable))
    if (!g_cond_wait_until(&call->changed, &call->lock, until))
      break;
  gboolean done = call->done;
  g_mutex_unlock(&call->lock);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  if (!done && g_cancellable_is_cancelled(cancellable))
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
  return done;
}

KeyringState
keyring_probe(GCancellable *cancellable)
{
  g_autoptr(KeyringCall) call = keyring_call_new(NULL);
  return keyring_call_run(call, cancellable, NULL) ? call->state : KEYRING_SILENT;
}

static const struct {
  const char *text, *remedy;
} states[] = {
    [KEYRING_READY] = {N_("The keyring is ready."), NULL},
    [KEYRING_LOCKED] = {N_("The keyring is locked."),
                        N_("Unlock it here with 'usher unlock', or on the desktop.")},
    [KEYRING_NO_COLLECTION] =
        {N_("The keyring has no default collection yet."),
         N_("Make one with 'usher unlock', or open your password program and its database.")},
    [KEYRING_NO_SERVICE] =
        {N_("There is no keyring service here."),
         N_("Install gnome-keyring, KeePassXC or KWallet, or choose other credentials "
            "(usher-auth(7)): sealed-file, kernel-keyring, command.")},
    [KEYRING_NO_BUS] =
        {N_("There is no keyring in this session (no D-Bus session bus)."),
         N_("Start your shell with 'dbus-run-session -- $SHELL', or choose other credentials "
            "(usher-auth(7)): sealed-file, kernel-keyring, command.")},
    [KEYRING_SILENT] =
        {N_("The keyring does not answer; it may be waiting for somebody on another screen."),
         N_("Answer it there, restart it, or choose other credentials (usher-auth(7)).")},
};

const char *
keyring_state_text(KeyringState state)
{
  return _(states[state].text);
}

const char *
keyring_state_remedy(KeyringState state)
{
  return states[state].remedy ? _(states[state].remedy) : NULL;
}
