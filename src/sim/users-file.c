/* People from a file: a CSV with Graph's property names in its first line, or
 * one JSON object a line with the same names. */
#include "sim/users-file.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "sim/pack.h"
#include "sim/sim.h"

/* One cell of CSV from `at`; returns the place behind it. */
static const char *
read_cell(const char *at, const char *end, char separator, GString *cell)
{
  gboolean quoted = at < end && *at == '"';

  g_string_truncate(cell, 0);
  for (at += quoted; at < end; at++) {
    if (quoted && *at == '"' && at + 1 < end && at[1] == '"')
      g_string_append_c(cell, *at++);
    else if (quoted && *at == '"')
      quoted = FALSE;
    else if (!quoted && (*at == separator || *at == '\n'))
      break;
    else if (quoted || *at != '\r')
      g_string_append_c(cell, *at);
  }
  return at;
}

/* "a;b" as a list of strings that each end in NUL. */
static void
set_list(Tenant *tenant, User *user, int field, const char *value)
{
  g_autofree char *list = g_strdup(value);
  gsize length = strlen(list) + 1;

  g_strdelimit(list, ";", '\0');
  pack_set(tenant, user, field, list, (gssize)length);
}

static guint32
read_moment(const char *value)
{
  gint64 moment = 0;

  return odata_parse_date(value, strlen(value), &moment) ? (guint32)moment : 0;
}

static void
set_flag(User *user, guint flag, gboolean on)
{
  user->flags = on ? user->flags | flag : user->flags & ~flag;
}

static gboolean
set_special(Tenant *tenant, guint32 slot, const char *name, const char *value)
{
  User *user = tenant_user(tenant, slot);

  if (g_ascii_strcasecmp(name, "accountEnabled") == 0)
    set_flag(user, USER_ENABLED,
             g_ascii_strcasecmp(value, "false") != 0 && strcmp(value, "0") != 0);
  else if (g_ascii_strcasecmp(name, "userType") == 0)
    set_flag(user, USER_GUEST, g_ascii_strcasecmp(value, "guest") == 0);
  else if (g_ascii_strcasecmp(name, "createdDateTime") == 0)
    user->created = read_moment(value);
  else if (g_ascii_strcasecmp(name, "lastSignInDateTime") == 0)
    user->signed_in = user->signed_in_quietly = read_moment(value);
  else
    return FALSE;
  return TRUE;
}

/* Groups and sponsors are looked up when all are known. */
static gboolean
set_relation(Tenant *tenant, guint32 slot, const char *name, const char *value)
{
  gboolean groups = g_ascii_strcasecmp(name, "groups") == 0;

  if (!groups && g_ascii_strcasecmp(name, "sponsors") != 0 &&
      g_ascii_strcasecmp(name, "manager") != 0)
    return FALSE;
  g_auto(GStrv) parts = g_strsplit(value, ";", -1);
  for (guint i = 0; parts[i]; i++) {
    char *part = g_strstrip(parts[i]);
    guint32 target =
        groups ? tenant_find_group_named(tenant, part) : tenant_find_user(tenant, part);
    if (target == NONE || target == slot)
      continue;
    if (groups)
      tenant_join(tenant, target, slot);
    else if (g_ascii_strcasecmp(name, "manager") == 0)
      tenant_user(tenant, slot)->manager = target;
    else if (!tenant_linked(tenant, tenant_user(tenant, slot)->sponsors, target))
      tenant_link(tenant, &tenant_user(tenant, slot)->sponsors, target);
  }
  return TRUE;
}

static void
set_value(Tenant *tenant, guint32 slot, const char *name, const char *value)
{
  int field = fields_find(name, -1);
  guint64 number;

  if (!*value || set_special(tenant, slot, name, value) || set_relation(tenant, slot, name, value))
    return;
  User *user = tenant_user(tenant, slot);
  if (g_ascii_strncasecmp(name, "extensionAttribute", 18) == 0 &&
      g_ascii_string_to_unsigned(name + 18, 10, 1, 15, &number, NULL)) {
    pack_set(tenant, user, UF_EXTENSION + (int)number, value, -1);
    return;
  }
  if (field < 0 || field == UF_ID)
    return; /* extra columns are nobody's harm */
  if (field == UF_OTHER_MAILS || field == UF_BUSINESS_PHONES || field == UF_PROXY_ADDRESSES)
    set_list(tenant, user, field, value);
  else
    pack_set(tenant, user, field, value, -1);
}

static gboolean
finish_user(Tenant *tenant, guint32 slot, guint line, const char *path, GError **error)
{
  User *user = tenant_user(tenant, slot);
  gsize length;
  const char *name = pack_get(tenant, user, UF_USER_PRINCIPAL_NAME, &length);

  if (!name || tenant_find_name(tenant, name, (gssize)length) != NONE) {
    g_set_error(error, SIM_ERROR, 0, "%s:%u: %s", path, line,
                name ? "the userPrincipalName is taken" : "there is no userPrincipalName");
    return FALSE;
  }
  if (!pack_get(tenant, user, UF_DISPLAY_NAME, &length)) {
    g_autofree char *copy = pack_dup(tenant, user, UF_USER_PRINCIPAL_NAME);
    pack_set(tenant, user, UF_DISPLAY_NAME, copy, -1);
  }
  if (!user->created)
    user->created = (guint32)tenant->born;
  tenant_index_user(tenant, slot);
  tenant->n_live++;
  return TRUE;
}

static gboolean
read_json_line(Tenant *tenant, const char *text, gsize length, guint line, const char *path,
               GError **error)
{
  cJSON *json = cJSON_ParseWithLength(text, length);
  const cJSON *item, *entry;

  if (!cJSON_IsObject(json)) {
    cJSON_Delete(json);
    g_set_error(error, SIM_ERROR, 0, "%s:%u: this is not a JSON object", path, line);
    return FALSE;
  }
  guint32 slot = tenant_add_user(tenant);
  cJSON_ArrayForEach(item, json)
  {
    GString *value = g_string_new(cJSON_GetStringValue(item));
    if (cJSON_IsBool(item))
      g_string_assign(value, cJSON_IsTrue(item) ? "true" : "false");
    cJSON_ArrayForEach(entry, item) if (cJSON_IsString(entry))
        g_string_append_printf(value, "%s%s", value->len ? ";" : "", entry->valuestring);
    set_value(tenant, slot, item->string, value->str);
    g_string_free(value, TRUE);
  }
  cJSON_Delete(json);
  return finish_user(tenant, slot, line, path, error);
}

static gboolean
read_json(Tenant *tenant, const char *text, const char *path, GError **error)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    if (*g_strstrip(lines[i]) &&
        !read_json_line(tenant, lines[i], strlen(lines[i]), i + 1, path, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_csv(Tenant *tenant, const char *text, gsize length, const char *path, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  GString *cell = g_string_new(NULL);
  const char *end = text + length, *head = memchr(text, '\n', length);
  char separator = head && memchr(text, ';', (gsize)(head - text)) ? ';' : ',';
  gboolean good = TRUE;
  guint line = 1;

  for (const char *at = text; at < end && good; at++, line++) {
    guint32 slot = names->len && *at != '\n' && *at != '\r' ? tenant_add_user(tenant) : NONE;
    gboolean is_head = names->len == 0;
    for (guint column = 0;; column++, at++) {
      at = read_cell(at, end, separator, cell);
      if (is_head)
        g_ptr_array_add(names, g_strdup(g_strstrip(cell->str)));
      else if (slot != NONE && column < names->len)
        set_value(tenant, slot, g_ptr_array_index(names, column), cell->str);
      if (at >= end || *at == '\n')
        break;
    }
    good = slot == NONE || finish_user(tenant, slot, line, path, error);
  }
  g_string_free(cell, TRUE);
  return good;
}

gboolean
users_file_read(Tenant *tenant, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents(path, &text, &length, error))
    return FALSE;
  if (!g_utf8_validate(text, (gssize)length, NULL)) {
    g_set_error(error, SIM_ERROR, 0, "%s: the file is not UTF-8", path);
    return FALSE;
  }
  const char *start = g_str_has_prefix(text, "\xef\xbb\xbf") ? text + 3 : text;
  gboolean good = *start == '{'
                      ? read_json(tenant, start, path, error)
                      : read_csv(tenant, start, length - (gsize)(start - text), path, error);
  tenant->n_seeded_users = tenant->users->len;
  return good;
}
