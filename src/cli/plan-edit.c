/* usher plan edit FILE: the file in the person's editor, back through the parser,
 * the difference shown, and replaced only by what is right. */
#include "app/app-change.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "cli/cli-private.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "model/plan-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_BYTES (256 * 1024 * 1024)

static gboolean
run_editor(const Cli *cli, const char *path, GError **error)
{
  int status = 0;
  g_auto(GStrv) argv = app_editor_command(cli->app, path);
  if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL, &status,
                    error))
    return FALSE;
  if (g_spawn_check_wait_status(status, NULL))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_FILE,
              _("the editor “%s” ended with an error; the plan is as it was"),
              app_editor(cli->app));
  return FALSE;
}

/* --- the difference --- */

static GHashTable *
count_lines(char **lines)
{
  GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);
  for (char **line = lines; *line; line++) {
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, *line));
    g_hash_table_replace(counts, *line, GUINT_TO_POINTER(n + 1));
  }
  return counts;
}

/* Lines of `lines` that `others` does not have (as often). */
static void
append_missing(GString *out, char **lines, char **others, char mark)
{
  g_autoptr(GHashTable) counts = count_lines(others);
  for (char **line = lines; *line; line++) {
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, *line));
    if (n > 0)
      g_hash_table_replace(counts, *line, GUINT_TO_POINTER(n - 1));
    else if (**line)
      g_string_append_printf(out, "%c %s\n", mark, *line);
  }
}

/* Alignment and the head are no difference: columns are squeezed, comments left out. */
static char **
plain_lines(const Plan *plan)
{
  g_autofree char *text = plan_file_write(plan, NULL);
  char **lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++) {
    g_autoptr(GString) squeezed = g_string_new(NULL);
    for (const char *at = *line; *at && **line != '#'; at++)
      if (*at != ' ' || at[1] != ' ')
        g_string_append_c(squeezed, *at);
    g_free(*line);
    *line = g_string_free(g_steal_pointer(&squeezed), FALSE);
  }
  return lines;
}

static char *
difference(const Plan *before, const Plan *after)
{
  g_auto(GStrv) old = plain_lines(before), new = plain_lines(after);
  GString *out = g_string_new(NULL);
  append_missing(out, old, new, '-');
  append_missing(out, new, old, '+');
  return g_string_free(out, FALSE);
}

/* --- editing --- */

/* Until it is right, or given up. NULL with the error. */
static Plan *
edit(Cli *cli, const char *path, const char *name, GError **error)
{
  for (;;) {
    gsize length;
    g_autoptr(GError) wrong = NULL;
    if (!run_editor(cli, path, error))
      return NULL;
    g_autofree char *text = file_read(path, MOST_BYTES, &length, error);
    if (!text)
      return NULL;
    Plan *plan = plan_file_read(text, length, name, &wrong);
    if (plan)
      return plan;
    say("%s", wrong->message);
    if (!isatty(STDIN_FILENO) ||
        !prompt_yes(_("Open the editor again? [y/N] "), cli->cancellable, NULL)) {
      g_propagate_error(error, g_steal_pointer(&wrong));
      return NULL;
    }
  }
}

static gboolean
keep(const Plan *before, Plan *after, const char *path, gboolean *ret_changed, GError **error)
{
  g_autofree char *changes = difference(before, after);
  *ret_changed = *changes != '\0';
  if (*ret_changed) {
    /* Whoever changes it has written it, and what was released is not this one. */
    g_free(after->who);
    after->who = app_who();
    after->made_at = clock_now();
    g_clear_pointer(&after->released_by, g_free);
    say("%s", g_strchomp(changes));
  } else if (g_strcmp0(before->reason, after->reason) == 0 &&
             g_strcmp0(before->title, after->title) == 0) {
    return TRUE;
  }
  g_autofree char *text = app_plan_write(NULL, after);
  return file_replace(path, text, strlen(text), 0600, error);
}

static int
finish(const char *temporary, const char *name, GError *error)
{
  if (temporary)
    g_unlink(temporary);
  return error ? say_error(name, error) : 0;
}

int
cli_plan_edit(Cli *cli)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  gboolean changed = FALSE;
  g_autofree char *temporary = NULL;
  const char *name = cli->arguments.action->name;
  const char *path = cli->arguments.request.arguments[0];
  cli->app = cli_open_app(cli, NULL); /* for its editor alone: not needed otherwise */
  g_autofree char *text = file_read(path, MOST_BYTES, &length, &error);
  g_autoptr(Plan) before = text ? plan_file_read(text, length, path, &error) : NULL;
  int fd = before ? g_file_open_tmp("usher-XXXXXX.plan", &temporary, &error) : -1;
  if (fd < 0)
    return finish(temporary, name, error);
  close(fd);
  if (!file_replace(temporary, text, length, 0600, &error))
    return finish(temporary, name, error);
  g_autoptr(Plan) after = edit(cli, temporary, path, &error);
  if (!after || !keep(before, after, path, &changed, &error))
    return finish(temporary, name, error);
  if (!cli->quiet && !changed)
    say(_("usher: %s: nothing was changed"), name);
  return finish(temporary, name, NULL);
}
