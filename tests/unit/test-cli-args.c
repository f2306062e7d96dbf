/* The argument reader against a small table of its own: every way to write an
 * option, and every mistake with what is said about it. */
#include "base/error.h"
#include "cli/args.h"
#include "cli/help.h"

#include <locale.h>

static const ActionOption list_options[] = {
    {"columns", 0, "LIST", "which columns", "field"},
    {"live", 'l', NULL, "ask now", NULL},
    {NULL},
};
static const Action list = {.name = "list",
                            .group = "Accounts",
                            .summary = "lists accounts",
                            .arguments = "[QUERY]",
                            .options = list_options,
                            .flags = ACTION_CLI};
static const Action show = {.name = "show",
                            .group = "Accounts",
                            .summary = "shows one account",
                            .text = "First paragraph.\n\nSecond paragraph.",
                            .arguments = "ACCOUNT",
                            .permissions = "User.Read.All",
                            .flags = ACTION_CLI};
static const Action repair = {.name = "repair",
                              .group = "Accounts",
                              .summary = "repairs",
                              .arguments = "[ACCOUNT...]",
                              .flags = ACTION_CLI | ACTION_CHANGES};
static const Action journal_list = {
    .name = "journal list", .group = "Journal", .summary = "lists plans", .flags = ACTION_CLI};
static const Action journal_show = {.name = "journal show",
                                    .group = "Journal",
                                    .summary = "shows a plan",
                                    .arguments = "ID",
                                    .flags = ACTION_CLI};
static const Action sort = {
    .name = "sort", .group = "View", .summary = "console only", .flags = ACTION_TUI};
static const Action *const rows[] = {&list,         &show, &repair, &journal_list,
                                     &journal_show, &sort, NULL};

static const ActionOption global_options[] = {
    {"profile", 'p', "NAME", "the profile", "profile"},
    {"format", 'f', "FORMAT", "the format", "format"},
    {"quiet", 'q', NULL, "say less", NULL},
    {"help", 'h', NULL, "help", NULL},
    {"version", 0, NULL, "version", NULL},
    {NULL},
};
static const ActionOption change_options[] = {
    {"dry-run", 'n', NULL, "plan only", NULL}, {"yes", 'y', NULL, "no question", NULL}, {NULL}};
static const ArgumentTables tables = {rows, global_options, change_options};

static gboolean
parse(const char *line, Arguments *arguments, GError **error)
{
  g_autofree char *whole = g_strconcat("usher ", line, NULL);
  g_auto(GStrv) argv = NULL;
  g_assert_true(g_shell_parse_argv(whole, NULL, &argv, NULL));
  return arguments_parse(&tables, argv, arguments, error);
}

static const char *
option(const Arguments *arguments, const char *name)
{
  return g_hash_table_lookup(arguments->request.options, name);
}

static void
test_ways_to_write(void)
{
  static const char *const lines[] = {
      "list --profile lab -q word", "list --profile=lab --quiet word", "-p lab -q list word",
      "--profile lab list word -q", "list -plab -q -- word",           "list -qp lab word",
  };
  for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_auto(Arguments) arguments = {0};
    g_autoptr(GError) error = NULL;
    gboolean ok = parse(lines[i], &arguments, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    g_assert_true(arguments.action == &list);
    g_assert_cmpstr(option(&arguments, "profile"), ==, "lab");
    g_assert_cmpstr(option(&arguments, "quiet"), ==, "");
    g_assert_null(option(&arguments, "live"));
    g_assert_cmpstr(arguments.request.arguments[0], ==, "word");
    g_assert_null(arguments.request.arguments[1]);
  }
}

static void
test_values_that_look_like_options(void)
{
  g_auto(Arguments) arguments = {0};
  g_assert_true(parse("list --columns -name -- -word --live", &arguments, NULL));
  g_assert_cmpstr(option(&arguments, "columns"), ==, "-name");
  g_assert_null(option(&arguments, "live"));
  g_assert_cmpstr(arguments.request.arguments[0], ==, "-word");
  g_assert_cmpstr(arguments.request.arguments[1], ==, "--live");
}

static void
test_names_of_two_words(void)
{
  g_auto(Arguments) arguments = {0};
  g_assert_true(parse("journal show 7", &arguments, NULL));
  g_assert_true(arguments.action == &journal_show);
  g_assert_cmpstr(arguments.request.arguments[0], ==, "7");
  g_assert_null(arguments.request.arguments[1]);
}

static void
test_no_command(void)
{
  g_auto(Arguments) arguments = {0};
  g_assert_true(parse("--profile lab", &arguments, NULL));
  g_assert_null(arguments.action);
  g_auto(Arguments) help = {0};
  g_assert_true(parse("show --help", &help, NULL)); /* though ACCOUNT is missing */
  g_assert_true(arguments_has(&help, "help"));
}

static void
test_mistakes(void)
{
  static const struct {
    const char *line, *said;
  } cases[] = {
      {"list --colums x", "did you mean --columns"},
      {"list --column=x", "did you mean --columns"},
      {"lst", "did you mean “list”"},
      {"xyzzyplugh", "usher --help"},
      {"journal", "needs one of: list, show"},
      {"journal lst", "did you mean “journal list”"},
      {"journal frobnicate", "there are: list, show"},
      {"sort", "unknown command “sort”"},
      {"list --live=yes", "takes no value"},
      {"list --columns", "needs a value"},
      {"list --format jsn", "did you mean “json”"},
      {"list --format=xml0123456", "there are: table, json"},
      {"show", "usher show ACCOUNT"},
      {"show a b", "“b” is one too many"},
      {"journal list x", "one too many"},
      {"list -x", "unknown option “-x”"},
      {"list --dry-run", "unknown option “--dry-run”"},
      {"--dry-run list", "unknown option “--dry-run”"},
      {"--nonsense-and-more", "unknown option"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(Arguments) arguments = {0};
    g_autoptr(GError) error = NULL;
    g_assert_false(parse(cases[i].line, &arguments, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
    if (!strstr(error->message, cases[i].said))
      g_error("%s: said “%s” without “%s”", cases[i].line, error->message, cases[i].said);
  }
}

static void
test_change_options(void)
{
  g_auto(Arguments) arguments = {0};
  g_assert_true(parse("--dry-run repair -y a b c", &arguments, NULL));
  g_assert_true(arguments_has(&arguments, "dry-run"));
  g_assert_true(arguments_has(&arguments, "yes"));
  g_assert_cmpuint(g_strv_length(arguments.request.arguments), ==, 3);
}

static void
test_help(void)
{
  g_autofree char *all = help_text(&tables, NULL, 60);
  const char *const expected[] = {"list [QUERY]", "journal show ID", "--profile NAME",
                                  "Accounts\n",   "Journal\n",       "  -q, --quiet"};
  for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
    if (!strstr(all, expected[i]))
      g_error("no “%s” in:\n%s", expected[i], all);
  g_assert_null(strstr(all, "console only"));
  g_autofree char *one = help_text(&tables, &show, 60);
  g_assert_nonnull(strstr(one, "usher show ACCOUNT"));
  g_assert_nonnull(strstr(one, "First paragraph.\n\nSecond paragraph.\n"));
  g_assert_nonnull(strstr(one, "User.Read.All"));
  g_assert_null(strstr(one, "--dry-run"));
  g_autofree char *change = help_text(&tables, &repair, 60);
  g_assert_nonnull(strstr(change, "--dry-run"));
  g_autofree char *group = help_group(&tables, "journal", 60);
  g_assert_nonnull(strstr(group, "journal list"));
  g_assert_nonnull(strstr(group, "journal show ID"));
  g_assert_null(strstr(group, "repair"));
}

static void
test_help_of_group(void)
{
  const char *const asked[] = {"journal --help", "journal -h", "--help journal"};
  for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
    g_auto(Arguments) arguments = {0};
    g_assert_true(parse(asked[i], &arguments, NULL));
    g_assert_null(arguments.action);
    g_assert_cmpstr(arguments.group, ==, "journal");
    g_assert_true(arguments_has(&arguments, "help"));
  }
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cli/args/ways-to-write", test_ways_to_write);
  g_test_add_func("/cli/args/values-that-look-like-options", test_values_that_look_like_options);
  g_test_add_func("/cli/args/names-of-two-words", test_names_of_two_words);
  g_test_add_func("/cli/args/no-command", test_no_command);
  g_test_add_func("/cli/args/mistakes", test_mistakes);
  g_test_add_func("/cli/args/change-options", test_change_options);
  g_test_add_func("/cli/args/help", test_help);
  g_test_add_func("/cli/args/help-of-group", test_help_of_group);
  return g_test_run();
}
