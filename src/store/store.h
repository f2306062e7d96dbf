/* The store: what must never be lost (journal; later requests, reviews, sync
 * state), in SQLite. One writer at a time; opened once per program and shared
 * by its threads, the lock inside. */
#pragma once

#include <gio/gio.h>

typedef struct Store Store;

/* "sqlite:" is the default place ($XDG_STATE_HOME/usher/usher.db, 0600), or
 * "sqlite:/path". Migrates forward; a newer schema is refused. USHER_ERROR_STORE
 * says what and where (read-only, full, foreign owner, damaged, locked). */
Store *store_open(const char *url, GError **error);
void store_close(Store *store);
/* TRUE if a journal entry could be written now: asked before anything is sent. */
gboolean store_check_writable(Store *store, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)
