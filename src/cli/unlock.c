/* Opening the place where secrets are kept, with a person at the terminal: asks
 * for its password, makes it when there is none yet, or offers a session bus
 * where that is what is missing. Where nobody can be asked nothing is: the
 * command then ends with status 3 and says what to do. */
#include "app/place.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/cli-private.h"
#include "cli/prompt.h"
#include "cli/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ATTEMPTS 3

static gboolean
can_ask(void)
{
  return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* A new password is typed twice; NULL with an error, or with none when the two differ. */
static Secret *
ask_password(const AppPlace *place, GCancellable *cancellable, GError **error)
{
  gboolean file = g_str_equal(place->name, "sealed-file");
  if (place->way == PLACE_PASSWORD)
    return prompt_secret(file ? _("Passphrase of the sealed file (not shown): ")
                              : _("Password of the keyring (not shown): "),
                         cancellable, error);
  g_autoptr(Secret) first = prompt_secret(file ? _("New passphrase for the sealed file: ")
                                               : _("New password for the keyring: "),
                                          cancellable, error);
  if (!first || secret_length(first) == 0)
    return g_steal_pointer(&first);
  g_autoptr(Secret) again = prompt_secret(_("The same once more: "), cancellable, error);
  if (!again)
    return NULL;
  if (secret_equal(first, again))
    return g_steal_pointer(&first);
  say(_("The two are not the same."));
  return NULL;
}

/* One attempt. FALSE without an error: it may be tried again. An empty answer is the wish to go
 * on without. */
static gboolean
attempt(Cli *cli, const AppPlace *place, gboolean needed, GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(Secret) password = ask_password(place, cli->cancellable, error);
  if (!password)
    return FALSE;
  if (secret_length(password) == 0) {
    if (needed)
      app_place_error(place, error);
    return !needed;
  }
  if (app_unlock(cli->app, password, cli->cancellable, &failure))
    return TRUE;
  if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_REFUSED))
    say("%s.", failure->message);
  else
    g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}

static gboolean
open_with_password(Cli *cli, const AppPlace *place, gboolean needed, GError **error)
{
  g_autoptr(GError) failure = NULL;
  say("%s", place->text);
  for (int i = 0; i < ATTEMPTS && !failure; i++)
    if (attempt(cli, place, needed, &failure))
      return TRUE;
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  else
    app_place_error(place, error);
  return FALSE;
}

/* This program once more, under a bus of its own. Comes back only when that fails. */
static void
start_again_with_bus(void)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *line = NULL;
  gsize length = 0;
  if (!self || !g_file_get_contents("/proc/self/cmdline", &line, &length, NULL))
    return;
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  g_ptr_array_add(words, (char *)"dbus-run-session");
  g_ptr_array_add(words, (char *)"--");
  g_ptr_array_add(words, self);
  for (gsize at = strlen(line) + 1; at < length; at += strlen(line + at) + 1)
    g_ptr_array_add(words, line + at);
  g_ptr_array_add(words, NULL);
  execvp("dbus-run-session", (char **)words->pdata);
  say("dbus-run-session: %s", g_strerror(errno));
}

/* The bus lasts as long as this command; what is kept in the keyring stays. */
static gboolean
offer_bus(Cli *cli, const AppPlace *place, GError **error)
{
  g_autoptr(GError) failure = NULL;
  say("%s", place->text);
  if (prompt_yes(_("Start a session bus for this command (dbus-run-session)? [y/N] "),
                 cli->cancellable, &failure))
    start_again_with_bus();
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  else
    app_place_error(place, error);
  return FALSE;
}

gboolean
cli_needs_secret(const Cli *cli)
{
  const char *kept = app_login_keeps(cli->app);
  return kept && !g_str_equal(kept, "certificate-passphrase");
}

gboolean
cli_open_place(Cli *cli, gboolean to_keep, GError **error)
{
  g_auto(AppPlace) place = {0};
  if (!can_ask() || (!to_keep && !cli_needs_secret(cli)))
    return TRUE;
  if (!app_place(cli->app, &place, cli->cancellable, error))
    return FALSE;
  if (place.way == PLACE_OPEN || (!place.locked && !to_keep))
    return TRUE;
  if (place.wants_bus)
    return offer_bus(cli, &place, error);
  switch (place.way) {
  case PLACE_PASSWORD:
  case PLACE_NEW_PASSWORD:
    return open_with_password(cli, &place, to_keep, error);
  case PLACE_PROMPT:
    say("%s %s", place.text, _("Answer the window on the desktop; ^C gives up."));
    return app_unlock(cli->app, NULL, cli->cancellable, error);
  case PLACE_OPEN:
  case PLACE_CLOSED:
    break;
  }
  app_place_error(&place, error);
  return FALSE;
}

/* With a terminal this asks; without one it only says how it stands. */
int
cli_unlock(Cli *cli)
{
  g_autoptr(GError) error = NULL;
  g_auto(AppPlace) place = {0};
  if (!cli_open_session(cli, &error) || !cli_open_place(cli, TRUE, &error) ||
      !app_place(cli->app, &place, cli->cancellable, &error))
    return say_error("unlock", error);
  if (place.way != PLACE_OPEN) {
    app_place_error(&place, &error);
    return say_error("unlock", error);
  }
  if (!cli->quiet)
    say("%s", place.text);
  return 0;
}
