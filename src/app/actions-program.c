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
     .flags = ACTION_CLI | ACTION_NO_CONFIG},
    {.name = "doctor",
     .group = N_("Program"),
     .summary = N_("Check everything that usher needs, and say what to do"),
     .text =
         N_("Configuration, files, locale, terminal, store, keyring, proxy, names, TLS, clock, "
            "token, permissions, and for each roster its group, domain, seats and sender: each is "
            "ok, a warning, failed, or not checked because of something else, with what to do "
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
