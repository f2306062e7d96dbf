/* Continuous access evaluation: that we can meet a claims challenge is said with
 * every request for a token, and what a challenge demands is read from the
 * answer's WWW-Authenticate and sent along. Contract 2.5. */
#include "auth/token-private.h"

#include "base/json.h"
#include <string.h>

/* A challenge is a small object. */
#define CHALLENGE_MAX (16 * 1024)
#define TOKEN_CHARS   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~"

/* --- the header --- */

static const char *
skip(const char *at, const char *what)
{
  return at + strspn(at, what);
}

/* A value, quoted or bare (a bare one may be base64). The caller owns it. */
static char *
read_value(const char **at)
{
  const char *c = *at;
  g_autoptr(GString) value = g_string_new(NULL);
  if (*c != '"') {
    gsize length = strcspn(c, ", \t");
    g_string_append_len(value, c, (gssize)length);
    *at = c + length;
    return g_string_free(g_steal_pointer(&value), FALSE);
  }
  for (c++; *c && *c != '"'; c++) {
    if (*c == '\\' && c[1])
      c++;
    g_string_append_c(value, *c);
  }
  *at = *c ? c + 1 : c;
  return g_string_free(g_steal_pointer(&value), FALSE);
}

/* The encoded claims of the first Bearer challenge that has them and says why. */
static char *
find_claims(const char *header)
{
  gboolean bearer = FALSE, insufficient = FALSE;
  g_autofree char *claims = NULL;
  for (const char *at = skip(header, ", \t"); *at; at = skip(at, ", \t")) {
    gsize length = strspn(at, TOKEN_CHARS);
    const char *name = at, *after = skip(at + length, " \t");
    if (length == 0)
      break;
    if (*after != '=') { /* a scheme, and so another challenge */
      at += length;
      bearer = length == 6 && g_ascii_strncasecmp(name, "Bearer", 6) == 0;
      insufficient = FALSE;
      g_clear_pointer(&claims, g_free);
      continue;
    }
    at = skip(after + 1, " \t");
    g_autofree char *value = read_value(&at);
    if (length == 5 && g_ascii_strncasecmp(name, "error", 5) == 0)
      insufficient = strcmp(value, "insufficient_claims") == 0;
    else if (length == 6 && g_ascii_strncasecmp(name, "claims", 6) == 0 && !claims)
      claims = g_steal_pointer(&value);
    if (bearer && insufficient && claims)
      return g_steal_pointer(&claims);
  }
  return NULL;
}

/* Both alphabets, with and without padding. */
static char *
decode(const char *encoded, gsize *ret_length)
{
  g_autofree char *text = g_strdelimit(g_strdelimit(g_strdup(encoded), "-", '+'), "_", '/');
  g_strdelimit(text, "=", '\0');
  g_autofree char *padded = g_strconcat(text, &"==="[3 - (4 - strlen(text) % 4) % 4], NULL);
  return (char *)g_base64_decode(padded, ret_length);
}

char *
token_challenge_parse(const char *www_authenticate)
{
  g_autofree char *encoded = www_authenticate ? find_claims(www_authenticate) : NULL;
  gsize length = 0;
  if (!encoded || strlen(encoded) > CHALLENGE_MAX)
    return NULL;
  g_autofree char *claims = decode(encoded, &length);
  g_autoptr(cJSON) tree = cJSON_ParseWithLength(claims, length);
  return cJSON_IsObject(tree) ? cJSON_PrintUnformatted(tree) : NULL;
}

/* --- the parameter --- */

static void
add_capability(cJSON *access)
{
  static const char *const capabilities[] = {"cp1"};
  cJSON *entry = cJSON_CreateObject();
  cJSON_AddItemToObject(entry, "values",
                        cJSON_CreateStringArray(capabilities, G_N_ELEMENTS(capabilities)));
  cJSON_DeleteItemFromObjectCaseSensitive(access, "xms_cc");
  cJSON_AddItemToObject(access, "xms_cc", entry);
}

char *
token_claims(TokenSource *source, char **ret_challenge)
{
  g_mutex_lock(&source->lock);
  g_autofree char *challenge = g_strdup(source->challenge);
  g_mutex_unlock(&source->lock);
  g_autoptr(cJSON) tree = challenge ? cJSON_Parse(challenge) : cJSON_CreateObject();
  cJSON *access = cJSON_GetObjectItemCaseSensitive(tree, "access_token");
  if (!cJSON_IsObject(access)) {
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "access_token");
    access = cJSON_AddObjectToObject(tree, "access_token");
  }
  add_capability(access);
  char *claims = cJSON_PrintUnformatted(tree);
  if (ret_challenge)
    *ret_challenge = g_steal_pointer(&challenge);
  return claims;
}
