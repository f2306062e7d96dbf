/* Completing a path. Hidden files only count when a dot was typed; a folder ends
 * in a slash, so that the next Tab looks into it. */
#include "tui/path-line.h"

#include <string.h>

#define MOST_CHOICES 20

char *
path_expand(const char *typed)
{
  g_autofree char *trimmed = g_strstrip(g_strdup(typed));
  return g_str_has_prefix(trimmed, "~/") ? g_build_filename(g_get_home_dir(), trimmed + 2, NULL)
                                         : g_steal_pointer(&trimmed);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those in the folder that begin so, sorted. */
static GPtrArray *
beginning_with(const char *folder, const char *beginning)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    if (!g_str_has_prefix(name, beginning) || (*name == '.' && *beginning != '.') ||
        !g_utf8_validate(name, -1, NULL))
      continue;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    gboolean is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
    g_ptr_array_add(names, g_strconcat(name, is_folder ? "/" : "", NULL));
  }
  g_ptr_array_sort(names, by_name);
  return names;
}

/* In whole characters. */
static gsize
common_length(const char *one, const char *other)
{
  const char *at = one;
  while (*at != '\0' && g_utf8_get_char(at) == g_utf8_get_char(other + (at - one)))
    at = g_utf8_next_char(at);
  return (gsize)(at - one);
}

static char *
listed(const GPtrArray *names)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < names->len && i < MOST_CHOICES; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "  " : "",
                           (const char *)g_ptr_array_index(names, i));
  return g_string_free(text, FALSE);
}

char *
path_complete(const char *typed, char **ret_choices)
{
  g_autofree char *trimmed = g_strchug(g_strdup(typed));
  const char *slash = strrchr(trimmed, '/');
  g_autofree char *before = g_strndup(trimmed, slash != NULL ? (gsize)(slash - trimmed) + 1 : 0);
  g_autofree char *folder = *before != '\0' ? path_expand(before) : g_strdup(".");
  g_autoptr(GPtrArray) names = beginning_with(folder, slash != NULL ? slash + 1 : trimmed);
  if (names->len == 0)
    return NULL;
  const char *first = g_ptr_array_index(names, 0);
  gsize length = strlen(first);
  for (guint i = 1; i < names->len; i++)
    length = MIN(length, common_length(first, g_ptr_array_index(names, i)));
  g_autofree char *common = g_strndup(first, length);
  if (ret_choices != NULL)
    *ret_choices = names->len > 1 ? listed(names) : NULL;
  return g_strconcat(before, common, NULL);
}
