/* What the console knows: the accounts with their filter, order and tags, the
 * log, unfinished plans, and how fresh all that is. Everything that waits runs
 * as a job; results are swapped in whole, and who shows them is told. */
#pragma once

#include "app/app.h"
#include "app/job.h"
#include "model/listing.h"

typedef enum {
  FEED_LIST = 1 << 0,
  FEED_DETAIL = 1 << 1,
  FEED_LOG = 1 << 2,
  FEED_STATUS = 1 << 3,
} FeedBits;
typedef void (*FeedChanged)(guint bits, gpointer data);

typedef struct {
  App *app;                      /* NULL in tests */
  char *tenant, *title, *domain; /* of the profile and roster in use */
  Listing *listing;
  gboolean whole;       /* what is shown is complete: cached, or read to the end */
  gboolean from_cache;  /* what is shown is the cached roster */
  gboolean loading;     /* a refresh runs */
  gint64 loaded, total; /* of the refresh; total 0: not known */
  GError *error;        /* of the last refresh or the sign-in; NULL: it went well */
  GPtrArray *log;       /* LogLine, oldest first */
  GArray *unfinished;   /* gint64: plans */
  char *account_id;     /* the account that is wanted or loaded in full */
  Account *account;     /* NULL: not (yet) there */
  AppStatus status;
  guint gone;     /* accounts that were tagged and are not in the list any more: not told yet */
  gint64 now;     /* tests: a fixed moment; 0: the clock */
  guint64 costly; /* the costly fields (bit set) that what is shown was read with */
  /* private from here on */
  FeedChanged changed;
  gpointer changed_data;
  Job *refresh_job, *log_job, *account_job;
  gboolean log_again;
  guint64 fields; /* costly ones that are asked for */
  guint64 reading_fields;
  guint64 probed; /* costly fields that were looked for in a cached roster */
  gboolean refresh_again, refreshed;
} Feed;

Feed *feed_new(App *app, FeedChanged changed, gpointer data);
/* Cancels what runs. */
void feed_free(Feed *feed);
/* The cached roster at once; no network. */
void feed_load_cache(Feed *feed);
/* Reads everything again behind what is shown; nothing if that runs already. */
void feed_refresh(Feed *feed);
/* The same after a change: what is being read already may be from before it. */
void feed_renew(Feed *feed);
void feed_stop(Feed *feed);
/* What must be there besides the usual (bit set of FieldId): reads again if that asks for more
 * than was asked for so far. */
void feed_want_fields(Feed *feed, guint64 fields);
/* Those among the fields (bit set) that what is shown was not read with, so that nothing can be
 * said of them: a bit set; 0: all are there. */
guint64 feed_lacking(Feed *feed, guint64 fields);
/* Reads the journal's end again, and which plans are unfinished. */
void feed_load_log(Feed *feed);
/* Loads one account in full; cancels the one before. NULL: none. */
void feed_want_account(Feed *feed, const char *id);
/* Asks the app how it fares; TRUE if that has changed. */
gboolean feed_poll(Feed *feed);
gint64 feed_now(const Feed *feed);
/* The user name without the roster's own domain, which all have in common. The caller's. */
char *feed_short_user(const Feed *feed, const char *user);
/* Places a snapshot as if it had been loaded. */
void feed_set_snapshot(Feed *feed, Snapshot *snapshot);
