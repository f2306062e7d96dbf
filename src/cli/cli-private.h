/* What the commands of this room share: the context of one run. */
#pragma once

#include "app/actions.h"
#include "cli/args.h"
#include "cli/interrupt.h"
#include "cli/output.h"

typedef struct {
  Arguments arguments;
  App *app;          /* NULL for commands that need none */
  const char *whose; /* names of the profiles that answered, where it was more than one; lent */
  OutputStyle style;
  gboolean format_given;
  gboolean quiet;
  Interrupt *interrupt;
  GCancellable *cancellable; /* lent by interrupt */
} Cli;

/* Cells of a line of the terminal; 80 when it does not tell. */
int cli_terminal_width(int fd);
/* Where results go, by the options. */
Output *cli_output(Cli *cli);
/* Finishes; says what went wrong. `status` unless writing failed. */
int cli_finish(Cli *cli, Output *output, int status);
/* Seconds that doctor and setup wait for a service that asks for patience: somebody looks on, and
 * that it asks is what they are to hear. */
#define CLI_PATIENCE 20
/* What the global options say about the context. */
AppOptions cli_app_options(const Cli *cli);
/* Reads the configuration with the global options. NULL: the error was said. */
App *cli_open_app(Cli *cli, GError **error);

/* The app of a command that is about a profile, and ^C for it. USHER_ERROR_CONFIG. */
gboolean cli_open_session(Cli *cli, GError **error);
/* TRUE if the profile's sign-in cannot do without a kept secret: a certificate may do without its
 * passphrase, a federated token without any. */
gboolean cli_needs_secret(const Cli *cli);
/* Opens the place of the profile's secrets when it is locked and somebody is at the terminal to
 * be asked; `to_keep`: also makes it when there is none yet. Without a terminal it does nothing
 * and is TRUE: whoever needs the secret says what is wrong. USHER_ERROR_KEYRING. */
gboolean cli_open_place(Cli *cli, gboolean to_keep, GError **error);

/* Runs the handler of the action and shows what it answered. */
int cli_run_action(Cli *cli);
/* The same for several profiles at once (--profile a,b or all). */
int cli_run_profiles(Cli *cli);
/* Writes what a handler answered; the exit status. */
int cli_show_result(Cli *cli, ActionResult *result);
/* Shows a plan, asks, applies, reports. */
int cli_run_plan(Cli *cli, ActionResult *result);
/* The plan without operations of what has nothing to do, for a program that asked for a format. */
int cli_print_idle(Cli *cli, const ActionResult *result);

/* Progress on standard error (progress.c). NULL where nobody watches. */
typedef struct Progress Progress;
Progress *progress_new(const Cli *cli);
/* A line in place of the one before; not together with progress_watch(). */
void progress_line(Progress *progress, const char *text);
/* The same with a bar: so many of all, and what the newest is. */
void progress_step(Progress *progress, guint so_far, guint total, const char *text);
/* Shows how far readings of the directory are, until it is freed. NULL: nothing. */
void progress_watch(Progress *progress, App *app);
/* Wipes what stands there. NULL is nothing. */
void progress_free(Progress *progress);

/* What is shown once (passwords.c). FALSE and USAGE: the plan is going to set what there is no
 * place to show. */
gboolean passwords_check(const Cli *cli, const Plan *plan, GError **error);
/* TRUE when the result itself holds them: --print-password with a JSON format. */
gboolean passwords_in_result(const Cli *cli);
/* Shows them, unless they are in the result. FALSE, and said: they are lost. */
gboolean passwords_show(const Cli *cli, const AppOutcome *outcome);

/* Signs in by the profile of `app`, showing the device code if there is one; `copy`: it goes to the
 * terminal's clipboard as well. */
gboolean cli_sign_in(Cli *cli, App *app, gboolean copy, GError **error);

/* Commands that the front end does itself; each returns the exit status. */
int cli_demo(Cli *cli);
int cli_setup(Cli *cli);
int cli_login(Cli *cli);
int cli_unlock(Cli *cli);
int cli_completion(Cli *cli);
int cli_plan_edit(Cli *cli);
/* The hidden verb behind completion: candidates for the last of `words`. */
int cli_complete(char **words);
/* Opens the console on what the options say; `notice` may be NULL. */
int cli_console(Cli *cli, const char *notice);
