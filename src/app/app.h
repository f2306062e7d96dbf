/* The one context of the program: configuration, the profile in use, and the
 * three things that threads share (tokens, throttle, store), made when first
 * needed. Front ends hold an App and no globals. */
#pragma once

#include "app/config.h"
#include "base/secret.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include <gio/gio.h>

typedef struct App App;

typedef struct {
  const char *config_path; /* --config; NULL: the usual places */
  const char *profile;     /* --profile */
  const char *roster;      /* --roster */
  const char *text;        /* a configuration that is no file yet, instead of all files; or NULL */
  gboolean in_memory;      /* secrets are kept in this App alone: it is being tried out */
  gboolean read_only;      /* --read-only */
  guint patience;          /* seconds that one question may wait for the service; 0: as usual */
  gboolean tolerant;       /* what is wrong with the configuration is told by app_problem() */
} AppOptions;

/* Reads the configuration; no network, no keyring, no store yet. */
App *app_new(const AppOptions *options, GError **error);
void app_free(App *app);

/* What was read and chosen; lent for as long as the App lives. */
const Config *app_config(const App *app);
/* Only when made tolerant: why there is no profile, although one was configured or asked for. */
const GError *app_problem(const App *app);
const Profile *app_profile(const App *app); /* NULL: nothing is configured */
const Roster *app_roster(const App *app);   /* the roster in use; NULL as above */
/* Switches; only while no job runs. */
gboolean app_use_roster(App *app, const char *name, GError **error);
/* A new context on another profile (NULL: the one in use) and roster (NULL: its first), with
 * the configuration read anew and the same options; `app` stays as it is, so that a front end
 * changes over only when this has worked. No network. USHER_ERROR_CONFIG. */
App *app_open_other(const App *app, const char *profile, const char *roster, GError **error);
/* Names of the profiles, in the order of the file: GPtrArray of const char *, lent ones. */
GPtrArray *app_profile_names(const App *app);
/* --read-only, or the profile says so. */
gboolean app_is_read_only(const App *app);

/* Who runs the program, as plans and reviews say it: "m.chen@desk", or the number of an account
 * that the machine does not know, as in a container. The caller owns it. */
char *app_who(void);

/* Everything that asks the service, for use in jobs and commands: blocking, any
 * thread. What they need (session, token source, client, store) is made on first use. */
typedef struct AppStatus {
  guint waiting;   /* seconds until throttling ends; 0: none */
  guint throttled; /* times so far */
  gint64 clock_skew;
} AppStatus;
/* How it goes with the service right now; any thread, never blocks: `ret_status` stays as it
 * was while something is just being set up. */
void app_status(App *app, AppStatus *ret_status);

/* --- the directory: accounts of the roster --- */

/* From the cache; NULL with USHER_ERROR_NOT_FOUND when there is none. No network. */
Snapshot *app_cached(App *app, GError **error);
/* TRUE if it is young, and usher has changed nothing in the tenant since. */
gboolean app_cached_is_fresh(App *app, const Snapshot *cached);
/* Told with a growing snapshot while it loads; the callee takes a reference if it keeps
 * it. On the calling thread. */
typedef void (*AppLoading)(Snapshot *so_far, gint64 total, gpointer data);
/* From the service, all pages; replaces the cache. `fields` is what must be there besides
 * the usual (bit set). */
Snapshot *app_refresh(App *app, guint64 fields, AppLoading loading, gpointer data,
                      GCancellable *cancellable, GError **error);
/* Told while the directory is read: how many accounts so far, of how many (as the
 * service says, else as the last time; -1: not known); once
 * with 0 before. On the thread that reads. Set before anything is read; NULL: nobody. */
typedef void (*AppReading)(guint so_far, gint64 total, gpointer data);
void app_on_reading(App *app, AppReading reading, gpointer data);
/* One account in full, with sponsor, groups and sign-in. ACCOUNT is a user name, an id, an
 * external address, or the unambiguous beginning of a display name; AMBIGUOUS lists the
 * candidates in its message. */
Account *app_account(App *app, const char *account, GCancellable *cancellable, GError **error);

/* --- creating --- */

typedef struct CreateDraft CreateDraft; /* a checked person, ready to be planned */
typedef struct {
  char *user_name, *display_name, *group, *licence, *sponsor, *mail_to;
  gint64 expires, seats_left; /* seats -1: not limited or not known */
  gboolean guessed;
  char *warning; /* translated; e.g. a deleted account could be restored */
} CreateView;
void create_view_free(CreateView *view);
/* Without the network, for every keystroke; always gives what can be said. */
CreateView *app_create_preview(App *app, const Person *person);
/* With the network: all checks. On failure the error names the field ("--email: …") and
 * `ret_field` (may be NULL) tells which (PERSON_N: none). */
Plan *app_create_plan(App *app, const Person *person, CreateView **ret_view, PersonField *ret_field,
                      GCancellable *cancellable, GError **error);
gboolean app_create_mail(App *app, const Person *person, char **ret_subject, char **ret_body,
                         GError **error);

/* --- applying --- */

typedef void (*AppProgress)(const Plan *plan, const Operation *operation, gpointer data);
/* A password or pass that is to be shown once. */
typedef struct {
  char *target; /* the user name */
  char *secret; /* wiped when it is freed */
} AppShown;
void app_shown_free(gpointer shown);
typedef struct {
  char *shown_once; /* the one there is, or "user name  password" lines; wiped by
                       app_outcome_clear() */
  GPtrArray *shown; /* AppShown: the same, one by one; NULL: there are none */
} AppOutcome;
void app_outcome_clear(AppOutcome *outcome);
/* Applies (journalled). TRUE: all done, or pending. FALSE: USHER_ERROR_FAILED when some of it
 * failed or is unknown (the plan's states tell), _STORE when nothing was sent because the journal
 * could not be written, _CANCELLED when stopped, _REFUSED when read-only. Any thread; one plan at
 * a time per App. */
gboolean app_apply(App *app, Plan *plan, AppProgress progress, gpointer data, AppOutcome *outcome,
                   GCancellable *cancellable, GError **error);
/* How far a resume goes; the last two are the operator's answer to a mail whose outcome is
 * unknown, which is never repeated by itself. */
typedef enum {
  APP_RESUME_OPEN = 0,              /* what was not begun or not answered */
  APP_RESUME_RETRY_FAILED = 1 << 0, /* and what failed, with what was skipped because of it */
  APP_RESUME_MAIL_AGAIN = 1 << 1,   /* an unknown mail is sent again */
  APP_RESUME_MAIL_ARRIVED = 1 << 2, /* an unknown mail counts as sent */
} AppResume;
/* Goes on with a journalled plan; `ret_plan` (may be NULL) gets it as it then is. Otherwise as
 * app_apply(). */
gboolean app_resume(App *app, gint64 plan_id, AppResume how, AppProgress progress, gpointer data,
                    AppOutcome *outcome, Plan **ret_plan, GCancellable *cancellable,
                    GError **error);

/* --- the journal, for lists and the log pane --- */

typedef struct {
  gint64 plan_id;
  guint sequence;
  gint64 at;
  OperationState state;
  char *what;       /* translated step or plan title */
  char *target;     /* user name */
  char *detail;     /* result, or status, error.code and request id */
  char *request_id; /* the service's; NULL: it gave none */
} LogLine;
void log_line_free(LogLine *line);
/* The newest `limit` operations of this profile that were begun, oldest first: GPtrArray of
 * LogLine. */
GPtrArray *app_log(App *app, guint limit, GError **error);
/* Plans that a crash or stop left unfinished: GArray of gint64. */
GArray *app_unfinished(App *app, GError **error);

/* --- signing in --- */
typedef struct {
  const char *user_code, *url, *message; /* the service's words; may be NULL */
  gint64 expires_in;                     /* seconds that are left */
  gboolean again;                        /* only the seconds have changed */
} SignInPrompt;
typedef void (*SignInShow)(const SignInPrompt *prompt, gpointer data);
/* By device code: `show` is told what the person must do, then the seconds that are left. Blocks
 * until it is decided. Otherwise fetches a token, to see that it works. */
gboolean app_login(App *app, SignInShow show, gpointer data, GCancellable *cancellable,
                   GError **error);
/* After a login, in one line for a person: to which tenant, in which way, where what was kept is,
 * until when it holds. The caller owns it. */
char *app_login_said(App *app, GCancellable *cancellable);
/* "with the certificate FILE": the profile's way to sign in, translated. The caller owns it. */
char *app_login_way(const App *app);
/* TRUE if this run has signed in and so asked the service. */
gboolean app_has_asked(App *app);
/* Forgets the kept secret or sign-in of the profile, and what is in memory. What is only read
 * (command, environment) and ways that keep nothing are no error: `ret_said` (may be NULL) tells
 * what was done; the caller owns it. */
gboolean app_logout(App *app, char **ret_said, GCancellable *cancellable, GError **error);
/* TRUE if login shows a device code; else it needs a secret that is kept beforehand. */
gboolean app_login_shows_code(const App *app);
/* What the profile's way to sign in keeps: "refresh-token", "client-secret",
 * "certificate-passphrase" (where the key is encrypted); NULL: nothing. */
const char *app_login_keeps(const App *app);
/* Keeps a secret of the profile where it says: "client-secret", "smtp-password".
 * USHER_ERROR_REFUSED where that place cannot be written (command, environment). */
gboolean app_keep_secret(App *app, const char *name, const Secret *secret,
                         GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(App, app_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CreateView, create_view_free)
