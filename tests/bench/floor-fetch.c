/* The loop of the floors: one easy handle, one growing buffer, no parsing. */
#include "floor-fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char *bytes;
  size_t length, room;
} Body;

static size_t
append(char *data, size_t size, size_t n, void *user)
{
  Body *body = user;
  size_t more = size * n;

  if (body->length + more + 1 > body->room) {
    size_t room = (body->length + more + 1) * 2;
    char *bytes = realloc(body->bytes, room);
    if (!bytes)
      return 0;
    body->bytes = bytes;
    body->room = room;
  }
  memcpy(body->bytes + body->length, data, more);
  body->length += more;
  body->bytes[body->length] = '\0';
  return more;
}

static int
fetch_all(CURL *curl, Body *body, const char *url, FloorPage page, void *data)
{
  char *next = strdup(url);

  while (next) {
    long status = 0;
    body->length = 0;
    curl_easy_setopt(curl, CURLOPT_URL, next);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    free(next);
    if (code != CURLE_OK || status != 200) {
      fprintf(stderr, "floor: %s, status %ld\n", curl_easy_strerror(code), status);
      return 1;
    }
    next = page(body->bytes, body->length, data);
  }
  return 0;
}

/* The header with the token, or NULL. */
static struct curl_slist *
sign_in(CURL *curl, Body *body)
{
  static const char key[] = "\"access_token\":\"";
  char header[8192];

  curl_easy_setopt(curl, CURLOPT_URL, getenv("FLOOR_TOKEN_URL"));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, getenv("FLOOR_TOKEN_FORM"));
  if (curl_easy_perform(curl) != CURLE_OK || !body->bytes)
    return NULL;
  char *token = strstr(body->bytes, key), *end = token ? strchr(token + strlen(key), '"') : NULL;
  if (!end)
    return NULL;
  *end = '\0';
  snprintf(header, sizeof header, "Authorization: Bearer %s", token + strlen(key));
  curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  return curl_slist_append(NULL, header);
}

int
floor_fetch(const char *url, FloorPage page, void *data)
{
  CURL *curl = curl_easy_init();
  Body body = {0};
  int status = 1;

  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  struct curl_slist *headers = sign_in(curl, &body);
  if (headers) {
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    status = fetch_all(curl, &body, url, page, data);
  }
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  free(body.bytes);
  return status;
}
