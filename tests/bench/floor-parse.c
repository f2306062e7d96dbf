/* The floor of reading: the pages fetched with libcurl and only parsed with
 * cJSON, nothing kept. */
#include "floor-fetch.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static char *
parse(const char *body, size_t length, void *data)
{
  unsigned *accounts = data;
  cJSON *root = cJSON_ParseWithLength(body, length);
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(root, "value");
  const cJSON *link = cJSON_GetObjectItemCaseSensitive(root, "@odata.nextLink");
  char *next = cJSON_IsString(link) ? strdup(link->valuestring) : NULL;

  *accounts += (unsigned)cJSON_GetArraySize(value);
  cJSON_Delete(root);
  return next;
}

int
main(int argc, char **argv)
{
  unsigned accounts = 0;

  if (argc != 2 || floor_fetch(argv[1], parse, &accounts) != 0)
    return 1;
  printf("%u accounts\n", accounts);
  return 0;
}
