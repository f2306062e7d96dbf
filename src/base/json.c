/* Thin, type-checked access to cJSON, and a writer without a tree. */
#include "base/json.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

cJSON *
json_parse(const char *text, gsize length, const char *what, GError **error)
{
  const char *end = NULL;
  g_autoptr(cJSON) tree = cJSON_ParseWithLengthOpts(text, length, &end, FALSE);
  if (!tree) {
    gsize offset = end && end >= text ? (gsize)(end - text) : 0;
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL, _("%s: no valid JSON at byte %zu of %zu"),
                what, offset, length);
    return NULL;
  }
  for (; end < text + length; end++)
    if (!g_ascii_isspace(*end)) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                  _("%s: unexpected text after the JSON, at byte %zu"), what, (gsize)(end - text));
      return NULL;
    }
  return g_steal_pointer(&tree);
}

const cJSON *
json_member(const cJSON *object, const char *name)
{
  const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
  return member && !cJSON_IsNull(member) ? member : NULL;
}

const char *
json_string(const cJSON *object, const char *name)
{
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

gboolean
json_bool(const cJSON *object, const char *name)
{
  return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

gint64
json_int(const cJSON *object, const char *name, gint64 fallback)
{
  const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
  if (!cJSON_IsNumber(member))
    return fallback;
  /* 2^53: beyond it a double no longer is a whole number. */
  double value = member->valuedouble;
  if (!(value >= -9007199254740992.0 && value <= 9007199254740992.0))
    return fallback;
  return (gint64)value;
}

const cJSON *
json_array(const cJSON *object, const char *name)
{
  const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsArray(member) ? member : NULL;
}

const cJSON *
json_object(const cJSON *object, const char *name)
{
  const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsObject(member) ? member : NULL;
}

/* What must be escaped: the quote, the backslash and everything below blank. */
static void
append_escape(GString *out, unsigned char c)
{
  static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (const char *s = shorts; *s; s += 2)
    if ((unsigned char)*s == c) {
      g_string_append_c(out, '\\');
      g_string_append_c(out, s[1]);
      return;
    }
  g_string_append_printf(out, "\\u%04x", c);
}

static gsize
plain_run(const char *text)
{
  const unsigned char *at = (const unsigned char *)text;
  while (*at >= 0x20 && *at != '"' && *at != '\\')
    at++;
  return (gsize)((const char *)at - text);
}

void
json_append_string(GString *out, const char *text)
{
  if (!text) {
    g_string_append(out, "null");
    return;
  }
  g_autofree char *valid = NULL;
  if (!g_utf8_validate(text, -1, NULL))
    text = valid = g_utf8_make_valid(text, -1);
  g_string_append_c(out, '"');
  while (*text) {
    gsize run = plain_run(text);
    g_string_append_len(out, text, (gssize)run);
    text += run;
    if (*text)
      append_escape(out, (unsigned char)*text++);
  }
  g_string_append_c(out, '"');
}

void
json_append_key(GString *out, const char *name)
{
  if (out->len && out->str[out->len - 1] != '{')
    g_string_append_c(out, ',');
  json_append_string(out, name);
  g_string_append_c(out, ':');
}
