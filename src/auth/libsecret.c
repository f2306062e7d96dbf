/* The functions of the library, bound when the first of them is called. */
#include "auth/libsecret.h"

#ifdef LATE_SECRET
const SecretLibrary *
secret_library(void)
{
  LATE_LIBRARY(LATE_SECRET, SecretLibrary, SECRET_FUNCTIONS)
}
#endif
