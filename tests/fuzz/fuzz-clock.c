/* Dates and spans as people and the service write them: read or refused, and
 * what was read can be written. */
#include "base/clock.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  gint64 moment = 0, again = 0, span = 0;

  if (clock_parse_moment(text, &moment, NULL)) {
    g_autofree char *iso = clock_format_iso(moment);
    g_assert_true(clock_parse_moment(iso, &again, NULL));
    g_assert_cmpint(again, ==, moment);
  }
  if (clock_parse_span(text, &span, NULL))
    g_free(clock_format_span(span));
  if (clock_parse_date(text, 1800000000, &moment, NULL))
    g_free(clock_format_relative(moment, 1800000000));
  return 0;
}
