/* Secrets in the Secret Service (GNOME keyring, KWallet, KeePassXC), through
 * libsecret. Only calls that do not unlock anything are used: search without
 * SECRET_SEARCH_UNLOCK, items made in a collection that is known to be open.
 * How the keyring is reached, and given up, is in keyring.c. */
#include "auth/credentials-private.h"

#include "auth/libsecret.h"
#include "base/error.h"
#include "base/i18n.h"

/* One command asks several times; a keyring that does not answer would hold it each time. */
#define SILENT_FOR (3 * G_TIME_SPAN_SECOND)

static const SecretSchema schema = {
    "org.usher.Credential",
    SECRET_SCHEMA_NONE,
    {{"profile", SECRET_SCHEMA_ATTRIBUTE_STRING}, {"name", SECRET_SCHEMA_ATTRIBUTE_STRING}, {0}},
};

GVariant *
keyring_attributes(const char *profile, const char *name)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{ss}"));
  g_variant_builder_add(&builder, "{ss}", "xdg:schema", schema.name);
  g_variant_builder_add(&builder, "{ss}", "profile", profile);
  if (name)
    g_variant_builder_add(&builder, "{ss}", "name", name);
  return g_variant_builder_end(&builder);
}

static GHashTable *
attributes_of(const KeyringCall *call)
{
  return secret_attributes_build(&schema, "profile", call->profile, "name", call->name, NULL);
}

static SecretService *
open_service(KeyringCall *call)
{
  return secret_service_open_sync(SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, NULL,
                                  &call->error);
}

/* The items of ours; NULL with call->error, or when there are none. */
static GList *
search(KeyringCall *call, SecretService *service, SecretSearchFlags flags)
{
  g_autoptr(GHashTable) attributes = attributes_of(call);
  return secret_service_search_sync(service, &schema, attributes, flags | SECRET_SEARCH_ALL, NULL,
                                    &call->error);
}

static void
free_items(GList *items)
{
  g_list_free_full(items, g_object_unref);
}

static gboolean
work_load(gpointer data)
{
  KeyringCall *call = data;
  g_autoptr(SecretService) service = open_service(call);
  if (!service)
    return FALSE;
  GList *items = search(call, service, SECRET_SEARCH_LOAD_SECRETS);
  for (GList *i = items; i && !call->found; i = i->next) {
    /* A refused unlock is no error to libsecret: the item just has no secret. */
    if (secret_item_get_locked(i->data)) {
      call->state = KEYRING_LOCKED;
      continue;
    }
    SecretValue *value = secret_item_get_secret(i->data);
    gsize length = 0;
    const char *text = value ? secret_value_get(value, &length) : NULL;
    if (text)
      call->found = secret_new(text, (gssize)length);
    g_clear_pointer(&value, secret_value_unref);
  }
  free_items(items);
  if (call->found)
    call->state = KEYRING_READY;
  return call->found != NULL;
}

static gboolean
make_item(KeyringCall *call, SecretService *service, SecretValue *value)
{
  g_autoptr(SecretCollection) collection = secret_collection_for_alias_sync(
      service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, NULL, &call->error);
  if (!collection || secret_collection_get_locked(collection)) {
    if (!call->error)
      call->state = collection ? KEYRING_LOCKED : KEYRING_NO_COLLECTION;
    return FALSE;
  }
  g_autoptr(GHashTable) attributes = attributes_of(call);
  g_autofree char *label = g_strdup_printf("usher: %s (%s)", call->profile, call->name);
  g_autoptr(SecretItem) item =
      secret_item_create_sync(collection, &schema, attributes, label, value,
                              SECRET_ITEM_CREATE_REPLACE, NULL, &call->error);
  return item != NULL;
}

/* Into the item that there is: to replace it by a new one is more than a service may do without
 * a window (KeePassXC asks whether to overwrite). */
static gboolean
work_save(gpointer data)
{
  KeyringCall *call = data;
  g_autoptr(SecretService) service = open_service(call);
  if (!service)
    return FALSE;
  GList *items = search(call, service, SECRET_SEARCH_NONE);
  SecretValue *value = secret_value_new(secret_peek(call->secret),
                                        (gssize)secret_length(call->secret), "text/plain");
  gboolean ok = FALSE;
  if (items && secret_item_get_locked(items->data))
    call->state = KEYRING_LOCKED;
  else if (items)
    ok = secret_item_set_secret_sync(items->data, value, NULL, &call->error);
  else if (!call->error)
    ok = make_item(call, service, value);
  secret_value_unref(value);
  free_items(items);
  return ok;
}

static gboolean
work_forget(gpointer data)
{
  KeyringCall *call = data;
  g_autoptr(SecretService) service = open_service(call);
  if (!service)
    return FALSE;
  GList *items = search(call, service, SECRET_SEARCH_NONE);
  gboolean ok = call->error == NULL;
  for (GList *i = items; i && ok; i = i->next)
    if (secret_item_get_locked(i->data)) {
      call->state = KEYRING_LOCKED;
      ok = FALSE;
    } else
      ok = secret_item_delete_sync(i->data, NULL, &call->error);
  free_items(items);
  return ok;
}

static void
set_state_error(KeyringState state, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, "%s %s", keyring_state_text(state),
              keyring_state_remedy(state));
}

/* Runs the call, unless nothing answered a moment ago. FALSE: it is silent, or cancelled with an
 * error. */
static gboolean
answers(Credentials *credentials, KeyringCall *call, GCancellable *cancellable, GError **error)
{
  g_mutex_lock(&credentials->lock);
  gboolean silent = g_get_monotonic_time() < credentials->silent_until;
  g_mutex_unlock(&credentials->lock);
  if (silent)
    return FALSE;
  gint64 begin = g_get_monotonic_time();
  gboolean answered = keyring_call_run(call, cancellable, error) && call->state != KEYRING_SILENT;
  gint64 now = g_get_monotonic_time();
  /* Not where it just ended: that is told at once, and another one may be there already. */
  if (!answered && !g_cancellable_is_cancelled(cancellable) && now - begin > G_TIME_SPAN_SECOND) {
    g_mutex_lock(&credentials->lock);
    credentials->silent_until = now + SILENT_FOR;
    g_mutex_unlock(&credentials->lock);
  }
  return answered;
}

/* Runs the work; on failure the error says what state the keyring is in. */
static gboolean
run(Credentials *credentials, KeyringCall *call, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) cancelled = NULL;
  KeyringState state = KEYRING_SILENT;
  if (answers(credentials, call, cancellable, &cancelled)) {
    if (call->ok)
      return TRUE;
    if (call->error) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING, _("The keyring refused: %s."),
                  call->error->message);
      return FALSE;
    }
    state = call->state;
  }
  if (cancelled)
    g_propagate_error(error, g_steal_pointer(&cancelled));
  else if (state == KEYRING_READY)
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("There is no secret for the profile %s in the keyring."), call->profile);
  else
    set_state_error(state, error);
  return FALSE;
}

static KeyringCall *
call_for(Credentials *credentials, const char *name, gboolean (*work)(gpointer))
{
  KeyringCall *call = keyring_call_new(work);
  call->profile = g_strdup(credentials->text);
  call->name = g_strdup(name);
  return call;
}

static Secret *
keyring_load(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr(KeyringCall) call = call_for(credentials, name, work_load);
  return run(credentials, call, cancellable, error) ? g_steal_pointer(&call->found) : NULL;
}

static gboolean
keyring_save(Credentials *credentials, const char *name, const Secret *secret,
             GCancellable *cancellable, GError **error)
{
  g_autoptr(KeyringCall) call = call_for(credentials, name, work_save);
  call->secret = secret_new(secret_peek(secret), (gssize)secret_length(secret));
  return run(credentials, call, cancellable, error);
}

static gboolean
keyring_forget(Credentials *credentials, const char *name, GCancellable *cancellable,
               GError **error)
{
  g_autoptr(KeyringCall) call = call_for(credentials, name, work_forget);
  return run(credentials, call, cancellable, error);
}

static void
keyring_probe_rung(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  static const RungState rungs[] = {
      [KEYRING_READY] = RUNG_READY,          [KEYRING_LOCKED] = RUNG_LOCKED,
      [KEYRING_NO_COLLECTION] = RUNG_LOCKED, /* KeePassXC with its database closed is like this */
      [KEYRING_NO_SERVICE] = RUNG_ABSENT,    [KEYRING_NO_BUS] = RUNG_ABSENT,
      [KEYRING_SILENT] = RUNG_SILENT,
  };
  g_autoptr(KeyringCall) call = call_for(credentials, NULL, NULL);
  gboolean answered = answers(credentials, call, cancellable, NULL);
  KeyringState state = answered ? call->state : KEYRING_SILENT;
  credentials_state_set(ret_state, rungs[state], answered ? call->unlock : UNLOCK_NOT,
                        keyring_state_text(state), keyring_state_remedy(state));
}

static gboolean
keyring_unlock_rung(Credentials *credentials, const Secret *password, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr(GError) cancelled = NULL;
  g_autoptr(KeyringCall) call = call_for(credentials, NULL, NULL);
  if (!answers(credentials, call, cancellable, &cancelled)) {
    if (cancelled)
      g_propagate_error(error, g_steal_pointer(&cancelled));
    else
      set_state_error(KEYRING_SILENT, error);
    return FALSE;
  }
  if (call->state == KEYRING_READY)
    return TRUE;
  if (call->unlock != UNLOCK_NOT)
    return keyring_unlock(credentials->text, call->unlock, password, cancellable, error);
  set_state_error(call->state, error);
  return FALSE;
}

static const CredentialsKind keyring = {.kind = "keyring",
                                        .load = keyring_load,
                                        .save = keyring_save,
                                        .forget = keyring_forget,
                                        .probe = keyring_probe_rung,
                                        .unlock = keyring_unlock_rung};

Credentials *
credentials_new_keyring(const char *profile)
{
  return credentials_new(&keyring, profile);
}
