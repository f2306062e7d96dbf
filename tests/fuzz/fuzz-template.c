/* Mail templates as somebody wrote them: rendered or refused, and a subject
 * never brings a line of its own into the mail's head. */
#include "model/template.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  g_autofree char *subject = NULL, *body = NULL;
  g_autoptr(GError) error = NULL;

  g_hash_table_insert(values, (gpointer) "first", (gpointer) "Zoë {last}\nBcc: x@y.example");
  g_hash_table_insert(values, (gpointer) "last", (gpointer) "Müller");
  g_hash_table_insert(values, (gpointer) "sponsor", NULL);
  gboolean ok = template_render(text, values, &subject, &body, &error);
  g_assert_true(ok == (error == NULL));
  g_assert_true(ok == (subject != NULL) && ok == (body != NULL));
  if (ok)
    g_assert_null(strpbrk(subject, "\r\n"));
  return 0;
}
