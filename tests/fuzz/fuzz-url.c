/* The check that keeps a token at home: whatever it calls the same origin must
 * begin with that origin, and nothing may follow the host but a port or path. */
#include "net/url.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char root[] = "https://graph.example.com";
  g_autofree char *url = g_strndup((const char *)data, size);

  if (url_same_origin(url, root)) {
    const char *rest = url + strlen(root);
    g_assert_cmpint(g_ascii_strncasecmp(url, root, strlen(root)), ==, 0);
    if (*rest == ':') {
      char *end = NULL;
      guint64 port = g_ascii_strtoull(rest + 1, &end, 10);
      g_assert_true(port == 443 || end == rest + 1);
      rest = end;
    }
    g_assert_true(!*rest || strchr("/?#", *rest));
    g_assert_true(url_may_be_sent(url));
  }
  url_is_loopback(url);
  url_check_service(url, NULL);
  g_free(url_host(url));

  g_autofree char *encoded = url_encode(url);
  for (const char *byte = encoded; *byte; byte++)
    g_assert_true(g_ascii_isalnum(*byte) || strchr("-._~%", *byte));
  return 0;
}
