/* usher setup: asks for what a tenant needs and writes the configuration.
 * What was set before is offered again; an answer of nothing keeps it. */
#include "app/config.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/cli-private.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "cli/settings-text.h"

#include <string.h>

#define FILE_LIMIT (1024 * 1024)

typedef enum { FORM_TEXT, FORM_CLIENT_ID, FORM_NAME, FORM_DOMAIN } Form;

/* One question. It is asked when the answer to `needs` (by key) is `needed`. */
typedef struct {
  const char *section, *key;
  const char *question; /* N_() */
  const char *fallback; /* offered when nothing was set; NULL: none */
  gboolean optional;
  Form form;
  const char *needs, *needed;
} Question;

static const Question questions[] = {
    {"profile", "tenant", N_("Tenant (its domain, as contoso.onmicrosoft.com, or its id)"), NULL,
     FALSE, FORM_TEXT},
    {"profile", "client_id", N_("Client id of the app registration"), NULL, FALSE, FORM_CLIENT_ID},
    {"profile", "sign_in", N_("Sign-in"), "device-code", FALSE, FORM_TEXT},
    {"profile", "credentials", N_("Where secrets are kept"), "keyring", FALSE, FORM_TEXT},
    {"profile", "credentials_command", N_("Command that prints the secret"), NULL, FALSE, FORM_TEXT,
     "credentials", "command"},
    {"profile", "credentials_variable", N_("Environment variable that holds the secret"),
     "USHER_CLIENT_SECRET", FALSE, FORM_TEXT, "credentials", "environment"},
    {"profile", "credentials_fd", N_("File descriptor that the secret is read from"), "3", FALSE,
     FORM_TEXT, "credentials", "file-descriptor"},
    {"roster", "title", N_("Title of the roster of external people"), "Specialists", FALSE,
     FORM_TEXT},
    {"roster", "group", N_("Its security group (name or object id)"), "Specialists", FALSE,
     FORM_TEXT},
    {"roster", "domain", N_("Domain of their user names"), NULL, FALSE, FORM_DOMAIN},
    {"roster", "user_name", N_("Rule for user names"), "{first}.{last}.ext", FALSE, FORM_TEXT},
    {"roster", "display_name", N_("Rule for display names"), "{last}, {first} (External)", FALSE,
     FORM_TEXT},
    {"roster", "usage_location", N_("Country code for licences"), "DE", TRUE, FORM_TEXT},
    {"roster", "mail_from", N_("Mailbox that sends the sign-in details"), NULL, TRUE, FORM_TEXT},
};

typedef struct {
  Cli *cli;
  char *path;
  char *profile, *roster;
  char *text;                             /* of the file as it was; NULL: there is none */
  char *answers[G_N_ELEMENTS(questions)]; /* NULL: not asked */
  Secret *secret;
} Setup;

static void
setup_clear(Setup *setup)
{
  g_free(setup->path);
  g_free(setup->profile);
  g_free(setup->roster);
  g_free(setup->text);
  for (guint i = 0; i < G_N_ELEMENTS(setup->answers); i++)
    g_free(setup->answers[i]);
  g_clear_pointer(&setup->secret, secret_unref);
}

static char *
group_of(const Setup *setup, const char *section)
{
  if (!settings_named(section))
    return g_strdup(section);
  const char *name = g_str_equal(section, "profile") ? setup->profile : setup->roster;
  return g_strconcat(section, " ", name, NULL);
}

/* --- checking an answer --- */

static gboolean
is_client_id(const char *text)
{
  return g_uuid_string_is_valid(text);
}

static gboolean
is_name(const char *text)
{
  for (const char *at = text; *at; at++)
    if (!g_ascii_isalnum(*at) && *at != '-' && *at != '_')
      return FALSE;
  return *text != '\0';
}

static gboolean
is_domain(const char *text)
{
  for (const char *at = text; *at; at++)
    if (!g_ascii_isalnum(*at) && *at != '-' && *at != '.')
      return FALSE;
  const char *dot = strchr(text, '.');
  return dot && dot > text && dot[1];
}

static const struct {
  gboolean (*ok)(const char *text);
  const char *complaint;
} forms[] = {
    [FORM_TEXT] = {NULL, NULL},
    [FORM_CLIENT_ID] = {is_client_id,
                        N_("a client id looks like 00000000-0000-0000-0000-000000000000")},
    [FORM_NAME] = {is_name, N_("letters, digits, - and _ only")},
    [FORM_DOMAIN] = {is_domain, N_("a domain looks like contoso.com")},
};

/* What is wrong with an answer, or NULL. The caller owns it. */
static char *
complaint(const char *answer, Form form, const char *choices)
{
  if (choices) {
    g_auto(GStrv) known = g_strsplit(choices, "|", -1);
    if (g_strv_contains((const char *const *)known, answer))
      return NULL;
    g_autofree char *all = g_strjoinv(", ", known);
    return g_strdup_printf(_("one of: %s"), all);
  }
  if (!text_is_visible(answer))
    return g_strdup(_("characters that cannot be seen are not allowed here"));
  if (forms[form].ok && !forms[form].ok(answer))
    return g_strdup(_(forms[form].complaint));
  return NULL;
}

/* --- asking --- */

/* Asks until the answer will do; an empty one takes what is offered. */
static char *
ask(Setup *setup, const char *question, const char *offered, gboolean optional, Form form,
    const char *choices, GError **error)
{
  g_auto(GStrv) words = g_strsplit(choices ? choices : "", "|", -1);
  g_autofree char *list = g_strjoinv(", ", words);
  for (;;) {
    g_autofree char *line =
        g_strdup_printf("%s%s%s%s%s%s%s: ", question, *list ? " (" : "", list, *list ? ")" : "",
                        offered ? " [" : "", offered ? offered : "", offered ? "]" : "");
    g_autofree char *answer = prompt_line(line, setup->cli->cancellable, error);
    if (!answer)
      return NULL;
    if (!*answer && (offered || optional))
      return g_strdup(offered ? offered : "");
    g_autofree char *wrong =
        *answer ? complaint(answer, form, choices) : g_strdup(_("an answer is needed"));
    if (!wrong)
      return g_steal_pointer(&answer);
    say("  %s", wrong);
  }
}

static const char *
answer_to(const Setup *setup, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS(questions); i++)
    if (g_str_equal(questions[i].key, key))
      return setup->answers[i];
  return NULL;
}

/* The choices that the settings table allows. */
static const char *
choices_of(const Question *question)
{
  const Setting *setting = setting_find(question->section, question->key);
  return setting ? setting->choices : NULL;
}

static char *
value_before(const Setup *setup, const char *section, const char *key)
{
  g_autofree char *group = group_of(setup, section);
  return setup->text ? settings_get(setup->text, group, key) : NULL;
}

static gboolean
ask_question(Setup *setup, guint i, GError **error)
{
  const Question *question = &questions[i];
  if (question->needs && g_strcmp0(answer_to(setup, question->needs), question->needed) != 0)
    return TRUE;
  g_autofree char *before = value_before(setup, question->section, question->key);
  const char *offered = before ? before : question->fallback;
  const char *tenant = answer_to(setup, "tenant");
  if (!offered && question->form == FORM_DOMAIN && tenant && is_domain(tenant))
    offered = tenant;
  setup->answers[i] = ask(setup, _(question->question), offered, question->optional, question->form,
                          choices_of(question), error);
  return setup->answers[i] != NULL;
}

/* The secret of an app registration goes to where the profile keeps it and nowhere else. */
static gboolean
ask_secret(Setup *setup, GError **error)
{
  if (g_strcmp0(answer_to(setup, "sign_in"), "client-secret") != 0 ||
      g_strcmp0(answer_to(setup, "credentials"), "keyring") != 0)
    return TRUE;
  setup->secret = prompt_secret(_("Client secret (not shown; nothing keeps the one there is): "),
                                setup->cli->cancellable, error);
  return setup->secret != NULL;
}

static gboolean
ask_all(Setup *setup, GError **error)
{
  g_autofree char *profile = value_before(setup, "usher", "profile");
  const char *option = action_option(&setup->cli->arguments.request, "profile");
  setup->profile = option && is_name(option)
                       ? g_strdup(option)
                       : ask(setup, _("Name for this profile"), profile ? profile : "default",
                             FALSE, FORM_NAME, NULL, error);
  if (!setup->profile)
    return FALSE;
  setup->roster = g_strdup("specialists");
  for (guint i = 0; i < G_N_ELEMENTS(questions); i++)
    if (!ask_question(setup, i, error))
      return FALSE;
  return ask_secret(setup, error);
}

/* --- the file --- */

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
read_before(Setup *setup, GError **error)
{
  if (!g_file_test(setup->path, G_FILE_TEST_EXISTS))
    return TRUE;
  setup->text = file_read(setup->path, FILE_LIMIT, NULL, error);
  return setup->text != NULL;
}

/* A new file explains every key; one that is there keeps its comments and other sections. */
static char *
new_text(const Setup *setup)
{
  g_autoptr(GArray) values = g_array_new(TRUE, TRUE, sizeof(SettingValue));
  const SettingValue fixed[] = {{"usher", "profile", setup->profile},
                                {"profile", "rosters", setup->roster}};
  g_array_append_vals(values, fixed, G_N_ELEMENTS(fixed));
  for (guint i = 0; i < G_N_ELEMENTS(questions); i++) {
    SettingValue value = {questions[i].section, questions[i].key, setup->answers[i]};
    if (value.value && *value.value)
      g_array_append_val(values, value);
  }
  SettingNames names = {setup->profile, setup->roster};
  return settings_text(&names, (const SettingValue *)values->data);
}

static void
change(const Setup *setup, char **text, const char *section, const char *key, const char *value)
{
  g_autofree char *group = group_of(setup, section);
  char *changed = settings_set(*text, group, key, value);
  g_free(*text);
  *text = changed;
}

static char *
changed_text(const Setup *setup)
{
  char *text = g_strdup(setup->text);
  g_autofree char *profile = value_before(setup, "usher", "profile");
  g_autofree char *rosters = value_before(setup, "profile", "rosters");
  if (!profile)
    change(setup, &text, "usher", "profile", setup->profile);
  for (guint i = 0; i < G_N_ELEMENTS(questions); i++)
    if (setup->answers[i] && *setup->answers[i])
      change(setup, &text, questions[i].section, questions[i].key, setup->answers[i]);
  if (!rosters)
    change(setup, &text, "profile", "rosters", setup->roster);
  return text;
}

static gboolean
write_file(Setup *setup, GError **error)
{
  g_autofree char *text = setup->text ? changed_text(setup) : new_text(setup);
  g_autofree char *folder = g_path_get_dirname(setup->path);
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR) && !file_make_private_dir(folder, error))
    return FALSE;
  return file_replace(setup->path, text, strlen(text), 0600, error);
}

/* Through the app, which reads the file that was just written. */
static gboolean
keep_secret(Setup *setup, GError **error)
{
  if (!setup->secret || secret_length(setup->secret) == 0)
    return TRUE;
  AppOptions options = {.config_path = setup->path, .profile = setup->profile};
  g_autoptr(App) app = app_new(&options, error);
  return app &&
         app_keep_secret(app, "client-secret", setup->secret, setup->cli->cancellable, error);
}

int
cli_setup(Cli *cli)
{
  g_autoptr(GError) error = NULL;
  Setup setup = {.cli = cli, .path = config_path(cli)};
  int status = 0;
  cli->interrupt = interrupt_new();
  interrupt_set_quiet(cli->interrupt, TRUE);
  cli->cancellable = interrupt_cancellable(cli->interrupt);
  if (!cli->quiet)
    say(_("This writes %s. An empty answer takes what stands in brackets."), setup.path);
  if (!read_before(&setup, &error) || !ask_all(&setup, &error) || !write_file(&setup, &error))
    status = say_error("setup", error);
  else if (!cli->quiet)
    say(_("%s is written. Next: 'usher login', then 'usher doctor'."), setup.path);
  if (status == 0 && !keep_secret(&setup, &error))
    status = say_error("setup", error);
  setup_clear(&setup);
  return status;
}
