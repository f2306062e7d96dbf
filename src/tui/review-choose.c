/* Which review: one that is open, or a new one of the accounts that are tagged
 * or shown. */
#include "base/error.h"
#include "base/i18n.h"
#include "tui/accounts-private.h"
#include "tui/dialog.h"
#include "tui/picker.h"
#include "tui/view-review.h"

/* --- opening and making --- */

typedef struct {
  App *app;
  char *name;
  char *query;
  GHashTable *ids; /* set; NULL: all that match */
  gboolean make;   /* else load */
  Review *review;
} Opening;

static void
opening_free(gpointer data)
{
  Opening *opening = data;
  g_free(opening->name);
  g_free(opening->query);
  g_clear_pointer(&opening->ids, g_hash_table_unref);
  g_clear_pointer(&opening->review, review_free);
  g_free(opening);
}

static gboolean
opening_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;
  if (!opening->make)
    opening->review = app_review_load(opening->app, opening->name, error);
  else if (opening->ids != NULL)
    opening->review = app_review_new_of(opening->app, opening->name, NULL, NULL, opening->ids,
                                        cancellable, error);
  else
    opening->review =
        app_review_new(opening->app, opening->name, NULL, opening->query, cancellable, error);
  return opening->review != NULL;
}

static void
opening_done(gpointer data, const GError *error, gpointer user)
{
  Console *console = user;
  Opening *opening = data;
  g_clear_pointer(&console->message, g_free);
  console_changed(console, CHANGED_STATUS);
  if (error != NULL) {
    g_autofree char *text = error_describe(error);
    dialog_say(console, opening->name, text);
    return;
  }
  console_push(console, view_review_new(console, g_steal_pointer(&opening->review)));
}

static void
open_review(Console *console, Opening *opening)
{
  opening->app = console->app;
  console_say(console, STYLE_DIM, "%s …",
              opening->make ? _("Reading the accounts for the review") : opening->name);
  console_start_job(console, job_start(_("review"), opening_run, opening, opening_free, NULL,
                                       opening_done, console));
}

static char *
check_name(Console *console, const char *text, gpointer data)
{
  g_autoptr(GError) error = NULL;
  return app_review_check_name(text, &error) ? NULL : g_strdup(error->message);
}

static void
on_name(Console *console, const char *text, gpointer data)
{
  const Listing *listing = console->feed->listing;
  Opening *opening = g_new0(Opening, 1);
  opening->make = TRUE;
  opening->name = g_strdup(text);
  if (listing_tag_count(listing) > 0) {
    opening->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char **ids = listing_tagged_ids(listing);
    for (char **id = ids; *id != NULL; id++)
      g_hash_table_add(opening->ids, *id);
  } else {
    opening->query = g_strdup(listing_query(listing));
  }
  open_review(console, opening);
}

/* --- choosing --- */

typedef struct {
  App *app;
  GPtrArray *reviews; /* ReviewSummary */
} Choosing;

static void
choosing_free(gpointer data)
{
  Choosing *choosing = data;
  g_clear_pointer(&choosing->reviews, g_ptr_array_unref);
  g_free(choosing);
}

static gboolean
choosing_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Choosing *choosing = data;
  choosing->reviews = app_review_list(choosing->app, error);
  return choosing->reviews != NULL;
}

void
review_open(Console *console, const char *name)
{
  if (console->app == NULL || name == NULL)
    return;
  Opening *opening = g_new0(Opening, 1);
  opening->name = g_strdup(name);
  open_review(console, opening);
}

void
review_ask_new(Console *console)
{
  const Listing *listing = console->feed->listing;
  guint tagged = listing_tag_count(listing);
  guint count = tagged > 0 ? tagged : listing_count(listing);
  if (tagged == 0 && !accounts_ready(accounts_of(console)))
    return;
  g_autofree char *label = g_strdup_printf(
      tagged > 0
          ? ngettext("Of the %u account that is tagged. Its name:",
                     "Of the %u accounts that are tagged. Its name:", count)
          : ngettext(
                "Of the %u account in the list. Its name, for instance Q4 specialists:",
                "Of the %u accounts in the list. Its name, for instance Q4 specialists:", count),
      count);
  console_push(console, prompt_new(_("New review"), label, "", check_name, on_name, NULL, NULL));
}

static void
on_chosen(Console *console, const PickerItem *item, GPtrArray *items)
{
  if (item == NULL)
    return;
  if (item->id == 0)
    review_ask_new(console);
  else
    review_open(console, item->text);
}

static void
choosing_done(gpointer data, const GError *error, gpointer user)
{
  Console *console = user;
  const Choosing *choosing = data;
  if (error != NULL) {
    dialog_say(console, _("Reviews"), error->message);
    return;
  }
  const Listing *listing = console->feed->listing;
  guint tagged = listing_tag_count(listing);
  guint count = tagged > 0 ? tagged : listing_count(listing);
  View *picker = picker_new(_("Reviews"), PICKER_PLAIN, on_chosen);
  g_autofree char *new_one = g_strdup_printf(
      tagged > 0 ? ngettext("a new one of the %u tagged", "a new one of the %u tagged", count)
                 : ngettext("a new one of the %u shown", "a new one of the %u shown", count),
      count);
  /* What was begun is gone on with, unless something was tagged for another one. */
  if (tagged > 0)
    picker_add(picker, 0, _("New"), new_one, NULL, FALSE);
  for (guint i = 0; i < choosing->reviews->len; i++) {
    const ReviewSummary *summary = g_ptr_array_index(choosing->reviews, i);
    if (summary->review->state != REVIEW_OPEN)
      continue;
    g_autofree char *note = g_strdup_printf(
        _("%u of %u decided"), summary->total - summary->counts[REVIEW_UNDECIDED], summary->total);
    picker_add(picker, i + 1, summary->review->name, note, NULL, FALSE);
  }
  if (tagged == 0)
    picker_add(picker, 0, _("New"), new_one, NULL, FALSE);
  console_push(console, picker);
}

void
review_choose(Console *console)
{
  if (console->app == NULL || app_roster(console->app) == NULL)
    return;
  Choosing *choosing = g_new0(Choosing, 1);
  choosing->app = console->app;
  console_start_job(console, job_start(_("reviews"), choosing_run, choosing, choosing_free, NULL,
                                       choosing_done, console));
}
