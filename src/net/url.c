/* URLs: encoding, and the check that keeps a token at home. They are taken
 * apart by libcurl's own parser, because libcurl is who sends them: two
 * parsers that disagree about where the host ends would be a hole. */
#include "net/url.h"

#include "base/error.h"
#include "base/i18n.h"
#include "net/curl.h"
#include <string.h>

/* What decides where a request goes. */
typedef struct {
  char *scheme, *host, *port;
  gboolean user_info, extra;
} Origin;

static void
origin_clear(Origin *origin)
{
  curl_free(origin->scheme);
  curl_free(origin->host);
  curl_free(origin->port);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Origin, origin_clear)

static gboolean
has_part(CURLU *handle, CURLUPart part)
{
  char *text = NULL;
  gboolean there = curl_url_get(handle, part, &text, 0) == CURLUE_OK;
  curl_free(text);
  return there;
}

/* FALSE if it is no absolute URL with a host. */
static gboolean
origin_parse(const char *url, Origin *ret_origin)
{
  /* libcurl reads a backslash or a control character its own way: refuse. */
  for (const char *c = url; *c; c++)
    if ((guchar)*c <= ' ' || (guchar)*c >= 0x7f || *c == '\\')
      return FALSE;
  /* libcurl also takes "https:/host" and "https:///host" for an address. */
  const char *mark = strchr(url, ':');
  if (!mark || !g_str_has_prefix(mark, "://") || mark[3] == '/')
    return FALSE;
  CURLU *handle = curl_url();
  Origin origin = {0};
  gboolean ok = curl_url_set(handle, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                curl_url_get(handle, CURLUPART_SCHEME, &origin.scheme, 0) == CURLUE_OK &&
                curl_url_get(handle, CURLUPART_HOST, &origin.host, 0) == CURLUE_OK &&
                origin.host[0] &&
                curl_url_get(handle, CURLUPART_PORT, &origin.port, CURLU_DEFAULT_PORT) == CURLUE_OK;
  if (ok) {
    origin.user_info = has_part(handle, CURLUPART_USER) || has_part(handle, CURLUPART_PASSWORD);
    origin.extra = has_part(handle, CURLUPART_QUERY) || has_part(handle, CURLUPART_FRAGMENT);
    *ret_origin = origin;
  } else
    origin_clear(&origin);
  curl_url_cleanup(handle);
  return ok;
}

static gboolean
host_is_loopback(const char *host)
{
  if (g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
    return TRUE;
  /* 127.0.0.0/8, written as four numbers: not "127.example.com". */
  return g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host);
}

char *
url_encode(const char *text)
{
  return g_uri_escape_string(text, NULL, FALSE);
}

gboolean
url_same_origin(const char *url, const char *root)
{
  g_auto(Origin) a = {0};
  g_auto(Origin) b = {0};
  return origin_parse(url, &a) && origin_parse(root, &b) && !a.user_info &&
         g_ascii_strcasecmp(a.scheme, b.scheme) == 0 && g_ascii_strcasecmp(a.host, b.host) == 0 &&
         strcmp(a.port, b.port) == 0;
}

gboolean
url_is_loopback(const char *url)
{
  g_auto(Origin) origin = {0};
  return origin_parse(url, &origin) && host_is_loopback(origin.host);
}

gboolean
url_may_be_sent(const char *url)
{
  g_auto(Origin) origin = {0};
  if (!origin_parse(url, &origin) || origin.user_info)
    return FALSE;
  if (g_ascii_strcasecmp(origin.scheme, "https") == 0)
    return TRUE;
  return g_ascii_strcasecmp(origin.scheme, "http") == 0 && host_is_loopback(origin.host);
}

char *
url_host(const char *url)
{
  g_auto(Origin) origin = {0};
  return origin_parse(url, &origin) ? g_strdup(origin.host) : NULL;
}

/* An address that every parser reads alike, libcurl's among them: the configuration is checked
 * before each picture, and nearly always this is all that stands in it. */
static gboolean
is_plain_service(const char *url)
{
  static const char *const beginnings[] = {"https://", "http://127.0.0.1", "http://localhost"};
  const char *rest = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(beginnings) && rest == NULL; i++)
    if (g_str_has_prefix(url, beginnings[i]))
      rest = url + strlen(beginnings[i]);
  if (rest == NULL)
    return FALSE;
  /* After https:// a name of letters; after the others at once the port, or the end. */
  if (g_str_has_prefix(url, "https://")) {
    if (!g_ascii_isalpha(*rest))
      return FALSE;
    while (g_ascii_isalnum(*rest) || *rest == '-' || (*rest == '.' && g_ascii_isalnum(rest[1])))
      rest++;
  }
  if (*rest == ':') {
    gsize digits = strspn(++rest, "0123456789");
    if (digits < 1 || digits > 5 || *rest == '0' || g_ascii_strtoull(rest, NULL, 10) > 65535)
      return FALSE;
    rest += digits;
  }
  return *rest == '\0' || (*rest == '/' && rest[1] == '\0');
}

gboolean
url_check_service(const char *url, GError **error)
{
  if (is_plain_service(url))
    return TRUE;
  g_auto(Origin) origin = {0};
  const char *why = NULL;
  if (!origin_parse(url, &origin))
    why = _("it is no complete URL; write it as https://HOST");
  else if (origin.user_info)
    why = _("it may not contain a user name or a password");
  else if (origin.extra)
    why = _("it may not contain ? or #");
  else if (g_ascii_strcasecmp(origin.scheme, "http") == 0 && !host_is_loopback(origin.host))
    why = _("plain http is accepted for this machine alone (127.0.0.1, localhost); use https");
  else if (g_ascii_strcasecmp(origin.scheme, "http") && g_ascii_strcasecmp(origin.scheme, "https"))
    why = _("only https is accepted");
  if (!why)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG, _("The URL “%s” cannot be used: %s."), url,
              why);
  return FALSE;
}
