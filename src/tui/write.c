/* Asking for a file and writing it. A file that is there is replaced only when
 * that was agreed to. */
#include "tui/write.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "tui/dialog.h"
#include "tui/path-line.h"
#include <string.h>

typedef struct {
  const WriteKind *kind;
  const ConsoleHooks *hooks;
  guint count;
  gpointer data;
  char *path;
  const char *format;
} Writing;

/* What is between the question and the job; the windows only lend it to each other. */
typedef struct {
  Writing *writing; /* NULL: handed on */
} Asking;

static void
writing_free(gpointer data)
{
  Writing *writing = data;
  if (writing->kind->data_free != NULL)
    writing->kind->data_free(writing->data);
  g_free(writing->path);
  g_free(writing);
}

static void
asking_free(gpointer data)
{
  Asking *asking = data;
  g_clear_pointer(&asking->writing, writing_free);
  g_free(asking);
}

/* By the end of the name; NULL: none of them. */
static const char *
format_of(const char *path)
{
  static const char *const formats[] = {"csv", "json", "jsonl", "tsv"};
  const char *dot = strrchr(path, '.');
  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS(formats); i++)
    if (g_ascii_strcasecmp(dot + 1, formats[i]) == 0)
      return formats[i];
  return NULL;
}

static gboolean
writing_run(Job *job, gpointer data, GCancellable *cancellable, GError **error)
{
  Writing *writing = data;
  return writing->kind->run(writing->hooks, writing->path, writing->format, writing->data, error);
}

static void
writing_done(gpointer data, const GError *error, gpointer user)
{
  Writing *writing = data;
  g_autofree char *said =
      error != NULL ? g_strdup(error->message) : writing->kind->said(writing->count, writing->path);
  console_say(user, error != NULL ? STYLE_BAD : STYLE_GOOD, "%s", said);
}

static void
start_writing(Console *console, Asking *asking)
{
  Writing *writing = g_steal_pointer(&asking->writing);
  console_start_job(console, job_start(_("writing the file"), writing_run, writing, writing_free,
                                       NULL, writing_done, console));
}

static void
on_overwrite(Console *console, KeyCode key, gpointer data)
{
  if (key == 'o')
    start_writing(console, data);
}

static char *
check_path(Console *console, const char *text, gpointer data)
{
  g_autofree char *path = g_strstrip(g_strdup(text));
  if (*path == '\0')
    return g_strdup(_("A file name is needed."));
  if (format_of(path) == NULL)
    return g_strdup(_("The name must end in .csv, .json, .jsonl or .tsv."));
  return NULL;
}

static void
on_path(Console *console, const char *text, gpointer data)
{
  static const DialogKey keys[] = {{'o', N_("overwrite")}, {0, NULL}};
  Asking *asking = data;
  g_autofree char *trimmed = g_strstrip(g_strdup(text));
  Writing *writing = asking->writing;
  writing->format = format_of(trimmed);
  if (writing->format == NULL) /* the proposal was emptied, and Enter pressed at once */
    return;
  writing->path = path_expand(trimmed);
  if (!g_file_test(writing->path, G_FILE_TEST_EXISTS)) {
    start_writing(console, asking);
    return;
  }
  g_autofree char *question = g_strdup_printf(_("%s is there already."), writing->path);
  Asking *next = g_new0(Asking, 1);
  next->writing = g_steal_pointer(&asking->writing);
  console_push(console, dialog_new(_("Write"), question, keys, on_overwrite, next, asking_free));
}

void
write_ask(Console *console, const WriteKind *kind, const char *label, const char *name, guint count,
          gpointer data)
{
  if (count == 0 || console->hooks == NULL) {
    console_say(console, STYLE_WARN, _("There is nothing to write."));
    if (kind->data_free != NULL)
      kind->data_free(data);
    return;
  }
  Asking *asking = g_new0(Asking, 1);
  asking->writing = g_new0(Writing, 1);
  *asking->writing = (Writing){.kind = kind, .hooks = console->hooks, .count = count, .data = data};
  g_autofree char *date = clock_format_date(console_now(console));
  g_autofree char *proposal = g_strdup_printf("%s-%s.csv", name, date);
  console_push(console, prompt_new_path(_("Write what is shown"), label, proposal, check_path,
                                        on_path, asking, asking_free));
}
