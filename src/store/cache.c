/* The cached directory: one file per place and roster, replaced whole and
 * mapped. What is in it, and whether it is sound, is the snapshot's to say. */
#include "store/cache.h"

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include <glib/gstdio.h>
#include <string.h>

#define NAME_MAX_BYTES 60 /* of the readable part */
#define NOTE_BYTES     65536

/* "contoso.com-specialists-1f3a9c02.cache": readable, harmless as a file name, and different for
 * names that differ. */
static char *
path_for(const char *place, const char *part, const char *ending)
{
  g_autofree char *both = g_strdup_printf("%s\n%s", place, part);
  g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, both, -1);
  g_autofree char *readable = g_strdup_printf("%s-%s", place, part);
  g_strcanon(readable, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-.", '_');
  if (*readable == '.')
    *readable = '_';
  if (strlen(readable) > NAME_MAX_BYTES)
    readable[NAME_MAX_BYTES] = '\0';
  g_autofree char *name = g_strdup_printf("%s-%.8s.%s", readable, sum, ending);
  g_autofree char *dir = file_cache_dir();
  return g_build_filename(dir, name, NULL);
}

static char *
cache_path(const char *place, const char *roster)
{
  return path_for(place, roster, "cache");
}

/* An empty file whose time is when the tenant was changed. */
static char *
change_path(const char *tenant)
{
  return path_for(tenant, "", "changed");
}

static Snapshot *
none(GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND, _("Nothing is cached yet."));
  return NULL;
}

Snapshot *
cache_load(const char *place, const char *roster, GError **error)
{
  g_autofree char *path = cache_path(place, roster);
  /* What others could have written is not ours to trust. */
  gboolean trusted = file_check_private(path, NULL);
  g_autoptr(GMappedFile) file = trusted ? g_mapped_file_new(path, FALSE, NULL) : NULL;
  if (file == NULL) {
    if (!trusted)
      g_unlink(path);
    return none(error);
  }
  g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(file);
  GError *cause = NULL;
  Snapshot *snapshot = snapshot_new_from_bytes(bytes, &cause);
  if (snapshot != NULL)
    return snapshot;
  g_debug("cache %s removed: %s", path, cause->message);
  g_error_free(cause);
  g_unlink(path);
  return none(error);
}

Draft *
cache_draft(const char *place, const char *roster, GError **error)
{
  g_autofree char *dir = file_cache_dir();
  g_autofree char *path = cache_path(place, roster);
  return file_make_private_dir(dir, error) ? draft_new(path, 0600) : NULL;
}

gboolean
cache_commit(Draft *draft, const Snapshot *snapshot, GError **error)
{
  gsize length;
  g_autoptr(GBytes) bytes = snapshot_bytes(snapshot);
  const char *data = g_bytes_get_data(bytes, &length);
  return draft_commit(draft, data, length, error);
}

void
cache_forget(const char *place, const char *roster)
{
  g_autofree char *path = cache_path(place, roster);
  g_unlink(path);
}

static void
write_beside(const char *path, const char *text)
{
  g_autofree char *dir = file_cache_dir();
  g_autoptr(GError) error = NULL;
  if (!file_make_private_dir(dir, &error) || !file_replace(path, text, strlen(text), 0600, &error))
    g_debug("%s: %s", path, error->message);
}

void
cache_note(const char *place, const char *roster, const char *name, const char *text)
{
  g_autofree char *path = path_for(place, roster, name);
  g_autofree char *before = cache_noted(place, roster, name);
  if (g_strcmp0(before, text) != 0)
    write_beside(path, text);
}

char *
cache_noted(const char *place, const char *roster, const char *name)
{
  g_autofree char *path = path_for(place, roster, name);
  return file_check_private(path, NULL) ? file_read(path, NOTE_BYTES, NULL, NULL) : NULL;
}

void
cache_outdate(const char *tenant)
{
  g_autofree char *path = change_path(tenant);
  write_beside(path, "");
}

gint64
cache_outdated_at(const char *tenant)
{
  GStatBuf status;
  g_autofree char *path = change_path(tenant);
  return g_stat(path, &status) == 0 ? status.st_mtime : 0;
}
