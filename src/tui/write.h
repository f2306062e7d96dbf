/* The file that a list is written to: asked for, checked, written by a job. The
 * formats themselves are the command line's. */
#pragma once

#include "tui/console-private.h"

typedef struct {
  /* On a worker thread. */
  gboolean (*run)(const ConsoleHooks *hooks, const char *path, const char *format, gpointer data,
                  GError **error);
  /* "12 accounts written to …"; the caller owns it. */
  char *(*said)(guint count, const char *path);
  GDestroyNotify data_free;
} WriteKind;

/* Asks where to, with `name` as a proposal without its ending, and writes `count` things; takes
 * `data`. `label` says what is written. */
void write_ask(Console *console, const WriteKind *kind, const char *label, const char *name,
               guint count, gpointer data);
