/* What a process does at its start so that its secrets stay its own: no core,
 * no reading by others of the same user. */
#pragma once

/* Forbids core files and, on Linux, attaching and reading /proc/PID/mem and environ by other
 * processes of the user. Programs that are started get the usual back. Call it first. */
void harden_process(void);
