/* Reads arguments through the action table. The table is the one truth about
 * names, arguments and choices; this file only knows how a command line is
 * written: --name value, --name=value, -n value, "--" ends the options. */
#include "cli/args.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

#define FORMATS "table|json|jsonl|csv|tsv"

void
arguments_clear(Arguments *arguments)
{
  g_clear_pointer(&arguments->group, g_free);
  g_clear_pointer(&arguments->request.arguments, g_strfreev);
  g_clear_pointer(&arguments->request.options, g_hash_table_unref);
  *arguments = (Arguments){0};
}

gboolean
arguments_has(const Arguments *arguments, const char *name)
{
  return g_hash_table_contains(arguments->request.options, name);
}

const char *
arguments_choices(const ActionOption *option)
{
  if (!option->argument || !option->complete)
    return NULL;
  if (g_str_equal(option->complete, "format"))
    return FORMATS;
  return strchr(option->complete, '|') ? option->complete : NULL;
}

/* --- looking up --- */

void
arguments_option_tables(const ArgumentTables *tables, const Action *action,
                        const ActionOption *ret_tables[4])
{
  guint n = 0;
  if (action && action->options)
    ret_tables[n++] = action->options;
  if (tables->change && (!action || action->flags & ACTION_CHANGES))
    ret_tables[n++] = tables->change;
  if (tables->global)
    ret_tables[n++] = tables->global;
  ret_tables[n] = NULL;
}

const ActionOption *
arguments_option(const ArgumentTables *tables, const Action *action, const char *name)
{
  const ActionOption *lists[4];
  arguments_option_tables(tables, action, lists);
  for (guint i = 0; lists[i]; i++)
    for (const ActionOption *option = lists[i]; option->name; option++)
      if (g_str_equal(option->name, name))
        return option;
  return NULL;
}

const ActionOption *
arguments_letter(const ArgumentTables *tables, const Action *action, char letter)
{
  const ActionOption *lists[4];
  arguments_option_tables(tables, action, lists);
  for (guint i = 0; lists[i]; i++)
    for (const ActionOption *option = lists[i]; option->name; option++)
      if (letter && option->letter == letter)
        return option;
  return NULL;
}

/* How many of `words` are the words of `name`; 0 when they differ. */
static guint
match_words(const char *name, char **words)
{
  g_auto(GStrv) parts = g_strsplit(name, " ", -1);
  guint n = 0;
  for (; parts[n]; n++)
    if (!words[n] || !g_str_equal(parts[n], words[n]))
      return 0;
  return n;
}

const Action *
arguments_command(const ArgumentTables *tables, char **words, guint *ret_words)
{
  const Action *best = NULL;
  guint longest = 0;
  for (guint i = 0; tables->actions[i]; i++) {
    if (!(tables->actions[i]->flags & ACTION_CLI))
      continue;
    guint n = match_words(tables->actions[i]->name, words);
    if (n > longest) {
      longest = n;
      best = tables->actions[i];
    }
  }
  if (best)
    *ret_words = longest;
  return best;
}

/* --- what to say when it is wrong --- */

static char *
nearest_option(const ArgumentTables *tables, const Action *action, const char *name)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  const ActionOption *lists[4];
  arguments_option_tables(tables, action, lists);
  for (guint i = 0; lists[i]; i++)
    for (const ActionOption *option = lists[i]; option->name; option++)
      g_ptr_array_add(names, (gpointer)option->name);
  g_ptr_array_add(names, NULL);
  return g_strdup(text_nearest(name, (const char *const *)names->pdata));
}

static void
set_unknown_option(const ArgumentTables *tables, const Action *action, const char *written,
                   const char *name, GError **error)
{
  g_autofree char *near = nearest_option(tables, action, name);
  g_autofree char *command = action ? g_strconcat("usher ", action->name, NULL) : g_strdup("usher");
  if (near)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("unknown option “%s”: did you mean --%s? '%s --help' lists all"), written, near,
                command);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("unknown option “%s”: '%s --help' lists all; an argument that begins with - goes "
                  "after --"),
                written, command);
}

/* The subcommands that begin with `word`: "journal" alone is none, "journal list" is. */
GPtrArray *
arguments_subcommands(const ArgumentTables *tables, const char *word)
{
  GPtrArray *rest = g_ptr_array_new();
  g_autofree char *prefix = g_strconcat(word, " ", NULL);
  for (guint i = 0; tables->actions[i]; i++) {
    const Action *action = tables->actions[i];
    if (action->flags & ACTION_CLI && g_str_has_prefix(action->name, prefix))
      g_ptr_array_add(rest, (gpointer)(action->name + strlen(prefix)));
  }
  return rest;
}

static void
set_wrong_subcommand(GPtrArray *known, char **words, GError **error)
{
  g_ptr_array_add(known, NULL);
  g_autofree char *all = g_strjoinv(", ", (char **)known->pdata);
  const char *near = words[1] ? text_nearest(words[1], (const char *const *)known->pdata) : NULL;
  if (!words[1])
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("'usher %s' needs one of: %s"), words[0],
                all);
  else if (near)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("unknown command “%s %s”: did you mean “%s %s”?"), words[0], words[1], words[0],
                near);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("unknown command “%s %s”; there are: %s"),
                words[0], words[1], all);
}

static void
set_unknown_command(const ArgumentTables *tables, char **words, GError **error)
{
  g_autoptr(GPtrArray) known = arguments_subcommands(tables, words[0]);
  if (known->len > 0) {
    set_wrong_subcommand(known, words, error);
    return;
  }
  for (guint i = 0; tables->actions[i]; i++)
    if (tables->actions[i]->flags & ACTION_CLI)
      g_ptr_array_add(known, (gpointer)tables->actions[i]->name);
  g_ptr_array_add(known, NULL);
  const char *near = text_nearest(words[0], (const char *const *)known->pdata);
  if (near)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("unknown command “%s”: did you mean “%s”?"), words[0], near);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("unknown command “%s”: 'usher --help' lists all"), words[0]);
}

/* --- reading --- */

typedef struct {
  const ArgumentTables *tables;
  char **argv;
  guint at;         /* the argument being read */
  GPtrArray *words; /* lent: what is no option */
  Arguments *result;
  GString *wrong;        /* what was found to be wrong so far; NULL: nothing */
  gboolean unknown_word; /* an option is not known: the next word may be its value */
} Reader;

static gboolean
check_choice(const ActionOption *option, const char *value, GError **error)
{
  const char *choices = arguments_choices(option);
  if (!choices)
    return TRUE;
  g_auto(GStrv) known = g_strsplit(choices, "|", -1);
  if (g_strv_contains((const char *const *)known, value))
    return TRUE;
  g_autofree char *all = g_strjoinv(", ", known);
  const char *near = text_nearest(value, (const char *const *)known);
  if (near)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                _("--%s does not know “%s”: did you mean “%s”? There are: %s"), option->name, value,
                near, all);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("--%s does not know “%s”; there are: %s"),
                option->name, value, all);
  return FALSE;
}

/* Stores one option; `value` NULL: it may be the next argument. */
static gboolean
take_option(Reader *reader, const ActionOption *option, const char *value, GError **error)
{
  if (!option->argument && value) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("--%s takes no value, but got “%s”"),
                option->name, value);
    return FALSE;
  }
  if (option->argument && !value && (value = reader->argv[reader->at + 1]))
    reader->at++;
  /* What stands for a file, a name or a choice cannot be empty; a text can. */
  if (option->argument && (!value || (!*value && option->complete))) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("--%s needs a value: --%s %s"),
                option->name, option->name, _(option->argument));
    return FALSE;
  }
  if (option->argument && !check_choice(option, value, error))
    return FALSE;
  g_hash_table_replace(reader->result->request.options, g_strdup(option->name),
                       g_strdup(value ? value : ""));
  return TRUE;
}

static gboolean
read_long(Reader *reader, const char *argument, GError **error)
{
  const char *equals = strchr(argument + 2, '=');
  g_autofree char *name =
      equals ? g_strndup(argument + 2, equals - argument - 2) : g_strdup(argument + 2);
  const Action *action = reader->result->action;
  const ActionOption *option = arguments_option(reader->tables, action, name);
  if (option)
    return take_option(reader, option, equals ? equals + 1 : NULL, error);
  g_autofree char *written = g_strconcat("--", name, NULL);
  set_unknown_option(reader->tables, action, written, name, error);
  reader->unknown_word |= equals == NULL;
  return FALSE;
}

static gboolean
read_short(Reader *reader, const char *argument, GError **error)
{
  const Action *action = reader->result->action;
  for (const char *letter = argument + 1; *letter; letter++) {
    const ActionOption *option = arguments_letter(reader->tables, action, *letter);
    if (option && option->argument)
      return take_option(reader, option, letter[1] ? letter + 1 : NULL, error);
    if (!option) {
      set_unknown_option(reader->tables, action, argument, argument + 1, error);
      reader->unknown_word = TRUE;
      return FALSE;
    }
    if (!take_option(reader, option, NULL, error))
      return FALSE;
  }
  return TRUE;
}

/* "journal --help", "--help journal": what is asked for is the list of what follows. */
static gboolean
asks_for_group(const Reader *reader, char **words)
{
  g_autoptr(GPtrArray) known = arguments_subcommands(reader->tables, words[0]);
  return known->len > 0 &&
         (words[1] == NULL ? arguments_has(reader->result, "help")
                           : g_str_equal(words[1], "--help") || g_str_equal(words[1], "-h"));
}

/* The first word names the command; further words of the name must follow it at once. */
static gboolean
read_command(Reader *reader, GError **error)
{
  char **words = reader->argv + reader->at;
  guint n = 1;
  reader->result->action = arguments_command(reader->tables, words, &n);
  if (reader->result->action) {
    reader->at += n - 1;
    return TRUE;
  }
  if (asks_for_group(reader, words)) {
    g_free(reader->result->group);
    reader->result->group = g_strdup(words[0]);
    return TRUE;
  }
  set_unknown_command(reader->tables, words, error);
  return FALSE;
}

static gboolean
read_one(Reader *reader, gboolean *options_over, GError **error)
{
  const char *argument = reader->argv[reader->at];
  if (*options_over || argument[0] != '-' || argument[1] == '\0') {
    if (!reader->result->action)
      return read_command(reader, error);
    g_ptr_array_add(reader->words, g_strdup(argument));
    return TRUE;
  }
  if (g_str_equal(argument, "--")) {
    *options_over = TRUE;
    return TRUE;
  }
  return argument[1] == '-' ? read_long(reader, argument, error)
                            : read_short(reader, argument, error);
}

/* All that is wrong is gathered; but without a command it is not known what is right. */
static void
read_all(Reader *reader)
{
  gboolean options_over = FALSE;
  for (reader->at = 1; reader->argv[reader->at]; reader->at++) {
    g_autoptr(GError) error = NULL;
    gboolean is_option = !options_over && reader->argv[reader->at][0] == '-';
    if (read_one(reader, &options_over, &error))
      continue;
    error_gather(&reader->wrong, &error);
    if (!reader->result->action && (!is_option || reader->unknown_word))
      return;
  }
}

/* Options that stood before the subcommand may be ones that it does not take. */
static void
check_options(Reader *reader)
{
  GHashTableIter iter;
  gpointer name;
  g_hash_table_iter_init(&iter, reader->result->request.options);
  while (g_hash_table_iter_next(&iter, &name, NULL)) {
    if (arguments_option(reader->tables, reader->result->action, name))
      continue;
    g_autoptr(GError) error = NULL;
    g_autofree char *written = g_strconcat("--", (char *)name, NULL);
    set_unknown_option(reader->tables, reader->result->action, written, name, &error);
    error_gather(&reader->wrong, &error);
  }
}

/* Counts the words against "ACCOUNT...", "[QUERY]", "bash|zsh|fish"; a QUERY and a COMMAND
 * may be written as several words. */
static gboolean
check_words(const Arguments *arguments, GError **error)
{
  const char *spec = arguments->action->arguments;
  g_auto(GStrv) parts = g_strsplit(spec ? spec : "", " ", -1);
  guint least = 0, most = 0, given = g_strv_length(arguments->request.arguments);
  for (guint i = 0; parts[i]; i++) {
    if (!*parts[i])
      continue;
    gboolean optional = parts[i][0] == '[';
    least += optional ? 0 : 1;
    if (strstr(parts[i], "...") || strstr(parts[i], "QUERY") || strstr(parts[i], "COMMAND"))
      most = G_MAXUINT16;
    else
      most++;
  }
  if (given >= least && given <= most)
    return TRUE;
  g_autofree char *usage = g_strjoin(spec ? " " : "", arguments->action->name, spec, NULL);
  if (given < least)
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("something is missing: usher %s"), usage);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("“%s” is one too many: usher %s"),
                arguments->request.arguments[most], usage);
  return FALSE;
}

/* Everything further on expects UTF-8. */
static gboolean
check_text(char **argv, GError **error)
{
  for (guint i = 1; argv[i]; i++) {
    if (g_utf8_validate(argv[i], -1, NULL))
      continue;
    g_autofree char *valid = g_utf8_make_valid(argv[i], -1);
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("argument %u is not valid UTF-8: “%s”"), i,
                valid);
    return FALSE;
  }
  return TRUE;
}

gboolean
arguments_parse(const ArgumentTables *tables, char **argv, Arguments *ret_arguments, GError **error)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  g_autoptr(GError) local = NULL;
  Reader reader = {.tables = tables, .argv = argv, .words = words, .result = ret_arguments};
  *ret_arguments = (Arguments){0};
  ret_arguments->request.options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  gboolean is_text = check_text(argv, &local);
  error_gather(&reader.wrong, &local);
  if (is_text)
    read_all(&reader);
  g_ptr_array_add(words, NULL);
  ret_arguments->request.arguments = (char **)g_ptr_array_steal(words, NULL);
  gboolean asks = arguments_has(ret_arguments, "help") || arguments_has(ret_arguments, "version");
  if (is_text && !asks) {
    check_options(&reader);
    if (ret_arguments->action && !reader.unknown_word && !check_words(ret_arguments, &local))
      error_gather(&reader.wrong, &local);
  }
  return error_gathered(reader.wrong, USHER_ERROR_USAGE, error);
}
