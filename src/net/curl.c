/* The functions of the library, bound when the first of them is called. */
#include "net/curl.h"

#ifdef LATE_CURL
const CurlLibrary *
curl_library(void)
{
  LATE_LIBRARY(LATE_CURL, CurlLibrary, CURL_FUNCTIONS)
}
#endif
