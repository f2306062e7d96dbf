/* GLib's log writer sent to a file or to nowhere, redacted either way. */
#include "base/log.h"

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROTATE_AT (1024 * 1024)

/* What a secret looks like when it strayed into a message: a JWT, a bearer
 * header, a named value, a redeem link. */
static const struct {
  const char *pattern;
  const char *replacement;
} redactions[] = {
    {"eyJ[A-Za-z0-9_-]{8,}(\\.[A-Za-z0-9_-]+){0,4}", "[redacted]"},
    {"(?i)(bearer\\s+)[A-Za-z0-9._~+/=-]+", "\\1[redacted]"},
    {"(?i)((?:client_secret|client_assertion|refresh_token|access_token|device_code|password|"
     "temporaryAccessPass|inviteRedeemUrl)\"?\\s*[=:]\\s*)(?:\"(?:[^\"\\\\]|\\\\.)*\"?|[^\"&\\s,}]+"
     ")",
     "\\1[redacted]"},
    {"https://[^\\s\"]*/redeem[^\\s\"]*", "[redacted]"},
};

/* Compiled once; a compiled expression may be used by several threads. */
static GRegex *const *
compiled(void)
{
  static GRegex *expressions[G_N_ELEMENTS(redactions)];
  static gsize once;
  if (g_once_init_enter(&once)) {
    for (gsize i = 0; i < G_N_ELEMENTS(redactions); i++)
      expressions[i] = g_regex_new(redactions[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
    g_once_init_leave(&once, 1);
  }
  return expressions;
}

char *
log_redact(const char *text)
{
  char *clean = g_utf8_make_valid(text, -1);
  for (gsize i = 0; i < G_N_ELEMENTS(redactions); i++) {
    const GRegex *regex = compiled()[i];
    char *next =
        regex ? g_regex_replace(regex, clean, -1, 0, redactions[i].replacement, 0, NULL) : NULL;
    g_free(clean);
    /* What could not be searched may hold anything. */
    clean = next ? next : g_strdup("[not shown]");
  }
  return clean;
}

/* GLib has no way to take a writer back, so what changes is where it writes; the
 * descriptor stays open for as long as the program runs. */
static gint log_fd = -1; /* atomic */

static GLogWriterOutput
write_entry(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  int fd = g_atomic_int_get(&log_fd);
  if (level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR))
    return g_log_writer_standard_streams(level, fields, n_fields, NULL);
  if (fd < 0)
    return G_LOG_WRITER_HANDLED;
  g_autofree char *line = g_log_writer_format_fields(level, fields, n_fields, FALSE);
  g_autofree char *clean = log_redact(line);
  g_autofree char *whole = g_strdup_printf("%s\n", clean);
  /* One write a line keeps the lines of several threads apart. */
  if (write(fd, whole, strlen(whole)) < 0)
    return G_LOG_WRITER_UNHANDLED;
  return G_LOG_WRITER_HANDLED;
}

static void
rotate(const char *path)
{
  struct stat info;
  if (stat(path, &info) < 0 || info.st_size < ROTATE_AT)
    return;
  g_autofree char *old = g_strdup_printf("%s.1", path);
  (void)g_rename(path, old);
}

gboolean
log_open(const char *path, GError **error)
{
  int fd = -1;
  if (path) {
    g_autofree char *folder = g_path_get_dirname(path);
    if (!file_make_private_dir(folder, error) || !file_check_private(path, error))
      return FALSE;
    rotate(path);
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_FILE, _("%s: cannot write the log: %s"), path,
                  g_strerror(errno));
      return FALSE;
    }
  }
  static gsize once;
  g_atomic_int_set(&log_fd, fd);
  if (g_once_init_enter(&once)) {
    g_log_set_writer_func(write_entry, NULL, NULL);
    g_once_init_leave(&once, 1);
  }
  return TRUE;
}
