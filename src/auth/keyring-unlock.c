/* Opening a keyring when a person said so. GNOME's can be opened with its
 * password from a terminal, through an interface that it shows for this; it
 * travels encrypted for the service's session. Every other service has the
 * prompt of the Secret Service specification alone: a window on the desktop,
 * which is waited for until it is answered or the person gives up here. */
#include "auth/credentials-private.h"

#include "auth/libsecret.h"
#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

#define SERVICE_NAME "org.freedesktop.secrets"
#define SERVICE_PATH "/org/freedesktop/secrets"
#define SERVICE_FACE "org.freedesktop.Secret.Service"
#define PROMPT_FACE  "org.freedesktop.Secret.Prompt"
#define GNOME_FACE   "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"

static gboolean
is_gnome(GDBusConnection *bus)
{
  g_autoptr(GVariant) answer = keyring_ask(bus, SERVICE_PATH, "org.freedesktop.DBus.Introspectable",
                                           "Introspect", NULL, "(s)", NULL);
  const char *text = NULL;
  if (answer)
    g_variant_get(answer, "(&s)", &text);
  return text && strstr(text, GNOME_FACE) != NULL;
}

UnlockWay
keyring_unlock_way(GDBusConnection *bus, KeyringState state)
{
  if (state == KEYRING_LOCKED)
    return is_gnome(bus) ? UNLOCK_PASSWORD : UNLOCK_PROMPT;
  if (state == KEYRING_NO_COLLECTION && is_gnome(bus))
    return UNLOCK_NEW;
  return UNLOCK_NOT;
}

/* The profile's items that are open, and those that are not; (aoao). */
static GVariant *
find_items(GDBusConnection *bus, const char *profile)
{
  return keyring_ask(bus, SERVICE_PATH, SERVICE_FACE, "SearchItems",
                     g_variant_new("(@a{ss})", keyring_attributes(profile, NULL)), "(aoao)", NULL);
}

gboolean
keyring_items_locked(GDBusConnection *bus, const char *profile)
{
  g_autoptr(GVariant) found = find_items(bus, profile);
  if (!found)
    return FALSE;
  g_autoptr(GVariant) open = g_variant_get_child_value(found, 0);
  g_autoptr(GVariant) locked = g_variant_get_child_value(found, 1);
  return g_variant_n_children(open) == 0 && g_variant_n_children(locked) > 0;
}

/* --- by password --- */

static void
explain(GError *failure, GError **error)
{
  g_autofree char *name = g_dbus_error_get_remote_error(failure);
  g_dbus_error_strip_remote_error(failure);
  if (g_strcmp0(name, "org.gnome.keyring.Error.Denied") == 0)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                        _("That is not the password of the keyring"));
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("The keyring refused: %s."),
                failure->message);
}

/* Makes the first collection and says that it is the default one. */
static gboolean
make_collection(GDBusConnection *bus, GVariant *password, GError **error)
{
  GVariantBuilder properties;
  g_variant_builder_init(&properties, G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&properties, "{sv}", "org.freedesktop.Secret.Collection.Label",
                        g_variant_new_string("Login"));
  g_autoptr(GVariant) made =
      keyring_ask(bus, SERVICE_PATH, GNOME_FACE, "CreateWithMasterPassword",
                  g_variant_new("(a{sv}@(oayays))", &properties, password), "(o)", error);
  if (!made)
    return FALSE;
  const char *path = NULL;
  g_variant_get(made, "(&o)", &path);
  g_autoptr(GVariant) set = keyring_ask(bus, SERVICE_PATH, SERVICE_FACE, "SetAlias",
                                        g_variant_new("(so)", "default", path), "()", error);
  return set != NULL;
}

static gboolean
open_collection(GDBusConnection *bus, GVariant *password, GError **error)
{
  g_autofree char *path = keyring_default_collection(bus, error);
  g_autoptr(GVariant) answer =
      path ? keyring_ask(bus, SERVICE_PATH, GNOME_FACE, "UnlockWithMasterPassword",
                         g_variant_new("(o@(oayays))", path, password), "()", error)
           : NULL;
  return answer != NULL;
}

static gboolean
work_unlock(gpointer data)
{
  KeyringCall *call = data;
  g_autoptr(GDBusConnection) bus = keyring_bus();
  g_autoptr(SecretService) service =
      bus ? secret_service_open_sync(SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, NULL,
                                     &call->error)
          : NULL;
  if (!service)
    return FALSE;
  SecretValue *value = secret_value_new(secret_peek(call->secret),
                                        (gssize)secret_length(call->secret), "text/plain");
  g_autoptr(GVariant) password =
      g_variant_ref_sink(secret_service_encode_dbus_secret(service, value));
  secret_value_unref(value);
  return call->way == UNLOCK_NEW ? make_collection(bus, password, &call->error)
                                 : open_collection(bus, password, &call->error);
}

static gboolean
unlock_with_password(UnlockWay way, const Secret *password, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr(KeyringCall) call = keyring_call_new(work_unlock);
  call->any_state = TRUE;
  call->way = way;
  call->secret = secret_new(secret_peek(password), (gssize)secret_length(password));
  g_autoptr(GError) cancelled = NULL;
  if (!keyring_call_run(call, cancellable, &cancelled)) {
    if (cancelled)
      g_propagate_error(error, g_steal_pointer(&cancelled));
    else
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                          keyring_state_text(KEYRING_SILENT));
    return FALSE;
  }
  if (call->error)
    explain(call->error, error);
  else if (!call->ok)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                        keyring_state_text(KEYRING_NO_BUS));
  return call->ok;
}

/* --- by the service's own prompt --- */

typedef struct {
  gboolean done, dismissed, vanished;
} Prompted;

static void
completed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *parameters, gpointer data)
{
  Prompted *prompted = data;
  if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(bv)")))
    return;
  g_variant_get_child(parameters, 0, "b", &prompted->dismissed);
  prompted->done = TRUE;
}

static void
vanished(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
         const char *signal, GVariant *parameters, gpointer data)
{
  Prompted *prompted = data;
  const char *owner = "";
  if (g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sss)")))
    g_variant_get_child(parameters, 2, "&s", &owner);
  if (*owner == '\0')
    prompted->done = prompted->vanished = TRUE;
}

static void
wake(GCancellable *cancellable, gpointer data)
{
  g_main_context_wakeup(data);
}

static gboolean
show_and_wait(GDBusConnection *bus, GMainContext *context, const char *prompt, Prompted *prompted,
              GCancellable *cancellable, GError **error)
{
  g_autoptr(GVariant) shown =
      keyring_ask(bus, prompt, PROMPT_FACE, "Prompt", g_variant_new("(s)", ""), "()", error);
  if (!shown)
    return FALSE;
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), context, NULL) : 0;
  while (!prompted->done && !g_cancellable_is_cancelled(cancellable))
    g_main_context_iteration(context, TRUE);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  if (prompted->done)
    return TRUE;
  g_autoptr(GVariant) taken_back =
      keyring_ask(bus, prompt, PROMPT_FACE, "Dismiss", NULL, "()", NULL);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
  return FALSE;
}

/* The signals come to a context of this call's own, whatever the program's loop does. */
static gboolean
run_prompt(GDBusConnection *bus, const char *prompt, GCancellable *cancellable, GError **error)
{
  Prompted prompted = {FALSE, FALSE, FALSE};
  g_autoptr(GMainContext) context = g_main_context_new();
  g_main_context_push_thread_default(context);
  guint done =
      g_dbus_connection_signal_subscribe(bus, SERVICE_NAME, PROMPT_FACE, "Completed", prompt, NULL,
                                         G_DBUS_SIGNAL_FLAGS_NONE, completed, &prompted, NULL);
  guint gone = g_dbus_connection_signal_subscribe(
      bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", SERVICE_NAME, G_DBUS_SIGNAL_FLAGS_NONE, vanished, &prompted, NULL);
  gboolean ok = show_and_wait(bus, context, prompt, &prompted, cancellable, error);
  g_dbus_connection_signal_unsubscribe(bus, done);
  g_dbus_connection_signal_unsubscribe(bus, gone);
  while (g_main_context_iteration(context, FALSE))
    ; /* what unsubscribing put there */
  g_main_context_pop_thread_default(context);
  if (ok && prompted.vanished)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                        _("The keyring service ended while it was asked to unlock."));
  else if (ok && prompted.dismissed)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                        _("The keyring stays locked: the prompt on the desktop was dismissed."));
  return ok && !prompted.vanished && !prompted.dismissed;
}

/* What has to be opened: the collection, and the profile's items that are locked. */
static GVariant *
locked_objects(GDBusConnection *bus, const char *profile)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("ao"));
  g_autofree char *collection = keyring_default_collection(bus, NULL);
  if (collection && strcmp(collection, "/") != 0)
    g_variant_builder_add(&builder, "o", collection);
  g_autoptr(GVariant) found = find_items(bus, profile);
  g_autoptr(GVariant) locked = found ? g_variant_get_child_value(found, 1) : NULL;
  GVariantIter iter;
  const char *path;
  if (locked) {
    g_variant_iter_init(&iter, locked);
    while (g_variant_iter_next(&iter, "&o", &path))
      g_variant_builder_add(&builder, "o", path);
  }
  return g_variant_new("(ao)", &builder);
}

static gboolean
unlock_with_prompt(const char *profile, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(GDBusConnection) bus = keyring_bus();
  if (!bus) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_KEYRING,
                        keyring_state_text(KEYRING_NO_BUS));
    return FALSE;
  }
  g_autoptr(GVariant) answer = keyring_ask(bus, SERVICE_PATH, SERVICE_FACE, "Unlock",
                                           locked_objects(bus, profile), "(aoo)", &failure);
  const char *prompt = "/";
  if (answer)
    g_variant_get_child(answer, 1, "&o", &prompt);
  if (answer && (strcmp(prompt, "/") == 0 || run_prompt(bus, prompt, cancellable, &failure)))
    return TRUE;
  if (failure->domain == USHER_ERROR)
    g_propagate_error(error, g_steal_pointer(&failure));
  else
    explain(failure, error);
  return FALSE;
}

gboolean
keyring_unlock(const char *profile, UnlockWay way, const Secret *password,
               GCancellable *cancellable, GError **error)
{
  return way == UNLOCK_PROMPT ? unlock_with_prompt(profile, cancellable, error)
                              : unlock_with_password(way, password, cancellable, error);
}
