/* Mail templates: "Subject: …", a blank line, text. Which file it comes from, and
 * what the placeholders mean, is for others. */
#include "model/template.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/secret.h"
#include "base/text.h"
#include <string.h>

/* A placeholder: letters, digits and _ between braces. Other braces are text. */
static gsize
placeholder_length(const char *at)
{
  gsize n = 1;
  while (g_ascii_isalnum(at[n]) || at[n] == '_')
    n++;
  return n > 1 && at[n] == '}' ? n + 1 : 0;
}

static void
unknown_placeholder(GHashTable *values, const char *name, guint number, GError **error)
{
  g_autofree char **known = (char **)g_hash_table_get_keys_as_array(values, NULL);
  const char *nearest = strlen(name) <= 40 ? text_nearest(name, (const char *const *)known) : NULL;
  if (nearest)
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("line %u of the mail template: there is no {%s}; did you mean {%s}?"), number,
                name, nearest);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("line %u of the mail template: there is no {%s}"), number, name);
}

/* One line with its values; NULL without an error when it is to be left out. A value may be a
 * password, so nothing is freed with its text in it. */
static GString *
render_line(const char *line, guint number, GHashTable *values, GError **error)
{
  GString *out = g_string_sized_new(1024);
  gboolean left_out = FALSE;
  while (*line) {
    gsize length = *line == '{' ? placeholder_length(line) : 0;
    if (length == 0) {
      g_string_append_c(out, *line++);
      continue;
    }
    g_autofree char *name = g_strndup(line + 1, length - 2);
    gpointer value = NULL;
    if (!g_hash_table_lookup_extended(values, name, NULL, &value)) {
      unknown_placeholder(values, name, number, error);
      secret_free_gstring(out);
      return NULL;
    }
    if (value)
      g_string_append(out, value);
    else
      left_out = TRUE;
    line += length;
  }
  if (!left_out)
    return out;
  secret_free_gstring(out);
  return NULL;
}

/* The first line. A newline in a value must not become a header of its own. */
static char *
render_subject(const char *line, GHashTable *values, GError **error)
{
  if (g_ascii_strncasecmp(line, "Subject:", 8) != 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("line 1 of the mail template must begin with “Subject:”"));
    return NULL;
  }
  GError *inner = NULL;
  GString *text = render_line(line + 8, 1, values, &inner);
  if (inner) {
    g_propagate_error(error, inner);
    return NULL;
  }
  g_autofree char *plain = text ? g_string_free(text, FALSE) : g_strdup("");
  char *subject = text_squeeze(plain);
  if (*subject)
    return subject;
  g_free(subject);
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
              _("line 1 of the mail template gives an empty subject"));
  return NULL;
}

static char *
render_body(char **lines, guint first, GHashTable *values, GError **error)
{
  GString *body = g_string_sized_new(8192);
  for (guint i = 0; lines[i]; i++) {
    GError *inner = NULL;
    GString *line = render_line(lines[i], first + i, values, &inner);
    if (inner) {
      g_propagate_error(error, inner);
      secret_free_gstring(body);
      return NULL;
    }
    if (!line)
      continue;
    g_string_append_len(body, line->str, (gssize)line->len);
    if (lines[i + 1])
      g_string_append_c(body, '\n');
    secret_free_gstring(line);
  }
  return g_string_free(body, FALSE);
}

gboolean
template_render(const char *template_text, GHashTable *values, char **ret_subject, char **ret_body,
                GError **error)
{
  g_auto(GStrv) lines = g_strsplit(template_text, "\n", -1);
  guint n = g_strv_length(lines);
  for (guint i = 0; i < n; i++)
    g_strchomp(lines[i]);
  if (n < 3 || *lines[1]) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("the mail template must have a line “Subject: …”, a blank line, and text"));
    return FALSE;
  }
  g_autofree char *subject = render_subject(lines[0], values, error);
  g_autofree char *body = subject ? render_body(lines + 2, 3, values, error) : NULL;
  if (!body)
    return FALSE;
  *ret_subject = g_steal_pointer(&subject);
  *ret_body = g_steal_pointer(&body);
  return TRUE;
}
