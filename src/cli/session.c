/* login and completion: what the front end does itself because a
 * person or a shell is what it is about. */
#include "app/place.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/cli-private.h"
#include "cli/completion-script.h"
#include "cli/prompt.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

gboolean
cli_open_session(Cli *cli, GError **error)
{
  cli->app = cli_open_app(cli, error);
  if (!cli->app)
    return FALSE;
  if (!app_profile(cli->app)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG,
                        _("no tenant is configured yet: 'usher setup' asks what is needed"));
    return FALSE;
  }
  cli->interrupt = interrupt_new();
  interrupt_set_quiet(cli->interrupt, TRUE);
  cli->cancellable = interrupt_cancellable(cli->interrupt);
  return TRUE;
}

/* What is on the terminal about the code that is being waited for. */
typedef struct {
  gboolean copy;     /* hand the code to the terminal's clipboard */
  gboolean counting; /* the line with the time is on the screen */
  gint64 last;       /* what it says */
} Waiting;

/* OSC 52: the terminal that the person sits at takes it, also through ssh. */
static void
copy_code(const char *code)
{
  g_autofree char *encoded = g_base64_encode((const guchar *)code, strlen(code));
  fprintf(stderr, "\033]52;c;%s\a", encoded);
  fflush(stderr);
}

static void
show_left(Waiting *waiting, gint64 left)
{
  if (!isatty(STDERR_FILENO) || (waiting->counting && waiting->last == left))
    return;
  fprintf(stderr, "\r\033[K");
  fprintf(stderr, _("Waiting, %d:%02d left; ^C gives up."), (int)(left / 60), (int)(left % 60));
  fflush(stderr);
  waiting->counting = TRUE;
  waiting->last = left;
}

static void
end_count(Waiting *waiting)
{
  if (waiting->counting)
    fprintf(stderr, "\r\033[K");
  waiting->counting = FALSE;
}

/* The code is needed by the person at once, so it is said even when quiet. */
static void
show_code(const SignInPrompt *prompt, gpointer data)
{
  Waiting *waiting = data;
  if (prompt->again) {
    show_left(waiting, prompt->expires_in);
    return;
  }
  /* The service says it in the person's language, also in one that usher does not speak. */
  if (prompt->message && strstr(prompt->message, prompt->url) &&
      strstr(prompt->message, prompt->user_code))
    say("%s", prompt->message);
  else
    say(_("Open %s in a browser and enter the code %s"), prompt->url, prompt->user_code);
  if (waiting->copy && isatty(STDERR_FILENO))
    copy_code(prompt->user_code);
  if (isatty(STDERR_FILENO))
    show_left(waiting, prompt->expires_in);
  else if (prompt->expires_in > 0)
    say(ngettext("Waiting for %d minute at most; ^C gives up.",
                 "Waiting for %d minutes at most; ^C gives up.", (int)(prompt->expires_in / 60)),
        (int)(prompt->expires_in / 60));
}

/* What is asked for a secret that the way to sign in keeps. */
static const struct {
  const char *name, *question;
} questions[] = {
    {"client-secret", N_("Client secret (not shown; an empty answer keeps the one there is): ")},
    {"certificate-passphrase",
     N_("Passphrase of the certificate's key (not shown; an empty answer keeps what there is): ")},
};

/* Where the sign-in is to be kept has to be open; a place that is only read needs nothing. */
static gboolean
open_to_keep(Cli *cli, GError **error)
{
  g_auto(AppPlace) place = {0};
  return app_place(cli->app, &place, cli->cancellable, error) &&
         cli_open_place(cli, place.can_keep && cli_needs_secret(cli), error);
}

/* Asks for the secret; an empty answer keeps the one there is. */
static gboolean
ask_secret(Cli *cli, GError **error)
{
  const char *kept = app_login_keeps(cli->app), *question = NULL;
  g_auto(AppPlace) place = {0};
  if (!app_place(cli->app, &place, cli->cancellable, error))
    return FALSE;
  for (gsize i = 0; kept && i < G_N_ELEMENTS(questions); i++)
    if (g_str_equal(questions[i].name, kept))
      question = _(questions[i].question);
  if (!question || !place.can_keep || !isatty(STDIN_FILENO))
    return TRUE;
  g_autoptr(Secret) secret = prompt_secret(question, cli->cancellable, error);
  if (!secret)
    return FALSE;
  return secret_length(secret) == 0 ||
         app_keep_secret(cli->app, kept, secret, cli->cancellable, error);
}

gboolean
cli_sign_in(Cli *cli, App *app, gboolean copy, GError **error)
{
  Waiting waiting = {.copy = copy};
  gboolean ok = app_login(app, show_code, &waiting, cli->cancellable, error);
  end_count(&waiting);
  return ok;
}

int
cli_login(Cli *cli)
{
  g_autoptr(GError) error = NULL;
  gboolean copy = action_option(&cli->arguments.request, "copy") != NULL;
  if (!cli_open_session(cli, &error) || !open_to_keep(cli, &error) || !ask_secret(cli, &error) ||
      !cli_sign_in(cli, cli->app, copy, &error))
    return say_error("login", error);
  g_autofree char *said = cli->quiet ? NULL : app_login_said(cli->app, cli->cancellable);
  if (said)
    say("%s", said);
  return 0;
}

int
cli_completion(Cli *cli)
{
  const char *shell = cli->arguments.request.arguments[0];
  const char *script = completion_script(shell);
  if (!script) {
    g_autoptr(GError) error =
        g_error_new(USHER_ERROR, USHER_ERROR_USAGE,
                    _("there is no completion for “%s”; there are: bash, zsh, fish"), shell);
    return say_error("completion", error);
  }
  g_autoptr(Output) output = cli_output(cli);
  g_string_append(output_buffer(output), script);
  return cli_finish(cli, output, 0);
}
