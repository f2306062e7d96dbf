/* The functions of the library, bound when the first of them is called. */
#include "mail/gmime.h"

#ifdef LATE_GMIME
const GMimeLibrary *
gmime_library(void)
{
  LATE_LIBRARY(LATE_GMIME, GMimeLibrary, GMIME_FUNCTIONS)
}
#endif
