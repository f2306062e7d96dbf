/* The jobs behind what the console shows. A worker hands over immutable
 * snapshots, at most four a second; nothing here is touched by two threads. */
#include "tui/feed.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

#define LOADING_EVERY (250 * 1000) /* µs between two part results */
#define LOG_LINES     200

typedef struct {
  Snapshot *snapshot;
  gint64 total;
} Loaded;

typedef struct {
  App *app;
  Job *job;
  guint64 fields;
  gint64 posted_at;
  Snapshot *result;
} Refresh;

typedef struct {
  App *app;
  GPtrArray *log;
  GArray *unfinished;
} LogRead;

typedef struct {
  App *app;
  char *id;
  Account *account;
} AccountRead;

static void
tell(Feed *feed, guint bits)
{
  if (feed->changed != NULL)
    feed->changed(bits, feed->changed_data);
}

/* With the profile's name where another profile is of the same tenant. The caller owns it. */
static char *
tenant_name(const App *app, const Profile *profile)
{
  const char *tenant = profile->tenant != NULL ? profile->tenant : profile->name;
  const GPtrArray *profiles = app_config(app)->profiles;
  for (guint i = 0; i < profiles->len; i++) {
    const Profile *other = g_ptr_array_index(profiles, i);
    if (!g_str_equal(other->name, profile->name) && g_strcmp0(other->tenant, tenant) == 0 &&
        !g_str_equal(profile->name, tenant))
      return g_strdup_printf("%s (%s)", tenant, profile->name);
  }
  return g_strdup(tenant);
}

Feed *
feed_new(App *app, FeedChanged changed, gpointer data)
{
  Feed *feed = g_new0(Feed, 1);
  feed->app = app;
  feed->changed = changed;
  feed->changed_data = data;
  feed->listing = listing_new();
  feed->log = g_ptr_array_new_with_free_func((GDestroyNotify)log_line_free);
  const Profile *profile = app == NULL ? NULL : app_profile(app);
  const Roster *roster = app == NULL ? NULL : app_roster(app);
  if (profile != NULL)
    feed->tenant = tenant_name(app, profile);
  if (roster != NULL) {
    feed->title = g_strdup(roster->title != NULL ? roster->title : roster->name);
    feed->domain = g_strdup(roster->domain);
  }
  return feed;
}

void
feed_free(Feed *feed)
{
  if (feed == NULL)
    return;
  job_unref(feed->refresh_job);
  job_unref(feed->log_job);
  job_unref(feed->account_job);
  listing_free(feed->listing);
  g_clear_error(&feed->error);
  g_ptr_array_unref(feed->log);
  g_clear_pointer(&feed->unfinished, g_array_unref);
  g_clear_pointer(&feed->account, account_free);
  g_free(feed->account_id);
  g_free(feed->tenant);
  g_free(feed->title);
  g_free(feed->domain);
  g_free(feed);
}

gint64
feed_now(const Feed *feed)
{
  return feed->now != 0 ? feed->now : clock_now();
}

char *
feed_short_user(const Feed *feed, const char *user)
{
  const char *at = user == NULL ? NULL : strchr(user, '@');
  if (at != NULL && feed->domain != NULL && g_ascii_strcasecmp(at + 1, feed->domain) == 0)
    return g_strndup(user, (gsize)(at - user));
  return g_strdup(user != NULL ? user : "");
}

void
feed_set_snapshot(Feed *feed, Snapshot *snapshot)
{
  listing_set_snapshot(feed->listing, snapshot);
  tell(feed, FEED_LIST | FEED_DETAIL | FEED_STATUS);
}

void
feed_load_cache(Feed *feed)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Snapshot) snapshot = app_cached(feed->app, &error);
  if (snapshot == NULL)
    return; /* none, or a damaged one that was thrown away: the refresh follows */
  feed->from_cache = feed->whole = TRUE;
  feed_set_snapshot(feed, snapshot);
}

/* --- refresh --- */

static void
loaded_free(gpointer data)
{
  Loaded *loaded = data;
  snapshot_unref(loaded->snapshot);
  g_free(loaded);
}

/* On the worker. */
static void
on_loading(Snapshot *so_far, gint64 total, gpointer data)
{
  Refresh *refresh = data;
  gint64 now = g_get_monotonic_time();
  if (now - refresh->posted_at < LOADING_EVERY)
    return;
  refresh->posted_at = now;
  Loaded *loaded = g_new0(Loaded, 1);
  loaded->snapshot = snapshot_ref(so_far);
  loaded->total = total;
  job_post(refresh->job, loaded, loaded_free);
}

static gboolean
refresh_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Refresh *refresh = data;
  refresh->job = job;
  refresh->result =
      app_refresh(refresh->app, refresh->fields, on_loading, refresh, cancellable, error);
  return refresh->result != NULL;
}

static void
refresh_message(gpointer message, gpointer user)
{
  Feed *feed = user;
  Loaded *loaded = message;
  feed->loaded = snapshot_count(loaded->snapshot);
  const Snapshot *before = listing_snapshot(feed->listing);
  gint64 expected = feed->whole && before != NULL ? snapshot_count(before) : 0;
  feed->total = loaded->total > 0 ? loaded->total : expected >= feed->loaded ? expected : 0;
  /* A part never replaces the whole. */
  if (!feed->whole && (listing_snapshot(feed->listing) == NULL ||
                       snapshot_count(listing_snapshot(feed->listing)) <= feed->loaded)) {
    feed->costly = feed->reading_fields;
    listing_set_snapshot(feed->listing, loaded->snapshot);
  }
  loaded_free(loaded);
  tell(feed, FEED_LIST | FEED_STATUS);
}

static void
refresh_done(gpointer data, const GError *error, gpointer user)
{
  Feed *feed = user;
  Refresh *refresh = data;
  g_clear_pointer(&feed->refresh_job, job_unref);
  feed->loading = FALSE;
  g_clear_error(&feed->error);
  if (error != NULL) {
    if (!g_error_matches(error, USHER_ERROR, USHER_ERROR_CANCELLED) &&
        !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      feed->error = g_error_copy(error);
    tell(feed, FEED_LIST | FEED_STATUS);
    return;
  }
  feed->from_cache = FALSE;
  feed->whole = TRUE;
  feed->costly = feed->reading_fields;
  g_clear_pointer(&feed->account, account_free);
  g_clear_pointer(&feed->account_id, g_free);
  listing_set_snapshot(feed->listing, refresh->result);
  feed->gone += listing_untag_gone(feed->listing);
  tell(feed, FEED_LIST | FEED_DETAIL | FEED_STATUS);
  if (feed->refresh_again)
    feed_refresh(feed);
}

static void
refresh_free(gpointer data)
{
  Refresh *refresh = data;
  if (refresh->result != NULL)
    snapshot_unref(refresh->result);
  g_free(refresh);
}

void
feed_refresh(Feed *feed)
{
  if (feed->refresh_job != NULL || feed->app == NULL)
    return;
  feed->refresh_again = FALSE; /* what was asked for meanwhile is part of this one */
  Refresh *refresh = g_new0(Refresh, 1);
  refresh->app = feed->app;
  refresh->fields = feed->reading_fields = feed->fields;
  feed->loading = feed->refreshed = TRUE;
  feed->loaded = feed->total = 0;
  feed->refresh_job = job_start(_("reading the accounts"), refresh_run, refresh, refresh_free,
                                refresh_message, refresh_done, feed);
  tell(feed, FEED_STATUS | FEED_LIST);
}

void
feed_renew(Feed *feed)
{
  if (feed->refresh_job != NULL)
    feed->refresh_again = TRUE;
  else
    feed_refresh(feed);
}

static guint64
costly_ones(guint64 fields)
{
  guint64 costly = 0;
  for (int id = 0; id < FIELD_N; id++)
    if ((fields & (G_GUINT64_CONSTANT(1) << id)) && field_info((FieldId)id)->costly)
      costly |= G_GUINT64_CONSTANT(1) << id;
  return costly;
}

/* Whether anybody's value is known. */
static gboolean
has_any(const Snapshot *snapshot, FieldId field)
{
  FieldKind kind = field_info(field)->kind;
  gboolean is_text = kind == FIELD_KIND_TEXT || kind == FIELD_KIND_LIST;
  for (guint row = 0; row < snapshot_count(snapshot); row++) {
    const char *text = is_text ? snapshot_text(snapshot, row, field) : NULL;
    if (is_text ? text != NULL && *text != '\0'
                : snapshot_number(snapshot, row, field) != MOMENT_UNKNOWN)
      return TRUE;
  }
  return FALSE;
}

guint64
feed_lacking(Feed *feed, guint64 fields)
{
  const Snapshot *snapshot = listing_snapshot(feed->listing);
  guint64 lacking = costly_ones(fields) & ~feed->costly;
  if (feed->app == NULL || snapshot == NULL)
    return 0;
  /* What an earlier run read is found in the cache, or it is not. */
  for (int id = 0; feed->from_cache && lacking != 0 && id < FIELD_N; id++) {
    guint64 bit = G_GUINT64_CONSTANT(1) << id;
    if (!(lacking & bit) || (feed->probed & bit))
      continue;
    feed->probed |= bit;
    if (has_any(snapshot, (FieldId)id))
      feed->costly |= bit;
  }
  return lacking & ~feed->costly;
}

void
feed_want_fields(Feed *feed, guint64 fields)
{
  guint64 costly = costly_ones(fields);
  if ((costly & ~feed->fields) == 0)
    return;
  feed->fields |= costly;
  if (feed->refresh_job != NULL)
    feed->refresh_again = TRUE;
  else if (feed->refreshed) /* else the first reading is still to come */
    feed_refresh(feed);
}

void
feed_stop(Feed *feed)
{
  feed->refresh_again = FALSE;
  if (feed->refresh_job != NULL)
    job_cancel(feed->refresh_job);
}

/* --- the log --- */

static gboolean
log_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  LogRead *read = data;
  read->log = app_log(read->app, LOG_LINES, error);
  if (read->log == NULL)
    return FALSE;
  read->unfinished = app_unfinished(read->app, error);
  return read->unfinished != NULL;
}

static void
log_done(gpointer data, const GError *error, gpointer user)
{
  Feed *feed = user;
  LogRead *read = data;
  g_clear_pointer(&feed->log_job, job_unref);
  if (read->log != NULL) {
    g_ptr_array_unref(feed->log);
    feed->log = g_steal_pointer(&read->log);
  }
  if (read->unfinished != NULL) {
    g_clear_pointer(&feed->unfinished, g_array_unref);
    feed->unfinished = g_steal_pointer(&read->unfinished);
  }
  tell(feed, FEED_LOG | FEED_STATUS);
  if (feed->log_again) {
    feed->log_again = FALSE;
    feed_load_log(feed);
  }
}

static void
log_free(gpointer data)
{
  LogRead *read = data;
  g_clear_pointer(&read->log, g_ptr_array_unref);
  g_clear_pointer(&read->unfinished, g_array_unref);
  g_free(read);
}

void
feed_load_log(Feed *feed)
{
  if (feed->app == NULL)
    return;
  if (feed->log_job != NULL) {
    feed->log_again = TRUE;
    return;
  }
  LogRead *read = g_new0(LogRead, 1);
  read->app = feed->app;
  feed->log_job =
      job_start(_("reading the journal"), log_run, read, log_free, NULL, log_done, feed);
}

/* --- one account in full --- */

static gboolean
account_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  AccountRead *read = data;
  read->account = app_account(read->app, read->id, cancellable, error);
  return read->account != NULL;
}

static void
account_done(gpointer data, const GError *error, gpointer user)
{
  Feed *feed = user;
  AccountRead *read = data;
  g_clear_pointer(&feed->account_job, job_unref);
  if (read->account != NULL && g_strcmp0(read->id, feed->account_id) == 0) {
    g_clear_pointer(&feed->account, account_free);
    feed->account = g_steal_pointer(&read->account);
  }
  tell(feed, FEED_DETAIL);
}

static void
account_read_free(gpointer data)
{
  AccountRead *read = data;
  g_clear_pointer(&read->account, account_free);
  g_free(read->id);
  g_free(read);
}

void
feed_want_account(Feed *feed, const char *id)
{
  if (g_strcmp0(id, feed->account_id) == 0)
    return;
  g_clear_pointer(&feed->account_job, job_unref);
  g_clear_pointer(&feed->account, account_free);
  g_free(feed->account_id);
  feed->account_id = g_strdup(id);
  tell(feed, FEED_DETAIL);
  if (feed->app == NULL || id == NULL)
    return;
  AccountRead *read = g_new0(AccountRead, 1);
  read->app = feed->app;
  read->id = g_strdup(id);
  feed->account_job = job_start(_("reading the account"), account_run, read, account_read_free,
                                NULL, account_done, feed);
}

gboolean
feed_poll(Feed *feed)
{
  if (feed->app == NULL)
    return FALSE;
  AppStatus before = feed->status;
  app_status(feed->app, &feed->status);
  return before.waiting != feed->status.waiting || before.throttled != feed->status.throttled;
}
