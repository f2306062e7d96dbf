/* login and completion: what the front end does itself because a
 * person or a shell is what it is about. */
#include "base/error.h"
#include "base/i18n.h"
#include "cli/cli-private.h"
#include "cli/completion-script.h"
#include "cli/prompt.h"
#include "cli/say.h"

#include <unistd.h>

static gboolean
open_session(Cli *cli, GError **error)
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

/* The code is needed by the person at once, so it is said even when quiet. */
static void
show_code(const SignInPrompt *prompt, gpointer data)
{
  if (prompt->url && prompt->user_code)
    say(_("Open %s in a browser and enter the code %s"), prompt->url, prompt->user_code);
  else if (prompt->message)
    say("%s", prompt->message);
  if (prompt->expires_in > 0)
    say(ngettext("Waiting for %d minute at most; ^C gives up.",
                 "Waiting for %d minutes at most; ^C gives up.", (int)(prompt->expires_in / 60)),
        (int)(prompt->expires_in / 60));
}

/* Asks for the secret of the app registration; an empty answer keeps the one there is. */
static gboolean
ask_secret(Cli *cli, GError **error)
{
  const Profile *profile = app_profile(cli->app);
  if (app_login_shows_code(cli->app) || !g_str_equal(profile->credentials, "keyring") ||
      !isatty(STDIN_FILENO))
    return TRUE;
  g_autoptr(Secret) secret =
      prompt_secret(_("Client secret (not shown; an empty answer keeps the one there is): "),
                    cli->cancellable, error);
  if (!secret)
    return FALSE;
  return secret_length(secret) == 0 ||
         app_keep_secret(cli->app, "client-secret", secret, cli->cancellable, error);
}

int
cli_login(Cli *cli)
{
  g_autoptr(GError) error = NULL;
  if (!open_session(cli, &error) || !ask_secret(cli, &error) ||
      !app_login(cli->app, show_code, NULL, cli->cancellable, &error))
    return say_error("login", error);
  if (!cli->quiet)
    say(_("Signed in to %s."), app_profile(cli->app)->tenant);
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
                    _("there is no completion for '%s'; there are: bash, zsh, fish"), shell);
    return say_error("completion", error);
  }
  g_autoptr(Output) output = cli_output(cli);
  g_string_append(output_buffer(output), script);
  return cli_finish(cli, output, 0);
}
