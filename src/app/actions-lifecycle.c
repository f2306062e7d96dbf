/* The action table's slice about accounts that exist: what is done to them, each as a
 * plan. Which operations that takes is app-change.c's. */
#include "app/actions-private.h"
#include "app/app-change.h"
#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

#define USERS  "User.ReadWrite.All"
#define READ   "User.Read.All GroupMember.Read.All"
#define GROUPS "GroupMember.ReadWrite.All"

/* A plan with nothing to do, because all that was asked for is refused, is no success. */
static gboolean
answer_plan(Plan *plan, ActionResult *result)
{
  if (plan == NULL)
    return FALSE;
  result->plan = plan;
  result->kind = RESULT_PLAN;
  if (plan->operations->len == 0 && plan->refused > 0)
    result->exit_status = error_info(USHER_ERROR_REFUSED)->exit_status;
  return TRUE;
}

/* One handler for all whose options are those of app_change_plan(). */
static gboolean
change(App *app, const ActionRequest *request, const char *action, char **accounts,
       GHashTable *options, ActionResult *result, GCancellable *cancellable, GError **error)
{
  return answer_plan(
      app_change_plan(app, action, (const char *const *)accounts, options, cancellable, error),
      result);
}

/* The handler of one whose arguments are the accounts, and its check. */
#define HANDLER(NAME, ACTION)                                                                      \
  static gboolean check_##NAME(App *app, const ActionRequest *request, GError **error)             \
  {                                                                                                \
    return app_change_check(app, ACTION, (const char *const *)request->arguments,                  \
                            request->options, error);                                              \
  }                                                                                                \
  static gboolean run_##NAME(App *app, const ActionRequest *request, ActionResult *result,         \
                             GCancellable *cancellable, GError **error)                            \
  {                                                                                                \
    return change(app, request, ACTION, request->arguments, request->options, result, cancellable, \
                  error);                                                                          \
  }

HANDLER(enable, "enable")
HANDLER(disable, "disable")
HANDLER(offboard, "offboard")
HANDLER(remove, "remove")
HANDLER(restore, "restore")
HANDLER(purge, "purge")
HANDLER(extend, "extend")
HANDLER(reset, "reset")
HANDLER(pass, "pass")
HANDLER(revoke, "revoke")
HANDLER(resend, "resend")
HANDLER(reprocess, "reprocess")

static GHashTable *
copy_options(const ActionRequest *request)
{
  GHashTable *options = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  GHashTableIter iter;
  gpointer name, value;
  if (request->options == NULL)
    return options;
  g_hash_table_iter_init(&iter, request->options);
  while (g_hash_table_iter_next(&iter, &name, &value))
    g_hash_table_insert(options, name, g_strdup(value));
  return options;
}

/* What a request is about when not all of its arguments are accounts. */
typedef struct {
  GHashTable *options;
  GPtrArray *accounts; /* lent texts, NULL-terminated */
} Sorted;

static void
sorted_clear(Sorted *sorted)
{
  g_hash_table_unref(sorted->options);
  g_ptr_array_unref(sorted->accounts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sorted, sorted_clear)

/* "company=Partner GmbH department=Sales ada@…": what has an equals sign is to be set. */
static Sorted
sort_set(const ActionRequest *request)
{
  Sorted sorted = {copy_options(request), g_ptr_array_new()};
  g_autoptr(GString) fields = g_string_new(NULL);
  for (char **word = request->arguments; word != NULL && *word != NULL; word++)
    if (strchr(*word, '=') == NULL)
      g_ptr_array_add(sorted.accounts, *word);
    else
      g_string_append_printf(fields, "%s%s", fields->len > 0 ? "\n" : "", *word);
  g_ptr_array_add(sorted.accounts, NULL);
  /* The console asks for them by themselves. */
  if (action_option(request, "set") == NULL)
    g_hash_table_insert(sorted.options, (gpointer) "set", g_strdup(fields->str));
  return sorted;
}

/* "Guests ada@…": the first is the group. */
static Sorted
sort_group(const ActionRequest *request)
{
  Sorted sorted = {copy_options(request), g_ptr_array_new()};
  char **accounts = request->arguments;
  /* The console asks for the group by itself. */
  if (action_option(request, "group") == NULL && accounts != NULL && accounts[0] != NULL)
    g_hash_table_insert(sorted.options, (gpointer) "group", g_strdup(*accounts++));
  for (; accounts != NULL && *accounts != NULL; accounts++)
    g_ptr_array_add(sorted.accounts, *accounts);
  g_ptr_array_add(sorted.accounts, NULL);
  return sorted;
}

#define SORTED_HANDLER(NAME, ACTION, SORT)                                                         \
  static gboolean check_##NAME(App *app, const ActionRequest *request, GError **error)             \
  {                                                                                                \
    g_auto(Sorted) sorted = SORT(request);                                                         \
    return app_change_check(app, ACTION, (const char *const *)sorted.accounts->pdata,              \
                            sorted.options, error);                                                \
  }                                                                                                \
  static gboolean run_##NAME(App *app, const ActionRequest *request, ActionResult *result,         \
                             GCancellable *cancellable, GError **error)                            \
  {                                                                                                \
    g_auto(Sorted) sorted = SORT(request);                                                         \
    return change(app, request, ACTION, (char **)sorted.accounts->pdata, sorted.options, result,   \
                  cancellable, error);                                                             \
  }

SORTED_HANDLER(set, "set", sort_set)
SORTED_HANDLER(group_add, "group add", sort_group)
SORTED_HANDLER(group_remove, "group remove", sort_group)

/* --- the table --- */

#define CHOOSING                                                                                   \
  {"query", 'Q', N_("QUERY"), N_("the accounts of the roster that a query matches"), NULL},        \
  {                                                                                                \
    "from", 'F', N_("FILE"), N_("the accounts that a file names: one a line, or a sheet"), "file"  \
  }

static const ActionOption choosing[] = {CHOOSING, {NULL}};

static const ActionOption extend_options[] = {
    CHOOSING,
    {"to", 't', N_("DATE|SPAN"),
     N_("the new end date, or a span counted from the present one (from today when that is past); "
        "otherwise the roster's lifetime"),
     NULL},
    {NULL},
};

static const ActionOption restore_options[] = {
    CHOOSING,
    {"user-name", 0, N_("NAME"),
     N_("another user name than before, with its domain: where the old one is taken meanwhile"),
     NULL},
    {NULL},
};

#define ROW(NAME, SUMMARY, TEXT, FLAGS, KEYS, PERMISSIONS, RUN)                                    \
  {                                                                                                \
    .name = NAME, .group = N_("Changing accounts"), .summary = SUMMARY, .text = TEXT,              \
    .arguments = "[ACCOUNT...]", .options = choosing, .targets = TARGETS_MANY,                     \
    .flags = ACTION_CLI | ACTION_NETWORK | ACTION_CHANGES | (FLAGS), .scope = SCOPE_ACCOUNTS,      \
    .keys = KEYS, .permissions = PERMISSIONS, .check = check_##RUN, .run = run_##RUN               \
  }

const Action actions_lifecycle[] = {
    ROW("enable", N_("Let accounts sign in again"), NULL, ACTION_TUI, "e", USERS " " READ, enable),
    ROW("disable", N_("Keep accounts from signing in, and end their sessions"),
        N_("Accounts that are disabled already, guarded, synced from on-premises or your own are "
           "left out, and said. For guests there are no sessions to end."),
        ACTION_TUI, "d", USERS " User.RevokeSessions.All " READ, disable),
    ROW("offboard", N_("Disable accounts, end them today and take them out of the group"),
        N_("The account is disabled, its sessions are ended, its end date is set to today, and it "
           "is taken out of the roster's group, which takes its licence. It is removed by the "
           "roster's rule (remove_after), not at once."),
        ACTION_TUI, "O", USERS " User.RevokeSessions.All " GROUPS " " READ, offboard),
    ROW("remove", N_("Remove accounts; they can be restored for 30 days"), NULL,
        ACTION_TUI | ACTION_DANGEROUS, "x", USERS " " READ, remove),
    {.name = "restore",
     .group = N_("Changing accounts"),
     .summary = N_("Restore removed accounts"),
     .text = N_("ACCOUNT is the user name, address, name or id of a removed account; a query looks "
                "among the removed accounts."),
     .arguments = "[ACCOUNT...]",
     .options = restore_options,
     .targets = TARGETS_MANY,
     .flags = ACTION_CLI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .permissions = USERS " " READ,
     .check = check_restore,
     .run = run_restore},
    ROW("purge", N_("Remove removed accounts for good"),
        N_("Only for accounts that are removed already. Nothing brings them back. The service "
           "allows this to a person who is signed in, and to no application."),
        ACTION_DANGEROUS, NULL, USERS " " READ, purge),
    {.name = "extend",
     .group = N_("Changing accounts"),
     .summary = N_("Move the end date of accounts"),
     .text = N_("No account gets an end date beyond the roster's max_lifetime."),
     .arguments = "[ACCOUNT...]",
     .options = extend_options,
     .targets = TARGETS_MANY,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .keys = "E",
     .permissions = USERS " " READ,
     .check = check_extend,
     .run = run_extend},
    {.name = "set",
     .group = N_("Changing accounts"),
     .summary = N_("Change what accounts say: company, department, sponsor …"),
     .text = N_("Each FIELD=VALUE is set in all of the accounts: name, first, last, company, "
                "department, title, employee, mobile, external, city, country, location, "
                "language, sponsor, manager. An empty value clears the field."),
     .arguments = "FIELD=VALUE... [ACCOUNT...]",
     .options = choosing,
     .targets = TARGETS_MANY,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .keys = "=",
     .permissions = USERS " " READ,
     .check = check_set,
     .run = run_set},
    {.name = "group add",
     .group = N_("Changing accounts"),
     .summary = N_("Add accounts to a group"),
     .arguments = "GROUP [ACCOUNT...]",
     .options = choosing,
     .targets = TARGETS_MANY,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .keys = "+",
     .permissions = GROUPS " " READ,
     .check = check_group_add,
     .run = run_group_add},
    {.name = "group remove",
     .group = N_("Changing accounts"),
     .summary = N_("Take accounts out of a group"),
     .arguments = "GROUP [ACCOUNT...]",
     .options = choosing,
     .targets = TARGETS_MANY,
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_CHANGES,
     .scope = SCOPE_ACCOUNTS,
     .keys = "-",
     .permissions = GROUPS " " READ,
     .check = check_group_remove,
     .run = run_group_remove},
    ROW("reset", N_("Give accounts a fresh password, by the roster's rule"),
        N_("The password is mailed to the external address or shown once, as the roster says. The "
           "one before stops working at once."),
        ACTION_TUI | ACTION_DANGEROUS, "r", "User-PasswordProfile.ReadWrite.All Mail.Send " READ,
        reset),
    ROW("pass", N_("Issue Temporary Access Passes, by the roster's rule"), NULL, ACTION_TUI, "p",
        "UserAuthMethod-TAP.ReadWrite.All Mail.Send " READ, pass),
    ROW("revoke", N_("End all sessions of accounts"), NULL, ACTION_TUI, "K",
        "User.RevokeSessions.All " READ, revoke),
    ROW("resend", N_("Send the sign-in details again, with a fresh password"),
        N_("The mail is the one of a new account. The password before is not known to anybody, so "
           "a fresh one is set."),
        ACTION_TUI | ACTION_DANGEROUS, "M", "User-PasswordProfile.ReadWrite.All Mail.Send " READ,
        resend),
    ROW("reprocess", N_("Have the licences of accounts worked out anew"), NULL, ACTION_TUI, NULL,
        "LicenseAssignment.ReadWrite.All " READ, reprocess),
    {.name = NULL},
};
