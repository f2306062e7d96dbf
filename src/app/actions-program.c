/* The action table's slice about the program itself: demo, setup, doctor,
 * completion, help. All but doctor are performed by the command line. */
#include "app/actions-private.h"
#include "app/app-private.h"
#include "base/i18n.h"

static const ActionOption demo_options[] = {
    {"accounts", 0, N_("NUMBER"), N_("how many accounts the simulated tenant has"), NULL},
    {"seed", 0, N_("NUMBER"), N_("another tenant for each number"), NULL},
    {NULL},
};

static const ActionOption setup_options[] = {
    {"yes", 'y', NULL, N_("ask nothing: options, then what is set, then what is usual"), NULL},
    {"no-check", 0, NULL, N_("do not ask the service; nobody has to be signed in"), NULL},
    {"tenant", 0, N_("TENANT"), N_("a domain of the tenant, or its id"), NULL},
    {"client-id", 0, N_("ID"), N_("the application (client) id of the app registration"), NULL},
    {"cloud", 0, N_("CLOUD"), N_("the cloud, if the tenant does not tell"),
     "global|usgov|usgov-dod|china|custom"},
    {"login-url", 0, N_("URL"), N_("the sign-in service, for cloud custom"), NULL},
    {"graph-url", 0, N_("URL"), N_("Microsoft Graph, for cloud custom"), NULL},
    {"ca-bundle", 0, N_("FILE"), N_("certificate authorities to trust instead of the system's"),
     "file"},
    {"sign-in", 0, N_("WAY"), N_("how usher signs in"),
     "device-code|client-secret|client-certificate|federated-token"},
    {"certificate", 0, N_("FILE"), N_("for client-certificate: the certificate with its key"),
     "file"},
    {"certificate-key", 0, N_("FILE"), N_("its key, when that is somewhere else"), "file"},
    {"token-file", 0, N_("FILE"), N_("for federated-token: the file with the token"), "file"},
    {"credentials", 0, N_("PLACES"), N_("where secrets are kept: keyring, sealed-file …"), NULL},
    {"credentials-command", 0, N_("COMMAND"), N_("for command: what prints the secret"), NULL},
    {"credentials-save-command", 0, N_("COMMAND"), N_("for command: what keeps it"), NULL},
    {"credentials-variable", 0, N_("NAME"), N_("for environment: the variable"), NULL},
    {"credentials-fd", 0, N_("NUMBER"), N_("for file-descriptor: its number"), NULL},
    {"title", 0, N_("TEXT"), N_("the name of the roster for people"), NULL},
    {"group", 0, N_("GROUP"), N_("its security group: display name or object id"), NULL},
    {"make-group", 0, NULL, N_("make the group when it is not there"), NULL},
    {"domain", 0, N_("DOMAIN"), N_("the domain of the user names"), NULL},
    {"user-name", 0, N_("RULE"), N_("the rule for user names: {first}.{last}.ext"), NULL},
    {"display-name", 0, N_("RULE"), N_("the rule for display names: {last}, {first}"), NULL},
    {"usage-location", 0, N_("COUNTRY"), N_("the country of use, two letters"), NULL},
    {"mail-from", 0, N_("MAILBOX"), N_("the mailbox that mails are sent from"), NULL},
    {"test-mail", 0, N_("ADDRESS"), N_("send a test mail to this address"), NULL},
    {NULL},
};

const Action actions_program[] = {
    {.name = "demo",
     .group = N_("Program"),
     .summary = N_("Open the console on a simulated tenant"),
     .text =
         N_("Starts usher-sim, needs no configuration and changes none. Everything can be tried, "
            "nothing can be broken."),
     .options = demo_options,
     .flags = ACTION_CLI | ACTION_NO_CONFIG},
    {.name = "setup",
     .group = N_("Program"),
     .summary = N_("Set up a profile, guided: tenant, sign-in, group, naming"),
     .text = N_(
         "Asks for what a profile needs and tries it out as it goes: finds the tenant, signs in, "
         "finds the group or makes it, offers the verified domains, shows names by the rules, "
         "looks at the sender and sends a test mail. An answer that turns out to be wrong is asked "
         "for again; - takes out what is set. Nothing is written before the last question; ^C or "
         "the end of "
         "the input leaves everything as it was. It can be run again: what is set is offered, "
         "comments and other keys stay, and the file before is kept beside it. With --yes it "
         "asks nothing and takes options, then what is set, then what is usual."),
     .options = setup_options,
     .flags = ACTION_CLI | ACTION_NO_CONFIG},
    {.name = "doctor",
     .group = N_("Program"),
     .summary = N_("Check everything that usher needs, and say what to do"),
     .text =
         N_("Configuration, files, locale, terminal, store, keyring, certificate, proxy, names, "
            "TLS, clock, "
            "token, permissions, for each roster its group, domain, seats and sender, and who is "
            "guarded: each is ok, a warning, failed, or not checked because of something else, "
            "with what to do "
            "about it. A configuration that is wrong is one of the findings. Nothing is changed. "
            "The exit status is that of the failure that hinders most, the first one; warnings "
            "alone are 0."),
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NETWORK | ACTION_NO_CONFIG | ACTION_TOLERANT |
              ACTION_PROFILES,
     .columns = doctor_columns,
     .run = doctor_run},
    {.name = "completion",
     .group = N_("Program"),
     .summary = N_("Print the completion for a shell"),
     .arguments = "bash|zsh|fish",
     .flags = ACTION_CLI | ACTION_NO_CONFIG},
    {.name = "help",
     .group = N_("Program"),
     .summary = N_("Say what there is to do, or how a command is used"),
     .arguments = "[COMMAND]",
     .flags = ACTION_CLI | ACTION_TUI | ACTION_NO_CONFIG,
     .keys = "? F1"},
    {.name = NULL},
};
