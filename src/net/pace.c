/* What the tenant asked of the application. A few numbers, read and written
 * anew under a lock of the file for each question, so that a process that dies leaves
 * nothing behind but numbers. They count from the start of the machine: those of
 * another one, or of an earlier start, say nothing and are begun anew. */
#include "net/pace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A Retry-After beyond this is a mistake of somebody's. */
#define LONGEST_WAIT (24 * 60 * 60)
/* Requests that were in flight together are refused together: that is one sign, not several. */
#define SAME_SIGN (G_TIME_SPAN_SECOND)

/* The documented refilling of the quota of writing: 3000 per 150 s (contract 3.5). */
#define WRITE_RATE 20.0
/* Changes are paced from here on, so that the share of the quota in use stays at the aim: there
 * they go as fast as it refills, below it faster, above it slower. It is the first share that the
 * service speaks of: what several processes have in flight until they hear of it must still fit. */
#define SHARE_PACED 0.8
#define SHARE_AIM   0.97
#define SHARE_GAIN  10.0
/* How long a quota that ran out without a warning keeps the pace. */
#define PACED_FOR (150 * G_TIME_SPAN_SECOND)
/* What the service said about its quota is old after this. */
#define SHARE_OLD (10 * G_TIME_SPAN_SECOND)

/* Before anything; what is later can be subtracted from it. */
#define LONG_AGO (G_MININT64 / 2)

/* Others hold the lock for microseconds; one that was stopped meanwhile is not waited for. */
#define LOCK_TRIES 20
#define LOCK_PAUSE 500

/* As it stands in the file, too. Moments are monotonic. */
typedef struct {
  guint64 begin;      /* of the machine and of this form; what differs is not ours */
  gint64 until;       /* everybody waits */
  gint64 paced_until; /* changes are paced */
  gint64 next_change; /* when the next may go */
  gint64 scaled_at;   /* when the pace was last found too fast */
  gint64 share_at;    /* when the share was said */
  double share;       /* of the quota, as last said */
  double scale;       /* of the documented rate: less when others use the same quota */
  gint64 says_share;
} State;

struct Pace {
  char *path; /* NULL: not shared (any more) */
  int fd;
  gboolean locked;
  guint64 begin;
  State state; /* as last read */
};

/* --- sharing --- */

/* Tells one start of a machine from the next, and from other machines; 0: there is no telling. */
static guint64
machine_begin(void)
{
  g_autofree char *boot = NULL;
  g_autofree char *clock = g_file_read_link("/proc/self/ns/time", NULL);
  if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL))
    return 0;
  g_autofree char *both = g_strdup_printf("1 %zu %s %s", sizeof(State), boot, clock ? clock : "");
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  guint64 begin;
  g_checksum_update(sum, (const guchar *)both, -1);
  g_checksum_get_digest(sum, digest, &length);
  memcpy(&begin, digest, sizeof begin);
  return begin;
}

static void
state_init(State *state, guint64 begin)
{
  *state = (State){.begin = begin, .scale = 1, .scaled_at = LONG_AGO};
}

Pace *
pace_new(const char *path)
{
  Pace *pace = g_new0(Pace, 1);
  pace->fd = -1;
  pace->begin = path ? machine_begin() : 0;
  pace->path = pace->begin ? g_strdup(path) : NULL;
  state_init(&pace->state, pace->begin);
  return pace;
}

static void
stop_sharing(Pace *pace)
{
  if (pace->fd >= 0)
    close(pace->fd);
  pace->fd = -1;
  g_clear_pointer(&pace->path, g_free);
}

void
pace_free(Pace *pace)
{
  if (!pace)
    return;
  stop_sharing(pace);
  g_free(pace);
}

/* Only a plain file of our own that nobody else writes. */
static gboolean
open_file(Pace *pace)
{
  struct stat file;
  if (pace->fd < 0 && pace->path)
    pace->fd = open(pace->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (pace->fd >= 0 && fstat(pace->fd, &file) == 0 && S_ISREG(file.st_mode) &&
      file.st_uid == geteuid() && (file.st_mode & 022) == 0)
    return TRUE;
  stop_sharing(pace);
  return FALSE;
}

/* What cannot be true is somebody's mistake. */
static gboolean
is_sound(const State *state, guint64 begin)
{
  gint64 far = g_get_monotonic_time() + (gint64)LONGEST_WAIT * G_TIME_SPAN_SECOND + PACED_FOR;
  return state->begin == begin && state->until <= far && state->paced_until <= far &&
         state->next_change <= far && LONG_AGO <= state->scaled_at && state->scaled_at <= far &&
         0 <= state->share_at && state->share_at <= far && state->scale >= 0.05 &&
         state->scale <= 1 && state->share >= 0 && state->share <= 100;
}

/* The numbers as they are now, locked if they are shared. */
static State *
state_take(Pace *pace)
{
  State found;
  if (!open_file(pace))
    return &pace->state;
  for (guint i = 0; i < LOCK_TRIES && !pace->locked; i++) {
    pace->locked = flock(pace->fd, LOCK_EX | LOCK_NB) == 0;
    if (!pace->locked)
      g_usleep(LOCK_PAUSE);
  }
  ssize_t length = pread(pace->fd, &found, sizeof found, 0);
  if (length == sizeof found && is_sound(&found, pace->begin))
    pace->state = found;
  else if (length >= 0) /* nothing yet, or not ours */
    state_init(&pace->state, pace->begin);
  return &pace->state;
}

static void
state_give_back(Pace *pace, gboolean changed)
{
  if (changed && pace->fd >= 0 &&
      pwrite(pace->fd, &pace->state, sizeof pace->state, 0) != sizeof pace->state)
    stop_sharing(pace); /* a full disk: alone from here on */
  if (pace->locked && pace->fd >= 0)
    flock(pace->fd, LOCK_UN);
  pace->locked = FALSE;
}

/* --- what was asked --- */

gint64
pace_until(Pace *pace)
{
  gint64 until = state_take(pace)->until;
  state_give_back(pace, FALSE);
  return until;
}

void
pace_slow_down(Pace *pace, int seconds, gboolean writes)
{
  State *state = state_take(pace);
  gint64 now = g_get_monotonic_time();
  /* Refused although paced: somebody else uses the quota as well. */
  if (writes && now < state->paced_until && now - state->scaled_at > SAME_SIGN) {
    state->scale = MAX(state->scale * 0.8, 0.05);
    state->scaled_at = now;
  }
  state->until = MAX(state->until, now + MIN(seconds, LONGEST_WAIT) * G_TIME_SPAN_SECOND);
  if (writes) {
    state->paced_until = state->until + PACED_FOR;
    state->next_change = MAX(state->next_change, state->until);
    if (state->says_share) {
      state->share = MAX(state->share, 1);
      state->share_at = now;
    }
  }
  state_give_back(pace, TRUE);
}

void
pace_report(Pace *pace, double share, gint64 asked)
{
  if (!(share >= 0)) /* no number */
    return;
  State *state = state_take(pace);
  gint64 now = g_get_monotonic_time();
  state->says_share |= share > 0;
  state->scale = MIN(state->scale + 0.005, 1);
  /* Answers come in any order: one that was asked for before the last was heard may be older, and
   * takes nothing back. */
  if (share >= state->share || asked >= state->share_at) {
    state->share = MIN(share, 100);
    state->share_at = now;
    if (share >= SHARE_PACED)
      state->paced_until = now + PACED_FOR;
    else if (state->says_share)
      state->paced_until = 0;
  }
  state_give_back(pace, TRUE);
}

/* Changes a second at present. */
static double
rate(const State *state, gint64 now)
{
  gboolean known = state->share > 0 && now - state->share_at < SHARE_OLD;
  double lead = known ? SHARE_GAIN * (SHARE_AIM - state->share) : 0;
  return MAX(WRITE_RATE * state->scale * (1 + lead), 0.5);
}

gint64
pace_charge(Pace *pace, guint n)
{
  State *state = state_take(pace);
  gint64 now = g_get_monotonic_time(), again = 0;
  gboolean paced = now < state->paced_until;
  if (paced && now < state->next_change)
    again = state->next_change;
  else if (paced)
    state->next_change = now + (gint64)(n / rate(state, now) * G_TIME_SPAN_SECOND);
  state_give_back(pace, paced && again == 0);
  return again;
}

gint64
pace_of(guint n)
{
  return (gint64)(n / WRITE_RATE * G_TIME_SPAN_SECOND);
}
