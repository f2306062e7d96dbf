/* The floor of fetching: a bare kept-alive curl loop that looks for the next
 * link and for nothing else. */
#include "floor-fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The link as it stands in the JSON; the simulator and Graph escape nothing in it but "/". */
static char *
next_link(const char *body, size_t length, void *data)
{
  static const char key[] = "\"@odata.nextLink\":\"";
  unsigned *pages = data;
  const char *start = strstr(body, key);

  (*pages)++;
  if (!start)
    return NULL;
  start += strlen(key);
  const char *end = strchr(start, '"');
  char *link = end ? malloc((size_t)(end - start) + 1) : NULL;
  char *out = link;
  for (const char *c = start; link && c < end; c++)
    if (*c != '\\')
      *out++ = *c;
  if (out)
    *out = '\0';
  return link;
}

int
main(int argc, char **argv)
{
  unsigned pages = 0;

  if (argc != 2 || floor_fetch(argv[1], next_link, &pages) != 0)
    return 1;
  printf("%u pages\n", pages);
  return 0;
}
