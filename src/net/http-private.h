/* What the files of http share. */
#pragma once

#include "net/http.h"

#include "net/curl.h"

struct HttpSession {
  HttpOptions options;
  char *ca_bundle, *ca_folder, *user_agent;
  GMutex lock; /* of the idle connections */
  GQueue idle; /* Connection, the warmest at the head */
  CURLSH *share;
  GMutex share_locks[CURL_LOCK_DATA_LAST];
};

/* One call. */
typedef struct {
  const HttpRequest *request;
  const HttpOptions *options;
  CURL *easy;
  HttpResponse *response;
  gsize capacity, header_bytes;
  guint headers;
  guint sendings; /* how often libcurl was about to send it */
  gboolean too_large, refused_repeat;
  char message[CURL_ERROR_SIZE];
} Transfer;

/* Which certificate authorities are trusted: those configured (may be NULL), else the
 * environment's, else the system's. */
void http_choose_authorities(HttpSession *session, const char *configured);
/* Authorities, proxy and protocol of one transfer. */
void http_set_network(CURL *easy, const HttpSession *session, const char *url);

/* The status of the answer, 0: none has come. */
int http_transfer_status(const Transfer *transfer);
/* Where on the way it failed. */
HttpTrouble http_trouble(const Transfer *transfer, CURLcode code);
/* What went wrong, in our words. */
void http_set_error(const Transfer *transfer, CURLcode code, GError **error);
