/* doctor's checks of the way to the service: proxy, names, TLS, clock. */
#include "app/doctor-private.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/http.h"
#include "net/proxy.h"
#include "net/url.h"
#include <string.h>

/* More than this between our clock and the service's breaks tokens. */
#define SKEW_WARN 60
#define SKEW_FAIL (5 * 60)

/* A resolver that says nothing for so long is as good as none. */
#define RESOLVE_SECONDS 5

/* The two services of the profile; lent, NULL-terminated. */
static void
services(const Doctor *doctor, const char *ret_urls[3])
{
  const Profile *profile = app_profile(doctor->app);
  ret_urls[0] = profile->login_url;
  ret_urls[1] = g_str_equal(profile->login_url, profile->graph_url) ? NULL : profile->graph_url;
  ret_urls[2] = NULL;
}

/* --- proxy --- */

static void
check_proxy(Doctor *doctor)
{
  const char *urls[3];
  services(doctor, urls);
  for (guint i = 0; urls[i] != NULL; i++) {
    const char *variable = NULL;
    g_autofree char *host = url_host(urls[i]);
    g_autofree char *proxy = proxy_for(urls[i], &variable);
    g_autofree char *proxy_host = proxy == NULL ? NULL : proxy_shown(proxy);
    if (proxy == NULL)
      doctor_ok(doctor, variable == NULL
                            ? g_strdup_printf(_("none is used for %s"), host)
                            : g_strdup_printf(_("none is used for %s (%s)"), host, variable));
    else if (proxy_host == NULL)
      doctor_failed(
          doctor, 4, g_strdup_printf(_("%s holds no address of a proxy"), variable),
          g_strdup_printf(_("write it like this: %s=http://proxy.example:3128"), variable));
    else
      doctor_ok(doctor, g_strdup_printf(_("%s for %s (%s)"), proxy_host, host, variable));
  }
}

/* --- names --- */

typedef struct {
  GMainLoop *loop;
  GList *addresses;
  GError *error;
} Lookup;

static void
on_looked_up(GObject *source, GAsyncResult *result, gpointer data)
{
  Lookup *lookup = data;
  lookup->addresses = g_resolver_lookup_by_name_finish(G_RESOLVER(source), result, &lookup->error);
  g_main_loop_quit(lookup->loop);
}

static gboolean
on_silence(gpointer data)
{
  g_cancellable_cancel(data);
  return G_SOURCE_REMOVE;
}

/* The addresses of a host, or NULL with an error; not longer than RESOLVE_SECONDS. */
static GList *
look_up(const char *host, GError **error)
{
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(GCancellable) patience = g_cancellable_new();
  g_autoptr(GResolver) resolver = g_resolver_get_default();
  g_autoptr(GSource) timer = g_timeout_source_new_seconds(RESOLVE_SECONDS);
  Lookup lookup = {.loop = g_main_loop_new(context, FALSE)};
  g_main_context_push_thread_default(context);
  g_source_set_callback(timer, on_silence, patience, NULL);
  g_source_attach(timer, context);
  g_resolver_lookup_by_name_async(resolver, host, patience, on_looked_up, &lookup);
  g_main_loop_run(lookup.loop);
  g_source_destroy(timer);
  g_main_context_pop_thread_default(context);
  g_main_loop_unref(lookup.loop);
  if (lookup.error != NULL)
    g_propagate_error(error, lookup.error);
  return lookup.addresses;
}

static void
check_host(Doctor *doctor, const char *host)
{
  g_autoptr(GError) error = NULL;
  if (*host == '[' || g_hostname_is_ip_address(host)) { /* IPv6 has brackets in an address */
    doctor_ok(doctor, g_strdup_printf(_("%s is an address, not a name"), host));
    return;
  }
  GList *addresses = look_up(host, &error);
  guint v6 = 0, n = g_list_length(addresses);
  for (GList *one = addresses; one != NULL; one = one->next)
    v6 += g_inet_address_get_family(one->data) == G_SOCKET_FAMILY_IPV6;
  if (n > 0)
    doctor_ok(doctor, g_strdup_printf(ngettext("%s has %u address, %u of them IPv6",
                                               "%s has %u addresses, %u of them IPv6", n),
                                      host, n, v6));
  else
    doctor_failed(
        doctor, 4,
        g_strdup_printf(_("%s cannot be resolved: %s"), host, error ? error->message : "?"),
        g_strdup(_("check /etc/resolv.conf, the network, or set https_proxy if names are "
                   "resolved by a proxy here")));
  g_resolver_free_addresses(addresses);
}

/* With a proxy it is the proxy who looks names up; ours has to be found by us. */
static void
check_names(Doctor *doctor)
{
  const char *urls[3];
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  services(doctor, urls);
  for (guint i = 0; urls[i] != NULL; i++) {
    g_autofree char *proxy = proxy_for(urls[i], NULL);
    g_autofree char *host = proxy != NULL ? proxy_shown(proxy) : url_host(urls[i]);
    char *port = proxy != NULL && host != NULL ? strrchr(host, ':') : NULL;
    if (port != NULL)
      *port = '\0';
    if (host != NULL && g_hash_table_add(seen, g_strdup(host)))
      check_host(doctor, host);
  }
}

/* --- TLS --- */

/* NULL: what is usually done about the error. The caller owns it. */
static char *
advice_for(HttpTrouble trouble, const char *url)
{
  const char *variable = NULL;
  g_autofree char *proxy = proxy_for(url, &variable);
  switch (trouble) {
  case HTTP_TROUBLE_PROXY:
    return g_strdup(_("the proxy does not let us through: its address and password (https_proxy), "
                      "or no_proxy for hosts that need none"));
  case HTTP_TROUBLE_TLS:
    return g_strdup(_("if something between here and there opens TLS, set ca_bundle in the "
                      "profile to its certificate authority; else install ca-certificates"));
  case HTTP_TROUBLE_TIME:
    return g_strdup(_("set the clock (timedatectl set-ntp true); if it is right, the certificate "
                      "is to be renewed there"));
  case HTTP_TROUBLE_CONNECT:
    if (proxy != NULL)
      return g_strdup_printf(_("what does not answer is the proxy: correct its address in %s, or "
                               "name hosts that need none in no_proxy"),
                             variable);
    return g_strdup(_("a firewall may need a rule for port 443, or a proxy must be set "
                      "(https_proxy)"));
  case HTTP_TROUBLE_ANSWER:
    return g_strdup_printf(_("something on the way takes the connection and breaks it off; see how "
                             "“curl -v %s” fares"),
                           url);
  case HTTP_TROUBLE_NAME:
  case HTTP_TROUBLE_NONE:
    break;
  }
  return NULL;
}

/* Who examines a network that swallows everything is not kept waiting as a listing would be. */
#define REACH_MS 15000

/* Any answer will do: it shows that route and certificate are right. */
static void
reach(Doctor *doctor, const char *url)
{
  g_autoptr(GError) error = NULL;
  HttpTrouble trouble = HTTP_TROUBLE_NONE;
  HttpRequest request = {.method = "GET", .url = url, .body_length = -1, .trouble = &trouble};
  HttpOptions options = {.ca_bundle = app_profile(doctor->app)->ca_bundle,
                         .user_agent = "usher/" USHER_VERSION,
                         .total_timeout_ms = REACH_MS};
  g_autoptr(HttpSession) http = http_session_new(&options);
  g_autoptr(HttpResponse) response = http_send(http, &request, NULL, doctor->cancellable, &error);
  if (response == NULL) {
    doctor_failed_by(doctor, error, advice_for(trouble, url));
    return;
  }
  if (response->date != 0) {
    doctor->date = response->date;
    doctor->date_at = clock_now();
  }
  doctor_ok(doctor, g_strdup_printf(g_str_has_prefix(url, "https:")
                                        ? _("%s answers, its certificate is good")
                                        : _("%s answers (on this machine, without TLS)"),
                                    url));
}

static void
check_tls(Doctor *doctor)
{
  const char *urls[3];
  g_autoptr(GError) error = NULL;
  if (app_graph(doctor->app, &error) == NULL) {
    doctor_failed_by(doctor, error, NULL);
    return;
  }
  services(doctor, urls);
  for (guint i = 0; urls[i] != NULL; i++)
    reach(doctor, urls[i]);
}

/* --- clock --- */

static void
check_clock(Doctor *doctor)
{
  if (doctor->date == 0) {
    doctor_not_checked(doctor, g_strdup(_("the service does not tell the time")));
    return;
  }
  gint64 skew = doctor->date - doctor->date_at;
  g_autofree char *span = clock_format_span(ABS(skew));
  char *detail = g_strdup_printf(skew > 0   ? _("%s behind the service's")
                                 : skew < 0 ? _("%s ahead of the service's")
                                            : _("the same as the service's, to %s"),
                                 span);
  char *advice = g_strdup(_("set the clock (timedatectl set-ntp true)"));
  if (ABS(skew) >= SKEW_FAIL)
    doctor_failed(doctor, 1, detail, advice);
  else if (ABS(skew) >= SKEW_WARN)
    doctor_warn(doctor, detail, advice);
  else {
    doctor_ok(doctor, detail);
    g_free(advice);
  }
}

const DoctorCheck doctor_network[] = {
    {"proxy", "profile", check_proxy},
    {"names", "profile", check_names},
    {"tls", "profile proxy names", check_tls},
    {"clock", "tls", check_clock},
    {NULL, NULL, NULL},
};
