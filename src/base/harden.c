/* The limits of the process as a whole; single secrets are in secret.c. */
#include "base/harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* The sanitizers' leak check attaches to its own process: there this must not hold. */
#if defined __SANITIZE_ADDRESS__
#define MAY_BE_READ 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define MAY_BE_READ 1
#endif
#endif

void
harden_process(void)
{
  struct rlimit limit;
  /* The soft limit alone: a program that we start may raise its own again. */
  if (getrlimit(RLIMIT_CORE, &limit) == 0) {
    limit.rlim_cur = 0;
    (void)setrlimit(RLIMIT_CORE, &limit);
  }
#ifndef MAY_BE_READ
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
