/* Jobs: one worker thread each, messages through the main context. The UI's
 * handle and the worker share one reference-counted block; whichever is last
 * frees it. A job that the UI has dropped goes on until it notices that it is
 * cancelled, and is waited for at exit. */
#include "app/job.h"

struct Job {
  char *title;
  JobRun run;
  gpointer data;
  GDestroyNotify data_free;
  JobMessage message;
  JobDone done;
  gpointer user;
  GCancellable *cancellable;
  GError *error;
  GThread *thread;
  gint dropped;  /* atomic: the UI wants no more messages */
  gint finished; /* atomic: `done` was delivered, or nobody wants it */
};

typedef struct {
  Job *job;
  gpointer message;
  GDestroyNotify message_free;
} Post;

/* The jobs whose thread has not been joined yet. It lives as long as the program;
 * the lock is only held to add, take and count. */
static GMutex running_lock;
static GPtrArray *running;

static void
job_clear(gpointer memory)
{
  Job *job = memory;
  if (job->data_free != NULL)
    job->data_free(job->data);
  g_clear_error(&job->error);
  g_object_unref(job->cancellable);
  g_free(job->title);
}

static void
job_release(Job *job)
{
  g_atomic_rc_box_release_full(job, job_clear);
}

static void
running_add(Job *job)
{
  g_mutex_lock(&running_lock);
  if (running == NULL)
    running = g_ptr_array_new();
  g_ptr_array_add(running, job);
  g_mutex_unlock(&running_lock);
}

static void
running_join(Job *job)
{
  g_mutex_lock(&running_lock);
  gboolean mine = running != NULL && g_ptr_array_remove(running, job);
  g_mutex_unlock(&running_lock);
  if (mine) {
    g_thread_join(job->thread);
    job_release(job); /* the list's reference */
  }
}

static gboolean
deliver_done(gpointer data)
{
  Job *job = data;
  g_atomic_int_set(&job->finished, TRUE);
  if (!g_atomic_int_get(&job->dropped) && job->done != NULL)
    job->done(job->data, job->error, job->user);
  running_join(job);
  job_release(job);
  return G_SOURCE_REMOVE;
}

static gpointer
worker(gpointer data)
{
  Job *job = data;
  if (!job->run(job, job->data, job->cancellable, &job->error) && job->error == NULL)
    g_set_error_literal(&job->error, G_IO_ERROR, G_IO_ERROR_FAILED, job->title);
  g_idle_add_full(G_PRIORITY_DEFAULT, deliver_done, g_atomic_rc_box_acquire(job), NULL);
  job_release(job);
  return NULL;
}

Job *
job_start(const char *title, JobRun run, gpointer data, GDestroyNotify data_free,
          JobMessage message, JobDone done, gpointer user)
{
  Job *job = g_atomic_rc_box_new0(Job);
  job->title = g_strdup(title);
  job->run = run;
  job->data = data;
  job->data_free = data_free;
  job->message = message;
  job->done = done;
  job->user = user;
  job->cancellable = g_cancellable_new();
  g_atomic_rc_box_acquire(job); /* for the worker */
  g_atomic_rc_box_acquire(job); /* for the list */
  /* The thread is named before it is on the list, so that whoever finds it can join it. */
  job->thread = g_thread_new("usher-job", worker, job);
  running_add(job);
  return job;
}

static gboolean
deliver_post(gpointer data)
{
  Post *post = data;
  if (!g_atomic_int_get(&post->job->dropped) && post->job->message != NULL) {
    gpointer message = g_steal_pointer(&post->message);
    post->job->message(message, post->job->user);
  }
  return G_SOURCE_REMOVE;
}

static void
post_free(gpointer data)
{
  Post *post = data;
  if (post->message != NULL && post->message_free != NULL)
    post->message_free(post->message);
  job_release(post->job);
  g_free(post);
}

void
job_post(Job *job, gpointer message, GDestroyNotify message_free)
{
  Post *post = g_new0(Post, 1);
  post->job = g_atomic_rc_box_acquire(job);
  post->message = message;
  post->message_free = message_free;
  g_idle_add_full(G_PRIORITY_DEFAULT, deliver_post, post, post_free);
}

void
job_cancel(Job *job)
{
  g_cancellable_cancel(job->cancellable);
}

gboolean
job_running(const Job *job)
{
  return !g_atomic_int_get(&((Job *)job)->finished);
}

const char *
job_title(const Job *job)
{
  return job->title;
}

void
job_unref(Job *job)
{
  if (job == NULL)
    return;
  g_atomic_int_set(&job->dropped, TRUE);
  if (job_running(job))
    job_cancel(job);
  job_release(job);
}

void
job_join_all(void)
{
  for (;;) {
    g_mutex_lock(&running_lock);
    Job *job = running != NULL && running->len > 0
                   ? g_atomic_rc_box_acquire(g_ptr_array_index(running, 0))
                   : NULL;
    g_mutex_unlock(&running_lock);
    if (job == NULL)
      break;
    g_atomic_int_set(&job->dropped, TRUE);
    job_cancel(job);
    running_join(job);
    job_release(job);
  }
}
