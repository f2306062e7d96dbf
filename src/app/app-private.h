/* What the app's own files share: the service's objects, made on first use
 * behind the one lock, lent for as long as the App lives. */
#pragma once

#include "app/actions.h"
#include "app/app.h"
#include "auth/ladder.h"
#include "auth/token.h"
#include "graph/client.h"
#include "graph/groups.h"
#include "store/store.h"
#include "work/apply.h"
#include "work/create.h"

/* NULL and USHER_ERROR_CONFIG when no profile is configured. Any thread. */
GraphClient *app_graph(App *app, GError **error);
/* The token source behind it; NULL before app_graph(). */
TokenSource *app_tokens(App *app);
/* Made on first use, without anything of the network; NULL when no profile is configured. */
Credentials *app_credentials(App *app);
/* What the profile says about its secrets, for ladder_probe(); lent by the profile. */
void profile_credentials(const Profile *profile, CredentialsOptions *ret_options);
/* Opened on first use; needs no profile. */
Store *app_store(App *app, GError **error);
/* The group of the roster, asked for once per roster. A copy; the caller owns it. */
GraphGroup *app_group(App *app, const Roster *roster, GCancellable *cancellable, GError **error);
/* The answer of this program's life, if there was one; a copy. And keeps it. */
GraphGroup *app_known_group(App *app, const Roster *roster);
void app_keep_group(App *app, const Roster *roster, const GraphGroup *group);
/* What the group was when an earlier run asked: id and licences, to begin with while app_group()
 * asks. NULL when nothing is remembered, or app_group() would not ask. The caller owns it. */
GraphGroup *app_group_guess(App *app, const Roster *roster);
/* TRUE if the guess was right. */
gboolean app_group_is_as(const GraphGroup *group, const GraphGroup *guess);
/* What the cache of this profile is kept under. Two profiles may be of one tenant, or of two that
 * have the same name in different clouds: each has a cache of its own, and none after its tenant
 * was changed. The caller owns it. */
char *app_cache_place(const App *app);
/* Bit set of the fields that a list holds without asking for them one account at a time. */
guint64 app_cheap_fields(void);
/* Joins the thread that still saves the cache, if any; `next` takes its place (may be NULL). */
void app_wait_for_saving(App *app, GThread *next);
/* Tells whoever asked by app_on_reading(). */
void app_tell_reading(App *app, guint so_far, gint64 total);
/* USHER_ERROR_REFUSED when the program or the profile is read-only. */
gboolean app_may_change(App *app, GError **error);

/* Everything that a run needs, filled for `roster`; cleared with app_work_clear(). */
typedef struct {
  Work work;
  MailSender *mail;
  char *templates_dir;
  char *language;
} AppWork;
/* The language of the locale: "de" of "de_DE.UTF-8"; "en" when there is none. The caller owns it.
 */
char *app_language(void);
/* Everything that work/ needs, made on first use; blocks. */
gboolean app_work_fill(App *app, const Roster *roster, AppWork *ret_work, GCancellable *cancellable,
                       GError **error);
void app_work_clear(AppWork *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AppWork, app_work_clear)

/* Plans of this profile that left something half made: broken off, or failed after something
 * took effect, or with a mail whose outcome is unknown. GArray of gint64, oldest first. */
GArray *app_repairable(App *app, GError **error);
/* One plan that takes back what several unfinished plans made; the caller owns it. */
Plan *app_rollback_plan(App *app, GPtrArray *plans, GError **error);
/* What resuming these plans (Plan) would do, as one plan, for showing; the caller owns it. */
Plan *app_resume_preview(const GPtrArray *plans, AppResume how);
/* A line of the log about one operation; the caller owns it. */
LogLine *app_log_line(const Plan *plan, const Operation *operation);
/* Sets who, where and when of a new plan. */
void app_sign_plan(App *app, Plan *plan);

/* The handler of "doctor", and what it answers with. */
extern const RecordColumn doctor_columns[];
gboolean doctor_run(App *app, const ActionRequest *request, ActionResult *result,
                    GCancellable *cancellable, GError **error);

/* FALSE and USAGE when the text can mean no account: empty, or longer than any name. No network. */
gboolean app_check_account(const char *text, GError **error);
/* The object id of whoever `text` means, by the rules of app_account(); the caller owns it. */
char *app_find_id(App *app, const char *text, GCancellable *cancellable, GError **error);

/* Accounts chosen for a change, read afresh, and which of them: `rows` in order. */
typedef struct {
  Snapshot *snapshot;
  GArray *rows;     /* guint32 */
  GPtrArray *notes; /* char *: who was left out already */
} AppChoice;
void app_choice_clear(AppChoice *choice);
typedef struct {
  const char *const *accounts; /* NULL-terminated, or NULL */
  const char *query, *from;    /* a query, a file of accounts; either may be NULL */
  gboolean deleted;            /* among the deleted ones */
  gboolean sponsors;           /* with their sponsors */
} AppChosen;
/* What is wrong with it as far as that is known without asking anybody: all of it. */
gboolean app_choose_check(const AppChosen *chosen, GError **error);
/* USAGE when nothing is chosen; NOT_FOUND, AMBIGUOUS. */
gboolean app_choose(App *app, const AppChosen *chosen, AppChoice *ret_choice,
                    GCancellable *cancellable, GError **error);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AppChoice, app_choice_clear)

/* The newest plan of this profile in the journal; NOT_FOUND when there is none. */
gboolean app_newest_plan(App *app, gint64 *ret_id, GError **error);
