/* usher setup: a profile in a few minutes, tried out as it goes. Nothing is
 * written before the last question is answered; what is typed before is in memory
 * alone. */
#include "app/config.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "cli/say.h"
#include "cli/setup-private.h"

#include <string.h>
#include <unistd.h>

static char *
config_path(const Cli *cli)
{
  const char *path = action_option(&cli->arguments.request, "config");
  if (!path)
    path = g_getenv("USHER_CONFIG");
  if (path && *path)
    return g_strdup(path);
  g_autofree char *folder = file_config_dir();
  return g_build_filename(folder, "usher.conf", NULL);
}

static gboolean
is_name(const char *text)
{
  for (const char *at = text; *at; at++)
    if (!g_ascii_isalnum(*at) && *at != '-' && *at != '_')
      return FALSE;
  return *text != '\0';
}

/* The name of the profile: the option, or what is asked. */
static gboolean
name_profile(Setup *setup, GError **error)
{
  const char *option = action_option(&setup->cli->arguments.request, "profile");
  g_autofree char *before = setup->text ? setup_before(setup, "usher", "profile") : NULL;
  const char *offered = before ? before : "default";
  g_auto(GStrv) known = setup_file_profiles(setup);
  g_autofree char *answer = g_strdup(option ? option : setup->yes ? offered : NULL);
  if (!answer && known[0]) {
    g_autofree char *all = g_strjoinv(", ", known);
    setup_say(setup, _("  Profiles: %s; another name makes another one."), all);
  }
  while (!answer || !is_name(answer) || g_str_equal(answer, "all")) {
    if (answer && setup->yes) {
      g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                          _("--profile: letters, digits, - and _ only, and not “all”"));
      return FALSE;
    }
    if (answer)
      setup_say_wrong(_("letters, digits, - and _ only, and not “all”"));
    g_free(answer);
    answer = setup_line(setup, _("Name for this profile"), offered, FALSE, error);
    if (!answer)
      return FALSE;
  }
  setup->profile = g_steal_pointer(&answer);
  return TRUE;
}

static gboolean
name_roster(Setup *setup, GError **error)
{
  const char *option = action_option(&setup->cli->arguments.request, "roster");
  if (option && !is_name(option)) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("--roster: letters, digits, - and _ only"));
    return FALSE;
  }
  setup->roster = option ? g_strdup(option) : setup_file_roster(setup);
  g_autofree char *group = setup_before(setup, "roster", "group");
  setup->new_roster = group == NULL;
  return TRUE;
}

/* The person's last word; without a terminal to ask on the answers themselves are enough. */
static gboolean
agree(Setup *setup, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autofree char *question = g_strdup_printf(_("Write %s?"), setup->path);
  if (setup_yes(setup, question, TRUE, &local))
    return TRUE;
  if (local)
    g_propagate_error(error, g_steal_pointer(&local));
  else
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("nothing was written"));
  return FALSE;
}

static gboolean
run(Setup *setup, GError **error)
{
  if (!setup_file_read(setup, error) || !name_profile(setup, error) || !name_roster(setup, error) ||
      !setup_file_check(setup, error) || !setup_ask_all(setup, error))
    return FALSE;
  /* What comes of it must be readable, whatever was in the file before. */
  g_autofree char *text = setup_file_text(setup);
  AppOptions options = {.text = text, .profile = setup->profile};
  g_autoptr(App) checked = app_new(&options, error);
  if (!checked || !agree(setup, error))
    return FALSE;
  /* What was answered is not lost with the group that cannot be made. */
  g_autoptr(GError) failure = NULL;
  if (!setup_make_group(setup, &failure) &&
      g_error_matches(failure, USHER_ERROR, USHER_ERROR_CANCELLED)) {
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
  }
  gboolean written = setup_file_write(setup, error);
  if (written && failure) {
    setup->no_group = say_error("setup", failure);
    say(_("The profile is written, its group is not made: 'usher setup' tries again."));
  }
  return written;
}

static void
setup_clear(Setup *setup)
{
  app_free(setup->trial);
  g_strfreev(setup->domains);
  g_hash_table_unref(setup->answers);
  g_free(setup->path);
  g_free(setup->profile);
  g_free(setup->roster);
  g_free(setup->text);
}

static void
say_next(const Setup *setup)
{
  if (setup->trial)
    setup_say(setup, _("Next: 'usher doctor' checks everything, 'usher' opens the console."));
  else
    setup_say(setup, _("Next: 'usher login', then 'usher doctor'."));
}

int
cli_setup(Cli *cli)
{
  g_autoptr(GError) error = NULL;
  Setup setup = {
      .cli = cli,
      .path = config_path(cli),
      .yes = arguments_has(&cli->arguments, "yes"),
      .unchecked = arguments_has(&cli->arguments, "no-check"),
      .answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
  };
  cli->interrupt = interrupt_new();
  interrupt_set_quiet(cli->interrupt, TRUE);
  cli->cancellable = interrupt_cancellable(cli->interrupt);
  if (!setup.yes)
    setup_say(&setup,
              _("This writes %s at the end, and nothing before; ^C leaves everything as it was. An "
                "empty answer takes what stands in brackets."),
              setup.path);
  int status = run(&setup, &error) ? 0 : say_error("setup", error);
  if (status == 0 && !setup_keep_secret(&setup, &error)) {
    status = say_error("setup", error);
    say(_("The profile is written, its secret is not kept: 'usher login' does it."));
  } else if (status == 0) {
    status = setup.no_group;
    say_next(&setup);
  }
  setup_clear(&setup);
  return status;
}
