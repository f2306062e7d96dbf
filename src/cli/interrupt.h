/* Signals as cancelling: the first asks everything to stop cleanly, the second
 * ends the program at once (the journal has what was going on). */
#pragma once

#include <gio/gio.h>

typedef struct Interrupt Interrupt;

/* Begins to listen to SIGINT, SIGTERM and SIGHUP, on a thread of its own. */
Interrupt *interrupt_new(void);
/* Gives the signals back. */
void interrupt_free(Interrupt *interrupt);
/* Lent. */
GCancellable *interrupt_cancellable(Interrupt *interrupt);
/* No notice when a signal comes. */
void interrupt_set_quiet(Interrupt *interrupt, gboolean quiet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Interrupt, interrupt_free)
