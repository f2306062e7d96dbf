/* The console. */
#pragma once

#include "app/app.h"
#include "app/records.h"

/* Beside the exit statuses of every command: what the person chose on the screen that is shown
 * when nothing is configured. The caller does it. */
#define CONSOLE_WANTS_DEMO  100
#define CONSOLE_WANTS_SETUP 101

/* What the command line lends to the console, so that neither has a way of its own. */
typedef struct {
  /* Writes rows (guint32) of a snapshot with the fields (FieldId) to a file; `format` is "csv",
   * "json", "jsonl" or "tsv". Called on a worker thread, as the next. */
  gboolean (*write_accounts)(const char *path, const char *format, const Snapshot *snapshot,
                             const GArray *rows, const GArray *fields, GError **error);
  /* The same for records; `columns` are keys separated by commas, in order. */
  gboolean (*write_records)(const char *path, const char *format, const Records *records,
                            const char *columns, GError **error);
} ConsoleHooks;

/* Runs the console on a terminal until the person leaves; the exit status, or one of the above.
 * `notice` (may be NULL) is shown in the message line at start. A terminal that is none, or that
 * cannot be used, is told on standard error. The locale must be set, and log_open() called, so that
 * nothing writes to the terminal beside it. */
int console_run(App *app, const char *notice, const ConsoleHooks *hooks);
