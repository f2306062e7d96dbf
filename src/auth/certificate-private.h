/* What loading a certificate and signing with it share. */
#pragma once

#include "auth/certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

struct Certificate {
  EVP_PKEY *key;
  X509 *x509;
};

/* The last thing that OpenSSL said, for the end of a message; its queue is emptied. The
 * caller owns it. */
char *certificate_openssl_says(void);
