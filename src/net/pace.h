/* What the tenant asked of the application as a whole, whoever of its processes was told: until
 * when everybody waits, and how fast changes may go. One file shared by the processes on this
 * machine, or the memory of one. Not for threads: the caller locks. */
#pragma once

#include <glib.h>

typedef struct Pace Pace;

/* `path` (NULL: not shared) is made when it is needed; its folder must be there. A file that
 * cannot be used is done without. */
Pace *pace_new(const char *path);
void pace_free(Pace *pace);

/* The moment (monotonic, microseconds) until which everybody waits; it may have passed. */
gint64 pace_until(Pace *pace);
/* Everybody waits `seconds`. `writes`: it was the quota of writing that ran out. */
void pace_slow_down(Pace *pace, int seconds, gboolean writes);
/* The share of its quota that the service says is used; 0: it did not say. `asked`: when the
 * request left at the earliest (monotonic). */
void pace_report(Pace *pace, double share, gint64 asked);
/* Takes leave for `n` changes: 0, or the moment when it is worth trying again. */
gint64 pace_charge(Pace *pace, guint n);
/* How long `n` changes take at the documented pace, in microseconds. */
gint64 pace_of(guint n);
