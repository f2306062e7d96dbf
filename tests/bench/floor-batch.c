/* The floor of changing: $batch requests by bare libcurl, always as many in flight,
 * and nothing read but the status.
 *
 *   floor-batch URL IN_FLIGHT FILE   (a body on each line; token in FLOOR_TOKEN) */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLIGHTS 64

typedef struct {
  char *rest; /* of the file in memory, from the next body on */
} Bodies;

static size_t
drop(char *data, size_t size, size_t n, void *user)
{
  (void)data;
  (void)user;
  return size * n;
}

/* The whole file, with an end. */
static char *
read_all(const char *path)
{
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0)
    return NULL;
  long length = ftell(file);
  char *bytes = calloc((size_t)length + 1, 1);
  rewind(file);
  if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length)
    exit(2);
  fclose(file);
  return bytes;
}

/* Cut off at its line's end; NULL when all are used. */
static char *
next_body(Bodies *bodies)
{
  char *body = bodies->rest, *end = strchr(body, '\n');
  if (!end)
    return NULL;
  *end = '\0';
  bodies->rest = end + 1;
  return body;
}

static int
start(CURLM *multi, CURL *curl, Bodies *bodies)
{
  char *body = next_body(bodies);
  if (!body)
    return 0;
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
  curl_multi_add_handle(multi, curl);
  return 1;
}

static CURL *
prepare(const char *url, struct curl_slist *headers)
{
  CURL *curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
  return curl;
}

/* Those that are answered make room for the next; the change of the number in flight. */
static int
turn(CURLM *multi, Bodies *bodies, int *answered)
{
  CURLMsg *message;
  int left, change = 0;
  while ((message = curl_multi_info_read(multi, &left))) {
    long status = 0;
    CURL *curl = message->easy_handle;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (message->data.result != CURLE_OK || status != 200) {
      fprintf(stderr, "floor-batch: status %ld\n", status);
      exit(1);
    }
    (*answered)++;
    curl_multi_remove_handle(multi, curl);
    change += start(multi, curl, bodies) - 1;
  }
  return change;
}

int
main(int argc, char **argv)
{
  const char *token = getenv("FLOOR_TOKEN");
  CURL *flights[FLIGHTS];
  char header[8192];
  int most = argc == 4 ? atoi(argv[2]) : 0, running = 0, in_flight = 0, answered = 0;
  char *file = argc == 4 ? read_all(argv[3]) : NULL;
  Bodies bodies = {file};
  if (!token || most < 1 || most > FLIGHTS || !file)
    return 2;
  snprintf(header, sizeof header, "Authorization: Bearer %s", token);
  struct curl_slist *headers = curl_slist_append(NULL, header);
  headers = curl_slist_append(headers, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Expect:");
  CURLM *multi = curl_multi_init();
  for (int i = 0; i < most; i++) {
    flights[i] = prepare(argv[1], headers);
    in_flight += start(multi, flights[i], &bodies);
  }
  while (in_flight > 0) {
    curl_multi_perform(multi, &running);
    in_flight += turn(multi, &bodies, &answered);
    if (in_flight > 0)
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  for (int i = 0; i < most; i++)
    curl_easy_cleanup(flights[i]);
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  free(file);
  printf("%d batches\n", answered);
  return 0;
}
