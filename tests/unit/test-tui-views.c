/* Every view as text: drawn on a screen that nobody sees, read back cell by
 * cell, and compared with what is kept in tests/data/golden. With
 * --golden-write they are written anew; look at them before they are kept. */
#include "base/error.h"
#include "base/text.h"
#include "tui/accounts-private.h"
#include "tui/console-private.h"
#include "tui/dialog.h"
#include "tui/palette.h"
#include "tui/view-accounts.h"
#include "tui/view-apply.h"
#include "tui/view-create.h"
#include "tui/view-help.h"
#include "tui/view-plan.h"
#include "tui/view-welcome.h"
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT(1795183320) /* 2026-11-20 14:02 */
#define DAY (24 * 60 * 60)

static gboolean writing;

typedef struct {
  App *app;
  Feed *feed;
  Screen *screen;
  Console *console;
  char *folder;
} Stage;

/* --- made-up people --- */

typedef struct {
  const char *name, *user, *company;
  AccountState state;
  LicenceState licence;
  gint64 expires;
} Sample;

static const Sample samples[] = {
    {"Lovelace, Ada (External)", "ada.lovelace.ext@contoso.com", "Analytical Ltd", STATE_ENABLED,
     LICENCE_OK, NOW + 12 * DAY},
    {"Hopper, Grace (External)", "grace.hopper.ext@contoso.com", "Navy & Co", STATE_ENABLED,
     LICENCE_PENDING, NOW + 3 * DAY},
    {"Turing, Alan (External)", "alan.turing.ext@contoso.com", "Bletchley", STATE_ENABLED,
     LICENCE_ERROR, NOW},
    {"Hamilton, Margaret (External)", "margaret.hamilton.ext@contoso.com", NULL, STATE_ENABLED,
     LICENCE_NONE, NOW - 4 * DAY},
    {"Müller-Lüdenscheidt, Zoë (External)", "zoe.mueller-luedenscheidt.ext@contoso.com",
     "Partner GmbH", STATE_ENABLED, LICENCE_OK, NOW + 180 * DAY},
    {"田中, 太郎 (External)", "taro.tanaka.ext@contoso.com", "日本電気株式会社", STATE_ENABLED,
     LICENCE_OK, NOW + 90 * DAY},
    {"نور, ليلى (External)", "layla.nur.ext@contoso.com", "شركة", STATE_DISABLED, LICENCE_NONE,
     MOMENT_NONE},
    {"Evil\x1b[2J\x1b]0;owned\x07\nName", "evil.one.ext@contoso.com", "\u202Emoc.osotnoc",
     STATE_ENABLED, LICENCE_OK, NOW + 30 * DAY},
    {"Zalgo\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307", "zalgo.ext@contoso.com",
     "\u0301leading", STATE_ENABLED, LICENCE_OK, NOW + 30 * DAY},
    {"👩‍💻 Emoji, Person", "emoji.person.ext@contoso.com", "🇩🇪 GmbH", STATE_ENABLED,
     LICENCE_OK, NOW + 400 * DAY},
};

static Snapshot *
sample_snapshot(guint filler)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Account) account = account_new();
  for (guint i = 0; i < G_N_ELEMENTS(samples) + filler; i++) {
    account_clear(account);
    g_autofree char *id = g_strdup_printf("00000000-0000-4000-8000-%012u", i);
    g_autofree char *name = g_strdup_printf("Sample %05u, Person", i);
    g_autofree char *user = g_strdup_printf("person.%05u.ext@contoso.com", i);
    const Sample filled = {name, user, "Filler Inc", STATE_ENABLED, LICENCE_OK, NOW + 99 * DAY};
    const Sample *sample = i < G_N_ELEMENTS(samples) ? &samples[i] : &filled;
    account_put_text(account, FIELD_ID, id);
    account_put_text(account, FIELD_NAME, sample->name);
    account_put_text(account, FIELD_USER, sample->user);
    account_put_text(account, FIELD_COMPANY, sample->company);
    account_put_text(account, FIELD_MOBILE, "+49 151 2345 6789");
    account_put_item(account, FIELD_EXTERNAL, "someone@partner.example");
    account_put_number(account, FIELD_STATE, sample->state);
    account_put_number(account, FIELD_KIND, KIND_MEMBER);
    account_put_number(account, FIELD_LICENCE, sample->licence);
    account_put_number(account, FIELD_EXPIRES, sample->expires);
    account_put_number(account, FIELD_CREATED, NOW - 200 * DAY);
    account_put_number(account, FIELD_SIGN_IN, i == 0 ? NOW - 131 * DAY : NOW - 2 * DAY);
    snapshot_builder_add(builder, account);
  }
  return snapshot_builder_snapshot(builder, NOW - 12);
}

static void
add_log(Feed *feed, OperationState state, const char *what, const char *target, const char *detail)
{
  LogLine *line = g_new0(LogLine, 1);
  *line = (LogLine){.plan_id = 1,
                    .at = NOW - 60,
                    .state = state,
                    .what = g_strdup(what),
                    .target = g_strdup(target),
                    .detail = g_strdup(detail)};
  g_ptr_array_add(feed->log, line);
}

/* --- the stage --- */

static App *
make_app(Stage *stage)
{
  static const char text[] = "[usher]\nprofile = contoso\n"
                             "[profile contoso]\ntenant = contoso.com\n"
                             "client_id = 51515151-0000-4000-8000-0000000000aa\n"
                             "sign_in = client-secret\ncredentials = environment\n"
                             "credentials_variable = USHER_TEST_SECRET\n"
                             "rosters = specialists\n"
                             "[roster specialists]\ntitle = Specialists\ngroup = Specialists\n"
                             "kind = member\ndomain = contoso.com\n"
                             "user_name = {first}.{last}.ext\n"
                             "display_name = {last}, {first} (External)\n"
                             "usage_location = DE\nlifetime = 180d\nmax_lifetime = 365d\n"
                             "sponsor = required\npassword = mail\n"
                             "mail_from = svc-usher@contoso.com\n";
  g_autofree char *path = g_build_filename(stage->folder, "usher.conf", NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  g_chmod(path, 0600);
  g_autoptr(GError) error = NULL;
  App *app = app_new(&(AppOptions){.config_path = path}, &error);
  g_assert_no_error(error);
  return app;
}

static void
stage_open(Stage *stage, int rows, int cols, ThemeColours colours, gboolean ascii)
{
  *stage = (Stage){0};
  stage->folder = g_dir_make_tmp("usher-tui-XXXXXX", NULL);
  stage->app = make_app(stage);
  stage->screen = screen_open_hidden(rows, cols, colours, ascii);
  g_assert_nonnull(stage->screen);
  stage->feed = feed_new(stage->app, NULL, NULL);
  stage->feed->now = NOW;
  stage->console = console_new(stage->app, stage->feed, stage->screen);
}

static void
stage_close(Stage *stage)
{
  console_free(stage->console);
  screen_close(stage->screen);
  feed_free(stage->feed);
  job_join_all();
  app_free(stage->app);
  g_autofree char *path = g_build_filename(stage->folder, "usher.conf", NULL);
  g_unlink(path);
  g_rmdir(stage->folder);
  g_free(stage->folder);
}

static void
fill(Stage *stage, guint filler)
{
  g_autoptr(Snapshot) snapshot = sample_snapshot(filler);
  feed_set_snapshot(stage->feed, snapshot);
  add_log(stage->feed, OPERATION_DONE, "user", "grace.hopper.ext@contoso.com", "created");
  add_log(stage->feed, OPERATION_FAILED, "group", "alan.turing.ext@contoso.com",
          "403 Authorization_RequestDenied  request 9f0e8c1a-0000-4000-8000-00000000000a");
}

static void
keys(Stage *stage, const char *names)
{
  g_auto(GStrv) all = g_strsplit(names, " ", -1);
  for (char **name = all; *name != NULL; name++) {
    Event event = {.kind = EVENT_KEY};
    g_assert_true(keycode_parse(*name, &event.key));
    console_event(stage->console, &event);
  }
}

static void
text(Stage *stage, const char *words)
{
  for (const char *at = words; *at != '\0'; at = g_utf8_next_char(at))
    console_event(stage->console, &(Event){.kind = EVENT_KEY, .key = g_utf8_get_char(at)});
}

static char *
shot(Stage *stage)
{
  stage->console->changed = CHANGED_ALL;
  console_paint(stage->console);
  return screen_text(stage->screen);
}

static void
golden(Stage *stage, const char *name)
{
  g_autofree char *got = shot(stage);
  g_autofree char *file = g_strconcat(name, ".txt", NULL);
  const char *source = g_getenv("top_srcdir");
  g_autofree char *path =
      g_build_filename(source != NULL ? source : "..", "tests", "data", "golden", file, NULL);
  if (writing) {
    g_assert_true(g_file_set_contents(path, got, -1, NULL));
    return;
  }
  g_autofree char *kept = NULL;
  g_autoptr(GError) error = NULL;
  g_file_get_contents(path, &kept, NULL, &error);
  g_assert_no_error(error);
  if (!g_str_equal(got, kept))
    g_test_message("%s: drawn now:\n%s\nkept:\n%s", name, got, kept);
  g_assert_cmpstr(got, ==, kept);
}

/* --- one function per view: brings the stage to it --- */

static void
show_accounts(Stage *stage)
{
  fill(stage, 300);
  console_push(stage->console, view_accounts_new(stage->console));
  keys(stage, "j Space Space");
}

static void
show_filter(Stage *stage)
{
  fill(stage, 300);
  console_push(stage->console, view_accounts_new(stage->console));
  keys(stage, "/");
  text(stage, "ext licence:pending");
}

static void
show_wrong_query(Stage *stage)
{
  fill(stage, 300);
  console_push(stage->console, view_accounts_new(stage->console));
  keys(stage, "/");
  text(stage, "licence:ok ");
  text(stage, "colour:red");
}

static void
show_no_match(Stage *stage)
{
  fill(stage, 3);
  console_push(stage->console, view_accounts_new(stage->console));
  keys(stage, "/");
  text(stage, "nobody-is-called-this");
  keys(stage, "Enter");
}

static void
show_none(Stage *stage)
{
  g_autoptr(SnapshotBuilder) builder = snapshot_builder_new();
  g_autoptr(Snapshot) snapshot = snapshot_builder_snapshot(builder, NOW - 300);
  feed_set_snapshot(stage->feed, snapshot);
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_loading(Stage *stage)
{
  stage->feed->loading = TRUE;
  stage->feed->loaded = 0;
  stage->feed->total = 9600;
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_offline(Stage *stage)
{
  fill(stage, 0);
  stage->feed->from_cache = TRUE;
  stage->feed->now = NOW + 3 * 60 * 60;
  stage->feed->error = g_error_new_literal(USHER_ERROR, USHER_ERROR_UNREACHABLE,
                                           "graph.microsoft.com: no connection");
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_signed_out(Stage *stage)
{
  stage->feed->error =
      g_error_new_literal(USHER_ERROR, USHER_ERROR_SIGN_IN, "Nobody is signed in to contoso.com");
  console_push(stage->console, view_accounts_new(stage->console));
}

static void
show_detail(Stage *stage)
{
  fill(stage, 3);
  console_push(stage->console, view_accounts_new(stage->console));
  keys(stage, "/");
  text(stage, "lovelace");
  keys(stage, "Enter Enter");
}

static void
show_hostile(Stage *stage)
{
  fill(stage, 0);
  console_push(stage->console, view_accounts_new(stage->console));
  keys(stage, "/");
  text(stage, "evil");
  keys(stage, "Enter Enter");
}

static void
show_help(Stage *stage)
{
  show_accounts(stage);
  keys(stage, "?");
}

static void
show_palette(Stage *stage)
{
  show_accounts(stage);
  keys(stage, ":");
  text(stage, "ta");
}

static void
show_sort(Stage *stage)
{
  show_accounts(stage);
  keys(stage, "s");
}

static void
show_columns(Stage *stage)
{
  show_accounts(stage);
  keys(stage, "c j Space");
}

static void
show_welcome(Stage *stage)
{
  console_push(stage->console, view_welcome_new());
}

static void
show_create(Stage *stage)
{
  show_accounts(stage);
  keys(stage, "n");
  text(stage, "Zoë");
  keys(stage, "Tab");
  text(stage, "Müller-Lüdenscheidt");
  keys(stage, "Tab");
  text(stage, "12");
  keys(stage, "Tab");
  text(stage, "zoe@partner.example");
  keys(stage, "Tab");
  text(stage, "Partner GmbH");
  keys(stage, "Tab Tab");
}

static Plan *
sample_plan(void)
{
  static const char target[] = "zoe.mueller-luedenscheidt.ext@contoso.com";
  Plan *plan = plan_new("Create zoe.mueller-luedenscheidt.ext@contoso.com");
  Operation *user = plan_add(plan, "user.create", NULL, target);
  operation_add_value(user, "displayName", NULL, "Müller-Lüdenscheidt, Zoë (External)");
  operation_add_value(user, "otherMails", NULL, "zoe@partner.example");
  Operation *set = plan_add(plan, "user.set", NULL, target);
  operation_add_value(set, "extensionAttribute15", NULL, "2027-05-19");
  Operation *group = plan_add(plan, "group.add", NULL, target);
  operation_add_value(group, "group", NULL, "Specialists");
  plan_add(plan, "licence.await", NULL, target);
  Operation *mail = plan_add(plan, "mail.send", NULL, target);
  operation_add_value(mail, "to", NULL, "zoe@partner.example");
  return plan;
}

static void
show_plan(Stage *stage)
{
  show_accounts(stage);
  console_push(stage->console, view_plan_new(sample_plan(), 0, APP_RESUME_OPEN,
                                             "A deleted account of this name could be restored."));
}

static void
show_apply(Stage *stage)
{
  show_accounts(stage);
  Change *change = g_new0(Change, 1);
  change->plan = sample_plan();
  change->plan->id = 7;
  change->running = FALSE;
  change->error = g_error_new_literal(USHER_ERROR, USHER_ERROR_FAILED, "2 of 5 steps failed");
  change->started_at = 0;
  change->ended_at = 4 * G_USEC_PER_SEC;
  Operation *user = plan_operation(change->plan, 1);
  user->state = OPERATION_DONE;
  user->result = g_strdup("created");
  Operation *set = plan_operation(change->plan, 2);
  set->state = OPERATION_DONE;
  Operation *group = plan_operation(change->plan, 3);
  group->state = OPERATION_FAILED;
  group->http_status = 403;
  group->error_code = g_strdup("Authorization_RequestDenied");
  group->request_id = g_strdup("9f0e8c1a-0000-4000-8000-00000000000a");
  plan_operation(change->plan, 4)->state = OPERATION_SKIPPED;
  plan_operation(change->plan, 5)->state = OPERATION_SKIPPED;
  stage->console->change = change;
  console_push(stage->console, view_apply_new());
}

static void
show_password(Stage *stage)
{
  show_accounts(stage);
  static const DialogKey noted[] = {{'y', "it is noted"}, {0, NULL}};
  View *dialog = dialog_new("Password", "The password of zoe. It is shown this once.", noted, NULL,
                            NULL, NULL);
  dialog_set_secret(dialog, "Correct-Horse-7");
  dialog_keep(dialog);
  console_push(stage->console, dialog);
}

static const struct {
  const char *name;
  void (*show)(Stage *stage);
} views[] = {
    {"accounts", show_accounts},
    {"filter", show_filter},
    {"wrong-query", show_wrong_query},
    {"no-match", show_no_match},
    {"none", show_none},
    {"loading", show_loading},
    {"offline", show_offline},
    {"signed-out", show_signed_out},
    {"detail", show_detail},
    {"help", show_help},
    {"palette", show_palette},
    {"sort", show_sort},
    {"columns", show_columns},
    {"welcome", show_welcome},
    {"create", show_create},
    {"plan", show_plan},
    {"apply", show_apply},
    {"password", show_password},
    {"hostile", show_hostile},
};

static const struct {
  int cols, rows;
} sizes[] = {{40, 10}, {80, 24}, {132, 43}};

/* --- tests --- */

static void
test_golden(gconstpointer data)
{
  guint index = GPOINTER_TO_UINT(data);
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
    for (int ascii = 0; ascii < 2; ascii++) {
      Stage stage;
      stage_open(&stage, sizes[i].rows, sizes[i].cols, ascii ? THEME_MONO : THEME_256, ascii);
      views[index].show(&stage);
      g_autofree char *name = g_strdup_printf("%s-%dx%d%s", views[index].name, sizes[i].cols,
                                              sizes[i].rows, ascii ? "-ascii" : "");
      golden(&stage, name);
      if (ascii) {
        g_autofree char *seen = screen_text(stage.screen);
        g_assert_true(g_str_is_ascii(seen));
      }
      stage_close(&stage);
    }
}

/* Whatever a name holds, no control character and no bidi control reaches a cell. */
static void
test_hostile(void)
{
  Stage stage;
  stage_open(&stage, 43, 132, THEME_256, FALSE);
  show_hostile(&stage);
  g_autofree char *seen = shot(&stage);
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
  show_accounts(&stage);
  keys(&stage, "g j j");
  g_free(shot(&stage));
  screen_cursor(stage.screen, &y, &x);
  g_assert_cmpint(y, ==, 5); /* status, border, titles, then the third row */
  g_assert_cmpint(x, ==, 1);
  keys(&stage, "/");
  text(&stage, "ab");
  g_free(shot(&stage));
  screen_cursor(stage.screen, &y, &x);
  g_assert_cmpint(y, ==, 1);
  g_assert_cmpint(x, ==, 5);
  stage_close(&stage);
}

static void
test_wrong_query_keeps_result(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  fill(&stage, 50);
  console_push(stage.console, view_accounts_new(stage.console));
  keys(&stage, "/");
  text(&stage, "licence:pending");
  guint good = listing_count(stage.feed->listing);
  g_assert_cmpuint(good, ==, 1);
  /* In one piece, since " nonsense" alone would be a good query. */
  console_event(stage.console, &(Event){.kind = EVENT_PASTE, .text = " nonsense:x"});
  g_assert_cmpuint(listing_count(stage.feed->listing), ==, good);
  g_assert_nonnull(stage.console->message);
  keys(&stage, "Esc");
  g_assert_cmpuint(listing_count(stage.feed->listing), ==, 50 + G_N_ELEMENTS(samples));
  stage_close(&stage);
}

static void
test_tags(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  fill(&stage, 50);
  console_push(stage.console, view_accounts_new(stage.console));
  Listing *listing = stage.feed->listing;
  keys(&stage, "Space");
  g_assert_cmpuint(listing_tag_count(listing), ==, 1);
  keys(&stage, "k Space");
  g_assert_cmpuint(listing_tag_count(listing), ==, 0);
  keys(&stage, "T");
  text(&stage, "licence:pending");
  keys(&stage, "Enter");
  g_assert_cmpuint(listing_tag_count(listing), ==, 1);
  keys(&stage, "*");
  g_assert_cmpuint(listing_tag_count(listing), ==, 50 + G_N_ELEMENTS(samples));
  keys(&stage, ",");
  g_assert_cmpuint(listing_tag_count(listing), ==, 0);
  stage_close(&stage);
}

/* A refresh keeps the cursor on its account, wherever that stands now. */
static void
test_refresh_keeps_cursor(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  fill(&stage, 50);
  console_push(stage.console, view_accounts_new(stage.console));
  keys(&stage, "s j Enter G k k");
  AccountsView *accounts = accounts_of(stage.console);
  g_autofree char *before = g_strdup(accounts->cursor_id);
  g_autoptr(Snapshot) more = sample_snapshot(80);
  feed_set_snapshot(stage.feed, more);
  g_free(shot(&stage));
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
  fill(&stage, 5);
  console_push(stage.console, view_accounts_new(stage.console));
  console_event(stage.console, &(Event){.kind = EVENT_PASTE, .text = "*nq"});
  g_assert_cmpuint(listing_tag_count(stage.feed->listing), ==, 0);
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  keys(&stage, "/");
  console_event(stage.console, &(Event){.kind = EVENT_PASTE, .text = "ada\n"});
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
  show_accounts(&stage);
  resizeterm(5, 30);
  console_layout(stage.console);
  g_autofree char *tiny = shot(&stage);
  g_assert_nonnull(strstr(tiny, "usher needs 40x10"));
  g_assert_nonnull(strstr(tiny, "this is 30x5"));
  keys(&stage, "* n");
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  for (int rows = 1; rows < 12; rows++)
    for (int cols = 1; cols < 45; cols += 3) {
      resizeterm(rows, cols);
      console_layout(stage.console);
      g_free(shot(&stage));
    }
  resizeterm(24, 80);
  console_layout(stage.console);
  g_autofree char *again = shot(&stage);
  g_assert_nonnull(strstr(again, "USER NAME"));
  stage_close(&stage);
}

/* Every view survives every size, also while it changes. */
static void
test_sizes(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
    Stage stage;
    stage_open(&stage, 24, 80, THEME_8, FALSE);
    views[i].show(&stage);
    for (int rows = 8; rows < 50; rows += 3)
      for (int cols = 38; cols < 150; cols += 7) {
        resizeterm(rows, cols);
        console_layout(stage.console);
        g_free(shot(&stage));
      }
    stage_close(&stage);
  }
}

/* Each action that has a place in the console can be done somewhere. */
static void
test_all_actions_are_handled(void)
{
  g_autoptr(GHashTable) handled = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
    Stage stage;
    stage_open(&stage, 24, 80, THEME_MONO, FALSE);
    views[i].show(&stage);
    for (const Action *const *row = actions(); *row != NULL; row++)
      if (console_can(stage.console, *row))
        g_hash_table_add(handled, (gpointer)(*row)->name);
    stage_close(&stage);
  }
  /* Moving is done by lists, not by a table. */
  static const char *const moves[] = {"up",    "down", "page-up", "page-down",
                                      "first", "last", "left",    "right"};
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
  show_password(&stage);
  keys(&stage, "Enter Esc q Space");
  g_autofree char *seen = shot(&stage);
  g_assert_nonnull(strstr(seen, "Correct-Horse-7"));
  keys(&stage, "y");
  g_autofree char *after = shot(&stage);
  g_assert_null(strstr(after, "Correct-Horse-7"));
  stage_close(&stage);
}

static void
test_draft_is_kept(void)
{
  Stage stage;
  stage_open(&stage, 24, 80, THEME_256, FALSE);
  show_create(&stage);
  keys(&stage, "Esc");
  g_assert_cmpuint(stage.console->views->len, ==, 1);
  keys(&stage, "n");
  g_autofree char *seen = shot(&stage);
  g_assert_nonnull(strstr(seen, "Müller-Lüdenscheidt"));
  stage_close(&stage);
}

/* A key is on screen within a frame, however many accounts there are. */
static void
test_filter_is_fast(void)
{
  Stage stage;
  stage_open(&stage, 43, 132, THEME_256, FALSE);
  fill(&stage, g_test_perf() ? 100000 : 20000);
  console_push(stage.console, view_accounts_new(stage.console));
  keys(&stage, "/");
  g_free(shot(&stage));
  gint64 longest = 0;
  for (const char *at = "person 1 licence:ok"; *at != '\0'; at++) {
    gint64 begin = g_get_monotonic_time();
    console_event(stage.console, &(Event){.kind = EVENT_KEY, .key = (KeyCode)*at});
    console_paint(stage.console);
    longest = MAX(longest, g_get_monotonic_time() - begin);
  }
  g_test_message("longest key: %.1f ms", (double)longest / 1000);
  g_assert_cmpint(longest, <, 500 * 1000); /* a loaded machine is not what is tested */
  stage_close(&stage);
}

int
main(int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (g_str_equal(argv[i], "--golden-write")) {
      writing = TRUE;
      memmove(&argv[i], &argv[i + 1], (gsize)(argc - i) * sizeof *argv);
      argc--;
    }
  setlocale(LC_ALL, "");
  g_setenv("TZ", "UTC", TRUE);
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(views); i++) {
    g_autofree char *path = g_strdup_printf("/tui/golden/%s", views[i].name);
    g_test_add_data_func(path, GUINT_TO_POINTER(i), test_golden);
  }
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
  g_test_add_func("/tui/views/fast", test_filter_is_fast);
  return g_test_run();
}
