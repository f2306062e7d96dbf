/* Secrets that came in the environment. The environment belongs to the process as
 * a whole, so what was taken from it is remembered here, once, for everybody who
 * asks; it is emptied in place, since removing an entry while another thread
 * reads the environment is not safe. */
#include "base/secret.h"

#include <string.h>

static GMutex taken_lock;
static GHashTable *taken; /* variable → Secret */

Secret *
secret_take_environment(const char *variable)
{
  g_mutex_lock(&taken_lock);
  if (!taken)
    taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)secret_unref);
  /* A value that was set since counts: it is the newer one. */
  char *value = (char *)g_getenv(variable);
  if (value && *value) {
    g_hash_table_replace(taken, g_strdup(variable), secret_new(value, -1));
    secret_wipe(value, strlen(value));
  }
  Secret *secret = g_hash_table_lookup(taken, variable);
  if (secret)
    secret_ref(secret);
  g_mutex_unlock(&taken_lock);
  secret_wipe_stack();
  return secret;
}
