/* Unit tests of the console's parts that need no screen: keys and their map,
 * the line editor, lists, fuzzy finding. */
#include "tui/draw.h"
#include "tui/keymap.h"
#include "tui/line.h"
#include "tui/list.h"
#include "tui/path-line.h"
#include "tui/picker.h"
#include <glib/gstdio.h>
#include <locale.h>
#include <ncurses.h>

/* --- keys --- */

static void
test_key_names(void)
{
  static const char *const names[] = {"a",     "Z",   "/",    "^R",    "F5",       "PgUp",
                                      "S-Tab", "Tab", "Esc",  "Space", "Enter",    "ä",
                                      "M-x",   "F12", "Left", "Home",  "Backspace"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    KeyCode code;
    g_assert_true(keycode_parse(names[i], &code));
    g_autofree char *back = keycode_name(code);
    g_assert_cmpstr(back, ==, names[i]);
  }
  KeyCode code;
  static const char *const wrong[] = {"", "ab", "F99", "Hyper", "M-", "F0"};
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    g_assert_false(keycode_parse(wrong[i], &code));
}

static void
test_key_is_text(void)
{
  g_assert_true(keycode_is_text('a'));
  g_assert_true(keycode_is_text(' '));
  g_assert_true(keycode_is_text(0x6F22));
  g_assert_false(keycode_is_text(KEYCODE_ESC));
  g_assert_false(keycode_is_text(KEYCODE_BACK));
  g_assert_false(keycode_is_text('a' | KEYCODE_ALT));
  g_assert_false(keycode_is_text(KEY_UP | KEYCODE_SPECIAL));
  g_assert_false(keycode_is_text(0x9B)); /* CSI in eight bits */
}

/* Every default key is a key, and means one thing in its scope. */
static void
test_keymap_defaults(void)
{
  for (const Action *const *row = actions(); *row != NULL; row++) {
    if ((*row)->keys == NULL || !((*row)->flags & ACTION_TUI))
      continue;
    g_auto(GStrv) names = g_strsplit((*row)->keys, " ", -1);
    for (char **name = names; *name != NULL; name++) {
      KeyCode code;
      g_assert_true(keycode_parse(*name, &code));
      for (const Action *const *other = actions(); *other != NULL; other++) {
        if (*other == *row || (*other)->keys == NULL || (*other)->scope != (*row)->scope ||
            !((*other)->flags & ACTION_TUI))
          continue;
        g_auto(GStrv) others = g_strsplit((*other)->keys, " ", -1);
        if (g_strv_contains((const char *const *)others, *name))
          g_error("%s and %s share %s", (*row)->name, (*other)->name, *name);
      }
    }
  }
}

static void
test_keymap_scopes(void)
{
  g_autoptr(Keymap) keymap = keymap_new(actions(), NULL, NULL);
  g_assert_cmpstr(keymap_action(keymap, SCOPE_ACCOUNTS, '/')->name, ==, "filter");
  g_assert_cmpstr(keymap_action(keymap, SCOPE_PAGER, '/')->name, ==, "search");
  g_assert_cmpstr(keymap_action(keymap, SCOPE_PAGER, 'j')->name, ==, "down");
  g_assert_cmpstr(keymap_action(keymap, SCOPE_FORM, '\t')->name, ==, "next-field");
  g_assert_null(keymap_action(keymap, SCOPE_PAGER, 0x6F22));
  g_autofree char *key = keymap_key(keymap, "refresh");
  g_assert_cmpstr(key, ==, "^R");
}

static void
test_keymap_changes(void)
{
  g_autoptr(GHashTable) changes = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
  g_hash_table_insert(changes, (gpointer) "sort", (gpointer) "S");
  g_hash_table_insert(changes, (gpointer) "tag", (gpointer) "t"); /* and Space is free */
  g_hash_table_insert(changes, (gpointer) "columns", (gpointer) "/");
  g_hash_table_insert(changes, (gpointer) "colums", (gpointer) "C");
  g_hash_table_insert(changes, (gpointer) "quit", (gpointer) "Hyper-q");
  g_autoptr(Keymap) keymap = keymap_new(actions(), changes, problems);
  g_assert_cmpstr(keymap_action(keymap, SCOPE_ACCOUNTS, 'S')->name, ==, "sort");
  g_assert_null(keymap_action(keymap, SCOPE_ACCOUNTS, 's'));
  g_assert_cmpstr(keymap_action(keymap, SCOPE_ACCOUNTS, 't')->name, ==, "tag");
  /* What was asked for wins over a default. */
  g_assert_cmpstr(keymap_action(keymap, SCOPE_ACCOUNTS, '/')->name, ==, "columns");
  g_assert_cmpstr(keymap_keys(keymap, "filter"), ==, "");
  /* A key that is none leaves the default. */
  g_assert_cmpstr(keymap_action(keymap, SCOPE_ACCOUNTS, 'q')->name, ==, "quit");
  g_assert_cmpuint(problems->len, ==, 2);
}

/* --- the line editor --- */

static void
type(Line *line, const char *keys)
{
  g_auto(GStrv) names = g_strsplit(keys, " ", -1);
  for (char **name = names; *name != NULL; name++) {
    KeyCode code;
    g_assert_true(keycode_parse(*name, &code));
    line_key(line, code, NULL);
  }
}

static void
test_line_editing(void)
{
  static const struct {
    const char *text, *keys, *expected;
  } cases[] = {
      {"abc", "Backspace", "ab"},
      {"abc", "Left Left x", "axbc"},
      {"abc", "Home Delete", "bc"},
      {"abc", "^A ^K", ""},
      {"one two", "^W", "one "},
      {"one two", "^U x", "x"},
      {"", "ä 漢 Backspace", "ä"},
      {"e\u0301x", "Left Backspace", "x"}, /* a letter goes with its mark */
      {"abc", "^A x ^E y", "xabcy"},
      {"abc", "Delete", "abc"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Line) line = line_new(cases[i].text, 0);
    type(line, cases[i].keys);
    g_assert_cmpstr(line_text(line), ==, cases[i].expected);
  }
}

static void
test_line_tells_edits(void)
{
  g_autoptr(Line) line = line_new("a", 0);
  gboolean edited = TRUE;
  g_assert_true(line_key(line, KEY_LEFT | KEYCODE_SPECIAL, &edited));
  g_assert_false(edited);
  g_assert_true(line_key(line, KEYCODE_BACK, &edited)); /* nothing is before the cursor */
  g_assert_false(edited);
  g_assert_true(line_key(line, 'b', &edited));
  g_assert_true(edited);
  g_assert_false(line_key(line, KEYCODE_ENTER, &edited));
  g_assert_false(line_key(line, KEYCODE_ESC, &edited));
}

static void
test_line_paste(void)
{
  g_autoptr(Line) line = line_new(NULL, 8);
  line_insert(line, "a\nb\tc\x1b[\xff"
                    "defghijk");
  g_assert_cmpstr(line_text(line), ==, "a b c [d");
}

/* --- lists --- */

static void
test_list_moves(void)
{
  List list = {0};
  list_set_count(&list, 100);
  list_layout(&list, 10);
  g_assert_true(list_act(&list, "last"));
  g_assert_cmpuint(list.cursor, ==, 99);
  g_assert_cmpuint(list.top, ==, 90);
  list_act(&list, "page-up");
  g_assert_cmpuint(list.cursor, ==, 89);
  list_act(&list, "first");
  list_act(&list, "up");
  g_assert_cmpuint(list.cursor, ==, 0);
  list_wheel(&list, 5);
  g_assert_cmpuint(list.top, ==, 5);
  g_assert_cmpuint(list.cursor, ==, 5);
  list_set_count(&list, 3);
  g_assert_cmpuint(list.cursor, ==, 2);
  g_assert_cmpuint(list.top, ==, 0);
  list_set_count(&list, 0);
  list_act(&list, "down");
  g_assert_cmpuint(list.cursor, ==, 0);
  g_assert_false(list_act(&list, "open"));
}

static void
test_picker_score(void)
{
  g_assert_cmpint(picker_score("xyz", "sort"), <, 0);
  g_assert_cmpint(picker_score("", "sort"), ==, 0);
  g_assert_cmpint(picker_score("so", "sort"), >, picker_score("so", "suspend and go on"));
  g_assert_cmpint(picker_score("tq", "tag-query"), >, picker_score("tq", "attaqe"));
  g_assert_cmpint(picker_score("SORT", "sort"), >, 0);
}

/* --- names of files --- */

static void
assert_completed(const char *folder, const char *typed, const char *wanted, const char *choices)
{
  g_autofree char *line = g_strconcat(folder, "/", typed, NULL), *got_choices = NULL;
  g_autofree char *got = path_complete(line, &got_choices);
  g_autofree char *full = wanted != NULL ? g_strconcat(folder, "/", wanted, NULL) : NULL;
  g_assert_cmpstr(got, ==, full);
  g_assert_cmpstr(got_choices, ==, choices);
}

static void
test_path_complete(void)
{
  static const char *const names[] = {"people-a.csv", "people-b.csv", "plan",
                                      ".hidden",      "größe.csv",    "größte.csv"};
  g_autofree char *folder = g_dir_make_tmp("usher-path.XXXXXX", NULL);
  g_autofree char *sub = g_build_filename(folder, "reports", NULL);
  g_assert_cmpint(g_mkdir(sub, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    g_assert_true(g_file_set_contents(path, "", 0, NULL));
  }
  assert_completed(folder, "pe", "people-", "people-a.csv  people-b.csv");
  assert_completed(folder, "people-a", "people-a.csv", NULL);
  assert_completed(folder, "re", "reports/", NULL);
  assert_completed(folder, "reports/", NULL, NULL);
  assert_completed(folder, "nothing", NULL, NULL);
  assert_completed(folder, ".h", ".hidden", NULL);
  assert_completed(folder, "g", "größ", "größe.csv  größte.csv");
  g_autofree char *home = path_expand(" ~/a.csv ");
  g_autofree char *expected = g_build_filename(g_get_home_dir(), "a.csv", NULL);
  g_assert_cmpstr(home, ==, expected);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    g_unlink(path);
  }
  g_rmdir(sub);
  g_rmdir(folder);
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tui/keys/names", test_key_names);
  g_test_add_func("/tui/keys/text", test_key_is_text);
  g_test_add_func("/tui/keymap/defaults", test_keymap_defaults);
  g_test_add_func("/tui/keymap/scopes", test_keymap_scopes);
  g_test_add_func("/tui/keymap/changes", test_keymap_changes);
  g_test_add_func("/tui/line/editing", test_line_editing);
  g_test_add_func("/tui/line/edits", test_line_tells_edits);
  g_test_add_func("/tui/line/paste", test_line_paste);
  g_test_add_func("/tui/list/moves", test_list_moves);
  g_test_add_func("/tui/path/complete", test_path_complete);
  g_test_add_func("/tui/picker/score", test_picker_score);
  return g_test_run();
}
