/* Work that waits, off the UI thread: a function on a worker thread with values
 * it owns, talking back through messages that arrive on the main context. */
#pragma once

#include <gio/gio.h>

typedef struct Job Job;

/* Runs on the worker thread; may call job_post(). FALSE sets the error. */
typedef gboolean (*JobRun)(Job *job, gpointer data, GCancellable *cancellable, GError **error);
/* A message from job_post(), on the UI thread; owns `message` from then on. */
typedef void (*JobMessage)(gpointer message, gpointer user);
/* The end, on the UI thread, always exactly once; `error` NULL: all well. */
typedef void (*JobDone)(gpointer data, const GError *error, gpointer user);

/* Starts it; `title` is shown in the status line. `data` is the job's own and freed with
 * `data_free` after `done`. */
Job *job_start(const char *title, JobRun run, gpointer data, GDestroyNotify data_free,
               JobMessage message, JobDone done, gpointer user);
/* From the worker: sends a message to the UI thread; `message_free` is used when the job
 * was dropped before it arrived. */
void job_post(Job *job, gpointer message, GDestroyNotify message_free);
/* From the UI: asks it to stop; done still comes. */
void job_cancel(Job *job);
gboolean job_running(const Job *job);
const char *job_title(const Job *job);
/* Drops the UI's reference: no more messages, no done; a running one is cancelled and
 * waited for at exit. */
void job_unref(Job *job);
/* Cancels and joins whatever still runs; at the end of the program. No message and no
 * done comes any more. */
void job_join_all(void);
