/* The questions of setup, as a table: what is asked when, what is offered, which
 * option answers it beforehand, and what looks at the answer. Plain lines, so that
 * they can be heard as well as read. */
#include "app/config.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "cli/setup-private.h"

#include <string.h>

/* One question. It is asked when the answer to `needs` (a key of the profile) holds `needed`. */
typedef struct {
  const char *section, *key; /* NULL: what it is asked for is done by `check` alone */
  const char *option;        /* its answer beforehand: --tenant */
  const char *question;      /* N_(); NULL: never asked, only by the option */
  const char *fallback;      /* offered when nothing was set; NULL: none */
  gboolean optional;
  const char *needs, *needed;
  gboolean members; /* not asked of a roster of guests */
  void (*show)(Setup *setup);
  char *(*offer)(Setup *setup);
  AnswerResult (*check)(Setup *setup, const char *answer, GError **error);
} Question;

static const Question questions[] = {
    {"profile", "cloud", "cloud", NULL, NULL, TRUE},
    {"profile", "login_url", "login-url", NULL, NULL, TRUE},
    {"profile", "graph_url", "graph-url", NULL, NULL, TRUE},
    {"profile", "ca_bundle", "ca-bundle", NULL, NULL, TRUE},
    {"profile", "tenant", "tenant",
     N_("Tenant (its domain, as contoso.onmicrosoft.com, or its id)"), .check = setup_check_tenant},
    {"profile", "client_id", "client-id", N_("Client id of the app registration")},
    {"profile", "sign_in", "sign-in", N_("Sign-in"), "device-code"},
    {"profile", "certificate", "certificate",
     N_("Certificate with its key (PEM or PKCS#12, or an address in a token)"), .needs = "sign_in",
     .needed = "client-certificate"},
    {"profile", "certificate_key", "certificate-key", N_("Its key, if that is somewhere else"),
     .optional = TRUE, .needs = "sign_in", .needed = "client-certificate"},
    {"profile", "token_file", "token-file",
     N_("File with the federated token, if not AZURE_FEDERATED_TOKEN_FILE names it"),
     .optional = TRUE, .needs = "sign_in", .needed = "federated-token"},
    {"profile", "credentials", "credentials",
     N_("Where secrets are kept (several, in this order, are possible)"), "keyring",
     .show = setup_show_places, .offer = setup_offer_place},
    {"profile", "credentials_command", "credentials-command", N_("Command that prints the secret"),
     .needs = "credentials", .needed = "command"},
    {"profile", "credentials_save_command", "credentials-save-command", N_("Command that keeps it"),
     .optional = TRUE, .needs = "credentials", .needed = "command"},
    {"profile", "credentials_variable", "credentials-variable",
     N_("Environment variable that holds the secret"), "USHER_CLIENT_SECRET",
     .needs = "credentials", .needed = "environment"},
    {"profile", "credentials_fd", "credentials-fd",
     N_("File descriptor that the secret is read from"), "3", .needs = "credentials",
     .needed = "file-descriptor"},
    {NULL, NULL, NULL, NULL, .check = setup_sign_in},
    {"roster", "title", "title", N_("Title of the roster of external people"), "Specialists"},
    {"roster", "group", "group", N_("Its security group (name or object id)"), "Specialists",
     .check = setup_check_group},
    {"roster", "domain", "domain", N_("Domain of their user names"), .show = setup_show_domains,
     .offer = setup_offer_domain, .check = setup_check_domain, .members = TRUE},
    {"roster", "user_name", "user-name", N_("Rule for user names"), "{first}.{last}.ext",
     .check = setup_check_user_name, .members = TRUE},
    {"roster", "display_name", "display-name", N_("Rule for display names"),
     "{last}, {first} (External)", .check = setup_check_display_name, .members = TRUE},
    {"roster", "usage_location", "usage-location", N_("Country code for licences"),
     .optional = TRUE, .check = setup_check_country, .members = TRUE},
    {"roster", "mail_from", "mail-from", N_("Mailbox that sends the sign-in details"),
     .optional = TRUE, .check = setup_check_sender, .members = TRUE},
    {NULL, "test-mail", "test-mail", N_("Send a test mail to"), .optional = TRUE,
     .check = setup_check_test_mail},
};

/* --- answers --- */

const char *
setup_answer(const Setup *setup, const char *section, const char *key)
{
  g_autofree char *id = g_strconcat(section, ".", key, NULL);
  return g_hash_table_lookup(setup->answers, id);
}

void
setup_set(Setup *setup, const char *section, const char *key, const char *value)
{
  g_hash_table_replace(setup->answers, g_strconcat(section, ".", key, NULL), g_strdup(value));
}

/* An answer to a question that makes no sense any more. */
static void
forget_answer(Setup *setup, const char *section, const char *key)
{
  g_autofree char *id = section ? g_strconcat(section, ".", key, NULL) : NULL;
  if (id)
    g_hash_table_remove(setup->answers, id);
}

/* --- checking the form of an answer --- */

static gboolean
is_domain(const char *text)
{
  for (const char *at = text; *at; at++)
    if (!g_ascii_isalnum(*at) && *at != '-' && *at != '.')
      return FALSE;
  const char *dot = strchr(text, '.');
  return dot && dot > text && dot[1];
}

/* What is wrong with it, or NULL. The caller owns it. */
static char *
complaint(const Question *question, const char *answer)
{
  const Setting *setting =
      question->section ? setting_find(question->section, question->key) : NULL;
  g_autoptr(GError) error = NULL;
  if (!text_is_visible(answer))
    return g_strdup(_("characters that cannot be seen are not allowed here"));
  if (setting && !setting_check(setting, answer, &error))
    return g_strdup(error->message);
  if (!setting)
    return NULL;
  if (g_str_equal(setting->key, "client_id") && !g_uuid_string_is_valid(answer))
    return g_strdup(_("a client id looks like 00000000-0000-0000-0000-000000000000"));
  if (g_str_equal(setting->key, "domain") && !is_domain(answer))
    return g_strdup(_("a domain looks like contoso.com"));
  if (g_str_equal(setting->key, "mail_from") && !strchr(answer, '@'))
    return g_strdup(_("a mailbox looks like it-service@contoso.com"));
  return NULL;
}

/* --- asking --- */

static gboolean
is_asked(const Setup *setup, const Question *question)
{
  const char *answer = question->needs ? setup_answer(setup, "profile", question->needs) : NULL;
  const char *sender = setup_answer(setup, "roster", "mail_from");
  if (g_strcmp0(question->key, "credentials") == 0 && !setup_keeps_secret(setup))
    return FALSE;
  if (question->members && setup_is_of_guests(setup))
    return FALSE;
  if (!question->section && question->option) /* the test mail */
    return setup->trial && sender && *sender;
  g_auto(GStrv) words = setting_list(answer);
  return !question->needs || g_strv_contains((const char *const *)words, question->needed);
}

/* What an empty answer means: what is set, what the tenant gives, what is usual. */
static char *
offer(Setup *setup, const Question *question)
{
  char *before = question->section ? setup_before(setup, question->section, question->key) : NULL;
  const char *answered =
      question->section ? setup_answer(setup, question->section, question->key) : NULL;
  if (answered && *answered) { /* asked once more, since what followed from it did not work */
    g_free(before);
    return g_strdup(answered);
  }
  if (before && *before)
    return before;
  g_free(before);
  char *found = question->offer ? question->offer(setup) : NULL;
  return found ? found : g_strdup(question->fallback);
}

static char *
line_of(const Question *question)
{
  const Setting *setting =
      question->section ? setting_find(question->section, question->key) : NULL;
  if (!setting || !setting->choices || g_str_equal(setting->type, "span"))
    return g_strdup(_(question->question));
  g_auto(GStrv) words = g_strsplit(setting->choices, "|", -1);
  g_autofree char *list = g_strjoinv(", ", words);
  g_autofree char *choices = g_strdup_printf(_("There are: %s"), list);
  return g_strdup_printf("  %s\n%s", choices, _(question->question));
}

/* An answer without asking: the option, or what would be offered. */
static gboolean
take_given(Setup *setup, const Question *question, const char *given, const char *offered,
           char **ret_answer, GError **error)
{
  const char *answer = given ? given : offered;
  if ((!answer || !*answer) && !question->optional) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("--%s: an answer is needed"),
                question->option);
    return FALSE;
  }
  g_autofree char *wrong = answer && *answer ? complaint(question, answer) : NULL;
  if (wrong) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, "--%s: %s", question->option, wrong);
    return FALSE;
  }
  *ret_answer = g_strdup(answer ? answer : "");
  return TRUE;
}

static gboolean
ask(Setup *setup, const Question *question, const char *offered, char **ret_answer, GError **error)
{
  g_autofree char *line = line_of(question);
  for (;;) {
    g_autofree char *answer = setup_line(setup, line, offered, question->optional, error);
    if (!answer)
      return FALSE;
    if (question->optional && g_str_equal(answer, "-"))
      *answer = '\0';
    g_autofree char *wrong = *answer              ? complaint(question, answer)
                             : question->optional ? NULL
                                                  : g_strdup(_("an answer is needed"));
    if (!wrong) {
      *ret_answer = g_steal_pointer(&answer);
      return TRUE;
    }
    setup_say_wrong(wrong);
  }
}

/* A file's name as it is typed is meant from here; the configuration is read from anywhere. */
static char *
from_here(const Setup *setup, const Question *question, char *answer)
{
  const Setting *setting =
      question->section ? setting_find(question->section, question->key) : NULL;
  g_autofree char *before = setting ? setup_before(setup, question->section, question->key) : NULL;
  if (!setting || !g_str_equal(setting->type, "path") || !*answer || *answer == '~' ||
      strchr(answer, ':') || g_strcmp0(before, answer) == 0)
    return answer;
  char *path = g_canonicalize_filename(answer, NULL);
  g_free(answer);
  return path;
}

/* One question until its answer will do: GOOD, BACK, or STOP with the error. */
static AnswerResult
settle(Setup *setup, const Question *question, GError **error)
{
  const char *given = question->option && !setup->back
                          ? action_option(&setup->cli->arguments.request, question->option)
                          : NULL;
  g_autofree char *offered = offer(setup, question);
  gboolean silent = setup->yes || given || !question->question;
  if (question->show && !silent)
    question->show(setup);
  for (;;) {
    g_autofree char *answer = NULL;
    if (silent ? !take_given(setup, question, given, offered, &answer, error)
               : !ask(setup, question, offered, &answer, error))
      return ANSWER_STOP;
    answer = from_here(setup, question, g_steal_pointer(&answer));
    if (question->section)
      setup_set(setup, question->section, question->key, answer);
    AnswerResult result =
        question->check && *answer ? question->check(setup, answer, error) : ANSWER_GOOD;
    if (result != ANSWER_AGAIN && result != ANSWER_OTHER)
      return result;
    if (silent && setup->yes) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("--%s: “%s” will not do"),
                  question->option, answer);
      return ANSWER_STOP;
    }
    given = NULL; /* what was given will not do: asked after all */
    silent = FALSE;
    if (result == ANSWER_AGAIN) {
      g_free(offered);
      offered = g_steal_pointer(&answer);
    }
  }
}

static guint
index_of(const char *key)
{
  guint i = 0;
  while (g_strcmp0(questions[i].key, key) != 0)
    i++;
  return i;
}

gboolean
setup_ask_all(Setup *setup, GError **error)
{
  guint anew = 0; /* before this one, the options were not answer enough */
  for (guint i = 0; i < G_N_ELEMENTS(questions); i++) {
    const Question *question = &questions[i];
    if (!is_asked(setup, question)) {
      forget_answer(setup, question->section, question->key);
      continue;
    }
    setup->back = i < anew;
    AnswerResult result =
        question->option ? settle(setup, question, error) : question->check(setup, "", error);
    if (result == ANSWER_STOP)
      return FALSE;
    if (result == ANSWER_BACK) {
      anew = i;
      i = index_of(setup->back_to) - 1; /* the loop adds one; it is never the first */
    }
  }
  return TRUE;
}
