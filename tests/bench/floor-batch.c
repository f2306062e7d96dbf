/* The floor of changing: the same $batch requests by bare libcurl, with the
 * same number in flight, and nothing read but the status.
 *
 *   floor-batch URL IN_FLIGHT BODY   (token in FLOOR_TOKEN, account ids on standard input) */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST    20
#define FLIGHTS 64

typedef struct {
  CURL *curl;
  char *body;
} Flight;

static size_t
drop(char *data, size_t size, size_t n, void *user)
{
  (void)data;
  (void)user;
  return size * n;
}

/* The next batch, or NULL when all ids are used. */
static char *
next_body(const char *change)
{
  char id[64];
  char *body = malloc(MOST * 1024);
  size_t length = (size_t)sprintf(body, "{\"requests\":[");
  unsigned n = 0;
  while (n < MOST && scanf("%63s", id) == 1)
    length += (size_t)sprintf(body + length,
                              "%s{\"id\":\"%u\",\"method\":\"PATCH\",\"url\":\"/users/%s\","
                              "\"headers\":{\"client-request-id\":"
                              "\"00000000-0000-4000-8000-%012u\","
                              "\"Content-Type\":\"application/json\"},\"body\":%s}",
                              n ? "," : "", n + 1, id, n + 1, change),
        n++;
  strcpy(body + length, "]}");
  if (n)
    return body;
  free(body);
  return NULL;
}

static int
start(CURLM *multi, Flight *flight, const char *change)
{
  free(flight->body);
  flight->body = next_body(change);
  if (!flight->body)
    return 0;
  curl_easy_setopt(flight->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(flight->body));
  curl_easy_setopt(flight->curl, CURLOPT_POSTFIELDS, flight->body);
  curl_multi_add_handle(multi, flight->curl);
  return 1;
}

static void
prepare(Flight *flight, const char *url, struct curl_slist *headers)
{
  flight->curl = curl_easy_init();
  curl_easy_setopt(flight->curl, CURLOPT_URL, url);
  curl_easy_setopt(flight->curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(flight->curl, CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(flight->curl, CURLOPT_PRIVATE, flight);
}

int
main(int argc, char **argv)
{
  const char *token = getenv("FLOOR_TOKEN");
  Flight flights[FLIGHTS] = {0};
  char header[8192];
  int most = argc == 4 ? atoi(argv[2]) : 0, running = 0, in_flight = 0, batches = 0, left;
  if (!token || most < 1 || most > FLIGHTS)
    return 2;
  snprintf(header, sizeof header, "Authorization: Bearer %s", token);
  struct curl_slist *headers = curl_slist_append(NULL, header);
  headers = curl_slist_append(headers, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Expect:");
  CURLM *multi = curl_multi_init();
  for (int i = 0; i < most; i++) {
    prepare(&flights[i], argv[1], headers);
    in_flight += start(multi, &flights[i], argv[3]);
  }
  while (in_flight > 0) {
    CURLMsg *message;
    curl_multi_perform(multi, &running);
    while ((message = curl_multi_info_read(multi, &left))) {
      long status = 0;
      Flight *flight;
      CURL *curl = message->easy_handle;
      curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
      curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&flight);
      if (message->data.result != CURLE_OK || status != 200) {
        fprintf(stderr, "floor-batch: status %ld\n", status);
        return 1;
      }
      batches++;
      curl_multi_remove_handle(multi, curl);
      in_flight += start(multi, flight, argv[3]) - 1;
    }
    if (in_flight > 0)
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  for (int i = 0; i < most; i++)
    curl_easy_cleanup(flights[i].curl);
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  printf("%d batches\n", batches);
  return 0;
}
