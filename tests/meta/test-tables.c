/* The tables and what is made of them: every action, option, setting, field and
 * error has a name of its own, words for people, and a place in its manual page;
 * no key means two things in one place. */
#include "app/actions.h"
#include "app/config.h"
#include "base/error.h"
#include "model/fields.h"
#include <string.h>

/* A manual page as one text without the escapes of mdoc. */
static char *
page(const char *name)
{
  static const char *const roots[] = {"top_builddir", "top_srcdir"};

  for (guint i = 0; i < G_N_ELEMENTS(roots); i++) {
    const char *root = g_getenv(roots[i]);
    g_autofree char *path = g_build_filename(root ? root : ".", "man", name, NULL);
    char *text = NULL;
    if (g_file_get_contents(path, &text, NULL, NULL)) {
      g_autoptr(GString) plain = g_string_new(text);
      g_free(text);
      g_string_replace(plain, "\\&", "", 0);
      g_string_replace(plain, "\\-", "-", 0);
      return g_string_free(g_steal_pointer(&plain), FALSE);
    }
  }
  g_test_message("there is no %s", name);
  g_test_fail();
  return g_strdup("");
}

static gboolean
is_word_part(char c)
{
  return g_ascii_isalnum(c) || c == '_';
}

/* TRUE if the word stands in the text by itself, and not inside another one. */
static gboolean
mentions(const char *text, const char *word)
{
  gsize length = strlen(word);

  for (const char *at = text; (at = strstr(at, word)); at++)
    if ((at == text || !is_word_part(at[-1])) && !is_word_part(at[length]))
      return TRUE;
  return FALSE;
}

static void
expect_mention(const char *text, const char *page_name, const char *word)
{
  if (mentions(text, word))
    return;
  g_test_message("%s does not mention '%s'", page_name, word);
  g_test_fail();
}

/* Fails for a name that was seen before. */
static void
expect_new(GHashTable *seen, const char *table, const char *name)
{
  if (g_hash_table_add(seen, g_strdup(name)))
    return;
  g_test_message("%s has '%s' twice", table, name);
  g_test_fail();
}

static GHashTable *
names_new(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
expect_options(const char *manual, const ActionOption *options)
{
  for (; options && options->name; options++) {
    g_autofree char *flag = g_strconcat("-", options->name, NULL);
    expect_mention(manual, "usher.1", flag);
    g_assert_nonnull(options->text);
  }
}

static void
test_actions(void)
{
  g_autoptr(GHashTable) seen = names_new();
  g_autofree char *manual = page("usher.1");

  for (const Action *const *at = actions(); *at; at++) {
    const Action *action = *at;
    expect_new(seen, "the action table", action->name);
    g_assert_true(action_find(action->name) == action);
    g_assert_nonnull(action->group);
    g_assert_nonnull(action->summary);
    if ((action->flags & ACTION_CHANGES) && (action->flags & ACTION_CLI))
      g_assert_nonnull(action->permissions);
    expect_mention(manual, "usher.1", action->name);
    expect_options(manual, action->options);
  }
  expect_options(manual, action_global_options());
  expect_options(manual, action_change_options());
  g_assert_cmpuint(g_hash_table_size(seen), >, 10);
}

/* A scope's keys, and those that work everywhere: none may be there twice. */
static void
test_keys(void)
{
  for (ActionScope scope = 0; scope < SCOPE_N; scope++) {
    g_autoptr(GHashTable) seen = names_new();
    for (const Action *const *at = actions(); *at; at++) {
      if ((*at)->scope != scope || !(*at)->keys)
        continue;
      g_auto(GStrv) keys = g_strsplit((*at)->keys, " ", -1);
      for (guint i = 0; keys[i]; i++)
        expect_new(seen, "a scope of the keys", keys[i]);
    }
  }
}

static void
test_settings(void)
{
  g_autoptr(GHashTable) seen = names_new();
  g_autofree char *manual = page("usher.conf.5");

  for (const Setting *setting = settings(); setting->section; setting++) {
    /* A section whose keys are free has none. */
    const char *key = setting->key ? setting->key : setting->section;
    g_autofree char *name = g_strconcat(setting->section, ".", key, NULL);
    expect_new(seen, "the settings table", name);
    g_assert_nonnull(setting->text);
    expect_mention(manual, "usher.conf.5", key);
    expect_mention(manual, "usher.conf.5", setting->section);
  }
  g_assert_cmpuint(g_hash_table_size(seen), >, 10);
}

static void
test_fields(void)
{
  g_autoptr(GHashTable) seen = names_new();
  g_autofree char *query = page("usher-query.7");
  g_autofree char *json = page("usher-json.5");

  for (FieldId id = 0; id < FIELD_N; id++) {
    const FieldInfo *info = field_info(id);
    g_assert_cmpint(info->id, ==, id);
    expect_new(seen, "the field table", info->name);
    if (info->graph && g_strcmp0(info->graph, info->name) != 0)
      expect_new(seen, "the field table", info->graph);
    g_assert_nonnull(info->label);
    g_assert_nonnull(info->help);
    expect_mention(query, "usher-query.7", info->name);
    if (info->graph && !strchr(info->graph, '/'))
      expect_mention(json, "usher-json.5", info->graph);
    for (guint i = 0; info->choices && info->choices[i]; i++)
      expect_mention(query, "usher-query.7", info->choices[i]);
  }
}

static void
test_errors(void)
{
  g_autoptr(GHashTable) seen = names_new();
  g_autofree char *manual = page("usher.1");

  for (UsherErrorCode code = 0; code < USHER_ERROR_N; code++) {
    const ErrorInfo *info = error_info(code);
    g_assert_cmpint(info->code, ==, code);
    expect_new(seen, "the error table", info->name);
    g_assert_cmpint(info->exit_status, >=, 1);
    g_assert_cmpint(info->exit_status, <=, 6);
    g_autofree char *status = g_strdup_printf("%d", info->exit_status);
    expect_mention(manual, "usher.1", status);
    expect_mention(manual, "usher.1", info->name);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tables/actions", test_actions);
  g_test_add_func("/tables/keys", test_keys);
  g_test_add_func("/tables/settings", test_settings);
  g_test_add_func("/tables/fields", test_fields);
  g_test_add_func("/tables/errors", test_errors);
  return g_test_run();
}
