/* The ladder of places for secrets: which there are, which of them a profile
 * climbs in which order, and which one it is in use. A rung that is absent gives
 * way to the next one that the profile names; one that is locked, silent or
 * broken never does. */
#pragma once

#include "auth/credentials.h"

/* What a profile says about its secrets. Lent; texts may be NULL. */
typedef struct {
  const char *profile;
  const char *const *order; /* "keyring", "sealed-file", … ended by NULL: as configured */
  const char *command, *save_command, *clear_command;
  const char *variable;
  int fd;
  const char *file; /* of the sealed file; NULL: PROFILE.sealed in the state folder */
  gint64 timeout; /* seconds that the kernel keeps secrets or keys; 0: until the login ends; -1: the
                   sealed file's key not at all */
} CredentialsOptions;

/* The profile's places as one: reads from the first that has the secret, keeps in the first that
 * is there and can. Not more than it names; never another one than the first that is there
 * without saying so in the log. */
Credentials *credentials_new_ladder(const CredentialsOptions *options);

/* One rung as found. */
typedef struct {
  const char *name;    /* as in the setting `credentials` */
  const char *title;   /* translated: "the keyring (Secret Service)" */
  gboolean configured; /* the profile names it */
  gboolean in_use;     /* it is the one that serves the profile now */
  gboolean can_save;
  CredentialsState found;
} LadderRung;

typedef struct {
  GArray *rungs; /* LadderRung: the configured ones in their order, then what else there is */
  int in_use;    /* index of that in use; -1: none */
  char *why;     /* translated: why that one, or why none; one sentence */
} Ladder;

/* Probes every rung: no prompt, nothing changed, at most 3 s in all but for a keyring that does
 * not answer. The caller owns it. */
Ladder *ladder_probe(const CredentialsOptions *options, GCancellable *cancellable);
void ladder_free(Ladder *ladder);
/* The rung that serves, NULL if none. */
const LadderRung *ladder_in_use(const Ladder *ladder);
/* TRUE if `name` is one of the rungs. */
gboolean ladder_knows(const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)
