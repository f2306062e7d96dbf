/* The way to the service: which certificate authorities are trusted, proxies as
 * curl's users expect them, HTTP/2 where it is spoken, and in what words it is
 * said that the way is blocked. */
#include "net/http-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/proxy.h"
#include "net/url.h"
#include <string.h>

/* As the curl program does it; the library alone would not look there. */
static char *
from_environment(const char *const *names)
{
  for (; *names; names++) {
    const char *value = g_getenv(*names);
    if (value && *value)
      return g_strdup(value);
  }
  return NULL;
}

void
http_choose_authorities(HttpSession *session, const char *configured)
{
  static const char *const files[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE", NULL};
  static const char *const folders[] = {"SSL_CERT_DIR", NULL};
  session->ca_bundle = configured ? g_strdup(configured) : from_environment(files);
  session->ca_folder = configured ? NULL : from_environment(folders);
  session->options.ca_bundle = session->ca_bundle;
}

/* Proxies are libcurl's: https_proxy, all_proxy and no_proxy of the environment, and a name and
 * password in their address. */
void
http_set_network(CURL *easy, const HttpSession *session, const char *url)
{
  if (session->ca_bundle || session->ca_folder) {
    /* Both, since libcurl would go on trusting the system's in the one that is not set. */
    curl_easy_setopt(easy, CURLOPT_CAINFO, session->ca_bundle);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, session->ca_bundle);
    curl_easy_setopt(easy, CURLOPT_CAPATH, session->ca_folder);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, session->ca_folder);
  }
  curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
  if (url_is_loopback(url))
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* plain http never leaves the machine */
  /* Where the service speaks it; over TLS alone, where that is agreed on without a round trip. */
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
}

int
http_transfer_status(const Transfer *transfer)
{
  long status = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  return (int)status;
}

static gboolean
is_broken_answer(CURLcode code)
{
  return code == CURLE_PARTIAL_FILE || code == CURLE_WEIRD_SERVER_REPLY ||
         code == CURLE_BAD_CONTENT_ENCODING || code == CURLE_UNSUPPORTED_PROTOCOL ||
         code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM || code == CURLE_WRITE_ERROR;
}

/* Ended, or not begun: by the clock of this machine. The numbers are OpenSSL's. */
static gboolean
is_out_of_time(const Transfer *transfer, CURLcode code)
{
  enum { NOT_YET_VALID = 9, EXPIRED = 10 };
  long verdict = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
  return code == CURLE_PEER_FAILED_VERIFICATION && (verdict == NOT_YET_VALID || verdict == EXPIRED);
}

HttpTrouble
http_trouble(const Transfer *transfer, CURLcode code)
{
  long connect = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
  if (connect >= 300 || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY)
    return HTTP_TROUBLE_PROXY;
  if (code == CURLE_COULDNT_RESOLVE_HOST)
    return HTTP_TROUBLE_NAME;
  if (is_out_of_time(transfer, code))
    return HTTP_TROUBLE_TIME;
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR ||
      code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM ||
      code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CIPHER)
    return HTTP_TROUBLE_TLS;
  return transfer->sendings ? HTTP_TROUBLE_ANSWER : HTTP_TROUBLE_CONNECT;
}

/* libcurl's own words; not where they hold the address of the proxy, in which a password is. */
static const char *
words_of(const Transfer *transfer, CURLcode code)
{
  g_autofree char *proxy = proxy_for(transfer->request->url, NULL);
  gboolean clean = transfer->message[0] && !(proxy && strstr(transfer->message, proxy));
  return clean ? transfer->message : curl_easy_strerror(code);
}

/* An address that libcurl does not take for one of a proxy. */
static gboolean
set_proxy_error(const Transfer *transfer, GError **error)
{
  const char *variable = NULL;
  g_autofree char *proxy = proxy_for(transfer->request->url, &variable);
  g_autofree char *shown = proxy ? proxy_shown(proxy) : NULL;
  if (!proxy || shown)
    return FALSE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
              _("%s holds no address of a proxy. Write it as http://USER:PASSWORD@HOST:PORT, "
                "special characters %%-encoded (usher-auth(7))."),
              variable);
  return TRUE;
}

/* What stands between us and the service. */
static gboolean
set_way_error(const Transfer *transfer, CURLcode code, const char *host, const char *said,
              GError **error)
{
  long answer = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &answer);
  if (answer == 407)
    g_set_error(
        error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
        _("The proxy on the way to %s wants a user name and a password, or refuses those it "
          "was given: https_proxy=http://USER:PASSWORD@HOST:PORT"),
        host);
  else if (answer >= 300)
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                _("The proxy does not let us through to %s (status %ld)."), host, answer);
  else if (code == CURLE_COULDNT_RESOLVE_PROXY)
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                _("There is no such proxy (%s). Check https_proxy."), said);
  else if (is_out_of_time(transfer, code)) {
    g_autofree char *now = clock_format_time(clock_now());
    g_autofree char *today = clock_format_date(clock_now());
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                _("The certificate that %s shows is not valid at this time (%s). Is it really %s, "
                  "%s?"),
                host, said, today, now);
  } else if (code == CURLE_PEER_FAILED_VERIFICATION)
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                _("The certificate that %s shows is not trusted (%s). Where a proxy looks into the "
                  "traffic, name its certificate authority with ca_bundle."),
                host, said);
  else if (code == CURLE_SSL_CACERT_BADFILE)
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                _("The certificate authorities cannot be read from %s. Check ca_bundle, "
                  "SSL_CERT_FILE and CURL_CA_BUNDLE."),
                transfer->options->ca_bundle ? transfer->options->ca_bundle : said);
  else
    return FALSE;
  return TRUE;
}

static void
set_too_large(const Transfer *transfer, const char *host, GError **error)
{
  g_autoptr(GError) problem = g_error_new(
      USHER_ERROR, USHER_ERROR_PROTOCOL, _("The answer of %s is larger than the limit of %zu MiB."),
      host, MAX(transfer->options->max_body >> 20, 1));
  error_set_service(problem, http_transfer_status(transfer), NULL, NULL, -1);
  g_propagate_error(error, g_steal_pointer(&problem));
}

/* libcurl's words for what went wrong, in ours. */
void
http_set_error(const Transfer *transfer, CURLcode code, GError **error)
{
  g_autofree char *host = url_host(transfer->request->url);
  const char *said = words_of(transfer, code);
  if (transfer->too_large)
    set_too_large(transfer, host, error);
  else if (transfer->refused_repeat)
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                _("The connection to %s broke before its answer came."), host);
  else if (!transfer->sendings && set_proxy_error(transfer, error))
    return;
  else if (!transfer->sendings && set_way_error(transfer, code, host, said, error))
    return;
  else if (code == CURLE_OPERATION_TIMEDOUT)
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE,
                transfer->sendings ? _("%s did not answer in time (%s).")
                                   : _("No connection to %s in time (%s)."),
                host, said);
  else if (is_broken_answer(code))
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                _("The answer of %s is broken or cut off (%s)."), host, said);
  else if (transfer->sendings)
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE, _("The answer of %s was lost (%s)."),
                host, said);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE, _("Cannot reach %s (%s)."), host,
                said);
}
