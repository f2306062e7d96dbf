/* Loading by soname, with functions bound as they are first called. */
#include "base/late.h"

#include <dlfcn.h>

void
late_bind(const char *library, const char *const *names, gpointer *ret_functions, gsize n)
{
  void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  if (handle == NULL)
    g_error("%s cannot be loaded: %s", library, dlerror());
  for (gsize i = 0; i < n; i++) {
    ret_functions[i] = dlsym(handle, names[i]);
    if (ret_functions[i] == NULL)
      g_error("%s has no %s", library, names[i]);
  }
}
