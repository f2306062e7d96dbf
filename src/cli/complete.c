/* The hidden verb behind shell completion: answers from the tables, the
 * configuration and the cached directory; never asks the network, and says
 * nothing when something is wrong. */
#include "app/config.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/cli-private.h"
#include "model/fields.h"

#include <string.h>
#include <unistd.h>

#define CANDIDATE_LIMIT 500

typedef struct {
  GString *out;
  const char *prefix; /* candidates must begin with it */
  const char *head;   /* what stands before them in the same word: "--format=", "name," */
  guint count;
  GHashTable *options; /* --config, --profile … as far as they were typed */
} Completion;

static void
add(Completion *completion, const char *candidate, const char *text)
{
  gsize length = strlen(completion->prefix);
  if (completion->count >= CANDIDATE_LIMIT || !text_is_visible(candidate) ||
      g_ascii_strncasecmp(candidate, completion->prefix, length) != 0)
    return;
  g_autofree char *visible = text_visible(text ? text : "");
  g_string_append_printf(completion->out, "%s%s\t%s\n", completion->head, candidate, visible);
  completion->count++;
}

/* --- values --- */

static App *
open_app(Completion *completion)
{
  AppOptions options = {
      .config_path = g_hash_table_lookup(completion->options, "config"),
      .profile = g_hash_table_lookup(completion->options, "profile"),
      .roster = g_hash_table_lookup(completion->options, "roster"),
  };
  return app_new(&options, NULL);
}

static void
add_accounts(Completion *completion)
{
  g_autoptr(App) app = open_app(completion);
  g_autoptr(Snapshot) snapshot = app && app_profile(app) ? app_cached(app, NULL) : NULL;
  for (guint row = 0; snapshot && row < snapshot_count(snapshot); row++) {
    const char *user = snapshot_text(snapshot, row, FIELD_USER);
    const char *name = snapshot_text(snapshot, row, FIELD_NAME);
    if (user)
      add(completion, user, name);
  }
}

static gboolean
is_listed(const char *typed, const char *name)
{
  g_auto(GStrv) names = setting_list(typed);
  return g_strv_contains((const char *const *)names, name);
}

/* Also further ones behind a comma. None need be the default, so no App is asked. */
static void
add_profiles(Completion *completion)
{
  const char *comma = strrchr(completion->prefix, ',');
  const char *start = comma ? comma + 1 : completion->prefix;
  g_autofree char *typed = g_strndup(completion->prefix, start - completion->prefix);
  g_autofree char *head = g_strconcat(completion->head, typed, NULL);
  Config *config = config_load_tolerant(g_hash_table_lookup(completion->options, "config"));
  Completion inner = *completion;
  inner.head = head;
  inner.prefix = start;
  for (guint i = 0; config && i < config->profiles->len; i++) {
    const Profile *profile = config->profiles->pdata[i];
    if (!is_listed(typed, profile->name))
      add(&inner, profile->name, profile->tenant);
  }
  if (config && config->profiles->len > 1 && !comma)
    add(&inner, "all", _("all profiles, for what only reads"));
  completion->count = inner.count;
  config_free(config);
}

static void
add_rosters(Completion *completion)
{
  g_autoptr(App) app = open_app(completion);
  const Profile *profile = app ? app_profile(app) : NULL;
  for (guint i = 0; profile && i < profile->rosters->len; i++) {
    const Roster *roster = profile->rosters->pdata[i];
    add(completion, roster->name, roster->title);
  }
}

static void
add_views(Completion *completion)
{
  g_autoptr(App) app = open_app(completion);
  const Config *config = app ? app_config(app) : NULL;
  for (guint i = 0; config && i < config->views->len; i++) {
    const SavedView *view = config->views->pdata[i];
    add(completion, view->name, view->query);
  }
}

/* Fields in a list "name,-expires": what was typed up to the last comma stays. */
static void
add_fields(Completion *completion)
{
  const char *comma = strrchr(completion->prefix, ',');
  const char *start = comma ? comma + 1 : completion->prefix;
  if (*start == '-')
    start++;
  g_autofree char *typed = g_strndup(completion->prefix, start - completion->prefix);
  g_autofree char *head = g_strconcat(completion->head, typed, NULL);
  Completion inner = *completion;
  inner.head = head;
  inner.prefix = start;
  for (FieldId id = 0; id < FIELD_N; id++)
    add(&inner, field_info(id)->name, _(field_info(id)->label));
  completion->count = inner.count;
}

static void
add_values(Completion *completion, const char *kind)
{
  if (!kind)
    return;
  if (g_str_equal(kind, "file"))
    g_string_append(completion->out, ":file\n");
  else if (g_str_equal(kind, "account"))
    add_accounts(completion);
  else if (g_str_equal(kind, "profile"))
    add_profiles(completion);
  else if (g_str_equal(kind, "roster"))
    add_rosters(completion);
  else if (g_str_equal(kind, "view"))
    add_views(completion);
  else if (g_str_equal(kind, "field"))
    add_fields(completion);
}

static void
add_option_values(Completion *completion, const ActionOption *option)
{
  const char *choices = arguments_choices(option);
  if (!choices) {
    add_values(completion, option->complete);
    return;
  }
  g_auto(GStrv) words = g_strsplit(choices, "|", -1);
  for (guint i = 0; words[i]; i++)
    add(completion, words[i], NULL);
}

/* --- names --- */

static void
add_options(Completion *completion, const Action *action)
{
  const ActionOption *lists[4];
  arguments_option_tables(argument_tables(), action, lists);
  for (guint i = 0; lists[i]; i++)
    for (const ActionOption *option = lists[i]; option->name; option++) {
      g_autofree char *name = g_strconcat("--", option->name, NULL);
      add(completion, name, _(option->text));
    }
}

/* The next word of every command that goes on after the `n` words typed. */
static void
add_commands(Completion *completion, char **words, guint n)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const Action *const *all = argument_tables()->actions;
  for (guint i = 0; all[i]; i++) {
    g_auto(GStrv) parts = g_strsplit(all[i]->name, " ", -1);
    guint same = 0;
    while (same < n && parts[same] && g_str_equal(parts[same], words[same]))
      same++;
    if (!(all[i]->flags & ACTION_CLI) || same < n || !parts[n])
      continue;
    if (g_hash_table_add(seen, g_strdup(parts[n])))
      add(completion, parts[n], parts[n + 1] ? _(all[i]->group) : _(all[i]->summary));
  }
}

static void
add_arguments(Completion *completion, const Action *action)
{
  const char *spec = action->arguments ? action->arguments : "";
  if (strchr(spec, '|')) {
    g_auto(GStrv) words = g_strsplit(spec, "|", -1);
    for (guint i = 0; words[i]; i++)
      add(completion, words[i], NULL);
  } else if (strstr(spec, "ACCOUNT")) {
    add_accounts(completion);
  } else if (strstr(spec, "FILE")) {
    add_values(completion, "file");
  } else if (strstr(spec, "QUERY")) {
    for (FieldId id = 0; id < FIELD_N; id++) {
      g_autofree char *term = g_strconcat(field_info(id)->name, ":", NULL);
      add(completion, term, _(field_info(id)->label));
    }
  }
}

/* --- the line so far --- */

typedef struct {
  GPtrArray *words;         /* lent: commands and arguments typed */
  const ActionOption *open; /* the option that the last word is the value of */
  gboolean options_over;
} Line;

/* Options before the command are not known to it yet: look in all tables then. */
static const ActionOption *
find_option(const Line *line, const char *word)
{
  guint n;
  g_autofree char *name = g_strndup(word + 2, strcspn(word + 2, "="));
  g_ptr_array_add(line->words, NULL);
  const Action *action = arguments_command(argument_tables(), (char **)line->words->pdata, &n);
  g_ptr_array_set_size(line->words, line->words->len - 1);
  if (word[1] != '-')
    return word[2] ? NULL : arguments_letter(argument_tables(), action, word[1]);
  return arguments_option(argument_tables(), action, name);
}

static void
read_line(Completion *completion, char **words, guint n, Line *line)
{
  for (guint i = 0; i < n; i++) {
    const char *word = words[i];
    line->open = NULL;
    if (line->options_over || word[0] != '-' || !word[1]) {
      g_ptr_array_add(line->words, words[i]);
      continue;
    }
    if (g_str_equal(word, "--")) {
      line->options_over = TRUE;
      continue;
    }
    const ActionOption *option = find_option(line, word);
    const char *equals = strchr(word, '=');
    if (!option || !option->argument)
      continue;
    if (equals) {
      g_hash_table_replace(completion->options, (gpointer)option->name, (gpointer)(equals + 1));
    } else if (i + 1 < n) {
      g_hash_table_replace(completion->options, (gpointer)option->name, words[++i]);
    } else {
      line->open = option;
    }
  }
}

static void
answer(Completion *completion, Line *line, const char *last)
{
  guint n = 0;
  g_ptr_array_add(line->words, NULL);
  char **words = (char **)line->words->pdata;
  const Action *action = arguments_command(argument_tables(), words, &n);
  const char *equals = strchr(last, '=');
  if (line->open) {
    add_option_values(completion, line->open);
  } else if (last[0] == '-' && !line->options_over && equals) {
    const ActionOption *option = find_option(&(Line){.words = line->words}, last);
    g_autofree char *head = g_strndup(last, equals + 1 - last);
    completion->head = head;
    completion->prefix = equals + 1;
    if (option && option->argument)
      add_option_values(completion, option);
    completion->head = "";
  } else if (last[0] == '-' && !line->options_over) {
    add_options(completion, action);
  } else {
    add_commands(completion, words, line->words->len - 1);
    if (action)
      add_arguments(completion, action);
  }
}

int
cli_complete(char **words)
{
  guint n = g_strv_length(words);
  const char *last = n > 0 ? words[n - 1] : "";
  g_autoptr(GString) out = g_string_new(NULL);
  g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) typed = g_ptr_array_new();
  Completion completion = {.out = out, .prefix = last, .head = "", .options = options};
  Line line = {.words = typed};
  log_open(NULL, NULL);
  read_line(&completion, words, n > 0 ? n - 1 : 0, &line);
  answer(&completion, &line, last);
  const char *at = out->str;
  for (gsize left = out->len; left > 0;) {
    ssize_t written = write(STDOUT_FILENO, at, left);
    if (written <= 0)
      break;
    at += written;
    left -= written;
  }
  return 0;
}
