/* What the tenant asked of us, among threads and among processes: two throttles on one file are
 * two processes. */
#include "base/error.h"
#include "net/throttle.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *dir, *path;
  Throttle *one, *other;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp("usher-pace.XXXXXX", NULL);
  f->path = g_build_filename(f->dir, "pace", NULL);
  f->one = throttle_new_shared(4, f->path);
  f->other = throttle_new_shared(4, f->path);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  throttle_unref(f->one);
  throttle_unref(f->other);
  g_unlink(f->path);
  g_rmdir(f->dir);
  g_free(f->path);
  g_free(f->dir);
}

/* So many seconds, less what has passed since on a machine that is busy. */
static void
assert_waits(Throttle *throttle, guint seconds)
{
  guint waits = throttle_waiting(throttle, NULL);
  g_assert_cmpuint(waits, <=, seconds);
  g_assert_cmpuint(waits, >, seconds - 30);
}

static void
refuse(Throttle *throttle, int seconds)
{
  g_assert_true(throttle_enter(throttle, NULL, NULL));
  throttle_leave(throttle, seconds);
}

/* What one process was asked, the other does as well. */
static void
test_wait(Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  struct stat file;
  guint times;
  refuse(f->one, 100);
  assert_waits(f->other, 100);
  throttle_waiting(f->other, &times);
  g_assert_cmpuint(times, ==, 0);
  gint64 soon = g_get_monotonic_time() + G_TIME_SPAN_SECOND;
  g_assert_false(throttle_enter_until(f->other, soon, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_THROTTLED);
  g_assert_cmpint(g_stat(f->path, &file), ==, 0);
  g_assert_cmpuint(file.st_mode & 0777, ==, 0600);
  /* One that starts later knows it too; one that shares nothing does not. */
  g_autoptr(Throttle) later = throttle_new_shared(4, f->path);
  g_autoptr(Throttle) alone = throttle_new(4);
  assert_waits(later, 100);
  g_assert_cmpuint(throttle_waiting(alone, NULL), ==, 0);
}

/* One pace for both, not one for each. */
static void
test_pace(Fixture *f, gconstpointer data)
{
  gint64 begin = g_get_monotonic_time();
  throttle_slow_down(f->one, 0, TRUE);
  for (int i = 0; i < 3; i++) {
    g_assert_true(throttle_charge(f->one, 5, NULL, NULL));
    g_assert_true(throttle_charge(f->other, 5, NULL, NULL));
  }
  /* 30 at 20 a second, of which the last 5 are not waited for. */
  gint64 took = g_get_monotonic_time() - begin;
  g_assert_cmpint(took, >=, 1200 * G_TIME_SPAN_MILLISECOND);
  /* The service says that there is plenty: both go on at once. */
  throttle_report(f->one, 0.95, g_get_monotonic_time());
  throttle_report(f->one, 0, g_get_monotonic_time());
  begin = g_get_monotonic_time();
  for (int i = 0; i < 30; i++)
    g_assert_true(throttle_charge(f->other, 20, NULL, NULL));
  /* At 20 a second it would be 29 s. */
  g_assert_cmpint(g_get_monotonic_time() - begin, <, 15 * G_TIME_SPAN_SECOND);
}

/* Takes minutes' worth of changes, and asks for one more that does not wait. */
static gboolean
is_paced(Throttle *throttle)
{
  g_autoptr(GCancellable) cancelled = g_cancellable_new();
  g_cancellable_cancel(cancelled);
  return !throttle_charge(throttle, 10000, cancelled, NULL) ||
         !throttle_charge(throttle, 1, cancelled, NULL);
}

/* From the first share on that the service speaks of; and an answer that was under way before the
 * last one was heard takes nothing back, whoever hears it. */
static void
test_older(Fixture *f, gconstpointer data)
{
  gint64 before = g_get_monotonic_time() - G_TIME_SPAN_SECOND;
  throttle_report(f->one, 0, before);
  g_assert_false(is_paced(f->one));
  throttle_report(f->one, 0.8, before);
  g_assert_true(is_paced(f->one));
  throttle_report(f->other, 0, before);
  g_assert_true(is_paced(f->other));
  throttle_report(f->one, g_ascii_strtod("nan", NULL), g_get_monotonic_time());
  g_assert_true(is_paced(f->one));
  throttle_report(f->other, 0, g_get_monotonic_time());
  g_assert_false(is_paced(f->one));
  /* Nor does one that left before somebody was refused. */
  before = g_get_monotonic_time() - G_TIME_SPAN_SECOND;
  throttle_slow_down(f->one, 0, TRUE);
  throttle_report(f->other, 0.9, before);
  throttle_report(f->other, 0, before);
  g_assert_true(is_paced(f->one));
}

/* Waiting takes no leave, ends with a stop, and does not begin when it would be too long. */
static void
test_wait_only(Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancelled = g_cancellable_new();
  gint64 soon = g_get_monotonic_time() + G_TIME_SPAN_SECOND;
  for (int i = 0; i < 10; i++)
    g_assert_true(throttle_wait_until(f->one, G_MAXINT64, NULL, NULL));
  refuse(f->other, 1);
  g_assert_true(throttle_wait_until(f->one, G_MAXINT64, NULL, NULL));
  g_assert_cmpint(g_get_monotonic_time(), >=, soon);
  refuse(f->other, 100);
  g_assert_false(throttle_wait_until(f->one, soon, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_THROTTLED);
  g_clear_error(&error);
  g_cancellable_cancel(cancelled);
  g_assert_false(throttle_wait_until(f->one, G_MAXINT64, cancelled, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
}

typedef struct {
  Throttle *throttle;
  guint n;
  gint begun, *done, place;
} Charge;

static gpointer
charge(gpointer data)
{
  Charge *job = data;
  g_atomic_int_set(&job->begun, 1);
  g_assert_true(throttle_charge(job->throttle, job->n, NULL, NULL));
  job->place = g_atomic_int_add(job->done, 1);
  return NULL;
}

/* One change does not wait for all the batches that were there before it. */
static void
test_turns(Fixture *f, gconstpointer data)
{
  gint done = 0;
  Charge jobs[4];
  GThread *threads[G_N_ELEMENTS(jobs)];
  throttle_slow_down(f->one, 0, TRUE);
  g_assert_true(throttle_charge(f->one, 20, NULL, NULL)); /* the next second is taken */
  for (guint i = 0; i < G_N_ELEMENTS(jobs); i++) {
    jobs[i] = (Charge){f->one, i < 3 ? 20 : 1, 0, &done, -1};
    threads[i] = g_thread_new("charge", charge, &jobs[i]);
    while (!g_atomic_int_get(&jobs[i].begun))
      g_thread_yield();
  }
  for (guint i = 0; i < G_N_ELEMENTS(jobs); i++)
    g_thread_join(threads[i]);
  g_assert_cmpint(jobs[3].place, <=, 1);
}

static void
put_file(const Fixture *f, const char *bytes, gsize length)
{
  g_assert_true(g_file_set_contents_full(f->path, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                         0600, NULL));
}

/* Numbers of another machine, of an earlier start, or of nobody. */
static void
test_not_ours(Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;
  refuse(f->one, 100);
  g_assert_true(g_file_get_contents(f->path, &bytes, &length, NULL));
  bytes[0] ^= 1;
  put_file(f, bytes, length);
  g_autoptr(Throttle) elsewhere = throttle_new_shared(4, f->path);
  g_assert_cmpuint(throttle_waiting(elsewhere, NULL), ==, 0);

  bytes[0] ^= 1;
  memset(bytes + 8, 0x7f, 8);
  put_file(f, bytes, length);
  g_autoptr(Throttle) forever = throttle_new_shared(4, f->path);
  g_assert_cmpuint(throttle_waiting(forever, NULL), ==, 0);

  put_file(f, "x", 1);
  g_autoptr(Throttle) short_file = throttle_new_shared(4, f->path);
  refuse(short_file, 50);
  assert_waits(short_file, 50);
}

/* No number makes anybody wait without an end, or count beyond its range. */
static void
test_damaged(Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;
  throttle_slow_down(f->one, 0, TRUE);
  throttle_report(f->one, 0.95, g_get_monotonic_time());
  g_assert_true(g_file_get_contents(f->path, &bytes, &length, NULL));
  for (gsize last = 15; last < length; last += 8)
    for (int fill = 0x7f; fill <= 0x80; fill++) {
      g_autofree char *worse = g_memdup2(bytes, length);
      memset(worse + last, fill, 1);
      put_file(f, worse, length);
      g_autoptr(Throttle) damaged = throttle_new_shared(4, f->path);
      throttle_slow_down(damaged, 0, TRUE);
      g_assert_true(throttle_charge(damaged, 1, NULL, NULL));
      g_assert_cmpuint(throttle_waiting(damaged, NULL), <=, 1);
    }
}

/* Then each is alone, and works. */
static void
test_unusable(Fixture *f, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename(f->dir, "missing", "pace", NULL);
  g_autoptr(Throttle) lost = throttle_new_shared(4, nowhere);
  refuse(lost, 100);
  assert_waits(lost, 100);

  put_file(f, "", 0);
  g_assert_cmpint(g_chmod(f->path, 0666), ==, 0);
  refuse(f->one, 100);
  assert_waits(f->one, 100);
  g_assert_cmpuint(throttle_waiting(f->other, NULL), ==, 0);

  g_unlink(f->path);
  g_assert_cmpint(symlink("/dev/null", f->path), ==, 0);
  g_autoptr(Throttle) linked = throttle_new_shared(4, f->path);
  refuse(linked, 100);
  assert_waits(linked, 100);
}

/* A process that was stopped while it held the lock holds up nobody. */
static void
test_held(Fixture *f, gconstpointer data)
{
  refuse(f->one, -1);
  throttle_report(f->one, 0, g_get_monotonic_time());
  int fd = open(f->path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
  gint64 begin = g_get_monotonic_time();
  g_assert_true(throttle_enter(f->other, NULL, NULL));
  g_assert_true(throttle_charge(f->other, 1, NULL, NULL));
  throttle_leave(f->other, -1);
  g_assert_cmpint(g_get_monotonic_time() - begin, <, 20 * G_TIME_SPAN_SECOND);
  close(fd);
}

#define ADD(name, function)                                                                        \
  g_test_add("/throttle/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("shared/wait", test_wait);
  ADD("shared/pace", test_pace);
  ADD("shared/older", test_older);
  ADD("wait-only", test_wait_only);
  ADD("turns", test_turns);
  ADD("not-ours", test_not_ours);
  ADD("damaged", test_damaged);
  ADD("unusable", test_unusable);
  ADD("held", test_held);
  return g_test_run();
}
