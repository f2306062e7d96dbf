/* A key in a PKCS#11 token where OpenSSL has no provider for them but the older engine
 * of libp11 (Debian 12, Ubuntu 22.04): the same addresses, the same PIN. All of OpenSSL's
 * engine interface, which newer releases leave out, is in this file. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "auth/certificate-private.h"

#include <openssl/err.h>

#if defined OPENSSL_NO_ENGINE || !__has_include(<openssl/engine.h>)

gboolean
certificate_engine_key(const char *uri, UI_METHOD *ui, gpointer data, EVP_PKEY **ret_key)
{
  return FALSE;
}

#else

#include <openssl/engine.h>

/* Nothing on the terminal: neither its log nor a question of OpenSSL's own. */
static void
set_up(ENGINE *engine, UI_METHOD *ui, gpointer data)
{
  ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 1);
  ENGINE_ctrl_cmd(engine, "SET_USER_INTERFACE", 0, ui, NULL, 1);
  ENGINE_ctrl_cmd(engine, "SET_CALLBACK_DATA", 0, data, NULL, 1);
}

gboolean
certificate_engine_key(const char *uri, UI_METHOD *ui, gpointer data, EVP_PKEY **ret_key)
{
  OPENSSL_init_crypto(OPENSSL_INIT_ENGINE_DYNAMIC | OPENSSL_INIT_LOAD_CONFIG, NULL);
  ENGINE *engine = ENGINE_by_id("pkcs11");
  if (!engine || !ENGINE_init(engine)) {
    ENGINE_free(engine);
    ERR_clear_error();
    return FALSE;
  }
  set_up(engine, ui, data);
  *ret_key = ENGINE_load_private_key(engine, uri, ui, data);
  ENGINE_finish(engine); /* the key holds its own */
  ENGINE_free(engine);
  ERR_clear_error();
  return TRUE;
}

#endif
