/* The variables of the environment that libcurl reads, in its order: the one
 * of the scheme, then all_proxy; no_proxy takes hosts out. http_proxy counts
 * in lower case alone, since a web server sets the other from a header. */
#include "net/proxy.h"

#include "net/curl.h"
#include "net/url.h"
#include <gio/gio.h>
#include <string.h>

static const char *
first_set(const char *const *names, const char **ret_name)
{
  for (; *names != NULL; names++) {
    const char *value = g_getenv(*names);
    if (value != NULL && *value != '\0') {
      *ret_name = *names;
      return value;
    }
  }
  return NULL;
}

/* One entry of no_proxy: a domain with all below it, an address, or a range of addresses. */
static gboolean
entry_matches(const char *entry, const char *url_host)
{
  gsize bracket = *url_host == '['; /* of an IPv6 address */
  g_autofree char *host = g_strndup(url_host + bracket, strlen(url_host) - 2 * bracket);
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
  if (g_str_equal(entry, "*"))
    return TRUE;
  if (address != NULL && (bracket || strchr(entry, '/') != NULL)) {
    g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(entry, NULL);
    return mask != NULL && g_inet_address_mask_matches(mask, address);
  }
  entry += *entry == '.';
  gsize long_ = strlen(host), short_ = strlen(entry);
  if (short_ == 0 || short_ > long_ || g_ascii_strcasecmp(host + long_ - short_, entry) != 0)
    return FALSE;
  return long_ == short_ || (address == NULL && host[long_ - short_ - 1] == '.');
}

static gboolean
is_excepted(const char *host, const char **ret_name)
{
  static const char *const names[] = {"no_proxy", "NO_PROXY", NULL};
  const char *list = first_set(names, ret_name);
  g_auto(GStrv) entries = g_strsplit_set(list == NULL ? "" : list, ", ", -1);
  for (char **entry = entries; *entry != NULL; entry++)
    if (entry_matches(*entry, host))
      return TRUE;
  return FALSE;
}

char *
proxy_for(const char *url, const char **ret_variable)
{
  static const char *const secure[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                       NULL};
  static const char *const plain[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
  const char *name = NULL, *except = NULL;
  g_autofree char *host = url_host(url);
  const char *proxy = first_set(g_ascii_strncasecmp(url, "https:", 6) == 0 ? secure : plain, &name);
  if (ret_variable != NULL)
    *ret_variable = NULL;
  if (proxy == NULL || host == NULL || url_is_loopback(url))
    return NULL;
  gboolean excepted = is_excepted(host, &except);
  if (ret_variable != NULL)
    *ret_variable = excepted ? except : name;
  return excepted ? NULL : g_strdup(proxy);
}

/* The schemes of proxies that libcurl knows, with its own ports for those that name none. */
static const struct {
  const char *scheme, *port;
} kinds[] = {
    {"http", "1080"},    {"https", "443"},   {"socks", "1080"},   {"socks4", "1080"},
    {"socks4a", "1080"}, {"socks5", "1080"}, {"socks5h", "1080"},
};

static const char *
usual_port(const char *scheme)
{
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_ascii_strcasecmp(kinds[i].scheme, scheme) == 0)
      return kinds[i].port;
  return NULL;
}

char *
proxy_shown(const char *proxy)
{
  CURLU *parts = curl_url();
  char *scheme = NULL, *host = NULL, *port = NULL, *shown = NULL;
  /* Without a scheme it is http, whatever the name begins with. */
  g_autofree char *whole =
      strstr(proxy, "://") == NULL ? g_strconcat("http://", proxy, NULL) : g_strdup(proxy);
  if (curl_url_set(parts, CURLUPART_URL, whole, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
      curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
      usual_port(scheme) != NULL && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
    curl_url_get(parts, CURLUPART_PORT, &port, 0);
    shown = g_strdup_printf("%s:%s", host, port == NULL ? usual_port(scheme) : port);
  }
  curl_free(scheme);
  curl_free(host);
  curl_free(port);
  curl_url_cleanup(parts);
  return shown;
}
