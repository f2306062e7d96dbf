/* Another profile or roster: the configuration is read anew by the app, and
 * the console begins again on what came of it. What is typed on one tenant never
 * reaches the other: forms, tags and the list go with the console that is left. */
#include "tui/switch.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "tui/picker.h"

static gboolean
may_leave(Console *console)
{
  if (console->app == NULL || app_profile(console->app) == NULL) {
    console_say(console, STYLE_WARN, _("No profile is configured yet."));
    return FALSE;
  }
  if (console->change == NULL || !console->change->running)
    return TRUE;
  console_say(console, STYLE_WARN,
              _("A change is being applied here; stop it or wait for its end first."));
  return FALSE;
}

/* --- profiles --- */

void
switch_to_profile(Console *console, const char *name)
{
  g_autoptr(GError) error = NULL;
  if (!may_leave(console))
    return;
  App *app = app_open_other(console->app, name, NULL, &error);
  if (app == NULL)
    console_say(console, STYLE_BAD, "%s", error->message);
  else
    console_loop_continue_on(console, app);
}

static void
on_profile(Console *console, const PickerItem *item, GPtrArray *items)
{
  switch_to_profile(console, item->text);
}

/* Where the profile stands among the others. */
static guint
index_of(const GPtrArray *names, const char *name)
{
  guint at = 0;
  while (at < names->len && !g_str_equal(names->pdata[at], name))
    at++;
  return at;
}

void
switch_profile(Console *console)
{
  if (!may_leave(console))
    return;
  g_autoptr(GPtrArray) names = app_profile_names(console->app);
  guint now = index_of(names, app_profile(console->app)->name);
  if (names->len < 2) {
    console_say(console, STYLE_DIM, _("There is no other profile; 'usher setup' makes one."));
    return;
  }
  if (names->len == 2) {
    switch_to_profile(console, names->pdata[1 - now]);
    return;
  }
  View *picker = picker_new(_("Profiles"), PICKER_TYPED, on_profile);
  for (guint i = 0; i < names->len; i++) {
    const Profile *profile = app_config(console->app)->profiles->pdata[i];
    picker_add(picker, i, profile->name, profile->tenant, i == now ? _("now") : NULL, FALSE);
  }
  picker_select(picker, now + 1 < names->len ? now + 1 : 0);
  console_push(console, picker);
}

/* --- rosters --- */

void
switch_to_roster(Console *console, const char *name)
{
  g_autoptr(GError) error = NULL;
  if (!may_leave(console))
    return;
  App *app = app_open_other(console->app, NULL, name, &error);
  if (app == NULL)
    console_say(console, STYLE_BAD, "%s", error->message);
  else
    console_loop_continue_on(console, app);
}

static void
on_roster(Console *console, const PickerItem *item, GPtrArray *items)
{
  const Roster *roster = app_profile(console->app)->rosters->pdata[item->id];
  switch_to_roster(console, roster->name);
}

/* "310 accounts, as of 5 min ago": what is cached of it, and shown at once. The caller's. */
static char *
what_is_known(const Console *console, const Roster *roster)
{
  g_autoptr(App) other = app_open_other(console->app, NULL, roster->name, NULL);
  g_autoptr(Snapshot) snapshot = other == NULL ? NULL : app_cached(other, NULL);
  if (snapshot == NULL)
    return g_strdup(_("not read yet"));
  guint count = snapshot_count(snapshot);
  g_autofree char *span =
      clock_format_span(MAX(console_now(console) - snapshot_taken(snapshot), 0));
  g_autofree char *age = g_strdup_printf(C_("age of the data", "%s ago"), span);
  return g_strdup_printf(ngettext("%u account, as of %s", "%u accounts, as of %s", count), count,
                         age);
}

void
switch_roster(Console *console)
{
  if (!may_leave(console))
    return;
  const GPtrArray *rosters = app_profile(console->app)->rosters;
  if (rosters->len < 2) {
    console_say(console, STYLE_DIM, _("This profile has no other roster."));
    return;
  }
  guint now = 0;
  while (now + 1 < rosters->len && rosters->pdata[now] != app_roster(console->app))
    now++;
  if (rosters->len == 2) {
    switch_to_roster(console, ((const Roster *)rosters->pdata[1 - now])->name);
    return;
  }
  View *picker = picker_new(_("Rosters"), PICKER_TYPED, on_roster);
  for (guint i = 0; i < rosters->len; i++) {
    const Roster *roster = rosters->pdata[i];
    g_autofree char *known = what_is_known(console, roster);
    picker_add(picker, i, roster->title, known, i == now ? _("now") : NULL, FALSE);
  }
  picker_select(picker, now + 1 < rosters->len ? now + 1 : 0);
  console_push(console, picker);
}
