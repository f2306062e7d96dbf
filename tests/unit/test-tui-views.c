/* What the views do: keys, tags, pastes, sizes, hostile names, and how long a
 * key takes. */
#include "tui/accounts-private.h"
#include "tui/grid.h"
#include "tui/view-accounts.h"
#include "unit/tui-stage.h"
#include <locale.h>
#include <string.h>
#include <time.h>

/* Whatever a name holds, no control character and no bidi control reaches a cell. */
static void
test_hostile(void)
{
  Stage stage;
  stage_open(&stage, 43, 132, THEME_256, FALSE);
  stage_play(&stage, "hostile");
  g_autofree char *seen = stage_shot(&stage);
  for (const char *at = seen; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar character = g_utf8_get_char(at);
    g_assert_false(character < 0x20 && character != '\n');
    g_assert_false(character >= 0x7F && character < 0xA0);
    g_assert_false(character >= 0x202A && character <= 0x202E);
    g_assert_false(character >= 0x2066 && character <= 0x2069);
  }
  g_assert_nonnull(strstr(seen, "␛[2J"));
  g_assert_nonnull(strstr(seen, "<RLO>"));
  stage_close(&stage);
}

/* The cursor of the terminal follows the focus. */
static void
test_cursor(void)
{
  Stage stage;
  int y, x;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  stage_keys(&stage, "g j j");
  g_free(stage_shot(&stage));
  screen_cursor(stage.screen, &y, &x);
  g_assert_cmpint(y, ==, 6); /* status, views, border, titles, then the third row */
  g_assert_cmpint(x, ==, 1);
  stage_keys(&stage, "/");
  stage_type(&stage, "ab");
  g_free(stage_shot(&stage));
  screen_cursor(stage.screen, &y, &x);
  g_assert_cmpint(y, ==, 2);
  g_assert_cmpint(x, ==, 5);
  stage_close(&stage);
}

static void
test_wrong_query_keeps_result(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_fill(&stage, 50);
  console_push(stage.console, view_accounts_new(stage.console));
  stage_keys(&stage, "/");
  stage_type(&stage, "licence:pending");
  guint good = listing_count(stage.feed->listing);
  g_assert_cmpuint(good, ==, 1);
  /* In one piece, since " nonsense" alone would be a good query. */
  stage_paste(&stage, " nonsense:x");
  g_assert_cmpuint(listing_count(stage.feed->listing), ==, good);
  g_assert_nonnull(stage.console->message);
  stage_keys(&stage, "Esc");
  g_assert_cmpuint(listing_count(stage.feed->listing), ==, 50 + stage_samples());
  stage_close(&stage);
}

static void
test_tags(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_fill(&stage, 50);
  console_push(stage.console, view_accounts_new(stage.console));
  Listing *listing = stage.feed->listing;
  stage_keys(&stage, "Space");
  g_assert_cmpuint(listing_tag_count(listing), ==, 1);
  stage_keys(&stage, "k Space");
  g_assert_cmpuint(listing_tag_count(listing), ==, 0);
  stage_keys(&stage, "T");
  stage_type(&stage, "licence:pending");
  stage_keys(&stage, "Enter");
  g_assert_cmpuint(listing_tag_count(listing), ==, 1);
  /* A range goes from the last one tagged to the cursor, in either direction. */
  stage_keys(&stage, ", t");
  g_assert_cmpuint(listing_tag_count(listing), ==, 0);
  stage_keys(&stage, "g j Space j j t");
  g_assert_cmpuint(listing_tag_count(listing), ==, 4);
  stage_keys(&stage, ", g j j Space g t");
  g_assert_cmpuint(listing_tag_count(listing), ==, 3);
  stage_keys(&stage, "*");
  g_assert_cmpuint(listing_tag_count(listing), ==, 50 + stage_samples());
  stage_keys(&stage, ",");
  g_assert_cmpuint(listing_tag_count(listing), ==, 0);
  stage_close(&stage);
}

/* A refresh keeps the cursor on its account, wherever that stands now. */
static void
test_refresh_keeps_cursor(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_fill(&stage, 50);
  console_push(stage.console, view_accounts_new(stage.console));
  stage_keys(&stage, "s j Enter G k k");
  AccountsView *accounts = accounts_of(stage.console);
  g_autofree char *before = g_strdup(accounts->cursor_id);
  g_autoptr(Snapshot) more = stage_snapshot(80);
  feed_set_snapshot(stage.feed, more);
  g_free(stage_shot(&stage));
  g_assert_cmpstr(accounts->cursor_id, ==, before);
  guint row;
  g_assert_true(accounts_current(accounts, &row));
  g_assert_cmpstr(snapshot_text(more, row, FIELD_ID), ==, before);
  stage_close(&stage);
}

static void
test_paste_is_no_command(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_fill(&stage, 5);
  console_push(stage.console, view_accounts_new(stage.console));
  stage_paste(&stage, "*nq");
  g_assert_cmpuint(listing_tag_count(stage.feed->listing), ==, 0);
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  stage_keys(&stage, "/");
  stage_paste(&stage, "ada\n");
  g_assert_cmpstr(listing_query(stage.feed->listing), ==, "ada ");
  g_assert_nonnull(accounts_of(stage.console)->filter);
  stage_close(&stage);
}

/* Below the least size it says so, does nothing dangerous, and recovers. */
static void
test_tiny(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  resizeterm(5, 30);
  console_layout(stage.console);
  g_autofree char *tiny = stage_shot(&stage);
  g_assert_nonnull(strstr(tiny, "usher needs 40x10"));
  g_assert_nonnull(strstr(tiny, "this is 30x5"));
  stage_keys(&stage, "* n");
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  for (int rows = 1; rows < 12; rows++)
    for (int cols = 1; cols < 45; cols += 3) {
      resizeterm(rows, cols);
      console_layout(stage.console);
      g_free(stage_shot(&stage));
    }
  resizeterm(24, 80);
  console_layout(stage.console);
  g_autofree char *again = stage_shot(&stage);
  g_assert_nonnull(strstr(again, "USER NAME"));
  stage_close(&stage);
}

/* Every view survives every size, also while it changes. */
static void
test_sizes(void)
{
  for (const Scene *scene = stage_scenes; scene->name != NULL; scene++) {
    Stage stage;
    stage_open(&stage, 24, 80, THEME_8, FALSE);
    scene->show(&stage);
    for (int rows = 8; rows < 50; rows += 3)
      for (int cols = 38; cols < 150; cols += 7) {
        resizeterm(rows, cols);
        console_layout(stage.console);
        g_free(stage_shot(&stage));
      }
    stage_close(&stage);
  }
}

/* Each action that has a place in the console can be done somewhere. */
static void
test_all_actions_are_handled(void)
{
  g_autoptr(GHashTable) handled = g_hash_table_new(g_str_hash, g_str_equal);
  for (const Scene *scene = stage_scenes; scene->name != NULL; scene++) {
    Stage stage;
    stage_open(&stage, 24, 80, THEME_MONO, FALSE);
    scene->show(&stage);
    for (const Action *const *row = actions(); *row != NULL; row++)
      if (console_can(stage.console, *row))
        g_hash_table_add(handled, (gpointer)(*row)->name);
    stage_close(&stage);
  }
  /* Moving is done by lists, not by a table. */
  static const char *const moves[] = {"up",      "down",      "page-up", "page-down",
                                      "half-up", "half-down", "first",   "last",
                                      "left",    "right",     "scroll"};
  for (gsize i = 0; i < G_N_ELEMENTS(moves); i++)
    g_hash_table_add(handled, (gpointer)moves[i]);
  for (const Action *const *row = actions(); *row != NULL; row++)
    if (((*row)->flags & ACTION_TUI) && !g_hash_table_contains(handled, (*row)->name))
      g_error("nothing in the console does “%s”", (*row)->name);
}

static void
test_password_stays(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "password");
  stage_keys(&stage, "Enter Esc q Space");
  g_autofree char *seen = stage_shot(&stage);
  g_assert_nonnull(strstr(seen, "Correct-Horse-7"));
  stage_keys(&stage, "y");
  g_autofree char *after = stage_shot(&stage);
  g_assert_null(strstr(after, "Correct-Horse-7"));
  stage_close(&stage);
}

static void
test_draft_is_kept(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "create");
  stage_keys(&stage, "Esc");
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  stage_keys(&stage, "n");
  g_autofree char *seen = stage_shot(&stage);
  g_assert_nonnull(strstr(seen, "Müller-Lüdenscheidt"));
  stage_close(&stage);
}

/* A list of records: filter, order, and the cursor on its row through both. */
static void
test_grid(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "journal");
  View *grid = console_top(stage.console);
  g_assert_true(grid_is(grid));
  g_assert_cmpint(grid_number(grid, "id"), ==, 13);
  stage_keys(&stage, "/");
  stage_type(&stage, "UNDO accounts");
  g_assert_cmpint(grid_number(grid, "id"), ==, 12);
  g_autofree char *one = stage_shot(&stage);
  g_assert_nonnull(strstr(one, " 1 of 3 "));
  stage_keys(&stage, "Esc");
  g_autofree char *all = stage_shot(&stage);
  g_assert_null(strstr(all, " of 3 "));
  /* by id, upwards, then downwards */
  stage_keys(&stage, "j s j Enter g");
  g_assert_cmpint(grid_number(grid, "id"), ==, 12);
  stage_keys(&stage, "s Enter g");
  g_assert_cmpint(grid_number(grid, "id"), ==, 14);
  stage_keys(&stage, "c Space Enter");
  g_autofree char *less = stage_shot(&stage);
  g_assert_null(strstr(less, " ID"));
  stage_close(&stage);
}

/* The numbers and the mouse lead to the views; what is open and unsaved is not thrown away. */
static void
test_rooms(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  stage_keys(&stage, "3");
  g_assert_cmpuint(console_top(stage.console)->ops->room, ==, 3);
  stage_keys(&stage, "6");
  g_assert_cmpuint(stage.console->views->len, ==, 2);
  g_assert_cmpuint(console_top(stage.console)->ops->room, ==, 6);
  console_event(stage.console, &(Event){.kind = EVENT_CLICK, .y = 1, .x = 2});
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  console_event(stage.console, &(Event){.kind = EVENT_CLICK, .y = 1, .x = 15});
  g_assert_cmpuint(console_top(stage.console)->ops->room, ==, 3);
  stage_keys(&stage, "Esc");
  g_assert_cmpuint(console_top(stage.console)->ops->room, ==, 1);
  stage_keys(&stage, "2 4 5");
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  stage_close(&stage);
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "plan");
  guint before = stage.console->views->len;
  stage_keys(&stage, "6");
  g_assert_cmpuint(stage.console->views->len, ==, before);
  stage_keys(&stage, "? 6"); /* nor is it under a text */
  g_assert_cmpuint(stage.console->views->len, ==, before + 1);
  stage_close(&stage);
}

/* A saved view on its key and from the palette; clearing its query brings back what was before. */
static void
test_saved_view(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  Listing *listing = stage.feed->listing;
  gboolean descending = FALSE;
  guint all = listing_count(listing);
  stage_keys(&stage, "F6");
  g_assert_cmpstr(listing_query(listing), ==, "expires<30d");
  g_assert_cmpint(listing_sort(listing, &descending), ==, FIELD_EXPIRES);
  g_assert_true(descending);
  g_assert_cmpuint(accounts_of(stage.console)->columns->len, ==, 3);
  g_assert_cmpuint(listing_tag_count(listing), ==, 2); /* tags stay */
  g_autofree char *seen = stage_shot(&stage);
  g_assert_nonnull(strstr(seen, " ending /expires<30d "));
  stage_keys(&stage, "Esc");
  g_assert_cmpuint(listing_count(listing), ==, all);
  g_assert_cmpint(listing_sort(listing, &descending), ==, FIELD_NAME);
  g_assert_cmpuint(accounts_of(stage.console)->columns->len, >, 3);
  /* also from another view, by the palette */
  stage_keys(&stage, "6 :");
  stage_type(&stage, "ending");
  stage_keys(&stage, "Enter");
  g_assert_cmpuint(console_top(stage.console)->ops->room, ==, 1);
  g_assert_cmpstr(listing_query(listing), ==, "expires<30d");
  stage_close(&stage);
}

static void
click(Stage *stage, int y, int x)
{
  console_event(stage->console, &(Event){.kind = EVENT_CLICK, .y = y, .x = x});
}

/* Where a text stands on the screen; in cells, as long as all before it is one cell wide. */
static void
find_text(Stage *stage, const char *text, int *ret_y, int *ret_x)
{
  g_autofree char *seen = stage_shot(stage);
  g_auto(GStrv) lines = g_strsplit(seen, "\n", -1);
  for (int y = 0; lines[y] != NULL; y++) {
    const char *at = strstr(lines[y], text);
    if (at == NULL)
      continue;
    *ret_y = y;
    *ret_x = (int)g_utf8_pointer_to_offset(lines[y], at);
    return;
  }
  g_error("“%s” is not on the screen:\n%s", text, seen);
}

/* A click on a title sorts, on a row moves there, on a key of the bar does what it says. */
static void
test_mouse(void)
{
  Stage stage;
  gboolean descending = TRUE;
  int y, x;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  Listing *listing = stage.feed->listing;
  find_text(&stage, "EXPIRES", &y, &x);
  click(&stage, y, x + 2);
  g_assert_cmpint(listing_sort(listing, &descending), ==, FIELD_EXPIRES);
  g_assert_false(descending);
  click(&stage, y, x);
  listing_sort(listing, &descending);
  g_assert_true(descending);
  click(&stage, y + 4, 10);
  const List *list = &accounts_of(stage.console)->list;
  g_assert_cmpuint(list->cursor, ==, list->top + 3);
  find_text(&stage, "/ filter", &y, &x);
  click(&stage, y, x + 3);
  g_assert_nonnull(accounts_of(stage.console)->filter);
  stage_close(&stage);
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "journal");
  View *grid = console_top(stage.console);
  find_text(&stage, "ID", &y, &x);
  click(&stage, y, x);
  stage_keys(&stage, "g");
  g_assert_cmpint(grid_number(grid, "id"), ==, 12);
  click(&stage, y + 2, 20);
  g_assert_cmpint(grid_number(grid, "id"), ==, 13);
  console_event(stage.console, &(Event){.kind = EVENT_DOUBLE_CLICK, .y = y + 2, .x = 20});
  g_assert_true(console_top(stage.console) != grid);
  stage_close(&stage);
}

/* What can be done to accounts can be done to the one that is shown in full; nowhere else does a
 * stray letter do it. */
static void
test_detail_acts(void)
{
  static const struct {
    const char *scene;
    gboolean can;
  } scenes[] = {{"accounts", TRUE}, {"detail", TRUE}, {"help", FALSE}, {"plan", FALSE}};
  const Action *disable = action_find("disable");
  for (gsize i = 0; i < G_N_ELEMENTS(scenes); i++) {
    Stage stage;
    stage_open(&stage, 24, 80, THEME_256, FALSE);
    stage_play(&stage, scenes[i].scene);
    g_assert_cmpint(console_can(stage.console, disable), ==, scenes[i].can);
    g_autofree char *seen = stage_shot(&stage);
    g_assert_cmpint(strstr(seen, "d disable") != NULL, ==, scenes[i].can);
    stage_close(&stage);
  }
}

/* What a program is working on is not begun a second time. */
static void
test_running_is_left_alone(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "journal");
  stage_keys(&stage, "g r");
  g_assert_cmpint(grid_number(console_top(stage.console), "usher.running"), ==, 1);
  g_assert_nonnull(stage.console->message);
  g_assert_nonnull(strstr(stage.console->message, "14"));
  stage_close(&stage);
}

/* The keys that stand in a window can be clicked on. */
static void
test_mouse_keys(void)
{
  static const struct {
    const char *scene, *label;
  } windows[] = {{"sort", "Esc back"},
                 {"plan", "Esc back"},
                 {"password", "y it is noted"},
                 {"create", "Esc cancel"}};
  for (gsize i = 0; i < G_N_ELEMENTS(windows); i++) {
    Stage stage;
    int y, x;
    stage_open(&stage, 24, 80, THEME_256, FALSE);
    stage_play(&stage, windows[i].scene);
    guint before = stage.console->views->len;
    find_text(&stage, windows[i].label, &y, &x);
    click(&stage, y, x - 2);
    g_assert_cmpuint(stage.console->views->len, ==, before);
    click(&stage, y, x + 1);
    g_assert_cmpuint(stage.console->views->len, ==, before - 1);
    stage_close(&stage);
  }
}

/* Rosters and profiles that are not shown are in the palette. */
static void
test_places(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  stage_play(&stage, "accounts");
  const Action *guests = keymap_find(stage.console->keymap, "roster guests");
  g_assert_nonnull(guests);
  g_assert_true(console_can(stage.console, guests));
  g_assert_null(keymap_find(stage.console->keymap, "roster specialists"));
  g_assert_null(keymap_find(stage.console->keymap, "profile contoso"));
  stage_close(&stage);
}

/* Help keeps its place whatever the width. */
static void
test_help_in_key_bar(void)
{
  static const char *const scenes[] = {"accounts", "reviews", "journal", "review", "detail"};
  for (gsize i = 0; i < G_N_ELEMENTS(scenes); i++)
    for (int cols = SCREEN_MIN_COLS; cols <= 132; cols += 23) {
      Stage stage;
      stage_open(&stage, 24, cols, THEME_256, FALSE);
      stage_play(&stage, scenes[i]);
      g_autofree char *seen = stage_shot(&stage);
      g_assert_true(g_str_has_suffix(seen, "? help\n"));
      stage_close(&stage);
    }
}

/* While a line is typed, no key of the bar is a letter: it would go into the line. */
static void
test_bar_while_typing(void)
{
  static const struct {
    const char *scene, *keys;
  } lines[] = {{"accounts", "/"}, {"journal", "/"}, {"detail", "/"}, {"create", ""}};
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    Stage stage;
    stage_open(&stage, 24, 80, THEME_256, FALSE);
    stage_play(&stage, lines[i].scene);
    stage_keys(&stage, lines[i].keys);
    g_assert_true(console_is_typing(stage.console));
    g_autofree char *seen = stage_shot(&stage);
    g_assert_true(g_str_has_suffix(seen, " F1 help\n"));
    g_assert_null(strstr(seen, "n create"));
    stage_close(&stage);
  }
}

/* A word is found in a plan, in the steps of a change, in a text and in the log; n and N go on. */
static void
test_search(void)
{
  static const struct {
    const char *scene, *before, *word;
  } texts[] = {{"plan", "/", "otherMails"},
               {"apply", "/", "group"},
               {"detail", "/", "mail"},
               {"accounts", "Tab Tab /", "grace"}};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    Stage stage;
    int before, found, y, x;
    stage_open(&stage, 43, 132, THEME_256, FALSE);
    stage_play(&stage, texts[i].scene);
    g_free(stage_shot(&stage));
    screen_cursor(stage.screen, &before, &x);
    stage_keys(&stage, texts[i].before);
    stage_type(&stage, texts[i].word);
    g_assert_true(console_is_typing(stage.console));
    stage_keys(&stage, "Enter");
    g_assert_false(console_is_typing(stage.console));
    g_autofree char *seen = stage_shot(&stage);
    g_assert_nonnull(strstr(seen, texts[i].word));
    g_assert_null(stage.console->message);
    screen_cursor(stage.screen, &found, &x);
    stage_keys(&stage, "n N");
    g_free(stage_shot(&stage));
    screen_cursor(stage.screen, &y, &x);
    g_assert_cmpint(y, ==, found);
    stage_keys(&stage, "/");
    stage_type(&stage, "nowhere at all");
    stage_keys(&stage, "Enter");
    g_assert_nonnull(stage.console->message);
    stage_close(&stage);
  }
}

/* A key is on screen within a frame, however many accounts there are: by the time of this process,
 * for what else runs on the machine is not what is tested. */
static void
test_filter_is_fast(void)
{
  Stage stage;
  stage_open(&stage, 43, 132, THEME_256, FALSE);
  stage_fill(&stage, g_test_perf() ? 100000 : 20000);
  console_push(stage.console, view_accounts_new(stage.console));
  stage_keys(&stage, "/");
  g_free(stage_shot(&stage));
  clock_t longest = 0;
  for (const char *at = "person 1 licence:ok"; *at != '\0'; at++) {
    clock_t begin = clock();
    console_event(stage.console, &(Event){.kind = EVENT_KEY, .key = (KeyCode)*at});
    console_paint(stage.console);
    longest = MAX(longest, clock() - begin);
  }
  g_test_message("longest key: %.1f ms", (double)longest * 1000 / CLOCKS_PER_SEC);
  g_assert_cmpint(longest, <, CLOCKS_PER_SEC / 2);
  stage_close(&stage);
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_setenv("TZ", "UTC", TRUE);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tui/views/hostile", test_hostile);
  g_test_add_func("/tui/views/cursor", test_cursor);
  g_test_add_func("/tui/views/wrong-query", test_wrong_query_keeps_result);
  g_test_add_func("/tui/views/tags", test_tags);
  g_test_add_func("/tui/views/refresh", test_refresh_keeps_cursor);
  g_test_add_func("/tui/views/paste", test_paste_is_no_command);
  g_test_add_func("/tui/views/tiny", test_tiny);
  g_test_add_func("/tui/views/sizes", test_sizes);
  g_test_add_func("/tui/views/actions", test_all_actions_are_handled);
  g_test_add_func("/tui/views/password", test_password_stays);
  g_test_add_func("/tui/views/draft", test_draft_is_kept);
  g_test_add_func("/tui/views/grid", test_grid);
  g_test_add_func("/tui/views/rooms", test_rooms);
  g_test_add_func("/tui/views/saved", test_saved_view);
  g_test_add_func("/tui/views/mouse", test_mouse);
  g_test_add_func("/tui/views/mouse-keys", test_mouse_keys);
  g_test_add_func("/tui/views/running", test_running_is_left_alone);
  g_test_add_func("/tui/views/detail-acts", test_detail_acts);
  g_test_add_func("/tui/views/places", test_places);
  g_test_add_func("/tui/views/help", test_help_in_key_bar);
  g_test_add_func("/tui/views/typing", test_bar_while_typing);
  g_test_add_func("/tui/views/search", test_search);
  g_test_add_func("/tui/views/fast", test_filter_is_fast);
  return g_test_run();
}
