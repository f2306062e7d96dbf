/* What loading a certificate and signing with it share. */
#pragma once

#include "auth/certificate.h"

#include <openssl/evp.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

struct Certificate {
  EVP_PKEY *key;
  X509 *x509;
};

/* The last thing that OpenSSL said, for the end of a message; its queue is emptied. The
 * caller owns it. */
char *certificate_openssl_says(void);

/* Finds the key of a pkcs11: address through the engine, asking `ui` for the PIN; NULL when it is
 * not there. FALSE when there is no such engine. */
gboolean certificate_engine_key(const char *uri, UI_METHOD *ui, gpointer data, EVP_PKEY **ret_key);
