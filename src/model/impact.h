/* How far a plan reaches, for the question before it is applied: plain numbers,
 * counted by work/impact. */
#pragma once

#include <glib.h>

typedef struct {
  char *label; /* of the kind of operation, translated */
  char *kind;  /* "user.disable" */
  guint count;
} ImpactAction;

typedef struct {
  GPtrArray *actions;                     /* ImpactAction, in order of first appearance */
  guint operations, accounts;             /* accounts: different targets */
  guint enabled, active, without_sponsor; /* accounts that are enabled; that signed in during the
                                             last seven days; without a sponsor */
  guint unknown_sign_in, unknown_sponsor; /* accounts of which that is not known */
  guint requests;                         /* about how many requests it takes */
  gint64 seconds;                         /* about how long, by the service's write quota */
  guint dangerous;                        /* accounts that are removed, purged or cut off */
  guint irreversible;                     /* operations that cannot be undone */
  GPtrArray *cannot_undo;                 /* char *: labels of these, each once, translated */
  gboolean type_count;                    /* the number of accounts must be typed to agree */
} Impact;

Impact *impact_new(void);
void impact_free(Impact *impact);
/* Translated lines for a person: "disable 3 · revoke sessions 3", "3 accounts: 2 enabled, …". The
 * caller owns the GPtrArray of char *. */
GPtrArray *impact_lines(const Impact *impact);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Impact, impact_free)
