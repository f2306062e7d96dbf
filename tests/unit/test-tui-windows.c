/* Windows over the list: what they hold is neither lost nor answered by accident,
 * and what stands in a line or a view is left as it was entered. */
#include "tui/accounts-private.h"
#include "tui/dialog.h"
#include "tui/pager.h"
#include "unit/tui-stage.h"
#include <locale.h>
#include <wchar.h>

/* On the least terminal, too, neither keys nor the end of the text lie over it. */
static void
test_password_in_little_room(void)
{
  Stage stage;
  stage_open(&stage, 10, 40, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  static const DialogKey noted[] = {{'y', "it is noted"}, {0, NULL}};
  View *dialog = dialog_new("Password",
                            "The password of zoe.mueller-luedenscheidt.ext@contoso.com. It is "
                            "shown this once and kept nowhere, so it has to be noted now.",
                            noted, NULL, NULL, NULL);
  dialog_set_secret(dialog, "Correct-Horse-7");
  dialog_keep(dialog);
  console_push(stage.console, dialog);
  g_autofree char *seen = stage_shot(&stage);
  g_assert_nonnull(strstr(seen, "Correct-Horse-7"));
  g_assert_nonnull(strstr(seen, "y it is noted"));
  stage_close(&stage);
}

/* What comes up while somebody types is not answered by the letters that were meant for the line.
 */
static void
test_typed_is_no_answer(void)
{
  Stage stage;
  static const DialogKey keys[] = {{'y', "yes"}, {0, NULL}};
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  stage_keys(&stage, "/");
  stage_type(&stage, "anal");
  console_push(stage.console, dialog_new("Asked", "Shall it be?", keys, NULL, NULL, NULL));
  stage_type(&stage, "yt");
  stage_keys(&stage, "Enter");
  g_assert_cmpuint(stage.console->views->len, ==, 2);
  stage_type(&stage, "y"); /* Enter has ended the word */
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  /* what a key has asked for takes the next one at once */
  stage_keys(&stage, "Esc ?");
  g_assert_cmpuint(stage.console->views->len, ==, 2);
  stage_keys(&stage, "q");
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  stage_close(&stage);
}

/* A text over the sign-in may be closed together with it; nothing points at the dialog then. */
static void
test_sign_in_is_forgotten(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  Console *console = stage.console;
  console->login = dialog_new("Sign in", "Asking", NULL, NULL, NULL, NULL);
  console_push(console, console->login);
  console_push(console, pager_new("Report", PAGER_WINDOW));
  while (console->views->len > 1)
    console_close(console, console_top(console));
  g_assert_null(console->login);
  stage_close(&stage);
}

/* A text that has more lines than there is room for says so, also between two of its lines. */
static void
test_cut_lines_are_marked(void)
{
  Stage stage;
  wchar_t cells[16] = {0};
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  const Draw draw = {stage.console->bars, screen_theme(stage.screen), 24, 80};
  g_assert_cmpint(draw_wrapped(&draw, 0, 0, 20, 1, STYLE_NORMAL, "one\ntwo"), ==, 1);
  mvwinnwstr(draw.window, 0, 0, cells, 6);
  g_assert_true(wcscmp(cells, L"one … ") == 0);
  draw_wrapped(&draw, 1, 0, 20, 1, STYLE_NORMAL, "one\n\n");
  mvwinnwstr(draw.window, 1, 0, cells, 6);
  g_assert_true(wcscmp(cells, L"one   ") == 0);
  stage_close(&stage);
}

/* One of columns alone is left with Esc like the others, and ends a line that is typed. */
static void
test_saved_view_without_query(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  SavedView *view = g_ptr_array_index(app_config(stage.app)->views, 0);
  g_clear_pointer(&view->query, g_free);
  AccountsView *accounts = accounts_of(stage.console);
  guint columns = accounts->columns->len;
  stage_keys(&stage, "/");
  stage_type(&stage, "ada");
  console_perform(stage.console, "filter"); /* by a key that is no letter */
  g_assert_cmpstr(line_text(accounts->filter), ==, "ada");
  stage_keys(&stage, "F6");
  g_assert_null(accounts->filter);
  g_assert_cmpuint(accounts->columns->len, ==, 3);
  g_autofree char *seen = stage_shot(&stage);
  g_assert_nonnull(strstr(seen, " ending "));
  g_assert_null(strstr(seen, "null"));
  stage_keys(&stage, "Esc");
  g_assert_cmpuint(accounts->columns->len, ==, columns);
  stage_close(&stage);
}

/* A word sought in the log takes keys and pastes only while the log has the focus. */
static void
test_log_search_and_focus(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  AccountsView *accounts = accounts_of(stage.console);
  stage_keys(&stage, "Tab"); /* before there is a picture */
  g_free(stage_shot(&stage));
  for (guint i = 0; i < PANE_N && accounts->focus != PANE_LOG; i++)
    stage_keys(&stage, "Tab");
  stage_keys(&stage, "/");
  g_assert_true(console_is_typing(stage.console));
  stage_keys(&stage, "Tab");
  g_assert_cmpint(accounts->focus, !=, PANE_LOG);
  g_assert_false(console_is_typing(stage.console));
  stage_paste(&stage, "grace");
  g_assert_false(search_has_word(accounts->log_search));
  stage_close(&stage);
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_setenv("TZ", "UTC", TRUE);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tui/windows/password-room", test_password_in_little_room);
  g_test_add_func("/tui/windows/stray", test_typed_is_no_answer);
  g_test_add_func("/tui/windows/sign-in", test_sign_in_is_forgotten);
  g_test_add_func("/tui/windows/cut-lines", test_cut_lines_are_marked);
  g_test_add_func("/tui/windows/saved-columns", test_saved_view_without_query);
  g_test_add_func("/tui/windows/log-focus", test_log_search_and_focus);
  return g_test_run();
}
