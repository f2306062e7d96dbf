/* The pages of a listing, read in place: whatever cJSON can read the reader gets
 * through to the end of, and both find the same next link. */
#include "base/json.h"
#include "graph/reader-private.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gsize
visit(Reader *reader)
{
  gsize length = 0, seen = 0;
  char *name = NULL;

  switch (reader_peek(reader)) {
  case READER_OBJECT:
    for (reader_enter(reader, READER_OBJECT); reader_member(reader, &name, &length);)
      seen += strlen(name) + visit(reader);
    return seen;
  case READER_ARRAY:
    for (reader_enter(reader, READER_ARRAY); reader_item(reader);)
      seen += 1 + visit(reader);
    return seen;
  case READER_STRING: {
    const char *text = reader_string(reader, &length);
    if (text) {
      g_assert_cmpuint(strlen(text), ==, length);
      g_assert_true(g_utf8_validate(text, (gssize)length, NULL));
    }
    return length;
  }
  case READER_TRUE:
  case READER_FALSE:
    return (gsize)reader_bool(reader);
  case READER_END:
  case READER_NULL:
  case READER_NUMBER:
    reader_skip(reader);
  }
  return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  gsize length = strlen(text);
  g_autofree char *link = reader_find_string(text, length, "@odata.nextLink");
  g_autofree char *walked = g_memdup2(text, length + 1);
  g_autofree char *skipped = g_memdup2(text, length + 1);
  Reader reader;

  g_assert_true(!link || g_utf8_validate(link, -1, NULL));
  reader_init(&reader, walked, length);
  visit(&reader);
  gboolean walked_through = !reader.failed && reader_at_end(&reader);
  reader_init(&reader, skipped, length);
  reader_skip(&reader);
  gboolean skipped_through = !reader.failed && reader_at_end(&reader);
  /* What is only skipped is not looked at as closely. */
  g_assert_true(!walked_through || skipped_through);
  return 0;
}
