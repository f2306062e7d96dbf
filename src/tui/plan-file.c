/* The text is that of usher-plan(5); reading it back asks the directory, so it
 * is done in a job. A text with a mistake goes back to the editor. */
#include "tui/plan-file.h"

#include "app/app-change.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/path-line.h"
#include "tui/view-plan.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define LARGEST (64 * 1024 * 1024)

/* --- writing --- */

static void
on_path(Console *console, const char *text, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = path_expand(text);
  if (g_file_test(path, G_FILE_TEST_EXISTS)) {
    console_say(console, STYLE_BAD, _("%s is there already."), path);
    return;
  }
  g_autofree char *content = app_plan_write(console->app, data);
  if (file_replace(path, content, strlen(content), 0600, &error))
    console_say(console, STYLE_GOOD,
                _("The plan is in %s; 'usher plan apply' takes it from there."), path);
  else
    console_say(console, STYLE_BAD, "%s", error->message);
}

static char *
check_path(Console *console, const char *text, gpointer data)
{
  g_autofree char *path = g_strstrip(g_strdup(text));
  return *path != '\0' ? NULL : g_strdup(_("A file name is needed."));
}

void
plan_file_ask(Console *console, const Plan *plan)
{
  if (console->app == NULL)
    return;
  console_push(console,
               prompt_new_path(_("Write the plan"), _("To this file:"), "usher.plan", check_path,
                               on_path, plan_copy(plan), (GDestroyNotify)plan_free));
}

/* --- changing --- */

typedef struct {
  App *app;
  char *path;
  char *text;
  gsize length;
  Plan *plan;
} Editing;

static void
editing_free(gpointer data)
{
  Editing *editing = data;
  if (editing->path != NULL)
    (void)g_unlink(editing->path);
  g_free(editing->path);
  g_free(editing->text);
  g_clear_pointer(&editing->plan, plan_free);
  g_free(editing);
}

static gboolean start_editor(Console *console, Editing *editing);

static gboolean
reading_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Editing *editing = data;
  editing->plan =
      app_plan_read(editing->app, editing->text, editing->length, "usher.plan", cancellable, error);
  return editing->plan != NULL;
}

static Editing *
editing_new(Console *console, const char *text, GError **error)
{
  g_autofree char *folder = file_state_dir();
  if (!file_make_private_dir(folder, error))
    return NULL;
  g_autofree char *path = g_build_filename(folder, "edit-XXXXXX.plan", NULL);
  int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, "%s: %s", path, g_strerror(errno));
    return NULL;
  }
  close(fd);
  Editing *editing = g_new0(Editing, 1);
  editing->app = console->app;
  editing->path = g_steal_pointer(&path);
  if (file_replace(editing->path, text, strlen(text), 0600, error))
    return editing;
  editing_free(editing);
  return NULL;
}

static gboolean
edit_text(Console *console, const char *text)
{
  g_autoptr(GError) error = NULL;
  Editing *editing = editing_new(console, text, &error);
  if (editing != NULL)
    return start_editor(console, editing);
  dialog_say(console, _("Change the plan"), error->message);
  return FALSE;
}

static void
on_wrong(Console *console, KeyCode key, gpointer data)
{
  if (key == 'e')
    edit_text(console, data);
}

static void
reading_done(gpointer data, const GError *error, gpointer user)
{
  static const DialogKey keys[] = {{'e', N_("to the editor again")}, {0, NULL}};
  Console *console = user;
  Editing *editing = data;
  if (error == NULL && editing->plan->operations->len == 0) {
    dialog_say(console, _("Change the plan"), _("Nothing to do."));
    return;
  }
  if (error == NULL) {
    console_push(console,
                 view_plan_new(console, g_steal_pointer(&editing->plan), 0, APP_RESUME_OPEN, NULL));
    return;
  }
  g_autofree char *text = error_describe(error);
  console_push(console, dialog_new(_("Change the plan"), text, keys, on_wrong,
                                   g_steal_pointer(&editing->text), g_free));
}

/* Takes it. */
static gboolean
start_editor(Console *console, Editing *editing)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) argv = app_editor_command(console->app, editing->path);
  if (!console_loop_run(console, argv, &error) ||
      (editing->text = file_read(editing->path, LARGEST, &editing->length, &error)) == NULL) {
    g_autofree char *ended =
        error->domain != G_SPAWN_EXIT_ERROR && error->domain != G_SPAWN_ERROR
            ? NULL
            : g_strdup_printf(_("the editor “%s” ended with an error; the plan is as it was"),
                              app_editor(console->app));
    dialog_say(console, _("Change the plan"), ended != NULL ? ended : error->message);
    editing_free(editing);
    return FALSE;
  }
  console_start_job(console, job_start(_("reading the plan"), reading_run, editing, editing_free,
                                       NULL, reading_done, console));
  return TRUE;
}

gboolean
plan_file_edit(Console *console, const Plan *plan)
{
  if (console->app == NULL)
    return FALSE;
  g_autofree char *text = app_plan_write(console->app, plan);
  return edit_text(console, text);
}
