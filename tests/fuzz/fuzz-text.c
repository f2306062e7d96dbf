/* Text from outside: made visible it stays visible, clipped it fits, and
 * folded twice it is the same as folded once. */
#include "base/text.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autofree char *visible = text_visible(text);

  g_assert_true(g_utf8_validate(visible, -1, NULL));
  g_assert_true(text_is_visible(visible));
  for (int cells = 0; cells < 12; cells += 3) {
    g_autofree char *clipped = text_clip(visible, cells, cells % 2);
    g_assert_cmpint(text_width(clipped), <=, cells);
  }

  g_autofree char *folded = text_fold(visible);
  g_autofree char *again = text_fold(folded);
  g_assert_cmpstr(folded, ==, again);

  g_autofree char *squeezed = text_squeeze(visible);
  g_assert_cmpuint(strlen(squeezed), <=, strlen(visible));
  return 0;
}
