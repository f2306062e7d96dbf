/* The one context: what the configuration says, and the service's objects made
 * from it on first use. The lock guards the making alone; the objects have
 * their own. Plans are in app-apply.c, accounts in directory.c. */
#include "app/app.h"

#include "app/app-private.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "net/http.h"
#include "net/throttle.h"
#include <string.h>

/* Requests in flight at most, for the whole program. */
#define IN_FLIGHT 8

struct App {
  Config *config;
  char *config_path; /* as it was asked for; NULL: the usual places */
  gboolean asked_read_only, in_memory;
  guint patience;
  GError *problem; /* of a tolerant one */
  const Profile *profile;
  const Roster *roster;
  gboolean read_only;
  GMutex lock; /* guards everything below */
  HttpSession *http;
  Credentials *credentials;
  TokenSource *tokens;
  Throttle *throttle;
  GraphClient *graph;
  Store *store;
  GHashTable *groups; /* roster name → GraphGroup */
  GThread *saving;    /* the cache, beside what was asked for */
  AppReading reading; /* set before anything is read */
  gpointer reading_data;
};

static Config *
load_config(const AppOptions *options, GError **error)
{
  if (options->text != NULL)
    return config_load_text(options->text, _("the new configuration"), error);
  return options->tolerant ? config_load_tolerant(options->config_path)
                           : config_load(options->config_path, error);
}

/* Nothing configured is a state of its own, unless somebody asks for a profile by name. */
static gboolean
choose_profile(App *app, const AppOptions *options, GError **error)
{
  const char *environment = g_getenv("USHER_PROFILE");
  if (app->config->profiles->len == 0 && options->profile == NULL &&
      (environment == NULL || *environment == '\0'))
    return TRUE;
  app->profile = config_profile(app->config, options->profile, error);
  if (app->profile == NULL)
    return FALSE;
  if ((options->roster == NULL && app->profile->rosters->len == 0) ||
      app_use_roster(app, options->roster, error))
    return TRUE;
  app->profile = NULL;
  return FALSE;
}

/* At the start, on the main thread: what is in the environment of ours is not for the editor, a
 * command or whoever reads /proc. */
static void
take_environment(const Config *config)
{
  static const char *const usual[] = {"USHER_CLIENT_SECRET", "USHER_SMTP_PASSWORD"};
  for (guint i = 0; i < G_N_ELEMENTS(usual); i++) {
    g_autoptr(Secret) kept = secret_take_environment(usual[i]);
  }
  for (guint i = 0; i < config->profiles->len; i++) {
    const char *variable = ((const Profile *)config->profiles->pdata[i])->credentials_variable;
    g_autoptr(Secret) kept = variable != NULL ? secret_take_environment(variable) : NULL;
  }
}

App *
app_new(const AppOptions *options, GError **error)
{
  g_autoptr(App) app = g_new0(App, 1);
  g_mutex_init(&app->lock);
  app->groups =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)graph_group_free);
  app->config_path = g_strdup(options->config_path);
  app->asked_read_only = options->read_only;
  app->in_memory = options->in_memory;
  app->patience = options->patience;
  app->config = load_config(options, error);
  if (app->config != NULL)
    take_environment(app->config);
  if (app->config == NULL ||
      !choose_profile(app, options, options->tolerant ? &app->problem : error)) {
    if (app->problem == NULL)
      return NULL;
  }
  app->read_only = options->read_only || (app->profile != NULL && app->profile->read_only);
  return g_steal_pointer(&app);
}

void
app_free(App *app)
{
  if (app == NULL)
    return;
  app_wait_for_saving(app, NULL);
  g_clear_pointer(&app->graph, graph_client_free);
  g_clear_pointer(&app->tokens, token_source_free);
  g_clear_pointer(&app->throttle, throttle_unref);
  g_clear_pointer(&app->credentials, credentials_free);
  g_clear_pointer(&app->http, http_session_free);
  g_clear_pointer(&app->store, store_close);
  g_hash_table_unref(app->groups);
  config_free(app->config);
  g_free(app->config_path);
  g_clear_error(&app->problem);
  g_mutex_clear(&app->lock);
  g_free(app);
}

App *
app_open_other(const App *app, const char *profile, const char *roster, GError **error)
{
  const AppOptions options = {
      .config_path = app->config_path,
      .profile = profile != NULL || app->profile == NULL ? profile : app->profile->name,
      .roster = roster,
      .read_only = app->asked_read_only};
  return app_new(&options, error);
}

GPtrArray *
app_profile_names(const App *app)
{
  GPtrArray *names = g_ptr_array_new();
  for (guint i = 0; i < app->config->profiles->len; i++)
    g_ptr_array_add(names, ((const Profile *)app->config->profiles->pdata[i])->name);
  return names;
}

const Config *
app_config(const App *app)
{
  return app->config;
}

const GError *
app_problem(const App *app)
{
  return app->problem;
}

const Profile *
app_profile(const App *app)
{
  return app->profile;
}

const Roster *
app_roster(const App *app)
{
  return app->roster;
}

gboolean
app_use_roster(App *app, const char *name, GError **error)
{
  const Roster *roster = app->profile == NULL ? NULL : config_roster(app->profile, name, error);
  if (app->profile == NULL)
    config_profile(app->config, NULL, error);
  if (roster == NULL)
    return FALSE;
  app->roster = roster;
  return TRUE;
}

gboolean
app_is_read_only(const App *app)
{
  return app->read_only;
}

gboolean
app_may_change(App *app, GError **error)
{
  if (!app->read_only)
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_REFUSED,
                      _("Nothing is changed in read-only mode (--read-only, or read_only in the "
                        "profile)"));
  return FALSE;
}

/* --- the service's objects --- */

void
profile_credentials(const Profile *profile, CredentialsOptions *ret_options)
{
  *ret_options = (CredentialsOptions){
      .profile = profile->name,
      .order = (const char *const *)profile->credentials_list,
      .command = profile->credentials_command,
      .save_command = profile->credentials_save_command,
      .clear_command = profile->credentials_clear_command,
      .variable = profile->credentials_variable,
      .fd = profile->credentials_fd,
      .file = profile->credentials_file,
      .timeout = profile->credentials_timeout,
  };
}

static SignInKind
sign_in_kind(const Profile *profile)
{
  SignInKind kind = SIGN_IN_DEVICE_CODE;
  sign_in_kind_parse(profile->sign_in, &kind); /* the configuration has been checked */
  return kind;
}

/* Where the processes that share this profile's sign-in take turns. The caller owns it. */
static char *
lock_file(const Profile *profile)
{
  g_autofree char *dir = file_state_dir();
  g_autofree char *name = g_uri_escape_string(profile->name, NULL, FALSE);
  return g_strdup_printf("%s/locks/%s.sign-in", dir, name);
}

/* What the service asked of this application is shared by all that run for this user: a quota
 * is one application's in one tenant. NULL: there is no place for it. The caller owns it. */
static char *
pace_file(const Profile *profile)
{
  g_autofree char *dir = file_state_dir();
  g_autofree char *folder = g_build_filename(dir, "locks", NULL);
  g_autofree char *whose = g_strdup_printf("%s\n%s\n%s", profile->graph_url, profile->tenant,
                                           profile->client_id ? profile->client_id : "");
  g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, whose, -1);
  return file_make_private_dir(folder, NULL) ? g_strdup_printf("%s/%.16s.pace", folder, sum) : NULL;
}

/* "de-DE" of LANG=de_DE.UTF-8; NULL: no language is set. The caller owns it. */
static char *
language(void)
{
  const char *name = *g_get_language_names();
  gsize length = strcspn(name, ".@");
  if (length < 2 || strncmp(name, "C.", 2) == 0)
    return NULL;
  return g_strdelimit(g_strndup(name, length), "_", '-');
}

static TokenSource *
make_tokens(App *app)
{
  const Profile *profile = app->profile;
  g_autofree char *lock = lock_file(profile), *mkt = language();
  TokenOptions options = {.kind = sign_in_kind(profile),
                          .login_url = profile->login_url,
                          .graph_url = profile->graph_url,
                          .tenant = profile->tenant,
                          .client_id = profile->client_id,
                          .credentials = app->credentials,
                          .http = app->http,
                          .certificate = profile->certificate,
                          .certificate_key = profile->certificate_key,
                          .algorithm = g_str_equal(profile->certificate_algorithm, "rs256")
                                           ? CERTIFICATE_RS256
                                           : CERTIFICATE_PS256,
                          .token_file = profile->token_file,
                          .language = mkt,
                          .lock_file = lock};
  return token_source_new(&options);
}

/* With the lock held; NULL without a profile. */
static Credentials *
credentials_locked(App *app)
{
  CredentialsOptions places;
  if (app->credentials == NULL && app->profile != NULL) {
    profile_credentials(app->profile, &places);
    app->credentials = app->in_memory ? credentials_new_memory() : credentials_new_ladder(&places);
  }
  return app->credentials;
}

/* With the lock held. */
static gboolean
connect_locked(App *app, GError **error)
{
  if (app->graph != NULL)
    return TRUE;
  if (app->profile == NULL)
    return config_profile(app->config, NULL, error) != NULL;
  g_autofree char *pace = app->in_memory ? NULL : pace_file(app->profile);
  HttpOptions http = {.ca_bundle = app->profile->ca_bundle, .user_agent = "usher/" USHER_VERSION};
  app->http = http_session_new(&http);
  credentials_locked(app);
  app->tokens = make_tokens(app);
  app->throttle = throttle_new_shared(IN_FLIGHT, pace);
  GraphOptions graph = {.graph_url = app->profile->graph_url,
                        .http = app->http,
                        .tokens = app->tokens,
                        .throttle = app->throttle,
                        .patience = app->patience,
                        .delegated = app_login_shows_code(app)};
  app->graph = graph_client_new(&graph);
  return TRUE;
}

GraphClient *
app_graph(App *app, GError **error)
{
  g_mutex_lock(&app->lock);
  gboolean ready = connect_locked(app, error);
  g_mutex_unlock(&app->lock);
  return ready ? app->graph : NULL;
}

TokenSource *
app_tokens(App *app)
{
  return app->tokens;
}

Credentials *
app_credentials(App *app)
{
  g_mutex_lock(&app->lock);
  Credentials *credentials = credentials_locked(app);
  g_mutex_unlock(&app->lock);
  return credentials;
}

Store *
app_store(App *app, GError **error)
{
  g_mutex_lock(&app->lock);
  if (app->store == NULL)
    app->store = store_open(app->config->store_url, error);
  Store *store = app->store;
  g_mutex_unlock(&app->lock);
  return store;
}

void
app_status(App *app, AppStatus *ret_status)
{
  AppStatus status = {0};
  /* Who holds it may be opening the store, which can wait for another process. */
  if (!g_mutex_trylock(&app->lock))
    return;
  if (app->graph != NULL) {
    status.waiting = throttle_waiting(app->throttle, &status.throttled);
    status.clock_skew = graph_client_clock_skew(app->graph);
  }
  g_mutex_unlock(&app->lock);
  *ret_status = status;
}

static GraphGroup *
group_copy(const GraphGroup *group)
{
  GraphGroup *copy = g_new0(GraphGroup, 1);
  copy->id = g_strdup(group->id);
  copy->name = g_strdup(group->name);
  copy->dynamic = group->dynamic;
  copy->synced = group->synced;
  copy->sku_ids = g_strdupv(group->sku_ids);
  return copy;
}

GraphGroup *
app_known_group(App *app, const Roster *roster)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&app->lock);
  const GraphGroup *known = g_hash_table_lookup(app->groups, roster->name);
  return known == NULL ? NULL : group_copy(known);
}

void
app_keep_group(App *app, const Roster *roster, const GraphGroup *group)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&app->lock);
  g_hash_table_replace(app->groups, g_strdup(roster->name), group_copy(group));
}

void
app_wait_for_saving(App *app, GThread *next)
{
  g_mutex_lock(&app->lock);
  GThread *before = app->saving;
  app->saving = next;
  g_mutex_unlock(&app->lock);
  if (before != NULL)
    g_thread_join(before);
}

void
app_on_reading(App *app, AppReading reading, gpointer data)
{
  app->reading = reading;
  app->reading_data = data;
}

void
app_tell_reading(App *app, guint so_far, gint64 total)
{
  if (app->reading != NULL)
    app->reading(so_far, total, app->reading_data);
}

/* --- signing in --- */

typedef struct {
  SignInShow show;
  gpointer data;
} Showing;

static void
show_code(const DeviceCode *code, gpointer data)
{
  const Showing *showing = data;
  SignInPrompt prompt = {.user_code = code->user_code,
                         .url = code->verification_url,
                         .message = code->message,
                         .expires_in = code->expires_in,
                         .again = code->again};
  if (showing->show != NULL)
    showing->show(&prompt, showing->data);
}

gboolean
app_login_shows_code(const App *app)
{
  return app->profile != NULL && g_str_equal(app->profile->sign_in, "device-code");
}

const char *
app_login_keeps(const App *app)
{
  const Profile *profile = app->profile;
  if (profile == NULL)
    return NULL;
  SignInKind kind = sign_in_kind(profile);
  if (kind == SIGN_IN_CLIENT_CERTIFICATE &&
      !certificate_is_locked(profile->certificate, profile->certificate_key))
    return NULL;
  return sign_in_kind_keeps(kind);
}

gboolean
app_login(App *app, SignInShow show, gpointer data, GCancellable *cancellable, GError **error)
{
  Showing showing = {show, data};
  if (app_graph(app, error) == NULL)
    return FALSE;
  if (app_login_shows_code(app))
    return token_sign_in_device(app->tokens, show_code, &showing, cancellable, error);
  token_source_drop(app->tokens);
  g_autoptr(Secret) token = token_source_get(app->tokens, NULL, cancellable, error);
  return token != NULL;
}

gboolean
app_keep_secret(App *app, const char *name, const Secret *secret, GCancellable *cancellable,
                GError **error)
{
  return app_graph(app, error) != NULL &&
         credentials_save(app->credentials, name, secret, cancellable, error);
}
