/* What a service says of a refused token (WWW-Authenticate), and what an answer
 * of the token endpoint holds: whatever comes is read to a claims object or to
 * nothing, to a clean token or to an error. */
#include "auth/token-private.h"
#include "base/json.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autofree char *claims = token_challenge_parse(text);

  if (claims) {
    g_autoptr(cJSON) tree = cJSON_Parse(claims);
    g_assert_true(cJSON_IsObject(tree));
    g_assert_nonnull(strstr(text, "insufficient_claims"));
  }

  HttpResponse response = {.status = 200, .body = text, .length = strlen(text)};
  g_auto(TokenAnswer) answer = {0};
  g_autoptr(GError) error = NULL;
  if (token_answer_parse(&response, &answer, &error)) {
    g_assert_true(token_is_clean(secret_peek(answer.access)));
    g_assert_cmpint(answer.life, >, 0);
  } else
    g_assert_nonnull(error);
  return 0;
}
