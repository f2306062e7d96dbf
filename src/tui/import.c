/* A question for the file, a job that checks it, and then either the plan or a
 * window with what is wrong, from where the bad rows can be saved or left out. */
#include "tui/import.h"

#include "app/app-import.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/pager.h"
#include "tui/path-line.h"
#include "tui/view-plan.h"
#include <inttypes.h>
#include <string.h>

/* What the job works on, and what stays of it for the windows that follow: counted, as the one
 * opens before the other is freed. */
typedef struct {
  App *app;
  char *path;
  AppImport *found;
} Import;

static void
import_clear(gpointer data)
{
  Import *import = data;
  g_free(import->path);
  app_import_free(import->found);
}

static void
import_unref(gpointer data)
{
  g_rc_box_release_full(data, import_clear);
}

static gboolean
import_run_job(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Import *import = data;
  import->found = app_import_check(import->app, import->path, NULL, NULL, cancellable, error);
  return import->found != NULL;
}

/* --- what is well --- */

static void
show_plan(Console *console, AppImport *found)
{
  g_ptr_array_add(found->notes, NULL);
  g_autofree char *notes = g_strjoinv("\n", (char **)found->notes->pdata);
  console_push(console, view_plan_new(console, g_steal_pointer(&found->plan), 0, APP_RESUME_OPEN,
                                      *notes != '\0' ? notes : NULL));
}

/* --- what is wrong --- */

/* "people.csv" → "people-bad.csv", or with a number when that is there. */
static char *
free_path(const char *path)
{
  const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
  gsize stem = dot != NULL && dot > slash ? (gsize)(dot - path) : strlen(path);
  g_autofree char *base = g_strndup(path, stem);
  char *free = g_strdup_printf("%s-bad.csv", base);
  for (guint n = 2; g_file_test(free, G_FILE_TEST_EXISTS); n++) {
    g_free(free);
    free = g_strdup_printf("%s-bad-%u.csv", base, n);
  }
  return free;
}

static void
save_bad(Console *console, const Import *import)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = free_path(import->path);
  const char *text = import->found->bad_rows;
  if (!file_replace(path, text, strlen(text), 0600, &error))
    dialog_say(console, _("Import"), error->message);
  else
    console_say(console, STYLE_GOOD, _("%s has the bad rows; mend them and import it."), path);
}

static void
on_answer(Console *console, KeyCode key, gpointer data)
{
  Import *import = data;
  if (key == 'w')
    save_bad(console, import);
  else if (key == 's')
    show_plan(console, import->found);
}

/* After the list of what is wrong was read. */
static void
ask_about_bad(Console *console, gpointer data)
{
  static const DialogKey all[] = {{'w', N_("save the bad rows")}, {0, NULL}};
  static const DialogKey some[] = {
      {'s', N_("go on without them")}, {'w', N_("save the bad rows")}, {0, NULL}};
  Import *import = data;
  const AppImport *found = import->found;
  g_autofree char *text =
      g_strdup_printf(_("Wrong rows: %u of %u. Nothing has been sent."), found->bad, found->rows);
  console_push(console, dialog_new(_("Import"), text, found->plan != NULL ? some : all, on_answer,
                                   g_rc_box_acquire(import), import_unref));
}

static void
fill_problems(View *pager, gpointer data)
{
  const Import *import = data;
  const Records *problems = import->found->problems;
  for (guint i = 0; i < records_count(problems); i++) {
    g_autofree char *label = g_strdup_printf(_("line %" PRId64), records_number(problems, i, 0));
    pager_addf(pager, STYLE_NORMAL, label, "%s: %s", records_text(problems, i, 1),
               records_text(problems, i, 2));
  }
  for (guint i = 0; i < import->found->notes->len; i++)
    pager_add(pager, STYLE_DIM, NULL, import->found->notes->pdata[i]);
}

static void
show_problems(Console *console, Import *import)
{
  View *pager = pager_new(_("What is wrong in the file"), PAGER_WINDOW);
  pager_set_fill(pager, fill_problems, g_rc_box_acquire(import), import_unref);
  pager_on_close(pager, ask_about_bad, import);
  console_push(console, pager);
}

/* --- the file --- */

static void
import_done(gpointer data, const GError *error, gpointer user)
{
  Console *console = user;
  Import *import = data;
  g_clear_pointer(&console->message, g_free);
  console_changed(console, CHANGED_STATUS);
  if (error != NULL) {
    g_autofree char *text = error_describe(error);
    dialog_say(console, _("Import"), text);
    return;
  }
  if (import->found->bad == 0)
    show_plan(console, import->found);
  else
    show_problems(console, import);
}

static char *
check_path(Console *console, const char *text, gpointer data)
{
  g_autofree char *path = path_expand(text);
  if (*path == '\0')
    return g_strdup(_("A file name is needed."));
  return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? NULL : g_strdup(_("There is no such file."));
}

static void
on_path(Console *console, const char *text, gpointer data)
{
  Import *import = g_rc_box_new0(Import);
  import->app = console->app;
  import->path = path_expand(text);
  console_say(console, STYLE_DIM, _("Checking %s …"), import->path);
  console_start_job(console, job_start(_("checking a file of people"), import_run_job, import,
                                       import_unref, NULL, import_done, console));
}

void
import_ask(Console *console)
{
  console_push(console,
               prompt_new_path(_("Import"),
                               _("Create everybody in a CSV file, which is checked first:"), "",
                               check_path, on_path, NULL, NULL));
}
