/* Client assertions: JSON Web Tokens, checked as the service checks them. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>
#include <openssl/evp.h>

/* A token taken apart. */
typedef struct {
  cJSON *header, *claims;
  guchar *signature;
  gsize signature_length;
  gsize signed_length; /* of the text that was signed */
} Assertion;
void assertion_clear(Assertion *assertion);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Assertion, assertion_clear)

/* FALSE when it is none. */
gboolean assertion_parse(const char *text, Assertion *ret_assertion);
/* A member of header or claims as a text, or "". */
const char *assertion_text(const cJSON *object, const char *name);
/* A member as a number of seconds, 0: absent. */
gint64 assertion_seconds(const cJSON *object, const char *name);
/* Whether `key` signed it, by its alg: PS256 or RS256. */
gboolean assertion_verify(const Assertion *assertion, const char *text, EVP_PKEY *key);
