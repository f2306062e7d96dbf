/* The action table: every thing that a person can do, once. Subcommands and
 * --help, palette, keys, key bar, help view, completion and usher(1) are made
 * from it; one slice per subject (actions-<subject>.c). */
#pragma once

#include "app/app.h"
#include "app/records.h"

typedef enum { TARGETS_NONE, TARGETS_ONE, TARGETS_MANY } ActionTargets;
typedef enum {
  ACTION_CHANGES = 1 << 0,   /* changes the tenant: makes a plan; gone in read-only mode */
  ACTION_DANGEROUS = 1 << 1, /* large sets ask for the number */
  ACTION_NETWORK = 1 << 2,
  ACTION_CLI = 1 << 3,       /* is a subcommand */
  ACTION_TUI = 1 << 4,       /* has a place in the console */
  ACTION_NO_CONFIG = 1 << 5, /* works without a profile */
  ACTION_TOLERANT = 1 << 6,  /* examines a wrong configuration instead of failing by it */
  ACTION_PROFILES = 1 << 7,  /* reads, and can be asked of several profiles at once */
} ActionFlags;
typedef enum {
  SCOPE_GLOBAL,
  SCOPE_LIST, /* in every list */
  SCOPE_ACCOUNTS,
  SCOPE_REVIEWS,
  SCOPE_JOURNAL,
  SCOPE_FORM,
  SCOPE_LOG,
  SCOPE_PAGER,
  SCOPE_PLAN,
  SCOPE_REVIEW,
  SCOPE_N
} ActionScope;

typedef struct {
  const char *name;     /* "first" for --first */
  char letter;          /* 0: none */
  const char *argument; /* N_() placeholder, NULL: a switch */
  const char *text;     /* N_() */
  const char *complete; /* "file", "profile", "roster", "view", "field", "format", "account" or
                           "a|b|c" */
} ActionOption;

/* A text may have records or a plan beside it: the same for who asks for a format. */
typedef enum { RESULT_NONE, RESULT_TEXT, RESULT_RECORDS, RESULT_ACCOUNTS, RESULT_PLAN } ResultKind;

/* What a handler found out or wants to do. A plan is not applied yet: the front end
 * shows it, asks, and calls app_apply(). */
typedef struct {
  ResultKind kind;
  char *text;
  Records *records;
  Snapshot *snapshot;    /* RESULT_ACCOUNTS */
  GArray *rows;          /* guint32, in order of showing */
  GArray *fields;        /* FieldId: columns */
  char *order;           /* as --sort or a saved view has it; NULL: by name */
  gboolean chosen;       /* the person chose the columns, by name or with a saved view */
  gboolean each_in_full; /* several accounts, but a person wants each in full */
  gboolean single;       /* show: one account in full; `records` is its timeline, or NULL */
  Plan *plan;
  CreateView *view; /* create: what goes with the plan (guessed name, warning, seats), or NULL */
  gint64 resume_id; /* plan is already journalled: app_resume() instead */
  AppResume resume; /* how */
  Plan *preview;    /* what resuming would do, of all of them; for showing */
  GArray *more;     /* gint64: further journalled plans to resume after it, or NULL */
  GPtrArray *notes; /* char *: said beside it, on standard error; may be NULL */
  int exit_status;  /* when all went well but the answer is "no" (doctor, verify) */
} ActionResult;
void action_result_clear(ActionResult *result);

typedef struct {
  char **arguments;    /* after the subcommand's own words, NULL-terminated */
  GHashTable *options; /* long name → value; "" for a switch that is on */
} ActionRequest;
/* Lent; NULL when not given. */
const char *action_option(const ActionRequest *request, const char *name);

typedef gboolean (*ActionRun)(App *app, const ActionRequest *request, ActionResult *result,
                              GCancellable *cancellable, GError **error);

/* What is wrong with the arguments, as far as that is known without asking anybody: all of it, one
 * on a line. FALSE and (mostly) USAGE. */
typedef gboolean (*ActionCheck)(App *app, const ActionRequest *request, GError **error);

typedef struct {
  const char *name;      /* "list", "journal list": the words of the subcommand; for console-only
                            actions the palette name: "sort" */
  const char *group;     /* N_() heading in help */
  const char *summary;   /* N_() one line */
  const char *text;      /* N_() paragraphs for the manual; may be NULL */
  const char *arguments; /* "[QUERY]", "ACCOUNT...", NULL */
  const ActionOption *options; /* ended by a NULL name; may be NULL */
  ActionTargets targets;
  guint flags;
  ActionScope scope;
  const char *keys;            /* default keys, blank-separated: "/", "^R F5"; NULL: none */
  const char *permissions;     /* least, application, blank-separated; NULL: none */
  const RecordColumn *columns; /* of the records it answers with, for usher-json(5); NULL: none */
  ActionCheck check;           /* before it is run and anything is asked; may be NULL */
  ActionRun run; /* NULL: the front end itself does it (login, setup, demo, sort …) */
} Action;

/* All rows in order of showing, NULL-terminated array of pointers. */
const Action *const *actions(void);
/* By name; NULL if there is none. */
const Action *action_find(const char *name);
/* The short name of a step ("user", "group"), translated; the kind itself when it is not known. */
const char *action_step_label(const char *kind);
/* Options that every subcommand takes (--profile, --config, …), and those that every
 * changing one takes (--dry-run, --yes, …). Ended by a NULL name. */
const ActionOption *action_global_options(void);
const ActionOption *action_change_options(void);
