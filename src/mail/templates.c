/* Finding a mail's template: files of the administrator, then those that were
 * compiled in from data/templates. Filling them in is model/template's. */
#include "mail/templates.h"

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "mail/mail-templates.h"
#include <string.h>

#define SIZE_LIMIT (64 * 1024)
#define BUILT_IN   "/usher/templates"
#define NAME_CHARS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-"

/* The language's code of a locale: "de" of "de_AT.UTF-8"; NULL when it is none. */
static char *
language_code(const char *language)
{
  gsize length = language != NULL ? strcspn(language, "_-.@") : 0;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalpha(language[i]))
      return NULL;
  return length == 2 || length == 3 ? g_ascii_strdown(language, (gssize)length) : NULL;
}

/* The file's text; NULL with `error` unset when there is none. */
static char *
read_own(const char *dir, const char *name, const char *language, GError **error)
{
  g_autofree char *file = language != NULL ? g_strdup_printf("%s.%s.txt", name, language)
                                           : g_strdup_printf("%s.txt", name);
  g_autofree char *path = g_build_filename(dir, file, NULL);
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return NULL;
  gsize length;
  g_autofree char *text = file_read(path, SIZE_LIMIT, &length, error);
  if (text == NULL)
    return NULL;
  if (g_utf8_validate(text, (gssize)length, NULL))
    return g_steal_pointer(&text);
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
              _("The mail template %s is not UTF-8. Save it as UTF-8."), path);
  return NULL;
}

static gpointer
register_built_in(gpointer unused)
{
  return mail_templates_get_resource();
}

/* Once: the generated function answers NULL to a thread while another one is in its first call,
 * for GLib empties its list of what is to be registered before it registers it. */
static GResource *
built_in(void)
{
  static GOnce once = G_ONCE_INIT;
  return g_once(&once, register_built_in, NULL);
}

static char *
read_built_in(const char *name, const char *language)
{
  g_autofree char *path = g_strdup_printf(BUILT_IN "/%s.%s.txt", name, language);
  g_autoptr(GBytes) bytes =
      g_resource_lookup_data(built_in(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes == NULL)
    return NULL;
  gsize length;
  const char *data = g_bytes_get_data(bytes, &length);
  return g_strndup(data, length);
}

char *
mail_template_find(const char *dir, const char *name, const char *language, GError **error)
{
  if (*name == '\0' || strspn(name, NAME_CHARS) != strlen(name)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("“%s” is no name of a mail template: use letters, digits, - and _."), name);
    return NULL;
  }
  g_autofree char *code = language_code(language);
  GError *cause = NULL;
  char *text = NULL;
  if (dir != NULL && code != NULL)
    text = read_own(dir, name, code, &cause);
  if (dir != NULL && text == NULL && cause == NULL)
    text = read_own(dir, name, NULL, &cause);
  if (cause != NULL) {
    g_propagate_error(error, cause);
    return NULL;
  }
  if (text == NULL && code != NULL)
    text = read_built_in(name, code);
  if (text == NULL)
    text = read_built_in(name, "en");
  if (text == NULL)
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("There is no mail template “%s”: neither %s.txt in %s nor a built-in one."), name,
                name, dir != NULL ? dir : "templates");
  return text;
}
