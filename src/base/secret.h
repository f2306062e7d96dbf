/* Passwords, tokens and keys. A Secret is the only place where one may live:
 * its memory is locked where the system allows it, kept out of core dumps,
 * and wiped before it is freed. Never copy it into a GString, a GError, an
 * argument list or a log. */
#pragma once

#include <glib.h>

typedef struct Secret Secret;

/* Copies `length` bytes (-1: up to the NUL). The caller wipes its own copy. */
Secret *secret_new(const char *text, gssize length);
/* Takes the g_malloc'ed string, copies it, wipes and frees it. */
Secret *secret_new_take(char *text);
Secret *secret_ref(Secret *secret);
void secret_unref(Secret *secret); /* NULL is nothing */

/* Lent for as long as the secret lives; NUL-terminated. */
const char *secret_peek(const Secret *secret);
gsize secret_length(const Secret *secret);
gboolean secret_equal(const Secret *a, const Secret *b);

/* The value of an environment variable, taken out: where it stood is overwritten, so that
 * neither /proc/PID/environ nor a program that is started has it. Later calls get the same
 * one. NULL: it is not set, or empty. The caller owns the reference. */
Secret *secret_take_environment(const char *variable);

/* Overwrites memory in a way that the compiler keeps. */
void secret_wipe(void *memory, gsize length);
/* Overwrites what calls that have returned left on the stack of this thread: libraries copy
 * secrets through registers, which are saved there. Call it where such a call was made. */
void secret_wipe_stack(void);
/* Wipes and frees a g_malloc'ed string; NULL is allowed. */
void secret_free_string(char *text);

/* The same for a text that was put together; wipes all that was allocated for it. */
void secret_free_gstring(GString *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_unref)
