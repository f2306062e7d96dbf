/* The stage: accounts, a configuration, a hidden screen. */
#include "unit/tui-stage.h"

#include <glib/gstdio.h>

/* The panel library loses its root panel with each screen that is deleted. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
  return "leak:new_panel\n";
}

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

Snapshot *
stage_snapshot(guint filler)
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

guint
stage_samples(void)
{
  return G_N_ELEMENTS(samples);
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
                    .detail = g_strdup(detail),
                    .request_id = g_strdup("9f0e8c1a-0000-4000-8000-00000000000a")};
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
                             "rosters = specialists, guests\n"
                             "[roster specialists]\ntitle = Specialists\ngroup = Specialists\n"
                             "kind = member\ndomain = contoso.com\n"
                             "user_name = {first}.{last}.ext\n"
                             "display_name = {last}, {first} (External)\n"
                             /* no end date by default: it would be counted from today */
                             "usage_location = DE\nlifetime = none\n"
                             "sponsor = required\npassword = mail\n"
                             "mail_from = svc-usher@contoso.com\n"
                             "[roster guests]\ntitle = Guests\ngroup = Guests\nkind = guest\n"
                             "[view ending]\nquery = expires<30d\ncolumns = name,expires,mobile\n"
                             "sort = -expires\nkey = F6\n";
  g_autofree char *path = g_build_filename(stage->folder, "usher.conf", NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  g_chmod(path, 0600);
  g_autoptr(GError) error = NULL;
  App *app = app_new(&(AppOptions){.config_path = path}, &error);
  g_assert_no_error(error);
  return app;
}

void
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

void
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

void
stage_fill(Stage *stage, guint filler)
{
  g_autoptr(Snapshot) snapshot = stage_snapshot(filler);
  feed_set_snapshot(stage->feed, snapshot);
  add_log(stage->feed, OPERATION_DONE, "user", "grace.hopper.ext@contoso.com", "created");
  add_log(stage->feed, OPERATION_FAILED, "group", "alan.turing.ext@contoso.com",
          "403 Authorization_RequestDenied  request 9f0e8c1a-0000-4000-8000-00000000000a");
}

void
stage_keys(Stage *stage, const char *names)
{
  g_auto(GStrv) all = g_strsplit(names, " ", -1);
  for (char **name = all; *name != NULL; name++) {
    Event event = {.kind = EVENT_KEY};
    g_assert_true(keycode_parse(*name, &event.key));
    console_event(stage->console, &event);
  }
}

void
stage_type(Stage *stage, const char *words)
{
  for (const char *at = words; *at != '\0'; at = g_utf8_next_char(at))
    console_event(stage->console, &(Event){.kind = EVENT_KEY, .key = g_utf8_get_char(at)});
}

void
stage_paste(Stage *stage, const char *words)
{
  console_event(stage->console, &(Event){.kind = EVENT_PASTE, .text = words});
}

char *
stage_shot(Stage *stage)
{
  stage->console->changed = CHANGED_ALL;
  console_paint(stage->console);
  return screen_text(stage->screen);
}
