/* Preloaded into a program under test, so that the program needs no hook of its own: ends it at a
 * chosen moment of writing its store, or tells it that the disk is full. Only files whose name
 * contains "usher.db" count.
 *   USHER_KILL_AT=N      SIGKILL at the Nth fsync or fdatasync
 *   USHER_KILL_WHEN=     before (as it is asked for) or after (as it is done; the default)
 *   USHER_FULL_AT=N      every write and sync from the Nth on fails with ENOSPC */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define OURS "usher.db"

int fsync(int fd);
int fdatasync(int fd);
ssize_t write(int fd, const void *data, size_t size);
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset);

static atomic_long syncs, changes;

static long
number(const char *name)
{
  const char *text = getenv(name);
  return text != NULL ? strtol(text, NULL, 10) : 0;
}

static int
is_ours(int fd)
{
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0)
    return 0;
  path[length] = '\0';
  const char *name = strrchr(path, '/');
  return name != NULL && strstr(name, OURS) != NULL;
}

static int
is_full(int fd)
{
  long at = number("USHER_FULL_AT");
  if (at <= 0 || !is_ours(fd) || atomic_fetch_add(&changes, 1) + 1 < at)
    return 0;
  errno = ENOSPC;
  return 1;
}

static int
sync_file(const char *function, int fd)
{
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, function);
  if (is_full(fd))
    return -1;
  long at = number("USHER_KILL_AT");
  int now = at > 0 && is_ours(fd) && atomic_fetch_add(&syncs, 1) + 1 == at;
  const char *when = getenv("USHER_KILL_WHEN");
  if (now && when != NULL && strcmp(when, "before") == 0)
    raise(SIGKILL);
  int result = real(fd);
  if (now)
    raise(SIGKILL);
  return result;
}

int
fsync(int fd)
{
  return sync_file("fsync", fd);
}

int
fdatasync(int fd)
{
  return sync_file("fdatasync", fd);
}

ssize_t
write(int fd, const void *data, size_t size)
{
  ssize_t (*real)(int, const void *, size_t) =
      (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return is_full(fd) ? -1 : real(fd, data, size);
}

ssize_t
pwrite(int fd, const void *data, size_t size, off_t offset)
{
  ssize_t (*real)(int, const void *, size_t, off_t) =
      (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  return is_full(fd) ? -1 : real(fd, data, size, offset);
}

ssize_t
pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
  ssize_t (*real)(int, const void *, size_t, off64_t) =
      (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  return is_full(fd) ? -1 : real(fd, data, size, offset);
}
