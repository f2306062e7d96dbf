/* Requests over HTTP: one blocking call that can be cancelled at once, over
 * kept-alive connections with TLS verified, gzip, limits of time and size. It
 * knows nothing of Graph and never repeats a request; libcurl, which sends again by itself
 * when a kept-alive connection turns out to be dead, may do so unless it is a `once`. */
#pragma once

#include "base/secret.h"
#include <gio/gio.h>

typedef struct HttpSession HttpSession;

typedef struct {
  const char *ca_bundle;    /* NULL: CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, or the system's */
  const char *user_agent;   /* "usher/0.1.0" */
  guint connect_timeout_ms; /* 0: 10 s */
  guint total_timeout_ms;   /* 0: 100 s */
  gsize max_body;           /* 0: 64 MiB; more is USHER_ERROR_PROTOCOL */
} HttpOptions;

/* Proxies come from the environment as curl reads it (https_proxy, all_proxy, no_proxy); what is
 * on this machine is reached without one. A session may be used by several threads at once: each
 * call takes an idle connection of its own. */
HttpSession *http_session_new(const HttpOptions *options);
void http_session_free(HttpSession *session);

/* What has arrived so far of a body whose status is below 300, decoded, in the thread that sends;
 * lent until it returns. It may begin anew when the request is sent again. */
typedef void (*HttpArriving)(const char *body, gsize length, gpointer data);

/* Where it ended, for who explains why. */
typedef enum {
  HTTP_TROUBLE_NONE,
  HTTP_TROUBLE_NAME,    /* the host, or the proxy's, cannot be resolved */
  HTTP_TROUBLE_PROXY,   /* the proxy does not let us through */
  HTTP_TROUBLE_CONNECT, /* no connection */
  HTTP_TROUBLE_TLS,     /* no TLS, or a certificate that is not trusted */
  HTTP_TROUBLE_TIME,    /* a certificate that is not valid by our clock */
  HTTP_TROUBLE_ANSWER   /* lost, late, cut off or too large */
} HttpTrouble;

typedef struct {
  const char *method; /* "GET" */
  const char *url;
  GPtrArray *headers;    /* char *: "Name: value"; may be NULL */
  const Secret *bearer;  /* Authorization: Bearer …; may be NULL */
  const char *body;      /* may be NULL */
  gssize body_length;    /* -1: up to the NUL */
  gboolean once;         /* must not be sent twice whatever happens to the connection */
  HttpArriving arriving; /* may be NULL */
  gpointer arriving_data;
  HttpTrouble *trouble; /* told of a failure; may be NULL */
} HttpRequest;

typedef struct {
  int status;
  char *body; /* NUL-terminated, may be empty */
  gsize length;
  GHashTable *headers; /* lower-case name → value (the last one; WWW-Authenticate: all) */
  gint64 date;         /* the service's clock from Date, 0 when absent */
} HttpResponse;

/* The value of a header (name in lower case), or NULL. Lent. */
const char *http_response_header(const HttpResponse *response, const char *name);
void http_response_free(HttpResponse *response);

/* Sends one request and waits. An answer of any status is a success here; redirects
 * are answers, not followed. USHER_ERROR_UNREACHABLE, _PROTOCOL (broken off, or with a
 * status: larger than the limit), _CANCELLED; `ret_maybe_processed` (may be NULL) tells
 * whether the request had left and so may have been processed. Small bodies are wiped when freed.
 */
HttpResponse *http_send(HttpSession *session, const HttpRequest *request,
                        gboolean *ret_maybe_processed, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpSession, http_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpResponse, http_response_free)
