/* Arguments read through the action table: which subcommand, which options,
 * which words. What they mean is for the commands; that --help and --version
 * excuse from everything else is all it knows of them. */
#pragma once

#include "app/actions.h"

typedef struct {
  const Action *action;  /* NULL: no subcommand */
  char *group;           /* "journal" of "journal --help"; else NULL */
  ActionRequest request; /* owned here; the options of action and the global ones */
} Arguments;

/* The tables that are read, so that tests can bring their own. */
typedef struct {
  const Action *const *actions; /* NULL-terminated */
  const ActionOption *global;   /* ended by a NULL name, as is the next */
  const ActionOption *change;   /* taken by actions that change the tenant */
} ArgumentTables;

/* The program's own tables. */
const ArgumentTables *argument_tables(void);

/* Reads argv[1…]. USHER_ERROR_USAGE says what is wrong and the nearest valid word.
 * `ret_arguments` is filled as far as it got, also on failure, so that a message can name
 * the subcommand; arguments_clear() it. */
gboolean arguments_parse(const ArgumentTables *tables, char **argv, Arguments *ret_arguments,
                         GError **error);
void arguments_clear(Arguments *arguments);

/* The subcommand that the first words name, the longest first; `ret_words` gets how many
 * words it took. NULL: none. */
const Action *arguments_command(const ArgumentTables *tables, char **words, guint *ret_words);
/* The commands of which `word` is the first of two: "list", "show" … of "journal". GPtrArray of
 * the action's own words, empty if there are none. */
GPtrArray *arguments_subcommands(const ArgumentTables *tables, const char *word);
/* The option by its long name, in the action's table or those for all. NULL: none. `action`
 * may be NULL. */
const ActionOption *arguments_option(const ArgumentTables *tables, const Action *action,
                                     const char *name);
const ActionOption *arguments_letter(const ArgumentTables *tables, const Action *action,
                                     char letter);
/* The option tables that an action takes, own first: NULL-terminated, at most 3. */
void arguments_option_tables(const ArgumentTables *tables, const Action *action,
                             const ActionOption *ret_tables[4]);
/* "a|b|c" of an option that takes one of a few words, else NULL. Lent. */
const char *arguments_choices(const ActionOption *option);

/* TRUE if the switch or option was given. */
gboolean arguments_has(const Arguments *arguments, const char *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)
