/* Plan files as somebody sent them: read or refused with a place, and what was read is
 * written as a text that is read as the same. */
#include "model/plan-file.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *bytes = g_memdup2(data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(Plan) plan = plan_file_read(bytes ? bytes : "", size, "fuzz", &error);

  g_assert_true((plan != NULL) == (error == NULL));
  if (!plan) {
    g_assert_true(g_str_has_prefix(error->message, "fuzz:"));
    return 0;
  }
  g_autofree char *once = plan_file_write(plan, NULL);
  g_autoptr(Plan) again = plan_file_read(once, strlen(once), "again", &error);
  g_assert_no_error(error);
  g_autofree char *twice = plan_file_write(again, NULL);
  g_assert_cmpstr(once, ==, twice);
  return 0;
}
