/* Places, modes, and replacing a file whole. */
#include "base/file.h"

#include "base/error.h"
#include "base/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The environment is read anew each time (GLib keeps the first answer), so that
 * a program that makes itself another home, as the demo does, is believed. */
static char *
place(const char *variable, const char *below_home)
{
  const char *base = g_getenv(variable);
  if (base && g_path_is_absolute(base))
    return g_build_filename(base, "usher", NULL);
  const char *home = g_getenv("HOME");
  return g_build_filename(home && *home ? home : g_get_home_dir(), below_home, "usher", NULL);
}

char *
file_config_dir(void)
{
  return place("XDG_CONFIG_HOME", ".config");
}

char *
file_state_dir(void)
{
  return place("XDG_STATE_HOME", ".local/state");
}

char *
file_cache_dir(void)
{
  return place("XDG_CACHE_HOME", ".cache");
}

static gboolean
file_failure(const char *path, const char *what, int code, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, "%s: %s: %s", path, what, g_strerror(code));
  return FALSE;
}

G_GNUC_PRINTF(2, 3)
static gboolean
refuse(GError **error, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_FILE, message);
  return FALSE;
}

/* State and cache are ours; other folders (that of a plan, say) are the person's. */
static gboolean
is_our_folder(const char *path)
{
  g_autofree char *state = file_state_dir(), *cache = file_cache_dir();
  return strcmp(path, state) == 0 || strcmp(path, cache) == 0;
}

gboolean
file_check_place(const char *path, GError **error)
{
  struct stat info;
  g_autofree char *folder = g_path_get_dirname(path);
  while (stat(folder, &info) < 0 && strlen(folder) > 1) {
    char *parent = g_path_get_dirname(folder);
    g_free(folder);
    folder = parent;
  }
  if (geteuid() == 0 && stat(folder, &info) == 0 && info.st_uid != 0)
    return refuse(error, _("%s: the folder belongs to another user; use a folder of your own"),
                  folder);
  return TRUE;
}

gboolean
file_make_private_dir(const char *path, GError **error)
{
  struct stat info;
  if (!g_file_test(path, G_FILE_TEST_IS_DIR) && !file_check_place(path, error))
    return FALSE;
  if (g_mkdir_with_parents(path, 0700) < 0)
    return file_failure(path, _("cannot make the folder"), errno, error);
  if (stat(path, &info) < 0)
    return file_failure(path, _("cannot look at the folder"), errno, error);
  if (info.st_uid != geteuid())
    return refuse(error, _("%s: the folder belongs to another user; use a folder of your own"),
                  path);
  if (info.st_mode & (S_IWGRP | S_IWOTH))
    return refuse(error, _("%s: others may write to this folder; run: chmod 700 %s"), path, path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) && is_our_folder(path) && chmod(path, 0700) < 0)
    return file_failure(path, _("cannot close the folder to others"), errno, error);
  return TRUE;
}

gboolean
file_check_private(const char *path, GError **error)
{
  struct stat info;
  if (lstat(path, &info) < 0)
    return errno == ENOENT || file_failure(path, _("cannot look at the file"), errno, error);
  if (S_ISLNK(info.st_mode))
    return refuse(error,
                  _("%s: this is a symbolic link, which could lead anywhere; put the file itself "
                    "there, or name the place that it leads to"),
                  path);
  if (!S_ISREG(info.st_mode))
    return refuse(error, _("%s: this is no plain file; remove it"), path);
  if (info.st_uid != geteuid())
    return refuse(error, _("%s: the file belongs to another user"), path);
  if (info.st_mode & (S_IRWXG | S_IRWXO))
    return refuse(error, _("%s: others may read this file; run: chmod 600 %s"), path, path);
  return TRUE;
}

gboolean
file_check_trusted(const char *path, GError **error)
{
  struct stat info;
  if (stat(path, &info) < 0)
    return errno == ENOENT || file_failure(path, _("cannot look at the file"), errno, error);
  if (info.st_uid != geteuid() && info.st_uid != 0)
    return refuse(error,
                  _("%s: the file belongs to another user, who could make usher run anything; "
                    "take a copy of your own"),
                  path);
  if (S_ISREG(info.st_mode) && (info.st_mode & (S_IWGRP | S_IWOTH)))
    return refuse(error, _("%s: others may write to this file; run: chmod go-w %s"), path, path);
  return TRUE;
}

gboolean
file_is_readable_by_others(const char *path)
{
  struct stat info;
  return stat(path, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & (S_IRGRP | S_IROTH));
}

static gboolean
write_all(int fd, const char *data, gsize length)
{
  while (length > 0) {
    ssize_t written = write(fd, data, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return FALSE;
    data += written;
    length -= (gsize)written;
  }
  return TRUE;
}

static gboolean
replace_plain(const char *path, const char *data, gsize length, int mode, GError **error)
{
  g_autofree char *beside = g_strdup_printf("%s.XXXXXX", path);
  int fd = g_mkstemp_full(beside, O_RDWR | O_CLOEXEC, mode);
  if (fd < 0)
    return file_failure(path, _("cannot write"), errno, error);
  gboolean good = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, data, length) && fsync(fd) == 0;
  int code = errno;
  if (close(fd) < 0 && good) {
    code = errno;
    good = FALSE;
  }
  if (good && g_rename(beside, path) == 0)
    return TRUE;
  if (good)
    code = errno;
  g_unlink(beside);
  return file_failure(path, _("cannot write"), code, error);
}

/* A device or a pipe is written to: a file in its place would be the end of /dev/null. */
static gboolean
write_special(const char *path, const char *data, gsize length, GError **error)
{
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return file_failure(path, _("cannot write"), errno, error);
  gboolean good = write_all(fd, data, length);
  int code = errno;
  if (close(fd) < 0 && good) {
    code = errno;
    good = FALSE;
  }
  return good || file_failure(path, _("cannot write"), code, error);
}

/* The file that a link of ours or of root leads to; somebody else's is replaced itself. NULL: it is
 * no link, or leads nowhere. */
static char *
behind_link(const char *path)
{
  struct stat info;
  if (lstat(path, &info) < 0 || !S_ISLNK(info.st_mode) ||
      (info.st_uid != geteuid() && info.st_uid != 0))
    return NULL;
  char *target = realpath(path, NULL);
  char *copy = g_strdup(target);
  free(target);
  return copy;
}

gboolean
file_replace(const char *path, const char *data, gsize length, int mode, GError **error)
{
  struct stat info;
  g_autofree char *behind = behind_link(path);
  if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
    return write_special(path, data, length, error);
  return replace_plain(behind != NULL ? behind : path, data, length, mode, error);
}

/* Reads until the end or one byte past the limit. */
static gboolean
read_fd(int fd, gsize limit, GByteArray *into)
{
  guint8 buffer[65536];
  while (into->len <= limit) {
    ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got == 0;
    g_byte_array_append(into, buffer, (guint)got);
  }
  return TRUE;
}

char *
file_read(const char *path, gsize limit, gsize *ret_length, GError **error)
{
  gboolean standard = strcmp(path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    file_failure(path, _("cannot open"), errno, error);
    return NULL;
  }
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  gboolean good = read_fd(fd, limit, bytes);
  int code = errno;
  if (!standard)
    close(fd);
  if (!good) {
    file_failure(path, _("cannot read"), code, error);
    return NULL;
  }
  if (bytes->len > limit) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, _("%s: larger than %zu bytes"), path, limit);
    return NULL;
  }
  if (ret_length)
    *ret_length = bytes->len;
  g_byte_array_append(bytes, (const guint8 *)"", 1);
  return (char *)g_byte_array_free(g_steal_pointer(&bytes), FALSE);
}
