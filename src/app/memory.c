/* A key file with one section for each roster of a profile. It holds nothing
 * that would be missed, so nobody waits for the disk. */
#include "app/memory.h"

#include "base/file.h"

static char *
memory_path(char **ret_folder)
{
  *ret_folder = file_state_dir();
  return g_build_filename(*ret_folder, "console.conf", NULL);
}

/* "contoso/specialists"; NULL: nothing is configured. */
static char *
section_of(App *app)
{
  const Profile *profile = app_profile(app);
  const Roster *roster = app_roster(app);
  if (profile == NULL || roster == NULL)
    return NULL;
  char *section = g_strdup_printf("%s/%s", profile->name, roster->name);
  return g_strdelimit(section, "[]\n", '_');
}

char *
app_recall(App *app, const char *key)
{
  g_autofree char *section = section_of(app);
  g_autofree char *folder = NULL;
  g_autofree char *path = memory_path(&folder);
  g_autoptr(GKeyFile) memory = g_key_file_new();
  if (section == NULL || !g_key_file_load_from_file(memory, path, G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_key_file_get_string(memory, section, key, NULL);
}

void
app_remember(App *app, const char *key, const char *value)
{
  g_autofree char *section = section_of(app);
  g_autofree char *folder = NULL;
  g_autofree char *path = memory_path(&folder);
  g_autoptr(GKeyFile) memory = g_key_file_new();
  g_autoptr(GError) error = NULL;
  if (section == NULL)
    return;
  (void)g_key_file_load_from_file(memory, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  if (value != NULL)
    g_key_file_set_string(memory, section, key, value);
  else
    (void)g_key_file_remove_key(memory, section, key, NULL);
  gsize length = 0;
  g_autofree char *text = g_key_file_to_data(memory, &length, NULL);
  if (!file_make_private_dir(folder, &error) ||
      !g_file_set_contents_full(path, text, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_info("what was chosen is not remembered: %s", error->message);
}
