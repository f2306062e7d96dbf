/* Without a name where the system can do that (O_TMPFILE), so that nothing is left behind
 * whatever happens; else under a name beside. */
#include "base/draft.h"

#include "base/error.h"
#include "base/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct Draft {
  char *path;
  char *beside; /* NULL: it has no name yet */
  int fd;
  int failed; /* errno of what went wrong first; 0: nothing */
  gsize claimed;
};

/* A name that nothing has; what follows would fail if something took it meanwhile. */
static char *
name_beside(const char *path)
{
  return g_strdup_printf("%s.%08x", path, g_random_int());
}

Draft *
draft_new(const char *path, int mode)
{
  Draft *draft = g_new0(Draft, 1);
  draft->path = g_strdup(path);
  draft->fd = -1;
#ifdef O_TMPFILE
  g_autofree char *folder = g_path_get_dirname(path);
  draft->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
#endif
  if (draft->fd < 0) {
    draft->beside = name_beside(path);
    draft->fd = open(draft->beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  }
  if (draft->fd < 0 || fchmod(draft->fd, (mode_t)mode) < 0)
    draft->failed = errno;
  return draft;
}

void
draft_free(Draft *draft)
{
  if (!draft)
    return;
  if (draft->fd >= 0)
    close(draft->fd);
  if (draft->beside)
    g_unlink(draft->beside);
  g_free(draft->beside);
  g_free(draft->path);
  g_free(draft);
}

static gboolean
write_at(Draft *draft, const char *data, gsize length, gsize at)
{
  while (length > 0 && !draft->failed) {
    ssize_t written = pwrite(draft->fd, data, length, (off_t)at);
    if (written < 0 && errno != EINTR)
      draft->failed = errno;
    if (written <= 0)
      continue;
    data += written;
    length -= (gsize)written;
    at += (gsize)written;
  }
  return !draft->failed;
}

/* Written and not only allocated: it is the memory of the system that takes long to get. */
void
draft_claim(Draft *draft, gsize size)
{
  static const char nothing[64 * 1024];
  while (draft->claimed < size && write_at(draft, nothing, sizeof nothing, draft->claimed))
    draft->claimed += sizeof nothing;
}

static gboolean
give_name(Draft *draft)
{
  if (draft->beside)
    return TRUE;
  char self[64];
  g_autofree char *name = name_beside(draft->path);
  g_snprintf(self, sizeof self, "/proc/self/fd/%d", draft->fd);
  if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) < 0)
    return FALSE;
  draft->beside = g_steal_pointer(&name);
  return TRUE;
}

static gboolean
put_in_place(Draft *draft, gsize length)
{
  if (draft->failed)
    return FALSE;
  if (ftruncate(draft->fd, (off_t)length) == 0 && give_name(draft) &&
      g_rename(draft->beside, draft->path) == 0) {
    g_clear_pointer(&draft->beside, g_free);
    return TRUE;
  }
  draft->failed = errno;
  return FALSE;
}

gboolean
draft_commit(Draft *draft, const char *data, gsize length, GError **error)
{
  write_at(draft, data, length, 0);
  if (put_in_place(draft, length))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, "%s: %s: %s", draft->path, _("cannot write"),
              g_strerror(draft->failed));
  return FALSE;
}
