/* The line on standard error that says how far something long is, for who watches: only
 * on a terminal, never when quiet, and gone before anything else is written there.
 * Blanks wipe it, no escape sequence. A reading is drawn by a thread of its own, so
 * that a slow answer shows as well, and what is quick shows nothing. */
#include "base/i18n.h"
#include "base/text.h"
#include "cli/cli-private.h"

#include <string.h>
#include <unistd.h>

#define BAR_LEAST 10
#define BAR_MOST  40
#define WANDERER  3
#define STEP_ROOM 40 /* cells for what a step is and on whom */
/* Milliseconds before anything is shown, and between two looks. */
#define QUICK 400
#define LOOK  150

struct Progress {
  int width; /* cells of the terminal */
  gboolean ascii;
  int shown;       /* cells of the line that stands there */
  GThread *thread; /* that draws a reading */
  GMutex lock;     /* guards all below */
  GCond changed;
  gboolean ends;
  guint so_far, looks;
  gint64 total;
};

Progress *
progress_new(const Cli *cli)
{
  const char *term = g_getenv("TERM");
  if (cli->quiet || !isatty(STDERR_FILENO) || !term || !*term || g_str_equal(term, "dumb"))
    return NULL;
  Progress *progress = g_new0(Progress, 1);
  progress->width = cli_terminal_width(STDERR_FILENO) - 1;
  progress->ascii = cli->style.ascii;
  g_mutex_init(&progress->lock);
  g_cond_init(&progress->changed);
  return progress;
}

static void
write_terminal(const char *text)
{
  gsize length = strlen(text);
  while (length > 0) {
    ssize_t n = write(STDERR_FILENO, text, length);
    if (n <= 0)
      return;
    text += n;
    length -= n;
  }
}

void
progress_line(Progress *progress, const char *text)
{
  g_autofree char *cut = text_clip(text, progress->width, progress->ascii);
  int cells = text_width(cut);
  g_autofree char *rest = g_strnfill((gsize)MAX(progress->shown - cells, 0), ' ');
  g_autofree char *line = g_strconcat("\r", cut, rest, NULL);
  write_terminal(line);
  progress->shown = cells;
}

static void
wipe(Progress *progress)
{
  if (progress->shown == 0)
    return;
  progress_line(progress, "");
  write_terminal("\r");
}

/* --- the bar --- */

/* As wide as the line has room for, with `room` cells left behind it. */
static void
append_bar(GString *line, Progress *progress, guint so_far, gint64 total, int room)
{
  int cells = MIN(progress->width - text_width(line->str) - 4 - room, BAR_MOST);
  if (cells < BAR_LEAST)
    return;
  /* Of an unknown number, a part that wanders. */
  int from = total > 0 ? 0 : (int)(progress->looks++ % (guint)(cells - WANDERER + 1));
  int to = total > 0 ? (int)(MIN((gint64)so_far, total) * cells / total) : from + WANDERER;
  g_string_append(line, "  [");
  for (int i = 0; i < cells; i++)
    g_string_append(line, i >= from && i < to ? (progress->ascii ? "#" : "█")
                          : progress->ascii   ? "-"
                                              : "░");
  g_string_append_c(line, ']');
}

void
progress_step(Progress *progress, guint so_far, guint total, const char *text)
{
  g_autoptr(GString) line = g_string_new(NULL);
  g_string_printf(line, "%u/%u", so_far, total);
  append_bar(line, progress, so_far, total, STEP_ROOM);
  g_string_append_printf(line, "  %s", text);
  progress_line(progress, line->str);
}

/* --- reading --- */

/* With the lock held. */
static void
draw_reading(Progress *progress)
{
  g_autoptr(GString) line = g_string_new(_("reading the accounts"));
  if (progress->so_far > 0 && progress->total > 0)
    g_string_append_printf(line, _(": %u of %u"), progress->so_far, (guint)progress->total);
  else if (progress->so_far > 0)
    g_string_append_printf(line, ": %u", progress->so_far);
  append_bar(line, progress, progress->so_far, progress->total, 0);
  progress_line(progress, line->str);
}

static gpointer
watch(gpointer data)
{
  Progress *progress = data;
  gint64 next = g_get_monotonic_time() + QUICK * G_TIME_SPAN_MILLISECOND;
  g_mutex_lock(&progress->lock);
  while (!progress->ends) {
    if (g_cond_wait_until(&progress->changed, &progress->lock, next))
      continue;
    draw_reading(progress);
    next = g_get_monotonic_time() + LOOK * G_TIME_SPAN_MILLISECOND;
  }
  g_mutex_unlock(&progress->lock);
  return NULL;
}

static void
on_reading(guint so_far, gint64 total, gpointer data)
{
  Progress *progress = data;
  g_mutex_lock(&progress->lock);
  progress->so_far = so_far;
  progress->total = total;
  if (!progress->thread)
    progress->thread = g_thread_new("usher-progress", watch, progress);
  g_mutex_unlock(&progress->lock);
}

void
progress_watch(Progress *progress, App *app)
{
  if (progress)
    app_on_reading(app, on_reading, progress);
}

void
progress_free(Progress *progress)
{
  if (!progress)
    return;
  g_mutex_lock(&progress->lock);
  progress->ends = TRUE;
  g_cond_broadcast(&progress->changed);
  g_mutex_unlock(&progress->lock);
  if (progress->thread)
    g_thread_join(progress->thread);
  wipe(progress);
  g_cond_clear(&progress->changed);
  g_mutex_clear(&progress->lock);
  g_free(progress);
}
