/* What setup tries out on the way: the tenant, the sign-in, the group, the
 * domain, the names, the mail. Secrets that are typed live in memory until the
 * file is written. */
#include "app/app-change.h"
#include "app/permissions.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "cli/setup-private.h"
#include "model/naming.h"

#include <string.h>

static gboolean
has(const Setup *setup, const char *option)
{
  return arguments_has(&setup->cli->arguments, option);
}

/* A question in a step: the answer is `otherwise` when nobody is asked. */
static AnswerResult
confirm(Setup *setup, const char *question, gboolean otherwise, GError **error)
{
  g_autoptr(GError) local = NULL;
  gboolean yes = setup_yes(setup, question, otherwise, &local);
  if (local) {
    g_propagate_error(error, g_steal_pointer(&local));
    return ANSWER_STOP;
  }
  return yes ? ANSWER_GOOD : ANSWER_AGAIN;
}

/* --- the tenant --- */

static const char *
login_url_of(const Setup *setup)
{
  const char *url = setup_answer(setup, "profile", "login_url");
  const char *cloud = setup_answer(setup, "profile", "cloud");
  if (url && *url)
    return url;
  return config_cloud_login(cloud && *cloud ? cloud : "global");
}

AnswerResult
setup_check_tenant(Setup *setup, const char *answer, GError **error)
{
  g_auto(SetupTenant) tenant = {0};
  const char *login_url = login_url_of(setup), *cloud = setup_answer(setup, "profile", "cloud");
  const char *ca_bundle = setup_answer(setup, "profile", "ca_bundle");
  GError *failure = NULL;
  if (setup->unchecked || !login_url)
    return ANSWER_GOOD;
  if (!app_setup_discover(login_url, ca_bundle && *ca_bundle ? ca_bundle : NULL, answer, &tenant,
                          setup->cli->cancellable, &failure))
    return g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND)
               ? setup_refuse(setup, failure, error)
               : setup_go_on(setup, failure, error);
  if (tenant.cloud && (!cloud || !*cloud) && !g_str_equal(tenant.cloud, "global"))
    setup_set(setup, "profile", "cloud", tenant.cloud);
  setup_say(setup, tenant.cloud ? _("  Found: tenant %s, cloud %s.") : _("  Found: tenant %s."),
            tenant.id, tenant.cloud);
  return ANSWER_GOOD;
}

/* --- places for secrets --- */

void
setup_show_places(Setup *setup)
{
  g_autoptr(GPtrArray) places = app_setup_places(setup->profile, setup->cli->cancellable);
  for (guint i = 0; i < places->len; i++) {
    const SetupPlace *place = places->pdata[i];
    setup_say(setup, "  %s: %s", place->name, place->text);
  }
}

char *
setup_offer_place(Setup *setup)
{
  g_autoptr(GPtrArray) places = app_setup_places(setup->profile, setup->cli->cancellable);
  for (guint i = 0; i < places->len; i++) {
    const SetupPlace *place = places->pdata[i];
    if (place->good && place->can_save)
      return g_strdup(place->name);
  }
  return NULL;
}

/* --- signing in --- */

/* A context by the answers so far. */
static App *
open_trial(const Setup *setup, gboolean in_memory, GError **error)
{
  g_autofree char *text = setup_file_text(setup);
  AppOptions options = {.text = text,
                        .profile = setup->profile,
                        .roster = setup_answer(setup, "roster", "domain") ? setup->roster : NULL,
                        .read_only = cli_app_options(setup->cli).read_only,
                        .patience = CLI_PATIENCE,
                        .in_memory = in_memory};
  return app_new(&options, error);
}

gboolean
setup_keeps_secret(const Setup *setup)
{
  g_autofree char *before = setup_before(setup, "profile", "credentials");
  g_autoptr(App) app = open_trial(setup, TRUE, NULL);
  return !app || app_login_keeps(app) || (before && *before) || has(setup, "credentials");
}

/* The trial with what was answered since it was opened. */
static gboolean
renew_trial(Setup *setup, GError **error)
{
  g_autoptr(App) newer = open_trial(setup, setup->in_memory, error);
  if (!newer || (setup->in_memory &&
                 !app_setup_hand_over(setup->trial, newer, setup->cli->cancellable, error)))
    return FALSE;
  app_free(setup->trial);
  setup->trial = g_steal_pointer(&newer);
  return TRUE;
}

/* What the sign-in was not granted, and where it would be. */
static void
say_lacking(const Setup *setup, App *app)
{
  g_autoptr(GPtrArray) lacking = app_lacking_permissions(app);
  if (!lacking || lacking->len == 0)
    return;
  g_ptr_array_add(lacking, NULL);
  g_autofree char *names = g_strjoinv(", ", (char **)lacking->pdata);
  g_autofree char *url = app_consent_url(app);
  setup_say(setup, _("  Not granted, and needed for some of it: %s."), names);
  setup_say(setup,
            _("  'usher doctor' says what for. An administrator grants it in the app registration, "
              "then at %s"),
            url);
}

/* Whether it can ask the tenant; then it is the trial. Takes the app. */
static gboolean
try_out(Setup *setup, App *app, gboolean in_memory, GError **error)
{
  g_autofree char *name = NULL;
  g_strfreev(setup->domains);
  setup->domains = app_setup_domains(app, &name, setup->cli->cancellable, error);
  if (!setup->domains) {
    say_lacking(setup, app);
    app_free(app);
    return FALSE;
  }
  setup->trial = app;
  setup->in_memory = in_memory;
  setup_say(setup, _("  Signed in to %s."), name ? name : setup->domains[0]);
  say_lacking(setup, app);
  return TRUE;
}

static gboolean
ask_secret(Setup *setup, App *app, GError **error)
{
  const char *kept = app_login_keeps(app);
  gboolean client = g_strcmp0(kept, "client-secret") == 0;
  if (app_login_shows_code(app) || !kept)
    return TRUE;
  g_autoptr(Secret) secret =
      prompt_secret(client ? _("Client secret (not shown; empty: go on without): ")
                           : _("Passphrase of the certificate's key (not shown; empty: none): "),
                    setup->cli->cancellable, error);
  if (!secret)
    return FALSE;
  if (secret_length(secret) == 0 && client) {
    setup->unchecked = TRUE;
    return TRUE;
  }
  return secret_length(secret) == 0 ||
         app_keep_secret(app, kept, secret, setup->cli->cancellable, error);
}

/* With a secret that is typed, or a code that is entered, now. */
static gboolean
sign_in_anew(Setup *setup, GError **error)
{
  g_autoptr(App) app = open_trial(setup, TRUE, error);
  if (!app || !ask_secret(setup, app, error))
    return FALSE;
  if (setup->unchecked)
    return TRUE;
  if (app_login_shows_code(app) && !cli_sign_in(setup->cli, app, FALSE, error))
    return FALSE;
  return try_out(setup, g_steal_pointer(&app), TRUE, error);
}

/* Secrets that somebody else provides are there, or they are not. */
static gboolean
can_be_typed(const Setup *setup, const App *app)
{
  static const char *const writable[] = {"keyring", "sealed-file", "kernel-keyring"};
  const char *keeper = setup_answer(setup, "profile", "credentials_save_command");
  g_auto(GStrv) places = setting_list(setup_answer(setup, "profile", "credentials"));
  if (keeper && *keeper && g_strv_contains((const char *const *)places, "command"))
    return app_login_keeps(app) != NULL;
  for (guint i = 0; i < G_N_ELEMENTS(writable); i++)
    if (g_strv_contains((const char *const *)places, writable[i]))
      return app_login_keeps(app) != NULL;
  return app_login_shows_code(app);
}

/* The first attempt is with what is there; `ret_typed`: it is worth asking for more. */
static gboolean
sign_in_as_kept(Setup *setup, gboolean *ret_typed, GError **error)
{
  App *app = open_trial(setup, FALSE, error);
  *ret_typed = app && can_be_typed(setup, app);
  return app && try_out(setup, app, FALSE, error);
}

AnswerResult
setup_sign_in(Setup *setup, const char *answer, GError **error)
{
  GError *failure = NULL;
  gboolean typed = FALSE;
  setup->back_to = "client_id";
  if (setup->unchecked || sign_in_as_kept(setup, &typed, &failure))
    return ANSWER_GOOD;
  gboolean code = g_strcmp0(setup_answer(setup, "profile", "sign_in"), "device-code") == 0;
  if (setup->yes && code && g_error_matches(failure, USHER_ERROR, USHER_ERROR_SIGN_IN)) {
    g_clear_error(&failure);
    setup_say(setup,
              _("  Not signed in yet, so nothing more is looked at: 'usher login' does it."));
    setup->unchecked = TRUE;
    return ANSWER_GOOD;
  }
  while (typed && !setup->yes && !setup->trial && !setup->unchecked) {
    g_clear_error(&failure);
    if (sign_in_anew(setup, &failure))
      return ANSWER_GOOD;
    AnswerResult result = setup_go_on(setup, g_steal_pointer(&failure), error);
    if (result == ANSWER_AGAIN)
      result = confirm(setup, _("Change the application or the way to sign in?"), FALSE, error);
    else
      return result;
    if (result != ANSWER_AGAIN)
      return result == ANSWER_GOOD ? ANSWER_BACK : result;
  }
  AnswerResult result = failure ? setup_go_on(setup, failure, error) : ANSWER_GOOD;
  return result == ANSWER_AGAIN ? ANSWER_BACK : result;
}

/* --- the group --- */

static AnswerResult
ask_to_make(Setup *setup, const char *name, GError *failure, GError **error)
{
  g_autofree char *question =
      g_strdup_printf(_("There is no group “%s”. Make it at the end?"), name);
  setup->make_group = has(setup, "make-group");
  if (!setup->make_group && setup->yes) {
    g_propagate_prefixed_error(error, failure, "--group, --make-group: ");
    return ANSWER_STOP;
  }
  g_error_free(failure);
  g_auto(GStrv) like =
      setup->yes ? NULL : app_setup_groups_like(setup->trial, name, setup->cli->cancellable);
  g_autofree char *names = like ? g_strjoinv(", ", like) : NULL;
  if (names)
    setup_say(setup, _("  Groups that begin like it: %s"), names);
  AnswerResult result = setup->make_group ? ANSWER_GOOD : confirm(setup, question, FALSE, error);
  if (result != ANSWER_GOOD)
    return result;
  /* Better said now than after the last question. */
  GError *lacks = NULL;
  g_autoptr(Plan) plan = app_setup_group_plan(setup->trial, name, &lacks);
  setup->make_group =
      plan && app_plan_is_permitted(setup->trial, plan, setup->cli->cancellable, &lacks);
  return setup->make_group ? ANSWER_GOOD : setup_go_on(setup, lacks, error);
}

AnswerResult
setup_check_group(Setup *setup, const char *answer, GError **error)
{
  g_auto(SetupGroup) group = {0};
  GError *failure = NULL;
  setup->make_group = FALSE;
  if (!setup->trial)
    return ANSWER_GOOD;
  if (!app_setup_group(setup->trial, answer, &group, setup->cli->cancellable, &failure))
    return g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND)
               ? ask_to_make(setup, answer, failure, error)
           : g_error_matches(failure, USHER_ERROR, USHER_ERROR_AMBIGUOUS)
               ? setup_refuse(setup, failure, error)
               : setup_go_on(setup, failure, error);
  if (group.dynamic || group.synced) {
    setup_say(setup,
              group.dynamic ? _("  The members of %s follow a rule: its accounts can be listed, "
                                "nobody can be added.")
                            : _("  %s comes from on-premises: its accounts can be listed, nobody "
                                "can be added."),
              group.name);
    return confirm(setup, _("Take it all the same?"), setup->yes, error);
  }
  setup_say(setup,
            group.licensed ? _("  Found: %s, with a licence.")
                           : _("  Found: %s, without a licence."),
            group.name);
  return ANSWER_GOOD;
}

gboolean
setup_make_group(Setup *setup, GError **error)
{
  const char *name = setup_answer(setup, "roster", "group");
  if (!setup->make_group)
    return TRUE;
  if (!setup->trial || !renew_trial(setup, error))
    return FALSE;
  g_autoptr(Plan) plan = app_setup_group_plan(setup->trial, name, error);
  AppOutcome outcome = {0};
  if (!plan)
    return FALSE;
  gboolean made =
      app_apply(setup->trial, plan, NULL, NULL, &outcome, setup->cli->cancellable, error);
  app_outcome_clear(&outcome);
  if (!made) {
    const Operation *operation = plan->operations->pdata[0];
    if (operation->error_message)
      say("  %s", operation->error_message);
    return FALSE;
  }
  setup_say(setup,
            _("The group %s is made; give it a licence in the admin centre, if its accounts "
              "need one."),
            name);
  return TRUE;
}

/* --- domain and country --- */

void
setup_show_domains(Setup *setup)
{
  g_autofree char *all = setup->domains ? g_strjoinv(", ", setup->domains) : NULL;
  if (all)
    setup_say(setup, _("  Verified domains: %s"), all);
}

char *
setup_offer_domain(Setup *setup)
{
  const char *tenant = setup_answer(setup, "profile", "tenant");
  if (setup->domains && setup->domains[0])
    return g_strdup(setup->domains[0]);
  return tenant && strchr(tenant, '.') ? g_strdup(tenant) : NULL;
}

AnswerResult
setup_check_domain(Setup *setup, const char *answer, GError **error)
{
  for (char **domain = setup->domains; domain && *domain; domain++)
    if (g_ascii_strcasecmp(*domain, answer) == 0)
      return ANSWER_GOOD;
  if (!setup->domains)
    return ANSWER_GOOD;
  g_autofree char *all = g_strjoinv(", ", setup->domains);
  return setup_refuse(setup,
                      g_error_new(USHER_ERROR, USHER_ERROR_USAGE,
                                  _("%s is no verified domain of the tenant; there are: %s"),
                                  answer, all),
                      error);
}

AnswerResult
setup_check_country(Setup *setup, const char *answer, GError **error)
{
  if (strlen(answer) == 2 && g_ascii_isupper(answer[0]) && g_ascii_isupper(answer[1]))
    return ANSWER_GOOD;
  return setup_refuse(setup,
                      g_error_new(USHER_ERROR, USHER_ERROR_USAGE,
                                  _("“%s” is no country code (two capital letters: DE)"), answer),
                      error);
}

/* --- names --- */

static const char *const samples[][2] = {
    {"Ada", "Lovelace"}, {"Zoë", "Müller-Lüdenscheidt"}, {"Łukasz", "O'Brien"}};

static void
put(char **field, const char *value)
{
  g_free(*field);
  *field = g_strdup(value);
}

static char *
sample_name(const Setup *setup, guint i, gboolean display, GError **error)
{
  g_autoptr(Roster) roster = roster_new();
  g_autoptr(Person) person = person_new();
  put(&roster->domain, setup_answer(setup, "roster", "domain"));
  put(&roster->user_name, setup_answer(setup, "roster", "user_name"));
  put(&roster->display_name, setup_answer(setup, "roster", "display_name"));
  person_set(person, PERSON_FIRST, samples[i][0]);
  person_set(person, PERSON_LAST, samples[i][1]);
  return display ? naming_display_name(person, roster) : naming_user_name(person, roster, 0, error);
}

static AnswerResult
show_names(Setup *setup, gboolean display, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS(samples); i++) {
    GError *failure = NULL;
    g_autofree char *name = sample_name(setup, i, display, &failure);
    if (!name)
      return setup_refuse(setup, failure, error);
    setup_say(setup, "  %s %s: %s", samples[i][0], samples[i][1], name);
  }
  return confirm(setup, _("Will names like these do?"), TRUE, error);
}

AnswerResult
setup_check_user_name(Setup *setup, const char *answer, GError **error)
{
  return show_names(setup, FALSE, error);
}

AnswerResult
setup_check_display_name(Setup *setup, const char *answer, GError **error)
{
  return show_names(setup, TRUE, error);
}

/* --- the mail --- */

AnswerResult
setup_check_sender(Setup *setup, const char *answer, GError **error)
{
  GError *failure = NULL;
  if (!setup->trial || !renew_trial(setup, &failure) ||
      app_setup_sender(setup->trial, setup->cli->cancellable, &failure))
    return failure ? setup_go_on(setup, failure, error) : ANSWER_GOOD;
  return g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND)
             ? setup_refuse(setup, failure, error)
             : setup_go_on(setup, failure, error);
}

AnswerResult
setup_check_test_mail(Setup *setup, const char *answer, GError **error)
{
  GError *failure = NULL;
  if (!renew_trial(setup, &failure) ||
      !app_setup_test_mail(setup->trial, answer, setup->cli->cancellable, &failure)) {
    AnswerResult result = setup_go_on(setup, failure, error);
    setup->back_to = "mail_from";
    return result == ANSWER_AGAIN ? ANSWER_BACK : result;
  }
  setup_say(setup, _("  Sent to %s; look whether it arrives."), answer);
  return ANSWER_GOOD;
}

/* --- the end --- */

gboolean
setup_keep_secret(Setup *setup, GError **error)
{
  if (!setup->trial || !setup->in_memory)
    return TRUE;
  Cli *cli = setup->cli;
  AppOptions options = {.config_path = setup->path, .profile = setup->profile};
  cli->app = app_new(&options, error);
  return cli->app && cli_open_place(cli, TRUE, error) &&
         app_setup_hand_over(setup->trial, cli->app, cli->cancellable, error);
}
