/* JSON from outside: parsed or refused with an error, and whatever string was
 * in it is written so that it reads back the same. */
#include "base/json.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_string(const char *text)
{
  g_autoptr(GString) out = g_string_new(NULL);
  g_autoptr(GError) error = NULL;

  json_append_string(out, text);
  g_autoptr(cJSON) again = json_parse(out->str, out->len, "what was written", &error);
  g_assert_no_error(error);
  if (g_utf8_validate(text, -1, NULL))
    g_assert_cmpstr(cJSON_GetStringValue(again), ==, text);
}

static void
visit(const cJSON *node)
{
  for (; node; node = node->next) {
    if (cJSON_IsString(node))
      check_string(node->valuestring);
    if (cJSON_IsObject(node)) {
      json_string(node, "id");
      json_bool(node, "accountEnabled");
      json_int(node, "@odata.count", -1);
      json_array(node, "value");
      json_object(node, "error");
    }
    visit(node->child);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(cJSON) root = json_parse((const char *)data, size, "an answer", &error);

  g_assert_true((root != NULL) == (error == NULL));
  visit(root);
  return 0;
}
