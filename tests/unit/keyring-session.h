/* Sessions with a bus and a keyring of their own; tests of auth alone. */
#pragma once

#include <glib.h>

/* dbus-run-session ends the bus, and with it the daemon. The bus has no services that
 * could be started, so that nothing but what we start is there. */
#define SESSION "exec timeout 60 dbus-run-session --config-file=\"$HOME/bus.conf\" -- "
#define UNLOCKED                                                                                   \
  "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "

/* --- outside --- */

/* Runs `script`, in which $0 is this program, in a home of its own; fails when it fails. */
void session_run(const char *script);
/* FALSE: what it takes is not installed, and the test is marked as skipped. */
gboolean session_possible(gboolean daemon);

/* --- inside --- */

/* Says what went wrong; the status to end with. */
int session_complain(const char *what, const GError *error);
/* The daemon goes into the background before it has taken the name. */
void session_wait_for_daemon(void);
/* Locks the default collection the way a screen lock does. */
gboolean session_lock(GError **error);
